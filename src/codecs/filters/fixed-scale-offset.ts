/** `fixedscaleoffset` of numcodecs: `(x - offset) * scale`, rounded to the nearest integer, ties to even. */
import type { DType } from '../../dtypes/dtype.js';
import { Float64 } from '../../dtypes/floats.js';
import { Int64 } from '../../dtypes/integers.js';
import { CodecError, MetadataValidationError } from '../../errors.js';
import { pythonFloat } from '../../json/format.js';
import { JsonNumber, jsonInteger } from '../../json/model.js';
import { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec, CodecDefinition, Filter } from '../codec.js';
import { NumcodecFilter, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { dtypeOption, numpyName, numpyText } from './dtype-option.js';
import {
  allocateNumbers,
  type BigInts,
  type Doubles,
  flatStorage,
  isBigInts,
  numbersOf,
  rounderOf,
  roundToEven,
  storageOfNumbers,
} from './numbers.js';
import { castChunk, castFill, inFormat, View } from './view.js';

/** What the constructor of `FixedScaleOffset` takes. */
export interface FixedScaleOffsetOptions {
  /** What is subtracted. */
  readonly offset: number | bigint;
  /** What is multiplied with after that. */
  readonly scale: number | bigint;
  /** The type of the decoded elements, as NumPy writes it; in format 3, that of the chunks unless said. */
  readonly dtype?: string | DType | undefined;
  /** The type of the encoded elements; `dtype` unless said. */
  readonly astype?: string | DType | undefined;
}

/**
 * A number as Python has it: an integer or a float. NumPy computes with integers in the type of integer elements, where
 * they wrap around, and with floats in float64.
 */
interface Operand {
  readonly value: number;
  /** Undefined for a float. */
  readonly integer: bigint | undefined;
}

const NAMES = Object.freeze(['scale', 'offset', 'dtype', 'astype']);
const KINDS: readonly string[] = Object.freeze(['bool', 'int', 'uint', 'float']);

/**
 * numcodecs' FixedScaleOffset: `(x - offset) * scale`, rounded to integers.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const filter = new numcodecs.FixedScaleOffset({ offset: 1000, scale: 10, astype: 'u1' });
 * const array = createArray(new MemoryStore(), { shape: [3], dtype: 'float64', filters: [filter] });
 * array.set(null, [1000, 1000.25, 1001.05]);
 * array.get().toNested(); // [1000, 1000.2, 1001]
 */
export class FixedScaleOffset extends NumcodecFilter {
  readonly scale: number | bigint;
  readonly offset: number | bigint;
  readonly dtype: DType | undefined;
  readonly astype: DType | undefined;
  readonly #options: FixedScaleOffsetOptions;
  readonly #scale: Operand;
  readonly #offset: Operand;

  constructor(options: FixedScaleOffsetOptions, format: 2 | 3 = 3) {
    super('fixedscaleoffset', 'FixedScaleOffset', options, format);
    const given = new Options(this.name, options, NAMES, 'FixedScaleOffset');
    this.#scale = operandOf(given, 'scale');
    this.#offset = operandOf(given, 'offset');
    this.scale = this.#scale.integer !== undefined ? toSafe(this.#scale.integer) : this.#scale.value;
    this.offset = this.#offset.integer !== undefined ? toSafe(this.#offset.integer) : this.#offset.value;
    this.dtype = dtypeOption(given, 'dtype');
    this.astype = dtypeOption(given, 'astype');
    if (this.dtype === undefined && format === 2) throw given.missing('dtype');
    for (const name of ['dtype', 'astype'] as const) {
      const { kind } = this[name] ?? { kind: 'float' };
      if (!KINDS.includes(kind)) throw given.expected(name, 'a real type', given.get(name));
    }
    this.#options = options;
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    const { dtype, astype = dtype } = this;
    const text = (type: DType | undefined): string | undefined => type && numpyText(type);
    return { scale: token(this.#scale), offset: token(this.#offset), dtype: text(dtype), astype: text(astype) };
  }

  override get text(): string {
    const { astype, ...others } = this.members;
    return `FixedScaleOffset(${argumentsText(others['dtype'] === astype ? others : { ...others, astype })})`;
  }

  /** With the type of the chunks, if it was not said. */
  override resolve(spec: ChunkSpec): FixedScaleOffset {
    this.bind(spec);
    if (this.dtype !== undefined) return this;
    return new FixedScaleOffset({ ...this.#options, dtype: numpyName(spec.dtype) }, this.zarrFormat);
  }

  bind(spec: ChunkSpec): Filter {
    const codec = this.name;
    const dtype = this.dtype === undefined ? spec.dtype : inFormat(this.dtype, this.zarrFormat);
    if (!KINDS.includes(dtype.kind)) {
      throw new MetadataValidationError(`expected elements of a real type, got "${dtype.name}"`, { codec });
    }
    const astype = this.astype === undefined ? dtype : inFormat(this.astype, this.zarrFormat);
    return new FixedScaleOffsetFilter(new View(spec, dtype, codec), astype, this.#offset, this.#scale);
  }
}

export const numcodecsFixedScaleOffsetDefinition: CodecDefinition<FixedScaleOffset> =
  /* @__PURE__ */ numcodecDefinition('fixedscaleoffset', FixedScaleOffset, [
    'https://codec.zarrs.dev/array_to_array/fixedscaleoffset',
  ]);

function operandOf(given: Options, name: string): Operand {
  const value = given.get(name);
  if (value === undefined) throw given.missing(name);
  if (typeof value === 'bigint') return { value: Number(value), integer: value };
  if (value instanceof JsonNumber && Number.isFinite(value.toNumber())) {
    return { value: value.toNumber(), integer: value.isInteger ? value.toBigInt() : undefined };
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) throw given.expected(name, 'a number', value);
  return { value, integer: Number.isSafeInteger(value) ? BigInt(value) : undefined };
}

const toSafe = (integer: bigint): number | bigint =>
  Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;

const token = ({ value, integer }: Operand): JsonNumber =>
  integer === undefined ? new JsonNumber(pythonFloat(value)) : jsonInteger(integer);

class FixedScaleOffsetFilter implements Filter {
  readonly kind = 'filter';
  readonly encoded: ChunkSpec;
  readonly #view: View;
  readonly #offset: Operand;
  readonly #scale: Operand;

  constructor(view: View, astype: DType, offset: Operand, scale: Operand) {
    const { shape, dtype, fillValue } = view.spec;
    this.encoded = { shape, dtype: astype, fillValue: castFill(fillValue, dtype, astype) };
    this.#view = view;
    this.#offset = offset;
    this.#scale = scale;
  }

  encode(chunk: NdArray): NdArray {
    let numbers = widened(this.#view.of(chunk));
    numbers = applied(numbers, this.#offset, SUBTRACT);
    numbers = applied(numbers, this.#scale, MULTIPLY);
    if (numbers.dtype.kind === 'float') mapDoubles(numbers, roundToEven);
    return cast(numbers, this.encoded.dtype, this.encoded.shape);
  }

  decode(chunk: NdArray): NdArray {
    // Division gives floats, of which every operation is rounded.
    const numbers = asFloats(elementsOf(chunk));
    const round = rounderOf(numbers.dtype);
    const [scale, offset] = [round(this.#scale.value), round(this.#offset.value)];
    mapDoubles(numbers, (value) => round(round(value / scale) + offset));
    return this.#view.from(cast(numbers, this.#view.spec.dtype, this.#view.spec.shape));
  }
}

/** The elements of a chunk, as numbers of a type. */
interface Elements {
  readonly dtype: DType;
  readonly numbers: Doubles | BigInts;
}

const elementsOf = (chunk: NdArray): Elements => ({
  dtype: chunk.dtype,
  numbers: numbersOf(chunk.dtype, flatStorage(chunk)),
});

/** Truth values count as int64. */
function widened(chunk: NdArray): Elements {
  if (chunk.dtype.kind !== 'bool') return elementsOf(chunk);
  return elementsOf(castChunk(chunk, new Int64()));
}

/** A copy as floats: of integers, float64. */
function asFloats({ dtype, numbers }: Elements): { readonly dtype: DType; readonly numbers: Doubles } {
  if (dtype.kind === 'float') return { dtype, numbers: numbers.slice() as Doubles }; // Floats are no bigints.
  return {
    dtype: new Float64(),
    numbers: isBigInts(numbers) ? Float64Array.from(numbers, Number) : new Float64Array(numbers),
  };
}

interface Operation {
  /** Of integers of at most 32 bits, whose lowest bits are what counts. */
  readonly integers: (value: number, operand: number) => number;
  readonly bigints: (value: bigint, operand: bigint) => bigint;
  readonly floats: (value: number, operand: number) => number;
}

const SUBTRACT: Operation = Object.freeze({
  integers: (value: number, operand: number) => value - operand,
  bigints: (value: bigint, operand: bigint) => value - operand,
  floats: (value: number, operand: number) => value - operand,
});
const MULTIPLY: Operation = Object.freeze({
  integers: Math.imul,
  bigints: (value: bigint, operand: bigint) => value * operand,
  floats: (value: number, operand: number) => value * operand,
});

/** The elements after one operation. Integers stay what they are with an integer, and become float64 with a float. */
function applied(elements: Elements, { value, integer }: Operand, operation: Operation): Elements {
  const { dtype, numbers } = elements;
  if (dtype.kind === 'float' || integer === undefined) {
    const floats = asFloats(elements);
    const round = rounderOf(floats.dtype);
    const operand = round(value);
    mapDoubles(floats, (number) => round(operation.floats(number, operand)));
    return floats;
  }
  checkOperand(dtype, integer);
  const result = allocateNumbers(dtype, numbers.length);
  if (isBigInts(numbers)) {
    for (let i = 0; i < numbers.length; i++) result[i] = operation.bigints(numbers[i]!, integer);
  } else {
    const operand = Number(BigInt.asIntN(32, integer));
    for (let i = 0; i < numbers.length; i++) result[i] = operation.integers(numbers[i]!, operand);
  }
  return { dtype, numbers: result };
}

/** An integer that the type has not would wrap around too. */
function checkOperand(dtype: DType, integer: bigint): void {
  const bits = 8 * (dtype.itemSize ?? 8);
  const wrapped = dtype.kind === 'uint' ? BigInt.asUintN(bits, integer) : BigInt.asIntN(bits, integer);
  if (wrapped !== integer) throw new CodecError(`elements of "${dtype.name}" cannot be encoded with ${integer}`);
}

function mapDoubles({ numbers }: Elements, map: (value: number) => number): void {
  const doubles = numbers as Doubles; // Of floats.
  for (let i = 0; i < doubles.length; i++) doubles[i] = map(doubles[i]!);
}

function cast({ dtype, numbers }: Elements, target: DType, shape: readonly number[]): NdArray {
  return castChunk(new NdArray(dtype, storageOfNumbers(dtype, numbers), shape), target);
}

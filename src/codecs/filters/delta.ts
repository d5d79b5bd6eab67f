/** `delta` of numcodecs: the first element, and then the difference of each to the one before it. */
import type { DType } from '../../dtypes/dtype.js';
import { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec, CodecDefinition, Filter } from '../codec.js';
import { NumcodecFilter, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { dtypeOption, numpyText, requiredDtype } from './dtype-option.js';
import {
  allocateNumbers,
  type BigInts,
  type Doubles,
  flatStorage,
  isBigInts,
  type Numbers,
  numbersOf,
  rounderOf,
  storageOfNumbers,
} from './numbers.js';
import { castChunk, castFill, inFormat, View } from './view.js';

/** What the constructor of `Delta` takes. */
export interface DeltaOptions {
  /** The type of the decoded elements, as NumPy writes it: `"<i4"`. */
  readonly dtype: string | DType;
  /** The type of the encoded elements; the same unless said. */
  readonly astype?: string | DType | undefined;
}

const KINDS: readonly string[] = Object.freeze(['int', 'uint', 'float', 'complex', 'timedelta']);

/**
 * numcodecs' Delta: the first element, and the difference of each to the one before it.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const delta = new numcodecs.Delta({ dtype: '<i4' });
 * const store = new MemoryStore();
 * const array = createArray(store, { shape: [4], dtype: 'int32', filters: [delta] });
 * // Stored as 1, 1, 1, 1.
 * array.set(null, [1, 2, 3, 4]);
 * array.get().toNested(); // [1, 2, 3, 4]
 */
export class Delta extends NumcodecFilter {
  readonly dtype: DType;
  readonly astype: DType;

  constructor(options: DeltaOptions, format: 2 | 3 = 3) {
    super('delta', 'Delta', options, format);
    const given = new Options(this.name, options, ['dtype', 'astype'], 'Delta');
    this.dtype = requiredDtype(given, 'dtype');
    this.astype = dtypeOption(given, 'astype') ?? this.dtype;
    for (const [name, { kind }] of [['dtype', this.dtype] as const, ['astype', this.astype] as const]) {
      if (!KINDS.includes(kind)) throw given.expected(name, 'a type of numbers', numpyText(this[name]));
    }
    if ((this.dtype.kind === 'complex') !== (this.astype.kind === 'complex')) {
      throw given.wrong('astype', 'expected complex numbers for complex numbers, and no others');
    }
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    return { dtype: numpyText(this.dtype), astype: numpyText(this.astype) };
  }

  override get text(): string {
    const { dtype, astype } = this.members;
    return `Delta(${argumentsText(dtype === astype ? { dtype } : { dtype, astype })})`;
  }

  override resolve(spec: ChunkSpec): this {
    this.bind(spec);
    return this;
  }

  bind(spec: ChunkSpec): Filter {
    const dtype = inFormat(this.dtype, this.zarrFormat);
    return new DeltaFilter(new View(spec, dtype, this.name), dtype, inFormat(this.astype, this.zarrFormat));
  }
}

export const numcodecsDeltaDefinition: CodecDefinition<Delta> = /* @__PURE__ */ numcodecDefinition('delta', Delta);

class DeltaFilter implements Filter {
  readonly kind = 'filter';
  readonly encoded: ChunkSpec;
  readonly #view: View;
  readonly #dtype: DType;

  constructor(view: View, dtype: DType, astype: DType) {
    const { shape, fillValue } = view.spec;
    this.encoded = { shape, dtype: astype, fillValue: castFill(fillValue, dtype, astype) };
    this.#view = view;
    this.#dtype = dtype;
  }

  encode(chunk: NdArray): NdArray {
    const dtype = this.#dtype;
    const { shape } = this.encoded;
    const seen = this.#view.of(chunk);
    const differences = allocateNumbers(dtype, seen.size);
    subtract(numbersOf(dtype, flatStorage(seen)), differences, laneCount(dtype), rounderOf(dtype));
    return castChunk(new NdArray(dtype, storageOfNumbers(dtype, differences), shape), this.encoded.dtype);
  }

  decode(chunk: NdArray): NdArray {
    const dtype = this.#dtype;
    const differences = castChunk(chunk, dtype);
    const sums = allocateNumbers(dtype, differences.size);
    add(numbersOf(dtype, flatStorage(differences)), sums, laneCount(dtype), rounderOf(dtype));
    return this.#view.from(new NdArray(dtype, storageOfNumbers(dtype, sums), this.#view.spec.shape));
  }
}

/** Complex elements are two numbers, which have nothing to do with each other. */
const laneCount = ({ kind }: DType): number => (kind === 'complex' ? 2 : 1);

// Typed arrays of integers wrap around what they are given, as NumPy does; one of floats rounds it.

function subtract(source: Numbers, target: Numbers, lanes: number, round: (value: number) => number): void {
  if (isBigInts(source) && isBigInts(target)) subtractBigInts(source, target);
  else if (source instanceof Float64Array && target instanceof Float64Array) {
    subtractRounded(source, target, lanes, round);
  } else subtractDoubles(source as Doubles, target as Doubles, lanes); // All others are no bigints.
}

function subtractDoubles(source: Doubles, target: Doubles, lanes: number): void {
  for (let i = 0; i < lanes && i < source.length; i++) target[i] = source[i]!;
  for (let i = lanes; i < source.length; i++) target[i] = source[i]! - source[i - lanes]!;
}

function subtractRounded(source: Float64Array, target: Float64Array, lanes: number, round: (x: number) => number) {
  for (let i = 0; i < lanes && i < source.length; i++) target[i] = source[i]!;
  for (let i = lanes; i < source.length; i++) target[i] = round(source[i]! - source[i - lanes]!);
}

function subtractBigInts(source: BigInts, target: BigInts): void {
  let before = 0n;
  for (let i = 0; i < source.length; i++) {
    const value = source[i]!;
    target[i] = value - before;
    before = value;
  }
}

function add(source: Numbers, target: Numbers, lanes: number, round: (value: number) => number): void {
  if (isBigInts(source) && isBigInts(target)) addBigInts(source, target);
  else if (source instanceof Float64Array && target instanceof Float64Array) addRounded(source, target, lanes, round);
  else addDoubles(source as Doubles, target as Doubles, lanes); // As in `subtract`.
}

function addDoubles(source: Doubles, target: Doubles, lanes: number): void {
  for (let i = 0; i < lanes && i < source.length; i++) target[i] = source[i]!;
  for (let i = lanes; i < source.length; i++) target[i] = target[i - lanes]! + source[i]!;
}

function addRounded(source: Float64Array, target: Float64Array, lanes: number, round: (x: number) => number): void {
  for (let i = 0; i < lanes && i < source.length; i++) target[i] = source[i]!;
  for (let i = lanes; i < source.length; i++) target[i] = round(target[i - lanes]! + source[i]!);
}

function addBigInts(source: BigInts, target: BigInts): void {
  let sum = 0n;
  for (let i = 0; i < source.length; i++) {
    sum += source[i]!;
    target[i] = sum;
    sum = target[i]!;
  }
}

/**
 * `scale_offset`: `(x - offset) * scale`, and back by `x / scale + offset`, in the arithmetic of the elements' own type:
 * every operation on floats is rounded, and integers that the type has not, or that the scale does not divide, are errors.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/scale_offset
 */
import type { DType } from '../../dtypes/dtype.js';
import type { Storage } from '../../dtypes/storage.js';
import { CodecError, MetadataValidationError } from '../../errors.js';
import { fromPlain, toPlain } from '../../json/convert.js';
import { pythonFloat } from '../../json/format.js';
import { type Json, JsonNumber } from '../../json/model.js';
import { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec, CodecDefinition, Filter } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { at, Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { integerRange, type Range } from './integer-range.js';
import {
  allocateNumbers,
  type BigInts,
  type Doubles,
  flatStorage,
  numbersOf,
  rounderOf,
  storageOfNumbers,
} from './numbers.js';

const NAME = 'scale_offset';

/** A number, or the text that a fill value of the elements' type may be: `"NaN"`, `"0x3f800000"`. */
export type ScaleOffsetNumber = number | bigint | string;

/** What the constructor of `ScaleOffset` takes. */
export interface ScaleOffsetOptions {
  /** What is subtracted; 0 unless said. */
  readonly offset?: ScaleOffsetNumber | undefined;
  /** What is multiplied with after that; 1 unless said. */
  readonly scale?: ScaleOffsetNumber | undefined;
}

/**
 * The codec that shifts and scales numbers.
 *
 * @example
 * import { ScaleOffset } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const filters = [new ScaleOffset({ offset: 100, scale: 2 })];
 * const array = createArray(new MemoryStore(), { shape: [2], dtype: 'float32', filters });
 * // Stored as 1 and 2.
 * array.set(null, [100.5, 101]);
 * array.get().toNested(); // [100.5, 101]
 */
export class ScaleOffset extends NamedCodec<Filter> {
  readonly kind = 'filter';
  readonly name = NAME;
  /** What is subtracted. */
  readonly offset: ScaleOffsetNumber;
  /** What is multiplied with after that. */
  readonly scale: ScaleOffsetNumber;
  readonly configuration: Readonly<Record<string, unknown>> | undefined;
  readonly #offset: Json;
  readonly #scale: Json;

  constructor(options: ScaleOffsetOptions = {}) {
    super();
    const given = new Options(NAME, options, ['offset', 'scale'], 'ScaleOffset');
    this.#offset = operandOf(given, 'offset', 0);
    this.#scale = operandOf(given, 'scale', 1);
    // The plain form of a number or a text.
    this.offset = toPlain(this.#offset) as ScaleOffsetNumber;
    this.scale = toPlain(this.#scale) as ScaleOffsetNumber;
    const configuration = {
      ...(this.offset === 0 ? {} : { offset: this.offset }),
      ...(this.scale === 1 ? {} : { scale: this.scale }),
    };
    this.configuration = Object.keys(configuration).length === 0 ? undefined : Object.freeze(configuration);
    Object.freeze(this);
  }

  toString(): string {
    return `ScaleOffset(${argumentsText({ offset: shown(this.#offset), scale: shown(this.#scale) })})`;
  }

  override resolve(spec: ChunkSpec): this {
    at('configuration', () => this.bind(spec));
    return this;
  }

  bind(spec: ChunkSpec): Filter {
    const { dtype } = spec;
    const isReal = dtype.kind === 'int' || dtype.kind === 'uint' || dtype.kind === 'float';
    if (!isReal) {
      throw new MetadataValidationError(`expected elements that are integers or floats, got "${dtype.name}"`, {
        codec: NAME,
      });
    }
    const offset = parsed(this.#offset, 'offset', dtype);
    const scale = parsed(this.#scale, 'scale', dtype);
    if (Number(scale) === 0)
      throw new MetadataValidationError('scale: expected a number other than 0', { codec: NAME });
    const filter = new ScaleOffsetFilter(spec, arithmeticOf(dtype, offset, scale));
    try {
      return filter.withFillValue();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw new MetadataValidationError(`the fill value cannot be encoded: ${error.message}`, {
        codec: NAME,
        cause: error,
      });
    }
  }
}

export const scaleOffsetDefinition = Object.freeze<CodecDefinition<ScaleOffset>>({
  name: NAME,
  parse: (configuration) => new ScaleOffset(Options.given(configuration)),
});

function operandOf(given: Options, name: string, byDefault: number): Json {
  const value = given.get(name) ?? byDefault;
  const isNumber = typeof value === 'number' || typeof value === 'bigint' || value instanceof JsonNumber;
  if (isNumber || typeof value === 'string') return fromPlain(value);
  throw given.expected(name, 'a number, or the text of one', value);
}

/** A number for Python's text: as an integer only where it was written as one. */
const shown = (json: Json): unknown =>
  json instanceof JsonNumber && !json.isInteger ? new JsonNumber(pythonFloat(json.toNumber())) : json;

/** The element that `json` is as a fill value of `dtype`. */
function parsed(json: Json, name: string, dtype: DType): number | bigint {
  try {
    return dtype.get(dtype.parseFillValue(json, 3), 0) as number | bigint; // As the type is real.
  } catch (error) {
    if (!(error instanceof MetadataValidationError)) throw error;
    throw new MetadataValidationError(`${name}: ${error.message.replace(/^fill_value: /, '')}`, {
      codec: NAME,
      cause: error,
    });
  }
}

/** How one element is encoded, and decoded. */
type Arithmetic =
  | { readonly kind: 'number'; readonly encode: (x: number) => number; readonly decode: (x: number) => number }
  | { readonly kind: 'bigint'; readonly encode: (x: bigint) => bigint; readonly decode: (x: bigint) => bigint };

function arithmeticOf(dtype: DType, offset: number | bigint, scale: number | bigint): Arithmetic {
  const range = integerRange(dtype);
  if (range === undefined) return floatArithmetic(rounderOf(dtype), Number(offset), Number(scale));
  if (dtype.itemSize === 8) return bigintArithmetic(range, BigInt(offset), BigInt(scale));
  return integerArithmetic(range, Number(offset), Number(scale));
}

const floatArithmetic = (round: (value: number) => number, offset: number, scale: number): Arithmetic => ({
  kind: 'number',
  encode: (x) => round(round(x - offset) * scale),
  decode: (x) => round(round(x / scale) + offset),
});

/** A product of integers of 32 bits that a double does not hold is far out of any range. */
function integerArithmetic({ least, greatest }: Range, offset: number, scale: number): Arithmetic {
  const [lowest, highest] = [Number(least), Number(greatest)];
  return {
    kind: 'number',
    encode(x) {
      const y = (x - offset) * scale;
      if (y < lowest || y > highest) throw outOfRange(x, 'encoded', lowest, highest);
      return y + 0; // -0 is 0.
    },
    decode(y) {
      if (y % scale !== 0) throw indivisible(y, scale);
      const x = y / scale + offset;
      if (x < lowest || x > highest) throw outOfRange(y, 'decoded', lowest, highest);
      return x + 0;
    },
  };
}

const bigintArithmetic = ({ least, greatest }: Range, offset: bigint, scale: bigint): Arithmetic => ({
  kind: 'bigint',
  encode(x) {
    const y = (x - offset) * scale;
    if (y < least || y > greatest) throw outOfRange(x, 'encoded', least, greatest);
    return y;
  },
  decode(y) {
    if (y % scale !== 0n) throw indivisible(y, scale);
    const x = y / scale + offset;
    if (x < least || x > greatest) throw outOfRange(y, 'decoded', least, greatest);
    return x;
  },
});

type Integer = number | bigint;

const outOfRange = (value: Integer, done: string, least: Integer, greatest: Integer): CodecError =>
  new CodecError(`${NAME}: ${value} ${done} is not from ${least} to ${greatest}`, { codec: NAME });

const indivisible = (value: Integer, scale: Integer): CodecError =>
  new CodecError(`${NAME}: the scale ${scale} does not divide ${value}`, { codec: NAME });

class ScaleOffsetFilter implements Filter {
  readonly kind = 'filter';
  readonly encoded: ChunkSpec;
  readonly #arithmetic: Arithmetic;

  constructor(encoded: ChunkSpec, arithmetic: Arithmetic) {
    this.encoded = encoded;
    this.#arithmetic = arithmetic;
  }

  /** The same filter, which tells the encoded fill value. */
  withFillValue(): ScaleOffsetFilter {
    const fillValue = this.#mapped(this.encoded.fillValue, 'encode');
    return new ScaleOffsetFilter({ ...this.encoded, fillValue }, this.#arithmetic);
  }

  encode(chunk: NdArray): NdArray {
    return new NdArray(chunk.dtype, this.#mapped(flatStorage(chunk), 'encode'), chunk.shape);
  }

  decode(chunk: NdArray): NdArray {
    return new NdArray(chunk.dtype, this.#mapped(flatStorage(chunk), 'decode'), chunk.shape);
  }

  #mapped(storage: Storage, direction: 'encode' | 'decode'): Storage {
    const { dtype } = this.encoded;
    const source = numbersOf(dtype, storage);
    const target = allocateNumbers(dtype, source.length);
    const arithmetic = this.#arithmetic;
    if (arithmetic.kind === 'bigint') mapBigInts(source as BigInts, target as BigInts, arithmetic[direction]);
    else mapDoubles(source as Doubles, target as Doubles, arithmetic[direction]); // Only 64-bit integers are bigints.
    return storageOfNumbers(dtype, target);
  }
}

function mapDoubles(source: Doubles, target: Doubles, map: (value: number) => number): void {
  for (let i = 0; i < source.length; i++) target[i] = map(source[i]!);
}

function mapBigInts(source: BigInts, target: BigInts, map: (value: bigint) => bigint): void {
  for (let i = 0; i < source.length; i++) target[i] = map(source[i]!);
}

/**
 * `cast_value`: numbers as those of another type, with a rule for each that it has not.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/cast_value
 *
 * What `scalar_map` lists becomes what it says; of the rest, what is no number of the other type is rounded, and what is
 * out of its range is an error, or clamped, or wrapped around. Decoding does the same the other way.
 */
import { DType } from '../../dtypes/dtype.js';
import { dtypeFromV3, parseDtype } from '../../dtypes/registry.js';
import type { Storage } from '../../dtypes/storage.js';
import type { DTypeSpec } from '../../dtypes/types.js';
import { UnknownDType } from '../../dtypes/unknown.js';
import { CodecError, MetadataValidationError, ZarrError } from '../../errors.js';
import { fromPlain, toPlain } from '../../json/convert.js';
import { isJsonArray, isJsonObject, type Json } from '../../json/model.js';
import { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec, CodecDefinition, Filter } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { at, Options, valueText } from '../options.js';
import { pythonText } from '../python-text.js';
import { type CastNumber, castTo, type OutOfRange, type Rounding } from './cast-number.js';
import { integerRange } from './integer-range.js';
import { allocateNumbers, flatStorage, numbersOf, storageOfNumbers } from './numbers.js';

const NAME = 'cast_value';

/** Pairs of a number and what it becomes, each as a fill value of its type is written. */
export type ScalarPairs = readonly (readonly [unknown, unknown])[];

/** The option `scalar_map` of `CastValue`: numbers that are not cast by rule. */
export interface ScalarMapOptions {
  /** What numbers of the array become in chunks. */
  readonly encode?: ScalarPairs | undefined;
  /** What numbers in chunks become in the array. */
  readonly decode?: ScalarPairs | undefined;
}

/** What the constructor of `CastValue` takes. */
export interface CastValueOptions {
  /** The type of the encoded elements. */
  readonly data_type: DTypeSpec;
  /** How numbers are rounded that the other type has not; `'nearest-even'` unless said. */
  readonly rounding?: Rounding | undefined;
  /** What becomes of numbers beyond its bounds; `CodecError`s unless said. `'wrap'` is for integers. */
  readonly out_of_range?: OutOfRange | null | undefined;
  /** Numbers that become what is listed here. */
  readonly scalar_map?: ScalarMapOptions | null | undefined;
}

const OPTIONS = Object.freeze(['data_type', 'rounding', 'out_of_range', 'scalar_map']);
const ROUNDINGS = Object.freeze([
  'nearest-even',
  'towards-zero',
  'towards-positive',
  'towards-negative',
  'nearest-away',
] as const);
const DIRECTIONS = Object.freeze(['encode', 'decode'] as const);
type Direction = (typeof DIRECTIONS)[number];
type Pairs = readonly (readonly [Json, Json])[];

/**
 * The codec that casts numbers to another type.
 *
 * @example
 * import { CastValue } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const codec = new CastValue({ data_type: 'uint8', rounding: 'towards-zero', out_of_range: 'clamp' });
 * const array = createArray(new MemoryStore(), { shape: [3], dtype: 'float64', filters: [codec] });
 * array.set(null, [1.9, -5, 300]);
 * array.get().toNested(); // [1, 0, 255]
 */
export class CastValue extends NamedCodec<Filter> {
  readonly kind = 'filter';
  readonly name = NAME;
  /** The type of the encoded elements. */
  readonly dtype: DType;
  /** How numbers are rounded. */
  readonly rounding: Rounding;
  /** What becomes of numbers out of range; null where they are errors. */
  readonly outOfRange: OutOfRange | null;
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly #scalarMap: Readonly<Partial<Record<Direction, Pairs>>> | undefined;

  constructor(options: CastValueOptions) {
    super();
    const given = new Options(NAME, options, OPTIONS, 'CastValue').without(null, ['out_of_range', 'scalar_map']);
    this.dtype = targetOf(given);
    this.rounding = given.choice('rounding', ROUNDINGS) ?? 'nearest-even';
    this.outOfRange = given.choice<OutOfRange>('out_of_range', ['clamp', 'wrap']) ?? null;
    this.#scalarMap = scalarMapOf(given);
    if (!isReal(this.dtype)) throw given.expected('data_type', 'a type of integers or floats', this.dtype.name);
    if (this.outOfRange === 'wrap' && integerRange(this.dtype) === undefined) {
      throw given.wrong('out_of_range', `"wrap" needs a type of integers, got "${this.dtype.name}"`);
    }
    this.configuration = this.#members();
    Object.freeze(this);
  }

  #members(): Readonly<Record<string, unknown>> {
    const { rounding, outOfRange } = this;
    return Object.freeze({
      data_type: toPlain(this.dtype.toMetadata(3)),
      ...(rounding === 'nearest-even' ? {} : { rounding }),
      ...(outOfRange === null ? {} : { out_of_range: outOfRange }),
      ...(this.#scalarMap === undefined ? {} : { scalar_map: plainMap(this.#scalarMap) }),
    });
  }

  toString(): string {
    const { dtype, rounding, outOfRange } = this;
    const directions = Object.entries(this.#scalarMap ?? {}).map(([direction, pairs]): [string, unknown] => [
      direction,
      new Map(pairs as readonly [unknown, unknown][]),
    ]);
    const scalarMap = this.#scalarMap === undefined ? undefined : new Map(directions);
    return (
      `CastValue(dtype=${dtype.repr()}, rounding=${pythonText(rounding)}, out_of_range=${pythonText(outOfRange)}, ` +
      `scalar_map=${pythonText(scalarMap)})`
    );
  }

  override resolve(spec: ChunkSpec): this {
    at('configuration', () => this.bind(spec));
    return this;
  }

  bind(spec: ChunkSpec): Filter {
    if (!isReal(spec.dtype)) {
      throw new MetadataValidationError(`expected elements that are integers or floats, got "${spec.dtype.name}"`, {
        codec: NAME,
      });
    }
    const encode = this.#cast('encode', spec.dtype, this.dtype);
    const decode = this.#cast('decode', this.dtype, spec.dtype);
    const fillValue = encodedFill(spec, this.dtype, encode, decode);
    return new CastValueFilter(spec, { shape: spec.shape, dtype: this.dtype, fillValue }, encode, decode);
  }

  #cast(direction: Direction, source: DType, target: DType): CastNumber {
    const outOfRange = this.outOfRange ?? undefined;
    const cast = castTo(target, { rounding: this.rounding, outOfRange });
    const pairs = this.#scalarMap?.[direction];
    if (pairs === undefined) return cast;
    const mapped = new Map<number | bigint, number | bigint>();
    pairs.forEach(([from, to], index) => {
      const place = `scalar_map.${direction}[${index}]`;
      const key = scalar(from, source, `${place}[0]`);
      const value = scalar(to, target, `${place}[1]`);
      if (!mapped.has(key)) mapped.set(key, value);
    });
    return (value) => mapped.get(value) ?? cast(value);
  }
}

export const castValueDefinition = Object.freeze<CodecDefinition<CastValue>>({
  name: NAME,
  parse: (configuration) => new CastValue(Options.given(configuration)),
});

/** In a document a type is written as `data_type` of an array is; users have more names for it. */
function targetOf(given: Options): DType {
  const value = given.get('data_type');
  if (value === undefined) throw given.missing('data_type');
  try {
    // What is from a document is still JSON; all else `parseDtype` checks.
    const dtype = isJsonObject(value as Json) ? dtypeFromV3(value as Json) : parseDtype(value as DTypeSpec);
    if (dtype instanceof UnknownDType) throw given.expected('data_type', 'a registered data type', dtype.name);
    return dtype instanceof DType ? dtypeFromV3(dtype.toMetadata(3)) : dtype;
  } catch (error) {
    if (!(error instanceof ZarrError) || error.message.includes('data_type: ')) throw error;
    throw given.wrong('data_type', error.message.replace(/^dtype: /, ''));
  }
}

const isReal = ({ kind }: DType): boolean => kind === 'int' || kind === 'uint' || kind === 'float';

function scalarMapOf(given: Options): Readonly<Partial<Record<Direction, Pairs>>> | undefined {
  const value = given.get('scalar_map');
  if (value === undefined) return undefined;
  const json = given.checked(() => fromPlain(value, 'scalar_map'));
  if (!isJsonObject(json)) throw given.expected('scalar_map', 'an object', value);
  const map: Partial<Record<Direction, Pairs>> = {};
  for (const [direction, pairs] of json) {
    const place = `scalar_map.${direction}`;
    if (direction !== 'encode' && direction !== 'decode') throw given.wrong(place, 'unknown option of "cast_value"');
    if (!isJsonArray(pairs) || !pairs.every(isPair)) throw given.expected(place, 'a list of pairs', pairs);
    map[direction] = pairs as Pairs; // As `isPair` says of each.
  }
  return Object.freeze(map);
}

const isPair = (json: Json): boolean => isJsonArray(json) && json.length === 2;

/** The directions in zarr-python's order. */
const plainMap = (map: Readonly<Partial<Record<Direction, Pairs>>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    DIRECTIONS.filter((direction) => map[direction] !== undefined).map((direction) => [
      direction,
      map[direction]!.map((pair) => pair.map((item) => toPlain(item))),
    ]),
  );

/** The number that `json` is as a fill value of `dtype`. */
function scalar(json: Json, dtype: DType, place: string): number | bigint {
  // The specification's own example writes it so.
  const lenient = json === '+Infinity' ? 'Infinity' : json;
  try {
    return dtype.get(dtype.parseFillValue(lenient, 3), 0) as number | bigint; // As the type is real.
  } catch (error) {
    if (!(error instanceof MetadataValidationError)) throw error;
    throw new MetadataValidationError(`${place}: expected a number of "${dtype.name}", got ${valueText(json)}`, {
      codec: NAME,
      cause: error,
    });
  }
}

/** The fill value as the other type has it; throws unless it comes back as it was. */
function encodedFill(spec: ChunkSpec, target: DType, encode: CastNumber, decode: CastNumber): Storage {
  const before = spec.dtype.get(spec.fillValue, 0) as number | bigint; // As the type is real.
  const failed = (text: string, cause?: unknown): MetadataValidationError =>
    new MetadataValidationError(`the fill value ${before} ${text}`, { codec: NAME, cause });
  try {
    const fillValue = mapped(spec.dtype, spec.fillValue, target, encode);
    const after = decode(target.get(fillValue, 0) as number | bigint);
    if (Number.isNaN(before) ? Number.isNaN(after) : before === after) return fillValue;
    throw failed(`would come back as ${after}`);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw failed(`cannot be cast: ${error.message}`, error);
  }
}

/** `storage` of `source` as storage of `target`. */
function mapped(source: DType, storage: Storage, target: DType, cast: CastNumber): Storage {
  const numbers = numbersOf(source, storage);
  const result = allocateNumbers(target, numbers.length);
  for (let i = 0; i < numbers.length; i++) result[i] = cast(numbers[i]!);
  return storageOfNumbers(target, result);
}

class CastValueFilter implements Filter {
  readonly kind = 'filter';
  readonly encoded: ChunkSpec;
  readonly #spec: ChunkSpec;
  readonly #encode: CastNumber;
  readonly #decode: CastNumber;

  constructor(spec: ChunkSpec, encoded: ChunkSpec, encode: CastNumber, decode: CastNumber) {
    this.#spec = spec;
    this.encoded = encoded;
    this.#encode = encode;
    this.#decode = decode;
  }

  encode(chunk: NdArray): NdArray {
    const { dtype } = this.encoded;
    return new NdArray(dtype, mapped(chunk.dtype, flatStorage(chunk), dtype, this.#encode), chunk.shape);
  }

  decode(chunk: NdArray): NdArray {
    const { dtype } = this.#spec;
    return new NdArray(dtype, mapped(chunk.dtype, flatStorage(chunk), dtype, this.#decode), chunk.shape);
  }
}

/** `pcodec` of numcodecs: numbers as a file of pco, which finds out what they have in common. */
import type { DType } from '../../dtypes/dtype.js';
import { MetadataValidationError } from '../../errors.js';
import { fromPlain } from '../../json/convert.js';
import type { JsonObject } from '../../json/model.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { named } from '../compressors/output.js';
import { NumcodecSerializer } from '../numcodec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { bytesOfElements } from './elements.js';
import { decodePco } from './pcodec/decode.js';
import { encodePco, type PcoSettings } from './pcodec/encode.js';
import { type NumberType, numberTypeOf, numberWords } from './pcodec/number-type.js';

const ID = 'pcodec';
const CLASS_NAME = 'PCodec';

const MODE_SPECS = Object.freeze(['auto', 'classic'] as const);
const DELTA_SPECS = Object.freeze(['auto', 'no_op', 'none', 'try_consecutive', 'try_lookback'] as const);
const PAGING_SPECS = Object.freeze(['equal_pages_up_to'] as const);

const DEFAULT_LEVEL = 8;
const MAX_LEVEL = 12;
const MAX_ORDER = 7;
const DEFAULT_PAGE = 262144;

/** What the constructor of `PCodec` takes. */
export interface PCodecOptions {
  /** 0 to 12: more is slower and compresses better; 8 unless said. */
  readonly level?: number | undefined;
  /** Whether it is tried to find out what numbers are multiples of (`'auto'`), or not (`'classic'`). */
  readonly modeSpec?: (typeof MODE_SPECS)[number] | undefined;
  /** What is stored in place of numbers: those (`'no_op'`, `'none'`), differences, or what suits best (`'auto'`). */
  readonly deltaSpec?: (typeof DELTA_SPECS)[number] | undefined;
  readonly pagingSpec?: (typeof PAGING_SPECS)[number] | undefined;
  /** The order of differences, 0 to 7, for `'auto'` and `'try_consecutive'`. */
  readonly deltaEncodingOrder?: number | null | undefined;
  /** At most how many numbers have their own bins. */
  readonly equalPagesUpTo?: number | undefined;
}

/** The options' names in documents. */
const NAMES: Readonly<Record<keyof PCodecOptions, string>> = Object.freeze({
  level: 'level',
  modeSpec: 'mode_spec',
  deltaSpec: 'delta_spec',
  pagingSpec: 'paging_spec',
  deltaEncodingOrder: 'delta_encoding_order',
  equalPagesUpTo: 'equal_pages_up_to',
});

/**
 * numcodecs' PCodec: the codec of integers, floats (complex too) and times that loses nothing, and finds out what numbers have in
 * common: that they are multiples, decimals or of few bits, follow each other or repeat.
 *
 * @throws ArgumentError for options beyond their range, and an order where there are no differences.
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const data = Float64Array.from({ length: 10000 }, (_, i) => (i % 365) / 10);
 * const array = zarr.createArray(undefined, { data, serializer: new numcodecs.PCodec(), compressors: null });
 * array.get([3]); // 0.3
 * array.nbytesStored() < array.nbytes / 10; // true
 */
export class PCodec extends NumcodecSerializer {
  readonly level: number;
  readonly modeSpec: NonNullable<PCodecOptions['modeSpec']>;
  readonly deltaSpec: NonNullable<PCodecOptions['deltaSpec']>;
  readonly pagingSpec: NonNullable<PCodecOptions['pagingSpec']>;
  readonly deltaEncodingOrder: number | null;
  readonly equalPagesUpTo: number;

  constructor(options: PCodecOptions = {}, format: 2 | 3 = 3) {
    super(ID, CLASS_NAME, inDocument(options), format);
    const names = Object.keys(NAMES) as (keyof PCodecOptions)[]; // The keys of a table by option.
    const given = readOptions(new Options(this.name, options, names, CLASS_NAME), (name) => name);
    this.level = given.level ?? DEFAULT_LEVEL;
    this.modeSpec = given.modeSpec ?? 'auto';
    this.deltaSpec = given.deltaSpec ?? 'auto';
    this.pagingSpec = given.pagingSpec ?? 'equal_pages_up_to';
    this.deltaEncodingOrder = given.deltaEncodingOrder ?? null;
    this.equalPagesUpTo = given.equalPagesUpTo ?? DEFAULT_PAGE;
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    const { level, modeSpec, deltaSpec, pagingSpec, deltaEncodingOrder, equalPagesUpTo } = this;
    return inDocument({ level, modeSpec, deltaSpec, pagingSpec, deltaEncodingOrder, equalPagesUpTo });
  }

  /** numcodecs prints the members in the order of their names. */
  override get text(): string {
    const sorted = Object.entries(this.members).sort(([a], [b]) => (a < b ? -1 : 1));
    return `${CLASS_NAME}(${argumentsText(Object.fromEntries(sorted))})`;
  }

  override resolve(spec: ChunkSpec): this {
    this.#typeOf(spec);
    return this;
  }

  bind(spec: ChunkSpec): Serializer {
    return new Pcodec(this, spec, this.#typeOf(spec));
  }

  /** How numbers are encoded. */
  get settings(): PcoSettings {
    const { level, modeSpec, deltaSpec, deltaEncodingOrder } = this;
    return { level, tryModes: modeSpec === 'auto', delta: deltaOf(deltaSpec, deltaEncodingOrder) };
  }

  #typeOf({ dtype }: ChunkSpec): NumberType {
    const refused = (text: string) => new MetadataValidationError(`${this.name} ${text}`, { codec: this.name });
    const type = numberTypeOf(dtype);
    if (type === undefined) throw refused(`encodes integers, floats, complex numbers and times, not "${dtype.name}"`);
    if (dtype.endianness === 'big') throw refused('encodes elements in little-endian byte order alone');
    return type;
  }
}

function deltaOf(spec: PCodec['deltaSpec'], order: number | null): PcoSettings['delta'] {
  if (order !== null) return order;
  if (spec === 'try_lookback') return 'lookback';
  return spec === 'auto' ? 'auto' : 0;
}

/** The options, as documents have them. */
const inDocument = (options: PCodecOptions): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(options ?? {}).map(([name, value]) => [NAMES[name as keyof PCodecOptions] ?? name, value]),
  );

/** The options of a document, as a constructor takes them; each is checked by its own name. */
function fromMembers(members: object): PCodecOptions {
  const given = new Options(`numcodecs.${ID}`, members, Object.values(NAMES));
  return readOptions(given, (name) => NAMES[name]);
}

function readOptions(given: Options, nameOf: (name: keyof PCodecOptions) => string): PCodecOptions {
  const order = nameOf('deltaEncodingOrder');
  const spec = nameOf('deltaSpec');
  const deltaEncodingOrder =
    given.get(order) === null ? null : given.integer(order, { minimum: 0, maximum: MAX_ORDER });
  const deltaSpec = given.choice(spec, DELTA_SPECS);
  const hasOrder = typeof deltaEncodingOrder === 'number';
  if (deltaSpec === 'try_consecutive' && !hasOrder) throw given.missing(order);
  if (hasOrder && deltaSpec !== undefined && deltaSpec !== 'auto' && deltaSpec !== 'try_consecutive') {
    throw given.wrong(order, `expected none where ${spec} is "${deltaSpec}", got ${deltaEncodingOrder}`);
  }
  const options: PCodecOptions = {
    level: given.integer(nameOf('level'), { minimum: 0, maximum: MAX_LEVEL }),
    modeSpec: given.choice(nameOf('modeSpec'), MODE_SPECS),
    deltaSpec,
    pagingSpec: given.choice(nameOf('pagingSpec'), PAGING_SPECS),
    deltaEncodingOrder,
    equalPagesUpTo: given.integer(nameOf('equalPagesUpTo'), { minimum: 1 }),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

export const numcodecsPCodecDefinition = Object.freeze<CodecDefinition<PCodec>>({
  name: `numcodecs.${ID}`,
  parse: (configuration) => new PCodec(fromMembers(Options.given(configuration))),
  v2: {
    id: ID,
    parse: (document) => new PCodec(fromMembers(Options.givenV2(document)), 2),
    // Members are numbers, strings and null: `fromPlain` makes an object of an object.
    toJson: ({ members }) => fromPlain({ id: ID, ...members }) as JsonObject,
    toString: ({ text }) => text,
  },
});

class Pcodec implements Serializer {
  readonly kind = 'serializer';
  readonly size = undefined;
  readonly #codec: PCodec;
  readonly #dtype: DType;
  readonly #shape: readonly number[];
  readonly #type: NumberType;

  constructor(codec: PCodec, { dtype, shape }: ChunkSpec, type: NumberType) {
    this.#codec = codec;
    this.#dtype = dtype;
    this.#shape = shape;
    this.#type = type;
  }

  encode(chunk: NdArray): Uint8Array {
    const { settings, equalPagesUpTo } = this.#codec;
    const numbers = numberWords(bytesOfElements(chunk), this.#type.bits);
    return encodePco(numbers, this.#type, settings, equalPagesUpTo);
  }

  decode(bytes: Uint8Array): NdArray {
    try {
      const chunk = new NdArray(this.#dtype, this.#dtype.allocate(sizeOf(this.#shape)), this.#shape);
      decodePco(bytes, this.#type, numberWords(bytesOfElements(chunk), this.#type.bits));
      return chunk;
    } catch (error) {
      throw named(error, this.#codec.name);
    }
  }
}

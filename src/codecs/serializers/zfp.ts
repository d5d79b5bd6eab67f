/**
 * `zfp`: blocks of numbers as a stream without a header; the configuration says what is kept of them.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/zfp
 */
import type { DType } from '../../dtypes/dtype.js';
import { MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { named } from '../compressors/output.js';
import { NamedCodec } from '../named-codec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { BitReader, BitWriter } from './bit-stream.js';
import { bytesOfElements } from './elements.js';
import { blockCount, checkEnd, decodeField, encodeField } from './zfp/field.js';
import type { ZfpField } from './zfp/header.js';
import { floatOption } from './zfp/options.js';
import {
  checkParameters,
  fixedAccuracy,
  fixedPrecision,
  fixedRate,
  headBits,
  REVERSIBLE,
  type ZfpParameters,
  type ZfpType,
} from './zfp/parameters.js';
import { demote, promote, zfpTypeOf } from './zfp/promotion.js';

const NAME = 'zfp';

/** The most axes of an array. */
const MAX_RANK = 4;

/** What is kept of the values. */
export type ZfpMode = 'reversible' | 'expert' | 'fixed_accuracy' | 'fixed_rate' | 'fixed_precision';

/** What the constructor of `ZfpCodec` takes: the mode, and the options of that mode. */
export interface ZfpOptions {
  /** What is kept of the values. */
  readonly mode: ZfpMode;
  /** `fixed_accuracy`, for floats: the most by which a value may differ. */
  readonly tolerance?: number | undefined;
  /** `fixed_rate`: bits per value. */
  readonly rate?: number | undefined;
  /** `fixed_precision`: bit planes per block; 0 for all. */
  readonly precision?: number | undefined;
  /** `expert`: the fewest bits per block. */
  readonly minbits?: number | undefined;
  /** `expert`: the most bits per block. */
  readonly maxbits?: number | undefined;
  /** `expert`: the most bit planes per block, 1 to 64. */
  readonly maxprec?: number | undefined;
  /** `expert`, for floats: the power of two of the lowest bit plane; below -1074, nothing is lost. */
  readonly minexp?: number | undefined;
}

/** The options of each mode, all of them needed. */
const MODES: Readonly<Record<ZfpMode, readonly (keyof ZfpOptions)[]>> = Object.freeze({
  reversible: [],
  expert: ['minbits', 'maxbits', 'maxprec', 'minexp'],
  fixed_accuracy: ['tolerance'],
  fixed_rate: ['rate'],
  fixed_precision: ['precision'],
});

/**
 * The codec of numbers of up to four axes that keeps as much of them as it is told: integers, `float32`, `float64` and
 * times. Unsigned integers of 32 and 64 bits have to be in the range of signed ones; a chunk with others is a
 * `CodecError`.
 *
 * @throws ArgumentError for options that the mode needs and are not there, or has not, or beyond their range.
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ZfpCodec } from 'zarr-ts/codecs';
 * const array = zarr.createArray(undefined, {
 *   shape: [64, 64],
 *   chunks: [32, 32],
 *   dtype: 'float32',
 *   serializer: new ZfpCodec({ mode: 'fixed_accuracy', tolerance: 0.01 }),
 *   compressors: null,
 * });
 * array.set('0', 1.2345);
 * Math.abs(Number(array.get([0, 5])) - 1.2345) <= 0.01; // true
 */
export class ZfpCodec extends NamedCodec<Serializer> {
  readonly kind = 'serializer';
  readonly name = NAME;
  /** What is kept of the values. */
  readonly mode: ZfpMode;
  readonly configuration: Readonly<Record<string, unknown>>;

  constructor(options: ZfpOptions) {
    super();
    const modes = Object.keys(MODES) as ZfpMode[]; // The keys of a table by mode.
    const given = new Options(NAME, options, ['mode', ...modes.flatMap((mode) => MODES[mode])], 'ZfpCodec');
    const mode = given.choice('mode', modes);
    if (mode === undefined) throw given.missing('mode');
    this.mode = mode;
    const members: [string, unknown][] = MODES[mode].map((name) => [name, memberOf(given, name)]);
    const strange = modes
      .flatMap((other) => MODES[other])
      .find((name) => given.get(name) !== undefined && !MODES[mode].includes(name));
    if (strange !== undefined) throw given.wrong(strange, `not an option of mode "${mode}"`);
    this.configuration = Object.freeze({ mode, ...Object.fromEntries(members) });
    Object.freeze(this);
  }

  toString(): string {
    return `ZfpCodec(${argumentsText(this.configuration)})`;
  }

  override resolve(spec: ChunkSpec): this {
    const type = typeOf(spec, this.mode);
    if (spec.shape.length > MAX_RANK) {
      throw refused(`${NAME} encodes arrays of up to ${MAX_RANK} axes, got ${spec.shape.length}`);
    }
    checkParameters(type, this.parameters(type, Math.max(1, spec.shape.length)));
    return this;
  }

  bind(spec: ChunkSpec): Serializer {
    this.resolve(spec);
    return new Zfp(this, spec);
  }

  /** The parameters of the stream for arrays of `rank` axes. */
  parameters(type: ZfpType, rank: number): ZfpParameters {
    // The constructor has checked that all of a mode are there, and numbers.
    const { tolerance, rate, precision, ...expert } = this.configuration as unknown as Required<ZfpOptions>;
    switch (this.mode) {
      case 'reversible':
        return REVERSIBLE;
      case 'fixed_accuracy':
        return fixedAccuracy(tolerance);
      case 'fixed_rate':
        return fixedRate(rate, rank, type === 'float32' || type === 'float64' ? headBits(type, fixedPrecision(0)) : 0);
      case 'fixed_precision':
        return fixedPrecision(precision);
      case 'expert':
        return expert;
      default:
        return this.mode satisfies never;
    }
  }
}

function memberOf(given: Options, name: keyof ZfpOptions): number {
  const value = readMember(given, name);
  if (value === undefined) throw given.missing(name);
  return value;
}

function readMember(given: Options, name: keyof ZfpOptions): number | undefined {
  switch (name) {
    case 'tolerance':
    case 'rate':
      return floatOption(given, name, 0);
    case 'maxprec':
      return given.integer(name, { minimum: 1, maximum: 64 });
    case 'minexp':
      return given.integer(name, { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 });
    default:
      return given.integer(name, { minimum: 0, maximum: 2 ** 31 - 1 });
  }
}

function typeOf({ dtype }: ChunkSpec, mode: ZfpMode): ZfpType {
  const type = zfpTypeOf(dtype);
  if (type === undefined) throw refused(`${NAME} encodes integers, float32, float64 and times, not "${dtype.name}"`);
  if (dtype.endianness === 'big') throw refused(`${NAME} encodes elements in little-endian byte order alone`);
  if (mode === 'fixed_accuracy' && (type === 'int32' || type === 'int64')) {
    throw refused(`configuration.mode: "fixed_accuracy" is for floats, not "${dtype.name}"`);
  }
  return type;
}

const refused = (text: string): MetadataValidationError => new MetadataValidationError(text, { codec: NAME });

export const zfpDefinition = Object.freeze<CodecDefinition<ZfpCodec>>({
  name: NAME,
  aliases: ['zarrs.zfp', 'https://codec.zarrs.dev/array_to_bytes/zfp'],
  parse: (configuration) => new ZfpCodec(Options.given(configuration)),
});

class Zfp implements Serializer {
  readonly kind = 'serializer';
  readonly size = undefined;
  readonly #dtype: DType;
  readonly #shape: readonly number[];
  readonly #field: ZfpField;
  /** What zarrs writes at a fixed rate, whatever the number of axes: as many bits per block as for three. */
  readonly #cubicRate: ZfpParameters | undefined;

  constructor(codec: ZfpCodec, spec: ChunkSpec) {
    const type = typeOf(spec, codec.mode);
    const shape = spec.shape.length === 0 ? [1] : spec.shape;
    this.#dtype = spec.dtype;
    this.#shape = spec.shape;
    this.#field = { type, shape, parameters: codec.parameters(type, shape.length) };
    this.#cubicRate = codec.mode === 'fixed_rate' ? codec.parameters(type, 3) : undefined;
  }

  encode(chunk: NdArray): Uint8Array {
    try {
      const bytes = bytesOfElements(chunk);
      const writer = new BitWriter(bytes.length / 2);
      encodeField(writer, promote(bytes, this.#dtype), this.#field);
      writer.align(8);
      return writer.toBytes();
    } catch (error) {
      throw named(error, NAME);
    }
  }

  decode(bytes: Uint8Array): NdArray {
    try {
      const reader = new BitReader(bytes);
      const field = this.#fieldOf(bytes.length);
      const storage = this.#dtype.allocate(field.shape.reduce((size, length) => size * length, 1));
      const chunk = new NdArray(this.#dtype, storage, this.#shape);
      const target = bytesOfElements(chunk);
      demote(target, this.#dtype, (words) => decodeField(reader, words, field));
      checkEnd(reader);
      return chunk;
    } catch (error) {
      throw named(error, NAME);
    }
  }

  #fieldOf(length: number): ZfpField {
    const cubic = this.#cubicRate;
    const field = this.#field;
    if (cubic === undefined || length === sizeAt(field, field.parameters)) return field;
    return length === sizeAt(field, cubic) ? { ...field, parameters: cubic } : field;
  }
}

/** The length in bytes of a stream whose blocks all have as many bits. */
const sizeAt = ({ shape }: ZfpField, { maxbits }: ZfpParameters): number =>
  Math.ceil((blockCount(shape) * maxbits) / 64) * 8;

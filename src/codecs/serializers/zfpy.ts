/** `zfpy` of numcodecs: a zfp stream whose header says everything. */
import type { DType } from '../../dtypes/dtype.js';
import { CodecError, MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { named } from '../compressors/output.js';
import { NumcodecSerializer, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { BitReader, BitWriter } from './bit-stream.js';
import { bytesOfElements, wordsOfBytes } from './elements.js';
import { checkEnd, decodeField, encodeField } from './zfp/field.js';
import { longestAxis, readHeader, writeHeader, type ZfpField } from './zfp/header.js';
import { floatOption } from './zfp/options.js';
import {
  checkParameters,
  fixedAccuracy,
  fixedPrecision,
  fixedRate,
  REVERSIBLE,
  ZFP_TYPES,
  type ZfpParameters,
  type ZfpType,
} from './zfp/parameters.js';
import { zfpTypeOf } from './zfp/promotion.js';

const CLASS_NAME = 'ZFPY';

/** The most axes of an array. */
const MAX_RANK = 4;

/** The modes that can be encoded, by their numbers in zfp. */
const FIXED_RATE = 2;
const FIXED_PRECISION = 3;
const FIXED_ACCURACY = 4;

/** What the constructor of `ZFPY` takes. */
export interface ZFPYOptions {
  /** 2: fixed rate, 3: fixed precision, 4: fixed accuracy. What others wrote is read in any mode. */
  readonly mode?: number | undefined;
  /** The most by which a value may differ, in mode 4; below 0, nothing is lost. */
  readonly tolerance?: number | undefined;
  /** Bits per value, in mode 2; below 0, nothing is lost. */
  readonly rate?: number | undefined;
  /** Bit planes per block, in mode 3; 0 for all, below 0, nothing is lost. */
  readonly precision?: number | undefined;
}

/** What documents have besides, which follows from the others. */
const KEYWORDS = 'compression_kwargs';

/**
 * numcodecs' ZFPY: the codec of `int32`, `int64`, `float32`, `float64` and times, of up to four axes.
 *
 * @throws ArgumentError for options that are no numbers.
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const compressors = new numcodecs.ZFPY({ mode: 4, tolerance: 0.5 });
 * const array = zarr.createArray(undefined, { shape: [100], dtype: 'float64', zarrFormat: 2, compressors });
 * array.set(':', 20.25);
 * Math.abs(Number(array.get([7])) - 20.25) <= 0.5; // true
 */
export class ZFPY extends NumcodecSerializer {
  readonly mode: number;
  readonly tolerance: number;
  readonly rate: number;
  readonly precision: number;

  constructor(options: ZFPYOptions = {}, format: 2 | 3 = 3) {
    super('zfpy', CLASS_NAME, options, format);
    const names = ['mode', 'tolerance', 'rate', 'precision', KEYWORDS];
    const given = new Options(this.name, options, names, CLASS_NAME);
    this.mode = given.integer('mode', {}) ?? FIXED_ACCURACY;
    this.tolerance = floatOption(given, 'tolerance') ?? -1;
    this.rate = floatOption(given, 'rate') ?? -1;
    this.precision = given.integer('precision', {}) ?? -1;
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    const { mode, tolerance, rate, precision } = this;
    const keywords = this.#keywords();
    return { mode, ...(keywords && { [KEYWORDS]: keywords }), tolerance, rate, precision };
  }

  override get text(): string {
    const { mode, tolerance, rate, precision } = this;
    return `${CLASS_NAME}(${argumentsText({ mode, tolerance, rate, precision })})`;
  }

  override get encodeProblem(): string | undefined {
    if (this.#keywords() !== undefined) return undefined;
    return `zfpy: mode: expected ${FIXED_RATE}, ${FIXED_PRECISION} or ${FIXED_ACCURACY}, got ${this.mode}, which can only be read`;
  }

  override resolve(spec: ChunkSpec): this {
    this.#fieldOf(spec);
    return this;
  }

  bind(spec: ChunkSpec): Serializer {
    return new Zfpy(this.name, this.#fieldOf(spec), spec, this.encodeProblem);
  }

  #fieldOf({ dtype, shape: chunkShape }: ChunkSpec): ZfpField {
    const refused = (text: string) => new MetadataValidationError(`${this.name} ${text}`, { codec: this.name });
    const type = typeOf(dtype);
    if (type === undefined) throw refused(`encodes ${ZFP_TYPES.join(', ')} and times, not "${dtype.name}"`);
    if (dtype.endianness === 'big') throw refused('encodes elements in little-endian byte order alone');
    const rank = chunkShape.length;
    if (rank > MAX_RANK) throw refused(`encodes arrays of up to ${MAX_RANK} axes, got ${rank}`);
    const shape = rank === 0 ? [1] : chunkShape;
    if (shape.some((length) => length > longestAxis(shape.length))) {
      throw refused(`encodes axes of up to ${longestAxis(shape.length)} elements, got a chunk of shape (${shape})`);
    }
    const parameters = this.#parameters(shape.length);
    checkParameters(type, parameters);
    return { type, shape, parameters };
  }

  /** What numcodecs hands on: the one option that belongs to the mode. */
  #keywords(): Readonly<Record<string, number>> | undefined {
    const { mode, tolerance, rate, precision } = this;
    if (mode === FIXED_RATE) return { rate };
    if (mode === FIXED_PRECISION) return { precision };
    return mode === FIXED_ACCURACY ? { tolerance } : undefined;
  }

  #parameters(rank: number): ZfpParameters {
    const { mode, tolerance, rate, precision } = this;
    if (mode === FIXED_RATE && rate >= 0) return fixedRate(rate, rank, 0);
    if (mode === FIXED_PRECISION && precision >= 0) return fixedPrecision(precision);
    if (mode === FIXED_ACCURACY && tolerance >= 0) return fixedAccuracy(tolerance);
    return REVERSIBLE;
  }
}

/** zfp's own types, and times, which are integers of 64 bits. */
function typeOf(dtype: DType): ZfpType | undefined {
  const type = zfpTypeOf(dtype);
  return type === dtype.name || dtype.kind === 'datetime' || dtype.kind === 'timedelta' ? type : undefined;
}

export const numcodecsZFPYDefinition: CodecDefinition<ZFPY> = /* @__PURE__ */ numcodecDefinition('zfpy', ZFPY);

class Zfpy implements Serializer {
  readonly kind = 'serializer';
  readonly size = undefined;
  readonly #codec: string;
  readonly #field: ZfpField;
  readonly #spec: ChunkSpec;
  readonly #problem: string | undefined;

  constructor(codec: string, field: ZfpField, spec: ChunkSpec, problem: string | undefined) {
    this.#codec = codec;
    this.#field = field;
    this.#spec = spec;
    this.#problem = problem;
  }

  encode(chunk: NdArray): Uint8Array {
    if (this.#problem !== undefined) throw new CodecError(this.#problem, { codec: this.#codec });
    const bytes = bytesOfElements(chunk);
    const writer = new BitWriter(bytes.length / 2);
    writeHeader(writer, this.#field);
    encodeField(writer, wordsOfBytes(bytes), this.#field);
    writer.align(8);
    return writer.toBytes();
  }

  decode(bytes: Uint8Array): NdArray {
    const { dtype, shape } = this.#spec;
    try {
      const reader = new BitReader(bytes);
      const field = readHeader(reader);
      this.#checkHeader(field);
      const chunk = new NdArray(dtype, dtype.allocate(sizeOf(shape)), shape);
      decodeField(reader, wordsOfBytes(bytesOfElements(chunk)), field);
      checkEnd(reader);
      return chunk;
    } catch (error) {
      throw named(error, this.#codec);
    }
  }

  /** The header's shape is that of the stream; the chunk only has as many elements. Filters of numcodecs leave one axis. */
  #checkHeader({ type, shape, parameters }: ZfpField): void {
    const expected = this.#field;
    if (type !== expected.type || sizeOf(shape) !== sizeOf(expected.shape)) {
      throw new CodecError(
        `expected ${expected.type} of shape (${expected.shape}), its header says ${type} (${shape})`,
      );
    }
    try {
      checkParameters(type, parameters);
    } catch (error) {
      throw new CodecError(`its header: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}

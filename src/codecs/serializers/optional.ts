/**
 * `zarrs.optional`: values that may be missing, as a mask of those that are there, and those values one after another, each
 * encoded by a chain of its own. First come the lengths of the two parts in bytes, in 64 bits, little-endian. Values of which
 * there are none have no bytes.
 */
import { Bool } from '../../dtypes/bool.js';
import type { DType } from '../../dtypes/dtype.js';
import type { Storage } from '../../dtypes/storage.js';
import { CodecError, MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import { isPromise, type MaybePromise } from '../../task.js';
import { checkChain, hasUnknown, resolveChain } from '../chain.js';
import type { ChunkSpec, Codec, CodecDefinition, Serializer } from '../codec.js';
import { flatStorage, packedStorage } from '../filters/numbers.js';
import { NamedCodec } from '../named-codec.js';
import { codecList, documentsOf, parsedCodecs, tupleText } from '../nested.js';
import { at, Options } from '../options.js';
import { CodecPipeline } from '../pipeline.js';
import type { CodecOption } from '../registry.js';

const NAME = 'zarrs.optional';
const HEADER_BYTES = 16;

/** What the codec asks of a data type whose values may be missing. */
export interface MaskedDType extends DType {
  /** The type of the values. */
  readonly dtype: DType;
  /** Which elements are there: storage of `bool`. */
  mask(storage: Storage): Uint8Array;
  /** The values that are there, one after another: storage of their type. */
  values(storage: Storage): Storage;
  /** Storage of elements, of which `values` are there. */
  join(mask: Uint8Array, values: Storage): Storage;
}

/** What the constructor of `OptionalCodec` takes. */
export interface OptionalOptions {
  /** The chain that encodes the mask, chunks of `bool` with one axis. */
  readonly maskCodecs: readonly CodecOption[];
  /** The chain that encodes the values that are there, as chunks with one axis. */
  readonly dataCodecs: readonly CodecOption[];
}

/**
 * The codec of values that may be missing.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { BytesCodec, OptionalCodec, PackBitsCodec } from 'zarr-ts/codecs';
 * import { Optional, parseDtype } from 'zarr-ts/dtype';
 * const serializer = new OptionalCodec({ maskCodecs: [new PackBitsCodec()], dataCodecs: [new BytesCodec()] });
 * const dtype = new Optional({ dtype: parseDtype('int16') });
 * const array = zarr.createArray(undefined, { shape: [3], dtype, serializer });
 * array.set(':', [1, null, 3]);
 * array.get().toNested(); // [1, null, 3]
 */
export class OptionalCodec extends NamedCodec<Serializer> {
  readonly kind = 'serializer';
  readonly name = NAME;
  /** The chain that encodes the mask. */
  readonly maskCodecs: readonly Codec[];
  /** The chain that encodes the values. */
  readonly dataCodecs: readonly Codec[];
  readonly configuration: Readonly<Record<string, unknown>>;

  constructor(options: OptionalOptions) {
    super();
    const given = new Options(NAME, options, ['maskCodecs', 'dataCodecs'], 'OptionalCodec');
    const maskCodecs = codecList(given, 'maskCodecs');
    const dataCodecs = codecList(given, 'dataCodecs');
    if (maskCodecs === undefined) throw given.missing('maskCodecs');
    if (dataCodecs === undefined) throw given.missing('dataCodecs');
    given.checked(() => {
      checkChain(maskCodecs, 'mask_codecs');
      checkChain(dataCodecs, 'data_codecs');
    });
    this.maskCodecs = maskCodecs;
    this.dataCodecs = dataCodecs;
    this.configuration = Object.freeze({
      mask_codecs: documentsOf(maskCodecs),
      data_codecs: documentsOf(dataCodecs),
    });
    Object.freeze(this);
  }

  override get nestedCodecs(): readonly Codec[] {
    return [...this.maskCodecs, ...this.dataCodecs];
  }

  toString(): string {
    return `OptionalCodec(mask_codecs=${tupleText(this.maskCodecs)}, data_codecs=${tupleText(this.dataCodecs)})`;
  }

  /** With both chains resolved; as it is where a codec in them is not known. */
  override resolve(spec: ChunkSpec): OptionalCodec {
    const dtype = maskedDtype(spec.dtype);
    if (hasUnknown(this.nestedCodecs)) return this;
    const length = sizeOf(spec.shape);
    return new OptionalCodec({
      maskCodecs: at('configuration', () => resolveChain(this.maskCodecs, maskSpec(length), 'mask_codecs')),
      dataCodecs: at('configuration', () => resolveChain(this.dataCodecs, valueSpec(dtype, length), 'data_codecs')),
    });
  }

  bind(spec: ChunkSpec): Serializer {
    return new OptionalSerializer(this.maskCodecs, this.dataCodecs, maskedDtype(spec.dtype), spec.shape);
  }
}

export const optionalCodecDefinition = Object.freeze<CodecDefinition<OptionalCodec>>({
  name: NAME,
  aliases: ['optional', 'https://codec.zarrs.dev/array_to_bytes/optional'],
  parse(configuration) {
    const given = new Options(NAME, configuration, ['mask_codecs', 'data_codecs']);
    const maskCodecs = parsedCodecs(configuration, 'mask_codecs', NAME);
    const dataCodecs = parsedCodecs(configuration, 'data_codecs', NAME);
    if (maskCodecs === undefined) throw given.missing('mask_codecs');
    if (dataCodecs === undefined) throw given.missing('data_codecs');
    return new OptionalCodec({ maskCodecs, dataCodecs });
  },
});

function maskedDtype(dtype: DType): MaskedDType {
  const { mask, values, join } = dtype as Partial<MaskedDType>; // Any type may be asked for them.
  if (typeof mask === 'function' && typeof values === 'function' && typeof join === 'function') {
    return dtype as MaskedDType;
  }
  throw new MetadataValidationError(`expected elements that may be missing, got "${dtype.name}"`, { codec: NAME });
}

function maskSpec(length: number): ChunkSpec {
  const dtype = new Bool();
  return { shape: [length], dtype, fillValue: dtype.defaultFillValue() };
}

const valueSpec = ({ dtype }: MaskedDType, length: number): ChunkSpec => ({
  shape: [length],
  dtype,
  fillValue: dtype.defaultFillValue(),
});

class OptionalSerializer implements Serializer {
  readonly kind = 'serializer';
  readonly size = undefined;
  readonly #dtype: MaskedDType;
  readonly #shape: readonly number[];
  readonly #mask: CodecPipeline;
  readonly #dataCodecs: readonly Codec[];

  constructor(
    maskCodecs: readonly Codec[],
    dataCodecs: readonly Codec[],
    dtype: MaskedDType,
    shape: readonly number[],
  ) {
    this.#dtype = dtype;
    this.#shape = shape;
    this.#mask = new CodecPipeline(maskCodecs, maskSpec(sizeOf(shape)));
    this.#dataCodecs = dataCodecs;
  }

  encode(chunk: NdArray): MaybePromise<Uint8Array> {
    const storage = flatStorage(chunk);
    const mask = this.#dtype.mask(storage);
    const values = this.#dtype.values(storage);
    const spec = valueSpec(this.#dtype, values.length / this.#dtype.dtype.unitsPerItem);
    const parts = [
      this.#mask.encode(new NdArray(new Bool(), mask, [mask.length])),
      // Values of which there are none are not encoded, whatever the chain would make of them.
      values.length === 0 ? new Uint8Array(0) : this.#values(spec).encode(new NdArray(spec.dtype, values, spec.shape)),
    ] as const;
    const [encodedMask, encodedValues] = parts;
    if (!isPromise(encodedMask) && !isPromise(encodedValues)) return joined(encodedMask, encodedValues);
    return Promise.all(parts).then(([first, second]) => joined(first, second));
  }

  decode(bytes: Uint8Array): MaybePromise<NdArray> {
    const [mask, values] = partsOf(bytes);
    const decoded = this.#mask.decode(mask);
    return isPromise(decoded)
      ? Promise.resolve(decoded).then((later) => this.#decodeValues(later, values))
      : this.#decodeValues(decoded, values);
  }

  #decodeValues(maskChunk: NdArray, bytes: Uint8Array): MaybePromise<NdArray> {
    const mask = packedStorage(maskChunk) as Uint8Array; // Of `bool`.
    const spec = valueSpec(
      this.#dtype,
      mask.reduce((count, bit) => count + (bit === 0 ? 0 : 1), 0),
    );
    const joinedWith = (values: NdArray): NdArray =>
      new NdArray(this.#dtype, this.#dtype.join(mask, flatStorage(values)), this.#shape);
    if (spec.shape[0] === 0 && bytes.length === 0) {
      return joinedWith(new NdArray(spec.dtype, spec.dtype.allocate(0), spec.shape));
    }
    const decoded = this.#values(spec).decode(bytes);
    return isPromise(decoded) ? Promise.resolve(decoded).then(joinedWith) : joinedWith(decoded);
  }

  /** As many values as there are differ from chunk to chunk. */
  #values(spec: ChunkSpec): CodecPipeline {
    return new CodecPipeline(this.#dataCodecs, spec);
  }
}

function joined(mask: Uint8Array, values: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + mask.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(mask.length), true);
  view.setBigUint64(8, BigInt(values.length), true);
  bytes.set(mask, HEADER_BYTES);
  bytes.set(values, HEADER_BYTES + mask.length);
  return bytes;
}

function partsOf(bytes: Uint8Array): [Uint8Array, Uint8Array] {
  const failed = (text: string): CodecError => new CodecError(`${NAME}: ${text}`, { codec: NAME });
  if (bytes.length < HEADER_BYTES) throw failed(`expected at least ${HEADER_BYTES} bytes, got ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [maskLength, valuesLength] = [view.getBigUint64(0, true), view.getBigUint64(8, true)];
  const expected = BigInt(HEADER_BYTES) + maskLength + valuesLength;
  if (expected !== BigInt(bytes.length)) throw failed(`expected ${expected} bytes, got ${bytes.length}`);
  const middle = HEADER_BYTES + Number(maskLength);
  return [bytes.subarray(HEADER_BYTES, middle), bytes.subarray(middle)];
}

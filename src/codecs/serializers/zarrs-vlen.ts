/**
 * `zarrs.vlen`: strings and byte strings as one run of bytes, and where in it each begins; both parts are encoded by chains
 * of their own. https://docs.rs/zarrs/latest/zarrs/array/codec/array_to_bytes/vlen/
 *
 * The index has one offset more than there are elements, the last being where the last one ends. Its encoded length in 64
 * bits, little-endian, comes first, then the index and the bytes; or, with the index at the end, bytes, index and length.
 * Bytes of which there are none are not encoded.
 */
import type { DType } from '../../dtypes/dtype.js';
import { UInt8, UInt32, UInt64 } from '../../dtypes/integers.js';
import { CodecError, LimitError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import { isPromise, type MaybePromise } from '../../task.js';
import { checkChain, hasUnknown, resolveChain } from '../chain.js';
import type { ChunkSpec, Codec, CodecDefinition, Serializer } from '../codec.js';
import { packedStorage } from '../filters/numbers.js';
import { NamedCodec } from '../named-codec.js';
import { codecList, documentsOf, parsedCodecs, tupleText } from '../nested.js';
import { at, Options } from '../options.js';
import { CodecPipeline } from '../pipeline.js';
import { pythonText } from '../python-text.js';
import type { CodecOption } from '../registry.js';
import { bytesOfItems, checkVarying, itemReader } from './vlen-items.js';

const NAME = 'zarrs.vlen';
const LENGTH_BYTES = 8;
/** The most bytes that the elements of a chunk may have together: as many as other chunks. */
const MAX_BYTES = 2 ** 31;

const INDEX_DTYPES = Object.freeze(['uint32', 'uint64'] as const);
const INDEX_LOCATIONS = Object.freeze(['start', 'end'] as const);

/** What `VLenCodec` takes. */
export interface VLenOptions {
  /** The chain that encodes the bytes, chunks of `uint8` with one axis. */
  readonly dataCodecs: readonly CodecOption[];
  /** The chain that encodes the offsets, chunks with one axis. */
  readonly indexCodecs: readonly CodecOption[];
  /** The type of the offsets. */
  readonly indexDataType: (typeof INDEX_DTYPES)[number];
  /** Whether the index comes first, which it does unless said. */
  readonly indexLocation?: (typeof INDEX_LOCATIONS)[number] | undefined;
}

/**
 * The codec of strings and byte strings that compresses lengths and bytes apart from each other.
 *
 * @example
 * import { BytesCodec, VLenCodec } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const indexCodecs = [new BytesCodec({ endian: 'little' })];
 * const serializer = new VLenCodec({ indexCodecs, dataCodecs: [new BytesCodec()], indexDataType: 'uint32' });
 * const array = createArray(new MemoryStore(), { shape: [2], dtype: 'string', serializer });
 * array.set(null, ['a', 'bé']);
 * array.get(1); // 'bé'
 */
export class VLenCodec extends NamedCodec<Serializer> {
  readonly kind = 'serializer';
  readonly name = NAME;
  /** The chain of the bytes. */
  readonly dataCodecs: readonly Codec[];
  /** The chain of the offsets. */
  readonly indexCodecs: readonly Codec[];
  /** The type of the offsets. */
  readonly indexDataType: (typeof INDEX_DTYPES)[number];
  /** Whether the index comes first or last. */
  readonly indexLocation: (typeof INDEX_LOCATIONS)[number];
  readonly configuration: Readonly<Record<string, unknown>>;

  constructor(options: VLenOptions) {
    super();
    const names = ['dataCodecs', 'indexCodecs', 'indexDataType', 'indexLocation'];
    const given = new Options(NAME, options, names, 'VLenCodec');
    const dataCodecs = codecList(given, 'dataCodecs');
    const indexCodecs = codecList(given, 'indexCodecs');
    const indexDataType = given.choice('indexDataType', INDEX_DTYPES);
    if (dataCodecs === undefined) throw given.missing('dataCodecs');
    if (indexCodecs === undefined) throw given.missing('indexCodecs');
    if (indexDataType === undefined) throw given.missing('indexDataType');
    given.checked(() => {
      checkChain(dataCodecs, 'data_codecs');
      checkChain(indexCodecs, 'index_codecs');
    });
    this.dataCodecs = dataCodecs;
    this.indexCodecs = indexCodecs;
    this.indexDataType = indexDataType;
    this.indexLocation = given.choice('indexLocation', INDEX_LOCATIONS) ?? 'start';
    this.configuration = Object.freeze({
      index_codecs: documentsOf(indexCodecs),
      data_codecs: documentsOf(dataCodecs),
      index_data_type: indexDataType,
      index_location: this.indexLocation,
    });
    Object.freeze(this);
  }

  override get nestedCodecs(): readonly Codec[] {
    return [...this.indexCodecs, ...this.dataCodecs];
  }

  toString(): string {
    const chains = `index_codecs=${tupleText(this.indexCodecs)}, data_codecs=${tupleText(this.dataCodecs)}`;
    const index = `index_data_type=${pythonText(this.indexDataType)}, index_location=${pythonText(this.indexLocation)}`;
    return `VLenCodec(${chains}, ${index})`;
  }

  /** With both chains resolved; as it is where a codec in them is not known. */
  override resolve({ dtype, shape }: ChunkSpec): VLenCodec {
    checkVarying(dtype, NAME, 'elements');
    if (hasUnknown(this.nestedCodecs)) return this;
    const { indexDataType, indexLocation } = this;
    const index = indexSpec(indexDataType, sizeOf(shape));
    return new VLenCodec({
      dataCodecs: at('configuration', () => resolveChain(this.dataCodecs, dataSpec(1), 'data_codecs')),
      indexCodecs: at('configuration', () => resolveChain(this.indexCodecs, index, 'index_codecs')),
      indexDataType,
      indexLocation,
    });
  }

  bind(spec: ChunkSpec): Serializer {
    checkVarying(spec.dtype, NAME, 'elements');
    return new VLenSerializer(this, spec);
  }
}

export const vlenDefinition = Object.freeze<CodecDefinition<VLenCodec>>({
  name: NAME,
  aliases: ['https://codec.zarrs.dev/array_to_bytes/vlen'],
  parse(configuration) {
    const names = ['data_codecs', 'index_codecs', 'index_data_type', 'index_location'];
    const given = new Options(NAME, configuration, names);
    const dataCodecs = parsedCodecs(configuration, 'data_codecs', NAME);
    const indexCodecs = parsedCodecs(configuration, 'index_codecs', NAME);
    const indexDataType = given.choice('index_data_type', INDEX_DTYPES);
    if (dataCodecs === undefined) throw given.missing('data_codecs');
    if (indexCodecs === undefined) throw given.missing('index_codecs');
    if (indexDataType === undefined) throw given.missing('index_data_type');
    const indexLocation = given.choice('index_location', INDEX_LOCATIONS);
    return new VLenCodec({ dataCodecs, indexCodecs, indexDataType, indexLocation });
  },
});

const indexSpec = (dtype: VLenCodec['indexDataType'], count: number): ChunkSpec =>
  flatSpec(dtype === 'uint32' ? new UInt32() : new UInt64(), count + 1);

const dataSpec = (length: number): ChunkSpec => flatSpec(new UInt8(), length);

const flatSpec = (dtype: DType, length: number): ChunkSpec => ({
  shape: [length],
  dtype,
  fillValue: dtype.defaultFillValue(),
});

class VLenSerializer implements Serializer {
  readonly kind = 'serializer';
  readonly size = undefined;
  readonly #spec: ChunkSpec;
  readonly #isAtStart: boolean;
  readonly #indexSpec: ChunkSpec;
  readonly #index: CodecPipeline;
  readonly #dataCodecs: readonly Codec[];

  constructor({ indexCodecs, indexDataType, indexLocation, dataCodecs }: VLenCodec, spec: ChunkSpec) {
    this.#spec = spec;
    this.#isAtStart = indexLocation === 'start';
    this.#indexSpec = indexSpec(indexDataType, sizeOf(spec.shape));
    this.#index = new CodecPipeline(indexCodecs, this.#indexSpec);
    this.#dataCodecs = dataCodecs;
  }

  encode(chunk: NdArray): MaybePromise<Uint8Array> {
    const items = bytesOfItems(chunk, NAME);
    const { dtype, shape } = this.#indexSpec;
    const offsets = dtype.allocate(items.length + 1) as Uint32Array | BigUint64Array; // Of `uint32` or `uint64`.
    const length = items.reduce((sum, item) => sum + item.length, 0);
    if (length > MAX_BYTES) throw beyondLimit(length);
    const data = new Uint8Array(length);
    let end = 0;
    items.forEach((item, index) => {
      data.set(item, end);
      end += item.length;
      dtype.set(offsets, index + 1, end, 'exact');
    });
    const index = this.#index.encode(new NdArray(dtype, offsets, shape));
    const encoded = this.#encodedData(data);
    if (!isPromise(index) && !isPromise(encoded)) return this.#joined(index, encoded);
    return Promise.all([index, encoded]).then(([first, second]) => this.#joined(first, second));
  }

  #encodedData(data: Uint8Array): MaybePromise<Uint8Array> {
    if (data.length === 0) return data;
    const spec = dataSpec(data.length);
    return new CodecPipeline(this.#dataCodecs, spec).encode(new NdArray(spec.dtype, data, spec.shape));
  }

  #joined(index: Uint8Array, data: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(LENGTH_BYTES + index.length + data.length);
    const [lengthAt, indexAt, dataAt] = this.#isAtStart
      ? [0, LENGTH_BYTES, LENGTH_BYTES + index.length]
      : [data.length + index.length, data.length, 0];
    new DataView(bytes.buffer).setBigUint64(lengthAt, BigInt(index.length), true);
    bytes.set(index, indexAt);
    bytes.set(data, dataAt);
    return bytes;
  }

  decode(bytes: Uint8Array): MaybePromise<NdArray> {
    const [index, data] = this.#partsOf(bytes);
    const decoded = this.#index.decode(index);
    return isPromise(decoded)
      ? Promise.resolve(decoded).then((later) => this.#decodeItems(later, data))
      : this.#decodeItems(decoded, data);
  }

  #partsOf(bytes: Uint8Array): [Uint8Array, Uint8Array] {
    const room = bytes.length - LENGTH_BYTES;
    if (room < 0) throw failed(`expected at least ${LENGTH_BYTES} bytes, got ${bytes.length}`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const found = view.getBigUint64(this.#isAtStart ? 0 : room, true);
    if (found > BigInt(room)) throw failed(`an index of ${found} bytes, but only ${room} are there`);
    const length = Number(found);
    if (this.#isAtStart) {
      const end = LENGTH_BYTES + length;
      return [bytes.subarray(LENGTH_BYTES, end), bytes.subarray(end)];
    }
    return [bytes.subarray(room - length, room), bytes.subarray(0, room - length)];
  }

  #decodeItems(index: NdArray, data: Uint8Array): MaybePromise<NdArray> {
    const offsets = checkedOffsets(packedStorage(index) as Uint32Array | BigUint64Array); // As when encoding.
    const length = offsets.at(-1)!;
    if (length === 0) {
      if (data.length > 0) throw failed(`expected no bytes after the index, got ${data.length}`);
      return this.#itemsOf(data, offsets);
    }
    const decoded = new CodecPipeline(this.#dataCodecs, dataSpec(length)).decode(data);
    // The storage of `uint8` is bytes.
    const itemsOf = (chunk: NdArray): NdArray => this.#itemsOf(packedStorage(chunk) as Uint8Array, offsets);
    return isPromise(decoded) ? Promise.resolve(decoded).then(itemsOf) : itemsOf(decoded);
  }

  #itemsOf(data: Uint8Array, offsets: Float64Array): NdArray {
    const { dtype, shape } = this.#spec;
    const read = itemReader(dtype, NAME);
    const items: unknown[] = [];
    for (let i = 1; i < offsets.length; i++) items.push(read(data, offsets[i - 1]!, offsets[i]!));
    return new NdArray(dtype, items, shape);
  }
}

/** Offsets as numbers: none is below the one before it, or beyond what a chunk may have. */
function checkedOffsets(stored: Uint32Array | BigUint64Array): Float64Array {
  const offsets = Float64Array.from(stored, Number);
  for (let i = 1; i < offsets.length; i++) {
    if (offsets[i]! < offsets[i - 1]!)
      throw failed(`element ${i - 1} begins at ${stored[i - 1]} and ends at ${stored[i]}`);
  }
  const length = offsets.at(-1)!;
  if (length > MAX_BYTES) throw beyondLimit(length);
  return offsets;
}

const failed = (text: string): CodecError => new CodecError(`${NAME}: ${text}`, { codec: NAME });

const beyondLimit = (length: number): LimitError =>
  new LimitError(`${NAME}: elements of ${length} bytes together, allowed ${MAX_BYTES}`, { codec: NAME });

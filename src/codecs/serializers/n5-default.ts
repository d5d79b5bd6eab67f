/**
 * `n5_default`: the blocks of N5 in its default mode. https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/n5_default
 *
 * A block begins with its mode, the number of its axes, and their lengths in N5's order, which is the reverse, all
 * big-endian. Then come the elements as the codecs make them, which have to be a transpose of all axes, big-endian bytes
 * and at most one compressor. Blocks at the edge of an array may be cut there: the rest of the chunk is fill value.
 */
import { CodecError, MetadataValidationError } from '../../errors.js';
import { copy } from '../../ndarray/copy.js';
import { fill } from '../../ndarray/fill.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { viewOf } from '../../ndarray/strided.js';
import { isPromise, type MaybePromise } from '../../task.js';
import { hasUnknown, resolveChain } from '../chain.js';
import type { ChunkSpec, Codec, CodecDefinition, Serializer } from '../codec.js';
import { TransposeCodec } from '../filters/transpose.js';
import { NamedCodec } from '../named-codec.js';
import { codecList, documentsOf, parsedCodecs, tupleText } from '../nested.js';
import { at, Options } from '../options.js';
import { CodecPipeline } from '../pipeline.js';
import type { CodecOption } from '../registry.js';
import { BytesCodec } from './bytes.js';

const NAME = 'n5_default';
const DEFAULT_MODE = 0;
const VARIABLE_MODE = 1;
/** The most axes that a header can say. */
const MOST_AXES = 65535;
const TYPES: readonly string[] = Object.freeze([
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float32',
  'float64',
]);

/** What the constructor of `N5DefaultCodec` takes. */
export interface N5DefaultOptions {
  /** A transpose of all axes, big-endian bytes, and at most one compressor. */
  readonly codecs: readonly CodecOption[];
}

/**
 * The codec of N5's blocks.
 *
 * @example
 * import { BytesCodec, GzipCodec, N5DefaultCodec, TransposeCodec } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const codecs = [new TransposeCodec({ order: [1, 0] }), new BytesCodec({ endian: 'big' }), new GzipCodec()];
 * const serializer = new N5DefaultCodec({ codecs });
 * const options = { shape: [4, 6], dtype: 'int16', serializer, compressors: null } as const;
 * const array = createArray(new MemoryStore(), { ...options, chunkKeyEncoding: { name: 'v2', separator: '/' } });
 * array.set(null, 7);
 * array.get([3, 5]); // 7
 */
export class N5DefaultCodec extends NamedCodec<Serializer> {
  readonly kind = 'serializer';
  readonly name = NAME;
  /** The codecs that make the elements of a block. */
  readonly codecs: readonly Codec[];
  readonly configuration: Readonly<Record<string, unknown>>;

  constructor(options: N5DefaultOptions) {
    super();
    const given = new Options(NAME, options, ['codecs'], 'N5DefaultCodec');
    const codecs = codecList(given, 'codecs');
    if (codecs === undefined) throw given.missing('codecs');
    this.codecs = codecs;
    if (!hasUnknown(codecs)) given.checked(() => checkCodecs(codecs));
    this.configuration = Object.freeze({ codecs: documentsOf(codecs) });
    Object.freeze(this);
  }

  override get nestedCodecs(): readonly Codec[] {
    return this.codecs;
  }

  toString(): string {
    return `N5DefaultCodec(codecs=${tupleText(this.codecs)})`;
  }

  /** With its codecs resolved; as it is where one of them is not known. */
  override resolve(spec: ChunkSpec): N5DefaultCodec {
    if (hasUnknown(this.codecs)) return this;
    if (!TYPES.includes(spec.dtype.name)) {
      throw new MetadataValidationError(`expected elements of a type that N5 has, got "${spec.dtype.name}"`, {
        codec: NAME,
      });
    }
    const [transpose] = this.codecs as readonly TransposeCodec[]; // As `checkCodecs` has found.
    const rank = spec.shape.length;
    if (rank === 0 || rank > MOST_AXES) {
      throw new MetadataValidationError(`expected chunks of 1 to ${MOST_AXES} axes, got ${rank}`, { codec: NAME });
    }
    if (!transpose!.order.every((axis, index) => axis === rank - 1 - index)) {
      throw new MetadataValidationError('configuration.codecs[0]: expected all axes in reverse', { codec: NAME });
    }
    return new N5DefaultCodec({ codecs: at('configuration', () => resolveChain(this.codecs, spec)) });
  }

  bind(spec: ChunkSpec): Serializer {
    return new N5Blocks(this.codecs, spec);
  }
}

export const n5DefaultDefinition = Object.freeze<CodecDefinition<N5DefaultCodec>>({
  name: NAME,
  parse(configuration) {
    const given = new Options(NAME, configuration, ['codecs']);
    const codecs = parsedCodecs(configuration, 'codecs', NAME);
    if (codecs === undefined) throw given.missing('codecs');
    return new N5DefaultCodec({ codecs });
  },
});

function checkCodecs(codecs: readonly Codec[]): void {
  const failed = (index: number, what: string): MetadataValidationError =>
    new MetadataValidationError(`codecs[${index}]: expected ${what}, got "${codecs[index]?.name ?? 'nothing'}"`, {
      codec: NAME,
    });
  const [transpose, bytes, compressor, surplus] = codecs;
  if (!(transpose instanceof TransposeCodec)) throw failed(0, '"transpose"');
  if (!(bytes instanceof BytesCodec) || bytes.endian === 'little') throw failed(1, '"bytes", big-endian');
  if (compressor !== undefined && compressor.kind !== 'compressor') throw failed(2, 'a bytes to bytes codec');
  if (surplus !== undefined) throw failed(3, 'no more than three codecs');
}

class N5Blocks implements Serializer {
  readonly kind = 'serializer';
  /** Blocks may be cut. */
  readonly size = undefined;
  readonly #codecs: readonly Codec[];
  readonly #spec: ChunkSpec;
  readonly #whole: CodecPipeline;

  constructor(codecs: readonly Codec[], spec: ChunkSpec) {
    this.#codecs = codecs;
    this.#spec = spec;
    this.#whole = new CodecPipeline(codecs, spec);
  }

  encode(chunk: NdArray): MaybePromise<Uint8Array> {
    const encoded = this.#whole.encode(chunk);
    return isPromise(encoded) ? Promise.resolve(encoded).then((bytes) => this.#block(bytes)) : this.#block(encoded);
  }

  #block(elements: Uint8Array): Uint8Array {
    const { shape } = this.#spec;
    const block = new Uint8Array(4 + 4 * shape.length + elements.length);
    const view = new DataView(block.buffer);
    view.setUint16(0, DEFAULT_MODE);
    view.setUint16(2, shape.length);
    shape.forEach((length, axis) => {
      view.setUint32(4 * (shape.length - axis), length);
    });
    block.set(elements, 4 + 4 * shape.length);
    return block;
  }

  decode(block: Uint8Array): MaybePromise<NdArray> {
    const { shape, start } = headerOf(block, this.#spec.shape);
    const isWhole = shape.every((length, axis) => length === this.#spec.shape[axis]);
    if (shape.includes(0)) return this.#padded(new NdArray(this.#spec.dtype, this.#spec.dtype.allocate(0), shape));
    const pipeline = isWhole ? this.#whole : new CodecPipeline(this.#codecs, { ...this.#spec, shape });
    const decoded = pipeline.decode(block.subarray(start));
    if (isWhole) return decoded;
    return isPromise(decoded) ? Promise.resolve(decoded).then((cut) => this.#padded(cut)) : this.#padded(decoded);
  }

  /** `cut` at the beginning of a chunk of fill value. */
  #padded(cut: NdArray): NdArray {
    const { dtype, shape, fillValue } = this.#spec;
    const chunk = new NdArray(dtype, dtype.allocate(shape.reduce((size, length) => size * length, 1)), shape);
    fill(chunk, fillValue);
    copy(
      cut,
      viewOf(
        chunk,
        cut.shape.map((length) => ({ start: 0, step: 1, count: length })),
      ),
    );
    return chunk;
  }
}

/** The shape of a block, in the order of the chunk's axes, and where its elements begin. */
function headerOf(block: Uint8Array, chunkShape: readonly number[]): { shape: number[]; start: number } {
  const failed = (text: string): CodecError => new CodecError(`${NAME}: ${text}`, { codec: NAME });
  const rank = chunkShape.length;
  let start = 4 + 4 * rank;
  if (block.length < start) throw failed(`expected a header of ${start} bytes, got ${block.length}`);
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  const mode = view.getUint16(0);
  if (mode !== DEFAULT_MODE && mode !== VARIABLE_MODE) throw failed(`expected a block of mode 0, got ${mode}`);
  if (view.getUint16(2) !== rank) throw failed(`expected a block of ${rank} axes, got ${view.getUint16(2)}`);
  const shape = chunkShape.map((_, axis) => view.getUint32(4 * (rank - axis)));
  if (shape.some((length, axis) => length > chunkShape[axis]!)) {
    throw failed(`a block of shape (${shape}) is larger than the chunk, (${chunkShape})`);
  }
  if (mode === VARIABLE_MODE) {
    const count = block.length < start + 4 ? -1 : view.getUint32(start);
    if (count !== shape.reduce((size, length) => size * length, 1)) {
      throw failed(`expected as many elements as a block of shape (${shape}) has, got ${count}`);
    }
    start += 4;
  }
  return { shape, start };
}

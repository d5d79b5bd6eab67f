/**
 * `sharding_indexed`: chunks that hold smaller chunks, each encoded by itself, and an index of where they lie. This is
 * only the description of shards; they are read and written in `core/`, where a shard is a small store of chunks.
 * https://zarr-specs.readthedocs.io/en/latest/v3/codecs/sharding-indexed/
 */
import { UInt64 } from '../../dtypes/integers.js';
import { MetadataValidationError, ZarrError } from '../../errors.js';
import { checkChain, hasUnknown, resolveChain } from '../chain.js';
import type { ChunkSpec, Codec, CodecDefinition, Serializer } from '../codec.js';
import { Crc32cCodec } from '../compressors/crc32c.js';
import { NamedCodec } from '../named-codec.js';
import { codecList, documentsOf, parsedCodecs, tupleText } from '../nested.js';
import { at, Options } from '../options.js';
import { pythonText } from '../python-text.js';
import type { CodecOption } from '../registry.js';
import { UnknownCodec } from '../unknown.js';
import { BytesCodec } from './bytes.js';

const NAME = 'sharding_indexed';
const WRITE_ORDERS = Object.freeze(['morton', 'lexicographic', 'colexicographic', 'unordered'] as const);

/** Along a Morton curve, by rows, by columns, or in any order. */
export type SubchunkWriteOrder = (typeof WRITE_ORDERS)[number];

/** What `ShardingCodec` takes. */
export interface ShardingOptions {
  /** Lengths of the inner chunks; each divides that of the shard. */
  readonly chunkShape: readonly number[];
  /** The chain that encodes inner chunks. */
  readonly codecs?: readonly CodecOption[] | undefined;
  /** The chain that encodes the index; all of a fixed encoded length. */
  readonly indexCodecs?: readonly CodecOption[] | undefined;
  /** Where in a shard its index is; at the end unless told otherwise. */
  readonly indexLocation?: 'start' | 'end' | undefined;
  /** In which order the inner chunks lie in shards that are written. It is not part of documents. */
  readonly subchunkWriteOrder?: SubchunkWriteOrder | undefined;
}

const OPTION_NAMES: readonly string[] = Object.freeze([
  'chunkShape',
  'codecs',
  'indexCodecs',
  'indexLocation',
  'subchunkWriteOrder',
]);

/**
 * The codec of shards: chunks one after another, and an index of where each of them lies. The option `shards` of
 * `createArray` makes one.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { BytesCodec, ShardingCodec, ZstdCodec } from 'zarr-ts/codecs';
 * const serializer = new ShardingCodec({ chunkShape: [2], codecs: [new BytesCodec(), new ZstdCodec()] });
 * const options = { shape: [6], chunks: [6], dtype: 'int32', serializer, compressors: null } as const;
 * const array = zarr.createArray(undefined, options);
 * array.set('2:4', 7);
 * array.get().toNested(); // [0, 0, 7, 7, 0, 0]
 */
export class ShardingCodec extends NamedCodec<Serializer> {
  readonly kind = 'serializer';
  readonly name = NAME;
  /** Lengths of an inner chunk. */
  readonly chunkShape: readonly number[];
  /** The chain that encodes inner chunks. */
  readonly codecs: readonly Codec[];
  /** The chain that encodes the index. */
  readonly indexCodecs: readonly Codec[];
  /** Where in a shard its index is. */
  readonly indexLocation: 'start' | 'end';
  /** `'morton'` unless the constructor was told: documents do not say it. */
  readonly subchunkWriteOrder: SubchunkWriteOrder;
  readonly configuration: Readonly<Record<string, unknown>>;

  constructor(options: ShardingOptions) {
    super();
    const given = new Options(NAME, options, OPTION_NAMES, 'ShardingCodec');
    const chunkShape = given.integers('chunkShape', 1);
    if (chunkShape === undefined) throw given.missing('chunkShape');
    this.chunkShape = Object.freeze(chunkShape);
    this.codecs = codecList(given, 'codecs') ?? Object.freeze([new BytesCodec()]);
    this.indexCodecs = codecList(given, 'indexCodecs') ?? Object.freeze([new BytesCodec(), new Crc32cCodec()]);
    this.indexLocation = given.choice('indexLocation', ['start', 'end']) ?? 'end';
    this.subchunkWriteOrder = given.choice('subchunkWriteOrder', WRITE_ORDERS) ?? 'morton';
    given.checked(() => {
      checkChain(this.codecs);
      checkIndexCodecs(this.indexCodecs, 'indexCodecs');
    });
    this.configuration = Object.freeze({
      chunk_shape: this.chunkShape,
      codecs: documentsOf(this.codecs),
      index_codecs: documentsOf(this.indexCodecs),
      index_location: this.indexLocation,
    });
    Object.freeze(this);
  }

  override get nestedCodecs(): readonly Codec[] {
    return [...this.codecs, ...this.indexCodecs];
  }

  toString(): string {
    const { chunkShape, codecs, indexCodecs, indexLocation, subchunkWriteOrder } = this;
    return (
      `ShardingCodec(chunk_shape=${pythonText(chunkShape)}, codecs=${tupleText(codecs)}, ` +
      `index_codecs=${tupleText(indexCodecs)}, index_location=${pythonText(indexLocation)}, ` +
      `subchunk_write_order=${pythonText(subchunkWriteOrder)})`
    );
  }

  /** With the inner chain resolved; as it is where a codec in it is not known. */
  override resolve(spec: ChunkSpec): ShardingCodec {
    const { chunkShape, indexLocation, subchunkWriteOrder } = this;
    const gridShape = chunksPerShard(spec.shape, chunkShape);
    if (hasUnknown(this.codecs) || hasUnknown(this.indexCodecs)) return this;
    const codecs = at('configuration', () => resolveChain(this.codecs, { ...spec, shape: chunkShape }));
    const indexCodecs = at('configuration', () => resolveChain(this.indexCodecs, indexSpec(gridShape), 'index_codecs'));
    return new ShardingCodec({ chunkShape, codecs, indexCodecs, indexLocation, subchunkWriteOrder });
  }

  bind(): never {
    throw new ZarrError('a shard is bound where it is read: expected core/ to bind "sharding_indexed"', {
      codec: NAME,
    });
  }
}

export const shardingDefinition = Object.freeze<CodecDefinition<ShardingCodec>>({
  name: NAME,
  parse: (configuration) => {
    const given = new Options(NAME, configuration, ['chunk_shape', 'codecs', 'index_codecs', 'index_location']);
    const chunkShape = given.integers('chunk_shape', 1);
    if (chunkShape === undefined) throw given.missing('chunk_shape');
    const codecs = parsedCodecs(configuration, 'codecs', NAME);
    const indexCodecs = parsedCodecs(configuration, 'index_codecs', NAME);
    const indexLocation = given.choice('index_location', ['start', 'end']);
    if (indexCodecs) checkIndexCodecs(indexCodecs, 'index_codecs');
    return new ShardingCodec({ chunkShape, codecs, indexCodecs, indexLocation });
  },
});

/** How many chunks a shard has along each axis. */
function chunksPerShard(shape: readonly number[], chunkShape: readonly number[]): readonly number[] {
  const failed = (text: string): MetadataValidationError =>
    new MetadataValidationError(`configuration.chunk_shape: ${text}`, { codec: NAME });
  if (chunkShape.length !== shape.length) {
    throw failed(`expected ${shape.length} lengths, got ${chunkShape.length}`);
  }
  return shape.map((length, axis) => {
    const chunkLength = chunkShape[axis]!;
    if (length % chunkLength === 0) return length / chunkLength;
    throw failed(`${chunkLength} does not divide the ${length} of the shard along axis ${axis}`);
  });
}

/** The index: an offset and a length for each chunk. */
function indexSpec(gridShape: readonly number[]): ChunkSpec {
  const dtype = new UInt64();
  return { shape: [...gridShape, 2], dtype, fillValue: dtype.defaultFillValue() };
}

/** The index is found by its length, which must be known before. */
function checkIndexCodecs(codecs: readonly Codec[], list: string): void {
  checkChain(codecs, list);
  codecs.forEach((codec, index) => {
    if (codec instanceof UnknownCodec || codec.kind === 'filter') return;
    if (!at(`${list}[${index}]`, () => isFixedSize(codec))) {
      throw new MetadataValidationError(
        `${list}[${index}]: expected codecs of a fixed encoded length, got "${codec.name}"`,
        { codec: NAME },
      );
    }
  });
}

function isFixedSize(codec: Codec): boolean {
  if (codec instanceof ShardingCodec) return false;
  const spec = indexSpec([1]);
  const bound = codec.bind(spec);
  return bound.kind === 'serializer'
    ? bound.size !== undefined
    : bound.kind === 'compressor' && bound.sizeAfter(1) !== undefined;
}

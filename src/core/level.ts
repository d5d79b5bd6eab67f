/**
 * The levels of chunking of an array, compiled from its metadata: a grid, and how its chunks are stored. A chunk is
 * either encoded by `codecs`, or it is a shard: a small grid of chunks of its own. Where chunks differ in shape, each
 * shape is compiled when it is met.
 */
import type { BoundCodec, ChunkSpec, Codec } from '../codecs/codec.js';
import { CodecPipeline } from '../codecs/pipeline.js';
import { ShardingCodec } from '../codecs/serializers/sharding.js';
import type { Limits } from '../config.js';
import { UInt64 } from '../dtypes/integers.js';
import { UnknownDType } from '../dtypes/unknown.js';
import { LimitError, UnknownDataTypeError } from '../errors.js';
import { type ChunkGrid, gridOf } from '../grid/grid.js';
import type { Coords } from '../indexing/project.js';
import type { ArrayModel } from '../metadata/model.js';
import { type Shape, sizeOf } from '../ndarray/shape.js';
import { writeOrderOf } from './shards/order.js';
import { ShardSerializer } from './shards/serializer.js';
import type { ShardFormat } from './shards/shard.js';

/** A grid, and how each of its chunks is stored. */
export interface Level {
  readonly grid: ChunkGrid;
  readonly at: (coords: Coords) => ChunkLevel;
  /** How all of them are stored, where they have one shape. */
  readonly all?: ChunkLevel | undefined;
}

/** How the chunks of one shape are stored. */
export type ChunkLevel = {
  readonly spec: ChunkSpec;
  /** Stored chunks that are longer than this are refused before they are taken in. */
  readonly maxBytes: number;
} & (
  | { readonly codecs: CodecPipeline; readonly shard?: undefined }
  | { readonly codecs?: undefined; readonly shard: { readonly format: ShardFormat; readonly level: Level } }
);

/** Shapes of chunks whose codecs are kept bound at once. */
const MAX_SHAPES = 1024;

/** A chunk that is a little too long is the codecs' to refuse, who know why. */
const SLACK_BYTES = 2 ** 16;

/** Compiles an array's metadata to its levels; throws for a codec or data type that is not known. */
export function compileLevel(model: ArrayModel, limits: Limits): Level {
  const { shape, chunkAxes, chunkShape, codecs, dtype, fillValue } = model;
  if (dtype instanceof UnknownDType) throw new UnknownDataTypeError(`data type ${dtype} is not known`);
  if (chunkShape !== undefined) return levelOf(shape, { shape: chunkShape, dtype, fillValue }, codecs, limits);
  const grid = gridOf(shape, chunkAxes);
  const levels = new Map<string, ChunkLevel>();
  const at = (coords: Coords): ChunkLevel => {
    const ownShape = coords.map((coord, axis) => grid[axis]!.sizeOf(coord));
    const key = ownShape.join();
    let level = levels.get(key);
    if (level === undefined) {
      if (levels.size >= MAX_SHAPES) levels.clear();
      level = chunkLevelOf({ shape: ownShape, dtype, fillValue }, codecs, limits);
      levels.set(key, level);
    }
    return level;
  };
  // Throws what any chunk would, such as for an unknown codec, before the first one is met.
  if (grid.every((axis) => axis.count > 0)) at(grid.map(() => 0));
  return { grid, at };
}

/** The level of chunks that have one shape. */
function levelOf(shape: Shape, spec: ChunkSpec, codecs: readonly Codec[], limits: Limits): Level {
  const level = chunkLevelOf(spec, codecs, limits);
  return { grid: gridOf(shape, spec.shape), at: () => level, all: level };
}

function chunkLevelOf(spec: ChunkSpec, codecs: readonly Codec[], limits: Limits): ChunkLevel {
  const [only] = codecs;
  if (codecs.length === 1 && only instanceof ShardingCodec) {
    const shard = shardOf(only, spec, limits);
    const { indexSize, gridShape } = shard.format;
    const cellBytes = shard.level.at(gridShape.map(() => 0)).maxBytes; // Cells have one shape.
    return { spec, shard, maxBytes: Math.max(indexSize + sizeOf(gridShape) * cellBytes, limits.chunkBytes) };
  }
  checkChunkBytes(spec, limits);
  const bind = (codec: Codec, codecSpec: ChunkSpec): BoundCodec =>
    codec instanceof ShardingCodec
      ? new ShardSerializer(shardOf(codec, codecSpec, limits), codecSpec, limits)
      : codec.bind(codecSpec);
  const pipeline = new CodecPipeline(codecs, spec, bind, limits.chunkBytes);
  return { spec, codecs: pipeline, maxBytes: pipeline.maxSize + SLACK_BYTES };
}

/** How the chunks of `spec` are shards, and the level inside them. */
export function shardOf(
  codec: ShardingCodec,
  spec: ChunkSpec,
  limits: Limits,
): { readonly format: ShardFormat; readonly level: Level } {
  const gridShape = spec.shape.map((length, axis) => length / codec.chunkShape[axis]!);
  const dtype = new UInt64();
  const index = new CodecPipeline(codec.indexCodecs, {
    shape: [...gridShape, 2],
    dtype,
    fillValue: dtype.defaultFillValue(),
  });
  const indexSize = index.size!; // Index codecs of varying size are refused when metadata is parsed.
  if (indexSize > limits.shardIndexBytes) {
    throw new LimitError(
      `limits.shardIndexBytes: a shard index of ${indexSize} bytes, allowed ${limits.shardIndexBytes}`,
    );
  }
  const level = levelOf(spec.shape, { ...spec, shape: codec.chunkShape }, codec.codecs, limits);
  const cellSize = level.all!.shard?.format.plainSize ?? plainSizeOf(level.all!.spec); // Cells have one shape.
  let writeOrder: Uint32Array | undefined; // Made when the first shard is written.
  const format: ShardFormat = {
    gridShape,
    index,
    indexSize,
    indexAt: codec.indexLocation,
    plainSize: cellSize === undefined ? undefined : indexSize + sizeOf(gridShape) * cellSize,
    writeOrder: () => (writeOrder ??= writeOrderOf(gridShape, codec.subchunkWriteOrder)),
  };
  return { format, level };
}

/** Bytes of the elements of a chunk; undefined where they vary in length. */
const plainSizeOf = ({ shape, dtype: { itemSize } }: ChunkSpec): number | undefined =>
  itemSize === undefined ? undefined : sizeOf(shape) * itemSize;

function checkChunkBytes({ shape, dtype }: ChunkSpec, limits: Limits): void {
  const bytes = sizeOf(shape) * dtype.memorySize;
  if (bytes > limits.chunkBytes) {
    throw new LimitError(`limits.chunkBytes: chunks of ${bytes} bytes decoded, allowed ${limits.chunkBytes}`);
  }
}

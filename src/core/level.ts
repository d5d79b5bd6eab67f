/**
 * The levels of chunking of an array, compiled from its metadata: a grid, and how its chunks are stored. A chunk is
 * either encoded by `codecs`, or it is a shard: a small grid of chunks of its own.
 */
import type { BoundCodec, ChunkSpec, Codec } from '../codecs/codec.js';
import { CodecPipeline } from '../codecs/pipeline.js';
import { ShardingCodec } from '../codecs/serializers/sharding.js';
import type { Limits } from '../config.js';
import { UInt64 } from '../dtypes/integers.js';
import { UnknownDType } from '../dtypes/unknown.js';
import { LimitError, UnknownDataTypeError } from '../errors.js';
import { type ChunkGrid, regularGrid } from '../grid/grid.js';
import type { ArrayModel } from '../metadata/model.js';
import { type Shape, sizeOf } from '../ndarray/shape.js';
import type { ShardFormat } from './shard.js';
import { ShardSerializer } from './shard-serializer.js';

export type Level = {
  readonly grid: ChunkGrid;
  readonly spec: ChunkSpec;
  /** Stored chunks that are longer than this are refused before they are taken in. */
  readonly maxBytes: number;
} & (
  | { readonly codecs: CodecPipeline; readonly shard?: undefined }
  | { readonly codecs?: undefined; readonly shard: { readonly format: ShardFormat; readonly level: Level } }
);

/** A chunk that is a little too long is the codecs' to refuse, who know why. */
const SLACK_BYTES = 2 ** 16;

/** Compiles an array's metadata to its levels; throws for a codec or data type that is not known. */
export function compileLevel(model: ArrayModel, limits: Limits): Level {
  const { shape, chunkShape, codecs, dtype, fillValue } = model;
  if (dtype instanceof UnknownDType) throw new UnknownDataTypeError(`data type ${dtype} is not known`);
  return levelOf(shape, { shape: chunkShape, dtype, fillValue }, codecs, limits);
}

function levelOf(shape: Shape, spec: ChunkSpec, codecs: readonly Codec[], limits: Limits): Level {
  const grid = regularGrid(shape, spec.shape);
  const [only] = codecs;
  if (codecs.length === 1 && only instanceof ShardingCodec) {
    const shard = shardOf(only, spec, limits);
    return {
      grid,
      spec,
      shard,
      maxBytes: shard.format.indexSize + sizeOf(shard.format.gridShape) * shard.level.maxBytes,
    };
  }
  checkChunkBytes(spec, limits);
  const bind = (codec: Codec, codecSpec: ChunkSpec): BoundCodec =>
    codec instanceof ShardingCodec
      ? new ShardSerializer(shardOf(codec, codecSpec, limits), codecSpec, limits)
      : codec.bind(codecSpec);
  const pipeline = new CodecPipeline(codecs, spec, bind, limits.chunkBytes);
  return { grid, spec, codecs: pipeline, maxBytes: pipeline.maxSize + SLACK_BYTES };
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
  const format: ShardFormat = { gridShape, index, indexSize, indexAt: codec.indexLocation };
  return { format, level: levelOf(spec.shape, { ...spec, shape: codec.chunkShape }, codec.codecs, limits) };
}

function checkChunkBytes({ shape, dtype }: ChunkSpec, limits: Limits): void {
  const bytes = sizeOf(shape) * (dtype.itemSize ?? 1);
  if (bytes > limits.chunkBytes) {
    throw new LimitError(`limits.chunkBytes: chunks of ${bytes} bytes decoded, allowed ${limits.chunkBytes}`);
  }
}

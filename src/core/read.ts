/**
 * Reading: one function for every level. Chunks whose bytes are at hand go through one plain loop; a shard is read by
 * the same function, one level down.
 */
import { ChunkNotFoundError, CodecError, located } from '../errors.js';
import { type ChunkProjection, countChunks, project } from '../indexing/project.js';
import type { Region } from '../indexing/selection.js';
import { copy } from '../ndarray/copy.js';
import { fill } from '../ndarray/fill.js';
import type { NdArray } from '../ndarray/ndarray.js';
import { partOf, type View } from '../ndarray/picked.js';
import { each, isPromise, type MaybePromise, run, type Task, wait } from '../task.js';
import type { Cells } from './cells.js';
import type { Context } from './context.js';
import type { Level } from './level.js';
import { ShardCells, ShardDraft } from './shard.js';

/** Reads `region` of the array that `cells` hold, into `out`. */
export function* readRegion(level: Level, cells: Cells, region: Region, out: View, context: Context): Task<void> {
  const { concurrency, signal, onProgress } = context;
  const total = onProgress === undefined ? 0 : countChunks(region, level.grid);
  let done = 0;
  const work = (projection: ChunkProjection): MaybePromise<void> => {
    const read = readChunk(level, cells, projection, partOf(out, projection.inRegion), context);
    if (onProgress === undefined) return read;
    return isPromise(read) ? read.then(() => onProgress(++done, total)) : onProgress(++done, total);
  };
  yield* each(project(region, level.grid), concurrency, work, signal);
}

function readChunk(
  level: Level,
  cells: Cells,
  projection: ChunkProjection,
  target: View,
  context: Context,
): MaybePromise<void> {
  try {
    if (level.shard)
      return guard(run(readShard(level, cells, projection, target, context)), cells, projection, context);
    const bytes = cells.get(projection.coords, undefined, level.maxBytes);
    if (isPromise(bytes))
      return guard(decodeLater(level, bytes, projection, target, context), cells, projection, context);
    return guard(decodeInto(level, bytes, projection, target, context), cells, projection, context);
  } catch (error) {
    throw placed(error, cells, projection, context);
  }
}

type ShardedLevel = Level & { readonly shard: object };

function* readShard(
  { shard: { format, level }, maxBytes }: ShardedLevel,
  cells: Cells,
  { coords, inChunk, whole }: ChunkProjection,
  target: View,
  context: Context,
): Task<void> {
  const inner: Context = { ...context, onProgress: undefined };
  const shard = whole
    ? yield* ShardDraft.from(format, cells.keyOf(coords), yield* wait(cells.get(coords, undefined, maxBytes)))
    : new ShardCells(format, cells, coords);
  yield* readRegion(level, shard, inChunk, target, inner);
}

async function decodeLater(
  level: Level,
  pending: PromiseLike<Uint8Array | undefined>,
  projection: ChunkProjection,
  target: View,
  context: Context,
): Promise<void> {
  await decodeInto(level, await pending, projection, target, context);
}

function decodeInto(
  level: Level,
  bytes: Uint8Array | undefined,
  { coords, inChunk }: ChunkProjection,
  target: View,
  { readMissingChunks }: Context,
): MaybePromise<void> {
  if (bytes === undefined) {
    if (!readMissingChunks) throw new ChunkNotFoundError(`chunk (${coords.join(', ')}) is absent`, { coords });
    fill(target, level.spec.fillValue);
    return;
  }
  const chunk: MaybePromise<NdArray> = level.codecs!.decode(bytes); // A level without a shard has codecs.
  if (isPromise(chunk)) return chunk.then((decoded) => copy(partOf(decoded, inChunk), target));
  copy(partOf(chunk, inChunk), target);
}

/** `result`, its failure told which chunk it was. */
function guard(
  result: MaybePromise<void>,
  cells: Cells,
  projection: ChunkProjection,
  context: Context,
): MaybePromise<void> {
  return isPromise(result) ? placedLater(result, cells, projection, context) : result;
}

async function placedLater(
  result: PromiseLike<void>,
  cells: Cells,
  projection: ChunkProjection,
  context: Context,
): Promise<void> {
  try {
    await result;
  } catch (error) {
    throw placed(error, cells, projection, context);
  }
}

/** `error` with the array, the key and the chunk; what the caller's signal threw stays as it is. */
export function placed(error: unknown, cells: Cells, { coords }: ChunkProjection, { path, signal }: Context): unknown {
  if (signal?.aborted && error === signal.reason) return error;
  return located(error, { path, key: cells.keyOf(coords), coords }, CodecError);
}

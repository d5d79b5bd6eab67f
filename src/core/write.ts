/**
 * Writing: one function for every level, the mirror of reading. A chunk that is written in part, or that reaches past the
 * end of the array, is read first; a chunk that becomes nothing but fill value is deleted; a shard is loaded, changed by
 * the same function one level down, and stored whole.
 */
import { type ChunkProjection, countChunks, project } from '../indexing/project.js';
import type { Region } from '../indexing/selection.js';
import { copy } from '../ndarray/copy.js';
import { fill, isAll } from '../ndarray/fill.js';
import { NdArray } from '../ndarray/ndarray.js';
import { isPoints, Picked, partOf, type View } from '../ndarray/picked.js';
import { sizeOf } from '../ndarray/shape.js';
import type { Strided } from '../ndarray/strided.js';
import { each, isPromise, type MaybePromise, run, type Task, wait } from '../task.js';
import type { CellChange, WritableCells } from './cells.js';
import type { Context } from './context.js';
import type { ChunkLevel, Level } from './level.js';
import type { KeyedLocks } from './lock.js';
import { placed } from './read.js';
import { ShardDraft } from './shard.js';

/** Writes `value` to `region` of the array that `cells` hold; under `locks` one writer at a time holds a chunk. */
export function* writeRegion(
  level: Level,
  cells: WritableCells,
  region: Region,
  value: View,
  context: Context,
  locks?: KeyedLocks,
): Task<void> {
  const { concurrency, signal, onProgress } = context;
  const total = onProgress === undefined ? 0 : countChunks(region, level.grid);
  let done = 0;
  const work = (projection: ChunkProjection): MaybePromise<void> => {
    const write = (): MaybePromise<void> => {
      signal?.throwIfAborted(); // It may have waited for its turn.
      return run(writeChunk(level, cells, projection, partOf(value, projection.inRegion), context));
    };
    const written = locks === undefined ? write() : locks.run(cells.keyOf(projection.coords), write);
    if (onProgress === undefined) return written;
    return isPromise(written) ? written.then(() => onProgress(++done, total)) : onProgress(++done, total);
  };
  yield* each(project(region, level.grid), concurrency, work, signal);
}

function* writeChunk(
  { at }: Level,
  cells: WritableCells,
  projection: ChunkProjection,
  source: View,
  context: Context,
): Task<void> {
  const { coords } = projection;
  try {
    const level = at(coords);
    const change: CellChange = function* (stored) {
      const changed = level.shard
        ? yield* changedShard(level, cells.keyOf(coords), stored, projection, source, context)
        : yield* changedChunk(level, stored, projection, source, context);
      context.signal?.throwIfAborted();
      return changed;
    };
    // The array may be longer by now than this handle knows: what a chunk has past its end may be another's, and stays.
    const isAll = isReplaced(projection, context) && isFull(projection.inChunk, level.spec.shape);
    if (!isAll) yield* cells.update(coords, level.maxBytes, change);
    else {
      const bytes = yield* change(undefined);
      yield* wait(bytes === undefined ? cells.delete(coords) : cells.set(coords, bytes));
    }
  } catch (error) {
    throw placed(error, cells, projection, context);
  }
}

/** The encoded shard that `stored` becomes; undefined when no cell is left. */
function* changedShard(
  level: ChunkLevel,
  key: string,
  stored: Uint8Array | undefined,
  projection: ChunkProjection,
  source: View,
  context: Context,
): Task<Uint8Array | undefined> {
  const { format, level: inner } = level.shard!; // Called for levels of shards only.
  const draft = yield* ShardDraft.from(format, key, stored);
  yield* writeRegion(inner, draft, projection.inChunk, source, { ...context, onProgress: undefined });
  return draft.isEmpty ? undefined : yield* draft.toBytes();
}

/** The encoded chunk that `stored` becomes; undefined when it holds nothing but fill value. */
function* changedChunk(
  level: ChunkLevel,
  stored: Uint8Array | undefined,
  projection: ChunkProjection,
  source: View,
  context: Context,
): Task<Uint8Array | undefined> {
  const { inChunk } = projection;
  const whole = isReplaced(projection, context);
  const { spec } = level;
  const codecs = level.codecs!; // Called for levels without shards only.
  if (whole && isChunkItself(source, spec.shape, inChunk)) {
    if (!context.writeEmptyChunks && isAll(source, spec.fillValue)) return undefined;
    const { storage, shape, strides, offset } = source;
    return yield* wait(codecs.encode(new NdArray(spec.dtype, storage, shape, strides, offset)));
  }
  const chunk = new NdArray(spec.dtype, spec.dtype.allocate(sizeOf(spec.shape)), spec.shape);
  // Copied: decoded bytes may still belong to the store.
  if (stored) copy(yield* wait(codecs.decode(stored)), chunk);
  else fill(chunk, spec.fillValue);
  if (context.fields === undefined) copy(source, partOf(chunk, inChunk));
  else context.fields.put(source, partOf(chunk, inChunk));
  if (!context.writeEmptyChunks && isAll(chunk, spec.fillValue)) return undefined;
  return yield* wait(codecs.encode(chunk));
}

/** Whether nothing of what the chunk holds stays: all its elements are written, and all their fields. */
const isReplaced = ({ whole }: ChunkProjection, { fields }: Context): boolean => whole && fields === undefined;

/** Whether `inChunk` is all of a chunk of `shape`, what reaches past the end of the array included. */
const isFull = (inChunk: Region, shape: readonly number[]): boolean =>
  !isPoints(inChunk) && inChunk.every((pick, axis) => !(pick instanceof Float64Array) && pick.count === shape[axis]);

/** Whether `source` is a chunk's every element, in its order: not shortened by the array's end, not backwards. */
const isChunkItself = (source: View, shape: readonly number[], inChunk: Region): source is Strided =>
  !(source instanceof Picked) &&
  !isPoints(inChunk) &&
  inChunk.every((pick, axis) => !(pick instanceof Float64Array) && pick.step === 1 && pick.count === shape[axis]);

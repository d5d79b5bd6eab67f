/**
 * Writing: one function for every level, the mirror of reading. A chunk that is written in part, or that reaches past an
 * end behind which something may lie (`growth`), is read first; a chunk that becomes nothing but fill value is deleted; a
 * shard is loaded, changed by the same function one level down, and stored whole.
 */
import type { ChunkSpec } from '../codecs/codec.js';
import { type ChunkProjection, countChunks, project } from '../indexing/project.js';
import type { Region } from '../indexing/selection.js';
import { copy } from '../ndarray/copy.js';
import { fill, isAll } from '../ndarray/fill.js';
import { NdArray } from '../ndarray/ndarray.js';
import { isPoints, Picked, partOf, type View } from '../ndarray/picked.js';
import { isContiguous, type Strided } from '../ndarray/strided.js';
import { each, isPromise, type MaybePromise, run, type Task, wait } from '../task.js';
import type { CellChange, WritableCells } from './cells.js';
import type { Context } from './context.js';
import type { ChunkLevel, Level } from './level.js';
import type { KeyedLocks } from './lock.js';
import { placed, placedLater } from './read.js';
import { isViewOf, newChunk, Scratch } from './scratch.js';
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
  const scratch = new Scratch();
  let done = 0;
  const work = (projection: ChunkProjection): MaybePromise<void> => {
    const write = (): MaybePromise<void> => {
      signal?.throwIfAborted(); // It may have waited for its turn.
      return writeChunk(level, cells, projection, partOf(value, projection.inRegion), context, scratch);
    };
    const written = locks === undefined ? write() : locks.run(cells.keyOf(projection.coords), write);
    if (onProgress === undefined) return written;
    return isPromise(written) ? written.then(() => onProgress(++done, total)) : onProgress(++done, total);
  };
  yield* each(project(region, level.grid), concurrency, work, signal);
}

function writeChunk(
  { at }: Level,
  cells: WritableCells,
  projection: ChunkProjection,
  source: View,
  context: Context,
  scratch: Scratch,
): MaybePromise<void> {
  const { coords } = projection;
  try {
    const level = at(coords);
    // The array may be longer by now than this handle knows: what a chunk has past its end may be another's, and stays then.
    const isNew =
      isReplaced(projection, context) &&
      (isFull(projection.inChunk, level.spec.shape) || context.isEndFree?.() === true);
    const written =
      isNew && level.shard === undefined
        ? writeWhole(level, cells, projection, source, context, scratch)
        : run(rewriteChunk(level, cells, projection, source, context, isNew));
    return isPromise(written) ? placedLater(written, cells, projection, context) : written;
  } catch (error) {
    throw placed(error, cells, projection, context);
  }
}

type EncodedLevel = ChunkLevel & { readonly codecs: object };

/** Writes all elements of a chunk: the way of most chunks, so one that need not wait has no task of its own. */
function writeWhole(
  { spec, codecs }: EncodedLevel,
  cells: WritableCells,
  { coords, inChunk }: ChunkProjection,
  source: View,
  { signal, writeEmptyChunks }: Context,
  scratch: Scratch,
): MaybePromise<void> {
  const isItself = isChunkItself(source, spec.shape, inChunk);
  const isInPlace = isItself && isContiguous(source);
  // What encodes to a view of its memory is not put where that is used again, if the cells keep what they are given.
  const isScratch = !isInPlace && (!cells.keepsBytes || codecs.size === undefined);
  let chunk: NdArray | undefined;
  if (isItself) {
    const isEmpty = !writeEmptyChunks && isAll(source, spec.fillValue);
    if (!isEmpty)
      chunk = isInPlace ? chunkIn(source, spec) : copied(source, isScratch ? scratch.take(spec) : newChunk(spec));
  } else {
    chunk = isScratch ? scratch.take(spec) : newChunk(spec);
    if (!isFull(inChunk, spec.shape)) fill(chunk, spec.fillValue);
    copy(source, partOf(chunk, inChunk));
    if (!writeEmptyChunks && isAll(chunk, spec.fillValue)) chunk = undefined;
  }
  if (chunk === undefined) {
    signal?.throwIfAborted();
    return cells.delete(coords);
  }
  const store = (encoded: Uint8Array): MaybePromise<void> => {
    signal?.throwIfAborted();
    const isLent = isScratch && cells.keepsBytes && isViewOf(encoded, chunk);
    const stored = cells.set(coords, isLent ? new Uint8Array(encoded) : encoded);
    if (isScratch && !isPromise(stored)) scratch.give(spec, chunk);
    return stored;
  };
  const encoded = codecs.encode(chunk);
  return isPromise(encoded) ? encoded.then(store) : store(encoded);
}

const chunkIn = ({ storage, shape, strides, offset }: Strided, { dtype }: ChunkSpec): NdArray =>
  new NdArray(dtype, storage, shape, strides, offset);

function copied(source: View, chunk: NdArray): NdArray {
  copy(source, chunk);
  return chunk;
}

function* rewriteChunk(
  level: ChunkLevel,
  cells: WritableCells,
  projection: ChunkProjection,
  source: View,
  context: Context,
  isNew: boolean,
): Task<void> {
  const { coords } = projection;
  const change: CellChange = function* (stored) {
    const changed = level.shard
      ? yield* changedShard(level, cells.keyOf(coords), stored, projection, source, context)
      : yield* changedChunk(level, stored, projection, source, context);
    context.signal?.throwIfAborted();
    return changed;
  };
  if (!isNew) yield* cells.update(coords, level.maxBytes, change);
  else {
    const bytes = yield* change(undefined);
    yield* wait(bytes === undefined ? cells.delete(coords) : cells.set(coords, bytes));
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
  const { spec } = level;
  const codecs = level.codecs!; // Called for levels without shards only.
  const chunk = newChunk(spec);
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

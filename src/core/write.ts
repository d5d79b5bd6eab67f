/**
 * Writing: one function for every level, the mirror of reading. A chunk that is written in part, or that reaches past an
 * end behind which something may lie (`growth`), is read first; a chunk that becomes nothing but fill value is deleted; a
 * shard is loaded, changed by the same function one level down, and stored whole.
 */
import { type ChunkProjection, type Coords, countChunks, project } from '../indexing/project.js';
import { type Region, wholeRegion } from '../indexing/selection.js';
import { copy } from '../ndarray/copy.js';
import { fill, isAll } from '../ndarray/fill.js';
import { type AxisPick, isPoints, partOf, type View } from '../ndarray/picked.js';
import type { Run } from '../ndarray/strided.js';
import { each, isPromise, type MaybePromise, run, type Task, wait } from '../task.js';
import type { CellChange, CellSink, WritableCells } from './cells.js';
import type { Context } from './context.js';
import { type EncodedLevel, encodeWhole, type Sink } from './encode.js';
import type { ChunkLevel, Level } from './level.js';
import type { KeyedLocks } from './lock.js';
import { placed, placedLater } from './placed.js';
import { newChunk, Scratch } from './scratch.js';
import { packShard } from './shards/encode.js';
import { ShardDraft } from './shards/shard.js';

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
    const written = writeLocked(level, cells, projection, value, context, scratch, locks);
    if (onProgress === undefined) return written;
    return isPromise(written) ? written.then(() => onProgress(++done, total)) : onProgress(++done, total);
  };
  yield* each(project(region, level.grid), concurrency, work, signal);
}

/** Writes what `value`, the values of a whole region, has of one chunk, when nobody else holds that. */
export function writeLocked(
  level: Level,
  cells: WritableCells,
  projection: ChunkProjection,
  value: View,
  context: Context,
  scratch: Scratch,
  locks: KeyedLocks | undefined,
): MaybePromise<void> {
  const write = (): MaybePromise<void> => {
    context.signal?.throwIfAborted(); // It may have waited for its turn.
    return writeChunk(level, cells, projection, partOf(value, projection.inRegion), context, scratch);
  };
  return locks === undefined ? write() : locks.run(cells.keyOf(projection.coords), write);
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
    const written = isReplaced(projection, level, context)
      ? writeWhole(level, cells, coords, inOrder(source, projection), context, scratch)
      : run(rewriteChunk(level, cells, projection, source, context, isCovered(projection, context)));
    return isPromise(written) ? placedLater(written, cells, projection, context) : written;
  } catch (error) {
    throw placed(error, cells, projection, context);
  }
}

/** Writes all elements of a chunk: the way of most chunks, so one that need not wait has no task of its own. */
export function writeWhole(
  level: ChunkLevel,
  cells: CellSink,
  coords: Coords,
  source: View,
  context: Context,
  scratch: Scratch,
): MaybePromise<void> {
  const put = (encoded: Uint8Array | undefined): MaybePromise<void> => {
    context.signal?.throwIfAborted();
    return encoded === undefined ? cells.delete(coords) : cells.set(coords, encoded);
  };
  const { takesLent } = cells;
  if (level.shard === undefined) return encodeWhole(level, source, context, scratch, { takesLent, put });
  return run(encodeWholeShard(level, cells.keyOf(coords), source, context, scratch, { takesLent, put }));
}

/** Stores what was encoded of a whole chunk or shard elsewhere; `undefined` deletes it. */
export function storeWhole(
  cells: WritableCells,
  projection: ChunkProjection,
  encoded: Uint8Array | undefined,
  context: Context,
): MaybePromise<void> {
  const { coords } = projection;
  try {
    const stored = encoded === undefined ? cells.delete(coords) : cells.set(coords, encoded);
    return isPromise(stored) ? placedLater(stored, cells, projection, context) : stored;
  } catch (error) {
    throw placed(error, cells, projection, context);
  }
}

/** Encodes a shard of which `source` has all elements, in its order. */
function* encodeWholeShard(
  level: ShardLevel,
  key: string,
  source: View,
  context: Context,
  scratch: Scratch,
  sink: Pick<Sink, 'takesLent' | 'put'>,
): Task<void> {
  const { format, level: inner } = level.shard;
  const packed = inner.all?.codecs && scratch.takePacked();
  const isMade = packed && (yield* packShard(format, inner.all as EncodedLevel, source, context, scratch, packed));
  if (packed === undefined || isMade === undefined) {
    const region = wholeRegion(level.spec.shape);
    yield* wait(sink.put(yield* changedShard(level, key, undefined, region, source, context)));
    return;
  }
  const bytes = packed.view(0, packed.length);
  yield* wait(sink.put(!isMade ? undefined : sink.takesLent ? bytes : bytes.slice()));
  scratch.givePacked(packed);
}

type ShardLevel = ChunkLevel & { readonly shard: object };

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
      ? yield* changedShard(level, cells.keyOf(coords), stored, projection.inChunk, source, context)
      : yield* changedChunk(level, stored, projection, source, context);
    context.signal?.throwIfAborted();
    return changed;
  };
  if (!isNew) return yield* cells.update(coords, level.maxBytes, change);
  const bytes = yield* change(undefined);
  yield* wait(bytes === undefined ? cells.delete(coords) : cells.set(coords, bytes));
}

/** The encoded shard that `stored` becomes when `source` is written to a part of it; undefined when no cell is left. */
function* changedShard(
  { shard: { format, level } }: ShardLevel,
  key: string,
  stored: Uint8Array | undefined,
  inShard: Region,
  source: View,
  context: Context,
): Task<Uint8Array | undefined> {
  const draft = yield* ShardDraft.from(format, key, stored);
  yield* writeRegion(level, draft, inShard, source, { ...context, onProgress: undefined });
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

/**
 * Whether nothing of what the chunk holds stays: all its elements are written, and all their fields, and it does not reach
 * past the end of the array. That may be longer by now than this handle knows: what a chunk has there may be another's.
 */
export const isReplaced = ({ whole, inChunk }: ChunkProjection, { spec }: ChunkLevel, { fields }: Context): boolean =>
  whole && fields === undefined && isFull(inChunk, spec.shape);

/** Whether all is written that a chunk has inside of the array, and nobody has anything past its end. */
const isCovered = ({ whole }: ChunkProjection, { fields, isEndFree }: Context): boolean =>
  whole && fields === undefined && isEndFree?.() === true;

/** Whether `inChunk` is all of a chunk of `shape`, what reaches past the end of the array included. */
const isFull = (inChunk: Region, shape: readonly number[]): inChunk is readonly Run[] =>
  !isPoints(inChunk) && inChunk.every((pick, axis) => !(pick instanceof Float64Array) && pick.count === shape[axis]);

/** The values of a chunk that is replaced, in the order of its elements: only whole axes may be backwards. */
export const inOrder = (source: View, { inChunk }: Pick<ChunkProjection, 'inChunk'>): View =>
  isPoints(inChunk) || inChunk.every(isForwards) ? source : partOf(source, inChunk);

const isForwards = (pick: AxisPick): boolean => !(pick instanceof Float64Array) && pick.step === 1;

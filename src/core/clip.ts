/**
 * Forgetting what lies past an extent: chunks beyond it are deleted, and in those that it cuts the part beyond becomes
 * fill value, so that growing again finds nothing old. No other chunk is touched. In a shard, which is a small store of
 * cells, the same is done one level down.
 */
import { LimitError } from '../errors.js';
import type { ChunkGrid } from '../grid/grid.js';
import { coordsBetween, countBetween } from '../grid/shell.js';
import type { Coords } from '../indexing/project.js';
import { copy } from '../ndarray/copy.js';
import { fill, isAll } from '../ndarray/fill.js';
import { NdArray } from '../ndarray/ndarray.js';
import { type Shape, sizeOf } from '../ndarray/shape.js';
import { type Strided, viewOf } from '../ndarray/strided.js';
import { each, isPromise, type MaybePromise, run, type Task, wait } from '../task.js';
import type { WritableCells } from './cells.js';
import type { Context } from './context.js';
import { fewStoredCoords } from './count.js';
import { writeGrid } from './grids.js';
import type { ChunkLevel, Level } from './level.js';
import type { KeyedLocks } from './lock.js';
import type { ArrayNode } from './node.js';
import { placed } from './placed.js';
import { ShardDraft } from './shards/shard.js';

/** The chunks of a grid that an extent leaves out, and those that it cuts. */
export interface Outside {
  readonly removed: Iterable<Coords>;
  readonly cut: Iterable<Coords>;
  /** How many both are. */
  readonly count: number;
}

/** Deletions that cost less than asking what is stored. */
const FEW = 64;
/** So many keys are listed in the time that one deletion takes, at the least. */
const KEYS_PER_DELETION = 8;

/**
 * The stored objects of `node` that `extent` leaves out or cuts: by listing what is stored where that is less work than
 * deleting what may be, or more than one call may touch; else by their coordinates alone.
 */
export function* storedOutside(node: ArrayNode, extent: Shape): Task<Outside> {
  const grid = writeGrid(node.model);
  const outside = outsideOf(grid, extent);
  const { chunksPerCall } = node.config.limits;
  const { store, path } = node.storePath;
  const isAllowed = outside.count <= chunksPerCall;
  if (isAllowed && (outside.count <= FEW || store.list === undefined)) return outside;
  if (store.list === undefined) {
    throw new LimitError(
      `limits.chunksPerCall: ${outside.count} chunks to delete or cut, allowed ${chunksPerCall} in a store that cannot list`,
      { path },
    );
  }
  const most = isAllowed ? outside.count * KEYS_PER_DELETION : Number.POSITIVE_INFINITY;
  const stored = yield* fewStoredCoords(node, most);
  if (stored === undefined) return outside;
  const { kept, uncut } = countsWithin(grid, extent);
  const isIn = (coords: Coords, counts: readonly number[]): boolean =>
    coords.every((coord, axis) => coord < counts[axis]!);
  const removed = stored.filter((coords) => !isIn(coords, kept));
  const cut = stored.filter((coords) => isIn(coords, kept) && !isIn(coords, uncut));
  return { removed, cut, count: removed.length + cut.length };
}

function outsideOf(grid: ChunkGrid, extent: Shape): Outside {
  const counts = grid.map((axis) => axis.count);
  const { kept, uncut } = countsWithin(grid, extent);
  const removed = { [Symbol.iterator]: () => coordsBetween(kept, counts)[Symbol.iterator]() };
  const cut = { [Symbol.iterator]: () => coordsBetween(uncut, kept)[Symbol.iterator]() };
  return { removed, cut, count: countBetween(kept, counts) + countBetween(uncut, kept) };
}

/** Chunks along each axis that have something within `extent`, and those that an extent shorter than the axis cuts not. */
function countsWithin(grid: ChunkGrid, extent: Shape): { kept: readonly number[]; uncut: readonly number[] } {
  const kept = grid.map((axis, at) => {
    const length = Math.min(extent[at]!, axis.length);
    return length === 0 ? 0 : axis.chunkAt(length - 1) + 1;
  });
  const uncut = grid.map((axis, at) => {
    const last = kept[at]! - 1;
    if (last < 0 || extent[at]! >= axis.length) return last + 1;
    return axis.startOf(last) + axis.sizeOf(last) > extent[at]! ? last : last + 1;
  });
  return { kept, uncut };
}

/** Deletes what is `outside` of `extent` in the array that `cells` hold. */
export function* clip(
  level: Level,
  cells: WritableCells,
  extent: Shape,
  context: Context,
  outside: Outside = outsideOf(level.grid, extent),
  locks?: KeyedLocks,
): Task<void> {
  const { concurrency, signal, onProgress } = context;
  let done = 0;
  const forEach = (all: Iterable<Coords>, work: (coords: Coords) => MaybePromise<void>): Task<void> =>
    each(
      all,
      concurrency,
      (coords) => {
        const result = locks === undefined ? work(coords) : locks.run(cells.keyOf(coords), () => work(coords));
        if (onProgress === undefined) return result;
        return isPromise(result)
          ? result.then(() => onProgress(++done, outside.count))
          : onProgress(++done, outside.count);
      },
      signal,
    );
  yield* forEach(outside.removed, (coords) => cells.delete(coords));
  yield* forEach(outside.cut, (coords) => run(clipChunk(level, cells, coords, extent, context)));
}

function* clipChunk(
  { grid, at }: Level,
  cells: WritableCells,
  coords: Coords,
  extent: Shape,
  context: Context,
): Task<void> {
  try {
    const level = at(coords);
    const inside = level.spec.shape.map((size, axis) =>
      Math.min(size, extent[axis]! - grid[axis]!.startOf(coords[axis]!)),
    );
    yield* cells.update(coords, level.maxBytes, function* (stored) {
      if (stored === undefined) return undefined;
      return level.shard
        ? yield* clippedShard(level, cells.keyOf(coords), stored, inside, context)
        : yield* clippedValues(level, stored, inside, context);
    });
  } catch (error) {
    throw placed(error, cells, { coords }, context);
  }
}

/** The shard with nothing past `inside`: `stored` itself where it had nothing there, undefined when no cell is left. */
function* clippedShard(
  level: ChunkLevel,
  key: string,
  stored: Uint8Array,
  inside: Shape,
  context: Context,
): Task<Uint8Array | undefined> {
  const { format, level: inner } = level.shard!; // Called for levels of shards only.
  const draft = yield* ShardDraft.from(format, key, stored);
  yield* clip(inner, draft, inside, { ...context, onProgress: undefined });
  if (!draft.isChanged) return stored;
  return draft.isEmpty ? undefined : yield* draft.toBytes();
}

/** The chunk with fill value past `inside`: `stored` itself where it had that, undefined when it has nothing else. */
function* clippedValues(
  { spec, codecs }: ChunkLevel,
  stored: Uint8Array,
  inside: Shape,
  { writeEmptyChunks }: Context,
): Task<Uint8Array | undefined> {
  const decoded = yield* wait(codecs!.decode(stored)); // A level without a shard has codecs.
  if (partsPast(decoded, inside).every((part) => isAll(part, spec.fillValue))) return stored;
  // Copied: decoded bytes may still belong to the store.
  const chunk = new NdArray(spec.dtype, spec.dtype.allocate(sizeOf(spec.shape)), spec.shape);
  copy(decoded, chunk);
  for (const part of partsPast(chunk, inside)) fill(part, spec.fillValue);
  if (!writeEmptyChunks && isAll(chunk, spec.fillValue)) return undefined;
  return yield* wait(codecs!.encode(chunk));
}

/** What of `chunk` is past `inside` along each axis. */
function partsPast(chunk: Strided, inside: Shape): Strided[] {
  return chunk.shape.flatMap((size, at) => {
    if (inside[at] === size) return [];
    const region = chunk.shape.map((length, axis) =>
      axis === at ? { start: inside[at]!, step: 1, count: length - inside[at]! } : { start: 0, step: 1, count: length },
    );
    return [viewOf(chunk, region)];
  });
}

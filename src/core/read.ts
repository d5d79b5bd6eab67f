/**
 * Reading: one function for every level. Chunks whose bytes are at hand go through one plain loop; a shard is read by
 * the same function, one level down.
 */
import type { BytePart } from '../codecs/codec.js';
import { type ChunkProjection, type Coords, countChunks, onlyChunk, project } from '../indexing/project.js';
import type { Region } from '../indexing/selection.js';
import { partOf, type View } from '../ndarray/picked.js';
import { sizeOf } from '../ndarray/shape.js';
import { each, isPromise, type MaybePromise, run, type Task, wait } from '../task.js';
import type { CellParts, Cells } from './cells.js';
import { SupersededError } from './conflict.js';
import type { Context } from './context.js';
import { checkSize, decodeInto, isCopied, type Wanted } from './decode.js';
import type { ChunkLevel, Level } from './level.js';
import { guard, placed, placedLater } from './placed.js';
import { haveMany, readBatches } from './read-batches.js';
import { readCell, readCells } from './read-cells.js';
import { ReadPlan } from './read-plan.js';
import { ShardCells, ShardDraft } from './shards/shard.js';
import { MOST_KEPT, storedMemory } from './stored-memory.js';

/** Reads `region` of the array that `cells` hold, into `out`. */
export function* readRegion(level: Level, cells: Cells, region: Region, out: View, context: Context): Task<void> {
  const { concurrency, signal, onProgress } = context;
  const plan = haveMany(cells) ? undefined : ReadPlan.of(level, cells, region, out, context);
  const only = plan === undefined && onProgress === undefined ? onlyChunk(region, level.grid) : undefined;
  if (only !== undefined) {
    signal?.throwIfAborted();
    // All of the region is in it, so all of the result is of it.
    return yield* wait(readChunk(level, cells, only, out, context));
  }
  const total = onProgress === undefined ? 0 : countChunks(region, level.grid);
  let done = 0;
  const counted = (read: MaybePromise<void>): MaybePromise<void> => {
    if (onProgress === undefined) return read;
    return isPromise(read) ? read.then(() => onProgress(++done, total)) : onProgress(++done, total);
  };
  const readOne = (projection: ChunkProjection, from = cells): MaybePromise<void> =>
    readChunk(level, from, projection, partOf(out, projection.inRegion), context);
  if (level.all !== undefined && haveMany(cells)) {
    const read = (projection: ChunkProjection, from: Cells): MaybePromise<void> => counted(readOne(projection, from));
    return yield* readBatches(project(region, level.grid), level.all, cells, read, context);
  }
  if (plan === undefined) {
    yield* each(project(region, level.grid), concurrency, (projection) => counted(readOne(projection)), signal);
  } else {
    const work = (): MaybePromise<void> => counted(readPlanned(plan, readOne, cells, context));
    try {
      yield* each(plan.cursor, concurrency, work, signal);
    } finally {
      plan.end();
    }
  }
}

/** Reads the chunk that the plan is at: as all the others, or else by itself. */
function readPlanned(
  plan: ReadPlan,
  readOne: (projection: ChunkProjection) => MaybePromise<void>,
  cells: Cells,
  context: Context,
): MaybePromise<void> {
  let read: MaybePromise<void> | ChunkProjection;
  try {
    read = plan.read();
  } catch (error) {
    throw placed(error, cells, { coords: [...plan.cursor.coords] }, context);
  }
  if (read !== undefined && 'inChunk' in read) return readOne(read);
  return isPromise(read) ? placedLater(read, cells, { coords: [...plan.cursor.coords] }, context) : read;
}

function readChunk(
  { at }: Level,
  cells: Cells,
  projection: ChunkProjection,
  target: View,
  context: Context,
): MaybePromise<void> {
  try {
    const level = at(projection.coords);
    if (level.shard) return guard(readInShard(level, cells, projection, target, context), cells, projection, context);
    const { codecs, maxBytes } = level;
    const span = codecs.layout?.spanOf(projection.inChunk);
    const part = span && codecs.layout?.storedPart(span);
    if (part !== undefined) {
      const read = readPart({ level, span, part }, cells, projection, target, context);
      return guard(read, cells, projection, context);
    }
    const borrowed = isCopied(level, span) ? borrow(cells, projection.coords, codecs.usualSize) : undefined;
    if (borrowed !== undefined) {
      const read = decodeInto({ level, span }, borrowed.bytes, projection, target, context);
      if (!isPromise(read)) storedMemory.give(borrowed.memory);
      return guard(read, cells, projection, context);
    }
    const bytes = cells.get(projection.coords, undefined, maxBytes);
    if (isPromise(bytes))
      return guard(decodeLater({ level, span }, bytes, projection, target, context), cells, projection, context);
    return guard(decodeInto({ level, span }, bytes, projection, target, context), cells, projection, context);
  } catch (error) {
    throw placed(error, cells, projection, context);
  }
}

/** A shard that is longer is not held whole to be read, where its pieces are had at once. */
const LEAST_IN_PIECES = 2 ** 26;

type ShardedLevel = Extract<ChunkLevel, { readonly shard: object }>;

/** Reads a part of a chunk that is stored uncompressed: only the bytes that it lies in. */
function readPart(
  { level, span, part }: Wanted & { readonly part: BytePart },
  cells: Cells,
  projection: ChunkProjection,
  target: View,
  context: Context,
): MaybePromise<void> {
  const readOf = (parts: CellParts): MaybePromise<void> => {
    const take = (bytes: Uint8Array | undefined): MaybePromise<void> => {
      if (bytes !== undefined) checkSize(level, parts.size);
      return decodeInto({ level, span }, bytes, projection, target, context);
    };
    const bytes = parts.lend === undefined ? parts.get(part) : parts.lend(part);
    return isPromise(bytes) ? bytes.then(take) : take(bytes);
  };
  // It is one request, so of one generation.
  if (cells.partsAtHand !== undefined) return readOf(cells.partsAtHand(projection.coords));
  return run(cells.readParts(projection.coords, (parts) => wait(readOf(parts))));
}

function* readShard(
  { shard: { format, level }, maxBytes }: ShardedLevel,
  cells: Cells,
  { coords, inChunk, whole }: ChunkProjection,
  target: View,
  context: Context,
): Task<void> {
  const inner: Context = context.onProgress === undefined ? context : { ...context, onProgress: undefined };
  const key = cells.keyOf(coords);
  const usualSize = usualSizeOf({ format, level });
  const isInPieces = usualSize >= LEAST_IN_PIECES && cells.partsAtHand !== undefined;
  if (whole && !isInPieces) {
    const borrowed = borrow(cells, coords, usualSize);
    const bytes = borrowed === undefined ? yield* wait(cells.get(coords, undefined, maxBytes)) : borrowed.bytes;
    yield* readRegion(level, yield* ShardDraft.from(format, key, bytes), inChunk, target, inner);
    if (borrowed !== undefined) storedMemory.give(borrowed.memory);
  } else {
    yield* cells.readParts(coords, function* (parts) {
      const shard = yield* ShardCells.open(format, parts, key, inner);
      const cell = level.all!; // Cells have one shape.
      if (cell.shard) {
        yield* wait(shard.confirm());
        yield* readRegion(level, shard, inChunk, target, inner);
      } else yield* readCells({ grid: level.grid, cell, shard, parts: shard.parts }, inChunk, target, inner);
    });
  }
}

/**
 * Reads from a shard; one cell of it without a task, where its index is known from an earlier read and the store answers at
 * once: one small read after another is most often that.
 */
function readInShard(
  level: ShardedLevel,
  cells: Cells,
  projection: ChunkProjection,
  target: View,
  context: Context,
): MaybePromise<void> {
  const { format, level: inner } = level.shard;
  const usual = (): MaybePromise<void> => run(readShard(level, cells, projection, target, context));
  const cell = inner.all!; // Cells have one shape.
  if (projection.whole || cells.partsAtHand === undefined || cell.shard) return usual();
  const only = onlyChunk(projection.inChunk, inner.grid);
  if (only === undefined) return usual();
  const parts = cells.partsAtHand(projection.coords);
  const shard = ShardCells.recalled(format, parts, cells.keyOf(projection.coords));
  if (shard === undefined) return usual();
  const unlessSuperseded = (error: unknown): MaybePromise<void> => {
    if (!(error instanceof SupersededError)) throw error;
    parts.forgetIndex?.();
    return usual();
  };
  try {
    const read = readCell({ grid: inner.grid, cell, shard, parts }, only, target, context);
    return isPromise(read) ? read.then(undefined, unlessSuperseded) : read;
  } catch (error) {
    return unlessSuperseded(error);
  }
}

async function decodeLater(
  wanted: Wanted,
  pending: PromiseLike<Uint8Array | undefined>,
  projection: ChunkProjection,
  target: View,
  context: Context,
): Promise<void> {
  await decodeInto(wanted, await pending, projection, target, context);
}

/** Memory of `storedMemory`, and the bytes of a cell in it. */
interface Borrowed {
  readonly memory: Uint8Array;
  readonly bytes: Uint8Array | undefined;
}

/**
 * A cell of usually at most `usualSize` bytes, in memory that is to be given back when nothing of it is needed any more.
 * Undefined where the cell has more, or is better asked for by `get`.
 */
function borrow(cells: Cells, coords: Coords, usualSize: number): Borrowed | undefined {
  if (cells.getStartInto === undefined || usualSize === 0 || usualSize >= MOST_KEPT) return undefined;
  const memory = storedMemory.take(usualSize + 1);
  const length = cells.getStartInto(coords, memory);
  if (length === undefined) return { memory, bytes: undefined };
  return length > usualSize ? undefined : { memory, bytes: memory.subarray(0, length) };
}

/** Bytes that a shard hardly exceeds; 0 where what is read of it may keep a part of its bytes. */
function usualSizeOf({ format, level }: ShardedLevel['shard']): number {
  const cell = level.all;
  if (cell?.codecs === undefined || !isCopied(cell, undefined)) return 0;
  return format.indexSize + sizeOf(format.gridShape) * cell.codecs.usualSize;
}

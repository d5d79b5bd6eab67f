/**
 * Reading: one function for every level. Chunks whose bytes are at hand go through one plain loop; a shard is read by
 * the same function, one level down.
 */
import type { BytePart } from '../codecs/codec.js';
import type { Span } from '../codecs/layout.js';
import { type StorageUnit, storageOfBytes } from '../dtypes/storage.js';
import { ChunkNotFoundError, CodecError, located, StoreError } from '../errors.js';
import type { ChunkGrid } from '../grid/grid.js';
import { type ChunkProjection, type Coords, countChunks, onlyChunk, project } from '../indexing/project.js';
import type { Region } from '../indexing/selection.js';
import { copy } from '../ndarray/copy.js';
import { fill } from '../ndarray/fill.js';
import { partOf, type View } from '../ndarray/picked.js';
import { sizeOf } from '../ndarray/shape.js';
import { each, isPromise, type MaybePromise, run, type Task, wait } from '../task.js';
import type { CellParts, Cells } from './cells.js';
import { SupersededError } from './conflict.js';
import type { Context } from './context.js';
import type { EncodedLevel } from './encode.js';
import type { ChunkLevel, Level } from './level.js';
import { haveMany, readBatches } from './read-batches.js';
import { ReadPlan } from './read-plan.js';
import { ShardCells, ShardDraft } from './shard.js';
import { batchesOf, type CellGroup, planCells, type WantedCell } from './shard-plan.js';
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

type ShardedLevel = Extract<ChunkLevel, { readonly shard: object }>;

/** What is decoded: a chunk, or only a span of its elements. */
interface Wanted {
  readonly level: EncodedLevel;
  readonly span: Span | undefined;
}

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

/** Throws unless a chunk of which only a part was read is as long as it has to be. */
function checkSize({ codecs: { size: expected } }: EncodedLevel, size: number | undefined): void {
  if (size === undefined || size === expected) return;
  throw new CodecError(`expected a chunk of ${expected} bytes, got ${size}`);
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
  if (whole) {
    const borrowed = borrow(cells, coords, usualSizeOf({ format, level }));
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

/** A stored shard that some cells are read of. */
interface OpenShard {
  readonly grid: ChunkGrid;
  /** How each cell is stored. */
  readonly cell: EncodedLevel;
  readonly shard: ShardCells;
  readonly parts: CellParts;
}

/** Reads `region` of a shard by as few requests as the settings for joining ranges make of it. */
function* readCells(open: OpenShard, region: Region, target: View, context: Context): Task<void> {
  const { grid, cell, shard, parts } = open;
  const { coalesceMaxGapBytes, coalesceMaxBytes: maxBytes, concurrency, signal } = context;
  const only = onlyChunk(region, grid);
  if (only !== undefined) return yield* wait(readCell(open, only, target, context));
  const wanted = [...project(region, grid)];
  // Where one more request costs next to nothing, bytes that nobody wants cost more.
  const joining = { maxGapBytes: parts.answersAtOnce ? 0 : coalesceMaxGapBytes, maxBytes };
  const read = (projection: ChunkProjection, span?: Span, bytes?: Uint8Array): MaybePromise<void> => {
    const part = partOf(target, projection.inRegion);
    return guarded(
      () => decodeInto({ level: cell, span }, bytes, projection, part, context),
      shard,
      projection,
      context,
    );
  };
  const { absent, groups } = planCells(wanted, (projection) => locateCell(open, projection, context), joining);
  if (groups.length === 0) yield* wait(shard.confirm()); // Reading any of the groups tells as well.
  for (const projection of absent) yield* wait(read(projection));
  const readBatch = function* (batch: readonly CellGroup[]): Task<void> {
    const many = yield* shard.readMany(batch);
    for (const [at, { offset, cells }] of batch.entries()) {
      const bytes = many[at]!;
      yield* each(cells, concurrency, ({ projection, span, offset: start, length }) =>
        read(projection, span, bytes.subarray(start - offset, start - offset + length)),
      );
    }
  };
  const batches = parts.takesMany ? batchesOf(groups, maxBytes) : groups.map((group) => [group]);
  yield* each(batches, concurrency, (batch) => run(readBatch(batch)), signal);
}

/** Reads what is wanted of one cell: most often all that a read takes of a shard. */
function readCell(open: OpenShard, projection: ChunkProjection, target: View, context: Context): MaybePromise<void> {
  const { cell, shard } = open;
  const wanted = locateCell(open, projection, context);
  const decode = (bytes: Uint8Array | undefined): MaybePromise<void> =>
    guarded(
      () => decodeInto({ level: cell, span: wanted?.span }, bytes, projection, target, context),
      shard,
      projection,
      context,
    );
  if (wanted === undefined) {
    const confirmed = shard.confirm();
    return isPromise(confirmed) ? confirmed.then(() => decode(undefined)) : decode(undefined);
  }
  const bytes = isCopied(cell, wanted.span) ? shard.lend(wanted) : shard.read(wanted);
  return isPromise(bytes) ? bytes.then(decode) : decode(bytes);
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

/** Where what is wanted of a cell lies; undefined where the shard does not have it. */
function locateCell(
  { cell, shard }: OpenShard,
  { coords, inChunk }: ChunkProjection,
  context: Context,
): Omit<WantedCell, 'projection'> | undefined {
  try {
    const range = shard.locate(coords, cell.maxBytes);
    if (range === undefined) return undefined;
    const { layout } = cell.codecs;
    const span = layout?.spanOf(inChunk);
    const part = span && layout?.storedPart(span);
    if (part === undefined) return { offset: range.offset, length: range.length, span };
    checkSize(cell, range.length);
    return { offset: range.offset + part.offset, length: part.length, span };
  } catch (error) {
    throw placed(error, shard, { coords }, context);
  }
}

/** What `read` does, its failure told which chunk it was. */
function guarded(
  read: () => MaybePromise<void>,
  cells: Cells,
  projection: ChunkProjection,
  context: Context,
): MaybePromise<void> {
  try {
    return guard(read(), cells, projection, context);
  } catch (error) {
    throw placed(error, cells, projection, context);
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

function decodeInto(
  { level, span }: Wanted,
  bytes: Uint8Array | undefined,
  { coords, inChunk }: ChunkProjection,
  target: View,
  { readMissingChunks, fields, signal }: Context,
): MaybePromise<void> {
  signal?.throwIfAborted(); // Whoever has given up may have other values there by now.
  if (bytes === undefined) {
    if (!readMissingChunks) throw new ChunkNotFoundError(`chunk (${coords.join(', ')}) is absent`, { coords });
    fill(target, fields?.fillValue ?? level.spec.fillValue);
    return;
  }
  const take = (decoded: View): void => {
    if (fields === undefined) copy(partOf(decoded, inChunk), target);
    else fields.take(partOf(decoded, inChunk), target);
  };
  const chunk = decoded(level, bytes, span);
  if (!isPromise(chunk)) return take(chunk);
  return chunk.then((later) => {
    signal?.throwIfAborted();
    take(later);
  });
}

/** Whether nothing of the stored bytes is left in what they are decoded to, once that is copied: no text, and no list. */
const isCopied = ({ codecs }: EncodedLevel, span: Span | undefined): boolean =>
  span !== undefined || codecs.strides !== undefined;

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

/** The chunk, or a span of it, decoded: to be copied before anything else is, for its memory may be lent. */
function decoded({ codecs, spec }: EncodedLevel, bytes: Uint8Array, span: Span | undefined): MaybePromise<View> {
  if (span !== undefined) return codecs.decodeSpan(bytes, span);
  const { strides } = codecs;
  if (strides === undefined) return codecs.decode(bytes);
  const { storageUnit, unitsPerItem: itemUnits } = spec.dtype;
  const unit = storageUnit as Exclude<StorageUnit, 'object'>; // Elements that are laid one after another have a size.
  const viewOf = (elements: Uint8Array): View => {
    return { storage: storageOfBytes(unit, elements), itemUnits, shape: spec.shape, strides, offset: 0 };
  };
  const elements = codecs.lend(bytes);
  return isPromise(elements) ? elements.then(viewOf) : viewOf(elements);
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

/** `result`, its failure told as `placed` tells it. */
export async function placedLater(
  result: PromiseLike<void>,
  cells: Cells,
  projection: Pick<ChunkProjection, 'coords'>,
  context: Context,
): Promise<void> {
  try {
    await result;
  } catch (error) {
    throw placed(error, cells, projection, context);
  }
}

/** `error` with the array, the key and the chunk; what the caller's signal threw stays as it is. */
export function placed(
  error: unknown,
  cells: Cells,
  { coords }: Pick<ChunkProjection, 'coords'>,
  { path, signal }: Context,
): unknown {
  if (signal?.aborted && error === signal.reason) return error;
  // Codecs fail with errors of their own; anything else comes from the store.
  return located(error, { path, key: cells.keyOf(coords), coords }, StoreError);
}

/**
 * Reading some cells of a stored shard whose index is known, by as few requests as the settings for joining ranges make of it.
 *
 * Cells lie in a shard in any order, and ranges are read in the order of their places. What is told of several failures is
 * that of the first cell in the order of the region all the same, as if each cell had been read by itself: once one has
 * failed, only ranges that have something before it are read, and a range that is too short fails where its bytes end.
 */
import type { ChunkGrid } from '../grid/grid.js';
import { type ChunkProjection, onlyChunk, project } from '../indexing/project.js';
import type { Region } from '../indexing/selection.js';
import { partOf, type View } from '../ndarray/picked.js';
import { each, FirstFailure, isPromise, type MaybePromise, run, type Task, wait } from '../task.js';
import { type CellParts, MOST_LENT } from './cells.js';
import { SupersededError } from './conflict.js';
import type { Context } from './context.js';
import { checkSize, decodeInto, isCopied } from './decode.js';
import type { EncodedLevel } from './encode.js';
import { guarded, placed } from './placed.js';
import { batchesOf, type CellGroup, groupsOf, type WantedCell } from './shards/plan.js';
import { cellIn, type ShardCells } from './shards/shard.js';

/** A stored shard that some cells are read of. */
export interface OpenShard {
  readonly grid: ChunkGrid;
  /** How each cell is stored. */
  readonly cell: EncodedLevel;
  readonly shard: ShardCells;
  readonly parts: CellParts;
}

/** Reads `region` of a shard. */
export function* readCells(open: OpenShard, region: Region, target: View, context: Context): Task<void> {
  const { grid, shard, parts } = open;
  const { coalesceMaxGapBytes, coalesceMaxBytes, concurrency, signal } = context;
  const only = onlyChunk(region, grid);
  if (only !== undefined) return yield* wait(readCell(open, only, target, context));
  const failure = new FirstFailure();
  const wanted = locateCells(open, region, target, context, failure);
  // Where one more request costs next to nothing, bytes that nobody wants cost more, and so does memory that was never used.
  const maxGapBytes = parts.answersAtOnce ? 0 : coalesceMaxGapBytes;
  const maxBytes = parts.answersAtOnce ? Math.min(MOST_LENT, coalesceMaxBytes) : coalesceMaxBytes;
  const groups = groupsOf(wanted, { maxGapBytes, maxBytes });
  if (groups.length === 0) yield* wait(shard.confirm()); // Reading any of the groups tells as well.
  const batches = parts.takesMany ? batchesOf(groups, maxBytes) : groups.map((group) => [group]);
  const read = (batch: readonly CellGroup[]): MaybePromise<void> =>
    run(readBatch(open, batch, target, context, failure));
  yield* each(batches, concurrency, read, signal);
  failure.rethrow();
}

/** The cells that are to be read, up to the first one that fails; those that are absent are filled. */
function locateCells(
  open: OpenShard,
  region: Region,
  target: View,
  context: Context,
  failure: FirstFailure,
): WantedCell[] {
  const cells: WantedCell[] = [];
  try {
    for (const projection of project(region, open.grid)) {
      const found = locateCell(open, projection, context);
      if (found !== undefined) cells.push({ ...found, projection, number: cells.length });
      else void take(open, { projection }, undefined, partOf(target, projection.inRegion), context); // Nothing is waited for.
    }
  } catch (error) {
    failure.note(cells.length, error); // Behind all cells that are read.
  }
  return cells;
}

/** Reads groups of cells by one request; their failures are noted. */
function* readBatch(
  open: OpenShard,
  batch: readonly CellGroup[],
  target: View,
  context: Context,
  failure: FirstFailure,
): Task<void> {
  const { concurrency, signal } = context;
  const first = Math.min(...batch.map(({ cells }) => cells[0]!.number));
  if (!failure.allows(first)) return;
  let many: readonly (Uint8Array | undefined)[];
  try {
    many = yield* wait(rangesOf(open, batch));
  } catch (error) {
    if (signal?.aborted || error instanceof SupersededError) throw error;
    return failure.note(first, error);
  }
  for (const [at, group] of batch.entries()) {
    const read = (cell: WantedCell): MaybePromise<void> => {
      const { inRegion } = cell.projection;
      return failure.watch(cell.number, () =>
        take(open, cell, cellIn(many[at], group, cell), partOf(target, inRegion), context),
      );
    };
    yield* each(group.cells, concurrency, read);
  }
}

/** What the shard has at the places of a batch: to be decoded at once, for the next one may be put into the same memory. */
function rangesOf({ cell, shard }: OpenShard, batch: readonly CellGroup[]): ReturnType<ShardCells['readRanges']> {
  const [only] = batch;
  if (batch.length > 1 || !only!.cells.every(({ span }) => isCopied(cell, span))) return shard.readRanges(batch);
  return shard.lendRange(only!); // No batch is empty.
}

/** Reads what is wanted of one cell: most often all that a read takes of a shard. */
export function readCell(
  open: OpenShard,
  projection: ChunkProjection,
  target: View,
  context: Context,
): MaybePromise<void> {
  const { cell, shard } = open;
  let wanted: Place | undefined;
  try {
    wanted = locateCell(open, projection, context);
  } catch (error) {
    return confirmed(shard, () => {
      throw error;
    });
  }
  const taken = (bytes: Uint8Array | undefined): MaybePromise<void> =>
    take(open, { projection, span: wanted?.span }, bytes, target, context);
  if (wanted === undefined) return confirmed(shard, () => taken(undefined));
  const bytes = isCopied(cell, wanted.span) ? shard.lend(wanted) : shard.read(wanted);
  return isPromise(bytes) ? bytes.then(taken) : taken(bytes);
}

/** `then`, if the shard still has the index that it was found with. */
function confirmed(shard: ShardCells, then: () => MaybePromise<void>): MaybePromise<void> {
  const confirming = shard.confirm();
  return isPromise(confirming) ? confirming.then(then) : then();
}

/** Decodes what is wanted of a cell; without bytes it is absent. */
function take(
  { cell: level, shard }: OpenShard,
  { projection, span }: Pick<WantedCell, 'projection'> & Partial<Pick<WantedCell, 'span'>>,
  bytes: Uint8Array | undefined,
  target: View,
  context: Context,
): MaybePromise<void> {
  return guarded(() => decodeInto({ level, span }, bytes, projection, target, context), shard, projection, context);
}

type Place = Pick<WantedCell, 'offset' | 'length' | 'span'>;

/** Where what is wanted of a cell lies; undefined where the shard does not have it. */
function locateCell(
  { cell, shard }: OpenShard,
  { coords, inChunk }: ChunkProjection,
  context: Context,
): Place | undefined {
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

/**
 * Many stored values by few requests: of a store that has `getMany` and takes its time to answer, such as a database, chunks
 * and shards that are wanted whole are asked for together. What is wanted in part is read by itself, because its parts have
 * to be of one generation, which `getMany` tells of one value alone.
 */
import { located, StoreError } from '../errors.js';
import type { ChunkProjection } from '../indexing/project.js';
import { sizeOf } from '../ndarray/shape.js';
import { each, type MaybePromise, run, type Task, wait } from '../task.js';
import type { CellParts, Cells, ManyCells } from './cells.js';
import type { Context } from './context.js';
import type { ChunkLevel } from './level.js';
import { PartsInMemory } from './shards/shard.js';

/** The most values of one request: databases bound how many keys a question may have. */
const MOST_VALUES = 256;

/** Reads a chunk whose bytes `cells` have. */
type Read = (projection: ChunkProjection, cells: Cells) => MaybePromise<void>;

/** Whether several of the cells are better asked for together. */
export const haveMany = (cells: Cells): cells is ManyCells => cells.getMany !== undefined;

/** Reads chunks that are all of one `level`: each by `read`, which finds at hand what was asked for together. */
export function* readBatches(
  projections: Iterable<ChunkProjection>,
  level: ChunkLevel,
  cells: ManyCells,
  read: Read,
  context: Context,
): Task<void> {
  const { concurrency, signal, path } = context;
  const readBatch = function* (batch: readonly ChunkProjection[]): Task<void> {
    const coords = batch.map((projection) => projection.coords);
    let values: readonly (Uint8Array | undefined)[];
    try {
      values = yield* wait(cells.getMany(coords, level.maxBytes));
    } catch (error) {
      if (signal?.aborted) throw error;
      // Of those that cannot be had together, the one that cannot be had by itself has the error.
      yield* each(batch, 1, (projection) => read(projection, cells), signal);
      return;
    }
    checkCount(values, batch.length, path);
    const given = ([at, projection]: [number, ChunkProjection]): MaybePromise<void> =>
      read(projection, new GivenCell(cells, values[at]));
    yield* each(batch.entries(), concurrency, given, signal);
  };
  const batches = batchesOf(projections, level, context.coalesceMaxBytes);
  yield* each(
    batches,
    concurrency,
    (batch) => (batch.length === 1 ? read(batch[0]!, cells) : run(readBatch(batch))),
    signal,
  );
}

/** The chunks in batches, each of at most `maxBytes` when they are decoded, or of one chunk. */
function* batchesOf(
  projections: Iterable<ChunkProjection>,
  level: ChunkLevel,
  maxBytes: number,
): Iterable<readonly ChunkProjection[]> {
  const { shape, dtype } = level.spec;
  const most = Math.min(MOST_VALUES, Math.floor(maxBytes / (sizeOf(shape) * dtype.memorySize)));
  let batch: ChunkProjection[] = [];
  for (const projection of projections) {
    if (most < 2 || !isWhole(level, projection)) {
      // In the order of the chunks: the first failure in it is told.
      if (batch.length > 0) yield batch;
      batch = [];
      yield [projection];
      continue;
    }
    batch.push(projection);
    if (batch.length < most) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Whether all bytes of a stored value are asked for. */
function isWhole({ shard, codecs }: ChunkLevel, { whole, inChunk }: ChunkProjection): boolean {
  if (shard !== undefined) return whole;
  const span = codecs.layout?.spanOf(inChunk);
  return span === undefined || codecs.layout?.storedPart(span) === undefined;
}

function checkCount(values: readonly unknown[], count: number, path: string): void {
  if (Array.isArray(values) && values.length === count) return;
  const found = Array.isArray(values) ? `${values.length} values` : typeof values;
  throw located(new StoreError(`getMany of the store gave ${found} for ${count} requests`), { path }, StoreError);
}

/** Cells of which one is at hand: the one that is asked for. */
class GivenCell implements Cells {
  readonly #cells: Cells;
  readonly #bytes: Uint8Array | undefined;

  constructor(cells: Cells, bytes: Uint8Array | undefined) {
    this.#cells = cells;
    this.#bytes = bytes;
  }

  get(): Uint8Array | undefined {
    return this.#bytes;
  }

  *readParts(_: unknown, work: (parts: CellParts) => Task<void>): Task<void> {
    yield* work(new PartsInMemory(this.#bytes));
  }

  keyOf(coords: readonly number[]): string {
    return this.#cells.keyOf(coords);
  }
}

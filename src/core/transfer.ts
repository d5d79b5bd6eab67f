/**
 * The data of one array to another one of the same shape, in bounded memory.
 *
 * Where both are cut and encoded alike, stored chunks are copied as the bytes they are, and what is absent is not asked
 * for. Else the target is made of blocks of its outer chunks, each read from the source and written once: of one chunk
 * where those of the source are no longer, and of as many as memory allows where they cross.
 */
import type { Codec } from '../codecs/codec.js';
import type { DType } from '../dtypes/dtype.js';
import { UnknownDType } from '../dtypes/unknown.js';
import { LimitError, located, StoreError } from '../errors.js';
import { type ChunkGrid, RegularAxis } from '../grid/grid.js';
import { type Coords, countChunks, project } from '../indexing/project.js';
import { type Region, wholeRegion } from '../indexing/selection.js';
import { fromPlain } from '../json/convert.js';
import { formatJson } from '../json/format.js';
import type { ArrayModel } from '../metadata/model.js';
import { isSameType } from '../ndarray/cast.js';
import { NdArray } from '../ndarray/ndarray.js';
import { shapeOf } from '../ndarray/picked.js';
import { sizeOf } from '../ndarray/shape.js';
import type { Run } from '../ndarray/strided.js';
import { each, type MaybePromise, run, type Task, wait } from '../task.js';
import { storedCoords } from './count.js';
import { readGrid, writeGrid } from './grids.js';
import { locksOf } from './lock.js';
import type { ArrayNode, OperationOptions } from './node.js';
import { readShared } from './parallel/read.js';
import { writeShared } from './parallel/write.js';

/** Bytes of decoded chunks that are held at once, where one is not more. */
const MEMORY_BYTES = 2 ** 27;

/** Bytes of what several threads make at once. */
const SHARED_BYTES = 2 ** 25;

/** Throws what `transferData` would throw before it starts: codecs or a data type that are not known, too many chunks. */
export function checkTransfer(source: ArrayNode, target: ArrayNode): void {
  const region = wholeRegion(target.model.shape);
  if (isEncodedAlike(source.model, target.model)) {
    if (source.storePath.store.list === undefined) checkCount(countChunks(region, writeGrid(source.model)), source);
    return;
  }
  const { grid } = target.level;
  void source.level; // Compiling it throws for a codec that is not known.
  checkCount(countChunks(region, grid), target);
}

/** Copies all elements of `source` to `target`, a new array of the same shape and data type. */
export function* transferData(source: ArrayNode, target: ArrayNode, options: OperationOptions = {}): Task<void> {
  if (isEncodedAlike(source.model, target.model)) yield* copyStored(source, target, options);
  else yield* recode(source, target, options);
}

/** Whether the stored chunks of both mean the same by the same bytes. */
export function isEncodedAlike(left: ArrayModel, right: ArrayModel): boolean {
  return (
    isSameList(left.shape, right.shape) &&
    JSON.stringify(left.chunkAxes) === JSON.stringify(right.chunkAxes) &&
    isSameDType(left.dtype, right.dtype) &&
    fillText(left) === fillText(right) &&
    chainText(left.codecs) === chainText(right.codecs)
  );
}

const isSameList = (left: readonly number[], right: readonly number[]): boolean =>
  left.length === right.length && left.every((length, axis) => length === right[axis]);

/** The byte order of format 2 is in the chain of codecs. */
const isSameDType = (left: DType, right: DType): boolean =>
  left === right || (!isUnknown(left) && !isUnknown(right) && isSameType(left, right));

const isUnknown = (dtype: DType): boolean => dtype instanceof UnknownDType;
const fillText = ({ dtype, fillValue }: ArrayModel): string => formatJson(dtype.fillValueToJson(fillValue, 3), null);
const chainText = (codecs: readonly Codec[]): string =>
  formatJson(
    codecs.map((codec) => fromPlain(codec.toJSON(), codec.name)),
    null,
  );

function* copyStored(source: ArrayNode, target: ArrayNode, options: OperationOptions): Task<void> {
  const { signal, onProgress } = options;
  const { concurrency } = target.context(options);
  const chunks = yield* storedChunks(source);
  const from = source.cells(signal);
  const to = target.cells(signal);
  let done = 0;
  const copyChunk = function* (coords: Coords): Task<void> {
    try {
      const bytes = yield* wait(from.get(coords));
      if (bytes !== undefined) yield* wait(to.set(coords, bytes));
    } catch (error) {
      if (signal?.aborted && error === signal.reason) throw error;
      throw located(error, { path: source.storePath.path, key: from.keyOf(coords), coords }, StoreError);
    }
    onProgress?.(++done, chunks.count);
  };
  yield* each(chunks.coords, concurrency, (coords) => run(copyChunk(coords)), signal);
}

interface StoredChunks {
  readonly coords: Iterable<Coords>;
  readonly count: number;
}

/** The outer chunks that are stored; all that could be, where the store cannot list. */
function* storedChunks(node: ArrayNode): Task<StoredChunks> {
  const { storePath, model } = node;
  if (storePath.store.list === undefined) {
    const grid = writeGrid(model);
    const region = wholeRegion(model.shape);
    const count = countChunks(region, grid);
    checkCount(count, node);
    return { coords: coordsIn(region, grid), count };
  }
  const coords = yield* storedCoords(node);
  return { coords, count: coords.length };
}

function* coordsIn(region: Region, grid: ChunkGrid): Iterable<Coords> {
  for (const { coords } of project(region, grid)) yield coords;
}

function* recode(source: ArrayNode, target: ArrayNode, options: OperationOptions): Task<void> {
  const { signal, onProgress } = options;
  const { model, level } = target;
  const total = countChunks(wholeRegion(model.shape), level.grid);
  const { concurrency, workers = 0 } = target.context(options);
  const locks = locksOf(target.storePath.store);
  const itemBytes = model.dtype.memorySize;
  const edges = largestEdges(model);
  const most = Math.floor(MEMORY_BYTES / Math.max(1, itemBytes));
  const crossed = blockCounts(edges, readEdges(source.model), most);
  const shared = Math.floor(SHARED_BYTES / Math.max(1, itemBytes));
  const counts = workers === 0 ? crossed : largerCounts(edges, crossed, level.grid, shared);
  const blockBytes = sizeOf(edges) * sizeOf(counts) * itemBytes;
  const width = Math.max(1, Math.min(concurrency, Math.floor(MEMORY_BYTES / Math.max(1, blockBytes))));
  // What one block does not use of the concurrency, the chunks of the source that it takes may.
  const inner = { signal, config: { concurrency: Math.max(1, Math.floor(concurrency / Math.min(width, total || 1))) } };
  // Workers that the call asks for read the source too; else its own handle says who does.
  const reading = workers === 0 ? inner : { signal, config: { ...inner.config, workers } };
  let done = 0;
  const recodeBlock = function* ({ region, chunks }: Block): Task<void> {
    const shape = shapeOf(region);
    const values = new NdArray(model.dtype, model.dtype.allocate(sizeOf(shape)), shape);
    yield* readShared(source, source.level, source.cells(signal), region, values, source.context(reading));
    yield* writeShared(target, level, target.cells(signal), region, values, target.context(inner), locks);
    done += chunks;
    onProgress?.(done, total);
  };
  const work = (block: Block): MaybePromise<void> => run(recodeBlock(block));
  yield* each(blocksOf(level.grid, counts), width, work, signal);
}

const largestEdges = ({ chunkAxes }: ArrayModel): number[] =>
  chunkAxes.map((axis) => (typeof axis === 'number' ? axis : Math.max(...axis.map(({ edge }) => edge))));

/** The edges of what is read at once: of a shard, that is a chunk inside. */
const readEdges = (model: ArrayModel): number[] => {
  const largest = largestEdges(model);
  return readGrid(model).map((axis, at) => (axis instanceof RegularAxis ? axis.size : largest[at]!));
};

/**
 * How many of the target's chunks along each axis are made at once. One would do where no chunk of the source is longer
 * than it: else each chunk of the source is read as often as blocks cut it, so blocks grow along the axis on which most of
 * them do, as long as their elements are no more than `most`.
 */
export function blockCounts(edges: readonly number[], sourceEdges: readonly number[], most: number): number[] {
  const counts = edges.map(() => 1);
  let size = sizeOf(edges);
  for (;;) {
    let longest = -1;
    let cuts = 1;
    for (let axis = 0; axis < edges.length; axis++) {
      const count = counts[axis]!;
      const ownCuts = sourceEdges[axis]! / (edges[axis]! * count);
      if (ownCuts <= cuts || (size / count) * (count + 1) > most) continue;
      longest = axis;
      cuts = ownCuts;
    }
    if (longest < 0) return counts;
    const count = counts[longest]!;
    const room = Math.max(count + 1, Math.floor((most / size) * count));
    // Twice as many, but not more than one chunk of the source is long, nor than there is room for.
    const next = Math.min(count * 2, Math.ceil(sourceEdges[longest]! / edges[longest]!), room);
    counts[longest] = next;
    size = (size / count) * next;
  }
}

/** `counts`, larger as long as a block has at most `most` elements: where several threads make one, it takes some chunks. */
function largerCounts(edges: readonly number[], counts: readonly number[], grid: ChunkGrid, most: number): number[] {
  const larger = [...counts];
  for (let axis = grid.length - 1; axis >= 0; axis--) {
    const count = larger[axis]!;
    // Several times as many, so that no chunk of the source is cut that was not.
    const times = Math.max(1, Math.floor(most / (sizeOf(edges) * sizeOf(larger))));
    larger[axis] = Math.min(count * times, Math.max(count, grid[axis]!.count));
    if (larger[axis]! < grid[axis]!.count) break; // So a block is a stretch of chunks that lie one after another.
  }
  return larger;
}

/** Chunks of the target that are made together. */
interface Block {
  readonly region: readonly Run[];
  readonly chunks: number;
}

function* blocksOf(grid: ChunkGrid, counts: readonly number[]): Iterable<Block> {
  if (grid.some((axis) => axis.count === 0)) return;
  const first = grid.map(() => 0);
  for (;;) {
    const past = grid.map((axis, at) => Math.min(first[at]! + counts[at]!, axis.count));
    const region = grid.map((axis, at) => {
      const start = axis.startOf(first[at]!);
      const end = axis.startOf(past[at]! - 1) + axis.sizeOf(past[at]! - 1);
      return { start, step: 1, count: Math.min(end, axis.length) - start };
    });
    yield { region, chunks: past.reduce((chunks, end, at) => chunks * (end - first[at]!), 1) };
    let axis = grid.length - 1;
    for (; axis >= 0; axis--) {
      first[axis]! += counts[axis]!;
      if (first[axis]! < grid[axis]!.count) break;
      first[axis] = 0;
    }
    if (axis < 0) return;
  }
}

function checkCount(count: number, { storePath, config }: ArrayNode): void {
  const { chunksPerCall } = config.limits;
  if (count <= chunksPerCall) return;
  const { path } = storePath;
  throw new LimitError(`limits.chunksPerCall: a copy of ${count} chunks, allowed ${chunksPerCall}`, { path });
}

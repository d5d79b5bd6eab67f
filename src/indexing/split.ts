/**
 * A region of runs cut along the boundaries of chunks, for several threads: no two parts share a chunk, and the parts, one
 * after another, are the chunks in the order in which `project` gives them.
 *
 * A part is a block of chunks: whole along the last axes, some chunks along one axis, one chunk along those before it. So
 * its place in a result in C order is one piece wherever that can be. Only what is asked for is made: a split is a few
 * numbers, which another thread makes of the same region again.
 */
import type { AxisGrid, ChunkGrid } from '../grid/grid.js';
import type { AxisPick } from '../ndarray/picked.js';
import { type Shape, sizeOf } from '../ndarray/shape.js';
import type { Run } from '../ndarray/strided.js';
import { countChunks } from './project.js';

/** A part of a region: what it takes of the array, and where that stands in the region. */
export interface RegionPart {
  readonly region: readonly AxisPick[];
  readonly inRegion: readonly AxisPick[];
}

/** A region, and how many chunks of each axis a part has; 0 for an axis that is not cut. */
export interface Split {
  readonly region: readonly AxisPick[];
  readonly block: readonly number[];
}

/** How `region` is cut into parts of about as many chunks as said, or fewer. */
export function splitOf(region: readonly AxisPick[], grid: ChunkGrid, chunksPerPart: number): Split {
  const block = new Array<number>(region.length).fill(0);
  let room = Math.max(1, Math.floor(chunksPerPart));
  for (let axis = region.length - 1; axis >= 0; axis--) {
    const count = isCuttable(region[axis]!, grid[axis]!) ? countChunks([region[axis]!], [grid[axis]!]) : 0;
    if (count === 0) continue; // A list of places is never cut, nor is a run that leaves out chunks.
    block[axis] = Math.min(count, room);
    room = block[axis] === count ? Math.floor(room / count) : 1;
    room = Math.max(1, room);
  }
  return { region, block };
}

/** How many parts a split has. */
export const countParts = (split: Split, grid: ChunkGrid): number =>
  split.region.reduce((count, _, axis) => count * countPieces(split, grid, axis), 1);

/** Part `number` of a split. */
export function partAt(split: Split, grid: ChunkGrid, number: number): RegionPart {
  const rank = split.region.length;
  const region = new Array<AxisPick>(rank);
  const inRegion = new Array<AxisPick>(rank);
  for (let axis = rank - 1; axis >= 0; axis--) {
    const pieces = countPieces(split, grid, axis);
    const pick = split.region[axis]!;
    const [from, to] = boundsOf(pick, grid[axis]!, split.block[axis]!, number % pieces);
    region[axis] =
      pick instanceof Float64Array ? pick : { ...pick, start: pick.start + from * pick.step, count: to - from };
    inRegion[axis] = { start: from, step: 1, count: to - from };
    number = Math.floor(number / pieces);
  }
  return { region, inRegion };
}

/** All of an array of `shape`, in pieces of about as many elements as said, or fewer: some rows of the first axis that has more than one. */
export function* piecesOf(shape: Shape, elements: number): Iterable<readonly Run[]> {
  const first = shape.findIndex((length) => length > 1);
  const all = shape.map((count) => ({ start: 0, step: 1, count }));
  const size = sizeOf(shape);
  if (first < 0 || size <= elements) return yield all;
  const rows = Math.max(1, Math.floor((elements * shape[first]!) / size));
  for (let start = 0; start < shape[first]!; start += rows) {
    const count = Math.min(rows, shape[first]! - start);
    yield all.map((run, axis) => (axis === first ? { start, step: 1, count } : run));
  }
}

/** Whether `pick` has something of every chunk between its first one and its last one. */
function isCuttable(pick: AxisPick, axis: AxisGrid): boolean {
  if (pick instanceof Float64Array || pick.count === 0) return false;
  return spanOf(pick, axis) === countChunks([pick], [axis]);
}

/** How many chunks lie between the first one and the last one of a run, these included. */
function spanOf({ start, step, count }: Exclude<AxisPick, Float64Array>, axis: AxisGrid): number {
  return Math.abs(axis.chunkAt(start + (count - 1) * step) - axis.chunkAt(start)) + 1;
}

function countPieces({ region, block }: Split, grid: ChunkGrid, axis: number): number {
  const pick = region[axis]!;
  const size = block[axis]!;
  if (size === 0 || pick instanceof Float64Array) return 1;
  return Math.ceil(spanOf(pick, grid[axis]!) / size);
}

/** Which elements of `pick`, by their number, piece `piece` of its axis takes: from the first one up to, not including, the second. */
function boundsOf(pick: AxisPick, axis: AxisGrid, size: number, piece: number): readonly [from: number, to: number] {
  if (pick instanceof Float64Array) return [0, pick.length];
  if (size === 0) return [0, pick.count];
  const bound = (chunks: number): number => (chunks === 0 ? 0 : Math.min(pick.count, firstIn(pick, axis, chunks)));
  return [bound(piece * size), bound((piece + 1) * size)];
}

/** The number of the first element of a run that lies `chunks` chunks, at least one, further than its first one. */
function firstIn({ start, step, count }: Exclude<AxisPick, Float64Array>, axis: AxisGrid, chunks: number): number {
  const first = axis.chunkAt(start);
  if (step > 0) {
    const chunk = first + chunks;
    return chunk < axis.count ? Math.ceil((axis.startOf(chunk) - start) / step) : count;
  }
  const chunk = first - chunks;
  return chunk >= 0 ? Math.ceil((start - axis.startOf(chunk + 1) + 1) / -step) : count;
}

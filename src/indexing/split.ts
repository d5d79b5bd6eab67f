/**
 * A region of runs and lists cut along the boundaries of chunks, for several threads: no two parts share a chunk, and the parts,
 * one after another, are the chunks in the order in which `project` gives them.
 *
 * A part is a block of chunks: whole along the last axes, some chunks along one axis, one chunk along those before it. So
 * its place in a result in C order is one piece wherever that can be. Only what is asked for is made: a split is a few
 * numbers, which another thread makes of the same region again.
 */
import type { AxisGrid, ChunkGrid } from '../grid/grid.js';
import type { AxisPick, Places } from '../ndarray/picked.js';
import { type Shape, sizeOf } from '../ndarray/shape.js';
import type { Run } from '../ndarray/strided.js';
import { compact, groupBy } from './places.js';
import { countChunks } from './project.js';

/** A part of a region: what it takes of the array, and where that stands in the region. */
export interface RegionPart {
  readonly region: readonly AxisPick[];
  readonly inRegion: readonly AxisPick[];
}

/** A region, and how many chunks of each axis a part has. */
export interface Split {
  readonly region: readonly AxisPick[];
  readonly block: readonly number[];
}

/** How `region` is cut into parts of about as many chunks as said, or fewer. */
export function splitOf(region: readonly AxisPick[], grid: ChunkGrid, chunksPerPart: number): Split {
  const block = new Array<number>(region.length).fill(1);
  let room = Math.max(1, Math.floor(chunksPerPart));
  for (let axis = region.length - 1; axis >= 0; axis--) {
    const count = countChunks([region[axis]!], [grid[axis]!]);
    if (count === 0) continue;
    block[axis] = Math.min(count, room);
    room = block[axis] === count ? Math.max(1, Math.floor(room / count)) : 1;
  }
  return { region, block };
}

/** The parts of a split. */
export class Parts {
  readonly count: number;
  readonly #axes: readonly AxisParts[];

  constructor({ region, block }: Split, grid: ChunkGrid) {
    this.#axes = region.map((pick, axis) => axisParts(pick, grid[axis]!, block[axis]!));
    this.count = this.#axes.reduce((count, { pieces }) => count * pieces, 1);
  }

  /** Part `number`. */
  at(number: number): RegionPart {
    const rank = this.#axes.length;
    const region = new Array<AxisPick>(rank);
    const inRegion = new Array<AxisPick>(rank);
    for (let axis = rank - 1; axis >= 0; axis--) {
      const { pieces, at } = this.#axes[axis]!;
      [region[axis], inRegion[axis]] = at(number % pieces);
      number = Math.floor(number / pieces);
    }
    return { region, inRegion };
  }
}

/** How one axis is cut. */
interface AxisParts {
  readonly pieces: number;
  /** What a piece takes of the axis, and where that stands in the region. */
  readonly at: (piece: number) => readonly [pick: AxisPick, inRegion: AxisPick];
}

function axisParts(pick: AxisPick, axis: AxisGrid, size: number): AxisParts {
  if (pick instanceof Float64Array) return listParts(pick, axis, size);
  const span = pick.count === 0 ? 0 : spanOf(pick, axis);
  // Of a run that leaves out chunks, the pieces are those of its places.
  if (span !== countChunks([pick], [axis])) return listParts(placesOf(pick), axis, size);
  const bound = (chunks: number): number => (chunks === 0 ? 0 : Math.min(pick.count, firstIn(pick, axis, chunks)));
  return {
    pieces: Math.max(1, Math.ceil(span / size)),
    at: (piece) => {
      const [from, to] = pick.count === 0 ? [0, 0] : [bound(piece * size), bound((piece + 1) * size)];
      const count = to - from;
      return [
        { ...pick, start: pick.start + from * pick.step, count },
        { start: from, step: 1, count },
      ];
    },
  };
}

/** A list is grouped by the chunks that its places lie in, in the order in which they come first. */
function listParts(places: Places, axis: AxisGrid, size: number): AxisParts {
  const { count, starts, order } = groupBy(places.map((place) => axis.chunkAt(place)));
  let last = -1;
  let picks: ReturnType<AxisParts['at']>;
  return {
    pieces: Math.max(1, Math.ceil(count / size)),
    at: (piece) => {
      if (piece === last) return picks; // Parts that come after each other differ along the last axes.
      const items = order.subarray(starts[piece * size], starts[Math.min(count, (piece + 1) * size)]);
      last = piece;
      return (picks = [compact(items.map((item) => places[item]!)), compact(items)]);
    },
  };
}

const placesOf = ({ start, step, count }: Run): Places =>
  Float64Array.from({ length: count }, (_, at) => start + at * step);

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

/** How many chunks lie between the first one and the last one of a run, these included. */
function spanOf({ start, step, count }: Run, axis: AxisGrid): number {
  return Math.abs(axis.chunkAt(start + (count - 1) * step) - axis.chunkAt(start)) + 1;
}

/** The number of the first element of a run that lies `chunks` chunks, at least one, further than its first one. */
function firstIn({ start, step, count }: Run, axis: AxisGrid, chunks: number): number {
  const first = axis.chunkAt(start);
  if (step > 0) {
    const chunk = first + chunks;
    return chunk < axis.count ? Math.ceil((axis.startOf(chunk) - start) / step) : count;
  }
  const chunk = first - chunks;
  return chunk >= 0 ? Math.ceil((start - axis.startOf(chunk + 1) + 1) / -step) : count;
}

/**
 * A region laid over a grid: which chunks it touches, which part of each, and which part of the result that is.
 *
 * Each axis is projected once; the chunks are the product of the axes' projections, in C order, made one at a time.
 */
import type { AxisGrid, ChunkGrid } from '../grid/grid.js';
import type { Run } from '../ndarray/strided.js';
import type { Region } from './selection.js';

export type Coords = readonly number[];

/** Where a region and a chunk meet. */
export interface ChunkProjection {
  readonly coords: Coords;
  readonly inChunk: Region;
  readonly inRegion: Region;
  /** Every element of the chunk that lies in the array is in the region: no need to read before writing. */
  readonly whole: boolean;
}

interface AxisProjection {
  readonly chunk: number;
  readonly inChunk: Run;
  readonly inRegion: Run;
  readonly whole: boolean;
}

/** How many chunks `region` touches, found without listing them. */
export function countChunks(region: Region, grid: ChunkGrid): number {
  let count = 1;
  for (let axis = 0; axis < region.length; axis++) count *= countOnAxis(region[axis]!, grid[axis]!);
  return count;
}

function countOnAxis(run: Run, axis: AxisGrid): number {
  if (run.count === 0) return 0;
  const first = axis.chunkAt(run.start);
  const last = axis.chunkAt(run.start + (run.count - 1) * run.step);
  return Math.min(run.count, Math.abs(last - first) + 1);
}

/** The chunks a region touches, in C order of the region. */
export function* project(region: Region, grid: ChunkGrid): Iterable<ChunkProjection> {
  const rank = region.length;
  const axes = region.map((run, axis) => projectAxis(run, grid[axis]!));
  if (axes.some((projections) => projections.length === 0)) return;
  const position = new Array<number>(rank).fill(0);
  for (;;) {
    yield join(axes, position);
    let axis = rank - 1;
    while (axis >= 0 && ++position[axis]! === axes[axis]!.length) position[axis--] = 0;
    if (axis < 0) return;
  }
}

function join(axes: readonly (readonly AxisProjection[])[], position: readonly number[]): ChunkProjection {
  const rank = axes.length;
  const coords = new Array<number>(rank);
  const inChunk = new Array<Run>(rank);
  const inRegion = new Array<Run>(rank);
  let whole = true;
  for (let axis = 0; axis < rank; axis++) {
    const projection = axes[axis]![position[axis]!]!;
    coords[axis] = projection.chunk;
    inChunk[axis] = projection.inChunk;
    inRegion[axis] = projection.inRegion;
    whole &&= projection.whole;
  }
  return { coords, inChunk, inRegion, whole };
}

function projectAxis({ start, step, count }: Run, axis: AxisGrid): AxisProjection[] {
  const projections: AxisProjection[] = [];
  for (let done = 0; done < count; ) {
    const first = start + done * step;
    const chunk = axis.chunkAt(first);
    const chunkStart = axis.startOf(chunk);
    const chunkEnd = Math.min(chunkStart + axis.sizeOf(chunk), axis.length);
    const room = step > 0 ? Math.ceil((chunkEnd - first) / step) : Math.floor((first - chunkStart) / -step) + 1;
    const here = Math.min(count - done, room);
    projections.push({
      chunk,
      inChunk: { start: first - chunkStart, step, count: here },
      inRegion: { start: done, step: 1, count: here },
      whole: Math.abs(step) === 1 && here === chunkEnd - chunkStart,
    });
    done += here;
  }
  return projections;
}

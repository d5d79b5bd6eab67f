/**
 * A region laid over a grid: which chunks it touches, which part of each, and which part of the result that is.
 *
 * The chunks are the product of the axes' projections, in C order, made one at a time: what is held at once are the
 * projections of all axes but the first.
 */
import type { AxisGrid, ChunkGrid } from '../grid/grid.js';
import { type AxisPick, isPoints, type Places } from '../ndarray/picked.js';
import type { Run } from '../ndarray/strided.js';
import { compact, groupBy, numbered } from './places.js';
import { countPointChunks, projectPoints } from './points.js';
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
  readonly inChunk: AxisPick;
  readonly inRegion: AxisPick;
  readonly whole: boolean;
}

/** How many chunks `region` touches, found without listing them. */
export function countChunks(region: Region, grid: ChunkGrid): number {
  if (isPoints(region)) return countPointChunks(region, grid);
  let count = 1;
  for (let axis = 0; axis < region.length; axis++) count *= countOnAxis(region[axis]!, grid[axis]!);
  return count;
}

function countOnAxis(run: AxisPick, axis: AxisGrid): number {
  if (run instanceof Float64Array) return numbered(chunksOf(run, axis)).count;
  if (run.count === 0) return 0;
  const first = axis.chunkAt(run.start);
  const last = axis.chunkAt(run.start + (run.count - 1) * run.step);
  return Math.min(run.count, Math.abs(last - first) + 1);
}

/** The chunks a region touches, each once, in C order of the region. */
export function* project(region: Region, grid: ChunkGrid): Iterable<ChunkProjection> {
  if (isPoints(region)) {
    yield* projectPoints(region, grid);
    return;
  }
  const only = onlyChunk(region, grid);
  if (only !== undefined) {
    yield only;
    return;
  }
  const [first, ...others] = region.map((pick, axis) =>
    pick instanceof Float64Array ? projectPlaces(pick, grid[axis]!) : projectAxis(pick, grid[axis]!),
  );
  if (first === undefined) {
    yield join([]);
    return;
  }
  // The first axis is walked once and so need not be a list: it may be long. The others are walked again and again.
  const rest = others.map((projections) => [...projections]);
  if (rest.some((projections) => projections.length === 0)) return;
  for (const projection of first) {
    if (rest.length === 0) yield join([projection]);
    else yield* product(projection, rest);
  }
}

/**
 * The one chunk that all of a region of runs lies in, which most reads of a little do; undefined where there are others, or
 * none.
 */
export function onlyChunk(region: Region, grid: ChunkGrid): ChunkProjection | undefined {
  if (isPoints(region)) return undefined;
  const rank = region.length;
  const coords = new Array<number>(rank);
  const inChunk = new Array<AxisPick>(rank);
  const inRegion = new Array<AxisPick>(rank);
  let whole = true;
  for (let axis = 0; axis < rank; axis++) {
    const pick = region[axis]!;
    if (pick instanceof Float64Array || pick.count === 0) return undefined;
    const { start, step, count } = pick;
    const axisGrid = grid[axis]!;
    const chunk = axisGrid.chunkAt(start);
    if (count > 1 && axisGrid.chunkAt(start + (count - 1) * step) !== chunk) return undefined;
    const chunkStart = axisGrid.startOf(chunk);
    coords[axis] = chunk;
    inChunk[axis] = { start: start - chunkStart, step, count };
    inRegion[axis] = { start: 0, step: 1, count };
    whole &&= Math.abs(step) === 1 && count === Math.min(axisGrid.sizeOf(chunk), axisGrid.length - chunkStart);
  }
  return { coords, inChunk, inRegion, whole };
}

/** The chunks at one projection of the first axis. */
function* product(first: AxisProjection, rest: readonly (readonly AxisProjection[])[]): Iterable<ChunkProjection> {
  const chosen = [first, ...rest.map((projections) => projections[0]!)];
  const position = new Array<number>(rest.length).fill(0);
  for (;;) {
    yield join(chosen);
    let axis = rest.length - 1;
    while (axis >= 0 && ++position[axis]! === rest[axis]!.length) {
      position[axis] = 0;
      chosen[axis + 1] = rest[axis]![0]!;
      axis--;
    }
    if (axis < 0) return;
    chosen[axis + 1] = rest[axis]![position[axis]!]!;
  }
}

function join(axes: readonly AxisProjection[]): ChunkProjection {
  const rank = axes.length;
  const coords = new Array<number>(rank);
  const inChunk = new Array<AxisPick>(rank);
  const inRegion = new Array<AxisPick>(rank);
  let whole = true;
  for (let axis = 0; axis < rank; axis++) {
    const projection = axes[axis]!;
    coords[axis] = projection.chunk;
    inChunk[axis] = projection.inChunk;
    inRegion[axis] = projection.inRegion;
    whole &&= projection.whole;
  }
  return { coords, inChunk, inRegion, whole };
}

function* projectAxis({ start, step, count }: Run, axis: AxisGrid): Iterable<AxisProjection> {
  for (let done = 0; done < count; ) {
    const first = start + done * step;
    const chunk = axis.chunkAt(first);
    const chunkStart = axis.startOf(chunk);
    const chunkEnd = Math.min(chunkStart + axis.sizeOf(chunk), axis.length);
    const room = step > 0 ? Math.ceil((chunkEnd - first) / step) : Math.floor((first - chunkStart) / -step) + 1;
    const here = Math.min(count - done, room);
    yield {
      chunk,
      inChunk: { start: first - chunkStart, step, count: here },
      inRegion: { start: done, step: 1, count: here },
      whole: Math.abs(step) === 1 && here === chunkEnd - chunkStart,
    };
    done += here;
  }
}

const chunksOf = (places: Places, axis: AxisGrid): Float64Array => places.map((place) => axis.chunkAt(place));

function projectPlaces(places: Places, axis: AxisGrid): AxisProjection[] {
  const { count, starts, order } = groupBy(chunksOf(places, axis));
  const projections: AxisProjection[] = [];
  for (let group = 0; group < count; group++) {
    const items = order.subarray(starts[group]!, starts[group + 1]!);
    const chunk = axis.chunkAt(places[items[0]!]!);
    const chunkStart = axis.startOf(chunk);
    const inChunk = compact(items.map((item) => places[item]! - chunkStart));
    const length = Math.min(axis.sizeOf(chunk), axis.length - chunkStart);
    const whole = !(inChunk instanceof Float64Array) && Math.abs(inChunk.step) === 1 && inChunk.count === length;
    projections.push({ chunk, inChunk, inRegion: compact(items), whole });
  }
  return projections;
}

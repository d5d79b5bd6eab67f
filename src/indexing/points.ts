/**
 * Points laid over a grid: which chunks they lie in. Each chunk comes once, with all its points in their order.
 */
import type { ChunkGrid } from '../grid/grid.js';
import type { Places, Points } from '../ndarray/picked.js';
import { compact, type Groups, groupBy, numbered } from './places.js';
import type { ChunkProjection } from './project.js';

/** How many chunks `points` lie in. */
export function countPointChunks(points: Points, grid: ChunkGrid): number {
  return points.count === 0 ? 0 : numbered(chunkKeys(points, grid)).count;
}

/** The chunks that `points` lie in. */
export function* projectPoints(points: Points, grid: ChunkGrid): Iterable<ChunkProjection> {
  if (points.count === 0) return;
  const groups = groupBy(chunkKeys(points, grid));
  const coords = points.coords.map((places) => inOrder(places, groups));
  const { starts, order } = groups;
  for (let group = 0; group < groups.count; group++) {
    const start = starts[group]!;
    const end = starts[group + 1]!;
    const chunk = grid.map((axis, at) => axis.chunkAt(coords[at]![start]!));
    const inChunk = grid.map((axis, at) => shifted(coords[at]!.subarray(start, end), axis.startOf(chunk[at]!)));
    yield {
      coords: chunk,
      inChunk: { count: end - start, coords: inChunk },
      inRegion: [compact(order.subarray(start, end))],
      whole: false,
    };
  }
}

function inOrder(places: Places, { order }: Groups): Places {
  const sorted = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) sorted[i] = places[order[i]!]!;
  return sorted;
}

/** `places` counted from `start`. */
function shifted(places: Places, start: number): Places {
  if (start === 0) return places;
  const result = new Float64Array(places.length);
  for (let i = 0; i < places.length; i++) result[i] = places[i]! - start;
  return result;
}

/** A number for each point, the same for those of one chunk. */
function chunkKeys({ count, coords }: Points, grid: ChunkGrid): Float64Array {
  let keys: Float64Array = new Float64Array(count);
  let extent = 1;
  grid.forEach((axis, at) => {
    let chunks: Float64Array = coords[at]!.map((place) => axis.chunkAt(place));
    let chunkCount = axis.count;
    if (!Number.isSafeInteger(extent * chunkCount)) {
      // Numbers that are closer together: the grid has more chunks than there are exact numbers.
      ({ ids: keys, count: extent } = numbered(keys));
      ({ ids: chunks, count: chunkCount } = numbered(chunks));
    }
    for (let i = 0; i < count; i++) keys[i] = keys[i]! * chunkCount + chunks[i]!;
    extent *= chunkCount;
  });
  return keys;
}

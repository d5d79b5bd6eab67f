/**
 * Edges of chunks along one axis, as a rectilinear grid lists them. Equal neighbours are counted, never repeated: a list
 * of 2^50 edges that is one run takes the memory of one.
 */
import type { Shape } from '../ndarray/shape.js';

/** Neighbouring chunks of one edge. */
export interface EdgeRun {
  readonly edge: number;
  readonly count: number;
}

/** How an axis is cut: one edge for all chunks, or a list of edges. */
export type AxisChunks = number | readonly EdgeRun[];

/** The shape of every chunk; undefined where an axis has a list of edges. */
export const commonShape = (axes: readonly AxisChunks[]): Shape | undefined =>
  axes.every((chunks) => typeof chunks === 'number') ? axes : undefined;

/** The edges of an axis, one for each run. */
export const edgesOf = (chunks: AxisChunks): readonly number[] =>
  typeof chunks === 'number' ? [chunks] : chunks.map(({ edge }) => edge);

/** `runs` with equal neighbours joined. */
export function joinRuns(runs: Iterable<EdgeRun>): readonly EdgeRun[] {
  const joined: EdgeRun[] = [];
  for (const { edge, count } of runs) {
    const last = joined.at(-1);
    if (last?.edge === edge) joined[joined.length - 1] = { edge, count: last.count + count };
    else joined.push({ edge, count });
  }
  return Object.freeze(joined);
}

/** The sum of the edges; no safe integer where it is above 2^53 - 1, below which rounding cannot bring it. */
export function reachOf(runs: readonly EdgeRun[]): number {
  let reach = 0;
  for (const { edge, count } of runs) reach += edge * count;
  return reach;
}

/** The edges with one more at the end that makes them reach `length`, rounded up to a multiple of `unit`. */
export function extendTo(runs: readonly EdgeRun[], length: number, unit: number): readonly EdgeRun[] {
  const missing = length - reachOf(runs);
  if (missing <= 0) return runs;
  return joinRuns([...runs, { edge: unit * Math.ceil(missing / unit), count: 1 }]);
}

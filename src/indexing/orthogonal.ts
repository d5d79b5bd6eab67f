/**
 * Selections of each axis by itself: the result is the product of what is taken of the axes.
 */
import type { ChunkGrid } from '../grid/grid.js';
import { type AxisPick, shapeOf } from '../ndarray/picked.js';
import { expandEllipsis, isIndex, runOn } from '../ndarray/slice.js';
import { type Entry, entriesOf, Integers, Mask, pickOf } from './entry.js';
import type { NormalSelection } from './selection.js';

/** Indices, slices, lists of indices and masks of one axis, one entry per axis. */
export const orthogonalSelection = (selection: unknown, grid: ChunkGrid): NormalSelection =>
  axesOf(entriesOf(selection), grid);

/** What `entries` mean for an array cut by `grid`; an index drops its axis. */
export function axesOf(entries: readonly Entry[], grid: ChunkGrid): NormalSelection {
  const expanded = expandEllipsis(entries, grid.length);
  const region = expanded.map((entry, axis): AxisPick => {
    const { length } = grid[axis]!;
    return entry instanceof Integers || entry instanceof Mask
      ? pickOf(entry, length, axis)
      : runOn(entry, length, axis);
  });
  const lengths = shapeOf(region);
  const dropped: number[] = [];
  const shape: number[] = [];
  for (let axis = 0; axis < expanded.length; axis++) {
    if (isIndex(expanded[axis])) dropped.push(axis);
    else shape.push(lengths[axis]!);
  }
  return { region, shape, dropped, isScalar: false };
}

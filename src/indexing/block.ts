/**
 * Selections of blocks: the chunks of the outer grid, which are shards where an array is sharded. An index is a block
 * and does not drop its axis; a slice is blocks beside each other.
 */
import { described } from '../described.js';
import { BoundsCheckError, SelectionError } from '../errors.js';
import type { AxisGrid, ChunkGrid } from '../grid/grid.js';
import { shapeOf } from '../ndarray/picked.js';
import { expandEllipsis, isIndex, isSlice, type Slice, slice } from '../ndarray/slice.js';
import type { Run } from '../ndarray/strided.js';
import { type Entry, entriesOf } from './entry.js';
import type { NormalSelection } from './selection.js';

/** Indices and slices of step 1 over the chunks of `grid`. */
export function blockSelection(selection: unknown, grid: ChunkGrid): NormalSelection {
  const entries = expandEllipsis(entriesOf(selection), grid.length);
  const region = entries.map((entry, axis) => blocksOn(entry, grid[axis]!, axis));
  return { region, shape: shapeOf(region), dropped: [], isScalar: false };
}

function blocksOn(entry: Entry, grid: AxisGrid, axis: number): Run {
  if (entry === null || entry === ':') return { start: 0, step: 1, count: grid.length };
  if (isIndex(entry)) {
    const block = blockAt(entry, grid.count, axis);
    return runBetween(block, block + 1, grid);
  }
  if (isSlice(entry)) return runOfSlice(entry, grid, axis);
  const expected = 'expected an index or a slice of blocks';
  throw new SelectionError(
    `axis ${axis}: ${expected}, got ${typeof entry === 'object' ? 'a list' : described(entry)}`,
    {
      axis,
    },
  );
}

/** A slice that begins beyond the blocks is an error, unlike one of elements; its end is clipped. */
function runOfSlice(given: Slice, grid: AxisGrid, axis: number): Run {
  const { start, stop, step } = slice(given.start, given.stop, given.step);
  if (step !== null && step !== 1) {
    throw new SelectionError(`axis ${axis}: expected a slice of blocks with step 1, got step ${step}`, { axis });
  }
  const { count } = grid;
  const first = start === null ? 0 : blockAt(start, count, axis);
  const end = stop === null ? count : Math.max(0, stop < 0 ? stop + count : Math.min(stop, count));
  return runBetween(first, end, grid);
}

function blockAt(index: number | bigint, count: number, axis: number): number {
  const given = Number(index);
  if (!Number.isInteger(given)) {
    throw new SelectionError(`axis ${axis}: expected an integer index of a block, got ${index}`, { axis });
  }
  const block = given < 0 ? given + count : given + 0; // `+ 0` makes 0 of -0.
  if (block >= 0 && block < count) return block;
  throw new BoundsCheckError(`block ${index} is out of bounds for axis ${axis} of ${count} blocks`, { axis });
}

/** The elements of blocks `first` to `end`, which is not among them; the array may end inside the last. */
function runBetween(first: number, end: number, grid: AxisGrid): Run {
  if (end <= first) return { start: 0, step: 1, count: 0 };
  const start = grid.startOf(first);
  const last = end - 1;
  return { start, step: 1, count: Math.min(grid.startOf(last) + grid.sizeOf(last), grid.length) - start };
}

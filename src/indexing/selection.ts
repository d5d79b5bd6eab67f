/**
 * What users write between brackets, made a region: a run or a list of places per axis, or points.
 *
 * There is a rule for each way of selecting: basic, orthogonal, coordinate, mask and block. Which of them brackets mean
 * is zarr-python's choice: indices and lists of them for every axis are points; one list among indices and slices, or
 * lists alone, of booleans too, select each axis by itself.
 */
import { SelectionError, VindexInvalidSelectionError } from '../errors.js';
import type { ChunkGrid } from '../grid/grid.js';
import type { NdArray } from '../ndarray/ndarray.js';
import type { Picks } from '../ndarray/picked.js';
import type { Shape } from '../ndarray/shape.js';
import { type BasicEntry, type Index, isIndex, isSlice } from '../ndarray/slice.js';
import type { Run } from '../ndarray/strided.js';
import { pointsAt, pointsIn } from './coordinate.js';
import { type Entry, entriesOf, type IntegerArray, Integers, Mask } from './entry.js';
import { axesOf } from './orthogonal.js';

export type { Index } from '../ndarray/slice.js';
export { blockSelection } from './block.js';
export { coordinateSelection, maskSelection, vectorizedSelection } from './coordinate.js';
export type { IntegerArray } from './entry.js';
export { orthogonalSelection } from './orthogonal.js';

/**
 * What a selection may say of one axis: an index drops it, `null` and `":"` are the whole of it, lists and arrays of
 * integers or booleans take elements in any order.
 */
export type AxisSelection = BasicEntry | readonly Index[] | readonly boolean[] | IntegerArray | NdArray;

/** One entry per axis (missing ones are whole), a single entry, or NumPy's text: `"1:10:2, ..., -1"`. */
export type Selection = AxisSelection | readonly AxisSelection[] | string;

/** A mask of an array's shape: an `NdArray` of booleans, or booleans in lists. */
export type MaskSelection = NdArray | readonly (boolean | MaskSelection)[];

/** A selection checked against a grid: what is taken of each axis, or points. */
export type Region = Picks;

export interface NormalSelection {
  readonly region: Region;
  /** The shape of the result. */
  readonly shape: Shape;
  /** Axes of the region, selected by an index, that the result lacks. */
  readonly dropped: readonly number[];
  /** Whether the result is one value and no array: indices address every axis, of which there is at least one. */
  readonly isScalar: boolean;
}

/** A way of selecting: checks a selection against a grid, whose axes know the array's lengths. */
export type SelectionRule = (selection: unknown, grid: ChunkGrid) => NormalSelection;

/** Indices and slices. */
export const basicSelection = (selection: unknown, grid: ChunkGrid): NormalSelection =>
  basicOf(entriesOf(selection), grid);

function basicOf(entries: readonly Entry[], grid: ChunkGrid): NormalSelection {
  const list = entries.findIndex(isListed);
  if (list >= 0) {
    throw new SelectionError(
      `entry ${list}: a list of indices or a mask, where indices and slices are expected; ` +
        'oindex takes lists for each axis by itself, vindex points',
    );
  }
  const normal = axesOf(entries, grid);
  const { region, shape, dropped } = normal;
  return { region, shape, dropped, isScalar: grid.length > 0 && dropped.length === grid.length };
}

/** What brackets mean: points, each axis by itself, or a basic selection. */
export function anySelection(selection: unknown, grid: ChunkGrid): NormalSelection {
  const entries = entriesOf(selection);
  const rank = grid.length;
  const [first] = entries;
  const isOnlyMask = entries.length === 1 && first instanceof Mask;
  if (isOnlyMask && (rank === 1 || first.shape.length !== 1)) return pointsIn(first, grid, VindexInvalidSelectionError);
  let lists = 0;
  for (const entry of entries) if (isListed(entry)) lists++;
  if (lists === 0) return basicOf(entries, grid);
  const arePoints = entries.every((entry) => isIndex(entry) || entry instanceof Integers);
  if (arePoints && entries.length === rank) return pointsAt(entries, grid, VindexInvalidSelectionError);
  const areAxes = entries.every((entry) => isListed(entry) || isIndex(entry) || isWithin(entry));
  const areOnlyLists = lists === entries.length && entries.length === rank;
  return areAxes && (lists === 1 || areOnlyLists) ? axesOf(entries, grid) : basicOf(entries, grid);
}

const isListed = (entry: Entry): entry is Integers | Mask => entry instanceof Integers || entry instanceof Mask;

const isWithin = (entry: Entry): boolean => entry === null || entry === ':' || isSlice(entry);

/** The whole of an array. */
export const wholeRegion = (shape: Shape): readonly Run[] => shape.map((count) => ({ start: 0, step: 1, count }));

/**
 * What users write between brackets, made a region: one run of indices per axis.
 */
import type { Shape } from '../ndarray/shape.js';
import { type BasicEntry, type BasicSelection, runsOf } from '../ndarray/slice.js';
import type { Run } from '../ndarray/strided.js';

export type { Index } from '../ndarray/slice.js';

/** What a selection may say of one axis: an index drops it, `null` and `":"` are the whole of it. */
export type AxisSelection = BasicEntry;

/** One entry per axis (missing ones are whole), a single entry, or NumPy's text: `"1:10:2, ..., -1"`. */
export type Selection = BasicSelection;

/** A selection checked against a shape: one run per axis. */
export type Region = readonly Run[];

export interface NormalSelection {
  readonly region: Region;
  /** Axes selected by an index, dropped from the result. */
  readonly dropped: readonly number[];
}

/** Checks `selection` against `shape` and fills in what it leaves out. */
export function normalize(selection: Selection | undefined, shape: Shape): NormalSelection {
  const { runs, dropped } = runsOf(selection ?? '...', shape);
  return { region: runs, dropped };
}

/** The whole of an array. */
export const wholeRegion = (shape: Shape): Region => shape.map((count) => ({ start: 0, step: 1, count }));

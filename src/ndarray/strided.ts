/**
 * Strided views of storage, and the loops that copy, fill and compare them.
 */
import type { Storage } from '../dtypes/storage.js';
import type { Shape } from './shape.js';

/** Elements of storage seen as an N-dimensional array. Strides and offset count elements of `itemUnits` units each. */
export interface Strided {
  readonly storage: Storage;
  /** Storage units per element. */
  readonly itemUnits: number;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Evenly spaced indices along one axis; `step` is not 0 and may be negative. */
export interface Run {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Narrows `array` to one run per axis. A view: no element moves. */
export function viewOf(array: Strided, runs: readonly Run[]): Strided {
  const { storage, itemUnits } = array;
  const rank = runs.length;
  const shape = new Array<number>(rank);
  const strides = new Array<number>(rank);
  let { offset } = array;
  for (let axis = 0; axis < rank; axis++) {
    const { start, step, count } = runs[axis]!;
    const stride = array.strides[axis]!;
    shape[axis] = count;
    strides[axis] = step * stride;
    offset += start * stride;
  }
  return { storage, itemUnits, shape, strides, offset };
}

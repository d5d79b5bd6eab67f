/**
 * Strided views of storage, and what can be said of them without looking at elements.
 */
import type { Storage } from '../dtypes/storage.js';
import { ArgumentError } from '../errors.js';
import { type Shape, shapeText } from './shape.js';

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

/** The units of `array` as elements of their own: one more axis when an element has several. A view. */
export function unitsOf(array: Strided): Strided {
  const { storage, itemUnits } = array;
  if (itemUnits === 1) return array;
  return {
    storage,
    itemUnits: 1,
    shape: [...array.shape, itemUnits],
    strides: [...array.strides.map((stride) => stride * itemUnits), 1],
    offset: array.offset * itemUnits,
  };
}

/** Whether the elements of `array` lie one behind the other, in C order; they may begin anywhere. */
export function isContiguous({ shape, strides }: Strided): boolean {
  let isPlain = true;
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    if (length === 0) return true;
    if (length > 1 && strides[axis] !== stride) isPlain = false;
    stride *= length;
  }
  return isPlain;
}

/** Throws `ArgumentError` unless shape and strides are lists of integers of one length and no element is out of reach. */
export function checkView({ storage, itemUnits, shape, strides, offset }: Strided): void {
  const isLength = (length: number): boolean => Number.isSafeInteger(length) && length >= 0;
  if (!shape.every(isLength)) throw new ArgumentError(`shape: expected lengths of 0 or more, got ${shapeText(shape)}`);
  if (strides.length !== shape.length || !strides.every(Number.isSafeInteger) || !Number.isSafeInteger(offset)) {
    throw new ArgumentError(
      `expected an integer offset and ${shape.length} integer strides, got ${offset} and ${shapeText(strides)}`,
    );
  }
  if (shape.includes(0)) return;
  let first = offset;
  let last = offset;
  for (let axis = 0; axis < shape.length; axis++) {
    const span = (shape[axis]! - 1) * strides[axis]!;
    if (span < 0) first += span;
    else last += span;
  }
  if (first >= 0 && (last + 1) * itemUnits <= storage.length) return;
  throw outOfReach({ storage, itemUnits, shape, strides, offset });
}

/** The error for a view of elements that its storage does not have. */
export function outOfReach({ storage, itemUnits, shape, strides, offset }: Strided): ArgumentError {
  const view = `a view of shape ${shapeText(shape)}, strides ${shapeText(strides)} and offset ${offset}`;
  return new ArgumentError(`${view} goes beyond its ${Math.floor(storage.length / itemUnits)} elements`);
}

/** Where each element is, in C order: positions in elements. */
export function* positionsOf({ shape, strides, offset }: Strided): Generator<number> {
  if (shape.includes(0)) return;
  const indices = new Array<number>(shape.length).fill(0);
  let position = offset;
  for (;;) {
    yield position;
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      position += strides[axis]!;
      if (++indices[axis]! < shape[axis]!) break;
      position -= strides[axis]! * shape[axis]!;
      indices[axis] = 0;
    }
    if (axis < 0) return;
  }
}

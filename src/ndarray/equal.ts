/**
 * Whether two arrays hold the same values, as far as a user can tell: a NaN is a NaN, and -0 is 0.
 */
import type { DType } from '../dtypes/dtype.js';
import { positionsOf, type Strided } from './strided.js';

/** Whether two arrays of one data type have the same shape and values. */
export function haveEqualValues(one: Strided & { readonly dtype: DType }, other: Strided): boolean {
  if (one.shape.length !== other.shape.length) return false;
  if (one.shape.some((length, axis) => length !== other.shape[axis])) return false;
  const { dtype, itemUnits } = one;
  const positions = positionsOf(other);
  for (const position of positionsOf(one)) {
    const match = positions.next().value as number; // Of one shape, the two have as many positions.
    if (haveEqualUnits(one, position * itemUnits, other, match * itemUnits)) continue;
    if (!isSameValue(dtype.get(one.storage, position), dtype.get(other.storage, match))) return false;
  }
  return true;
}

/** Whether the bits of two elements are the same, which is quick to see and almost always true of equal values. */
function haveEqualUnits(one: Strided, from: number, other: Strided, to: number): boolean {
  for (let unit = 0; unit < one.itemUnits; unit++) {
    if (one.storage[from + unit] !== other.storage[to + unit]) return false;
  }
  return true;
}

/** Whether two scalars are the same; those of complex and struct types are objects. */
function isSameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one === 'number') return Number.isNaN(one) && Number.isNaN(other);
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) return false;
  if (one instanceof Uint8Array && other instanceof Uint8Array) {
    return one.length === other.length && one.every((byte, at) => byte === other[at]);
  }
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  const [left, right] = [one, other] as [Record<string, unknown>, Record<string, unknown>]; // Objects, by the test above.
  return keys.every((key) => Object.hasOwn(right, key) && isSameValue(left[key], right[key]));
}

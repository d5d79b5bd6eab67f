/** Arrays that share no memory with anybody else's. */
import { copy } from './copy.js';
import { NdArray } from './ndarray.js';
import { sizeOf, stridesOf } from './shape.js';

/** The elements of `array` in memory of their own. What is repeated by strides of 0 is there once, and repeated again. */
export function ownArray(array: NdArray): NdArray {
  const { dtype, shape, strides } = array;
  const isRepeated = (axis: number): boolean => strides[axis] === 0;
  const once = shape.map((length, axis) => (isRepeated(axis) ? Math.min(length, 1) : length));
  const own = new NdArray(dtype, dtype.allocate(sizeOf(once)), once);
  copy(new NdArray(dtype, array.storage, once, strides, array.offset), own);
  // Of byte strings, the list was copied so far.
  const { storage } = own;
  if (Array.isArray(storage)) {
    for (const [at, element] of storage.entries()) if (element instanceof Uint8Array) storage[at] = element.slice();
  }
  const steps = stridesOf(once).map((step, axis) => (isRepeated(axis) ? 0 : step));
  return new NdArray(dtype, storage, shape, steps);
}

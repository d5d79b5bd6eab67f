/**
 * What goes into an array and what comes out of it: written values, cast and broadcast, and arrays to read into.
 *
 * All is checked here, before anything is written; memory that fits is passed through without a copy.
 */
import { described } from '../described.js';
import type { Casting, DType } from '../dtypes/dtype.js';
import { typedArrayName } from '../dtypes/storage.js';
import { Struct } from '../dtypes/struct.js';
import { ArgumentError } from '../errors.js';
import { castElements, isSameType } from './cast.js';
import { arrayOfData, arrayOfValues, holdsBytes } from './infer.js';
import { NdArray } from './ndarray.js';
import { type Shape, shapeText, sizeOf } from './shape.js';

/**
 * `value`, written to a selection of `shape`, as elements of `dtype`: a value, lists in lists, a typed array, or anything
 * with data and shape. Cast by value, then broadcast as NumPy does, by strides of 0. May share memory with `value`.
 */
export function valueFor(value: unknown, dtype: DType, shape: Shape, casting: Casting): NdArray {
  const array = dtype.kind === 'object' ? objectsOf(value, dtype, shape.length) : givenArray(value, dtype, casting);
  const surplus = surplusAxes(array.shape, shape);
  const { storage, strides, offset } = castArray(array, dtype, casting);
  const given = array.shape.slice(surplus);
  const missing = shape.length - given.length;
  const steps = shape.map((_, axis) => {
    const length = given[axis - missing];
    return length === undefined || length === 1 ? 0 : strides[axis - missing + surplus]!;
  });
  return new NdArray(dtype, storage, shape, steps, offset);
}

/** Values of any kind: the outer lists of `value`, at most `rank` deep, are axes where they are all as long. */
function objectsOf(value: unknown, dtype: DType, rank: number): NdArray {
  if (value instanceof NdArray) return value;
  const shape: number[] = [];
  let items: readonly unknown[] = [value];
  while (shape.length < rank) {
    const lists = items.filter((item): item is readonly unknown[] => Array.isArray(item));
    const length = lists[0]?.length;
    if (length === undefined || lists.length < items.length || lists.some((list) => list.length !== length)) break;
    shape.push(length);
    items = lists.flatMap((list) => list.map((item) => (item === undefined ? null : item)));
  }
  return new NdArray(dtype, [...items], shape);
}

/** `value` in its own shape as elements of `dtype`. May share memory with it. */
export const arrayFor = (value: unknown, dtype: DType, casting: Casting): NdArray =>
  castArray(dtype.kind === 'object' ? objectsOf(value, dtype, 1) : givenArray(value, dtype, casting), dtype, casting);

function givenArray(value: unknown, dtype: DType, casting: Casting): NdArray {
  // To an array of byte strings, bytes are one of them.
  const isBytes = holdsBytes(dtype) && typedArrayName(value) === 'Uint8Array';
  const isElement = isBytes || (dtype instanceof Struct && dtype.isElement(value));
  return (isElement ? undefined : arrayOfData(value, dtype)) ?? arrayOfValues(value, dtype, casting);
}

/** How many leading axes of length 1 have no place in `shape`; throws unless the rest can be broadcast to it. */
function surplusAxes(given: Shape, shape: Shape): number {
  const surplus = Math.max(0, given.length - shape.length);
  const fits = given.every((length, axis) => {
    const target = shape[axis + shape.length - given.length];
    return length === 1 || (target !== undefined && length === target);
  });
  if (!fits) throw new ArgumentError(`cannot broadcast ${shapeText(given)} to ${shapeText(shape)}`);
  return surplus;
}

/** `array` in another data type; itself if it has that type. */
export function castArray<D extends string>(array: NdArray, dtype: DType<D>, casting: Casting): NdArray<D> {
  if (isSameType(array.dtype, dtype)) return array as NdArray<D>; // Of one name, by that test.
  return new NdArray(dtype, castElements(array, dtype, casting), array.shape);
}

/** The array that `out`, an `NdArray` or a typed array, gives to read elements of `dtype` and `shape` into. */
export function outFor(out: unknown, dtype: DType, shape: Shape): NdArray {
  const array = arrayOfData(out, dtype);
  const expected = `${dtype.name} of shape ${shapeText(shape)}`;
  if (array === undefined) {
    throw new ArgumentError(`out: expected an NdArray or typed array, ${expected}, got ${described(out)}`);
  }
  if (array.dtype.standalone !== array.dtype) {
    throw new ArgumentError(`out: expected ${expected}, got a field that is not aligned in its structs`);
  }
  if (!isSameType(array.dtype, dtype)) {
    throw new ArgumentError(`out: expected ${expected}, got ${array.dtype.name}`);
  }
  const isFlat = !(typeof out === 'object' && out !== null && 'shape' in out);
  if (isFlat && array.size === sizeOf(shape)) return new NdArray(dtype, array.storage, shape);
  if (array.shape.length !== shape.length || array.shape.some((length, axis) => length !== shape[axis])) {
    throw new ArgumentError(`out: expected ${expected}, got shape ${shapeText(array.shape)}`);
  }
  return array;
}

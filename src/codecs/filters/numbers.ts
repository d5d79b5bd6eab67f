/**
 * Elements as numbers in a typed array: what filters compute with. Types that JavaScript has such an array for are viewed;
 * the others, float16 among them, are read to float64, which holds all that they hold, and written back rounded once.
 */
import type { DType } from '../../dtypes/dtype.js';
import { type PackedStorage, type Storage, type StorageUnit, storageOfView } from '../../dtypes/storage.js';
import { CodecError } from '../../errors.js';
import { contiguous, type NdArray } from '../../ndarray/ndarray.js';

/** Numbers that are no bigints. */
export type Doubles =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array;
/** Integers of 64 bits. */
export type BigInts = BigInt64Array | BigUint64Array;
export type Numbers = Doubles | BigInts;

interface NumbersClass {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Numbers;
  new (length: number): Numbers;
}

/** The typed arrays of types by name; a complex element is two numbers. */
const CLASSES: Readonly<Record<string, NumbersClass>> = Object.freeze({
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
  complex64: Float32Array,
  complex128: Float64Array,
  'numpy.datetime64': BigInt64Array,
  'numpy.timedelta64': BigInt64Array,
});

const classOf = ({ name }: DType): NumbersClass | undefined =>
  Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;

/** The memory of the elements of `chunk` in C order: a view where they lie so. */
export function flatStorage(chunk: NdArray): Storage {
  const { storage, offset, size, itemUnits } = contiguous(chunk);
  const [start, end] = [offset * itemUnits, (offset + size) * itemUnits];
  return Array.isArray(storage) ? storage.slice(start, end) : storage.subarray(start, end);
}

/** The same of elements of one size. */
export function packedStorage(chunk: NdArray): PackedStorage {
  const storage = flatStorage(chunk);
  if (!Array.isArray(storage)) return storage;
  throw new CodecError(`expected elements of one size, got "${chunk.dtype.name}"`);
}

/** The elements of `storage` as numbers; of types that have a typed array, a view. */
export function numbersOf(dtype: DType, storage: Storage): Numbers {
  const own = classOf(dtype);
  if (own !== undefined) {
    const { buffer, byteOffset, byteLength } = storage as PackedStorage; // The types of the table are packed.
    return new own(buffer, byteOffset, byteLength / own.BYTES_PER_ELEMENT);
  }
  const numbers = new Float64Array(storage.length / dtype.unitsPerItem);
  for (let i = 0; i < numbers.length; i++) numbers[i] = dtype.get(storage, i);
  return numbers;
}

/** Numbers for `count` elements of `dtype`, all 0. */
export function allocateNumbers(dtype: DType, count: number): Numbers {
  const isComplex = dtype.kind === 'complex';
  return new (classOf(dtype) ?? Float64Array)(isComplex ? 2 * count : count);
}

/** `numbers` as storage of `dtype`; of types that have a typed array, a view. */
export function storageOfNumbers(dtype: DType, numbers: Numbers): Storage {
  if (classOf(dtype) !== undefined) {
    return storageOfView(dtype.storageUnit as Exclude<StorageUnit, 'object'>, numbers); // As in `numbersOf`.
  }
  const storage = dtype.allocate(numbers.length);
  for (let i = 0; i < numbers.length; i++) dtype.set(storage, i, numbers[i], 'unsafe');
  return storage;
}

export const isBigInts = (numbers: Numbers): numbers is BigInts =>
  numbers instanceof BigInt64Array || numbers instanceof BigUint64Array;

/** What rounds a number to the nearest of the real type `dtype`, ties to even; the parts of complex ones are not. */
export function rounderOf(dtype: DType): (value: number) => number {
  if (dtype.name === 'float64' || dtype.kind === 'complex') return (value) => value;
  if (dtype.name === 'float32') return Math.fround;
  const one = dtype.allocate(1);
  return (value) => {
    dtype.set(one, 0, value, 'unsafe');
    return dtype.get(one, 0) as number; // As the type is real.
  };
}

/** The nearest integer, ties to even; a negative number becomes -0, as in NumPy. */
export function roundToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

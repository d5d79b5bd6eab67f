/**
 * Elements of types for which there is no typed array, and which all have one size: fixed-length strings and bytes, and
 * structs. Their memory is one buffer.
 */
import { INSPECT, type Inspect, inspectedElements } from '../inspect.js';
import type { DType } from './dtype.js';
import { type Elements, indexError } from './elements.js';
import { isSettled } from './loose-bytes.js';
import { bytesOfStorage, type PackedStorage } from './storage.js';

/** Elements of `dtype` over its storage. */
export class FixedElements<Scalar = any> implements Elements<Scalar> {
  /** The type of the elements. */
  readonly dtype: DType;
  /** The memory, in the units that the data type asks for. */
  readonly storage: PackedStorage;

  constructor(dtype: DType, storage: PackedStorage) {
    this.dtype = dtype;
    this.storage = storage;
  }

  /** The number of elements. */
  get length(): number {
    return this.storage.length / this.dtype.unitsPerItem;
  }

  /** The memory that the elements are in. */
  get buffer(): ArrayBufferLike {
    return this.storage.buffer;
  }

  /** Where in `buffer` the elements begin, in bytes. */
  get byteOffset(): number {
    return this.storage.byteOffset;
  }

  /** Bytes of all elements. */
  get byteLength(): number {
    return this.storage.byteLength;
  }

  /** The element at `index`, from the end if it is negative; undefined outside. */
  at(index: number): Scalar | undefined {
    const at = Math.trunc(index) + (index < 0 ? this.length : 0);
    return at >= 0 && at < this.length ? this.dtype.get(this.storage, at) : undefined;
  }

  /** Stores `value`; throws `CastError` if the data type cannot hold it. */
  set(index: number, value: Scalar): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) throw indexError(index, this.length);
    this.dtype.set(this.storage, index, value, 'exact');
  }

  /** The elements from `begin` up to `end`, in the same memory. */
  subarray(begin = 0, end = this.length): FixedElements<Scalar> {
    const units = this.dtype.unitsPerItem;
    const place = (index: number): number => (Math.trunc(index) + (index < 0 ? this.length : 0)) * units;
    return new FixedElements(this.dtype, this.storage.subarray(Math.max(0, place(begin)), Math.max(0, place(end))));
  }

  *[Symbol.iterator](): Generator<Scalar, void, undefined> {
    for (let i = 0; i < this.length; i++) yield this.dtype.get(this.storage, i);
  }

  /** The elements as a list. */
  toJSON(): Scalar[] {
    return [...this];
  }

  /** What consoles show. */
  [INSPECT](_depth: number, options: object, inspect: Inspect): string {
    return inspectedElements('FixedElements', this, options, inspect);
  }
}

/** The storage of `data` if it is elements of a type that is the same in memory as `dtype`, with bits as they are there. */
export function unwrapFixed(data: unknown, dtype: DType): PackedStorage | undefined {
  if (!(data instanceof FixedElements && dtype.isSameInMemory(data.dtype))) return undefined;
  const { storage } = data;
  const { looseBytes, itemSize } = dtype;
  if (looseBytes.length === 0 || itemSize === undefined) return storage;
  return isSettled(bytesOfStorage(storage), itemSize, looseBytes) ? storage : undefined;
}

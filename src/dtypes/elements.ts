/**
 * What stands in for a typed array where the platform has none: elements of one kind over a buffer.
 */
import { BoundsCheckError } from '../errors.js';

/** The members that every element class has. */
export interface Elements<Scalar> {
  /** The number of elements. */
  readonly length: number;
  /** The memory that the elements are in. */
  readonly buffer: ArrayBufferLike;
  /** Where in `buffer` the elements begin, in bytes. */
  readonly byteOffset: number;
  /** Bytes of all elements. */
  readonly byteLength: number;
  /** The element at `index`, from the end if it is negative; undefined outside. */
  at(index: number): Scalar | undefined;
  /** Stores an element; throws `BoundsCheckError` outside, where a typed array would say nothing. */
  set(index: number, value: Scalar): void;
  /** The elements from `begin` up to `end`, in the same memory. */
  subarray(begin?: number, end?: number): Elements<Scalar>;
  /** The elements, one after another. */
  [Symbol.iterator](): Iterator<Scalar>;
}

/** The error for an element that is not there. */
export const indexError = (index: number, length: number): BoundsCheckError =>
  new BoundsCheckError(`expected an index from 0 to ${length - 1}, got ${index}`);

/**
 * Numbers of a byte or less, and bfloat16, in blocks of float64: read by a table, and written one by one.
 */
import type { DType } from '../dtypes/dtype.js';
import type { SmallFormat } from '../dtypes/small-float-format.js';
import { SmallFloat } from '../dtypes/small-floats.js';
import { SmallInteger } from '../dtypes/small-integers.js';
import type { Storage } from '../dtypes/storage.js';

/** A type whose numbers have a table. */
export type SmallNumber = SmallFloat | SmallInteger;

export const isSmallNumber = (dtype: DType): dtype is SmallNumber =>
  dtype instanceof SmallFloat || dtype instanceof SmallInteger;

/** Fills `numbers` with elements of `storage` from `start` on, and tells how many: all. */
export function readSmall(dtype: SmallNumber, storage: Storage, start: number, numbers: Float64Array): number {
  const bits = storage as Uint8Array | Uint16Array; // Of units of one or two bytes.
  if (dtype instanceof SmallFloat) readFloats(dtype.coding.table, bits, start, numbers);
  else readIntegers(dtype.table, bits, start, numbers);
  return numbers.length;
}

function readFloats(table: Float32Array, bits: Uint8Array | Uint16Array, start: number, numbers: Float64Array): void {
  const mask = table.length - 1;
  for (let i = 0; i < numbers.length; i++) numbers[i] = table[bits[start + i]! & mask]!;
}

function readIntegers(table: Int8Array, bytes: Uint8Array | Uint16Array, start: number, numbers: Float64Array): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = table[bytes[start + i]!]!;
}

/** Stores the first `count` of `numbers` as elements of `storage` from `start` on, as unsafe casts do, and tells how many. */
export function writeSmall(
  dtype: SmallNumber,
  numbers: Float64Array,
  count: number,
  storage: Storage,
  start: number,
): number {
  const bits = storage as Uint8Array | Uint16Array; // As in `readSmall`.
  if (dtype instanceof SmallFloat) {
    const { coding } = dtype;
    for (let i = 0; i < count; i++) bits[start + i] = coding.encode(numbers[i]!);
    return count;
  }
  const { table } = dtype;
  for (let i = 0; i < count; i++) bits[start + i] = table[numbers[i]! & 0xff]! & 0xff;
  return count;
}

/** How many of `numbers`, from the first, a format holds: integers exactly, floats rounded. */
export function countHeld(numbers: Float64Array, isInteger: boolean, coding: SmallFormat): number {
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    const rounded = coding.round(number);
    if (isInteger ? rounded !== number : !isHeld(number, rounded, coding)) return i;
  }
  return numbers.length;
}

function isHeld(number: number, rounded: number, { nan, hasInfinity }: SmallFormat): boolean {
  if (Number.isNaN(number)) return nan !== undefined;
  return Number.isFinite(number) ? Number.isFinite(rounded) : hasInfinity;
}

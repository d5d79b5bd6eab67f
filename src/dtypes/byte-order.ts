/**
 * Which bytes of an element have an order, and reversing them.
 */
import type { Endianness } from './dtype.js';

/** Neighbouring numbers of an element whose bytes have an order. */
export interface OrderedBytes {
  /** Where the first of them begins in the element. */
  readonly offset: number;
  /** Bytes per number. */
  readonly unit: number;
  /** How many such units follow one another. */
  readonly count: number;
  /** The order that the data type declares. */
  readonly endianness: Endianness | undefined;
}

/** `bytes`, elements of `itemSize` bytes, with those of `ordered` reversed in each: a copy, the input is someone else's. */
export function swapOrdered(bytes: Uint8Array, itemSize: number, ordered: readonly OrderedBytes[]): Uint8Array {
  const [only] = ordered;
  if (only !== undefined && only.unit * only.count === itemSize) return swapBytes(bytes, only.unit);
  const swapped = new Uint8Array(bytes);
  for (const { offset, unit, count } of ordered) {
    for (let number = 0; number < count; number++) {
      for (let start = offset + number * unit; start < bytes.length; start += itemSize) {
        for (let i = 0; i < unit; i++) swapped[start + i] = bytes[start + unit - 1 - i]!;
      }
    }
  }
  return swapped;
}

/** `bytes` with the order of bytes reversed in each unit of `unit` bytes: a copy, the input belongs to someone else. */
function swapBytes(bytes: Uint8Array, unit: number): Uint8Array {
  const swapped = new Uint8Array(bytes.length);
  switch (unit) {
    case 2:
      swap2(bytes, swapped);
      break;
    case 4:
      swap4(bytes, swapped);
      break;
    case 8:
      swap8(bytes, swapped);
      break;
    default:
      for (let start = 0; start < bytes.length; start += unit) {
        for (let i = 0; i < unit; i++) swapped[start + i] = bytes[start + unit - 1 - i]!;
      }
  }
  return swapped;
}

function swap2(source: Uint8Array, target: Uint8Array): void {
  for (let i = 0; i < source.length; i += 2) {
    target[i] = source[i + 1]!;
    target[i + 1] = source[i]!;
  }
}

function swap4(source: Uint8Array, target: Uint8Array): void {
  for (let i = 0; i < source.length; i += 4) {
    target[i] = source[i + 3]!;
    target[i + 1] = source[i + 2]!;
    target[i + 2] = source[i + 1]!;
    target[i + 3] = source[i]!;
  }
}

function swap8(source: Uint8Array, target: Uint8Array): void {
  for (let i = 0; i < source.length; i += 8) {
    target[i] = source[i + 7]!;
    target[i + 1] = source[i + 6]!;
    target[i + 2] = source[i + 5]!;
    target[i + 3] = source[i + 4]!;
    target[i + 4] = source[i + 3]!;
    target[i + 5] = source[i + 2]!;
    target[i + 6] = source[i + 1]!;
    target[i + 7] = source[i]!;
  }
}

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

/**
 * `bytes`, elements of `itemSize` bytes, with those of `ordered` reversed in each: put into `target`, which may be `bytes`
 * itself; a copy unless it is given, for the input is someone else's.
 */
export function swapOrdered(
  bytes: Uint8Array,
  itemSize: number,
  ordered: readonly OrderedBytes[],
  target: Uint8Array = new Uint8Array(bytes.length),
): Uint8Array {
  const [only] = ordered;
  if (only !== undefined && only.unit * only.count === itemSize) {
    swapBytes(bytes, only.unit, target);
    return target;
  }
  if (target !== bytes) target.set(bytes);
  for (const { offset, unit, count } of ordered) {
    for (let number = 0; number < count; number++) {
      for (let start = offset + number * unit; start < target.length; start += itemSize) reverse(target, start, unit);
    }
  }
  return target;
}

/** Reverses the order of bytes in each unit of `unit` bytes. */
function swapBytes(source: Uint8Array, unit: number, target: Uint8Array): void {
  const isWordwise =
    (unit === 2 || unit === 4 || unit === 8) && source.byteOffset % 4 === 0 && target.byteOffset % 4 === 0;
  const done = isWordwise ? source.length - (source.length % Math.max(4, unit)) : 0;
  if (isWordwise) swapWords(wordsOf(source, done), unit, wordsOf(target, done));
  if (target !== source && done < source.length) target.set(source.subarray(done), done);
  for (let start = done; start < target.length; start += unit) reverse(target, start, unit);
}

const wordsOf = ({ buffer, byteOffset }: Uint8Array, length: number): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length / 4);

/** Reverses the bytes in units of 2, 4 or 8 bytes, four bytes at a time. */
function swapWords(source: Uint32Array, unit: number, target: Uint32Array): void {
  switch (unit) {
    case 2:
      for (let i = 0; i < source.length; i++) target[i] = pairsSwapped(source[i]!);
      break;
    case 4:
      for (let i = 0; i < source.length; i++) target[i] = wordSwapped(source[i]!);
      break;
    default:
      for (let i = 0; i < source.length; i += 2) {
        const low = source[i]!;
        target[i] = wordSwapped(source[i + 1]!);
        target[i + 1] = wordSwapped(low);
      }
  }
}

const pairsSwapped = (word: number): number => ((word & 0x00ff00ff) << 8) | ((word >>> 8) & 0x00ff00ff);

function wordSwapped(word: number): number {
  const pairs = pairsSwapped(word);
  return (pairs << 16) | (pairs >>> 16);
}

/** Reverses `length` bytes from `start` on. */
function reverse(bytes: Uint8Array, start: number, length: number): void {
  let low = start;
  let high = start + length - 1;
  while (low < high) {
    const byte = bytes[low]!;
    bytes[low++] = bytes[high]!;
    bytes[high--] = byte;
  }
}

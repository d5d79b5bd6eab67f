/**
 * Bits that are read from the end of a stream towards its beginning, as zstd stores what it codes by entropy (RFC 8878,
 * section 4.1): the highest set bit of the last byte marks where they begin. For long streams there are functions of
 * positions, which are counted in bits from the beginning of the memory that the stream lies in.
 */
import { CodecError } from '../../errors.js';

export class BackwardBits {
  readonly #source: Uint8Array;
  readonly #start: number;
  /** The next byte is the one before it. */
  #at: number;
  /** The next bits, the first in the highest place. */
  #bits: number;
  /** How many are valid; negative once more were read than there are. */
  #count: number;

  /** The stream of `source` from `start` to `end`. */
  constructor(source: Uint8Array, start: number, end: number) {
    const last = end > start ? source[end - 1]! : 0;
    if (last === 0) throw new CodecError('damaged zstd frame: a bit stream without its end mark');
    this.#source = source;
    this.#start = start;
    this.#at = end - 1;
    this.#count = 31 - Math.clz32(last);
    this.#bits = this.#count === 0 ? 0 : last << (32 - this.#count);
  }

  /** The next `count` bits, at most 25; zeros beyond the beginning of the stream. */
  read(count: number): number {
    if (count === 0) return 0;
    if (this.#count < count) this.#refill();
    const value = this.#bits >>> (32 - count);
    this.#bits <<= count;
    this.#count -= count;
    return value;
  }

  /** Whether all bits were read, and no more. */
  get isExhausted(): boolean {
    return this.#count === 0 && this.#at === this.#start;
  }

  /** Whether more bits were read than there are. */
  get isOverrun(): boolean {
    return this.#count < 0;
  }

  #refill(): void {
    while (this.#count <= 24 && this.#at > this.#start) {
      this.#bits |= this.#source[--this.#at]! << (24 - this.#count);
      this.#count += 8;
    }
  }
}

/** So many bytes around what `padded` gives: what reads of a damaged stream may touch before they are found to be wrong. */
export const PADDING = 16;

/** A copy of the bytes from `start` to `end`, between zeros. */
export function padded(source: Uint8Array, start: number, end: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(end - start + 2 * PADDING);
  copy.set(source.subarray(start, end), PADDING);
  return copy;
}

/** The position where the bits of the stream from `start` to `end` begin, which is their upper end. */
export function endOfBits(source: Uint8Array, start: number, end: number): number {
  const last = end > start ? source[end - 1]! : 0;
  if (last === 0) throw new CodecError('damaged zstd frame: a bit stream without its end mark');
  return 8 * end + 23 - Math.clz32(last);
}

/** The `count` bits from `position` up, at most 25; of memory that has zeros around it. */
export function bitsAt(view: DataView, position: number, count: number): number {
  return (view.getInt32(position >>> 3, true) >>> (position & 7)) & ((1 << count) - 1);
}

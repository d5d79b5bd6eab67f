/**
 * Streams of bits as zfp and pco have them: numbers one behind the other, each with its lowest bit first.
 *
 * A reader may go past the end, where it finds zeros: whoever reads asks `isPastEnd` after each part of bounded length,
 * and not after each number.
 */

/** Words of zeros behind the data of a reader, so that parts of usual length stay inside its memory. */
const PADDING_WORDS = 1024;

/** Bits that are read. */
export class BitReader {
  /** The bits, and zeros behind them. */
  readonly words: Uint32Array;
  /** Where the next bit is: the word, and the bit in it. */
  word = 0;
  bit = 0;
  /** The number of bits. */
  readonly length: number;

  constructor(bytes: Uint8Array) {
    this.words = new Uint32Array(Math.ceil(bytes.length / 4) + PADDING_WORDS);
    new Uint8Array(this.words.buffer).set(bytes);
    this.length = bytes.length * 8;
  }

  get position(): number {
    return this.word * 32 + this.bit;
  }

  get isPastEnd(): boolean {
    return this.position > this.length;
  }

  /** The number in the next `count` bits, 0 to 32. */
  read(count: number): number {
    const { words, word, bit } = this;
    const end = bit + count;
    let value = words[word]! >>> bit;
    if (end > 32) value |= words[word + 1]! << (32 - bit);
    this.word = word + (end >>> 5);
    this.bit = end & 31;
    return count === 32 ? value >>> 0 : value & ((1 << count) - 1);
  }

  /** How many of the next bits, at most `limit`, are 0 before one is 1. That one is not taken. */
  takeZeros(limit: number): number {
    let count = 0;
    while (count < limit) {
      const rest = this.words[this.word]! >>> this.bit;
      const available = Math.min(32 - this.bit, limit - count);
      const zeros = rest === 0 ? available : Math.min(available, 31 - Math.clz32(rest & -rest));
      this.skip(zeros);
      count += zeros;
      if (zeros < available) break;
    }
    return count;
  }

  skip(count: number): void {
    const end = this.bit + count;
    this.word += Math.floor(end / 32);
    this.bit = end % 32;
  }

  /** Goes on to the next whole byte; the value of the bits between. */
  align(): number {
    return this.read(-this.bit & 7);
  }
}

/** Bits that are written. */
export class BitWriter {
  #words: Uint32Array;
  #word = 0;
  #bit = 0;

  /** Room for `expected` bytes; it grows. */
  constructor(expected: number) {
    this.#words = new Uint32Array(Math.ceil(expected / 4) + 2);
  }

  get position(): number {
    return this.#word * 32 + this.#bit;
  }

  /** The lowest `count` bits of `value`, 0 to 32. */
  write(value: number, count: number): void {
    const bit = this.#bit;
    const end = bit + count;
    if (this.#word + 1 >= this.#words.length) this.#grow(2);
    const masked = count === 32 ? value : value & ((1 << count) - 1);
    this.#words[this.#word]! |= masked << bit;
    if (end > 32) this.#words[this.#word + 1] = masked >>> (32 - bit);
    this.#word += end >>> 5;
    this.#bit = end & 31;
  }

  writeZeros(count: number): void {
    const end = this.#bit + count;
    this.#word += Math.floor(end / 32);
    this.#bit = end % 32;
    if (this.#word + 1 >= this.#words.length) this.#grow(2);
  }

  /** Zeros up to a whole number of `size` bytes. */
  align(size: number): void {
    const rest = this.position % (8 * size);
    if (rest > 0) this.writeZeros(8 * size - rest);
  }

  /** The whole bytes that were written. */
  toBytes(): Uint8Array {
    this.align(1);
    return new Uint8Array(this.#words.buffer).slice(0, this.position / 8);
  }

  #grow(room: number): void {
    const grown = new Uint32Array(Math.max(this.#words.length * 2, this.#word + room));
    grown.set(this.#words);
    this.#words = grown;
  }
}

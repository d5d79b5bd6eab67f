/** The range encoder of LZMA: each bit narrows a range, by as much as it was improbable. */
import { MOVE_BITS, PROBABILITY_BITS, TOP } from './lzma-model.js';

export class RangeEncoder {
  #bytes = new Uint8Array(65536);
  /** Bytes that were written; those that a carry may still change are not among them. */
  #length = 0;
  /** The lower end of the range, of up to 33 bits. */
  #low = 0;
  #range = 0xffffffff;
  /** The byte that waits for a carry, and how many there are with the FF bytes after it. */
  #waiting = 0;
  #waitingCount = 1;

  /** How many bytes there will be, if the range ends here. */
  get length(): number {
    return this.#length + this.#waitingCount + 4;
  }

  /** Ends the range; the bytes of it, which are valid until the next one is begun. */
  finish(): Uint8Array {
    for (let i = 0; i < 5; i++) this.#shift();
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    this.#low = 0;
    this.#range = 0xffffffff;
    this.#waiting = 0;
    this.#waitingCount = 1;
    return bytes;
  }

  /** Codes a bit by the probability at `index`, which adapts. */
  bit(probabilities: Uint16Array, index: number, bit: number): void {
    const probability = probabilities[index]!;
    const bound = (this.#range >>> PROBABILITY_BITS) * probability;
    if (bit === 0) {
      this.#range = bound;
      probabilities[index] = probability + (((1 << PROBABILITY_BITS) - probability) >>> MOVE_BITS);
    } else {
      this.#low += bound;
      this.#range -= bound;
      probabilities[index] = probability - (probability >>> MOVE_BITS);
    }
    if (this.#range < TOP) this.#widen();
  }

  /** A number of `bitCount` bits, the highest first, by a tree of probabilities. */
  tree(probabilities: Uint16Array, base: number, bitCount: number, value: number): void {
    let symbol = 1;
    for (let i = bitCount - 1; i >= 0; i--) {
      const bit = (value >>> i) & 1;
      this.bit(probabilities, base + symbol, bit);
      symbol = 2 * symbol + bit;
    }
  }

  /** The same, the lowest bit first. */
  reverseTree(probabilities: Uint16Array, base: number, bitCount: number, value: number): void {
    let symbol = 1;
    for (let i = 0; i < bitCount; i++) {
      const bit = (value >>> i) & 1;
      this.bit(probabilities, base + symbol, bit);
      symbol = 2 * symbol + bit;
    }
  }

  /** Bits that are as often one as zero. */
  direct(value: number, bitCount: number): void {
    for (let i = bitCount - 1; i >= 0; i--) {
      this.#range >>>= 1;
      if ((value >>> i) & 1) this.#low += this.#range;
      if (this.#range < TOP) this.#widen();
    }
  }

  #widen(): void {
    this.#range = (this.#range << 8) >>> 0;
    this.#shift();
  }

  /** Takes the highest byte off the lower end, and writes what no carry can change any more. */
  #shift(): void {
    if (this.#low < 0xff000000 || this.#low >= 2 ** 32) {
      const carry = this.#low >= 2 ** 32 ? 1 : 0;
      let byte = this.#waiting;
      for (; this.#waitingCount > 0; this.#waitingCount--) {
        this.#write((byte + carry) & 0xff);
        byte = 0xff;
      }
      this.#waiting = (this.#low >>> 24) & 0xff;
    }
    this.#waitingCount++;
    this.#low = (this.#low & 0x00ffffff) * 256;
  }

  #write(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#length);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes[this.#length++] = byte;
  }
}

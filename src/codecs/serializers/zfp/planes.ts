/**
 * Embedded coding: the bits of a block's coefficients, plane by plane from the highest.
 *
 * Coefficients stand in the order of falling size, so most planes end in zeros. Of each plane the bits that were needed
 * before are written as they are; of the rest, a bit says whether any 1 comes yet, and if so, the zeros up to it follow.
 */
import type { BitReader, BitWriter } from '../bit-stream.js';

/** How much of a block is coded: its highest `precision` planes, in at most `maxbits` bits. */
export interface PlaneLimits {
  readonly maxbits: number;
  readonly precision: number;
}

/** The coefficients of a block: low words, and behind them the high ones where a coefficient has 64 bits. */
export class Coefficients {
  readonly words: Uint32Array;
  readonly count: number;
  /** Bits per coefficient. */
  readonly width: 32 | 64;
  readonly #plane: Uint32Array;

  constructor(count: number, width: 32 | 64) {
    this.words = new Uint32Array((count * width) / 32);
    this.count = count;
    this.width = width;
    this.#plane = new Uint32Array(Math.ceil(count / 32));
  }

  /** The number of planes up from the lowest that is not all 0. */
  get significantPlanes(): number {
    const { words, count, width } = this;
    for (let half = 0; half < width / 32; half++) {
      const bits = union(words, half * count, count);
      if (bits !== 0) return width - 32 * half - (31 - Math.clz32(bits & -bits));
    }
    return 0;
  }

  /** Writes the coefficients; the number of bits. */
  encode(writer: BitWriter, { maxbits, precision }: PlaneLimits): number {
    const { count, width } = this;
    const lowest = Math.max(0, width - precision);
    const highest = this.#highestPlane();
    let bits = maxbits;
    let known = 0;
    for (let plane = width - 1; plane >= lowest && bits > 0; plane--) {
      if (plane > highest) {
        writer.write(0, 1);
        bits--;
        continue;
      }
      this.#gather(plane);
      const verbatim = Math.min(known, bits);
      writePart(writer, this.#plane, verbatim);
      bits -= verbatim;
      while (bits > 0 && known < count) {
        const next = nextOne(this.#plane, known, count);
        writer.write(next < count ? 1 : 0, 1);
        bits--;
        if (next === count) break;
        const zeros = Math.min(next - known, bits);
        writer.writeZeros(zeros);
        bits -= zeros;
        // That the last coefficient has the 1 goes without saying.
        if (next < count - 1 && bits > 0) {
          writer.write(1, 1);
          bits--;
        }
        known = next + 1;
      }
    }
    return maxbits - bits;
  }

  /** Reads the coefficients; the number of bits. */
  decode(reader: BitReader, { maxbits, precision }: PlaneLimits): number {
    const { count, width } = this;
    const lowest = Math.max(0, width - precision);
    let bits = maxbits;
    let known = 0;
    this.words.fill(0);
    for (let plane = width - 1; plane >= lowest && bits > 0; plane--) {
      this.#plane.fill(0);
      const verbatim = Math.min(known, bits);
      readPart(reader, this.#plane, verbatim);
      bits -= verbatim;
      while (bits > 0 && known < count) {
        bits--;
        if (reader.read(1) === 0) break;
        const zeros = reader.takeZeros(Math.min(bits, count - 1 - known));
        bits -= zeros;
        known += zeros;
        if (known < count - 1 && bits > 0) {
          reader.skip(1);
          bits--;
        }
        this.#plane[known >> 5]! |= 1 << (known & 31);
        known++;
      }
      this.#scatter(plane);
    }
    return maxbits - bits;
  }

  #highestPlane(): number {
    const { words, count, width } = this;
    for (let half = width / 32 - 1; half >= 0; half--) {
      const bits = union(words, half * count, count);
      if (bits !== 0) return 32 * half + 31 - Math.clz32(bits);
    }
    return -1;
  }

  #gather(plane: number): void {
    gatherPlane(this.words, plane >= 32 ? this.count : 0, this.count, plane & 31, this.#plane);
  }

  #scatter(plane: number): void {
    scatterPlane(this.#plane, this.words, plane >= 32 ? this.count : 0, plane & 31);
  }
}

function union(words: Uint32Array, start: number, count: number): number {
  let bits = 0;
  for (let i = start; i < start + count; i++) bits |= words[i]!;
  return bits;
}

function gatherPlane(words: Uint32Array, start: number, count: number, bit: number, plane: Uint32Array): void {
  for (let first = 0; first < count; first += 32) {
    const length = Math.min(32, count - first);
    let bits = 0;
    for (let i = 0; i < length; i++) bits |= ((words[start + first + i]! >>> bit) & 1) << i;
    plane[first >> 5] = bits;
  }
}

function scatterPlane(plane: Uint32Array, words: Uint32Array, start: number, bit: number): void {
  for (let index = 0; index < plane.length; index++) {
    let bits = plane[index]!;
    const first = start + 32 * index;
    while (bits !== 0) {
      words[first + 31 - Math.clz32(bits & -bits)]! |= 1 << bit;
      bits &= bits - 1;
    }
  }
}

/** Where the first 1 from `start` on is; `count` if there is none. */
function nextOne(plane: Uint32Array, start: number, count: number): number {
  let index = start >> 5;
  let bits = plane[index]! & (-1 << (start & 31));
  while (bits === 0) {
    if (++index >= plane.length) return count;
    bits = plane[index]!;
  }
  return 32 * index + 31 - Math.clz32(bits & -bits);
}

function writePart(writer: BitWriter, plane: Uint32Array, count: number): void {
  for (let first = 0; first < count; first += 32) writer.write(plane[first >> 5]!, Math.min(32, count - first));
}

function readPart(reader: BitReader, plane: Uint32Array, count: number): void {
  for (let first = 0; first < count; first += 32) plane[first >> 5] = reader.read(Math.min(32, count - first));
}

/**
 * One block of zfp, 4 values along each axis: from values to bits and back.
 *
 * Floats become integers first, scaled by the largest exponent of the block; where nothing may be lost and this loses
 * something, their bits are taken as integers. Integers are transformed axis by axis, ordered, and coded as planes.
 */
import type { BitReader, BitWriter } from '../bit-stream.js';
import {
  forward32,
  forward64,
  forwardExact32,
  forwardExact64,
  inverse32,
  inverse64,
  inverseExact32,
  inverseExact64,
} from './lifting.js';
import { orderOf } from './order.js';
import { isReversible, precisionBits, type ZfpParameters, type ZfpType } from './parameters.js';
import { Coefficients } from './planes.js';

/** Alternating bits: what negative numbers are in base -2 of two's complement, `(x + MASK) ^ MASK`. */
const NEGABINARY = 0xaaaaaaaa;

type Lift = (block: Int32Array, at: number, stride: number) => void;

/** A block of integers; those of 64 bits are pairs of words as `lifting.ts` has them. */
export class IntegerBlock {
  readonly values: Int32Array;
  readonly #rank: number;
  readonly #order: Uint8Array;
  readonly #coefficients: Coefficients;
  readonly #parameters: ZfpParameters;
  readonly #reversible: boolean;
  /** Bits that say how many planes there are, where nothing is lost. */
  readonly #precisionBits: number;

  constructor(type: ZfpType, rank: number, parameters: ZfpParameters) {
    const width = type === 'int32' || type === 'float32' ? 32 : 64;
    this.#coefficients = new Coefficients(4 ** rank, width);
    this.values = new Int32Array(this.#coefficients.words.length);
    this.#rank = rank;
    this.#order = orderOf(rank);
    this.#parameters = parameters;
    this.#reversible = isReversible(parameters);
    this.#precisionBits = precisionBits(type);
  }

  /** Writes the values, and zeros up to the fewest bits of a block; `head` bits of it are written, `precision` planes count. */
  encode(writer: BitWriter, head: number, precision: number): void {
    const { minbits, maxbits } = this.#parameters;
    const coefficients = this.#coefficients;
    let used = head;
    let planes = precision;
    this.#transform(
      this.#reversible ? this.#lift(forwardExact32, forwardExact64) : this.#lift(forward32, forward64),
      1,
    );
    order(this.values, coefficients, this.#order);
    if (this.#reversible) {
      planes = Math.max(1, Math.min(coefficients.significantPlanes, precision));
      writer.write(planes - 1, this.#precisionBits);
      used += this.#precisionBits;
    }
    used += coefficients.encode(writer, { maxbits: maxbits - used, precision: planes });
    if (used < minbits) writer.writeZeros(minbits - used);
  }

  /** Reads the values; the other side of `encode`. */
  decode(reader: BitReader, head: number, precision: number): void {
    const { minbits, maxbits } = this.#parameters;
    let used = head;
    let planes = precision;
    if (this.#reversible) {
      planes = reader.read(this.#precisionBits) + 1;
      used += this.#precisionBits;
    }
    used += this.#coefficients.decode(reader, { maxbits: maxbits - used, precision: planes });
    if (used < minbits) reader.skip(minbits - used);
    disorder(this.#coefficients, this.values, this.#order);
    this.#transform(
      this.#reversible ? this.#lift(inverseExact32, inverseExact64) : this.#lift(inverse32, inverse64),
      -1,
    );
  }

  #lift(lift32: Lift, lift64: Lift): Lift {
    return this.#coefficients.width === 32 ? lift32 : lift64;
  }

  /** Every line along every axis, from the last (fastest) axis on, or from the first. */
  #transform(lift: Lift, direction: 1 | -1): void {
    const rank = this.#rank;
    const { count } = this.#coefficients;
    for (let step = 0; step < rank; step++) {
      const stride = 4 ** (direction === 1 ? step : rank - 1 - step);
      for (let outer = 0; outer < count; outer += 4 * stride) {
        for (let inner = 0; inner < stride; inner++) lift(this.values, outer + inner, stride);
      }
    }
  }
}

/** The values as coefficients in the order of coding. */
function order(values: Int32Array, { words, count, width }: Coefficients, places: Uint8Array): void {
  if (width === 32) {
    for (let i = 0; i < count; i++) words[i] = (values[places[i]!]! + NEGABINARY) ^ NEGABINARY;
    return;
  }
  for (let i = 0; i < count; i++) {
    const place = places[i]!;
    const low = (values[place]! >>> 0) + NEGABINARY;
    const high = values[count + place]! + NEGABINARY + (low > 0xffffffff ? 1 : 0);
    words[i] = low ^ NEGABINARY;
    words[count + i] = high ^ NEGABINARY;
  }
}

/** The coefficients as values in their places. */
function disorder({ words, count, width }: Coefficients, values: Int32Array, places: Uint8Array): void {
  if (width === 32) {
    for (let i = 0; i < count; i++) values[places[i]!] = (words[i]! ^ NEGABINARY) - (NEGABINARY | 0);
    return;
  }
  for (let i = 0; i < count; i++) {
    const place = places[i]!;
    const low = ((words[i]! ^ NEGABINARY) >>> 0) - NEGABINARY;
    values[place] = low;
    values[count + place] = (words[count + i]! ^ NEGABINARY) - (NEGABINARY | 0) - (low < 0 ? 1 : 0);
  }
}

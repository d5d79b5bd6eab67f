/**
 * The binary floating-point formats of IEEE 754: between bits in storage and numbers. Those of a byte and of machine
 * learning are in `small-float-format.ts`.
 *
 * A number carries everything but the payload of a NaN; whoever must keep that moves bits. The real types are one of
 * these per element, the complex types two.
 */
import { layOutFloat } from '../json/format.js';
import type { PackedStorage, Storage } from './storage.js';

/** One format: how a unit of storage is read as a number, and a number rounded to it. */
export interface FloatFormat {
  /** Bytes per number: the unit of storage. */
  readonly unit: 1 | 2 | 4 | 8;
  /** Bits of the significand without the leading one. */
  readonly fractionWidth: number;
  /** The bits that are meant by `"NaN"`; undefined in formats without NaN. */
  readonly nan: bigint | undefined;
  readonly hasInfinity: boolean;
  read(storage: Storage, index: number): number;
  /**
   * Stores the nearest number of this format, ties to even. A NaN is stored as the canonical one; what the format has
   * not (NaN, infinities, numbers beyond its range) as casts of ml_dtypes do.
   */
  write(storage: Storage, index: number, value: number): void;
  /** The nearest number of this format, ties to even; infinite, or NaN, beyond its range. */
  readonly round: (value: number) => number;
  /** As NumPy prints a scalar: the fewest digits that tell this number from its neighbours. */
  format(value: number): string;
}

/** The bits of a number in storage. */
export const bitsAt = (storage: Storage, index: number): bigint => BigInt((storage as PackedStorage)[index]!);

/** Stores the bits of a number. */
export function setBits(storage: Storage, index: number, bits: bigint): void {
  if (storage instanceof BigUint64Array) storage[index] = bits;
  else storage[index] = Number(bits);
}

/** binary16. There is no typed array of it everywhere, so the bits are taken apart here. */
export const BINARY16: FloatFormat = Object.freeze({
  unit: 2,
  fractionWidth: 10,
  nan: 0x7e00n,
  hasInfinity: true,
  read: (storage: Storage, index: number) => halfToNumber((storage as Uint16Array)[index]!),
  write(storage: Storage, index: number, value: number) {
    storage[index] = numberToHalf(value);
  },
  round: (value: number) => halfToNumber(numberToHalf(value)),
  format: (value: number) => shortest(value, 5, 1e3, (candidate) => halfToNumber(numberToHalf(candidate))),
});

/** The number that 16 bits are. */
export function halfToNumber(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (fraction + 1024) * 2 ** (exponent - 25));
}

/** The 16 bits nearest to `value`, ties to even, rounded once. */
export function numberToHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00; // Half way between the largest number and the one after it.
  // The exponent of numbers below 2^-14 is that of the subnormals.
  const exponent = size < 2 ** -14 ? -14 : 17 - Math.clz32(size * 2 ** 14);
  const significand = toEven(size * 2 ** (10 - exponent));
  // A significand without its leading one is a subnormal; one that rounded up to 2048 carries into the exponent.
  return sign | (((exponent + 14) << 10) + significand);
}

/** Adding 2^52 leaves no bits for a fraction: the hardware rounds, ties to even. */
export const toEven = (value: number): number => value + 2 ** 52 - 2 ** 52;

/** binary32, by way of a number of each kind in the same memory. */
class Binary32 implements FloatFormat {
  readonly unit = 4;
  readonly fractionWidth = 23;
  readonly nan = 0x7fc00000n;
  readonly hasInfinity = true;
  readonly round = Math.fround;
  readonly #number = new Float32Array(1);
  readonly #bits = new Uint32Array(this.#number.buffer);

  read(storage: Storage, index: number): number {
    this.#bits[0] = (storage as Uint32Array)[index]!;
    return this.#number[0]!;
  }

  write(storage: Storage, index: number, value: number): void {
    this.#number[0] = value;
    storage[index] = Number.isNaN(value) ? 0x7fc00000 : this.#bits[0]!;
  }

  format(value: number): string {
    return shortest(value, 9, 1e6, Math.fround);
  }
}

/** binary64: JavaScript's own. */
class Binary64 implements FloatFormat {
  readonly unit = 8;
  readonly fractionWidth = 52;
  readonly nan = 0x7ff8000000000000n;
  readonly hasInfinity = true;
  readonly round = (value: number): number => value;
  readonly #number = new Float64Array(1);
  readonly #bits = new BigUint64Array(this.#number.buffer);

  read(storage: Storage, index: number): number {
    this.#bits[0] = (storage as BigUint64Array)[index]!;
    return this.#number[0]!;
  }

  write(storage: Storage, index: number, value: number): void {
    this.#number[0] = value;
    storage[index] = Number.isNaN(value) ? 0x7ff8000000000000n : this.#bits[0]!;
  }

  format(value: number): string {
    return special(value) ?? layOutFloat(value, value.toExponential(), 1e16);
  }
}

export const BINARY32: FloatFormat = Object.freeze(new Binary32());
export const BINARY64: FloatFormat = Object.freeze(new Binary64());

/** The fewest of up to `mostDigits` digits that `round` to `value`; with an exponent from `limit` on. */
function shortest(value: number, mostDigits: number, limit: number, round: (value: number) => number): string {
  const text = special(value);
  if (text !== undefined) return text;
  const size = Math.abs(value);
  let exponential = '';
  for (let digits = 1; digits <= mostDigits; digits++) {
    exponential = toDigits(size, digits);
    if (round(Number(exponential)) === size) break;
    // Above a power of two the neighbours are further away than below: the next decimal up may be near enough.
    exponential = increment(exponential);
    if (round(Number(exponential)) === size) break;
  }
  return layOutFloat(value, exponential, limit);
}

/** The next decimal of as many digits. */
function increment(exponential: string): string {
  const [mantissa = '', exponent = ''] = exponential.split('e');
  const digits = mantissa.replace('.', '');
  const next = String(Number(digits) + 1);
  return `${next[0]}.${next.slice(1)}e${Number(exponent) + next.length - digits.length}`;
}

/** `value` in exponential notation with so many digits, ties to even; `toExponential` rounds them up. */
export function toDigits(value: number, digits: number): string {
  const longer = value.toExponential(digits);
  const isTie = /5e/.test(longer) && Number(longer) === value;
  if (!isTie) return value.toExponential(digits - 1);
  const down = longer.replace(/\.?5e/, 'e');
  return /[02468]e/.test(down) ? down : value.toExponential(digits - 1);
}

/** The text of what has no digits. */
export function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'nan';
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? 'inf' : '-inf';
}

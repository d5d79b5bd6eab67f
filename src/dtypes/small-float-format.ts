/**
 * The floating-point formats of machine learning: bfloat16, and those of a byte or less, in as many bits of a byte.
 *
 * Their names say how many bits the exponent and the fraction have, and which of IEEE 754's special values are there:
 * `fn` has no infinities and one NaN per sign (or, of 6 and 4 bits, none), `fnuz` has neither infinities nor -0, whose
 * bits are the NaN; `e8m0fnu` has no sign and no zero, and is nothing but an exponent. A table of all numbers turns bits
 * into numbers. Casts that are not exact end as they do in ml_dtypes, save that numbers are rounded once.
 */
import { layOutFloat } from '../json/format.js';
import { type FloatFormat, special, toDigits, toEven } from './float-format.js';
import type { LooseBytes } from './loose-bytes.js';
import type { PackedStorage, Storage } from './storage.js';

/** What a format has beside finite numbers. */
type Specials = 'ieee' | 'fn' | 'fnuz' | 'none';

interface Layout {
  readonly exponentWidth: number;
  readonly fractionWidth: number;
  readonly bias: number;
  readonly specials: Specials;
}

/** What the formats have in common: everything but their bits. */
abstract class SmallFloatFormat implements FloatFormat {
  abstract readonly unit: 1 | 2;
  abstract readonly fractionWidth: number;
  abstract readonly nan: bigint | undefined;
  abstract readonly hasInfinity: boolean;
  /** How many bits there are: of a byte, those above are ignored. */
  abstract readonly width: number;
  #table: Float32Array | undefined;
  readonly #number = new Float64Array(1);
  readonly #words = new Uint32Array(this.#number.buffer);

  /** The bits nearest to `value`. */
  abstract encode(value: number): number;
  protected abstract decode(bits: number): number;

  /** The numbers of all bits: float32 holds each of them. */
  get table(): Float32Array {
    this.#table ??= Float32Array.from({ length: 2 ** this.width }, (_, bits) => this.decode(bits));
    return this.#table;
  }

  read(storage: Storage, index: number): number {
    const bits = (storage as PackedStorage)[index] as number; // Units of one or two bytes.
    return this.table[this.width < 8 ? bits & (2 ** this.width - 1) : bits]!;
  }

  write(storage: Storage, index: number, value: number): void {
    storage[index] = this.encode(value);
  }

  abstract readonly round: (value: number) => number;

  /** The exponent of the power of two at or below `size`; for 0 and what is next to it one below those of all formats. */
  protected exponentOf(size: number): number {
    this.#number[0] = size;
    return (this.#words[1]! >>> 20) - 1023;
  }

  /** As ml_dtypes prints it: at most six digits, and no point where none is needed. */
  format(value: number): string {
    const text = special(value);
    if (text !== undefined) return text;
    if (value === 0) return Object.is(value, -0) ? '-0' : '0';
    const [mantissa = '', exponent = ''] = toDigits(Math.abs(value), 6).split('e');
    return layOutFloat(value, `${mantissa.replace(/\.?0+$/, '')}e${exponent}`, 1e6).replace(/\.0$/, '');
  }

  /** The bits of each byte that count, where some do not. */
  get looseBytes(): readonly LooseBytes[] {
    if (this.width >= 8) return [];
    const table = Uint8Array.from({ length: 256 }, (_, byte) => byte & (2 ** this.width - 1));
    return Object.freeze([Object.freeze({ offset: 0, count: 1, table })]);
  }
}

/** A format with sign, exponent and fraction. */
class SignedFormat extends SmallFloatFormat {
  readonly unit: 1 | 2;
  readonly width: number;
  readonly fractionWidth: number;
  readonly nan: bigint | undefined;
  readonly hasInfinity: boolean;
  readonly #specials: Specials;
  readonly #bias: number;
  readonly #sign: number;
  /** The bits of the greatest number. */
  readonly #greatest: number;
  /** Bits above those of numbers. */
  readonly #infinity: number;

  constructor({ exponentWidth, fractionWidth, bias, specials }: Layout) {
    super();
    this.width = 1 + exponentWidth + fractionWidth;
    this.unit = this.width > 8 ? 2 : 1;
    this.fractionWidth = fractionWidth;
    this.hasInfinity = specials === 'ieee';
    this.#specials = specials;
    this.#bias = bias;
    this.#sign = 2 ** (this.width - 1);
    this.#infinity = this.#sign - 2 ** fractionWidth;
    const last = this.#sign - 1;
    this.#greatest = specials === 'ieee' ? this.#infinity - 1 : specials === 'fn' ? last - 1 : last;
    const nans = { ieee: this.#infinity + 2 ** (fractionWidth - 1), fn: last, fnuz: this.#sign, none: undefined };
    const nan = nans[specials];
    this.nan = nan === undefined ? undefined : BigInt(nan);
  }

  protected decode(bits: number): number {
    const isNegative = bits >= this.#sign;
    const size = isNegative ? bits - this.#sign : bits;
    if (this.#specials === 'fnuz' && bits === this.#sign) return Number.NaN;
    if (size > this.#greatest) {
      if (!this.hasInfinity || size !== this.#infinity) return Number.NaN;
      return isNegative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    }
    return isNegative ? -this.#numberOf(size) : this.#numberOf(size);
  }

  #numberOf(size: number): number {
    const one = 2 ** this.fractionWidth;
    const exponent = Math.floor(size / one);
    const fraction = size % one;
    const isSubnormal = exponent === 0;
    return (isSubnormal ? fraction : one + fraction) * 2 ** ((isSubnormal ? 1 : exponent) - this.#bias) * (1 / one);
  }

  encode(value: number): number {
    if (Number.isNaN(value)) return Number(this.nan ?? this.#sign); // Without NaN, ml_dtypes makes it -0.
    const sign = value < 0 || Object.is(value, -0) ? this.#sign : 0;
    const size = this.#nearest(Math.abs(value));
    if (size > this.#greatest) return this.#overflow(sign);
    return size === 0 && this.#specials === 'fnuz' ? 0 : sign + size;
  }

  #overflow(sign: number): number {
    switch (this.#specials) {
      case 'ieee':
        return sign + this.#infinity;
      case 'fn':
        return sign + this.#sign - 1;
      case 'fnuz':
        return this.#sign;
      case 'none':
        return sign + this.#greatest;
      default:
        return this.#specials satisfies never;
    }
  }

  /** The bits without sign of the number nearest to `size`; above those of the greatest where it is beyond them. */
  #nearest(size: number): number {
    if (size === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
    const least = 1 - this.#bias; // The exponent of the smallest normal number is that of the subnormals.
    const exponent = Math.max(least, this.exponentOf(size));
    const significand = toEven(size * 2 ** (this.fractionWidth - exponent));
    // A significand without its leading one is a subnormal; one that rounded up carries into the exponent.
    return (exponent - least) * 2 ** this.fractionWidth + significand;
  }

  readonly round = (value: number): number => {
    const isBeyond = this.#nearest(Math.abs(value)) > this.#greatest;
    if (isBeyond) return value > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    return this.table[this.encode(value)]!;
  };
}

/** `float8_e8m0fnu`: a power of two, by its exponent alone. */
class ExponentFormat extends SmallFloatFormat {
  readonly unit = 1;
  readonly width = 8;
  readonly fractionWidth = 0;
  readonly nan = 0xffn;
  readonly hasInfinity = false;

  protected decode(bits: number): number {
    return bits === 0xff ? Number.NaN : 2 ** (bits - 127);
  }

  /** Ties go up, to where the significand of the lower power of two is even. */
  encode(value: number): number {
    const exponent = this.#exponentOf(value);
    if (Number.isNaN(exponent) || exponent > 127) return 0xff;
    return Math.max(-127, exponent) + 127;
  }

  /** The exponent nearest to `value`, NaN where there is none. ml_dtypes counts what float32 cannot tell from 0 as 0. */
  #exponentOf(value: number): number {
    if (!(Math.fround(value) > 0) || value === Number.POSITIVE_INFINITY) return Number.NaN;
    const exponent = this.exponentOf(value);
    return value >= 1.5 * 2 ** exponent ? exponent + 1 : exponent;
  }

  /** NaN for what is no power of two: 0, negative numbers, and those nearer to 0 than to the least of the format. */
  readonly round = (value: number): number => {
    const exponent = this.#exponentOf(value);
    if (exponent > 127) return Number.POSITIVE_INFINITY;
    return value < 2 ** -128 ? Number.NaN : 2 ** Math.max(-127, exponent);
  };
}

const signed = (exponentWidth: number, fractionWidth: number, bias: number, specials: Specials): SmallFormat =>
  Object.freeze(new SignedFormat({ exponentWidth, fractionWidth, bias, specials }));

/** A small format, with what conversions of many numbers need. */
export type SmallFormat = FloatFormat & {
  readonly unit: 1 | 2;
  readonly width: number;
  readonly table: Float32Array;
  readonly looseBytes: readonly LooseBytes[];
  encode(value: number): number;
};

export const BFLOAT16: SmallFormat = signed(8, 7, 127, 'ieee');
export const FLOAT8_E3M4: SmallFormat = signed(3, 4, 3, 'ieee');
export const FLOAT8_E4M3: SmallFormat = signed(4, 3, 7, 'ieee');
export const FLOAT8_E4M3FN: SmallFormat = signed(4, 3, 7, 'fn');
export const FLOAT8_E4M3FNUZ: SmallFormat = signed(4, 3, 8, 'fnuz');
export const FLOAT8_E4M3B11FNUZ: SmallFormat = signed(4, 3, 11, 'fnuz');
export const FLOAT8_E5M2: SmallFormat = signed(5, 2, 15, 'ieee');
export const FLOAT8_E5M2FNUZ: SmallFormat = signed(5, 2, 16, 'fnuz');
export const FLOAT8_E8M0FNU: SmallFormat = Object.freeze(new ExponentFormat());
export const FLOAT6_E2M3FN: SmallFormat = signed(2, 3, 1, 'none');
export const FLOAT6_E3M2FN: SmallFormat = signed(3, 2, 3, 'none');
export const FLOAT4_E2M1FN: SmallFormat = signed(2, 1, 1, 'none');

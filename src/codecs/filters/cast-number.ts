/**
 * Numbers from one real type to another, each rule exact: how `cast_value` treats what the other type has not.
 *
 * A number is rounded as if the other type had no bounds, and then has to lie within them. Sources come as the numbers
 * that they are, or as bigints where they have 64 bits, so that nothing is lost on the way.
 */
import type { DType } from '../../dtypes/dtype.js';
import type { PackedStorage } from '../../dtypes/storage.js';
import { CodecError } from '../../errors.js';
import { integerRange, type Range } from './integer-range.js';
import { roundToEven } from './numbers.js';

/** Which of its neighbours a number becomes that the other type has not. */
export type Rounding = 'nearest-even' | 'towards-zero' | 'towards-positive' | 'towards-negative' | 'nearest-away';

/** What becomes of numbers beyond the bounds; where it is not said, they are errors. */
export type OutOfRange = 'clamp' | 'wrap';

export interface CastRules {
  readonly rounding: Rounding;
  readonly outOfRange: OutOfRange | undefined;
}

type Real = number | bigint;
/** Casts one number; throws `CodecError` for what the rules have no answer to. */
export type CastNumber = (value: Real) => Real;

/** How numbers are cast to `dtype`: to bigints where that has 64 bits. */
export function castTo(dtype: DType, rules: CastRules): CastNumber {
  const range = integerRange(dtype);
  return range === undefined ? castToFloat(dtype, rules) : castToInteger(dtype, range, rules);
}

const failure = (value: Real, { name }: DType, why: string): CodecError =>
  new CodecError(`${value} cannot be cast to "${name}": ${why}`);

// Integers.

const INTEGER_ROUNDING: Readonly<Record<Rounding, (value: number) => number>> = Object.freeze({
  'nearest-even': roundToEven,
  'nearest-away': roundAway,
  'towards-zero': Math.trunc,
  'towards-positive': Math.ceil,
  'towards-negative': Math.floor,
});

/** The nearest integer, ties away from zero. */
function roundAway(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

function castToInteger(dtype: DType, range: Range, { rounding, outOfRange }: CastRules): CastNumber {
  const { least, greatest, bits, isSigned } = range;
  const isBig = bits === 64;
  const round = INTEGER_ROUNDING[rounding];
  // Both are powers of two, or 0, which doubles hold.
  const [lowest, beyond] = [Number(least), Number(greatest + 1n)];
  const result = (integer: bigint): Real => (isBig ? integer : Number(integer));
  const outside = (value: Real, integer: bigint): Real => {
    if (outOfRange === undefined) throw failure(value, dtype, `expected ${least} to ${greatest}`);
    if (outOfRange === 'clamp') return result(integer < least ? least : greatest);
    return result(isSigned ? BigInt.asIntN(bits, integer) : BigInt.asUintN(bits, integer));
  };
  return (value) => {
    if (typeof value === 'bigint') {
      return value >= least && value <= greatest ? result(value) : outside(value, value);
    }
    const integer = round(value);
    if (integer >= lowest && integer < beyond) return isBig ? BigInt(integer) : integer + 0; // -0 is 0.
    if (!Number.isFinite(value)) throw failure(value, dtype, 'it is no integer, and no scalar_map says what it is');
    return outside(value, BigInt(integer));
  };
}

// Floats.

function castToFloat(dtype: DType, rules: CastRules): CastNumber {
  const format = new FloatSteps(dtype);
  const { rounding, outOfRange } = rules;
  const outside = (value: Real): number => {
    if (outOfRange !== 'clamp') {
      throw failure(value, dtype, `expected ${-format.greatest} to ${format.greatest}`);
    }
    const bound = format.hasInfinity ? Number.POSITIVE_INFINITY : format.greatest;
    return value < 0 ? -bound : bound;
  };
  const castNumber = (value: number): number => {
    if (Number.isNaN(value) || !Number.isFinite(value)) return special(value, format, outside);
    if (Math.abs(value) > format.greatest) {
      return format.isRoundedIn(Math.abs(value), inwards(rounding, value)) ? bounded(value, format) : outside(value);
    }
    const nearest = format.nearest(value);
    if (nearest === value) return nearest;
    const rounded = format.directed(nearest, value, rounding);
    return Math.abs(rounded) > format.greatest ? outside(value) : rounded;
  };
  return (value) => {
    if (typeof value === 'number') return castNumber(value);
    const double = Number(value);
    if (BigInt(double) === value) return castNumber(double);
    return dtype.itemSize === 8 ? doubleOf(value, double, rounding) : castNumber(toOdd(value, double));
  };
}

const bounded = (value: number, { greatest }: FloatSteps): number => (value < 0 ? -greatest : greatest);

/** NaN and the infinities, which types have or have not. */
function special(value: number, format: FloatSteps, outside: (value: number) => number): number {
  if (!Number.isNaN(value)) return format.hasInfinity ? value : outside(value);
  if (format.hasNaN) return value;
  throw failure(value, format.dtype, 'it has no NaN, and no scalar_map says what it is');
}

/** Towards zero, or to nearest, as the rules round a number of the sign of `value`; otherwise away from zero. */
function inwards(rounding: Rounding, value: number): 'inwards' | 'outwards' | 'even' | 'away' {
  switch (rounding) {
    case 'nearest-even':
      return 'even';
    case 'nearest-away':
      return 'away';
    case 'towards-zero':
      return 'inwards';
    case 'towards-positive':
      return value < 0 ? 'inwards' : 'outwards';
    case 'towards-negative':
      return value < 0 ? 'outwards' : 'inwards';
    default:
      return rounding satisfies never;
  }
}

/** The numbers of a type of floats, from one to the next. Of all of them, the bits count up from 0, below the sign. */
class FloatSteps {
  readonly dtype: DType;
  readonly hasInfinity: boolean;
  readonly hasNaN: boolean;
  /** The greatest finite number. */
  readonly greatest: number;
  /** What would come after it. */
  readonly #beyond: number;
  readonly #isGreatestEven: boolean;
  readonly #sign: bigint;
  readonly #one: PackedStorage;

  constructor(dtype: DType) {
    this.dtype = dtype;
    this.#one = dtype.allocate(1) as PackedStorage; // Numbers are never in lists.
    const [, digits] = /^float(\d)_/.exec(dtype.name) ?? [];
    this.#sign = 1n << BigInt((digits === undefined ? 8 * (dtype.itemSize ?? 8) : Number(digits)) - 1);
    this.hasInfinity = this.nearest(Number.POSITIVE_INFINITY) === Number.POSITIVE_INFINITY;
    this.hasNaN = Number.isNaN(this.nearest(Number.NaN));
    const bits = this.#greatestBits();
    this.greatest = this.#at(bits);
    this.#isGreatestEven = bits % 2n === 0n;
    this.#beyond = 2 * this.greatest - this.#at(bits - 1n);
  }

  #greatestBits(): bigint {
    if (this.hasInfinity) {
      this.dtype.set(this.#one, 0, Number.POSITIVE_INFINITY, 'unsafe');
      return BigInt(this.#one[0]!) - 1n;
    }
    // Types without infinities have few numbers; what is not finite comes last.
    let bits = this.dtype.name.endsWith('e8m0fnu') ? 2n * this.#sign - 1n : this.#sign - 1n;
    while (!Number.isFinite(this.#at(bits))) bits--;
    return bits;
  }

  #at(bits: bigint): number {
    this.#one[0] = this.#one instanceof BigUint64Array ? bits : Number(bits);
    return this.dtype.get(this.#one, 0) as number; // As the type is one of floats.
  }

  /** The nearest number, ties to even. */
  nearest(value: number): number {
    if (this.dtype.name === 'float32') return Math.fround(value);
    if (this.dtype.name === 'float64') return value;
    this.dtype.set(this.#one, 0, value, 'unsafe');
    return this.dtype.get(this.#one, 0) as number; // As in `#at`.
  }

  /** Whether `size`, which is more than the greatest number, is rounded to that one. */
  isRoundedIn(size: number, direction: 'inwards' | 'outwards' | 'even' | 'away'): boolean {
    if (direction === 'outwards' || size >= this.#beyond) return false;
    if (direction === 'inwards') return true;
    const [below, above] = [size - this.greatest, this.#beyond - size];
    return below === above ? direction === 'even' && this.#isGreatestEven : below < above;
  }

  /** The number that `value` is rounded to; `nearest` is the one nearest to it, which it is not. */
  directed(nearest: number, value: number, rounding: Rounding): number {
    if (rounding === 'nearest-even') return nearest;
    const other = this.#next(nearest, value > nearest);
    const [lower, upper] = value > nearest ? [nearest, other] : [other, nearest];
    switch (rounding) {
      case 'towards-positive':
        return upper;
      case 'towards-negative':
        return lower;
      case 'towards-zero':
        return value < 0 ? upper : lower;
      default:
        // Beside a double, `other` may be infinite; there is no tie there.
        return Math.abs(value - nearest) === Math.abs(other - value) ? (value < 0 ? lower : upper) : nearest;
    }
  }

  /** The number above or below `value`. */
  #next(value: number, isUp: boolean): number {
    this.dtype.set(this.#one, 0, value, 'unsafe');
    const bits = BigInt(this.#one[0]!);
    const size = bits & (this.#sign - 1n);
    const isNegative = (bits & this.#sign) !== 0n;
    if (size === 0n) return this.#at(isUp ? 1n : this.#sign | 1n);
    return this.#at(isNegative === isUp ? bits - 1n : bits + 1n);
  }
}

// Integers of 64 bits that doubles do not hold.

/** `value` as a double; `nearest` is the one nearest to it, which it is not. */
function doubleOf(value: bigint, nearest: number, rounding: Rounding): number {
  if (rounding === 'nearest-even') return nearest;
  const isAbove = value > BigInt(nearest);
  const other = doubleBeside(nearest, isAbove);
  const [lower, upper] = isAbove ? [nearest, other] : [other, nearest];
  switch (rounding) {
    case 'towards-positive':
      return upper;
    case 'towards-negative':
      return lower;
    case 'towards-zero':
      return value < 0n ? upper : lower;
    default:
      if (value - BigInt(lower) !== BigInt(upper) - value) return nearest;
      return value < 0n ? lower : upper;
  }
}

/**
 * The double whose last bit is set and which lies with `value` between the same two that have it not: to types of fewer
 * bits it is rounded as `value` is, by any rule.
 */
function toOdd(value: bigint, nearest: number): number {
  const other = doubleBeside(nearest, value > BigInt(nearest));
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, nearest);
  return view.getUint8(7) % 2 === 1 ? nearest : other;
}

function doubleBeside(value: number, isUp: boolean): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 === isUp ? 1n : -1n));
  return view.getFloat64(0);
}

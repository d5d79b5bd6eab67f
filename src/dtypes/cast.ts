/**
 * What a written value is, before a data type decides whether it can hold it.
 */
import { CastError } from '../errors.js';
import type { Casting, DType } from './dtype.js';
import type { FloatFormat } from './float-format.js';
import type { Complex } from './types.js';

/**
 * The real number that `value` is: booleans count as 0 and 1, complex numbers if nothing is lost (or, unsafe, their
 * real part as in NumPy). Strings are never numbers.
 */
export function realValue(value: unknown, dtype: DType, casting: Casting): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (isComplex(value) && (casting === 'unsafe' || value.im === 0)) return value.re;
  throw castError(value, dtype, 'a number');
}

export function isComplex(value: unknown): value is Complex {
  if (typeof value !== 'object' || value === null) return false;
  return 're' in value && 'im' in value && typeof value.re === 'number' && typeof value.im === 'number';
}

/** `value` as a float of `format`: the nearest that there is, or, unsafe, a number that is yet to be rounded. */
export function floatValue(value: number | bigint, dtype: DType, casting: Casting, format: FloatFormat): number {
  if (casting === 'unsafe') return Number(value);
  const rounded = format.round(Number(value));
  if (typeof value === 'bigint') {
    if (Number.isFinite(rounded) && BigInt(rounded) === value) return rounded;
    throw castError(value, dtype, 'an integer that a float holds exactly');
  }
  if (Number.isNaN(value) && format.nan === undefined) throw castError(value, dtype, 'a number; the type has no NaN');
  if (!Number.isNaN(value) && !Number.isFinite(rounded) && (Number.isFinite(value) || !format.hasInfinity)) {
    throw castError(value, dtype, 'a number within its range');
  }
  return rounded;
}

/** The error for a `value` that `dtype` cannot hold. */
export function castError(value: unknown, dtype: DType, expected: string): CastError {
  return new CastError(`cannot store ${describe(value)} as ${dtype.name}: expected ${expected}`);
}

function describe(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      // Elements of smaller integers come as bigints too, to be told from floats.
      return Number.isSafeInteger(Number(value)) ? String(value) : `${value}n`;
    case 'string':
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case 'object':
      if (value === null) return 'null';
      if (isComplex(value)) return `{ re: ${value.re}, im: ${value.im} }`;
      if (value instanceof Promise) return 'a Promise, which has to be awaited first,';
      return Array.isArray(value) ? 'a list' : 'an object';
    case 'undefined':
    case 'boolean':
      return String(value);
    default:
      return `a ${typeof value}`;
  }
}

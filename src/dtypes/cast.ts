/**
 * What a written value is, before a data type decides whether it can hold it.
 */
import { CastError } from '../errors.js';
import type { Casting, DType } from './dtype.js';
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

/** `value`, stored as a float: what rounding `round` makes of it. */
export function floatValue(
  value: number | bigint,
  dtype: DType,
  casting: Casting,
  round: (value: number) => number,
): number {
  const rounded = round(Number(value));
  if (casting === 'unsafe') return rounded;
  if (typeof value === 'bigint') {
    if (Number.isFinite(rounded) && BigInt(rounded) === value) return rounded;
    throw castError(value, dtype, 'an integer that a float holds exactly');
  }
  if (Number.isFinite(value) && !Number.isFinite(rounded)) throw castError(value, dtype, 'a number within its range');
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

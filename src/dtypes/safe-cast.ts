/** Which casts lose nothing, as NumPy's `can_cast` says. */
import { CastError } from '../errors.js';
import { isComplex } from './cast.js';
import type { DType } from './dtype.js';
import { SmallComplex } from './small-complex.js';
import { SmallFloat } from './small-floats.js';
import { SmallInteger } from './small-integers.js';
import { TimeType } from './time.js';

/** Whether every value of `from` is a value of `to`; 64-bit integers count as safe in float64, as in NumPy. */
export function castsSafely(from: DType, to: DType): boolean {
  if (from.name === to.name) return from.isSameInMemory(to) || isWider(to, from);
  if (from.kind === 'bool') return isNumeric(to);
  if (from.itemSize === undefined || to.itemSize === undefined) return false;
  if (from instanceof SmallFloat || from instanceof SmallInteger) return isNumeric(to) && keepsAll(from, to);
  // Of the pairs, only a few have more than these.
  if (isSmall(from) || isSmall(to)) return false;
  switch (`${from.kind}>${to.kind}`) {
    case 'int>int':
    case 'uint>uint':
    case 'float>float':
    case 'complex>complex':
      return to.itemSize >= from.itemSize;
    case 'uint>int':
      return to.itemSize > from.itemSize;
    case 'int>float':
    case 'uint>float':
      return to.itemSize >= Math.min(8, 2 * from.itemSize);
    case 'int>complex':
    case 'uint>complex':
      return to.itemSize / 2 >= Math.min(8, 2 * from.itemSize);
    case 'float>complex':
      return to.itemSize / 2 >= from.itemSize;
    default:
      return false;
  }
}

/** Whether of two different types of one name the first has room for the strings of the other, or counts its times. */
function isWider(to: DType, from: DType): boolean {
  if (from instanceof TimeType && to instanceof TimeType) return to.countsStepsOf(from);
  const isText = from.kind === 'string' || from.kind === 'bytes';
  return isText && from.itemSize !== undefined && to.itemSize !== undefined && from.itemSize <= to.itemSize;
}

const isNumeric = ({ kind }: DType): boolean => ['int', 'uint', 'float', 'complex'].includes(kind);

const isSmall = (dtype: DType): boolean =>
  dtype instanceof SmallFloat || dtype instanceof SmallInteger || dtype instanceof SmallComplex;

/** Whether `to` has every number of a type that has few. */
function keepsAll(from: SmallFloat | SmallInteger, to: DType): boolean {
  const numbers = from instanceof SmallFloat ? from.coding.table : from.table;
  const storage = to.allocate(1);
  const isInteger = from.kind !== 'float';
  return numbers.every((number) => {
    try {
      to.set(storage, 0, isInteger ? BigInt(number) : number, 'exact');
    } catch (error) {
      if (error instanceof CastError) return false;
      throw error;
    }
    const kept: unknown = to.get(storage, 0);
    const real = isComplex(kept) ? kept.re : kept;
    return Object.is(Number(real), number);
  });
}

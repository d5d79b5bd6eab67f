/** Which casts lose nothing, as NumPy's `can_cast` says. */
import type { DType } from './dtype.js';
import { TimeType } from './time.js';

/** Whether every value of `from` is a value of `to`; 64-bit integers count as safe in float64, as in NumPy. */
export function castsSafely(from: DType, to: DType): boolean {
  if (from.name === to.name) return from.isSameInMemory(to) || isWider(to, from);
  if (from.kind === 'bool') return isNumeric(to);
  if (from.itemSize === undefined || to.itemSize === undefined) return false;
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

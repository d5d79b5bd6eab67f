/** Which casts lose nothing, as NumPy's `can_cast` says. */
import type { DType } from './dtype.js';

/** Whether every value of `from` is a value of `to`; 64-bit integers count as safe in float64, as in NumPy. */
export function castsSafely(from: DType, to: DType): boolean {
  if (from.name === to.name) return true;
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

const isNumeric = ({ kind }: DType): boolean => ['int', 'uint', 'float', 'complex'].includes(kind);

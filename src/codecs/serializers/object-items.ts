/**
 * How numcodecs lays out a chunk of values for a format that has lists: the elements in lists in lists, at least one deep;
 * then the type of the elements as NumPy writes it, and the shape. Its older forms lack the shape.
 */
import type { DType } from '../../dtypes/dtype.js';
import { parseNumpyType } from '../../dtypes/numpy-type.js';
import { CastError, CodecError, MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import type { ChunkSpec } from '../codec.js';
import { flatStorage } from '../filters/numbers.js';

/** Types whose elements are values that such formats have. */
const KINDS: readonly string[] = Object.freeze(['object', 'string', 'bool', 'int', 'uint', 'float']);

/** Throws for elements that are no values of `codec`'s format; `kinds` are others than those that all have. */
export function checkValues({ dtype }: ChunkSpec, codec: string, kinds: readonly string[] = []): void {
  if (KINDS.includes(dtype.kind) || kinds.includes(dtype.kind)) return;
  throw new MetadataValidationError(`"${dtype.name}" has elements that are no values of its format`, { codec });
}

/** The list of a chunk. */
export function itemsOf(chunk: NdArray, hasShape: boolean): readonly unknown[] {
  const { dtype, shape } = chunk;
  const storage = flatStorage(chunk);
  let at = 0;
  const nested = (axis: number): unknown =>
    axis === shape.length ? dtype.get(storage, at++) : Array.from({ length: shape[axis]! }, () => nested(axis + 1));
  const items = shape.length === 0 ? [nested(0)] : (nested(0) as unknown[]); // Lists, with an axis.
  return [...items, numpyTextOf(dtype), ...(hasShape ? [shape] : [])];
}

const numpyTextOf = (dtype: DType): string => (dtype.kind === 'object' ? '|O' : String(dtype.toMetadata(2)));

/** Letters of a text that is no type that a message shows. */
const MOST_SHOWN = 40;

/** Whether two of NumPy's type strings mean the same values: the byte order plays no part, and texts are objects too. */
function isSameType(text: string, ownText: string): boolean {
  const [type, own] = [parseNumpyType(text), parseNumpyType(ownText)];
  if (type === undefined || own === undefined) return false;
  return own.kind === 'O' ? type.kind === 'O' || type.kind === 'U' : type.code === own.code;
}

/** The chunk of `spec` that a list stands for. */
export function chunkOfItems(list: unknown, { dtype, shape }: ChunkSpec, hasShape: boolean, codec: string): NdArray {
  const failed = (text: string): CodecError => new CodecError(`${codec}: ${text}`, { codec });
  if (!Array.isArray(list) || list.length < (hasShape ? 2 : 1))
    throw failed('expected a list of elements and their type');
  const items: readonly unknown[] = list.slice(0, hasShape ? -2 : -1);
  const [type, found] = [list.at(hasShape ? -2 : -1), list.at(-1)] as readonly unknown[];
  if (typeof type !== 'string') throw failed('expected the type of the elements after them');
  const own = numpyTextOf(dtype);
  if (type !== own && !isSameType(type, own)) {
    throw failed(`expected elements of the type "${own}", got "${type.slice(0, MOST_SHOWN)}"`);
  }
  if (hasShape && !(Array.isArray(found) && found.length === shape.length && found.every((n, i) => n === shape[i]))) {
    throw failed(`expected elements of shape (${shape.join(', ')}), got (${String(found)})`);
  }
  const values: unknown[] = [];
  const visit = (item: unknown, axis: number): void => {
    if (axis === shape.length) {
      values.push(item);
      return;
    }
    if (!Array.isArray(item) || item.length !== shape[axis]) {
      throw failed(`expected a list of ${shape[axis]} along axis ${axis}`);
    }
    for (const inner of item) visit(inner, axis + 1);
  };
  if (shape.length === 0 && items.length !== 1) throw failed(`expected one element, got ${items.length}`);
  visit(shape.length === 0 ? items[0] : items, 0);
  const storage = dtype.allocate(sizeOf(shape));
  try {
    values.forEach((value, index) => {
      dtype.set(storage, index, value, 'exact');
    });
  } catch (error) {
    if (!(error instanceof CastError)) throw error;
    throw new CodecError(`${codec}: ${error.message}`, { codec, cause: error });
  }
  return new NdArray(dtype, storage, shape);
}

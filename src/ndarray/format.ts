/**
 * Arrays as text, as NumPy's `str` has them: nested brackets, aligned columns, lines of at most 75 characters, the
 * first and last three entries of each axis where there are more than 1000 elements.
 */
import type { DType } from '../dtypes/dtype.js';
import type { Storage } from '../dtypes/storage.js';
import { Struct, tupleText } from '../dtypes/struct.js';
import type { Complex } from '../dtypes/types.js';
import type { Typed } from './cast.js';
import { fieldOf, standalone } from './field.js';
import { type FloatWidth, formatFloats } from './format-float.js';
import { sizeOf } from './shape.js';
import type { Strided } from './strided.js';

const lineWidth = 75;
const threshold = 1000;
const edgeItems = 3;

/** The text of `array`. */
export function formatArray(array: Typed): string {
  const { shape, dtype, storage, offset } = array;
  const size = sizeOf(shape);
  if (shape.length === 0) return scalarText(dtype, storage, offset);
  if (size === 0) return '[]';
  const shown = shape.map((length) => shownOf(length, size > threshold));
  return layOut(shown, textsOf(dtype, array, shownPositions(array, shown)));
}

/** Without axes an array looks like its value: floats in full, strings without quotes. */
function scalarText(dtype: DType, storage: Storage, offset: number): string {
  const isFloat = dtype.kind === 'float' || dtype.kind === 'complex';
  return isFloat ? dtype.format(storage, offset) : dtype.pythonScalar(storage, offset);
}

/** The indices of an axis that are shown; `undefined` stands for what is left out. */
function shownOf(length: number, isSummary: boolean): readonly (number | undefined)[] {
  const indices = (start: number, count: number): number[] => Array.from({ length: count }, (_, i) => start + i);
  if (!isSummary || length <= 2 * edgeItems) return indices(0, length);
  return [...indices(0, edgeItems), undefined, ...indices(length - edgeItems, edgeItems)];
}

function shownPositions({ strides, offset }: Strided, shown: readonly (readonly (number | undefined)[])[]): number[] {
  let positions = [offset];
  shown.forEach((indices, axis) => {
    const steps = indices.filter((index) => index !== undefined).map((index) => index * strides[axis]!);
    positions = positions.flatMap((position) => steps.map((step) => position + step));
  });
  return positions;
}

/** The elements at `positions` as text, made of one width where NumPy does. */
function textsOf(dtype: DType, { storage }: Strided, positions: readonly number[]): string[] {
  const texts = (): string[] => positions.map((position) => dtype.format(storage, position));
  const precision = PRECISIONS.get(dtype.name);
  switch (dtype.kind) {
    case 'float':
      if (precision === undefined) return texts();
      return formatFloats(
        positions.map((position) => dtype.get(storage, position) as number), // The scalars of floats are numbers.
        precision,
      );
    case 'complex': {
      if (precision === undefined) return texts();
      const values = positions.map((position) => dtype.get(storage, position) as Complex); // Those of complex types.
      const real = formatFloats(
        values.map(({ re }) => re),
        precision,
      );
      const imaginary = formatFloats(
        values.map(({ im }) => im),
        precision,
        { isSigned: true },
      );
      return real.map((text, i) => text + imaginary[i]!.replace(/ *$/, 'j$&'));
    }
    case 'bool':
      return alignRight(texts(), 'False'.length);
    case 'int':
    case 'uint':
      return alignRight(texts());
    case 'datetime':
    case 'timedelta':
      return alignRight(texts());
    case 'struct':
      return structTexts(dtype, storage, positions);
    case 'string':
    case 'bytes':
    case 'array':
    case 'optional':
    case 'object':
    case 'unknown':
      return texts();
    default:
      return dtype.kind satisfies never;
  }
}

/** Structs as tuples, each field made of one width by itself. */
function structTexts(dtype: DType, storage: Storage, positions: readonly number[]): string[] {
  if (!(dtype instanceof Struct)) return positions.map((position) => dtype.format(storage, position));
  const structs = {
    dtype,
    storage,
    itemUnits: dtype.unitsPerItem,
    shape: [storage.length / dtype.unitsPerItem],
    strides: [1],
    offset: 0,
  };
  const columns = dtype.places.map(({ name }) => {
    const field = standalone(fieldOf(structs, name));
    const step = field.strides[0]!; // Structs in a row have one axis.
    const places = positions.map((position) => field.offset + position * step);
    return textsOf(field.dtype, field, places);
  });
  return positions.map((_, row) => tupleText(columns.map((column) => column[row]!)));
}

/** Of the types whose columns NumPy makes of one width; those of ml_dtypes are printed one by one. */
const PRECISIONS: ReadonlyMap<string, FloatWidth> = new Map([
  ['float16', 16],
  ['float32', 32],
  ['float64', 64],
  ['complex_float16', 16],
  ['complex64', 32],
  ['complex128', 64],
]);

function alignRight(texts: readonly string[], width = 0): string[] {
  const widest = texts.reduce((most, text) => Math.max(most, text.length), width);
  return texts.map((text) => text.padStart(widest));
}

/** Brackets around `texts`, which are the elements shown in C order. */
function layOut(shown: readonly (readonly (number | undefined)[])[], texts: readonly string[]): string {
  let next = 0;
  const rank = shown.length;
  const nest = (axis: number): string => {
    const indent = ' '.repeat(axis + 1);
    if (axis === rank - 1) {
      const words = shown[axis]!.map((index) => (index === undefined ? '...' : texts[next++]!));
      return `[${wrap(words, indent, lineWidth - axis - 1)}]`;
    }
    const rows = shown[axis]!.map((index) => (index === undefined ? '...' : nest(axis + 1)));
    return `[${rows.join('\n'.repeat(rank - axis - 1) + indent)}]`;
  };
  return nest(0);
}

/** `words` in lines of at most `width`, the indent of the first line (a bracket stands there) counted but left out. */
function wrap(words: readonly string[], indent: string, width: number): string {
  let text = '';
  let line = indent;
  for (const word of words) {
    if (line.length > indent.length && line.length + [...word].length > width) {
      text += `${line.trimEnd()}\n`;
      line = indent;
    }
    line += `${word} `;
  }
  return (text + line.slice(0, -1)).slice(indent.length);
}

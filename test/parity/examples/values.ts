/** Values that NumPy's functions make. */
import { type NdArray, ndarray } from '../../../src/index.js';

/** `np.arange(count)`, of int64 as NumPy makes it. */
export const arange = (count: number): BigInt64Array => BigInt64Array.from({ length: count }, (_, i) => BigInt(i));

/** `np.arange(count).reshape(shape)`. */
export function arangeOf(shape: readonly number[]): NdArray<'int64'> {
  const count = shape.reduce((product, length) => product * length, 1);
  return ndarray(arange(count)).reshape(shape);
}

/** A mask of `count` places, true at `places`. */
export const maskOf = (count: number, places: readonly number[]): boolean[] =>
  Array.from({ length: count }, (_, i) => places.includes(i));

/** A square mask, true at `points`. */
export const maskOfPoints = (side: number, points: readonly (readonly [number, number])[]): boolean[][] =>
  Array.from({ length: side }, (_, i) =>
    maskOf(
      side,
      points.filter(([row]) => row === i).map(([, column]) => column),
    ),
  );

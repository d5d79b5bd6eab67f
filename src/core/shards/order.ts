/**
 * In which order the cells of a shard are written: most often along the Morton curve, as zarr-python lays them. A reader
 * never relies on it.
 */
import type { SubchunkWriteOrder } from '../../codecs/serializers/sharding.js';
import { type Shape, sizeOf } from '../../ndarray/shape.js';

/** The numbers of all cells, in C order of the grid, in the order in which they are written. */
export function writeOrderOf(gridShape: Shape, order: SubchunkWriteOrder): Uint32Array {
  const numbers = Uint32Array.from({ length: sizeOf(gridShape) }, (_, number) => number);
  switch (order) {
    case 'morton':
      return sortedBy(numbers, mortonCodes(gridShape));
    case 'colexicographic':
      return sortedBy(numbers, reversedNumbers(gridShape));
    case 'lexicographic':
    case 'unordered':
      return numbers;
    default:
      return order satisfies never;
  }
}

const sortedBy = (numbers: Uint32Array, places: Float64Array): Uint32Array =>
  numbers.sort((a, b) => places[a]! - places[b]!);

/**
 * The place of each cell on the Morton curve: bits are dealt to the axes in turn, the first axis least significant, and
 * an axis gets only as many as its coordinates have. There are less than two bits for each that the count of cells has,
 * which is far below 2^26 where an index is allowed: so numbers hold them exactly.
 */
function mortonCodes(gridShape: Shape): Float64Array {
  const bits = gridShape.map((length) => (length > 1 ? Math.floor(Math.log2(length - 1)) + 1 : 0));
  const rounds = Math.max(0, ...bits);
  const values: number[][] = gridShape.map(() => []);
  let value = 1;
  for (let bit = 0; bit < rounds; bit++) {
    for (let axis = 0; axis < bits.length; axis++) {
      if (bit >= bits[axis]!) continue;
      values[axis]!.push(value);
      value *= 2;
    }
  }
  return sumsOver(gridShape, (axis, coord) => {
    let sum = 0;
    values[axis]!.forEach((worth, bit) => {
      if (Math.floor(coord / 2 ** bit) % 2 === 1) sum += worth;
    });
    return sum;
  });
}

/** The number of each cell in a grid whose axes are in reverse. */
function reversedNumbers(gridShape: Shape): Float64Array {
  const strides = new Array<number>(gridShape.length);
  let stride = 1;
  for (let axis = 0; axis < gridShape.length; axis++) {
    strides[axis] = stride;
    stride *= gridShape[axis]!;
  }
  return sumsOver(gridShape, (axis, coord) => coord * strides[axis]!);
}

/** For each cell, the sum of what its coordinate on each axis counts. */
function sumsOver(gridShape: Shape, worthOf: (axis: number, coord: number) => number): Float64Array {
  const sums = new Float64Array(sizeOf(gridShape));
  let repeat = sums.length;
  for (let axis = 0; axis < gridShape.length; axis++) {
    const length = gridShape[axis]!;
    repeat /= length;
    const worth = Float64Array.from({ length }, (_, coord) => worthOf(axis, coord));
    for (let at = 0; at < sums.length; at++) sums[at]! += worth[Math.floor(at / repeat) % length]!;
  }
  return sums;
}

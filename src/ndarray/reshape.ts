/**
 * Other shapes for the same elements.
 */
import { described } from '../described.js';
import { ArgumentError } from '../errors.js';
import { inspected } from '../options.js';
import { type Shape, shapeText, sizeOf, stridesOf } from './shape.js';
import type { Strided } from './strided.js';

/** `wanted` with its -1, if any, replaced by the length that makes it hold as many elements as `shape`. */
export function resolveShape(wanted: Shape, shape: Shape): number[] {
  if (!Array.isArray(wanted) && !ArrayBuffer.isView(wanted)) {
    throw new ArgumentError(`shape: expected an integer or a list of integers, got ${described(wanted)}`);
  }
  // A typed array has other types than lengths, and a list may have anything.
  wanted = inspected('shape', () => Array.from(wanted));
  for (const [axis, length] of wanted.entries()) {
    if (Number.isSafeInteger(length)) continue;
    throw new ArgumentError(`shape[${axis}]: expected an integer, got ${described(length)}`, { axis });
  }
  const fail = (): ArgumentError =>
    new ArgumentError(`cannot reshape an array of shape ${shapeText(shape)} into ${shapeText(wanted)}`);
  const open = wanted.indexOf(-1);
  const known = wanted.filter((_, axis) => axis !== open);
  if (!known.every((length) => Number.isSafeInteger(length) && length >= 0)) throw fail();
  const size = sizeOf(shape);
  const rest = sizeOf(known);
  if (open < 0) {
    if (rest !== size) throw fail();
    return known;
  }
  if (rest === 0 || size % rest !== 0) throw fail();
  return wanted.map((length) => (length === -1 ? size / rest : length));
}

/** The strides that give `array` the shape `wanted`, of as many elements, in place; undefined if there are none. */
export function reshapedStrides(array: Strided, wanted: Shape): number[] | undefined {
  if (wanted.includes(0)) return stridesOf(wanted);
  // Axes of length 1 have no say, so their strides do not matter.
  const axes = array.shape.flatMap((length, axis) => (length === 1 ? [] : [{ length, stride: array.strides[axis]! }]));
  const strides = new Array<number>(wanted.length);
  let next = 0;
  let axis = 0;
  while (axis < wanted.length) {
    // The fewest axes on either side that hold the same number of elements: within them, order must be kept.
    let end = axis + 1;
    const first = next;
    let source = 1;
    let target = wanted[axis]!;
    while (source !== target) {
      if (source < target) source *= axes[next++]!.length;
      else target *= wanted[end++]!;
    }
    for (let old = first + 1; old < next; old++) {
      if (axes[old - 1]!.stride !== axes[old]!.stride * axes[old]!.length) return undefined;
    }
    let stride = next > first ? axes[next - 1]!.stride : 1;
    for (let place = end - 1; place >= axis; place--) {
      strides[place] = stride;
      stride *= wanted[place]!;
    }
    axis = end;
  }
  return strides;
}

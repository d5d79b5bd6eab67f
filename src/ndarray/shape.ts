export type Shape = readonly number[];

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Strides, in elements, of an array in C order. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** As Python prints a tuple: `(3, 20)`, `(20,)`, `()`. */
export const shapeText = (shape: Shape): string => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`);

/** The indices of element `position` of an array in C order. */
export function indicesAt(shape: Shape, position: number): number[] {
  const indices = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    indices[axis] = position % shape[axis]!;
    position = Math.floor(position / shape[axis]!);
  }
  return indices;
}

// The shapes of the interop matrix: how an array is cut into chunks and shards, what is written of it, what is read.

/** Shape, chunk shape, how many chunks make a shard along each axis, and how many such shards an outer shard. */
export const layouts = {
  line: { shape: [37], chunks: [5], perShard: [4], perOuterShard: [2] },
  plane: { shape: [11, 13], chunks: [3, 4], perShard: [2, 2], perOuterShard: [2, 1] },
  cube: { shape: [5, 6, 7], chunks: [2, 3, 2], perShard: [1, 2, 3], perOuterShard: [2, 1, 1] },
  scalar: { shape: [], chunks: [], perShard: [], perOuterShard: [] },
  empty: { shape: [0, 6], chunks: [2, 4], perShard: [2, 1], perOuterShard: [1, 2] },
  oversized: { shape: [5, 3], chunks: [8, 8], perShard: [1, 2], perOuterShard: [2, 1] },
  exact: { shape: [8, 12], chunks: [4, 6], perShard: [2, 1], perOuterShard: [1, 2] },
};

/** The shape of a shard of a layout. */
export const shardShapeOf = ({ chunks, perShard }) => chunks.map((length, axis) => length * perShard[axis]);

/** What is written, by layout: selections, and either the formula's values or the fill value. */
export const writings = {
  full: () => data('...'),
  parts: ({ shape }) => {
    const firstHalf = box(shape, (length) => [0, Math.ceil(length / 2)]);
    const overlapping = box(shape, (length, axis) => [axis === 0 ? Math.ceil(length / 2) - 1 : 1, length]);
    return data(firstHalf, overlapping);
  },
  corner: ({ shape, chunks }) => {
    const lastChunk = (length, axis) => [Math.max(0, Math.floor((length - 1) / chunks[axis]) * chunks[axis]), length];
    return data(box(shape, lastChunk));
  },
  nothing: () => [],
  fill: () => [{ selection: '...', value: 'fill' }],
  erased: ({ shape, chunks }) => {
    const firstChunk = box(shape, (length, axis) => [0, Math.min(length, chunks[axis])]);
    return [...data('...'), { selection: firstChunk, value: 'fill' }];
  },
};

/** What is read: everything, and parts that cross chunks. */
export function selectionsOf(shape) {
  if (shape.length === 0) return ['...'];
  if (shape.includes(0)) return ['...', '0:0, ...'];
  const last = shape.length === 1 ? '-1:' : '-1, ..., 1:3';
  return ['...', '1::2, ...', last, shape.map((length) => `${length >> 2}:${length - 1}:3`).join(', ')];
}

function data(...selections) {
  return selections.map((selection) => ({ selection, value: 'data' }));
}

/** A box of elements as the text between NumPy's brackets. */
function box(shape, rangeOf) {
  if (shape.length === 0) return '...';
  return shape.map((length, axis) => rangeOf(length, axis).join(':')).join(', ');
}

/** One chunk of an array, whole. */
import { ArgumentError, BoundsCheckError } from '../errors.js';
import { wholeRegion } from '../indexing/selection.js';
import { fill } from '../ndarray/fill.js';
import { NdArray } from '../ndarray/ndarray.js';
import { sizeOf } from '../ndarray/shape.js';
import { viewOf } from '../ndarray/strided.js';
import type { Task } from '../task.js';
import { chainOf } from './info.js';
import type { ArrayNode, OperationOptions } from './node.js';
import { readRegion } from './read.js';

/** The chunk at `coords`: its full shape, fill value where it is absent or reaches past the array. */
export function* getChunk(node: ArrayNode, coords: readonly number[], options: OperationOptions = {}): Task<NdArray> {
  const { dtype, fillValue, shape } = node.model;
  const { chunks } = chainOf(node.model);
  if (coords.length !== shape.length) {
    throw new ArgumentError(`chunk coordinates: expected ${shape.length}, got ${coords.length}`);
  }
  const chunk = new NdArray(dtype, dtype.allocate(sizeOf(chunks)), chunks);
  const region = chunks.map((size, axis) => {
    const coord = coords[axis]!;
    const count = Math.ceil(shape[axis]! / size);
    if (!(Number.isInteger(coord) && coord >= 0 && coord < count)) {
      throw new BoundsCheckError(`chunk ${coord} is outside the ${count} chunks of axis ${axis}`, { axis });
    }
    return { start: coord * size, step: 1, count: Math.min(size, shape[axis]! - coord * size) };
  });
  fill(chunk, fillValue);
  const inside = viewOf(chunk, wholeRegion(region.map((run) => run.count)));
  yield* readRegion(node.level, node.cells(options.signal), region, inside, node.context(options));
  return chunk;
}

/** One chunk of an array, whole. */
import { ArgumentError, BoundsCheckError } from '../errors.js';
import { wholeRegion } from '../indexing/selection.js';
import { fill } from '../ndarray/fill.js';
import { NdArray } from '../ndarray/ndarray.js';
import { sizeOf } from '../ndarray/shape.js';
import { viewOf } from '../ndarray/strided.js';
import { checkOptions } from '../options.js';
import type { Task } from '../task.js';
import { clippedSize, readGrid } from './grids.js';
import type { ArrayNode, OperationOptions } from './node.js';
import { readRegion } from './read.js';
import { checkLimits } from './selections.js';

/** The chunk at `coords`: its full shape, fill value where it is absent or reaches past the array. */
export function* getChunk(node: ArrayNode, coords: readonly number[], options: OperationOptions = {}): Task<NdArray> {
  checkOptions(options, ['signal', 'onProgress', 'config'], 'getChunk');
  const { model } = node;
  const { dtype, fillValue } = model;
  const grid = readGrid(model);
  if (coords.length !== grid.length) {
    throw new ArgumentError(`chunk coordinates: expected ${grid.length}, got ${coords.length}`);
  }
  const region = grid.map((axis, at) => {
    const coord = coords[at]!;
    if (!(Number.isInteger(coord) && coord >= 0 && coord < axis.count)) {
      throw new BoundsCheckError(`chunk ${coord} is outside the ${axis.count} chunks of axis ${at}`, { axis: at });
    }
    return { start: axis.startOf(coord), step: 1, count: clippedSize(axis, coord) };
  });
  const chunkShape = grid.map((axis, at) => axis.sizeOf(coords[at]!));
  const level = node.levelFor(options);
  const context = node.context(options);
  checkLimits(node, { region: wholeRegion(chunkShape) }, context);
  const chunk = new NdArray(dtype, dtype.allocate(sizeOf(chunkShape)), chunkShape);
  fill(chunk, fillValue);
  const inside = viewOf(chunk, wholeRegion(region.map((run) => run.count)));
  yield* readRegion(level, node.cells(options.signal), region, inside, context);
  return chunk;
}

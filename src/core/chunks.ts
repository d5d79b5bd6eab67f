/** One chunk of an array, whole. */
import { described } from '../described.js';
import { ArgumentError, BoundsCheckError, SelectionError } from '../errors.js';
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
  options ??= {};
  const { model } = node;
  const { dtype, fillValue } = model;
  const grid = readGrid(model);
  const { path } = node.storePath;
  if (!Array.isArray(coords) && !ArrayBuffer.isView(coords)) {
    throw new ArgumentError(`chunk coordinates: expected a list of ${grid.length}, got ${described(coords)}`, { path });
  }
  if (coords.length !== grid.length) {
    throw new ArgumentError(`chunk coordinates: expected ${grid.length}, got ${coords.length}`, { path });
  }
  const region = grid.map((axis, at) => {
    const coord: unknown = coords[at];
    if (typeof coord !== 'number' || !Number.isInteger(coord)) {
      const found = described(coord);
      throw new SelectionError(`chunk coordinates: expected an integer for axis ${at}, got ${found}`, {
        path,
        axis: at,
      });
    }
    if (coord < 0 || coord >= axis.count) {
      const which = `chunk ${described(coord)}`;
      throw new BoundsCheckError(`${which} is outside the ${axis.count} chunks of axis ${at}`, { path, axis: at });
    }
    return { start: axis.startOf(coord), step: 1, count: clippedSize(axis, coord) };
  });
  const chunkShape = grid.map((axis, at) => axis.sizeOf(coords[at]!));
  const level = node.levelFor(options);
  const context = node.context(options);
  checkLimits(node, { region: wholeRegion(chunkShape) }, context);
  const chunk = new NdArray(dtype, dtype.allocate(sizeOf(chunkShape)), chunkShape);
  const reachesPast = region.some(({ count }, axis) => count < chunkShape[axis]!);
  if (reachesPast) fill(chunk, fillValue);
  const inside = viewOf(chunk, wholeRegion(region.map((run) => run.count)));
  yield* readRegion(level, node.cells(options.signal), region, inside, context);
  return chunk;
}

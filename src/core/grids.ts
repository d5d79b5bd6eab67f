/** The two grids of an array: of what is read at least, and of what is stored as one object. Without shards, one grid. */
import { ArgumentError, LimitError } from '../errors.js';
import { type AxisGrid, type ChunkGrid, gridOf, regularGrid } from '../grid/grid.js';
import type { ArrayModel } from '../metadata/model.js';
import type { Shape } from '../ndarray/shape.js';
import { chainOf } from './info.js';
import type { ArrayNode } from './node.js';

/** The chunks, those inside shards where the array is sharded: they have one shape, whatever the shards have. */
export function readGrid(model: ArrayModel): ChunkGrid {
  let grid = READ_GRIDS.get(model);
  if (grid === undefined) {
    const { isSharded, chunks } = chainOf(model);
    grid = isSharded && chunks !== undefined ? regularGrid(model.shape, chunks) : writeGrid(model);
    READ_GRIDS.set(model, grid);
  }
  return grid;
}

/** What `readGrid` gave for each model, which nobody changes. */
const READ_GRIDS = /* @__PURE__ */ new WeakMap<ArrayModel, ChunkGrid>();

/** The stored objects: shards, or chunks. */
export const writeGrid = ({ shape, chunkAxes }: ArrayModel): ChunkGrid => gridOf(shape, chunkAxes);

/** The shape of the chunks, those inside shards; throws where they differ. */
export function chunkShapeOf({ model, storePath: { path } }: ArrayNode): Shape {
  const { chunks } = chainOf(model);
  if (chunks !== undefined) return chunks;
  throw new ArgumentError('chunks: this array has a rectilinear grid, whose chunks differ; there is readChunkSizes', {
    path,
  });
}

/** The shape of the shards, `null` without sharding; throws where they differ. */
export function shardShapeOf({ model, storePath: { path } }: ArrayNode): Shape | null {
  const { isSharded, shards } = chainOf(model);
  if (shards !== undefined || !isSharded) return shards ?? null;
  throw new ArgumentError('shards: this array has a rectilinear grid, whose shards differ; there is writeChunkSizes', {
    path,
  });
}

/** Elements that the chunks of `grid` have along each axis, clipped to the array. */
export const clippedSizes = (grid: ChunkGrid, { config: { limits }, storePath: { path } }: ArrayNode): number[][] =>
  grid.map((axis) => {
    if (axis.count > limits.chunksPerCall) {
      throw new LimitError(
        `limits.chunksPerCall: a list of ${axis.count} chunk sizes, allowed ${limits.chunksPerCall}`,
        { path },
      );
    }
    return Array.from({ length: axis.count }, (_, chunk) => clippedSize(axis, chunk));
  });

/** Elements that a chunk has along `axis`, of those the array has. */
export const clippedSize = (axis: AxisGrid, chunk: number): number =>
  Math.min(axis.sizeOf(chunk), axis.length - axis.startOf(chunk));

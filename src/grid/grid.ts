/**
 * How an array is cut into chunks: one cut per axis. Nothing here walks the whole grid; an axis may have 2^53 chunks.
 */
import type { Shape } from '../ndarray/shape.js';
import { EdgedAxis } from './edged-axis.js';
import type { AxisChunks } from './edges.js';

/** One axis cut into chunks. `sizeOf` is a chunk's encoded length; the array may end inside the last one. */
export interface AxisGrid {
  /** Elements along the axis. */
  readonly length: number;
  /** Chunks along the axis. */
  readonly count: number;
  chunkAt(index: number): number;
  startOf(chunk: number): number;
  sizeOf(chunk: number): number;
}

export type ChunkGrid = readonly AxisGrid[];

/** An axis cut into chunks of one size. */
export class RegularAxis implements AxisGrid {
  readonly count: number;
  constructor(
    readonly length: number,
    readonly size: number,
  ) {
    this.count = Math.ceil(length / size);
  }
  chunkAt(index: number): number {
    return Math.floor(index / this.size);
  }
  startOf(chunk: number): number {
    return chunk * this.size;
  }
  sizeOf(): number {
    return this.size;
  }
}

export const regularGrid = (shape: Shape, chunkShape: Shape): ChunkGrid =>
  shape.map((length, axis) => new RegularAxis(length, chunkShape[axis]!));

/** The grid of an array of `shape` whose axes are cut as `axes` say. */
export const gridOf = (shape: Shape, axes: readonly AxisChunks[]): ChunkGrid =>
  axes.map((chunks, axis) =>
    typeof chunks === 'number' ? new RegularAxis(shape[axis]!, chunks) : new EdgedAxis(shape[axis]!, chunks),
  );

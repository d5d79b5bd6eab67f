/**
 * A walk over the chunks that a region of runs touches, as plain numbers: a million chunks make no object. What
 * `project` gives for each chunk is the same, in C order of the region.
 */
import type { AxisGrid, ChunkGrid } from '../grid/grid.js';
import type { Run } from '../ndarray/strided.js';
import type { ChunkProjection } from './project.js';

/** Strides of something along the axes, in elements. */
type Strides = readonly number[];

/** One axis: the chunk that the walk is at, and the part of the run in it. */
class AxisCursor {
  chunk = 0;
  /** The first element, in the chunk. */
  first = 0;
  /** How many elements before the chunk: where its part of the result begins. */
  done = 0;
  count = 0;
  /** Whether the part is the whole chunk, in its order or backwards. */
  isFull = false;
  /** Whether it is all of the chunk that lies in the array. */
  isWhole = false;

  constructor(
    readonly run: Run,
    readonly axis: AxisGrid,
  ) {}

  begin(): void {
    this.done = 0;
    this.#meet();
  }

  /** Goes to the next chunk; whether there is one. */
  advance(): boolean {
    this.done += this.count;
    if (this.done >= this.run.count) return false;
    this.#meet();
    return true;
  }

  #meet(): void {
    const { axis } = this;
    const { start, step, count } = this.run;
    const at = start + this.done * step;
    this.chunk = axis.chunkAt(at);
    const chunkStart = axis.startOf(this.chunk);
    const size = axis.sizeOf(this.chunk);
    const length = Math.min(size, axis.length - chunkStart);
    this.first = at - chunkStart;
    const room = step > 0 ? Math.ceil((length - this.first) / step) : Math.floor(this.first / -step) + 1;
    this.count = Math.min(count - this.done, room);
    this.isWhole = (step === 1 || step === -1) && this.count === length;
    this.isFull = this.isWhole && length === size;
  }
}

/** Walks over chunks: gives itself, which changes, for each of them. */
export class ChunkCursor implements IterableIterator<ChunkCursor> {
  readonly rank: number;
  /** The chunk. */
  readonly coords: number[];
  /** How many elements of it are wanted along each axis. */
  readonly counts: number[];
  /** The first of them: its place in the chunk, and in the result. */
  source = 0;
  target = 0;
  /** Whether the chunk differs from the one before in more than the last coordinate. */
  isRowStart = true;
  /** Whether `counts` are others than for the chunk before. */
  isOther = true;
  readonly #axes: readonly AxisCursor[];
  readonly #sourceStrides: Strides;
  readonly #targetStrides: Strides;
  /** The places as far as the axes before each one decide them. */
  readonly #sources: number[];
  readonly #targets: number[];
  readonly #result: { done: boolean; value: ChunkCursor } = { done: false, value: this };
  #hasBegun = false;

  /** Strides tell places in the chunks and in the result; of each there is one per axis, and one axis at least. */
  constructor(region: readonly Run[], grid: ChunkGrid, sourceStrides: Strides, targetStrides: Strides) {
    this.rank = region.length;
    this.#axes = region.map((run, axis) => new AxisCursor(run, grid[axis]!));
    this.#sourceStrides = sourceStrides;
    this.#targetStrides = targetStrides;
    this.coords = region.map(() => 0);
    this.counts = region.map(() => 0);
    this.#sources = [0, ...this.coords];
    this.#targets = [0, ...this.coords];
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): { done: boolean; value: ChunkCursor } {
    const result = this.#result;
    if (result.done) return result;
    if (this.#hasBegun) this.#advance();
    else this.#begin();
    return result;
  }

  /** Whether all elements of the chunk are wanted. */
  get isFull(): boolean {
    for (let axis = 0; axis < this.rank; axis++) if (!this.#axes[axis]!.isFull) return false;
    return true;
  }

  /** The same as `project` tells it. */
  projection(): ChunkProjection {
    return {
      coords: [...this.coords],
      inChunk: this.#axes.map(({ first: start, run: { step }, count }) => ({ start, step, count })),
      inRegion: this.#axes.map(({ done: start, count }) => ({ start, step: 1, count })),
      whole: this.#axes.every(({ isWhole }) => isWhole),
    };
  }

  #begin(): void {
    this.#hasBegun = true;
    if (this.#axes.some(({ run }) => run.count === 0)) this.#result.done = true;
    else this.#moveFrom(0);
  }

  #advance(): void {
    let axis = this.rank - 1;
    while (!this.#axes[axis]!.advance()) {
      axis--;
      if (axis < 0) {
        this.#result.done = true;
        return;
      }
    }
    this.#move(axis);
    this.isRowStart = axis < this.rank - 1;
    if (this.isRowStart) this.#moveFrom(axis + 1);
  }

  /** Begins the axes from `axis` on anew. */
  #moveFrom(axis: number): void {
    for (let next = axis; next < this.rank; next++) {
      this.#axes[next]!.begin();
      this.#move(next);
    }
  }

  /** Takes over where `axis` is. */
  #move(axis: number): void {
    const { chunk, first, done, count } = this.#axes[axis]!;
    this.coords[axis] = chunk;
    if (this.counts[axis] !== count) {
      this.counts[axis] = count;
      this.isOther = true;
    }
    this.source = this.#sources[axis + 1] = this.#sources[axis]! + first * this.#sourceStrides[axis]!;
    this.target = this.#targets[axis + 1] = this.#targets[axis]! + done * this.#targetStrides[axis]!;
  }
}

/** Memory for one chunk that is written, used again for the next one of a call. */
import type { ChunkSpec } from '../codecs/codec.js';
import { isPacked } from '../dtypes/storage.js';
import { NdArray } from '../ndarray/ndarray.js';
import { sizeOf } from '../ndarray/shape.js';

/** A chunk of `spec` in memory of its own, to be filled. */
export const newChunk = (spec: ChunkSpec): NdArray =>
  new NdArray(spec.dtype, spec.dtype.allocate(sizeOf(spec.shape)), spec.shape);

/** Hands out one chunk at a time: who is given one while another is not back has memory that nobody used before. */
export class Scratch {
  #free: { readonly spec: ChunkSpec; readonly chunk: NdArray } | undefined;

  /** A chunk of `spec`, with anything in it. */
  take(spec: ChunkSpec): NdArray {
    const free = this.#free;
    if (free?.spec !== spec) return newChunk(spec);
    this.#free = undefined;
    return free.chunk;
  }

  /** Takes a chunk back that was taken, and of which nobody has kept a part. */
  give(spec: ChunkSpec, chunk: NdArray): void {
    this.#free = { spec, chunk };
  }
}

/** Whether `bytes` lie in the memory of `chunk`. */
export const isViewOf = (bytes: Uint8Array, { storage }: NdArray): boolean =>
  isPacked(storage) && storage.buffer === bytes.buffer;

/** Memory for one chunk or shard that is written, used again for the next one of a call. */
import type { ChunkSpec } from '../codecs/codec.js';
import { isPacked } from '../dtypes/storage.js';
import { NdArray } from '../ndarray/ndarray.js';
import { sizeOf } from '../ndarray/shape.js';

/** A chunk of `spec` in memory of its own, to be filled. */
export const newChunk = (spec: ChunkSpec): NdArray =>
  new NdArray(spec.dtype, spec.dtype.allocate(sizeOf(spec.shape)), spec.shape);

/** Bytes put one behind the other, in memory that grows. */
export class PackedBytes {
  #memory: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(memory: ArrayBuffer) {
    this.#memory = new Uint8Array(memory);
  }

  get length(): number {
    return this.#length;
  }

  /** All the memory that there is. */
  get memory(): ArrayBuffer {
    return this.#memory.buffer;
  }

  /** What lies from `start` to `end`; a view. */
  view(start: number, end: number): Uint8Array {
    return this.#memory.subarray(start, end);
  }

  add(bytes: Uint8Array): void {
    const start = this.skip(bytes.length);
    this.#memory.set(bytes, start);
  }

  /** Leaves room for `length` bytes, with anything in it; where it begins. */
  skip(length: number): number {
    const start = this.#length;
    const end = start + length;
    if (end > this.#memory.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#memory.length));
      grown.set(this.#memory.subarray(0, start));
      this.#memory = grown;
    }
    this.#length = end;
    return start;
  }
}

/** Room for what the first chunks are encoded to. */
const FIRST_BYTES = 2 ** 20;

/** Hands out one chunk at a time: who is given one while another is not back has memory that nobody used before. */
export class Scratch {
  #free: { readonly spec: ChunkSpec; readonly chunk: NdArray } | undefined;
  #packed: ArrayBuffer | undefined;

  /** A chunk of `spec`, with anything in it. */
  take(spec: ChunkSpec): NdArray {
    const free = this.#free;
    if (free?.spec !== spec) return newChunk(spec);
    this.#free = undefined;
    return free.chunk;
  }

  /** Memory for encoded bytes, with none in it. */
  takePacked(): PackedBytes {
    const memory = this.#packed ?? new ArrayBuffer(FIRST_BYTES);
    this.#packed = undefined;
    return new PackedBytes(memory);
  }

  /** Takes the memory back, at whose bytes nobody looks any more. */
  givePacked({ memory }: PackedBytes): void {
    this.#packed = memory;
  }

  /** Takes a chunk back that was taken, and of which nobody has kept a part. */
  give(spec: ChunkSpec, chunk: NdArray): void {
    this.#free = { spec, chunk };
  }
}

/** Whether `bytes` lie in the memory of `chunk`. */
export const isViewOf = (bytes: Uint8Array, { storage }: NdArray): boolean =>
  isPacked(storage) && storage.buffer === bytes.buffer;

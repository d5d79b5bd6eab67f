/** zstd decoding (RFC 8878), compiled: the blocks of frames whose headers were read outside. */

import { CodecError } from '../errors.js';
import { discardKernels, type Kernels, kernels } from './kernels.js';

/** More is left to the twin: the memory of the kernels grows, and never shrinks. */
const MOST_BYTES = 2 ** 29;

/** Source and output in the memory of the kernels, for one call after another until something else uses them. */
export class ZstdDecoder {
  readonly #instance: Kernels;
  readonly #output: number;
  readonly #capacity: number;

  private constructor(instance: Kernels, output: number, capacity: number) {
    this.#instance = instance;
    this.#output = output;
    this.#capacity = capacity;
  }

  /** A decoder of `source` that makes at most `capacity` bytes; undefined where the twin has to serve. */
  static for(source: Uint8Array, capacity: number): ZstdDecoder | undefined {
    if (source.length + capacity > MOST_BYTES) return undefined;
    const instance = kernels();
    const input = instance?.zstdDecodeReserve(source.length, capacity);
    if (instance === undefined || input === undefined || input === 0) return undefined;
    new Uint8Array(instance.memory.buffer, input, source.length).set(source);
    return new ZstdDecoder(instance, instance.zstdDecodeOutput(), capacity);
  }

  /**
   * Decodes the blocks of a frame, from `start` to `end` of the source, to the output from `position` on. Where they end
   * there, or a negative number if they are damaged or do not fit.
   */
  decodeBlocks(start: number, end: number, position: number): number {
    try {
      return this.#instance.zstdDecodeBlocks(start, end, position);
    } catch (error) {
      discardKernels();
      throw new CodecError(`the kernel failed on a frame of ${end - start} bytes`, { codec: 'zstd', cause: error });
    }
  }

  /** A part of the output, in the memory of the kernels. */
  view(start: number, end: number): Uint8Array {
    if (end > this.#capacity) throw new CodecError(`the kernel made ${end} bytes, at most ${this.#capacity}`);
    return new Uint8Array(this.#instance.memory.buffer, this.#output + start, end - start);
  }
}

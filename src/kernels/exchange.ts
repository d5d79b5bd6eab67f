/** The memory by which bytes go to the compiled kernels, and what they make of them comes back. */

import { CodecError } from '../errors.js';
import { discardKernels, type Kernels, kernels, memoryOf } from './kernels.js';

/** More is left to the twins: the memory of the kernels grows, and never shrinks. */
const MOST_BYTES = 2 ** 29;

/** How many bytes of each kind a kernel needs. */
export interface ExchangeSizes {
  readonly output: number;
  readonly scratch?: number;
  /** As much input as there will be at a time, where that is more than what there is at first. */
  readonly input?: number;
}

/** Input and output in the memory of the kernels, for one call after another until something else uses them. */
export class Exchange {
  readonly #instance: Kernels;
  readonly #output: number;
  readonly #capacity: number;

  private constructor(instance: Kernels, output: number, capacity: number) {
    this.#instance = instance;
    this.#output = output;
    this.#capacity = capacity;
  }

  /** The exchange that has `input` in its memory; undefined where the twins have to serve. */
  static of(
    input: Uint8Array,
    { output, scratch = 0, input: room = input.length }: ExchangeSizes,
  ): Exchange | undefined {
    if (room + scratch + output > MOST_BYTES) return undefined;
    const instance = kernels();
    const address = instance?.reserve(room, scratch, output);
    if (instance === undefined || address === undefined || address === 0) return undefined;
    const exchange = new Exchange(instance, instance.outputAddress(), output);
    exchange.refill(input);
    return exchange;
  }

  /** Puts other input, for which there is room, in the place of what is there. */
  refill(input: Uint8Array): void {
    const address = this.#instance.refill(input.length);
    memoryOf(this.#instance).set(input, address);
  }

  /** What `kernel` answers. One that traps is thrown away with its memory. */
  call<Answer>(codec: string, kernel: (instance: Kernels) => Answer): Answer {
    try {
      return kernel(this.#instance);
    } catch (error) {
      discardKernels();
      throw new CodecError('the kernel failed', { codec, cause: error });
    }
  }

  /** A part of the output, in the memory of the kernels. */
  output(start: number, end: number): Uint8Array {
    if (end > this.#capacity) throw new CodecError(`the kernel made ${end} bytes, at most ${this.#capacity}`);
    return memoryOf(this.#instance).subarray(this.#output + start, this.#output + end);
  }
}

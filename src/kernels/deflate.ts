/** Deflate streams (RFC 1951) and the checksums of what they hold, compiled. */

import { Exchange } from './exchange.js';

/** What `deflate-matches` needs. */
const SCRATCH_BYTES = 2 ** 19;

/** How hard to look for matches. */
interface Effort {
  readonly depth: number;
  readonly enough: number;
  readonly isLazy: boolean;
}

/** The deflate stream of one source, in the memory of the kernels until something else uses that. */
export class CompiledDeflater {
  readonly #exchange: Exchange;

  private constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** For a stream of at most `bound` bytes; undefined where the twin has to serve. */
  static for(source: Uint8Array, bound: number): CompiledDeflater | undefined {
    const exchange = Exchange.of(source, { output: bound, scratch: SCRATCH_BYTES });
    return exchange && new CompiledDeflater(exchange);
  }

  /** The stream, in the memory of the kernels. */
  deflate({ depth, enough, isLazy }: Effort): Uint8Array {
    const length = this.#exchange.call('deflate', (instance) => instance.deflate(depth, enough, isLazy));
    return this.#exchange.output(0, length);
  }

  /** The CRC-32 of the source. */
  crc32(): number {
    return this.#exchange.call('gzip', (instance) => instance.crc32Input()) >>> 0;
  }

  /** The Adler-32 of the source. */
  adler32(): number {
    return this.#exchange.call('zlib', (instance) => instance.adler32Input()) >>> 0;
  }
}

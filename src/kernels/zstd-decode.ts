/** zstd decoding (RFC 8878), compiled: the blocks of frames whose headers were read outside. */

import { Exchange } from './exchange.js';

/**
 * The `size` bytes of `source`, a frame that tells its size and has no checksum, in the memory of the kernels until something
 * else uses that. Undefined where it is none or damaged, and where there are no kernels.
 */
export function zstdDecodeUsual(source: Uint8Array, size: number): Uint8Array | undefined {
  const exchange = Exchange.of(source, { output: size });
  const isDecoded = exchange?.call('zstd', (instance) => instance.zstdDecodeFrame());
  return isDecoded ? exchange?.output(0, size) : undefined;
}

/** Source and output in the memory of the kernels, for one call after another until something else uses them. */
export class ZstdDecoder {
  readonly #exchange: Exchange;

  private constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** A decoder of `source` that makes at most `capacity` bytes; undefined where the twin has to serve. */
  static for(source: Uint8Array, capacity: number): ZstdDecoder | undefined {
    const exchange = Exchange.of(source, { output: capacity });
    return exchange && new ZstdDecoder(exchange);
  }

  /**
   * Decodes the blocks of a frame, from `start` to `end` of the source, to the output from `position` on. Where they end
   * there, or a negative number if they are damaged or do not fit.
   */
  decodeBlocks(start: number, end: number, position: number): number {
    return this.#exchange.call('zstd', (instance) => instance.zstdDecodeBlocks(start, end, position));
  }

  /** The low half of the XXH64 of a part of the output. */
  checksum(start: number, end: number): number {
    return this.#exchange.call('zstd', (instance) => instance.xxhash64Output(start, end)) >>> 0;
  }

  /** A part of the output, in the memory of the kernels. */
  view(start: number, end: number): Uint8Array {
    return this.#exchange.output(start, end);
  }
}

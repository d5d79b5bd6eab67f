/** LZ4 blocks, compiled. */

import { Exchange } from './exchange.js';

/**
 * Decodes the block `source` so that it exactly fills `target`. False where the twin has to do it: without kernels, and for
 * damaged blocks, of which it says what is wrong.
 */
export function lz4DecodeCompiled(source: Uint8Array, target: Uint8Array): boolean {
  const exchange = Exchange.of(source, { output: target.length });
  if (!exchange?.call('lz4', (instance) => instance.lz4Decode())) return false;
  target.set(exchange.output(0, target.length));
  return true;
}

/** As `lz4DecodeCompiled`, but the `size` bytes stay in the memory of the kernels until something else uses that. */
export function lz4DecodeLentCompiled(source: Uint8Array, size: number): Uint8Array | undefined {
  const exchange = Exchange.of(source, { output: size });
  return exchange?.call('lz4', (instance) => instance.lz4Decode()) ? exchange.output(0, size) : undefined;
}

/**
 * Encodes `source` to a block of at most `most` bytes, which stays in the memory of the kernels until something else uses
 * that; -1 if it does not fit. Undefined where the twin has to do it.
 */
export function lz4EncodeLentCompiled(
  source: Uint8Array,
  most: number,
  acceleration: number,
): Uint8Array | -1 | undefined {
  const exchange = Exchange.of(source, { output: most });
  if (exchange === undefined) return undefined;
  const length = exchange.call('lz4', (instance) => instance.lz4Encode(acceleration));
  return length < 0 ? -1 : exchange.output(0, length);
}

/**
 * Encodes `source` to `target` from `start` on; where the block ends, or -1 if it does not fit. Undefined where the twin has
 * to do it.
 */
export function lz4EncodeCompiled(
  source: Uint8Array,
  target: Uint8Array,
  start: number,
  acceleration: number,
): number | undefined {
  const block = lz4EncodeLentCompiled(source, target.length - start, acceleration);
  if (block === undefined || block === -1) return block;
  target.set(block, start);
  return start + block.length;
}

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
  const exchange = Exchange.of(source, { output: target.length - start });
  if (exchange === undefined) return undefined;
  const length = exchange.call('lz4', (instance) => instance.lz4Encode(acceleration));
  if (length < 0) return -1;
  target.set(exchange.output(0, length), start);
  return start + length;
}

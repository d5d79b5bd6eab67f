/** BloscLZ and Snappy streams, compiled. */

import { Exchange } from './exchange.js';
import type { Kernels } from './kernels.js';

/**
 * Decodes the BloscLZ stream `source` so that it exactly fills `target`. False where the twin has to do it: without kernels,
 * and for damaged streams, of which it says what is wrong.
 */
export const blosclzDecodeCompiled = (source: Uint8Array, target: Uint8Array): boolean =>
  decodeCompiled(source, target, 'blosclz', (instance) => instance.blosclzDecode());

/** The same for a Snappy stream. */
export const snappyDecodeCompiled = (source: Uint8Array, target: Uint8Array): boolean =>
  decodeCompiled(source, target, 'snappy', (instance) => instance.snappyDecode());

function decodeCompiled(
  source: Uint8Array,
  target: Uint8Array,
  codec: string,
  kernel: (instance: Kernels) => boolean,
): boolean {
  const exchange = Exchange.of(source, { output: target.length });
  if (!exchange?.call(codec, kernel)) return false;
  target.set(exchange.output(0, target.length));
  return true;
}

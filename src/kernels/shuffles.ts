/** Byte and bit shuffles, compiled. */

import { Exchange } from './exchange.js';

/** The numbers by which the kernels know what is shuffled. */
export const SHUFFLED_BYTES = 1;
export const SHUFFLED_BITS = 2;
/** Larger elements are left to the twins. */
const LARGEST_ELEMENT = 256;

export interface Shuffle {
  readonly kind: typeof SHUFFLED_BYTES | typeof SHUFFLED_BITS;
  readonly direction: 'forward' | 'back';
  /** Bytes of an element. */
  readonly typesize: number;
}

/** Shuffles `source` to `target`, which is as long; false where the twin has to do it. */
export function shuffleCompiled(source: Uint8Array, target: Uint8Array, shuffle: Shuffle): boolean {
  const { kind, direction, typesize } = shuffle;
  if (typesize > LARGEST_ELEMENT) return false;
  const exchange = Exchange.of(source, { output: source.length });
  if (exchange === undefined) return false;
  exchange.call('shuffle', (instance) => {
    if (direction === 'forward') instance.shuffleForward(kind, typesize);
    else instance.shuffleBack(kind, typesize);
  });
  target.set(exchange.output(0, source.length));
  return true;
}

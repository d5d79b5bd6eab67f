/** The blocks of Blosc 1 frames, compiled: those whose inner format is compiled too. */

import { Exchange } from './exchange.js';
import type { SHUFFLED_BITS, SHUFFLED_BYTES } from './shuffles.js';

/** The number of each inner format in the header of a frame, which is also that of the kernels. */
const FORMATS = Object.freeze({ lz4: 1, zstd: 4 });

/** How a block is stored. */
export interface BloscBlockLayout {
  /** How its elements were shuffled; 0 is not at all. */
  readonly shuffle: 0 | typeof SHUFFLED_BYTES | typeof SHUFFLED_BITS;
  /** Bytes of an element, at most 255. */
  readonly typesize: number;
  readonly streamCount: number;
}

/**
 * Decodes `source`, the streams of a block, so that they exactly fill `target`. False where the twin has to do it: without
 * kernels, for other formats, and for damaged blocks, of which it says what is wrong.
 */
export function bloscDecodeCompiled(
  source: Uint8Array,
  target: Uint8Array,
  format: string,
  { shuffle, typesize, streamCount }: BloscBlockLayout,
): boolean {
  if (format !== 'lz4' && format !== 'zstd') return false;
  const { length } = target;
  const exchange = Exchange.of(source, { output: length, scratch: shuffle === 0 ? 0 : length });
  const number = FORMATS[format];
  if (!exchange?.call('blosc', (instance) => instance.bloscDecodeBlock(number, shuffle, typesize, streamCount))) {
    return false;
  }
  target.set(exchange.output(0, length));
  return true;
}

/**
 * Encodes `block` as LZ4 streams to `target` from `start` on; where they end, or -1 if they do not fit. Undefined where the
 * twin has to do it.
 */
export function bloscEncodeLz4Compiled(
  block: Uint8Array,
  target: Uint8Array,
  start: number,
  { shuffle, typesize, streamCount, acceleration }: BloscBlockLayout & { readonly acceleration: number },
): number | undefined {
  const output = Math.min(target.length - start, block.length + 4 * streamCount);
  const exchange = Exchange.of(block, { output, scratch: shuffle === 0 ? 0 : block.length });
  if (exchange === undefined) return undefined;
  const length = exchange.call('blosc', (instance) =>
    instance.bloscEncodeLz4Block(shuffle, typesize, streamCount, acceleration),
  );
  if (length < 0) return -1;
  target.set(exchange.output(0, length), start);
  return start + length;
}

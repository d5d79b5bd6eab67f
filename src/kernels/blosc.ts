/** Blosc 1 frames and their blocks, compiled: those whose inner format is compiled too. */

import { Exchange } from './exchange.js';
import type { SHUFFLED_BITS, SHUFFLED_BYTES } from './shuffles.js';

/** The number of each inner format in the header of a frame, which is also that of the kernels. */
const FORMATS: Readonly<Record<string, number>> = Object.freeze({ lz4: 1, zstd: 4 });

/** How a block is stored. */
export interface BloscBlockLayout {
  /** How its elements were shuffled; 0 is not at all. */
  readonly shuffle: 0 | typeof SHUFFLED_BYTES | typeof SHUFFLED_BITS;
  /** Bytes of an element, at most 255. */
  readonly typesize: number;
  readonly streamCount: number;
}

/** How all blocks of a frame are stored; a shorter one at the end has a single stream. */
export interface BloscFrameLayout extends BloscBlockLayout {
  /** Decoded bytes of a block. */
  readonly blocksize: number;
}

/**
 * The `size` bytes that `frame` decodes to, whose header was checked, in the memory of the kernels until something else uses
 * that. Undefined where it has to be done block by block: without kernels, for other formats, and for damaged frames.
 */
export function bloscDecodeLentCompiled(
  frame: Uint8Array,
  size: number,
  format: string,
  { shuffle, typesize, streamCount, blocksize }: BloscFrameLayout,
): Uint8Array | undefined {
  const number = FORMATS[format];
  if (number === undefined) return undefined;
  const exchange = Exchange.of(frame, { output: size, scratch: shuffle === 0 ? 0 : blocksize });
  const isDecoded = exchange?.call('blosc', (instance) =>
    instance.bloscDecodeFrame(number, shuffle, typesize, streamCount, blocksize),
  );
  return isDecoded ? exchange?.output(0, size) : undefined;
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
  const number = FORMATS[format];
  if (number === undefined) return false;
  const { length } = target;
  const exchange = Exchange.of(source, { output: length, scratch: shuffle === 0 ? 0 : length });
  if (!exchange?.call('blosc', (instance) => instance.bloscDecodeBlock(number, shuffle, typesize, streamCount))) {
    return false;
  }
  target.set(exchange.output(0, length));
  return true;
}

/** So many bytes, as whole blocks, are encoded at a time: the nearer caches have room for them. */
const BATCH_BYTES = 2 ** 18;

/**
 * The frame of `bytes` with LZ4 streams, but for its header: those bytes are there, and mean nothing. Empty where it would
 * be longer than `most` bytes; undefined where the twin has to do it.
 */
export function bloscEncodeLz4Compiled(
  bytes: Uint8Array,
  most: number,
  layout: BloscFrameLayout & { readonly headSize: number; readonly acceleration: number },
): Uint8Array | undefined {
  const { shuffle, typesize, streamCount, blocksize, acceleration } = layout;
  const count = Math.max(1, Math.floor(BATCH_BYTES / blocksize));
  const batch = (first: number) => bytes.subarray(first * blocksize, (first + count) * blocksize);
  const exchange = Exchange.of(batch(0), { output: most, scratch: shuffle === 0 ? 0 : blocksize });
  if (exchange === undefined) return undefined;
  let end = layout.headSize;
  for (let first = 0; first * blocksize < bytes.length; first += count) {
    if (first > 0) exchange.refill(batch(first));
    end = exchange.call('blosc', (instance) =>
      instance.bloscEncodeLz4Blocks(shuffle, typesize, streamCount, blocksize, acceleration, first, end),
    );
    if (end < 0) return new Uint8Array(0);
  }
  return exchange.output(0, end).slice();
}

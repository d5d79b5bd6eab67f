/** Blosc 1 frames and their blocks, compiled: those whose inner format is compiled too. */

import { Exchange } from './exchange.js';
import type { SHUFFLED_BITS, SHUFFLED_BYTES } from './shuffles.js';

/** The number of each inner format in the header of a frame, which is also that of the kernels. */
const FORMATS: Readonly<Record<string, number>> = Object.freeze({
  blosclz: 0,
  lz4: 1,
  snappy: 2,
  zstd: 4,
});

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
  layout: BloscFrameLayout,
): Uint8Array | undefined {
  const { shuffle, typesize, streamCount, blocksize } = layout;
  const number = FORMATS[format];
  if (number === undefined) return undefined;
  if (frame.length > LARGE_FRAME && blocksize >= LARGE_BLOCK) {
    const blocks = consecutiveBlocks(frame, Math.ceil(size / blocksize));
    if (blocks) return bloscDecodeBlocksCompiled(blocks, size, format, layout);
  }
  const exchange = Exchange.of(frame, { output: size, scratch: shuffle === 0 ? 0 : blocksize });
  const isDecoded = exchange?.call('blosc', (instance) =>
    instance.bloscDecodeFrame(number, shuffle, typesize, streamCount, blocksize),
  );
  return isDecoded ? exchange?.output(0, size) : undefined;
}

/**
 * Of larger frames with larger blocks, one after another is put into the memory of the kernels: for all of them the nearer
 * caches have no room.
 */
const LARGE_FRAME = 2 ** 20;
const LARGE_BLOCK = 2 ** 16;
const HEADER_BYTES = 16;

/** So many blocks of a frame; undefined unless they lie one after another. */
function consecutiveBlocks(frame: Uint8Array, count: number): readonly Uint8Array[] | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const blocks: Uint8Array[] = [];
  const headSize = HEADER_BYTES + 4 * count;
  let start = view.getUint32(HEADER_BYTES, true);
  if (start < headSize) return undefined;
  for (let entry = HEADER_BYTES + 4; entry <= headSize; entry += 4) {
    const end = entry < headSize ? view.getUint32(entry, true) : frame.length;
    if (end < start || end > frame.length) return undefined;
    blocks.push(frame.subarray(start, end));
    start = end;
  }
  return blocks;
}

/**
 * What `bloscDecodeLentCompiled` does, block by block: the `size` bytes that one or more `blocks` decode to, each of them but
 * the last one of a frame of `blocksize` bytes.
 */
export function bloscDecodeBlocksCompiled(
  blocks: readonly Uint8Array[],
  size: number,
  format: string,
  { shuffle, typesize, streamCount, blocksize }: BloscFrameLayout,
): Uint8Array | undefined {
  const number = FORMATS[format];
  if (number === undefined) return undefined;
  const input = Math.max(...blocks.map(({ length }) => length));
  const exchange = Exchange.of(blocks[0]!, { input, output: size, scratch: shuffle === 0 ? 0 : blocksize }); // One or more.
  if (exchange === undefined) return undefined;
  for (const [block, source] of blocks.entries()) {
    if (block > 0) exchange.refill(source);
    const position = block * blocksize;
    const length = Math.min(blocksize, size - position);
    const streams = length === blocksize ? streamCount : 1;
    const isDecoded = exchange.call('blosc', (instance) =>
      instance.bloscDecodeBlock(number, shuffle, typesize, streams, position, length),
    );
    if (!isDecoded) return undefined;
  }
  return exchange.output(0, size);
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
  if (exchange === undefined) return false;
  const isDecoded = exchange.call('blosc', (instance) =>
    instance.bloscDecodeBlock(number, shuffle, typesize, streamCount, 0, length),
  );
  if (!isDecoded) return false;
  target.set(exchange.output(0, length));
  return true;
}

/** So many bytes, as whole blocks, are encoded at a time: the nearer caches have room for them. */
const BATCH_BYTES = 2 ** 18;

/**
 * The frame of `bytes` with LZ4 streams, in the memory of the kernels until something else uses that, but for its header:
 * those bytes are there, and mean nothing. Empty where it would be longer than `most` bytes; undefined where the twin has to
 * do it.
 */
export function bloscEncodeLentLz4Compiled(
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
  return exchange.output(0, end);
}

/**
 * Blosc 1 frames, decoded whole or only as much as is wanted: every block stands for itself, and the table in front says
 * where it begins. A reader that can ask for ranges of a frame asks for its head, `bloscHeader(bytes).headSize` bytes,
 * then for the ranges that `BloscBlocks` names, and decodes those.
 */
import { unzlib } from '#platform/zlib';
import { bloscDecodeBlocksCompiled, bloscDecodeCompiled, bloscDecodeLentCompiled } from '../../kernels/blosc.js';
import { SHUFFLED_BITS, SHUFFLED_BYTES } from '../../kernels/shuffles.js';
import { unbitshuffle } from './bitshuffle.js';
import {
  BLOSC_HEADER_BYTES,
  type BloscFormat,
  type BloscHeader,
  bloscHeader,
  corruptBlosc,
  NOT_SPLIT,
  STORED,
  shuffleOf,
  splitsOf,
} from './blosc-header.js';
import { blosclzDecode } from './blosclz.js';
import { lz4Decode } from './lz4-block.js';
import { OutputOverflow } from './output.js';
import { unshuffle } from './shuffle.js';
import { snappyDecode } from './snappy.js';
import { zstdDecode } from './zstd-frame.js';

/** A run of bytes: the first, and the one after the last. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** The decoded bytes of a frame; throws `OutputOverflow` instead of making more than `limit`. */
export function bloscDecode(frame: Uint8Array, limit: number): Uint8Array {
  const header = wholeHeader(frame);
  if (header.size > limit) throw new OutputOverflow();
  const lent = decodeLent(frame, header);
  return lent ? lent.slice() : new BloscBlocks(header, frame).decode({ start: 0, end: header.size }, frame, 0);
}

/**
 * The decoded bytes of a frame in memory that the next use of any codec overwrites; undefined where `bloscDecode` has to
 * decode it or to say that it is damaged.
 */
export function bloscDecodeLent(frame: Uint8Array, size: number): Uint8Array | undefined {
  const header = wholeHeader(frame);
  return header.size === size ? decodeLent(frame, header) : undefined;
}

function decodeLent(frame: Uint8Array, header: BloscHeader): Uint8Array | undefined {
  const { flags, size, format, blocksize, typesize } = header;
  if (size === 0 || flags & STORED) return frame.subarray(BLOSC_HEADER_BYTES, BLOSC_HEADER_BYTES + size);
  return bloscDecodeLentCompiled(frame, size, format, {
    shuffle: shuffleOf(header, blocksize),
    typesize,
    streamCount: streamCountOf(header, blocksize),
    blocksize,
  });
}

/**
 * Bytes `start` to `end` of what a frame decodes to, of which only the blocks they lie in are decoded. They may be in memory
 * that the next use of any codec overwrites, or in that of the frame.
 */
export function bloscDecodeSpan(frame: Uint8Array, span: ByteSpan): Uint8Array {
  const blocks = new BloscBlocks(wholeHeader(frame), frame);
  return blocks.decodeLent(span, frame) ?? blocks.decode(span, frame, 0);
}

/** The header of a frame that lies in memory as a whole. */
function wholeHeader(frame: Uint8Array): BloscHeader {
  const header = bloscHeader(frame);
  if (header.frameSize !== frame.length) {
    throw corruptBlosc(`${frame.length} bytes, its header says ${header.frameSize}`);
  }
  return header;
}

/** Where the blocks of a frame lie, and what is in them. */
export class BloscBlocks {
  readonly header: BloscHeader;
  /** Where each block begins in the frame; empty where the bytes are stored. */
  readonly #starts: Float64Array;
  /** The same, in their order in the frame, with its end: several threads write blocks in the order they are ready. */
  readonly #sorted: Float64Array;

  /** `head` is the frame, or its first `header.headSize` bytes or more. */
  constructor(header: BloscHeader, head: Uint8Array) {
    const { blockCount, headSize, frameSize, flags } = header;
    if (head.length < headSize) throw corruptBlosc(`${head.length} bytes of its head, ${headSize} are needed`);
    this.header = header;
    const view = new DataView(head.buffer, head.byteOffset, headSize);
    const starts = new Float64Array(flags & STORED ? 0 : blockCount);
    for (let block = 0; block < starts.length; block++) {
      const start = view.getUint32(BLOSC_HEADER_BYTES + 4 * block, true);
      if (start < headSize || start > frameSize - 4) throw corruptBlosc(`block ${block} at byte ${start}`);
      starts[block] = start;
    }
    this.#starts = starts;
    const sorted = new Float64Array(starts.length + 1);
    sorted.set(starts);
    sorted[starts.length] = frameSize;
    this.#sorted = isAscending(sorted) ? sorted : sorted.sort();
  }

  /** The part of the frame in which decoded bytes `start` to `end` lie; the blocks between the first and last included. */
  spanInFrame(span: ByteSpan): ByteSpan {
    const { start, end } = this.#checked(span);
    if (start === end) return { start: BLOSC_HEADER_BYTES, end: BLOSC_HEADER_BYTES };
    const { flags, blocksize } = this.header;
    if (flags & STORED) return { start: BLOSC_HEADER_BYTES + start, end: BLOSC_HEADER_BYTES + end };
    let first = Number.POSITIVE_INFINITY;
    let last = 0;
    for (let block = Math.floor(start / blocksize); block * blocksize < end; block++) {
      const from = this.#starts[block]!;
      first = Math.min(first, from);
      last = Math.max(last, this.#endOf(from));
    }
    return { start: first, end: last };
  }

  /** Decoded bytes `start` to `end` of the whole `frame`, as `bloscDecodeSpan` gives them; undefined where it cannot be done so. */
  decodeLent(span: ByteSpan, frame: Uint8Array): Uint8Array | undefined {
    const { start, end } = this.#checked(span);
    const { header } = this;
    const { flags, blocksize, size, typesize, format } = header;
    if (start === end) return undefined;
    if (flags & STORED) return frame.subarray(BLOSC_HEADER_BYTES + start, BLOSC_HEADER_BYTES + end);
    const first = Math.floor(start / blocksize);
    const last = Math.ceil(end / blocksize);
    const sources: Uint8Array[] = [];
    for (let block = first; block < last; block++) {
      const at = this.#starts[block]!;
      sources.push(frame.subarray(at, this.#endOf(at)));
    }
    const offset = first * blocksize;
    const decoded = bloscDecodeBlocksCompiled(sources, Math.min(size, last * blocksize) - offset, format, {
      shuffle: shuffleOf(header, blocksize),
      typesize,
      streamCount: streamCountOf(header, blocksize),
      blocksize,
    });
    return decoded?.subarray(start - offset, end - offset);
  }

  /** Decoded bytes `start` to `end`. `part` are the bytes of the frame from `partStart` on: as many as are needed. */
  decode(span: ByteSpan, part: Uint8Array, partStart: number): Uint8Array {
    const { start, end } = this.#checked(span);
    const { flags, blocksize, size } = this.header;
    if (start === end) return new Uint8Array(0);
    const needed = this.spanInFrame(span);
    if (needed.start < partStart || needed.end > partStart + part.length) {
      throw corruptBlosc(
        `bytes ${needed.start} to ${needed.end} are needed, not ${partStart} to ${partStart + part.length}`,
      );
    }
    if (flags & STORED) return part.slice(needed.start - partStart, needed.end - partStart);
    const decoded = new Uint8Array(end - start);
    for (let block = Math.floor(start / blocksize); block * blocksize < end; block++) {
      const blockStart = block * blocksize;
      const blockEnd = Math.min(size, blockStart + blocksize);
      const isWhole = blockStart >= start && blockEnd <= end;
      const target = isWhole
        ? decoded.subarray(blockStart - start, blockEnd - start)
        : new Uint8Array(blockEnd - blockStart);
      const at = this.#starts[block]! - partStart;
      const source = part.subarray(at, this.#endOf(this.#starts[block]!) - partStart);
      if (!decodeCompiled(source, target, this.header)) decodeBlock(part, at, target, this.header);
      if (isWhole) continue;
      const wanted = target.subarray(Math.max(0, start - blockStart), end - blockStart);
      decoded.set(wanted, Math.max(0, blockStart - start));
    }
    return decoded;
  }

  #checked({ start, end }: ByteSpan): ByteSpan {
    if (start >= 0 && start <= end && end <= this.header.size) return { start, end };
    throw corruptBlosc(`bytes ${start} to ${end} of ${this.header.size}`);
  }

  /** Where the block that begins at `start` has ended: at the next one, or the end of the frame. */
  #endOf(start: number): number {
    const sorted = this.#sorted;
    let low = 0;
    let high = sorted.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle]! > start) high = middle;
      else low = middle + 1;
    }
    return sorted[low]!;
  }
}

function isAscending(numbers: Float64Array): boolean {
  for (let at = 1; at < numbers.length; at++) if (numbers[at]! < numbers[at - 1]!) return false;
  return true;
}

/** Whether the compiled kernels decoded the block. */
function decodeCompiled(source: Uint8Array, target: Uint8Array, header: BloscHeader): boolean {
  return bloscDecodeCompiled(source, target, header.format, {
    shuffle: shuffleOf(header, target.length),
    typesize: header.typesize,
    streamCount: streamCountOf(header, target.length),
  });
}

const streamCountOf = ({ flags, blocksize, typesize }: BloscHeader, length: number): number =>
  flags & NOT_SPLIT ? 1 : splitsOf(blocksize, typesize, length);

/** Decodes the block at `at` so that it exactly fills `target`. */
function decodeBlock(frame: Uint8Array, at: number, target: Uint8Array, header: BloscHeader): void {
  const { typesize, format } = header;
  const shuffle = shuffleOf(header, target.length);
  const streams = shuffle === 0 ? target : new Uint8Array(target.length);
  const streamCount = streamCountOf(header, target.length);
  const streamSize = Math.floor(target.length / streamCount);
  if (streamSize * streamCount !== target.length)
    throw corruptBlosc(`a block of ${target.length} bytes in ${streamCount} streams`);
  for (let stream = 0; stream < streamCount; stream++) {
    if (at + 4 > frame.length) throw corruptBlosc('truncated');
    const encodedSize = frame[at]! | (frame[at + 1]! << 8) | (frame[at + 2]! << 16) | (frame[at + 3]! << 24);
    at += 4;
    if (encodedSize < 0 || encodedSize > frame.length - at) {
      throw corruptBlosc(`a stream of ${encodedSize} bytes, ${frame.length - at} are left`);
    }
    const source = frame.subarray(at, at + encodedSize);
    const part = streams.subarray(stream * streamSize, (stream + 1) * streamSize);
    if (encodedSize === streamSize) part.set(source);
    else decodeStream(format, source, part);
    at += encodedSize;
  }
  if (shuffle === SHUFFLED_BYTES) unshuffle(streams, target, typesize);
  else if (shuffle === SHUFFLED_BITS) unbitshuffle(streams, target, typesize);
}

function decodeStream(format: BloscFormat, source: Uint8Array, target: Uint8Array): void {
  if (format === 'blosclz') blosclzDecode(source, target);
  else if (format === 'lz4') lz4Decode(source, target);
  else if (format === 'snappy') snappyDecode(source, target);
  else copyExactly(target, (limit) => (format === 'zstd' ? zstdDecode(source, limit) : unzlib(source, limit, limit)));
}

/** Fills `target` with what `decode` makes, which must be as many bytes. */
function copyExactly(target: Uint8Array, decode: (limit: number) => Uint8Array): void {
  let decoded: Uint8Array;
  try {
    decoded = decode(target.length);
  } catch (error) {
    throw error instanceof OutputOverflow ? corruptBlosc(`a stream of more than ${target.length} bytes`) : error;
  }
  if (decoded.length !== target.length) {
    throw corruptBlosc(`a stream of ${decoded.length} bytes, expected ${target.length}`);
  }
  target.set(decoded);
}

/**
 * The zstd frame around encoded blocks: RFC 8878, section 3.1.1.
 *
 * The content is cut into segments of at most 8 MiB, and no match reaches back across the start of its segment. So a
 * decoder needs a window of at most 8 MiB, which the RFC asks every decoder to support (section 3.1.1.1.2), and an
 * encoder needs scratch memory for one segment, whatever the size of the content. A frame of one segment says so
 * ("single segment"), a longer one declares the window; the size of the content is always in the header.
 */

import { ArgumentError } from '../errors.js';
import { xxhash64Low32 } from './xxhash64.js';

/** How a frame is made: `level` as in libzstd, and whether the frame ends with the content's checksum. */
export interface ZstdOptions {
  readonly level: number;
  readonly checksum: boolean;
}

/** The largest run of content that is compressed with one memory of earlier content. */
export const SEGMENT_BYTES = 2 ** 23;

/** The largest content of one block. */
export const BLOCK_BYTES = 2 ** 17;

/** How matches are searched. */
export interface ZstdStrategy {
  /** `fast` looks up one table of earlier positions, `double-fast` a second one for long matches, and first. */
  readonly kind: 'fast' | 'double-fast';
  /** How many bytes the (first) table goes by: with more, fewer and longer matches are found. 4 to 7. */
  readonly hashBytes: number;
  /** The first table has at most 2^this many entries, up to 16; small content takes less. */
  readonly tableLog: number;
  /** Positions skipped after each one without a match. */
  readonly step: number;
}

const DEFAULT_LEVEL = 3;
const FASTEST_LEVEL = -131072;
/** The sizes at which libzstd changes what a level means: in small content there are few long matches. */
const SMALL_BYTES = 2 ** 14;
const MEDIUM_BYTES = 2 ** 17;
const LARGE_BYTES = 2 ** 18;

/**
 * The strategy of a level for content of a size, much as libzstd's. 0 is its default, 3. Levels 1 and 2 are fast, negative
 * ones faster by that many positions more skipped, 3 and above double-fast: what libzstd does above 3 is several times slower
 * for a few per cent.
 */
export function strategyOf(level: number, contentBytes: number): ZstdStrategy {
  if (!Number.isInteger(level)) throw new ArgumentError(`level: expected an integer, got ${level}`);
  const effective = level === 0 ? DEFAULT_LEVEL : Math.max(level, FASTEST_LEVEL);
  const isSmall = contentBytes <= SMALL_BYTES;
  if (effective >= DEFAULT_LEVEL) return { kind: 'double-fast', hashBytes: isSmall ? 4 : 5, tableLog: 16, step: 1 };
  const isMedium = contentBytes <= MEDIUM_BYTES;
  const isLarge = contentBytes > LARGE_BYTES;
  if (effective === 2) {
    if (!isMedium && !isLarge) return { kind: 'double-fast', hashBytes: 5, tableLog: 14, step: 1 };
    return { kind: 'fast', hashBytes: isSmall ? 4 : isMedium ? 5 : 6, tableLog: isMedium ? 15 : 16, step: 1 };
  }
  const step = effective === 1 ? 1 : 1 - effective;
  if (isLarge) return { kind: 'fast', hashBytes: 7, tableLog: 15, step };
  return { kind: 'fast', hashBytes: isSmall ? 5 : 6, tableLog: isSmall || !isMedium ? 14 : 13, step };
}

/**
 * The most bytes that the encoding of a segment can take while it is being tried: everything as raw blocks, and the
 * last block compressed so badly that it will be thrown away. A sequence stands for at least four bytes and takes less
 * than twelve; literals take at most their own size; headers and tables take less than 1 KiB.
 */
export function segmentBound(segmentBytes: number): number {
  const blocks = Math.ceil(segmentBytes / BLOCK_BYTES) + 1;
  return segmentBytes + 3 * blocks + 4 * Math.min(segmentBytes, BLOCK_BYTES) + 1024;
}

/**
 * The frame of `content`. `encodeSegment` gives the blocks of one segment, and is asked for segment after segment;
 * what it returns is borrowed until it is asked again.
 */
export function encodeFrame(
  content: Uint8Array,
  checksum: boolean,
  encodeSegment: (segment: Uint8Array, isLast: boolean) => Uint8Array,
): Uint8Array {
  const parts: Uint8Array[] = [frameHeader(content.length, checksum)];
  let start = 0;
  do {
    const end = Math.min(start + SEGMENT_BYTES, content.length);
    const isLast = end === content.length;
    const blocks = encodeSegment(content.subarray(start, end), isLast);
    parts.push(isLast ? blocks : blocks.slice());
    start = end;
  } while (start < content.length);
  if (checksum) parts.push(littleEndian(xxhash64Low32(content), CHECKSUM_BYTES));
  return joined(parts);
}

/**
 * The frame of `content`, which is one segment, made around its `blocks`: the memory before and behind them has room for
 * the rest.
 */
export function frameAround(blocks: Uint8Array, content: Uint8Array, checksum: boolean): Uint8Array {
  const header = frameHeader(content.length, checksum);
  const end = header.length + blocks.length;
  const start = blocks.byteOffset - header.length;
  const frame = new Uint8Array(blocks.buffer, start, end + (checksum ? CHECKSUM_BYTES : 0));
  frame.set(header);
  if (checksum) frame.set(littleEndian(xxhash64Low32(content), CHECKSUM_BYTES), end);
  return frame;
}

const MAGIC = Object.freeze([0x28, 0xb5, 0x2f, 0xfd]);
const CHECKSUM_BYTES = 4;
const SINGLE_SEGMENT_FLAG = 0x20;
const CHECKSUM_FLAG = 0x04;
/** An exponent of 13 above 2^10, and no eighths: 8 MiB. */
const WINDOW_DESCRIPTOR = 13 << 3;

function frameHeader(contentBytes: number, checksum: boolean): Uint8Array {
  const isSingleSegment = contentBytes <= SEGMENT_BYTES;
  const size = contentSizeField(contentBytes);
  const descriptor = (size.flag << 6) | (isSingleSegment ? SINGLE_SEGMENT_FLAG : 0) | (checksum ? CHECKSUM_FLAG : 0);
  const window = isSingleSegment ? [] : [WINDOW_DESCRIPTOR];
  return Uint8Array.from([...MAGIC, descriptor, ...window, ...size.bytes]);
}

function contentSizeField(contentBytes: number): { readonly flag: number; readonly bytes: Uint8Array } {
  if (contentBytes < 256) return { flag: 0, bytes: littleEndian(contentBytes, 1) };
  // The two-byte form counts from 256.
  if (contentBytes < 65536 + 256) return { flag: 1, bytes: littleEndian(contentBytes - 256, 2) };
  if (contentBytes < 2 ** 32) return { flag: 2, bytes: littleEndian(contentBytes, 4) };
  return { flag: 3, bytes: littleEndian(contentBytes, 8) };
}

function littleEndian(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = Math.floor(value / 256 ** i) % 256;
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  const result = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

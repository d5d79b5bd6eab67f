/**
 * zstd (RFC 8878): frames one after another, some of them to be skipped.
 *
 * A first walk over the headers of frames and blocks finds where frames end and the most they can decode to, so that
 * nothing is allocated on a header's word. Windows beyond 128 MiB and dictionaries are refused; checksums are verified.
 */
import { nativeZstd } from '#platform/zlib';
import { ChecksumError, CodecError } from '../../errors.js';
import { xxhash64Low32 } from '../../kernels/xxhash64.js';
import { ZstdDecoder, zstdDecodeUsual } from '../../kernels/zstd-decode.js';
import { OutputOverflow } from './output.js';
import { decodeBlock, MAX_BLOCK, type ZstdFrame } from './zstd-block.js';

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const MAX_WINDOW = 2 ** 27;
const CHECKSUM_BYTES = 4;
/**
 * Room for so many bytes may be there before anything is known of a frame. Of frames as small, the walk over their headers would
 * take a good part of the time.
 */
const SMALL = 2 ** 16;

const RAW_BLOCK = 0;
const REPEATED_BYTE = 1;
const COMPRESSED_BLOCK = 2;

/** One frame, as its headers describe it. */
interface FrameLayout {
  readonly start: number;
  /** Where its first block begins. */
  readonly blocksStart: number;
  readonly end: number;
  readonly contentSize: number | undefined;
  readonly hasChecksum: boolean;
  /** The most bytes that its blocks can decode to. */
  readonly bound: number;
  /** Whether all blocks are raw or repeat one byte, so that `bound` is exact. */
  readonly isExact: boolean;
}

/** Decodes all frames of `source`; throws `OutputOverflow` instead of making more than `limit` bytes. */
export function zstdDecode(source: Uint8Array, limit: number): Uint8Array {
  const { frames, capacity } = framesOf(source, limit);
  const lent = decodeCompiled(source, frames, capacity);
  return lent === undefined ? decodePlain(source, frames, capacity) : new Uint8Array(lent);
}

/** The same in the memory of the kernels, until something else uses them; undefined where `zstdDecode` has to do it. */
export function zstdDecodeLent(source: Uint8Array, limit: number): Uint8Array | undefined {
  if (limit <= SMALL) {
    const usual = zstdDecodeUsual(source, limit);
    if (usual !== undefined) return usual;
  }
  const { frames, capacity } = framesOf(source, limit);
  return decodeCompiled(source, frames, capacity);
}

/** The frames of `source`, and the room that decoding them takes; throws where that is certainly more than `limit`. */
function framesOf(
  source: Uint8Array,
  limit: number,
): { readonly frames: readonly FrameLayout[]; readonly capacity: number } {
  const frames = frameLayouts(source);
  let bound = 0;
  for (const frame of frames) bound += frame.contentSize ?? frame.bound;
  if (bound > limit && frames.every(({ contentSize, isExact }) => isExact || contentSize !== undefined)) {
    throw new OutputOverflow();
  }
  return { frames, capacity: Math.min(bound, limit) };
}

/** The same without the compiled kernels. */
export function zstdDecodeTwin(source: Uint8Array, limit: number): Uint8Array {
  const { frames, capacity } = framesOf(source, limit);
  return decodePlain(source, frames, capacity);
}

function decodePlain(source: Uint8Array, frames: readonly FrameLayout[], capacity: number): Uint8Array {
  const output = new Uint8Array(capacity);
  let position = 0;
  for (const frame of frames) position = decodeFrame(source, frame, output, position);
  return position === output.length ? output : output.slice(0, position);
}

/**
 * What the compiled kernels decode, in their memory; undefined where they are not there, and where something is damaged: the
 * plain decoder says what.
 */
function decodeCompiled(source: Uint8Array, frames: readonly FrameLayout[], capacity: number): Uint8Array | undefined {
  const decoder = ZstdDecoder.for(source, capacity);
  if (decoder === undefined) return undefined;
  let position = 0;
  for (const layout of frames) {
    const blocksEnd = layout.end - (layout.hasChecksum ? CHECKSUM_BYTES : 0);
    const end = decoder.decodeBlocks(layout.blocksStart, blocksEnd, position);
    if (end < 0) return undefined;
    if (layout.contentSize !== undefined && end - position !== layout.contentSize) return undefined;
    if (layout.hasChecksum && wordAt(source, blocksEnd) !== decoder.checksum(position, end)) return undefined;
    position = end;
  }
  return decoder.view(0, position);
}

function frameLayouts(source: Uint8Array): FrameLayout[] {
  const frames: FrameLayout[] = [];
  let at = 0;
  let isFirst = true;
  while (at < source.length || isFirst) {
    isFirst = false;
    const magic = wordAt(source, at);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
      at = wordAt(source, at + 4) + at + 8;
      if (at > source.length) throw corrupt('truncated');
      continue;
    }
    if (magic !== MAGIC) throw corrupt(at === 0 ? 'it does not begin as a zstd frame' : `no frame at byte ${at}`);
    const frame = frameLayout(source, at);
    frames.push(frame);
    at = frame.end;
  }
  return frames;
}

function frameLayout(source: Uint8Array, start: number): FrameLayout {
  const header = frameHeader(source, start);
  const { contentSize, windowSize } = header;
  const blockMax = Math.min(MAX_BLOCK, windowSize);
  let at = header.end;
  let bound = 0;
  let isExact = true;
  let isLast = false;
  while (!isLast) {
    const block = blockHeader(source, at);
    isLast = block.isLast;
    if (block.type > COMPRESSED_BLOCK) throw corrupt('a reserved kind of block');
    if (block.size > blockMax) throw corrupt(`a block of ${block.size} bytes, at most ${blockMax}`);
    bound += block.type === COMPRESSED_BLOCK ? blockMax : block.size;
    if (block.type === COMPRESSED_BLOCK) isExact = false;
    at = block.end;
  }
  if (header.hasChecksum) at += CHECKSUM_BYTES;
  if (at > source.length) throw corrupt('truncated');
  if (contentSize !== undefined && (contentSize > bound || (isExact && contentSize !== bound))) {
    throw corrupt(`its header says ${contentSize} bytes, its blocks ${isExact ? '' : 'at most '}${bound}`);
  }
  return { start, blocksStart: header.end, end: at, contentSize, hasChecksum: header.hasChecksum, bound, isExact };
}

interface FrameHeader {
  readonly end: number;
  readonly contentSize: number | undefined;
  readonly windowSize: number;
  readonly hasChecksum: boolean;
}

function frameHeader(source: Uint8Array, start: number): FrameHeader {
  const descriptor = byteAt(source, start + 4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if ((descriptor & 0x08) !== 0) throw corrupt('a reserved bit is set');
  let at = start + 5;
  let windowSize = 0;
  if (!isSingleSegment) {
    const window = byteAt(source, at++);
    const base = 2 ** (10 + (window >>> 3));
    windowSize = base + (base / 8) * (window & 7);
    if (windowSize > MAX_WINDOW) throw corrupt(`a window of ${windowSize} bytes, at most ${MAX_WINDOW}`);
  }
  const dictionarySize = [0, 1, 2, 4][descriptor & 3]!;
  for (let i = 0; i < dictionarySize; i++) {
    if (byteAt(source, at++) !== 0) throw new CodecError('a zstd frame that needs a dictionary cannot be decoded');
  }
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6]!;
  let contentSize = sizeBytes === 2 ? 256 : 0;
  for (let i = 0; i < sizeBytes; i++) contentSize += byteAt(source, at++) * 2 ** (8 * i);
  return {
    end: at,
    contentSize: sizeBytes === 0 ? undefined : contentSize,
    windowSize: isSingleSegment ? contentSize : windowSize,
    hasChecksum: (descriptor & 0x04) !== 0,
  };
}

interface Block {
  readonly isLast: boolean;
  readonly type: number;
  /** Decoded length, or encoded length of a compressed block. */
  readonly size: number;
  readonly start: number;
  readonly end: number;
}

function blockHeader(source: Uint8Array, at: number): Block {
  const word = byteAt(source, at) | (byteAt(source, at + 1) << 8) | (byteAt(source, at + 2) << 16);
  const type = (word >>> 1) & 3;
  const size = word >>> 3;
  const start = at + 3;
  const end = start + (type === REPEATED_BYTE ? 1 : size);
  if (end > source.length) throw corrupt('truncated');
  return { isLast: (word & 1) === 1, type, size, start, end };
}

/** Decodes `layout` to `output` from `position` on, and returns where it ends there. */
function decodeFrame(source: Uint8Array, layout: FrameLayout, output: Uint8Array, position: number): number {
  const end = nativeZstd
    ? decodeNatively(nativeZstd, source, layout, output, position)
    : decodeBlocks(source, layout, output, position);
  checkFrame(source, layout, output.subarray(position, end));
  return end;
}

/** Throws unless `decoded` is as long as the frame says, and has its checksum. */
function checkFrame(source: Uint8Array, { contentSize, hasChecksum, end }: FrameLayout, decoded: Uint8Array): void {
  if (contentSize !== undefined && decoded.length !== contentSize) {
    throw corrupt(`decoded to ${decoded.length} bytes, its header says ${contentSize}`);
  }
  if (hasChecksum && wordAt(source, end - CHECKSUM_BYTES) !== xxhash64Low32(decoded)) {
    throw new ChecksumError('the decoded bytes differ from the checksum of the zstd frame');
  }
}

function decodeBlocks(source: Uint8Array, layout: FrameLayout, output: Uint8Array, position: number): number {
  const frame: ZstdFrame = {
    output,
    start: position,
    position,
    repeatedOffsets: [1, 4, 8],
    huffman: undefined,
    tables: undefined,
  };
  let at = layout.blocksStart;
  let isLast = false;
  while (!isLast) {
    const block = blockHeader(source, at);
    if (block.type === COMPRESSED_BLOCK) decodeBlock(source, block.start, block.end, frame);
    else {
      if (block.size > output.length - frame.position) throw new OutputOverflow();
      if (block.type === RAW_BLOCK) output.set(source.subarray(block.start, block.end), frame.position);
      else output.fill(source[block.start]!, frame.position, frame.position + block.size);
      frame.position += block.size;
    }
    isLast = block.isLast;
    at = block.end;
  }
  return frame.position;
}

function decodeNatively(
  native: NonNullable<typeof nativeZstd>,
  source: Uint8Array,
  { start, end, contentSize, bound }: FrameLayout,
  output: Uint8Array,
  position: number,
): number {
  const room = output.length - position;
  const bytes = native.decode(source.subarray(start, end), Math.min(room, contentSize ?? bound));
  if (bytes.length > room) throw new OutputOverflow();
  output.set(bytes, position);
  return position + bytes.length;
}

function byteAt(source: Uint8Array, at: number): number {
  const byte = source[at];
  if (byte === undefined) throw corrupt('truncated');
  return byte;
}

function wordAt(source: Uint8Array, at: number): number {
  const high = byteAt(source, at + 2) | (byteAt(source, at + 3) << 8);
  return (byteAt(source, at) | (byteAt(source, at + 1) << 8)) + high * 65536;
}

const corrupt = (text: string): CodecError => new CodecError(`damaged zstd frame: ${text}`);

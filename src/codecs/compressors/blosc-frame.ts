/**
 * The Blosc 1 frame: a header of 16 bytes, where each block begins, and the blocks. Numbers are little-endian.
 * https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
 *
 * A block is one stream or as many as an element has bytes ("split"); each stream is its length and its bytes, raw where
 * that length is the decoded one. The streams together make the block, shuffled by bytes or bits. A frame that would not
 * shrink holds the bytes as they are, not even shuffled.
 */
import { unzlib, zlib } from '#platform/zlib';
import { CodecError } from '../../errors.js';
import { bitshuffle, unbitshuffle } from './bitshuffle.js';
import { lz4Decode, lz4Encode } from './lz4-block.js';
import { OutputOverflow } from './output.js';
import { shuffle, unshuffle } from './shuffle.js';
import { zstdFrame } from './zstd.js';
import { zstdDecode } from './zstd-frame.js';

const HEADER_BYTES = 16;
const VERSION = 2;
/** The version of all inner formats. */
const INNER_VERSION = 1;

const BYTE_SHUFFLED = 0x01;
const STORED = 0x02;
const BIT_SHUFFLED = 0x04;
const RESERVED = 0x08;
const NOT_SPLIT = 0x10;

/** The inner formats by their number in the header. */
const FORMATS = Object.freeze(['blosclz', 'lz4', 'snappy', 'zlib', 'zstd'] as const);
type Format = (typeof FORMATS)[number];

const MAX_TYPESIZE = 255;
/** Only elements of at most so many bytes are split, */
const MAX_SPLITS = 16;
/** and only into streams of at least so many. */
const MIN_SPLIT_BYTES = 128;
/** c-blosc does not try to compress less. */
const MIN_COMPRESSED = 128;
const MAX_BLOCK = 715827542;
/** The longest input, so that all lengths fit into 31 bits. */
export const MAX_BLOSC_BYTES = 2 ** 31 - 1 - HEADER_BYTES;

/** The codecs that Blosc can have inside. */
export type BloscCname = 'lz4' | 'lz4hc' | 'blosclz' | 'snappy' | 'zlib' | 'zstd';
/** What Blosc does to a block before it is compressed: nothing, or gathers the bytes or bits of one rank. */
export type BloscShuffle = 'noshuffle' | 'shuffle' | 'bitshuffle';

interface Header {
  readonly flags: number;
  readonly typesize: number;
  readonly size: number;
  readonly blocksize: number;
  readonly blockCount: number;
  readonly format: Format;
}

/** The decoded bytes of a frame; throws `OutputOverflow` instead of making more than `limit`. */
export function bloscDecode(frame: Uint8Array, limit: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const size = sizeOfFrame(view);
  if (size > limit) throw new OutputOverflow();
  if (size === 0) return new Uint8Array(0);
  const header = headerOf(view, size);
  if (header.flags & STORED) {
    if (frame.length !== HEADER_BYTES + size) {
      throw corrupt(`${frame.length - HEADER_BYTES} stored bytes, its header says ${size}`);
    }
    return frame.slice(HEADER_BYTES);
  }
  checkBlockStarts(view, header);
  const { blocksize, blockCount } = header;
  const decoded = new Uint8Array(size);
  const scratch = new Uint8Array(blocksize);
  for (let block = 0; block < blockCount; block++) {
    const target = decoded.subarray(block * blocksize, Math.min(size, (block + 1) * blocksize));
    decodeBlock(
      frame,
      view.getInt32(HEADER_BYTES + 4 * block, true),
      target,
      header,
      scratch.subarray(0, target.length),
    );
  }
  return decoded;
}

/** The decoded length that the header says; checks what every frame must have. */
function sizeOfFrame(view: DataView): number {
  if (view.byteLength < HEADER_BYTES) throw corrupt(`${view.byteLength} bytes are less than a header`);
  const version = view.getUint8(0);
  if (version !== VERSION) {
    const hint = version > VERSION && version <= 5 ? ' (a Blosc 2 frame?)' : '';
    throw corrupt(`version ${version}${hint}, expected ${VERSION}`);
  }
  const frameSize = view.getUint32(12, true);
  if (frameSize !== view.byteLength) throw corrupt(`${view.byteLength} bytes, its header says ${frameSize}`);
  const size = view.getUint32(4, true);
  if (size > MAX_BLOSC_BYTES) throw corrupt(`a decoded length of ${size}`);
  return size;
}

function headerOf(view: DataView, size: number): Header {
  const flags = view.getUint8(2);
  const typesize = view.getUint8(3);
  const blocksize = view.getUint32(8, true);
  if (flags & RESERVED) throw corrupt('a reserved flag is set');
  if (typesize === 0) throw corrupt('a typesize of 0');
  if (blocksize === 0 || blocksize > Math.min(size, MAX_BLOCK)) throw corrupt(`blocks of ${blocksize} bytes`);
  const format = FORMATS[flags >>> 5];
  if (!(flags & STORED)) {
    if (format === undefined || view.getUint8(1) !== INNER_VERSION) {
      throw corrupt(`inner format ${flags >>> 5}, version ${view.getUint8(1)}`);
    }
    if (format === 'blosclz' || format === 'snappy') throw unsupported(format, 'decoded');
  }
  // The format of stored bytes is not looked at.
  return { flags, typesize, size, blocksize, blockCount: Math.ceil(size / blocksize), format: format ?? 'lz4' };
}

function checkBlockStarts(view: DataView, { blockCount }: Header): void {
  const tableEnd = HEADER_BYTES + 4 * blockCount;
  if (tableEnd > view.byteLength) throw corrupt(`no room for the places of ${blockCount} blocks`);
  for (let block = 0; block < blockCount; block++) {
    const start = view.getUint32(HEADER_BYTES + 4 * block, true);
    if (start < tableEnd || start > view.byteLength - 4) throw corrupt(`block ${block} at byte ${start}`);
  }
}

/** Decodes the block at `at` so that it exactly fills `target`; `scratch` is as long. */
function decodeBlock(frame: Uint8Array, at: number, target: Uint8Array, header: Header, scratch: Uint8Array): void {
  const { flags, typesize, format } = header;
  const isByteShuffled = (flags & BYTE_SHUFFLED) !== 0 && typesize > 1;
  const isBitShuffled = !isByteShuffled && (flags & BIT_SHUFFLED) !== 0 && target.length >= typesize;
  const streams = isByteShuffled || isBitShuffled ? scratch : target;
  const streamCount = flags & NOT_SPLIT ? 1 : splitsOf(header.blocksize, typesize, target.length);
  const streamSize = Math.floor(target.length / streamCount);
  if (streamSize * streamCount !== target.length)
    throw corrupt(`a block of ${target.length} bytes in ${streamCount} streams`);
  for (let stream = 0; stream < streamCount; stream++) {
    if (at + 4 > frame.length) throw corrupt('truncated');
    const encodedSize = frame[at]! | (frame[at + 1]! << 8) | (frame[at + 2]! << 16) | (frame[at + 3]! << 24);
    at += 4;
    if (encodedSize < 0 || encodedSize > frame.length - at) {
      throw corrupt(`a stream of ${encodedSize} bytes, ${frame.length - at} are left`);
    }
    const source = frame.subarray(at, at + encodedSize);
    const part = streams.subarray(stream * streamSize, (stream + 1) * streamSize);
    if (encodedSize === streamSize) part.set(source);
    else decodeStream(format, source, part);
    at += encodedSize;
  }
  if (isByteShuffled) unshuffle(scratch, target, typesize);
  else if (isBitShuffled) unbitshuffle(scratch, target, typesize);
}

/** Into how many streams a block of `length` bytes is split, where the frame splits at all. */
function splitsOf(blocksize: number, typesize: number, length: number): number {
  const isSplit = typesize <= MAX_SPLITS && blocksize / typesize >= MIN_SPLIT_BYTES && length === blocksize;
  return isSplit ? typesize : 1;
}

function decodeStream(format: Format, source: Uint8Array, target: Uint8Array): void {
  if (format === 'lz4') {
    lz4Decode(source, target);
    return;
  }
  let decoded: Uint8Array;
  try {
    decoded = format === 'zstd' ? zstdDecode(source, target.length) : unzlib(source, target.length, target.length);
  } catch (error) {
    throw error instanceof OutputOverflow ? corrupt(`a stream of more than ${target.length} bytes`) : error;
  }
  if (decoded.length !== target.length) {
    throw corrupt(`a stream of ${decoded.length} bytes, expected ${target.length}`);
  }
  target.set(decoded);
}

export interface BloscParameters {
  readonly cname: BloscCname;
  readonly clevel: number;
  readonly shuffle: BloscShuffle;
  /** Bytes of an element. */
  readonly typesize: number;
  /** 0 chooses. */
  readonly blocksize: number;
}

/** Why nothing can be encoded with the inner codec `cname`; undefined where it can. */
export const bloscEncodeProblem = (cname: BloscCname): string | undefined =>
  cname === 'blosclz' || cname === 'snappy' ? unsupported(cname, 'encoded').message : undefined;

/** `bytes` as one frame. */
export function bloscEncode(bytes: Uint8Array, parameters: BloscParameters): Uint8Array {
  const { cname, clevel, shuffle: kind } = parameters;
  if (cname === 'blosclz' || cname === 'snappy') throw unsupported(cname, 'encoded');
  if (bytes.length > MAX_BLOSC_BYTES) throw new CodecError(`${bytes.length} bytes are more than a frame can hold`);
  const typesize = parameters.typesize > MAX_TYPESIZE ? 1 : parameters.typesize;
  // Whole groups of eight elements, where bits of them are gathered.
  const unit = kind === 'bitshuffle' ? 8 * typesize : typesize;
  const blocksize = blocksizeOf(bytes.length, unit, parameters.blocksize);
  // zlib and zstd do better on whole blocks, and streams are of use only when they gather like bytes.
  const isSplit = cname.startsWith('lz4') && kind !== 'noshuffle' && splitsOf(blocksize, typesize, blocksize) > 1;
  const shuffleFlag = kind === 'noshuffle' ? 0 : kind === 'shuffle' ? BYTE_SHUFFLED : BIT_SHUFFLED;
  const format = FORMATS.indexOf(cname === 'lz4hc' ? 'lz4' : cname);
  const header: Header = {
    flags: (format << 5) | (isSplit ? 0 : NOT_SPLIT) | shuffleFlag,
    typesize,
    size: bytes.length,
    blocksize,
    blockCount: Math.ceil(bytes.length / blocksize),
    format: FORMATS[format]!,
  };
  const compressed = clevel > 0 && bytes.length >= MIN_COMPRESSED ? encodeBlocks(bytes, header, clevel) : undefined;
  if (compressed) return compressed;
  const stored = new Uint8Array(HEADER_BYTES + bytes.length);
  writeHeader(stored, { ...header, flags: header.flags | STORED });
  stored.set(bytes, HEADER_BYTES);
  return stored;
}

const AUTOMATIC_BLOCK = 256 * 1024;

/** A block is a multiple of `unit` bytes, if the input has as many. */
function blocksizeOf(size: number, unit: number, given: number): number {
  const wanted = Math.min(size, given > 0 ? Math.max(given, MIN_SPLIT_BYTES) : AUTOMATIC_BLOCK);
  if (size <= unit) return Math.max(1, size);
  return Math.max(1, Math.floor(wanted / unit)) * unit;
}

function writeHeader(frame: Uint8Array, { flags, typesize, size, blocksize }: Header): void {
  const view = new DataView(frame.buffer, frame.byteOffset);
  view.setUint8(0, VERSION);
  view.setUint8(1, INNER_VERSION);
  view.setUint8(2, flags);
  view.setUint8(3, typesize);
  view.setUint32(4, size, true);
  view.setUint32(8, blocksize, true);
  view.setUint32(12, frame.length, true);
}

/** The frame; undefined when it would not be shorter than the stored bytes. */
function encodeBlocks(bytes: Uint8Array, header: Header, clevel: number): Uint8Array | undefined {
  const { size, blocksize, blockCount } = header;
  const frame = new Uint8Array(HEADER_BYTES + size);
  const view = new DataView(frame.buffer);
  const scratch = new Uint8Array(blocksize);
  let at = HEADER_BYTES + 4 * blockCount;
  for (let block = 0; block < blockCount; block++) {
    if (at + 4 > frame.length) return undefined;
    view.setUint32(HEADER_BYTES + 4 * block, at, true);
    const source = bytes.subarray(block * blocksize, Math.min(size, (block + 1) * blocksize));
    at = encodeBlock(shuffled(source, header, scratch.subarray(0, source.length)), header, clevel, frame, at);
    if (at < 0) return undefined;
  }
  const encoded = frame.slice(0, at);
  writeHeader(encoded, header);
  return encoded;
}

function shuffled(block: Uint8Array, { flags, typesize }: Header, scratch: Uint8Array): Uint8Array {
  if (flags & BYTE_SHUFFLED && typesize > 1) shuffle(block, scratch, typesize);
  else if (flags & BIT_SHUFFLED && block.length >= typesize) bitshuffle(block, scratch, typesize);
  else return block;
  return scratch;
}

/** Writes the streams of a block to `frame`; returns where they end, or -1 when they do not fit. */
function encodeBlock(block: Uint8Array, header: Header, clevel: number, frame: Uint8Array, at: number): number {
  const { flags, blocksize, typesize, format } = header;
  const streamCount = flags & NOT_SPLIT ? 1 : splitsOf(blocksize, typesize, block.length);
  const streamSize = block.length / streamCount;
  for (let stream = 0; stream < streamCount; stream++) {
    const source = block.subarray(stream * streamSize, (stream + 1) * streamSize);
    const start = at + 4;
    // One byte less than the stream: one that does not shrink is stored raw.
    const room = frame.subarray(0, Math.min(frame.length, start + streamSize - 1));
    let end = start > room.length ? -1 : encodeStream(format, source, clevel, room, start);
    if (end < 0) {
      end = start + streamSize;
      if (end > frame.length) return -1;
      frame.set(source, start);
    }
    const encodedSize = end - start;
    frame[at] = encodedSize & 0xff;
    frame[at + 1] = (encodedSize >>> 8) & 0xff;
    frame[at + 2] = (encodedSize >>> 16) & 0xff;
    frame[at + 3] = encodedSize >>> 24;
    at = end;
  }
  return at;
}

/** Writes one stream to `target` from `start` on, at the level that c-blosc uses; where it ends, or -1. */
function encodeStream(format: Format, source: Uint8Array, clevel: number, target: Uint8Array, start: number): number {
  if (format === 'lz4') return lz4Encode(source, target, start, 10 - clevel);
  const encoded =
    format === 'zlib'
      ? zlib(source, clevel)
      : zstdFrame(source, { level: clevel < 9 ? 2 * clevel - 1 : 22, checksum: false });
  if (encoded.length > target.length - start) return -1;
  target.set(encoded, start);
  return start + encoded.length;
}

const corrupt = (text: string): CodecError => new CodecError(`damaged Blosc frame: ${text}`);

const unsupported = (format: string, done: string): CodecError =>
  new CodecError(`the inner codec "${format}" cannot be ${done}`);

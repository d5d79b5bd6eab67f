/** The Blosc 1 frame of some bytes; blosc-header says what it is. */
import { zlib } from '#platform/zlib';
import { CodecError } from '../../errors.js';
import { bloscEncodeLentLz4Compiled } from '../../kernels/blosc.js';
import { SHUFFLED_BYTES } from '../../kernels/shuffles.js';
import { zstdEncodeLent } from '../../kernels/zstd-encode.js';
import { bitshuffle } from './bitshuffle.js';
import {
  BIT_SHUFFLED,
  BLOSC_FORMATS,
  BLOSC_HEADER_BYTES,
  BYTE_SHUFFLED,
  MAX_BLOCK,
  MAX_BLOSC_BYTES,
  MIN_SPLIT_BYTES,
  NOT_SPLIT,
  STORED,
  shuffleOf,
  splitsOf,
  writeBloscHeader,
} from './blosc-header.js';
import { blosclzEncode } from './blosclz.js';
import { lz4Encode, lz4EncodeHigh } from './lz4-block.js';
import { shuffle } from './shuffle.js';
import { snappyEncode } from './snappy.js';
import { zstdFrame } from './zstd.js';

const MAX_TYPESIZE = 255;
/** c-blosc does not try to compress less. */
const MIN_COMPRESSED = 128;

/** The compressors inside Blosc. */
export type BloscCname = 'lz4' | 'lz4hc' | 'blosclz' | 'snappy' | 'zlib' | 'zstd';
/** How Blosc reorders a block before it is compressed: not, by bytes of elements, or by their bits. */
export type BloscShuffle = 'noshuffle' | 'shuffle' | 'bitshuffle';

export interface BloscParameters {
  readonly cname: BloscCname;
  readonly clevel: number;
  readonly shuffle: BloscShuffle;
  /** Bytes of an element. */
  readonly typesize: number;
  /** 0 chooses. */
  readonly blocksize: number;
}

/** What a frame is made by. */
interface Frame {
  readonly cname: BloscCname;
  readonly clevel: number;
  readonly flags: number;
  readonly typesize: number;
  readonly size: number;
  readonly blocksize: number;
}

/** `bytes` as one frame. */
export const bloscEncode = (bytes: Uint8Array, parameters: BloscParameters): Uint8Array =>
  encode(bytes, parameters, (lent) => lent.slice());

/** The same; it may lie in the memory of the kernels, until something else uses that. */
export const bloscEncodeLent = (bytes: Uint8Array, parameters: BloscParameters): Uint8Array =>
  encode(bytes, parameters, (lent) => lent);

/** `bytes` as one frame: one that lies in the memory of the kernels is what `taken` makes of it. */
function encode(bytes: Uint8Array, parameters: BloscParameters, taken: (lent: Uint8Array) => Uint8Array): Uint8Array {
  const frame = frameOf(bytes.length, parameters);
  const compressed = frame.clevel > 0 && bytes.length >= MIN_COMPRESSED ? encodeBlocks(bytes, frame, taken) : undefined;
  if (compressed) return compressed;
  const stored = new Uint8Array(BLOSC_HEADER_BYTES + bytes.length);
  writeBloscHeader(stored, { ...frame, flags: frame.flags | STORED });
  stored.set(bytes, BLOSC_HEADER_BYTES);
  return stored;
}

function frameOf(size: number, parameters: BloscParameters): Frame {
  const { cname, clevel, shuffle: kind } = parameters;
  if (size > MAX_BLOSC_BYTES) throw new CodecError(`${size} bytes are more than a frame can hold`);
  const typesize = parameters.typesize > MAX_TYPESIZE ? 1 : parameters.typesize;
  // Whole groups of eight elements, where bits of them are gathered.
  const unit = kind === 'bitshuffle' ? 8 * typesize : typesize;
  const blocksize = blocksizeOf(size, unit, parameters.blocksize);
  // zlib and zstd do better on whole blocks, and streams are of use only when they gather like bytes.
  const isDense = cname === 'zlib' || cname === 'zstd';
  const isSplit = !isDense && kind !== 'noshuffle' && splitsOf(blocksize, typesize, blocksize) > 1;
  const shuffleFlag = kind === 'noshuffle' ? 0 : kind === 'shuffle' ? BYTE_SHUFFLED : BIT_SHUFFLED;
  const format = BLOSC_FORMATS.indexOf(cname === 'lz4hc' ? 'lz4' : cname);
  const flags = (format << 5) | (isSplit ? 0 : NOT_SPLIT) | shuffleFlag;
  return { cname, clevel, flags, typesize, size, blocksize };
}

const AUTOMATIC_BLOCK = 256 * 1024;

/** A block is a multiple of `unit` bytes, if the input has as many. */
function blocksizeOf(size: number, unit: number, given: number): number {
  const wanted = Math.min(size, given > 0 ? Math.min(MAX_BLOCK, Math.max(given, MIN_SPLIT_BYTES)) : AUTOMATIC_BLOCK);
  if (size <= unit) return Math.max(1, size);
  return Math.max(1, Math.floor(wanted / unit)) * unit;
}

/** The frame; undefined when it would not be shorter than the stored bytes. */
function encodeBlocks(
  bytes: Uint8Array,
  frame: Frame,
  taken: (lent: Uint8Array) => Uint8Array,
): Uint8Array | undefined {
  const lent = encodeCompiled(bytes, frame);
  const encoded = lent ?? encodeTwin(bytes, frame);
  if (encoded.length === 0) return undefined;
  writeBloscHeader(encoded, frame);
  return lent === undefined ? encoded : taken(lent);
}

/** Bytes before the blocks. */
const headSizeOf = ({ size, blocksize }: Frame): number => BLOSC_HEADER_BYTES + 4 * Math.ceil(size / blocksize);

/** What `encodeTwin` makes, where the compiled kernels do it all. */
function encodeCompiled(bytes: Uint8Array, frame: Frame): Uint8Array | undefined {
  const { cname, clevel, size, blocksize, typesize } = frame;
  if (cname !== 'lz4') return undefined;
  return bloscEncodeLentLz4Compiled(bytes, BLOSC_HEADER_BYTES + size, {
    shuffle: shuffleOf(frame, blocksize),
    typesize,
    streamCount: streamCountOf(frame, blocksize),
    blocksize,
    headSize: headSizeOf(frame),
    acceleration: 10 - clevel,
  });
}

/** The frame without its header; empty when it would be longer than the stored bytes. */
function encodeTwin(bytes: Uint8Array, frame: Frame): Uint8Array {
  const { size, blocksize } = frame;
  const target = new Uint8Array(BLOSC_HEADER_BYTES + size);
  const view = new DataView(target.buffer);
  let at = headSizeOf(frame);
  for (let block = 0; block * blocksize < size; block++) {
    if (at + 4 > target.length) return new Uint8Array(0);
    view.setUint32(BLOSC_HEADER_BYTES + 4 * block, at, true);
    const source = bytes.subarray(block * blocksize, Math.min(size, (block + 1) * blocksize));
    at = encodeBlock(shuffled(source, frame), frame, target, at);
    if (at < 0) return new Uint8Array(0);
  }
  return target.slice(0, at);
}

const streamCountOf = ({ flags, blocksize, typesize }: Frame, length: number): number =>
  flags & NOT_SPLIT ? 1 : splitsOf(blocksize, typesize, length);

function shuffled(block: Uint8Array, frame: Frame): Uint8Array {
  const kind = shuffleOf(frame, block.length);
  if (kind === 0) return block;
  const target = new Uint8Array(block.length);
  if (kind === SHUFFLED_BYTES) shuffle(block, target, frame.typesize);
  else bitshuffle(block, target, frame.typesize);
  return target;
}

/** Writes the streams of a block to `target`; returns where they end, or -1 when they do not fit. */
function encodeBlock(block: Uint8Array, frame: Frame, target: Uint8Array, at: number): number {
  const streamCount = streamCountOf(frame, block.length);
  const streamSize = block.length / streamCount;
  for (let stream = 0; stream < streamCount; stream++) {
    const source = block.subarray(stream * streamSize, (stream + 1) * streamSize);
    const start = at + 4;
    // One byte less than the stream: one that does not shrink is stored raw.
    const room = target.subarray(0, Math.min(target.length, start + streamSize - 1));
    let end = start > room.length ? -1 : encodeStream(frame, source, room, start);
    if (end < 0) {
      end = start + streamSize;
      if (end > target.length) return -1;
      target.set(source, start);
    }
    const encodedSize = end - start;
    target[at] = encodedSize & 0xff;
    target[at + 1] = (encodedSize >>> 8) & 0xff;
    target[at + 2] = (encodedSize >>> 16) & 0xff;
    target[at + 3] = encodedSize >>> 24;
    at = end;
  }
  return at;
}

/** Writes one stream to `target` from `start` on, at the level that c-blosc uses; where it ends, or -1. */
function encodeStream({ cname, clevel }: Frame, source: Uint8Array, target: Uint8Array, start: number): number {
  switch (cname) {
    case 'blosclz':
      return blosclzEncode(source, target, start, clevel);
    case 'lz4':
      return lz4Encode(source, target, start, 10 - clevel);
    case 'lz4hc':
      return lz4EncodeHigh(source, target, start, Math.min(256, 4 << clevel));
    case 'snappy':
      return snappyEncode(source, target, start, clevel);
    case 'zlib':
      return copyIfShort(zlib(source, clevel), target, start);
    case 'zstd':
      return copyIfShort(
        zstdFrame(source, { level: clevel < 9 ? 2 * clevel - 1 : 22, checksum: false }, zstdEncodeLent),
        target,
        start,
      );
    default:
      return cname satisfies never;
  }
}

function copyIfShort(encoded: Uint8Array, target: Uint8Array, start: number): number {
  if (encoded.length > target.length - start) return -1;
  target.set(encoded, start);
  return start + encoded.length;
}

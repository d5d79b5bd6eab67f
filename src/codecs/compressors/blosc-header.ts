/**
 * The header of the Blosc 1 frame, 16 bytes, and the table of where each block begins. Numbers are little-endian.
 * https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
 *
 * A block is one stream or as many as an element has bytes ("split"); each stream is its length and its bytes, raw where
 * that length is the decoded one. The streams together make the block, shuffled by bytes or bits. A frame that would not
 * shrink holds the bytes as they are, not even shuffled.
 */
import { CodecError } from '../../errors.js';
import { SHUFFLED_BITS, SHUFFLED_BYTES } from '../../kernels/shuffles.js';

export const BLOSC_HEADER_BYTES = 16;
const VERSION = 2;
/** The versions of Blosc 2 frames. */
const BLOSC2_VERSIONS: readonly number[] = Object.freeze([3, 4, 5, 6]);
/** The version of all inner formats. */
const INNER_VERSION = 1;

export const BYTE_SHUFFLED = 0x01;
export const STORED = 0x02;
export const BIT_SHUFFLED = 0x04;
const RESERVED = 0x08;
export const NOT_SPLIT = 0x10;

/** The inner formats by their number in the header. */
export const BLOSC_FORMATS = Object.freeze(['blosclz', 'lz4', 'snappy', 'zlib', 'zstd'] as const);
export type BloscFormat = (typeof BLOSC_FORMATS)[number];

/** Only elements of at most so many bytes are split, */
const MAX_SPLITS = 16;
/** and only into streams of at least so many. */
export const MIN_SPLIT_BYTES = 128;
/** The longest block that c-blosc decodes. */
export const MAX_BLOCK = 715827542;
/** The longest input, so that all lengths fit into 31 bits. */
export const MAX_BLOSC_BYTES = 2 ** 31 - 1 - BLOSC_HEADER_BYTES;

export interface BloscHeader {
  readonly flags: number;
  /** Bytes of an element. */
  readonly typesize: number;
  /** Decoded bytes. */
  readonly size: number;
  /** Decoded bytes of a block; the last one may be shorter. */
  readonly blocksize: number;
  readonly blockCount: number;
  readonly format: BloscFormat;
  /** Bytes of the whole frame. */
  readonly frameSize: number;
  /** Bytes before the blocks: the header, and the table of blocks where there is one. */
  readonly headSize: number;
}

/** The header at the beginning of `bytes`, which may be a part of a frame; `CodecError` if it is none. */
export function bloscHeader(bytes: Uint8Array): BloscHeader {
  if (bytes.length < BLOSC_HEADER_BYTES) throw corruptBlosc(`${bytes.length} bytes are less than a header`);
  const version = bytes[0]!;
  if (BLOSC2_VERSIONS.includes(version)) {
    throw new CodecError(`a Blosc 2 frame (version ${version}); only those of Blosc 1 (version ${VERSION}) are read`);
  }
  if (version !== VERSION) throw corruptBlosc(`version ${version}, expected ${VERSION}`);
  const innerVersion = bytes[1]!;
  const flags = bytes[2]!;
  const typesize = bytes[3]!;
  const size = wordAt(bytes, 4);
  const blocksize = wordAt(bytes, 8);
  const frameSize = wordAt(bytes, 12);
  if (size > MAX_BLOSC_BYTES) throw corruptBlosc(`a decoded length of ${size}`);
  if (frameSize < BLOSC_HEADER_BYTES) throw corruptBlosc(`its header says ${frameSize} bytes, less than itself`);
  const format = BLOSC_FORMATS[flags >>> 5];
  let blockCount = 0;
  let headSize = BLOSC_HEADER_BYTES;
  // Whoever stores nothing need not fill in the rest.
  if (size > 0) {
    if (flags & RESERVED) throw corruptBlosc('a reserved flag is set');
    if (typesize === 0) throw corruptBlosc('a typesize of 0');
    if (blocksize === 0 || blocksize > Math.min(size, MAX_BLOCK)) throw corruptBlosc(`blocks of ${blocksize} bytes`);
    blockCount = Math.ceil(size / blocksize);
    if (flags & STORED) {
      if (frameSize !== BLOSC_HEADER_BYTES + size) {
        throw corruptBlosc(`${frameSize - BLOSC_HEADER_BYTES} stored bytes, its header says ${size}`);
      }
    } else {
      if (format === undefined || innerVersion !== INNER_VERSION) {
        throw corruptBlosc(`inner format ${flags >>> 5}, version ${innerVersion}`);
      }
      headSize += 4 * blockCount;
      if (headSize > frameSize) throw corruptBlosc(`no room for the places of ${blockCount} blocks`);
    }
  }
  // The format of stored bytes is not looked at.
  return { flags, typesize, size, blocksize, blockCount, format: format ?? 'lz4', frameSize, headSize };
}

/** Byte by byte: to make a view takes longer than all else that is done with a header. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** Writes a header to the beginning of `frame`. */
export function writeBloscHeader(
  frame: Uint8Array,
  header: Pick<BloscHeader, 'flags' | 'typesize' | 'size' | 'blocksize'>,
): void {
  const { flags, typesize, size, blocksize } = header;
  const view = new DataView(frame.buffer, frame.byteOffset);
  view.setUint8(0, VERSION);
  view.setUint8(1, INNER_VERSION);
  view.setUint8(2, flags);
  view.setUint8(3, typesize);
  view.setUint32(4, size, true);
  view.setUint32(8, blocksize, true);
  view.setUint32(12, frame.length, true);
}

/** Into how many streams a block of `length` bytes is split, where the frame splits at all. */
export function splitsOf(blocksize: number, typesize: number, length: number): number {
  const isSplit = typesize <= MAX_SPLITS && blocksize / typesize >= MIN_SPLIT_BYTES && length === blocksize;
  return isSplit ? typesize : 1;
}

/** How a block of `length` bytes is shuffled; 0 is not at all. */
export function shuffleOf(
  { flags, typesize }: Pick<BloscHeader, 'flags' | 'typesize'>,
  length: number,
): 0 | typeof SHUFFLED_BYTES | typeof SHUFFLED_BITS {
  if (flags & BYTE_SHUFFLED && typesize > 1) return SHUFFLED_BYTES;
  return flags & BIT_SHUFFLED && length >= typesize ? SHUFFLED_BITS : 0;
}

export const corruptBlosc = (text: string): CodecError => new CodecError(`damaged Blosc frame: ${text}`);

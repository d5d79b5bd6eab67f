/**
 * gzip (RFC 1952) and zlib (RFC 1950) decoded by our own inflate and checksums, so that damage is found everywhere as it is
 * by zlib.
 */
import { ChecksumError, CodecError } from '../../errors.js';
import { inflateWhole } from '../../kernels/inflate.js';
import { crc32 } from '../checksums/crc32.js';
import { Inflater } from './inflater.js';

/** The members of a gzip file, decoded; throws `OutputOverflow` instead of making more than `limit` bytes. */
export function gunzip(bytes: Uint8Array, expected: number, limit: number): Uint8Array {
  const inflater = new Inflater(bytes, expected, limit);
  let at = 0;
  do {
    at = inflater.inflate(gzipHeaderEnd(bytes, at));
    const trailer = viewOf(bytes, at, 8);
    if (trailer.getUint32(0, true) !== inflater.crc32()) throw new ChecksumError('the bytes differ from their CRC-32');
    const { length } = inflater.decoded;
    if (trailer.getUint32(4, true) !== length >>> 0) {
      throw new ChecksumError(`decoded to ${length} bytes, the trailer says ${trailer.getUint32(4, true)}`);
    }
    at += 8;
  } while (at < bytes.length && !isZero(bytes, at));
  return inflater.output.toBytes();
}

/**
 * The `size` bytes of a gzip file of one member, in the memory of the kernels until something else uses that. Undefined where
 * `gunzip` has to decode it, or to say what is wrong.
 */
export function gunzipLent(bytes: Uint8Array, size: number): Uint8Array | undefined {
  return lent(bytes, size, 'gzip');
}

/** The same for a zlib stream. */
export function unzlibLent(bytes: Uint8Array, size: number): Uint8Array | undefined {
  return lent(bytes, size, 'zlib');
}

function lent(bytes: Uint8Array, size: number, format: 'gzip' | 'zlib'): Uint8Array | undefined {
  try {
    const start = format === 'gzip' ? gzipHeaderEnd(bytes, 0) : zlibHeaderEnd(bytes);
    return inflateWhole(bytes, { start, size, format });
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

/** A zlib stream, decoded; throws `OutputOverflow` instead of making more than `limit` bytes. */
export function unzlib(bytes: Uint8Array, expected: number, limit: number): Uint8Array {
  const start = zlibHeaderEnd(bytes);
  const inflater = new Inflater(bytes, expected, limit);
  const end = inflater.inflate(start);
  if (viewOf(bytes, end, 4).getUint32(0) !== inflater.adler32()) {
    throw new ChecksumError('the bytes differ from their Adler-32');
  }
  if (!isZero(bytes, end + 4)) throw new CodecError(`${bytes.length - end - 4} bytes after the end of the stream`);
  return inflater.output.toBytes();
}

/** Where the deflate stream of a zlib stream begins. */
function zlibHeaderEnd(bytes: Uint8Array): number {
  checkRoom(bytes, 0, 2);
  const header = (bytes[0]! << 8) | bytes[1]!;
  if ((header & 0x0f00) !== 0x0800 || header >>> 12 > 7 || header % 31 !== 0) throw new CodecError('not a zlib stream');
  if ((header & 0x20) !== 0) throw new CodecError('a zlib stream with a dictionary');
  return 2;
}

const HAS_HEADER_CRC = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
const RESERVED = 0xe0;

/** Where the deflate stream of the gzip member at `start` begins. */
function gzipHeaderEnd(bytes: Uint8Array, start: number): number {
  checkRoom(bytes, start, 10);
  const flags = bytes[start + 3]!;
  if (bytes[start] !== 0x1f || bytes[start + 1] !== 0x8b) {
    throw new CodecError(
      start === 0 ? 'not a gzip stream' : `${bytes.length - start} bytes after the end of the stream`,
    );
  }
  if (bytes[start + 2] !== 8 || (flags & RESERVED) !== 0) throw new CodecError('an unknown kind of gzip stream');
  let at = start + 10;
  if (flags & HAS_EXTRA) at += 2 + viewOf(bytes, at, 2).getUint16(0, true);
  if (flags & HAS_NAME) at = textEnd(bytes, at);
  if (flags & HAS_COMMENT) at = textEnd(bytes, at);
  if (flags & HAS_HEADER_CRC) {
    const stored = viewOf(bytes, at, 2).getUint16(0, true);
    if (stored !== (crc32(bytes.subarray(start, at)) & 0xffff)) {
      throw new ChecksumError('the gzip header differs from its CRC');
    }
    at += 2;
  }
  return at;
}

function textEnd(bytes: Uint8Array, at: number): number {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new CodecError('truncated within the gzip header');
  return end + 1;
}

function viewOf(bytes: Uint8Array, at: number, length: number): DataView {
  checkRoom(bytes, at, length);
  return new DataView(bytes.buffer, bytes.byteOffset + at, length);
}

function checkRoom(bytes: Uint8Array, at: number, length: number): void {
  if (at + length > bytes.length) throw new CodecError('the stream is truncated');
}

/** Whether nothing but zeros, with which files are padded, lies from `start` on. */
function isZero(bytes: Uint8Array, start: number): boolean {
  for (let i = start; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

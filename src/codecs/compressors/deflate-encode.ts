/** gzip (RFC 1952) and zlib (RFC 1950) encoded by our own deflate: by the compiled kernels, and else by their twin. */
import { CompiledDeflater } from '../../kernels/deflate.js';
import { adler32 } from '../checksums/adler32.js';
import { crc32 } from '../checksums/crc32.js';
import { deflate, deflateBound, deflateStored } from './deflate.js';
import type { DeflateEffort } from './deflate-matches.js';

const DEFAULT_LEVEL = 6;

/** How much is done at levels 1 to 9. They make about as few bytes as zlib's do. */
const EFFORTS: readonly DeflateEffort[] = Object.freeze([
  { depth: 2, enough: 8, isLazy: false },
  { depth: 3, enough: 12, isLazy: false },
  { depth: 6, enough: 16, isLazy: false },
  { depth: 10, enough: 24, isLazy: true },
  { depth: 20, enough: 40, isLazy: true },
  { depth: 40, enough: 96, isLazy: true },
  { depth: 80, enough: 160, isLazy: true },
  { depth: 200, enough: 258, isLazy: true },
  { depth: 600, enough: 258, isLazy: true },
]);

const GZIP_HEAD_BYTES = 10;
const GZIP_TRAILER_BYTES = 8;
const ZLIB_HEAD_BYTES = 2;
const ZLIB_TRAILER_BYTES = 4;
/** A window of 32 KiB. */
const ZLIB_HEAD = 0x7800;

/** One gzip member without a time, of an unknown system. */
export function gzip(bytes: Uint8Array, level: number): Uint8Array {
  const { stream, crc32 } = deflated(bytes, level);
  const member = new Uint8Array(GZIP_HEAD_BYTES + stream.length + GZIP_TRAILER_BYTES);
  // What is not set is 0: flags and time. zlib marks only its levels 9, as the smallest, and 1, as the fastest.
  member.set([0x1f, 0x8b, 8]);
  member[8] = level === 9 ? 2 : level === 1 ? 4 : 0;
  member[9] = 255;
  member.set(stream, GZIP_HEAD_BYTES);
  const trailer = new DataView(member.buffer, member.length - GZIP_TRAILER_BYTES);
  trailer.setUint32(0, crc32(), true);
  trailer.setUint32(4, bytes.length, true);
  return member;
}

/** A zlib stream. */
export function zlib(bytes: Uint8Array, level: number): Uint8Array {
  const { stream, adler32 } = deflated(bytes, level);
  const encoded = new Uint8Array(ZLIB_HEAD_BYTES + stream.length + ZLIB_TRAILER_BYTES);
  const view = new DataView(encoded.buffer);
  // Two bits tell about the level, and the head is a multiple of 31.
  const head = ZLIB_HEAD | (levelMark(level) << 6);
  view.setUint16(0, head + 31 - (head % 31));
  encoded.set(stream, ZLIB_HEAD_BYTES);
  view.setUint32(encoded.length - ZLIB_TRAILER_BYTES, adler32());
  return encoded;
}

function levelMark(level: number): number {
  if (level < 0 || level === DEFAULT_LEVEL) return 2;
  return level < 2 ? 0 : level < DEFAULT_LEVEL ? 1 : 3;
}

/** A stream, which may lie in the memory of the kernels, and what computes the checksums of the bytes in it. */
interface Deflated {
  readonly stream: Uint8Array;
  readonly crc32: () => number;
  readonly adler32: () => number;
}

/** Levels are checked to be -1, the default, to 9 where codecs are made. */
function deflated(bytes: Uint8Array, level: number): Deflated {
  if (level === 0) return { stream: deflateStored(bytes), crc32: () => crc32(bytes), adler32: () => adler32(bytes) };
  const effort = EFFORTS[(level < 0 ? DEFAULT_LEVEL : level) - 1]!;
  const compiled = CompiledDeflater.for(bytes, deflateBound(bytes.length));
  if (compiled === undefined) {
    return { stream: deflate(bytes, effort), crc32: () => crc32(bytes), adler32: () => adler32(bytes) };
  }
  return { stream: compiled.deflate(effort), crc32: () => compiled.crc32(), adler32: () => compiled.adler32() };
}

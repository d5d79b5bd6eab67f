/**
 * gzip (RFC 1952) and zlib (RFC 1950) in browsers: our own inflate and checksums to decode, so that damage is found as it
 * is on Node; fflate to encode. The same exports as the Node half.
 */
import { gzipSync, zlibSync } from 'fflate';
import type { NativeZstd } from '../../codecs/compressors/native-zstd.js';

export { gunzip, unzlib } from '../../codecs/compressors/deflate-streams.js';

/** zstd of the platform, where it has one: browsers have none. */
export const nativeZstd: NativeZstd | undefined = undefined;

/** One gzip member without a time. */
export function gzip(bytes: Uint8Array, level: number): Uint8Array {
  const encoded = gzipSync(bytes, { level: levelOf(level), mtime: 0 });
  encoded[9] = 255; // The operating system: unknown.
  return encoded;
}

/** A zlib stream. */
export const zlib = (bytes: Uint8Array, level: number): Uint8Array => zlibSync(bytes, { level: levelOf(level) });

type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** -1 is zlib's default. Levels are checked to be -1 to 9 where codecs are made. */
const levelOf = (level: number): Level => (level < 0 ? 6 : level) as Level;

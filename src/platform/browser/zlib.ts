/**
 * gzip (RFC 1952) and zlib (RFC 1950) in browsers, by our own deflate, inflate and checksums, so that damage is found as it is
 * on Node. The same exports as the Node half.
 */
import type { NativeZstd } from '../../codecs/compressors/native-zstd.js';

export { gzip, zlib } from '../../codecs/compressors/deflate-encode.js';
export { gunzip, unzlib } from '../../codecs/compressors/deflate-streams.js';

/** zstd of the platform, where it has one: browsers have none. */
export const nativeZstd: NativeZstd | undefined = undefined;

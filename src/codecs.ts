/** `zarr-ts/codecs`: the codecs, what they are made of, and how to add one. */
import { Blosc } from './codecs/compressors/blosc.js';
import { BZ2 } from './codecs/compressors/bz2.js';
import { CRC32C } from './codecs/compressors/crc32c.js';
import { GZip } from './codecs/compressors/gzip.js';
import { LZ4 } from './codecs/compressors/lz4.js';
import { LZMA } from './codecs/compressors/lzma.js';
import { Zlib } from './codecs/compressors/zlib.js';
import { Zstd } from './codecs/compressors/zstd.js';
import { PCodec } from './codecs/serializers/pcodec.js';
import { VLenBytes } from './codecs/serializers/vlen-bytes.js';
import { VLenUTF8 } from './codecs/serializers/vlen-utf8.js';
import { ZFPY } from './codecs/serializers/zfpy.js';

export type {
  BoundCodec,
  ChunkSpec,
  Codec,
  CodecDefinition,
  Compressor,
  Filter,
  Serializer,
} from './codecs/codec.js';
export { BloscCodec, type BloscOptions } from './codecs/compressors/blosc.js';
export type { BloscCname, BloscShuffle } from './codecs/compressors/blosc-encode.js';
export { Crc32cCodec } from './codecs/compressors/crc32c.js';
export { GDeflateCodec, type GDeflateOptions } from './codecs/compressors/gdeflate.js';
export { GzipCodec, type GzipOptions } from './codecs/compressors/gzip.js';
export { ZstdCodec, type ZstdOptions } from './codecs/compressors/zstd.js';
export { TransposeCodec, type TransposeOptions } from './codecs/filters/transpose.js';
export { type CodecOption, registerCodec } from './codecs/registry.js';
export { BytesCodec, type BytesOptions } from './codecs/serializers/bytes.js';
export { ShardingCodec, type ShardingOptions, type SubchunkWriteOrder } from './codecs/serializers/sharding.js';
export { VLenBytesCodec } from './codecs/serializers/vlen-bytes.js';
export { VLenUTF8Codec } from './codecs/serializers/vlen-utf8.js';
export { ZfpCodec, type ZfpMode, type ZfpOptions } from './codecs/serializers/zfp.js';

/** The codecs of numcodecs, with its names and defaults: those of format 2, and `numcodecs.…` in format 3. */
export const numcodecs = Object.freeze({
  Blosc,
  BZ2,
  CRC32C,
  GZip,
  LZ4,
  LZMA,
  PCodec,
  VLenBytes,
  VLenUTF8,
  ZFPY,
  Zlib,
  Zstd,
});

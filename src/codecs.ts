/** `zarr-ts/codecs`: the codecs, what they are made of, and how to add one. */

import { Adler32 } from './codecs/compressors/adler32.js';
import { Base64 } from './codecs/compressors/base64.js';
import { Blosc } from './codecs/compressors/blosc.js';
import { Shuffle } from './codecs/compressors/byte-shuffle.js';
import { BZ2 } from './codecs/compressors/bz2.js';
import { CRC32 } from './codecs/compressors/crc32.js';
import { CRC32C } from './codecs/compressors/crc32c.js';
import { Fletcher32 } from './codecs/compressors/fletcher32.js';
import { GZip } from './codecs/compressors/gzip.js';
import { JenkinsLookup3 } from './codecs/compressors/jenkins-lookup3.js';
import { LZ4 } from './codecs/compressors/lz4.js';
import { LZMA } from './codecs/compressors/lzma.js';
import { Zlib } from './codecs/compressors/zlib.js';
import { Zstd } from './codecs/compressors/zstd.js';
import { AsType } from './codecs/filters/astype.js';
import { BitRound } from './codecs/filters/bitround.js';
import { Categorize } from './codecs/filters/categorize.js';
import { Delta } from './codecs/filters/delta.js';
import { FixedScaleOffset } from './codecs/filters/fixed-scale-offset.js';
import { PackBits } from './codecs/filters/packbits.js';
import { Quantize } from './codecs/filters/quantize.js';
import { JSONCodec } from './codecs/serializers/json.js';
import { MsgPack } from './codecs/serializers/msgpack.js';
import { PCodec } from './codecs/serializers/pcodec.js';
import { VLenArray } from './codecs/serializers/vlen-array.js';
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
export { ConditionalCodec, type ConditionalOptions } from './codecs/compressors/conditional.js';
export { Crc32cCodec } from './codecs/compressors/crc32c.js';
export { GDeflateCodec, type GDeflateOptions } from './codecs/compressors/gdeflate.js';
export { GzipCodec, type GzipOptions } from './codecs/compressors/gzip.js';
export { ZstdCodec, type ZstdOptions } from './codecs/compressors/zstd.js';
export { BitRoundCodec, type BitRoundOptions } from './codecs/filters/bitround.js';
export type { OutOfRange, Rounding } from './codecs/filters/cast-number.js';
export {
  CastValue,
  type CastValueOptions,
  type ScalarMapOptions,
  type ScalarPairs,
} from './codecs/filters/cast-value.js';
export { ReshapeCodec, type ReshapeLength, type ReshapeOptions } from './codecs/filters/reshape.js';
export { ScaleOffset, type ScaleOffsetNumber, type ScaleOffsetOptions } from './codecs/filters/scale-offset.js';
export { SqueezeCodec } from './codecs/filters/squeeze.js';
export { TransposeCodec, type TransposeOptions } from './codecs/filters/transpose.js';
export { type CodecOption, registerCodec } from './codecs/registry.js';
export { BytesCodec, type BytesOptions } from './codecs/serializers/bytes.js';
export { N5DefaultCodec, type N5DefaultOptions } from './codecs/serializers/n5-default.js';
export { type MaskedDType, OptionalCodec, type OptionalOptions } from './codecs/serializers/optional.js';
export { PackBitsCodec, type PackBitsOptions, type PaddingEncoding } from './codecs/serializers/packbits.js';
export { ShardingCodec, type ShardingOptions, type SubchunkWriteOrder } from './codecs/serializers/sharding.js';
export { VLenArrayCodec } from './codecs/serializers/vlen-array.js';
export { VLenBytesCodec } from './codecs/serializers/vlen-bytes.js';
export { VLenUTF8Codec } from './codecs/serializers/vlen-utf8.js';
export { VLenCodec, type VLenOptions } from './codecs/serializers/zarrs-vlen.js';
export { VLenV2Codec } from './codecs/serializers/zarrs-vlen-v2.js';
export { ZfpCodec, type ZfpMode, type ZfpOptions } from './codecs/serializers/zfp.js';

/** The codecs of numcodecs, with its names and defaults: those of format 2, and `numcodecs.…` in format 3. */
export const numcodecs = Object.freeze({
  Adler32,
  AsType,
  Base64,
  BitRound,
  Blosc,
  BZ2,
  CRC32,
  CRC32C,
  Categorize,
  Delta,
  FixedScaleOffset,
  Fletcher32,
  GZip,
  JSON: JSONCodec,
  JenkinsLookup3,
  LZ4,
  LZMA,
  MsgPack,
  PackBits,
  PCodec,
  Quantize,
  Shuffle,
  VLenArray,
  VLenBytes,
  VLenUTF8,
  ZFPY,
  Zlib,
  Zstd,
});

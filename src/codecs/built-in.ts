/** Every codec of the library. What imports this file has them all. */
import type { CodecDefinition } from './codec.js';
import { numcodecsAdler32Definition } from './compressors/adler32.js';
import { numcodecsBase64Definition } from './compressors/base64.js';
import { bloscDefinition, numcodecsBloscDefinition } from './compressors/blosc.js';
import { numcodecsShuffleDefinition } from './compressors/byte-shuffle.js';
import { numcodecsBZ2Definition } from './compressors/bz2.js';
import { conditionalDefinition } from './compressors/conditional.js';
import { numcodecsCRC32Definition } from './compressors/crc32.js';
import { crc32cDefinition, numcodecsCRC32CDefinition } from './compressors/crc32c.js';
import { numcodecsFletcher32Definition } from './compressors/fletcher32.js';
import { gdeflateDefinition } from './compressors/gdeflate.js';
import { gzipDefinition, numcodecsGZipDefinition } from './compressors/gzip.js';
import { numcodecsJenkinsLookup3Definition } from './compressors/jenkins-lookup3.js';
import { numcodecsLZ4Definition } from './compressors/lz4.js';
import { numcodecsLZMADefinition } from './compressors/lzma.js';
import { numcodecsZlibDefinition } from './compressors/zlib.js';
import { numcodecsZstdDefinition, zstdDefinition } from './compressors/zstd.js';
import { numcodecsAsTypeDefinition } from './filters/astype.js';
import { bitroundDefinition, numcodecsBitRoundDefinition } from './filters/bitround.js';
import { castValueDefinition } from './filters/cast-value.js';
import { numcodecsCategorizeDefinition } from './filters/categorize.js';
import { numcodecsDeltaDefinition } from './filters/delta.js';
import { numcodecsFixedScaleOffsetDefinition } from './filters/fixed-scale-offset.js';
import { numcodecsPackBitsDefinition } from './filters/packbits.js';
import { numcodecsQuantizeDefinition } from './filters/quantize.js';
import { reshapeDefinition } from './filters/reshape.js';
import { scaleOffsetDefinition } from './filters/scale-offset.js';
import { squeezeDefinition } from './filters/squeeze.js';
import { transposeDefinition } from './filters/transpose.js';
import { bytesDefinition } from './serializers/bytes.js';
import { numcodecsJSONDefinition, numcodecsLegacyJSONDefinition } from './serializers/json.js';
import { numcodecsLegacyMsgPackDefinition, numcodecsMsgPackDefinition } from './serializers/msgpack.js';
import { n5DefaultDefinition } from './serializers/n5-default.js';
import { optionalCodecDefinition } from './serializers/optional.js';
import { packbitsDefinition } from './serializers/packbits.js';
import { numcodecsPCodecDefinition } from './serializers/pcodec.js';
import { shardingDefinition } from './serializers/sharding.js';
import { numcodecsVLenArrayDefinition, vlenArrayDefinition } from './serializers/vlen-array.js';
import { vlenBytesDefinition } from './serializers/vlen-bytes.js';
import { vlenUTF8Definition } from './serializers/vlen-utf8.js';
import { vlenDefinition } from './serializers/zarrs-vlen.js';
import { vlenV2Definition } from './serializers/zarrs-vlen-v2.js';
import { zfpDefinition } from './serializers/zfp.js';
import { numcodecsZFPYDefinition } from './serializers/zfpy.js';

/** Their definitions. A function, because shards know their inner codecs from the registry, which asks for this list. */
export const builtInCodecs = (): readonly CodecDefinition[] => [
  bytesDefinition,
  transposeDefinition,
  gzipDefinition,
  zstdDefinition,
  bloscDefinition,
  crc32cDefinition,
  gdeflateDefinition,
  vlenUTF8Definition,
  vlenBytesDefinition,
  shardingDefinition,
  zfpDefinition,
  numcodecsBloscDefinition,
  numcodecsBZ2Definition,
  numcodecsCRC32CDefinition,
  numcodecsGZipDefinition,
  numcodecsLZ4Definition,
  numcodecsLZMADefinition,
  numcodecsPCodecDefinition,
  numcodecsZFPYDefinition,
  numcodecsZlibDefinition,
  numcodecsZstdDefinition,
  numcodecsAdler32Definition,
  numcodecsBase64Definition,
  numcodecsShuffleDefinition,
  conditionalDefinition,
  numcodecsCRC32Definition,
  numcodecsFletcher32Definition,
  numcodecsJenkinsLookup3Definition,
  numcodecsAsTypeDefinition,
  bitroundDefinition,
  numcodecsBitRoundDefinition,
  castValueDefinition,
  numcodecsCategorizeDefinition,
  numcodecsDeltaDefinition,
  numcodecsFixedScaleOffsetDefinition,
  numcodecsPackBitsDefinition,
  numcodecsQuantizeDefinition,
  reshapeDefinition,
  scaleOffsetDefinition,
  squeezeDefinition,
  n5DefaultDefinition,
  numcodecsJSONDefinition,
  numcodecsLegacyJSONDefinition,
  numcodecsMsgPackDefinition,
  numcodecsLegacyMsgPackDefinition,
  numcodecsVLenArrayDefinition,
  vlenArrayDefinition,
  vlenDefinition,
  vlenV2Definition,
  optionalCodecDefinition,
  packbitsDefinition,
];

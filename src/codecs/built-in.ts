/** Every codec of the library. What imports this file has them all. */
import type { CodecDefinition } from './codec.js';
import { bloscDefinition, numcodecsBloscDefinition } from './compressors/blosc.js';
import { numcodecsBZ2Definition } from './compressors/bz2.js';
import { crc32cDefinition, numcodecsCRC32CDefinition } from './compressors/crc32c.js';
import { gdeflateDefinition } from './compressors/gdeflate.js';
import { gzipDefinition, numcodecsGZipDefinition } from './compressors/gzip.js';
import { numcodecsLZ4Definition } from './compressors/lz4.js';
import { numcodecsLZMADefinition } from './compressors/lzma.js';
import { numcodecsZlibDefinition } from './compressors/zlib.js';
import { numcodecsZstdDefinition, zstdDefinition } from './compressors/zstd.js';
import { transposeDefinition } from './filters/transpose.js';
import { bytesDefinition } from './serializers/bytes.js';
import { numcodecsPCodecDefinition } from './serializers/pcodec.js';
import { shardingDefinition } from './serializers/sharding.js';
import { vlenBytesDefinition } from './serializers/vlen-bytes.js';
import { vlenUTF8Definition } from './serializers/vlen-utf8.js';
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
];

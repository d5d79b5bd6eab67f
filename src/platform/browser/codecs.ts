/**
 * The codecs that are there from the start: those without which no array can be opened. The others are loaded when one is
 * met, so that a page fetches only what its data needs. The blocking API imports them all.
 */
import type { CodecDefinition } from '../../codecs/codec.js';
import { crc32cDefinition, numcodecsCRC32CDefinition } from '../../codecs/compressors/crc32c.js';
import { transposeDefinition } from '../../codecs/filters/transpose.js';
import type { LaterCodecs } from '../../codecs/registry.js';
import { bytesDefinition } from '../../codecs/serializers/bytes.js';
import { shardingDefinition } from '../../codecs/serializers/sharding.js';

export const firstCodecs = (): readonly CodecDefinition[] => [
  bytesDefinition,
  transposeDefinition,
  shardingDefinition,
  crc32cDefinition,
  numcodecsCRC32CDefinition,
];

export const laterCodecs = (): readonly LaterCodecs[] => [...laterCompressorsAndFilters(), ...laterSerializers()];

const laterCompressorsAndFilters = (): readonly LaterCodecs[] => [
  later(['numcodecs.adler32'], ['adler32'], () => import('../../codecs/compressors/adler32.js')),
  later(['numcodecs.base64'], ['base64'], () => import('../../codecs/compressors/base64.js')),
  later(['blosc', 'numcodecs.blosc'], ['blosc'], () => import('../../codecs/compressors/blosc.js')),
  later(
    ['numcodecs.shuffle', 'https://codec.zarrs.dev/bytes_to_bytes/shuffle'],
    ['shuffle'],
    () => import('../../codecs/compressors/byte-shuffle.js'),
  ),
  later(
    ['numcodecs.bz2', 'https://codec.zarrs.dev/bytes_to_bytes/bz2'],
    ['bz2'],
    () => import('../../codecs/compressors/bz2.js'),
  ),
  later(['conditional'], [], () => import('../../codecs/compressors/conditional.js')),
  later(['numcodecs.crc32'], ['crc32'], () => import('../../codecs/compressors/crc32.js')),
  later(
    ['numcodecs.fletcher32', 'https://codec.zarrs.dev/bytes_to_bytes/fletcher32'],
    ['fletcher32'],
    () => import('../../codecs/compressors/fletcher32.js'),
  ),
  later(
    ['zarrs.gdeflate', 'gdeflate', 'https://codec.zarrs.dev/bytes_to_bytes/gdeflate'],
    [],
    () => import('../../codecs/compressors/gdeflate.js'),
  ),
  later(['gzip', 'numcodecs.gzip'], ['gzip'], () => import('../../codecs/compressors/gzip.js')),
  later(
    ['numcodecs.jenkins_lookup3'],
    ['jenkins_lookup3'],
    () => import('../../codecs/compressors/jenkins-lookup3.js'),
  ),
  later(['numcodecs.lz4'], ['lz4'], () => import('../../codecs/compressors/lz4.js')),
  later(['numcodecs.lzma'], ['lzma'], () => import('../../codecs/compressors/lzma.js')),
  later(['numcodecs.zlib'], ['zlib'], () => import('../../codecs/compressors/zlib.js')),
  later(['numcodecs.zstd', 'zstd'], ['zstd'], () => import('../../codecs/compressors/zstd.js')),
  later(['numcodecs.astype'], ['astype'], () => import('../../codecs/filters/astype.js')),
  later(
    [
      'bitround',
      'https://codec.zarrs.dev/array_to_array/bitround',
      'https://codec.zarrs.dev/array_to_bytes/bitround',
      'numcodecs.bitround',
    ],
    ['bitround'],
    () => import('../../codecs/filters/bitround.js'),
  ),
  later(['cast_value'], [], () => import('../../codecs/filters/cast-value.js')),
  later(['numcodecs.categorize'], ['categorize'], () => import('../../codecs/filters/categorize.js')),
  later(['numcodecs.delta'], ['delta'], () => import('../../codecs/filters/delta.js')),
  later(
    ['numcodecs.fixedscaleoffset', 'https://codec.zarrs.dev/array_to_array/fixedscaleoffset'],
    ['fixedscaleoffset'],
    () => import('../../codecs/filters/fixed-scale-offset.js'),
  ),
  later(['numcodecs.packbits'], ['packbits'], () => import('../../codecs/filters/packbits.js')),
  later(['numcodecs.quantize'], ['quantize'], () => import('../../codecs/filters/quantize.js')),
  later(['reshape'], [], () => import('../../codecs/filters/reshape.js')),
  later(['scale_offset'], [], () => import('../../codecs/filters/scale-offset.js')),
  later(
    ['zarrs.squeeze', 'https://codec.zarrs.dev/array_to_array/squeeze'],
    [],
    () => import('../../codecs/filters/squeeze.js'),
  ),
];

const laterSerializers = (): readonly LaterCodecs[] => [
  later(['numcodecs.json2', 'numcodecs.json'], ['json2', 'json'], () => import('../../codecs/serializers/json.js')),
  later(
    ['numcodecs.msgpack', 'numcodecs.msgpack2'],
    ['msgpack', 'msgpack2'],
    () => import('../../codecs/serializers/msgpack.js'),
  ),
  later(['n5_default'], [], () => import('../../codecs/serializers/n5-default.js')),
  later(
    ['zarrs.optional', 'optional', 'https://codec.zarrs.dev/array_to_bytes/optional'],
    [],
    () => import('../../codecs/serializers/optional.js'),
  ),
  later(['packbits'], [], () => import('../../codecs/serializers/packbits.js')),
  later(['numcodecs.pcodec'], ['pcodec'], () => import('../../codecs/serializers/pcodec.js')),
  later(
    ['numcodecs.vlen-array', 'vlen-array', 'https://codec.zarrs.dev/array_to_bytes/vlen_array'],
    ['vlen-array'],
    () => import('../../codecs/serializers/vlen-array.js'),
  ),
  later(
    ['vlen-bytes', 'numcodecs.vlen-bytes', 'https://codec.zarrs.dev/array_to_bytes/vlen_bytes'],
    ['vlen-bytes'],
    () => import('../../codecs/serializers/vlen-bytes.js'),
  ),
  later(
    ['vlen-utf8', 'numcodecs.vlen-utf8', 'https://codec.zarrs.dev/array_to_bytes/vlen_utf8'],
    ['vlen-utf8'],
    () => import('../../codecs/serializers/vlen-utf8.js'),
  ),
  later(
    ['zarrs.vlen', 'https://codec.zarrs.dev/array_to_bytes/vlen'],
    [],
    () => import('../../codecs/serializers/zarrs-vlen.js'),
  ),
  later(
    ['zarrs.vlen_v2', 'https://codec.zarrs.dev/array_to_bytes/vlen_v2'],
    [],
    () => import('../../codecs/serializers/zarrs-vlen-v2.js'),
  ),
  later(
    ['zfp', 'zarrs.zfp', 'https://codec.zarrs.dev/array_to_bytes/zfp'],
    [],
    () => import('../../codecs/serializers/zfp.js'),
  ),
  later(['numcodecs.zfpy'], ['zfpy'], () => import('../../codecs/serializers/zfpy.js')),
];

/** The definitions that a codec's file exports. */
const later = (names: readonly string[], ids: readonly string[], file: () => Promise<object>): LaterCodecs => ({
  names,
  ids,
  load: async () => Object.values(await file()).filter(isDefinition),
});

const isDefinition = (value: unknown): value is CodecDefinition =>
  typeof value === 'object' && value !== null && 'parse' in value && 'name' in value;

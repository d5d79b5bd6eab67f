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

/** The file of each codec, with the names and ids of the definitions in it. */
const FILES: readonly (readonly [names: readonly string[], ids: readonly string[], file: () => Promise<object>])[] = [
  [['numcodecs.adler32'], ['adler32'], () => import('../../codecs/compressors/adler32.js')],
  [['numcodecs.base64'], ['base64'], () => import('../../codecs/compressors/base64.js')],
  [['blosc', 'numcodecs.blosc'], ['blosc'], () => import('../../codecs/compressors/blosc.js')],
  [
    ['numcodecs.shuffle', 'https://codec.zarrs.dev/bytes_to_bytes/shuffle'],
    ['shuffle'],
    () => import('../../codecs/compressors/byte-shuffle.js'),
  ],
  [
    ['numcodecs.bz2', 'https://codec.zarrs.dev/bytes_to_bytes/bz2'],
    ['bz2'],
    () => import('../../codecs/compressors/bz2.js'),
  ],
  [['conditional'], [], () => import('../../codecs/compressors/conditional.js')],
  [['numcodecs.crc32'], ['crc32'], () => import('../../codecs/compressors/crc32.js')],
  [
    ['numcodecs.fletcher32', 'https://codec.zarrs.dev/bytes_to_bytes/fletcher32'],
    ['fletcher32'],
    () => import('../../codecs/compressors/fletcher32.js'),
  ],
  [
    ['zarrs.gdeflate', 'gdeflate', 'https://codec.zarrs.dev/bytes_to_bytes/gdeflate'],
    [],
    () => import('../../codecs/compressors/gdeflate.js'),
  ],
  [['gzip', 'numcodecs.gzip'], ['gzip'], () => import('../../codecs/compressors/gzip.js')],
  [['numcodecs.jenkins_lookup3'], ['jenkins_lookup3'], () => import('../../codecs/compressors/jenkins-lookup3.js')],
  [['numcodecs.lz4'], ['lz4'], () => import('../../codecs/compressors/lz4.js')],
  [['numcodecs.lzma'], ['lzma'], () => import('../../codecs/compressors/lzma.js')],
  [['numcodecs.zlib'], ['zlib'], () => import('../../codecs/compressors/zlib.js')],
  [['numcodecs.zstd', 'zstd'], ['zstd'], () => import('../../codecs/compressors/zstd.js')],
  [['numcodecs.astype'], ['astype'], () => import('../../codecs/filters/astype.js')],
  [
    [
      'bitround',
      'https://codec.zarrs.dev/array_to_array/bitround',
      'https://codec.zarrs.dev/array_to_bytes/bitround',
      'numcodecs.bitround',
    ],
    ['bitround'],
    () => import('../../codecs/filters/bitround.js'),
  ],
  [['cast_value'], [], () => import('../../codecs/filters/cast-value.js')],
  [['numcodecs.categorize'], ['categorize'], () => import('../../codecs/filters/categorize.js')],
  [['numcodecs.delta'], ['delta'], () => import('../../codecs/filters/delta.js')],
  [
    ['numcodecs.fixedscaleoffset', 'https://codec.zarrs.dev/array_to_array/fixedscaleoffset'],
    ['fixedscaleoffset'],
    () => import('../../codecs/filters/fixed-scale-offset.js'),
  ],
  [['numcodecs.packbits'], ['packbits'], () => import('../../codecs/filters/packbits.js')],
  [['numcodecs.quantize'], ['quantize'], () => import('../../codecs/filters/quantize.js')],
  [['reshape'], [], () => import('../../codecs/filters/reshape.js')],
  [['scale_offset'], [], () => import('../../codecs/filters/scale-offset.js')],
  [
    ['zarrs.squeeze', 'https://codec.zarrs.dev/array_to_array/squeeze'],
    [],
    () => import('../../codecs/filters/squeeze.js'),
  ],
  [['numcodecs.json2', 'numcodecs.json'], ['json2', 'json'], () => import('../../codecs/serializers/json.js')],
  [
    ['numcodecs.msgpack', 'numcodecs.msgpack2'],
    ['msgpack', 'msgpack2'],
    () => import('../../codecs/serializers/msgpack.js'),
  ],
  [['n5_default'], [], () => import('../../codecs/serializers/n5-default.js')],
  [
    ['zarrs.optional', 'optional', 'https://codec.zarrs.dev/array_to_bytes/optional'],
    [],
    () => import('../../codecs/serializers/optional.js'),
  ],
  [['packbits'], [], () => import('../../codecs/serializers/packbits.js')],
  [['numcodecs.pcodec'], ['pcodec'], () => import('../../codecs/serializers/pcodec.js')],
  [
    ['numcodecs.vlen-array', 'vlen-array', 'https://codec.zarrs.dev/array_to_bytes/vlen_array'],
    ['vlen-array'],
    () => import('../../codecs/serializers/vlen-array.js'),
  ],
  [
    ['vlen-bytes', 'numcodecs.vlen-bytes', 'https://codec.zarrs.dev/array_to_bytes/vlen_bytes'],
    ['vlen-bytes'],
    () => import('../../codecs/serializers/vlen-bytes.js'),
  ],
  [
    ['vlen-utf8', 'numcodecs.vlen-utf8', 'https://codec.zarrs.dev/array_to_bytes/vlen_utf8'],
    ['vlen-utf8'],
    () => import('../../codecs/serializers/vlen-utf8.js'),
  ],
  [
    ['zarrs.vlen', 'https://codec.zarrs.dev/array_to_bytes/vlen'],
    [],
    () => import('../../codecs/serializers/zarrs-vlen.js'),
  ],
  [
    ['zarrs.vlen_v2', 'https://codec.zarrs.dev/array_to_bytes/vlen_v2'],
    [],
    () => import('../../codecs/serializers/zarrs-vlen-v2.js'),
  ],
  [
    ['zfp', 'zarrs.zfp', 'https://codec.zarrs.dev/array_to_bytes/zfp'],
    [],
    () => import('../../codecs/serializers/zfp.js'),
  ],
  [['numcodecs.zfpy'], ['zfpy'], () => import('../../codecs/serializers/zfpy.js')],
];

export const laterCodecs = (): readonly LaterCodecs[] =>
  FILES.map(([names, ids, file]) => ({
    names,
    ids,
    load: async () => Object.values(await file()).filter(isDefinition),
  }));

const isDefinition = (value: unknown): value is CodecDefinition =>
  typeof value === 'object' && value !== null && 'parse' in value && 'name' in value;

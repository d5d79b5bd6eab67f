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

export const laterCodecs = (): readonly LaterCodecs[] => [
  later(['blosc', 'numcodecs.blosc'], ['blosc'], () => import('../../codecs/compressors/blosc.js')),
  later(
    ['numcodecs.bz2', 'https://codec.zarrs.dev/bytes_to_bytes/bz2'],
    ['bz2'],
    () => import('../../codecs/compressors/bz2.js'),
  ),
  later(
    ['zarrs.gdeflate', 'gdeflate', 'https://codec.zarrs.dev/bytes_to_bytes/gdeflate'],
    [],
    () => import('../../codecs/compressors/gdeflate.js'),
  ),
  later(['gzip', 'numcodecs.gzip'], ['gzip'], () => import('../../codecs/compressors/gzip.js')),
  later(['numcodecs.lz4'], ['lz4'], () => import('../../codecs/compressors/lz4.js')),
  later(['numcodecs.lzma'], ['lzma'], () => import('../../codecs/compressors/lzma.js')),
  later(['numcodecs.zlib'], ['zlib'], () => import('../../codecs/compressors/zlib.js')),
  later(['numcodecs.zstd', 'zstd'], ['zstd'], () => import('../../codecs/compressors/zstd.js')),
  later(['numcodecs.pcodec'], ['pcodec'], () => import('../../codecs/serializers/pcodec.js')),
  later(['vlen-bytes'], ['vlen-bytes'], () => import('../../codecs/serializers/vlen-bytes.js')),
  later(['vlen-utf8'], ['vlen-utf8'], () => import('../../codecs/serializers/vlen-utf8.js')),
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

// The codec chains of the interop matrix, by name: the options of `create_array` that make them for a layout and a data
// type, and the column that they are counted in.

import { shardShapeOf } from './layouts.mjs';

const bytes = (endian) => ({ name: 'bytes', configuration: { endian } });
const gzip = (level) => ({ name: 'gzip', configuration: { level } });
const zstd = (level, checksum = false) => ({ name: 'zstd', configuration: { level, checksum } });
const crc32c = { name: 'crc32c' };
const bloscNames = ['lz4', 'lz4hc', 'zstd', 'zlib', 'blosclz'];
/** Differences of bytes, and LZMA2. */
const rawFilters = [
  { id: 3, dist: 4 },
  { id: 33, preset: 2, lc: 2, lp: 1 },
];
const blosc = (cname, shuffle) => ({ name: 'blosc', configuration: { cname, clevel: 5, shuffle } });

// Blocks of a few elements, of which chunks have many.
const bloscBlocks = { clevel: 9, shuffle: 'shuffle', blocksize: 512 };

// The axes turned by one place: a permutation that is not its own inverse from three axes on.
const transpose = ({ shape }) => ({
  name: 'transpose',
  configuration: { order: shape.map((_, axis) => (axis + 1) % shape.length) },
});

const serializerOf = (dtype) => {
  if (dtype === 'string') return { name: 'vlen-utf8' };
  return dtype === 'variable_length_bytes' ? { name: 'vlen-bytes' } : bytes('little');
};

const pcodec = (options) => ({ name: 'numcodecs.pcodec', configuration: options });
const zfpy = (options) => ({ name: 'numcodecs.zfpy', configuration: options });

// What numbers the two codecs take: in little-endian byte order, and zfp only some.
const isTime = (dtype) => /^<[Mm]8/.test(dtype);
const isZfp = ({ dtype, endian }) => endian !== 'big' && (isTime(dtype) || /^(int|float)(32|64)$/.test(dtype));
const isPco = ({ dtype, endian }) => endian !== 'big' && (isTime(dtype) || /^(u?int|float)(16|32|64)$/.test(dtype));
// In format 2, zarr-python gives zfp neither arrays without axes nor, in order F, those with several.
const isZfp2 = (choice) =>
  isZfp(choice) && choice.layout !== 'scalar' && (choice.order !== 'F' || choice.layout === 'line');

/** A shard as an explicit codec, for what `shards` cannot say. */
function sharding(
  layout,
  dtype,
  { inner = [], filters = [], indexCodecs = [bytes('little'), crc32c], location = 'end' },
) {
  return {
    name: 'sharding_indexed',
    configuration: {
      chunk_shape: layout.chunks,
      codecs: [...filters, serializerOf(dtype), ...inner],
      index_codecs: indexCodecs,
      index_location: location,
    },
  };
}

const inShards = (options) => (layout, dtype) => ({
  chunks: shardShapeOf(layout),
  serializer: sharding(layout, dtype, options),
  compressors: null,
});

// `exact`: no compressor is involved, so that both sides must write the same chunk bytes.
export const chains3 = {
  default: { column: 'default', options: () => ({}) },
  none: { column: 'none', exact: true, options: () => ({ compressors: null }) },
  big: {
    column: 'big',
    exact: true,
    fixedSize: true,
    options: () => ({ serializer: bytes('big'), compressors: null }),
  },
  transpose: {
    column: 'transp',
    exact: true,
    options: (layout) => ({ filters: [transpose(layout)], compressors: null }),
  },
  'gzip-1': { column: 'gzip', options: () => ({ compressors: gzip(1) }) },
  'gzip-9': { column: 'gzip', options: () => ({ compressors: [gzip(9)] }) },
  'zstd-5': { column: 'zstd', options: () => ({ compressors: zstd(5) }) },
  'zstd--3': { column: 'zstd', options: () => ({ compressors: zstd(-3) }) },
  'zstd-0-checksum': { column: 'zstd', options: () => ({ compressors: zstd(0, true) }) },
  ...Object.fromEntries(
    bloscNames.flatMap((cname) =>
      ['noshuffle', 'shuffle', 'bitshuffle'].map((shuffle) => [
        `blosc-${cname}-${shuffle}`,
        { column: `b:${cname}`, options: () => ({ compressors: blosc(cname, shuffle) }) },
      ]),
    ),
  ),
  'blosc-blocks': {
    column: 'b:blosclz',
    options: () => ({ compressors: { name: 'blosc', configuration: { ...bloscBlocks, cname: 'blosclz' } } }),
  },
  'blosc-auto': { column: 'b:zstd', options: () => ({ compressors: { name: 'blosc', configuration: {} } }) },
  crc32c: { column: 'crc32c', exact: true, options: () => ({ compressors: crc32c }) },
  'zstd+crc32c': { column: 'crc32c', options: () => ({ compressors: [zstd(1), crc32c] }) },
  'numcodecs.lz4': {
    column: 'numcod',
    options: () => ({ compressors: { name: 'numcodecs.lz4', configuration: { acceleration: 1 } } }),
  },
  'numcodecs.zlib': {
    column: 'numcod',
    options: () => ({ compressors: { name: 'numcodecs.zlib', configuration: { level: 6 } } }),
  },
  'numcodecs.bz2': {
    column: 'numcod',
    options: () => ({ compressors: { name: 'numcodecs.bz2', configuration: { level: 9 } } }),
  },
  'numcodecs.lzma': {
    column: 'numcod',
    options: () => ({ compressors: { name: 'numcodecs.lzma', configuration: { preset: 1, check: 1 } } }),
  },
  'numcodecs.lzma-raw': {
    column: 'numcod',
    options: () => ({ compressors: { name: 'numcodecs.lzma', configuration: { format: 3, filters: rawFilters } } }),
  },
  'numcodecs.pcodec': {
    column: 'pcodec',
    suits: isPco,
    options: () => ({ serializer: pcodec({ level: 8 }), compressors: null }),
  },
  'numcodecs.pcodec-order': {
    column: 'pcodec',
    suits: isPco,
    options: (layout) => ({
      filters: [transpose(layout)],
      serializer: pcodec({ level: 3, delta_spec: 'try_consecutive', delta_encoding_order: 2 }),
      compressors: crc32c,
    }),
  },
  'numcodecs.zfpy': {
    column: 'zfpy',
    exact: true,
    suits: isZfp,
    options: () => ({ serializer: zfpy({ mode: 4, tolerance: -1 }), compressors: null }),
  },
  'numcodecs.zfpy-accuracy': {
    column: 'zfpy',
    exact: true,
    suits: isZfp,
    options: () => ({ serializer: zfpy({ mode: 4, tolerance: 0.25 }), compressors: null }),
  },
  'numcodecs.zfpy-rate': {
    column: 'zfpy',
    exact: true,
    suits: isZfp,
    options: (layout) => ({
      filters: [transpose(layout)],
      serializer: zfpy({ mode: 2, rate: 20.5 }),
      compressors: null,
    }),
  },
  'transpose+blosc': {
    column: 'transp',
    options: (layout) => ({ filters: [transpose(layout)], compressors: blosc('lz4', 'shuffle') }),
  },
  'transpose+big+gzip+crc32c': {
    column: 'transp',
    fixedSize: true,
    options: (layout) => ({ filters: [transpose(layout)], serializer: bytes('big'), compressors: [gzip(5), crc32c] }),
  },
  shards: {
    column: 'shards',
    options: (layout) => ({ shards: { shape: shardShapeOf(layout), index_location: 'end' } }),
  },
  'shards-start': {
    column: 'shards',
    options: (layout) => ({ shards: { shape: shardShapeOf(layout), index_location: 'start' } }),
  },
  'shards-plain': {
    column: 'shards',
    exact: true,
    options: (layout) => ({ shards: shardShapeOf(layout), compressors: null }),
  },
  'shards-start-no-checksum': {
    column: 'shards',
    exact: true,
    options: inShards({ location: 'start', indexCodecs: [bytes('little')] }),
  },
  'shards-big-index': { column: 'shards', exact: true, options: inShards({ indexCodecs: [bytes('big'), crc32c] }) },
  'shards-transpose-blosc': {
    column: 'shards',
    options: (layout, dtype) =>
      inShards({ filters: [transpose(layout)], inner: [blosc('zstd', 'bitshuffle')] })(layout, dtype),
  },
  'shards-crc32c': { column: 'shards', exact: true, options: inShards({ inner: [crc32c] }) },
  'shards+gzip': {
    column: 'shards',
    options: (layout, dtype) => ({ ...inShards({})(layout, dtype), compressors: gzip(5) }),
  },
  'transpose+shards': {
    column: 'shards',
    // The shard holds the turned chunk, but zarr-python wants its inner shape to fit the chunk as it was before.
    options: (layout, dtype) => {
      const inner = { ...layout, chunks: layout.chunks.map((length) => (length < 100 ? 1 : length)) };
      return { ...inShards({})(layout, dtype), filters: [transpose(layout)], serializer: sharding(inner, dtype, {}) };
    },
  },
  'shards-pcodec': {
    column: 'pcodec',
    suits: isPco,
    options: (layout, dtype) => {
      const options = inShards({})(layout, dtype);
      options.serializer.configuration.codecs = [pcodec({ delta_spec: 'try_lookback' })];
      return options;
    },
  },
  'nested-shards': { column: 'nested', exact: true, options: (layout, dtype) => nestedShards(layout, dtype, []) },
  'nested-shards-zstd': { column: 'nested', options: (layout, dtype) => nestedShards(layout, dtype, [zstd(0)]) },
};

// Filters take some data types only.
const isInteger = (dtype) => /^u?int\d+$/.test(dtype);
// zarr-python does not see that what single bytes become has a byte order.
const isSmallInteger = (dtype) => /^u?int(16|32)$/.test(dtype);
const isFloat = (dtype) => /^float\d+$/.test(dtype);
const letters = { uint: 'u', int: 'i', float: 'f' };
const numpyName = (dtype) => {
  const [, kind, bits] = /^([a-z]+)(\d+)$/.exec(dtype);
  return `<${letters[kind]}${bits / 8}`;
};

const numcodec = (id, configuration = {}) => ({ name: `numcodecs.${id}`, configuration });
const filtered3 = (fits, filtersOf, exact = false) => ({
  column: 'filters',
  exact,
  fits,
  options: (_, dtype) => ({ filters: filtersOf(dtype), compressors: null }),
});
const checked3 = (codec) => ({ column: 'checks', exact: true, options: () => ({ compressors: [codec] }) });

Object.assign(chains3, {
  'numcodecs.delta': filtered3(isInteger, (dtype) => [numcodec('delta', { dtype: numpyName(dtype) })], true),
  'numcodecs.bitround': filtered3(isFloat, () => [numcodec('bitround', { keepbits: 5 })]),
  'numcodecs.quantize': filtered3(isFloat, (dtype) => [numcodec('quantize', { digits: 2, dtype: numpyName(dtype) })]),
  'numcodecs.astype': filtered3(isSmallInteger, (dtype) => [
    numcodec('astype', { encode_dtype: '<i8', decode_dtype: numpyName(dtype) }),
  ]),
  'numcodecs.fixedscaleoffset': filtered3(isFloat, (dtype) => [
    numcodec('fixedscaleoffset', { scale: 10, offset: 2, dtype: numpyName(dtype), astype: '<f8' }),
  ]),
  cast_value: filtered3(isSmallInteger, () => [{ name: 'cast_value', configuration: { data_type: 'int64' } }], true),
  scale_offset: filtered3(isFloat, () => [{ name: 'scale_offset', configuration: { offset: 2, scale: 0.5 } }]),
  'numcodecs.crc32': checked3(numcodec('crc32')),
  'numcodecs.adler32': checked3(numcodec('adler32')),
  'numcodecs.crc32c': checked3(numcodec('crc32c', { location: 'start' })),
  'numcodecs.fletcher32': checked3(numcodec('fletcher32')),
  'numcodecs.jenkins_lookup3': checked3(numcodec('jenkins_lookup3', { initval: 7, prefix: null })),
  'numcodecs.shuffle': { ...checked3(numcodec('shuffle', { elementsize: 1 })), fixedSize: true },
});

function nestedShards(layout, dtype, inner) {
  const outer = { ...layout, chunks: shardShapeOf(layout) };
  const options = inShards({ location: 'start' })({ ...outer, perShard: layout.perOuterShard }, dtype);
  options.serializer.configuration.codecs = [sharding(layout, dtype, { inner })];
  return options;
}

const v2 = (column, compressors) => ({ column, options: () => ({ compressors }) });
const filtered2 = (fits, filtersOf, exact = false) => ({
  column: 'filters',
  exact,
  fits: (dtype, endian) => fits(dtype) && endian !== 'big',
  options: (_, dtype) => ({ filters: filtersOf(dtype), compressors: null }),
});

export const chains2 = {
  default: { column: 'default', options: () => ({}) },
  none: { column: 'none', exact: true, options: () => ({ compressors: null }) },
  'zlib-1': v2('zlib', { id: 'zlib', level: 1 }),
  'zlib-9': v2('zlib', { id: 'zlib', level: 9 }),
  'gzip-5': v2('gzip', { id: 'gzip', level: 5 }),
  'zstd-5': v2('zstd', { id: 'zstd', level: 5 }),
  'zstd-checksum': v2('zstd', { id: 'zstd', level: 1, checksum: true }),
  pcodec: {
    ...v2('pcodec', { id: 'pcodec', level: 5, mode_spec: 'classic', equal_pages_up_to: 40 }),
    suits: isPco,
  },
  'pcodec-filter': {
    column: 'pcodec',
    suits: isPco,
    options: () => ({ filters: [{ id: 'pcodec', level: 8 }], compressors: { id: 'zlib', level: 1 } }),
  },
  zfpy: { ...v2('zfpy', { id: 'zfpy', mode: 4, tolerance: 0.01 }), exact: true, suits: isZfp2 },
  'zfpy-precision': { ...v2('zfpy', { id: 'zfpy', mode: 3, precision: 17 }), exact: true, suits: isZfp2 },
  lz4: v2('lz4', { id: 'lz4', acceleration: 1 }),
  bz2: v2('bz2', { id: 'bz2', level: 3 }),
  lzma: v2('lzma', { id: 'lzma' }),
  'lzma-sha256': v2('lzma', { id: 'lzma', format: 1, check: 10, preset: 0, filters: null }),
  'lzma-alone': v2('lzma', { id: 'lzma', format: 2, check: -1, preset: 3, filters: null }),
  'lzma-raw': v2('lzma', { id: 'lzma', format: 3, check: -1, preset: null, filters: rawFilters }),
  ...Object.fromEntries(
    bloscNames.flatMap((cname) =>
      [0, 1, 2].map((shuffle) => [
        `blosc-${cname}-${shuffle}`,
        v2(`b:${cname}`, { id: 'blosc', cname, clevel: 5, shuffle, blocksize: 0 }),
      ]),
    ),
  ),
  crc32: { ...v2('checks', { id: 'crc32' }), exact: true },
  adler32: { ...v2('checks', { id: 'adler32', location: 'end' }), exact: true },
  fletcher32: { ...v2('checks', { id: 'fletcher32' }), exact: true },
  jenkins_lookup3: { ...v2('checks', { id: 'jenkins_lookup3', initval: 0, prefix: null }), exact: true },
  base64: { ...v2('checks', { id: 'base64' }), exact: true },
  shuffle: { ...v2('checks', { id: 'shuffle', elementsize: 1 }), exact: true },
  delta: filtered2(isInteger, (dtype) => [{ id: 'delta', dtype: numpyName(dtype), astype: numpyName(dtype) }], true),
  quantize: filtered2(isFloat, (dtype) => [
    { id: 'quantize', digits: 2, dtype: numpyName(dtype), astype: numpyName(dtype) },
  ]),
  fixedscaleoffset: filtered2(isFloat, (dtype) => [
    { id: 'fixedscaleoffset', scale: 10, offset: 2, dtype: numpyName(dtype), astype: '<f8' },
  ]),
  astype: filtered2(isSmallInteger, (dtype) => [{ id: 'astype', encode_dtype: '<i8', decode_dtype: numpyName(dtype) }]),
  packbits: filtered2(
    (dtype) => dtype === 'bool',
    () => [{ id: 'packbits' }],
    true,
  ),
  'blosc-auto': v2('b:lz4', { id: 'blosc', cname: 'lz4', clevel: 5, shuffle: -1, blocksize: 0 }),
};

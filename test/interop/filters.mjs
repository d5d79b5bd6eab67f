// The chains of the interop matrix whose filters compute: what zarr-python and numcodecs have of them, in both formats.
// Each is met by every data type that zarr-python 3.4.2 takes it with. Their values are tame (finite, and small where they
// are integers), because what NumPy does to others is an error or is not defined.

import { bigEndian } from './dtypes.mjs';
import { shardShapeOf } from './layouts.mjs';

const isBool = (dtype) => dtype === 'bool';
const isInteger = (dtype) => /^u?int\d+$/.test(dtype);
const isFloat = (dtype) => /^float\d+$/.test(dtype);
const isComplex = (dtype) => /^complex\d+$/.test(dtype);
const isTime = (dtype) => /^<[Mm]8/.test(dtype);
const isReal = (dtype) => isInteger(dtype) || isFloat(dtype);
const isNumber = (dtype) => isReal(dtype) || isComplex(dtype);
const isByte = (dtype) => /^(bool|u?int8)$/.test(dtype);
const isUint64 = (dtype) => dtype === 'uint64';
const both = (first, second) => (dtype) => first(dtype) && second(dtype);
const either = (first, second) => (dtype) => first(dtype) || second(dtype);
const not = (condition) => (dtype) => !condition(dtype);
// In format 3, zarr-python does not see that what single bytes become has a byte order.
const isWide = not(isByte);

const letters = { bool: 'b', uint: 'u', int: 'i', float: 'f', complex: 'c' };

/** A data type as NumPy's string. */
function numpyName(dtype, endian) {
  if (dtype.startsWith('<')) return endian === 'big' ? bigEndian(dtype) : dtype;
  const [, kind, bits = '8'] = /^([a-z]+?)(\d*)$/.exec(dtype).map((part) => part || undefined);
  const size = bits / 8;
  return `${size === 1 ? '|' : endian === 'big' ? '>' : '<'}${letters[kind]}${size}`;
}

// NaN and infinities have no integers, nor have the greatest numbers room for what is added to them.
const isFiniteFill = ({ fill }) => !/Infinity/.test(fill);
const isTameFill = ({ fill }) => fill === undefined || ['default', 'custom', 'tenth', 'null'].includes(fill);
// A cast that rounds must give the fill value back.
const isExactFill = (choice) => isTameFill(choice) && choice.fill !== 'tenth';
// Not a time: NumPy computes with it by rules of its own.
const isPlainTime = ({ dtype, fill }) => !isTime(dtype) || fill === 'custom';

const isInOrder = (choice) => isLittle(choice) || choice.layout !== 'scalar';
const isLittle = ({ endian }) => endian !== 'big';

/** The filters by name: what they take, their configuration in either format, and of what they are exact. */
const computed = {
  delta: {
    takes: either(isNumber, isTime),
    suits: (choice) => isPlainTime(choice) && isFiniteFill(choice),
    filter: (name) => ({ id: 'delta', dtype: name, astype: name }),
    exact: true,
  },
  'delta-int64': {
    takes: both(either(isInteger, isFloat), not(isUint64)),
    wide: true,
    suits: isTameFill,
    filter: (name) => ({ id: 'delta', dtype: name, astype: '<i8' }),
    exact: true,
  },
  bitround: {
    takes: isFloat,
    suits: (choice) => isLittle(choice) && choice.order !== 'F',
    filter: () => ({ id: 'bitround', keepbits: 5 }),
    exact: true,
  },
  quantize: {
    takes: isFloat,
    suits: isInOrder,
    filter: (name) => ({ id: 'quantize', digits: 2, dtype: name, astype: name }),
    exact: true,
  },
  'quantize-float32': {
    takes: isFloat,
    takes3: (dtype) => dtype === 'float32',
    suits: isInOrder,
    filter: (name) => ({ id: 'quantize', digits: 3, dtype: name, astype: '<f4' }),
    exact: true,
  },
  'fixedscaleoffset-float64': {
    takes: isReal,
    wide: true,
    filter: (name) => ({ id: 'fixedscaleoffset', scale: 10, offset: 2, dtype: name, astype: '<f8' }),
    exact: true,
  },
  'fixedscaleoffset-int16': {
    takes: isReal,
    wide: true,
    suits: isTameFill,
    filter: (name) => ({ id: 'fixedscaleoffset', scale: 10, offset: 0, dtype: name, astype: '<i2' }),
    exact: true,
  },
  'fixedscaleoffset-uint8': {
    takes: isReal,
    suits: isTameFill,
    filter: (name) => ({ id: 'fixedscaleoffset', scale: 1, offset: 0, dtype: name, astype: '|u1' }),
    exact: true,
  },
  fixedscaleoffset: {
    takes: isReal,
    filter: (name) => ({ id: 'fixedscaleoffset', scale: 0.5, offset: 0, dtype: name, astype: name }),
    exact: true,
  },
  'astype-int64': {
    takes: either(either(isNumber, isTime), isBool),
    wide: true,
    suits: isTameFill,
    filter: (name) => ({ id: 'astype', encode_dtype: '<i8', decode_dtype: name }),
    exact: true,
  },
  'astype-float32': {
    takes: either(either(isNumber, isTime), isBool),
    wide: true,
    filter: (name) => ({ id: 'astype', encode_dtype: '<f4', decode_dtype: name }),
    exact: true,
  },
  'astype-uint8': {
    takes: either(either(isNumber, isTime), isBool),
    suits: (choice) => isTameFill(choice) && isPlainTime(choice),
    filter: (name) => ({ id: 'astype', encode_dtype: '|u1', decode_dtype: name }),
    exact: true,
  },
  'astype-big': {
    takes: either(isNumber, isBool),
    wide: true,
    filter: (name) => ({ id: 'astype', encode_dtype: '>f8', decode_dtype: name }),
    exact: true,
  },
  packbits: { takes: isBool, filter: () => ({ id: 'packbits' }), exact: true },
};

/** What is left out of these chains because one side or the other does not do it. */
export const filterExclusions = [
  {
    name: 'filters of numcodecs before transpose or shards, in format 3',
    reason: 'zarr-python 3.4.2 fails: their chunks have one axis',
  },
  {
    name: 'filters of numcodecs that make more bytes of one, in format 3',
    reason: 'zarr-python wants no endianness then',
  },
  {
    name: 'fixedscaleoffset of complex numbers',
    reason: 'refused by the library: imaginary parts are lost or rounded',
  },
  { name: 'delta and fixedscaleoffset of booleans, packbits of other types', reason: 'other values come back' },
  { name: 'bitround of numbers in big-endian order', reason: 'numcodecs has no integers for them' },
  { name: 'bitround in order F', reason: 'zarr-python 3.4.2 reads other values than it wrote' },
  { name: 'quantize of arrays without axes in big-endian order', reason: 'numcodecs swaps their bytes' },
  { name: 'infinite fill values with delta', reason: 'the sign of NaN in what is computed of them is not defined' },
  {
    name: 'fill values that cast_value does not give back',
    reason: 'the codec is specified to refuse them, as the library does; zarr-python writes them',
  },
  {
    name: 'cast_value in shards over chunks that are not aligned',
    reason: 'cast-value-rs panics on them, so that zarr-python cannot read what it wrote',
  },
];

const inFormat3 = ({ id, ...configuration }) => ({ name: `numcodecs.${id}`, configuration });
const transpose = ({ shape }) => ({
  name: 'transpose',
  configuration: { order: shape.map((_, axis) => (axis + 1) % shape.length) },
});
const cast = (configuration) => [{ name: 'cast_value', configuration }];
const scaleOffset = (configuration) => [{ name: 'scale_offset', configuration }];

function chain3({ takes, takes3 = takes, wide = false, suits, exact = false }, options) {
  return {
    column: 'filters',
    exact,
    values: 'tame',
    fits: wide ? both(takes3, isWide) : takes3,
    suits,
    options: (layout, dtype) => ({ compressors: null, ...options(layout, dtype) }),
  };
}

const oneFilter =
  ({ filter }) =>
  (dtype) =>
    inFormat3(filter(numpyName(dtype)));
const shard = (layout, codecs) => ({
  chunks: shardShapeOf(layout),
  serializer: {
    name: 'sharding_indexed',
    configuration: {
      chunk_shape: layout.chunks,
      codecs,
      index_codecs: [{ name: 'bytes', configuration: { endian: 'little' } }, { name: 'crc32c' }],
      index_location: 'end',
    },
  },
});
const little = { name: 'bytes', configuration: { endian: 'little' } };

const { delta, packbits, bitround, 'astype-float32': toFloat32, fixedscaleoffset } = computed;
const castTakes = { takes: isReal, suits: isExactFill, exact: true };
const wideCast = { ...castTakes, wide: true };
const isFloat32Fill = ({ dtype, fill }) => fill !== 'max' && !(dtype === 'float64' && fill === 'tenth');

export const filterChains3 = {
  ...Object.fromEntries(
    Object.entries(computed).map(([name, one]) => [
      `numcodecs.${name}`,
      chain3(one, (_, dtype) => ({ filters: [oneFilter(one)(dtype)] })),
    ]),
  ),
  'cast_value-int64': chain3({ ...wideCast }, () => ({
    filters: cast({ data_type: 'int64', rounding: 'nearest-away' }),
  })),
  'cast_value-uint8-clamp': chain3(castTakes, () => ({
    filters: cast({ data_type: 'uint8', rounding: 'towards-zero', out_of_range: 'clamp' }),
  })),
  'cast_value-int16-wrap': chain3(wideCast, () => ({
    filters: cast({ data_type: 'int16', rounding: 'towards-positive', out_of_range: 'wrap' }),
  })),
  'cast_value-float32': chain3({ ...wideCast, suits: isFloat32Fill }, () => ({
    filters: cast({ data_type: 'float32', rounding: 'towards-negative', out_of_range: 'clamp' }),
  })),
  'cast_value-float64': chain3({ ...wideCast, suits: isTameFill }, () => ({ filters: cast({ data_type: 'float64' }) })),
  'cast_value-map': chain3(
    { ...castTakes, takes: isFloat, suits: ({ fill }) => /default|NaN/.test(fill ?? 'NaN') },
    () => ({
      filters: cast({
        data_type: 'uint8',
        out_of_range: 'clamp',
        scalar_map: { encode: [['NaN', 255]], decode: [[255, 'NaN']] },
      }),
    }),
  ),
  scale_offset: chain3({ takes: isFloat }, () => ({ filters: scaleOffset({ offset: 2, scale: 0.5 }) })),
  'scale_offset-integers': chain3({ takes: isInteger, suits: isTameFill, exact: true }, () => ({
    filters: scaleOffset({ scale: 1, offset: 0 }),
  })),
  'scale_offset+cast_value': chain3({ takes: isFloat, suits: isExactFill, exact: true }, () => ({
    filters: [...scaleOffset({ offset: -128, scale: 10 }), ...cast({ data_type: 'uint16', out_of_range: 'clamp' })],
  })),
  'transpose+delta': chain3({ ...delta }, (layout, dtype) => ({
    filters: [transpose(layout), oneFilter(delta)(dtype)],
  })),
  'bitround+delta+big+zlib': chain3({ takes: isFloat }, (_, dtype) => ({
    filters: [oneFilter(bitround)(dtype)],
    serializer: { name: 'bytes', configuration: { endian: 'big' } },
    compressors: [
      { name: 'numcodecs.shuffle', configuration: { elementsize: 2 } },
      { name: 'numcodecs.zlib', configuration: { level: 6 } },
    ],
  })),
  'shards-delta': chain3(delta, (layout, dtype) => shard(layout, [oneFilter(delta)(dtype), little])),
  'shards-packbits': chain3(packbits, (layout, dtype) =>
    shard(layout, [oneFilter(packbits)(dtype), { name: 'bytes' }]),
  ),
  'shards-transpose-astype-lz4': chain3(toFloat32, (layout, dtype) =>
    shard(layout, [
      transpose(layout),
      oneFilter(toFloat32)(dtype),
      little,
      { name: 'numcodecs.lz4', configuration: { acceleration: 1 } },
    ]),
  ),
  'shards-cast_value': chain3({ ...wideCast, suits: isTameFill }, (layout) =>
    shard(layout, [...cast({ data_type: 'float64' }), little]),
  ),
  'nested-shards-fixedscaleoffset': chain3({ takes: isReal, wide: true }, (layout, dtype) => {
    const inner = shard(layout, [oneFilter(fixedscaleoffset)(dtype), little]).serializer;
    const outer = { ...layout, chunks: shardShapeOf(layout), perShard: layout.perOuterShard };
    return shard(outer, [inner]);
  }),
};
// A compressor's bytes are its own affair.
for (const name of ['bitround+delta+big+zlib', 'shards-transpose-astype-lz4', 'nested-shards-fixedscaleoffset']) {
  filterChains3[name].exact = false;
}

function chain2({ takes, suits, exact = false }, options) {
  return {
    column: 'filters',
    exact,
    values: 'tame',
    fits: takes,
    suits,
    options: (_, dtype, endian) => ({ compressors: null, ...options(dtype, endian) }),
  };
}

const id = (name, options = {}) => ({ id: name, ...options });
const isText = (dtype) => dtype === '<U5';
const labels = ['a', 'é', '日本', 'line\n'];
const isFixed = (dtype) => dtype !== 'string' && dtype !== 'variable_length_bytes';
const numpyFilter = (one) => (dtype, endian) => one.filter(numpyName(dtype, endian));

export const filterChains2 = {
  ...Object.fromEntries(
    Object.entries(computed).map(([name, one]) => [
      name,
      chain2(one, (dtype, endian) => ({ filters: [numpyFilter(one)(dtype, endian)] })),
    ]),
  ),
  categorize: chain2({ takes: isText, exact: true }, (dtype, endian) => ({
    filters: [id('categorize', { labels, dtype: numpyName(dtype, endian), astype: '|u1' })],
  })),
  'categorize-wide': chain2({ takes: isText }, (dtype, endian) => ({
    filters: [id('categorize', { labels, dtype: numpyName(dtype, endian), astype: '<u2' })],
    compressors: id('zlib', { level: 1 }),
  })),
  'delta+shuffle+zstd': chain2({ takes: isNumber, suits: delta.suits }, (dtype, endian) => ({
    filters: [numpyFilter(delta)(dtype, endian), id('shuffle', { elementsize: 1 })],
    compressors: id('zstd', { level: 1 }),
  })),
  'filter-base64': chain2({ takes: isFixed, exact: true }, () => ({ filters: [id('base64')] })),
  'filter-zlib-crc32': chain2({ takes: isFixed }, () => ({
    filters: [id('zlib', { level: 1 }), id('crc32', { location: 'end' })],
    compressors: id('adler32'),
  })),
  'compressor-delta': chain2(delta, (dtype, endian) => ({ compressors: numpyFilter(delta)(dtype, endian) })),
  'compressor-packbits': chain2(packbits, () => ({ compressors: id('packbits') })),
};

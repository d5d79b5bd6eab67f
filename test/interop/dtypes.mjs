// The data types of the interop matrix and their fill values, by name, as tokens (see tokens.mjs); `undefined` is the
// type's own fill value.

const float = (text) => ({ float: text });
const floatFills = {
  default: undefined,
  tenth: float('0.1'),
  NaN: float('nan'),
  Infinity: float('inf'),
  '-Infinity': float('-inf'),
  '-0.0': float('-0.0'),
};
const complexFills = {
  default: undefined,
  custom: { complex: ['1.5', '-0.0'] },
  NaN: { complex: ['nan', '-inf'] },
};

function integerFills(bits, signed) {
  const [min, max] = signed ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n] : [0n, 2n ** bits - 1n];
  const fills = { default: undefined, custom: { int: '42' }, max: { int: String(max) } };
  return signed ? { ...fills, min: { int: String(min) } } : fills;
}

export const dtypes = {
  bool: { default: undefined, custom: true },
  int8: integerFills(8n, true),
  int16: integerFills(16n, true),
  int32: integerFills(32n, true),
  int64: integerFills(64n, true),
  uint8: integerFills(8n, false),
  uint16: integerFills(16n, false),
  uint32: integerFills(32n, false),
  uint64: integerFills(64n, false),
  float16: floatFills,
  float32: floatFills,
  float64: floatFills,
  complex64: complexFills,
  complex128: complexFills,
  string: { default: undefined, custom: 'né😀' },
  variable_length_bytes: { default: undefined, custom: { bytes: '00ff61' } },
  '<U5': { default: undefined, custom: 'né😀' },
  '|S5': { default: undefined, custom: { bytes: '00ff61' } },
  '|V4': { default: undefined, custom: { bytes: '00ff6100' } },
  '<M8[ns]': { default: undefined, custom: { int: '42' }, max: { int: String(2n ** 63n - 1n) } },
  '<M8[10us]': { default: undefined, min: { int: String(-(2n ** 63n)) } },
  '<m8[10s]': { default: undefined, custom: { int: '42' }, min: { int: String(-(2n ** 63n)) } },
  struct: {
    default: undefined,
    custom: {
      object: [
        ['a', { int: '-7' }],
        ['b', float('-0.0')],
        ['s', { bytes: '00ff' }],
        ['u', 'é'],
        ['p', { object: [['x', { int: '3' }]] }],
      ],
    },
    NaN: {
      object: [
        ['a', { int: '1' }],
        ['b', float('nan')],
        ['s', { bytes: '' }],
        ['u', ''],
        ['p', { object: [['x', { int: '0' }]] }],
      ],
    },
  },
};

/** The fields of the one struct. */
const fields = [
  ['a', '<i4'],
  ['b', '<f8'],
  ['s', '|S3'],
  ['u', '<U2'],
  ['p', [['x', '<i2']]],
];

/** What `create_array` is given for a data type of the table. */
export const specOf = (dtype) => (dtype === 'struct' ? fields : dtype);

export const isVariable = (dtype) => dtype === 'string' || dtype === 'variable_length_bytes';
export const isSingleByte = (dtype) => /^(bool|u?int8|\|.*)$/.test(dtype);

/** The names of all fill values of all data types. */
export const fillNames = [...new Set(Object.values(dtypes).flatMap((fills) => Object.keys(fills)))];

/** The NumPy name of a type of several bytes, most significant byte first. */
export function bigEndian(dtype) {
  if (dtype === 'struct') return JSON.parse(JSON.stringify(fields).replaceAll('<', '>'));
  if (dtype.startsWith('<')) return dtype.replace('<', '>');
  const [, kind, bits] = /^([a-z])[a-z]*?(\d+)$/.exec(dtype);
  return `>${kind}${bits / 8}`;
}

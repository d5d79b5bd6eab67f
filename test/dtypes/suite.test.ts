/** The published suite, run on every data type. */
import { describe, expect, test } from 'vitest';
import { registerCodec } from '../../src/codecs.js';
import type { DTypeSpec } from '../../src/dtype.js';
import { knownNames, parseDtype } from '../../src/dtypes/registry.js';
import { type DTypeSuite, dtypeSuite } from '../../src/testing.js';
import { maskedCodec, maskedDefinition } from './masked-codec.js';

registerCodec(maskedDefinition);

type Case = readonly [name: string, suite: Omit<DTypeSuite, 'test' | 'dtype'> & { readonly dtype?: DTypeSpec }];

const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list);
const noInteger: readonly unknown[] = [1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined, {}];
const noFloat: readonly unknown[] = ['1', null, undefined, {}];
const noFloatFill: readonly string[] = ['"abc"', 'null', '[0]', '"0x1"', '"0x123"', '{}', 'true'];
const { NaN: nan, POSITIVE_INFINITY: infinity, NEGATIVE_INFINITY: negative } = Number;

const integers: Case[] = (
  [
    ['int8', -128n, 127n],
    ['int16', -(2n ** 15n), 2n ** 15n - 1n],
    ['int32', -(2n ** 31n), 2n ** 31n - 1n],
    ['int64', -(2n ** 63n), 2n ** 63n - 1n],
    ['uint8', 0n, 255n],
    ['uint16', 0n, 2n ** 16n - 1n],
    ['uint32', 0n, 2n ** 32n - 1n],
    ['uint64', 0n, 2n ** 64n - 1n],
    ['int2', -2n, 1n],
    ['int4', -8n, 7n],
    ['uint2', 0n, 3n],
    ['uint4', 0n, 15n],
  ] as const
).map(([name, least, most]): Case => {
  const scalar = (value: bigint): number | bigint => (name.endsWith('64') ? value : Number(value));
  return [
    name,
    {
      values: [scalar(most), scalar(least), scalar(0n), scalar(1n)],
      refused: [...noInteger, most + 1n, least - 1n],
      fillValues: [`${least}`, `${most}`, '1'],
      refusedFillValues: [`${most + 1n}`, `${least - 1n}`, '0.5', '"x"', 'null', '"NaN"', '[1]'],
      formats: name === 'uint2' || name === 'uint4' ? [3] : [2, 3],
    },
  ];
});

/** Each with what its greatest number is, and how many special values it has. */
const floats: Case[] = (
  [
    ['float16', 65504, '0x7c01', 'special'],
    ['float32', 3.4028234663852886e38, '0x7f800001', 'special'],
    ['float64', Number.MAX_VALUE, '0x7ff0000000000001', 'special'],
    ['bfloat16', 3.3895313892515355e38, '0xffc0', 'special'],
    ['float8_e3m4', 15.5, '0x71', 'special'],
    ['float8_e4m3', 240, '0xff', 'special'],
    ['float8_e4m3fn', 448, '0xff', 'nan'],
    ['float8_e4m3fnuz', 240, undefined, 'unsigned'],
    ['float8_e4m3b11fnuz', 30, undefined, 'unsigned'],
    ['float8_e5m2', 57344, '0x7d', 'special'],
    ['float8_e5m2fnuz', 57344, undefined, 'unsigned'],
    ['float6_e2m3fn', 7.5, undefined, 'none'],
    ['float6_e3m2fn', 28, undefined, 'none'],
    ['float4_e2m1fn', 6, undefined, 'none'],
  ] as const
).map(([name, most, payload, specials]): Case => {
  const hasInfinity = specials === 'special';
  const hasNan = specials !== 'none';
  const isInV2 = !['float8_e4m3', 'float6_e2m3fn', 'float6_e3m2fn'].includes(name);
  return [
    name,
    {
      values: [
        ...[most, -most, 1, 0.5, 0],
        ...(specials === 'unsigned' ? [] : [-0]),
        ...(hasNan ? [nan] : []),
        ...(hasInfinity ? [infinity, negative] : []),
      ],
      refused: [
        ...noFloat,
        ...(name === 'float64' ? [] : [1e300, -1e300]),
        ...(hasInfinity ? [] : [infinity, negative]),
        ...(hasNan ? [] : [nan]),
      ],
      fillValues: [
        ...['0.0', '1.0', '-1.5'],
        ...(specials === 'unsigned' ? [] : ['-0.0']),
        ...(hasNan ? ['"NaN"'] : []),
        ...(hasInfinity ? ['"Infinity"', '"-Infinity"'] : []),
        ...(payload === undefined ? [] : [`"${payload}"`]),
      ],
      refusedFillValues: [
        ...noFloatFill,
        ...(hasInfinity ? [] : ['"Infinity"', '"-Infinity"', '1e300']),
        ...(hasNan ? [] : ['"NaN"', 'NaN']),
      ],
      formats: isInV2 ? [2, 3] : [3],
    },
  ];
});

const complexes: Case[] = [
  ...['complex64', 'complex128', 'complex_float16', 'complex_bfloat16'].map((name) => ({ name, isFull: true })),
  ...['e3m4', 'e4m3', 'e5m2'].map((name) => ({ name: `complex_float8_${name}`, isFull: true })),
  ...['e4m3fn', 'e4m3fnuz', 'e4m3b11fnuz', 'e5m2fnuz'].map((name) => ({
    name: `complex_float8_${name}`,
    isFull: false,
  })),
  ...['float6_e2m3fn', 'float6_e3m2fn', 'float4_e2m1fn'].map((name) => ({ name: `complex_${name}`, isFull: false })),
].map(({ name, isFull }): Case => {
  const special = [
    { re: nan, im: 1 },
    { re: infinity, im: negative },
  ];
  return [
    name,
    {
      values: [{ re: 1, im: -1.5 }, { re: 0, im: 2 }, { re: -3, im: 0 }, ...(isFull ? special : [])],
      refused: ['1', null, { re: 1 }, [1, 2], ...(isFull ? [] : [{ re: infinity, im: 0 }])],
      fillValues: ['[0.0, 0.0]', '[1.0, -1.5]', ...(isFull ? ['["NaN", "-Infinity"]'] : [])],
      refusedFillValues: ['0.0', '[1.0]', '[1.0, 2.0, 3.0]', '[null, 0.0]', '"NaN"', 'null'],
      formats: name === 'complex64' || name === 'complex128' ? [2, 3] : [3],
    },
  ];
});

const exponents: Case[] = [
  [
    'float8_e8m0fnu',
    {
      values: [2 ** -127, 1, 2 ** 127, 0.5, nan],
      refused: [0, -0, -1, infinity, 2 ** 128, ...noFloat],
      fillValues: ['1.0', '"NaN"', '1048576.0'],
      refusedFillValues: [...noFloatFill, '-1.0', '"Infinity"', '1e300'],
      formats: [2, 3],
    },
  ],
  [
    'complex_float8_e8m0fnu',
    {
      values: [
        { re: 1, im: 2 },
        { re: 2 ** -127, im: nan },
      ],
      refused: [1, { re: 1, im: 0 }, { re: -1, im: 1 }],
      fillValues: ['[1.0, 2.0]', '["NaN", 0.5]'],
      refusedFillValues: ['[1.0, -2.0]', '1.0'],
      formats: [3],
    },
  ],
];

const strings: Case[] = [
  [
    'string',
    {
      values: ['né😀', '', 'line\nbreak', 'nul\0'],
      refused: [1, null, undefined, '\ud800', ['a']],
      fillValues: ['""', '"a"'],
      refusedFillValues: ['null', '1', '["a"]', '"\\ud800"'],
    },
  ],
  [
    'bytes',
    {
      values: [bytes(0, 255), bytes(), bytes(97)],
      refused: ['a', [1], null, Int32Array.of(1)],
      fillValues: ['""', '"AP8="'],
      refusedFillValues: ['null', '1', '"AP8"', '[256]', '"A P8="'],
    },
  ],
  [
    'fixed_length_utf32',
    { dtype: '<U4', values: ['né😀!', '', 'a\0b'], refused: ['abcde', 1, null], fillValues: ['""', '"abcd"'] },
  ],
  [
    'null_terminated_bytes',
    {
      dtype: '|S3',
      values: [bytes(0, 255, 1), bytes(), bytes(97)],
      refused: [bytes(1, 2, 3, 4), 'é', 1, null],
      fillValues: ['""', '"AP8="'],
      refusedFillValues: ['"AAECAw=="', 'null', '1'],
    },
  ],
  [
    'raw_bytes',
    {
      dtype: '|V3',
      values: [bytes(0, 255, 1), bytes(0, 0, 0)],
      refused: [bytes(1, 2), bytes(1, 2, 3, 4), 1, null],
      fillValues: ['"AAAA"', '"AP8B"'],
      refusedFillValues: ['""', '"AAAAAA=="', '[1, 2]', 'null'],
    },
  ],
  [
    'r24',
    {
      values: [bytes(0, 255, 1), bytes(0, 0, 0)],
      refused: [bytes(1, 2), bytes(1, 2, 3, 4), 1, null],
      fillValues: ['[0, 0, 0]', '[0, 255, 1]'],
      refusedFillValues: ['[1, 2]', '[1, 2, 256]', '[1, 2, 3.5]', '"AAAAAA=="', 'null', '0'],
    },
  ],
];

const times: Case[] = ['<M8[10us]', '<m8[D]'].map(
  (dtype): Case => [
    dtype.startsWith('<M') ? 'numpy.datetime64' : 'numpy.timedelta64',
    {
      dtype,
      values: [5n, -(2n ** 63n), 2n ** 63n - 1n, 0n],
      refused: [2n ** 63n, 1.5, 'x', {}],
      fillValues: ['5', '-9223372036854775808'],
      refusedFillValues: ['1.5', '"x"', '9223372036854775808', '[]'],
    },
  ],
);

const structs: Case[] = [
  [
    'struct',
    {
      dtype: [
        ['b', '|b1'],
        ['u', '<U2'],
        [
          'p',
          [
            ['x', '<i2'],
            ['c', '<c8'],
          ],
        ],
        ['t', '<M8[s]'],
        ['h', 'bfloat16'],
        ['q', 'int4'],
      ],
      values: [
        { b: true, u: 'é', p: { x: -3, c: { re: 1, im: nan } }, t: 5n, h: 1.5, q: -8 },
        { b: false, u: '', p: { x: 0, c: { re: 0, im: 0 } }, t: 0n, h: 0, q: 0 },
      ],
      refused: ['a', {}, { b: true }, null],
      fillValues: ['{"b": true, "u": "a", "p": {"x": 1, "c": [1.0, "NaN"]}, "t": 7, "h": "0x7fc1", "q": -1}'],
      refusedFillValues: ['null', '1', '{"q": 8}', '"AAAA"'],
    },
  ],
  [
    'struct in format 3 alone',
    {
      dtype: {
        name: 'struct',
        configuration: {
          fields: [
            { name: 'r', data_type: 'r16' },
            { name: 'f', data_type: 'float4_e2m1fn' },
            { name: 'c', data_type: 'complex_float6_e3m2fn' },
            { name: 'q', data_type: 'uint4' },
          ],
        },
      },
      values: [
        { r: bytes(1, 2), f: -6, c: { re: 28, im: 0 }, q: 15 },
        { r: bytes(0, 0), f: 0, c: { re: 0, im: 0 }, q: 0 },
      ],
      fillValues: ['{"r": [1, 2], "f": 0.5, "c": [1.0, -1.0], "q": 3}'],
      refusedFillValues: ['{"r": [1], "f": 0.5}', '{"f": "NaN"}', '{"q": 16}'],
      formats: [3],
    },
  ],
];

const optional = (name: string): DTypeSpec => ({ name: 'zarrs.optional', configuration: { name } });
const optionals: Case[] = [
  [
    'zarrs.optional',
    {
      dtype: optional('int16'),
      values: [5, null, 0, -32768],
      refused: [1.5, 'x', undefined, 40000],
      fillValues: ['null', '[0]', '[-5]'],
      refusedFillValues: ['0', '[]', '[1, 2]', '[null]', '["x"]'],
    },
  ],
  [
    'zarrs.optional of strings',
    {
      dtype: optional('string'),
      values: ['a', null, ''],
      refused: [1, undefined, '\ud800'],
      fillValues: ['null', '[""]', '["a"]'],
      refusedFillValues: ['"a"', '[]', '[1]'],
    },
  ],
  [
    'zarrs.optional of complex numbers',
    {
      dtype: optional('complex_float4_e2m1fn'),
      values: [{ re: 1, im: 2 }, null, { re: 0, im: 0 }],
      refused: [{ re: 1 }, undefined],
      fillValues: ['null', '[[1.0, 2.0]]'],
      refusedFillValues: ['[1.0, 2.0]'],
    },
  ],
  [
    'zarrs.optional of optional values',
    {
      dtype: { name: 'zarrs.optional', configuration: { name: 'optional', configuration: { name: 'bool' } } },
      values: [[true], null, [null], [false]],
      refused: [[2], [[true]], 'x'],
      fillValues: ['null', '[null]', '[[true]]'],
      refusedFillValues: ['true', '[true]'],
    },
  ],
].map(
  ([name, suite]): Case => [
    name as string, // As written above.
    { ...(suite as Case[1]), serializer: maskedCodec, formats: [3] },
  ],
);

const cases: readonly Case[] = [
  [
    'bool',
    {
      values: [true, false],
      refused: [2, 0.5, '1', null, undefined],
      fillValues: ['true', 'false'],
      refusedFillValues: ['2', '"true"', 'null'],
    },
  ],
  ...integers,
  ...floats,
  ...exponents,
  ...complexes,
  ...strings,
  ...times,
  ...structs,
  ...optionals,
];

for (const [name, suite] of cases) {
  describe(name, () => dtypeSuite({ ...suite, dtype: suite.dtype ?? name, test }));
}

test('every type has its cases', () => {
  // The configurations of other names are those of the same types.
  const aliases = ['variable_length_bytes', 'binary', 'complex_float32', 'complex_float64', 'structured', 'optional'];
  const covered = [...cases.map(([name]) => name), ...aliases];
  expect(knownNames().filter((name) => !covered.includes(name))).toEqual([]);
  expect(parseDtype('complex_float32').name).toBe('complex64');
});

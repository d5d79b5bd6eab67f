/** Strings and bytes of fixed length, times, and structs: their names, fill values, scalars and what they refuse. */
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { type DType, scalarStorage } from '../../src/dtypes/dtype.js';
import { NullTerminatedBytes, RawBytes } from '../../src/dtypes/fixed-bytes.js';
import { FixedElements } from '../../src/dtypes/fixed-elements.js';
import { FixedLengthUTF32 } from '../../src/dtypes/fixed-string.js';
import { Float64 } from '../../src/dtypes/floats.js';
import { Int8, Int16, Int32, UInt8 } from '../../src/dtypes/integers.js';
import { dtypeFromV2, dtypeFromV3, dtypeOfData, parseDtype } from '../../src/dtypes/registry.js';
import { castsSafely } from '../../src/dtypes/safe-cast.js';
import { VariableLengthUTF8 } from '../../src/dtypes/string.js';
import { Struct } from '../../src/dtypes/struct.js';
import { DateTime64, TimeDelta64 } from '../../src/dtypes/time.js';
import { UnknownDType } from '../../src/dtypes/unknown.js';
import {
  ArgumentError,
  BoundsCheckError,
  CastError,
  CodecError,
  DataTypeValidationError,
  MetadataValidationError,
  SelectionError,
  UnknownDataTypeError,
} from '../../src/errors.js';
import { formatJson } from '../../src/json/format.js';
import { parseJson } from '../../src/json/parse.js';

const v3 = (text: string): DType => dtypeFromV3(parseJson(text));
const v2 = (text: string): DType => dtypeFromV2(parseJson(text), undefined);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const NAT = -(2n ** 63n);

// zarr-python's `repr`, `data_type`, `dtype`, bytes per element, and default fill values of formats 3 and 2.
const TYPES = [
  [
    'U5',
    "FixedLengthUTF32(length=5, endianness='little')",
    '{"name": "fixed_length_utf32", "configuration": {"length_bytes": 20}}',
    '"<U5"',
    20,
    '""',
    '""',
  ],
  [
    'S5',
    'NullTerminatedBytes(length=5)',
    '{"name": "null_terminated_bytes", "configuration": {"length_bytes": 5}}',
    '"|S5"',
    5,
    '""',
    '""',
  ],
  [
    'V4',
    'RawBytes(length=4)',
    '{"name": "raw_bytes", "configuration": {"length_bytes": 4}}',
    '"|V4"',
    4,
    '"AAAAAA=="',
    '"AAAAAA=="',
  ],
  [
    'M8[10us]',
    "DateTime64(endianness='little', scale_factor=10, unit='us')",
    '{"name": "numpy.datetime64", "configuration": {"unit": "us", "scale_factor": 10}}',
    '"<M8[10us]"',
    8,
    '-9223372036854775808',
    '-9223372036854775808',
  ],
  [
    'timedelta64[D]',
    "TimeDelta64(endianness='little', scale_factor=1, unit='D')",
    '{"name": "numpy.timedelta64", "configuration": {"unit": "D", "scale_factor": 1}}',
    '"<m8[D]"',
    8,
    '-9223372036854775808',
    '-9223372036854775808',
  ],
  [
    'm8',
    "TimeDelta64(endianness='little', scale_factor=1, unit='generic')",
    '{"name": "numpy.timedelta64", "configuration": {"unit": "generic", "scale_factor": 1}}',
    '"<m8"',
    8,
    '-9223372036854775808',
    '-9223372036854775808',
  ],
  [
    [
      ['a', '<i4'],
      ['b', '<f8'],
    ],
    "Struct(fields=(('a', Int32(endianness='little')), ('b', Float64(endianness='little'))))",
    '{"name": "struct", "configuration": {"fields": ' +
      '[{"name": "a", "data_type": "int32"}, {"name": "b", "data_type": "float64"}]}}',
    '[["a", "<i4"], ["b", "<f8"]]',
    12,
    '{"a": 0, "b": 0.0}',
    '"AAAAAAAAAAAAAAAA"',
  ],
] as const;

test.each(TYPES)('%j has its names in both formats', (spec, repr, document, code, size, fill3, fill2) => {
  const dtype: DType = parseDtype(spec);
  expect(dtype.repr()).toBe(repr);
  expect(formatJson(dtype.toMetadata(3), null)).toBe(document);
  expect(formatJson(dtype.toMetadata(2), null)).toBe(code);
  expect(dtype.itemSize).toBe(size);
  expect(formatJson(dtype.fillValueToJson(dtype.defaultFillValue(), 3), null)).toBe(fill3);
  expect(formatJson(dtype.fillValueToJson(dtype.defaultFillValue(), 2), null)).toBe(fill2);
  expect(v3(document).equals(dtype)).toBe(true);
  expect(v2(code).equals(dtype)).toBe(true);
  expect(parseDtype(JSON.parse(document)).equals(dtype)).toBe(true);
});

test('literal names give their types', () => {
  expectTypeOf(parseDtype('<U5')).toEqualTypeOf<DType<'fixed_length_utf32'>>();
  expectTypeOf(parseDtype('|S5')).toEqualTypeOf<DType<'null_terminated_bytes'>>();
  expectTypeOf(parseDtype('V5').get(new Uint8Array(5), 0)).toEqualTypeOf<Uint8Array>();
  expectTypeOf(parseDtype('<M8[ns]').wrap(new BigUint64Array(1))).toEqualTypeOf<BigInt64Array>();
  expectTypeOf(parseDtype('timedelta64[D]')).toEqualTypeOf<DType<'numpy.timedelta64'>>();
});

test('other spellings of types are read', () => {
  expect(v3('"r24"').repr()).toBe('RawBits(length=3)');
  expect(v2('">U2"').repr()).toBe("FixedLengthUTF32(length=2, endianness='big')");
  expect(v2('"<M8[2generic]"').toMetadata(2)).toBe('<M8[2generic]');
  expect(v2('"<M8[\u03bcs]"').toMetadata(2)).toBe('<M8[us]');
  const greek = v3('{"name": "numpy.datetime64", "configuration": {"unit": "\u03bcs", "scale_factor": 1}}');
  expect(greek.toMetadata(2)).toBe('<M8[us]');
  const legacy = v3('{"name": "structured", "configuration": {"fields": [["a", "int32"], ["b", "float64"]]}}');
  expect(
    legacy.equals(
      parseDtype([
        ['a', '<i4'],
        ['b', '<f8'],
      ]),
    ),
  ).toBe(true);
  expect(legacy.name).toBe('struct');
});

describe('fill values', () => {
  const FILLS: readonly (readonly [spec: unknown, format: 2 | 3, json: string, value: unknown, written: string])[] = [
    ['S5', 2, '"YWJj"', ascii('abc'), '"YWJj"'],
    ['S5', 2, '"YWIAAAA="', ascii('ab'), '"YWI="'],
    ['S5', 2, '0', bytes(), '""'],
    ['S3', 3, '"AP8="', bytes(0, 255), '"AP8="'],
    ['U3', 2, '0', '', '""'],
    ['U2', 3, '"\\ud83d\\ude00\\u00e9"', '😀é', '"\\ud83d\\ude00\\u00e9"'],
    ['V2', 3, '"AP8="', bytes(0, 255), '"AP8="'],
    ['r16', 3, '[1, 255]', bytes(1, 255), '[1, 255]'],
    ['r16', 3, '"Af8="', bytes(1, 255), '[1, 255]'],
    ['r16', 2, '"Af8="', bytes(1, 255), '"Af8="'],
    ['V2', 2, '0', bytes(0, 0), '"AAA="'],
    ['M8[s]', 3, '"NaT"', NAT, String(NAT)],
    ['m8[s]', 2, '"NaT"', NAT, String(NAT)],
    ['M8[s]', 3, '9223372036854775807', 2n ** 63n - 1n, '9223372036854775807'],
    [
      [
        ['a', '<i4'],
        ['b', '>f8'],
      ],
      2,
      '"AwAAAH/4AAAAAAAA"',
      { a: 3, b: Number.NaN },
      '"AwAAAH/4AAAAAAAA"',
    ],
    [
      [
        ['a', '<i4'],
        ['b', '>f8'],
      ],
      2,
      '0',
      { a: 0, b: 0 },
      '"AAAAAAAAAAAAAAAA"',
    ],
    [
      [
        ['a', '<i4'],
        ['b', '<i2'],
      ],
      3,
      '"AQAAAAIA"',
      { a: 1, b: 2 },
      '{"a": 1, "b": 2}',
    ],
    [
      [
        ['a', '<i4'],
        ['t', '<M8[s]'],
      ],
      3,
      '{"a": 1}',
      { a: 1, t: NAT },
      `{"a": 1, "t": ${NAT}}`,
    ],
    [[['a', '<f4']], 3, '{"a": "0x7fc00123"}', { a: Number.NaN }, '{"a": "0x7fc00123"}'],
    [[['p', [['__proto__', '|u1']]]], 3, '{"p": {"__proto__": 7}}', undefined, '{"p": {"__proto__": 7}}'],
  ];
  test.each(FILLS)('%j of format %i reads %s', (spec, format, json, value, written) => {
    const dtype: DType = parseDtype(spec as string); // Some are lists of fields.
    const storage = dtype.parseFillValue(parseJson(json), format);
    if (value !== undefined) expect(dtype.get(storage, 0)).toEqual(value);
    expect(formatJson(dtype.fillValueToJson(storage, format), null)).toBe(written);
  });

  test.each([
    ['S2', '"YWJj"'],
    ['S2', '0'],
    ['S2', '"Y"'],
    ['U2', '"abc"'],
    ['U2', '1'],
    ['V2', '"AP8A"'],
    ['V2', '"AA=="'],
    ['V2', '[1]'],
    ['V2', '[1, 256]'],
    ['M8[s]', '9223372036854775808'],
    ['M8[s]', '1.5'],
    ['M8[s]', '"2020"'],
    [[['a', '|u1']], '"AAA="'],
    [[['a', '|u1']], '[1]'],
    [[['a', '|u1']], '{"a": 256}'],
    [[['a', '|u1']], '1'],
  ])('%j of format 3 refuses %s', (spec, json) => {
    const dtype: DType = parseDtype(spec);
    expect(() => dtype.parseFillValue(parseJson(json), 3)).toThrow(MetadataValidationError);
    expect(() => dtype.parseFillValue(parseJson(json), 3)).toThrow(/^fill_value: expected /);
  });

  test('of any value survive both formats', () => {
    const spec = [
      ['t', '>M8[s]'],
      ['s', '|S3'],
      [
        'p',
        [
          ['u', '>U2'],
          ['c', '<c8'],
          ['v', '|V2'],
        ],
      ],
    ] as const;
    const dtype = parseDtype(spec) as DType as Struct;
    const image = fc.uint8Array({ minLength: dtype.itemSize, maxLength: dtype.itemSize }).map((all) => {
      all.fill(0, 11, 19); // Code points beyond Unicode are no strings.
      return all;
    });
    fc.assert(
      fc.property(image, fc.constantFrom(2 as const, 3 as const), (storage, format) => {
        const json = parseJson(formatJson(dtype.fillValueToJson(storage, format), null));
        expect(dtype.parseFillValue(json, format)).toEqual(storage);
      }),
    );
  });
});

describe('bad types', () => {
  test.each([
    '{"name": "fixed_length_utf32"}',
    '{"name": "fixed_length_utf32", "configuration": {"length_bytes": 0}}',
    '{"name": "fixed_length_utf32", "configuration": {"length_bytes": 6}}',
    '{"name": "fixed_length_utf32", "configuration": {"length_bytes": 4, "x": 1}}',
    '{"name": "null_terminated_bytes", "configuration": {"length_bytes": -1}}',
    '{"name": "null_terminated_bytes", "configuration": {"length_bytes": 1.0}}',
    '{"name": "raw_bytes", "configuration": {"length_bytes": 2147483648}}',
    '{"name": "raw_bytes", "configuration": {}}',
    '"r0"',
    '"r12"',
    '{"name": "r8", "configuration": {"length_bytes": 1}}',
    '{"name": "numpy.datetime64"}',
    '{"name": "numpy.datetime64", "configuration": {"unit": "s"}}',
    '{"name": "numpy.datetime64", "configuration": {"unit": "parsec", "scale_factor": 1}}',
    '{"name": "numpy.datetime64", "configuration": {"unit": "constructor", "scale_factor": 1}}',
    '{"name": "numpy.timedelta64", "configuration": {"unit": "s", "scale_factor": 0}}',
    '{"name": "numpy.timedelta64", "configuration": {"unit": "s", "scale_factor": 2147483648}}',
    '{"name": "numpy.timedelta64", "configuration": {"unit": "s", "scale_factor": 1, "x": 1}}',
    '"struct"',
    '{"name": "struct", "configuration": {"fields": []}}',
    '{"name": "struct", "configuration": {"fields": [{"name": "", "data_type": "int8"}]}}',
    '{"name": "struct", "configuration": {"fields": [{"name": "a"}]}}',
    '{"name": "struct", "configuration": {"fields": [{"name": "a", "data_type": "int8", "x": 1}]}}',
    '{"name": "struct", "configuration": {"fields": [{"name": "a", "data_type": "string"}]}}',
    '{"name": "struct", "configuration": {"fields": [["a", "int8"], ["a", "int8"]]}}',
    '{"name": "struct", "configuration": {"fields": [["a", "int8", [2]]]}}',
    '{"name": "struct", "configuration": {"fields": {"a": "int8"}}}',
    '{"name": "struct", "configuration": {"fields": [["a", "int8"]], "x": 1}}',
  ])('%s of format 3 is refused', (text) => {
    expect(() => v3(text)).toThrow(MetadataValidationError);
    expect(() => v3(text)).toThrow(/^data_type: /);
  });

  test.each([
    '"|S"',
    '"<U"',
    '"|V0"',
    '"|S2147483648"',
    '"<U536870912"',
    '"<M8[0s]"',
    '"<M8[2147483648s]"',
    '[["a", "|i1"], ["a", "|i1"]]',
    '[["", "|V3"]]',
    '[["", "|i1"], ["a", "|i1"]]',
    '[[["title", "a", "b"], "|i1"]]',
    '[[["title", ""], "|i1"]]',
    '[[["title", 1], "|i1"]]',
    '[["a", "<i4", [0]]]',
    '[["a", "<i4", [2147483647]]]',
    '[["a", [["b", "<i4"]], [65536]]]',
    '[["a", "|S2147483647"], ["b", "|S1"]]',
  ])('%s of format 2 is refused', (text) => {
    expect(() => v2(text)).toThrow(MetadataValidationError);
    expect(() => v2(text)).toThrow(/^dtype: /);
  });

  test.each(['[["a", "|O"]]', '[["a", "<f16"]]', '[["p", [["a", "<f16"]]]]'])(
    '%s of format 2 opens, but has no data',
    (text) => {
      expect(v2(text)).toBeInstanceOf(UnknownDType);
      expect(() => parseDtype(JSON.parse(text))).toThrow(
        text.includes('O') ? DataTypeValidationError : UnknownDataTypeError,
      );
    },
  );

  test('a struct with a field that nobody registered is itself unknown', () => {
    const text = '{"name": "struct", "configuration": {"fields": [{"name": "a", "data_type": "unheard_of"}]}}';
    expect(v3(text)).toBeInstanceOf(UnknownDType);
    expect(formatJson(v3(text).toMetadata(3), null)).toBe(text);
  });

  test('structs that are nested too deep are refused', () => {
    const nested = (depth: number): unknown => (depth === 0 ? '|i1' : [['a', nested(depth - 1)]]);
    expect(parseDtype(nested(16) as readonly unknown[]).itemSize).toBe(1);
    expect(() => parseDtype(nested(17) as readonly unknown[])).toThrow(DataTypeValidationError);
  });

  const int8 = new Int8();
  test.each<[string, () => unknown]>([
    ['a length of 0', () => new RawBytes({ length: 0 })],
    ['a negative length', () => new NullTerminatedBytes({ length: -1 })],
    ['a length with a fraction', () => new FixedLengthUTF32({ length: 1.5 })],
    ['too many characters', () => new FixedLengthUTF32({ length: 2 ** 29 })],
    // @ts-expect-error: the length is missing.
    ['no length', () => new FixedLengthUTF32({})],
    // @ts-expect-error: not an option.
    ['an unknown option', () => new RawBytes({ length: 1, endianness: 'big' })],
    // @ts-expect-error: not a unit.
    ['an unknown unit', () => new DateTime64({ unit: 'parsec' })],
    ['a scale of 0', () => new DateTime64({ unit: 's', scaleFactor: 0 })],
    ['a scale that is too large', () => new TimeDelta64({ unit: 's', scaleFactor: 2 ** 31 })],
    // @ts-expect-error: not an option.
    ['an unknown option of times', () => new TimeDelta64({ scale: 2 })],
    ['no fields', () => new Struct({ fields: [] })],
    // @ts-expect-error: fields are DTypes.
    ['a field without type', () => new Struct({ fields: [['a', 'int8']] })],
    ['a field without name', () => new Struct({ fields: [['', int8]] })],
    ['only padding', () => new Struct({ fields: [['', new RawBytes({ length: 1 })]] })],
    [
      'names twice',
      () =>
        new Struct({
          fields: [
            ['a', int8],
            ['a', int8],
          ],
        }),
    ],
    ['a field of varying size', () => new Struct({ fields: [['a', new VariableLengthUTF8()]] })],
    // @ts-expect-error: fields are a list.
    ['fields that are no list', () => new Struct({ fields: { a: int8 } })],
  ])('a constructor refuses %s', (_, make) => {
    expect(make).toThrow(ArgumentError);
  });
});

describe('scalars', () => {
  const read = (spec: unknown, value: unknown, casting: 'exact' | 'unsafe' = 'exact'): unknown => {
    const dtype: DType = parseDtype(spec as string); // Some are lists of fields.
    return dtype.get(scalarStorage(dtype, value, casting), 0);
  };

  test.each<[unknown, unknown, unknown]>([
    ['U3', 'a\0b', 'a\0b'],
    ['U3', 'ab\0\0\0', 'ab'],
    ['U3', '😀😀😀', '😀😀😀'],
    ['U3', '\ud800a', '\ud800a'],
    ['S3', bytes(0, 1, 0), bytes(0, 1)],
    ['S3', bytes(1, 0, 0, 0), bytes(1)],
    ['S3', 'ab', ascii('ab')],
    ['V3', bytes(1, 0, 0), bytes(1, 0, 0)],
    ['M8[s]', 5, 5n],
    ['M8[s]', 'NaT', NAT],
    ['M8[D]', new Date('1970-01-03T00:00:00Z'), 2n],
    ['M8[M]', new Date('1969-11-01T00:00:00Z'), -2n],
    ['M8[Y]', new Date('2000-01-01T00:00:00Z'), 30n],
    ['M8[25s]', new Date(50_000), 2n],
    ['M8[ns]', new Date(Number.NaN), NAT],
    [
      [
        ['a', '|i1'],
        ['b', '<U1'],
      ],
      { b: 'x', a: 1 },
      { a: 1, b: 'x' },
    ],
    [
      [
        ['a', '|i1'],
        ['b', '|b1'],
      ],
      1,
      { a: 1, b: true },
    ],
  ])('%j stores %o as %o', (spec, value, expected) => {
    expect(read(spec, value)).toEqual(expected);
  });

  test.each<[unknown, unknown]>([
    ['U3', 'abcd'],
    ['U3', 5],
    ['S3', bytes(1, 2, 3, 4)],
    ['S3', 'é'],
    ['V3', bytes(1, 2)],
    ['M8[s]', 1.5],
    ['M8[s]', 2n ** 63n],
    ['M8[s]', new Date(1)],
    ['M8[M]', new Date(86_400_000)],
    ['M8[ns]', new Date(8.64e15)],
    ['M8', new Date(0)],
    ['m8[s]', new Date(0)],
    ['m8[s]', '5'],
    [
      [
        ['a', '|i1'],
        ['b', '|b1'],
      ],
      { a: 1 },
    ],
    [[['a', '|i1']], { a: 1, b: 2 }],
    [[['a', '|i1']], { a: 200 }],
    [[['a', '|i1']], [1]],
    [[['a', '|i1']], null],
  ])('%j refuses %o', (spec, value) => {
    expect(() => read(spec, value)).toThrow(CastError);
  });

  test('are cut and filled up where casting is unsafe', () => {
    expect(read('U2', 'a😀b', 'unsafe')).toBe('a😀');
    expect(read('U5', 12, 'unsafe')).toBe('12');
    expect(read('S2', 'abc', 'unsafe')).toEqual(ascii('ab'));
    expect(read('V2', bytes(1), 'unsafe')).toEqual(bytes(1, 0));
    expect(read('V2', bytes(1, 2, 3), 'unsafe')).toEqual(bytes(1, 2));
    expect(read('M8[s]', Number.NaN, 'unsafe')).toBe(NAT);
    expect(read('m8[s]', -1.9, 'unsafe')).toBe(-1n);
  });

  test('a struct that refuses one field keeps the others too', () => {
    const dtype = new Struct({
      fields: [
        ['a', new Int8()],
        ['b', new UInt8()],
      ],
    });
    const storage = scalarStorage(dtype, { a: 1, b: 2 });
    expect(() => dtype.set(storage, 0, { a: 3, b: -1 }, 'exact')).toThrow(/in field "b"$/);
    expect(dtype.get(storage, 0)).toEqual({ a: 1, b: 2 });
  });

  test('a field may have any name', () => {
    const dtype = new Struct({
      fields: [
        ['__proto__', new Int8()],
        ['constructor', new Int8()],
        ['2', new Int8()],
      ],
    });
    const value = JSON.parse('{"__proto__": 1, "constructor": 2, "2": 3}') as object;
    const scalar = dtype.get(scalarStorage(dtype, value), 0);
    expect(Object.entries(scalar).sort()).toEqual(Object.entries(value).sort());
    expect(Object.getPrototypeOf(scalar)).toBeNull();
    expect(() => dtype.place('toString')).toThrow(SelectionError);
  });

  test('a code point beyond Unicode is an error, not a character', () => {
    const dtype = new FixedLengthUTF32({ length: 1 });
    expect(() => dtype.get(Uint32Array.of(0x110000), 0)).toThrow(CodecError);
  });
});

describe('times', () => {
  test.each<[string, bigint, string, string | undefined]>([
    ['Y', 1234n, '3204', '3204-01-01T00:00:00.000Z'],
    ['Y', -1917n, '0053', '0053-01-01T00:00:00.000Z'],
    ['M', -1n, '1969-12', '1969-12-01T00:00:00.000Z'],
    ['W', 1234n, '1993-08-26', '1993-08-26T00:00:00.000Z'],
    ['D', -1n, '1969-12-31', '1969-12-31T00:00:00.000Z'],
    ['D', -70000000n, '-189684-07-06', '-189684-07-06T00:00:00.000Z'],
    ['D', 2n ** 62n, '12626367463885247-04-15', undefined],
    ['h', 1234n, '1970-02-21T10', '1970-02-21T10:00:00.000Z'],
    ['m', -1n, '1969-12-31T23:59', '1969-12-31T23:59:00.000Z'],
    ['25s', 7n, '1970-01-01T00:02:55', '1970-01-01T00:02:55.000Z'],
    ['ms', 2n ** 62n, '146140482-04-24T15:36:27.904', undefined],
    ['us', -1n, '1969-12-31T23:59:59.999999', '1969-12-31T23:59:59.999Z'],
    ['ns', -(2n ** 62n), '1823-11-12T00:06:21.572612096', '1823-11-12T00:06:21.572Z'],
    ['as', 1234n, '1970-01-01T00:00:00.000000000000001234', '1970-01-01T00:00:00.000Z'],
  ])('datetime64[%s] %i is %s', (unit, count, text, date) => {
    const dtype = parseDtype(`M8[${unit}]`) as DType as DateTime64;
    expect(dtype.pythonScalar(scalarStorage(dtype, count))).toBe(text);
    if (date === undefined) expect(() => dtype.toDate(count)).toThrow(CastError);
    else expect(dtype.toDate(count).toISOString()).toBe(date);
  });

  test('NaT is no date, and counts of no unit are none', () => {
    expect(new DateTime64({ unit: 's' }).toDate(NAT).getTime()).toBeNaN();
    expect(() => new DateTime64().toDate(1n)).toThrow(ArgumentError);
    expect([new DateTime64({ unit: 's', scaleFactor: 3 })].map(({ unit, scaleFactor }) => [unit, scaleFactor])).toEqual(
      [['s', 3]],
    );
  });

  test('dates come back, whatever the unit', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), fc.constantFrom('ms', 'us' as const), (date, unit) => {
        fc.pre(unit === 'ms' || Math.abs(date.getTime()) < 2 ** 53 / 1000);
        const dtype = new DateTime64({ unit });
        expect(dtype.toDate(dtype.get(scalarStorage(dtype, date), 0))).toEqual(date);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -270_000, max: 270_000 }), fc.nat(11), (year, month) => {
        const date = new Date(0);
        date.setUTCFullYear(year, month, 1);
        fc.pre(!Number.isNaN(date.getTime()));
        const dtype = new DateTime64({ unit: 'M' });
        expect(dtype.toDate(dtype.get(scalarStorage(dtype, date), 0))).toEqual(date);
      }),
    );
  });

  test('lengths of time are printed as NumPy does', () => {
    const text = (spec: string, count: unknown): string => {
      const dtype: DType = parseDtype(spec);
      return dtype.pythonScalar(scalarStorage(dtype, count));
    };
    expect(text('m8[D]', 1)).toBe('1 days');
    expect(text('m8[10ns]', -5)).toBe('-50 nanoseconds');
    expect(text('m8', 5)).toBe('5 generic time units');
    expect(text('m8[s]', 'NaT')).toBe('NaT');
    expect(text('M8[s]', 'NaT')).toBe('NaT');
  });
});

describe('elements', () => {
  test('are reached by index, from both ends, and share memory', () => {
    const dtype = new FixedLengthUTF32({ length: 2 });
    const storage = dtype.allocate(3);
    const data = dtype.wrap(storage);
    data.set(0, 'ab');
    data.set(2, 'é');
    expect([...data]).toEqual(['ab', '', 'é']);
    expect([data.length, data.at(-1), data.at(3), data.at(-4), data.byteLength]).toEqual([
      3,
      'é',
      undefined,
      undefined,
      24,
    ]);
    expect([...data.subarray(1)]).toEqual(['', 'é']);
    expect([...data.subarray(-1)]).toEqual(['é']);
    data.subarray(1, 2).set(0, 'x');
    expect(data.at(1)).toBe('x');
    expect(JSON.stringify(data)).toBe('["ab","x","é"]');
    expect(data.buffer).toBe((storage as Uint32Array).buffer);
    expect(() => data.set(3, 'x')).toThrow(BoundsCheckError);
    expect(() => data.set(0, 'abc')).toThrow(CastError);
  });

  test('tell their type, and are taken by the same type only', () => {
    const dtype = new Struct({
      fields: [
        ['a', new Int8()],
        ['b', new Float64()],
      ],
    });
    const data = dtype.wrap(dtype.allocate(2));
    expect(data).toBeInstanceOf(FixedElements);
    expect(dtypeOfData(data)).toBe(dtype);
    expect(dtype.unwrap(data)).toBe(data.storage);
    const big = new Struct({
      fields: [
        ['a', new Int8()],
        ['b', new Float64({ endianness: 'big' })],
      ],
    });
    expect(big.unwrap(data)).toBe(data.storage);
    expect(new RawBytes({ length: 9 }).unwrap(data)).toBeUndefined();
    expect(
      new Struct({
        fields: [
          ['b', new Float64()],
          ['a', new Int8()],
        ],
      }).unwrap(data),
    ).toBeUndefined();
  });

  test('in another byte order are those numbers reversed, and nothing else', () => {
    const dtype = parseDtype([
      ['a', '<i2'],
      ['s', '|S2'],
      ['c', '>c8'],
      [
        'p',
        [
          ['u', '>U1'],
          ['t', '|i1'],
        ],
      ],
    ]) as DType;
    const all = Uint8Array.from({ length: 34 }, (_, i) => i);
    const element = [1, 0, 2, 3, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 16];
    expect([...dtype.swapped(all, 'big')]).toEqual([...element, ...element.map((place) => place + 17)]);
    expect(dtype.swapped(all, 'little')).toBe(all);
    expect([...dtype.swapped(all, 'declared')].slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect([...dtype.swapped(all, 'declared')].slice(4, 17)).toEqual(element.slice(4));
    expect(dtype.swapped(dtype.swapped(all, 'declared'), 'declared')).toEqual(all);
    expect(dtype.hasByteOrder).toBe(true);
    expect(parseDtype([['a', '|i1']]).hasByteOrder).toBe(false);
  });
});

test('every byte of a boolean field but 0 is true, and the bytes given stay as they are', () => {
  const dtype = parseDtype([
    ['a', '|i1'],
    ['p', [['f', '|b1']]],
  ]) as DType;
  const given = bytes(5, 2, 6, 0, 7, 1);
  const storage = dtype.view(given);
  expect([...storage]).toEqual([5, 1, 6, 0, 7, 1]);
  expect(given[1]).toBe(2);
  expect(dtype.view(bytes(5, 1))).toEqual(bytes(5, 1));
  expect(dtype.unwrap(new FixedElements(dtype, given))).toBeUndefined();
});

describe('padding', () => {
  const spec = '[["a", "|i1"], ["", "|V3"], ["b", "<i4"], ["", "|V1"]]';

  test('is kept in format 2 and left out in format 3', () => {
    const dtype = v2(spec) as Struct;
    expect(dtype.fields.map(([name]) => name)).toEqual(['a', 'b']);
    expect([dtype.itemSize, dtype.place('b').offset]).toEqual([9, 4]);
    expect(formatJson(dtype.toMetadata(2), null)).toBe(spec);
    const packed = dtypeFromV3(dtype.toMetadata(3));
    expect(packed.itemSize).toBe(5);
    expect(packed.isSameInMemory(dtype)).toBe(false);
    const other = v2('[["a", "|i1"], ["", "|V4"], ["b", "<i4"]]');
    expect(other.itemSize).toBe(9);
    expect(other.isSameInMemory(dtype)).toBe(false);
    expect(other.equals(dtype)).toBe(false);
  });
});

test.each([
  ['S3', 'S5', true],
  ['S5', 'S3', false],
  ['U3', 'U5', true],
  ['V3', 'V5', true],
  ['M8[s]', 'M8[ms]', true],
  ['M8[ms]', 'M8[s]', false],
  ['M8[2s]', 'M8[3s]', false],
  ['M8[2s]', 'M8[s]', true],
  ['M8[Y]', 'M8[M]', true],
  ['M8[s]', 'm8[s]', false],
])('%s casts to %s safely: %s', (from, to, expected) => {
  expect(castsSafely(parseDtype(from), parseDtype(to))).toBe(expected);
  expect(castsSafely(parseDtype(to), parseDtype(to))).toBe(true);
});

test('the classes are those of zarr-python', () => {
  const dtype = new Struct({
    fields: [
      ['a', new Int32({ endianness: 'big' })],
      ['b', new Int16()],
    ],
  });
  expect(dtype.fields.map(([name, { endianness }]) => [name, endianness])).toEqual([
    ['a', 'big'],
    ['b', 'little'],
  ]);
  expect(`${dtype}`).toBe('struct');
  expect(JSON.stringify(dtype)).toContain('"fields":[{"name":"a","data_type":"int32"}');
});

import { describe, expect, expectTypeOf, test } from 'vitest';
import { Bool } from '../../src/dtypes/bool.js';
import { ComplexElements } from '../../src/dtypes/complex.js';
import { definePlain } from '../../src/dtypes/definition.js';
import type { DType } from '../../src/dtypes/dtype.js';
import { Float16Elements } from '../../src/dtypes/float16.js';
import { Int16, UInt64 } from '../../src/dtypes/integers.js';
import { dtypeFromV2, dtypeFromV3, dtypeOfData, parseDtype, registerDataType } from '../../src/dtypes/registry.js';
import type { Struct } from '../../src/dtypes/struct.js';
import type { Complex } from '../../src/dtypes/types.js';
import { UnknownDType } from '../../src/dtypes/unknown.js';
import {
  ArgumentError,
  DataTypeValidationError,
  MetadataValidationError,
  UnknownDataTypeError,
} from '../../src/errors.js';
import { formatJson } from '../../src/json/format.js';
import { parseJson } from '../../src/json/parse.js';

const v3 = (text: string) => dtypeFromV3(parseJson(text));
const v2 = (text: string, objectCodecId?: string) => dtypeFromV2(parseJson(text), objectCodecId);

// zarr-python's `repr`, `data_type` and `dtype`.
const TYPES = [
  ['bool', 'Bool()', '"bool"', '|b1'],
  ['int8', 'Int8()', '"int8"', '|i1'],
  ['int16', "Int16(endianness='little')", '"int16"', '<i2'],
  ['int32', "Int32(endianness='little')", '"int32"', '<i4'],
  ['int64', "Int64(endianness='little')", '"int64"', '<i8'],
  ['uint8', 'UInt8()', '"uint8"', '|u1'],
  ['uint16', "UInt16(endianness='little')", '"uint16"', '<u2'],
  ['uint32', "UInt32(endianness='little')", '"uint32"', '<u4'],
  ['uint64', "UInt64(endianness='little')", '"uint64"', '<u8'],
  ['float16', "Float16(endianness='little')", '"float16"', '<f2'],
  ['float32', "Float32(endianness='little')", '"float32"', '<f4'],
  ['float64', "Float64(endianness='little')", '"float64"', '<f8'],
  ['complex64', "Complex64(endianness='little')", '"complex64"', '<c8'],
  ['complex128', "Complex128(endianness='little')", '"complex128"', '<c16'],
] as const;

describe('each type has its names in both formats', () => {
  test.each(TYPES)('%s', (name, repr, document, code) => {
    const dtype: DType = parseDtype(name);
    expect([dtype.name, `${dtype}`, dtype.repr()]).toEqual([name, name, repr]);
    expect(formatJson(dtype.toMetadata(3), null)).toBe(document);
    expect(JSON.stringify(dtype)).toBe(document);
    expect(dtype.toMetadata(2)).toBe(code);
    expect(v3(document).equals(dtype)).toBe(true);
    expect(v3(`{"name": ${document}}`).equals(dtype)).toBe(true);
    expect(v3(`{"name": ${document}, "configuration": {}}`).equals(dtype)).toBe(true);
    expect(v2(`"${code}"`).equals(dtype)).toBe(true);
    expect(dtype.itemSize).toBe(Number(code.slice(2)));
  });

  test.each(['i2', 'i4', 'u8', 'f2', 'f4', 'f8', 'c8', 'c16'])(
    'big-endian %s is another type of the same name',
    (code) => {
      const big = v2(`">${code}"`);
      expect(big.endianness).toBe('big');
      expect(big.toMetadata(2)).toBe(`>${code}`);
      expect(big.repr()).toContain("(endianness='big')");
      expect(big.equals(v2(`"<${code}"`))).toBe(false);
      expect(dtypeFromV3(big.toMetadata(3)).endianness).toBe('little');
    },
  );

  test('strings and bytes are objects with a codec in format 2', () => {
    expect(v2('"|O"', 'vlen-utf8').repr()).toBe('VariableLengthUTF8()');
    expect(v2('"|O"', 'vlen-bytes').repr()).toBe('VariableLengthBytes()');
    expect(parseDtype('string').toMetadata(2)).toBe('|O');
    expect(parseDtype('bytes').toMetadata(2)).toBe('|O');
  });

  test('bytes is read under three names and written under zarr-python’s', () => {
    for (const name of ['bytes', 'variable_length_bytes', 'binary']) {
      expect(v3(`"${name}"`).name).toBe('bytes');
      expect(v3(`"${name}"`).toMetadata(3)).toBe('variable_length_bytes');
    }
  });
});

test.each([
  ['=i2', '<i2'],
  ['i2', '<i2'],
  ['|i4', '<i4'],
  ['<i1', '|i1'],
  ['>u1', '|u1'],
  ['<b1', '|b1'],
])('format 2 reads %s as %s', (text, canonical) => {
  expect(v2(`"${text}"`).toMetadata(2)).toBe(canonical);
});

test('types that metadata names cannot be changed, nor those that they are made of', () => {
  const structs = [
    v3('{"name": "struct", "configuration": {"fields": [{"name": "a", "data_type": "int8"}]}}'),
    v2('[["a", "<i4"], ["b", "<f8", [2]]]'),
  ] as unknown as Struct[];
  const types = [...TYPES.flatMap(([, , three, two]) => [v3(three), v2(`"${two}"`)]), v3('"nobody.s"'), v2('"|O"')];
  for (const dtype of [...types, ...structs, ...structs.flatMap(({ fields }) => fields.map(([, type]) => type))]) {
    expect(() => Object.assign(dtype, { name: 'x' })).toThrow(TypeError);
    expect(() => Object.assign(dtype, { other: 1 })).toThrow(TypeError);
  }
});

describe('a malformed type', () => {
  test.each([
    '"<u16"',
    '"|b"',
    '"<i4junk"',
    '"<i4 "',
    '"<f1"',
    '"<f"',
    '"i3"',
    '"<b2"',
    '"float32"',
    '"<M8[parsec]"',
    '"<i4[ns]"',
    '"<x4"',
    '""',
    '"constructor"',
    '4',
    'null',
    '{}',
    '[]',
    '["a", "<i4"]',
    '[["a"]]',
    '[["a", "<u16"]]',
    '[["a", "<i4", [-1]]]',
    '[[1, "<i4"]]',
  ])('%s of format 2 is refused', (text) => {
    expect(() => v2(text)).toThrow(MetadataValidationError);
    expect(() => v2(text)).toThrow(/^dtype: expected /);
  });

  test.each([
    '""',
    '3',
    'null',
    '[]',
    '{}',
    '{"name": 3}',
    '{"name": "int32", "configuration": []}',
    '{"name": "int32", "configuration": {"a": 1}}',
    '{"name": "int32", "other": 1}',
    '{"name": "int32", "must_understand": false}',
  ])('%s of format 3 is refused', (text) => {
    expect(() => v3(text)).toThrow(MetadataValidationError);
    expect(() => v3(text)).toThrow(/^data_type: expected /);
  });
});

describe('a well-formed type that nobody registered', () => {
  test.each(['"unheard_of"', '{"name": "unheard_of", "configuration": {"a": 1.0}}', '"constructor"', '"__proto__"'])(
    '%s keeps its document and its fill value',
    (text) => {
      const dtype = v3(text);
      expect(dtype).toBeInstanceOf(UnknownDType);
      expect(formatJson(dtype.toMetadata(3), null)).toBe(text);
      const fillValue = dtype.parseFillValue(parseJson('{"x": 1.0}'), 3);
      expect(formatJson(dtype.fillValueToJson(fillValue, 3), null)).toBe('{"x": 1.0}');
      expect(dtype.get(fillValue, 0)).toEqual({ x: 1 });
      expect(dtype.pythonScalar(fillValue)).toBe('{"x": 1.0}');
    },
  );

  test.each([
    ['"<f16"', undefined, '<f16'],
    ['"|O"', 'pickle', '|O (pickle)'],
    ['"|O"', undefined, '|O (without object codec)'],
  ])('%s of format 2 is one too', (text, objectCodecId, name) => {
    const dtype = v2(text, objectCodecId);
    expect(dtype).toBeInstanceOf(UnknownDType);
    expect(dtype.name).toBe(name);
    expect(formatJson(dtype.toMetadata(2), null)).toBe(text);
    expect(() => dtype.toMetadata(3)).toThrow(UnknownDataTypeError);
  });

  test('throws wherever its data is asked for', () => {
    const dtype = v3('"unheard_of"');
    const uses = [
      () => dtype.allocate(1),
      () => dtype.view(new Uint8Array(1)),
      () => dtype.wrap([]),
      () => dtype.unwrap([]),
      () => dtype.set([], 0, 1, 'exact'),
    ];
    for (const use of uses) {
      expect(use).toThrow(UnknownDataTypeError);
      expect(use).toThrow('unheard_of');
    }
  });
});

describe('parseDtype', () => {
  test.each([
    ['<i4', 'int32'],
    ['i4', 'int32'],
    ['=i2', 'int16'],
    ['|u1', 'uint8'],
    ['f8', 'float64'],
    ['c16', 'complex128'],
    ['?', 'bool'],
    ['b', 'int8'],
    ['d', 'float64'],
    ['int', 'int64'],
    ['float', 'float64'],
    ['complex', 'complex128'],
    ['half', 'float16'],
    ['bool', 'bool'],
    ['str', 'string'],
    ['bytes', 'bytes'],
    ['variable_length_bytes', 'bytes'],
    [{ name: 'int32' }, 'int32'],
    [{ name: 'int32', configuration: {} }, 'int32'],
    [new UInt64(), 'uint64'],
  ])('takes %o for %s', (spec, name) => {
    expect(parseDtype(spec).name).toBe(name);
  });

  test('keeps the byte order and the very instance', () => {
    expect(parseDtype('>i4').endianness).toBe('big');
    const dtype = new Int16({ endianness: 'big' });
    expect(parseDtype(dtype)).toBe(dtype);
  });

  test.each(['int33', 'f16', 'unheard_of', { name: 'unheard_of' }, 'Int32'])('%o is unknown', (spec) => {
    expect(() => parseDtype(spec)).toThrow(UnknownDataTypeError);
  });

  test.each([
    'U',
    'S',
    'V',
    'S0',
    'str_',
    'object',
    '|O',
    '<u16',
    '|b',
    { name: 'int32', configuration: { a: 1 } },
    [],
  ])('%o cannot be a type', (spec) => {
    expect(() => parseDtype(spec)).toThrow(DataTypeValidationError);
  });

  test('gives literal names their types', () => {
    expectTypeOf(parseDtype('float32')).toEqualTypeOf<DType<'float32'>>();
    expectTypeOf(parseDtype('<f4')).toEqualTypeOf<DType<'float32'>>();
    expectTypeOf(parseDtype('float')).toEqualTypeOf<DType<'float64'>>();
    expectTypeOf(parseDtype({ name: 'int8' })).toEqualTypeOf<DType<'int8'>>();
    expectTypeOf(parseDtype(new Bool())).toEqualTypeOf<DType<'bool'>>();
    expectTypeOf(parseDtype('int8' as string)).toEqualTypeOf<DType>();
    expectTypeOf(parseDtype('uint64').get([], 0)).toEqualTypeOf<bigint>();
    expectTypeOf(parseDtype('complex64').get([], 0)).toEqualTypeOf<Complex>();
    expectTypeOf(parseDtype('int16').wrap([])).toEqualTypeOf<Int16Array>();
  });
});

test('constructors refuse an endianness that is none, and other options', () => {
  // @ts-expect-error: not an endianness.
  expect(() => new Int16({ endianness: 'middle' })).toThrow(ArgumentError);
  // @ts-expect-error: not an option.
  expect(() => new Int16({ endian: 'big' })).toThrow(ArgumentError);
});

test('data tells its type', () => {
  expect(dtypeOfData(new Int16Array(1))?.name).toBe('int16');
  expect(dtypeOfData(new BigUint64Array(1))?.name).toBe('uint64');
  expect(dtypeOfData(Buffer.from([1]))?.name).toBe('uint8');
  expect(dtypeOfData(new Uint8ClampedArray(1))?.name).toBe('uint8');
  expect(dtypeOfData(new Float16Elements(new Uint16Array(1)))?.name).toBe('float16');
  expect(dtypeOfData(new ComplexElements(new Float32Array(2)))?.name).toBe('complex64');
  expect(dtypeOfData(new ComplexElements(new Float64Array(2)))?.name).toBe('complex128');
  for (const data of [[1], new DataView(new ArrayBuffer(1)), null, 'a', { length: 1 }])
    expect(dtypeOfData(data)).toBeUndefined();
});

test('a registered type is found everywhere, and only once', () => {
  const definition = definePlain(['truth'], 'f16', () => new Bool());
  registerDataType(definition);
  expect(parseDtype('truth')).toBeInstanceOf(Bool);
  expect(v3('"truth"')).toBeInstanceOf(Bool);
  expect(v2('"<f16"')).toBeInstanceOf(Bool);
  expect(() => registerDataType(definition)).toThrow(ArgumentError);
  expect(() => registerDataType(definePlain(['int32'], undefined, () => new Bool()))).toThrow(ArgumentError);
});

test.each<[unknown, string]>([
  ['Float32', 'float32'],
  ['flot32', 'float32'],
  [{ name: 'strng' }, 'string'],
])('an unknown name, %j, tells the nearest known one', (spec, name) => {
  expect(() => parseDtype(spec as never)).toThrow(UnknownDataTypeError); // What a JavaScript program may give.
  expect(() => parseDtype(spec as never)).toThrow(`; did you mean "${name}"?`);
});

test('only a definition can be registered', () => {
  for (const definition of [undefined, null, 5, {}, { names: 'x' }]) {
    expect(() => registerDataType(definition as never)).toThrow(ArgumentError); // As above.
  }
});

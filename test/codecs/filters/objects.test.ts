/** Values of any kind in format 2: the bytes of numcodecs, arrays of them, and damage. */
import { describe, expect, test } from 'vitest';
import type { ChunkSpec, Serializer } from '../../../src/codecs/codec.js';
import { codecFromV2, codecToV2, numcodecsText } from '../../../src/codecs/registry.js';
import { numcodecs } from '../../../src/codecs.js';
import type { DType } from '../../../src/dtypes/dtype.js';
import { ObjectType } from '../../../src/dtypes/object.js';
import { parseDtype } from '../../../src/dtypes/registry.js';
import { ArgumentError, CodecError } from '../../../src/errors.js';
import { fromPlain, toPlain } from '../../../src/json/convert.js';
import { ndarray } from '../../../src/ndarray/infer.js';
import { NdArray } from '../../../src/ndarray/ndarray.js';
import { MemoryStore } from '../../../src/storage.js';
import { createArray, openArray } from '../../../src/sync.js';
import { bytesOf, hexOf } from '../hex.js';

const text = (value: Uint8Array): string => new TextDecoder().decode(value);
const ascii = (value: string): Uint8Array => new TextEncoder().encode(value);

function serializerOf(document: object, shape: readonly number[], dtype: DType = new ObjectType()): Serializer {
  const spec: ChunkSpec = { shape, dtype, fillValue: dtype.defaultFillValue() };
  return codecFromV2(fromPlain(document)).resolve(spec).bind(spec) as Serializer;
}

const objects = (values: readonly unknown[], shape: readonly number[] = [values.length]): NdArray =>
  new NdArray(new ObjectType(), [...values], shape);

describe('json2', () => {
  test.each([
    ['a list', ['a', null, 1.5], [3], '["a",null,1.5,"|O",[3]]'],
    ['no axes', ['x'], [], '["x","|O",[]]'],
    [
      'nested',
      ['a', 1, null, { b: 1, a: [1.5, Number.NaN] }],
      [2, 2],
      '[["a",1],[null,{"a":[1.5,NaN],"b":1}],"|O",[2,2]]',
    ],
    ['beyond ASCII', ['é😀'], [1], '["\\u00e9\\ud83d\\ude00","|O",[1]]'],
    ['nothing', [], [0], '["|O",[0]]'],
  ])('%s', (_, values, shape, json) => {
    const codec = serializerOf({ id: 'json2' }, shape);
    expect(text(codec.encode(objects(values, shape)) as Uint8Array)).toBe(json);
    const decoded = codec.decode(ascii(json)) as NdArray;
    expect(decoded.shape).toEqual(shape);
    expect(decoded.storage).toEqual(values);
  });

  test('numbers and strings of one size', () => {
    const numbers = serializerOf({ id: 'json2' }, [2], parseDtype('<i4'));
    expect(text(numbers.encode(ndarray(Int32Array.of(1, 2))) as Uint8Array)).toBe('[1,2,"<i4",[2]]');
    expect((numbers.decode(ascii('[1,2,"<i4",[2]]')) as NdArray).toNested()).toEqual([1, 2]);
    expect(() => numbers.decode(ascii('[1,2.5,"<i4",[2]]'))).toThrow(CodecError);
    expect(() => numbers.decode(ascii('[1,"a","<i4",[2]]'))).toThrow(CodecError);
  });

  test('the older form has no shape', () => {
    const codec = serializerOf({ id: 'json' }, [2]);
    expect((codec.decode(ascii('["a",{"b":1},"|O"]')) as NdArray).storage).toEqual(['a', { b: 1 }]);
  });

  test('options', () => {
    const document = { id: 'json2', ensure_ascii: false, sort_keys: false, indent: 1, allow_nan: false };
    const codec = serializerOf(document, [2]);
    const encoded = text(codec.encode(objects([{ b: 'é', a: [] }, 1])) as Uint8Array);
    expect(encoded).toBe('[\n {\n  "b": "é", \n  "a": []\n }, \n 1, \n "|O", \n [\n  2\n ]\n]');
    expect(() => codec.encode(objects([Number.NaN, 1]))).toThrow(CodecError);
    expect(() => codecFromV2(fromPlain({ id: 'json2', encoding: 'latin-1' }))).toThrow(/encoding: expected "utf-8"/);
  });

  test('is written and printed as numcodecs does', () => {
    const codec = codecFromV2(fromPlain({ id: 'json2' }));
    expect(numcodecsText(codec)).toBe(
      "JSON(encoding='utf-8', allow_nan=True, check_circular=True, ensure_ascii=True,\n" +
        "     indent=None, separators=(',', ':'), skipkeys=False, sort_keys=True,\n     strict=True)",
    );
    expect(JSON.stringify(toPlain(codecToV2(codec)))).toBe(
      '{"id":"json2","encoding":"utf-8","skipkeys":false,"ensure_ascii":true,"check_circular":true,"allow_nan":true,' +
        '"indent":null,"separators":[",",":"],"sort_keys":true,"strict":true}',
    );
  });
});

describe('msgpack2', () => {
  test.each([
    ['numbers', [1, 2], [1, 2], '939201 02a3 3c6934 920102'.replaceAll(' ', ''), '<i4'],
    ['values', ['a', null, 1.5], [3], '95a161c0cb3ff8000000000000a27c4f9103', '|O'],
  ])('%s', (_, values, shape, hex, type) => {
    const dtype = type === '|O' ? new ObjectType() : parseDtype(type);
    const codec = serializerOf({ id: 'msgpack2' }, shape, dtype);
    const chunk = type === '|O' ? objects(values, shape) : ndarray(Int32Array.from(values as number[]), { shape });
    expect(hexOf(codec.encode(chunk) as Uint8Array)).toBe(hex);
    expect((codec.decode(bytesOf(hex)) as NdArray).toNested()).toEqual(chunk.toNested());
  });

  test('all values come back', () => {
    const values = [
      ...[
        0,
        127,
        128,
        255,
        256,
        65535,
        65536,
        2 ** 32,
        -1,
        -32,
        -33,
        -128,
        -129,
        -32769,
        -(2 ** 40),
        2n ** 63n,
        1e300,
        -0,
      ],
      ...[true, false, null, '', 'é'.repeat(40), 'x'.repeat(300), 'x'.repeat(70000)],
      ...[
        new Uint8Array(3),
        new Uint8Array(300),
        [1, [2]],
        Array.from({ length: 20 }, (_, i) => i),
        { a: { b: null } },
      ],
    ];
    const codec = serializerOf({ id: 'msgpack2' }, [values.length]);
    const encoded = codec.encode(objects(values)) as Uint8Array;
    expect((codec.decode(encoded) as NdArray).storage).toEqual(values);
  });

  test('extension types are refused', () => {
    expect(() => serializerOf({ id: 'msgpack2' }, [1]).decode(bytesOf('93d40101a27c4f9101'))).toThrow(CodecError);
  });
});

describe('vlen-array', () => {
  test('as numcodecs writes it', () => {
    const codec = serializerOf({ id: 'vlen-array', dtype: '<i2' }, [2]);
    const hex = '0200000004000000010002000200000003 00'.replaceAll(' ', '');
    const values = [Int16Array.of(1, 2), Int16Array.of(3)];
    expect(hexOf(codec.encode(objects(values)) as Uint8Array)).toBe(hex);
    expect(hexOf(codec.encode(objects([[1, 2], [3]])) as Uint8Array)).toBe(hex);
    expect((codec.decode(bytesOf(hex)) as NdArray).storage).toEqual(values);
    expect(() => codec.decode(bytesOf('0200000003000000010002000200000003'))).toThrow(CodecError);
  });

  test('big-endian', () => {
    const codec = serializerOf({ id: 'vlen-array', dtype: '>i2' }, [2]);
    const hex = '0200000002000000000100000000';
    expect(hexOf(codec.encode(objects([[1], null])) as Uint8Array)).toBe(hex);
    expect((codec.decode(bytesOf(hex)) as NdArray).storage).toEqual([Int16Array.of(1), new Int16Array(0)]);
  });
});

describe('damage', () => {
  test.each([
    ['json2', { id: 'json2' }, ['a', null, { b: [1.5, 'c'] }]],
    ['msgpack2', { id: 'msgpack2' }, ['a', null, { b: [1.5, 'c'] }]],
    ['vlen-array', { id: 'vlen-array', dtype: '<i4' }, [[1, 2], [3], []]],
  ])('%s', (_, document, values) => {
    const codec = serializerOf(document, [3]);
    const encoded = codec.encode(objects(values)) as Uint8Array;
    for (let at = 0; at < encoded.length; at++) {
      expect(() => codec.decode(encoded.slice(0, at))).toThrow(CodecError);
      for (let bit = 0; bit < 8; bit++) {
        const damaged = encoded.slice();
        damaged[at]! ^= 1 << bit;
        const decoded = outcomeOf(() => codec.decode(damaged) as NdArray);
        if (decoded instanceof NdArray) expect(decoded.shape).toEqual([3]);
        else expect(decoded).toBeInstanceOf(CodecError);
      }
    }
  });
});

describe('the type of the elements in a chunk', () => {
  const jsonOf = (type: unknown): Uint8Array => ascii(`["a",${JSON.stringify(type)},[1]]`);
  const packed = (type: string): Uint8Array =>
    Uint8Array.of(0x93, 0xa1, 0x61, 0xa0 | type.length, ...ascii(type), 0x91, 1);

  test.each(['zO', 'damaged', '', '<i3', '|T16', '<i4', '|S1'])('"%s" is refused where objects are', (type) => {
    const message = `expected elements of the type "|O", got "${type}"`;
    const decodings: (() => unknown)[] = [
      () => serializerOf({ id: 'json2' }, [1]).decode(jsonOf(type)),
      () => serializerOf({ id: 'json' }, [1]).decode(ascii(`["a",${JSON.stringify(type)}]`)),
      () => serializerOf({ id: 'msgpack2' }, [1]).decode(packed(type)),
      () => serializerOf({ id: 'msgpack2', raw: true }, [1], parseDtype('bytes')).decode(packed(type)),
    ];
    for (const decode of decodings) {
      expect(decode).toThrow(CodecError);
      expect(decode).toThrow(message);
    }
  });

  test.each(['|O', '|O8', '<U3', 'O'])('"%s" is read where objects are', (type) => {
    expect((serializerOf({ id: 'json2' }, [1]).decode(jsonOf(type)) as NdArray).storage).toEqual(['a']);
    expect((serializerOf({ id: 'msgpack2' }, [1]).decode(packed(type)) as NdArray).storage).toEqual(['a']);
  });

  test('is that of the array, in either byte order', () => {
    const codec = serializerOf({ id: 'json2' }, [1], parseDtype('<i4'));
    for (const type of ['<i4', '>i4', 'i4'])
      expect((codec.decode(ascii(`[7,"${type}",[1]]`)) as NdArray).toNested()).toEqual([7]);
    for (const type of ['<i8', '<f4', '<u4', '|O', '<i'])
      expect(() => codec.decode(ascii(`[7,"${type}",[1]]`))).toThrow('expected elements of the type "<i4"');
  });
});

function outcomeOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('arrays', () => {
  const values = ['a', null, [1, 2], { b: 'c' }];

  test.each(['json2', 'msgpack2'])('%s', (id) => {
    const store = new MemoryStore();
    const filters = [{ id }];
    const array = createArray(store, { shape: [5], chunks: [2], dtype: 'object', filters, zarrFormat: 2 });
    array.set('0:4', values);
    const again = openArray(store);
    expect(again.get().toNested()).toEqual([...values, null]);
    expect(again.get(3)).toEqual({ b: 'c' });
    expect(again.dtype.repr()).toBe('ObjectType()');
    expect(JSON.parse(text(store.get('.zarray') as Uint8Array)).dtype).toBe('|O');
  });

  test.each(['C', 'F'] as const)('with two axes in order %s', (order) => {
    const store = new MemoryStore();
    const options = { shape: [2, 3], dtype: 'object', filters: [{ id: 'json2' }], zarrFormat: 2 } as const;
    createArray(store, { ...options, order, compressors: null, fillValue: 0 }).set(null, [
      ['a', 'b', 'c'],
      [1, 2, 3],
    ]);
    expect(text(store.get('0.0') as Uint8Array)).toBe('[["a","b","c"],[1,2,3],"|O",[2,3]]');
    expect(openArray(store).get(':, 1').toNested()).toEqual(['b', 2]);
  });

  test('vlen-array, also where older writers put it', () => {
    const store = new MemoryStore();
    const filters = [new numcodecs.VLenArray({ dtype: '<f4' })];
    createArray(store, { shape: [3], dtype: '|O', filters, zarrFormat: 2 }).set('0:2', [[1.5], Float32Array.of(2, 3)]);
    expect(openArray(store).get().toNested()).toEqual([
      Float32Array.of(1.5),
      Float32Array.of(2, 3),
      new Float32Array(0),
    ]);
    const document = JSON.parse(text(store.get('.zarray') as Uint8Array)) as object;
    const moved = { ...document, filters: null, compressor: { id: 'vlen-array', dtype: '<f4' } };
    const other = new MemoryStore();
    other.set('.zarray', ascii(JSON.stringify(moved)));
    openArray(other, { mode: 'r+' }).set(1, Float32Array.of(7));
    expect(openArray(other).get(1)).toEqual(Float32Array.of(7));
    expect(hexOf(other.get('0') as Uint8Array)).toBe('03000000' + '00000000' + '040000000000e040' + '00000000');
  });

  test('categorize says that objects are strings', () => {
    const filters = [new numcodecs.Categorize({ labels: ['x', 'y'], dtype: '|O' })];
    const array = createArray(new MemoryStore(), {
      shape: [4],
      dtype: 'string',
      filters,
      zarrFormat: 2,
      compressors: null,
    });
    array.set(null, ['y', '', 'x', 'q']);
    expect(array.get().toNested()).toEqual(['y', '', 'x', '']);
  });

  test('what is missing is refused', () => {
    const options = { shape: [2], dtype: 'object', zarrFormat: 2 } as const;
    expect(() => createArray(new MemoryStore(), options)).toThrow(/leaves open what the objects are/);
    const filters = [new numcodecs.JSON()];
    expect(() => createArray(new MemoryStore(), { ...options, zarrFormat: 3 })).toThrow();
    expect(() => createArray(new MemoryStore(), { ...options, dtype: 'string', filters })).toThrow(ArgumentError);
  });
});

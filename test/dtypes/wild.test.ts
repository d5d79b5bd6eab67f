/** Data types as other programs have written them, read through arrays. */
import { describe, expect, test } from 'vitest';
import { UnknownDataTypeError, ZarrError } from '../../src/errors.js';
import * as zarr from '../../src/sync.js';

const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.replaceAll(' ', '').match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** The array of a document of format 2 with one chunk of `shape`; `fill` is JSON text. */
function v2(
  dtype: unknown,
  {
    fill = 'null',
    chunk,
    shape = [2],
    filters = null,
  }: {
    readonly fill?: string;
    readonly chunk?: string;
    readonly shape?: readonly number[];
    readonly filters?: unknown;
  },
) {
  const text = JSON.stringify({ zarr_format: 2, shape, chunks: shape, dtype, compressor: null, order: 'C', filters });
  const store = new Map([['.zarray', encode(text.replace(/}$/, `,"fill_value":${fill}}`))]]);
  if (chunk !== undefined) store.set('0', hex(chunk));
  return zarr.openArray(store);
}

function v3(
  dataType: unknown,
  {
    fill,
    chunk,
    codecs = [{ name: 'bytes', configuration: { endian: 'little' } }],
  }: {
    readonly fill: unknown;
    readonly chunk?: string;
    readonly codecs?: unknown;
  },
) {
  const store = new Map([
    [
      'zarr.json',
      encode({
        zarr_format: 3,
        node_type: 'array',
        shape: [2],
        data_type: dataType,
        chunk_grid: { name: 'regular', configuration: { chunk_shape: [2] } },
        chunk_key_encoding: { name: 'default' },
        fill_value: fill,
        codecs,
      }),
    ],
  ]);
  if (chunk !== undefined) store.set('c/0', hex(chunk));
  return zarr.openArray(store);
}

describe('format 2', () => {
  test.each([
    ['=i2', '0100 feff', [1, -2]],
    ['i2', '0100 feff', [1, -2]],
    ['|i4', '01000000 feffffff', [1, -2]],
    ['<i1', '01fe', [1, -2]],
    ['>u1', '01fe', [1, 254]],
    ['>i2', '0001 fffe', [1, -2]],
    ['<b1', '0005', [false, true]],
    ['|b1', '01ff', [true, true]],
    ['bfloat16', '803f c07f', [1, Number.NaN]],
    ['float8_e3m4', '30 70', [1, Number.POSITIVE_INFINITY]],
    ['float8_e4m3fn', '38 7e', [1, 448]],
    ['float8_e4m3fnuz', '40 80', [1, Number.NaN]],
    ['float8_e4m3b11fnuz', '58 7f', [1, 30]],
    ['float8_e5m2', '3c fc', [1, Number.NEGATIVE_INFINITY]],
    ['float8_e5m2fnuz', '40 7f', [1, 57344]],
    ['float8_e8m0fnu', '7f 80', [1, 2]],
    ['float4_e2m1fn', '02 ff', [1, -6]],
    ['int2', '01 fe', [1, -2]],
    ['int4', '07 08', [7, -8]],
  ])('%s is %s', (dtype, chunk, values) => {
    expect(v2(dtype, { chunk }).get().toNested()).toEqual(values);
  });

  test.each<[dtype: unknown, fill: string, value: unknown, filters?: unknown]>([
    ['|S3', '0', new Uint8Array(0)],
    ['|S3', '""', new Uint8Array(0)],
    ['|S3', '"YQ=="', Uint8Array.of(97)],
    ['|S3', '"YQAA"', Uint8Array.of(97)],
    ['<U3', '0', ''],
    ['<U3', '""', ''],
    ['|V3', '0', new Uint8Array(3)],
    ['|V3', '""', new Uint8Array(3)],
    [[['a', '<i2']], '0', { a: 0 }],
    [[['a', '<i2']], '"BQA="', { a: 5 }],
    ['|O', '0', '', [{ id: 'vlen-utf8' }]],
    ['|O', '""', '', [{ id: 'vlen-utf8' }]],
    ['|O', '0', new Uint8Array(0), [{ id: 'vlen-bytes' }]],
    ['|O', '""', new Uint8Array(0), [{ id: 'vlen-bytes' }]],
    ['<M8[ns]', '"NaT"', -(2n ** 63n)],
    ['<m8[D]', '"NaT"', -(2n ** 63n)],
    ['<M8[ns]', '0', 0n],
    ['<f4', 'NaN', Number.NaN],
    ['<f4', '-Infinity', Number.NEGATIVE_INFINITY],
    ['<f4', '"1.5"', 1.5],
    ['<f2', '1', 1],
    ['|b1', '0', false],
    ['|b1', '1', true],
    ['<i2', '1.0', 1],
    ['<i2', '"1"', 1],
    ['<c8', '[1, "NaN"]', { re: 1, im: Number.NaN }],
    ['<c8', '"AACAPwAAAEA="', { re: 1, im: 2 }],
    ['>c8', '"P4AAAEAAAAA="', { re: 1, im: 2 }],
    ['bfloat16', '"NaN"', Number.NaN],
    ['float4_e2m1fn', '"Bw=="', 6],
    ['float4_e2m1fn', '"/w=="', -6],
    ['float4_e2m1fn', '1.5', 1.5],
    ['int4', '-8', -8],
  ])('%j has the fill value %s', (dtype, fill, value, filters = null) => {
    const array = v2(dtype, { fill, filters });
    expect(array.fillValue).toEqual(value);
    expect(array.get([1])).toEqual(value);
  });

  test.each([
    ['<i2', 0],
    ['|S3', new Uint8Array(0)],
    ['<U3', ''],
    ['bfloat16', 0],
    ['int4', 0],
    ['<c8', { re: 0, im: 0 }],
    ['|b1', false],
  ])('%s without a fill value reads as nothing', (dtype, value) => {
    expect(v2(dtype, {}).fillValue).toBeNull();
    expect(v2(dtype, {}).get([0])).toEqual(value);
  });

  test.each<[dtype: unknown, fill: string]>([
    ['<f4', '"0x7fc00000"'],
    ['<i2', '40000'],
    ['<c8', '"AACAPw=="'],
    ['<c8', '[1]'],
    ['float8_e4m3fn', '"Infinity"'],
    ['float4_e2m1fn', '"NaN"'],
    ['int4', '8'],
    [[['a', '<i2']], '"BQ=="'],
    ['|S0', '"YQ=="'],
  ])('%j refuses the fill value %s', (dtype, fill) => {
    expect(() => v2(dtype, { fill })).toThrow(/fill_value/);
  });

  test.each([
    ['|S0', [new Uint8Array(0), new Uint8Array(0)]],
    ['<U0', ['', '']],
  ])('%s has nothing but empty strings', (dtype, values) => {
    for (const fill of ['null', '0', '""']) {
      const array = v2(dtype, { fill });
      expect(array.get().toNested()).toEqual(values);
    }
    const store = new Map<string, Uint8Array>();
    const array = v2(dtype, { chunk: '' });
    expect(array.get().toNested()).toEqual(values);
    expect(array.get([1])).toEqual(values[0]);
    expect(String(array.get())).toBe(dtype === '|S0' ? "[b'' b'']" : "['' '']");
    expect(() => array.set([0], 'a')).toThrow(ZarrError);
    expect(() => zarr.createArray(store, { shape: [2], dtype, zarrFormat: 2 })).toThrow(ZarrError);
    expect(store.size).toBe(0);
  });

  test('<f16 opens, and who asks for data is told its name', () => {
    const array = v2('<f16', {});
    expect(array.shape).toEqual([2]);
    expect(() => array.get()).toThrow(UnknownDataTypeError);
    expect(() => array.get()).toThrow('<f16');
  });

  test.each(['uint4', 'float6_e2m3fn', 'complex_bfloat16', '<bfloat16', '|int4'])('%s is no type of it', (dtype) => {
    expect(() => v2(dtype, {})).toThrow(/dtype/);
  });
});

test('what has no bytes in chunks is bounded by those that it takes in memory', () => {
  const none = v2('<U0', { shape: [2 ** 40] });
  expect(() => none.get()).toThrow(/limits\.chunkBytes/);
  const chunk = zarr.createArray(undefined, { shape: [2 ** 40], chunks: [2], dtype: 'int4' });
  expect(() => chunk.get()).toThrow(/limits\.outputBytes/);
});

describe('fields of format 2', () => {
  test('with titles, padding, strings without characters, and other names of types', () => {
    const dtype = [
      [['A title', 'a'], '<i2'],
      ['', '|V3'],
      ['e', '|S0'],
      ['h', 'bfloat16'],
      ['q', 'int4'],
      ['z', '<U0'],
    ];
    const array = v2(dtype, { chunk: '0100 aabbcc 803f 0f  feff 000000 0040 07', fill: '"AAAAAAAAAAA="' });
    const empty = new Uint8Array(0);
    expect(array.get().toNested()).toEqual([
      { a: 1, e: empty, h: 1, q: -1, z: '' },
      { a: -2, e: empty, h: 2, q: 7, z: '' },
    ]);
    expect(array.get(':', { fields: 'e' }).toNested()).toEqual([empty, empty]);
    array.set([0], { a: 5, e: '', h: 4, q: -8, z: '' });
    expect(array.get([0])).toEqual({ a: 5, e: empty, h: 4, q: -8, z: '' });
    expect(array.dtype.toMetadata(2)).toEqual([
      ['a', '<i2'],
      ['', '|V3'],
      ['e', '|S0'],
      ['h', 'bfloat16'],
      ['q', 'int4'],
      ['z', '<U0'],
    ]);
  });

  test('that are arrays', () => {
    const dtype = [
      ['b', '|b1'],
      ['m', '>i2', [2, 2]],
      ['n', '|u1', 3],
      [
        'p',
        [
          ['x', '<i2'],
          ['t', '|b1'],
        ],
        [2],
      ],
    ];
    const chunk = '05 0001 0002 0003 fffe 010203 0100 07 0200 00';
    const array = v2(dtype, { chunk, shape: [1] });
    const value = {
      b: true,
      m: [
        [1, 2],
        [3, -2],
      ],
      n: [1, 2, 3],
      p: [
        { x: 1, t: true },
        { x: 2, t: false },
      ],
    };
    expect(array.get([0])).toEqual(value);
    expect(array.get().field('m').toNested()).toEqual([
      [
        [1, 2],
        [3, -2],
      ],
    ]);
    expect(array.get(':', { fields: 'n' }).toNested()).toEqual([[1, 2, 3]]);
    expect(String(array.get())).toBe('[( True, [[1, 2], [3, -2]], [1, 2, 3], [(1, True), (2, False)])]');
    array.set(':', [[7, 8, 9]], { fields: 'n' });
    array.set(
      [0],
      [
        [-1, 0],
        [0, 4],
      ],
      { fields: 'm' },
    );
    expect(array.get([0])).toEqual({
      ...value,
      m: [
        [-1, 0],
        [0, 4],
      ],
      n: [7, 8, 9],
    });
    array.set([0], 6, { fields: 'n' });
    expect(array.get(':', { fields: ['n', 'b'] }).toNested()).toEqual([{ n: [6, 6, 6], b: true }]);
    expect(() => array.set([0], { ...value, n: [1, 2] })).toThrow(/in field "n"/);
    expect(() =>
      array.set([0], {
        ...value,
        m: [
          [1, 2],
          [3, 40000],
        ],
      }),
    ).toThrow(/in field "m"/);
    expect(array.dtype.toMetadata(2)).toEqual([
      ['b', '|b1'],
      ['m', '>i2', expect.anything()],
      ['n', '|u1', expect.anything()],
      [
        'p',
        [
          ['x', '<i2'],
          ['t', '|b1'],
        ],
        expect.anything(),
      ],
    ]);
    const copy = zarr.zerosLike(array);
    copy.set('...', array);
    expect(copy.get().equals(array.get())).toBe(true);
    expect(() => zarr.zerosLike(array, { zarrFormat: 3 })).toThrow(/format 3/);
  });

  test('are written as they are read', () => {
    const store = new Map<string, Uint8Array>();
    const dtype = [
      ['m', '>i2', [2]],
      ['c', '<c8', [1]],
    ];
    const array = zarr.createArray(store, { shape: [2], dtype, zarrFormat: 2, compressors: null, filters: null });
    array.set([1], { m: [1, -2], c: [{ re: 1, im: 2 }] });
    expect(store.get('0')).toEqual(hex('00000000 00000000 00000000  0001 fffe 0000803f 00000040'));
    expect(zarr.openArray(store).get().toNested()).toEqual([
      { m: [0, 0], c: [{ re: 0, im: 0 }] },
      { m: [1, -2], c: [{ re: 1, im: 2 }] },
    ]);
  });

  test('nested in lists a hundred deep are refused at once', () => {
    const nested = (depth: number): unknown => (depth === 0 ? '<i2' : [['a', nested(depth - 1)]]);
    expect(() => v2(nested(100), {})).toThrow(/16 deep/);
    const arrays = (depth: number): unknown => (depth === 0 ? '<i2' : [['a', arrays(depth - 1), [1]]]);
    expect(() => v2(arrays(100), {})).toThrow(/16 deep/);
  });
});

describe('format 3', () => {
  test('a struct as a list of pairs, as in old documents of TensorStore', () => {
    const array = v3(
      [
        ['a', 'int16'],
        ['b', 'int4'],
      ],
      { fill: 'BQD+', chunk: '0100 0f 0200 07' },
    );
    expect(array.fillValue).toEqual({ a: 5, b: -2 });
    expect(array.get().toNested()).toEqual([
      { a: 1, b: -1 },
      { a: 2, b: 7 },
    ]);
  });

  test('the older structured, with a codec that has no byte order', () => {
    const fields = [
      ['a', 'int16'],
      ['p', { name: 'structured', configuration: { fields: [['c', 'complex_float32']] } }],
    ];
    const array = v3(
      { name: 'structured', configuration: { fields } },
      { fill: 'AQAAAIA/AAAAQA==', codecs: [{ name: 'bytes' }] },
    );
    expect(array.fillValue).toEqual({ a: 1, p: { c: { re: 1, im: 2 } } });
  });

  test.each([
    ['complex_float32', 'complex64'],
    ['complex_float64', 'complex128'],
    ['binary', 'bytes'],
  ])('%s is %s, and stays in the document', (alias, name) => {
    const codecs = alias === 'binary' ? [{ name: 'vlen-bytes' }] : undefined;
    const array = v3(alias, { fill: alias === 'binary' ? '' : [0, 0], ...(codecs ? { codecs } : {}) });
    expect(array.dtype.name).toBe(name);
    array.updateAttributes({ a: 1 });
    expect((array.metadata.toJSON() as { data_type: string }).data_type).toBe(alias);
  });

  test('raw bits, with fill values as the specification and as TensorStore have them', () => {
    for (const fill of [[1, 2, 255], 'AQL/']) {
      const array = v3('r24', {
        fill,
        chunk: '000102 030405',
        codecs: [{ name: 'bytes', configuration: { endian: 'big' } }],
      });
      expect(array.fillValue).toEqual(Uint8Array.of(1, 2, 255));
      expect(array.get().toNested()).toEqual([Uint8Array.of(0, 1, 2), Uint8Array.of(3, 4, 5)]);
      expect(array.dtype.name).toBe('r24');
    }
  });

  test('TensorStore writes 0 for the least power of two', () => {
    expect(v3('float8_e8m0fnu', { fill: 0 }).fillValue).toBe(2 ** -127);
  });

  test('the upper bits of a byte that has fewer do not count', () => {
    expect(v3('float6_e3m2fn', { fill: '0xff' }).fillValue).toBe(-28);
    expect(v3('uint4', { fill: 0, chunk: 'f3 1f' }).get().toNested()).toEqual([3, 15]);
    expect(v3('float6_e3m2fn', { fill: 0, chunk: 'c1 9f' }).get().toNested()).toEqual([0.0625, 28]);
    const array = v3('complex_float4_e2m1fn', { fill: [0, 0], chunk: 'f2 14 02 04' });
    expect(array.get().toNested()).toEqual([
      { re: 1, im: 2 },
      { re: 1, im: 2 },
    ]);
    expect(new Uint8Array(array.get().data.buffer)).toEqual(Uint8Array.of(2, 4, 2, 4));
  });

  test('bfloat16 and complex numbers of it in either byte order', () => {
    const codecs = [{ name: 'bytes', configuration: { endian: 'big' } }];
    expect(v3('bfloat16', { fill: 0, chunk: '3f80 c000', codecs }).get().toNested()).toEqual([1, -2]);
    const array = v3('complex_bfloat16', { fill: [0, 0], chunk: '3f80 c000 0000 4000', codecs });
    expect(array.get().toNested()).toEqual([
      { re: 1, im: -2 },
      { re: 0, im: 2 },
    ]);
    expect(() => v3('bfloat16', { fill: 0, codecs: [{ name: 'bytes' }] })).toThrow(/endian/);
    expect(
      v3('float8_e5m2', { fill: 0, chunk: '3c40', codecs: [{ name: 'bytes' }] })
        .get()
        .toNested(),
    ).toEqual([1, 2]);
  });
});

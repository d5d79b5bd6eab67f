/** Small numbers where users meet them. */
import { describe, expect, test } from 'vitest';
import { Float8E4M3FN, Optional, parseDtype, SmallComplexElements, Struct } from '../../../src/dtype.js';
import { castsSafely } from '../../../src/dtypes/safe-cast.js';
import { CastError, ZarrError } from '../../../src/errors.js';
import * as zarr from '../../../src/sync.js';

describe('arrays of small numbers', () => {
  test('are made of names, documents, instances and NumPy’s lists of fields', () => {
    for (const dtype of ['float8_e4m3fn', { name: 'float8_e4m3fn' }, new Float8E4M3FN()]) {
      expect(zarr.zeros([1], { dtype }).dtype.repr()).toBe('Float8E4M3FN()');
    }
    const struct = zarr.zeros([1], {
      dtype: [
        ['a', 'float8_e4m3fn'],
        ['b', 'uint4'],
      ],
    });
    expect(struct.get().toNested()).toEqual([{ a: 0, b: 0 }]);
    expect(() => zarr.zeros([1], { dtype: 'float8_e4m3fm' })).toThrow(/did you mean "float8_e4m3fn"/i);
  });

  test('belong to the family of their scalars', () => {
    expect(zarr.zeros([1], { dtype: 'bfloat16' }).is('number')).toBe(true);
    expect(zarr.zeros([1], { dtype: 'int4' }).is('number')).toBe(true);
    expect(zarr.zeros([1], { dtype: 'int4' }).is('bigint')).toBe(false);
    expect(zarr.zeros([1], { dtype: 'int64' }).is('number')).toBe(false);
    expect(zarr.zeros([1], { dtype: 'complex_bfloat16' }).is('complex')).toBe(true);
    expect(zarr.zeros([1], { dtype: 'bool' }).is('boolean')).toBe(true);
    expect(zarr.zeros([1], { dtype: 'float6_e2m3fn' }).is('float6_e2m3fn')).toBe(true);
  });

  test('are described by `info`', () => {
    const array = zarr.full([4], 0.1, { dtype: 'bfloat16' });
    const text = String(array.info);
    expect(text).toContain('Data type          : BFloat16()');
    expect(text).toContain('Fill value         : 0.10009765625');
    expect(text).toContain("BytesCodec(endian=<Endian.little: 'little'>)".slice(0, 10));
    expect(array.nbytes).toBe(8);
    expect(String(zarr.zeros([4], { dtype: 'int4' }).info)).toContain('Int4()');
  });

  test('cast what is written by value', () => {
    const array = zarr.zeros([3], { dtype: 'float8_e4m3fn' });
    array.set('...', [1, 0.3, -448]);
    expect(array.get().toNested()).toEqual([1, 0.3125, -448]);
    expect(() => array.set('...', 500)).toThrow(CastError);
    array.set([0], 500, { casting: 'unsafe' });
    expect(array.get([0])).toBe(Number.NaN);
    array.set('...', Float32Array.of(2, 3, 4));
    expect(array.get().astype('int4').toNested()).toEqual([2, 3, 4]);
    expect(() => array.set('...', [17n, 0n, 0n])).toThrow(CastError);
    const bits = zarr.zeros([2], { dtype: 'uint2' });
    expect(() => bits.set('...', [3, 4])).toThrow('expected an integer from 0 to 3');
    bits.set('...', [5, 6], { casting: 'unsafe' });
    expect(bits.get().toNested()).toEqual([1, 2]);
  });

  test('cast in blocks as value by value, where 64-bit integers are too', () => {
    const many = zarr.ndarray(BigInt64Array.from({ length: 5000 }, (_, i) => BigInt(i % 16)));
    expect(many.astype('uint4').astype('int64').equals(many)).toBe(true);
    expect(many.astype('bfloat16').astype('uint64').get(4999)).toBe(BigInt(4999 % 16));
    const wrong = zarr.ndarray(BigInt64Array.from({ length: 5000 }, (_, i) => (i === 4500 ? 16n : 1n)));
    expect(() => wrong.astype('uint4')).toThrow('at index [4500]');
    expect(() =>
      zarr.ndarray(Float64Array.from({ length: 5000 }, (_, i) => (i === 4500 ? 1e300 : 1))).astype('bfloat16'),
    ).toThrow('at index [4500]');
    expect(many.astype('bool', { casting: 'unsafe' }).astype('float4_e2m1fn').get(1)).toBe(1);
    expect(zarr.ndarray([0, 0.5], { dtype: 'float4_e2m1fn' }).astype('bool', { casting: 'unsafe' }).toNested()).toEqual(
      [false, true],
    );
  });

  test('print as ml_dtypes does, and share memory', () => {
    const array = zarr.ndarray(
      [
        [1.5, 2],
        [3, Number.NaN],
      ],
      { dtype: 'bfloat16' },
    );
    expect(String(array)).toBe('[[1.5 2]\n [3 nan]]');
    expect(String(zarr.ndarray([1, -8, 7], { dtype: 'int4' }))).toBe('[ 1 -8  7]');
    expect(JSON.stringify(array)).toBe('[[1.5,2],[3,"NaN"]]');
    const { data } = array;
    expect(data.length).toBe(4);
    expect(data.byteLength).toBe(8);
    data.set(0, 0.1);
    expect(array.get(0, 0)).toBe(0.10009765625);
    expect(data.subarray(1, 3).at(-1)).toBe(3);
    expect([...data.subarray(2)]).toEqual([3, Number.NaN]);
    expect(() => data.set(4, 1)).toThrow(ZarrError);
    expect(() => data.set(0, 1e39)).toThrow(CastError);
    expect(zarr.ndarray(data).dtype.name).toBe('bfloat16');
  });

  test('complex ones have parts', () => {
    const array = zarr.ndarray(
      [
        { re: 1, im: -1 },
        { re: 2, im: 0.5 },
      ],
      { dtype: 'complex_float16' },
    );
    const { data } = array;
    expect(data).toBeInstanceOf(SmallComplexElements);
    expect([...data.real]).toEqual([1, 2]);
    expect([...data.imag]).toEqual([-1, 0.5]);
    expect([...data.subarray(1).imag]).toEqual([0.5]);
    expect(new Uint8Array(data.buffer).length).toBe(8);
    expect(String(array)).toBe('[1.-1.j  2.+0.5j]');
    expect(array.astype('complex64').toNested()).toEqual(array.toNested());
    expect(array.astype('complex_float4_e2m1fn').toNested()).toEqual(array.toNested());
    expect(String(zarr.ndarray([{ re: 0, im: 2 }, 1], { dtype: 'complex_float8_e5m2' }))).toBe('[2j (1+0j)]');
  });

  test('fill values are told by their bits in shards too', () => {
    const store = new Map<string, Uint8Array>();
    const fillValue = zarr.ndarray(parseDtype('bfloat16').wrap(Uint16Array.of(0x7fc1)));
    const array = zarr.createArray(store, { shape: [4], chunks: [1], shards: [2], dtype: 'bfloat16', fillValue });
    array.set('...', fillValue);
    expect([...store.keys()]).toEqual(['zarr.json']);
    array.set('...', Number.NaN);
    expect([...store.keys()].length).toBe(3);
    expect(zarr.openArray(store).metadata.toJSON()).toMatchObject({ fill_value: '0x7fc1', data_type: 'bfloat16' });
  });
});

test.each([
  ['float8_e4m3fn', 'float16', true],
  ['float8_e4m3fn', 'bfloat16', true],
  ['float8_e5m2', 'float8_e4m3fn', false],
  ['float8_e8m0fnu', 'float16', false],
  ['float8_e8m0fnu', 'float32', true],
  ['float4_e2m1fn', 'float6_e2m3fn', true],
  ['float4_e2m1fn', 'float8_e4m3', true],
  ['float4_e2m1fn', 'float8_e4m3fnuz', false],
  ['bfloat16', 'float32', true],
  ['bfloat16', 'float16', false],
  ['float16', 'bfloat16', false],
  ['int8', 'int4', false],
  ['int4', 'int8', true],
  ['int4', 'uint8', false],
  ['uint4', 'int8', true],
  ['uint4', 'float8_e4m3', true],
  ['uint4', 'float6_e2m3fn', false],
  ['int2', 'complex_bfloat16', true],
  ['bool', 'uint2', true],
  ['int4', 'int4', true],
  ['int4', 'string', false],
])('%s goes into %s without loss: %s', (from, to, isSafe) => {
  expect(castsSafely(parseDtype(from), parseDtype(to))).toBe(isSafe);
});

describe('values that may be missing', () => {
  test('are taken apart and put together', () => {
    const dtype = new Optional({ dtype: parseDtype('int16') });
    const storage = zarr.ndarray([5, null, -1], { dtype }).storage;
    expect([...dtype.mask(storage)]).toEqual([1, 0, 1]);
    expect(dtype.values(storage)).toEqual(Uint16Array.of(5, 0xffff));
    expect(dtype.join(Uint8Array.of(1, 0, 255), Uint16Array.of(5, 0xffff))).toEqual(storage);
    expect(() => dtype.join(Uint8Array.of(1, 0), Uint16Array.of(5, 6))).toThrow(/expected 1 values/);
    expect(() => dtype.join(Uint8Array.of(1, 1), Uint16Array.of(5))).toThrow(/expected 2 values/);
    const texts = new Optional({ dtype: parseDtype('string') });
    const list = zarr.ndarray(['a', null], { dtype: texts }).storage;
    expect([...texts.mask(list)]).toEqual([1, 0]);
    expect(texts.values(list)).toEqual(['a']);
    expect(texts.join(Uint8Array.of(0, 1), ['b'])).toEqual([null, 'b']);
  });

  test('print, compare and cast', () => {
    const dtype = new Optional({ dtype: parseDtype('float32') });
    const array = zarr.ndarray([1.5, null, Number.NaN], { dtype });
    expect(String(array)).toBe('[1.5 None nan]');
    expect(JSON.stringify(array)).toBe('[1.5,null,"NaN"]');
    expect(array.equals(zarr.ndarray([1.5, null, Number.NaN], { dtype }))).toBe(true);
    expect(array.equals(zarr.ndarray([1.5, 0, Number.NaN], { dtype }))).toBe(false);
    expect(() => array.astype('float32')).toThrow(CastError);
    expect(zarr.ndarray([1, 2]).astype(dtype).toNested()).toEqual([1, 2]);
    expect(dtype.repr()).toBe("Optional(dtype=Float32(endianness='little'))");
  });

  test('hold bytes and structs', () => {
    const bytes = new Optional({ dtype: parseDtype('bytes') });
    const array = zarr.ndarray([Uint8Array.of(1), null], { dtype: bytes });
    expect(array.toNested()).toEqual([Uint8Array.of(1), null]);
    const struct = new Optional({ dtype: new Struct({ fields: [['a', parseDtype('int16')]] }) });
    expect(zarr.ndarray([{ a: 1 }, null], { dtype: struct }).toNested()).toEqual([{ a: 1 }, null]);
  });

  test('need a configuration, and are not in structs, nor in bytes', () => {
    for (const document of [{ name: 'zarrs.optional' }, { name: 'optional', configuration: { dtype: 'int8' } }]) {
      expect(() => parseDtype(document)).toThrow(/a configuration of the name/);
    }
    const dtype = parseDtype({ name: 'optional', configuration: { name: 'int8' } });
    expect(() => new Struct({ fields: [['a', dtype]] })).toThrow(/one size/);
    expect(() => zarr.createArray(undefined, { shape: [1], dtype, serializer: 'bytes' })).toThrow(/vary in length/);
    const unknown = { name: 'zarrs.optional', configuration: { name: 'unheard_of' } };
    expect(() => parseDtype(unknown)).toThrow(/registered data type/);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Casting, DType } from '../../src/dtypes/dtype.js';
import { parseDtype } from '../../src/dtypes/registry.js';
import { ArgumentError, CastError } from '../../src/errors.js';
import { castArray, outFor, valueFor } from '../../src/ndarray/convert.js';
import { ndarray } from '../../src/ndarray/infer.js';
import { NdArray } from '../../src/ndarray/ndarray.js';

const int32 = parseDtype('int32');

const written = (value: unknown, shape: readonly number[], dtype: DType = int32): unknown =>
  valueFor(value, dtype, shape, 'exact').toNested();

describe('a written value is broadcast', () => {
  // Whether NumPy takes `a[...] = value` for the two shapes.
  test.each([
    [[], [3, 4], true],
    [[4], [3, 4], true],
    [[1], [3, 4], true],
    [[3, 1], [3, 4], true],
    [[1, 4], [3, 4], true],
    [[3, 4], [3, 4], true],
    [[1, 1, 3, 4], [3, 4], true],
    [[1], [], true],
    [[1, 1], [], true],
    [[1, 0], [5, 0], true],
    [[1], [0], true],
    [[1, 3], [3], true],
    [[3], [3, 4], false],
    [[4, 4], [3, 4], false],
    [[2, 3, 4], [3, 4], false],
    [[2], [], false],
    [[0], [3], false],
    [[3, 1], [3], false],
    [[2], [0], false],
    [[12], [3, 4], false],
  ])('from %j to %j: %s', (given, shape, isPossible) => {
    const size = given.reduce((product, length) => product * length, 1);
    const value = ndarray(
      Int32Array.from({ length: size }, (_, i) => i),
      { shape: given },
    );
    if (!isPossible) {
      expect(() => written(value, shape)).toThrow(ArgumentError);
      expect(() => written(value, shape)).toThrow('cannot broadcast (');
      return;
    }
    const result = valueFor(value, int32, shape, 'exact');
    expect(result.shape).toEqual(shape);
    expect(result.storage).toBe(value.storage);
  });

  test('with the values where NumPy has them', () => {
    expect(written(7, [2, 2])).toEqual([
      [7, 7],
      [7, 7],
    ]);
    expect(written([1, 2, 3], [2, 3])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(written([[1], [2]], [2, 3])).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(written(ndarray([[[1, 2]]]), [2, 2])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(() => written(ndarray(new Int32Array(80), { shape: [4, 20] }), [3, 20])).toThrow(
      'cannot broadcast (4, 20) to (3, 20)',
    );
  });
});

describe('a written value is cast', () => {
  test.each([
    [2, 'int32', 2],
    [2n, 'int32', 2],
    [true, 'int32', 1],
    [2, 'int64', 2n],
    [0.1, 'float32', Math.fround(0.1)],
    [Number.NaN, 'float32', Number.NaN],
    [Infinity, 'float16', Infinity],
    [2n ** 53n, 'float64', 2 ** 53],
    [1, 'bool', true],
    [-0, 'float64', -0],
    [3, 'complex64', { re: 3, im: 0 }],
    ['a', 'string', 'a'],
  ])('%s as %s is kept', (value, name, expected) => {
    const dtype = parseDtype(name as string);
    expect(valueFor(value, dtype, [], 'exact').item()).toEqual(expected);
    expect(valueFor([value], dtype, [1], 'exact').toNested()).toEqual([expected]);
  });

  test.each([
    [2.5, 'int32'],
    [Number.NaN, 'int32'],
    [Number.NaN, 'int64'],
    [300, 'uint8'],
    [-1, 'uint64'],
    [2 ** 63, 'int64'],
    [2n ** 53n + 1n, 'float64'],
    [2n ** 63n, 'int64'],
    [1e300, 'float32'],
    [2, 'bool'],
    ['1', 'int32'],
    [null, 'int32'],
    [undefined, 'float64'],
    [{ re: 1, im: 1 }, 'float64'],
  ])('%s as %s is a CastError', (value, name) => {
    const dtype = parseDtype(name as string);
    expect(() => valueFor(value, dtype, [2], 'exact')).toThrow(CastError);
    expect(() => valueFor([[value]], dtype, [1, 2], 'exact')).toThrow('at index [0, 0]');
  });

  test('integers in typed arrays must be kept exactly by floats', () => {
    const float32 = parseDtype('float32');
    expect(() => castArray(ndarray(Int32Array.of(0, 2 ** 24 + 1)), float32, 'exact')).toThrow('at index [1]');
    expect(castArray(ndarray(Int32Array.of(2 ** 24 + 2)), float32, 'exact').toNested()).toEqual([2 ** 24 + 2]);
    expect(() => castArray(ndarray(BigInt64Array.of(2n ** 53n + 1n)), parseDtype('float64'), 'exact')).toThrow(
      CastError,
    );
    expect(() => castArray(ndarray(Int16Array.of(2049)), parseDtype('float16'), 'exact')).toThrow(CastError);
  });

  test('in blocks as value by value', () => {
    const names = [
      'bool',
      'int8',
      'int16',
      'int32',
      'int64',
      'uint8',
      'uint16',
      'uint32',
      'uint64',
      'float16',
      'float32',
      'float64',
    ];
    const name = fc.constantFrom(...names);
    const number = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.integer({ min: -70000, max: 70000 }),
      fc.maxSafeInteger(),
      fc.double(),
      fc.constantFrom(
        0.5,
        -0.5,
        255,
        256,
        2 ** 24 + 1,
        2 ** 31,
        2 ** 32,
        2 ** 53,
        2 ** 63,
        -(2 ** 63),
        2 ** 64,
        1e300,
        -0,
      ),
    );
    fc.assert(
      fc.property(
        name,
        name,
        fc.array(number, { maxLength: 5 }),
        fc.constantFrom<Casting>('exact', 'unsafe'),
        (from, to, values, casting) => {
          const source = new NdArray(parseDtype(from), parseDtype(from).allocate(values.length), [values.length]);
          for (const [i, value] of values.entries()) source.dtype.set(source.storage, i, value, 'unsafe');
          const target = parseDtype(to);
          const oneByOne = (): unknown[] => {
            const storage = target.allocate(values.length);
            const isInteger = source.dtype.kind === 'int' || source.dtype.kind === 'uint';
            return [...source].map((value, i) => {
              target.set(storage, i, isInteger ? BigInt(value) : value, casting);
              return target.get(storage, i);
            });
          };
          const outcome = (work: () => unknown): unknown => {
            try {
              return work();
            } catch (error) {
              return error instanceof CastError ? 'CastError' : error;
            }
          };
          // -0 as an integer is 0.
          const plain = (list: unknown): unknown =>
            Array.isArray(list) ? list.map((value) => (value === 0 ? 0 : value)) : list;
          expect(plain(outcome(() => castArray(source, target, casting).toNested()))).toEqual(plain(outcome(oneByOne)));
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('block after block, and the index of the first that does not fit is told', () => {
    const values = Float64Array.from({ length: 10_000 }, (_, i) => i % 128);
    const int8 = parseDtype('int8');
    expect(castArray(ndarray(values), int8, 'exact').data).toEqual(Int8Array.from(values));
    values[9_000] = 128;
    expect(() => castArray(ndarray(values, { shape: [100, 100] }), int8, 'exact')).toThrow('at index [90, 0]');
    expect(castArray(ndarray(values), int8, 'unsafe').get(9_000)).toBe(-128);
    const large = BigInt64Array.from({ length: 10_000 }, (_, i) => BigInt(i) + (i === 5_000 ? 2n ** 60n : 0n));
    expect(castArray(ndarray(large), parseDtype('uint64'), 'exact').get(5_000)).toBe(2n ** 60n + 5_000n);
    expect(castArray(ndarray(large), parseDtype('uint64'), 'exact').get(9_999)).toBe(9_999n);
  });

  test('not at all, nor copied, where its type is the same', () => {
    const data = Int32Array.of(1, 2, 3);
    expect(valueFor(data, int32, [2, 3], 'exact').storage).toMatchObject(new Uint32Array(data.buffer));
    const result = valueFor(data, parseDtype('>i4'), [3], 'exact');
    data[0] = 9;
    expect(result.toNested()).toEqual([9, 2, 3]);
  });

  test('casting unsafe truncates and wraps', () => {
    expect(valueFor([-2.7, 300], parseDtype('uint8'), [2], 'unsafe').toNested()).toEqual([254, 44]);
    expect(valueFor([2n ** 64n + 1n], parseDtype('int64'), [1], 'unsafe').toNested()).toEqual([1n]);
  });
});

describe('{ out }', () => {
  const out = (given: unknown, shape: readonly number[]): NdArray => outFor(given, int32, shape);

  test('may be a typed array of as many elements or an NdArray of the same shape', () => {
    const data = new Int32Array(6);
    out(data, [2, 3]).set([1, 2], 7);
    expect(data[5]).toBe(7);
    const array = ndarray(data, { shape: [3, 2] }).transpose();
    expect(out(array, [2, 3])).toBe(array);
    expect(out({ data, shape: [2, 3], stride: [1, 2] }, [2, 3]).strides).toEqual([1, 2]);
    expect(outFor(new Array<string>(2).fill(''), parseDtype('string'), [2]).shape).toEqual([2]);
  });

  test('of another type, size or shape is refused', () => {
    for (const wrong of [new Float32Array(6), new Uint32Array(6), new Int32Array(5), [0, 0, 0, 0, 0, 0], null, 5]) {
      expect(() => out(wrong, [2, 3])).toThrow(ArgumentError);
    }
    expect(() => out(ndarray(new Int32Array(6)), [2, 3])).toThrow(
      'out: expected int32 of shape (2, 3), got shape (6,)',
    );
    expect(() => out(ndarray(new Int32Array(6), { shape: [3, 2] }), [2, 3])).toThrow(ArgumentError);
  });
});

test('errors show values as they were written', () => {
  const small = parseDtype('int8');
  expect(() => valueFor(Int32Array.of(3000), small, [1], 'exact')).toThrow(/^cannot store 3000 as int8/);
  expect(() => valueFor(Int32Array.of(2 ** 24 + 1), parseDtype('float32'), [1], 'exact')).toThrow(/store 16777217 as/);
  expect(() => valueFor(2n ** 64n, small, [1], 'exact')).toThrow('cannot store 18446744073709551616n as int8');
  expect(() => valueFor(Promise.resolve(1), small, [1], 'exact')).toThrow(/a Promise, which has to be awaited/);
});

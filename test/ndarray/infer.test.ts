import { describe, expect, expectTypeOf, test } from 'vitest';
import { ArgumentError, CastError, UnknownDataTypeError } from '../../src/errors.js';
import { ndarray } from '../../src/ndarray/infer.js';
import type { NdArray } from '../../src/ndarray/ndarray.js';

describe('the data type', () => {
  test.each([
    [
      [
        [1, 2],
        [3, 4],
      ],
      'float64',
      [2, 2],
    ],
    [[1n, -(2n ** 63n)], 'int64', [2]],
    [[[true], [false]], 'bool', [2, 1]],
    [['a', 'bc'], 'string', [2]],
    [[Uint8Array.of(1, 2), new Uint8Array(0)], 'bytes', [2]],
    [[1, { re: 1, im: 2 }], 'complex128', [2]],
    [[], 'float64', [0]],
    [[[], []], 'float64', [2, 0]],
    [5, 'float64', []],
    ['a', 'string', []],
    [new Float32Array(3), 'float32', [3]],
    [new BigUint64Array(3), 'uint64', [3]],
    [new Uint8ClampedArray(3), 'uint8', [3]],
    [Uint8Array.of(1, 2), 'uint8', [2]],
    [[Float32Array.of(1, 2), Float32Array.of(3, 4)], 'float32', [2, 2]],
    [[[1, 2], Float32Array.of(3, 4)], 'float64', [2, 2]],
  ])('%#: follows from the values', (data, name, shape) => {
    const array = ndarray(data as unknown);
    expect([array.dtype.name, array.shape]).toEqual([name, shape]);
  });

  test('is in the type of the result', () => {
    expectTypeOf(ndarray([[1, 2]])).toEqualTypeOf<NdArray<'float64'>>();
    expectTypeOf(ndarray([1n])).toEqualTypeOf<NdArray<'int64'>>();
    expectTypeOf(ndarray(new Uint8Array(1))).toEqualTypeOf<NdArray<'uint8'>>();
    expectTypeOf(ndarray(new Float32Array(1))).toEqualTypeOf<NdArray<'float32'>>();
    expectTypeOf(ndarray({ data: new Int16Array(4), shape: [2, 2] })).toEqualTypeOf<NdArray<'int16'>>();
    expectTypeOf(ndarray([1, 2], { dtype: '<f4' })).toEqualTypeOf<NdArray<'float32'>>();
    expectTypeOf(ndarray([] as unknown)).toEqualTypeOf<NdArray>();
  });

  test('cannot follow from mixed values, and the error says why', () => {
    expect(() => ndarray([[1], [2n]])).toThrow(ArgumentError);
    expect(() => ndarray([[1], [2n]])).toThrow(
      'data mixes values of float64 (data[0][0]) and of int64 (data[1][0]): float64 cannot hold every bigint',
    );
    expect(() => ndarray([1, 'a'])).toThrow(ArgumentError);
    expect(() => ndarray([1, null])).toThrow(
      'data[1]: expected a number, bigint, boolean, string or Uint8Array, got null',
    );
    expect(() => ndarray(undefined)).toThrow(ArgumentError);
    expect(ndarray([1, 2n], { dtype: 'int64' }).toNested()).toEqual([1n, 2n]);
  });

  test('may be given, and values must fit it', () => {
    expect(ndarray([1, 2], { dtype: 'float32' }).data).toEqual(Float32Array.of(1, 2));
    expect(ndarray(Float64Array.of(1, 2), { dtype: 'int8' }).data).toEqual(Int8Array.of(1, 2));
    expect(ndarray(Uint8Array.of(0, 1), { dtype: 'bool' }).toNested()).toEqual([false, true]);
    expect(ndarray([Uint8Array.of(1, 2)], { dtype: 'int16' }).shape).toEqual([1, 2]);
    expect(() => ndarray(Uint8Array.of(0, 2), { dtype: 'bool' })).toThrow(CastError);
    expect(() => ndarray([[1], [300]], { dtype: 'uint8' })).toThrow(
      '300 as uint8: expected an integer from 0 to 255, at index [1, 0]',
    );
    expect(() => ndarray([1], { dtype: 'nosuch' })).toThrow(UnknownDataTypeError);
  });
});

describe('the shape', () => {
  test('may be given', () => {
    expect(ndarray(new Int8Array(6), { shape: [2, -1] }).shape).toEqual([2, 3]);
    expect(ndarray([1, 2, 3, 4], { shape: [2, 2] }).toNested()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(() => ndarray(new Int8Array(6), { shape: [4] })).toThrow(ArgumentError);
    expect(() => ndarray([1], { shap: [1] } as never)).toThrow('did you mean "shape"');
  });

  test.each([
    [[[1, 2], [3]], 'data[1]: expected a list of length 2 as before it, got a list of length 1'],
    [[[1, 2], 3], 'data[1]: expected a list of length 2 as before it, got a value'],
    [[1, [2]], 'data[1]: expected a value as before it, got a list of length 1'],
    [[[[1]], [[1, 2]]], 'data[1][0]: expected a list of length 1 as before it, got a list of length 2'],
    [[[], [1]], 'data[1]: expected a list of length 0'],
  ])('of ragged lists is an error that names the place', (data, message) => {
    expect(() => ndarray(data as unknown)).toThrow(ArgumentError);
    expect(() => ndarray(data as unknown)).toThrow(message);
  });

  test('of a list that contains itself is an error', () => {
    const list: unknown[] = [];
    list.push(list);
    expect(() => ndarray(list as unknown)).toThrow(ArgumentError);
  });
});

describe('memory', () => {
  test('of typed arrays and of other arrays is shared', () => {
    const data = Float32Array.of(1, 2, 3, 4);
    ndarray(data, { shape: [2, 2] }).set([1, 1], 9);
    expect(data[3]).toBe(9);
    const array = ndarray(data);
    expect(ndarray(array)).toBe(array);
  });

  test('of zarrita chunks and scijs ndarrays is read by their strides', () => {
    const data = Int32Array.of(0, 1, 2, 3, 4, 5);
    expect(ndarray({ data, shape: [2, 3] }).toNested()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(ndarray({ data, shape: [3, 2], stride: [1, 3] }).toNested()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(ndarray({ data, shape: [2], strides: [-2], offset: 5, dtype: 'int32' }).toNested()).toEqual([5, 3]);
    expect(ndarray({ data: ['a', 'b'], shape: [2], stride: [1] }).toNested()).toEqual(['a', 'b']);
    expect(ndarray({ data: [1, 2], shape: [2, 1], dtype: 'generic' }).dtype.name).toBe('float64');
  });

  test('that a view goes beyond is an error', () => {
    const data = Int32Array.of(0, 1, 2, 3, 4, 5);
    for (const view of [
      { data, shape: [7] },
      { data, shape: [2, 3], offset: 1 },
      { data, shape: [2], stride: [-1] },
      { data, shape: [2, 3], stride: [1] },
      { data, shape: [-1] },
      { data, shape: 6 },
      { data, shape: [2.5] },
      { data, shape: [2], offset: 'a' },
      { data: 5, shape: [1] },
    ]) {
      expect(() => ndarray(view as unknown)).toThrow(ArgumentError);
    }
  });
});

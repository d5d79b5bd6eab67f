import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { ComplexElements } from '../../src/dtypes/complex.js';
import { scalarStorage } from '../../src/dtypes/dtype.js';
import { Float16Elements } from '../../src/dtypes/float16.js';
import { parseDtype } from '../../src/dtypes/registry.js';
import { ArgumentError, BoundsCheckError, CastError, SelectionError } from '../../src/errors.js';
import { fill } from '../../src/ndarray/fill.js';
import { ndarray } from '../../src/ndarray/infer.js';
import { contiguous, NdArray } from '../../src/ndarray/ndarray.js';
import { slice } from '../../src/ndarray/slice.js';

/** NumPy's `arange(size).reshape(shape)`. */
const arange = (...shape: number[]): NdArray<'int32'> => {
  const size = shape.reduce((product, length) => product * length, 1);
  return ndarray(
    Int32Array.from({ length: size }, (_, i) => i),
    { shape },
  );
};

describe('elements', () => {
  test('are read and written by index', () => {
    const a = arange(2, 3);
    expect(a.get(1, -1)).toBe(5);
    expect(a.get(0n, 1n)).toBe(1);
    a.set([1, -1], 50);
    expect(a.toNested()).toEqual([
      [0, 1, 2],
      [3, 4, 50],
    ]);
    const line = arange(3);
    line.set(-1, 9);
    expect([...line]).toEqual([0, 1, 9]);
  });

  test('outside, of a wrong rank, or of a wrong value are refused', () => {
    const a = arange(2, 3);
    expect(() => a.get(2, 0)).toThrow(BoundsCheckError);
    expect(() => a.get(0, -4)).toThrow('axis 1 of length 3');
    expect(() => a.get(0)).toThrow(SelectionError);
    expect(() => a.get(0, 0.5)).toThrow(SelectionError);
    expect(() => a.set([0, 0], 2.5)).toThrow(CastError);
  });

  test('item() is the one value', () => {
    expect(ndarray(2.5).item()).toBe(2.5);
    expect(arange(2, 3).slice('1:, 2:').item()).toBe(5);
    expect(() => arange(2).item()).toThrow(ArgumentError);
  });
});

describe('size, rank and memory', () => {
  test('are as in NumPy', () => {
    const a = arange(2, 3);
    expect([a.size, a.ndim, a.shape, a.strides, a.stride, a.offset]).toEqual([6, 2, [2, 3], [3, 1], [3, 1], 0]);
    expect(a.data).toBeInstanceOf(Int32Array);
    expect(a.data).toBe(a.data);
    expectTypeOf(a.data).toEqualTypeOf<Int32Array>();
  });

  test('toFlat is packed, in C order, and copies only where it must', () => {
    const a = arange(2, 3);
    expect(a.toFlat()).toBe(a.data);
    expect(a.transpose().toFlat()).toEqual(Int32Array.of(0, 3, 1, 4, 2, 5));
    const part = a.slice('1').toFlat();
    expect(part).toEqual(Int32Array.of(3, 4, 5));
    expect(part.buffer.byteLength).toBe(12);
    const shared = ndarray(new Int32Array(new ArrayBuffer(16), 4, 2));
    expect(shared.toFlat().buffer.byteLength).toBe(8);
    expect(ndarray(['a', 'b', 'c']).slice('::2').toFlat()).toEqual(['a', 'c']);
  });

  test('contiguous() is the array itself, or a packed copy', () => {
    const a = arange(4, 3);
    expect(contiguous(a)).toBe(a);
    const rows = a.slice('2:');
    expect(contiguous(rows)).toBe(rows);
    const turned = contiguous(a.transpose());
    expect([turned.strides, turned.offset]).toEqual([[4, 1], 0]);
    expect(turned.equals(a.transpose())).toBe(true);
  });
});

describe('slice', () => {
  // As in NumPy, for arange(24).reshape(2, 3, 4).
  test.each([
    [
      '0',
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 10, 11],
      ],
    ],
    [
      -1,
      [
        [12, 13, 14, 15],
        [16, 17, 18, 19],
        [20, 21, 22, 23],
      ],
    ],
    [
      '..., -1',
      [
        [3, 7, 11],
        [15, 19, 23],
      ],
    ],
    [
      '1, ::-1, ::2',
      [
        [20, 22],
        [16, 18],
        [12, 14],
      ],
    ],
    [
      [0, slice(2), slice(3, null, -2)],
      [
        [3, 1],
        [7, 5],
      ],
    ],
    [
      ['...', slice(1, 2), null],
      [[[4, 5, 6, 7]], [[16, 17, 18, 19]]],
    ],
    ['1, 2, 3', 23],
    [
      [':', slice(5, 2)],
      [[], []],
    ],
    [
      [],
      [
        [
          [0, 1, 2, 3],
          [4, 5, 6, 7],
          [8, 9, 10, 11],
        ],
        [
          [12, 13, 14, 15],
          [16, 17, 18, 19],
          [20, 21, 22, 23],
        ],
      ],
    ],
  ] as const)('%j', (selection, expected) => {
    expect(arange(2, 3, 4).slice(selection).toNested()).toEqual(expected);
  });

  test('is a view', () => {
    const a = arange(2, 3);
    a.slice('1, ::-1').set(0, 70);
    expect(a.get(1, 2)).toBe(70);
  });

  test('refuses what a basic selection has not', () => {
    const a = arange(2, 3);
    for (const wrong of [[0, 0, 0], ['...', '...'], [[0, 1]], [true], [1.5], 'x', [Int32Array.of(0)], [undefined]]) {
      expect(() => a.slice(wrong as never)).toThrow(SelectionError);
    }
    expect(() => a.slice([slice(0, 2, 0)])).toThrow(ArgumentError);
    expect(() => a.slice('2')).toThrow(BoundsCheckError);
  });
});

describe('transpose', () => {
  test('reverses or permutes the axes, as a view', () => {
    const a = arange(2, 3, 4);
    expect(a.transpose().shape).toEqual([4, 3, 2]);
    expect(a.transpose().get(3, 1, 0)).toBe(7);
    expect(a.transpose([1, -1, 0]).shape).toEqual([3, 4, 2]);
    expect(a.transpose([1, -1, 0]).get(2, 3, 1)).toBe(23);
  });

  test('wants each axis once', () => {
    for (const axes of [
      [0, 1],
      [0, 1, 1],
      [0, 1, 3],
      [0, 1, 0.5],
    ]) {
      expect(() => arange(2, 3, 4).transpose(axes)).toThrow(ArgumentError);
    }
  });
});

describe('reshape', () => {
  test('keeps the order of elements, with views where strides allow', () => {
    const a = arange(2, 3, 4);
    expect(a.reshape([6, -1]).shape).toEqual([6, 4]);
    expect(a.reshape(-1).storage).toBe(a.storage);
    expect(a.slice(':, ::2').reshape([2, 2, 2, 2]).storage).toBe(a.storage);
    expect(a.transpose().reshape(24).storage).not.toBe(a.storage);
    expect(a.transpose().reshape(24).get(1)).toBe(12);
    expect(ndarray(5).reshape([1, 1]).toNested()).toEqual([[5]]);
    expect(arange(1, 1).reshape([]).item()).toBe(0);
  });

  test('agrees with a flat list for any view and shape', () => {
    const shapes = fc.constantFrom(
      [24],
      [2, 12],
      [12, 2],
      [2, 3, 4],
      [4, 3, 2],
      [3, 8],
      [1, 24, 1],
      [2, 2, 2, 3],
      [-1, 6],
    );
    const views = fc.constantFrom<(a: NdArray) => NdArray>(
      (a) => a.slice('..., ::2'),
      (a) => a.slice('::-1, :, ::-2'),
      (a) => a.slice(':, :, 4:'),
      (a) => a.slice('..., ::2').transpose([1, 0, 2]),
      (a) => a.slice('..., ::2').transpose(),
      (a) => a.slice('..., 3:7').transpose([0, 2, 1]),
    );
    fc.assert(
      fc.property(views, shapes, (viewOf, shape) => {
        const view = viewOf(arange(2, 3, 8));
        expect([...view.reshape(shape)]).toEqual([...view]);
      }),
    );
  });

  test('wants as many elements', () => {
    for (const shape of [[5], [4, -1], [-1, -1], [0, -1], [6.5], [-2, -3]]) {
      expect(() => arange(2, 3).reshape(shape)).toThrow(ArgumentError);
    }
    expect(() => arange(2, 3).reshape([5])).toThrow('cannot reshape an array of shape (2, 3) into (5,)');
    expect(arange(0, 3).reshape([3, 0, 7]).size).toBe(0);
  });
});

describe('astype', () => {
  test('casts by value to a fresh array, typed by the name', () => {
    const a = arange(2, 3);
    const b = a.transpose().astype('float32');
    expectTypeOf(b).toEqualTypeOf<NdArray<'float32'>>();
    expect(b.data).toEqual(Float32Array.of(0, 3, 1, 4, 2, 5));
    expect(a.astype('int32').storage).not.toBe(a.storage);
    expect(ndarray([1n, 2n]).astype('<u2').data).toEqual(Uint16Array.of(1, 2));
  });

  test('throws where a value is lost, unless told not to mind', () => {
    expect(() => ndarray([[1, 2.5]]).astype('int32')).toThrow(CastError);
    expect(() => ndarray([[1, 2.5]]).astype('int32')).toThrow('2.5 as int32: expected an integer from -2147483648');
    expect(() => ndarray([[1, 2.5]]).astype('int32')).toThrow('at index [0, 1]');
    expect(ndarray([-2.7, 300, 1]).astype('uint8', { casting: 'unsafe' }).toNested()).toEqual([254, 44, 1]);
    expect(() => ndarray([1]).astype('uint8', { casting: 'safe' as never })).toThrow(ArgumentError);
    expect(() => ndarray([1]).astype('uint8', { castings: 'unsafe' } as never)).toThrow('did you mean "casting"');
  });
});

describe('equals', () => {
  test('compares type, shape and values; a NaN is a NaN, and 0 is -0', () => {
    const a = ndarray([
      [1, Number.NaN],
      [0, 3],
    ]);
    expect(
      a.equals(
        ndarray([
          [1, Number.NaN],
          [-0, 3],
        ]),
      ),
    ).toBe(true);
    expect(
      a.equals(
        ndarray([
          [1, Number.NaN],
          [0, 4],
        ]),
      ),
    ).toBe(false);
    expect(a.equals(a.reshape(4))).toBe(false);
    expect(a.equals(a.reshape([2, 2, 1]))).toBe(false);
    expect(a.equals(a.astype('float32'))).toBe(false);
    expect(
      a.transpose().equals(
        ndarray([
          [1, 0],
          [Number.NaN, 3],
        ]),
      ),
    ).toBe(true);
    expect(arange(4).equals(ndarray([0, 1, 2, 3], { dtype: '>i4' }))).toBe(true);
    expect(ndarray([{ re: 1, im: Number.NaN }]).equals(ndarray([{ re: 1, im: Number.NaN }]))).toBe(true);
    expect(ndarray([Uint8Array.of(1)]).equals(ndarray([Uint8Array.of(1)]))).toBe(true);
    expect(ndarray([Uint8Array.of(1)]).equals(ndarray([Uint8Array.of(1, 0)]))).toBe(false);
  });
});

test('iteration goes over the scalars, in C order', () => {
  expect([...arange(2, 2).transpose()]).toEqual([0, 2, 1, 3]);
  expect([...arange(0, 2)]).toEqual([]);
  expect([...ndarray(true)]).toEqual([true]);
  for (const value of ndarray(['a'])) expectTypeOf(value).toEqualTypeOf<string>();
});

describe('byte strings', () => {
  const five = Uint8Array.of(5);

  test('that were filled in do not share memory', () => {
    const dtype = parseDtype('bytes');
    const value = scalarStorage(dtype, five);
    const a = new NdArray(dtype, dtype.allocate(3), [3]);
    fill(a, value);
    a.data[0]![0] = 6;
    expect(a.toNested()).toEqual([Uint8Array.of(6), five, five]);
    expect(dtype.get(value, 0)).toEqual(five);
  });

  test('that are read are copies', () => {
    const a = ndarray([five, five]);
    a.get(0)[0] = 6;
    (a.toNested() as Uint8Array[])[0]![0] = 6; // Of one axis.
    for (const value of a) value[0] = 6;
    a.astype('bytes').data[0]![0] = 6;
    a.slice('::-1').toFlat()[0]![0] = 6;
    expect(a.toNested()).toEqual([five, five]);
    expect(five[0]).toBe(5);
  });
});

describe('text', () => {
  test('is what consoles show', () => {
    expect(
      inspect(
        ndarray([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ),
    ).toBe('NdArray float64 (2, 3)\n[[1. 2. 3.]\n [4. 5. 6.]]');
    expect(inspect(ndarray(['a']))).toBe("NdArray string (1,)\n['a']");
    expect(inspect(parseDtype('int16'))).toBe("Int16(endianness='little')");
  });

  test('of elements is short', () => {
    const complex = new ComplexElements(new Float64Array([1, 2]));
    expect(inspect(complex)).toBe('ComplexElements(1) [ { re: 1, im: 2 } ]');
    expect(inspect(new Float16Elements(new Uint16Array(1)))).toBe('Float16Elements(1) [ 0 ]');
    expect(inspect(new Float16Elements(new Uint16Array(120)))).toMatch(/^Float16Elements\(120\) [\s\S]* and 20 more$/);
    expect(inspect(ndarray(['a'], { dtype: '<U1' }).data)).toBe("FixedElements(1) [ 'a' ]");
  });

  test.each<[unknown, unknown]>([
    [ndarray([[1, 2.5]]), [[1, 2.5]]],
    [ndarray(7n), 7],
    [ndarray([1n, 2n ** 60n, -(2n ** 60n)]), [1, '1152921504606846976', '-1152921504606846976']],
    [ndarray([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]), ['NaN', 'Infinity', '-Infinity']],
    [ndarray([{ re: 1, im: Number.NaN }]), [{ re: 1, im: 'NaN' }]],
    [ndarray([Uint8Array.of(1, 2)]), [[1, 2]]],
    [ndarray(['a']), ['a']],
    [ndarray([true]), [true]],
    [ndarray([{ x: 2n ** 60n }], { dtype: [['x', '<i8']] }), [{ x: '1152921504606846976' }]],
  ])('of JSON: %s', (array, json) => {
    expect(JSON.parse(JSON.stringify(array))).toEqual(json);
  });
});

test('only an NdArray equals one', () => {
  const a = ndarray([1]);
  for (const other of [5, null, undefined, [1], { dtype: a.dtype }]) expect(a.equals(other)).toBe(false);
});

describe('an array of storage that is not of its data type', () => {
  test.each([
    ['int32', Int32Array.of(1), 'storage: expected Uint32Array for "int32", got Int32Array'],
    ['int8', Int8Array.of(1), 'storage: expected Uint8Array for "int8", got Int8Array'],
    ['float64', Float64Array.of(1), 'storage: expected BigUint64Array for "float64", got Float64Array'],
    ['int64', BigInt64Array.of(1n), 'storage: expected BigUint64Array for "int64", got BigInt64Array'],
    ['uint16', Uint8Array.of(1, 0), 'storage: expected Uint16Array for "uint16", got Uint8Array'],
    ['uint8', new DataView(new ArrayBuffer(1)), 'storage: expected Uint8Array for "uint8", got'],
    ['uint8', [1], 'storage: expected Uint8Array for "uint8", got a list'],
    ['string', Uint8Array.of(97), 'storage: expected a list for "string", got Uint8Array'],
    ['<U1', 'a', 'storage: expected Uint32Array for "fixed_length_utf32", got "a"'],
    ['uint8', undefined, 'storage: expected Uint8Array for "uint8", got undefined'],
  ])('of %s is refused when it is made', (name, storage, message) => {
    const make = () => new NdArray(parseDtype(name), storage as never, [1]);
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
    expect(make).toThrow('ndarray() takes arrays of elements');
  });

  test('is refused without a data type too', () => {
    expect(() => new NdArray('int32' as never, Uint32Array.of(1), [1])).toThrow('dtype: expected a DType, got "int32"');
  });

  test('is none where that is the bits of its elements', () => {
    expect(new NdArray(parseDtype('float32'), Uint32Array.of(0x3f800000), [1]).get(0)).toBe(1);
    expect(new NdArray(parseDtype('uint8'), Buffer.from([7]), [1]).get(0)).toBe(7);
    expect(new NdArray(parseDtype('string'), ['a'], [1]).get(0)).toBe('a');
  });
});

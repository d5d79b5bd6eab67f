/** Fields of arrays of structs are views, aligned or not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DType } from '../../src/dtypes/dtype.js';
import { parseDtype } from '../../src/dtypes/registry.js';
import { CastError, SelectionError } from '../../src/errors.js';
import { ndarray } from '../../src/ndarray/infer.js';
import { NdArray } from '../../src/ndarray/ndarray.js';

/** Two of its fields are aligned in every element, the others in none or some. */
const SPEC = [
  ['x', '<f4'],
  ['flag', '|b1'],
  ['t', '<M8[s]'],
  [
    'inner',
    [
      ['s', '<U1'],
      ['c', '<c8'],
    ],
  ],
  ['raw', '|V3'],
] as const;

const values = (count: number): Record<string, any>[] =>
  Array.from({ length: count }, (_, i) => ({
    x: i / 2,
    flag: i % 2 === 0,
    t: BigInt(-i),
    inner: { s: 'abcdefgh'[i % 8], c: { re: i, im: -i } },
    raw: Uint8Array.of(i, 0, 255),
  }));

const array = (): NdArray => ndarray(values(6), { dtype: SPEC, shape: [2, 3] });

describe('a field', () => {
  test.each(['x', 'flag', 't', 'inner', 'raw'])('%s has the values of its structs', (name) => {
    const field = array().field(name);
    const expected = values(6).map((value) => value[name]);
    expect([...field]).toEqual(expected);
    expect(field.shape).toEqual([2, 3]);
    expect(field.get(1, -1)).toEqual(expected[5]);
    expect([...field.slice('::-1, 1')]).toEqual([expected[4], expected[1]]);
    expect([...field.transpose()]).toEqual([0, 3, 1, 4, 2, 5].map((i) => expected[i]));
    const dtype = field.dtype.standalone;
    const flat = ndarray(expected, { dtype, shape: [2, 3] });
    expect(field.equals(flat)).toBe(true);
    expect(flat.equals(field)).toBe(true);
    expect(String(field)).toBe(String(flat));
    expect(field.toFlat()).toEqual(flat.toFlat());
    expect(field.reshape(-1).toNested()).toEqual(expected);
    expect(ndarray(field).dtype).toBe(dtype);
    expect(ndarray([field]).dtype).toBe(dtype);
    expect(field.astype(dtype).data).toEqual(flat.data);
    expect(parseDtype(field.dtype)).toBe(dtype);
    const { data, strides, offset } = field;
    const at = offset + strides[0]! + 2 * strides[1]!;
    expect([...data][at]).toEqual(name === 'flag' ? 0 : expected[5]); // The data of booleans is 0 and 1.
  });

  test.each<[string, unknown]>([
    ['x', 9.5],
    ['flag', false],
    ['t', 77n],
    ['inner', { s: 'z', c: { re: 1, im: 1 } }],
    ['raw', Uint8Array.of(9, 9, 9)],
  ])('%s is written through to the structs', (name, value) => {
    const structs = array();
    structs.field(name).set([0, 2], value);
    structs.slice('1, ::-1').field(name).set(0, value);
    const expected = values(6);
    expected[2]![name] = value;
    expected[5]![name] = value;
    expect([...structs]).toEqual(expected);
    expect(() => structs.field(name).set([0, 0], Symbol('none'))).toThrow(CastError);
  });

  test('of a field is a field', () => {
    const structs = array();
    expect([...structs.field('inner').field('s')].join('')).toBe('abcdef');
    structs.field('inner').field('c').set([1, 0], { re: 0, im: 7 });
    expect(structs.get(1, 0).inner.c).toEqual({ re: 0, im: 7 });
  });

  test('that there is not, or of other data, is an error', () => {
    expect(() => array().field('y')).toThrow('field "y": expected one of "x", "flag", "t", "inner", "raw"');
    expect(() => array().field('__proto__')).toThrow(SelectionError);
    expect(() => ndarray([1]).field('x')).toThrow(SelectionError);
    expect(() => array().field('x').field('y')).toThrow(SelectionError);
  });

  test('of no structs has no values', () => {
    const none = ndarray([], { dtype: SPEC });
    for (const [name] of SPEC) expect([...none.field(name)]).toEqual([]);
  });

  test('that is aligned is no copy', () => {
    const points = ndarray([{ x: 1, y: 2 }], {
      dtype: [
        ['x', '<f4'],
        ['y', '<f4'],
      ],
    });
    const y = points.field('y');
    expect(y.data).toBeInstanceOf(Float32Array);
    expect(y.data.buffer).toBe(points.data.buffer);
    expect([y.strides, y.data[y.offset]]).toEqual([[2], 2]);
  });
});

describe('casting structs', () => {
  const cast = (value: object, from: readonly unknown[], to: readonly unknown[], casting?: 'unsafe'): unknown =>
    ndarray([value], { dtype: from }).astype(to, { casting }).get(0);

  test('goes field by field, by name', () => {
    expect(
      cast(
        { a: 1, b: 'x' },
        [
          ['a', '|i1'],
          ['b', '<U1'],
        ],
        [
          ['b', '<U3'],
          ['a', '<f8'],
        ],
      ),
    ).toEqual({ a: 1, b: 'x' });
    expect(cast({ t: 5n }, [['t', '<M8[s]']], [['t', '<M8[ms]']])).toEqual({ t: 5000n });
    expect(cast({ a: 300 }, [['a', '<i2']], [['a', '|i1']], 'unsafe')).toEqual({ a: 44 });
    expect(() => cast({ a: 300 }, [['a', '<i2']], [['a', '|i1']])).toThrow(/at index \[0\], in field "a"$/);
    expect(() => cast({ a: 1 }, [['a', '|i1']], [['b', '|i1']])).toThrow('only one of the two has a field "b"');
    expect(() =>
      cast(
        { a: 1, b: 2 },
        [
          ['a', '|i1'],
          ['b', '|i1'],
        ],
        [['a', '|i1']],
      ),
    ).toThrow(CastError);
  });

  test('between layouts keeps every bit', () => {
    const padded = parseDtype([
      ['a', '|u1'],
      ['', '|V3'],
      ['f', '<f4'],
      ['', '|V1'],
    ]) as DType;
    const packed = parseDtype([
      ['f', '>f4'],
      ['a', '|u1'],
    ]) as DType;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 18, maxLength: 18 }), (bytes) => {
        const source = new NdArray(padded, bytes, [2]);
        const there = source.astype(packed);
        const back = there.astype(padded);
        for (const name of ['a', 'f']) {
          expect(new Uint8Array(back.field(name).toFlat().buffer)).toEqual(
            new Uint8Array(source.field(name).toFlat().buffer),
          );
        }
      }),
    );
  });
});

test('structs are printed as NumPy does', () => {
  const rows = [
    { x: 1, b: 2.5, s: 'abc', c: { re: 1, im: 2 }, f: true, t: 3n },
    { x: 10, b: 2, s: '', c: { re: 1, im: 2.5 }, f: false, t: -(2n ** 63n) },
  ];
  const dtype = [
    ['x', '<i4'],
    ['b', '<f8'],
    ['s', '|S5'],
    ['c', '<c8'],
    ['f', '|b1'],
    ['t', '<m8[D]'],
  ] as const;
  const structs = ndarray(rows, { dtype });
  expect(String(structs)).toBe("[( 1, 2.5, b'abc', 1.+2.j ,  True,     3)\n (10, 2. , b'', 1.+2.5j, False, 'NaT')]");
  expect(String(structs.slice(1))).toBe("(10, 2.0, b'', 1.+2.5j, False, 'NaT')");
  expect(String(ndarray([{ x: 1 }], { dtype: [['x', '<i4']] }))).toBe('[(1,)]');
  const days = ndarray([1n, -70000000n, -(2n ** 63n)], { dtype: 'M8[D]' });
  expect(String(days)).toBe("[   '1970-01-02' '-189684-07-06'           'NaT']");
  expect(String(ndarray([Uint8Array.of(97, 255)], { dtype: 'V2' }))).toBe("[b'\\x61\\xFF']");
});

test('a struct whose fields are called data and shape is an element all the same', () => {
  const structs = ndarray([{ data: 1, shape: 2 }], {
    dtype: [
      ['data', '|i1'],
      ['shape', '|i1'],
    ],
  });
  expect(structs.get(0)).toEqual({ data: 1, shape: 2 });
});

import { expect, test } from 'vitest';
import { ndarray } from '../../src/ndarray/infer.js';
import type { NdArray } from '../../src/ndarray/ndarray.js';

const range = (count: number): NdArray => ndarray(Int32Array.from({ length: count }, (_, i) => i));

// What NumPy 2.5 prints for the same arrays.
const examples: [NdArray, string][] = [
  [
    ndarray([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]),
    '[[ 0.  1.  2.  3.]\n [ 4.  5.  6.  7.]\n [ 8.  9. 10. 11.]]',
  ],
  [ndarray([1.5, 2.25, -3]), '[ 1.5   2.25 -3.  ]'],
  [ndarray([[true, false]]), '[[ True False]]'],
  [ndarray([1e-10, 1, 1e10]), '[1.e-10 1.e+00 1.e+10]'],
  [ndarray([Number.NaN, -Infinity, 1]), '[ nan -inf   1.]'],
  [ndarray([2 ** -9]), '[0.00195312]'],
  [ndarray([1 / 3, 2 / 3], { dtype: 'float32' }), '[0.33333334 0.6666667 ]'],
  [ndarray([1e6, 2.5], { dtype: 'float32' }), '[1.0e+06 2.5e+00]'],
  [ndarray([1000, 2.5], { dtype: 'float16' }), '[1.0e+03 2.5e+00]'],
  [
    ndarray([
      { re: 1, im: 2 },
      { re: 3.5, im: -1 },
    ]),
    '[1. +2.j 3.5-1.j]',
  ],
  [range(1001), '[   0    1    2 ...  998  999 1000]'],
  [
    range(40),
    '[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n' +
      ' 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39]',
  ],
  [
    range(10000).reshape([100, 100]),
    '[[   0    1    2 ...   97   98   99]\n [ 100  101  102 ...  197  198  199]\n' +
      ' [ 200  201  202 ...  297  298  299]\n ...\n [9700 9701 9702 ... 9797 9798 9799]\n' +
      ' [9800 9801 9802 ... 9897 9898 9899]\n [9900 9901 9902 ... 9997 9998 9999]]',
  ],
  [ndarray(new Int8Array(8), { shape: [2, 2, 2] }), '[[[0 0]\n  [0 0]]\n\n [[0 0]\n  [0 0]]]'],
  [ndarray(new Float64Array(0), { shape: [0, 3] }), '[]'],
  [ndarray([-1n, 2n ** 62n]), '[                 -1 4611686018427387904]'],
  [ndarray(0.1, { dtype: 'float32' }), '0.1'],
  [ndarray(1e16), '1e+16'],
  [ndarray(true), 'True'],
  [ndarray(['a', "it's", 'é']), "['a' \"it's\" 'é']"],
  [ndarray('x'), 'x'],
  [range(6).reshape([2, 3]).transpose().slice('::-1, 1:'), '[[5]\n [4]\n [3]]'],
];

test.each(examples)('%#: prints as in NumPy', (array, text) => expect(String(array)).toBe(text));

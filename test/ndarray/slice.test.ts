import { describe, expect, test } from 'vitest';
import { ArgumentError, BoundsCheckError, SelectionError } from '../../src/errors.js';
import { expandEllipsis, indexOn, parseSelectionText, runOf, slice } from '../../src/ndarray/slice.js';

describe('slice', () => {
  test('takes the arguments of Python and is frozen', () => {
    expect(slice(5)).toEqual({ start: null, stop: 5, step: null });
    expect(slice(1, 5)).toEqual({ start: 1, stop: 5, step: null });
    expect(slice(null, undefined, -1)).toEqual({ start: null, stop: null, step: -1 });
    expect(slice(1n, 2n ** 63n, 2n)).toEqual({ start: 1, stop: Number.MAX_SAFE_INTEGER, step: 2 });
    expect(Object.isFrozen(slice(5))).toBe(true);
  });

  test('refuses what is not an integer', () => {
    expect(() => slice(1.5)).toThrow(SelectionError);
    expect(() => slice('1' as never, 2)).toThrow('the start of a slice: expected an integer or null, got "1"');
    expect(() => runOf({ start: 0, stop: Number.NaN, step: 1 }, 5)).toThrow(SelectionError);
    expect(() => (slice as (...bounds: number[]) => void)()).toThrow(ArgumentError);
  });

  // [slice, length, indices], as `list(range(length))[start:stop:step]` gives them.
  const examples: [ReturnType<typeof slice>, number, number[]][] = [
    [slice(3), 10, [0, 1, 2]],
    [slice(-3, null), 10, [7, 8, 9]],
    [slice(2, -2, 3), 10, [2, 5]],
    [slice(null, null, -1), 4, [3, 2, 1, 0]],
    [slice(8, 2, -2), 10, [8, 6, 4]],
    [slice(100, -100, -4), 10, [9, 5, 1]],
    [slice(5, 2), 10, []],
    [slice(100, 200), 10, []],
    [slice(0, 100, 3), 10, [0, 3, 6, 9]],
    [slice(null, 2, -1), 4, [3]],
    [slice(-5, -1, -1), 10, []],
    [slice(null, null, -1), 0, []],
    [slice(0n, 2n ** 64n), 3, [0, 1, 2]],
    [slice(null, null, 2 ** 60), 3, [0]],
  ];
  test.each(examples)('%o of an axis of length %i', (given, length, indices) => {
    const { start, step, count } = runOf(given, length);
    expect(Array.from({ length: count }, (_, i) => start + i * step)).toEqual(indices);
  });

  test('a step of 0 is refused', () => expect(() => runOf(slice(0, 5, 0), 10)).toThrow(ArgumentError));
});

describe('an index', () => {
  test('counts from the end when negative', () => {
    expect(indexOn(3, 5, 0)).toBe(3);
    expect(indexOn(-1n, 5, 0)).toBe(4);
    expect(indexOn(-0, 5, 0)).toBe(0);
  });

  test('outside its axis is a BoundsCheckError that says where', () => {
    for (const index of [5, -6, 2n ** 64n - 1n]) expect(() => indexOn(index, 5, 2)).toThrow(BoundsCheckError);
    expect(() => indexOn(5, 5, 2)).toThrow('index 5 is out of bounds for axis 2 of length 5');
    expect(() => indexOn(0, 0, 0)).toThrow(BoundsCheckError);
    expect.soft(thrown(() => indexOn(5, 5, 2))).toMatchObject({ axis: 2, code: 'bounds-check' });
  });

  test('that is no integer is a SelectionError', () => {
    for (const index of [1.5, Number.NaN, Number.POSITIVE_INFINITY, true, '1', null]) {
      expect(() => indexOn(index as number, 5, 0)).toThrow(SelectionError);
    }
  });
});

describe('the text between brackets', () => {
  test.each([
    ['1:10:2, ..., -1', [slice(1, 10, 2), '...', -1]],
    [' : ,::2,\t+3 ', [':', slice(null, null, 2), 3]],
    ['::-1', [slice(null, null, -1)]],
    ['0,', [0]],
    ['...', ['...']],
    ['- 2 : , :5', [slice(-2, null), slice(5)]],
    ['[0, 2,4] , :, [ -1 ],[]', [[0, 2, 4], ':', [-1], []]],
    ['[1,],', [[1]]],
  ])('%j', (text, entries) => expect(parseSelectionText(text)).toEqual(entries));

  test.each([
    ['', 'expected an integer, a slice, a list or "..." at position 0, got the end'],
    ['1,,2', 'at position 2, got ","'],
    ['1 2', 'expected "," or the end at position 2, got "2"'],
    ['1.5', 'at position 1, got "."'],
    ['1:2:3:4', 'at position 5, got ":"'],
    ['a', 'at position 0, got "a"'],
    ['[0, 1', 'expected "," or "]" at position 5, got the end'],
    ['[0, :]', 'expected an integer or "]" at position 4, got ":"'],
    ['[,]', 'expected an integer or "]" at position 1, got ","'],
    ['[[0]]', 'expected an integer or "]" at position 1, got "["'],
    ['-', 'at position 0, got "-"'],
  ])('%j is refused and the place told', (text, message) => {
    expect(() => parseSelectionText(text)).toThrow(SelectionError);
    expect(() => parseSelectionText(text)).toThrow(message);
  });
});

describe('what is not mentioned', () => {
  test('is taken whole', () => {
    expect(expandEllipsis([1], 3)).toEqual([1, ':', ':']);
    expect(expandEllipsis(['...', 1], 3)).toEqual([':', ':', 1]);
    expect(expandEllipsis([0, '...', 1], 2)).toEqual([0, 1]);
    expect(expandEllipsis(['...'], 0)).toEqual([]);
  });

  test('one ellipsis only, and no more entries than axes', () => {
    expect(() => expandEllipsis(['...', '...'], 3)).toThrow(SelectionError);
    expect(() => expandEllipsis([0, 0, 0], 2)).toThrow('the array has 2 axes, but 3 were indexed');
    expect(() => expandEllipsis([':'], 0)).toThrow(SelectionError);
  });
});

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

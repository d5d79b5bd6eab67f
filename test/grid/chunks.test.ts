import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors.js';
import { normalizeChunks } from '../../src/grid/chunks.js';

describe('chunks', () => {
  it('are guessed when they are "auto" or not given', () => {
    expect(normalizeChunks('auto', [1e6], 8)).toEqual([62500]);
    expect(normalizeChunks(undefined, [1e6], 8)).toEqual([62500]);
    expect(normalizeChunks(null, [3e5], undefined)).toEqual([150000]);
  });

  it('are one per axis for false and -1, of 1 on an empty axis', () => {
    expect(normalizeChunks(false, [3, 0], 8)).toEqual([3, 1]);
    expect(normalizeChunks(-1, [3, 0], 8)).toEqual([3, 1]);
    expect(normalizeChunks([2, -1], [3, 7], 8)).toEqual([2, 7]);
  });

  it('are taken as they are given, larger than the shape too', () => {
    expect(normalizeChunks(4, [3, 9], 8)).toEqual([4, 4]);
    expect(normalizeChunks([10n, 2], [3, 0], 8)).toEqual([10, 2]);
    expect(normalizeChunks([], [], 8)).toEqual([]);
    expect(normalizeChunks(new Int32Array([2, 3]) as never, [4, 9], 8)).toEqual([2, 3]);
  });

  it('are lists of edges for some axes, equal neighbours counted; an empty axis keeps those it may grow into', () => {
    expect(normalizeChunks([[3, 3, 2], 4], [8, 9], 8)).toEqual([
      [
        { edge: 3, count: 2 },
        { edge: 2, count: 1 },
      ],
      4,
    ]);
    expect(normalizeChunks([[5], -1] as never, [0, 9], 8)).toEqual([[{ edge: 5, count: 1 }], 9]);
    expect(normalizeChunks([new Int32Array([4, 4]) as never], [8], 8)).toEqual([[{ edge: 4, count: 2 }]]);
  });

  it.each<[unknown, string]>([
    [[0, 1], 'chunks[0]: expected a positive integer, or -1, got 0'],
    [[1, -2], 'chunks[1]: expected a positive integer, or -1, got -2'],
    [[1.5, 1], 'chunks[0]: expected an integer, got 1.5'],
    [[1, null], 'chunks[1]: expected an integer, got null'],
    [['1', 1], 'chunks[0]: expected an integer, got "1"'],
    [[1], 'chunks: expected one edge for each of the 2 dimensions of shape [4, 4], got 1'],
    [true, 'chunks: expected "auto", false, an integer, or a list of integers, got true'],
    ['big', 'chunks: expected "auto", false, an integer, or a list of integers, got "big"'],
    [0, 'chunks[0]: expected a positive integer, or -1, got 0'],
    [2 ** 53, 'chunks[0]: expected an integer, got 9007199254740992'],
    [[2, [2, 3]], 'chunks[1]: expected edges whose sum is the length 4 of the axis, got 5'],
    [[2, [2, 1]], 'chunks[1]: expected edges whose sum is the length 4 of the axis, got 3'],
    [[2, []], 'chunks[1]: expected at least one edge, got an empty list'],
    [[2, [4, 0]], 'chunks[1][1]: expected a positive integer, got 0'],
    [[2, [5, -1]], 'chunks[1][1]: expected a positive integer, got -1'],
    [[2, [[2, 2]]], 'chunks[1][0]: expected an integer, got'],
    [[2, [1.5, 2.5]], 'chunks[1][0]: expected an integer, got 1.5'],
  ])('of %j are an ArgumentError', (chunks, message) => {
    const normalize = () => normalizeChunks(chunks as never, [4, 4], 8);
    expect(normalize).toThrow(ArgumentError);
    expect(normalize).toThrow(message);
  });
});

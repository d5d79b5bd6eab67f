import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors.js';
import { guessShards, normalizeShards } from '../../src/grid/shards.js';

const MIB = 2 ** 20;
const SPEC = { shape: [100, 9], chunkShape: [10, 5], itemSize: 4 };

describe('shards', () => {
  it('are none when they are null or not given', () => {
    expect(normalizeShards(undefined, SPEC)).toBeUndefined();
    expect(normalizeShards(null, SPEC)).toBeUndefined();
  });

  it('have their index at the end unless the options say so', () => {
    expect(normalizeShards([50, 10], SPEC)).toEqual({ axes: [50, 10], indexLocation: 'end' });
    expect(normalizeShards({ shape: [50, 10], indexLocation: 'start' }, SPEC)).toEqual({
      axes: [50, 10],
      indexLocation: 'start',
    });
  });

  it('span an axis with -1, rounded up to whole chunks', () => {
    expect(normalizeShards(-1, SPEC)?.axes).toEqual([100, 10]);
    expect(normalizeShards(false, SPEC)?.axes).toEqual([100, 10]);
    expect(normalizeShards([20, -1], SPEC)?.axes).toEqual([20, 10]);
  });

  it.each<[unknown, string]>([
    [[50, 6], 'shards[1]: expected a multiple of the chunk edge 5, got 6'],
    [[50], 'shards: expected one edge for each of the 2 dimensions'],
    [[50, 0], 'shards[1]: expected a positive integer, or -1, got 0'],
    [[[50, 45], 10], 'shards[0]: expected edges whose sum is the length 100 of the axis, got 95'],
    [[[50, 45, 5], 10], 'shards[0]: expected a multiple of the chunk edge 10, got 45'],
    [{ shape: [50, 10], indexLocation: 'middle' }, 'shards.indexLocation: expected "start" or "end", got "middle"'],
    [{ shape: [50, 10], index_location: 'end' }, 'shards: unknown option "index_location"'],
    [{}, 'shards: expected'],
  ])('of %j are an ArgumentError', (shards, message) => {
    const normalize = () => normalizeShards(shards as never, SPEC);
    expect(normalize).toThrow(ArgumentError);
    expect(normalize).toThrow(message);
  });
});

describe('automatic shards', () => {
  it('take two chunks along each axis with more than eight', () => {
    expect(guessShards({ shape: [10000, 10000], chunkShape: [313, 625], itemSize: 4 })).toEqual([626, 1250]);
    expect(guessShards({ shape: [10000, 10000], chunkShape: [500, 500], itemSize: 4 })).toEqual([1000, 1000]);
    expect(guessShards({ shape: [100, 8], chunkShape: [10, 1], itemSize: 4 })).toEqual([20, 1]);
    expect(guessShards({ shape: [0], chunkShape: [4], itemSize: 4 })).toEqual([4]);
  });

  it('take as many chunks along every axis as a target and the array hold', () => {
    const targetBytes = 10 * MIB;
    expect(guessShards({ shape: [10000, 10000], chunkShape: [313, 625], itemSize: 4, targetBytes })).toEqual([
      939, 1875,
    ]);
    expect(guessShards({ shape: [1e7], chunkShape: [156250], itemSize: 4, targetBytes })).toEqual([2500000]);
    expect(guessShards({ shape: [], chunkShape: [], itemSize: 4, targetBytes })).toEqual([]);
    expect(guessShards({ shape: [100], chunkShape: [50], itemSize: 4, targetBytes: 1 })).toEqual([50]);
    expect(guessShards({ shape: [2, 100], chunkShape: [2, 2], itemSize: undefined, targetBytes })).toEqual([2, 2]);
    expect(normalizeShards('auto', { ...SPEC, targetBytes: 800 })?.axes).toEqual([10, 5]);
  });
});

import { describe, expect, it } from 'vitest';
import { guessChunks, INNER_CHUNK_BYTES } from '../../src/grid/guess.js';

const TABLE: [shape: number[], itemSize: number, chunks: number[], inner?: number[]][] = [
  [[100], 8, [100], [100]],
  [[1e6], 8, [62500], [62500]],
  [[1e9], 8, [488282], [122071]],
  [[10000, 10000], 4, [625, 625], [313, 625]],
  [[10000, 10000], 8, [313, 625], [313, 313]],
  [[1000, 1000, 1000], 4, [63, 125, 125], [63, 63, 63]],
  [[0, 10], 8, [1, 10]],
  [[1, 1e7], 2, [1, 312500]],
  [[100, 100, 100, 100], 1, [25, 25, 25, 50]],
  [[20000, 20000, 3], 1, [1250, 2500, 1], [625, 1250, 1]],
  [[7, 13, 1e6], 8, [1, 2, 125000], [1, 1, 125000]],
  [[3e5], 1, [150000]],
  [[], 8, [], []],
  [[5, 6], 0, [5, 6]],
];

describe('automatic chunks', () => {
  it.each(TABLE)('of shape %j with %i bytes per element are %j', (shape, itemSize, chunks, inner) => {
    expect(guessChunks(shape, itemSize)).toEqual(chunks);
    if (inner !== undefined) expect(guessChunks(shape, itemSize, INNER_CHUNK_BYTES)).toEqual(inner);
  });

  it('end for elements larger than any chunk', () => {
    expect(guessChunks([3, 3], 2 ** 30)).toEqual([1, 1]);
  });

  it('are found for the largest lengths', () => {
    expect(guessChunks([2 ** 53 - 1, 1], 1)[0]).toBeLessThan(2 ** 27);
  });
});

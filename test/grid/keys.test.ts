import { expect, it } from 'vitest';
import { RegularAxis, regularGrid } from '../../src/grid/grid.js';
import { chunkKey } from '../../src/grid/keys.js';

it('chunk keys follow the encoding', () => {
  expect(chunkKey({ name: 'default', separator: '/' }, [1, 23])).toBe('c/1/23');
  expect(chunkKey({ name: 'default', separator: '.' }, [1, 23])).toBe('c.1.23');
  expect(chunkKey({ name: 'default', separator: '/' }, [])).toBe('c');
  expect(chunkKey({ name: 'v2', separator: '.' }, [1, 23])).toBe('1.23');
  expect(chunkKey({ name: 'v2', separator: '/' }, [4])).toBe('4');
  expect(chunkKey({ name: 'v2', separator: '.' }, [])).toBe('0');
  const suffixed = { name: 'zarrs.default_suffix', separator: '.', suffix: '.tiff' } as const;
  expect(chunkKey(suffixed, [1, 23])).toBe('c.1.23.tiff');
  expect(chunkKey(suffixed, [])).toBe('c.tiff');
});

it('an axis has as many chunks as it takes, the last one whole', () => {
  const axis = new RegularAxis(10, 4);
  expect([axis.count, axis.chunkAt(7), axis.startOf(2), axis.sizeOf()]).toEqual([3, 1, 8, 4]);
  expect(regularGrid([0, 3], [4, 8]).map(({ count }) => count)).toEqual([0, 1]);
});

it('the longest axes are cut exactly', () => {
  const length = 2 ** 53 - 1;
  for (const size of [1, 2, 3, 7, 10, 2 ** 20, 2 ** 20 + 1, 6361 * 69431]) {
    const count = (BigInt(length) + BigInt(size) - 1n) / BigInt(size);
    const axis = new RegularAxis(length, size);
    expect(BigInt(axis.count)).toBe(count);
    expect(axis.chunkAt(length - 1)).toBe(axis.count - 1);
    const start = axis.startOf(axis.count - 1);
    expect(axis.chunkAt(start - 1)).toBe(axis.count - 2);
  }
});

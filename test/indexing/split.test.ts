import fc from 'fast-check';
import { expect, it } from 'vitest';
import { regularGrid } from '../../src/grid/grid.js';
import { project } from '../../src/indexing/project.js';
import { countParts, partAt, piecesOf, splitOf } from '../../src/indexing/split.js';
import type { AxisPick } from '../../src/ndarray/picked.js';

const axis = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 })).chain(([length, chunk]) =>
  fc
    .tuple(fc.nat(length - 1), fc.nat(length - 1), fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.boolean())
    .map(([a, b, step, isBackwards, isList]) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      const count = Math.floor((high - low) / step) + 1;
      const run: AxisPick = isBackwards ? { start: high, step: -step, count } : { start: low, step, count };
      const pick: AxisPick = isList ? Float64Array.of(a, b, a) : run;
      return { length, chunk, pick };
    }),
);

it('cuts any region into parts that share no chunk and are all of it', () => {
  fc.assert(
    fc.property(fc.array(axis, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 30 }), (axes, chunks) => {
      const grid = regularGrid(
        axes.map(({ length }) => length),
        axes.map(({ chunk }) => chunk),
      );
      const region = axes.map(({ pick }) => pick);
      const split = splitOf(region, grid, chunks);
      const whole = [...project(region, grid)];
      const elementAt = (pick: AxisPick, at: number): number =>
        pick instanceof Float64Array ? pick[at]! : pick.start + at * pick.step;
      const found: string[] = [];
      const elements = new Set<string>();
      for (let number = 0; number < countParts(split, grid); number++) {
        const part = partAt(split, grid, number);
        part.region.forEach((pick, at) => {
          const place = part.inRegion[at]!;
          if (place instanceof Float64Array) throw new Error('a place in the region is a run');
          for (let i = 0; i < place.count; i++) {
            expect(elementAt(pick, i)).toBe(elementAt(region[at]!, place.start + i));
          }
          elements.add(`${at}: ${place.start}`);
        });
        const inPart = [...project(part.region, grid)].map(({ coords }) => coords.join());
        expect(inPart.length).toBeLessThanOrEqual(Math.max(chunks, sizeOfUncut(region, grid, split.block)));
        found.push(...inPart);
      }
      // Each chunk once, and in the same order where no list stands before an axis that is cut.
      expect([...found].sort()).toEqual(whole.map(({ coords }) => coords.join()).sort());
      if (region.every((pick) => !(pick instanceof Float64Array)) && split.block.every((count) => count > 0)) {
        expect(found).toEqual(whole.map(({ coords }) => coords.join()));
      }
    }),
    { numRuns: 2000 },
  );
});

/** The most chunks that a part has which is one chunk of each axis that is cut. */
function sizeOfUncut(
  region: readonly AxisPick[],
  grid: ReturnType<typeof regularGrid>,
  block: readonly number[],
): number {
  return (
    region.reduce(
      (product, pick, at) => (block[at] === 0 ? product * [...project([pick], [grid[at]!])].length : product),
      1,
    ) * 30
  );
}

it('keeps a part in one piece of a result in C order', () => {
  const grid = regularGrid([64, 64, 64], [8, 8, 8]);
  const region = [0, 1, 2].map(() => ({ start: 0, step: 1, count: 64 }));
  expect(splitOf(region, grid, 64).block).toEqual([1, 8, 8]);
  expect(splitOf(region, grid, 130).block).toEqual([2, 8, 8]);
  expect(splitOf(region, grid, 20).block).toEqual([1, 2, 8]);
  expect(splitOf(region, grid, 3).block).toEqual([1, 1, 3]);
  expect(partAt(splitOf(region, grid, 20), grid, 5)).toEqual({
    region: [
      { start: 8, step: 1, count: 8 },
      { start: 16, step: 1, count: 16 },
      { start: 0, step: 1, count: 64 },
    ],
    inRegion: [
      { start: 8, step: 1, count: 8 },
      { start: 16, step: 1, count: 16 },
      { start: 0, step: 1, count: 64 },
    ],
  });
});

it('cuts an array into pieces of rows, each element once', () => {
  const counts = (shape: readonly number[], elements: number): number[][] =>
    [...piecesOf(shape, elements)].map((runs) => runs.map(({ count }) => count));
  expect(counts([4, 5], 100)).toEqual([[4, 5]]);
  expect(counts([4, 5], 10)).toEqual([
    [2, 5],
    [2, 5],
  ]);
  expect(counts([1, 3, 5], 4)).toEqual([
    [1, 1, 5],
    [1, 1, 5],
    [1, 1, 5],
  ]);
  expect(counts([1, 1], 0.5)).toEqual([[1, 1]]);
  expect(counts([], 0.5)).toEqual([[]]);
  expect([...piecesOf([7, 2], 4)].map(([first]) => first)).toEqual([
    { start: 0, step: 1, count: 2 },
    { start: 2, step: 1, count: 2 },
    { start: 4, step: 1, count: 2 },
    { start: 6, step: 1, count: 1 },
  ]);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { regularGrid } from '../../src/grid/grid.js';
import { project } from '../../src/indexing/project.js';
import { Parts, piecesOf, splitOf } from '../../src/indexing/split.js';
import type { AxisPick } from '../../src/ndarray/picked.js';

const axis = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 })).chain(([length, chunk]) =>
  fc
    .tuple(fc.nat(length - 1), fc.nat(length - 1), fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.boolean())
    .map(([a, b, step, isBackwards, isList]) => {
      const [low, high] = a < b ? [a, b] : [b, a];
      const count = Math.floor((high - low) / step) + 1;
      const run: AxisPick = isBackwards ? { start: high, step: -step, count } : { start: low, step, count };
      const pick: AxisPick = isList ? Float64Array.of(a, b, low, a, high - 1 < 0 ? 0 : high - 1, b) : run;
      return { length, chunk, pick };
    }),
);

it('cuts any region into parts that share no chunk and are all of it, in the order of the chunks', () => {
  fc.assert(
    fc.property(fc.array(axis, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 30 }), (axes, chunks) => {
      const grid = regularGrid(
        axes.map(({ length }) => length),
        axes.map(({ chunk }) => chunk),
      );
      const region = axes.map(({ pick }) => pick);
      const parts = new Parts(splitOf(region, grid, chunks), grid);
      const found: string[] = [];
      const elements = axes.map(() => new Set<number>());
      for (let number = 0; number < parts.count; number++) {
        const part = parts.at(number);
        part.region.forEach((pick, at) => {
          const places = elementsOf(part.inRegion[at]!);
          expect(elementsOf(pick)).toEqual(places.map((place) => elementsOf(region[at]!)[place]));
          for (const place of places) elements[at]!.add(place);
        });
        const inPart = [...project(part.region, grid)].map(({ coords }) => coords.join());
        expect(inPart.length).toBeLessThanOrEqual(chunks);
        found.push(...inPart);
      }
      expect(found).toEqual([...project(region, grid)].map(({ coords }) => coords.join()));
      expect(elements.map(({ size }) => size)).toEqual(region.map((pick) => elementsOf(pick).length));
    }),
    { numRuns: 2000 },
  );
});

const elementsOf = (pick: AxisPick): number[] =>
  pick instanceof Float64Array ? [...pick] : Array.from({ length: pick.count }, (_, at) => pick.start + at * pick.step);

it('takes nothing of a region without elements', () => {
  const grid = regularGrid([8, 8], [2, 2]);
  const none = { start: 3, step: 1, count: 0 };
  for (const pick of [none, new Float64Array()]) {
    const parts = new Parts(splitOf([pick, { start: 0, step: 1, count: 8 }], grid, 2), grid);
    for (let number = 0; number < parts.count; number++)
      expect([...project(parts.at(number).region, grid)]).toEqual([]);
  }
});

it('keeps a part in one piece of a result in C order', () => {
  const grid = regularGrid([64, 64, 64], [8, 8, 8]);
  const region = [0, 1, 2].map(() => ({ start: 0, step: 1, count: 64 }));
  expect(splitOf(region, grid, 64).block).toEqual([1, 8, 8]);
  expect(splitOf(region, grid, 130).block).toEqual([2, 8, 8]);
  expect(splitOf(region, grid, 20).block).toEqual([1, 2, 8]);
  expect(splitOf(region, grid, 3).block).toEqual([1, 1, 3]);
  expect(new Parts(splitOf(region, grid, 20), grid).at(5)).toEqual({
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

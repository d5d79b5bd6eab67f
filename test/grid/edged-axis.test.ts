import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EdgedAxis } from '../../src/grid/edged-axis.js';
import { extendTo, joinRuns, reachOf } from '../../src/grid/edges.js';

const runs = fc.array(fc.record({ edge: fc.integer({ min: 1, max: 5 }), count: fc.integer({ min: 1, max: 4 }) }), {
  minLength: 1,
  maxLength: 6,
});

it('finds every element in the chunk that a plain list of edges gives', () => {
  fc.assert(
    fc.property(runs, fc.nat(), (given, part) => {
      const joined = joinRuns(given);
      const length = part % (reachOf(joined) + 1);
      const axis = new EdgedAxis(length, joined);
      const edges = given.flatMap(({ edge, count }) => Array<number>(count).fill(edge));
      const owners = edges.flatMap((edge, chunk) => Array<number>(edge).fill(chunk)).slice(0, length);
      expect(axis.count).toBe(new Set(owners).size);
      owners.forEach((chunk, index) => {
        expect(axis.chunkAt(index)).toBe(chunk);
        expect(axis.sizeOf(chunk)).toBe(edges[chunk]);
        expect(axis.startOf(chunk)).toBe(owners.indexOf(chunk));
      });
    }),
  );
});

it('takes runs of any length', () => {
  const axis = new EdgedAxis(2 ** 53 - 1, [
    { edge: 1, count: 2 ** 52 },
    { edge: 2 ** 51, count: 2 },
  ]);
  expect(axis.count).toBe(2 ** 52 + 2);
  expect(axis.chunkAt(2 ** 52 - 1)).toBe(2 ** 52 - 1);
  expect(axis.chunkAt(2 ** 53 - 2)).toBe(2 ** 52 + 1);
  expect(axis.startOf(2 ** 52 + 1)).toBe(2 ** 52 + 2 ** 51);
});

it('grows by one edge, rounded up to a unit', () => {
  const edges = joinRuns([{ edge: 4, count: 2 }]);
  expect(extendTo(edges, 8, 1)).toBe(edges);
  expect(extendTo(edges, 11, 1)).toEqual([...edges, { edge: 3, count: 1 }]);
  expect(extendTo(edges, 11, 4)).toEqual([{ edge: 4, count: 3 }]);
});

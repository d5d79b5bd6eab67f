/** Arrays with rectilinear grids, of chunks or of shards, as the cases of `model.ts` are of regular ones. */
import fc from 'fast-check';
import type { Case } from './model.js';

const edges = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

/** One axis: its length, the chunks inside of shards, and its edges, listed or one for all. */
interface Axis {
  readonly length: number;
  readonly unit: number;
  readonly chunks: number | number[];
}

const axes = (unit: number): fc.Arbitrary<Axis> =>
  fc.oneof(
    edges.map((list) => {
      const chunks = list.map((edge) => edge * unit);
      return { length: chunks.reduce((sum, edge) => sum + edge, 0), unit, chunks };
    }),
    edges.map((list) => ({ length: 0, unit, chunks: list.map((edge) => edge * unit) })),
    fc.record({ length: fc.nat({ max: 7 }), unit: fc.constant(unit), chunks: fc.constant(2 * unit) }),
  );

const listed = (all: readonly Axis[]): boolean => all.some(({ chunks }) => typeof chunks !== 'number');

export const rectilinearCases: fc.Arbitrary<Case> = fc
  .record({
    sharded: fc.boolean(),
    units: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 3 }),
    indexLocation: fc.constantFrom('start' as const, 'end' as const),
    compressors: fc.constantFrom(null, { name: 'crc32c' }),
    separator: fc.constantFrom('.' as const, '/' as const),
    transposed: fc.boolean(),
  })
  .chain(({ sharded, units, indexLocation, compressors, separator, transposed }) =>
    fc
      .tuple(...units.map((unit) => axes(sharded ? unit : 1)))
      .filter(listed)
      .map((all): Case => {
        const edgesOf = all.map(({ chunks }) => chunks);
        return {
          options: {
            shape: all.map(({ length }) => length),
            dtype: 'int16',
            fillValue: -1,
            compressors,
            chunkKeyEncoding: { name: 'default', separator },
            ...(transposed
              ? { filters: [{ name: 'transpose', configuration: { order: [...all.keys()].reverse() } }] }
              : {}),
            ...(sharded
              ? { chunks: all.map(({ unit }) => unit), shards: { shape: edgesOf, indexLocation } }
              : { chunks: edgesOf }),
          },
          fill: -1,
          values: fc.oneof(fc.constant(-1), fc.integer({ min: -3, max: 3 })),
        };
      }),
  );

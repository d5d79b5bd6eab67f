import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DTypeSpec } from '../../src/dtypes/types.js';
import * as promises from '../../src/index.js';
import { NdArray } from '../../src/ndarray/ndarray.js';
import { latency } from '../../src/storage.js';
import * as sync from '../../src/sync.js';
import { type AxisPick, type Case, cases, Model, picksFor } from './model.js';
import { rectilinearCases } from './rectilinear-cases.js';

interface Step {
  readonly picks: AxisPick[];
  /** Undefined: a read. */
  readonly written: { readonly broadcast: boolean; readonly values: unknown[] } | undefined;
}

const program: fc.Arbitrary<{ made: Case; steps: Step[] }> = fc.oneof(cases, rectilinearCases).chain((made) => {
  const { shape } = made.options;
  const size = shape.reduce((a, b) => a * b, 1);
  const values = fc.array(made.values, { minLength: Math.max(size, 1), maxLength: Math.max(size, 1) });
  const step = fc.record({
    picks: picksFor(shape),
    written: fc.option(fc.record({ broadcast: fc.boolean(), values }), { nil: undefined }),
  });
  return fc.array(step, { minLength: 1, maxLength: 6 }).map((steps) => ({ made, steps }));
});

/** The value a step writes: a scalar for all, or one element each. */
function valueOf(
  { broadcast, values }: NonNullable<Step['written']>,
  count: number,
  shape: number[],
  dtype: DTypeSpec,
): unknown {
  if (broadcast || shape.length === 0) return values[0];
  return sync.ndarray(values.slice(0, count), { dtype, shape });
}

const scalars = (result: unknown): unknown[] => (result instanceof NdArray ? [...result] : [result]);

describe('arrays', () => {
  it('hold what a plain list would, whatever the type, chunks, shards and codecs; both APIs store the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(program, async ({ made, steps }) => {
        const { options, fill } = made;
        const files = new Map<string, Uint8Array>();
        const laterFiles = new Map<string, Uint8Array>();
        const array = sync.createArray(files, options);
        const later = latency(new sync.MemoryStore(laterFiles), { getMs: 0, setMs: 0 });
        const asyncArray = await promises.createArray(later, options);
        const model = new Model(options.shape, fill);
        for (const { picks, written } of steps) {
          const { at, shape } = model.places(picks);
          if (written === undefined) {
            const expected = at.map((place) => model.values[place]);
            expect(scalars(array.get(picks))).toEqual(expected);
            expect(scalars(await asyncArray.get(picks))).toEqual(expected);
            continue;
          }
          const value = valueOf(written, at.length, shape, options.dtype!);
          array.set(picks, value);
          await asyncArray.set(picks, value);
          const flat = written.broadcast || shape.length === 0 ? at.map(() => written.values[0]) : written.values;
          at.forEach((place, i) => {
            model.values[place] = flat[i];
          });
        }
        const whole = array.get() as NdArray;
        expect([...whole]).toEqual(model.values);
        expect(whole.shape).toEqual(options.shape);
        const byKey = (all: Map<string, Uint8Array>): [string, Uint8Array][] =>
          [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, bytes]) => [key, new Uint8Array(bytes)]);
        expect(byKey(laterFiles)).toEqual(byKey(files));
        // A handle that is opened anew sees the same.
        expect([...(sync.openArray(files).get() as NdArray)]).toEqual(model.values);
      }),
      { numRuns: 400 },
    );
  });
});

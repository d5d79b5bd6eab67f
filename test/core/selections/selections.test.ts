/** Lists, points, masks and blocks, on arrays of every kind, against the plain model; both APIs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as promises from '../../../src/index.js';
import type { NdArray } from '../../../src/ndarray/ndarray.js';
import { latency } from '../../../src/storage.js';
import * as sync from '../../../src/sync.js';
import { type AxisPick, type Case, cases, indicesOf, Model, picksFor } from '../model.js';

type AnyArray = sync.Array | promises.AsyncArray;

/** One selection: how the arrays are asked, and where in the model its elements are. */
interface Pick {
  readonly get: (array: AnyArray) => unknown;
  readonly set: (array: AnyArray, value: unknown) => unknown;
  readonly at: readonly number[];
  readonly shape: readonly number[];
}

type Access = Omit<Pick, 'at' | 'shape'>;

type AxisList = AxisPick | readonly number[] | readonly boolean[];

/** Places of the product of what is taken of each axis. */
function product(
  shape: readonly number[],
  axes: readonly { indices: number[]; drops: boolean }[],
): Omit<Pick, 'get' | 'set'> {
  let at = [0];
  axes.forEach(({ indices }, axis) => {
    at = at.flatMap((base) => indices.map((index) => base * shape[axis]! + index));
  });
  return { at, shape: axes.flatMap(({ indices, drops }) => (drops ? [] : [indices.length])) };
}

const isList = (pick: AxisList): pick is readonly number[] | readonly boolean[] => Array.isArray(pick);

function resolve(pick: AxisList, length: number): { indices: number[]; drops: boolean } {
  if (!isList(pick)) return indicesOf(pick, length);
  const indices = pick.flatMap((item, place) => {
    if (typeof item === 'boolean') return item ? [place] : [];
    return [item < 0 ? item + length : item];
  });
  return { indices, drops: false };
}

const indexOn = (length: number): fc.Arbitrary<number> => fc.integer({ min: -length, max: length - 1 });

function listOn(length: number): fc.Arbitrary<readonly number[] | readonly boolean[]> {
  const masks = fc.array(fc.boolean(), { minLength: length, maxLength: length });
  const indices = fc.array(indexOn(length), { minLength: 1, maxLength: 2 * length });
  return fc.oneof(indices, indices, masks);
}

/** A list as users may hold it: plain, a typed array, or an `NdArray`. */
function held(list: AxisList, form: number): unknown {
  if (!isList(list) || form % 3 === 0) return list;
  if (typeof list[0] === 'boolean') return sync.ndarray(list as boolean[], { dtype: 'bool' });
  if (form % 3 === 1) return Int16Array.from(list as number[]);
  return sync.ndarray(list as number[], { dtype: 'int64' });
}

const accessBy = (name: 'oindex' | 'vindex' | 'blocks', selection: unknown): Access => ({
  get: (array) => array[name].get(selection as never),
  set: (array, value) => array[name].set(selection as never, value),
});

function orthogonal(shape: readonly number[]): fc.Arbitrary<Pick> {
  const axes = fc.tuple(
    picksFor(shape),
    fc.tuple(...shape.map(listOn)),
    fc.array(fc.nat(5), { minLength: 5, maxLength: 5 }),
  );
  return axes.map(([picks, lists, forms]) => {
    const chosen = picks.map((pick, axis): AxisList => (forms[axis]! < 4 ? lists[axis]! : pick));
    const selection = chosen.map((pick, axis) => held(pick, forms[axis]!));
    return {
      ...accessBy('oindex', selection),
      ...product(
        shape,
        chosen.map((pick, axis) => resolve(pick, shape[axis]!)),
      ),
    };
  });
}

function points(shape: readonly number[]): fc.Arbitrary<Pick> {
  const count = shape.reduce((a, b) => a * b, 1);
  return fc.array(fc.tuple(...shape.map(indexOn)), { minLength: 1, maxLength: 2 * count }).chain((rows) =>
    fc
      .tuple(fc.constant(rows), fc.nat(2), fc.constantFrom('vindex', 'get', 'coordinate'))
      .map(([all, form, way]): Pick => {
        const lists = shape.map((_, axis) => all.map((row) => row[axis]!));
        const selection = lists.map((list, axis) => held(list, form + axis)) as never;
        const at = all.map((row) =>
          row.reduce((base, index, axis) => base * shape[axis]! + (index < 0 ? index + shape[axis]! : index), 0),
        );
        const access: Access =
          way === 'get'
            ? { get: (array) => array.get(selection), set: (array, value) => array.set(selection, value) }
            : way === 'coordinate'
              ? {
                  get: (array) => array.getCoordinateSelection(selection),
                  set: (array, value) => array.setCoordinateSelection(selection, value),
                }
              : accessBy('vindex', selection);
        return { ...access, at, shape: [all.length] };
      }),
  );
}

function masks(shape: readonly number[]): fc.Arbitrary<Pick> {
  const count = shape.reduce((a, b) => a * b, 1);
  return fc.array(fc.boolean(), { minLength: count, maxLength: count }).map((flags): Pick => {
    const mask = sync.ndarray(flags, { dtype: 'bool', shape });
    const at = flags.flatMap((flag, place) => (flag ? [place] : []));
    return {
      get: (array) => array.getMaskSelection(mask),
      set: (array, value) => array.setMaskSelection(mask, value),
      at,
      shape: [at.length],
    };
  });
}

function blocks({ options }: Case): fc.Arbitrary<Pick> {
  const { shape } = options;
  const { shards, chunks } = options as unknown as { shards?: { shape: number[] }; chunks: number[] };
  const sizes = shards?.shape ?? chunks;
  const axes = shape.map((length, axis) => {
    const count = Math.ceil(length / sizes[axis]!);
    return fc
      .tuple(fc.integer({ min: -count, max: count - 1 }), fc.nat(count + 1), fc.boolean())
      .map(([first, more, isIndex]) => {
        const block = first < 0 ? first + count : first;
        const last = isIndex ? block + 1 : Math.min(count, block + more);
        const indices: number[] = [];
        for (let i = block * sizes[axis]!; i < Math.min(length, last * sizes[axis]!); i++) indices.push(i);
        return { entry: isIndex ? first : sync.slice(first, block + more), taken: { indices, drops: false } };
      });
  });
  return fc.tuple(...axes).map((all) => ({
    ...accessBy(
      'blocks',
      all.map(({ entry }) => entry),
    ),
    ...product(
      shape,
      all.map(({ taken }) => taken),
    ),
  }));
}

interface Step {
  readonly pick: Pick;
  /** Undefined: a read. */
  readonly written: { readonly broadcast: boolean; readonly values: unknown[] } | undefined;
}

const program: fc.Arbitrary<{ made: Case; steps: Step[] }> = cases
  .filter(({ options: { shape } }) => shape.length > 0 && !shape.includes(0))
  .chain((made) => {
    const { shape } = made.options;
    const pick = fc.oneof(orthogonal(shape), points(shape), masks(shape), blocks(made));
    const step = pick.chain((chosen) => {
      const count = Math.max(1, chosen.at.length);
      const values = fc.array(made.values, { minLength: count, maxLength: count });
      const written = fc.option(fc.record({ broadcast: fc.boolean(), values }), { nil: undefined });
      return written.map((value): Step => ({ pick: chosen, written: value }));
    });
    return fc.array(step, { minLength: 1, maxLength: 6 }).map((steps) => ({ made, steps }));
  });

describe('lists, points, masks and blocks', () => {
  it('select what a plain list would, whatever the array; both APIs store the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(program, async ({ made, steps }) => {
        const { options, fill } = made;
        const files = new Map<string, Uint8Array>();
        const laterFiles = new Map<string, Uint8Array>();
        const array = sync.createArray(files, options);
        const later = latency(new sync.MemoryStore(laterFiles), { getMs: 0, setMs: 0 });
        const asyncArray = await promises.createArray(later, options);
        const model = new Model(options.shape, fill);
        for (const { pick, written } of steps) {
          const { at, shape } = pick;
          if (written === undefined) {
            for (const found of [pick.get(array), await pick.get(asyncArray)] as NdArray[]) {
              expect(found.shape).toEqual(shape);
              expect([...found]).toEqual(at.map((place) => model.values[place]));
            }
            continue;
          }
          const { broadcast, values } = written;
          const value = broadcast
            ? values[0]
            : sync.ndarray(values.slice(0, at.length), { dtype: options.dtype!, shape });
          pick.set(array, value);
          await pick.set(asyncArray, value);
          // Where an element is named twice, the last value stays.
          at.forEach((place, i) => {
            model.values[place] = broadcast ? values[0] : values[i];
          });
          expect([...(array.get() as NdArray)]).toEqual(model.values);
        }
        const byKey = (all: Map<string, Uint8Array>): [string, Uint8Array][] =>
          [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, bytes]) => [key, new Uint8Array(bytes)]);
        expect(byKey(laterFiles)).toEqual(byKey(files));
        expect([...(sync.openArray(files).get() as NdArray)]).toEqual(model.values);
      }),
      { numRuns: 400 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArgumentError, CastError, LimitError, ReadOnlyError, StoreError } from '../../src/errors.js';
import * as promises from '../../src/index.js';
import type { NdArray } from '../../src/ndarray/ndarray.js';
import { latency } from '../../src/storage.js';
import * as sync from '../../src/sync.js';
import { faulty } from '../../src/testing.js';
import { type AxisPick, type Case, cases, Model, picksFor } from './model.js';
import { rectilinearCases } from './rectilinear-cases.js';

type Step =
  | { readonly kind: 'resize'; readonly shape: number[] }
  | { readonly kind: 'append'; readonly axis: number; readonly count: number; readonly seed: number }
  | { readonly kind: 'write'; readonly part: number; readonly seed: number };

/** The model with another shape. */
function resized(model: Model, shape: readonly number[], fill: unknown): Model {
  const result = new Model(shape, fill);
  const common = shape.map((length, axis) => Math.min(length, model.shape[axis]!));
  const picks = common.map((length): AxisPick => sync.slice(0, length));
  const { at: from } = model.places(picks);
  result.places(picks).at.forEach((place, i) => {
    result.values[place] = model.values[from[i]!];
  });
  return result;
}

const steps = (rank: number): fc.Arbitrary<Step[]> => {
  const seed = fc.nat();
  const append = fc.record({
    kind: fc.constant('append' as const),
    axis: fc.integer({ min: -rank, max: Math.max(0, rank - 1) }),
    count: fc.nat({ max: 4 }),
    seed,
  });
  const resize = fc.record({
    kind: fc.constant('resize' as const),
    shape: fc.tuple(...Array.from({ length: rank }, () => fc.nat({ max: 9 }))),
  });
  const write = fc.record({ kind: fc.constant('write' as const), part: fc.nat(), seed });
  return fc.array(rank === 0 ? fc.oneof(resize, write) : fc.oneof(append, resize, write), { maxLength: 7 });
};

const program = fc
  .oneof(cases, rectilinearCases)
  .chain((made) => steps(made.options.shape.length).map((list) => ({ made, list })));

const sortedBytes = (files: Map<string, Uint8Array>): [string, Uint8Array][] =>
  [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, bytes]) => [key, new Uint8Array(bytes)]);

const isDocument = (key: string): boolean => ['zarr.json', '.zarray', '.zattrs'].includes(key);

describe('arrays that are resized and appended to', () => {
  it('hold what a plain list would, nothing outside their shape; both APIs store the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(program, async ({ made, list }) => {
        const { options, fill } = made;
        const files = new Map<string, Uint8Array>();
        const laterFiles = new Map<string, Uint8Array>();
        const array = sync.createArray(files, options);
        const later = await promises.createArray(
          latency(new sync.MemoryStore(laterFiles), { getMs: 0, setMs: 0 }),
          options,
        );
        let model = new Model(options.shape, fill);
        const valuesFor = ({ values }: Case, count: number, seed: number): unknown[] =>
          fc.sample(values, { numRuns: count, seed });
        for (const step of list) {
          if (step.kind === 'resize') {
            array.resize(step.shape);
            await later.resize(step.shape);
            model = resized(model, step.shape, fill);
          } else if (step.kind === 'write') {
            const picks = fc.sample(picksFor(model.shape), { numRuns: 1, seed: step.seed })[0]!;
            const { at, shape } = model.places(picks);
            const values = valuesFor(made, at.length, step.seed);
            const value = sync.ndarray(values, { dtype: options.dtype!, shape });
            array.set(picks, value);
            await later.set(picks, value);
            at.forEach((place, i) => {
              model.values[place] = values[i];
            });
          } else {
            const axis = step.axis < 0 ? step.axis + model.shape.length : step.axis;
            const shape = model.shape.with(axis, step.count);
            const values = valuesFor(made, new Model(shape, 0).values.length, step.seed);
            const value = sync.ndarray(values, { dtype: options.dtype!, shape });
            const longer = model.shape.with(axis, model.shape[axis]! + step.count);
            expect(array.append(value, { axis: step.axis })).toEqual(longer);
            expect(await later.append(value, { axis: step.axis })).toEqual(longer);
            const slab = model.shape.map((length, at): AxisPick => (at === axis ? sync.slice(length, null) : null));
            model = resized(model, longer, fill);
            model.places(slab).at.forEach((place, i) => {
              model.values[place] = values[i];
            });
          }
          expect(array.shape).toEqual(model.shape);
          expect(later.shape).toEqual(model.shape);
        }
        for (const opened of [array, sync.openArray(files)]) {
          const whole = opened.get() as NdArray;
          expect([...whole]).toEqual(model.values);
          expect(whole.shape).toEqual(model.shape);
        }
        expect(sortedBytes(laterFiles)).toEqual(sortedBytes(files));
        const stored = [...files.keys()].filter((key) => !isDocument(key)).length;
        expect(String(array.infoComplete())).toMatch(new RegExp(`Initialized : ${stored}$`));
        expect(await later.nchunksInitialized()).toBe(array.nchunksInitialized);
        // Whatever it grows to, nothing old shows.
        array.resize(model.shape.map((length) => length + 5));
        expect([...(array.get() as NdArray)]).toEqual(resized(model, array.shape, fill).values);
      }),
      { numRuns: 400 },
    );
  });
});

/** Calls of a store's methods, as `set c/0`. */
class Counted extends sync.MemoryStore {
  readonly requests: string[] = [];
  override get(...args: Parameters<sync.MemoryStore['get']>): Uint8Array | undefined {
    this.requests.push(`get ${args[0]}`);
    return super.get(...args);
  }
  override set(...args: Parameters<sync.MemoryStore['set']>): void {
    this.requests.push(`set ${args[0]}`);
    super.set(...args);
  }
  override delete(key: string): void {
    this.requests.push(`delete ${key}`);
    super.delete(key);
  }
  taken(): string[] {
    return this.requests.splice(0);
  }
}

describe('the requests', () => {
  const RAW = { dtype: 'int8', compressors: null };

  it('of growing are those of the metadata', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [10], chunks: [3], ...RAW });
    array.set(null, 1);
    store.taken();
    array.resize(100);
    expect(store.taken()).toEqual(['get zarr.json', 'set zarr.json']);
  });

  it('of shrinking are the metadata first, then what is outside, then what is cut', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [10], chunks: [3], ...RAW });
    array.set(null, 1);
    store.taken();
    array.resize(4);
    expect(store.taken()).toEqual([
      ...['get zarr.json', 'set zarr.json', 'delete c/2', 'delete c/3', 'get c/1', 'set c/1'],
    ]);
    array.resize(3);
    expect(store.taken()).toEqual(['get zarr.json', 'set zarr.json', 'delete c/1']);
  });

  it('of shrinking to where a chunk holds nothing but fill value delete it, and leave one that held that alone', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [8], chunks: [4], ...RAW });
    array.set('1:2', 1);
    array.set('7:', 1);
    store.taken();
    array.resize(6);
    expect(store.taken()).toEqual(['get zarr.json', 'set zarr.json', 'get c/1', 'delete c/1']);
    array.resize(2);
    expect(store.taken()).toEqual(['get zarr.json', 'set zarr.json', 'delete c/1', 'get c/0']);
  });

  it('of shrinking in two dimensions touch no chunk that stays whole', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [6, 6], chunks: [2, 2], ...RAW });
    array.set(null, 1);
    store.taken();
    array.resize([6, 3]);
    const touched = store.taken().filter((request) => request !== 'get zarr.json' && request !== 'set zarr.json');
    expect(touched).toEqual([
      ...['delete c/0/2', 'delete c/1/2', 'delete c/2/2'],
      ...['get c/0/1', 'set c/0/1', 'get c/1/1', 'set c/1/1', 'get c/2/1', 'set c/2/1'],
    ]);
  });

  it('of shrinking shards are one read and one write for each that is cut', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [16], chunks: [2], shards: [8], ...RAW });
    array.set(null, 1);
    store.taken();
    array.resize(11);
    expect(store.taken()).toEqual(['get zarr.json', 'set zarr.json', 'get c/1', 'set c/1']);
    expect(array.nchunksInitialized).toBe(8);
    array.resize(16);
    expect(array.get().toFlat()).toEqual(new Int8Array(16).fill(1, 0, 11));
  });

  it.each([{ chunks: [4] }, { chunks: [2], shards: [4] }, { chunks: [4], zarrFormat: 2 as const }])(
    'of a handle that knows a shorter array leave what another one appended: %j',
    (options) => {
      const store = new sync.MemoryStore();
      const older = sync.createArray(store, { shape: [6], dtype: 'int8', ...options });
      older.set(null, 1);
      sync.openArray(store).append([2, 2, 2]);
      older.set(null, 3);
      expect(sync.openArray(store).get().toNested()).toEqual([3, 3, 3, 3, 3, 3, 2, 2, 2]);
      older.set('4:', 0); // Its fill value.
      expect(sync.openArray(store).get().toNested()).toEqual([3, 3, 3, 3, 0, 0, 2, 2, 2]);
    },
  );

  it('of appending are the metadata, the chunks, and the metadata', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [4], chunks: [3], ...RAW });
    array.set(null, 1);
    store.taken();
    array.append([2, 2, 2]);
    expect(store.taken()).toEqual(['get zarr.json', 'get c/1', 'set c/1', 'set c/2', 'set zarr.json']);
    array.append([]);
    expect(store.taken()).toEqual(['get zarr.json']);
  });

  it('in format 2 write the one document that changes', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [4], chunks: [4], zarrFormat: 2, ...RAW });
    store.taken();
    array.resize(5);
    expect(store.taken().filter((request) => request.startsWith('set'))).toEqual(['set .zarray']);
  });

  it.each([
    ['few are stored', 3, 3],
    ['all are stored', 5000, 300],
  ])('that delete are those of stored chunks, or of all where that is less: %s', (_, count, deletions) => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [5000], chunks: [1], ...RAW });
    array.set(`${5000 - count}:`, 1);
    store.taken();
    array.resize([4700]);
    expect(store.taken().filter((request) => request.startsWith('delete'))).toHaveLength(deletions);
    array.resize([5000]);
    const expected = new Int8Array(5000).fill(1, 5000 - count).fill(0, 4700);
    expect(array.get().data).toEqual(expected);
  });

  it('are few where a huge array holds few chunks', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [2 ** 50, 3], chunks: [1, 2], ...RAW });
    array.set([5, null], 1);
    array.set([2 ** 49, null], 1);
    store.taken();
    array.resize([2 ** 40, 1]);
    expect(store.taken()).toEqual(
      [
        ...['get zarr.json', 'set zarr.json', `delete c/5/1`, `delete c/${2 ** 49}/0`, `delete c/${2 ** 49}/1`],
        ...['get c/5/0', 'set c/5/0'],
      ].sort((a, b) => Number(a.includes(' c/')) - Number(b.includes(' c/'))),
    );
    const unlisted = { readOnly: false, get: store.get.bind(store), set: store.set.bind(store), delete: () => {} };
    expect(() => sync.openArray(unlisted).resize([1, 1])).toThrow(LimitError);
    expect(sync.openArray(store).shape).toEqual([2 ** 40, 1]);
  });
});

describe('resize', () => {
  it('is not undone by a handle that is older, nor undoes what that one stored', () => {
    const files = new Map<string, Uint8Array>();
    const array = sync.createArray(files, { shape: [4], dtype: 'int8', attributes: { a: 1 } });
    const older = sync.openArray(files);
    array.resize(10);
    older.attrs.set('b', 2);
    expect(sync.openArray(files).shape).toEqual([10]);
    array.resize(9);
    expect(sync.openArray(files).attrs.asDict()).toEqual({ a: 1, b: 2 });
    expect(older.append([1])).toEqual([10]);
  });

  it('is what setting the shape does', () => {
    const array = sync.array([1, 2, 3]);
    array.shape = 2;
    expect(array.get().toNested()).toEqual([1, 2]);
    array.shape = [4];
    expect(array.get().toNested()).toEqual([1, 2, 0, 0]);
  });

  it('leaves what is outside in the store when it is told to', () => {
    const files = new Map<string, Uint8Array>();
    const array = sync.array([1, 2, 3, 4], { store: files, chunks: [1] });
    array.resize(1, { deleteOutsideChunks: false });
    expect(files.has('c/3')).toBe(true);
    array.resize(4);
    expect(array.get().toNested()).toEqual([1, 2, 3, 4]);
  });

  it.each<[string, unknown, string]>([
    ['another rank', [1, 2, 3], 'shape: expected 2 lengths, as the array has dimensions, got 3'],
    ['one number for two axes', 4, 'shape: expected 2 lengths'],
    ['a negative length', [1, -1], 'shape[1]: expected an integer from 0'],
    ['a fraction', [1.5, 1], 'shape[0]: expected an integer from 0'],
    ['a text', '1', 'shape: expected an integer or a list'],
    ['nothing', undefined, 'shape: expected an integer or a list'],
  ])('with %s is an ArgumentError and changes nothing', async (_, shape, message) => {
    const files = new Map<string, Uint8Array>();
    const array = sync.array([[1, 2]], { store: files });
    const before = sortedBytes(files);
    expect(() => array.resize(shape as never)).toThrow(ArgumentError);
    expect(() => array.resize(shape as never)).toThrow(message);
    await expect((await promises.openArray(files)).resize(shape as never)).rejects.toThrow(message);
    expect(sortedBytes(files)).toEqual(before);
  });

  it('needs a store that writes and deletes, and known options', () => {
    const array = sync.array([1, 2]);
    expect(() => sync.openArray(array.store, { mode: 'r' }).resize(1)).toThrow(ReadOnlyError);
    expect(() => array.resize(1, { deleteOutside: false } as never)).toThrow('unknown option "deleteOutside"');
    const { store } = array;
    const keeping = { readOnly: false, get: store.get.bind(store), set: store.set!.bind(store) };
    expect(() => sync.openArray(keeping).resize(1)).toThrow(ReadOnlyError);
    expect(sync.openArray(store).shape).toEqual([2]);
  });

  it('tells how far it is, and stops when it is aborted', async () => {
    const array = sync.createArray(undefined, { shape: [10], chunks: [2], dtype: 'int8' });
    array.set(null, 1);
    const told: [number, number][] = [];
    array.resize(3, { onProgress: (done, total) => told.push([done, total]) });
    expect(told).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
    const reason = new Error('enough');
    await expect(array.asyncArray.resize(1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(array.shape).toEqual([3]);
  });
});

describe('append', () => {
  it('by two at once, through two handles, loses neither', async () => {
    const store = latency(new sync.MemoryStore(), { getMs: 1, setMs: 1 });
    const first = await promises.createArray(store, { shape: [1], chunks: [4], dtype: 'int8' });
    const second = await promises.openArray(store);
    const shapes = await Promise.all([first.append([1, 1]), second.append([2, 2, 2]), first.append([3])]);
    expect(shapes).toEqual([[3], [6], [7]]);
    expect((await (await promises.openArray(store)).get()).toNested()).toEqual([0, 1, 1, 2, 2, 2, 3]);
  });

  it('that is aborted takes back what it wrote', async () => {
    const files = new Map<string, Uint8Array>();
    const store = latency(new sync.MemoryStore(files), { getMs: 1, setMs: 1 });
    const array = await promises.createArray(store, { shape: [2], chunks: [1], dtype: 'int8' });
    await array.set(null, 1);
    const before = sortedBytes(files);
    const stop = new AbortController();
    const reason = new Error('enough');
    const onProgress = (): void => stop.abort(reason);
    const data = new Int8Array(100).fill(7);
    await expect(array.append(data, { signal: stop.signal, onProgress })).rejects.toBe(reason);
    await array.resize(2); // Waits for its turn.
    expect(sortedBytes(files)).toEqual(before);
  });

  it.each<[string, unknown, unknown, string, new (message: string) => Error]>([
    ['a scalar', 5, {}, 'append: expected data of the shape (1, 2) but for axis 0, got ()', ArgumentError],
    ['one row', [5, 6], {}, 'got (2,)', ArgumentError],
    ['rows that are too long', [[1, 2, 3]], {}, 'but for axis 0, got (1, 3)', ArgumentError],
    ['rows of one, which could be broadcast', [[1]], {}, 'but for axis 0, got (1, 1)', ArgumentError],
    ['columns along rows', [[1], [2]], { axis: 1 }, 'but for axis 1, got (2, 1)', ArgumentError],
    ['a third axis', [[1, 2]], { axis: 2 }, 'axis: expected an integer from -2 to 1, got 2', ArgumentError],
    ['an axis before the first', [[1, 2]], { axis: -3 }, 'axis: expected an integer', ArgumentError],
    ['a fractional axis', [[1, 2]], { axis: 0.5 }, 'axis: expected an integer', ArgumentError],
    ['an unknown option', [[1, 2]], { axes: 0 }, 'append: unknown option "axes"; did you mean "axis"?', ArgumentError],
    ['values that do not fit', [[1, 300]], {}, '300', CastError],
    ['fractions', [[1, 0.5]], {}, '0.5', CastError],
  ])('of %s is an error and changes nothing', async (_, data, options, message, errorClass) => {
    const files = new Map<string, Uint8Array>();
    const array = sync.createArray(files, { shape: [1, 2], dtype: 'int8' });
    array.set(null, 1);
    const before = sortedBytes(files);
    expect(() => array.append(data, options as never)).toThrow(errorClass);
    expect(() => array.append(data, options as never)).toThrow(message);
    await expect((await promises.openArray(files)).append(data, options as never)).rejects.toThrow(message);
    expect(sortedBytes(files)).toEqual(before);
    expect(array.shape).toEqual([1, 2]);
  });

  it('casts as NumPy does when it is told to', () => {
    const array = sync.zeros([0], { dtype: 'uint8' });
    array.append([300], { casting: 'unsafe' });
    expect(array.get().toNested()).toEqual([44]);
  });

  it('to an array without axes is an ArgumentError', () => {
    expect(() => sync.array(1).append([1])).toThrow('an array without axes cannot grow');
  });
});

describe('a store that fails, at whatever step', () => {
  const layouts = {
    chunks: { chunks: [3] },
    shards: { chunks: [2], shards: [6] },
    edges: { chunks: [[3, 4, 3]] },
    'edges of shards': { chunks: [1], shards: [[3, 4, 3]] },
  };
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

  function stepsUntilDone(layout: object, act: (array: sync.Array) => void): number[][] {
    const seen: number[][] = [];
    for (let at = 1; ; at++) {
      const files = new Map<string, Uint8Array>();
      sync.createArray(files, { shape: [10], dtype: 'int8', ...layout }).set(null, values);
      const store = faulty(new sync.MemoryStore(files), { at: at + 1 }); // The first call opens the array.
      const array = sync.openArray(store);
      let failed = true;
      try {
        act(array);
        failed = false;
      } catch (error) {
        expect(error).toBeInstanceOf(StoreError);
      }
      const after = sync.openArray(files);
      seen.push(after.get().toNested() as number[]);
      if (!failed) return seen;
      // It can be done again.
      act(sync.openArray(files));
    }
  }

  it.each(Object.entries(layouts))('leaves an array of %s that shrinks old or new', (_, layout) => {
    const seen = stepsUntilDone(layout, (array) => array.resize(5));
    expect(seen.length).toBeGreaterThan(3);
    for (const one of seen) expect([values, values.slice(0, 5)]).toContainEqual(one);
    expect(seen.at(-1)).toEqual(values.slice(0, 5));
  });

  it.each(Object.entries(layouts))('leaves an array of %s that is appended to old or new', (_, layout) => {
    const longer = [...values, 11, 12, 13, 14];
    const seen = stepsUntilDone(layout, (array) => {
      const at = array.shape[0]!;
      if (at === 10) expect(array.append([11, 12, 13, 14])).toEqual([14]);
    });
    expect(seen.length).toBeGreaterThan(3);
    for (const one of seen) expect([values, longer]).toContainEqual(one);
    expect(seen.at(-1)).toEqual(longer);
  });

  it('leaves nothing of a failed append to be seen when the array grows', () => {
    const files = new Map<string, Uint8Array>();
    sync.createArray(files, { shape: [4], chunks: [3], dtype: 'int8' }).set(null, [1, 2, 3, 4]);
    const array = sync.openArray(faulty(new sync.MemoryStore(files), { at: 4, methods: ['set'] }));
    expect(() => array.append(new Int8Array(20).fill(7))).toThrow(StoreError);
    expect(array.shape).toEqual([4]);
    array.resize(24);
    expect([...(array.get() as NdArray)]).toEqual([1, 2, 3, 4, ...Array<number>(20).fill(0)]);
  });
});

/** Lazy views: composed selections against selections made one after another in memory; what they request. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExplanationFigures } from '../../src/core/explain.js';
import * as promises from '../../src/index.js';
import { latency, logged } from '../../src/storage.js';
import type { ByteRange } from '../../src/stores/store.js';
import * as sync from '../../src/sync.js';
import { picksFor } from './model.js';

/** A memory store that counts what is got: requests, and bytes. */
class Counted extends sync.MemoryStore {
  requests = 0;
  bytes = 0;
  override get(key: string, range?: ByteRange): Uint8Array | undefined {
    const value = super.get(key, range);
    this.requests++;
    this.bytes += value?.length ?? 0;
    return value;
  }
  reset(): void {
    this.requests = 0;
    this.bytes = 0;
  }
}

const indexOn = (length: number): fc.Arbitrary<number> => fc.integer({ min: -length, max: length - 1 });
const listOn = (length: number): fc.Arbitrary<number[]> => fc.array(indexOn(length), { minLength: 1, maxLength: 6 });

/** A selection of an array of `shape`: slices, one list among slices, points, or a mask. */
function selectionOf(shape: readonly number[]): fc.Arbitrary<sync.Selection> {
  const basic = picksFor(shape) as fc.Arbitrary<sync.Selection>;
  if (shape.length === 0 || shape.includes(0)) return basic;
  const oneList = fc.nat(shape.length - 1).chain((axis) => {
    const flags = fc.array(fc.boolean(), { minLength: shape[axis]!, maxLength: shape[axis]! });
    return fc
      .tuple(picksFor(shape), fc.oneof(listOn(shape[axis]!), flags))
      .map(([picks, list]) => picks.map((pick, at) => (at === axis ? list : pick)) as sync.Selection);
  });
  const points = fc
    .integer({ min: 1, max: 5 })
    .chain((count) =>
      fc.tuple(...shape.map((length) => fc.array(indexOn(length), { minLength: count, maxLength: count }))),
    ) as fc.Arbitrary<sync.Selection>;
  const nestedPoints = fc.tuple(
    ...shape.map((length) =>
      fc.array(fc.array(indexOn(length), { minLength: 2, maxLength: 2 }), { minLength: 2, maxLength: 2 }),
    ),
  ) as fc.Arbitrary<unknown> as fc.Arbitrary<sync.Selection>; // Lists in lists work too.
  const size = shape.reduce((a, b) => a * b, 1);
  const mask = fc
    .array(fc.boolean(), { minLength: size, maxLength: size })
    .map((flags) => sync.ndarray(Uint8Array.from(flags, Number), { shape, dtype: 'bool' }) as sync.Selection);
  return fc.oneof(basic, basic, oneList, points, nestedPoints, mask);
}

/** An array whose elements are their own places, cut in some way. */
const layouts = fc.record({
  shape: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
  chunk: fc.integer({ min: 1, max: 4 }),
  perShard: fc.integer({ min: 1, max: 3 }),
  sharded: fc.boolean(),
  compressed: fc.boolean(),
});

function optionsOf({
  shape,
  chunk,
  perShard,
  sharded,
  compressed,
}: typeof layouts extends fc.Arbitrary<infer L> ? L : never) {
  const chunks = shape.map(() => chunk);
  return {
    shape,
    chunks,
    dtype: 'int32' as const,
    fillValue: -1,
    ...(compressed ? {} : { compressors: null }),
    ...(sharded ? { shards: shape.map(() => chunk * perShard) } : {}),
  };
}

const range = (shape: readonly number[]): sync.NdArray =>
  sync.ndarray(
    Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    { shape },
  );

/** The chain of selections, each applied to what the one before gave in memory. */
function eagerly(shape: readonly number[], selections: readonly sync.Selection[]): unknown {
  let current: unknown = range(shape);
  for (const selection of selections) {
    if (!(current instanceof sync.NdArray)) current = sync.ndarray(current as number, { dtype: 'int32' });
    current = sync.array(current).get(selection);
  }
  return current;
}

/** Chains of one to three selections, each of what the one before leaves. */
const chains = layouts.chain((layout) => {
  const extended = (selections: readonly sync.Selection[], left: number): fc.Arbitrary<readonly sync.Selection[]> => {
    if (left === 0) return fc.constant(selections);
    const result = eagerly(layout.shape, selections);
    const shape = result instanceof sync.NdArray ? result.shape : [];
    return selectionOf(shape).chain((selection) => extended([...selections, selection], left - 1));
  };
  return fc
    .integer({ min: 1, max: 3 })
    .chain((count) => extended([], count).map((selections) => ({ layout, selections })));
});

const plain = (value: unknown): unknown => (value instanceof sync.NdArray ? [value.shape, value.toNested()] : value);

describe('a view', () => {
  it('of views gives what the selections give one after another', async () => {
    await fc.assert(
      fc.asyncProperty(chains, async ({ layout, selections }) => {
        const options = optionsOf(layout);
        const store = new sync.MemoryStore();
        const array = sync.createArray(store, options);
        array.set('...', range(layout.shape));
        const expected = plain(eagerly(layout.shape, selections));
        const [first, ...rest] = selections;
        const view = rest.reduce((current, selection) => current.view(selection), array.view(first));
        expect(plain(view.get())).toEqual(expected);
        const remote = await promises.openArray(latency(store, { getMs: 0 }));
        const lazy = rest.reduce((current, selection) => current.view(selection), remote.view(first));
        expect(lazy.shape).toEqual(view.shape);
        expect(plain(await lazy.get())).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('of views is written where it is read', () => {
    fc.assert(
      fc.property(chains, ({ layout, selections }) => {
        const array = sync.createArray(undefined, optionsOf(layout));
        array.set('...', range(layout.shape));
        const places = eagerly(layout.shape, selections);
        const flat = places instanceof sync.NdArray ? [...places] : [places];
        const expected: number[] = [...range(layout.shape)] as number[];
        const values = flat.map((_, i) => 1000 + i);
        flat.forEach((place, i) => {
          expected[place as number] = values[i]!;
        });
        const [first, ...rest] = selections;
        const view = rest.reduce((current, selection) => current.view(selection), array.view(first));
        view.set(sync.ndarray(Int32Array.from(values), { shape: view.shape }));
        expect([...array.get()]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('tells the requests and the bytes that reading then takes', () => {
    fc.assert(
      fc.property(chains, ({ layout, selections }) => {
        const store = new Counted();
        const array = sync.createArray(store, optionsOf(layout)).withConfig({ shardingCoalesceMaxGapBytes: 0 });
        array.set('...', range(layout.shape));
        const [first, ...rest] = selections;
        const view = rest.reduce((current, selection) => current.view(selection), array.view(first));
        store.reset();
        const told = view.explain();
        expect(store.requests).toBe(0);
        view.get();
        expect(store.requests).toBeLessThanOrEqual(told.requests);
        if (!layout.sharded) expect(store.requests).toBe(told.requests);
        expect(told.bytes === undefined).toBe(layout.compressed && told.requests > 0);
        // Shards that the array ends in hold fewer cells than they could.
        if (told.bytes !== undefined) expect(store.bytes).toBeLessThanOrEqual(told.bytes);
        if (told.bytes !== undefined && !layout.sharded) expect(store.bytes).toBe(told.bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('requests nothing before it is read, and only what the last one needs then', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [100], chunks: [10], dtype: 'int8', compressors: null });
    array.set('...', 1);
    store.reset();
    const view = array.view('10:90').view('::-1').view([3]);
    expect([view.shape, view.ndim, view.size, view.dtype.name]).toEqual([[], 0, 1, 'int8']);
    expect(store.requests).toBe(0);
    expect(view.get()).toBe(1);
    expect(store.requests).toBe(1);
  });

  it('gives a scalar where the array would', () => {
    const array = sync.array([
      [1, 2],
      [3, 4],
    ]);
    expect(array.view([1, 0]).get()).toBe(3);
    expect(array.view([1]).view([0]).get()).toBe(3);
    expect(array.view([1, 0]).view('...').get()).toMatchObject({ shape: [] });
    expect(array.view().get()).toMatchObject({ shape: [2, 2] });
  });

  it('by oindex, vindex and blocks is what these select', () => {
    const array = sync.array(
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
      { chunks: [2, 2] },
    );
    expect(
      array.oindex
        .view([
          [2, 0],
          [0, 2],
        ])
        .view('0, :')
        .get()
        .toNested(),
    ).toEqual([7, 9]);
    expect(
      array.vindex
        .view([
          [2, 0],
          [0, 2],
        ])
        .view('::-1')
        .get()
        .toNested(),
    ).toEqual([3, 7]);
    expect(array.blocks.view([1, 0]).get().toNested()).toEqual([[7, 8]]);
  });

  it('reads into `out`, takes fields, casts, broadcasts', () => {
    const array = sync.zeros([4], {
      dtype: [
        ['x', '<i4'],
        ['y', '<f8'],
      ],
    });
    const view = array.view('1:3');
    view.set([7, 8], { fields: 'x' });
    expect(view.get({ fields: 'x' }).toNested()).toEqual([7, 8]);
    expect(view.explain({ fields: 'x' }).resultBytes).toBe(8);
    const out = new Int32Array(2);
    view.get({ fields: 'x', out });
    expect([...out]).toEqual([7, 8]);
    const bytes = sync.zeros([2, 3], { dtype: 'uint8' });
    bytes.view('0').set(300, { casting: 'unsafe' });
    expect(bytes.get().toNested()).toEqual([
      [44, 44, 44],
      [0, 0, 0],
    ]);
    expect(() => bytes.view('0').set([1, 2])).toThrowError(/broadcast/);
  });

  it('follows the array: what it does not reach any more is an error, never other elements', async () => {
    const array = sync.array([1, 2, 3, 4, 5, 6]);
    const view = array.view('3:');
    const points = array.vindex.view([[5, 0]]);
    array.resize([4]);
    for (const act of [() => view.get(), () => view.set(0), () => view.explain(), () => points.get()]) {
      expect(act).toThrowError(/index 5 of axis 0, which has become 4 long/);
    }
    expect(array.view('3:').get().toNested()).toEqual([4]);
    array.resize([9]);
    expect(view.get().toNested()).toEqual([4, 0, 0]);
  });

  it.each([
    ['a selection that is none', () => view().view(['x'] as never), 'SelectionError'],
    ['an index outside the view', () => view().view([3]), 'BoundsCheckError'],
    ['too many entries', () => view().view([0, 0, 0]), 'SelectionError'],
    ['an option that no read has', () => view().get({ casting: 'unsafe' } as never), 'ArgumentError'],
    ['a selection in place of options', () => view().get('0' as never), 'ArgumentError'],
    ['a selection and a value', () => view().set('0', 1 as never), 'ArgumentError'],
    ['a value that does not fit', () => view().set([1, 2, 3, 4]), 'ArgumentError'],
    ['a value that cannot be kept', () => view().set(0.5), 'CastError'],
    ['an option that explaining has not', () => view().explain({ out: 1 } as never), 'ArgumentError'],
    [
      'more chunks than a call may touch',
      () => view().explain({ config: { limits: { chunksPerCall: 1 } as never } }),
      'LimitError',
    ],
  ])('refuses %s', (_, act, name) => {
    expect(act).toThrowError(expect.objectContaining({ name }));
  });

  const view = () => sync.zeros([9, 9], { chunks: [2, 2], dtype: 'int8' }).view('2:5, 3:6');

  it('of a read-only array is not written', () => {
    const store = new sync.MemoryStore();
    sync.createArray(store, { shape: [2], dtype: 'int8' });
    const array = sync.openArray(store, { mode: 'r' });
    expect(() => array.view().set(1)).toThrowError(expect.objectContaining({ name: 'ReadOnlyError' }));
  });
});

describe('an explanation', () => {
  const explain = (options: object, selection?: sync.Selection): ExplanationFigures =>
    sync
      .createArray(undefined, { dtype: 'uint16', compressors: null, ...options } as never)
      .view(selection)
      .explain();

  it('tells chunks, bytes and memory without shards', () => {
    expect(explain({ shape: [100, 100], chunks: [10, 10] }, '5, :')).toMatchObject({
      shape: [100],
      requests: 10,
      bytes: 2000,
      objects: 10,
      chunks: 10,
      decodedBytes: 2000,
      resultBytes: 200,
      peakMemory: 200 + 2000 + 200,
    });
  });

  it('tells the index and the cells of shards, and one request for whole ones', () => {
    const shards = { shape: [100], chunks: [10], shards: [50] };
    // An index of five entries, and its checksum.
    const index = 5 * 16 + 4;
    expect(explain(shards, '5:25')).toMatchObject({ requests: 4, bytes: index + 60, objects: 1, chunks: 3 });
    expect(explain(shards, '0:50')).toMatchObject({ requests: 1, bytes: index + 100, objects: 1, chunks: 5 });
    expect(explain(shards)).toMatchObject({ requests: 2, bytes: 2 * index + 200, objects: 2, chunks: 10 });
  });

  it('is of a first read: a later one takes a request less for an index that was kept, and one more for an old one', () => {
    const files = new sync.MemoryStore();
    const store = logged(files);
    const layout = { shape: [100], chunks: [10], shards: [50], dtype: 'uint8', compressors: null } as const;
    sync.createArray(store, layout).set('...', 1);
    const view = sync.openArray(store).view('5');
    const taken = (): number => {
      store.reset();
      view.get();
      return store.counter.get('get') ?? 0;
    };
    for (const requests of [2, 1]) {
      expect(view.explain().requests).toBe(2);
      expect(taken()).toBe(requests);
    }
    sync.openArray(files).set('...', 2);
    expect(taken()).toBe(3);
    expect(view.explain().requests).toBe(2);
  });

  it('is exact without listing chunks, however many there are', () => {
    const array = sync.createArray(undefined, { shape: [2 ** 45], chunks: [1], dtype: 'int8', compressors: null });
    const config = { limits: { ...sync.config.limits, chunksPerCall: 2 ** 50 } };
    expect(array.view().explain({ config })).toMatchObject({ requests: 2 ** 45, bytes: 2 ** 45 });
    expect(() => array.view().explain()).toThrowError(/limits.chunksPerCall/);
  });

  it('does not know the bytes of what is compressed or varies in length', () => {
    expect(explain({ shape: [10], compressors: 'auto' })).toMatchObject({ requests: 1, bytes: undefined });
    expect(explain({ shape: [10], dtype: 'string' })).toMatchObject({
      requests: 1,
      bytes: undefined,
      peakMemory: undefined,
      resultBytes: undefined,
    });
  });

  it('of nothing is nothing', () => {
    expect(explain({ shape: [10] }, '3:3')).toMatchObject({ requests: 0, bytes: 0, chunks: 0, resultBytes: 0 });
  });

  it('prints as lines', () => {
    const text = String(explain({ shape: [1000, 1000], chunks: [100, 100], compressors: [{ name: 'crc32c' }] }, '0'));
    expect(text).toBe(
      [
        'shape       : (1000)',
        'requests    : 10',
        'bytes       : 195.4 KiB (200040 B)',
        'peak memory : 216.8 KiB (222040 B)',
        'objects     : 10',
        'chunks      : 10',
        'decoded     : 195.3 KiB (200000 B)',
        'result      : 2.0 KiB (2000 B)',
      ].join('\n'),
    );
  });
});

/** What several threads write is what one writes: the same bytes under the same keys, or the same error. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BloscCodec, type CodecOption, GzipCodec, ZstdCodec } from '../../src/codecs.js';
import { arrayNodeOf } from '../../src/core/node.js';
import { bytesOfStorage, type PackedStorage, storageOfBytes } from '../../src/dtypes/storage.js';
import { StoreError, SyncError, ZarrError } from '../../src/errors.js';
import * as later from '../../src/index.js';
import { NdArray } from '../../src/ndarray/ndarray.js';
import { sizeOf, stridesOf } from '../../src/ndarray/shape.js';
import { LocalStore, latency, MemoryStore } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import * as zarr from '../../src/sync.js';
import { pool } from '../../src/workers/pool.js';
import { byWorkers, cleanUp, folder, threads, useSources, warmUp } from './crew.js';

const WORKERS = 2;

beforeAll(async () => {
  // Once: workers that only a call wants end when a setting of the program changes.
  zarr.config.set({ 'array.rectilinearChunks': true });
  useSources();
  await warmUp(WORKERS);
});
afterAll(cleanUp, 60_000);
beforeEach(() => {
  byWorkers.batches = 0;
  byWorkers.stored = 0;
});

const alone = { workers: 0 };
const together = { workers: WORKERS };
let made = 0;

const axis = fc.record({ chunk: fc.integer({ min: 12, max: 60 }), perShard: fc.integer({ min: 1, max: 3 }) });

/** Bytes of an element of each type. */
const ITEM_BYTES = { uint8: 1, int16: 2, float32: 4, float64: 8, complex64: 8, bool: 1, '<U3': 12 };
type TypeName = keyof typeof ITEM_BYTES;

/** Arrays of 5 to 8 MB, of some hundred chunks at most. */
const layoutsOf = (dtype: TypeName) =>
  fc
    .record({
      axes: fc.array(axis, { minLength: 1, maxLength: 3 }),
      kind: fc.constantFrom('chunks', 'chunks', 'shards', 'edges'),
      odd: fc.nat(20),
    })
    .map(({ axes, kind, odd }) => {
      const rank = axes.length;
      const length = Math.round((6e6 / ITEM_BYTES[dtype]) ** (1 / rank));
      const shape = axes.map(() => length + odd);
      const scale = rank === 1 ? 1000 : rank === 2 ? 6 : 1;
      const sizes = axes.map(({ chunk }) => chunk * scale);
      const chunks = kind === 'edges' ? sizes.map((size, at) => edgesOf(shape[at]!, size)) : sizes;
      const shards = kind === 'shards' ? sizes.map((size, at) => size * axes[at]!.perShard) : undefined;
      return { dtype, kind, shape, chunks, shards };
    });

/** Edges of two sizes by turns, which end where the axis does. */
function edgesOf(length: number, size: number): number[] {
  const edges: number[] = [];
  for (let left = length; left > 0; left -= edges.at(-1)!) {
    edges.push(Math.min(left, edges.length % 2 === 0 ? size : Math.ceil(size / 2)));
  }
  return edges;
}

const runIn = (length: number): fc.Arbitrary<zarr.Slice | null> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat(Math.floor(length / 4)), fc.integer({ min: Math.ceil((3 * length) / 4), max: length }))
        .map(([start, stop]) => zarr.slice(start, stop)),
    },
    { weight: 1, arbitrary: fc.constant(zarr.slice(null, null, -1)) },
  );

const codecs = fc.constantFrom<readonly CodecOption[]>(
  [new ZstdCodec({ level: 1 })],
  [new ZstdCodec({ level: 1, checksum: true })],
  [new BloscCodec({ cname: 'lz4', shuffle: 'shuffle' })],
  [new BloscCodec({ cname: 'zstd', shuffle: 'bitshuffle', clevel: 1 })],
  [new GzipCodec({ level: 1 })],
  [{ name: 'numcodecs.lz4', configuration: {} }, 'crc32c'],
);

const dtypes = fc.constantFrom(...(Object.keys(ITEM_BYTES) as TypeName[]));

const cases = dtypes.chain(layoutsOf).chain((layout) =>
  fc.record({
    layout: fc.constant(layout),
    compressors: codecs,
    isTransposed: fc.boolean(),
    format: fc.constantFrom<2 | 3>(3, 3, 2),
    order: fc.constantFrom<'C' | 'F'>('C', 'F'),
    selection: fc.tuple(...layout.shape.map(runIn)),
    /** How the values lie in memory. */
    values: fc.constantFrom('plain', 'shared', 'transposed', 'backwards', 'shared backwards', 'scalar', 'row'),
    /** Blocks of fill value among them. */
    fills: fc.constantFrom<'none' | 'some' | 'all'>('none', 'some', 'some', 'all'),
    writeEmptyChunks: fc.boolean(),
    isFilled: fc.boolean(),
    isFile: fc.boolean(),
  }),
);

type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

it('writes anything alike, with workers and without', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (which) => {
      const write = async (config: zarr.ArrayConfigParams, api: 'blocking' | 'promises' | 'far'): Promise<Stored> => {
        const { store, array } = arrayFor(which);
        const value = valueFor(which, array);
        const options = { config: { writeEmptyChunks: which.writeEmptyChunks, ...config } };
        if (api === 'blocking') array.set(which.selection, value, options);
        else {
          const target = await later.openArray(api === 'far' ? latency(store) : store);
          await target.set(which.selection, value, options);
        }
        return contentsOf(store);
      };
      const expected = await write(alone, 'blocking');
      for (const api of ['blocking', 'promises', 'far'] as const) {
        const found = await write(together, api);
        expectSame(found, expected);
      }
    }),
    { numRuns: 12, ...(process.env['ZARR_SEED'] === undefined ? {} : { seed: Number(process.env['ZARR_SEED']) }) },
  );
  expect(byWorkers.batches).toBeGreaterThan(0);
});

function arrayFor({ layout, compressors, isTransposed, isFilled, isFile, ...which }: Case): {
  readonly store: Store;
  readonly array: zarr.Array;
} {
  const { dtype, shape, chunks, shards, kind } = layout;
  const format = kind === 'chunks' && dtype !== '<U3' ? which.format : 3;
  const [first] = compressors;
  const isPlain = typeof first === 'object' && first !== null && 'bind' in first;
  const store: Store = isFile ? new LocalStore(join(folder, `w${made++}`)) : new MemoryStore();
  const order = shape.map((_, at) => shape.length - 1 - at);
  const array = zarr.createArray(store, {
    shape,
    chunks,
    ...(shards !== undefined && { shards }),
    dtype,
    fillValue: dtype === 'bool' ? true : dtype === '<U3' ? 'ab' : 7,
    zarrFormat: format,
    ...(format === 2
      ? { compressors: isPlain ? first : new ZstdCodec({ level: 1 }), order: which.order }
      : {
          compressors,
          filters: isTransposed ? [{ name: 'transpose', configuration: { order } }] : 'auto',
        }),
  } as zarr.CreateArrayOptions);
  if (isFilled) array.set(null, array.dtype.name === 'bool' ? false : dtype === '<U3' ? 'xyz' : 1);
  return { store, array };
}

/** The values that are written: of the shape of the selection, or to be broadcast to it. */
function valueFor({ values, fills, selection }: Case, array: zarr.Array): NdArray {
  const { dtype, shape } = array;
  const whole = shape.map((length, at) => {
    const pick = selection[at] ?? null;
    return pick === null || pick.start === null ? length : pick.stop! - pick.start; // Slices have neither or both.
  });
  const wanted = values === 'scalar' ? [] : values === 'row' ? whole.slice(-1) : whole;
  const isBackwards = values.endsWith('backwards');
  const inMemory = values === 'transposed' ? [...wanted].reverse() : wanted;
  const size = sizeOf(inMemory);
  const bytes = values.startsWith('shared')
    ? new Uint8Array(new SharedArrayBuffer(size * dtype.memorySize))
    : new Uint8Array(size * dtype.memorySize);
  const fill = bytesOfStorage(arrayNodeOf(array)!.model.fillValue as PackedStorage); // None of the types has objects.
  if (dtype.name !== '<U3') noise(bytes, dtype.name === 'bool' ? 1 : 255);
  const spread = fills === 'all' ? bytes.length : fills === 'some' ? Math.ceil(bytes.length / 3) : 0;
  const from = fill.length * Math.floor(bytes.length / (4 * fill.length));
  for (let i = from; i < Math.min(bytes.length, from + spread); i++) bytes[i] = fill[i % fill.length]!;
  if (fills === 'all') for (let i = 0; i < from; i++) bytes[i] = fill[i % fill.length]!;
  const unit = dtype.storageUnit as Exclude<typeof dtype.storageUnit, 'object'>;
  const storage = storageOfBytes(unit, bytes);
  const strides = stridesOf(inMemory);
  if (values === 'transposed') return new NdArray(dtype, storage, wanted, [...strides].reverse());
  if (!isBackwards) return new NdArray(dtype, storage, wanted, strides);
  return new NdArray(
    dtype,
    storage,
    wanted,
    strides.map((stride) => -stride),
    size - 1,
  );
}

function noise(bytes: Uint8Array, mask: number): void {
  let state = bytes.length;
  for (let i = 0; i < bytes.length; i++) {
    if (i % 16 === 0) state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = ((state >> 24) ^ (i & 3)) & mask;
  }
}

type Stored = ReadonlyMap<string, Uint8Array>;

function contentsOf(store: Store): Stored {
  const keys = [...(store.list!('') as Iterable<string>)].sort();
  return new Map(keys.map((key) => [key, store.get(key) as Uint8Array]));
}

function expectSame(found: Stored, expected: Stored): void {
  expect([...found.keys()]).toEqual([...expected.keys()]);
  const others = [...found].filter(([key, bytes]) => Buffer.compare(bytes, expected.get(key)!) !== 0);
  expect(others.map(([key]) => key)).toEqual([]);
}

/** An array of 256 chunks, 8 MiB, not written yet. */
const emptyArray = (place: Store | Map<string, Uint8Array>, options: Partial<zarr.CreateArrayOptions> = {}) =>
  zarr.createArray(place, {
    shape: [64, 256, 256],
    chunks: [4, 64, 64],
    dtype: 'uint16',
    compressors: new ZstdCodec({ level: 1 }),
    ...options,
  } as zarr.CreateArrayOptions);

const VALUES = Uint16Array.from({ length: 64 * 65_536 }, (_, i) => (i ^ (i >> 8)) & 0x3fff);
const values = { data: VALUES, shape: [64, 256, 256] };

const stores = [
  ['memory', () => new MemoryStore()],
  ['files', () => new LocalStore(join(folder, `w${made++}`))],
  ['what has to be waited for', () => latency(new MemoryStore(), { setMs: 1 })],
] as const;

describe.each(stores)('a write that workers help, to %s', (_, makeStore) => {
  it('counts every chunk', async () => {
    const store = makeStore();
    await later.createArray(store, { shape: [64, 256, 256], chunks: [4, 64, 64], dtype: 'uint16' });
    const told: number[] = [];
    const array = await later.openArray(store, { config: together });
    await array.set(null, values, { onProgress: (done, total) => told.push(done, total) });
    expect(told.filter((_, at) => at % 2 === 0)).toEqual(Array.from({ length: 256 }, (_, i) => i + 1));
    expect(new Set(told.filter((_, at) => at % 2 === 1))).toEqual(new Set([256]));
    expect(Buffer.compare(bytesIn(await array.get()), bytesIn(values))).toBe(0);
    expect(byWorkers.batches).toBeGreaterThan(0);
  });

  it('fails with what the callback for progress throws, and writes no more', async () => {
    const store = makeStore();
    await later.createArray(store, { shape: [64, 256, 256], chunks: [4, 64, 64], dtype: 'uint16' });
    const array = await later.openArray(store, { config: together });
    let most = 0;
    const onProgress = (done: number): void => {
      most = done;
      if (done === 100) throw new RangeError('enough');
    };
    await expect(array.set(null, values, { onProgress })).rejects.toThrow(new RangeError('enough'));
    expect(most).toBe(100);
    expect((await array.nchunksInitialized()) - 100).toBeLessThan(20);
  });

  it('writes what the values are when it is called', async () => {
    const store = makeStore();
    await later.createArray(store, { shape: [64, 256, 256], chunks: [4, 64, 64], dtype: 'uint16' });
    const array = await later.openArray(store, { config: together });
    const data = VALUES.slice();
    const written = array.set(null, { data, shape: values.shape });
    data.fill(9);
    await written;
    expect(Buffer.compare(bytesIn(await array.get()), bytesIn(values))).toBe(0);
  });

  it('is given up with the reason', async () => {
    const store = makeStore();
    await later.createArray(store, { shape: [64, 256, 256], chunks: [4, 64, 64], dtype: 'uint16' });
    const array = await later.openArray(store, { config: together });
    const control = new AbortController();
    const onProgress = (done: number): void => {
      if (done === 30) control.abort(new RangeError('changed my mind'));
    };
    const call = array.set(null, values, { signal: control.signal, onProgress });
    await expect(call).rejects.toThrow(new RangeError('changed my mind'));
    await array.set(null, values);
    expect(Buffer.compare(bytesIn(await array.get()), bytesIn(values))).toBe(0);
  });
});

const bytesIn = (found: unknown): Uint8Array => {
  const { data } = found as { data: Uint16Array };
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
};

it('asks the store for at most so many chunks at once', async () => {
  const inner = new MemoryStore();
  emptyArray(inner);
  let most = 0;
  let now = 0;
  const slow = latency(inner, { setMs: 1 });
  const counted: Store = {
    ...slow,
    get: (key, range, options) => slow.get(key, range, options),
    set: async (key, bytes, options) => {
      most = Math.max(most, ++now);
      await slow.set!(key, bytes, options);
      now--;
    },
    delete: (key) => slow.delete!(key),
  };
  const array = await later.openArray(counted, { config: { ...together, concurrency: 7 } });
  await array.set(null, values);
  expect(most).toBe(7);
  expect(byWorkers.batches).toBeGreaterThan(0);
  expect(Buffer.compare(bytesIn(zarr.openArray(inner).get()), bytesIn(values))).toBe(0);
});

it('two writes one after the other leave the second one, whether the first is waited for or not', async () => {
  for (const store of [new MemoryStore(), new LocalStore(join(folder, `w${made++}`))]) {
    emptyArray(store);
    const array = await later.openArray(store, { config: together });
    const other = { data: VALUES.map((value) => value + 1), shape: values.shape };
    await Promise.all([array.set(null, values), array.set(null, other), array.set([0, 0, 0], 77)]);
    other.data[0] = 77;
    expect(Buffer.compare(bytesIn(await array.get()), bytesIn(other))).toBe(0);
  }
});

it('a store that keeps what it is given has the right bytes', async () => {
  const kept = new Map<string, Uint8Array>();
  const sloppy: Store = {
    readOnly: false,
    answersAtOnce: true,
    get: (key) => kept.get(key),
    set: (key, bytes) => void kept.set(key, bytes),
    delete: (key) => void kept.delete(key),
  };
  emptyArray(sloppy);
  const array = zarr.openArray(sloppy, { config: together });
  array.set(null, values);
  expect(byWorkers.batches).toBeGreaterThan(0);
  expect(Buffer.compare(bytesIn(array.get()), bytesIn(values))).toBe(0);
});

it('arrays made with values, longer arrays and arrays of other arrays are encoded by workers too', async () => {
  const scope = zarr.config.set(together);
  try {
    for (const [name, make] of [
      [
        'createArray',
        () =>
          zarr.createArray(undefined, {
            data: { data: VALUES, shape: [64, 65_536] },
            chunks: [4, 8192],
          }),
      ],
      [
        'append',
        () => {
          const array = zarr.createArray(undefined, { shape: [0, 65_536], chunks: [4, 8192], dtype: 'uint16' });
          array.append({ data: VALUES, shape: [64, 65_536] });
          return array;
        },
      ],
      [
        'fromArray',
        () => {
          const source = zarr.array(VALUES, { chunks: [65_536] });
          byWorkers.batches = 0;
          return zarr.fromArray(undefined, { data: source, chunks: [40_000] });
        },
      ],
    ] as const) {
      byWorkers.batches = 0;
      const array = make();
      expect([name, byWorkers.batches > 0]).toEqual([name, true]);
      expect(Buffer.compare(bytesIn(array.get()), bytesIn(values))).toBe(0);
    }
  } finally {
    scope.restore();
  }
});

it('the workers that a copy is given read its source as well', async () => {
  await warmUp(WORKERS); // Settings that were changed have ended them.
  const source = zarr.createArray(undefined, { shape: [64, 65_536], chunks: [4, 8192], dtype: 'uint16' });
  source.set(null, { data: VALUES, shape: source.shape });
  for (const [name, make] of [
    ['fromArray', () => zarr.fromArray(undefined, { data: source, chunks: [64, 65_536], config: together })],
    [
      'copy',
      () => {
        const group = zarr.group();
        zarr.copy(source, group, { name: 'a', chunks: [64, 65_536], config: together });
        return group.getArray('a');
      },
    ],
  ] as const) {
    byWorkers.parts = 0;
    const array = make();
    expect([name, byWorkers.parts > 0]).toEqual([name, true]);
    expect(Buffer.compare(bytesIn(array.get()), bytesIn(values))).toBe(0);
  }
});

/** How a call fails; the values that it gives otherwise. */
async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

describe('the first failure in the order of the chunks is told', () => {
  const wholeKeys = (store: Store): string[] =>
    [...(store.list!('') as Iterable<string>)].filter((key) => !key.endsWith('.json')).sort();

  it('of values that cannot be encoded', async () => {
    const filters = [{ name: 'cast_value', configuration: { data_type: 'uint8' } }];
    const data = VALUES.map((value) => value & 0xff);
    for (const plane of [9, 13, 14, 40]) data[plane * 65_536 + 200 * 256 + 70] = 300;
    for (const shards of [undefined, [8, 128, 128]]) {
      const failures: unknown[] = [];
      for (const config of [alone, together, together, together]) {
        const store = new LocalStore(join(folder, `w${made++}`));
        const array = emptyArray(store, { filters, ...(shards && { shards }) } as Partial<zarr.CreateArrayOptions>);
        const set = (): unknown => array.set(null, { data, shape: values.shape }, { config });
        const failure: unknown = await failureOf(
          failures.length < 3
            ? set
            : async () => (await later.openArray(store)).set(null, { data, shape: values.shape }, { config }),
        );
        expect(failure).toBeInstanceOf(ZarrError);
        expect((failure as Error).stack).toContain('writing.test.ts');
        const { name, message, path, key, coords, codec } = failure as ZarrError;
        failures.push({ name, message, path, key, coords, codec });
        // All before it are stored.
        const before = shards ? ['c/0/1/1', 'c/1/0/0', 'c/1/0/1'] : ['c/1/3/3', 'c/2/0/0', 'c/2/3/0'];
        for (const whole of before) expect(wholeKeys(store)).toContain(whole);
        expect(wholeKeys(store)).not.toContain(key);
      }
      expect(failures[0]).toMatchObject({ key: shards ? 'c/1/1/0' : 'c/2/3/1' });
      for (const failure of failures) expect(failure).toEqual(failures[0]);
    }
    expect(byWorkers.batches).toBeGreaterThan(0);
  });

  it('of chunks that cannot be stored', async () => {
    const messages = new Set<string>();
    for (const config of [alone, together, together]) {
      const root = join(folder, 'blocked');
      rmSync(root, { recursive: true, force: true });
      const array = emptyArray(new LocalStore(root), { config });
      for (const key of ['c/11/2/0', 'c/3/2/1', 'c/9/0/0'])
        mkdirSync(join(root, key, 'in', 'the way'), { recursive: true });
      const failure = await failureOf(() => array.set(null, values));
      expect(failure).toBeInstanceOf(StoreError);
      expect(failure).toMatchObject({ key: 'c/3/2/1' });
      messages.add((failure as Error).message.replaceAll(/\d+-\w+\.tmp/g, ''));
    }
    expect([...messages].length).toBe(1);
    expect(byWorkers.batches).toBeGreaterThan(0);
  });
});

it('what cannot be written whole is written by the thread that was called, and workers do the rest', async () => {
  for (const shards of [undefined, [8, 128, 128]]) {
    const stored = [alone, together].map((config) => {
      const store = new MemoryStore();
      const options = { shape: [61, 250, 256], config, ...(shards && { shards }) };
      const array = emptyArray(store, options as Partial<zarr.CreateArrayOptions>);
      array.set(null, 5);
      array.set([zarr.slice(1, null), zarr.slice(3, 250), null], {
        data: VALUES.subarray(0, 60 * 247 * 256),
        shape: [60, 247, 256],
      });
      return contentsOf(store);
    });
    expectSame(stored[1]!, stored[0]!);
  }
  expect(byWorkers.batches).toBeGreaterThan(0);
});

it('a blocking write to a store that has to be waited for fails as on one thread', () => {
  const inner = new MemoryStore();
  emptyArray(inner);
  const { store } = zarr.openArray(inner);
  const slow: Store = { ...latency(inner), get: (key) => store.get(key), answersAtOnce: true };
  const array = zarr.openArray(slow, { config: together });
  expect(() => array.set(null, values)).toThrow(SyncError);
});

describe('workers store what they encode', () => {
  const kinds: readonly (readonly [name: string, options: object])[] = [
    ['compressed', {}],
    ['not compressed', { compressors: null }],
    ['shards', { shards: [8, 128, 128] }],
    ['shards that are not compressed', { shards: [8, 128, 128], compressors: null }],
    ['in part', { shape: [61, 250, 256] }],
    ['format 2', { zarrFormat: 2, order: 'F' }],
  ];
  it.each(kinds)('to files, the bytes that one thread stores: %s', async (_, options) => {
    const memory = new MemoryStore();
    const valuesHere = ({ shape }: zarr.Array) => ({ data: VALUES.subarray(0, sizeOf(shape)), shape });
    const expected = emptyArray(memory, { ...options, config: alone } as Partial<zarr.CreateArrayOptions>);
    expected.set(null, valuesHere(expected));
    // Flushing takes long, so it is tried with few files.
    const careful = [{ lock: 'os', durability: 'shards' in options ? 'flush' : 'none' }] as const;
    for (const storeOptions of [{}, ...careful]) {
      const store = new LocalStore(join(folder, `w${made++}`), storeOptions);
      const array = emptyArray(store, { ...options, config: together } as Partial<zarr.CreateArrayOptions>);
      array.set(null, 3);
      array.set(null, valuesHere(array));
      expectSame(contentsOf(store), contentsOf(memory));
      const again = await later.openArray(store, { config: together });
      await again.set(null, 3);
      await again.set(null, valuesHere(array));
      expectSame(contentsOf(store), contentsOf(memory));
      expect(readdirSync(store.root, { recursive: true }).filter((name) => /tmp|lock/.test(String(name)))).toEqual([]);
    }
    expect(byWorkers.stored).toBeGreaterThan(0);
    expect(byWorkers.stored).toBe(byWorkers.batches);
  });

  it('of nothing but fill value, nothing', () => {
    const store = new LocalStore(join(folder, `w${made++}`));
    const array = emptyArray(store, { config: together });
    array.set(null, values);
    const data = VALUES.slice().fill(0, 0, 32 * 65_536);
    array.set(null, { data, shape: values.shape });
    expect(array.nchunksInitialized).toBe(128);
    array.set(null, 0);
    expect([...store.list('')]).toEqual(['zarr.json']);
    expect(byWorkers.stored).toBeGreaterThan(0);
  });

  it('to the folder of a group, and what was known of a shard is forgotten', () => {
    const group = zarr.createGroup(new LocalStore(join(folder, `w${made++}`)));
    const array = group.createArray('inner', {
      shape: values.shape,
      chunks: [4, 64, 64],
      shards: [8, 128, 128],
      dtype: 'uint16',
      config: together,
    } as zarr.CreateArrayOptions);
    for (const added of [0, 1, 2]) {
      const data = VALUES.map((value) => value + added);
      array.set(null, { data, shape: values.shape });
      expect(array.get([40, 100, 7])).toBe(data[40 * 65_536 + 100 * 256 + 7]);
      expect(Buffer.compare(bytesIn(array.get()), bytesIn({ data }))).toBe(0);
    }
    expect(byWorkers.stored).toBeGreaterThan(0);
  });

  it('not where somebody else has to see each value that is set', () => {
    class Counting extends LocalStore {
      count = 0;
      override set(key: string, bytes: Uint8Array): void {
        this.count++;
        super.set(key, bytes);
      }
    }
    const counting = new Counting(join(folder, `w${made++}`));
    emptyArray(counting, { config: together }).set(null, values);
    expect(counting.count).toBe(257);
    const changed = new LocalStore(join(folder, `w${made++}`));
    const deleted: string[] = [];
    changed.delete = (key) => void deleted.push(key);
    const array = emptyArray(changed, { config: together });
    array.set(null, values);
    array.set(null, 0);
    expect(deleted.length).toBe(256);
    expect(byWorkers.stored).toBe(0);
    expect(byWorkers.batches).toBeGreaterThan(0);
  });

  it('not while the called thread has to tell of progress, or a write to the same store is under way', async () => {
    const store = new LocalStore(join(folder, `w${made++}`));
    emptyArray(store);
    const array = await later.openArray(store, { config: together });
    await array.set(null, values, { onProgress: () => {} });
    const slow = await later.openArray(latency(store, { setMs: 30 }));
    const first = slow.set([zarr.slice(0, 4), zarr.slice(0, 64), zarr.slice(0, 64)], 9);
    await array.set(null, values);
    await first;
    expect(byWorkers.stored).toBe(0);
    expect(byWorkers.batches).toBeGreaterThan(0);
    expect(Buffer.compare(bytesIn(await array.get()), bytesIn(values))).toBe(0);
    await array.set(null, values);
    expect(byWorkers.stored).toBeGreaterThan(0);
  });

  it('nothing is written any more once a failure is told', async () => {
    const root = join(folder, `w${made++}`);
    const array = emptyArray(new LocalStore(root), { config: together });
    mkdirSync(join(root, 'c/0/2/1/in/the/way'), { recursive: true });
    const other = { data: VALUES.map((value) => value + 1), shape: values.shape };
    expect(await failureOf(() => array.set(null, values))).toMatchObject({ name: 'StoreError', key: 'c/0/2/1' });
    rmSync(join(root, 'c/0/2/1'), { recursive: true });
    array.set(null, other, { config: alone });
    expect(Buffer.compare(bytesIn(array.get()), bytesIn(other))).toBe(0);
    expect(byWorkers.stored).toBeGreaterThan(0);
  });

  it('a store that cannot be written fails as on one thread', async () => {
    const store = new LocalStore(join(folder, `w${made++}`));
    emptyArray(store);
    const array = zarr.openArray(new LocalStore(store.root, { readOnly: true }), { mode: 'r', config: together });
    expect(await failureOf(() => array.set(null, values))).toMatchObject({ name: 'ReadOnlyError' });
    expect(byWorkers.batches).toBe(0);
  });

  it('a worker that ends meanwhile fails the write with a typed error', async () => {
    const store = new LocalStore(join(folder, `w${made++}`));
    const array = emptyArray(store, { config: together });
    const { drain } = pool;
    const drained = vi.spyOn(pool, 'drain').mockImplementationOnce(() => {
      for (const worker of threads()) void worker.terminate();
      drain.call(pool);
    });
    const failure = await failureOf(() => array.set(null, values));
    expect(drained).toHaveBeenCalled();
    drained.mockRestore();
    // They may have done all by then.
    if (failure !== undefined) expect(String(failure)).toMatch(/^StoreError: a worker has ended: .* \(in "\/"\)/);
    await vi.waitUntil(() => threads().length === 0, { timeout: 20_000 });
    await warmUp(WORKERS);
    array.set(null, values);
    expect(Buffer.compare(bytesIn(array.get()), bytesIn(values))).toBe(0);
  });
});

describe('a worker that ends in the middle of a write', () => {
  it.each(stores)('fails it with a typed error, and leaves whole chunks: to %s', async (_, makeStore) => {
    const store = makeStore();
    await later.createArray(store, { shape: [64, 256, 256], chunks: [4, 64, 64], dtype: 'uint16' });
    const array = await later.openArray(store, { config: together });
    let hasEnded = false;
    const onProgress = (done: number): void => {
      if (done < 20 || hasEnded) return;
      hasEnded = true;
      for (const worker of threads()) void worker.terminate();
    };
    await warmUp(WORKERS);
    const failure = await failureOf(() => array.set(null, values, { onProgress }));
    // Whether a worker has something to do for it by then is a matter of luck.
    if (failure !== undefined) expect(String(failure)).toMatch(/^StoreError: a worker has ended: .* \(in "\/"\)/);
    await vi.waitUntil(() => threads().length === 0, { timeout: 20_000 });
    await warmUp(WORKERS);
    const whole = zarr.array(values, { chunks: [4, 64, 64] });
    for await (const { value, coords } of array.iterChunks()) {
      const own = whole.getChunk(coords) as NdArray;
      const bytes = bytesIn({ data: value.toFlat() });
      expect(bytes.every((byte) => byte === 0) || Buffer.compare(bytes, bytesIn({ data: own.toFlat() })) === 0).toBe(
        true,
      );
    }
    await array.set(null, values);
    expect(Buffer.compare(bytesIn(await array.get()), bytesIn(values))).toBe(0);
  });
});

/** What several threads read is what one reads: the same bits, or the same error. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storageOfBytes } from '../../src/dtypes/storage.js';
import * as later from '../../src/index.js';
import { NdArray } from '../../src/ndarray/ndarray.js';
import { LocalStore, latency } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import * as zarr from '../../src/sync.js';
import { cases, type Outcome, outcome, readerOf, runs, SHARED } from './cases.js';
import { byWorkers, cleanUp, folder, largeArray, useSources, warmUp } from './crew.js';

const WORKERS = 2;

beforeAll(async () => {
  useSources();
  await warmUp(WORKERS);
});
afterAll(cleanUp);
beforeEach(() => {
  byWorkers.parts = 0;
});

const alone = { workers: 0 };
const together = { workers: WORKERS };

it('reads anything alike, with workers and without', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (which) => {
      const read = readerOf(which);
      const expected = await read(alone, 'blocking');
      for (const api of ['blocking', 'promises', 'far'] as const) {
        const out = which.isShared ? sharedLike(expected) : undefined;
        expect(await read(together, api, out)).toEqual(expected);
      }
    }),
    { ...runs(12), examples: [[SHARED]] },
  );
  expect(byWorkers.parts).toBeGreaterThan(0);
});

/** An array of shared memory, as the result of another read is. */
function sharedLike({ shape, dtype }: Outcome): NdArray | undefined {
  if (dtype === undefined || dtype.storageUnit === 'object') return undefined;
  const size = shape.reduce((product, length) => product * length, dtype.memorySize);
  const memory = new Uint8Array(new SharedArrayBuffer(size)).fill(0x5a);
  return new NdArray(dtype, storageOfBytes(dtype.storageUnit, memory), shape);
}

describe('of several failures', () => {
  const toldBy = async (files: Map<string, Uint8Array>, read: (array: zarr.Array | later.AsyncArray) => unknown) => {
    const open = { mode: 'r', config: together } as const;
    const { store } = zarr.openArray(files);
    const told = await outcome(() => read(zarr.openArray(files, { ...open, config: alone })));
    expect(await outcome(() => read(zarr.openArray(files, open)))).toEqual(told);
    for (const from of [store, latency(store)]) {
      expect(await outcome(async () => read(await later.openArray(from, open)))).toEqual(told);
    }
    return told.failure;
  };

  it('that of the first chunk is told where a later one cannot even be got', async () => {
    const files = new Map<string, Uint8Array>();
    largeArray({}, files);
    files.set('c/1/0/2', files.get('c/1/0/2')!.slice(0, 100));
    files.set('c/1/0/3', new Uint8Array(2 ** 20));
    expect(await toldBy(files, (array) => array.get())).toMatchObject({ key: 'c/1/0/2', code: 'codec' });
    files.delete('c/1/0/3');
    files.set('c/1/0/1', new Uint8Array(2 ** 20));
    expect(await toldBy(files, (array) => array.get())).toMatchObject({ key: 'c/1/0/1', code: 'limit' });
  });

  it('that of the first chunk is told where a list picks from an axis before one that is cut', async () => {
    const files = new Map<string, Uint8Array>();
    const array = zarr.createArray(files, { shape: [2, 32, 65_536], chunks: [1, 16, 8192], dtype: 'uint16' });
    array.set(null, { data: Uint16Array.from({ length: array.size }, (_, at) => at >> 4), shape: array.shape });
    files.set('c/0/1/0', new Uint8Array(9));
    files.set('c/0/0/5', new Uint8Array(9));
    const places = Array.from({ length: 32 }, (_, at) => at ^ 1);
    expect(await toldBy(files, ({ oindex }) => oindex.get([null, places, null]))).toMatchObject({ key: 'c/0/0/5' });
  });
});

describe('a call that workers help', () => {
  it('counts every chunk', async () => {
    for (const store of [largeArray().store, new LocalStore(join(folder, 'counted'))]) {
      if (store instanceof LocalStore) zarr.copyStore(largeArray().store, store);
      for (const open of [zarr.openArray, later.openArray]) {
        const told: number[] = [];
        const array = await open(store, { config: together });
        await array.get(null, { onProgress: (done, total) => told.push(done, total) });
        expect(told.filter((_, at) => at % 2 === 0)).toEqual(Array.from({ length: 256 }, (_, i) => i + 1));
        expect(new Set(told.filter((_, at) => at % 2 === 1))).toEqual(new Set([256]));
      }
    }
    expect(byWorkers.parts).toBeGreaterThan(0);
  });

  it('ends where nothing is asked for', { timeout: 10_000 }, async () => {
    const array = zarr.zeros([9, 9], { chunks: [3, 3], shards: [3, 3], dtype: 'int32' });
    const far = await later.openArray(array.store);
    for (const [selection, shape] of [
      [':, 3:3', [9, 0]],
      ['3:3, :', [0, 9]],
    ] as const) {
      const config = { ...together, sharedMemory: true };
      expect((await far.get(selection, { config })).shape).toEqual(shape);
      expect((await far.get(selection, { config: together })).shape).toEqual(shape);
      expect(array.get(selection, { config: together }).shape).toEqual(shape);
    }
  });

  it('asks the store for each chunk once, at most so many at once', async () => {
    const keys: string[] = [];
    const { store } = largeArray();
    let most = 0;
    let now = 0;
    const counted: Store = {
      ...latency(store, { getMs: 1 }),
      get: async (key, range, options) => {
        most = Math.max(most, ++now);
        const bytes = await latency(store, { getMs: 1 }).get(key, range, options);
        now--;
        keys.push(key);
        return bytes;
      },
    };
    const array = await later.openArray(counted, { config: { ...together, concurrency: 7 } });
    keys.length = 0;
    await array.get();
    expect(keys.length).toBe(256);
    expect(new Set(keys).size).toBe(256);
    expect(most).toBeLessThanOrEqual(7);
    expect(most).toBeGreaterThan(3);
  });

  it('is many calls at once', async () => {
    const array = await later.openArray(largeArray().store, { config: together });
    const expected = await outcome(() => zarr.openArray(array.store).get());
    const all = await Promise.all(Array.from({ length: 12 }, () => outcome(() => array.get())));
    for (const found of all) expect(found).toEqual(expected);
  });

  it('fails with what the callback for progress throws', async () => {
    const array = await later.openArray(largeArray().store, { config: together });
    const onProgress = (done: number): void => {
      if (done === 100) throw new RangeError('enough');
    };
    await expect(array.get(null, { onProgress })).rejects.toThrow('enough');
    expect(() => zarr.openArray(array.store, { config: together }).get(null, { onProgress })).toThrow('enough');
  });
});

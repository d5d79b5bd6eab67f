/**
 * Workers where threads have no memory in common, as in pages that are not isolated: values are sent, and are those of one
 * thread. What the platform says of itself is put in place of what Node says.
 */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ZstdCodec } from '../../src/codecs.js';
import { CodecError, StoreError } from '../../src/errors.js';
import * as later from '../../src/index.js';
import { latency } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import * as zarr from '../../src/sync.js';
import { PoolWorker } from '../../src/workers/pool.js';
import { cases, outcome, readerOf, runs } from './cases.js';
import { byWorkers, cleanUp, endOnceGiven, largeArray, threads, useSources, warmUp, workerFile } from './crew.js';

const here = vi.hoisted(() => ({ isPage: true }));

vi.mock('#platform/worker', async (original) => ({
  ...(await original<typeof import('#platform/worker')>()),
  sharesMemory: () => false,
  canBlock: () => false,
  isPage: () => here.isPage,
}));

const together = { workers: 2 };
let files: Map<string, Uint8Array>;
let expected: zarr.NdArray;

beforeAll(async () => {
  useSources();
  vi.stubGlobal('SharedArrayBuffer', undefined); // What builds the workers' file needs it.
  files = new Map();
  expected = largeArray({}, files).get() as zarr.NdArray;
  await warmUp(2);
});
afterAll(() => {
  cleanUp();
  vi.unstubAllGlobals();
});
beforeEach(async () => {
  here.isPage = true;
  await warmUp(2);
  byWorkers.parts = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
});

const bytesOf = (data: unknown): Uint8Array => new Uint8Array((data as Uint16Array).buffer as ArrayBuffer);
const same = (found: unknown): void => {
  expect(Buffer.compare(bytesOf((found as zarr.NdArray).data), bytesOf(expected.data))).toBe(0);
};

describe.each([
  ['a page', true],
  ['a thread that is no page', false],
])('%s', (_, isPage) => {
  it('reads anything alike, with workers and without', { timeout: 300_000 }, async () => {
    here.isPage = isPage;
    await fc.assert(
      fc.asyncProperty(cases, async (which) => {
        const read = readerOf(which);
        const alone = await read({ workers: 0 }, 'blocking');
        for (const api of ['promises', 'far'] as const) expect(await read(together, api)).toEqual(alone);
      }),
      runs(8),
    );
  });

  it('reads by one thread where the call is a blocking one', () => {
    here.isPage = isPage;
    same(zarr.openArray(files, { config: together }).get());
    expect(byWorkers.parts).toBe(0);
  });

  it('fails with a typed error where a worker ends in the middle of a call, and the next one has workers again', async () => {
    here.isPage = isPage;
    const array = await later.openArray(latency(new later.MemoryStore(files), { getMs: 3 }), { config: together });
    endOnceGiven();
    const failure: unknown = await array.get().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreError);
    expect(String(failure)).toMatch(/a worker has ended: .* \(in "\/"\)/);
    await vi.waitUntil(() => threads().length === 0, { timeout: 20_000 });
    await warmUp(2);
    byWorkers.parts = 0;
    same(await array.get());
    expect(byWorkers.parts).toBeGreaterThan(0);
  });

  it('tells the first failure of several, in the order of the chunks', async () => {
    here.isPage = isPage;
    const damaged = new Map(files);
    for (const key of ['c/9/1/1', 'c/3/2/2', 'c/3/2/1', 'c/15/0/0']) damaged.set(key, new Uint8Array(30));
    const store = new later.MemoryStore(damaged);
    const alone = await outcome(() => zarr.openArray(store).get());
    for (const far of [store, latency(store, { getMs: 1 })]) {
      const array = await later.openArray(far, { config: together });
      for (let i = 0; i < 4; i++) {
        expect(await outcome(() => array.get())).toEqual(alone);
        const failure = await array.get().catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(CodecError);
        expect((failure as Error).stack).toContain('sending.test.ts');
      }
    }
  });

  it('counts every chunk, and rejects at once when it is given up', async () => {
    here.isPage = isPage;
    for (const store of [new later.MemoryStore(files), latency(new later.MemoryStore(files), { getMs: 2 })]) {
      const array = await later.openArray(store, { config: together });
      const told: number[] = [];
      same(await array.get(null, { onProgress: (done) => told.push(done) }));
      expect(told).toEqual(Array.from({ length: 256 }, (_, i) => i + 1));
      const control = new AbortController();
      const other = array.get();
      const onProgress = (done: number): void => {
        if (done === 30) control.abort(new RangeError('changed my mind'));
      };
      await expect(array.get(null, { signal: control.signal, onProgress })).rejects.toThrow('changed my mind');
      same(await other);
      same(await array.get());
    }
  });
});

describe('the thread of a page', () => {
  it('decodes nothing itself while there are workers, and asks for each chunk once', async () => {
    const asked: string[] = [];
    let most = 0;
    let now = 0;
    const far = latency(new later.MemoryStore(files), { getMs: 1 });
    const counted: Store = {
      ...far,
      get: async (key, range, options) => {
        most = Math.max(most, ++now);
        asked.push(key);
        const bytes = await far.get(key, range, options);
        now--;
        return bytes;
      },
    };
    for (const store of [new later.MemoryStore(files), counted]) {
      const array = await later.openArray(store, { config: { ...together, concurrency: 7 } });
      asked.length = 0;
      byWorkers.parts = 0;
      same(await array.get());
      expect(byWorkers.parts).toBe(8); // Of 8 MiB, all parts of 1 MiB.
    }
    expect(new Set(asked).size).toBe(256);
    expect(asked.length).toBe(256);
    expect(most).toBeLessThanOrEqual(7);
    expect(most).toBeGreaterThan(3);
  });

  it('gives a single chunk away too, and less than 1 MiB not', async () => {
    const values = Uint16Array.from({ length: 2 ** 20 }, (_, i) => i >> 3);
    const read = async (length: number, chunk: number): Promise<void> => {
      const store = new later.MemoryStore();
      zarr.createArray(store, { shape: [length], chunks: [chunk], dtype: 'uint16' }).set(null, values.slice(0, length));
      const { data } = await (await later.openArray(store, { config: together })).get('100:');
      expect(Buffer.compare(bytesOf(data), bytesOf(values.slice(100, length)))).toBe(0);
    };
    await read(2 ** 20, 2 ** 20);
    expect(byWorkers.parts).toBe(1);
    await read(2 ** 18, 2 ** 16);
    expect(byWorkers.parts).toBe(1);
  });

  it('copies a chunk of many MiB piece by piece, with turns of others between', async () => {
    const store = new later.MemoryStore();
    const shape = [3, 1500, 1001];
    const values = Float32Array.from({ length: 3 * 1500 * 1001 }, (_, i) => i % 1000);
    const options = { shape, chunks: shape, dtype: 'float32', compressors: new ZstdCodec({ level: 1 }) } as const;
    zarr.createArray(store, options).set(null, { data: values, shape });
    const array = await later.openArray(store, { config: together });
    const out = new Float32Array(values.length);
    let turns = 0;
    const ticking = setInterval(() => turns++, 0);
    await array.get(null, { out });
    clearInterval(ticking);
    expect(Buffer.compare(bytesOf(out), bytesOf(values))).toBe(0);
    expect(turns).toBeGreaterThan(3);
    const alone = zarr.openArray(store);
    expect(await outcome(() => array.get(':, ::-1, 3:'))).toEqual(await outcome(() => alone.get(':, ::-1, 3:')));
    expect(byWorkers.parts).toBe(2);
  });

  it('hears of a worker that cannot be started', async () => {
    later.setWorkerFile(new URL('file:///nowhere/worker.mjs'));
    const array = await later.openArray(new later.MemoryStore(files), { config: together });
    await expect(
      vi.waitUntil(
        async () => {
          await array.get();
          return false;
        },
        { timeout: 20_000 },
      ),
    ).rejects.toThrow(/a worker cannot be started: .*nowhere.*setWorkerFile/);
    later.setWorkerFile(workerFile());
    same(await array.get());
  });
});

it('memory that was sent goes back with another part', async () => {
  const sent = new Set<ArrayBuffer>();
  const { recycled } = PoolWorker.prototype;
  let again = 0;
  vi.spyOn(PoolWorker.prototype, 'recycled').mockImplementation(function (this: PoolWorker, size) {
    const memory = recycled.call(this, size);
    if (memory !== undefined) {
      expect(memory.byteLength).toBeGreaterThanOrEqual(size);
      again++;
      sent.add(memory);
    }
    return memory;
  });
  const array = await later.openArray(files, { config: together });
  for (let i = 0; i < 4; i++) same(await array.get());
  expect(again).toBeGreaterThan(16); // Of 32 parts.
  for (const memory of sent) expect(memory.byteLength).toBe(0);
});

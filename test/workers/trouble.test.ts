/** Workers that end, calls that are given up, and processes that are done. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { GzipCodec } from '../../src/codecs.js';
import { ArgumentError, CodecError, StoreError } from '../../src/errors.js';
import * as later from '../../src/index.js';
import { LocalStore, latency } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import * as zarr from '../../src/sync.js';
import { pool } from '../../src/workers/pool.js';
import {
  byWorkers,
  cleanUp,
  endOnceGiven,
  folder,
  largeArray,
  libraryFile,
  threads,
  useSources,
  warmUp,
  workerFile,
} from './crew.js';

const together = { workers: 2 };
let files: Map<string, Uint8Array>;
let local: Store;
let expected: zarr.NdArray;

beforeAll(async () => {
  useSources();
  files = new Map();
  expected = largeArray({}, files).get() as zarr.NdArray;
  local = new LocalStore(join(folder, 'local'));
  zarr.copyStore(new later.MemoryStore(files), local);
  await warmUp(2);
});
afterAll(cleanUp);
beforeEach(() => warmUp(2));

const same = (found: unknown): void => {
  const { data } = found as zarr.NdArray;
  expect(Buffer.compare(bytesOf(data), bytesOf(expected.data))).toBe(0);
};
const bytesOf = (data: unknown): Uint8Array => new Uint8Array((data as Uint16Array).buffer as ArrayBuffer);

describe('a worker that ends in the middle of a call', () => {
  const stores = [
    ['which reads the files itself', () => local],
    ['which is given the bytes', () => latency(new later.MemoryStore(files), { getMs: 3 })],
  ] as const;
  it.each(stores)('fails it with a typed error, and the next call has workers again: one %s', async (_, store) => {
    const array = await later.openArray(store(), { config: together });
    const isGiven = array.store.portable === undefined;
    if (isGiven) endOnceGiven();
    const onProgress = (done: number): void => {
      if (done === 40 && !isGiven) for (const worker of threads()) void worker.terminate();
    };
    const failure: unknown = await array.get(null, { onProgress }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreError);
    expect(String(failure)).toMatch(/a worker has ended: .* \(in "\/"\)/);
    await vi.waitUntil(() => threads().length === 0, { timeout: 20_000 });
    await warmUp(2);
    byWorkers.parts = 0;
    await vi.waitUntil(async () => {
      same(await array.get());
      return byWorkers.parts > 0;
    });
  });

  it('is noticed by a blocking call too, which cannot be told', async () => {
    const array = zarr.openArray(local, { config: together });
    const onProgress = (done: number): void => {
      if (done === 40) for (const worker of threads()) void worker.terminate();
    };
    // Whether a worker has something to do for it by then is a matter of luck.
    const outcome = ((): unknown => {
      try {
        return array.get(null, { onProgress });
      } catch (error) {
        return error;
      }
    })();
    if (outcome instanceof Error) expect(String(outcome)).toMatch(/StoreError: a worker has ended/);
    else same(outcome);
    await warmUp(2);
    same(array.get());
  });
});

it('a call that is given up rejects at once with the reason, and others go on', async () => {
  for (const store of [local, latency(new later.MemoryStore(files), { getMs: 2 })]) {
    const array = await later.openArray(store, { config: together });
    const control = new AbortController();
    const other = array.get();
    const call = array.get(null, {
      signal: control.signal,
      onProgress: (done) => {
        if (done === 30) control.abort(new RangeError('changed my mind'));
      },
    });
    await expect(call).rejects.toThrow(new RangeError('changed my mind'));
    same(await other);
    same(await array.get());
  }
});

it('once a call was given up, no worker writes to the shared memory that it was to fill', async () => {
  for (const store of [local, latency(new later.MemoryStore(files), { getMs: 1 })]) {
    const array = await later.openArray(store, { config: together });
    const out = new Uint16Array(new SharedArrayBuffer(2 * array.size));
    for (let chunks = 24; chunks < 240; chunks += 36) {
      const control = new AbortController();
      const call = array.get(null, {
        out,
        signal: control.signal,
        onProgress: (done) => {
          if (done === chunks) control.abort(new RangeError('changed my mind'));
        },
      });
      await expect(call).rejects.toThrow(new RangeError('changed my mind'));
      out.fill(7);
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
      expect(out.every((value) => value === 7)).toBe(true);
    }
  }
});

it('nor a worker that has just begun, and nobody has heard yet that it has', { timeout: 60_000 }, async () => {
  const [chunk, chunks] = [2 ** 22, 16];
  const shape = [chunks * chunk];
  const stored = await later.createArray(new LocalStore(join(folder, 'begun')), {
    shape,
    chunks: [chunk],
    dtype: 'uint8',
    compressors: [new GzipCodec({ level: 1 })],
  });
  await stored.set(null, {
    data: new Uint8Array(chunks * chunk).map((_, i) => 1 + ((Math.imul(i, 2654435761) >>> 13) % 200)),
    shape,
  });
  const array = await later.openArray(stored.store, { mode: 'r', config: { workers: 1 } });
  const out = new Uint8Array(new SharedArrayBuffer(chunks * chunk));
  pool.end();
  const control = new AbortController();
  let others = 0;
  let isFirstTurn = true;
  setImmediate(() => {
    isFirstTurn = false;
  });
  const call = array.get(null, {
    out,
    signal: control.signal,
    onProgress: () => {
      if (isFirstTurn || control.signal.aborted) return;
      // This thread is held up until the worker is in the middle of a part.
      for (const before = filled(); others === 0; others = filled() - before) Atomics.wait(CLOCK, 0, 0, 1);
      Atomics.wait(CLOCK, 0, 0, 5); // Of its second chunk.
      control.abort('changed my mind'); // No error, whose stack takes a while.
    },
  });
  const filled = (): number => {
    let count = 0;
    for (let at = 0; at < chunks; at++) if (out[at * chunk] !== 0) count++;
    return count;
  };
  let atOnce = 0;
  const failure: unknown = await call.catch((error: unknown) => {
    atOnce = filled();
    return error;
  });
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
  expect(failure).toBe('changed my mind');
  expect(others).toBeGreaterThan(0);
  expect(filled()).toBe(atOnce);
});

const CLOCK = new Int32Array(new SharedArrayBuffer(4));

it('once the time of a call is up, no worker writes to the shared memory that it was to fill', async () => {
  for (const store of [local, latency(new later.MemoryStore(files), { getMs: 1 })]) {
    const array = await later.openArray(store, { config: together });
    const out = new Uint16Array(new SharedArrayBuffer(2 * array.size));
    let failures = 0;
    for (const seconds of [0, 0.002, 0.004, 0.006, 0.008]) {
      const scope = zarr.config.set({ 'async.timeout': seconds });
      const call = array.get(null, { out });
      scope.restore();
      const failure: unknown = await call.then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) continue;
      failures++;
      expect(String(failure)).toMatch(/StoreError: async.timeout: not done within/);
      out.fill(7);
      await new Promise((resolve) => {
        setTimeout(resolve, 10);
      });
      expect(out.every((value) => value === 7)).toBe(true);
    }
    expect(failures).toBeGreaterThan(0);
    same(await array.get());
  }
});

it('a call that has been given up before asks for nothing', async () => {
  const array = await later.openArray(local, { config: together });
  await expect(array.get(null, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
});

it('tells the first failure of several, in the order of the chunks', async () => {
  const damaged = new Map(files);
  for (const key of ['c/9/1/1', 'c/3/2/2', 'c/3/2/1', 'c/15/0/0']) damaged.set(key, new Uint8Array(30));
  const store = new LocalStore(join(folder, 'damaged'));
  zarr.copyStore(new later.MemoryStore(damaged), store);
  const alone = await (await later.openArray(store)).get().catch((error: unknown) => error);
  for (const target of [store, new later.MemoryStore(damaged)]) {
    const array = await later.openArray(target, { config: together });
    for (let i = 0; i < 5; i++) {
      const failure = await array.get().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(CodecError);
      expect(failure).toMatchObject({ key: 'c/3/2/1', coords: [3, 2, 1], codec: 'zstd' });
      expect((failure as Error).message).toBe((alone as Error).message);
      expect((failure as Error).stack).toContain('trouble.test.ts');
      expect(() => zarr.openArray(target, { config: together }).get()).toThrow((alone as Error).message);
    }
  }
});

it('workers end when the setting says so, and come back', async () => {
  const scope = zarr.config.set({ workers: 2 });
  const array = await later.openArray(local);
  same(await array.get());
  expect(pool.size).toBe(2);
  scope.restore();
  expect(pool.size).toBe(0);
  same(await array.get());
  expect(pool.size).toBe(2);
  // That handle still has the setting: what else is set is nothing to its workers.
  zarr.config.set({ 'array.order': 'F' }).restore();
  expect(pool.size).toBe(2);
});

it('a file of workers that is not there is an error that says so', async () => {
  later.setWorkerFile(new URL('file:///nowhere/worker.mjs'));
  const array = await later.openArray(local, { config: together });
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

it('a file of workers that is not there fails every call from when that is known, until it is another one', async () => {
  later.setWorkerFile(new URL('file:///nowhere/worker.mjs'));
  const array = await later.openArray(local, { config: together });
  const blocking = zarr.openArray(local, { config: together });
  const written = await later.openArray(largeArray().store, { config: together });
  const out = new Uint16Array(array.size);
  const failureOf = (call: () => unknown): Promise<unknown> =>
    Promise.resolve()
      .then(call)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
  await vi.waitUntil(() => failureOf(() => array.get()), { timeout: 20_000 });
  for (let turn = 0; turn < 4; turn++) {
    // Also once those that were tried again are known to have failed.
    if (turn > 0) await vi.waitUntil(() => threads().length === 0, { timeout: 20_000 });
    for (const call of [() => array.get(), () => blocking.get(null, { out }), () => written.set(null, expected)]) {
      const failure = await failureOf(call);
      expect(failure).toBeInstanceOf(StoreError);
      expect(String(failure)).toMatch(/a worker cannot be started: .*nowhere.*setWorkerFile/);
    }
  }
  // Without workers nothing is the matter, and another setting has them tried anew.
  same(await array.get(null, { config: { workers: 0 } }));
  zarr.config.set({ workers: 1 }).restore();
  same(blocking.get());
  later.setWorkerFile(workerFile());
  same(await array.get());
});

it('workers that ended before they were ready are told of, and then started again', async () => {
  pool.end();
  const endAtOnce = (worker: Worker): void => void worker.terminate();
  process.on('worker', endAtOnce);
  const array = await later.openArray(local, { config: together });
  const readOnce = async (): Promise<unknown> => array.get().then(same, (error: unknown) => error);
  const failures = new Set<unknown>([await readOnce()]);
  await vi.waitUntil(() => threads().length === 0, { timeout: 20_000 });
  process.off('worker', endAtOnce);
  await vi.waitUntil(
    async () => {
      failures.add(await readOnce());
      return pool.size > 0 && pool.readyCount === pool.size;
    },
    { timeout: 20_000 },
  );
  for (const failure of failures) if (failure !== undefined) expect(String(failure)).toMatch(/cannot be started/);
  expect([...failures].some((failure) => failure instanceof StoreError)).toBe(true);
  same(await array.get());
});

it('a file that the platform refuses at once is the same error, and no other one is lost by it', async () => {
  later.setWorkerFile('https://example.com/worker.mjs'); // Node starts workers of files only.
  const array = await later.openArray(local, { config: together });
  const failure: unknown = await array.get().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StoreError);
  expect(String(failure)).toMatch(/a worker cannot be started: .*file.*setWorkerFile/);
  expect(() => zarr.openArray(local, { config: together }).get()).toThrow(StoreError);
  later.setWorkerFile(workerFile());
  same(await array.get());
});

it('a file of the workers that is no whole URL is refused, and the one before stays', async () => {
  for (const file of ['worker.js', '/threads.js', '', undefined, 3] as string[]) {
    expect(() => later.setWorkerFile(file)).toThrow(/^setWorkerFile: expected a whole URL, such as new URL/);
    expect(() => later.setWorkerFile(file)).toThrow(ArgumentError);
  }
  same(await (await later.openArray(local, { config: together })).get());
});

it('idle workers let the process end, also one without a file', async () => {
  const program = `
    import * as zarr from ${JSON.stringify(libraryFile().href)};
    zarr.setWorkerFile(${JSON.stringify(workerFile().href)});
    const array = await zarr.openArray(${JSON.stringify(join(folder, 'local'))}, { config: { workers: 2 } });
    for (let i = 0; i < 3; i++) await array.get();
    console.log('done');`;
  const run = promisify(execFile);
  const ended = await run(process.execPath, ['--input-type=module', '-e', program], { timeout: 40_000 });
  expect(ended).toEqual({ stdout: 'done\n', stderr: '' });
});

it('a process without WebAssembly has workers, in which the twins serve', async () => {
  const program = `
    import * as zarr from ${JSON.stringify(libraryFile().href)};
    zarr.setWorkerFile(${JSON.stringify(workerFile().href)});
    const array = await zarr.openArray(${JSON.stringify(join(folder, 'local'))}, { config: { workers: 2 } });
    let started = 0;
    process.on('worker', () => started++);
    const { data } = await array.get();
    const sum = data.reduce((sum, element) => sum + element, 0);
    console.log(typeof WebAssembly, started, sum);`;
  const file = join(folder, 'program.mjs');
  writeFileSync(file, program);
  const { stdout } = await promisify(execFile)(process.execPath, ['--jitless', file], { timeout: 60_000 });
  const sum = (expected.data as Uint16Array).reduce((sum, element) => sum + element, 0);
  expect(stdout).toBe(`undefined 2 ${sum}\n`);
});

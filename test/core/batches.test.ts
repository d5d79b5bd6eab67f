/** Chunks and shards of a store that takes several requests in one call, and takes its time to answer. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkNotFoundError, CodecError, StoreError, SyncError } from '../../src/errors.js';
import * as promises from '../../src/index.js';
import { coalesced, LocalStore, logged } from '../../src/storage.js';
import type { GetOptions, GetRequest, Store } from '../../src/stores/store.js';
import { forwarded } from '../../src/stores/wrappers/forwarded.js';
import * as sync from '../../src/sync.js';
import { picksFor } from './model.js';

/** A store like a database: one question, however many keys; how many are asked at once is counted. */
class Database {
  readonly files = new sync.MemoryStore();
  readonly calls: (readonly string[])[] = [];
  readonly gets: string[] = [];
  most = 0;
  #open = 0;
  /** What is done before an answer. */
  before: (keys: readonly string[], options?: GetOptions) => unknown = () => {};

  readonly store: Store = forwarded(this.files, {
    answersAtOnce: false,
    get: async (key, range, options) => {
      this.gets.push(key);
      return await this.#answer([key], options, () => this.files.get(key, range, options));
    },
    getMany: async (requests, options) => {
      this.calls.push(requests.map(({ key }) => key));
      return await this.#answer(this.calls.at(-1)!, options, () => this.#values(requests, options));
    },
  });

  #values(requests: readonly GetRequest[], options: GetOptions | undefined): (Uint8Array | undefined)[] {
    return requests.map(({ key, range }) => this.files.get(key, range, options));
  }

  async #answer<T>(keys: readonly string[], options: GetOptions | undefined, look: () => T): Promise<T> {
    this.most = Math.max(this.most, ++this.#open);
    try {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await this.before(keys, options);
      return look();
    } finally {
      this.#open--;
    }
  }

  taken(): { calls: number[]; gets: string[] } {
    return { calls: this.calls.splice(0).map((keys) => keys.length), gets: this.gets.splice(0) };
  }
}

async function filled(options: object, config: object = {}) {
  const database = new Database();
  const array = sync.createArray(database.files, {
    shape: [1000],
    chunks: [10],
    dtype: 'int32',
    compressors: null,
    ...options,
  } as sync.CreateArrayOptions);
  array.set(
    '...',
    Int32Array.from({ length: 1000 }, (_, at) => at + 1),
  );
  const remote = await promises.openArray(database.store, { config });
  database.taken();
  return { database, array, remote };
}

const NUMBERS = Array.from({ length: 1000 }, (_, at) => at + 1);

describe('many whole chunks of a store that answers later', () => {
  it.each([
    ['not compressed', {}],
    ['compressed', { compressors: 'auto' }],
    ['of format 2', { zarrFormat: 2 }],
    ['of texts', { dtype: 'string' }],
  ])('are one request (%s)', async (_, options) => {
    const database = new Database();
    const values = 'dtype' in options ? NUMBERS.map(String) : NUMBERS;
    const layout = { shape: [1000], chunks: [10], dtype: 'int32', compressors: null };
    sync.createArray(database.files, { ...layout, ...options } as sync.CreateArrayOptions).set('...', values);
    const remote = await promises.openArray(database.store);
    database.taken();
    expect((await remote.get()).toNested()).toEqual(values);
    expect(database.taken()).toEqual({ calls: [100], gets: [] });
    expect((await remote.get([[5, 995, 7, 500]])).toNested()).toEqual([5, 995, 7, 500].map((at) => values[at]));
    expect(database.taken()).toEqual({ calls: [3], gets: [] });
    expect((await remote.get('10:20')).toNested()).toEqual(values.slice(10, 20));
    expect(database.taken()).toMatchObject({ calls: [], gets: { length: 1 } });
  });

  it('are several requests where they are too many or too long, so many at once as the concurrency says', async () => {
    const { database, remote } = await filled({ chunks: [2] });
    expect((await remote.get()).toNested()).toEqual(NUMBERS);
    expect(database.taken()).toEqual({ calls: [256, 244], gets: [] });
    const config = { shardingCoalesceMaxBytes: 80, concurrency: 3 };
    const narrow = await filled({ chunks: [2] }, config);
    narrow.database.most = 0;
    expect((await narrow.remote.get()).toNested()).toEqual(NUMBERS);
    expect(narrow.database.taken()).toEqual({ calls: new Array(50).fill(10), gets: [] });
    expect(narrow.database.most).toBe(3);
    const long = await filled({ chunks: [20] }, { shardingCoalesceMaxBytes: 159 });
    expect((await long.remote.get()).toNested()).toEqual(NUMBERS);
    expect(long.database.taken()).toMatchObject({ calls: [], gets: { length: 50 } });
  });

  it('are whole shards too; of others the parts are read by themselves', async () => {
    const { database, remote } = await filled({ shards: [100] }, { shardingCoalesceMaxGapBytes: 0 });
    expect((await remote.get()).toNested()).toEqual(NUMBERS);
    expect(database.taken()).toEqual({ calls: [10], gets: [] });
    expect((await remote.get('50:450')).toNested()).toEqual(NUMBERS.slice(50, 450));
    const { calls, gets } = database.taken();
    expect(calls).toEqual([3]);
    expect(gets).toEqual(['c/0', 'c/4', 'c/0', 'c/4']);
  });

  it('are not parts of long chunks that are not compressed', async () => {
    const database = new Database();
    const values = Uint8Array.from({ length: 80_000 }, (_, at) => at % 251);
    const layout = { shape: [80_000], chunks: [20_000], dtype: 'uint8', compressors: null } as const;
    sync.createArray(database.files, layout).set('...', values);
    const remote = await promises.openArray(database.store);
    database.taken();
    expect((await remote.get('19_000:61_000'.replaceAll('_', ''))).toFlat()).toEqual(values.slice(19_000, 61_000));
    expect(database.taken()).toEqual({ calls: [2], gets: ['c/0', 'c/3'] });
  });

  it('that are absent are fill value, or an error that names the first one', async () => {
    const { database, array, remote } = await filled({ fillValue: 7 });
    array.set('20:30', 7);
    expect((await remote.get('15:35')).toNested()).toEqual(
      NUMBERS.slice(15, 35).map((value) => (value > 20 && value <= 30 ? 7 : value)),
    );
    expect(database.taken().gets).toEqual([]);
    const strict = remote.withConfig({ readMissingChunks: false });
    await expect(strict.get()).rejects.toMatchObject({ code: 'chunk-not-found', coords: [2], key: 'c/2' });
    await expect(strict.get()).rejects.toBeInstanceOf(ChunkNotFoundError);
  });

  it('tell progress chunk by chunk', async () => {
    const { remote } = await filled({});
    const told: number[] = [];
    await remote.get('...', {
      onProgress: (done, total) => {
        expect(total).toBe(100);
        told.push(done);
      },
    });
    expect(told).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
  });
});

describe('a failure among many chunks', () => {
  it('is told of the chunk that it is about', async () => {
    const { database, remote } = await filled({});
    database.before = (keys) => {
      if (keys.includes('c/42')) throw new Error('row 42 is locked');
    };
    const failure = await remote.get().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreError);
    expect(failure).toMatchObject({ key: 'c/42', coords: [42], message: expect.stringContaining('row 42 is locked') });
    expect((await remote.get('0:400')).toNested()).toEqual(NUMBERS.slice(0, 400));
  });

  it('of all together is none where each can be had by itself', async () => {
    const { database, remote } = await filled({});
    database.before = (keys) => {
      if (keys.length > 20) throw new Error('too many variables');
    };
    expect((await remote.get()).toNested()).toEqual(NUMBERS);
    expect(database.taken()).toMatchObject({ calls: [100], gets: { length: 100 } });
  });

  it('to decode one is told of that one', async () => {
    const { database, remote } = await filled({});
    database.files.set('c/17', new Uint8Array(39));
    const failure = await remote.get().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CodecError);
    expect(failure).toMatchObject({ key: 'c/17', coords: [17] });
  });

  it('to be as short as they have to be is a LimitError of that one', async () => {
    const { database, remote } = await filled({});
    database.files.set('c/17', new Uint8Array(2 ** 20));
    await expect(remote.get()).rejects.toMatchObject({ code: 'limit', key: 'c/17' });
  });

  it.each([
    ['too few', 5, 'gave 5 values for 100'],
    ['too many', 101, 'gave 101 values for 100'],
    ['none at all', undefined, 'gave undefined for 100'],
  ])('to answer for each of them is an error: %s', async (_, count, text) => {
    const { files } = (await filled({})).database;
    const store = forwarded(files, {
      answersAtOnce: false,
      get: async (key, range, options) => files.get(key, range, options),
      getMany: async () => (count === undefined ? undefined : new Array(count).fill(new Uint8Array(40))) as never,
    });
    const array = await promises.openArray(store);
    await expect(array.get()).rejects.toMatchObject({ code: 'store', message: expect.stringContaining(text) });
  });

  it('by the caller ends the read, and asks for nothing more', async () => {
    const { database, remote } = await filled({ chunks: [1] }, { concurrency: 1 });
    const controller = new AbortController();
    database.before = (_, options) => {
      controller.abort(new Error('enough'));
      options?.signal?.throwIfAborted();
    };
    await expect(remote.get('...', { signal: controller.signal })).rejects.toThrow('enough');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(database.taken()).toEqual({ calls: [256], gets: [] });
  });

  it('is what a blocking call meets', async () => {
    const { database } = await filled({});
    const answering = forwarded(database.files, { answersAtOnce: false, getMany: database.store.getMany });
    expect(() => sync.openArray(answering).get()).toThrow(SyncError);
  });
});

describe('a store that takes many', () => {
  it('and answers at once is asked for one chunk after another', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zarr-ts-'));
    try {
      const counted = logged(new LocalStore(folder));
      const array = sync.createArray(counted, { shape: [100], chunks: [10], dtype: 'int32' });
      array.set('...', 1);
      counted.reset();
      array.get();
      expect([...counted.counter.keys()]).toEqual(['get']);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('is asked once by reads that meet, where they are coalesced', async () => {
    const { database } = await filled({});
    const array = await promises.openArray(coalesced(database.store));
    database.taken();
    const [one, other] = await Promise.all([array.get('0:100'), array.get('0:100')]);
    expect(one.toNested()).toEqual(other.toNested());
    expect(database.taken()).toMatchObject({ calls: [], gets: { length: 10 } });
  });

  it('gives the values of one that does not', async () => {
    const layouts = fc.record({
      chunks: fc.constantFrom([7, 11], [20, 30], [5, 60]),
      shards: fc.boolean(),
      compressors: fc.constantFrom(null, 'auto' as const),
      most: fc.constantFrom(200, 5000, 2 ** 24),
    });
    await fc.assert(
      fc.asyncProperty(layouts, picksFor([60, 60]), async ({ chunks, shards, compressors, most }, selection) => {
        const database = new Database();
        const array = sync.createArray(database.files, {
          shape: [60, 60],
          chunks,
          dtype: 'int16',
          compressors,
          ...(shards ? { shards: chunks.map((length) => 2 * length) } : {}),
        });
        const values = Int16Array.from({ length: 3600 }, (_, at) => (at % 900 < 300 ? 0 : at));
        array.set('...', sync.ndarray(values, { shape: [60, 60] }));
        const remote = await promises.openArray(database.store, { config: { shardingCoalesceMaxBytes: most } });
        const plain = (value: unknown): unknown =>
          value instanceof sync.NdArray ? [value.shape, value.toNested()] : value;
        expect(plain(await remote.get(selection))).toEqual(plain(array.get(selection)));
      }),
      { numRuns: 60 },
    );
  });
});

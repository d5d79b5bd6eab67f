import { describe, expect, it } from 'vitest';
import { type Codec, registerCodec } from '../../src/codecs.js';
import * as promises from '../../src/index.js';
import { latency } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import * as sync from '../../src/sync.js';

const slow = (files = new sync.MemoryStore()): Store => latency(files, { getMs: 1, setMs: 1 });

describe('writes at the same time', () => {
  it.each([
    ['a chunk', {}],
    ['a shard', { chunks: [2], shards: [20] }],
  ])('to parts of %s lose nothing, over several handles', async (_, layout) => {
    const store = slow();
    await promises.createArray(store, { shape: [20], chunks: [20], dtype: 'int32', ...layout });
    const handles = await Promise.all([promises.openArray(store), promises.openArray(store)]);
    await Promise.all([...Array(20).keys()].map((i) => handles[i % 2]!.set([i], i + 1)));
    expect((await handles[0]!.get()).toNested()).toEqual([...Array(20).keys()].map((i) => i + 1));
  });

  it('to attributes lose nothing', async () => {
    const store = slow();
    const array = await promises.createArray(store, { shape: [1], dtype: 'int8' });
    const other = await promises.openArray(store);
    await Promise.all([...Array(10).keys()].map((i) => (i % 2 ? array : other).updateAttributes({ [`a${i}`]: i })));
    expect(Object.keys((await promises.openArray(store)).attrs).length).toBe(10);
  });

  it('of which one fails let the next one through', async () => {
    const files = new sync.MemoryStore();
    let failing = true;
    const store: Store = {
      ...slow(files),
      readOnly: false,
      get: async (key) => {
        if (failing && key === 'c/0') throw new Error('no luck');
        return files.get(key);
      },
      set: async (key, value) => files.set(key, value),
    };
    const array = await promises.createArray(store, { shape: [4], chunks: [4], dtype: 'int8' });
    const first = array.set([0], 1);
    const second = first.catch(() => {
      failing = false;
    });
    await expect(first).rejects.toThrow('no luck');
    await second;
    await array.set([1], 2);
    expect((await array.get()).toNested()).toEqual([0, 2, 0, 0]);
  });
});

describe('an abort', () => {
  it('rejects at once with its reason, and asks for nothing more', async () => {
    const files = new sync.MemoryStore();
    sync.createArray(files, { shape: [100], chunks: [1], dtype: 'int8' });
    let requests = 0;
    const store: Store = {
      readOnly: true,
      get: async (key) => {
        if (++requests > 5) await new Promise((resolve) => setTimeout(resolve, 20));
        return files.get(key);
      },
    };
    const array = await promises.openArray(store);
    const controller = new AbortController();
    const read = array.get('...', { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 5);
    await expect(read).rejects.toThrow('enough');
    const before = requests;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(requests).toBe(before);
  });

  it('before the start asks for nothing', async () => {
    const array = await promises.create([4], { dtype: 'int8' });
    await expect(array.get('...', { signal: AbortSignal.abort('too late') })).rejects.toBe('too late');
    await expect(array.set('...', 1, { signal: AbortSignal.abort('too late') })).rejects.toBe('too late');
    expect((await array.get()).toNested()).toEqual([0, 0, 0, 0]);
  });
});

describe('progress', () => {
  it('counts the chunks, shards as one', async () => {
    const array = sync.create([10], { dtype: 'int8', chunks: [4] });
    const seen: number[][] = [];
    array.set('...', 1, { onProgress: (done, total) => seen.push([done, total]) });
    array.get('4:', { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
      [1, 2],
      [2, 2],
    ]);
    const later = await promises.createArray(slow(), { shape: [16], shards: [8], chunks: [2], dtype: 'int8' });
    const counted: number[] = [];
    await later.set('...', 1, { onProgress: (done) => counted.push(done) });
    expect(counted).toEqual([1, 2]);
  });
});

describe('blocking calls', () => {
  it('fail with SyncError over a store that waits, and leave it usable', async () => {
    const files = new sync.MemoryStore();
    sync.createArray(files, { shape: [4], dtype: 'int8' });
    const store = slow(files);
    expect(() => sync.openArray(store)).toThrow(expect.objectContaining({ code: 'sync' }));
    const array = await promises.openArray(store);
    await array.set([0], 1);
    expect(await array.get([0])).toBe(1);
  });
});

describe('a codec that answers with promises', () => {
  const later = async (bytes: Uint8Array): Promise<Uint8Array> => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return bytes.slice();
  };
  const codec: Codec = {
    kind: 'compressor',
    name: 'test.later',
    configuration: undefined,
    toJSON: () => ({ name: 'test.later' }),
    resolve: () => codec,
    bind: () => ({
      kind: 'compressor',
      sizeAfter: (size) => size,
      bound: (size) => size,
      encode: later,
      decode: later,
    }),
  };
  registerCodec({ name: 'test.later', parse: () => codec });

  it.each([
    ['chunks', {}],
    ['shards', { shards: [20] }],
  ])('writes in %s what it was given, though the caller changes it meanwhile', async (_, layout) => {
    const made = new Int8Array(100).fill(1);
    const creating = promises.createArray(new sync.MemoryStore(), {
      data: made,
      chunks: [10],
      compressors: [codec],
      config: { concurrency: 2 },
      ...layout,
    });
    made.fill(9);
    const array = await creating;
    const appended = new Int8Array(100).fill(2);
    const appending = array.append(appended);
    appended.fill(9);
    await appending;
    const whole = new Int8Array([...new Array(100).fill(1), ...new Array(100).fill(2)]);
    expect((await array.get()).data).toEqual(whole);
    const set = new Int8Array(200).fill(3);
    const setting = array.set('...', set);
    set.fill(9);
    await setting;
    expect((await array.get()).data).toEqual(new Int8Array(200).fill(3));
  });
});

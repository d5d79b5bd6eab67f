/** The index of a shard is kept from one read to the next, and never makes one wrong. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KeptIndexes } from '../../src/core/shards/kept-indexes.js';
import type { ShardFormat } from '../../src/core/shards/shard.js';
import * as promises from '../../src/index.js';
import { LocalStore, latency, logged } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import { forwarded } from '../../src/stores/wrappers/forwarded.js';
import * as sync from '../../src/sync.js';

const LAYOUT = { shape: [32], shards: [16], chunks: [2], dtype: 'int32', compressors: null } as const;
const INDEX_BYTES = 8 * 16 + 4;
/** Nothing is read in vain, so that an index is a request of its own wherever the shard is. */
const APART = { config: { shardingCoalesceMaxGapBytes: 0 } } as const;

let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
  folder = undefined;
});

function inFolder(): LocalStore {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zarr-ts-'));
  return new LocalStore(folder);
}

const stores: readonly [name: string, make: () => Store][] = [
  ['memory', () => new sync.MemoryStore()],
  ['a folder', inFolder],
  ['a store that waits', () => latency(new sync.MemoryStore())],
];

describe.each(stores)('the index of a shard in %s', (_, make) => {
  /** The array, 1 to 32, seen by a handle whose requests are counted, and by another one. */
  async function opened() {
    const store = make();
    const other = await promises.createArray(store, LAYOUT);
    await other.set(
      '...',
      Int32Array.from({ length: 32 }, (_, at) => at + 1),
    );
    const counted = logged(store);
    const array = await promises.openArray(counted, APART);
    counted.reset();
    const requests = (): number => {
      const count = (counted.counter.get('get') ?? 0) + (counted.counter.get('getMany') ?? 0);
      counted.reset();
      return count;
    };
    return { store, other, array, counted, requests };
  }

  it('is read once: what comes next takes one request', async () => {
    const { array, counted, requests } = await opened();
    expect(await array.get([4])).toBe(5);
    expect(counted.bytesRead).toBe(INDEX_BYTES + 8);
    expect(requests()).toBe(2);
    for (const at of [4, 5, 6, 15]) {
      expect(await array.get([at])).toBe(at + 1);
      expect(counted.bytesRead).toBe(8);
      expect(requests()).toBe(1);
    }
    expect(await array.get([16])).toBe(17);
    expect(requests()).toBe(2);
  });

  it('is read again where somebody else has replaced the shard', async () => {
    const { other, array, requests } = await opened();
    await array.get([4]);
    await other.set([0], 100);
    requests();
    expect(await array.get([4])).toBe(5);
    expect(requests()).toBe(3); // In vain, the index, the chunk.
    expect(await array.get([0])).toBe(100);
    expect(requests()).toBe(1);
  });

  it('says of no chunk that it is absent without having asked', async () => {
    const { other, array, requests } = await opened();
    await other.set('2:4', 0);
    expect(await array.get([2])).toBe(0);
    requests();
    expect(await array.get([2])).toBe(0);
    expect(requests()).toBe(1);
    await other.set('2:4', 7);
    expect(await array.get([2])).toBe(7);
    await other.set('2:4', 0);
    expect((await array.get('1:5')).toNested()).toEqual([2, 0, 0, 5]);
    await other.set('0:16', 0);
    expect(await array.get([1])).toBe(0);
    expect(await array.get([1])).toBe(0);
  });

  it('is forgotten where the handle itself writes', async () => {
    const { array, requests } = await opened();
    await array.get([4]);
    await array.set([4], 50);
    requests();
    expect(await array.get([4])).toBe(50);
    expect(requests()).toBe(2);
    await array.set('0:16', 0); // Deletes the shard.
    requests();
    expect(await array.get([4])).toBe(0);
    expect(requests()).toBe(1);
  });

  it('is of no use to an array of another shape', async () => {
    const { array, other, requests } = await opened();
    await array.get([4]);
    await array.resize(20);
    requests();
    expect(await array.get([4])).toBe(5);
    expect(requests()).toBe(2);
    expect(await other.get([18])).toBe(19);
  });

  it.each([1, 2, 3])('never shows old values, whoever writes (seed %i)', async (seed) => {
    const { store } = await opened();
    const handles = [
      await promises.openArray(store),
      await promises.openArray(store, APART),
      await promises.openArray(store),
    ];
    const expected = Int32Array.from({ length: 32 }, (_, at) => at + 1);
    const random = randomOf(seed);
    for (let step = 0; step < 300; step++) {
      const handle = handles[Math.floor(random() * 3)]!;
      const start = Math.floor(random() * 32);
      const stop = start + 1 + Math.floor(random() * Math.min(6, 32 - start));
      if (random() < 0.4) {
        const value = random() < 0.4 ? 0 : step + 1;
        await handle.set([promises.slice(start, stop)], value);
        expected.fill(value, start, stop);
      } else {
        const got = await handle.get([promises.slice(start, stop)]);
        expect(got.toNested()).toEqual([...expected.subarray(start, stop)]);
      }
    }
  });
});

describe('indexes that are kept', () => {
  it('are none of a file that may be replaced before the clock of its file system moves on', () => {
    const store = inFolder();
    const other = sync.createArray(store, LAYOUT);
    const array = sync.openArray(store);
    const { fstatSync } = fs;
    const nowNs = BigInt(Date.now() + 1000) * 1_000_000n; // It may be ahead of ours.
    // As where writers of other kinds overwrite a file in its place.
    const coarse = { ino: 7n, mtimeNs: nowNs, ctimeNs: nowNs };
    const spy = vi
      .spyOn(fs, 'fstatSync')
      .mockImplementation(((...given: Parameters<typeof fstatSync>) =>
        Object.assign(fstatSync(...given), given[1]?.bigint ? coarse : {})) as typeof fstatSync);
    try {
      other.set('0:4', 7);
      expect(array.get([0])).toBe(7);
      other.set('0:4', 0);
      other.set('4:8', 9); // The shard has as many bytes as before, of other chunks.
      expect(array.get([0])).toBe(0);
      expect(array.get([4])).toBe(9);
    } finally {
      spy.mockRestore();
    }
  });

  it('are none of a store that tells no tags', () => {
    const files = new sync.MemoryStore();
    sync.createArray(files, LAYOUT).set('...', 1);
    const counted = logged(forwarded(files, { get: (key, range) => files.get(key, range), getMany: undefined }));
    const array = sync.openArray(counted);
    counted.reset();
    array.get([4]);
    array.get([4]);
    expect(counted.counter.get('get')).toBe(4);
  });

  it('take bounded memory, those used last stay', () => {
    const kept = new KeptIndexes();
    const format = {} as ShardFormat; // Only compared.
    const index = (): Uint32Array => new Uint32Array(2 ** 20); // 4 MiB.
    for (const key of ['a', 'b', 'c', 'd']) kept.keep(key, format, index(), { etag: key });
    expect(kept.recall('a', format)?.info.etag).toBe('a');
    expect(kept.recall('a', { ...format })).toBe(undefined);
    kept.keep('e', format, index(), { etag: 'e' });
    const present = ['a', 'b', 'c', 'd', 'e'].filter((key) => kept.recall(key, format) !== undefined);
    expect(present).toEqual(['a', 'c', 'd', 'e']);
    kept.keep('huge', format, new Uint32Array(2 ** 22 + 1), { etag: 'huge' });
    expect(kept.recall('huge', format)).toBe(undefined);
    kept.forget('c');
    kept.keep('f', format, index(), { etag: 'f' });
    expect(kept.recall('d', format)).toBeDefined();
  });

  it('hold no memory of the store', () => {
    const kept = new KeptIndexes();
    const format = {} as ShardFormat; // Only compared.
    const shard = new Uint8Array(2 ** 16);
    kept.keep('a', format, new Uint32Array(shard.buffer, 0, 4), {});
    expect(kept.recall('a', format)!.index.buffer.byteLength).toBe(16);
  });
});

function randomOf(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

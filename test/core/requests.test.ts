import { describe, expect, it } from 'vitest';
import * as promises from '../../src/index.js';
import { latency } from '../../src/storage.js';
import type { ByteRange, Store } from '../../src/stores/store.js';
import * as sync from '../../src/sync.js';

/** A memory store that lists the requests it gets: `get c/0 10+4`. */
class Counted extends sync.MemoryStore {
  readonly requests: string[] = [];
  override get(key: string, range?: ByteRange): Uint8Array | undefined {
    const part =
      range === undefined
        ? ''
        : 'suffixLength' in range
          ? ` -${range.suffixLength}`
          : ` ${range.offset}+${range.length}`;
    this.requests.push(`get ${key}${part}`);
    return super.get(key, range);
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

describe('the number of requests', () => {
  it('to open a format 3 node is one', () => {
    const store = new Counted();
    sync.createArray(store, { name: 'a/b', shape: [4], dtype: 'int8' });
    store.taken();
    sync.open(store, { path: 'a/b' });
    expect(store.taken()).toEqual(['get a/b/zarr.json']);
  });

  it('to open a format 2 array is four', () => {
    const store = new Counted();
    sync.createArray(store, { shape: [4], dtype: 'int8', zarrFormat: 2 });
    store.taken();
    sync.openArray(store);
    expect(store.taken()).toEqual(['get zarr.json', 'get .zarray', 'get .zgroup', 'get .zattrs']);
  });

  it('to create a node is a read and a write for it and for each parent', () => {
    const store = new Counted();
    sync.createArray(store, { name: 'a/b', shape: [4], dtype: 'int8' });
    expect(store.taken().sort()).toEqual(
      [
        'get .zarray',
        ...[
          'get a/b/zarr.json',
          'get a/zarr.json',
          'get zarr.json',
          'set a/b/zarr.json',
          'set a/zarr.json',
          'set zarr.json',
        ],
      ].filter((request) => request !== 'get .zarray'),
    );
  });

  it('to read is one for each chunk, and none for an empty selection', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [10], chunks: [4], dtype: 'int8', compressors: null });
    store.taken();
    array.get('3:5');
    expect(store.taken()).toEqual(['get c/0', 'get c/1']);
    array.get('5:5');
    expect(store.taken()).toEqual([]);
  });

  it('to write a whole chunk is one, in part two, and one in all for what lies past the end; fill value deletes', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [10], chunks: [4], dtype: 'int8', compressors: null });
    store.taken();
    array.set('4:', 1);
    expect(store.taken()).toEqual(['get zarr.json', 'set c/1', 'set c/2']);
    array.set('3:5', 2);
    expect(store.taken()).toEqual(['get c/0', 'set c/0', 'get c/1', 'set c/1']);
    array.set('4:8', 0);
    expect(store.taken()).toEqual(['delete c/1']);
  });

  it('to read a shard is one where it is wanted whole, else one for the index and one for the chunks side by side', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [16], shards: [8], chunks: [2], dtype: 'int8', compressors: null });
    array.set('...', new Int8Array(16).fill(1));
    store.taken();
    array.get();
    expect(store.taken()).toEqual(['get c/0', 'get c/1']);
    array.get('1:4');
    expect(store.taken()).toEqual(['get c/0 -68', 'get c/0 0+4']);
    array.get('9:11');
    expect(store.taken()).toEqual(['get c/1 -68', 'get c/1 0+4']);
  });

  it('to write in part to a shard is one read and one write, however many chunks', () => {
    const store = new Counted();
    const array = sync.createArray(store, { shape: [16], shards: [8], chunks: [2], dtype: 'int8', compressors: null });
    store.taken();
    array.set('1:7', 3);
    expect(store.taken()).toEqual(['get c/0', 'set c/0']);
    array.set('8:', 3);
    expect(store.taken()).toEqual(['set c/1']);
  });

  it('is the same with promises, where nothing may be read in vain', async () => {
    const counted = new Counted();
    const store: Store = latency(counted, { getMs: 0, setMs: 0 });
    const config = { shardingCoalesceMaxGapBytes: 0 };
    const array = await promises.createArray(store, { shape: [16], shards: [8], chunks: [2], dtype: 'int8', config });
    await array.set('8:', 3);
    counted.taken();
    await array.get('9:11');
    expect(counted.taken().length).toBe(2);
  });

  it('that wait at once is bounded', async () => {
    let waiting = 0;
    let most = 0;
    const files = new sync.MemoryStore();
    const store: Store = {
      readOnly: false,
      get: async (key, range) => {
        most = Math.max(most, ++waiting);
        await new Promise((resolve) => setTimeout(resolve, 1));
        waiting--;
        return files.get(key, range);
      },
    };
    sync.createArray(files, { shape: [100], chunks: [1], dtype: 'int8' });
    const array = await promises.openArray(store);
    most = 0;
    await array.get();
    expect(most).toBe(10);
    most = 0;
    await array.get('...', { config: { concurrency: 3 } });
    expect(most).toBe(3);
  });
});

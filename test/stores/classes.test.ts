/** What programs make of our stores, with a `get` of its own, is asked by it wherever the store is opened. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as later from '../../src/index.js';
import { latency, limited, logged, ManagedMemoryStore, prefixed } from '../../src/storage.js';
import { LocalStore } from '../../src/stores/local.js';
import { MemoryStore } from '../../src/stores/memory.js';
import type { ByteRange, GetOptions, Store } from '../../src/stores/store.js';
import * as zarr from '../../src/sync.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zarr-ts-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Bytes of chunks are stored turned over; documents are not. */
const turned = (key: string, bytes: Uint8Array): Uint8Array =>
  key.endsWith('json') ? bytes : bytes.map((byte) => byte ^ 0xff);

class TurnedFiles extends LocalStore {
  override set(key: string, value: Uint8Array): void {
    super.set(key, turned(key, value));
  }

  override get(key: string, range?: ByteRange, options?: GetOptions): Uint8Array | undefined {
    const value = super.get(key, range, options);
    return value && turned(key, value);
  }
}

class TurnedMemory extends MemoryStore {
  override set(key: string, value: Uint8Array): void {
    super.set(key, turned(key, value));
  }

  override get(key: string, range?: ByteRange, options?: GetOptions): Uint8Array | undefined {
    const value = super.get(key, range, options);
    return value && turned(key, value);
  }
}

class TurnedNames extends ManagedMemoryStore {
  override get(key: string, range?: ByteRange, options?: GetOptions): Uint8Array | undefined {
    const value = super.get(key, range, options);
    return value && turned(key, value);
  }
}

/** Not a class: the methods of one store have others in their places. */
function turnedStore(): LocalStore {
  const store = new LocalStore(path.join(folder, 'replaced'));
  const { get, set } = LocalStore.prototype;
  return Object.assign(store, {
    get: (key: string, range?: ByteRange, options?: GetOptions) => {
      const value = get.call(store, key, range, options);
      return value && turned(key, value);
    },
    set: (key: string, value: Uint8Array) => set.call(store, key, turned(key, value)),
  });
}

describe('is read in its own way where it is opened to be read only', () => {
  const stores: Record<string, () => Store> = {
    'of files': () => new TurnedFiles(path.join(folder, 'files')),
    'in memory': () => new TurnedMemory(),
    'one store': turnedStore,
  };
  for (const [name, make] of Object.entries(stores)) {
    for (const wrap of [(store: Store) => store, logged, (store: Store) => prefixed(store, 'a')]) {
      it(`${name}, ${wrap.name === 'wrap' ? '' : wrap.name}`, () => {
        const store = wrap(make());
        const array = zarr.createArray(store, { shape: [4], dtype: 'uint8', compressors: null });
        array.set(null, [1, 2, 3, 4]);
        const opened = zarr.openArray(store, { mode: 'r' });
        expect(opened.readOnly).toBe(true);
        expect(opened.get().toNested()).toEqual([1, 2, 3, 4]);
      });
    }
  }

  it('where parts of a shard are one request', async () => {
    const store = new TurnedFiles(path.join(folder, 'parts'));
    const options = { shape: [12], chunks: [2], shards: [12], dtype: 'uint8', compressors: null } as const;
    zarr.createArray(store, options).set(null, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    for (const from of [store, latency(store)]) {
      const array = await later.openArray(from, { mode: 'r', config: { shardingCoalesceMaxGapBytes: 0 } });
      expect((await array.get('::5')).toNested()).toEqual([1, 6, 11]);
      expect(await (await later.openArray(from, { mode: 'r' })).get('4')).toBe(5);
    }
  });

  it('of named values', () => {
    const options = { shape: [2], dtype: 'uint8', compressors: null } as const;
    zarr.createArray(new ManagedMemoryStore('turned'), options).set(null, [0xfe, 0xfd]);
    const store = new TurnedNames('turned');
    expect(
      zarr
        .openArray(limited(store, { concurrency: 1 }), { mode: 'r' })
        .get()
        .toNested(),
    ).toEqual([1, 2]);
  });
});

it('is not read by other threads, which have only the class', () => {
  expect(new LocalStore(folder).portable).toBeDefined();
  expect(new TurnedFiles(folder).portable).toBeUndefined();
  expect(turnedStore().portable).toBeUndefined();
});

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'vitest';
import { adapted, type ForeignStore } from '../../src/stores/adapted.js';
import { LocalStore, type LocalStoreOptions } from '../../src/stores/local.js';
import { ManagedMemoryStore, MemoryStore } from '../../src/stores/memory.js';
import type { Store } from '../../src/stores/store.js';
import { latency } from '../../src/stores/wrappers/latency.js';
import { logged } from '../../src/stores/wrappers/logged.js';
import { prefixed } from '../../src/stores/wrappers/prefixed.js';
import { readOnly } from '../../src/stores/wrappers/read-only.js';
import { faulty } from '../../src/testing/fault.js';
import { type StoreUnderTest, storeSuite } from '../../src/testing/store-suite.js';

type Values = ReadonlyMap<string, Uint8Array>;

const inMemory = (values: Values): Store => new MemoryStore(new Map(values));
const filled = async (store: Store, values: Values): Promise<Store> => {
  for (const [key, value] of values) await store.set!(key, value);
  return store;
};

async function inFolder(values: Values, options: LocalStoreOptions): Promise<StoreUnderTest> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zarr-ts-'));
  // A folder below, so that the store has to make its root.
  const store = await filled(new LocalStore(path.join(folder, 'root'), options), values);
  return { store, end: () => fs.rmSync(folder, { recursive: true, force: true }) };
}

describe('MemoryStore', () => storeSuite({ test, make: (values) => ({ store: inMemory(values) }) }));

let names = 0;
for (const inner of ['', 'deep/path']) {
  describe(`ManagedMemoryStore at "${inner}"`, () => {
    storeSuite({
      test,
      make: async (values) => ({
        store: await filled(new ManagedMemoryStore(`suite-${names++}`, { path: inner }), values),
      }),
    });
  });
}

const localOptions: readonly LocalStoreOptions[] = [
  {},
  { lock: 'os' },
  { durability: 'flush', lock: 'os', followSymlinks: false },
];
for (const options of localOptions) {
  describe(`LocalStore ${JSON.stringify(options)}`, () => {
    storeSuite({ test, make: (values) => inFolder(values, options) });
  });
}

const wrappers: Readonly<Record<string, (store: Store) => Store>> = {
  logged,
  latency: (store) => latency(store),
  'latency of 1 ms': (store) => latency(store, { getMs: 1, setMs: 1 }),
  faulty: (store) => faulty(store, { at: Number.POSITIVE_INFINITY }),
};
for (const [name, wrapper] of Object.entries(wrappers)) {
  describe(name, () => storeSuite({ test, make: (values) => ({ store: wrapper(inMemory(values)) }) }));
}

describe('readOnly', () => {
  storeSuite({ test, make: (values) => ({ store: readOnly(inMemory(values)) }), without: ['writes'] });
});

describe('prefixed, over a store with values beside it', () => {
  const beside = new Map([
    ['a/other', new Uint8Array(1)],
    ['in/sidebar', new Uint8Array(1)],
  ]);
  storeSuite({
    test,
    make: async (values) => ({ store: await filled(prefixed(new MemoryStore(new Map(beside)), '/in/side/'), values) }),
  });
});

describe('prefixed, over a store that waits', () => {
  storeSuite({
    test,
    make: async (values) => ({ store: await filled(prefixed(latency(new MemoryStore()), 'x'), values) }),
  });
});

/** A store in zarrita's shape. */
class Foreign implements ForeignStore {
  readonly values = new Map<string, Uint8Array>();
  get(key: string) {
    return this.values.get(key);
  }
  set(key: string, value: Uint8Array) {
    this.values.set(key, value);
  }
  delete(key: string) {
    return this.values.delete(key);
  }
  list() {
    return [...this.values.keys()];
  }
}

/** The same, far away, and with ranges. */
class ForeignLater implements ForeignStore {
  readonly inner = new Foreign();
  async get(key: string) {
    return this.inner.get(key);
  }
  async getRange(key: string, range: { offset: number; length: number } | { suffixLength: number }) {
    const value = this.inner.get(key);
    if ('suffixLength' in range) return value?.slice(-range.suffixLength);
    return value?.slice(range.offset, range.offset + range.length);
  }
  async set(key: string, value: Uint8Array) {
    this.inner.set(key, value);
  }
  async has(key: string) {
    return this.inner.get(key) !== undefined;
  }
  async delete(key: string) {
    this.inner.delete(key);
  }
  async *list(prefix: string) {
    for (const key of this.inner.list()) if (key.startsWith(prefix)) yield key;
  }
}

for (const make of [Foreign, ForeignLater]) {
  describe(`adapted ${make.name}`, () => {
    storeSuite({
      test,
      make: async (values) => ({ store: await filled(adapted(new make()), values) }),
      without: ['tags'],
    });
  });
}

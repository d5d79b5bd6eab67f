/** Encoded bytes are lent to stores that say that they take them so; all others are given bytes that nobody writes to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BloscCodec, type Codec, GzipCodec, numcodecs, ZstdCodec } from '../../src/codecs.js';
import * as zarr from '../../src/index.js';
import { LocalStore, latency, logged, ManagedMemoryStore, MemoryStore } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import * as blocking from '../../src/sync.js';

const folder = mkdtempSync(join(tmpdir(), 'zarr-lent-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHAINS: readonly (readonly [name: string, compressors: readonly (Codec | string)[]])[] = [
  ['blosc, lz4', [new BloscCodec({ cname: 'lz4', typesize: 4, shuffle: 'shuffle' })]],
  ['blosc, zstd', [new BloscCodec({ cname: 'zstd', typesize: 4 })]],
  ['zstd', [new ZstdCodec({ level: 1 })]],
  ['zstd with a checksum', [new ZstdCodec({ level: 3, checksum: true })]],
  ['gzip', [new GzipCodec({ level: 1 })]],
  ['lz4', [new numcodecs.LZ4()]],
  ['two that lend', [new BloscCodec({ cname: 'lz4', typesize: 4 }), new ZstdCodec()]],
  ['one that lends before one that does not', [new BloscCodec({ cname: 'lz4', typesize: 4 }), 'crc32c']],
  ['none', []],
];
const LENDING = ['blosc, lz4', 'zstd', 'zstd with a checksum', 'two that lend'];

const SHAPE = [96, 80];
const valuesOf = (seed: number) => ({
  data: Int32Array.from({ length: 96 * 80 }, (_, i) => ((i * (seed + 3)) & 0xfff) ^ (i % 7 === 0 ? i << 16 : seed)),
  shape: SHAPE,
});

const spec = (compressors: readonly unknown[], shards?: readonly number[]) =>
  ({
    shape: SHAPE,
    chunks: [16, 20],
    ...(shards && { shards }),
    dtype: 'int32',
    compressors,
  }) as zarr.CreateArrayOptions;

/** What is stored of values, each value as it was when it was set. */
function storedOf(compressors: readonly unknown[], shards?: readonly number[]): Map<string, Uint8Array> {
  const copies = new Map<string, Uint8Array>();
  blocking
    .createArray(
      keeping(copies, (bytes) => bytes.slice()),
      spec(compressors, shards),
    )
    .set(null, valuesOf(1));
  return copies;
}

/** A store that keeps of what it is given what `kept` makes of it. */
const keeping = (
  values: Map<string, Uint8Array>,
  kept: (bytes: Uint8Array) => Uint8Array,
  more: object = {},
): Store => ({
  readOnly: false,
  answersAtOnce: true,
  get: (key) => values.get(key),
  set: (key, bytes) => void values.set(key, kept(bytes)),
  delete: (key) => void values.delete(key),
  toString: () => 'keeping',
  ...more,
});

const same = (found: ReadonlyMap<string, Uint8Array>, expected: ReadonlyMap<string, Uint8Array>): void => {
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [key, bytes] of expected) expect(Buffer.compare(found.get(key)!, bytes), key).toBe(0);
};

const chunksOf = (values: ReadonlyMap<string, Uint8Array>) => [...values].filter(([key]) => key.startsWith('c/'));

describe.each(CHAINS)('%s', (name, compressors) => {
  // What is not compressed may be a view of memory that is used again, of which any store keeps a copy only.
  const ownCopies = name !== 'none';

  it.skipIf(!ownCopies).each([[undefined], [[32, 40]]])('a store that keeps what it is given, shards %s', (shards) => {
    const kept = new Map<string, Uint8Array>();
    const array = blocking.createArray(
      keeping(kept, (bytes) => bytes),
      spec(compressors, shards),
    );
    array.set(null, valuesOf(1));
    const first = new Map(kept);
    array.set(null, valuesOf(2));
    same(first, storedOf(compressors, shards));
    expect(new Set(chunksOf(first).map(([, { buffer }]) => buffer)).size).toBe(chunksOf(first).length);
    expect(array.get()).toMatchObject({ data: valuesOf(2).data });
  });

  it.each([[undefined], [[32, 40]]])('the same bytes in a store that takes them lent, shards %s', (shards) => {
    const taken = new Map<string, Uint8Array>();
    const buffers: ArrayBufferLike[] = [];
    const take = (bytes: Uint8Array): Uint8Array => {
      buffers.push(bytes.buffer);
      return bytes.slice();
    };
    const store = keeping(taken, take, { takesLent: true });
    const array = blocking.createArray(store, spec(compressors, shards));
    buffers.length = 0; // Of the document.
    array.set(null, valuesOf(1));
    same(taken, storedOf(compressors, shards));
    if (shards !== undefined || LENDING.includes(name)) expect(new Set(buffers).size).toBe(1);
  });

  it('the same bytes in files and in memory', () => {
    const expected = storedOf(compressors);
    for (const store of [new LocalStore(join(folder, name)), new MemoryStore(), new ManagedMemoryStore(name)]) {
      expect(store.takesLent).toBe(true);
      const array = blocking.createArray(store, spec(compressors));
      array.set(null, valuesOf(2));
      array.set(null, valuesOf(1));
      same(new Map([...store.list('')].map((key) => [key, store.get(key)!])), expected);
    }
  });
});

const BLOSC = [new BloscCodec({ cname: 'lz4', typesize: 4 })];

it('is said by no store that does more with the bytes', () => {
  class Remembering extends LocalStore {
    readonly last: Uint8Array[] = [];
    override set(key: string, bytes: Uint8Array): void {
      this.last.push(bytes);
      super.set(key, bytes);
    }
  }
  const changed = new MemoryStore();
  const given: Uint8Array[] = [];
  changed.set = (key, bytes) => {
    given.push(bytes);
    MemoryStore.prototype.set.call(changed, key, bytes);
  };
  const remembering = new Remembering(join(folder, 'remembering'));
  for (const [store, last] of [
    [remembering, remembering.last],
    [changed, given],
  ] as const) {
    expect(store.takesLent).toBe(false);
    const array = blocking.createArray(store, spec(BLOSC));
    last.length = 0;
    array.set(null, valuesOf(1));
    const expected = chunksOf(storedOf(BLOSC)).map(([, bytes]) => bytes);
    expect(last.map((bytes) => [...bytes])).toEqual(expected.map((bytes) => [...bytes]));
  }
  for (const wrap of [(store: Store) => logged(store), (store: Store) => latency(store)]) {
    expect(wrap(new MemoryStore()).takesLent).not.toBe(true);
  }
});

it('a write that fails leaves nothing behind that later ones meet', () => {
  const values = new Map<string, Uint8Array>();
  let left = 5;
  const store = keeping(values, (bytes) => bytes.slice(), { takesLent: true });
  const failing: Store = {
    ...store,
    set: (key, bytes) => {
      if (key.startsWith('c/') && --left === 0) throw new RangeError('no room');
      store.set!(key, bytes);
    },
  };
  for (const shards of [undefined, [32, 40]]) {
    left = 3;
    values.clear();
    const array = blocking.createArray(failing, spec(BLOSC, shards));
    expect(() => array.set(null, valuesOf(2))).toThrow('no room');
    array.set(null, valuesOf(1));
    const expected = storedOf(BLOSC, shards);
    for (const [key, bytes] of chunksOf(expected)) expect(Buffer.compare(values.get(key)!, bytes), key).toBe(0);
  }
});

it('writes at the same time: each value is what it is until the store has it', async () => {
  const stored = new Map<string, Uint8Array>();
  let changed = 0;
  const slow: Store = {
    ...keeping(stored, (bytes) => bytes),
    answersAtOnce: false,
    set: async (key, bytes) => {
      const before = bytes.slice();
      await new Promise((resolve) => setTimeout(resolve, 1 + (bytes.length % 3)));
      if (Buffer.compare(before, bytes) !== 0) changed++;
      stored.set(key, before);
    },
  };
  for (const shards of [undefined, [32, 40]]) {
    stored.clear();
    const array = await zarr.createArray(slow, spec(BLOSC, shards));
    const others = Array.from({ length: 3 }, () => blocking.createArray(new MemoryStore(), spec(BLOSC)));
    const writes = [array.set(null, valuesOf(1))];
    for (const [seed, other] of others.entries()) other.set(null, valuesOf(seed + 5));
    writes.push(array.set(null, valuesOf(3)), array.set(null, valuesOf(1)));
    await Promise.all(writes);
    expect(changed).toBe(0);
    same(stored, storedOf(BLOSC, shards));
    for (const [seed, other] of others.entries()) {
      expect(other.get()).toMatchObject({ data: valuesOf(seed + 5).data });
    }
  }
});

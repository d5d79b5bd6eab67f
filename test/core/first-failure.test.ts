/**
 * Of several failures, a call tells the one that a plain blocking call meets first, in the order of the chunks: however far
 * away the store is, in which order its answers come, and by how few requests it is asked.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { BytesCodec, type CodecOption, Crc32cCodec, GzipCodec, ShardingCodec, ZstdCodec } from '../../src/codecs.js';
import { ChecksumError, ChunkNotFoundError } from '../../src/errors.js';
import * as later from '../../src/index.js';
import { coalesced, LocalStore, latency, limited } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import { forwarded } from '../../src/stores/wrappers/forwarded.js';
import * as zarr from '../../src/sync.js';
import { outcome } from './outcome.js';

const folder = mkdtempSync(join(tmpdir(), 'zarr-failures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

/** `store` far away, its answers in another order than they are asked for. */
function shuffling(store: Store): Store {
  let count = 0;
  const answer = async <T>(look: () => T | PromiseLike<T>): Promise<T> => {
    const turns = (count++ * 7) % 5;
    for (let turn = 0; turn < turns; turn++) await undefined;
    if (turns === 4) await new Promise((resolve) => setImmediate(resolve));
    return await look();
  };
  return forwarded(store, {
    answersAtOnce: false,
    get: (key, range, options) => answer(() => store.get(key, range, options)),
    getMany: store.getMany && ((requests, options) => answer(() => store.getMany!(requests, options))),
  });
}

/** What the library of another has for a store: it tells no sizes, and answers with promises or at once. */
const foreign = (files: ReadonlyMap<string, Uint8Array>, isFar: boolean): object => {
  const answer = <T>(value: T): T | Promise<T> => (isFar ? Promise.resolve(value) : value);
  return {
    get: (path: string) => answer(files.get(path.slice(1))),
    getRange: (path: string, range: { offset: number; length: number } | { suffixLength: number }) => {
      const bytes = files.get(path.slice(1));
      if ('suffixLength' in range) return answer(bytes?.slice(Math.max(0, bytes.length - range.suffixLength)));
      return answer(bytes?.slice(range.offset, range.offset + range.length));
    },
  };
};

const axis = fc.record({
  chunk: fc.integer({ min: 1, max: 4 }),
  perShard: fc.integer({ min: 1, max: 4 }),
  perOuter: fc.integer({ min: 1, max: 2 }),
  length: fc.integer({ min: 1, max: 30 }),
});

const picksOf = (length: number): fc.Arbitrary<zarr.Slice | number[] | null> =>
  fc.oneof(
    fc.constant(null),
    fc
      .tuple(fc.nat(length - 1), fc.nat(length - 1), fc.integer({ min: 1, max: 3 }), fc.boolean())
      .map(([a, b, step, isBackwards]) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        return isBackwards ? zarr.slice(high, low === 0 ? null : low - 1, -step) : zarr.slice(low, high + 1, step);
      }),
    fc.array(fc.nat(length - 1), { minLength: 1, maxLength: 8 }),
  );

/** Something that happens to stored bytes: each a place, as a part of them, and how much of them it is. */
const damage = fc.record({
  kind: fc.constantFrom('cut', 'flip', 'fill', 'lose'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bits: fc.integer({ min: 1, max: 255 }),
});
type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

const cases = fc.array(axis, { minLength: 1, maxLength: 3 }).chain((axes) =>
  fc.record({
    axes: fc.constant(axes),
    kind: fc.constantFrom('chunks', 'shards', 'shards', 'nested'),
    dtype: fc.constantFrom('uint8', 'int16', 'string'),
    compressors: fc.constantFrom<readonly CodecOption[]>([], [], ['crc32c'], [new ZstdCodec()], [new GzipCodec()]),
    hasIndexChecksum: fc.boolean(),
    indexLocation: fc.constantFrom<'start' | 'end'>('start', 'end'),
    subchunkWriteOrder: fc.constantFrom('lexicographic' as const, 'morton' as const, 'colexicographic' as const),
    /** Every n-th run of elements is fill value. */
    holes: fc.integer({ min: 2, max: 5 }),
    damages: fc.array(damage, { minLength: 1, maxLength: 4 }),
    /** Each n-th stored value is damaged. */
    damaged: fc.integer({ min: 1, max: 3 }),
    selection: fc.tuple(...axes.map(({ length }) => picksOf(length))),
    readMissingChunks: fc.boolean(),
    concurrency: fc.integer({ min: 1, max: 10 }),
    shardingCoalesceMaxGapBytes: fc.constantFrom(0, 3, 20, 2 ** 20),
    shardingCoalesceMaxBytes: fc.constantFrom(1, 10, 100, 2 ** 24),
  }),
);
type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never;

/** The stored values of an array, some of which are damaged. */
function filesOf(which: Case): Map<string, Uint8Array> {
  const { axes, kind, dtype, compressors, indexLocation, subchunkWriteOrder, holes } = which;
  const chunks = axes.map(({ chunk }) => chunk);
  const indexCodecs = which.hasIndexChecksum ? [new BytesCodec(), new Crc32cCodec()] : [new BytesCodec()];
  const sharded = (chunkShape: number[], codecs: readonly CodecOption[]): ShardingCodec =>
    new ShardingCodec({ chunkShape, codecs: codecs as never, indexCodecs, indexLocation, subchunkWriteOrder });
  const text: CodecOption = { name: 'vlen-utf8', configuration: {} };
  const inner = [dtype === 'string' ? text : new BytesCodec(), ...compressors];
  const shards = axes.map(({ chunk, perShard }) => chunk * perShard);
  const outer = axes.map(({ chunk, perShard, perOuter }) => chunk * perShard * perOuter);
  const layout = {
    chunks: { chunks, compressors: compressors.length === 0 ? null : compressors },
    shards: { chunks: shards, compressors: null, serializer: sharded(chunks, inner) },
    nested: { chunks: outer, compressors: null, serializer: sharded(shards, [sharded(chunks, inner)]) },
  }[kind];
  const files = new Map<string, Uint8Array>();
  const shape = axes.map(({ length }) => length);
  const array = zarr.createArray(files, {
    ...layout,
    shape,
    dtype,
    fillValue: dtype === 'string' ? '' : 7,
  } as zarr.CreateArrayOptions);
  const values = Array.from({ length: array.size }, (_, at) => ((at >> 2) % holes === 0 ? 7 : at % 100));
  const stored = dtype === 'string' ? values.map((value) => (value === 7 ? '' : `${value}`)) : values;
  array.set(null, zarr.ndarray(stored, { dtype }).reshape(shape));
  let number = 0;
  for (const [key, bytes] of files) {
    if (key === 'zarr.json' || number++ % which.damaged !== 0) continue;
    spoil(files, key, bytes, which.damages[number % which.damages.length]!);
  }
  return files;
}

function spoil(files: Map<string, Uint8Array>, key: string, bytes: Uint8Array, { kind, at, bits }: Damage): void {
  const spoilt = bytes.slice();
  const place = Math.floor(at * (bytes.length - 1));
  if (kind === 'lose') files.delete(key);
  else if (kind === 'cut') files.set(key, spoilt.slice(0, place));
  else if (kind === 'fill') files.set(key, spoilt.fill(bits, place, place + 6));
  else {
    spoilt[place]! ^= bits;
    files.set(key, spoilt);
  }
}

const get = (array: zarr.Array | later.AsyncArray, { selection }: Case): unknown =>
  selection.some((pick) => Array.isArray(pick)) ? array.oindex.get(selection) : array.get(selection as zarr.Selection);

it('of a read is told by each API of any store', { timeout: 120_000 }, async () => {
  let failed = 0;
  const property = fc.asyncProperty(cases, async (which) => {
    const { readMissingChunks, concurrency, shardingCoalesceMaxGapBytes, shardingCoalesceMaxBytes } = which;
    const files = filesOf(which);
    const options = (isSet: boolean) => {
      const set = { concurrency, shardingCoalesceMaxGapBytes, shardingCoalesceMaxBytes };
      return { mode: 'r' as const, config: { readMissingChunks, ...(isSet ? set : {}) } };
    };
    const blocking = (place: unknown) => outcome(() => get(zarr.openArray(place as Store, options(false)), which));
    const expected = await blocking(files);
    if (expected.failure !== undefined) failed++;
    const local = new LocalStore(join(folder, `${made++}`));
    const near = zarr.openArray(files).store;
    for (const [key, bytes] of files) local.set(key, bytes);
    expect(await blocking(local)).toEqual(expected);
    const far = {
      'a Map': near,
      'a Map that has to be waited for': latency(near),
      'a Map whose answers come in any order': shuffling(near),
      files: local,
      'files that are far away': latency(local),
      'files whose answers come in any order': shuffling(local),
      'one that reads share': coalesced(shuffling(near)),
      'one that takes two requests at once': limited(shuffling(near), { concurrency: 2 }),
    };
    for (const [name, store] of Object.entries(far)) {
      for (const isSet of [false, true]) {
        const array = await later.openArray(store, options(isSet));
        expect([name, await outcome(() => get(array, which))]).toEqual([name, expected]);
        // Once more, with what the first read may have left.
        expect([name, await outcome(() => get(array, which))]).toEqual([name, expected]);
      }
    }
    const told = await blocking(foreign(files, false));
    for (const isSet of [false, true]) {
      const array = await later.openArray(foreign(files, true) as Store, options(isSet));
      expect(await outcome(() => get(array, which))).toEqual(told);
    }
    rmSync(local.root, { recursive: true, force: true });
  });
  await fc.assert(property, { numRuns: 40 });
  expect(failed).toBeGreaterThan(5);
});

it('of a write is told by each API of any store', { timeout: 120_000 }, async () => {
  let failed = 0;
  const property = fc.asyncProperty(cases, async (which) => {
    const before = filesOf(which);
    const value = which.dtype === 'string' ? 'new' : 9;
    const wrapped: [name: string, wrap: (store: Store) => Store][] = [
      ['a Map', (store) => store],
      ['a Map that has to be waited for', (store) => latency(store)],
      ['a Map whose answers come in any order', shuffling],
    ];
    const written = async (open: (store: Store) => unknown): Promise<unknown> => {
      const { store } = zarr.openArray(new Map([...before].map(([key, bytes]) => [key, bytes.slice()])));
      return (
        await outcome(async () => {
          const array = (await open(store)) as later.AsyncArray;
          const { selection } = which;
          if (selection.some((pick) => Array.isArray(pick))) await array.oindex.set(selection, value);
          else await array.set(selection as zarr.Selection, value);
          throw undefined;
        })
      ).failure;
    };
    const expected = await written((store) => zarr.openArray(store));
    if (expected !== undefined) failed++;
    for (const [name, wrap] of wrapped) {
      const found = await written((store) =>
        later.openArray(wrap(store), { mode: 'r+', config: { concurrency: which.concurrency } }),
      );
      expect([name, found]).toEqual([name, expected]);
    }
  });
  await fc.assert(property, { numRuns: 60 });
  expect(failed).toBeGreaterThan(5);
});

describe('of several cells of a shard', () => {
  const cells = (config: zarr.ArrayConfigParams = {}) => {
    const files = new Map<string, Uint8Array>();
    const options = { shape: [40], chunks: [4], shards: [40], dtype: 'int32', fillValue: 0 } as const;
    const array = zarr.createArray(files, { ...options, compressors: ['crc32c'] });
    array.set(
      null,
      Int32Array.from({ length: 40 }, (_, at) => (at >= 8 && at < 12 ? 0 : at + 1)),
    );
    return { files, array, far: () => later.openArray(shuffling(array.store), { config }) };
  };

  it('a damaged one before one that is absent is told', async () => {
    const { files, far } = cells();
    files.get('c/0')![3]! ^= 1; // In the first cell; the third one is absent.
    const array = (await far()).withConfig({ readMissingChunks: false });
    const near = zarr.openArray(files, { config: { readMissingChunks: false } });
    expect(() => near.get('1:39')).toThrow(ChecksumError);
    await expect(array.get('1:39')).rejects.toMatchObject({ code: 'checksum', coords: [0] });
    expect(() => near.get('38:1:-1')).toThrow(ChunkNotFoundError);
    await expect(array.get('38:1:-1')).rejects.toMatchObject({ code: 'chunk-not-found', coords: [2] });
  });

  it('nothing behind the first one is asked for', async () => {
    const { files, array } = cells();
    const asked: unknown[] = [];
    const store = forwarded(array.store, {
      get: (key, range, options) => {
        asked.push(range);
        return array.store.get(key, range, options);
      },
    });
    files.get('c/0')![3]! ^= 1;
    // Of cells of 20 bytes, each by itself.
    const config = { shardingCoalesceMaxBytes: 20, readMissingChunks: true };
    asked.length = 0;
    expect(() => zarr.openArray(store, { config }).get('1:39')).toThrow(ChecksumError);
    expect(asked.filter((range) => typeof range === 'object' && range !== null && 'offset' in range)).toEqual([
      { offset: 0, length: 20 },
    ]);
  });
});

it('is not that of a shard that was replaced meanwhile', async () => {
  const files = new Map<string, Uint8Array>();
  const index = [new BytesCodec()];
  const serializer = new ShardingCodec({ chunkShape: [4], codecs: [new BytesCodec()], indexCodecs: index });
  const layout = { shape: [40], chunks: [40], dtype: 'int32', serializer, compressors: null, fillValue: 0 } as const;
  const array = zarr.createArray(files, layout);
  const values = Int32Array.from({ length: 40 }, (_, at) => at + 1);
  array.set(null, values);
  const good = files.get('c/0')!;
  const bad = good.slice();
  bad.fill(0xee, bad.length - 16); // Where the last cell lies.
  array.store.set!('c/0', bad);
  const far = await later.openArray(latency(array.store), { config: { shardingCoalesceMaxGapBytes: 0 } });
  expect((await far.get('1:3')).toNested()).toEqual([2, 3]);
  await expect(far.get('37:39')).rejects.toMatchObject({ code: 'codec' });
  array.store.set!('c/0', good);
  expect((await far.get('37:39')).toNested()).toEqual([38, 39]);
  expect((await far.get('1:39')).toNested()).toEqual([...values.slice(1, 39)]);
});

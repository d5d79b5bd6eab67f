/** Every limit is one for the program, for a handle, and for a call; and the settings for joining ranges do what they say. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import * as promises from '../../src/index.js';
import { LocalStore, latency, type StoreCall } from '../../src/storage.js';
import { logged } from '../../src/stores/wrappers/logged.js';
import * as sync from '../../src/sync.js';

const made = {
  shape: [64, 64],
  chunks: [4, 4],
  shards: [32, 32],
  dtype: 'int32',
  attributes: { deep: [[[1]]] },
} as const;

function files(): sync.MemoryStore {
  const store = new sync.MemoryStore();
  sync.createArray(store, made).set('...', 1);
  return store;
}

let scope: { restore(): void } | undefined;
afterEach(() => scope?.restore());

/** What a limit too low for it refuses, when it is opened with it, and when it is called with it. */
const CASES: readonly [limit: string, value: number, opens: boolean][] = [
  ['metadataBytes', 100, true],
  ['jsonDepth', 3, true],
  ['rank', 1, true],
  ['shardIndexBytes', 100, true],
  ['chunkBytes', 63, false],
  ['outputBytes', 64 * 64 * 4 - 1, false],
  ['chunksPerCall', 255, false],
];

describe.each(CASES)('limits.%s of %i', (limit, value, opens) => {
  const limits = { [limit]: value };
  const refusal = expect.objectContaining({ code: 'limit', message: expect.stringContaining(`limits.${limit}`) });

  it('holds for the program', async () => {
    const store = files();
    const array = opens ? undefined : sync.openArray(store);
    scope = sync.config.set({ limits });
    const call = (): unknown => (array ?? sync.openArray(store)).withConfig({ limits }).get();
    expect(call).toThrow(refusal);
    expect(() => sync.openArray(store).get()).toThrow(refusal);
    await expect(promises.openArray(latency(store)).then((opened) => opened.get())).rejects.toEqual(refusal);
    scope.restore();
    expect(sync.openArray(store).get([3, 3])).toBe(1);
  });

  it('holds for a handle', async () => {
    const store = files();
    for (const open of [sync.openArray, sync.open] as const) {
      expect(() => (open(store, { config: { limits } }) as sync.Array).get()).toThrow(refusal);
    }
    await expect(promises.openArray(store, { config: { limits } }).then((array) => array.get())).rejects.toEqual(
      refusal,
    );
    // A handle that allows more than the program opens, and is not changed by it.
    scope = sync.config.set({ limits });
    const array = sync.openArray(store, { config: { limits: { [limit]: 2 ** 24 } } });
    expect(array.get().size).toBe(64 * 64);
    if (opens) expect(() => array.withConfig({ limits }).updateAttributes({ a: 1 })).toThrow(refusal);
    array.updateAttributes({ a: 1 });
    expect(array.attrs.get('a')).toBe(1);
  });

  it('holds for a call', async () => {
    const store = files();
    const array = sync.openArray(store);
    const config = { limits };
    const row = { data: new Int32Array(64), shape: [1, 64] };
    if (opens) {
      expect(() => array.resize([63, 64], { config })).toThrow(refusal);
      expect(() => array.append(row, { config })).toThrow(refusal);
    }
    if (!opens || limit === 'shardIndexBytes') {
      expect(() => array.get('...', { config })).toThrow(refusal);
      expect(() => array.set('...', 2, { config })).toThrow(refusal);
      expect(() => array.oindex.get([sync.slice(0, 64)], { config })).toThrow(refusal);
      const later = await promises.openArray(latency(store));
      await expect(later.get('...', { config })).rejects.toEqual(refusal);
      const allowing = { limits: { [limit]: 2 ** 24 } };
      expect(array.withConfig({ limits }).get('...', { config: allowing }).size).toBe(64 * 64);
    }
    if (limit === 'chunkBytes' || limit === 'shardIndexBytes') {
      expect(() => array.getChunk([0, 0], { config })).toThrow(refusal);
      expect(() => [...array.iterChunks({ config })]).toThrow(refusal);
      expect(() => array.append(row, { config })).toThrow(refusal);
      expect(() => array.resize([63, 64], { config })).toThrow(refusal);
    }
    expect(array.shape).toEqual([64, 64]);
    expect([...new Set(array.get().toFlat())]).toEqual([1]);
  });
});

describe('limits', () => {
  it('of one chunk bound getChunk too', () => {
    const array = sync.openArray(files());
    const refusal = expect.objectContaining({ message: expect.stringContaining('limits.outputBytes') });
    expect(() => array.getChunk([0, 0], { config: { limits: { outputBytes: 63 } } })).toThrow(refusal);
    expect(array.getChunk([0, 0], { config: { limits: { outputBytes: 64 } } }).size).toBe(16);
  });

  it('of what is created are those of its handle', () => {
    const config = { limits: { rank: 1 } };
    const refusal = expect.objectContaining({ code: 'limit', message: expect.stringContaining('limits.rank') });
    expect(() => sync.createArray(new Map(), { shape: [1, 1], dtype: 'int8', config })).toThrow(refusal);
    expect(() => sync.create([1, 1], { dtype: 'int8', config })).toThrow(refusal);
    expect(() => sync.open(new Map(), { shape: [1, 1], dtype: 'int8', config })).toThrow(refusal);
  });
});

describe('the ranges of chunks of a shard', () => {
  const layout = { shape: [64], chunks: [2], shards: [64], dtype: 'int16', compressors: null } as const;

  /** The cells' ranges that a read of `places` asks for, and the bytes in all. */
  async function ranges(places: readonly number[], config: object, indexBytes = 32 * 16 + 4): Promise<string[]> {
    const store = new sync.MemoryStore();
    sync.createArray(store, layout).set(
      '...',
      Int16Array.from({ length: 64 }, (_, at) => at + 1),
    );
    const calls: StoreCall[] = [];
    const array = await promises.openArray(logged(latency(store), (call) => calls.push(call)));
    calls.splice(0);
    expect((await array.get([places], { config })).toNested()).toEqual(places.map((at) => at + 1));
    const [index, ...cells] = calls;
    expect(index!.range).toEqual({ suffixLength: indexBytes });
    return cells.map(({ range, bytes }) => {
      expect(Object.keys(range!).sort()).toEqual(['length', 'offset']);
      const { offset, length } = range as { offset: number; length: number };
      expect(bytes).toBe(length);
      return `${offset}+${length}`;
    });
  }

  it('are joined across gaps up to shardingCoalesceMaxGapBytes, and up to shardingCoalesceMaxBytes in all', async () => {
    // Each chunk has 4 bytes: those at 0, 4, 16, 28 and 120.
    const places = [60, 15, 0, 2, 9];
    const read = (gap: number, most = 2 ** 20): Promise<string[]> =>
      ranges(places, { shardingCoalesceMaxGapBytes: gap, shardingCoalesceMaxBytes: most });
    expect(await read(0)).toEqual(['0+8', '16+4', '28+4', '120+4']);
    expect(await read(7)).toEqual(['0+8', '16+4', '28+4', '120+4']);
    expect(await read(8)).toEqual(['0+32', '120+4']);
    expect(await read(88)).toEqual(['0+124']);
    expect(await read(88, 32)).toEqual(['0+32', '120+4']);
    expect(await read(88, 31)).toEqual(['0+20', '28+4', '120+4']);
    expect(await read(88, 1)).toEqual(['0+4', '4+4', '16+4', '28+4', '120+4']);
    // By default so much may be read in vain that all of this shard comes with its index.
    expect(await ranges(places, {}, 2 ** 16)).toEqual([]);
  });

  it('are those of the handle and of the program, unless a call says otherwise', async () => {
    scope = sync.config.set({ array: { shardingCoalesceMaxGapBytes: 0 } });
    expect(await ranges([0, 8], {})).toEqual(['0+4', '16+4']);
    expect(await ranges([0, 8], { shardingCoalesceMaxGapBytes: 12 })).toEqual(['0+20']);
  });

  it('need the index once for each shard of a call, however many chunks it takes', async () => {
    const store = new sync.MemoryStore();
    sync.createArray(store, { ...layout, shape: [256] }).set('...', 7);
    const calls: StoreCall[] = [];
    const counted = logged(latency(store), (call) => calls.push(call));
    for (const read of [
      (array: promises.AsyncArray) => array.get('1:255:5', { config: { shardingCoalesceMaxGapBytes: 0 } }),
      (array: promises.AsyncArray) =>
        array.oindex.get([[255, 3, 3, 80, 200, 9, 150]], { config: { shardingCoalesceMaxGapBytes: 0 } }),
      (array: promises.AsyncArray) =>
        array.vindex.get([
          [
            [255, 3],
            [80, 200],
            [9, 150],
          ],
        ] as never),
    ]) {
      const array = await promises.openArray(counted); // A handle keeps the indexes that it has read.
      calls.splice(0);
      await read(array);
      const indexes = calls.filter(({ range }) => range !== undefined && 'suffixLength' in range).map(({ key }) => key);
      expect(indexes.sort()).toEqual(['c/0', 'c/1', 'c/2', 'c/3']);
    }
  });
});

it('what a file has too many bytes of is told, whatever memory is used for reading', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zarr-limits-'));
  const options = { shape: [2 ** 20], dtype: 'uint8' } as const;
  // The memory that this leaves to the next read is longer than what is expected of a chunk of that.
  const large = sync.createArray(join(folder, 'large'), { ...options, chunks: [2 ** 20] });
  large.set('...', 1);
  large.get();
  const store = new LocalStore(join(folder, 'array'));
  const small = sync.createArray(store, { ...options, chunks: [2 ** 12] });
  small.set('...', 1);
  store.set('c/0', new Uint8Array(3 * 2 ** 20));
  expect(() => small.get()).toThrow('"c/0" has 3145728 bytes');
  rmSync(folder, { recursive: true });
});

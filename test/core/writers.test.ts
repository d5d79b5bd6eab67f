/** Several programs that change the same values: nothing that one of them wrote is lost. */
import { afterEach, describe, expect, it } from 'vitest';
import { ConflictError } from '../../src/errors.js';
import * as promises from '../../src/index.js';
import { latency, logged } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import { forwarded } from '../../src/stores/wrappers/forwarded.js';
import * as sync from '../../src/sync.js';

/** `files` as another program has them: it waits, and shares no lock. */
const program = (files: Store, getMs = 0): Store =>
  forwarded(latency(files, { getMs, setMs: getMs }), { lockScope: {}, lockPrefix: '', conditional: true });

const range = (count: number): number[] => [...Array(count).keys()];

describe('programs that share no lock lose nothing', () => {
  it.each([
    ['a chunk', {}, 3],
    ['a chunk', {}, 2],
    ['a shard', { chunks: [2], shards: [24] }, 3],
  ] as const)('of %s', async (_, layout, zarrFormat) => {
    const files = new sync.MemoryStore();
    const made = { shape: [24], chunks: [24], dtype: 'int32', zarrFormat, ...layout } as const;
    await promises.createArray(program(files), made);
    const arrays = await Promise.all([0, 1, 2].map(() => promises.openArray(program(files, 1))));
    // Some write fill value, so that the chunk is deleted and made anew on the way.
    await Promise.all(
      range(24).map(async (at) => {
        const array = arrays[at % 3]!;
        await array.set([at], 0);
        await array.set([at], at % 5);
      }),
    );
    expect((await arrays[0]!.get()).toNested()).toEqual(range(24).map((at) => at % 5));
    await Promise.all(range(24).map((at) => arrays[at % 3]!.set([at], 0)));
    expect([...files.list('')].filter((key) => /(^|\/)(c\/)?0$/.test(key))).toEqual([]);
  });

  it.each([2, 3] as const)('of the attributes of an array and a group of format %i', async (zarrFormat) => {
    const files = new sync.MemoryStore();
    await promises.createGroup(program(files), { zarrFormat });
    await promises.createArray(program(files), { name: 'a', shape: [1], dtype: 'int8', zarrFormat });
    const names = range(12).map((at) => `x${at}`);
    await Promise.all(
      names.map(async (name, at) => {
        const group = await promises.openGroup(program(files, at % 3));
        await group.updateAttributes({ [name]: at });
        await (await group.getArray('a')).updateAttributes({ [name]: at });
      }),
    );
    const group = await promises.openGroup(files);
    expect(Object.keys(group.attrs).sort()).toEqual([...names].sort());
    expect(Object.keys((await group.getArray('a')).attrs).sort()).toEqual([...names].sort());
  });

  it.each([2, 3] as const)('of consolidated metadata of format %i', async (zarrFormat) => {
    const files = new sync.MemoryStore();
    await promises.createGroup(program(files), { zarrFormat });
    await promises.createArray(program(files), { name: 'shared', shape: [1], dtype: 'int8', zarrFormat });
    await promises.consolidateMetadata(program(files));
    await Promise.all(
      range(6).map(async (at) => {
        const group = await promises.openGroup(program(files, at % 2));
        await group.createArray(`a${at}`, { shape: [at], dtype: 'int8' });
        await (await group.getArray('shared')).updateAttributes({ [`x${at}`]: at });
      }),
    );
    const group = await promises.openConsolidated(files);
    const members: [string, { readonly attrs: object }][] = [];
    for await (const member of group.members()) members.push(member);
    expect(members.map(([name]) => name)).toEqual([...range(6).map((at) => `a${at}`), 'shared']);
    const shared = new Map(members).get('shared');
    expect(Object.keys(shared!.attrs).sort()).toEqual(range(6).map((at) => `x${at}`));
  });

  it('of what each appends', async () => {
    const files = new sync.MemoryStore();
    await promises.createArray(program(files), { shape: [0], chunks: [7], dtype: 'int32' });
    const arrays = await Promise.all([0, 1, 2].map((at) => promises.openArray(program(files, at))));
    await Promise.all(
      arrays.map(async (array, id) => {
        for (const round of range(5)) await array.append(new Int32Array(3).fill(1 + id * 5 + round));
      }),
    );
    const values = (await (await promises.openArray(files)).get()).toNested() as number[];
    expect(values.length).toBe(45);
    for (const start of range(15)) expect(new Set(values.slice(3 * start, 3 * start + 3)).size).toBe(1);
    expect([...new Set(values)].sort((a, b) => a - b)).toEqual(range(15).map((at) => at + 1));
  });

  it('and an append that fails gives its place back', async () => {
    const files = new sync.MemoryStore();
    const made = await promises.createArray(program(files), { shape: [2], chunks: [2], dtype: 'int8', fillValue: 9 });
    await made.set('...', 1);
    let failing = true;
    const store = forwarded(program(files), {
      set: async (key, value, options) => {
        if (failing && key === 'c/2') throw new Error('full');
        files.set(key, value, options);
      },
    });
    const array = await promises.openArray(store);
    await expect(array.append([5, 6, 7, 8])).rejects.toThrow('full');
    failing = false;
    expect((await promises.openArray(files)).shape).toEqual([2]);
    await array.resize([6]);
    expect((await array.get()).toNested()).toEqual([1, 1, 9, 9, 9, 9]);
  });
});

describe('a conditional store', () => {
  it('costs no request more, and whole chunks are written without a condition', async () => {
    const files = new sync.MemoryStore();
    const asked: unknown[] = [];
    const counted = logged(
      forwarded(files, {
        conditional: true,
        set: (key, value, options) => {
          asked.push(options === undefined ? 'none' : Object.keys(options)[0]);
          files.set(key, value, options);
        },
      }),
    );
    const array = await promises.createArray(counted, { shape: [4], chunks: [4], dtype: 'int8' });
    asked.splice(0);
    counted.reset();
    await array.set([1], 1);
    await array.set([2], 1);
    await array.set('...', 3);
    expect(asked).toEqual(['ifNoneMatch', 'ifMatch', 'none']);
    expect([...counted.counter]).toEqual([
      ['get', 2],
      ['set', 3],
    ]);
  });

  it('that never lets a change through is a ConflictError in the end', async () => {
    const files = new sync.MemoryStore();
    let tries = 0;
    const store = forwarded(files, {
      conditional: true,
      set: (key, value, options) => {
        if (options?.ifMatch !== undefined && ++tries) throw new ConflictError(`"${key}" was changed`, { key });
        files.set(key, value, options);
      },
    });
    const array = sync.createArray(store, { shape: [4], chunks: [4], dtype: 'int8' });
    array.set('...', 1);
    expect(() => array.set([1], 2)).toThrow(expect.objectContaining({ code: 'conflict', key: 'c/0' }));
    expect(tries).toBe(100);
    expect(() => array.updateAttributes({ a: 1 })).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(tries).toBe(200);
    expect(array.get().toNested()).toEqual([1, 1, 1, 1]);
  });
});

describe('a value that is changed while it is written', () => {
  it.each([
    ['whole chunks', {}, '...'],
    ['parts of chunks', {}, '1:15'],
    ['shards', { shards: [8] }, '...'],
    ['parts of shards', { shards: [8] }, '1:15'],
  ] as const)('is written as it was given, in %s', async (_, layout, selection) => {
    const files = new sync.MemoryStore();
    const made = { shape: [16], chunks: [4], dtype: 'int16', compressors: null, ...layout } as const;
    const array = await promises.createArray(latency(files, { getMs: 1, setMs: 1 }), made);
    const count = selection === '...' ? 16 : 14;
    const value = Int16Array.from({ length: count }, (__, at) => at + 1);
    const writing = array.set(selection, value, { config: { concurrency: 2 } });
    value.fill(-1);
    await writing;
    const expected = range(count).map((at) => at + 1);
    expect((await array.get(selection)).toNested()).toEqual(expected);
  });

  it('is appended and made an array of as it was given, also where it is repeated, or of byte strings', async () => {
    const store = latency(new sync.MemoryStore(), { getMs: 1, setMs: 1 });
    const row = Float32Array.of(1, 2, 3);
    const making = promises.createArray(store, { name: 'a', data: { data: row, shape: [1, 3] } });
    row.fill(-1);
    const array = await making;
    const added = Float32Array.of(4, 5, 6);
    const appending = array.append({ data: added, shape: [1, 3] });
    added.fill(-1);
    await appending;
    const both = Float32Array.of(7, 8, 9);
    const setting = array.set('1:', both);
    both.fill(-1);
    await setting;
    expect((await array.get()).toNested()).toEqual([
      [1, 2, 3],
      [7, 8, 9],
    ]);
    const bytes = await promises.createArray(store, {
      name: 'b',
      shape: [3],
      chunks: [1],
      dtype: 'variable_length_bytes',
    });
    const text = Uint8Array.of(1, 2);
    const writing = bytes.set('...', [text, text, text]);
    text.fill(0);
    await writing;
    expect((await bytes.get()).toNested()).toEqual([Uint8Array.of(1, 2), Uint8Array.of(1, 2), Uint8Array.of(1, 2)]);
  });
});

describe('a blocking call over a store that waits', () => {
  const made = { shape: [40], chunks: [2], dtype: 'int8' } as const;

  it.each([
    ['reads chunks', {}, (array: sync.Array) => array.get()],
    ['reads a shard', { shards: [20] }, (array: sync.Array) => array.get('1:30')],
    ['writes chunks', {}, (array: sync.Array) => array.set('1:31', 1)],
    ['writes whole chunks', {}, (array: sync.Array) => array.set('...', 1)],
    ['writes parts of a shard', { shards: [20] }, (array: sync.Array) => array.set('1:30', 1)],
    ['changes attributes', {}, (array: sync.Array) => array.updateAttributes({ a: 1 })],
    ['appends', {}, (array: sync.Array) => array.append([1])],
  ])('and %s asks for one thing, fails, and does nothing later', async (_, layout, call) => {
    const files = new sync.MemoryStore();
    sync.createArray(files, { ...made, ...layout });
    const counted = logged(latency(files));
    const { storePath, metadata } = await promises.openArray(counted);
    const array = sync.Array.fromDict(storePath, metadata.toJSON());
    const before = new Map([...files.list('')].map((key) => [key, files.get(key)]));
    counted.reset();
    expect(() => call(array)).toThrow(expect.objectContaining({ code: 'sync' }));
    expect([...counted.counter.values()].reduce((sum, count) => sum + count, 0)).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([...counted.counter.values()].reduce((sum, count) => sum + count, 0)).toBe(1);
    // One whole chunk that was on its way may have arrived.
    const changed = [...files.list('')].filter((key) => files.get(key) !== before.get(key));
    expect(changed.length).toBeLessThanOrEqual(1);
    // No lock is held by what was given up.
    const after = await promises.openArray(counted);
    await after.set('...', 5);
    expect(new Set((await after.get()).toFlat())).toEqual(new Set([5]));
  });

  it('opens nodes of both formats by one request', () => {
    for (const zarrFormat of [2, 3] as const) {
      const counted = logged(latency(new sync.MemoryStore()));
      expect(() => sync.openArray(counted, { zarrFormat })).toThrow(expect.objectContaining({ code: 'sync' }));
      expect(counted.counter.get('get')).toBe(1);
    }
  });

  it('fails, and does not do its work later, where a promised write has the chunk', async () => {
    const files = new sync.MemoryStore();
    // It waits only for writes of the other program, so to say: the blocking half answers at once.
    sync.createArray(files, made);
    const slow = await promises.openArray(latency(files, { getMs: 2, setMs: 2 }));
    const quick = sync.openArray(files);
    const writing = slow.set([0], 1);
    expect(() => quick.set([1], 2)).toThrow(expect.objectContaining({ code: 'sync' }));
    await writing;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await slow.get(':2')).toNested()).toEqual([1, 0]);
  });

  it('lets promises that a callback of its starts wait', async () => {
    const files = new sync.MemoryStore();
    const array = sync.createArray(files, made);
    const later: Promise<unknown>[] = [];
    array.get('...', { onProgress: () => later.push(promises.openArray(latency(files))) });
    expect((await Promise.all(later)).length).toBe(20);
  });
});

describe('async.timeout', () => {
  let scope: { restore(): void } | undefined;
  afterEach(() => scope?.restore());

  it('bounds promise calls, which ask for nothing more then', async () => {
    const files = new sync.MemoryStore();
    sync.createArray(files, { shape: [100], chunks: [1], dtype: 'int8' });
    const counted = logged(latency(files, { getMs: 10, setMs: 10 }));
    const array = await promises.openArray(counted);
    scope = promises.config.set({ 'async.timeout': 0.03 });
    counted.reset();
    const start = performance.now();
    await expect(array.get()).rejects.toMatchObject({
      code: 'store',
      message: expect.stringContaining('async.timeout'),
    });
    expect(performance.now() - start).toBeLessThan(20_000);
    const asked = counted.counter.get('get')!;
    expect(asked).toBeLessThan(100);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(counted.counter.get('get')! - asked).toBeLessThanOrEqual(10);
    scope.restore();
    scope = promises.config.set({ 'async.timeout': 0.005 });
    await expect(array.updateAttributes({ a: 1 })).rejects.toMatchObject({ code: 'store' });
    scope.restore();
    expect((await array.get(':3')).toNested()).toEqual([0, 0, 0]);
  });

  it('is no bound where it is null, long, or nothing waits', async () => {
    const array = await promises.create([4], { dtype: 'int8' });
    for (const seconds of [null, 1e9, 0]) {
      scope = promises.config.set({ 'async.timeout': seconds });
      expect((await array.get()).toNested()).toEqual([0, 0, 0, 0]);
      scope.restore();
    }
  });
});

/** Calls that must fail, and must leave everything as it was. */
import { describe, expect, it } from 'vitest';
import * as promises from '../../src/index.js';
import { latency } from '../../src/storage.js';
import * as sync from '../../src/sync.js';

type Call = (files: Map<string, Uint8Array>) => unknown;

/** An array of 1, 2, 3 at the root, and a call that must not touch it. */
const CALLS: Readonly<Record<string, readonly [error: string, call: Call]>> = {
  'values that the new type cannot hold': [
    'CastError',
    (store) => sync.create([3], { store, overwrite: true, dtype: 'int8', data: [1, 2, 3000] }),
  ],
  'values of another shape': [
    'ArgumentError',
    (store) => sync.create([3], { store, overwrite: true, dtype: 'int8', data: [1, 2] }),
  ],
  'values with mode w': [
    'CastError',
    (store) => sync.openArray(store, { mode: 'w', shape: [3], dtype: 'int8', data: [1, 2, 3000] }),
  ],
  'open with mode w': ['CastError', (store) => sync.open(store, { mode: 'w', shape: [1], dtype: 'int8', data: [2.5] })],
  'array of values that do not fit': [
    'CastError',
    (store) => sync.array([1, 2.5], { store, overwrite: true, dtype: 'int8' }),
  ],
  'save of values that do not fit': [
    'CastError',
    (store) => sync.save(store, new Float64Array([1.5]), { overwrite: true, dtype: 'int8' }),
  ],
  'save of a record that does not fit': [
    'CastError',
    (store) => sync.save(store, { a: new Float64Array([1.5]) }, { dtype: 'int8' }),
  ],
  'save of names below each other': [
    'ArgumentError',
    (store) => sync.save(store, { a: new Float64Array(1), 'a/b': new Float64Array(1) }),
  ],
  'save of one name twice': [
    'ArgumentError',
    (store) => sync.save(store, { a: new Float64Array(1), '/a': new Float64Array(1) }),
  ],
  'a signal that was aborted': [
    'AbortError',
    (store) => sync.createArray(store, { data: new Int8Array(3), overwrite: true, signal: AbortSignal.abort() }),
  ],
  'an option of another function': [
    'ArgumentError',
    (store) => sync.createArray(store, { shape: [3], dtype: 'int8', overwrite: true, path: 'x' } as object),
  ],
  'options that are none': ['ArgumentError', (store) => sync.zeros(2, 3 as never) && store],
  'an option of get': ['ArgumentError', (store) => sync.openArray(store).get('0', { outt: 1 } as object)],
  'a hole in a selection': [
    'SelectionError',
    (store) => sync.openArray(store).set(Object.assign(new Array(2), { 1: 0 }) as never, 9),
  ],
  'options that are a bigint': ['ArgumentError', (store) => sync.openArray(store).get('...', 1n as never)],
  'a signal that is none': ['ArgumentError', (store) => sync.openArray(store).get('0', { signal: 1 as never })],
  'an overwrite that is a text': [
    'ArgumentError',
    (store) => sync.createArray(store, { shape: [1], dtype: 'int8', overwrite: 'false' as never }),
  ],
  'a codec that cannot encode': [
    'ArgumentError',
    (store) =>
      sync.save(store, new Int32Array([3]), {
        mode: 'w',
        compressors: { name: 'numcodecs.lzma', configuration: { format: 0 } },
      }),
  ],
  'two indices of get': ['ArgumentError', (store) => sync.openArray(store).get(0, 0 as never)],
  'an option of set': ['ArgumentError', (store) => sync.openArray(store).set('0', 9, { cast: 'unsafe' } as object)],
  'a casting that is none': [
    'ArgumentError',
    (store) => sync.openArray(store).set('0', 9, { casting: 'safe' as 'unsafe' }),
  ],
  'a setting of the handle': [
    'ArgumentError',
    (store) => sync.openArray(store, { config: { limits: { chunkByte: 3 } } as object }).set('0', 9) ?? failing(),
  ],
  'a zeros with a fill value': ['ArgumentError', () => sync.zeros([1], { fillValue: 7 })],
  'full without a fill value': ['ArgumentError', () => sync.full([1], undefined)],
  'useConsolidated without any': ['ArgumentError', (store) => sync.open(asGroup(store), { useConsolidated: true })],
  'members of another depth': ['ArgumentError', () => [...sync.group().members({ depth: 1 } as object)]],
  'a member with another option': [
    'ArgumentError',
    () => sync.group().createArray('q', { shape: [1], dtype: 'int8', chunk: [1] } as object),
  ],
  'a member of another format': [
    'ArgumentError',
    () => sync.group().createArray('q', { shape: [1], dtype: 'int8', zarrFormat: 2 } as object),
  ],
  'a tree with another option': ['ArgumentError', () => sync.group().tree({ lvl: 1 } as object)],
};

function failing(): never {
  throw Object.assign(new Error('the setting was accepted'), { name: 'Accepted' });
}

const asGroup = (files: Map<string, Uint8Array>): Map<string, Uint8Array> => {
  const copy = new Map(files);
  sync.createGroup(copy, { overwrite: true });
  return copy;
};

describe('a call that fails leaves what was there', () => {
  for (const [name, [error, call]] of Object.entries(CALLS)) {
    it(name, () => {
      const files = new Map<string, Uint8Array>();
      sync.createArray(files, { data: new Int32Array([1, 2, 3]) });
      const before = [...files.keys()];
      let found: unknown;
      try {
        call(files);
      } catch (reason) {
        found = reason;
      }
      // Handle settings are checked as settings are: by the configuration's own error.
      expect([error, 'BadConfigError']).toContain((found as Error | undefined)?.name);
      expect([...files.keys()]).toEqual(before);
      expect(sync.openArray(files).get().toNested()).toEqual([1, 2, 3]);
    });
  }
});

describe('what was aborted', () => {
  it('deletes and writes nothing more', async () => {
    const files = new Map<string, Uint8Array>();
    sync.createArray(files, { name: 'x', data: new Int32Array([1, 2, 3]) });
    const store = latency(new sync.MemoryStore(files), { getMs: 10, setMs: 10 });
    const controller = new AbortController();
    const made = promises.createArray(store, {
      name: 'a/b',
      shape: [3],
      dtype: 'int8',
      overwrite: true,
      signal: controller.signal,
    });
    const array = sync.openArray(files, { path: 'x' });
    const slow = await promises.openArray(store, { path: 'x' });
    const first = slow.set([0], 7);
    const second = slow.set([0], 9, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(made).rejects.toThrow('enough');
    await expect(second).rejects.toThrow('enough');
    await first;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(array.get().toNested()).toEqual([7, 2, 3]);
    expect([...files.keys()].filter((key) => key.startsWith('a/'))).toEqual([]);
  });
});

describe('one name for which several call at once', () => {
  it('is made once', async () => {
    const store = latency(new sync.MemoryStore(), { getMs: 1, setMs: 1 });
    const calls = [1, 2, 3, 4].map((length) => promises.createArray(store, { shape: [length], dtype: 'int8' }));
    const made = (await Promise.allSettled(calls)).map(({ status }) => status);
    expect(made.filter((status) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('what is not given', () => {
  it('is null as well as undefined', () => {
    const nothing = { config: null, data: null, signal: null, overwrite: null } as object;
    expect(sync.createArray(undefined, { shape: [1], dtype: 'int8', ...nothing }).shape).toEqual([1]);
    expect(sync.create([2], { dtype: null, ...nothing } as object).dtype.name).toBe('float64');
    expect(sync.open(undefined, { shape: null, useConsolidated: null, config: null } as object).kind).toBe('group');
    expect(sync.zeros([1], null as never).get([0], null as never)).toBe(0);
    expect(sync.zeros([1]).get([0], { out: null })).toBe(0);
  });

  it('is not written: data of an array that is opened stays in the hand', async () => {
    const files = new Map<string, Uint8Array>();
    sync.createArray(files, { data: new Int32Array([1, 2, 3]) });
    sync.openArray(files, { mode: 'a', shape: [3], dtype: 'int32', data: [9, 9, 9] });
    await promises.open(files, { mode: 'r+', shape: [3], data: [9, 9, 9] });
    expect(sync.openArray(files).get().toNested()).toEqual([1, 2, 3]);
  });
});

describe('a store that fails with an error of its own', () => {
  it('fails with a StoreError that names the key', async () => {
    const files = new Map<string, Uint8Array>();
    sync.createArray(files, { name: 'a', shape: [2], dtype: 'int8', chunks: [1] }).set('...', 1);
    const broken = (part: string): object => ({
      readOnly: false,
      get: (key: string) => {
        if (key.endsWith(part)) throw new Error('no luck');
        return files.get(key);
      },
    });
    const open = (part: string): sync.Array => sync.openArray(broken(part) as Map<string, Uint8Array>, { path: 'a' });
    const error = expect.objectContaining({ code: 'store', path: 'a', key: 'a/c/1' });
    expect(() => open('c/1').get()).toThrow(error);
    expect(() => open('zarr.json')).toThrow(expect.objectContaining({ code: 'store', path: 'a', key: 'a/zarr.json' }));
    const later = {
      readOnly: false,
      get: async (key: string) => (key.endsWith('c/1') ? Promise.reject(new Error('no')) : files.get(key)),
    };
    const array = await promises.openArray(later, { path: 'a' });
    await expect(array.get()).rejects.toMatchObject({ code: 'store', key: 'a/c/1' });
  });
});

describe('what is said of a mistake', () => {
  it('names the array', () => {
    const array = sync.group().createArray('a/b', { shape: [2], dtype: 'int8' });
    expect(() => array.get([2])).toThrow(expect.objectContaining({ code: 'bounds-check', path: 'a/b', axis: 0 }));
    expect(() => array.set([0], 300)).toThrow(expect.objectContaining({ code: 'cast', path: 'a/b' }));
    expect(() => array.set('...', [1, 2, 3])).toThrow(expect.objectContaining({ code: 'argument', path: 'a/b' }));
  });

  it('names the store and the way out, where something is already', () => {
    const files = new Map<string, Uint8Array>();
    sync.createGroup(files);
    expect(() => sync.createArray(files, { shape: [1], dtype: 'int8' })).toThrow(/memory:.*overwrite: true/);
  });

  it('prints arrays as what they are', () => {
    const inspect = Symbol.for('nodejs.util.inspect.custom');
    const text = (value: object): string => String((value as { [inspect](): unknown })[inspect]());
    expect(text(sync.zeros([3]))).toMatch(/^<Array memory:.* shape=\(3,\) dtype=float64>$/);
    expect(text(sync.group())).toMatch(/^<Group memory:/);
    expect(text(sync.zeros([3]).info)).toMatch(/^Type /);
  });
});

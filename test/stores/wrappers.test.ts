import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ArgumentError, ConflictError, ReadOnlyError, StoreError } from '../../src/errors.js';
import { adapted, type ForeignStore } from '../../src/stores/adapted.js';
import { HttpStore } from '../../src/stores/http.js';
import { LocalStore } from '../../src/stores/local.js';
import { ManagedMemoryStore, MemoryStore } from '../../src/stores/memory.js';
import type { Store } from '../../src/stores/store.js';
import { StorePath } from '../../src/stores/store-path.js';
import { latency } from '../../src/stores/wrappers/latency.js';
import { logged, type StoreCall } from '../../src/stores/wrappers/logged.js';
import { prefixed } from '../../src/stores/wrappers/prefixed.js';
import { readOnly } from '../../src/stores/wrappers/read-only.js';
import { isPromise } from '../../src/task.js';
import { faulty } from '../../src/testing/fault.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const filled = () => new MemoryStore(new Map([['a/b', bytes('0123456789')]]));
const poor: Store = { readOnly: true, get: () => undefined };

const wrappers: Readonly<Record<string, (store: Store) => Store>> = {
  readOnly,
  prefixed: (store) => prefixed(store, 'a'),
  logged: (store) => logged(store),
  faulty: (store) => faulty(store, { at: 1000 }),
};

test.each(Object.entries(wrappers))('%s answers at once when the store does', (_, wrapper) => {
  const store = wrapper(filled());
  expect(isPromise(store.get('b'))).toBe(false);
  expect(Symbol.iterator in store.list!('')).toBe(true);
  expect(isPromise(wrapper(latency(filled())).get('b'))).toBe(true);
});

test.each([...Object.entries(wrappers), ['latency', latency] as const])(
  '%s has no method that the store lacks',
  (_, wrapper) => {
    const { readOnly: isReadOnly, get, toString, ...others } = wrapper(poor);
    expect(isReadOnly).toBe(true);
    const methods = Object.entries(others).filter(([name, value]) => typeof value === 'function' && name in fullStore);
    expect(methods).toEqual([]);
  },
);

/** The methods of stores. */
const fullStore = { getMany: 1, head: 1, set: 1, delete: 1, deletePrefix: 1, list: 1, listDir: 1, close: 1 };

test('latency turns every answer into a promise', async () => {
  const store = latency(filled());
  for (const answer of [store.get('a/b'), store.head!('a/b'), store.set!('c', bytes('1')), store.delete!('c')]) {
    expect(isPromise(answer)).toBe(true);
    await answer;
  }
  expect(Symbol.asyncIterator in store.list!('')).toBe(true);
  const controller = new AbortController();
  const slow = latency(filled(), { getMs: 10_000 }).get('a/b', undefined, { signal: controller.signal });
  controller.abort(new Error('stop'));
  await expect(slow).rejects.toThrow('stop');
});

test('readOnly refuses changes, and gives the store back', () => {
  const store = filled();
  const fixed = readOnly(store);
  expect(() => fixed.set!('a/b', bytes('1'))).toThrow(ReadOnlyError);
  expect(() => fixed.deletePrefix!('')).toThrow(ReadOnlyError);
  expect(fixed.withReadOnly!(false)).toBe(store);
  expect(String(fixed)).toBe(String(store));
});

describe('prefixed', () => {
  test('is the store itself without a prefix', () => {
    const store = filled();
    expect(prefixed(store, '/')).toBe(store);
  });

  test('never leaves its part', () => {
    const store = prefixed(filled(), 'a');
    expect(() => store.get('../a/b')).toThrow('no "." or ".." segment');
    expect(() => store.deletePrefix!('..')).toThrow('no "." or ".." segment');
    expect(String(prefixed(poor, 'a/b'))).toMatch(/\/a\/b$/);
  });
});

test('logged counts calls and bytes, and tells how they ended', async () => {
  const calls: StoreCall[] = [];
  const store = logged(faulty(filled(), { at: 5 }), (call) => calls.push(call));
  store.get('a/b', { offset: 2, length: 3 });
  store.get('absent');
  store.set!('c', bytes('12'));
  const keys = store.list!('') as Iterable<string>; // The store answers at once.
  expect([...keys].sort()).toEqual(['a/b', 'c']);
  expect(() => store.get('a/b')).toThrow(StoreError);
  expect(Object.fromEntries(store.counter)).toEqual({ get: 3, set: 1, list: 1 });
  expect(store.bytesRead).toBe(3);
  expect(store.bytesWritten).toBe(2);
  expect(calls.map(({ method, key, bytes }) => `${method} ${key} ${bytes}`)).toEqual([
    'get a/b 3',
    'get absent 0',
    'set c 2',
    'list  0',
    'get a/b 0',
  ]);
  expect(calls.at(-1)!.error).toBeInstanceOf(StoreError);
  store.reset();
  expect(store.counter.size + store.bytesRead + store.bytesWritten).toBe(0);
});

describe('faulty', () => {
  test('fails at one call, or from it on', () => {
    const store = faulty(filled(), { at: 2 });
    store.get('a/b');
    expect(() => store.get('a/b')).toThrow('call 2 (get "a/b") fails');
    expect(store.get('a/b')).toBeDefined();
    const dying = faulty(filled(), { at: 1, methods: ['set'], lasting: true, error: new TypeError('gone') });
    dying.get('a/b');
    for (let i = 0; i < 3; i++) expect(() => dying.set!('a', bytes('1'))).toThrow(TypeError);
  });
});

describe('an adapted store', () => {
  const foreign = (members: Partial<ForeignStore>): Store => adapted({ get: () => undefined, ...members });

  test('that gives no bytes is an error, and null is absence', async () => {
    expect(foreign({ get: () => null as unknown as undefined }).get('a')).toBe(undefined); // As Python-minded ones do.
    for (const value of ['text', 5, new ArrayBuffer(2)] as unknown as Uint8Array[]) {
      expect(() => foreign({ get: () => value }).get('a')).toThrow(StoreError);
    }
    await expect(foreign({ get: () => Promise.reject(new Error('broken')) }).get('a')).rejects.toThrow('broken');
  });

  test('whose range is too long is an error', () => {
    const store = foreign({ getRange: () => bytes('0123456789') });
    expect(() => store.get('a', { offset: 2, length: 3 })).toThrow('getRange gave 10 bytes, asked for 3');
    expect(() => store.get('a', { suffixLength: 3 })).toThrow('asked for 3');
  });

  test('is asked for the whole where it has no such range', () => {
    const store = foreign({ get: () => bytes('0123456789'), getRange: () => bytes('wrong') });
    expect(store.get('a', { offset: 7 })).toEqual(bytes('789'));
    expect(store.get('a', { offset: 7, length: 0 })).toEqual(bytes(''));
    expect(store.get('a', { suffixLength: 0 })).toEqual(bytes(''));
  });

  test('may list all its keys later, with or without slashes', async () => {
    const store = foreign({ list: async () => ['/a/b/c', 'a/d', '/ab', '/x'] });
    const names = [];
    for await (const name of store.listDir!('a')) names.push(name);
    expect(names).toEqual(['b', 'd']);
  });

  test('has no tags', () => {
    const store = foreign({ set: () => {} });
    expect(() => store.get('a', undefined, { ifMatch: 'x' })).toThrow(ConflictError);
    expect(() => store.set!('a', bytes('1'), { ifMatch: 'x' })).toThrow(ConflictError);
    expect(() => store.set!('a', 'text' as unknown as Uint8Array)).toThrow(ArgumentError); // As JavaScript may.
  });
});

describe('what two stores share', () => {
  const values = new Map<string, Uint8Array>();

  test('is told by the object that stands for their values, and where in it they begin', () => {
    const store = new MemoryStore(values);
    expect(store.lockScope).toBe(values);
    expect(new MemoryStore(values, { readOnly: true }).lockScope).toBe(values);
    expect(store.withReadOnly(true).lockScope).toBe(values);
    for (const wrap of [readOnly, logged, latency, (inner: Store) => faulty(inner, { at: 100 })]) {
      const wrapper = wrap(latency(store));
      expect(wrapper.inner?.inner).toBe(store);
      expect([wrapper.lockScope, wrapper.lockPrefix ?? '']).toEqual([values, '']);
      const other = wrapper.withReadOnly?.(false) ?? wrapper; // One that fails has no other.
      expect(other.lockScope).toBe(values);
    }
    const deep = logged(prefixed(logged(prefixed(store, 'a/b')), 'c'));
    expect([deep.lockScope, deep.lockPrefix]).toEqual([values, 'a/b/c']);
    expect(readOnly(poor).lockScope).toBe(poor);
  });

  test('of stores with a name, and of folders', () => {
    const part = new ManagedMemoryStore('lock-scope', { path: 'a' });
    expect(part.lockScope).toBe(new ManagedMemoryStore('lock-scope').lockScope);
    expect([part.lockPrefix, prefixed(part, 'b').lockPrefix]).toEqual(['a', 'a/b']);
    const folder = new LocalStore('nowhere');
    expect(folder.withReadOnly(true).withReadOnly().lockScope).toBe(folder.lockScope);
    // All folders have one scope: what tells them apart is where they lie in it.
    const elsewhere = new LocalStore('elsewhere');
    expect(elsewhere.lockScope).toBe(folder.lockScope);
    expect(elsewhere.lockPrefix).not.toBe(folder.lockPrefix);
    expect(new LocalStore('nowhere/below').lockPrefix).toBe(`${folder.lockPrefix}/below`);
  });

  test('of a foreign store is the store that it is made', () => {
    const foreign = { get: () => undefined };
    expect(adapted(foreign)).toBe(adapted(foreign));
    expect(adapted({ ...foreign })).not.toBe(adapted(foreign));
    expect(adapted(foreign).lockScope).toBe(foreign);
  });
});

test('latency and faulty refuse options that they have not', () => {
  // As a JavaScript program may give them.
  expect(() => latency(filled(), { ms: 3 } as object)).toThrow('latency: unknown option "ms"');
  expect(() => faulty(filled(), { at: 1, method: ['get'] } as object as { at: number })).toThrow(
    'did you mean "methods"',
  );
  expect(() => latency(filled(), { getms: 3 } as object)).toThrow('did you mean "getMs"');
  for (const getMs of [-1, Number.NaN, '3'])
    expect(() => latency(filled(), { getMs } as object)).toThrow(ArgumentError);
});

test('consoles show the name of a store', () => {
  const store = new ManagedMemoryStore('shown');
  expect(inspect(store)).toBe('ManagedMemoryStore memory://shown');
  expect(inspect(new MemoryStore(undefined, { readOnly: true }))).toMatch(/^MemoryStore memory:\/\/\w+ \(read-only\)$/);
  expect(inspect(logged(prefixed(store, 'a')))).toBe('Store memory://shown/a');
  expect(inspect(readOnly(store))).toBe('Store memory://shown (read-only)');
  expect(inspect(adapted({ get: () => undefined }))).toBe('Store adapted://Object (read-only)');
  expect(inspect(new HttpStore('https://user:secret@example.com/a?token=secret'))).toBe(
    'HttpStore https://example.com/a (read-only)',
  );
  expect(inspect(new StorePath(store, 'b'))).toBe('StorePath memory://shown/b');
  expect(inspect(new LocalStore('folder'))).toMatch(/^LocalStore file:\/\/.*folder$/);
});

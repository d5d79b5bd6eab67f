import { describe, expect, test } from 'vitest';
import { ArgumentError, ConflictError, ReadOnlyError, StoreError } from '../../src/errors.js';
import { adapted, type ForeignStore } from '../../src/stores/adapted.js';
import { MemoryStore } from '../../src/stores/memory.js';
import type { Store } from '../../src/stores/store.js';
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

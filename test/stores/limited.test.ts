import { describe, expect, test } from 'vitest';
import { ArgumentError } from '../../src/errors.js';
import { openArray } from '../../src/index.js';
import { coalesced, latency, limited, MemoryStore, type Store } from '../../src/storage.js';
import { createArray } from '../../src/sync.js';
import { storeSuite } from '../../src/testing/store-suite.js';

/** A store whose answers come when they are let go, and what was asked for, in that order. */
function held(): { readonly store: Store; readonly asked: string[]; readonly letGo: () => Promise<void> } {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const get = (key: string): Promise<Uint8Array> => {
    asked.push(key);
    return new Promise((resolve) => waiting.push(() => resolve(new Uint8Array(1))));
  };
  const letGo = async (): Promise<void> => {
    waiting.shift()?.();
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  return { store: { readOnly: true, get }, asked, letGo };
}

describe('limited', () => {
  test('lets so many requests go at once, and the others in the order in which they came', async () => {
    const { store, asked, letGo } = held();
    const line = limited(store, { concurrency: 2 });
    const all = ['a', 'b', 'c', 'd'].map((key) => line.get(key));
    expect(asked).toEqual(['a', 'b']);
    await letGo();
    expect(asked).toEqual(['a', 'b', 'c']);
    for (let i = 0; i < 3; i++) await letGo();
    expect(await Promise.all(all)).toHaveLength(4);
    expect(asked).toEqual(['a', 'b', 'c', 'd']);
    void line.get('e');
    void line.get('f');
    expect(asked).toHaveLength(6);
  });

  test('lets those of a higher priority go first', async () => {
    const { store, asked, letGo } = held();
    const line = limited(coalesced(store), { concurrency: 1 });
    const all = [0, 1, undefined, 5, -1, 1].map((priority, at) => line.get(String(at), undefined, { priority }));
    for (let i = 0; i < 6; i++) await letGo();
    await Promise.all(all);
    expect(asked).toEqual(['0', '3', '1', '5', '2', '4']);
  });

  test('leaves out what is given up, and goes on after failures', async () => {
    const { store, asked, letGo } = held();
    const line = limited(store, { concurrency: 1 });
    const control = new AbortController();
    const first = line.get('first');
    const given = line.get('given up', undefined, { signal: control.signal });
    const last = line.get('last');
    control.abort(new RangeError('no more'));
    await expect(given).rejects.toThrow('no more');
    await letGo();
    await letGo();
    await Promise.all([first, last]);
    expect(asked).toEqual(['first', 'last']);
    const failing = limited({ readOnly: true, get: () => Promise.reject(new Error('broken')) }, { concurrency: 1 });
    await expect(failing.get('a')).rejects.toThrow('broken');
    await expect(failing.get('b')).rejects.toThrow('broken');
  });

  test('has reads of a higher priority read first', async () => {
    const files = new Map<string, Uint8Array>();
    createArray(files, { shape: [40], chunks: [1], dtype: 'uint8' }).set(null, 1);
    const order: string[] = [];
    const slow = latency(new MemoryStore(files), { getMs: 1 });
    const told: Store = {
      readOnly: true,
      get: (key, range, options) => {
        order.push(key);
        return slow.get(key, range, options);
      },
    };
    const array = await openArray(limited(told, { concurrency: 2 }), { mode: 'r' });
    order.length = 0;
    const background = array.get('0:20');
    const visible = array.get('20:40', { priority: 1 });
    await Promise.all([background, visible]);
    const number = (key: string): number => Number(key.slice(2));
    // Two had gone already, and the call keeps ten waiting at once.
    expect(order.slice(2, 12).every((key) => number(key) >= 20)).toBe(true);
    await expect(array.get('0:2', { priority: Number.NaN })).rejects.toThrow(ArgumentError);
    expect((await array.get('0:2', { priority: null })).toNested()).toEqual([1, 1]);
  });

  test('gives a store that answers at once back, and refuses other options', () => {
    const store = new MemoryStore();
    expect(limited(store, { concurrency: 1 })).toBe(store);
    for (const concurrency of [0, 1.5, '2', undefined]) {
      expect(() => limited(latency(store), { concurrency } as never)).toThrow(ArgumentError);
    }
    expect(() => limited(latency(store), undefined as never)).toThrow(ArgumentError);
  });
});

describe('limited, as a store', () => {
  storeSuite({
    test,
    make: (values) => ({ store: limited(latency(new MemoryStore(new Map(values))), { concurrency: 2 }) }),
  });
});

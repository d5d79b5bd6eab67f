import { describe, expect, test } from 'vitest';
import * as zarr from '../../src/index.js';
import { latency, logged } from '../../src/storage.js';
import { MemoryStore } from '../../src/stores/memory.js';
import type { PartInfo, Store } from '../../src/stores/store.js';
import { coalesced } from '../../src/stores/wrappers/coalesced.js';
import { forwarded } from '../../src/stores/wrappers/forwarded.js';
import { storeSuite } from '../../src/testing/store-suite.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value);

function made() {
  const files = new MemoryStore();
  files.set('a', bytes('0123456789'));
  const counted = logged(latency(files, { getMs: 5 }));
  return { files, counted, store: coalesced(counted), gets: () => counted.counter.get('get') ?? 0 };
}

describe('a coalesced store', () => {
  storeSuite({ test, make: (values) => ({ store: coalesced(latency(new MemoryStore(new Map(values)))) }) });

  test('asks once for what several wait for, and again when that is over', async () => {
    const { store, gets } = made();
    const told: PartInfo[] = [];
    const answers = await Promise.all(
      [1, 2, 3].map(() => store.get('a', undefined, { onInfo: (info) => told.push(info) })),
    );
    expect(answers.map(text)).toEqual(['0123456789', '0123456789', '0123456789']);
    expect(told.map(({ size }) => size)).toEqual([10, 10, 10]);
    expect(gets()).toBe(1);
    await store.get('a');
    expect(gets()).toBe(2);
  });

  test('keeps questions apart', async () => {
    const { store, counted, gets } = made();
    const etag = (await store.head!('a'))!.etag;
    counted.reset();
    const settled = await Promise.allSettled([
      store.get('a'),
      store.get('a', { offset: 2, length: 3 }),
      store.get('a', { offset: 2, length: 3 }),
      store.get('a', { offset: 2 }),
      store.get('a', { suffixLength: 2 }),
      store.get('a', undefined, { ifMatch: etag }),
      store.get('a', undefined, { ifMatch: 'another' }),
      store.get('a', undefined, { maxBytes: 3 }),
      store.get('a', undefined, { fresh: true }),
      store.get('b'),
      store.get('b'),
    ]);
    const shown = settled.map((one) => (one.status === 'fulfilled' ? text(one.value) : one.reason.code));
    const whole = '0123456789';
    expect(shown).toEqual([
      whole,
      '234',
      '234',
      '23456789',
      '89',
      whole,
      'conflict',
      'limit',
      whole,
      undefined,
      undefined,
    ]);
    expect(gets()).toBe(9);
  });

  test('tells all who wait of a failure', async () => {
    const failing: Store = forwarded(new MemoryStore(), {
      answersAtOnce: false,
      get: () => Promise.reject(new Error('no')),
    });
    const store = coalesced(failing);
    const settled = await Promise.allSettled([store.get('a'), store.get('a')]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('ends a request when all who wait have given up, and no sooner', async () => {
    const { files } = made();
    const ended: boolean[] = [];
    const slow = forwarded(files, {
      answersAtOnce: false,
      get: async (key, range, options) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        ended.push(options?.signal?.aborted ?? false);
        return files.get(key, range);
      },
    });
    const store = coalesced(slow);
    const [one, two] = [new AbortController(), new AbortController()];
    const reasons = [new Error('one'), new Error('two')];
    const first = store.get('a', undefined, { signal: one.signal }) as Promise<unknown>;
    const second = store.get('a', undefined, { signal: two.signal }) as Promise<unknown>;
    one.abort(reasons[0]);
    await expect(first).rejects.toBe(reasons[0]);
    expect(text((await second) as Uint8Array)).toBe('0123456789');
    expect(ended).toEqual([false]);
    const third = store.get('a', undefined, { signal: two.signal }) as Promise<unknown>;
    two.abort(reasons[1]);
    await expect(third).rejects.toBe(reasons[1]);
    // One that comes afterwards does not join what was given up.
    expect(text(await store.get('a'))).toBe('0123456789');
    expect(ended).toEqual([false, true, false]);
  });

  test('gives nothing older than what was changed through it', async () => {
    const { store, files } = made();
    const before = store.get('a');
    await store.set!('a', bytes('new'));
    expect(text(await store.get('a'))).toBe('new');
    expect(['new', '0123456789']).toContain(text(await before));
    const old = store.get('a');
    await store.delete!('a');
    expect(await store.get('a')).toBe(undefined);
    await old;
    files.set('a/b', bytes('1'));
    const deep = store.get('a/b');
    await store.deletePrefix!('a');
    expect(await store.get('a/b')).toBe(undefined);
    await deep;
  });

  test('serves reads of one chunk by one request', async () => {
    const { counted, store } = made();
    const array = await zarr.createArray(store, { name: 'x', shape: [8], chunks: [4], dtype: 'int8' });
    await array.set('...', [1, 2, 3, 4, 5, 6, 7, 8]);
    counted.reset();
    const [one, two, three] = await Promise.all([array.get('0:2'), array.get('1:6'), array.get([3])]);
    expect([one.toNested(), two.toNested(), three]).toEqual([[1, 2], [2, 3, 4, 5, 6], 4]);
    expect(counted.counter.get('get')).toBe(2);
  });

  test('is the store itself where that answers at once', () => {
    const store = new MemoryStore();
    expect(coalesced(store)).toBe(store);
  });
});

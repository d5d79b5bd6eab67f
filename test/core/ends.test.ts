/** Chunks that reach past the end of the array: what lies there is replaced, unless it may be somebody's. */
import { describe, expect, it } from 'vitest';
import { CodecError } from '../../src/errors.js';
import * as promises from '../../src/index.js';
import type { Store } from '../../src/stores/store.js';
import { forwarded } from '../../src/stores/wrappers/forwarded.js';
import * as sync from '../../src/sync.js';

const LAYOUTS = [
  ['chunks', { chunks: [4] }, 'c/1', 'zarr.json'],
  ['shards', { chunks: [2], shards: [4] }, 'c/1', 'zarr.json'],
  ['shards that end inside a chunk', { chunks: [4], shards: [8] }, 'c/0', 'zarr.json'],
  ['format 2', { chunks: [4], zarrFormat: 2 }, '1', '.zarray'],
] as const;

const RAW = { shape: [6], dtype: 'int8', fillValue: 9, compressors: null } as const;

describe.each(LAYOUTS)('%s', (_, layout, key, document) => {
  const made = (store: Store) => sync.createArray(store, { ...RAW, ...layout });

  it('that are damaged are replaced by a write of all that lies in the array', () => {
    const store = new sync.MemoryStore();
    const array = made(store);
    store.set(key, Uint8Array.of(1, 2, 3));
    expect(() => array.set([5], 1)).toThrow(CodecError);
    array.set('...', 1);
    expect(array.get().toNested()).toEqual([1, 1, 1, 1, 1, 1]);
    array.set('::-1', [6, 5, 4, 3, 2, 1]);
    expect(array.get().toNested()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('have fill value past the end then, as new ones have', () => {
    const [store, fresh] = [new sync.MemoryStore(), new sync.MemoryStore()];
    const longer = made(store);
    longer.resize(8);
    longer.set('...', 7);
    longer.resize(6, { deleteOutsideChunks: false });
    const array = sync.openArray(store);
    array.set('...', [1, 2, 3, 4, 5, 6]);
    const other = made(fresh);
    other.set('...', [1, 2, 3, 4, 5, 6]);
    expect(store.get(key)).toEqual(fresh.get(key));
    array.resize(8);
    expect(array.get('6:').toNested()).toEqual([9, 9]);
  });

  it('stay what they are past the end where the array is longer by now', () => {
    const store = new sync.MemoryStore();
    const older = made(store);
    older.set('...', 1);
    sync.openArray(store).append([2, 2]);
    older.set('...', 3);
    expect(sync.openArray(store).get().toNested()).toEqual([3, 3, 3, 3, 3, 3, 2, 2]);
    store.set(key, Uint8Array.of(1, 2, 3));
    expect(() => older.set('...', 3)).toThrow(CodecError);
  });

  it.each([
    ['absent', undefined],
    ['damaged', new TextEncoder().encode('{"shape": [6')],
    ['of something else', new TextEncoder().encode('{"shape": [6, 1]}')],
  ])('stay so too where the document is %s', (_, bytes) => {
    const store = new sync.MemoryStore();
    const longer = made(store);
    longer.resize(8);
    longer.set('...', 7);
    const text = store.get(document);
    longer.resize(6, { deleteOutsideChunks: false });
    const array = sync.openArray(store);
    if (bytes === undefined) store.delete(document);
    else store.set(document, bytes);
    array.set('...', 3);
    store.set(document, text!); // It was there.
    expect(sync.openArray(store).get().toNested()).toEqual([3, 3, 3, 3, 3, 3, 7, 7]);
  });

  it('stay so too where other programs write to the store', () => {
    const files = new sync.MemoryStore();
    const longer = made(files);
    longer.resize(8);
    longer.set('...', 7);
    longer.resize(6, { deleteOutsideChunks: false });
    sync.openArray(forwarded(files, { conditional: true })).set('...', 3);
    longer.resize(8);
    expect(longer.get().toNested()).toEqual([3, 3, 3, 3, 3, 3, 7, 7]);
  });

  it.each([
    ['append', async (array: promises.AsyncArray): Promise<unknown> => array.append([7, 8])],
    ['resize and set', async (array: promises.AsyncArray) => array.resize(8).then(() => array.set('6:', [7, 8]))],
  ])('lose nothing of what others %s between the question and the write', async (_, grow) => {
    const files = new sync.MemoryStore();
    made(files).set('...', 1);
    const { store, holdAt } = held(files);
    const [one, other] = await Promise.all([promises.openArray(store), promises.openArray(store)]);
    const release = holdAt(`get ${document}`);
    const writing = one.set('...', 3);
    await later();
    await grow(other);
    release();
    await writing;
    expect(sync.openArray(files).get().toNested()).toEqual([3, 3, 3, 3, 3, 3, 7, 8]);
  });

  it('lose nothing of what others append before the document says so', async () => {
    const files = new sync.MemoryStore();
    made(files).set('...', 1);
    const { store, holdAt } = held(files);
    const [one, other] = await Promise.all([promises.openArray(store), promises.openArray(store)]);
    const release = holdAt(`set ${document}`);
    const growing = other.append([7, 8]);
    await later();
    await one.set('...', 3);
    release();
    await growing;
    expect(sync.openArray(files).get().toNested()).toEqual([3, 3, 3, 3, 3, 3, 7, 8]);
  });
});

it('that are cut along one axis only, in more than one dimension, are asked about once', () => {
  const asked: string[] = [];
  const files = new sync.MemoryStore();
  const store = forwarded(files, {
    get: (key, range, options) => {
      asked.push(key);
      return files.get(key, range, options);
    },
  });
  const array = sync.createArray(store, { shape: [6, 4], chunks: [2, 3], dtype: 'int8', compressors: null });
  asked.length = 0;
  array.set('...', 1);
  expect(asked.splice(0)).toEqual(['zarr.json']);
  array.set(':4, :3', 1); // Reaches no end inside a chunk.
  expect(asked.splice(0)).toEqual([]);
  array.set('4:, 1:', 1); // The last one is covered, the one before it in part.
  expect(asked.splice(0)).toEqual(['zarr.json', 'c/2/0']);
  array.set('5:, 3:', 1);
  expect(asked.splice(0)).toEqual(['c/2/1']);
  expect(array.get().toFlat()).toEqual(new Int8Array(24).fill(1));
});

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** `files`, which wait; `holdAt` has the first request of a kind, its answer known, wait until what it gives is called. */
function held(files: sync.MemoryStore) {
  const gates = new Map<string, Promise<void>>();
  const answered = async <T>(request: string, answer: T): Promise<T> => {
    const gate = gates.get(request);
    gates.delete(request);
    await gate;
    return answer;
  };
  const store = forwarded(files, {
    answersAtOnce: false,
    get: (key, range, options) => answered(`get ${key}`, files.get(key, range, options)),
    set: (key, value) => answered(`set ${key}`, undefined).then(() => files.set(key, value)),
  });
  const holdAt = (request: string): (() => void) => {
    let release = (): void => {};
    gates.set(request, new Promise<void>((resolve) => (release = resolve)));
    return () => release();
  };
  return { store, holdAt };
}

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ArgumentError, InvalidKeyError, NodeNotFoundError, ReadOnlyError } from '../../src/errors.js';
import * as browser from '../../src/platform/browser/local.js';
import * as node from '../../src/platform/node/local.js';
import { HttpStore } from '../../src/stores/http.js';
import { LocalStore } from '../../src/stores/local.js';
import { ManagedMemoryStore, MemoryStore } from '../../src/stores/memory.js';
import { resolveStore, type StoreLike } from '../../src/stores/resolve.js';
import { StorePath } from '../../src/stores/store-path.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zarr-ts-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const one = new Uint8Array(1);

/** What JavaScript programs may give. */
const untyped = (value: unknown): StoreLike => value as StoreLike;

describe('a place to open', () => {
  test('is a new store in memory for nothing', () => {
    const first = resolveStore(undefined);
    expect(first.store).toBeInstanceOf(MemoryStore);
    expect(first.path).toBe('');
    expect(first.equals(resolveStore(null))).toBe(false);
  });

  test('is a store itself, with the path', () => {
    const store = new MemoryStore();
    expect(resolveStore(store, { path: '/a//b/' })).toMatchObject({ store, path: 'a/b' });
  });

  test('is a StorePath, with the path below it', () => {
    const place = resolveStore(new StorePath(new MemoryStore(), 'a'), { path: 'b' });
    expect(place.path).toBe('a/b');
  });

  test('is a Map of values', () => {
    const map = new Map<string, Uint8Array>();
    resolveStore(map).store.set!('a', one);
    expect(map.get('a')).toEqual(one);
  });

  test('is a folder for a path or a file URL', () => {
    for (const form of [folder, pathToFileURL(folder), pathToFileURL(folder).href]) {
      const { store } = resolveStore(form);
      expect(store).toBeInstanceOf(LocalStore);
      expect(String(store)).toBe(`file://${folder}`);
    }
    expect(String(resolveStore('a:b').store)).toBe(`file://${path.resolve('a:b')}`);
  });

  test('has to exist where nothing may be made', () => {
    const absent = path.join(folder, 'absent');
    expect(() => resolveStore(absent, { create: false })).toThrow(NodeNotFoundError);
    expect(() => resolveStore('memory://resolve-absent/a', { create: false })).toThrow(NodeNotFoundError);
    resolveStore(absent);
    expect(fs.existsSync(absent)).toBe(false);
  });

  test('is behind HTTP for such a URL, with its options', () => {
    for (const form of ['https://example.test/data?sig=1', new URL('http://example.test/data')]) {
      expect(resolveStore(form).store).toBeInstanceOf(HttpStore);
    }
    const storageOptions = { missingStatus: [403] };
    expect(resolveStore('http://example.test', { storageOptions }).store).toBeInstanceOf(HttpStore);
    expect(() => resolveStore('http://example.test', { storageOptions: { header: {} } as object })).toThrow(
      'HttpStore: unknown option "header"; did you mean "headers"?',
    );
  });

  test('is named memory for memory URLs', async () => {
    const place = resolveStore('memory://resolve-test/a/b');
    expect(place.store).toBeInstanceOf(ManagedMemoryStore);
    await place.store.set!('c', one);
    expect(resolveStore('memory://resolve-test', { path: 'a' }).store.get('a/b/c')).toEqual(one);
    expect(() => resolveStore('memory://')).toThrow(ArgumentError);
    expect(() => resolveStore('memory://x/../y')).toThrow(InvalidKeyError);
  });

  test('is another object with get(key), whose keys begin with a slash', async () => {
    const keys: string[] = [];
    const place = resolveStore({
      get(key: string) {
        keys.push(key);
        return undefined;
      },
    });
    expect(place.store.readOnly).toBe(true);
    await place.store.get('a/zarr.json');
    expect(keys).toEqual(['/a/zarr.json']);
  });
});

describe('readOnly: true', () => {
  test('protects every kind of store', () => {
    const places: StoreLike[] = [
      new MemoryStore(),
      new StorePath(new MemoryStore(), 'a'),
      new Map(),
      folder,
      'memory://resolve-read-only',
      { get: () => undefined, set: () => {} },
      { readOnly: false, get: () => undefined, set: () => {} },
    ];
    for (const place of places) {
      const { store } = resolveStore(place, { readOnly: true });
      expect(store.readOnly).toBe(true);
      expect(() => store.set?.('a', one)).toThrow(ReadOnlyError);
    }
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test('leaves a read-only store as it is', () => {
    const store = new MemoryStore(undefined, { readOnly: true });
    expect(resolveStore(store, { readOnly: true }).store).toBe(store);
  });
});

describe('what cannot be opened', () => {
  const elsewhere: readonly [store: unknown, expected: string][] = [
    ['s3://bucket/prefix', 'S3Store of "zarr-ts/storage/s3"'],
    ['data.zip', 'ZipStore of "zarr-ts/storage/zip"'],
    ['https://user:secret@example.test/data.zip?sig=secret', 'ZipStore of "zarr-ts/storage/zip"'],
    [new URL('file:///data.zip'), 'ZipStore of "zarr-ts/storage/zip"'],
    [{ kind: 'directory', getFileHandle() {} }, 'BrowserStore of "zarr-ts/storage/browser"'],
    [{ version: 1, refs: {} }, 'ReferenceStore of "zarr-ts/storage/reference"'],
    ['gs://bucket', 'no store for "gs:" URLs'],
    [new URL('data:,abc'), 'no store for "data:" URLs'],
    ['simplecache::s3://bucket', 'URLs inside URLs'],
    ['', 'an empty string'],
    [5, 'got 5'],
    [true, 'got true'],
    [[], 'got an empty list'],
    [{}, 'got an object'],
    [{ storePath: {}, get() {} }, 'got an array or group'],
    [{ storePath: {}, get() {}, readOnly: false }, 'got an array or group'],
    ['http://', 'expected an absolute http(s) URL'],
  ];
  test.each(elsewhere)('%j says so', (store, expected) => {
    let message = '';
    try {
      resolveStore(untyped(store));
    } catch (error) {
      expect(error).toBeInstanceOf(ArgumentError);
      message = (error as Error).message; // Just checked.
    }
    expect(message).toContain(expected);
    expect(message).not.toContain('secret');
  });

  test('is anything but a URL with storageOptions', () => {
    const storageOptions = { headers: {} };
    for (const store of [undefined, folder, new MemoryStore(), new Map(), 'memory://x']) {
      expect(() => resolveStore(store, { storageOptions })).toThrow(/^storageOptions/);
    }
    const local = { storageOptions: { lock: 'os' } } as const;
    expect((resolveStore(pathToFileURL(folder), local).store as LocalStore).lock).toBe('os');
  });

  test('is a path that leaves the store', () => {
    expect(() => resolveStore(undefined, { path: '../a' })).toThrow(InvalidKeyError);
  });
});

describe('in a browser', () => {
  test('a path is an error that says what works there', () => {
    expect(() => browser.localStoreFor('data.zarr')).toThrow('expected an http(s) URL');
    expect(() => new browser.LocalStore('data.zarr')).toThrow(ArgumentError);
  });

  test('there are the same names', () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
  });
});

describe('StorePath', () => {
  test('shows its store and path, and goes further down', () => {
    const store = new LocalStore(folder);
    const place = new StorePath(store, '/a/');
    expect(`${place}`).toBe(`file://${folder}/a`);
    expect(`${new StorePath(store)}`).toBe(`file://${folder}`);
    expect(place.join('b', 'c/d').path).toBe('a/b/c/d');
    expect(place.key('zarr.json')).toBe('a/zarr.json');
    expect(new StorePath(store).key('zarr.json')).toBe('zarr.json');
  });

  test('equals the same path of the same store', () => {
    expect(new StorePath(new LocalStore(folder), 'a').equals(new StorePath(new LocalStore(folder), '/a'))).toBe(true);
    expect(new StorePath(new LocalStore(folder), 'a').equals(new StorePath(new LocalStore(folder), 'b'))).toBe(false);
    expect(new StorePath(new MemoryStore()).equals(new StorePath(new MemoryStore()))).toBe(false);
  });

  test('needs a store', () => {
    expect(() => new StorePath({} as MemoryStore)).toThrow(ArgumentError); // As a JavaScript program may.
  });
});

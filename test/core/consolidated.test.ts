import { describe, expect, it } from 'vitest';
import * as promises from '../../src/index.js';
import { latency, type Store } from '../../src/storage.js';
import * as sync from '../../src/sync.js';
import { faulty } from '../../src/testing/fault.js';

const text = (files: ReadonlyMap<string, Uint8Array>, key: string): string =>
  new TextDecoder().decode(files.get(key) ?? new Uint8Array());

/** The document that holds the copies, and the one that consolidating anew makes: fresh copies are the same. */
function expectFresh(files: Map<string, Uint8Array>, format: 2 | 3, path = ''): void {
  const key = `${path === '' ? '' : `${path}/`}${format === 3 ? 'zarr.json' : '.zmetadata'}`;
  const again = new Map(files);
  sync.consolidateMetadata(again, { path, zarrFormat: format });
  expect(text(files, key)).toBe(text(again, key));
}

function hierarchy(format: 2 | 3): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const root = sync.createGroup(files, { zarrFormat: format, attributes: { title: 'root' } });
  root.createArray('a/x', { shape: [4], dtype: 'int8' });
  root.createGroup('b', { attributes: { about: 'b' } });
  root.createArray('z', { shape: [2], dtype: 'float32' });
  return files;
}

describe.each([2, 3] as const)('consolidated metadata of format %i', (zarrFormat) => {
  it('is made, and gives the group that carries it', () => {
    const files = hierarchy(zarrFormat);
    const group = sync.consolidateMetadata(files);
    expect([...(group.metadata.consolidatedMetadata?.metadata.keys() ?? [])]).toEqual(['a', 'b', 'z', 'a/x']);
    expect([...sync.openConsolidated(files)]).toEqual(['a', 'b', 'z']);
    expectFresh(files, zarrFormat);
  });

  it('is the same with promises', async () => {
    const [one, other] = [hierarchy(zarrFormat), hierarchy(zarrFormat)];
    sync.consolidateMetadata(one);
    const store = latency(new sync.MemoryStore(other), { getMs: 0, setMs: 0 });
    const group = await promises.consolidateMetadata(store, { zarrFormat });
    expect(group.metadata.consolidatedMetadata?.metadata.size).toBe(4);
    expect(other).toEqual(one);
    await group.createArray('a/new', { shape: [1], dtype: 'int8' });
    await (await group.getArray('a/new')).updateAttributes({ units: 'm' });
    await group.delItem('z');
    expectFresh(other, zarrFormat);
    expect(await group.nmembers({ maxDepth: null })).toBe(4);
    const again = await promises.openConsolidated(store);
    expect((await again.getArray('a/new')).attrs).toEqual({ units: 'm' });
  });

  it('of a group below is made there alone', () => {
    const files = hierarchy(zarrFormat);
    const before = new Map(files);
    sync.consolidateMetadata(files, { path: 'a' });
    for (const [key, value] of before) if (!key.startsWith('a/')) expect(files.get(key)).toEqual(value);
    expect([...sync.openConsolidated(files, { path: 'a' })]).toEqual(['x']);
  });

  const changes: Readonly<Record<string, (root: sync.Group, files: Map<string, Uint8Array> | Store) => void>> = {
    'a new array': (root) => root.createArray('new', { shape: [3], dtype: 'int8' }),
    'a new array with new parents': (root) => root.createArray('p/q/new', { shape: [3], dtype: 'int8' }),
    'a new array, made from elsewhere': (_, files) =>
      sync.createArray(files, { name: 'a/new', shape: [3], dtype: 'int8', zarrFormat }),
    'a new group below a group': (root) => root.getGroup('a').createGroup('new', { attributes: { one: 1 } }),
    'an array in place of a group': (root) => root.createArray('a', { shape: [1], dtype: 'int8', overwrite: true }),
    'a group in place of an array': (root) => root.createGroup('z', { overwrite: true }),
    'an emptied group': (root) => root.createGroup('a', { overwrite: true }),
    'a saved array': (root) => root.setItem('z', new Int16Array([1, 2])),
    'a required array': (root) => root.requireArray('r', { shape: [1], dtype: 'int8' }),
    'an array of zeros': (root) => root.zeros({ name: 'zeros', shape: [1] }),
    'an array like another': (root) => root.zerosLike({ name: 'a/like', data: root.getArray('z') }),
    'attributes of an array': (root) => root.getArray('a/x').attrs.set('units', 'm'),
    'attributes of an array, opened by itself': (_, files) =>
      sync.openArray(files, { path: 'a/x' }).updateAttributes({ units: 'm' }),
    'attributes of a group': (root) => root.getGroup('b').attrs.put({ changed: true }),
    'attributes of the group itself': (root) => root.attrs.set('title', 'changed'),
    'a deleted array': (root) => root.delItem('a/x'),
    'a deleted group': (root) => root.delItem('a'),
    'a deletion of nothing': (root) => root.delItem('nowhere'),
    'a moved array': (root) => root.move('z', 'p/q'),
    'a moved group': (root) => root.move('a', 'b/a'),
    'a copied group': (root) => root.copy('a', 'b/c'),
    'a replaced copy': (root) => root.copy('z', 'a/x', { ifExists: 'replace' }),
    'a copy from elsewhere': (_, files) => sync.copy(hierarchy(zarrFormat), files, { name: 'b/copy' }),
    'copied keys': (_, files) => sync.copyStore(hierarchy(zarrFormat), files, { destPath: 'b/copy' }),
    'copied members': (_, files) =>
      sync.copyAll(
        hierarchy(zarrFormat),
        new sync.StorePath(files instanceof Map ? new sync.MemoryStore(files) : files, 'b'),
      ),
    'a hierarchy': (root) => [
      ...root.createHierarchy({
        'h/i': sync.createGroup(undefined, { zarrFormat }).metadata,
        b2: sync.zeros([1], { zarrFormat }).metadata,
      }),
    ],
    'a hierarchy that replaces': (root) => [
      ...root.createHierarchy({ a: sync.createGroup(undefined, { zarrFormat }).metadata }, { overwrite: true }),
    ],
  };

  it.each(Object.keys(changes))('is kept fresh: %s', (name) => {
    const files = hierarchy(zarrFormat);
    const root = sync.consolidateMetadata(files);
    sync.consolidateMetadata(files, { path: 'b' });
    changes[name]!(root, files);
    expectFresh(files, zarrFormat);
    if (files.has(zarrFormat === 3 ? 'b/zarr.json' : 'b/.zgroup')) expectFresh(files, zarrFormat, 'b');
    sync.openConsolidated(files);
    const listed = [...sync.openGroup(files, { useConsolidated: false }).members({ maxDepth: null })];
    const fresh = [...sync.openConsolidated(files).members({ maxDepth: null })];
    const told = (members: typeof listed) => members.map(([path, node]) => [path, node.kind, node.metadata.toJSON()]);
    expect(told(fresh).map(([path, kind]) => [path, kind])).toEqual(told(listed).map(([path, kind]) => [path, kind]));
  });

  it.each(Object.keys(changes).filter((name) => !/elsewhere|by itself|copied (keys|members)/.test(name)))(
    'of the handle follows: %s',
    (name) => {
      const files = hierarchy(zarrFormat);
      const root = sync.consolidateMetadata(files);
      changes[name]!(root, files);
      const told = (group: sync.Group) =>
        [...group.members({ maxDepth: null })].map(([path, node]) => [
          path,
          node.kind,
          node instanceof sync.Group ? node.attrs.asDict() : node.metadata.toJSON(),
        ]);
      expect(told(root)).toEqual(told(sync.openConsolidated(files)));
    },
  );

  it.each(Object.keys(changes))('never says something else than what is stored when a call fails: %s', (name) => {
    let failures = 0;
    for (let at = 1; ; at++) {
      const files = hierarchy(zarrFormat);
      sync.consolidateMetadata(files, { path: 'b' });
      sync.consolidateMetadata(files);
      const store = faulty(new sync.MemoryStore(files), { at, methods: ['set', 'delete', 'deletePrefix'] });
      const root = sync.openGroup(store);
      let error: unknown;
      try {
        changes[name]!(root, store);
      } catch (thrown) {
        error = thrown;
      }
      for (const path of ['', 'b']) expect([at, differingCopies(files, zarrFormat, path)]).toEqual([at, []]);
      if (error === undefined) break;
      expect(String(error)).toMatch('as it was told to');
      failures++;
    }
    expect(failures).toBeGreaterThan(0);
  });

  it('keeps the length of an array that cannot change it in all places', () => {
    for (const methods of [['set'], ['set', 'delete']] as const) {
      for (const change of [
        (array: sync.Array) => array.append([1, 2]),
        (array: sync.Array) => array.resize([9]),
        (array: sync.Array) => array.resize([1]),
      ]) {
        for (let at = 1, done = false; !done; at++) {
          const files = hierarchy(zarrFormat);
          sync.openGroup(files).getArray('a/x').set('...', [1, 2, 3, 4]);
          sync.consolidateMetadata(files);
          const array = sync.openArray(faulty(new sync.MemoryStore(files), { at, methods }), { path: 'a/x' });
          try {
            change(array);
            done = true;
          } catch {
            const [stored, copied] = [sync.openArray(files, { path: 'a/x' }), sync.openGroup(files).getArray('a/x')];
            expect([at, copied.shape]).toEqual([at, stored.shape]);
            expect([at, array.shape]).toEqual([at, stored.shape]);
            stored.resize([9]);
            expect([at, stored.get('4:').toNested()]).toEqual([at, [0, 0, 0, 0, 0]]);
          }
        }
      }
    }
  });

  it('that lacks a name has it looked up in the store, and is left alone when it is not wanted', () => {
    const files = hierarchy(zarrFormat);
    sync.consolidateMetadata(files);
    const elsewhere = sync.createArray(undefined, { name: 'new', shape: [1], dtype: 'int8', zarrFormat });
    for (const [key, value] of storedBy(elsewhere)) if (key.startsWith('new/')) files.set(key, value);
    expect(sync.openConsolidated(files).getArray('new').shape).toEqual([1]);
    const plain = sync.openGroup(files, { useConsolidated: false });
    expect([...plain]).toEqual(['a', 'b', 'new', 'z']);
    plain.attrs.set('title', 'changed');
    expect([...plain]).toEqual(['a', 'b', 'new', 'z']);
    expect(plain.metadata.consolidatedMetadata).toBeNull();
  });

  it('is not made of what cannot be', () => {
    const files = hierarchy(zarrFormat);
    const before = new Map(files);
    expect(() => sync.consolidateMetadata(files, { path: 'nowhere' })).toThrow(
      expect.objectContaining({ code: 'group-not-found' }),
    );
    expect(() => sync.consolidateMetadata(files, { path: 'z' })).toThrow(
      expect.objectContaining({ code: 'contains-array' }),
    );
    expect(() => sync.consolidateMetadata(files, { paths: 'z' } as object)).toThrow('did you mean "path"');
    const readOnly = new sync.MemoryStore(files, { readOnly: true });
    expect(() => sync.consolidateMetadata(readOnly)).toThrow(expect.objectContaining({ code: 'read-only' }));
    expect(files).toEqual(before);
  });

  it('loses no change of writers at the same time', async () => {
    const files = hierarchy(zarrFormat);
    const store = latency(new sync.MemoryStore(files), { getMs: 1, setMs: 1 });
    const root = await promises.consolidateMetadata(store, { zarrFormat });
    const x = await root.getArray('a/x');
    await Promise.all([
      ...['c', 'd', 'e'].map((name) => root.createArray(name, { shape: [1], dtype: 'int8' })),
      ...['f', 'g'].map((name) => x.updateAttributes({ [name]: 1 })),
      root.delItem('z'),
    ]);
    expectFresh(files, zarrFormat);
  });
});

/** The members whose copies, in the group at `path`, are not what is stored of them. */
function differingCopies(files: Map<string, Uint8Array>, format: 2 | 3, path: string): string[] {
  const base = path === '' ? '' : `${path}/`;
  const document = text(files, `${base}${format === 3 ? 'zarr.json' : '.zmetadata'}`);
  if (document === '') return [];
  const parsed = JSON.parse(document);
  const copies: Record<string, object> =
    format === 3 ? (parsed.consolidated_metadata?.metadata ?? {}) : parsed.metadata;
  return Object.entries(copies).flatMap(([name, copy]) => {
    const stored = text(files, `${base}${name}${format === 3 ? '/zarr.json' : ''}`);
    const expected = stored === '' ? undefined : JSON.parse(stored);
    // A group's copy in a copy has no members.
    for (const member of [copy, expected]) if (member) Reflect.deleteProperty(member, 'consolidated_metadata');
    return JSON.stringify(copy) === JSON.stringify(expected) ? [] : [`${base}${name}`];
  });
}

function storedBy({ store }: sync.Array): Map<string, Uint8Array> {
  const keys = [...(store.list!('') as Iterable<string>)];
  return new Map(keys.map((key) => [key, store.get(key) as Uint8Array]));
}

describe('the requests for consolidated metadata', () => {
  class Counted extends sync.MemoryStore {
    readonly requests: string[] = [];
    override get(...args: Parameters<sync.MemoryStore['get']>): Uint8Array | undefined {
      this.requests.push(`get ${args[0]}`);
      return super.get(...args);
    }
    override set(...args: Parameters<sync.MemoryStore['set']>): void {
      this.requests.push(`set ${args[0]}`);
      super.set(...args);
    }
    taken(): string[] {
      return this.requests.splice(0);
    }
  }

  it('are none for what is made in format 3, unless there is some', () => {
    const store = new Counted();
    sync.group(store).createGroup('a');
    store.taken();
    sync.openGroup(store).createArray('a/b', { shape: [1], dtype: 'int8' });
    const made = ['get zarr.json', 'get a/b/zarr.json', 'get zarr.json', 'get a/zarr.json', 'set a/b/zarr.json'];
    expect(store.taken()).toEqual(made);
    const root = sync.consolidateMetadata(store);
    store.taken();
    root.createArray('a/c', { shape: [1], dtype: 'int8' });
    const requests = ['get a/c/zarr.json', 'get zarr.json', 'get a/zarr.json', 'set a/c/zarr.json'];
    expect(store.taken()).toEqual([...requests, 'get zarr.json', 'set zarr.json']);
  });

  it('are one for each group above what is updated or deleted', () => {
    const store = new Counted();
    const array = sync.createArray(store, { name: 'a/b', shape: [1], dtype: 'int8' });
    store.taken();
    array.attrs.set('one', 1);
    expect(store.taken()).toEqual(['get a/b/zarr.json', 'get zarr.json', 'get a/zarr.json', 'set a/b/zarr.json']);
    const root = sync.openGroup(store);
    store.taken();
    root.attrs.set('one', 1);
    expect(store.taken()).toEqual(['get zarr.json', 'set zarr.json']);
    root.delItem('a');
    expect(store.taken()).toEqual(['get .zmetadata', 'get zarr.json']);
  });

  it('are one for each group above in format 2, which keeps it in a document of its own', () => {
    const store = new Counted();
    const root = sync.createGroup(store, { zarrFormat: 2 });
    store.taken();
    const array = root.createArray('a', { shape: [1], dtype: 'int8' });
    expect(store.taken().filter((request) => request.includes('zmetadata'))).toEqual(['get .zmetadata']);
    array.attrs.set('one', 1);
    expect(store.taken().filter((request) => request.includes('zmetadata'))).toEqual(['get .zmetadata']);
  });

  it('are one to open all, whatever there is', () => {
    const store = new Counted();
    sync.copyAll(hierarchy(3), store);
    sync.consolidateMetadata(store);
    store.taken();
    expect(sync.openGroup(store).nmembers({ maxDepth: null })).toBe(4);
    expect(store.taken()).toEqual(['get zarr.json']);
  });
});

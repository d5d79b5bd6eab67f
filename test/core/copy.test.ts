import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as promises from '../../src/index.js';
import { latency } from '../../src/storage.js';
import * as sync from '../../src/sync.js';

/** zarr 2's example, with more in it. */
function hierarchy(options: { zarrFormat?: 2 | 3 } = {}): sync.Group {
  const root = sync.group(undefined, { attributes: { title: 'root' }, ...options });
  const baz = root.createArray('foo/bar/baz', {
    shape: [100],
    chunks: [40],
    dtype: 'int64',
    attributes: { units: 'm' },
  });
  baz.set('...', 5);
  root.getGroup('foo').attrs.set('about', 'foo');
  root.createArray('foo/spam', { shape: [2, 3], dtype: 'uint8' });
  root.createArray('top', { data: new Float32Array([1, 2]) });
  return root;
}

const filesOf = ({ store }: { readonly store: sync.Store }) =>
  new Map([...(store.list!('') as Iterable<string>)].sort().map((key) => [key, store.get(key) as Uint8Array]));

describe('copy', () => {
  it('copies a group, counts and logs as zarr 2 did', () => {
    const source = hierarchy();
    const lines: string[] = [];
    const dest = sync.group();
    const result = sync.copy(source.getGroup('foo'), dest, { log: (line) => lines.push(line) });
    expect([...result]).toEqual([4, 0, 806]);
    expect(result).toMatchObject({ copied: 4, skipped: 0, bytesCopied: 806 });
    expect(lines).toEqual([
      'copy /foo',
      'copy /foo/bar',
      'copy /foo/bar/baz (100,) int64',
      'copy /foo/spam (2, 3) uint8',
      'all done: 4 copied, 0 skipped, 806 bytes copied',
    ]);
    const copied = [...filesOf(source)].filter(([key]) => key.startsWith('foo/'));
    expect(filesOf(dest)).toEqual(new Map([...copied, ['zarr.json', filesOf(sync.group()).get('zarr.json')!]]));
  });

  it('is the same with promises, and between stores of both kinds', async () => {
    const source = hierarchy();
    const store = latency(new sync.MemoryStore(), { getMs: 0, setMs: 0 });
    const told: [number, number][] = [];
    const result = await promises.copy(source.getGroup('foo'), store, {
      name: 'x/y',
      onProgress: (done, total) => told.push([done, total]),
    });
    expect([...result]).toEqual([4, 0, 806]);
    expect(told.at(-1)).toEqual([4, 4]);
    const root = await promises.openGroup(store, { mode: 'r' });
    expect((await (await root.getArray('x/y/bar/baz')).get()).toNested()).toEqual(
      source.getArray('foo/bar/baz').get().toNested(),
    );
    const back = await promises.copy(await root.getGroup('x'), await promises.group());
    expect([...back]).toEqual([5, 0, 806]);
  });

  it('keeps documents and chunks of either format as they are', () => {
    for (const zarrFormat of [2, 3] as const) {
      const source = hierarchy({ zarrFormat });
      const dest = new Map<string, Uint8Array>();
      sync.copyAll(source, dest);
      expect(dest).toEqual(filesOf(source));
    }
  });

  it('copies what nobody can decode', () => {
    const files = new Map<string, Uint8Array>();
    sync.createArray(files, { name: 'a', shape: [4], dtype: 'int8', compressors: null }).set('...', [1, 2, 3, 4]);
    const text = new TextDecoder().decode(files.get('a/zarr.json'));
    files.set('a/zarr.json', new TextEncoder().encode(text.replace('"name": "bytes"', '"name": "nobody.knows"')));
    const dest = new Map<string, Uint8Array>();
    sync.copyAll(files, dest);
    expect(dest).toEqual(files);
    expect(() => sync.copyAll(files, new Map(), { chunks: [2] })).toThrow('nobody.knows');
  });

  it('changes how arrays are stored', () => {
    const source = hierarchy();
    const dest = sync.group();
    sync.copy(source.getGroup('foo'), dest, {
      chunks: false,
      compressors: { name: 'gzip', configuration: { level: 1 } },
    });
    expect(dest.getArray('foo/bar/baz')).toMatchObject({ chunks: [100] });
    expect(dest.getArray('foo/bar/baz').compressors[0]?.name).toBe('gzip');
    expect(dest.getArray('foo/bar/baz').attrs.get('units')).toBe('m');
    expect(dest.getArray('foo/bar/baz').get().toNested()).toEqual(source.getArray('foo/bar/baz').get().toNested());
    const older = sync.group(undefined, { zarrFormat: 2 });
    sync.copyAll(source, older, { withoutAttrs: true });
    expect(older.getArray('top').get().toNested()).toEqual([1, 2]);
    expect(older.getGroup('foo').attrs.size + older.getArray('foo/bar/baz').attrs.size).toBe(0);
    expect([...older.members({ maxDepth: null })].every(([, node]) => node.zarrFormat === 2)).toBe(true);
  });

  it('leaves out groups and attributes', () => {
    const source = hierarchy();
    const dest = sync.group();
    expect([...sync.copy(source.getGroup('foo'), dest, { shallow: true, withoutAttrs: true })]).toEqual([2, 0, 6]);
    expect([...dest.members({ maxDepth: null })].map(([path]) => path)).toEqual(['foo', 'foo/spam']);
    expect(dest.getGroup('foo').attrs.size).toBe(0);
    const shallow = sync.group();
    expect([...sync.copyAll(source, shallow, { shallow: true })]).toEqual([1, 0, 8]);
    expect([...shallow.keys()]).toEqual(['top']);
    expect(shallow.attrs.asDict()).toEqual({ title: 'root' });
  });

  it('merges groups, and treats arrays as it is told', () => {
    const source = hierarchy();
    const dest = sync.group();
    dest.createArray('foo/spam', { data: new Uint8Array([9]) });
    dest.getGroup('foo').attrs.set('mine', 1);
    const before = filesOf(dest);
    const foo = source.getGroup('foo');
    expect(() => sync.copy(foo, dest)).toThrow(expect.objectContaining({ code: 'contains-array', path: 'foo/spam' }));
    expect(filesOf(dest)).toEqual(before);
    const lines: string[] = [];
    expect([...sync.copy(foo, dest, { ifExists: 'skip', log: { write: (text: string) => lines.push(text) } })]).toEqual(
      [3, 1, 800],
    );
    expect(lines).toContain('skip /foo/spam (2, 3) uint8\n');
    expect(dest.getGroup('foo').attrs.asDict()).toEqual({ mine: 1, about: 'foo' });
    expect(dest.getArray('foo/spam').get().toNested()).toEqual([9]);
    expect([...sync.copy(foo, dest, { ifExists: 'skip_initialized' })]).toEqual([2, 2, 0]);
    dest.createArray('foo/spam', { shape: [3], dtype: 'int8', overwrite: true });
    expect([...sync.copy(foo, dest, { ifExists: 'skip_initialized' })]).toEqual([3, 1, 6]);
    expect(dest.getArray('foo/spam').shape).toEqual([2, 3]);
    expect([...sync.copy(foo, dest, { ifExists: 'replace' })]).toEqual([4, 0, 806]);
  });

  it('puts groups in the place of arrays, and arrays in that of groups, only when it replaces', () => {
    const source = hierarchy();
    const foo = source.getGroup('foo');
    for (const ifExists of ['raise', 'skip_initialized'] as const) {
      const dest = sync.group();
      dest.createArray('foo', { shape: [1], dtype: 'int8' });
      dest.createGroup('top');
      const before = filesOf(dest);
      expect(() => sync.copyAll(source, dest, { ifExists })).toThrow(
        expect.objectContaining({ code: 'contains-array' }),
      );
      expect(() => sync.copy(source.getArray('top'), dest, { ifExists })).toThrow(
        expect.objectContaining({ code: 'contains-group' }),
      );
      expect(filesOf(dest)).toEqual(before);
      expect([...sync.copyAll(source, dest, { ifExists: 'skip' })]).toEqual([0, 2, 0]);
      expect([...sync.copyAll(source, dest, { ifExists: 'replace' })]).toEqual([5, 0, 814]);
      expect(dest.getArray('foo/bar/baz').get([0])).toBe(5n);
      expect(dest.getArray('top').get().toNested()).toEqual([1, 2]);
    }
    expect(foo.kind).toBe('group');
  });

  it('writes nothing in a dry run', () => {
    const source = hierarchy();
    const dest = new Map<string, Uint8Array>();
    const lines: string[] = [];
    expect([...sync.copyAll(source, dest, { dryRun: true, log: (line) => lines.push(line) })]).toEqual([5, 0, 0]);
    expect(lines.at(-1)).toBe('dry run: 5 copied, 0 skipped');
    expect(dest.size).toBe(0);
    expect([
      ...sync.copy(source.getArray('top'), new sync.MemoryStore(dest, { readOnly: true }), { dryRun: true }),
    ]).toEqual([1, 0, 0]);
  });

  it.each<[string, (root: sync.Group) => unknown, string]>([
    ['the root without a name', (root) => sync.copy(root, sync.group()), 'argument'],
    ['a group into itself', (root) => root.copy('foo', 'foo/bar/foo'), 'argument'],
    ['a group onto itself', (root) => root.copy('foo', 'foo', { ifExists: 'replace' }), 'argument'],
    ['an array onto itself', (root) => root.copy('top', 'top', { ifExists: 'replace' }), 'argument'],
    ['an array onto itself, by default', (root) => root.copy('top', 'top'), 'contains-array'],
    ['an array over what holds it', (root) => root.copy('foo/bar/baz', 'foo', { ifExists: 'replace' }), 'argument'],
    ['below an array', (root) => root.copy('top', 'foo/spam/x'), 'argument'],
    ['all of a group into itself', (root) => sync.copyAll(root, root.getGroup('foo')), 'argument'],
    ['all of an array', (root) => sync.copyAll(root.getArray('top'), sync.group()), 'argument'],
    ['into an array', (root) => sync.copy(root.getGroup('foo'), root.getArray('top')), 'argument'],
    ['nothing', () => sync.copy(new Map(), sync.group(), { name: 'x' }), 'node-not-found'],
    ['no member', (root) => root.copy('nowhere', 'x'), 'node-not-found'],
    ['an unknown option', (root) => sync.copy(root, sync.group(), { nam: 'x' } as never), 'argument'],
    ['an unknown choice', (root) => sync.copyAll(root, sync.group(), { ifExists: 'maybe' as never }), 'argument'],
    ['a name that leads out', (root) => sync.copy(root.getArray('top'), sync.group(), { name: '../x' }), 'invalid-key'],
    [
      'to a store that cannot write',
      (root) => sync.copyAll(root, new sync.MemoryStore(new Map(), { readOnly: true })),
      'read-only',
    ],
    ['options that cannot be', (root) => root.copy('foo', 'x', { chunks: [3, 4, 5] }), 'argument'],
    ['a log that is none', (root) => root.copy('foo', 'x', { log: 7 as never }), 'argument'],
    ['another format than the destination', (root) => sync.copyAll(root, sync.group(), { zarrFormat: 2 }), 'argument'],
  ])('refuses %s, and changes nothing', (_, act, code) => {
    const root = hierarchy();
    const before = filesOf(root);
    expect(() => act(root)).toThrow(expect.objectContaining({ code }));
    expect(filesOf(root)).toEqual(before);
  });

  it('finds out that two stores are one folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'copy-'));
    try {
      sync.createArray(folder, { name: 'a/b', data: new Int8Array([1, 2]) });
      const inner = sync.openArray(join(folder, 'a'), { path: 'b', mode: 'r' });
      expect(() => sync.copy(inner, folder, { name: 'a', ifExists: 'replace' })).toThrow('overwrite');
      expect(() => sync.copy(sync.openGroup(folder, { mode: 'r' }), join(folder, 'a'), { name: 'x' })).toThrow(
        'into itself',
      );
      expect(sync.openArray(folder, { path: 'a/b' }).get().toNested()).toEqual([1, 2]);
      sync.consolidateMetadata(folder);
      sync.group(folder).move('a', 'c/d');
      expect([...sync.openConsolidated(folder).members({ maxDepth: null })].length).toBe(3);
      expect(sync.openArray(folder, { path: 'c/d/b' }).get().toNested()).toEqual([1, 2]);
      expect([...sync.group(folder).members({ maxDepth: null })].map(([path]) => path)).toEqual(['c', 'c/d', 'c/d/b']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('copyStore', () => {
  it('copies keys, and leaves out those that match', () => {
    const source = hierarchy();
    const dest = new Map<string, Uint8Array>();
    const lines: string[] = [];
    const bytes = [...filesOf(source).values()].reduce((sum, value) => sum + value.length, 0);
    const result = sync.copyStore(source.store, dest, { log: (line) => lines.push(line) });
    expect(dest).toEqual(filesOf(source));
    expect([...result]).toEqual([dest.size, 0, bytes]);
    expect(lines[0]).toBe('copy foo/bar/baz/c/0');
    expect(lines.at(-1)).toBe(
      `all done: ${dest.size} copied, 0 skipped, ${bytes.toLocaleString('en-US')} bytes copied`,
    );
    const some = new Map<string, Uint8Array>();
    const options = { sourcePath: 'foo', destPath: 'x/y', excludes: ['baz', /zarr\.json$/], includes: 'spam' };
    sync.copyStore(source.store, some, options);
    expect([...some.keys()]).toEqual(['x/y/spam/zarr.json']);
  });

  it('raises before it writes, skips or replaces', async () => {
    const source = new Map([
      ['a', new Uint8Array([1])],
      ['b', new Uint8Array([2])],
    ]);
    const dest = new Map([['b', new Uint8Array([9])]]);
    expect(() => sync.copyStore(source, dest)).toThrow(expect.objectContaining({ code: 'conflict', key: 'b' }));
    expect([...dest.keys()]).toEqual(['b']);
    expect([...sync.copyStore(source, dest, { ifExists: 'skip', dryRun: true })]).toEqual([1, 1, 0]);
    expect([...dest.keys()]).toEqual(['b']);
    expect([...(await promises.copyStore(source, dest, { ifExists: 'skip' }))]).toEqual([1, 1, 1]);
    expect(dest.get('b')).toEqual(new Uint8Array([9]));
    expect([...sync.copyStore(source, dest, { ifExists: 'replace' })]).toEqual([2, 0, 2]);
    expect(dest).toEqual(source);
    expect(() => sync.copyStore(source, source)).toThrow('the same');
    expect(() => sync.copyStore(source, dest, { excludes: '(' })).toThrow('regular expression');
    expect(() => sync.copyStore(source, dest, { ifExists: 'skip_initialized' as never })).toThrow('ifExists');
    expect(() => sync.copyStore({ get: () => undefined }, dest)).toThrow('cannot list');
  });
});

describe('move', () => {
  it('moves arrays and groups, and makes parents', async () => {
    const root = hierarchy();
    const values = root.getArray('foo/bar/baz').get().toNested();
    const before = filesOf(root);
    root.move('foo', 'a/b');
    expect([...root.members({ maxDepth: null })].map(([path]) => path)).toEqual([
      'a',
      'a/b',
      'a/b/bar',
      'a/b/bar/baz',
      'a/b/spam',
      'top',
    ]);
    expect(root.getArray('a/b/bar/baz').get().toNested()).toEqual(values);
    expect(root.getGroup('a/b').attrs.get('about')).toBe('foo');
    root.move('a/b', 'foo');
    root.delItem('a');
    expect(filesOf(root)).toEqual(before);
    const store = latency(new sync.MemoryStore(), { getMs: 0, setMs: 0 });
    const later = await promises.group(store);
    await promises.copyAll(root, later);
    await later.move('top', 'foo/top');
    expect((await (await later.getArray('foo/top')).get()).toNested()).toEqual([1, 2]);
    expect(await later.contains('top')).toBe(false);
    expect([...(await later.copy('foo/top', 'top'))]).toEqual([1, 0, 8]);
  });

  it.each<[string, string, string, string]>([
    ['what is not there', 'nowhere', 'x', 'node-not-found'],
    ['into itself', 'foo', 'foo/bar/x', 'argument'],
    ['onto itself', 'foo', 'foo', 'argument'],
    ['onto an array', 'foo', 'top', 'contains-array'],
    ['onto a group', 'top', 'foo', 'contains-group'],
    ['onto what is no node', 'top', 'stray', 'contains-group'],
    ['below an array', 'foo', 'top/x', 'argument'],
    ['the group itself', '', 'x', 'argument'],
    ['to the group itself', 'foo', '', 'argument'],
    ['out of the group', 'foo', '../x', 'invalid-key'],
    ['to a reserved name', 'foo', '__x', 'invalid-key'],
  ])('refuses to move %s, and changes nothing', async (_, source, dest, code) => {
    const root = hierarchy();
    (root.store as sync.MemoryStore).set('stray/notes.txt', new Uint8Array([1]));
    const before = filesOf(root);
    const error = expect.objectContaining({ code });
    expect(() => root.move(source, dest)).toThrow(error);
    await expect((await promises.openGroup(root.store)).move(source, dest)).rejects.toEqual(error);
    expect(filesOf(root)).toEqual(before);
  });
});

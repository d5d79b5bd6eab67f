import { describe, expect, it } from 'vitest';
import * as promises from '../../src/index.js';
import { latency } from '../../src/storage.js';
import * as sync from '../../src/sync.js';

const array = (options: object = {}) => sync.zeros([2], { dtype: 'int8', ...options }).metadata;
const group = (attributes: object = {}) => ({ zarr_format: 3, node_type: 'group', attributes });
const paths = (made: Iterable<[string, sync.Array | sync.Group]>) => [...made].map(([path, node]) => [path, node.kind]);

describe('createHierarchy', () => {
  it('makes what is given and the groups between, sorted', () => {
    const files = new Map<string, Uint8Array>();
    const made = sync.createHierarchy({
      store: files,
      nodes: { '/z/y/x/': array(), b: group({ about: 'b' }), 'b/a': sync.full([2], 4, { dtype: 'int8' }).metadata },
    });
    expect(paths(made)).toEqual([
      ['', 'group'],
      ['b', 'group'],
      ['b/a', 'array'],
      ['z', 'group'],
      ['z/y', 'group'],
      ['z/y/x', 'array'],
    ]);
    expect(sync.openArray(files, { path: 'b/a' }).get().toNested()).toEqual([4, 4]);
    expect(sync.openGroup(files, { path: 'b' }).attrs.asDict()).toEqual({ about: 'b' });
    expect([...files.keys()].sort()).toEqual(
      ['', 'b/', 'b/a/', 'z/', 'z/y/', 'z/y/x/'].map((path) => `${path}zarr.json`).sort(),
    );
  });

  it('stores documents as they are given', () => {
    const files = new Map<string, Uint8Array>();
    const source = sync.create([3], { dtype: '>i2', zarrFormat: 2, attributes: { units: 'm' } });
    sync.createHierarchy({ store: files, nodes: new Map([['a', source.metadata.toJSON()]]) });
    expect([...files.keys()].sort()).toEqual(['.zattrs', '.zgroup', 'a/.zarray', 'a/.zattrs']);
    expect(sync.openArray(files, { path: 'a' }).metadata.toJSON()).toEqual(source.metadata.toJSON());
  });

  it('makes nothing of nothing, and leaves groups that exist', () => {
    const files = new Map<string, Uint8Array>();
    expect([...sync.createHierarchy({ store: files, nodes: {} })]).toEqual([]);
    expect(files.size).toBe(0);
    sync.group(files, { attributes: { mine: 1 } });
    expect(paths(sync.createHierarchy({ store: files, nodes: { 'a/b': array() } }))).toEqual([
      ['a', 'group'],
      ['a/b', 'array'],
    ]);
    expect(sync.openGroup(files).attrs.asDict()).toEqual({ mine: 1 });
  });

  it('replaces what is given, with everything below, and nothing else', () => {
    const files = new Map<string, Uint8Array>();
    const root = sync.group(files, { attributes: { mine: 1 } });
    root.createArray('a/b/c', { data: new Int8Array([1]) });
    root.createGroup('keep', { attributes: { two: 2 } });
    const made = sync.createHierarchy({ store: files, nodes: { a: group(), 'a/b/new': array() }, overwrite: true });
    expect(paths(made)).toEqual([
      ['a', 'group'],
      ['a/b', 'group'],
      ['a/b/new', 'array'],
    ]);
    expect([...sync.openGroup(files).members({ maxDepth: null })].map(([path]) => path)).toEqual([
      'a',
      'a/b',
      'a/b/new',
      'keep',
    ]);
    expect(sync.openGroup(files).attrs.asDict()).toEqual({ mine: 1 });
  });

  it('of a group gives relative paths, and makes the group no second time', async () => {
    const root = sync.group();
    const below = root.createGroup('g');
    expect(paths(below.createHierarchy({ 'a/b': array() }))).toEqual([
      ['a', 'group'],
      ['a/b', 'array'],
    ]);
    expect(root.getArray('g/a/b').shape).toEqual([2]);
    const store = latency(new sync.MemoryStore(), { getMs: 0, setMs: 0 });
    const later = await (await promises.group(store)).createGroup('g');
    const made: string[] = [];
    for await (const [path, node] of later.createHierarchy({ 'a/b': array() })) made.push(`${path} ${node.path}`);
    expect(made).toEqual(['a g/a', 'a/b g/a/b']);
    const all: string[] = [];
    for await (const [path] of promises.createHierarchy({ store, nodes: { x: array() } })) all.push(path);
    expect(all).toEqual(['x']);
  });

  it('begins at once with promises too', async () => {
    const store = new promises.MemoryStore();
    promises.createHierarchy({ store, nodes: { x: array() } });
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect((await promises.openArray(store, { path: 'x' })).shape).toEqual([2]);
  });

  const existing = () => {
    const files = new Map<string, Uint8Array>();
    const root = sync.group(files);
    root.createArray('array', { data: new Int8Array([1]) });
    root.createGroup('group');
    return files;
  };

  it.each<[string, object, { overwrite?: boolean }, string]>([
    ['an array that exists', { array: array() }, {}, 'contains-array'],
    ['a group that exists', { 'group/x': array(), group: group() }, {}, 'contains-group'],
    ['an array where a group is needed', { 'array/x': array() }, {}, 'contains-array'],
    [
      'an array where a group is needed, although it overwrites',
      { 'array/x': array() },
      { overwrite: true },
      'contains-array',
    ],
    ['a node below an array', { x: array(), 'x/y': array() }, { overwrite: true }, 'argument'],
    ['both formats', { x: array(), y: array({ zarrFormat: 2 }) }, {}, 'argument'],
    ['a path twice', { x: array(), '/x': array() }, {}, 'argument'],
    ['a path that leads out', { '../x': array() }, {}, 'invalid-key'],
    ['a reserved name', { __x: array() }, {}, 'invalid-key'],
    [
      'a bad document, of two',
      { array: array(), y: { zarr_format: 3, node_type: 'array' } },
      { overwrite: true },
      'metadata-validation',
    ],
    ['no document', { x: 7 }, {}, 'metadata-validation'],
    ['a document that is no JSON', { x: { zarr_format: 3, node_type: 'group', attributes: () => 0 } }, {}, 'argument'],
  ])('refuses %s, and changes nothing', async (_, nodes, options, code) => {
    const files = existing();
    const before = new Map(files);
    const error = expect.objectContaining({ code });
    expect(() =>
      sync.createHierarchy({ store: files, nodes: nodes as Record<string, object>, ...options } as never),
    ).toThrow(error);
    const later = promises.createHierarchy({ store: files, nodes, ...options } as never);
    await expect(later.next()).rejects.toEqual(error);
    if (code !== 'invalid-key') {
      expect(() => sync.group(files).createHierarchy(nodes as never, options)).toThrow(error);
    }
    expect(files).toEqual(before);
  });

  it.each<[string, () => unknown, string]>([
    ['no nodes', () => sync.createHierarchy({ store: undefined } as never), 'nodes'],
    [
      'an unknown option',
      () => sync.createHierarchy({ store: undefined, nodes: {}, path: 'x' } as never),
      'unknown option',
    ],
    ['the group itself', () => sync.group().createHierarchy({ '': group() }), 'the group itself'],
    ['another format in a group', () => sync.group().createHierarchy({ x: array({ zarrFormat: 2 }) }), 'format'],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

/** Every long operation can be aborted, and tells how far it is. */
import { describe, expect, it } from 'vitest';
import * as promises from '../../src/index.js';
import { latency } from '../../src/storage.js';
import * as sync from '../../src/sync.js';

/** Files of a hierarchy: the root, groups `a` and `b`, four arrays of three chunks each. */
function filesOfHierarchy(zarrFormat: 2 | 3 = 3): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const root = sync.group(files, { zarrFormat });
  for (const path of ['a/x', 'a/y', 'b/x', 'z'])
    root.createArray(path, { data: new Int8Array([1, 2, 3]), chunks: [1] });
  return files;
}

/** What is there, in an order of its own. */
const copyOf = (files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> =>
  new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));

const group = (attributes: object = {}) => ({ zarr_format: 3, node_type: 'group', attributes });
const nodes = { n: group(), 'n/o': group(), p: group() };

type Options = { signal?: AbortSignal; onProgress?: (done: number, total: number) => void };

const blocking: Record<string, (files: Map<string, Uint8Array>, options: Options) => unknown> = {
  members: (files, options) => [...sync.openGroup(files).members({ maxDepth: null, ...options })],
  nmembers: (files, options) => sync.openGroup(files).nmembers({ maxDepth: null, ...options }),
  tree: (files, options) => sync.openGroup(files).tree(options),
  'tree of a group': (files, options) => sync.tree(sync.openGroup(files), options),
  'infoComplete of a group': (files, options) => sync.openGroup(files).infoComplete(options),
  'infoComplete of an array': (files, options) => sync.openArray(files, { path: 'z' }).infoComplete(options),
  nbytesStored: (files, options) => sync.openArray(files, { path: 'z' }).nbytesStored(options),
  consolidateMetadata: (files, options) => sync.consolidateMetadata(files, options),
  createHierarchy: (files, options) => sync.createHierarchy({ store: files, nodes, ...options }),
  'createHierarchy of a group': (files, options) => sync.openGroup(files).createHierarchy(nodes, options),
  move: (files, options) => sync.openGroup(files).move('a', 'c/d', options),
  copy: (files, options) => sync.openGroup(files).copy('a', 'c/d', options),
  delItem: (files, options) => sync.openGroup(files).delItem('a', options),
  setItem: (files, options) => sync.openGroup(files).setItem('z', new Int8Array([4, 5]), options),
};

const promising: Record<string, (root: promises.AsyncGroup, options: Options) => Promise<unknown>> = {
  members: async (root, options) => {
    for await (const _ of root.members({ maxDepth: null, ...options }));
  },
  nmembers: (root, options) => root.nmembers({ maxDepth: null, ...options }),
  tree: (root, options) => root.tree(options),
  'tree of a group': (root, options) => promises.tree(root, options),
  'infoComplete of a group': (root, options) => root.infoComplete(options),
  'infoComplete of an array': async (root, options) => (await root.getArray('z')).infoComplete(options),
  nbytesStored: async (root, options) => (await root.getArray('z')).nbytesStored(options),
  consolidateMetadata: (root, options) => promises.consolidateMetadata(root.store, options),
  createHierarchy: (root, options) => promises.createHierarchy({ store: root.store, nodes, ...options }).next(),
  'createHierarchy of a group': (root, options) => root.createHierarchy(nodes, options).next(),
  move: (root, options) => root.move('a', 'c/d', options),
  copy: (root, options) => root.copy('a', 'c/d', options),
  delItem: (root, options) => root.delItem('a', options),
  setItem: (root, options) => root.setItem('z', new Int8Array([4, 5]), options),
};

describe.each(Object.keys(blocking))('%s', (name) => {
  it('tells how far it is, up to the end', () => {
    const told: [number, number][] = [];
    blocking[name]!(filesOfHierarchy(), { onProgress: (done, total) => told.push([done, total]) });
    expect(told.length).toBeGreaterThan(0);
    const [done, total] = told.at(-1)!;
    expect(done).toBe(total);
    for (const [i, [many, most]] of told.entries()) {
      expect(many).toBeLessThanOrEqual(most);
      if (i > 0) expect(many).toBeGreaterThan(told[i - 1]![0]);
    }
  });

  it('does nothing with a signal that was aborted', async () => {
    const files = filesOfHierarchy();
    const before = copyOf(files);
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    expect(() => blocking[name]!(files, { signal })).toThrow(reason);
    expect(copyOf(files)).toEqual(before);
    const root = await promises.openGroup(latency(new sync.MemoryStore(files), { getMs: 0, setMs: 0 }));
    await expect(promising[name]!(root, { signal })).rejects.toBe(reason);
    expect(copyOf(files)).toEqual(before);
  });

  it('ends where it waits', async () => {
    const store = latency(new sync.MemoryStore(filesOfHierarchy()), { getMs: 5, setMs: 5 });
    const root = await promises.openGroup(store);
    const stop = new AbortController();
    const done = promising[name]!(root, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(done).rejects.toThrow('enough');
  });

  it('takes no signal that is none', () => {
    expect(() => blocking[name]!(filesOfHierarchy(), { signal: 1 as never })).toThrow('expected an AbortSignal');
    expect(() => blocking[name]!(filesOfHierarchy(), { onProgress: 1 as never })).toThrow('expected a function');
  });
});

it('nchunksInitialized takes a signal', async () => {
  const array = await promises.openArray(filesOfHierarchy(), { path: 'z' });
  expect(await array.nchunksInitialized({ signal: new AbortController().signal })).toBe(3);
  await expect(array.nchunksInitialized({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
});

/** Waits until what was given up has ended. */
const ended = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

it('a move that is aborted while it copies leaves everything as it was', async () => {
  const files = filesOfHierarchy();
  const before = copyOf(files);
  const root = await promises.openGroup(latency(new sync.MemoryStore(files), { getMs: 1, setMs: 1 }));
  const stop = new AbortController();
  const options = { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) };
  await expect(root.move('a', 'c/d', options)).rejects.toThrow('enough');
  await ended();
  expect(copyOf(files)).toEqual(before);
  await root.move('a', 'c/d');
  expect((await (await root.getArray('c/d/x')).get()).toNested()).toEqual([1, 2, 3]);
});

it.each([2, 3] as const)(
  'copies of documents say what an aborted hierarchy has written, in format %i',
  async (zarrFormat) => {
    const files = filesOfHierarchy(zarrFormat);
    sync.consolidateMetadata(files);
    const root = await promises.openGroup(latency(new sync.MemoryStore(files), { getMs: 1, setMs: 1 }));
    const stop = new AbortController();
    const options = { overwrite: true, signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) };
    const { metadata } = sync.group(undefined, { zarrFormat });
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`a/${i}`, metadata]));
    const made = root.createHierarchy({ a: metadata, ...many }, options).next();
    await expect(made).rejects.toThrow('enough');
    await ended();
    const stored = sync.openGroup(files, { useConsolidated: false });
    const listed = [...stored.members({ maxDepth: null })].map(([path]) => path);
    expect(listed.length).toBeLessThan(50);
    expect([...sync.openConsolidated(files).members({ maxDepth: null })].map(([path]) => path)).toEqual(listed);
  },
);

it('copies of documents say what an aborted copy has written', async () => {
  const files = filesOfHierarchy();
  sync.consolidateMetadata(files);
  const root = await promises.openGroup(latency(new sync.MemoryStore(files), { getMs: 1, setMs: 1 }));
  const stop = new AbortController();
  const options = { signal: stop.signal, onProgress: () => stop.abort(new Error('enough')) };
  await expect(root.copy('a', 'c/d', options)).rejects.toThrow('enough');
  await ended();
  const copies = [...sync.openConsolidated(files).members({ maxDepth: null })].map(([path]) => path);
  expect(copies).toEqual(['a', 'a/x', 'a/y', 'b', 'b/x', 'c', 'c/d', 'z']);
  expect(
    [...sync.openGroup(files, { useConsolidated: false }).members({ maxDepth: null })].map(([path]) => path),
  ).toEqual(copies);
});

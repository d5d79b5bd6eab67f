/** The functions of the module. */
import { ndarray } from '../../../src/index.js';
import type { Example, Zarr } from '../example.js';
import { attributesOf, countOf, namesOf } from './handles.js';
import { arange, arangeOf } from './values.js';

const SQUARE = ndarray(BigInt64Array.of(1n, 2n, 3n, 4n)).reshape([2, 2]);

const filled = (kind: 'zeros' | 'ones'): Example => ({
  run: async (zarr, show) => {
    const array = await zarr[kind]([2, 3], { dtype: 'float32', chunks: [1, 3] });
    await show(() => array);
    await show(() => array.get());
    await show(() => countOf(array));
    await show(async () => (await zarr[kind](3, { dtype: 'int64' })).get());
  },
});

const like = (kind: 'emptyLike' | 'zerosLike' | 'onesLike' | 'fullLike'): Example => ({
  run: async (zarr, show) => {
    const source = await zarr.full([4, 2], 3, { chunks: [2, 2], dtype: 'int16' });
    const array = await zarr[kind](source);
    await show(() => array);
    await show(() => array.chunks);
    if (kind !== 'emptyLike') await show(() => array.get());
  },
});

const saved = async (zarr: Zarr, value: Parameters<Zarr['save']>[1]) => {
  const store = new zarr.MemoryStore();
  await zarr.save(store, value);
  return store;
};

export const functions: Readonly<Record<string, Example>> = {
  array: {
    run: async (zarr, show) => {
      const array = await zarr.array(SQUARE, { chunks: [1, 2] });
      await show(() => array);
      await show(() => array.chunks);
      await show(() => array.get());
      await show(async () => (await zarr.array([1.5, 2, 3])).get());
      await show(async () => (await zarr.array([true, false])).get());
    },
  },
  create: {
    run: async (zarr, show) => {
      const options = { chunks: [2, 3], dtype: 'int16', fillValue: 7, attributes: { units: 'm' } } as const;
      const array = await zarr.create([4, 6], options);
      await show(() => array);
      await show(() => array.get('1:3, ::2'));
      await show(() => array.fillValue);
      await show(() => attributesOf(array));
      const old = await zarr.create(3, { dtype: 'float32', zarrFormat: 2, order: 'F' });
      await show(() => old);
      await show(() => old.order);
      await show(() => old.get());
    },
  },
  create_array: {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      const options = { shape: [100, 100], chunks: [10, 10], dtype: 'int32', fillValue: 0 } as const;
      await show(() => zarr.createArray(store, options));
    },
  },
  create_group: {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      const group = await zarr.createGroup(store, { attributes: { a: [1, 2.5, null] } });
      await show(() => attributesOf(group));
      await show(() => zarr.createGroup(store));
      await show(async () => attributesOf(await zarr.createGroup(store, { overwrite: true })));
      await show(() => zarr.createGroup(store, { path: 'x/y' }));
      await show(async () => namesOf((await zarr.openGroup(store, { mode: 'r' })).keys()));
    },
  },
  create_hierarchy: {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      const nodes = { a: { zarr_format: 3, node_type: 'group', attributes: { name: 'leaf' } } };
      let last: { readonly attrs: object } | undefined;
      for await (const [path, node] of zarr.createHierarchy({ store, nodes })) {
        await show(() => `${path} ${node} ${node.zarrFormat}`);
        last = node;
      }
      await show(() => last && attributesOf(last));
    },
  },
  from_array: {
    run: async (zarr, show) => {
      const source = await zarr.createArray(undefined, {
        shape: [100, 100],
        chunks: [10, 10],
        dtype: 'int32',
        fillValue: 0,
      });
      const copy = await zarr.fromArray(new zarr.MemoryStore(), { data: source, overwrite: true });
      await show(() => copy);
      await show(() => copy.chunks);
      const ints = ndarray(Int32Array.from({ length: 10000 }, (_, i) => i)).reshape([100, 100]);
      await show(() => zarr.fromArray(undefined, { data: ints }));
      const square = await zarr.fromArray(undefined, { data: SQUARE });
      await show(() => square);
      await show(() => square.get());
      const again = await zarr.fromArray(undefined, { data: SQUARE });
      const without = await zarr.fromArray(undefined, { data: again, writeData: false });
      await show(() => without);
      await show(() => without.get());
    },
  },
  empty: {
    run: async (zarr, show) => {
      const array = await zarr.empty([2, 3], { dtype: 'float32', chunks: [1, 3] });
      await show(() => array);
      await show(() => countOf(array));
    },
  },
  zeros: filled('zeros'),
  ones: filled('ones'),
  full: {
    run: async (zarr, show) => {
      const array = await zarr.full([2, 3], 42, { dtype: 'uint8', chunks: [1, 3] });
      await show(() => array.get());
      await show(() => array.fillValue);
      await show(() => zarr.full([2], 300, { dtype: 'uint8' }));
      await show(async () => (await zarr.full([2], Number.NaN, { dtype: 'float64' })).get());
    },
  },
  empty_like: like('emptyLike'),
  zeros_like: like('zerosLike'),
  ones_like: like('onesLike'),
  full_like: like('fullLike'),
  group: {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      const group = await zarr.group(store, { attributes: { a: 1 } });
      await show(() => group);
      await show(() => attributesOf(group));
      await show(() => group.createGroup('b'));
      await show(() => zarr.group(store));
      await show(async () => namesOf((await zarr.group(store)).keys()));
      await show(async () => namesOf((await zarr.group(store, { overwrite: true })).keys()));
    },
  },
  open: {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      await show(() => zarr.open(store, { mode: 'r' }));
      const made = await zarr.open(store, { mode: 'w', shape: [3], dtype: 'int32', path: 'a' });
      await show(() => made);
      if (made.kind === 'array') await made.set(':', 5);
      await show(async () => {
        const opened = await zarr.open(store, { path: 'a', mode: 'r' });
        return opened.kind === 'array' ? opened.get() : undefined;
      });
      await show(() => zarr.open(store, { path: 'a', mode: 'w-', shape: [3], dtype: 'int32' }));
      await show(() => zarr.open(new zarr.MemoryStore(), { mode: 'a' }));
    },
    differences: {
      3: { ours: { error: 'ContainsArrayError' }, reason: 'zarr-python raises what Python has for files that exist' },
    },
  },
  open_array: {
    run: async (zarr, show) => {
      const store = new Map<string, Uint8Array>();
      await show(() => zarr.openArray(store, { mode: 'r' }));
      const options = { shape: [2, 2], dtype: 'uint8', chunks: [1, 1], fillValue: 9 } as const;
      const made = await zarr.openArray(store, { mode: 'a', ...options });
      await made.set([0, 0], 1);
      const array = await zarr.openArray(store, { mode: 'r+' });
      await show(() => array.get());
      await show(() => countOf(array));
      await show(() => zarr.openGroup(store, { mode: 'r' }));
    },
  },
  open_group: {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      await show(() => zarr.openGroup(store, { mode: 'r' }));
      const group = await zarr.openGroup(store, { mode: 'w', attributes: { title: 'top' } });
      await show(() => group);
      await show(() => attributesOf(group));
      await show(() => group.createGroup('inner'));
      await show(() => zarr.openGroup(store, { path: 'inner', mode: 'r' }));
      await show(() => zarr.openGroup(store, { path: 'other', mode: 'r+' }));
      await show(() => zarr.openArray(store, { mode: 'r' }));
    },
  },
  open_like: {
    run: async (zarr, show) => {
      const source = await zarr.full([4, 4], 3, { chunks: [2, 2], dtype: 'int16' });
      const array = await zarr.openLike(source, 'copy', { store: new Map() });
      await show(() => array);
      await show(() => array.chunks);
    },
  },
  open_consolidated: {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      const made = await zarr.group(store);
      await show(() => made.createGroup('g'));
      await show(() => zarr.consolidateMetadata(store));
      const root = await zarr.openConsolidated(store);
      await show(() => root);
      await show(() => namesOf(root.keys()));
    },
  },
  consolidate_metadata: {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      const root = await zarr.group(store, { attributes: { top: true } });
      await show(() => root.createArray('a', { shape: [3], dtype: 'int32', attributes: { units: 'm' } }));
      const inner = await root.createGroup('g');
      await show(() => inner.createArray('b', { shape: [2, 2], dtype: 'float64' }));
      await show(() => zarr.openConsolidated(store));
      const consolidated = await zarr.consolidateMetadata(store);
      await show(() => [...(consolidated.metadata.consolidatedMetadata?.metadata.keys() ?? [])].sort());
      const opened = await zarr.openConsolidated(store);
      await show(() => opened.getItem('g/b'));
      await show(async () => attributesOf(await opened.getItem('a')));
    },
  },
  save: {
    run: async (zarr, show) => {
      const one = await saved(zarr, arangeOf([2, 3]));
      await show(() => zarr.load(one));
      const list = await saved(zarr, [arange(3), Float64Array.of(1, 1)]);
      await show(async () => namesOf((await zarr.openGroup(list, { mode: 'r' })).keys()));
      const named = await saved(zarr, { a: arange(3), b: Float64Array.of(1, 1) });
      await show(async () => namesOf((await zarr.openGroup(named, { mode: 'r' })).keys()));
    },
  },
  save_array: {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      await zarr.saveArray(store, Uint16Array.of(0, 1, 2, 3));
      await show(async () => (await zarr.openArray(store, { mode: 'r' })).get());
      await show(() => zarr.saveArray(store, Uint16Array.of(0, 1, 2, 3)));
    },
  },
  save_group: {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      await zarr.saveGroup(store, { arr_0: arange(3), y: Float64Array.of(1, 1) });
      const root = await zarr.openGroup(store, { mode: 'r' });
      await show(() => namesOf(root.keys()));
      await show(async () => (await root.getArray('y')).get());
    },
  },
  load: {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      await zarr.saveGroup(store, { a: arange(3), b: Float64Array.of(1, 1) });
      await show(() => zarr.load(store, { path: 'b' }));
      await show(async () => {
        const loaded = await zarr.load(store);
        return 'has' in loaded ? [...loaded.keys()] : undefined;
      });
      await show(() => zarr.load(store, { path: 'none' }));
    },
    differences: {
      1: { ours: { value: ['a', 'b'] }, reason: 'zarr-python loads a group from a path alone, not from a store' },
      2: { ours: { error: 'NodeNotFoundError' }, reason: 'zarr-python takes what is not there for a group' },
    },
  },
  tree: {
    run: async (zarr, show) => {
      const root = await zarr.group();
      await show(() => root.createArray('rain', { shape: [365], dtype: 'uint16' }));
      const days = await root.createGroup('days');
      await show(() => days.createArray('mean', { shape: [7, 2], dtype: 'float32' }));
      await show(() => zarr.tree(root));
      await show(() => root.tree());
      await show(() => root.tree({ level: 1 }));
    },
  },
};

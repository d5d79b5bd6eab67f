/** `Group` and `AsyncGroup`. */
import { ndarray } from '../../../src/index.js';
import type { Example, Show, Zarr } from '../example.js';
import { attributesOf, isBlocking, namesOf } from './handles.js';
import { arange } from './values.js';

const TEN = { shape: [10], chunks: [10], dtype: 'float64' } as const;

async function withArray(zarr: Zarr, show: Show) {
  const group = await zarr.group();
  await show(() => group.createArray('subarray', TEN));
  return group;
}

async function withGroup(zarr: Zarr, show: Show) {
  const group = await zarr.group();
  await show(() => group.createGroup('subgroup'));
  return group;
}

/** A new group: of the blocking API it is `Group.fromStore`. */
const fromStore = async (zarr: Zarr) =>
  (isBlocking(zarr) ? zarr.Group : zarr.AsyncGroup).fromStore(new zarr.MemoryStore());

const document = { zarr_format: 3, node_type: 'group', attributes: {} };

const hierarchy: Example = {
  run: async (zarr, show) => {
    const root = await zarr.createGroup();
    for await (const [path, node] of root.createHierarchy({ 'a/b/c': document })) await show(() => `${path} ${node}`);
  },
};

/** A group that makes an array of one value. */
const filled = (kind: 'zeros' | 'ones' | 'full'): Example => ({
  run: async (zarr, show) => {
    const root = await zarr.group();
    const options = { name: 'a', shape: [2, 2], dtype: 'int16' } as const;
    const make = () => (kind === 'full' ? root.full({ ...options, fillValue: 5 }) : root[kind](options));
    const array = await make();
    await show(() => array);
    await show(() => array.get());
    await show(make);
  },
});

export const groups: Readonly<Record<string, Example>> = {
  'Group.array_keys': {
    run: async (zarr, show) => {
      for await (const name of (await withArray(zarr, show)).arrayKeys()) await show(() => name);
    },
  },
  'Group.array_values': {
    run: async (zarr, show) => {
      for await (const array of (await withArray(zarr, show)).arrayValues()) await show(() => array);
    },
  },
  'Group.arrays': {
    run: async (zarr, show) => {
      for await (const [name, array] of (await withArray(zarr, show)).arrays()) await show(() => `${name} ${array}`);
    },
  },
  'Group.group_keys': {
    run: async (zarr, show) => {
      for await (const name of (await withGroup(zarr, show)).groupKeys()) await show(() => name);
    },
  },
  'Group.group_values': {
    run: async (zarr, show) => {
      for await (const group of (await withGroup(zarr, show)).groupValues()) await show(() => group);
    },
  },
  'Group.groups': {
    run: async (zarr, show) => {
      for await (const [name, group] of (await withGroup(zarr, show)).groups()) await show(() => `${name} ${group}`);
    },
  },
  'Group.keys': {
    run: async (zarr, show) => {
      const root = await zarr.group();
      await root.createGroup('foo');
      await root.createGroup('bar');
      await root.createArray('baz', TEN);
      await root.createArray('quux', TEN);
      for await (const name of root.keys()) await show(() => name);
    },
  },
  'Group.create_group': {
    run: async (zarr, show) => {
      await withGroup(zarr, show);
    },
  },
  'Group.create_hierarchy': hierarchy,
  'AsyncGroup.create_hierarchy': hierarchy,
  'Group.get': {
    run: async (zarr, show) => {
      const group = await fromStore(zarr);
      await show(() => group.createArray('subarray', TEN));
      await show(() => group.createGroup('subgroup'));
      await show(() => group.get('subarray'));
      await show(() => group.get('subgroup'));
      await show(async () => (await group.get('nonexistent', null)) === null);
    },
  },
  'Group.get_array': {
    run: async (zarr, show) => {
      const group = await fromStore(zarr);
      await show(() => group.createArray('subarray', TEN));
      await show(() => group.getArray('subarray'));
    },
  },
  'Group.get_group': {
    run: async (zarr, show) => {
      const group = await fromStore(zarr);
      await show(() => group.createGroup('subgroup'));
      await show(() => group.getGroup('subgroup'));
    },
  },
  'Group.update_attributes': {
    run: async (zarr, show) => {
      const group = await zarr.group();
      await show(() => group.updateAttributes({ foo: 'bar' }));
      await show(() => attributesOf(group));
    },
  },
  'Group.update_attributes_async': {
    run: async (zarr, show) => {
      const group = await zarr.group();
      const changed = await group.updateAttributesAsync({ foo: 'bar' });
      await show(() => attributesOf(changed));
      await show(() => attributesOf(group));
    },
    differences: {
      1: {
        ours: { value: { foo: 'bar' } },
        reason: 'zarr-python stores the attributes and leaves the handle, through which it was done, as it was',
      },
    },
  },
  'Group.members': {
    run: async (zarr, show) => {
      const root = await zarr.group();
      const inner = await root.createGroup('g');
      await show(() => inner.createArray('deep', { shape: [1], dtype: 'int8' }));
      await show(() => root.createArray('a', { shape: [2], dtype: 'int32' }));
      await show(() => namesOf(root.members()));
      await show(() => namesOf(root.members({ maxDepth: null })));
      await show(() => root.nmembers());
      await show(() => root.nmembers({ maxDepth: null }));
      await show(() => root.nmembers()); // Python's `len`.
      await show(() => root.contains('a'));
      await show(() => root.contains('g/deep'));
      await show(() => root.contains('nothing'));
      await show(() => root.getItem('g/deep'));
      await show(() => root.getItem('nothing'));
      await root.delItem('a');
      await show(() => namesOf(root));
    },
  },
  'Group.require': {
    run: async (zarr, show) => {
      const root = await zarr.group();
      await show(() => root.requireGroup('g'));
      await show(() => root.requireGroup('g'));
      await show(() => root.requireArray('a', { shape: [4], dtype: 'int32' }));
      await show(() => root.requireArray('a', { shape: [4], dtype: 'int16' }));
      await show(() => root.requireArray('a', { shape: [4], dtype: 'int16', exact: true }));
      await show(() => root.requireArray('a', { shape: [5], dtype: 'int32' }));
      await show(() => root.requireGroups('g', 'h/i'));
      await show(() => namesOf(root.members({ maxDepth: null })));
    },
  },
  'Group.setitem': {
    run: async (zarr, show) => {
      const root = await zarr.group();
      await root.setItem('a', arange(3));
      await show(async () => (await root.getArray('a')).get());
      await root.setItem(
        'a',
        ndarray([
          [1, 1],
          [1, 1],
        ]),
      );
      await show(async () => (await root.getArray('a')).get());
    },
  },
  'Group.zeros': filled('zeros'),
  'Group.ones': filled('ones'),
  'Group.full': filled('full'),
};

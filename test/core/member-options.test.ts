/** What groups take for arrays that they fill is what `create` takes, but for place and format. */
import { describe, expect, it } from 'vitest';
import * as zarr from '../../src/index.js';
import * as sync from '../../src/sync.js';

describe.each([
  ['blocking', () => sync.group()],
  ['with promises', () => zarr.group()],
] as const)('arrays that a group fills, %s', (_, make) => {
  it('take the older names of create', async () => {
    const group = await make();
    const array = await group.zeros({ name: 'a', shape: 4, chunkShape: [2], writeEmptyChunks: true });
    expect(array.chunks).toEqual([2]);
    expect(array.config.writeEmptyChunks).toBe(true);
    expect(array.fillValue).toBe(0);
  });

  it('hold data that is given, and keep their own type', async () => {
    const group = await make();
    const array = await group.ones({ name: 'a', shape: [3], dtype: 'int16', data: [1, 2, 3] });
    expect((await array.get()).toNested()).toEqual([1, 2, 3]);
    expect(array.dtype.name).toBe('int16');
    await expect((async () => group.ones({ name: 'b', shape: [2], dtype: 'int8', data: [1, 300] }))()).rejects.toThrow(
      '300',
    );
    expect(await group.contains('b')).toBe(false);
  });

  it('have the fill value that empty is given, and full must be given', async () => {
    const group = await make();
    expect((await group.empty({ name: 'a', shape: 2, fillValue: 4 })).fillValue).toBe(4);
    expect((await group.full({ name: 'b', shape: 2, fillValue: null })).fillValue).toBe(0);
    const without = { name: 'c', shape: 2 } as never;
    await expect((async () => group.full(without))()).rejects.toThrow('full: expected fillValue');
    const twice = { name: 'c', shape: 2, fillValue: 1 } as never;
    await expect((async () => group.zeros(twice))()).rejects.toThrow('unknown option "fillValue"');
  });

  it('are like others with other chunks, by either name', async () => {
    const group = await make();
    const source = await group.zeros({ name: 'a', shape: [4], chunks: [4] });
    const like = await group.emptyLike({ name: 'b', data: source, chunkShape: [2], writeEmptyChunks: true });
    expect(like.chunks).toEqual([2]);
    expect(like.config.writeEmptyChunks).toBe(true);
    const both = { name: 'c', shape: [4], chunks: [4], chunkShape: [2] };
    await expect((async () => group.zeros(both))()).rejects.toThrow('at most one');
  });

  it('have the format and the place of the group', async () => {
    const group = await make();
    for (const option of [{ zarrFormat: 2 }, { mode: 'w' }, { path: 'b' }, { store: undefined }]) {
      const options = { name: 'a', shape: [1], ...option } as never;
      await expect((async () => group.zeros(options))()).rejects.toThrow('unknown option');
    }
  });
});

it('calls that cannot do without options say so', async () => {
  const group = sync.group() as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of ['empty', 'zeros', 'ones', 'full', 'emptyLike', 'zerosLike', 'onesLike', 'fullLike']) {
    expect(() => group[name]!()).toThrow(`${name}: expected options with name`);
  }
  expect(() => group['requireArray']!('a')).toThrow('requireArray: expected options with shape');
  expect(() => sync.createHierarchy(undefined as never)).toThrow(
    'createHierarchy: expected options with store and nodes',
  );
  const later = await zarr.group();
  await expect(later.zeros(undefined as never)).rejects.toThrow('zeros: expected options with name and shape');
  await expect(later.requireArray('a', undefined as never)).rejects.toThrow('requireArray: expected');
});

it('saveArray takes chunkShape, as zarr-python does', () => {
  const store = new sync.MemoryStore();
  sync.saveArray(store, new Float32Array(4), { chunkShape: [2] });
  expect(sync.openArray(store).chunks).toEqual([2]);
  expect(() => sync.saveArray(store, new Float32Array(4), { chunks: [2], chunkShape: [2] })).toThrow('at most one');
});

it('options of a handle that are given beside `config` are refused with their place', async () => {
  const array = sync.zeros([4], { chunks: [2] });
  expect(() => array.get(null, { workers: 2 } as never)).toThrow(
    'get: unknown option "workers"; did you mean "config: { workers }"?',
  );
  expect(() => sync.zeros([4], { sharedMemory: true } as never)).toThrow('did you mean "config: { sharedMemory }"?');
  expect(() => array.get(null, { config: { worker: 2 } } as never)).toThrow('did you mean "workers"?');
});

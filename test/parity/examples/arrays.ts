/** `Array` and `AsyncArray` beside selections. */
import { ndarray, slice } from '../../../src/index.js';
import type { Example, Zarr } from '../example.js';
import { attributesOf, countOf, isBlocking } from './handles.js';

const cut = (zarr: Zarr) => zarr.createArray(undefined, { dtype: 'int8', shape: [100, 80], chunks: [30, 40] });
const sharded = (zarr: Zarr) => zarr.createArray(undefined, { dtype: 'int8', shape: [40], chunks: [10], shards: [20] });

const readSizes: Example = {
  run: async (zarr, show) => {
    const array = await cut(zarr);
    await show(() => array.readChunkSizes);
    const inShards = await sharded(zarr);
    await show(() => inShards.readChunkSizes);
    await show(() => inShards.writeChunkSizes);
  },
};

const writeSizes: Example = {
  run: async (zarr, show) => {
    const array = await cut(zarr);
    await show(() => array.writeChunkSizes);
    const inShards = await sharded(zarr);
    await show(() => inShards.writeChunkSizes);
    await show(() => inShards.readChunkSizes);
  },
};

export const arrays: Readonly<Record<string, Example>> = {
  'Array.append': {
    run: async (zarr, show) => {
      const data = ndarray(Int32Array.from({ length: 100_000 }, (_, i) => i)).reshape([1000, 100]);
      const array = await zarr.array(data, { chunks: [100, 10] });
      await show(() => array.shape);
      await show(() => array.append(data));
      const twice = ndarray(Int32Array.from({ length: 200_000 }, (_, i) => i % 100_000)).reshape([2000, 100]);
      await show(() => array.append(twice, { axis: 1 }));
      await show(() => array.shape);
      await show(() =>
        array.get([
          [0, 999, 1000, 1999],
          [0, 99, 100, 199],
        ]),
      );
    },
  },
  'Array.resize': {
    run: async (zarr, show) => {
      const array = await zarr.zeros([10000, 10000], { chunkShape: [1000, 1000], dtype: 'int32' });
      await show(() => array.shape);
      // The page gives lengths one by one, where one shape is taken.
      await show(() => array.resize(20000, 1000 as never));
      await show(() => array.shape);
      await array.resize([20000, 1000]);
      await show(() => array.shape);
      await array.resize([50, 50]);
      await show(() => array.shape);
    },
  },
  'Array.info': {
    run: async (zarr, show) => {
      const array = await zarr.create([10], { chunks: [2], dtype: 'float32' });
      await show(() => array.info);
    },
  },
  'Array.nchunks_initialized': {
    run: async (zarr, show) => {
      const array = await zarr.create([10], { chunks: [2] });
      await show(() => countOf(array));
      await array.set(':5', 1);
      await show(() => countOf(array));
      const inShards = await zarr.createArray(undefined, { dtype: 'int8', shape: [10], chunks: [1], shards: [2] });
      await show(() => countOf(inShards));
      await inShards.set(':5', 1);
      await show(() => countOf(inShards));
    },
  },
  'Array.read_chunk_sizes': readSizes,
  'Array.write_chunk_sizes': writeSizes,
  'AsyncArray.read_chunk_sizes': readSizes,
  'AsyncArray.write_chunk_sizes': writeSizes,
  'AsyncArray.getitem': {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      const array = await zarr.createArray(store, {
        shape: [100, 100],
        chunks: [10, 10],
        dtype: 'int32',
        fillValue: 0,
      });
      await show(() => array);
      await show(() => array.getItem([0, 1]));
    },
  },
  'AsyncArray.nchunks_initialized': {
    run: async (zarr, show) => {
      const array = await zarr.create([10], { chunks: [2] });
      await show(() => countOf(array));
      await array.setItem(slice(5), 1);
      await show(() => countOf(array));
    },
  },
  'AsyncArray.open': {
    run: async (zarr, show) => {
      const store = new zarr.MemoryStore();
      // Of the blocking API it is `Array.open`.
      const ofApi = isBlocking(zarr) ? zarr.Array : zarr.AsyncArray;
      await show(() => ofApi.open(store));
      await show(() => zarr.createArray(store, { shape: [100, 100], dtype: 'int32' }));
      await show(() => ofApi.open(store));
    },
  },
  'AsyncArray.info': {
    run: async (zarr, show) => {
      const array = await zarr.create([3, 4, 5], { path: 'array', chunks: [2, 2, 2] });
      await show(() => array.info);
    },
  },
  'Array.update_attributes': {
    run: async (zarr, show) => {
      const array = await zarr.createArray(undefined, { shape: [2], dtype: 'int32', attributes: { a: 1, b: 2 } });
      await show(async () => attributesOf(await array.updateAttributes({ b: 3, c: [1.5, 'x', null, true] })));
      await show(() => attributesOf(array));
    },
  },
  'Array.attrs': {
    blockingOnly: true,
    run: async (zarr, show) => {
      const made: unknown = await zarr.createArray(undefined, {
        shape: [2],
        dtype: 'int32',
        attributes: { a: 1, b: 2 },
      });
      const { attrs } = made as InstanceType<typeof zarr.Array>; // The example runs in the blocking API alone.
      attrs.set('d', { deep: 1 });
      await show(() => attrs.asDict());
      attrs.update({ b: 4 });
      await show(() => attrs.get('b'));
      attrs.delete('a');
      await show(() => attrs.has('a'));
      await show(() => attrs.size);
      await show(() => [...attrs.keys()]);
      attrs.put({ only: 0 });
      await show(() => attrs.asDict());
    },
  },
  'Array.properties': {
    run: async (zarr, show) => {
      const array = await zarr.createArray(undefined, {
        name: 'a/b',
        shape: [10, 7],
        dtype: 'float32',
        chunks: [2, 3],
        shards: [4, 6],
        fillValue: 1.5,
        dimensionNames: ['x', null],
      });
      await show(() => array.shape);
      await show(() => array.chunks);
      await show(() => array.shards);
      await show(() => array.cdataShape);
      await show(() => array.nchunks);
      await show(() => array.ndim);
      await show(() => array.size);
      await show(() => array.nbytes);
      await show(() => array.name);
      await show(() => array.path);
      await show(() => array.basename);
      await show(() => array.order);
      await show(() => array.readOnly);
      await show(() => array.fillValue);
      await show(() => countOf(array));
      await show(() => array.dimensionNames);
    },
  },
};

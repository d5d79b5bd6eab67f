/** What the functions take, and what they must not. Compiled, never run. */
import * as zarr from 'zarr-ts';
import { MemoryStore, StorePath } from 'zarr-ts/storage';

export async function stores(): Promise<void> {
  await zarr.open();
  await zarr.open('data.zarr', { mode: 'r' });
  await zarr.open(new URL('https://example.org/data.zarr'));
  await zarr.open(new Map<string, Uint8Array>());
  await zarr.open(new MemoryStore());
  await zarr.open(new StorePath(new MemoryStore(), 'a/b'));
  await zarr.open({ get: async (_key: string): Promise<Uint8Array | undefined> => undefined });
  // @ts-expect-error A number is no store.
  await zarr.open(1);
  // @ts-expect-error There is no such mode.
  await zarr.open('data.zarr', { mode: 'rw' });
}

export async function options(): Promise<void> {
  await zarr.createArray('data.zarr', {
    shape: [10, 20],
    dtype: '<f4',
    chunks: [5, [4, 6, 10]],
    shards: null,
    compressors: [{ name: 'zstd', configuration: { level: 3 } }],
    fillValue: Number.NaN,
    zarrFormat: 3,
    dimensionNames: ['y', null],
    attributes: { units: 'K' },
  });
  // @ts-expect-error The name is `chunks`.
  await zarr.createArray('data.zarr', { shape: [10], dtype: 'int8', chunkShapes: [5] });
  // @ts-expect-error Python's spelling is not ours.
  await zarr.createArray('data.zarr', { shape: [10], dtype: 'int8', fill_value: 0 });
  // @ts-expect-error There are formats 2 and 3.
  await zarr.createArray('data.zarr', { shape: [10], dtype: 'int8', zarrFormat: 4 });
  // @ts-expect-error `maxDepth` goes by name.
  (await zarr.openGroup('data.zarr')).nmembers(2);
}

export async function selections(): Promise<void> {
  const array = await zarr.openArray('data.zarr');
  await array.get();
  await array.get(0);
  await array.get(-1n);
  await array.get(null);
  await array.get('1:10:2, ..., -1');
  await array.get([zarr.slice(1, 10, 2), '...', -1]);
  await array.get([[0, 2], null, [true, false], Int32Array.of(1), BigUint64Array.of(1n), zarr.ndarray([1])]);
  await array.get(Uint8Array.of(1, 2));
  await array.get(zarr.ndarray([[true], [false]]));
  await array.oindex.get([[1, 2n], [3], zarr.slice(2)]);
  await array.vindex.get(
    [
      [1, 4],
      [1, 4],
    ],
    { out: new Float32Array(2) },
  );
  await array.vindex.set([[1, 4], 0], [1, 2], { casting: 'unsafe' });
  await array.blocks.set([0, zarr.slice(2)], 1);
  await array.getOrthogonalSelection([[0, 2], ':']);
  await array.getCoordinateSelection([[1, 4]]);
  await array.getMaskSelection([[true, false]]);
  await array.getMaskSelection(zarr.ndarray([true]));
  await array.getBlockSelection('0, 1:');
  const picked: zarr.AxisSelection[] = [[0, 2], zarr.slice(1), 1];
  await array.setOrthogonalSelection(picked, 1);
  // @ts-expect-error Floats are no indices.
  await array.get([Float64Array.of(1)]);
  // @ts-expect-error One mask and no indices.
  await array.getMaskSelection([1, 0]);
  // @ts-expect-error An index and a boolean in one list mean nothing.
  await array.get([[0, true]]);
  // @ts-expect-error A range is made by `slice`.
  await array.get([{ from: 1, to: 2 }]);
}

export async function values(array: zarr.AsyncArray<'float64'>): Promise<void> {
  await array.set(null, 1);
  await array.set(null, [
    [1, 2],
    [3, 4],
  ]);
  await array.set(null, Float64Array.of(1, 2));
  await array.set(null, zarr.ndarray([1, 2]));
  await array.set(null, { data: Float64Array.of(1, 2), shape: [2] });
  await array.set(null, [2.5], { casting: 'unsafe' });
  // @ts-expect-error There is no such rule.
  await array.set(null, [2.5], { casting: 'wild' });
}

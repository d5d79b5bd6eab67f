/** zarrita, from bench/node_modules. */
import { readFileSync } from 'node:fs';
import FileSystemStore from '@zarrita/storage/fs';
import * as zarr from 'zarrita';
import { answerArrays, Missing } from './arrays.mjs';

await answerArrays({
  versions: () => {
    const manifest = new URL('../node_modules/zarrita/package.json', import.meta.url);
    return [`zarrita ${JSON.parse(readFileSync(manifest, 'utf8')).version}`];
  },
  files: (folder) => new FileSystemStore(folder),
  memory: (files) => new Map(files.map(([key, bytes]) => [`/${key}`, bytes])),
  open: (store) => zarr.open.v3(store, { kind: 'array' }),
  read: async (array) => (await zarr.get(array)).data,
  readWindow: async (array, start, shape) =>
    (
      await zarr.get(
        array,
        start.map((first, axis) => zarr.slice(first, first + shape[axis])),
      )
    ).data,
  write: async (array, data, shape) => {
    const stride = shape.map((_, axis) => shape.slice(axis + 1).reduce((left, right) => left * right, 1));
    try {
      await zarr.set(array, null, { data, shape, stride });
    } catch (error) {
      throw error instanceof zarr.UnsupportedError ? new Missing(error.message) : error;
    }
  },
  openGroup: async (folder, { count, consolidated }) => {
    const files = new FileSystemStore(folder);
    // It lists nothing by itself: the names come from the consolidated metadata, or are known.
    const store = consolidated ? await zarr.withConsolidatedMetadata(files, { format: 'v3' }) : files;
    const group = await zarr.open.v3(store, { kind: 'group' });
    const names = consolidated
      ? store.contents().flatMap(({ path, kind }) => (kind === 'array' ? [path.slice(1)] : []))
      : Array.from({ length: count }, (_, index) => `a${index}`);
    const arrays = await Promise.all(names.map((name) => zarr.open.v3(group.resolve(name), { kind: 'array' })));
    return arrays.length;
  },
});

/**
 * The library from dist/: blocking, on this thread; with `--workers 1` with promises, and so many workers beside it.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { answerArrays } from './arrays.mjs';

const { values: options } = parseArgs({ options: { workers: { type: 'string', default: '0' } } });
const workers = Number(options.workers);
const zarr = await import(workers === 0 ? '../../dist/sync.js' : '../../dist/index.js');
const { LocalStore, MemoryStore } = await import('../../dist/storage.js');
zarr.config.set({ workers, 'array.sharedMemory': workers > 0 });

await answerArrays({
  versions: () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    return [`zarr-ts ${version} on Node ${process.version}`];
  },
  files: (folder) => new LocalStore(folder),
  memory: (files) => new MemoryStore(new Map(files)),
  open: (store) => zarr.openArray(store, { mode: 'r+' }),
  read: (array) => dataOf(array.get()),
  readWindow: (array, start, shape) =>
    dataOf(array.get(start.map((first, axis) => zarr.slice(first, first + shape[axis])))),
  // Of two threads both can write to shared memory.
  outMemory: (length) => (workers > 0 ? new Uint16Array(new SharedArrayBuffer(2 * length)) : new Uint16Array(length)),
  readInto: (array, out, shape) => array.get(null, { out: zarr.ndarray(out, { shape }) }),
  write: (array, data, shape) => array.set(null, zarr.ndarray(data, { shape })),
  openGroup: async (folder, { consolidated }) => {
    const group = await zarr.openGroup(folder, { mode: 'r', useConsolidated: consolidated });
    let count = 0;
    for await (const _ of group.arrays()) count++;
    return count;
  },
});

function dataOf(values) {
  return values instanceof Promise ? values.then(({ data }) => data) : values.data;
}

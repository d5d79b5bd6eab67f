/** One signal for many requests: Node would take their listeners for a leak, and warn whoever runs the program. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import * as zarr from '../../src/index.js';
import { latency } from '../../src/storage.js';

const warnings: Error[] = [];
const keep = (warning: Error): void => void warnings.push(warning);
beforeAll(() => void process.on('warning', keep));
afterAll(() => void process.off('warning', keep));
beforeEach(() => {
  warnings.length = 0;
});

/** Warnings are told a moment later. */
const told = async (): Promise<readonly Error[]> => {
  await new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
  return warnings;
};

const opened = async (): Promise<zarr.AsyncArray> => {
  const store = new zarr.MemoryStore();
  const array = await zarr.createArray(store, { shape: [40], chunks: [1], dtype: 'uint8' });
  await array.set(null, 7);
  return zarr.openArray(latency(store, { getMs: 2 }), { config: { concurrency: 20 } });
};

it('many chunks of one call listen to its signal without a warning, and it still ends the call', async () => {
  const array = await opened();
  const { signal } = new AbortController();
  expect((await array.get(null, { signal })).data).toEqual(new Uint8Array(40).fill(7));
  expect(await told()).toEqual([]);
  const control = new AbortController();
  const call = array.get(null, { signal: control.signal });
  control.abort(new RangeError('enough'));
  await expect(call).rejects.toThrow(new RangeError('enough'));
});

it('so do many calls that share one', async () => {
  const array = await opened();
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 15 }, (_, at) => array.get([at], { signal })));
  expect(await told()).toEqual([]);
});

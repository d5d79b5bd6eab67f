/**
 * A first program in both APIs, run by `npm run test:package` where the packed package is installed: it may use nothing
 * but the package.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as zarr from 'zarr-ts';
import * as codecs from 'zarr-ts/codecs';
import * as errors from 'zarr-ts/errors';
import * as zarrSync from 'zarr-ts/sync';

const folder = mkdtempSync(join(tmpdir(), 'zarr-smoke-'));
const values = Float32Array.from({ length: 600 }, (_, index) => index / 4);

/** Writes, reads back and looks around; `await` of a plain value is the value, so one program serves both. */
async function useBoth(api, name) {
  const path = join(folder, `${name}.zarr`);
  const group = await api.group(path, { attributes: { title: name } });
  const array = await group.createArray('a/b', {
    shape: [20, 30],
    chunks: [4, 5],
    shards: [8, 10],
    dtype: 'float32',
    compressors: [new codecs.BloscCodec({ cname: 'lz4', clevel: 5, shuffle: 'shuffle' })],
    dimensionNames: ['y', 'x'],
  });
  await array.set(null, { data: values, shape: [20, 30] });
  const opened = await (await api.openGroup(path, { mode: 'r' })).getArray('a/b');
  assert.deepEqual((await opened.get()).toFlat(), values);
  assert.deepEqual([...(await opened.get([3, zarr.slice(0, 30, 10)])).data], [22.5, 25, 27.5]);
  assert.deepEqual(opened.shards, [8, 10]);
  assert.equal(String(opened.dtype), 'float32');
  await assert.rejects(async () => opened.set(0, 1), errors.ReadOnlyError);
  await assert.rejects(async () => api.openArray(join(folder, 'absent.zarr'), { mode: 'r' }), errors.NodeNotFoundError);
  assert.ok(readdirSync(path).includes('zarr.json'));
}

try {
  await useBoth(zarr, 'promises');
  await useBoth(zarrSync, 'blocking');

  const required = createRequire(import.meta.url)('zarr-ts');
  assert.equal(required.openArray, zarr.openArray, 'require() and import give the same module');

  const array = zarrSync.createArray(undefined, { shape: [4], dtype: 'int64' });
  array.set(null, [1n, 2n, 3n, 4n]);
  assert.deepEqual(array.get().data, BigInt64Array.of(1n, 2n, 3n, 4n), 'the default codecs block at the first call');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

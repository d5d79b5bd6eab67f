/**
 * Codecs that are loaded when they are met, as in browsers: run by `npm run test:package` with `--conditions=browser`. It
 * may use nothing but the package.
 */
import assert from 'node:assert/strict';
import * as zarr from 'zarr-ts';
import * as errors from 'zarr-ts/errors';

const values = Int32Array.from({ length: 1000 }, (_, index) => index % 7);
const chains = [
  { compressors: 'auto' },
  { compressors: { name: 'gzip', configuration: { level: 1 } } },
  { compressors: { name: 'blosc', configuration: { cname: 'lz4', clevel: 5, shuffle: 'shuffle' } } },
  { compressors: { name: 'numcodecs.lz4', configuration: {} }, shards: [500] },
  { compressors: [{ name: 'numcodecs.zlib', configuration: { level: 1 } }, { name: 'crc32c' }] },
  { compressors: { id: 'zstd', level: 1 }, zarrFormat: 2 },
  { compressors: { id: 'zlib', level: 1 }, zarrFormat: 2 },
];

const document = (codec) => ({
  zarr_format: 3,
  node_type: 'array',
  shape: [4],
  data_type: 'int8',
  chunk_grid: { name: 'regular', configuration: { chunk_shape: [4] } },
  chunk_key_encoding: { name: 'default' },
  fill_value: 0,
  codecs: [{ name: 'bytes' }, codec],
});
const gzip = { name: 'gzip', configuration: { level: 1 } };
assert.throws(() => zarr.AsyncArray.fromDict(new zarr.StorePath(new zarr.MemoryStore()), document(gzip)), {
  name: 'UnknownCodecError',
  message: /not loaded yet/,
});

for (const options of chains) {
  const files = new Map();
  const array = await zarr.createArray(files, { shape: [1000], chunks: [250], dtype: 'int32', ...options });
  await array.set(null, values);
  assert.ok(files.size > 2);
  const opened = await zarr.openArray(new Map(files));
  assert.deepEqual((await opened.get()).data, values, JSON.stringify(options));
  assert.equal(String(opened.compressors), String(array.compressors));
}

const root = await zarr.group();
await root.createArray('words', { shape: [2], dtype: 'string' });
await zarr.consolidateMetadata(root.store);
const words = await (await zarr.openConsolidated(root.store)).getArray('words');
assert.deepEqual((await words.get()).data, ['', '']);

assert.equal(zarr.AsyncArray.fromDict(words.storePath, document(gzip)).compressors[0].name, 'gzip');

const unknown = await zarr.openArray(
  new Map([['zarr.json', new TextEncoder().encode(JSON.stringify(document({ name: 'nobody.knows' })))]]),
);
await assert.rejects(unknown.get(), errors.UnknownCodecError);
console.log('ok');

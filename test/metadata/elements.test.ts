/** Elements that are larger than anyone's are refused before one is made. */
import { expect, test } from 'vitest';
import { openArray } from '../../src/sync.js';

const bytesOf = (document: object): Uint8Array => new TextEncoder().encode(JSON.stringify(document));

test('a data type of 2 GiB is refused in format 3', () => {
  const document = {
    zarr_format: 3,
    node_type: 'array',
    shape: [1],
    data_type: { name: 'raw_bytes', configuration: { length_bytes: 2147483647 } },
    chunk_grid: { name: 'regular', configuration: { chunk_shape: [1] } },
    chunk_key_encoding: { name: 'default' },
    fill_value: '',
    codecs: [{ name: 'bytes' }],
  };
  const open = (): unknown => openArray(new Map([['zarr.json', bytesOf(document)]]), { mode: 'r' });
  expect(open).toThrow('data_type: elements of 2147483647 bytes');
});

test('a data type of 2 GiB is refused in format 2', () => {
  const dtype = '|V2147483647';
  const rest = { compressor: null, fill_value: null, order: 'C', filters: null };
  const document = { zarr_format: 2, shape: [1], chunks: [1], dtype, ...rest };
  const open = (): unknown => openArray(new Map([['.zarray', bytesOf(document)]]), { mode: 'r' });
  expect(open).toThrow('dtype: elements of 2147483647 bytes');
});

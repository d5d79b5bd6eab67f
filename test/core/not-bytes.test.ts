/** Stores that answer with something else than bytes: an error that says so, and never values. */
import { expect, it } from 'vitest';
import { StoreError } from '../../src/errors.js';
import * as zarr from '../../src/sync.js';

const LAYOUTS = {
  uncompressed: { compressors: null },
  compressed: { compressors: { name: 'zstd', configuration: { level: 1 } } },
  checked: { compressors: { name: 'crc32c' } },
};
const ANSWERS: readonly [what: string, make: (length: number) => unknown][] = [
  ['a text', (length) => '7'.repeat(length)],
  ['null', () => null],
  ['an object with a length', (length) => ({ length })],
  ['a list', (length) => Array.from({ length }, () => 7)],
  ['numbers of 32 bits', (length) => new Int32Array(length)],
  ['an ArrayBuffer', (length) => new ArrayBuffer(length)],
];

for (const [layout, options] of Object.entries(LAYOUTS)) {
  it.each(ANSWERS)(`${layout} chunks: %s`, (_, make) => {
    const values = new zarr.MemoryStore();
    zarr.createArray(values, { shape: [8], chunks: [4], dtype: 'uint8', fillValue: 0, ...options }).set(null, 3);
    const get = (key: string): Uint8Array | undefined => {
      const value = values.get(key);
      return key.startsWith('c/') ? (make(value?.length ?? 0) as Uint8Array) : value; // It lies.
    };
    const array = zarr.openArray({ readOnly: true, get });
    for (const read of [() => array.get(), () => array.get([1]), () => array.get([[1, 6, 2]])]) {
      expect(read).toThrow(StoreError);
      expect(read).toThrow(/expected the stored bytes as a Uint8Array, got .*key "c\/0"/);
    }
  });
}

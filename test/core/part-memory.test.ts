import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { BytesCodec, type Codec, GzipCodec, registerCodec } from '../../src/codecs.js';
import { openArray } from '../../src/index.js';
import { LocalStore } from '../../src/storage.js';
import { create, slice } from '../../src/sync.js';

const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zarr-ts-part-memory-'));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Answers with what it was given, later. */
const later: Codec = {
  kind: 'compressor',
  name: 'test.later',
  configuration: undefined,
  toJSON: () => ({ name: 'test.later' }),
  resolve: () => later,
  bind: () => ({
    kind: 'compressor',
    sizeAfter: (size) => size,
    bound: (size) => size,
    encode: async (bytes) => bytes.slice(),
    decode: async (bytes) => bytes,
  }),
};

describe('memory that parts of files are read into', () => {
  test.each([
    ['uncompressed', []],
    ['compressed', [new GzipCodec()]],
  ])('is not that of the results: cells of a shard, %s', (_, compressors) => {
    const array = create([64, 8], {
      store: newFolder(),
      chunks: [8, 8],
      shards: [64, 8],
      dtype: 'uint16',
      compressors,
    });
    array.set(
      null,
      Array.from({ length: 64 }, (_row, row) => new Array(8).fill(row)),
    );
    const cells = Array.from({ length: 8 }, (_cell, cell) => array.get([slice(8 * cell, 8 * cell + 8)]));
    cells.forEach((cell, at) => {
      expect([...cell.data]).toEqual(Array.from({ length: 64 }, (_item, item) => 8 * at + (item >> 3)));
    });
  });

  test('is not that of a read which the store makes while it answers', () => {
    let meanwhile = (): void => {};
    class Reading extends LocalStore {
      override getPartInto(...asked: Parameters<LocalStore['getPartInto']>): number | undefined {
        const count = super.getPartInto(...asked);
        const now = meanwhile;
        meanwhile = () => {};
        now();
        return count;
      }
    }
    const options = { chunks: [20_000], dtype: 'int32', compressors: null } as const;
    const array = create([20_000], { store: new Reading(newFolder()), ...options });
    array.set(
      null,
      Int32Array.from({ length: 20_000 }, (_, i) => i),
    );
    for (const count of [4, 10, 40]) {
      let other: Int32Array | undefined;
      meanwhile = () => {
        other = array.get([slice(5000, 5000 + count)]).data;
      };
      expect([...array.get([slice(70, 80)]).data]).toEqual([70, 71, 72, 73, 74, 75, 76, 77, 78, 79]);
      expect([...other!]).toEqual(Array.from({ length: count }, (_, i) => 5000 + i));
    }
  });

  test('is not that of the results: parts of a chunk, in either byte order', () => {
    for (const endian of ['little', 'big'] as const) {
      const serializer = new BytesCodec({ endian });
      const options = { chunks: [20_000], dtype: 'int32', compressors: null, serializer } as const;
      const array = create([20_000], { store: newFolder(), ...options });
      array.set(
        null,
        Int32Array.from({ length: 20_000 }, (_, i) => i),
      );
      const parts = [0, 5000, 19_990].map((start) => array.get([slice(start, start + 10)]));
      expect(parts.map(({ data }) => data[9])).toEqual([9, 5009, 19_999]);
    }
  });

  test('is not that of texts and byte strings', () => {
    for (const [dtype, values] of [
      ['string', ['one', 'two', 'three', 'four']],
      ['variable_length_bytes', [1, 2, 3, 4].map((byte) => Uint8Array.of(byte))],
    ] as const) {
      const array = create([4], { store: newFolder(), chunks: [1], shards: [4], dtype, compressors: null });
      array.set(null, values as never);
      const read = [0, 1, 2, 3].map((index) => array.get([index]));
      expect(read).toEqual(values);
    }
  });

  test('is not lent to codecs that answer later', async () => {
    registerCodec({ name: 'test.later', parse: () => later });
    const store = new LocalStore(newFolder());
    create([8], { store, chunks: [1], shards: [8], dtype: 'uint8', compressors: ['test.later'] });
    const array = await openArray(store, { mode: 'r+' });
    await array.set(null, [0, 1, 2, 3, 4, 5, 6, 7]);
    const read = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((index) => array.get([index])));
    expect(read).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

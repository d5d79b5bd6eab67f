import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Codec, GzipCodec, registerCodec, ZstdCodec } from '../../src/codecs.js';
import { MOST_KEPT, storedMemory } from '../../src/core/stored-memory.js';
import { ZarrError } from '../../src/errors.js';
import { openArray } from '../../src/index.js';
import { create, slice } from '../../src/sync.js';

const folders: string[] = [];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zarr-ts-stored-memory-'));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A codec of bytes that stay as they are, but that are looked at on the way back. */
function passing(name: string, decode: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>): Codec {
  const codec: Codec = {
    kind: 'compressor',
    name,
    configuration: undefined,
    toJSON: () => ({ name }),
    resolve: () => codec,
    bind: () => ({
      kind: 'compressor',
      sizeAfter: (size) => size,
      bound: (size) => size,
      encode: (bytes) => bytes.slice(),
      decode,
    }),
  };
  registerCodec({ name, parse: () => codec });
  return codec;
}

const rowsOf = (count: number, width: number, first = 0): number[][] =>
  Array.from({ length: count }, (_, row) => new Array<number>(width).fill(first + row));

describe('memory for stored values', () => {
  test('is given to one at a time, and kept only where it is not large', () => {
    storedMemory.give(new Uint8Array(1000));
    const memory = storedMemory.take(10);
    expect(memory.length).toBeGreaterThanOrEqual(1000);
    expect(storedMemory.take(10)).not.toBe(memory);
    storedMemory.give(memory);
    expect(storedMemory.take(10)).toBe(memory);
    const large = new Uint8Array(MOST_KEPT + 1);
    storedMemory.give(large);
    expect(storedMemory.take(10)).not.toBe(large);
  });

  test.each([
    ['chunks', { chunks: [8, 8] }],
    ['shards', { chunks: [2, 4], shards: [8, 8] }],
  ])('is not that of the results: %s', (_, grid) => {
    const array = create([64, 8], { store: newFolder(), ...grid, dtype: 'uint16', compressors: new ZstdCodec() });
    array.set(null, rowsOf(64, 8));
    const parts = Array.from({ length: 8 }, (_part, at) => array.get([slice(8 * at, 8 * at + 8)]));
    const windows = Array.from({ length: 8 }, (_part, at) => array.get([slice(8 * at, 8 * at + 7), slice(1, 7)]));
    expect(parts.map((part) => part.toNested())).toEqual(parts.map((_part, at) => rowsOf(8, 8, 8 * at)));
    expect(windows.map((part) => part.toNested())).toEqual(windows.map((_part, at) => rowsOf(7, 6, 8 * at)));
    expect(array.get().toNested()).toEqual(rowsOf(64, 8));
  });

  test.each([
    ['chunks', { chunks: [1] }],
    ['shards', { chunks: [1], shards: [2] }],
  ])('is not that of bytes of any length: %s', (_, grid) => {
    const array = create([8], { store: newFolder(), ...grid, dtype: 'variable_length_bytes', compressors: null });
    const values = Array.from({ length: 8 }, (_value, at) => new Uint8Array(5).fill(at));
    array.set(null, values);
    expect(array.get().toNested()).toEqual(values);
    const each = values.map((_value, at) => array.get(at));
    expect(each).toEqual(values);
  });

  test('is not shared with a codec that reads while it decodes', () => {
    const inner = create([16], { store: newFolder(), chunks: [4], dtype: 'uint8', compressors: new GzipCodec() });
    inner.set(null, 9);
    const reading = passing('test.reading', (bytes) => {
      expect(inner.get().toNested()).toEqual(new Array(16).fill(9));
      return bytes;
    });
    for (const grid of [{ chunks: [4] }, { chunks: [4], shards: [8] }]) {
      const array = create([16], { store: newFolder(), ...grid, dtype: 'uint8', compressors: reading });
      const values = Array.from({ length: 16 }, (_, at) => at);
      array.set(null, values);
      expect(array.get().toNested()).toEqual(values);
      expect(array.get(slice(1, 15)).toNested()).toEqual(values.slice(1, 15));
    }
  });

  test('is left to a codec that answers later', async () => {
    const later = passing('test.later-stored', async (bytes) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return bytes.slice();
    });
    for (const grid of [{ chunks: [4] }, { chunks: [4], shards: [8] }]) {
      const store = newFolder();
      const values = Array.from({ length: 32 }, (_, at) => at);
      create([32], { store, ...grid, dtype: 'uint8', compressors: later }).set(null, values);
      const array = await openArray(store);
      const [all, part] = await Promise.all([array.get(), array.get(slice(1, 31))]);
      expect(all.toNested()).toEqual(values);
      expect(part.toNested()).toEqual(values.slice(1, 31));
    }
  });

  test('has room for chunks that are longer than usual, and none for what is damaged', () => {
    const store = newFolder();
    const array = create([16], { store, chunks: [8], dtype: 'uint8', compressors: new GzipCodec() });
    array.set(null, 7);
    // Members of gzip without content may follow, as many as there are.
    const empty = Uint8Array.from([31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for (let count = 0; count < 1000; count++) appendFileSync(join(store, 'c/1'), empty);
    expect(array.get().toNested()).toEqual(new Array(16).fill(7));
    expect(array.get(slice(9, 15)).toNested()).toEqual(new Array(6).fill(7));
    writeFileSync(join(store, 'c/0'), new Uint8Array(100));
    expect(() => array.get()).toThrow(ZarrError);
    expect(array.get(slice(8, 16)).toNested()).toEqual(new Array(8).fill(7));
  });
});

/** What no registry has, or the format does not allow, in documents as zarrs and zarrita write them. */
import { describe, expect, it } from 'vitest';
import * as promises from '../../src/index.js';
import * as sync from '../../src/sync.js';

const GRIDS = {
  rectangular: (chunkShape: unknown) => ({ name: 'rectangular', configuration: { chunk_shape: chunkShape } }),
  bounded: (chunkShape: unknown) => ({ name: 'zarrs.regular_bounded', configuration: { chunk_shape: chunkShape } }),
  regular: (chunkShape: unknown) => ({ name: 'regular', configuration: { chunk_shape: chunkShape } }),
};

const documentOf = (shape: readonly number[], members: object) => ({
  ...{ zarr_format: 3, node_type: 'array', shape, data_type: 'uint8', chunk_key_encoding: 'default', fill_value: 0 },
  ...{ codecs: ['bytes'], attributes: { a: 1 }, ...members },
});

/** A store with the array, whose chunks hold the bytes that are given by their keys. */
function filesOf(document: object, chunks: Readonly<Record<string, readonly number[]>> = {}): Map<string, Uint8Array> {
  const files = new Map(Object.entries(chunks).map(([key, bytes]) => [key, Uint8Array.from(bytes)]));
  return files.set('zarr.json', new TextEncoder().encode(JSON.stringify(document, null, 2)));
}

const stored = (files: ReadonlyMap<string, Uint8Array>): object =>
  JSON.parse(new TextDecoder().decode(files.get('zarr.json')));

const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe('the grid "rectangular"', () => {
  const document = documentOf([6, 3], { chunk_grid: GRIDS.rectangular([[1, 2, 3], 2]) });
  const chunks = { 'c/0/0': [1, 2], 'c/1/1': [3, 0, 4, 0], 'c/2/0': [5, 6, 7, 8, 9, 10] };
  const values = [
    [1, 2, 0],
    [0, 0, 3],
    [0, 0, 4],
    [5, 6, 0],
    [7, 8, 0],
    [9, 10, 0],
  ];

  it('is read and written, and stays in the document', async () => {
    const files = filesOf(document, chunks);
    const array = sync.openArray(files);
    expect(array.get().toNested()).toEqual(values);
    expect((await (await promises.openArray(files)).get()).toNested()).toEqual(values);
    expect(array.readChunkSizes).toEqual([
      [1, 2, 3],
      [2, 1],
    ]);
    array.set([null, 2], 7);
    array.attrs.set('a', 2);
    expect(files.get('c/2/1')).toEqual(Uint8Array.of(7, 0, 7, 0, 7, 0));
    expect(stored(files)).toEqual({ ...document, attributes: { a: 2 } });
  });

  it.each([[[5, 3]], [[8, 3]]])('becomes rectilinear where the length of the array changes: %j', (shape) => {
    const files = filesOf(document, chunks);
    const array = sync.openArray(files);
    array.resize(shape);
    expect(stored(files)).toMatchObject({ shape, chunk_grid: { name: 'rectilinear' } });
    expect(sync.openArray(files).get(':5').toNested()).toEqual(values.slice(0, 5));
  });

  it.each<[string, unknown, string]>([
    ['that do not reach the end', [[1, 2], 2], 'expected edges that reach the length 6, got 3'],
    ['of 0', [[1, 0, 5], 2], 'at least 1, got 0'],
    ['of another rank', [[6]], 'expected 2 items'],
  ])('with edges %s is refused', (_, chunkShape, message) => {
    const files = filesOf({ ...document, chunk_grid: GRIDS.rectangular(chunkShape) });
    expect(() => sync.openArray(files)).toThrow(refusal('metadata-validation', message));
  });
});

describe('the grid "zarrs.regular_bounded"', () => {
  const document = documentOf([5, 3], { chunk_grid: GRIDS.bounded([2, 4]) });
  const chunks = { 'c/0/0': [1, 2, 3, 4, 5, 6], 'c/2/0': [7, 8, 9] };
  const values = [
    [1, 2, 3],
    [4, 5, 6],
    [0, 0, 0],
    [0, 0, 0],
    [7, 8, 9],
  ];

  it('has chunks that end where the array does', async () => {
    const files = filesOf(document, chunks);
    const array = sync.openArray(files);
    expect(array.get().toNested()).toEqual(values);
    expect((await (await promises.openArray(files)).get()).toNested()).toEqual(values);
    array.set([slice(3), 1], 9);
    array.attrs.set('a', 2);
    expect(files.get('c/2/0')).toEqual(Uint8Array.of(7, 9, 9));
    expect(files.get('c/1/0')).toEqual(Uint8Array.of(0, 0, 0, 0, 9, 0));
    expect(stored(files)).toEqual({ ...document, attributes: { a: 2 } });
  });

  const slice = (start: number) => sync.slice(start, null);

  it('is regular where all chunks are whole, empty axes included', () => {
    expect(sync.openArray(filesOf({ ...document, shape: [4, 8] })).chunks).toEqual([2, 4]);
    expect(sync.openArray(filesOf({ ...document, shape: [0, 4] })).get().shape).toEqual([0, 4]);
  });

  it('with shards has shards that end where the array does', () => {
    const index = [{ name: 'bytes', configuration: { endian: 'little' } }];
    const sharding = (shape: readonly number[]) => ({
      codecs: [
        { name: 'sharding_indexed', configuration: { chunk_shape: shape, codecs: ['bytes'], index_codecs: index } },
      ],
    });
    const files = filesOf(documentOf([6], { chunk_grid: GRIDS.bounded([4]), ...sharding([2]) }));
    const array = sync.openArray(files);
    array.set(null, [1, 2, 3, 4, 5, 6]);
    expect(files.get('c/1')?.length).toBe(2 + 16);
    expect(sync.openArray(files).get().toNested()).toEqual([1, 2, 3, 4, 5, 6]);
    const uncut = filesOf(documentOf([5], { chunk_grid: GRIDS.bounded([4]), ...sharding([2]) }));
    expect(() => sync.openArray(uncut)).toThrow(refusal('metadata-validation', 'chunk_shape'));
  });

  it('takes another length where no stored chunk changes its size', () => {
    const files = filesOf(document, chunks);
    const array = sync.openArray(files);
    array.resize([4, 3]);
    expect([...files.keys()].sort()).toEqual(['c/0/0', 'zarr.json']);
    array.append([[7, 8, 9]]);
    expect(files.get('c/2/0')).toEqual(Uint8Array.of(7, 8, 9));
    expect(sync.openArray(files).get().toNested()).toEqual(values);
    expect(stored(files)).toEqual(document);
    for (const shape of [
      [6, 3],
      [3, 3],
      [5, 4],
      [5, 2],
    ]) {
      expect(() => array.resize(shape)).toThrow(refusal('argument', 'would change their size'));
    }
    expect(() => array.append([[1, 1, 1]])).toThrow(refusal('argument', 'that end at 5'));
    expect(stored(files)).toEqual(document);
    expect(array.get().toNested()).toEqual(values);
  });

  it('of another rank, or with lists, is refused', () => {
    for (const chunkShape of [[2], [[2, 3], 4], [0, 4]]) {
      const files = filesOf({ ...document, chunk_grid: GRIDS.bounded(chunkShape) });
      expect(() => sync.openArray(files)).toThrow(refusal('metadata-validation', 'chunk_grid.configuration'));
    }
  });
});

describe('the key encoding "zarrs.default_suffix"', () => {
  const encoding = (configuration: object) => ({
    chunk_key_encoding: { name: 'zarrs.default_suffix', configuration },
  });
  const document = documentOf([4], { chunk_grid: GRIDS.regular([2]), ...encoding({ separator: '.', suffix: '.raw' }) });

  it('is read and written, counted and kept', () => {
    const files = filesOf(document, { 'c.0.raw': [1, 2], 'c.1': [8, 8], 'c.raw': [9] });
    const array = sync.openArray(files);
    expect(array.get().toNested()).toEqual([1, 2, 0, 0]);
    expect(array.nchunksInitialized).toBe(1);
    array.set('2:', 5);
    expect(files.get('c.1.raw')).toEqual(Uint8Array.of(5, 5));
    expect(array.nchunksInitialized).toBe(2);
    array.attrs.set('a', 2);
    expect(stored(files)).toEqual({ ...document, attributes: { a: 2 } });
    const copy = sync.fromArray(undefined, { data: array });
    expect(copy.metadata.toJSON()).toMatchObject(encoding({ separator: '.', suffix: '.raw' }));
    expect(copy.get().toNested()).toEqual([1, 2, 5, 5]);
    array.resize([2]);
    expect(files.has('c.1.raw')).toBe(false);
  });

  it('has slashes unless told otherwise, and a key without coordinates', () => {
    const files = filesOf({ ...document, ...encoding({ suffix: '.raw' }) }, { 'c/1.raw': [3, 4] });
    expect(sync.openArray(files).get().toNested()).toEqual([0, 0, 3, 4]);
    const scalar = documentOf([], { chunk_grid: GRIDS.regular([]), ...encoding({ suffix: '.raw' }) });
    const array = sync.openArray(filesOf(scalar, { 'c.raw': [6] }));
    expect([array.get().item(), array.nchunksInitialized]).toEqual([6, 1]);
  });

  it('without a suffix is refused, and so is a suffix of another encoding', () => {
    const open = (members: object) => () => sync.openArray(filesOf({ ...document, ...members }));
    expect(open(encoding({}))).toThrow(refusal('metadata-validation', 'configuration.suffix: expected a string'));
    expect(open(encoding({ suffix: 1 }))).toThrow(refusal('metadata-validation', 'suffix'));
    const other = { name: 'default', configuration: { suffix: '.raw' } };
    expect(open({ chunk_key_encoding: other })).toThrow(refusal('metadata-validation', '"suffix"'));
    for (const chunkKeyEncoding of ['zarrs.default_suffix', { name: 'default', suffix: 'x' }] as const) {
      expect(() => sync.createArray(undefined, { shape: [1], dtype: 'int8', chunkKeyEncoding })).toThrow(
        refusal('argument', 'suffix'),
      );
    }
  });
});

describe('an array that zarrita made without a fill value or codecs', () => {
  const document = documentOf([4], {
    ...{ chunk_grid: GRIDS.regular([2]), data_type: 'int16', fill_value: null, codecs: [] },
  });

  it('is read and written, and stays as it is', () => {
    const files = filesOf(document, { 'c/0': [1, 0, 255, 255] });
    const array = sync.openArray(files);
    expect(array.get().toNested()).toEqual([1, -1, 0, 0]);
    expect(array.fillValue).toBeNull();
    array.set('2:', 258);
    expect(files.get('c/1')).toEqual(Uint8Array.of(2, 1, 2, 1));
    array.set('2:', 0);
    expect(files.has('c/1')).toBe(false);
    array.attrs.set('a', 2);
    expect(stored(files)).toEqual({ ...document, attributes: { a: 2 } });
    expect(String(array.info)).toContain('None');
  });

  it('is copied to one that the format allows', () => {
    const array = sync.openArray(filesOf(document, { 'c/0': [1, 0, 255, 255] }));
    const copy = sync.fromArray(undefined, { data: array });
    expect(copy.get().toNested()).toEqual([1, -1, 0, 0]);
    const bytes = { name: 'bytes', configuration: { endian: 'little' } };
    expect(copy.metadata.toJSON()).toMatchObject({ fill_value: 0, codecs: [bytes] });
  });
});

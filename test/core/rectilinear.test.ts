import { describe, expect, it } from 'vitest';
import { ArgumentError, BoundsCheckError, CodecError, LimitError } from '../../src/errors.js';
import * as promises from '../../src/index.js';
import * as sync from '../../src/sync.js';

const made = (files?: Map<string, Uint8Array>): sync.Array<'int16'> =>
  sync.createArray(files, { shape: [10, 9], dtype: 'int16', chunks: [[3, 2, 5], 4], compressors: null });

const sharded = (): sync.Array<'int16'> =>
  sync.createArray(undefined, { shape: [12, 9], dtype: 'int16', chunks: [2, 3], shards: [[4, 8], 6] });

describe('an array whose chunks differ', () => {
  it('tells their sizes, and has no one chunk shape', () => {
    const array = made();
    expect(array.readChunkSizes).toEqual([
      [3, 2, 5],
      [4, 4, 1],
    ]);
    expect(array.writeChunkSizes).toEqual(array.readChunkSizes);
    expect([array.cdataShape, array.nchunks, array.shards]).toEqual([[3, 3], 9, null]);
    expect(() => array.chunks).toThrow(ArgumentError);
    expect(() => array.chunks).toThrow('readChunkSizes');
    expect(array.info).toMatchObject({ chunks: null, shards: null });
    expect(String(array.info)).toContain('Chunk shape        : <variable>\nOrder');
    expect(array.metadata).toMatchObject({ chunkGrid: { name: 'rectilinear', chunkShapes: [[3, 2, 5], 4] } });
  });

  it('tells the sizes of shards that differ, and the shape of the chunks inside', () => {
    const array = sharded();
    expect(array.chunks).toEqual([2, 3]);
    expect(() => array.shards).toThrow('writeChunkSizes');
    expect(array.readChunkSizes).toEqual([
      [2, 2, 2, 2, 2, 2],
      [3, 3, 3],
    ]);
    expect(array.writeChunkSizes).toEqual([
      [4, 8],
      [6, 3],
    ]);
    expect([array.cdataShape, array.nchunks]).toEqual([[6, 3], 18]);
    expect(array.info).toMatchObject({ chunks: [2, 3], shards: null });
    expect(String(array.info)).toContain('Shard shape        : <variable>\nChunk shape        : (2, 3)\n');
  });

  it('tells sizes clipped to its shape, none of an empty axis', () => {
    const array = made();
    array.resize([4, 0]);
    expect(array.readChunkSizes).toEqual([[3, 1], []]);
    array.resize([12, 4]);
    expect(array.readChunkSizes).toEqual([[3, 2, 5, 2], [4]]);
  });

  it('counts what is stored: of a shard, all its chunks', async () => {
    const array = made();
    array.set([4, null], 1);
    expect(array.nchunksInitialized).toBe(3);
    expect(String(array.infoComplete())).toMatch(/Chunks Initialized : 3$/);
    const shards = sharded();
    shards.set([0, null], 1);
    expect(shards.nchunksInitialized).toBe(8);
    expect(await shards.asyncArray.nchunksInitialized()).toBe(8);
    expect(String(shards.infoComplete())).toMatch(/Shards Initialized : 2$/);
    expect(shards.nbytesStored()).toBe((await shards.asyncArray.infoComplete()).nbytesStored);
  });

  it('gives its chunks whole, each in its own shape', () => {
    const array = made();
    array.set(null, 7);
    expect(array.getChunk([1, 0]).toNested()).toEqual([
      [7, 7, 7, 7],
      [7, 7, 7, 7],
    ]);
    expect(array.getChunk([1, 2]).toNested()).toEqual([
      [7, 0, 0, 0],
      [7, 0, 0, 0],
    ]);
    expect(() => array.getChunk([3, 0])).toThrow(BoundsCheckError);
    expect(sharded().getChunk([5, 2]).shape).toEqual([2, 3]);
  });

  it('stores each in the bytes of its own shape, and refuses others', async () => {
    const files = new Map<string, Uint8Array>();
    const array = made(files);
    array.set(null, 1);
    expect(['c/0/0', 'c/1/0', 'c/2/2'].map((key) => files.get(key)?.length)).toEqual([24, 16, 40]);
    files.set('c/1/0', new Uint8Array(24));
    expect(() => array.get([4, 0])).toThrow(CodecError);
    await expect(array.asyncArray.get([4, 0])).rejects.toThrow('c/1/0');
    expect(array.get([2, 0])).toBe(1);
  });

  it('reads one element of 2^50 chunks', () => {
    const files = new Map<string, Uint8Array>();
    const array = sync.createArray(files, { shape: [0], dtype: 'int8', chunks: [[1]] });
    const text = new TextDecoder().decode(files.get('zarr.json'));
    const grown = text.replace(/"shape": \[\s*0\s*\]/, '"shape": [1125899906842624]');
    files.set('zarr.json', new TextEncoder().encode(grown.replace(/\[\s*1\s*\]/, '[[1, 1125899906842624]]')));
    const huge = sync.openArray(files);
    huge.set([-1], 5);
    expect(huge.get([2 ** 50 - 1])).toBe(5);
    expect([...files.keys()]).toContain(`c/${2 ** 50 - 1}`);
    expect(huge.nchunks).toBe(2 ** 50);
    expect(() => huge.readChunkSizes).toThrow(LimitError);
    expect(array.nchunks).toBe(0);
  });

  it('is made by every function that makes arrays', async () => {
    const sizes = [[1, 3]];
    const options = { chunks: [[1, 3]], dtype: 'int8' } as const;
    const group = sync.group();
    const arrays = [
      sync.create([4], options),
      sync.zeros([4], { chunkShape: [[1, 3]] }),
      sync.array([1, 2, 3, 4], { chunks: [[1, 3]] }),
      group.createArray('a', { shape: [4], ...options }),
      await promises.create([4], options),
    ];
    for (const array of arrays) expect(array.readChunkSizes).toEqual(sizes);
    expect(arrays[2]?.get()).toMatchObject({ shape: [4] });
    expect(sync.openGroup(group.store).getArray('a').readChunkSizes).toEqual(sizes);
  });
});

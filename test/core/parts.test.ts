/** Parts of chunks: reads that fetch or decode less than whole chunks, against the same selections made in memory. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShardingCodec } from '../../src/codecs.js';
import * as promises from '../../src/index.js';
import { latency } from '../../src/storage.js';
import type { ByteRange, GetOptions } from '../../src/stores/store.js';
import * as sync from '../../src/sync.js';
import { picksFor } from './model.js';

class Counted extends sync.MemoryStore {
  bytes = 0;
  requests = 0;
  override get(key: string, range?: ByteRange, options?: GetOptions): Uint8Array | undefined {
    const value = super.get(key, range, options);
    this.bytes += value?.length ?? 0;
    this.requests++;
    return value;
  }
  taken(): readonly [requests: number, bytes: number] {
    const taken = [this.requests, this.bytes] as const;
    this.bytes = 0;
    this.requests = 0;
    return taken;
  }
}

const SHAPE = [70, 90] as const;
const values = (dtype: string): sync.NdArray =>
  sync.ndarray(
    Float64Array.from({ length: SHAPE[0] * SHAPE[1] }, (_, i) => (dtype === 'bool' ? i % 2 : (i * 7) % 120)),
    { shape: [...SHAPE] },
  );

const layouts = fc.record({
  dtype: fc.constantFrom('uint8', 'int16', 'float64', 'int64', 'complex64', 'bool', '<U3', 'datetime64[s]'),
  chunks: fc.constantFrom([70, 90], [64, 90], [35, 60]),
  chain: fc.constantFrom(
    { compressors: null },
    { compressors: null, serializer: { name: 'bytes', configuration: { endian: 'big' as const } } },
    { compressors: null, filters: [{ name: 'transpose', configuration: { order: [1, 0] } }] },
    {
      compressors: [{ name: 'blosc', configuration: { cname: 'lz4', clevel: 1, shuffle: 'shuffle', blocksize: 4096 } }],
    },
    { compressors: [{ name: 'crc32c' }] },
    { compressors: null, shards: true },
    { compressors: null, zarrFormat: 2 as const, order: 'F' as const },
  ),
});

const selections = fc.oneof(
  picksFor(SHAPE),
  fc.tuple(fc.array(fc.integer({ min: -70, max: 69 }), { minLength: 1, maxLength: 4 }), fc.constant(null)),
  fc
    .array(fc.tuple(fc.nat(69), fc.nat(89)), { minLength: 1, maxLength: 4 })
    .map((points) => [points.map(([row]) => row), points.map(([, column]) => column)]),
) as fc.Arbitrary<sync.Selection>;

function arrayOf(
  { dtype, chunks, chain }: { dtype: string; chunks: readonly number[]; chain: object },
  store: sync.MemoryStore,
) {
  const multiByte = dtype !== 'uint8' && dtype !== 'bool';
  const { shards, serializer, ...options } = chain as { shards?: boolean; serializer?: object };
  const array = sync.createArray(store, {
    shape: [...SHAPE],
    dtype,
    chunks,
    ...(serializer && multiByte ? { serializer } : {}),
    ...(shards ? { shards: chunks.map((length) => 2 * length) } : {}),
    ...options,
  } as sync.CreateArrayOptions);
  array.set('...', dtype === '<U3' ? texts() : values(dtype), { casting: 'unsafe' });
  return array;
}

const texts = (): { data: string[]; shape: number[] } => ({
  data: Array.from({ length: SHAPE[0] * SHAPE[1] }, (_, i) => `${i % 1000}`),
  shape: [...SHAPE],
});

const plain = (value: unknown): unknown => (value instanceof sync.NdArray ? [value.shape, value.toNested()] : value);

describe('a part of a chunk', () => {
  it('is what the same selection gives in memory', async () => {
    await fc.assert(
      fc.asyncProperty(layouts, fc.array(selections, { minLength: 1, maxLength: 4 }), async (layout, picks) => {
        const store = new sync.MemoryStore();
        const array = arrayOf(layout, store);
        const whole = sync.array(array.get() as sync.NdArray);
        const remote = await promises.openArray(latency(store));
        for (const selection of picks) {
          const expected = plain(whole.get(selection));
          expect(plain(array.get(selection))).toEqual(expected);
          expect(plain(await remote.get(selection))).toEqual(expected);
        }
      }),
      { numRuns: 150 },
    );
  });

  const make = (options: object): { readonly store: Counted; readonly array: sync.Array } => {
    const store = new Counted();
    const array = sync.createArray(store, {
      shape: [100, 100],
      dtype: 'uint8',
      compressors: null,
      ...options,
    } as never);
    array.set('...', values('uint8').slice('0:50, 0:50').get(1, 1) as number);
    store.taken();
    return { store, array };
  };

  it('that is not compressed is fetched by itself', () => {
    const { store, array } = make({ chunks: [100, 100] });
    array.get([3, null]);
    expect(store.taken()).toEqual([1, 100]);
    array.get([sync.slice(10, 20), 5]);
    expect(store.taken()).toEqual([1, 901]);
    array.vindex.get([
      [50, 51],
      [0, 1],
    ]);
    expect(store.taken()).toEqual([1, 102]);
    expect(array.view([3, null]).explain()).toMatchObject({ requests: 1, bytes: 100, decodedBytes: 100 });
  });

  it('is not asked for by itself where nearly all is wanted, or chunks are short', () => {
    const { store, array } = make({ chunks: [100, 100] });
    array.get([null, 5]);
    expect(store.taken()).toEqual([1, 10_000]);
    const short = make({ chunks: [10, 10] });
    short.array.get([3, 3]);
    expect(short.store.taken()).toEqual([1, 100]);
  });

  it('in a shard costs its bytes and the index', () => {
    const { store, array } = make({ chunks: [100, 100], shape: [200, 200], shards: [200, 200] });
    array.get([3, sync.slice(10)]);
    expect(store.taken()).toEqual([2, 4 * 16 + 4 + 10]);
    expect(array.view([3, sync.slice(10)]).explain()).toMatchObject({ requests: 2, bytes: 4 * 16 + 4 + 10 });
  });

  it('of structs is read by fields too', () => {
    const { store, array } = make({
      chunks: [100, 100],
      dtype: [
        ['x', '<u2'],
        ['y', '<u2'],
      ],
    });
    array.set([3, null], { data: Uint16Array.from({ length: 100 }, (_, i) => i), shape: [100] }, { fields: 'y' });
    store.taken();
    expect((array.get([3, sync.slice(5)], { fields: 'y' }) as sync.NdArray).toNested()).toEqual([0, 1, 2, 3, 4]);
    expect(store.taken()).toEqual([1, 20]);
  });

  it('of a Blosc frame is decoded by the blocks that it lies in, and no damage elsewhere matters', () => {
    const compressors = {
      name: 'blosc',
      configuration: { cname: 'lz4', clevel: 5, shuffle: 'noshuffle', blocksize: 1024 },
    };
    const { store, array } = make({ chunks: [100, 100], compressors: [compressors] });
    array.set('...', { data: Uint8Array.from({ length: 10_000 }, (_, i) => (i * i) % 7), shape: [100, 100] });
    const expected = (array.get() as sync.NdArray).slice('3, :').toNested();
    const frame = Uint8Array.from(store.get('c/0/0')!);
    frame.fill(255, frame.length - 20);
    store.set('c/0/0', frame);
    expect((array.get([3, null]) as sync.NdArray).toNested()).toEqual(expected);
    const codecError = expect.objectContaining({ name: 'CodecError', key: 'c/0/0', codec: 'blosc' });
    expect(() => array.get([99, null])).toThrowError(codecError);
    store.set('c/0/0', frame.subarray(0, -1));
    expect(() => array.get([3, null])).toThrowError(codecError);
  });

  it('that is absent is fill value', () => {
    const store = new Counted();
    const array = sync.createArray(store, {
      shape: [100, 100],
      dtype: 'uint8',
      compressors: null,
      chunks: [100, 100],
      fillValue: 7,
    });
    expect(array.get([3, sync.slice(2)])).toMatchObject({ data: Uint8Array.of(7, 7) });
    const strict = array.withConfig({ readMissingChunks: false });
    expect(() => strict.get([3, 3])).toThrowError(expect.objectContaining({ name: 'ChunkNotFoundError' }));
  });

  it.each([
    ['too short', 9_999],
    ['too long', 10_001],
    ['empty', 0],
  ])('of a chunk that is %s is an error, not values', async (_, length) => {
    const { store, array } = make({ chunks: [100, 100] });
    store.set('c/0/0', new Uint8Array(length));
    const error = expect.objectContaining({ name: 'CodecError', key: 'c/0/0', coords: [0, 0] });
    expect(() => array.get([3, null])).toThrowError(error);
    const remote = await promises.openArray(latency(store));
    await expect(remote.get([3, null])).rejects.toThrowError(error);
  });

  it('of a cell whose entry in the index has another length is an error', () => {
    const bytes = { name: 'bytes', configuration: { endian: 'little' } };
    const serializer = new ShardingCodec({ chunkShape: [100, 100], codecs: [bytes], indexCodecs: [bytes] });
    const { store, array } = make({ chunks: [200, 200], shape: [200, 200], serializer });
    const shard = Uint8Array.from(store.get('c/0/0')!);
    new DataView(shard.buffer).setBigUint64(shard.length - 64 + 8, 9_999n, true);
    store.set('c/0/0', shard);
    expect(() => array.get([3, 3])).toThrowError(/expected a chunk of 10000 bytes, got 9999/);
  });
});

/** Lent bytes are copied before anything else is decoded: whatever runs in between, and in whatever order stores answer. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BloscCodec, type Codec, GzipCodec, numcodecs, registerCodec, ZstdCodec } from '../../src/codecs.js';
import * as zarr from '../../src/index.js';
import { MemoryStore } from '../../src/storage.js';
import * as blocking from '../../src/sync.js';
import { noise } from '../kernels/contents.js';

const LENDERS = [
  new BloscCodec({ cname: 'lz4', typesize: 4 }),
  new BloscCodec({ cname: 'zstd', shuffle: 'bitshuffle', typesize: 4 }),
  new ZstdCodec(),
  new GzipCodec(),
  new numcodecs.LZ4(),
];
const SHAPE = [60, 50];

/** Values that no other array has. */
const valuesOf = (seed: number) => Int32Array.from({ length: 3000 }, (_, i) => (i * (seed + 3)) ^ (seed << 20));

/** An array in memory, with chunks of several kinds. */
function arrayOf(seed: number, compressors: readonly Codec[], options: object = {}): MemoryStore {
  const store = new MemoryStore();
  const array = blocking.createArray(store, {
    shape: SHAPE,
    chunks: [16, 12],
    dtype: 'int32',
    compressors,
    ...options,
  });
  array.set(null, { data: valuesOf(seed), shape: SHAPE });
  return store;
}

/** A codec that does nothing but something else before it answers. */
function meddling(meddle: () => void, later: boolean): Codec {
  const pass = (bytes: Uint8Array) => {
    meddle();
    return later ? Promise.resolve(bytes).then(passLater) : bytes;
  };
  const passLater = (bytes: Uint8Array) => {
    meddle();
    return bytes;
  };
  const codec: Codec = {
    kind: 'compressor',
    name: 'test.meddling',
    configuration: undefined,
    toJSON: () => ({ name: 'test.meddling' }),
    resolve: () => codec,
    bind: () => ({
      kind: 'compressor',
      sizeAfter: (size) => size,
      bound: (size) => size,
      encode: pass,
      decode: pass,
    }),
  };
  registerCodec({ name: 'test.meddling', parse: () => codec });
  return codec;
}

it.each(LENDERS.map((codec) => [String(codec), codec] as const))(
  '%s: a codec beside it that reads and writes other arrays meanwhile',
  async (_, lender) => {
    const other = blocking.openArray(arrayOf(1, [new BloscCodec({ cname: 'lz4', typesize: 4 })], { chunks: SHAPE }));
    const meddle = (): void => {
      expect(other.get().data).toEqual(valuesOf(1));
      other.set(':5', other.get(':5'));
    };
    for (const later of [false, true]) {
      for (const chain of [
        [lender, meddling(meddle, later)],
        [meddling(meddle, later), lender],
      ]) {
        const spec = { shape: SHAPE, chunks: [16, 12], dtype: 'int32', compressors: chain };
        const array = await zarr.createArray(new MemoryStore(), spec);
        await array.set(null, { data: valuesOf(7), shape: SHAPE });
        expect((await array.get()).data).toEqual(valuesOf(7));
        expect((await array.get('3:40, 5:31')).toNested()).toEqual(
          blocking.openArray(arrayOf(7, [])).get('3:40, 5:31').toNested(),
        );
      }
    }
  },
);

/** A store that answers in another order than it was asked. */
function shuffling(store: MemoryStore, next: () => number): MemoryStore {
  const get = store.get.bind(store);
  const getLater = async (...asked: Parameters<MemoryStore['get']>) => {
    for (let turns = Math.floor(4 * next()); turns > 0; turns--) await undefined;
    return get(...asked);
  };
  // The API with promises, which alone gets this store, waits for what it answers.
  store.get = getLater as unknown as MemoryStore['get'];
  return store;
}

it('many reads at once, of arrays that lend, in shards or not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const next = noise(seed);
      const reads = Array.from({ length: 12 }, async (_, index) => {
        const sharded = next() < 0.4 ? { shards: [32, 24] } : {};
        const endian = next() < 0.3 ? { serializer: { name: 'bytes', configuration: { endian: 'big' } } } : {};
        const store = arrayOf(index, [LENDERS[index % LENDERS.length]!], { ...sharded, ...(index % 2 ? {} : endian) });
        const array = await zarr.openArray(shuffling(store, next));
        const data = index % 3 === 0 ? (await array.get('..., 0:50')).data : (await array.get()).data;
        expect(data).toEqual(valuesOf(index));
      });
      await Promise.all(reads);
    }),
    { numRuns: 6 },
  );
});

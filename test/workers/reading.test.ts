/** What several threads read is what one reads: the same bits, or the same error. */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BloscCodec, type CodecOption, GzipCodec, ZstdCodec } from '../../src/codecs.js';
import type { DType } from '../../src/dtypes/dtype.js';
import { bytesOfStorage, type PackedStorage, storageOfBytes } from '../../src/dtypes/storage.js';
import type { ZarrError } from '../../src/errors.js';
import * as later from '../../src/index.js';
import { NdArray } from '../../src/ndarray/ndarray.js';
import { LocalStore, latency } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import * as zarr from '../../src/sync.js';
import { byWorkers, cleanUp, folder, largeArray, useSources, warmUp } from './crew.js';

const WORKERS = 2;

beforeAll(async () => {
  useSources();
  await warmUp(WORKERS);
});
afterAll(cleanUp);
beforeEach(() => {
  byWorkers.parts = 0;
});

const alone = { workers: 0 };
const together = { workers: WORKERS };

interface Layout {
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly shards: readonly number[] | undefined;
}

const axis = fc.record({ chunk: fc.integer({ min: 5, max: 60 }), perShard: fc.integer({ min: 1, max: 3 }) });

/** Arrays of 3 to 5 million elements, of some hundred chunks at most. */
const layouts: fc.Arbitrary<Layout> = fc
  .record({ axes: fc.array(axis, { minLength: 1, maxLength: 3 }), isSharded: fc.boolean(), odd: fc.nat(20) })
  .map(({ axes, isSharded, odd }) => {
    const rank = axes.length;
    const length = Math.round(4e6 ** (1 / rank));
    const shape = axes.map(() => length + odd);
    const scale = rank === 1 ? 3000 : rank === 2 ? 8 : 1;
    const chunks = axes.map(({ chunk }) => chunk * scale);
    return { shape, chunks, shards: isSharded ? chunks.map((size, at) => size * axes[at]!.perShard) : undefined };
  });

const runIn = (length: number): fc.Arbitrary<zarr.Slice | null> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat(Math.floor(length / 4)), fc.integer({ min: Math.ceil((3 * length) / 4), max: length }))
        .chain(([start, stop]) => fc.constantFrom(zarr.slice(start, stop), zarr.slice(stop - 1, start, -1))),
    },
  );

const picksOf = (length: number): fc.Arbitrary<zarr.Slice | null | number[]> =>
  fc.oneof(
    { weight: 4, arbitrary: runIn(length) },
    { weight: 1, arbitrary: fc.array(fc.nat(length - 1), { minLength: length >> 1, maxLength: length >> 1 }) },
  );

const codecs = fc.constantFrom<readonly CodecOption[] | null>(
  [new ZstdCodec({ level: 1 })],
  [new ZstdCodec({ level: 1, checksum: true })],
  [new BloscCodec({ cname: 'lz4', shuffle: 'shuffle' })],
  [new BloscCodec({ cname: 'zstd', shuffle: 'bitshuffle', clevel: 1 })],
  [new GzipCodec({ level: 1 })],
  [{ name: 'numcodecs.lz4', configuration: {} }, 'crc32c'],
  ['crc32c'],
  null,
);

const cases = layouts.chain((layout) =>
  fc.record({
    layout: fc.constant(layout),
    dtype: fc.constantFrom('uint8', 'int16', 'float32', 'float64', 'complex64', 'bool', 'float16'),
    compressors: codecs,
    isTransposed: fc.boolean(),
    selection: fc.tuple(...layout.shape.map(picksOf)),
    /** What becomes of stored values: each n-th one is deleted, or damaged. */
    absent: fc.option(fc.integer({ min: 2, max: 9 }), { nil: undefined }),
    damaged: fc.option(fc.integer({ min: 3, max: 40 }), { nil: undefined, freq: 2 }),
    readMissingChunks: fc.boolean(),
    isFile: fc.boolean(),
    isShared: fc.boolean(),
    format: fc.constantFrom<2 | 3>(3, 3, 2),
  }),
);

let made = 0;

it('reads anything alike, with workers and without', { timeout: 300_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (which) => {
      const { layout, dtype, compressors, isTransposed, selection, isFile, isShared, readMissingChunks } = which;
      const format = layout.shards === undefined ? which.format : 3;
      const place = isFile ? join(folder, `${made++}`) : new Map<string, Uint8Array>();
      const [first = null] = compressors ?? [];
      const array = zarr.createArray(place, {
        ...layout,
        dtype,
        compressors: format === 3 ? compressors : first === 'crc32c' || isDocument(first) ? null : first,
        filters:
          isTransposed && format === 3 ? [{ name: 'transpose', configuration: { order: reversed(layout) } }] : 'auto',
        zarrFormat: format,
        fillValue: dtype === 'bool' ? true : 7,
      } as zarr.CreateArrayOptions);
      array.set(null, valuesFor(array));
      spoil(array, which);
      const rule = selection.some((pick) => Array.isArray(pick)) ? 'oindex' : 'basic';
      const read = (config: zarr.ArrayConfigParams, api: 'blocking' | 'promises' | 'far', out?: unknown): unknown => {
        const { store, path } = array.storePath;
        const options = { path, mode: 'r', config: { readMissingChunks, ...config } } as const;
        const get = (from: zarr.Array | later.AsyncArray): unknown =>
          rule === 'oindex' ? from.oindex.get(selection, { out }) : from.get(selection as zarr.Selection, { out });
        if (api === 'blocking') return get(zarr.openArray(store, options));
        return later.openArray(api === 'far' ? latency(store) : store, options).then(get);
      };
      const expected = await outcome(() => read(alone, 'blocking'));
      for (const api of ['blocking', 'promises', 'far'] as const) {
        const out = isShared ? sharedLike(expected) : undefined;
        const found = await outcome(() => read(together, api, out));
        expect(found).toEqual(expected);
      }
    }),
    { numRuns: 12, ...(process.env['ZARR_SEED'] === undefined ? {} : { seed: Number(process.env['ZARR_SEED']) }) },
  );
  expect(byWorkers.parts).toBeGreaterThan(0);
});

const isDocument = (codec: CodecOption | null): boolean =>
  typeof codec === 'object' && codec !== null && 'name' in codec && !('bind' in codec);

const reversed = ({ shape }: Layout): number[] => shape.map((_, at) => shape.length - 1 - at);

function valuesFor({ dtype, shape, size }: zarr.Array): NdArray {
  const storage = dtype.allocate(size) as PackedStorage; // None of the types has objects.
  const bytes = bytesOfStorage(storage);
  let state = size;
  for (let i = 0; i < bytes.length; i++) {
    if (i % 16 === 0) state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = dtype.name === 'bool' ? (state >> (i % 16)) & 1 : (state >> 24) ^ (i & 3);
  }
  return new NdArray(dtype, storage, shape);
}

function spoil(
  array: zarr.Array,
  { absent, damaged }: { absent: number | undefined; damaged: number | undefined },
): void {
  const { store } = array.storePath;
  const keys = [...(store.list!('') as Iterable<string>)]
    .filter((key) => !/zarr\.json|\.z(array|attrs)/.test(key))
    .sort();
  keys.forEach((key, at) => {
    if (absent !== undefined && at % absent === 1) store.delete!(key);
    else if (damaged !== undefined && at % damaged === 2) {
      const bytes = (store.get(key) as Uint8Array).slice();
      if (at % 2 === 0) store.set!(key, bytes.subarray(0, bytes.length / 2));
      else {
        bytes.fill(0xa5, bytes.length / 3, bytes.length / 2);
        store.set!(key, bytes);
      }
    }
  });
}

/** What a call gives, or how it fails. */
async function outcome(read: () => unknown): Promise<Outcome> {
  try {
    const { storage, shape, dtype } = (await read()) as NdArray;
    return { shape, dtype, hash: hashOf(bytesOfStorage(storage as PackedStorage)), failure: undefined };
  } catch (error) {
    return { shape: [], dtype: undefined, hash: 0, failure: failureOf(error) };
  }
}

interface Outcome {
  readonly shape: readonly number[];
  readonly dtype: DType | undefined;
  readonly hash: number;
  readonly failure: unknown;
}

function failureOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { path, key, coords, codec, axis, code } = error as ZarrError; // Others have none of these.
  const { name, message, cause } = error;
  return { name, message, path, key, coords, codec, axis, code, cause: cause && failureOf(cause) };
}

function hashOf(bytes: Uint8Array): number {
  let hash = bytes.length;
  for (let i = 0; i < bytes.length; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
  return hash;
}

/** An array of shared memory, as the result of another read is. */
function sharedLike({ shape, dtype }: Outcome): NdArray | undefined {
  if (dtype === undefined || dtype.storageUnit === 'object') return undefined;
  const size = shape.reduce((product, length) => product * length, dtype.memorySize);
  const memory = new Uint8Array(new SharedArrayBuffer(size)).fill(0x5a);
  return new NdArray(dtype, storageOfBytes(dtype.storageUnit, memory), shape);
}

describe('a call that workers help', () => {
  it('counts every chunk', async () => {
    for (const store of [largeArray().store, new LocalStore(join(folder, 'counted'))]) {
      if (store instanceof LocalStore) zarr.copyStore(largeArray().store, store);
      for (const open of [zarr.openArray, later.openArray]) {
        const told: number[] = [];
        const array = await open(store, { config: together });
        await array.get(null, { onProgress: (done, total) => told.push(done, total) });
        expect(told.filter((_, at) => at % 2 === 0)).toEqual(Array.from({ length: 256 }, (_, i) => i + 1));
        expect(new Set(told.filter((_, at) => at % 2 === 1))).toEqual(new Set([256]));
      }
    }
    expect(byWorkers.parts).toBeGreaterThan(0);
  });

  it('asks the store for each chunk once, at most so many at once', async () => {
    const keys: string[] = [];
    const { store } = largeArray();
    let most = 0;
    let now = 0;
    const counted: Store = {
      ...latency(store, { getMs: 1 }),
      get: async (key, range, options) => {
        most = Math.max(most, ++now);
        const bytes = await latency(store, { getMs: 1 }).get(key, range, options);
        now--;
        keys.push(key);
        return bytes;
      },
    };
    const array = await later.openArray(counted, { config: { ...together, concurrency: 7 } });
    keys.length = 0;
    await array.get();
    expect(keys.length).toBe(256);
    expect(new Set(keys).size).toBe(256);
    expect(most).toBeLessThanOrEqual(7);
    expect(most).toBeGreaterThan(3);
  });

  it('is many calls at once', async () => {
    const array = await later.openArray(largeArray().store, { config: together });
    const expected = await outcome(() => zarr.openArray(array.store).get());
    const all = await Promise.all(Array.from({ length: 12 }, () => outcome(() => array.get())));
    for (const found of all) expect(found).toEqual(expected);
  });

  it('fails with what the callback for progress throws', async () => {
    const array = await later.openArray(largeArray().store, { config: together });
    const onProgress = (done: number): void => {
      if (done === 100) throw new RangeError('enough');
    };
    await expect(array.get(null, { onProgress })).rejects.toThrow('enough');
    expect(() => zarr.openArray(array.store, { config: together }).get(null, { onProgress })).toThrow('enough');
  });
});

/** Arrays and reads of any kind for several threads, and what a read gives. */
import { join } from 'node:path';
import fc from 'fast-check';
import { BloscCodec, type CodecOption, GzipCodec, ZstdCodec } from '../../src/codecs.js';
import { bytesOfStorage, type PackedStorage } from '../../src/dtypes/storage.js';
import * as later from '../../src/index.js';
import { NdArray } from '../../src/ndarray/ndarray.js';
import { latency } from '../../src/storage.js';
import * as zarr from '../../src/sync.js';
import { type Outcome, outcome } from '../core/outcome.js';
import { folder } from './crew.js';

export { type Outcome, outcome } from '../core/outcome.js';

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

/** An array, what has become of it, and what is read of it. */
export const cases = layouts.chain((layout) =>
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

export type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never;

/** One that workers certainly help with: of any few others they may get none. */
export const SHARED: Case = {
  layout: { shape: [2000, 2000], chunks: [200, 400], shards: undefined },
  dtype: 'int16',
  compressors: [new ZstdCodec({ level: 1 })],
  isTransposed: false,
  selection: [null, zarr.slice(1950, 20, -1)],
  absent: undefined,
  damaged: undefined,
  readMissingChunks: true,
  isFile: false,
  isShared: false,
  format: 3,
};

let made = 0;

export type Api = 'blocking' | 'promises' | 'far';

/** The array of a case: a read of it, with settings, by one of the APIs. */
export function readerOf(which: Case): (config: zarr.ArrayConfigParams, api: Api, out?: unknown) => Promise<Outcome> {
  const { layout, dtype, compressors, isTransposed, selection, isFile, readMissingChunks } = which;
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
  const read = (config: zarr.ArrayConfigParams, api: Api, out?: unknown): unknown => {
    const { store, path } = array.storePath;
    const options = { path, mode: 'r', config: { readMissingChunks, ...config } } as const;
    const get = (from: zarr.Array | later.AsyncArray): unknown =>
      rule === 'oindex' ? from.oindex.get(selection, { out }) : from.get(selection as zarr.Selection, { out });
    if (api === 'blocking') return get(zarr.openArray(store, options));
    return later.openArray(api === 'far' ? latency(store) : store, options).then(get);
  };
  return (config, api, out) => outcome(() => read(config, api, out));
}

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

/** How often a property is tried; from a new seed each time, unless the environment names one that has failed. */
export function runs(numRuns: number): {
  readonly numRuns: number;
  readonly seed?: number;
  readonly endOnFailure: boolean;
} {
  const named = process.env['ZARR_SEED'];
  // To make a case smaller takes minutes.
  return { numRuns, ...(named === undefined ? {} : { seed: Number(named) }), endOnFailure: true };
}

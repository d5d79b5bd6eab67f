/** Reads by a plan against the same reads chunk by chunk: same elements, same memory left alone, same failures. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Codec, type Compressor, registerCodec } from '../../src/codecs.js';
import { StoredCells } from '../../src/core/cells.js';
import { type ArrayNode, arrayNodeOf } from '../../src/core/node.js';
import { readRegion } from '../../src/core/read.js';
import { ReadPlan } from '../../src/core/read-plan.js';
import { parseDtype } from '../../src/dtypes/registry.js';
import type { PackedStorage } from '../../src/dtypes/storage.js';
import type { ZarrError } from '../../src/errors.js';
import { NdArray } from '../../src/ndarray/ndarray.js';
import { sizeOf } from '../../src/ndarray/shape.js';
import type { Run, Strided } from '../../src/ndarray/strided.js';
import { type ByteRange, type GetOptions, type Store, sliceRange } from '../../src/stores/store.js';
import * as sync from '../../src/sync.js';
import { runAsync, runSync } from '../../src/task.js';

/** A codec that turns the bits, and lends what it decodes: every use of it overwrites what it has lent before. */
class Lender implements Compressor {
  static memory = new Uint8Array(2 ** 18);
  static lent = 0;
  readonly kind = 'compressor';
  readonly sizeAfter = (size: number | undefined): number | undefined => size;
  readonly bound = (size: number): number => size;
  readonly encode = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => ~byte);
  readonly decode = (bytes: Uint8Array): Uint8Array => {
    const decoded = this.encode(bytes);
    Lender.memory.fill(0xee);
    return decoded;
  };
  readonly decodeLent = (bytes: Uint8Array, size: number): Uint8Array | undefined => {
    if (bytes.length !== size || size + 16 > Lender.memory.length) return undefined;
    const decoded = this.encode(bytes);
    Lender.memory.fill(0xee);
    Lender.memory.set(decoded, 16);
    Lender.lent++;
    return Lender.memory.subarray(16, 16 + decoded.length);
  };
}

const lender: Codec = {
  kind: 'compressor',
  name: 'test.lender',
  configuration: undefined,
  toJSON: () => ({ name: 'test.lender' }),
  resolve: () => lender,
  bind: () => new Lender(),
};

/** Decodes a little later. */
const later: Codec = {
  ...lender,
  name: 'test.later',
  toJSON: () => ({ name: 'test.later' }),
  resolve: () => later,
  bind: () => ({
    kind: 'compressor',
    sizeAfter: (size) => size,
    bound: (size) => size,
    encode: (bytes) => bytes.map((byte) => byte ^ 0x55),
    decode: async (bytes) => bytes.map((byte) => byte ^ 0x55),
  }),
};

beforeAll(() => {
  registerCodec({ name: 'test.lender', parse: () => lender });
  registerCodec({ name: 'test.later', parse: () => later });
});

/** A store that answers at once and fills the memory it is given. */
class Filling implements Store {
  readonly readOnly = true;
  readonly answersAtOnce = true;
  filled = 0;
  constructor(readonly values: Map<string, Uint8Array>) {}
  get(key: string, range?: ByteRange, options?: GetOptions): Uint8Array | undefined {
    const value = this.values.get(key);
    if (value !== undefined && value.length > (options?.maxBytes ?? value.length)) throw new Error('too long');
    return value && sliceRange(value, range).slice();
  }
  getInto(key: string, target: Uint8Array): number | undefined {
    const value = this.values.get(key);
    if (value?.length === target.length) target.set(value);
    else target.fill(0xdd);
    this.filled++;
    return value?.length;
  }
}

/** The same values, a little later. */
const waiting = (values: Map<string, Uint8Array>): Store => ({
  readOnly: true,
  get: async (key, range) => {
    const value = values.get(key);
    return value && sliceRange(value, range);
  },
});

const CHAINS = [
  { compressors: null },
  { compressors: null },
  { compressors: null, serializer: { name: 'bytes', configuration: { endian: 'big' } } },
  { compressors: ['test.lender'] },
  { compressors: ['test.lender', 'test.lender'] },
  { compressors: ['test.lender', { name: 'crc32c' }] },
  { compressors: [{ name: 'crc32c' }, 'test.lender'] },
  { compressors: ['test.lender'], serializer: { name: 'bytes', configuration: { endian: 'big' } } },
  { compressors: [{ name: 'zstd' }] },
  { compressors: [{ name: 'gzip', configuration: { level: 1 } }] },
  { compressors: [{ name: 'blosc', configuration: { cname: 'lz4', clevel: 1, shuffle: 'shuffle' } }] },
] as const;
const DTYPES = [
  ...['uint8', 'int16', 'uint16', 'float32', 'float64', 'int64', 'complex64', 'complex128', 'bool', 'float16', '<U3'],
  ...['|S5', 'int4', 'datetime64[s]'],
];

const axisOf = (most: number) =>
  fc.record({
    length: fc.integer({ min: most < 10 ? 1 : 0, max: most }),
    edge: fc.integer({ min: 1, max: 12 }),
    start: fc.nat(),
    count: fc.nat(),
    step: fc.constantFrom(1, 1, 1, 2, 3, -1, -2),
    isWhole: fc.boolean(),
    gap: fc.constantFrom(1, 1, 1, 2, 3),
    isBackwards: fc.constantFrom(false, false, false, true),
  });

const programs = fc.record({
  axes: fc.oneof(
    fc.tuple(axisOf(60)),
    fc.tuple(axisOf(20), axisOf(20)),
    fc.tuple(axisOf(12), axisOf(9), axisOf(9)),
    fc.tuple(axisOf(4), axisOf(6), axisOf(3), axisOf(8)),
  ),
  dtype: fc.constantFrom(...DTYPES),
  chain: fc.constantFrom(...CHAINS),
  turned: fc.boolean(),
  isFortran: fc.boolean(),
  shift: fc.nat(7),
  missing: fc.nat(5),
  noise: fc.nat(),
});

type Program = typeof programs extends fc.Arbitrary<infer Value> ? Value : never;

/** Bytes that look like nothing, NaN with payloads among them. */
function noise(length: number, seed: number): Uint8Array {
  let state = (seed | 1) >>> 0;
  return Uint8Array.from({ length }, () => {
    state = Math.imul(state, 1664525) + 1013904223;
    const byte = (state >>> 16) & 0xff;
    return byte > 200 ? 0xff : byte;
  });
}

function arrayFor({ axes, dtype, chain, turned, missing, noise: seed }: Program): {
  node: ArrayNode;
  values: Map<string, Uint8Array>;
} {
  const type = parseDtype(dtype as 'uint8');
  const shape = axes.map(({ length }) => length);
  const values = new Map<string, Uint8Array>();
  const order = shape.map((_, at) => (at + 1) % shape.length);
  const { serializer, ...rest } = chain as { serializer?: object };
  const array = sync.createArray(values, {
    shape,
    // Not more than a few hundred.
    chunks: axes.map(({ edge, length }) => Math.max(edge, Math.ceil(length / (axes.length > 2 ? 4 : 12)))),
    dtype,
    ...rest,
    ...(serializer && type.hasByteOrder ? { serializer } : {}),
    ...(turned ? { filters: [{ name: 'transpose', configuration: { order } }] } : {}),
  } as sync.CreateArrayOptions);
  const isText = dtype === '<U3';
  const bytes = noise(sizeOf(shape) * type.itemSize!, seed);
  const elements = isText ? bytes.map((byte, at) => (at % 4 === 0 ? byte & 0x7f : 0)) : bytes;
  array.set('...', new NdArray(type, type.view(elements), shape));
  const keys = [...values.keys()].filter((key) => key !== 'zarr.json');
  for (const [at, key] of keys.entries()) {
    if (missing > 0 && at % 5 < missing - 1) values.delete(key);
    // Bytes that several spellings of one value have, and that no writer of ours leaves.
    else if (chain === CHAINS[0] && !isText) values.set(key, noise(values.get(key)!.length, seed + at));
  }
  const node = arrayNodeOf(array);
  if (node === undefined) throw new Error('expected a handle of an array');
  return { node, values };
}

function regionOf(axes: Program['axes']): Run[] {
  return axes.map(({ length, start, count, step, isWhole }) => {
    if (length === 0) return { start: 0, step: 1, count: 0 };
    if (isWhole)
      return step > 0 ? { start: 0, step: 1, count: length } : { start: length - 1, step: -1, count: length };
    const first = start % length;
    const most = step > 0 ? Math.ceil((length - first) / step) : Math.floor(first / -step) + 1;
    return { start: first, step, count: count % (most + 1) };
  });
}

/** A view of the region's shape in memory of its own, with gaps, axes in either order, some backwards. */
function outOf(
  { axes, dtype, isFortran, shift }: Program,
  region: readonly Run[],
): Strided & { storage: PackedStorage } {
  const type = parseDtype(dtype as 'uint8');
  const shape = region.map(({ count }) => count);
  const strides = new Array<number>(shape.length).fill(0);
  const order = shape.map((_, at) => (isFortran ? at : shape.length - 1 - at));
  let size = 1;
  let offset = 0;
  for (const at of order) {
    const { gap, isBackwards } = axes[at]!;
    strides[at] = size * gap;
    if (isBackwards && shape[at]! > 0) {
      offset += (shape[at]! - 1) * strides[at]!;
      strides[at]! *= -1;
    }
    size *= gap * Math.max(1, shape[at]!);
  }
  const memory = type.allocate(size + shift) as PackedStorage; // No type of the list is kept in lists.
  const storage = memory.subarray(shift * type.unitsPerItem);
  new Uint8Array(storage.buffer).fill(0xa5);
  return { storage, itemUnits: type.unitsPerItem, shape, strides, offset };
}

const isSame = (left: { storage: PackedStorage }, right: { storage: PackedStorage }): boolean =>
  Buffer.from(left.storage.buffer).equals(Buffer.from(right.storage.buffer));

describe('a plan', () => {
  it('reads what chunk by chunk is read, and touches nothing else', async () => {
    let planned = 0;
    await fc.assert(
      fc.asyncProperty(programs, async (program) => {
        const { node, values } = arrayFor(program);
        const region = regionOf(program.axes);
        const context = node.context({});
        const { grid, at } = node.level;
        const read = (level: ArrayNode['level'], store: Store, out: Strided) =>
          readRegion(level, new StoredCells(store, '', node.model.keyEncoding), region, out, context);
        const memory = new sync.MemoryStore(values);
        const expected = outOf(program, region);
        runSync(read({ grid, at }, memory, expected));
        const given = outOf(program, region);
        runSync(read(node.level, memory, given));
        expect(isSame(given, expected)).toBe(true);
        const filled = outOf(program, region);
        runSync(read(node.level, new Filling(values), filled));
        expect(isSame(filled, expected)).toBe(true);
        const waited = outOf(program, region);
        await runAsync(read(node.level, waiting(values), waited));
        expect(isSame(waited, expected)).toBe(true);
        if (ReadPlan.of(node.level, new StoredCells(memory, '', node.model.keyEncoding), region, given, context))
          planned++;
      }),
      { numRuns: 600 },
    );
    expect(planned).toBeGreaterThan(200);
  });

  const raw = { shape: [6, 4], chunks: [2, 4], dtype: 'uint16', compressors: null } as const;

  it('lends only what the codec next to the elements decodes', async () => {
    const array = sync.createArray(undefined, { ...raw, compressors: ['test.lender', 'test.lender'] });
    const values = sync.ndarray(
      Uint16Array.from({ length: 24 }, (_, i) => i * 2573),
      { shape: [6, 4] },
    );
    array.set('...', values);
    Lender.lent = 0;
    expect(array.get().equals(values)).toBe(true);
    expect(Lender.lent).toBe(3);
  });

  it('waits for codecs that answer later, before what is lent is overwritten', async () => {
    const { openArray, createArray } = await import('../../src/index.js');
    const store = new sync.MemoryStore();
    for (const [path, compressors] of [
      ['a', ['test.lender', 'test.later']],
      ['b', ['test.later', 'test.lender']],
    ] as const) {
      const array = await createArray(store, { ...raw, name: path, compressors });
      const values = sync.ndarray(
        Uint16Array.from({ length: 24 }, (_, i) => i * 2573),
        { shape: [6, 4] },
      );
      await array.set('...', values);
      const result = (await (await openArray(store, { path })).get()) as sync.NdArray;
      expect(result.toNested()).toEqual(values.toNested());
    }
  });

  it('fills memory where the store can, and refuses chunks of another length as ever', () => {
    const values = new Map<string, Uint8Array>();
    const array = sync.createArray(values, raw);
    array.set('...', 7);
    const store = new Filling(values);
    const filled = sync.openArray(store);
    expect(filled.get([5, 3])).toBe(7);
    store.filled = 0;
    expect((filled.get() as sync.NdArray).toNested()).toEqual(array.get().toNested());
    expect(store.filled).toBe(3);
    values.set('c/1/0', new Uint8Array(17));
    const failure = (call: () => unknown): unknown => {
      try {
        return call();
      } catch (error) {
        const { name, message, key, coords, codec } = error as ZarrError; // Nothing else is thrown here.
        return { name, message, key, coords, codec };
      }
    };
    const expected = {
      name: 'CodecError',
      message: 'bytes: expected 16 bytes, got 17 (in "/", key "c/1/0")',
      key: 'c/1/0',
      coords: [1, 0],
      codec: 'bytes',
    };
    expect(failure(() => filled.get())).toEqual(expected);
    expect(failure(() => array.get())).toEqual(expected);
    values.delete('c/1/0');
    const strict = { config: { readMissingChunks: false } };
    const absent = {
      name: 'ChunkNotFoundError',
      message: 'chunk (1, 0) is absent (in "/", key "c/1/0")',
      key: 'c/1/0',
      coords: [1, 0],
      codec: undefined,
    };
    expect(failure(() => filled.get('...', strict))).toEqual(absent);
    expect(failure(() => array.get('...', strict))).toEqual(absent);
  });

  it('reads by the `get` of a store that inherits another way to fill memory', () => {
    class Turned extends Filling {
      override get(key: string, range?: ByteRange, options?: GetOptions): Uint8Array | undefined {
        const value = super.get(key, range, options);
        return key === 'zarr.json' ? value : value?.map((byte) => ~byte);
      }
    }
    const values = new Map<string, Uint8Array>();
    sync.createArray(values, raw).set('...', 0xff00);
    expect(new Set((sync.openArray(new Turned(values)).get() as sync.NdArray).data)).toEqual(new Set([0x00ff]));
  });
});

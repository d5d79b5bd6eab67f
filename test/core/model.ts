/** The plain model that arrays are compared with: a list of scalars and a shape. */
import fc from 'fast-check';
import type { CreateArrayOptions } from '../../src/api.js';
import type { DTypeSpec } from '../../src/dtypes/types.js';
import { type Slice, slice } from '../../src/ndarray/slice.js';

export type AxisPick = number | Slice | null;

/** The indices that `pick` means on an axis, and whether it drops the axis; Python's rules. */
export function indicesOf(pick: AxisPick, length: number): { indices: number[]; drops: boolean } {
  if (pick === null) return { indices: [...Array(length).keys()], drops: false };
  if (typeof pick === 'number') return { indices: [pick < 0 ? pick + length : pick], drops: true };
  const step = pick.step ?? 1;
  const wrap = (index: number): number => (index < 0 ? index + length : index);
  const low = step > 0 ? 0 : -1;
  const high = step > 0 ? length : length - 1;
  const clamp = (index: number): number => Math.min(Math.max(wrap(index), low), high);
  const start = pick.start === null ? (step > 0 ? 0 : length - 1) : clamp(pick.start);
  const stop = pick.stop === null ? (step > 0 ? length : -1) : clamp(pick.stop);
  const indices: number[] = [];
  for (let index = start; step > 0 ? index < stop : index > stop; index += step) indices.push(index);
  return { indices, drops: false };
}

/** An array in C order. */
export class Model {
  readonly values: unknown[];
  constructor(
    readonly shape: readonly number[],
    fill: unknown,
  ) {
    this.values = Array<unknown>(shape.reduce((a, b) => a * b, 1)).fill(fill);
  }

  /** Where the picked elements are, and the shape of the result. */
  places(picks: readonly AxisPick[]): { at: number[]; shape: number[] } {
    let at = [0];
    const shape: number[] = [];
    this.shape.forEach((length, axis) => {
      const { indices, drops } = indicesOf(picks[axis] ?? null, length);
      at = at.flatMap((base) => indices.map((index) => base * length + index));
      if (!drops) shape.push(indices.length);
    });
    return { at, shape };
  }
}

const pickOn = (length: number): fc.Arbitrary<AxisPick> => {
  const bound = fc.option(fc.integer({ min: -length - 2, max: length + 2 }), { nil: null });
  const step = fc.constantFrom(1, 1, 2, 3, -1, -2, -5);
  const slices = fc.tuple(bound, bound, step).map(([start, stop, by]) => slice(start, stop, by));
  const whole = fc.constant(null);
  return length === 0
    ? fc.oneof(slices, whole)
    : fc.oneof(slices, slices, whole, fc.integer({ min: -length, max: length - 1 }));
};

export const picksFor = (shape: readonly number[]): fc.Arbitrary<AxisPick[]> => fc.tuple(...shape.map(pickOn));

const small = fc.integer({ min: -3, max: 3 });
const bigint = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** Strings of at most three characters, and bytes of at most three, neither with zeros at the end. */
const text = fc.string({ unit: 'binary', maxLength: 3 }).map((one) => one.replace(/\0+$/, ''));
const shortBytes = fc.uint8Array({ maxLength: 3 }).map((bytes) => bytes.slice(0, bytes.findLastIndex(Boolean) + 1));

/** An element of the struct below. */
function record(...[flag, x, name, short, raw, t]: [boolean, number, string, number, Uint8Array, bigint]): object {
  // A computed name makes a member; without brackets it would be the prototype.
  return { flag, x, name, inner: { ['__proto__']: short, raw, t } };
}

/** Data types with values for them, some of which are the fill value often. */
const DTYPES: readonly { dtype: DTypeSpec; fills: unknown[]; values: fc.Arbitrary<unknown> }[] = [
  { dtype: 'bool', fills: [false, true], values: fc.boolean() },
  { dtype: 'int8', fills: [0, -7], values: fc.oneof(fc.constant(0), small) },
  { dtype: 'uint16', fills: [0, 65535], values: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 65535 })) },
  { dtype: 'int32', fills: [0, -1], values: fc.oneof(fc.constant(0), fc.integer()) },
  { dtype: 'int64', fills: [0n, -(2n ** 63n)], values: fc.oneof(fc.constant(0n), bigint) },
  { dtype: 'uint64', fills: [0n, 2n ** 64n - 1n], values: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
  {
    dtype: 'float16',
    fills: [0, Number.NaN],
    values: fc.constantFrom(0, -0, 0.5, -1.25, Number.NaN, Number.POSITIVE_INFINITY),
  },
  { dtype: 'float32', fills: [0, -0, Number.NaN], values: fc.oneof(fc.constantFrom(0, -0, Number.NaN), fc.float()) },
  { dtype: 'float64', fills: [0, Number.NEGATIVE_INFINITY], values: fc.oneof(fc.constant(0), fc.double()) },
  {
    dtype: 'complex64',
    fills: [{ re: 0, im: 0 }],
    values: fc.record({ re: fc.float({ noNaN: true }), im: fc.float({ noNaN: true }) }),
  },
  { dtype: 'complex128', fills: [{ re: 1, im: -0 }], values: fc.record({ re: fc.double(), im: fc.double() }) },
  { dtype: 'string', fills: ['', 'é'], values: fc.oneof(fc.constant(''), fc.string({ unit: 'grapheme' })) },
  { dtype: 'bytes', fills: [new Uint8Array()], values: fc.uint8Array({ maxLength: 5 }) },
  ...['<U3', '>U3'].map((dtype) => ({ dtype, fills: ['', 'é😀'], values: text })),
  { dtype: '|S3', fills: [new Uint8Array(), Uint8Array.of(0, 97)], values: shortBytes },
  { dtype: '|V3', fills: [new Uint8Array(3)], values: fc.uint8Array({ minLength: 3, maxLength: 3 }) },
  ...['<M8[10us]', '>m8[D]'].map((dtype) => ({ dtype, fills: [-(2n ** 63n), 5n], values: bigint })),
  {
    dtype: [
      ['flag', '|b1'],
      ['x', '>f8'],
      ['name', '<U2'],
      [
        'inner',
        [
          ['__proto__', '<i2'],
          ['raw', '|S3'],
          ['t', '>M8[s]'],
        ],
      ],
    ],
    fills: [record(false, 0, '', 0, new Uint8Array(), 0n), record(true, Number.NaN, 'é', -1, Uint8Array.of(1), -5n)],
    values: fc
      .tuple(
        fc.boolean(),
        fc.double(),
        text.map((one) => [...one].slice(0, 2).join('').replace(/\0+$/, '')),
        fc.nat(99),
        shortBytes,
        bigint,
      )
      .map((parts) => record(...parts)),
  },
];

export interface Case {
  readonly options: CreateArrayOptions & { readonly shape: number[] };
  readonly fill: unknown;
  readonly values: fc.Arbitrary<unknown>;
}

const multiple = (size: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: 3 }).map((count) => size * count);

/** Arrays of every data type, chunking and chain of codecs. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    dtype: fc.constantFrom(...DTYPES),
    shape: fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 4 })), { maxLength: 3 }),
    format: fc.constantFrom(2 as const, 3 as const),
  })
  .chain(({ dtype, shape, format }) =>
    fc
      .record({
        chunks: fc.tuple(...shape.map(() => fc.integer({ min: 1, max: 4 }))),
        fill: fc.constantFrom(...dtype.fills),
        sharded: fc.boolean(),
        indexLocation: fc.constantFrom('start' as const, 'end' as const),
        compressor: fc.constantFrom(...COMPRESSORS),
        order: fc.constantFrom('C' as const, 'F' as const),
        endian: fc.constantFrom('little', 'big'),
        transposed: fc.boolean(),
        separator: fc.constantFrom('.' as const, '/' as const),
      })
      .chain(({ chunks, fill, sharded, indexLocation, compressor, order, endian, transposed, separator }) =>
        fc.tuple(...chunks.map(multiple)).map((shardShape): Case => {
          const common = { shape, dtype: dtype.dtype, chunks, fillValue: fill, zarrFormat: format };
          if (format === 2) {
            const options = { ...common, order, dimensionSeparator: separator, compressors: compressor?.v2 ?? null };
            return { options, fill, values: dtype.values };
          }
          const numeric = !['string', 'bytes'].includes(String(dtype.dtype));
          const multiByte = numeric && !['bool', 'int8'].includes(String(dtype.dtype));
          const options = {
            ...common,
            chunkKeyEncoding: { name: 'default' as const, separator },
            compressors: compressor?.v3 ?? null,
            ...(multiByte ? { serializer: { name: 'bytes', configuration: { endian } } } : {}),
            ...(transposed && numeric && shape.length > 1
              ? { filters: [{ name: 'transpose', configuration: { order: [...shape.keys()].reverse() } }] }
              : {}),
            ...(sharded ? { shards: { shape: shardShape, indexLocation } } : {}),
          };
          return { options, fill, values: dtype.values };
        }),
      ),
  );

const COMPRESSORS = [
  undefined,
  { v2: { id: 'zstd', level: 1 }, v3: { name: 'zstd', configuration: { level: 1, checksum: true } } },
  { v2: { id: 'gzip', level: 1 }, v3: { name: 'gzip', configuration: { level: 1 } } },
  { v2: { id: 'zlib', level: 1 }, v3: { name: 'crc32c' } },
  { v2: { id: 'lz4', acceleration: 1 }, v3: { name: 'numcodecs.lz4', configuration: { acceleration: 1 } } },
  {
    v2: { id: 'blosc', cname: 'lz4', clevel: 5, shuffle: 2, blocksize: 0 },
    v3: { name: 'blosc', configuration: { cname: 'zstd', clevel: 5, shuffle: 'shuffle', typesize: 4, blocksize: 0 } },
  },
];

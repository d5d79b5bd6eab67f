/**
 * What every data type must do, as tests: one suite, run on each type, ours and others'.
 *
 * It needs no test runner but a function that takes the name of a test and its body, and it throws plain errors.
 */

import type { CodecOption } from '../codecs.js';
import { type DType, type DTypeSpec, parseDtype, type Storage } from '../dtype.js';
import { bytesOfStorage, isPacked, type PackedStorage } from '../dtypes/storage.js';
import { CastError, CodecError, MetadataValidationError, ZarrError } from '../errors.js';
import * as zarr from '../index.js';
import { formatJson } from '../json/format.js';
import type { Json } from '../json/model.js';
import { parseJson } from '../json/parse.js';
import { expectEqual, expectFailure, expectSame, isSame } from './expect.js';

/** A data type to be tested, and what is known of it. */
export interface DTypeSuite {
  /** Declares a test: `test` or `it` of the runner. */
  readonly test: (name: string, body: () => Promise<void>) => void;
  /** The type, as `createArray` takes it. */
  readonly dtype: DTypeSpec;
  /** Values that are kept exactly and come out the same; at least two that differ, one of them not the default fill value. */
  readonly values: readonly unknown[];
  /** Values that it cannot hold: each is a `CastError`. */
  readonly refused?: readonly unknown[] | undefined;
  /** Fill values as JSON text of format 3, in the form that is written. */
  readonly fillValues?: readonly string[] | undefined;
  /** JSON texts that are no fill values of the type. */
  readonly refusedFillValues?: readonly string[] | undefined;
  /** The formats that have the type; both unless said. In one that has it not, no array is created. */
  readonly formats?: readonly (2 | 3)[] | undefined;
  /** What makes bytes of arrays of format 3, where that is not the default. */
  readonly serializer?: CodecOption | undefined;
}

/** Declares the tests of a data type. */
export function dtypeSuite(suite: DTypeSuite): void {
  const dtype: DType = parseDtype(suite.dtype);
  declareMetadata(suite, dtype);
  declareFillValues(suite, dtype);
  declareElements(suite, dtype);
  if (dtype.itemSize !== undefined && dtype.storageUnit !== 'object') declareBytes(suite, dtype, dtype.itemSize);
  for (const format of [2, 3] as const) {
    if ((suite.formats ?? [2, 3]).includes(format)) declareArrays(suite, dtype, format);
    else declareAbsence(suite, format);
  }
}

function declareMetadata({ test, dtype: spec }: DTypeSuite, dtype: DType): void {
  test('is found again by what it says it is', async () => {
    const document = roundTripped(dtype.toMetadata(3));
    const again = parseDtype(dtype.toJSON() as DTypeSpec); // Metadata is what users may write.
    expectEqual(formatJson(again.toMetadata(3), null), formatJson(document, null), 'metadata');
    expectEqual(again.isSameInMemory(dtype), true, 'the same in memory');
    expectEqual(parseDtype(spec).equals(dtype), true, 'equals');
    expectEqual(dtype.equals(parseDtype(dtype)), true, 'equals itself');
    expectEqual(String(dtype), dtype.name, 'text');
    if (dtype.repr() === '') throw new Error('repr: expected a text');
  });
}

function declareFillValues({ test, fillValues = [], refusedFillValues = [] }: DTypeSuite, dtype: DType): void {
  test('writes every fill value as it reads it', async () => {
    const storage = dtype.defaultFillValue();
    expectSameBits(dtype.parseFillValue(roundTripped(dtype.fillValueToJson(storage, 3)), 3), storage, 'the default');
  });
  for (const text of fillValues) {
    test(`keeps the fill value ${text}`, async () => {
      const storage = dtype.parseFillValue(parseJson(text), 3);
      expectEqual(storage.length, dtype.unitsPerItem, 'units of storage');
      expectEqual(formatJson(dtype.fillValueToJson(storage, 3), null), text);
    });
  }
  for (const text of refusedFillValues) {
    test(`refuses the fill value ${text}`, async () => {
      await expectFailure(() => dtype.parseFillValue(parseJson(text), 3), MetadataValidationError);
    });
  }
}

function declareElements({ test, values, refused = [] }: DTypeSuite, dtype: DType): void {
  test('gives back the values that are stored', async () => {
    const storage = storageOf(dtype, values);
    values.forEach((value, index) => {
      expectSame(dtype.get(storage, index), value, `element ${index}`);
    });
    if (typeof dtype.format(storage, 0) !== 'string') throw new Error('format: expected a text');
    if (typeof dtype.pythonScalar(storage, 0) !== 'string') throw new Error('pythonScalar: expected a text');
  });

  test('stores one element and leaves its neighbours', async () => {
    const storage = storageOf(dtype, values);
    const last = values.length - 1;
    dtype.set(storage, last, values[0], 'exact');
    for (let index = 0; index < last; index++) expectSame(dtype.get(storage, index), values[index], `element ${index}`);
    expectSame(dtype.get(storage, last), values[0], `element ${last}`);
  });

  test('has data that is a view of the same memory, and is known again', async () => {
    const storage = storageOf(dtype, values);
    const data: unknown = dtype.wrap(storage);
    const unwrapped = dtype.unwrap(data);
    if (unwrapped === undefined) throw new Error('unwrap: expected the storage of its own data');
    expectSameBits(unwrapped, storage, 'storage');
    const array = zarr.ndarray(data, { dtype });
    expectEqual(array.dtype.isSameInMemory(dtype), true, 'the same type');
    array.set(0, values[1]);
    expectSame(dtype.get(storage, 0), values[1], 'what was set through the data');
    expectEqual(dtype.unwrap(Symbol('no data')), undefined, 'what is no data');
  });

  test('prints, compares and copies arrays', async () => {
    const array = zarr.ndarray(dtype.wrap(storageOf(dtype, values)), { dtype });
    expectSame(array.toNested(), [...values], 'nested');
    expectSame([...array], [...values], 'iterated');
    expectEqual(array.equals(array.slice('::-1').slice('::-1')), true, 'equals');
    expectEqual(
      array.equals(zarr.ndarray(dtype.wrap(storageOf(dtype, [...values].reverse())), { dtype })),
      false,
      'differs',
    );
    expectSame(array.slice('::-1').reshape([values.length]).toNested(), [...values].reverse(), 'backwards');
    if (array.toString() === '') throw new Error('toString: expected a text');
  });

  refused.forEach((value, index) => {
    test(`refuses what it cannot hold (${index}: ${String(value)})`, async () => {
      const storage = storageOf(dtype, values);
      await expectFailure(() => dtype.set(storage, 0, value, 'exact'), CastError);
      expectSame(dtype.get(storage, 0), values[0], 'what was there');
    });
  });
}

function declareBytes({ test, values }: DTypeSuite, dtype: DType, itemSize: number): void {
  /** Bytes of elements: all alike, and of every kind. */
  const images = [0x00, 0xff, 0x80, 0x7f, 0x01].map((byte) => new Uint8Array(3 * itemSize).fill(byte));
  const counting = Uint8Array.from({ length: 257 * itemSize }, (_, at) => (at * 7 + (at >> 8)) & 0xff);

  test('takes bytes as they are and leaves them', async () => {
    for (const image of [...images, counting]) {
      const bytes = new Uint8Array(image);
      const storage = dtype.view(bytes);
      expectSame(bytes, image, 'the bytes that were given');
      expectEqual(storage.length, (bytes.length / itemSize) * dtype.unitsPerItem, 'units of storage');
      const stored = bytesOfStorage(storage);
      expectSame(bytesOfStorage(dtype.view(new Uint8Array(stored))), stored, 'the same bytes once more');
    }
  });

  test('takes bytes that are not aligned', async () => {
    const shifted = new Uint8Array(counting.length + 1);
    shifted.set(counting, 1);
    expectSame(bytesOfStorage(dtype.view(shifted.subarray(1))), bytesOfStorage(dtype.view(counting)));
  });

  test('refuses bytes that are no whole elements', async () => {
    if (itemSize === 1) return;
    await expectFailure(() => dtype.view(new Uint8Array(itemSize + 1)), CodecError);
  });

  test('swaps bytes there and back', async () => {
    const bytes = bytesOfStorage(storageOf(dtype, values) as PackedStorage); // Types with a size are packed.
    expectSame(dtype.swapped(bytes, 'little'), bytes, 'little-endian, as memory is');
    const big = dtype.swapped(new Uint8Array(bytes), 'big');
    expectSame(dtype.swapped(big, 'big'), bytes, 'big-endian and back');
    if (!dtype.hasByteOrder) expectSame(big, bytes, 'without byte order');
  });
}

function declareArrays(suite: DTypeSuite, dtype: DType, format: 2 | 3): void {
  const { test, values, serializer } = suite;
  const count = values.length;
  const create = (store: Map<string, Uint8Array>, options: object): Promise<zarr.AsyncArray> =>
    zarr.createArray(store, {
      shape: [2 * count + 1],
      chunks: [count],
      dtype: suite.dtype,
      zarrFormat: format,
      compressors: null,
      ...(serializer !== undefined && format === 3 ? { serializer } : {}),
      ...options,
    });
  const written = zarr.ndarray(dtype.wrap(storageOf(dtype, values)), { dtype });
  const cuts = format === 3 ? [{}, { shards: [count], chunks: [1] }] : [{}, { order: 'F' }];

  for (const cut of cuts) {
    test(`is written and read in format ${format} ${JSON.stringify(cut)}`, async () => {
      const store = new Map<string, Uint8Array>();
      const array = await create(store, cut);
      expectEqual(chunkKeys(store).length, 0, 'chunks of a new array');
      await array.set(`:${count}`, written);
      const opened = await zarr.openArray(store);
      expectEqual(opened.dtype.name, format === 3 ? dtype.name : opened.dtype.name, 'the data type');
      expectSame((await opened.get(`:${count}`)).toNested(), [...values], 'what was written');
      const fill = dtype.get(dtype.defaultFillValue(), 0);
      expectSame(await opened.get([2 * count]), fill, 'what was never written');
      expectEqual(chunkKeys(store).length, 1, 'chunks that were written');
    });
  }

  test(`keeps each value as fill value of format ${format}, and stores no chunk of it`, async () => {
    for (const value of values) {
      const store = new Map<string, Uint8Array>();
      const fillValue = zarr.ndarray(dtype.wrap(storageOf(dtype, [value])), { dtype });
      const array = await create(store, { fillValue });
      expectSame(array.fillValue, value, 'the fill value');
      await array.set('...', fillValue);
      expectEqual(chunkKeys(store).length, 0, 'chunks of nothing but fill value');
      const opened = await zarr.openArray(store);
      expectSame(opened.fillValue, value, 'the fill value, read again');
      expectSame(await opened.get([0]), value, 'an element');
      const other = values.find((one) => !isSame(one, value));
      await array.set([1], zarr.ndarray(dtype.wrap(storageOf(dtype, [other])), { dtype }));
      expectSame(await opened.get([1]), other, 'an element that was written');
      expectSame(await opened.get([0]), value, 'its neighbour');
    }
  });
}

function declareAbsence({ test, dtype, serializer }: DTypeSuite, format: 2 | 3): void {
  test(`is not in format ${format}, and says so`, async () => {
    const options = serializer !== undefined && format === 3 ? { serializer } : {};
    await expectFailure(
      () => zarr.createArray(undefined, { shape: [2], dtype, zarrFormat: format, ...options }),
      ZarrError,
    );
  });
}

const chunkKeys = (store: ReadonlyMap<string, Uint8Array>): string[] =>
  [...store.keys()].filter((key) => !/(^|\/)(zarr\.json|\.z\w+)$/.test(key));

/** `json`, written and read. */
const roundTripped = (json: Json): Json => parseJson(formatJson(json, null));

function storageOf(dtype: DType, values: readonly unknown[]): Storage {
  const storage = dtype.allocate(values.length);
  values.forEach((value, index) => {
    dtype.set(storage, index, value, 'exact');
  });
  return storage;
}

function expectSameBits(found: Storage, expected: Storage, what: string): void {
  if (isPacked(found) && isPacked(expected)) expectSame(bytesOfStorage(found), bytesOfStorage(expected), what);
  else expectSame(found, expected, what);
}

/**
 * How elements lie in memory while they are moved.
 *
 * Everything that copies, fills, compares or transposes works on storage: unsigned integers of 1, 2, 4 or 8 bytes,
 * whatever the elements mean, or a list for elements that vary in length. Bits are never interpreted on the way, so NaN
 * payloads and -0 survive, and there are four kernels instead of fourteen. A data type says which unit it uses and how
 * many of them make an element (complex128: two of 8 bytes); only at the edge of the library does it turn storage into
 * a `Float32Array`, strings and so on.
 */

import { inspected } from '../options.js';

/** Bytes per unit; `'object'`: a list of values. */
export type StorageUnit = 1 | 2 | 4 | 8 | 'object';

/** Elements of a fixed size, as unsigned integers whatever they mean. */
export type PackedStorage = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;
/** Elements as they are kept and moved: packed, or a list of those that vary in length. */
export type Storage = PackedStorage | unknown[];

/** Zeroed storage of `length` units; a list is filled with `undefined`. */
export function allocateStorage(unit: StorageUnit, length: number): Storage {
  switch (unit) {
    case 1:
      return new Uint8Array(length);
    case 2:
      return new Uint16Array(length);
    case 4:
      return new Uint32Array(length);
    case 8:
      return new BigUint64Array(length);
    case 'object':
      return new Array<unknown>(length).fill(undefined);
    default:
      return unit satisfies never;
  }
}

/** `bytes` as units of native (little) endianness; copies only when they are not aligned. */
export function storageOfBytes(unit: Exclude<StorageUnit, 'object'>, bytes: Uint8Array): PackedStorage {
  // A copy by the constructor: `slice` of Node's Buffer is a view.
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % unit === 0 ? bytes : new Uint8Array(bytes);
  const length = byteLength / unit;
  switch (unit) {
    case 1:
      return new Uint8Array(buffer, byteOffset, length);
    case 2:
      return new Uint16Array(buffer, byteOffset, length);
    case 4:
      return new Uint32Array(buffer, byteOffset, length);
    case 8:
      return new BigUint64Array(buffer, byteOffset, length);
    default:
      return unit satisfies never;
  }
}

/** The bytes of `storage`: a view. */
export const bytesOfStorage = (storage: PackedStorage): Uint8Array =>
  new Uint8Array(storage.buffer, storage.byteOffset, storage.byteLength);

export const isPacked = (storage: Storage): storage is PackedStorage => !Array.isArray(storage);

/** The classes of storage, by their unit. */
const CLASS_NAMES: Readonly<Record<Exclude<StorageUnit, 'object'>, string>> = Object.freeze({
  1: 'Uint8Array',
  2: 'Uint16Array',
  4: 'Uint32Array',
  8: 'BigUint64Array',
});

/** Whether `storage` is of `unit`: not every typed array is storage, such as an `Int32Array`, which is what elements mean. */
export const isStorageOf = (unit: StorageUnit, storage: unknown): storage is Storage =>
  unit === 'object'
    ? Array.isArray(storage)
    : ArrayBuffer.isView(storage) && (storage as Tagged)[Symbol.toStringTag] === CLASS_NAMES[unit];

/** Of every view the class, of whichever realm. */
type Tagged = ArrayBufferView & { readonly [Symbol.toStringTag]?: string };

/** What storage of `unit` is called. */
export const storageName = (unit: StorageUnit): string => (unit === 'object' ? 'a list' : CLASS_NAMES[unit]);

/** The name of the class of a typed array, of whichever realm: `'Int16Array'`; undefined for all else. */
export function typedArrayName(data: unknown): string | undefined {
  if (!ArrayBuffer.isView(data) || data instanceof DataView) return undefined;
  // Every view that is not a DataView is a typed array, which has the tag.
  return (data as unknown as { readonly [Symbol.toStringTag]: string })[Symbol.toStringTag];
}

/** The memory of a typed array as storage of `unit`: a view. */
export function storageOfView(unit: Exclude<StorageUnit, 'object'>, data: ArrayBufferView): PackedStorage {
  // There is none where the memory was given away to another thread.
  const bytes = inspected('data', () => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return storageOfBytes(unit, bytes);
}

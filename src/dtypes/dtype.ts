/**
 * One kind of element: its names in both formats, its fill values, its form in memory.
 */
import { ArgumentError, CodecError } from '../errors.js';
import { toPlain } from '../json/convert.js';
import type { Json } from '../json/model.js';
import { allocateStorage, type PackedStorage, type Storage, type StorageUnit, storageOfBytes } from './storage.js';
import type { DataOf, ScalarOf } from './types.js';

export type Endianness = 'little' | 'big';

/** How values are cast: each kept exactly (floats may round to a narrower float), or as NumPy's `astype` does. */
export type Casting = 'exact' | 'unsafe';

export type DTypeKind = 'bool' | 'int' | 'uint' | 'float' | 'complex' | 'string' | 'bytes' | 'unknown';

/** What the constructors of types with a byte order take. */
export interface EndiannessOptions {
  /** The byte order of format 2 chunks; `'little'` unless said. */
  readonly endianness?: Endianness | undefined;
}

/** The byte order that `options` ask for. */
export function endiannessOf(options: EndiannessOptions = {}): Endianness {
  for (const name of Object.keys(options)) {
    if (name !== 'endianness') throw new ArgumentError(`data type: unknown option "${name}"; known: endianness`);
  }
  const { endianness = 'little' } = options;
  if (endianness === 'little' || endianness === 'big') return endianness;
  throw new ArgumentError(`endianness: expected "little" or "big", got ${String(endianness)}`);
}

export abstract class DType<D extends string = any> {
  /** The name in format 3 metadata, `"float32"`. */
  abstract readonly name: D;
  abstract readonly kind: DTypeKind;
  /** Bytes per element; undefined when elements vary in length. */
  abstract readonly itemSize: number | undefined;
  /** What storage is made of; the width whose bytes a change of endianness reverses. */
  abstract readonly unit: StorageUnit;
  /** Storage units per element. */
  readonly unitsPerItem: number = 1;
  /**
   * The byte order of format 2 chunks (and nothing else: memory is native, format 3 leaves it to the `bytes` codec).
   * Undefined where there is none.
   */
  readonly endianness: Endianness | undefined;

  protected constructor(endianness: Endianness | undefined) {
    this.endianness = endianness;
  }

  /** Storage of `count` elements, all zero or empty. */
  allocate(count: number): Storage {
    return allocateStorage(this.unit, count * this.unitsPerItem);
  }

  /** The bytes of whole elements, in native endianness, as storage; a view where they are aligned. Fixed-size types. */
  view(bytes: Uint8Array): PackedStorage {
    const { itemSize, unit } = this;
    if (unit === 'object' || itemSize === undefined) {
      throw new CodecError(`${this.name}: elements vary in length and have no bytes of their own`);
    }
    if (bytes.byteLength % itemSize !== 0) {
      throw new CodecError(`${this.name}: expected elements of ${itemSize} bytes, got ${bytes.byteLength} bytes`);
    }
    return storageOfBytes(unit, bytes);
  }

  /** `storage` as the user sees it: a view of the same memory. */
  abstract wrap(storage: Storage): DataOf<D>;
  /** The storage of `data` if it is this type's own form (the class that `wrap` gives); a view, or undefined. */
  abstract unwrap(data: unknown): Storage | undefined;

  /** Element `index` as a JavaScript value. */
  abstract get(storage: Storage, index: number): ScalarOf<D>;
  /** Stores `value` as element `index`; throws `CastError` if this type cannot hold it. */
  abstract set(storage: Storage, index: number, value: unknown, casting: Casting): void;

  /** One element of storage: 0, false or empty. */
  defaultFillValue(): Storage {
    return this.allocate(1);
  }

  /** One element of storage from metadata; exact; throws `MetadataValidationError` for what the format forbids. */
  abstract parseFillValue(json: Json, format: 2 | 3): Storage;
  abstract fillValueToJson(fillValue: Storage, format: 2 | 3): Json;

  /** `data_type` of format 3, or `dtype` of format 2 in this type's endianness. */
  abstract toMetadata(format: 2 | 3): Json;

  /** The document of format 3. */
  toJSON(): unknown {
    return toPlain(this.toMetadata(3));
  }

  /** The name. */
  toString(): string {
    return this.name;
  }

  /** As zarr-python prints the type: `Float32(endianness='little')`. */
  abstract repr(): string;
  /** An element as NumPy prints it inside an array: `1.5`, `True`, `'a'`. */
  abstract format(storage: Storage, index: number): string;

  /** An element as Python's `str` gives it, and `info` prints a fill value: strings without quotes. */
  pythonScalar(storage: Storage, index = 0): string {
    return this.format(storage, index);
  }

  /** The same type and byte order. */
  equals(other: DType): boolean {
    return this.repr() === other.repr();
  }
}

/** One element of storage holding `value`. */
export function scalarStorage(dtype: DType, value: unknown, casting: Casting = 'exact'): Storage {
  const storage = dtype.allocate(1);
  dtype.set(storage, 0, value, casting);
  return storage;
}

/**
 * One kind of element: its names in both formats, its fill values, its form in memory.
 */
import { described } from '../described.js';
import { ArgumentError, CodecError } from '../errors.js';
import { INSPECT } from '../inspect.js';
import { toPlain } from '../json/convert.js';
import type { Json } from '../json/model.js';
import { didYouMean, inspected } from '../options.js';
import { type OrderedBytes, swapOrdered } from './byte-order.js';
import { type LooseBytes, settled } from './loose-bytes.js';
import { allocateStorage, type PackedStorage, type Storage, type StorageUnit, storageOfBytes } from './storage.js';
import type { DataOf, ScalarOf } from './types.js';

/** The order of the bytes of a number. */
export type Endianness = 'little' | 'big';

/** How values are cast: each kept exactly (floats may round to a narrower float), or as NumPy's `astype` does. */
export type Casting = 'exact' | 'unsafe';

/** Families of data types. */
export type DTypeKind =
  | 'bool'
  | 'int'
  | 'uint'
  | 'float'
  | 'complex'
  | 'datetime'
  | 'timedelta'
  | 'string'
  | 'bytes'
  | 'struct'
  | 'array'
  | 'optional'
  | 'object'
  | 'unknown';

/** What the constructors of types with a byte order take. */
export interface EndiannessOptions {
  /** The byte order of format 2 chunks; `'little'` unless said. */
  readonly endianness?: Endianness | undefined;
}

/** The byte order that `options` ask for. `others` are the options that the type has besides. */
export function endiannessOf(options: EndiannessOptions = {}, others: readonly string[] = []): Endianness {
  checkTypeOptions(options, [...others, 'endianness']);
  const { endianness = 'little' } = options;
  if (endianness === 'little' || endianness === 'big') return endianness;
  throw new ArgumentError(`endianness: expected "little" or "big", got ${described(endianness)}`);
}

/** Throws `ArgumentError` for options of a type's constructor that it has not. */
export function checkTypeOptions(options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentError(`data type: expected an object of options, got ${described(options)}`);
  }
  for (const name of inspected('data type: options', () => Object.keys(options))) {
    if (known.includes(name)) continue;
    throw new ArgumentError(`data type: unknown option "${name}"${didYouMean(name, known)}`);
  }
}

const NO_BYTES: readonly LooseBytes[] = Object.freeze([]);

/**
 * A data type: knows one kind of element, how it is kept in memory, and how metadata names it. `parseDtype` makes one;
 * data types of one's own extend this class. Those of arrays are frozen: what a type finds out later, it keeps in a member
 * whose name begins with `#`.
 */
export abstract class DType<D extends string = any> {
  /** The name in format 3 metadata, `"float32"`. */
  abstract readonly name: D;
  /** The family it is of. */
  abstract readonly kind: DTypeKind;
  /** Bytes per element; undefined when elements vary in length. */
  abstract readonly itemSize: number | undefined;
  /** What storage is made of. */
  abstract readonly storageUnit: StorageUnit;
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

  /** Bytes that an element takes in storage, for bounds; of those in lists, what is counted at least. */
  get memorySize(): number {
    return this.storageUnit === 'object' ? 1 : this.storageUnit * this.unitsPerItem;
  }

  /** Storage of `count` elements, all zero or empty. */
  allocate(count: number): Storage {
    return allocateStorage(this.storageUnit, count * this.unitsPerItem);
  }

  /**
   * The bytes of whole elements, in native endianness, as storage; a view where they are aligned and as they stand in
   * storage. Fixed-size types.
   */
  view(bytes: Uint8Array): PackedStorage {
    const { itemSize, storageUnit } = this;
    if (storageUnit === 'object' || itemSize === undefined) {
      throw new CodecError(`${this.name}: elements vary in length and have no bytes of their own`);
    }
    if (itemSize === 0 ? bytes.byteLength > 0 : bytes.byteLength % itemSize !== 0) {
      throw new CodecError(`${this.name}: expected elements of ${itemSize} bytes, got ${bytes.byteLength} bytes`);
    }
    return storageOfBytes(storageUnit, settled(bytes, itemSize, this.looseBytes));
  }

  /** The bytes of an element of which several mean the same. */
  get looseBytes(): readonly LooseBytes[] {
    return NO_BYTES;
  }

  /** The bytes of an element that have an order, where it has any: those of each unit of storage. */
  get orderedBytes(): readonly OrderedBytes[] {
    const { storageUnit, unitsPerItem, endianness } = this;
    if (storageUnit === 'object' || storageUnit === 1) return [];
    return [{ offset: 0, unit: storageUnit, count: unitsPerItem, endianness }];
  }

  /** Whether a codec has to say in which order the bytes of an element are. */
  get hasByteOrder(): boolean {
    return this.orderedBytes.length > 0;
  }

  /**
   * The bytes of whole elements, from native endianness to `order` or back, which is the same; `'declared'` is what the
   * type itself says. `bytes` itself where nothing moves, or else a copy; or `target`, which they may be put into, and
   * which may be `bytes`.
   */
  swapped(bytes: Uint8Array, order: Endianness | 'declared', target?: Uint8Array): Uint8Array {
    const isBig = ({ endianness }: OrderedBytes): boolean => (order === 'declared' ? endianness : order) === 'big';
    const ordered = this.orderedBytes.filter(isBig);
    return ordered.length === 0 ? bytes : swapOrdered(bytes, this.itemSize!, ordered, target); // What has ordered bytes has a size.
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
  /** The fill value, one element of storage, as metadata of the format has it. */
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

  /** What consoles show. */
  [INSPECT](): string {
    return this.repr();
  }

  /** An element as NumPy prints it inside an array: `1.5`, `True`, `'a'`. */
  abstract format(storage: Storage, index: number): string;

  /** An element as Python's `str` gives it, and `info` prints a fill value: strings without quotes. */
  pythonScalar(storage: Storage, index = 0): string {
    return this.format(storage, index);
  }

  /** This type for memory that holds its elements and nothing else: itself, save for fields in the midst of structs. */
  get standalone(): DType<D> {
    return this;
  }

  /** Whether the elements of `other` are the same in memory and in meaning; byte order, a matter of files, aside. */
  isSameInMemory(other: DType): boolean {
    const { name, storageUnit, unitsPerItem } = this;
    if (name !== other.name || storageUnit !== other.storageUnit || unitsPerItem !== other.unitsPerItem) return false;
    return JSON.stringify(this.toJSON()) === JSON.stringify(other.toJSON());
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

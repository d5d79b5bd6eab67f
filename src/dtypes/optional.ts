/**
 * Values that may be missing: `zarrs.optional`, a type around another one. A scalar is a value of that type, or `null`.
 *
 * Where the other type has a size, an element is a byte, 1 for a value and 0 for none, and the bytes of the value, zeros
 * for none; else storage is a list of what the other type's list would hold, and `null`. In chunks there are a mask and
 * the values that are not missing, one after another, each encoded by itself: `mask`, `values` and `join` go between.
 */
import { ArgumentError, CodecError, MetadataValidationError } from '../errors.js';
import { jsonExcerpt } from '../json/format.js';
import { isJsonArray, type Json, type JsonObject, jsonObject } from '../json/model.js';
import { type DTypeDefinition, notInV2, type ReadDType } from './definition.js';
import { type Casting, checkTypeOptions, DType } from './dtype.js';
import { fillValueError } from './fill-value.js';
import { FixedElements, unwrapFixed } from './fixed-elements.js';
import { bytesOfStorage, type PackedStorage, type Storage, type StorageUnit, storageOfBytes } from './storage.js';
import { UnknownDType } from './unknown.js';

/** What the constructor of optional types takes. */
export interface OptionalOptions {
  /** The type of the values. */
  readonly dtype: DType;
}

/** Optional values of optional values of … */
const DEEPEST = 16;

/**
 * The type of values that may be missing.
 *
 * @example
 * import { Optional, parseDtype } from 'zarr-ts/dtype';
 * import { ndarray } from 'zarr-ts/sync';
 *
 * const dtype = new Optional({ dtype: parseDtype('int16') });
 * const array = ndarray([1, null, 3], { dtype });
 * array.toNested(); // [1, null, 3]
 * dtype.mask(array.storage); // Uint8Array.of(1, 0, 1)
 * dtype.values(array.storage); // Uint16Array.of(1, 3)
 */
export class Optional extends DType<'zarrs.optional'> {
  readonly name = 'zarrs.optional';
  readonly kind = 'optional';
  /** Chunks have nothing for a value that is missing. */
  readonly itemSize = undefined;
  readonly storageUnit: 1 | 'object';
  override readonly unitsPerItem: number;
  /** The type of the values. */
  readonly dtype: DType;
  readonly #depth: number;
  /** Bytes of a value; 0 in a list. */
  readonly #size: number;

  constructor(options: OptionalOptions) {
    super(undefined);
    checkTypeOptions(options, ['dtype']);
    const { dtype } = options;
    if (!(dtype instanceof DType) || dtype.kind === 'unknown' || dtype.standalone !== dtype) {
      throw new ArgumentError(`dtype: expected the DType of the values, got ${dtype === null ? 'null' : typeof dtype}`);
    }
    this.#depth = dtype instanceof Optional ? dtype.#depth + 1 : 1;
    if (this.#depth > DEEPEST) throw new ArgumentError(`dtype: expected optional types nested at most ${DEEPEST} deep`);
    this.dtype = dtype;
    this.storageUnit = dtype.storageUnit === 'object' ? 'object' : 1;
    this.#size = dtype.storageUnit === 'object' ? 0 : dtype.storageUnit * dtype.unitsPerItem;
    this.unitsPerItem = 1 + this.#size;
  }

  override allocate(count: number): Storage {
    return this.storageUnit === 'object' ? new Array<unknown>(count).fill(null) : super.allocate(count);
  }

  /** Which of the elements are there, 1 or 0 for each: storage of `bool`. */
  mask(storage: Storage): Uint8Array {
    const step = this.unitsPerItem;
    const has = this.#isPacked(storage)
      ? (index: number): boolean => storage[index * step] === 1
      : (index: number): boolean => storage[index] !== null;
    return Uint8Array.from({ length: storage.length / step }, (_, index) => (has(index) ? 1 : 0));
  }

  /** The elements that are there, one after another: storage of the type of the values. */
  values(storage: Storage): Storage {
    if (!this.#isPacked(storage)) {
      const items = storage as readonly unknown[]; // What is not packed is a list.
      return items.filter((item) => item !== null).map((item) => this.#inner(item));
    }
    const size = this.#size;
    const mask = this.mask(storage);
    const bytes = new Uint8Array(mask.reduce((count, bit) => count + bit, 0) * size);
    let end = 0;
    mask.forEach((bit, index) => {
      if (bit === 0) return;
      const start = index * (1 + size) + 1;
      bytes.set(storage.subarray(start, start + size), end);
      end += size;
    });
    return storageOfBytes(this.dtype.storageUnit as Exclude<StorageUnit, 'object'>, bytes); // As the type is packed.
  }

  /**
   * Storage of this type: those of `values`, storage of the type of the values, where `mask` is not 0. Throws `CodecError`
   * unless there are as many.
   */
  join(mask: Uint8Array, values: Storage): Storage {
    const count = mask.reduce((total, byte) => total + (byte === 0 ? 0 : 1), 0);
    if (values.length !== count * this.dtype.unitsPerItem) {
      const found = values.length / this.dtype.unitsPerItem;
      throw new CodecError(`${this.name}: expected ${count} values, as many as the mask has, got ${found}`);
    }
    const storage = this.allocate(mask.length);
    const packed = this.#isPacked(storage);
    const bytes = packed ? bytesOfStorage(values as PackedStorage) : undefined; // Of the type's own kind, by contract.
    let next = 0;
    mask.forEach((byte, index) => {
      if (byte === 0) return;
      const at = next++;
      if (bytes === undefined) storage[index] = this.#outer(values[at]);
      else this.#put(storage as Uint8Array, index, bytes.subarray(at * this.#size, (at + 1) * this.#size));
    });
    return storage;
  }

  #isPacked(storage: Storage): storage is Uint8Array {
    return this.storageUnit !== 'object' && !Array.isArray(storage);
  }

  /** In a list, a missing value of an optional value has to be told from a missing optional value. */
  #outer(item: unknown): unknown {
    return this.dtype instanceof Optional ? [item] : item;
  }

  #inner(item: unknown): unknown {
    return this.dtype instanceof Optional ? (item as readonly [unknown])[0] : item; // As `#outer` made it.
  }

  #put(storage: Uint8Array, index: number, bytes: Uint8Array): void {
    const start = index * this.unitsPerItem;
    storage[start] = 1;
    storage.set(bytes, start + 1);
  }

  wrap(storage: Storage): FixedElements | unknown[] {
    if (this.#isPacked(storage)) return new FixedElements(this, storage);
    return storage as unknown[]; // What is not packed is a list.
  }

  unwrap(data: unknown): Storage | undefined {
    if (this.storageUnit !== 'object') return unwrapFixed(data, this);
    if (!Array.isArray(data) || this.dtype instanceof Optional) return undefined;
    return data.every((item) => item === null || this.dtype.unwrap([item]) !== undefined) ? data : undefined;
  }

  /** A value, or `null`; of optional values a list of one, for that may be `null` too. */
  get(storage: Storage, index: number): unknown {
    const item = this.#itemAt(storage, index);
    if (item === undefined) return null;
    const value = this.dtype.get(item, 0);
    return this.dtype instanceof Optional ? [value] : value;
  }

  /** One element of the other type's storage; undefined if it is missing. */
  #itemAt(storage: Storage, index: number): Storage | undefined {
    if (!this.#isPacked(storage)) return storage[index] === null ? undefined : [this.#inner(storage[index])];
    const start = index * this.unitsPerItem;
    if (storage[start] !== 1) return undefined;
    // A copy by its constructor is aligned.
    const bytes = new Uint8Array(storage.subarray(start + 1, start + this.unitsPerItem));
    return storageOfBytes(this.dtype.storageUnit as Exclude<StorageUnit, 'object'>, bytes); // As in `values`.
  }

  /** Takes a value of the other type, or `null`; where that is optional too, a list of one. */
  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    if (value === null) {
      this.#clear(storage, index);
      return;
    }
    const isListed = this.dtype instanceof Optional && Array.isArray(value) && value.length === 1;
    const item = this.dtype.allocate(1);
    this.dtype.set(item, 0, isListed ? (value as readonly unknown[])[0] : value, casting);
    this.#store(storage, index, item);
  }

  #clear(storage: Storage, index: number): void {
    if (this.#isPacked(storage)) storage.fill(0, index * this.unitsPerItem, (index + 1) * this.unitsPerItem);
    else storage[index] = null;
  }

  #store(storage: Storage, index: number, item: Storage): void {
    if (this.#isPacked(storage))
      this.#put(storage, index, bytesOfStorage(item as PackedStorage)); // As in `join`.
    else storage[index] = this.#outer(item[0]);
  }

  /** `null`, or a list of one fill value. */
  parseFillValue(json: Json, format: 2 | 3): Storage {
    const storage = this.allocate(1);
    if (json === null) return storage;
    if (!isJsonArray(json) || json.length !== 1) throw fillValueError(json, 'null, or a list of one fill value');
    this.#store(storage, 0, this.dtype.parseFillValue(json[0]!, format));
    return storage;
  }

  fillValueToJson(fillValue: Storage, format: 2 | 3): Json {
    const item = this.#itemAt(fillValue, 0);
    return item === undefined ? null : [this.dtype.fillValueToJson(item, format)];
  }

  toMetadata(format: 2 | 3): Json {
    if (format === 2) return notInV2(this.name);
    const inner = this.dtype.toMetadata(3);
    const configuration = typeof inner === 'string' ? jsonObject({ name: inner, configuration: new Map() }) : inner;
    return jsonObject({ name: this.name, configuration });
  }

  repr(): string {
    return `Optional(dtype=${this.dtype.repr()})`;
  }

  /** A missing value as Python prints `None`. */
  format(storage: Storage, index: number): string {
    const item = this.#itemAt(storage, index);
    return item === undefined ? 'None' : this.dtype.format(item, 0);
  }

  override pythonScalar(storage: Storage, index = 0): string {
    const item = this.#itemAt(storage, index);
    return item === undefined ? 'None' : this.dtype.pythonScalar(item);
  }

  override isSameInMemory(other: DType): boolean {
    return other instanceof Optional && this.dtype.isSameInMemory(other.dtype);
  }
}

/** The configuration is the document of the other type. */
function parseOptional(
  name: string,
  configuration: JsonObject | undefined,
  readField: ReadDType,
): Optional | undefined {
  if (configuration === undefined || typeof configuration.get('name') !== 'string') {
    const found = configuration === undefined ? 'none' : jsonExcerpt(configuration);
    throw new MetadataValidationError(
      `data_type: expected "${name}" with a configuration of the name and configuration of another type, got ${found}`,
    );
  }
  const dtype = readField(configuration);
  if (dtype instanceof UnknownDType) return undefined;
  try {
    return new Optional({ dtype });
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new MetadataValidationError(`data_type: ${error.message}`, { cause: error });
  }
}

export const optionalDefinition: DTypeDefinition = Object.freeze<DTypeDefinition>({
  names: ['zarrs.optional', 'optional'],
  parse: parseOptional,
});

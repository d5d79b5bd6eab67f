/**
 * A field in the midst of its structs: storage is that of the structs, and so a view of it where no typed array can be
 * one, because the field is not aligned or not as far from the next as whole elements are.
 */
import { ArgumentError } from '../errors.js';
import type { Json } from '../json/model.js';
import { type Casting, DType } from './dtype.js';
import { bytesOfStorage, type PackedStorage, type Storage } from './storage.js';
import type { PlacedField } from './struct.js';
import type { DataOf, ScalarOf } from './types.js';

/** The type of a struct's field, in memory that consists of the structs. */
export class FieldInPlace<D extends string = any> extends DType<D> {
  readonly name: D;
  readonly kind: DType['kind'];
  readonly itemSize: number;
  readonly storageUnit = 1;
  /** Bytes from one struct to the next. */
  override readonly unitsPerItem: number;
  readonly #field: DType<D>;
  /** Where the field begins in each struct. */
  readonly offset: number;

  /** The `field` of structs of `structSize` bytes. */
  constructor({ dtype, offset, size }: PlacedField, structSize: number) {
    super(dtype.endianness);
    this.name = dtype.name;
    this.kind = dtype.kind;
    this.itemSize = size;
    this.unitsPerItem = structSize;
    this.#field = dtype;
    this.offset = offset;
  }

  override get standalone(): DType<D> {
    return this.#field;
  }

  #bytesAt(storage: Storage, index: number): Uint8Array {
    const start = index * this.unitsPerItem + this.offset;
    return (storage as Uint8Array).subarray(start, start + this.itemSize); // Storage of single bytes.
  }

  /** A copy of the fields: no typed array can be a view of them. */
  wrap(storage: Storage): DataOf<D> {
    const bytes = new Uint8Array((storage.length / this.unitsPerItem) * this.itemSize);
    for (let index = 0; index * this.itemSize < bytes.length; index++) {
      bytes.set(this.#bytesAt(storage, index), index * this.itemSize);
    }
    return this.#field.wrap(this.#field.view(bytes));
  }

  unwrap(): undefined {
    return undefined;
  }

  get(storage: Storage, index: number): ScalarOf<D> {
    return this.#field.get(this.#field.view(this.#bytesAt(storage, index)), 0);
  }

  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const item = this.#field.allocate(1);
    this.#field.set(item, 0, value, casting);
    this.#bytesAt(storage, index).set(bytesOfStorage(item as PackedStorage)); // Fields have one size.
  }

  override isSameInMemory(other: DType): boolean {
    if (!(other instanceof FieldInPlace)) return false;
    const isSamePlace = other.offset === this.offset && other.unitsPerItem === this.unitsPerItem;
    return isSamePlace && this.#field.isSameInMemory(other.#field);
  }

  parseFillValue(): never {
    throw new ArgumentError(`${this.name}: a field in the midst of structs has no fill value of its own`);
  }

  fillValueToJson(): never {
    return this.parseFillValue();
  }

  toMetadata(format: 2 | 3): Json {
    return this.#field.toMetadata(format);
  }

  repr(): string {
    return this.#field.repr();
  }

  format(storage: Storage, index: number): string {
    return this.#field.format(this.#field.view(this.#bytesAt(storage, index)), 0);
  }
}

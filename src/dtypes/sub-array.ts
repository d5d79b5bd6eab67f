/**
 * Fields of structs that are small arrays, `["a", "<i2", [2, 3]]`: NumPy's sub-arrays, which format 2 alone has. A value
 * is lists in lists.
 */
import { ArgumentError, MetadataValidationError } from '../errors.js';
import { isJsonArray, type Json, jsonInteger } from '../json/model.js';
import type { OrderedBytes } from './byte-order.js';
import { castError } from './cast.js';
import { notInV2 } from './definition.js';
import { type Casting, checkTypeOptions, DType } from './dtype.js';
import { fillValueError } from './fill-value.js';
import { FixedElements, unwrapFixed } from './fixed-elements.js';
import { MAX_ITEM_SIZE } from './fixed-length.js';
import type { LooseBytes } from './loose-bytes.js';
import type { PackedStorage, Storage, StorageUnit } from './storage.js';

/** What the constructor of sub-arrays takes. */
export interface SubArrayOptions {
  /** The type of the elements, which have one size. */
  readonly element: DType;
  /** Lengths of the axes, of at least one. */
  readonly shape: readonly number[];
}

/** The places in each struct are listed. */
const MOST_STRUCTS = 2 ** 12;

/**
 * Arrays of `shape` as elements.
 *
 * @example
 * import { zeros } from 'zarr-ts/sync';
 *
 * const array = zeros([2], { dtype: [['id', '<i4'], ['at', '<f4', [2]]], zarrFormat: 2 });
 * array.set([1], { id: 5, at: [0.5, -1] });
 * array.get().field('at').toNested(); // [[0, 0], [0.5, -1]]
 */
export class SubArray extends DType {
  readonly name = 'subarray';
  readonly kind = 'array';
  readonly itemSize: number;
  readonly storageUnit: Exclude<StorageUnit, 'object'>;
  override readonly unitsPerItem: number;
  /** The type of the elements. */
  readonly element: DType;
  /** Lengths of the axes. */
  readonly shape: readonly number[];
  readonly #count: number;

  constructor(options: SubArrayOptions) {
    const { element, shape } = options;
    super(element.endianness);
    checkTypeOptions(options, ['element', 'shape']);
    if (element.itemSize === undefined || element.storageUnit === 'object') {
      throw new ArgumentError(`element: expected a type whose elements have one size, got "${element.name}"`);
    }
    if (shape.length === 0 || !shape.every((length) => Number.isSafeInteger(length) && length >= 1)) {
      throw new MetadataValidationError(
        `dtype: expected a field's shape of lengths from 1 on, got [${shape.join(', ')}]`,
      );
    }
    this.#count = shape.reduce((product, length) => product * length, 1);
    this.itemSize = this.#count * element.itemSize;
    if (element.kind === 'struct' && this.#count > MOST_STRUCTS) {
      throw new MetadataValidationError(
        `dtype: expected fields of at most ${MOST_STRUCTS} structs, got ${this.#count}`,
      );
    }
    if (this.itemSize > MAX_ITEM_SIZE) {
      throw new MetadataValidationError(
        `dtype: expected fields of at most ${MAX_ITEM_SIZE} bytes, got ${this.itemSize}`,
      );
    }
    this.element = element;
    this.shape = Object.freeze([...shape]);
    this.storageUnit = element.storageUnit;
    this.unitsPerItem = this.#count * element.unitsPerItem;
  }

  override get orderedBytes(): readonly OrderedBytes[] {
    return this.#repeated(this.element.orderedBytes, ({ unit }) => unit);
  }

  override get looseBytes(): readonly LooseBytes[] {
    return this.#repeated(this.element.looseBytes, () => 1);
  }

  /** Places of one element, in each of them; one place for all where they are next to each other. */
  #repeated<Place extends { readonly offset: number; readonly count: number }>(
    places: readonly Place[],
    unitOf: (place: Place) => number,
  ): Place[] {
    const size = this.itemSize / this.#count;
    const [only] = places;
    if (only !== undefined && only.count * unitOf(only) === size) return [{ ...only, count: only.count * this.#count }];
    return places.flatMap((place) =>
      Array.from({ length: this.#count }, (_, index) => ({ ...place, offset: place.offset + index * size })),
    );
  }

  wrap(storage: Storage): FixedElements {
    return new FixedElements(this, storage as PackedStorage); // Elements have one size.
  }

  unwrap(data: unknown): Storage | undefined {
    return unwrapFixed(data, this);
  }

  /** Lists in lists. */
  get(storage: Storage, index: number): unknown {
    return this.#nested(index * this.#count, (at) => this.element.get(storage, at));
  }

  #nested<T>(first: number, itemAt: (index: number) => T): unknown {
    let at = first;
    const nest = (axis: number): unknown =>
      axis === this.shape.length ? itemAt(at++) : Array.from({ length: this.shape[axis]! }, () => nest(axis + 1));
    return nest(0);
  }

  /** Takes lists in lists of this shape, or one value for all. */
  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const items = this.allocate(1); // So that all are stored or none.
    let at = 0;
    const put = (item: unknown, axis: number): void => {
      if (axis === this.shape.length) {
        this.element.set(items, at++, item, casting);
        return;
      }
      const length = this.shape[axis]!;
      if (Array.isArray(item) && item.length !== length) {
        throw castError(value, this, `lists in lists of shape [${this.shape.join(', ')}]`);
      }
      for (let i = 0; i < length; i++) put(Array.isArray(item) ? item[i] : item, axis + 1);
    };
    put(value, 0);
    const start = index * this.unitsPerItem;
    for (let unit = 0; unit < this.unitsPerItem; unit++) storage[start + unit] = items[unit]!;
  }

  /** Lists in lists of fill values; a document has Base64 of the whole struct. */
  parseFillValue(json: Json, format: 2 | 3): Storage {
    const items = this.allocate(1) as PackedStorage; // As in `wrap`.
    let at = 0;
    const put = (item: Json, axis: number): void => {
      if (axis === this.shape.length) {
        items.set(this.element.parseFillValue(item, format) as Uint8Array & BigUint64Array, at);
        at += this.element.unitsPerItem;
        return;
      }
      if (!isJsonArray(item) || item.length !== this.shape[axis]) {
        throw fillValueError(json, `lists in lists of shape [${this.shape.join(', ')}]`);
      }
      for (const part of item) put(part, axis + 1);
    };
    put(json, 0);
    return items;
  }

  fillValueToJson(fillValue: Storage, format: 2 | 3): Json {
    const { unitsPerItem } = this.element;
    return this.#nested(0, (at) =>
      this.element.fillValueToJson((fillValue as PackedStorage).subarray(at * unitsPerItem), format),
    ) as Json; // Lists in lists of JSON.
  }

  /** What stands after the name of a field. */
  get fieldMetadata(): readonly Json[] {
    return [this.element.toMetadata(2), this.shape.map(jsonInteger)];
  }

  toMetadata(format: 2 | 3): Json {
    if (format === 2) return notInV2(this.name);
    throw new MetadataValidationError(`data type "${this.repr()}": format 3 has no fields that are arrays`);
  }

  override toJSON(): unknown {
    return { name: this.name, element: this.element.toJSON(), shape: this.shape };
  }

  repr(): string {
    return `SubArray(element=${this.element.repr()}, shape=(${this.shape.join(', ')}${this.shape.length === 1 ? ',' : ''}))`;
  }

  /** As NumPy prints a sub-array inside a struct. */
  format(storage: Storage, index: number): string {
    let at = index * this.#count;
    const nest = (axis: number): string => {
      if (axis === this.shape.length) return this.element.format(storage, at++);
      return `[${Array.from({ length: this.shape[axis]! }, () => nest(axis + 1)).join(', ')}]`;
    };
    return nest(0);
  }
}

/**
 * Structs: elements of named fields, each of a data type of its own, one behind the other without gaps but those that a
 * format 2 document has. Storage is the bytes of the elements as they are packed in chunks; so a field lies anywhere, and
 * is copied to be looked at.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/data-types/struct
 */
import { ArgumentError, CastError, MetadataValidationError, SelectionError } from '../errors.js';
import { jsonExcerpt } from '../json/format.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonObject } from '../json/model.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import type { OrderedBytes } from './byte-order.js';
import { castError } from './cast.js';
import type { DTypeDefinition, ReadDType } from './definition.js';
import { type Casting, checkTypeOptions, DType } from './dtype.js';
import { fillValueError } from './fill-value.js';
import { RawBytes } from './fixed-bytes.js';
import { FixedElements, unwrapFixed } from './fixed-elements.js';
import { isZero, MAX_ITEM_SIZE } from './fixed-length.js';
import type { LooseBytes } from './loose-bytes.js';
import { pythonString } from './python-text.js';
import { bytesOfStorage, type PackedStorage, type Storage } from './storage.js';
import { SubArray } from './sub-array.js';
import type { StructScalar } from './types.js';
import { UnknownDType } from './unknown.js';

/** A name and what it stands for. */
export type StructField = readonly [name: string, dtype: DType];

/** What the constructor of structs takes. */
export interface StructOptions {
  /** In their order. Raw bytes without a name are padding, which only format 2 keeps. */
  readonly fields: readonly StructField[];
}

/** A field, and where its bytes begin in an element. */
export interface PlacedField {
  readonly name: string;
  readonly dtype: DType;
  readonly offset: number;
  readonly size: number;
}

/** Structs in structs in structs. */
const DEEPEST = 16;

/**
 * Elements of named fields, each of a type of its own; scalars are objects with a member for each field.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float64, Int32, Struct } from 'zarr-ts/dtype';
 * const dtype = new Struct({ fields: [['x', new Int32()], ['y', new Float64()]] });
 * const array = zarr.createArray(undefined, { shape: [2], dtype });
 * array.set([1], { x: 5, y: 0.5 });
 * array.get([1]); // { x: 5, y: 0.5 }
 */
export class Struct extends DType<'struct'> {
  readonly name = 'struct';
  readonly kind = 'struct';
  readonly itemSize: number;
  readonly storageUnit = 1;
  override readonly unitsPerItem: number;
  /** Names and data types, without padding. */
  readonly fields: readonly StructField[];
  /** The fields and where they are, without padding. */
  readonly places: readonly PlacedField[];
  readonly #listed: readonly StructField[];
  readonly #byName: ReadonlyMap<string, PlacedField>;
  readonly #depth: number;
  #orderedBytes: readonly OrderedBytes[] | undefined;
  #looseBytes: readonly LooseBytes[] | undefined;

  constructor(options: StructOptions) {
    super(undefined);
    checkTypeOptions(options, ['fields']);
    const listed = checkedFields(options.fields);
    const places: PlacedField[] = [];
    let offset = 0;
    for (const [name, dtype] of listed) {
      const size = dtype.itemSize!; // That of fields was checked.
      if (name !== '') places.push(Object.freeze({ name, dtype, offset, size }));
      offset += size;
    }
    this.#byName = new Map(places.map((place) => [place.name, place]));
    if (places.length === 0) throw new ArgumentError('fields: expected at least one with a name');
    if (this.#byName.size < places.length)
      throw new ArgumentError(`fields: expected names that differ, got ${namesText(places)}`);
    if (offset > MAX_ITEM_SIZE) {
      throw new ArgumentError(`fields: expected at most ${MAX_ITEM_SIZE} bytes in all, got ${offset}`);
    }
    this.#depth = 1 + Math.max(...places.map(({ dtype }) => Struct.#depthOf(dtype)));
    if (this.#depth > DEEPEST) throw new ArgumentError(`fields: expected structs nested at most ${DEEPEST} deep`);
    this.#listed = listed;
    this.places = Object.freeze(places);
    this.fields = Object.freeze(places.map(({ name, dtype }): StructField => Object.freeze([name, dtype] as const)));
    this.itemSize = offset;
    this.unitsPerItem = offset;
  }

  static #depthOf(dtype: DType): number {
    if (dtype instanceof SubArray) return Struct.#depthOf(dtype.element);
    return dtype instanceof Struct ? dtype.#depth : 0;
  }

  /** The field of this name; throws `SelectionError` if there is none. */
  place(name: string): PlacedField {
    const place = this.#byName.get(name);
    if (place !== undefined) return place;
    throw new SelectionError(`field ${JSON.stringify(name)}: expected one of ${namesText(this.places)}`);
  }

  override get orderedBytes(): readonly OrderedBytes[] {
    this.#orderedBytes ??= this.places.flatMap(({ dtype, offset }) =>
      dtype.orderedBytes.map((ordered) => ({ ...ordered, offset: offset + ordered.offset })),
    );
    return this.#orderedBytes;
  }

  override get looseBytes(): readonly LooseBytes[] {
    this.#looseBytes ??= this.places.flatMap(({ dtype, offset }) =>
      dtype.looseBytes.map((loose) => ({ ...loose, offset: offset + loose.offset })),
    );
    return this.#looseBytes;
  }

  /** As zarr-python: a field of several bytes is enough, though their order never changes. */
  override get hasByteOrder(): boolean {
    return this.places.some(({ size }) => size > 1);
  }

  wrap(storage: Storage): FixedElements<StructScalar> {
    return new FixedElements(this, storage as PackedStorage); // Only types without a size are in lists.
  }

  unwrap(data: unknown): Storage | undefined {
    return unwrapFixed(data, this);
  }

  /** An object without prototype, so that a field may be called `__proto__`. */
  get(storage: Storage, index: number): StructScalar {
    const bytes = this.#bytesAt(storage, index);
    const scalar = Object.create(null) as Record<string, unknown>; // What has no prototype has no members.
    for (const place of this.places) scalar[place.name] = place.dtype.get(fieldStorage(bytes, place), 0);
    return scalar;
  }

  /** Takes an object with a value for each field, or one number or boolean for all of them. */
  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const valueOf = this.#valuesIn(value);
    const target = this.#bytesAt(storage, index);
    const bytes = new Uint8Array(target); // A copy, so that all fields are stored or none.
    for (const place of this.places) {
      const item = place.dtype.allocate(1);
      try {
        place.dtype.set(item, 0, valueOf(place.name), casting);
      } catch (error) {
        throw atField(error, place.name);
      }
      bytes.set(bytesOfItem(item).subarray(0, place.size), place.offset);
    }
    target.set(bytes);
  }

  #valuesIn(value: unknown): (name: string) => unknown {
    if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return () => value;
    const expected = `an object with the fields ${namesText(this.places)}`;
    if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
      throw castError(value, this, expected);
    }
    const missing = this.places.find(({ name }) => !Object.hasOwn(value, name));
    if (missing !== undefined) throw castError(value, this, `${expected}; ${JSON.stringify(missing.name)} is missing`);
    const unknown = Object.keys(value).find((name) => !this.#byName.has(name));
    if (unknown !== undefined) throw castError(value, this, `${expected}; ${JSON.stringify(unknown)} is none of them`);
    return (name) => (value as Record<string, unknown>)[name]; // An object, by the test above.
  }

  /** Whether `value` is what `set` takes for one element, though it look like something else too. */
  isElement(value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    return (
      Object.keys(value).length === this.places.length && this.places.every(({ name }) => Object.hasOwn(value, name))
    );
  }

  #bytesAt(storage: Storage, index: number): Uint8Array {
    return (storage as Uint8Array).subarray(index * this.itemSize, (index + 1) * this.itemSize); // Storage of single bytes.
  }

  /** An object with a member for each field, where one may be missing, or Base64 of the packed bytes. */
  parseFillValue(json: Json, format: 2 | 3): Storage {
    if (isJsonObject(json)) return this.#fillOfObject(json, format);
    if (format === 2 && isZero(json)) return this.allocate(1);
    const bytes = typeof json === 'string' ? decodeBase64(json) : undefined;
    if (bytes?.length !== this.itemSize) {
      throw fillValueError(
        json,
        `Base64 of ${this.itemSize} bytes, or an object with the fields ${namesText(this.places)}`,
      );
    }
    return this.view(this.swapped(bytes, format === 2 ? 'declared' : 'little'));
  }

  #fillOfObject(json: JsonObject, format: 2 | 3): Storage {
    const bytes = new Uint8Array(this.itemSize);
    for (const { name, dtype, offset, size } of this.places) {
      const member = json.get(name);
      const item = member === undefined ? dtype.defaultFillValue() : this.#fillOfField(name, dtype, member, format);
      bytes.set(bytesOfItem(item).subarray(0, size), offset);
    }
    return bytes;
  }

  #fillOfField(name: string, dtype: DType, json: Json, format: 2 | 3): Storage {
    try {
      return dtype.parseFillValue(json, format);
    } catch (error) {
      if (!(error instanceof MetadataValidationError)) throw error;
      throw new MetadataValidationError(`${error.message}, in field ${JSON.stringify(name)}`, { cause: error });
    }
  }

  fillValueToJson(fillValue: Storage, format: 2 | 3): Json {
    const bytes = fillValue as Uint8Array; // Storage of single bytes.
    if (format === 2) return encodeBase64(this.swapped(bytes, 'declared'));
    return new Map(
      this.places.map((place) => [place.name, place.dtype.fillValueToJson(fieldStorage(bytes, place), format)]),
    );
  }

  /** Format 3 has no padding. */
  toMetadata(format: 2 | 3): Json {
    if (format === 2) {
      return this.#listed.map(([name, dtype]) => [
        name,
        ...(dtype instanceof SubArray ? dtype.fieldMetadata : [dtype.toMetadata(2)]),
      ]);
    }
    const fields = this.places.map(({ name, dtype }) => jsonObject({ name, data_type: dtype.toMetadata(3) }));
    return jsonObject({ name: this.name, configuration: jsonObject({ fields }) });
  }

  repr(): string {
    const fields = this.places.map(({ name, dtype }) => `(${pythonString(name)}, ${dtype.repr()})`);
    return `Struct(fields=${tupleText(fields)})`;
  }

  format(storage: Storage, index: number): string {
    const bytes = this.#bytesAt(storage, index);
    return tupleText(this.places.map((place) => fieldText(place.dtype, fieldStorage(bytes, place))));
  }

  /** The places of fields count too, which the document of format 3 does not tell. */
  override isSameInMemory(other: DType): boolean {
    if (!(other instanceof Struct) || other.itemSize !== this.itemSize) return false;
    if (other.places.length !== this.places.length) return false;
    return this.places.every(({ name, dtype, offset }, at) => {
      const place = other.places[at]!; // As many.
      return place.name === name && place.offset === offset && dtype.isSameInMemory(place.dtype);
    });
  }

  override equals(other: DType): boolean {
    return this.isSameInMemory(other) && super.equals(other);
  }
}

/** The fields that a user gives, as pairs. */
function checkedFields(fields: readonly StructField[]): StructField[] {
  if (!Array.isArray(fields)) throw new ArgumentError('fields: expected a list of pairs, name and data type');
  return fields.map((field: unknown, at) => {
    const where = `fields[${at}]`;
    const [name, dtype, ...rest] = Array.isArray(field) ? (field as unknown[]) : [];
    if (typeof name !== 'string' || !(dtype instanceof DType) || rest.length > 0) {
      throw new ArgumentError(`${where}: expected a pair of a name and a DType`);
    }
    if (name === '' && !(dtype instanceof RawBytes)) throw new ArgumentError(`${where}: expected a name, got ""`);
    if (dtype.itemSize === undefined || dtype.storageUnit === 'object' || dtype.standalone !== dtype) {
      throw new ArgumentError(`${where}: expected a type whose elements have one size, got "${dtype.name}"`);
    }
    return Object.freeze([name, dtype] as const);
  });
}

const namesText = (places: readonly PlacedField[]): string => places.map(({ name }) => JSON.stringify(name)).join(', ');

/** The bytes of one element of a field. */
const bytesOfItem = (item: Storage): Uint8Array => bytesOfStorage(item as PackedStorage); // Fields have one size.

/** One element of storage: the field at `place` of the struct that is `bytes`. Shared where it is aligned. */
const fieldStorage = (bytes: Uint8Array, { dtype, offset, size }: PlacedField): PackedStorage =>
  dtype.view(bytes.subarray(offset, offset + size));

/** An error of one field that says which it was. */
export function atField(error: unknown, name: string): unknown {
  if (!(error instanceof CastError)) return error;
  return new CastError(`${error.message}, in field ${JSON.stringify(name)}`, { cause: error });
}

/** As Python prints a tuple. */
export const tupleText = (items: readonly string[]): string =>
  items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;

/** A field as NumPy prints it in a scalar: floats in full, complex numbers as in arrays. */
function fieldText(dtype: DType, item: PackedStorage): string {
  if (dtype.kind !== 'complex') return dtype.format(item, 0);
  const { re, im } = dtype.get(item, 0) as { re: number; im: number }; // What the scalars of this kind are.
  return `${pointed(re)}${Object.is(im, -0) || im < 0 ? '' : '+'}${pointed(im)}j`;
}

const pointed = (part: number): string => {
  const text = Object.is(part, -0) ? '-0' : String(part).replace('Infinity', 'inf').replace('NaN', 'nan');
  return /^-?\d+$/.test(text) ? `${text}.` : text;
};

/** The struct of `fields`; undefined where the type of one is not known, so that of the whole is not known either. */
function structOf(member: string, fields: readonly StructField[]): Struct | undefined {
  if (fields.some(([, dtype]) => dtype instanceof UnknownDType)) return undefined;
  try {
    return new Struct({ fields });
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new MetadataValidationError(`${member}: ${error.message}`, { cause: error });
  }
}

/** `{ name, data_type }`, or in the older type `structured` a pair. */
function fieldOfDocument(json: Json, readField: ReadDType): StructField {
  const [name, dtype, surplus] = isJsonObject(json)
    ? [json.get('name'), json.get('data_type'), json.size > 2 ? json : undefined]
    : isJsonArray(json)
      ? json
      : [];
  if (typeof name === 'string' && name !== '' && dtype !== undefined && surplus === undefined) {
    return [name, readField(dtype)];
  }
  throw new MetadataValidationError(
    `data_type: expected a field as an object with name and data_type, got ${jsonExcerpt(json)}`,
  );
}

export const structDefinition: DTypeDefinition = Object.freeze<DTypeDefinition>({
  names: ['struct', 'structured'],
  parse(name, configuration, readField) {
    const fields = configuration?.get('fields');
    if (!isJsonArray(fields) || configuration?.size !== 1) {
      const found = configuration === undefined ? 'none' : jsonExcerpt(configuration);
      throw new MetadataValidationError(`data_type: expected "${name}" with a configuration of fields, got ${found}`);
    }
    return structOf(
      'data_type',
      fields.map((field) => fieldOfDocument(field, readField)),
    );
  },
  parseFields(fields) {
    if (fields.some(({ dtype }) => dtype instanceof UnknownDType)) return undefined;
    return structOf(
      'dtype',
      fields.map(({ name, dtype, shape }) => [
        name,
        shape.length === 0 ? dtype : Object.freeze(new SubArray({ element: dtype, shape })),
      ]),
    );
  },
});

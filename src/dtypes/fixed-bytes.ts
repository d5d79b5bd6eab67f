/**
 * Byte strings of fixed length: NumPy's `S`, which is shorter than that where it ends in zeros, and `V`, which means all
 * of its bytes. zarr-python's names of them are in no specification; the core specification has `r24` for `V3`.
 */
import { MetadataValidationError } from '../errors.js';
import { isJsonArray, type Json, type JsonObject, jsonInteger, jsonObject } from '../json/model.js';
import { encodeBase64 } from './base64.js';
import { bytesOfJson } from './bytes.js';
import { castError } from './cast.js';
import type { DTypeDefinition } from './definition.js';
import { type Casting, checkTypeOptions, DType } from './dtype.js';
import { fillValueError } from './fill-value.js';
import { FixedElements, unwrapFixed } from './fixed-elements.js';
import { isZero, type LengthOptions, lengthBytesOf, lengthOf, MAX_ITEM_SIZE, numpyLength } from './fixed-length.js';
import { pythonBytes } from './python-text.js';
import { type PackedStorage, type Storage, typedArrayName } from './storage.js';
import type { DataOf, ScalarOf } from './types.js';
import { ZeroLength } from './zero-length.js';

type FixedBytesName = 'null_terminated_bytes' | 'raw_bytes' | `r${number}`;

/** What the types have in common. */
abstract class FixedBytes<D extends FixedBytesName> extends DType<D> {
  readonly kind = 'bytes';
  readonly itemSize: number;
  readonly storageUnit = 1;
  override readonly unitsPerItem: number;
  /** Bytes per element. */
  readonly length: number;

  constructor(options: LengthOptions) {
    super(undefined);
    checkTypeOptions(options, ['length']);
    this.length = lengthOf(options, 1);
    this.itemSize = this.length;
    this.unitsPerItem = this.length;
  }

  /** `storage` as elements. */
  wrapped(storage: Storage): FixedElements<Uint8Array> {
    return new FixedElements(this, storage as PackedStorage); // Only types without a size are in lists.
  }

  unwrap(data: unknown): Storage | undefined {
    return unwrapFixed(data, this);
  }

  /** All bytes of an element: a view. */
  protected bytesAt(storage: Storage, index: number): Uint8Array {
    const start = index * this.length;
    return (storage as Uint8Array).subarray(start, start + this.length); // Storage of single bytes.
  }

  protected store(storage: Storage, index: number, bytes: Uint8Array): void {
    const target = this.bytesAt(storage, index);
    target.fill(0);
    target.set(bytes.subarray(0, this.length));
  }
}

/** The bytes that are `value`: of a `Uint8Array`, or the characters of an ASCII string. */
function bytesOf(value: unknown, dtype: DType): Uint8Array {
  const name = typedArrayName(value);
  if (name === 'Uint8Array' || name === 'Uint8ClampedArray') return new Uint8Array(value as Uint8Array); // The name says so.
  if (typeof value === 'string' && /^[\0-\x7f]*$/.test(value)) return Uint8Array.from(value, (c) => c.charCodeAt(0));
  throw castError(value, dtype, 'a Uint8Array, or a string of ASCII characters');
}

/** `bytes` without the zeros at its end: a view. */
function withoutPadding(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

/**
 * Byte strings of at most `length` bytes; zeros at the end are not part of them.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { NullTerminatedBytes } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new NullTerminatedBytes({ length: 4 }) });
 * array.set(':', [Uint8Array.of(1, 2), Uint8Array.of(3, 0)]);
 * array.get().toNested(); // [Uint8Array.of(1, 2), Uint8Array.of(3)]
 */
export class NullTerminatedBytes extends FixedBytes<'null_terminated_bytes'> {
  readonly name = 'null_terminated_bytes';

  wrap(storage: Storage): FixedElements<Uint8Array> {
    return this.wrapped(storage);
  }

  /** A copy. */
  get(storage: Storage, index: number): Uint8Array {
    return new Uint8Array(withoutPadding(this.bytesAt(storage, index)));
  }

  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const bytes = withoutPadding(bytesOf(value, this));
    if (bytes.length > this.length && casting === 'exact') throw castError(value, this, `at most ${this.length} bytes`);
    this.store(storage, index, bytes);
  }

  parseFillValue(json: Json, format: 2 | 3): Storage {
    const bytes = format === 2 && isZero(json) ? new Uint8Array(0) : bytesOfJson(json);
    if (bytes === undefined || withoutPadding(bytes).length > this.length) {
      throw fillValueError(json, `Base64 of at most ${this.length} bytes`);
    }
    const storage = this.allocate(1);
    this.store(storage, 0, bytes);
    return storage;
  }

  fillValueToJson(fillValue: Storage): Json {
    return encodeBase64(this.get(fillValue, 0));
  }

  toMetadata(format: 2 | 3): Json {
    return format === 2 ? `|S${this.length}` : lengthDocument(this.name, this.length);
  }

  repr(): string {
    return `NullTerminatedBytes(length=${this.length})`;
  }

  format(storage: Storage, index: number): string {
    return pythonBytes(this.get(storage, index));
  }
}

/** Byte strings of exactly `length` bytes, whatever they mean. */
abstract class WholeBytes<D extends 'raw_bytes' | `r${number}`> extends FixedBytes<D> {
  wrap(storage: Storage): DataOf<D> {
    return this.wrapped(storage) as DataOf<D>; // The class for both.
  }

  /** A copy. */
  get(storage: Storage, index: number): ScalarOf<D> {
    return new Uint8Array(this.bytesAt(storage, index)) as ScalarOf<D>; // As in `wrap`.
  }

  /** Bytes that are fewer or more are filled up or cut only where casting is unsafe. */
  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const bytes = bytesOf(value, this);
    if (bytes.length !== this.length && casting === 'exact') throw castError(value, this, `${this.length} bytes`);
    this.store(storage, index, bytes);
  }

  parseFillValue(json: Json, format: 2 | 3): Storage {
    const storage = this.allocate(1);
    if (format === 2 && (isZero(json) || json === '')) return storage;
    const bytes = bytesOfJson(json);
    if (bytes?.length !== this.length) {
      const form = isJsonArray(json)
        ? `a list of ${this.length} integers from 0 to 255`
        : `Base64 of ${this.length} bytes`;
      throw fillValueError(json, form);
    }
    this.store(storage, 0, bytes);
    return storage;
  }

  /** NumPy shows every byte in hexadecimal. */
  format(storage: Storage, index: number): string {
    const digits = Array.from(
      this.bytesAt(storage, index),
      (byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    );
    return `b'${digits.join('')}'`;
  }
}

/**
 * Byte strings of exactly `length` bytes: NumPy's `V`, by zarr-python's name.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { RawBytes } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new RawBytes({ length: 2 }) });
 * array.set(':', [Uint8Array.of(1, 2), Uint8Array.of(3, 0)]);
 * array.get().toNested(); // [Uint8Array.of(1, 2), Uint8Array.of(3, 0)]
 */
export class RawBytes extends WholeBytes<'raw_bytes'> {
  readonly name = 'raw_bytes';

  fillValueToJson(fillValue: Storage): Json {
    return encodeBase64(this.get(fillValue, 0));
  }

  toMetadata(format: 2 | 3): Json {
    return format === 2 ? `|V${this.length}` : lengthDocument(this.name, this.length);
  }

  repr(): string {
    return `RawBytes(length=${this.length})`;
  }
}

/**
 * The core specification's raw bits, `r24` for 3 bytes; in format 2 they are NumPy's `V`.
 *
 * @example
 * import { full } from 'zarr-ts/sync';
 *
 * const array = full([2], Uint8Array.of(1, 2, 3), { dtype: 'r24' });
 * array.get([0]); // Uint8Array.of(1, 2, 3)
 * array.metadata.toJSON().fill_value; // [1, 2, 3]
 */
export class RawBits extends WholeBytes<`r${number}`> {
  readonly name: `r${number}`;

  /** `length` is in bytes. */
  constructor(options: LengthOptions) {
    super(options);
    this.name = `r${8 * this.length}`;
  }

  /** A list of bytes, or in format 2 Base64. */
  fillValueToJson(fillValue: Storage, format: 2 | 3): Json {
    const bytes = this.get(fillValue, 0);
    return format === 2 ? encodeBase64(bytes) : Array.from(bytes, jsonInteger);
  }

  toMetadata(format: 2 | 3): Json {
    return format === 2 ? `|V${this.length}` : this.name;
  }

  repr(): string {
    return `RawBits(length=${this.length})`;
  }
}

const lengthDocument = (name: string, length: number): Json =>
  jsonObject({ name, configuration: jsonObject({ length_bytes: jsonInteger(length) }) });

/** Bytes per element by a name of the core specification, which counts bits. */
function rawLength(name: string, configuration: JsonObject | undefined): number {
  const length = Number(name.slice(1)) / 8;
  const isPlain = configuration === undefined || configuration.size === 0;
  if (isPlain && Number.isInteger(length) && length >= 1 && length <= MAX_ITEM_SIZE) return length;
  throw new MetadataValidationError(
    `data_type: expected r8, r16 or another multiple of 8 bits, without configuration, got "${name}"`,
  );
}

export const fixedBytesDefinitions: readonly DTypeDefinition[] = Object.freeze<DTypeDefinition[]>([
  Object.freeze<DTypeDefinition>({
    names: ['null_terminated_bytes'],
    parse: (name, configuration) => new NullTerminatedBytes({ length: lengthBytesOf(name, configuration, 1) }),
    parseNumpy({ kind, text, size }) {
      if (kind !== 'S') return undefined;
      return size === 0 ? new ZeroLength('bytes') : new NullTerminatedBytes({ length: numpyLength(text, size, 1) });
    },
  }),
  Object.freeze<DTypeDefinition>({
    names: ['raw_bytes'],
    parse: (name, configuration) => new RawBytes({ length: lengthBytesOf(name, configuration, 1) }),
    parseNumpy: ({ kind, text, size }) =>
      kind === 'V' ? new RawBytes({ length: numpyLength(text, size, 1) }) : undefined,
  }),
  Object.freeze<DTypeDefinition>({
    names: [],
    hasName: (name) => /^r\d{1,15}$/.test(name),
    parse: (name, configuration) => new RawBits({ length: rawLength(name, configuration) }),
  }),
]);

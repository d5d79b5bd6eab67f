/**
 * Integers of 8 to 64 bits. Up to 32 bits an element is a number, with 64 a bigint.
 */
import { type Json, jsonInteger } from '../json/model.js';
import { castError, realValue } from './cast.js';
import { type DTypeDefinition, definePlain } from './definition.js';
import { type Casting, DType, type Endianness, type EndiannessOptions, endiannessOf } from './dtype.js';
import { parseIntegerFill } from './fill-value.js';
import { type PackedStorage, type Storage, storageOfView, typedArrayName } from './storage.js';
import type { DataOf, ScalarOf } from './types.js';

type IntegerName = 'int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64';

interface Form {
  /** zarr-python's class. */
  readonly className: string;
  readonly kind: 'int' | 'uint';
  /** Bytes per element. */
  readonly size: 1 | 2 | 4 | 8;
  /** The class of the data. */
  readonly data: {
    readonly name: string;
    new (buffer: ArrayBufferLike, byteOffset: number, length: number): ArrayBufferView;
  };
}

const FORMS: Readonly<Record<IntegerName, Form>> = Object.freeze({
  int8: { className: 'Int8', kind: 'int', size: 1, data: Int8Array },
  int16: { className: 'Int16', kind: 'int', size: 2, data: Int16Array },
  int32: { className: 'Int32', kind: 'int', size: 4, data: Int32Array },
  int64: { className: 'Int64', kind: 'int', size: 8, data: BigInt64Array },
  uint8: { className: 'UInt8', kind: 'uint', size: 1, data: Uint8Array },
  uint16: { className: 'UInt16', kind: 'uint', size: 2, data: Uint16Array },
  uint32: { className: 'UInt32', kind: 'uint', size: 4, data: Uint32Array },
  uint64: { className: 'UInt64', kind: 'uint', size: 8, data: BigUint64Array },
});

/** What the integers have in common. */
abstract class Integer<D extends IntegerName> extends DType<D> {
  readonly name: D;
  readonly kind: 'int' | 'uint';
  readonly itemSize: 1 | 2 | 4 | 8;
  readonly storageUnit: 1 | 2 | 4 | 8;
  readonly #form: Form;
  /** The range. */
  protected readonly least: bigint;
  protected readonly greatest: bigint;

  constructor(name: D, endianness: Endianness | undefined) {
    super(endianness);
    this.name = name;
    this.#form = FORMS[name];
    const { kind, size } = this.#form;
    this.kind = kind;
    this.itemSize = size;
    this.storageUnit = size;
    const bits = BigInt(8 * size);
    this.least = kind === 'int' ? -(1n << (bits - 1n)) : 0n;
    this.greatest = (kind === 'int' ? 1n << (bits - 1n) : 1n << bits) - 1n;
  }

  wrap(storage: Storage): DataOf<D> {
    const { buffer, byteOffset, length } = storage as PackedStorage;
    return new this.#form.data(buffer, byteOffset, length) as DataOf<D>; // The form's class is that of the name.
  }

  unwrap(data: unknown): Storage | undefined {
    const name = typedArrayName(data);
    const isOwn = name === this.#form.data.name || (this.name === 'uint8' && name === 'Uint8ClampedArray');
    return isOwn ? storageOfView(this.storageUnit, data as ArrayBufferView) : undefined; // What has the name is a view.
  }

  parseFillValue(json: Json): Storage {
    const value = parseIntegerFill(json, this.least, this.greatest);
    const storage = this.allocate(1);
    storage[0] = this.storageUnit === 8 ? BigInt.asUintN(64, value) : Number(value);
    return storage;
  }

  fillValueToJson(fillValue: Storage): Json {
    return jsonInteger(this.get(fillValue, 0));
  }

  toMetadata(format: 2 | 3): Json {
    if (format === 3) return this.name;
    const order = this.endianness === undefined ? '|' : this.endianness === 'big' ? '>' : '<';
    return `${order}${this.kind === 'int' ? 'i' : 'u'}${this.itemSize}`;
  }

  repr(): string {
    const { className } = this.#form;
    return this.endianness === undefined ? `${className}()` : `${className}(endianness='${this.endianness}')`;
  }

  format(storage: Storage, index: number): string {
    return String(this.get(storage, index));
  }

  protected rangeError(value: unknown): Error {
    return castError(value, this, `an integer from ${this.least} to ${this.greatest}`);
  }
}

abstract class NumberInteger<D extends Exclude<IntegerName, 'int64' | 'uint64'>> extends Integer<D> {
  readonly #least = Number(this.least);
  readonly #greatest = Number(this.greatest);
  /** By how much to shift a 32-bit integer left and back, so that its sign appears. */
  readonly #shift = 32 - 8 * this.itemSize;

  get(storage: Storage, index: number): ScalarOf<D> {
    const bits = (storage as Uint32Array)[index]!;
    const value = this.kind === 'uint' ? bits : (bits << this.#shift) >> this.#shift;
    return value as ScalarOf<D>; // A number for every name that D can be.
  }

  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const number = realValue(value, this, casting);
    if (casting === 'unsafe') {
      // Storage truncates and wraps numbers as NumPy does; a bigint may be too large to become a number first.
      storage[index] = typeof number === 'bigint' ? Number(BigInt.asIntN(32, number)) : number;
      return;
    }
    if (!(number >= this.#least && number <= this.#greatest)) throw this.rangeError(value);
    const integer = Number(number);
    if (!Number.isInteger(integer)) throw this.rangeError(value);
    storage[index] = integer;
  }
}

abstract class BigInteger<D extends 'int64' | 'uint64'> extends Integer<D> {
  get(storage: Storage, index: number): ScalarOf<D> {
    const bits = (storage as BigUint64Array)[index]!;
    const value = this.kind === 'uint' ? bits : BigInt.asIntN(64, bits);
    return value as ScalarOf<D>; // A bigint for both names.
  }

  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const number = realValue(value, this, casting);
    if (casting === 'unsafe') {
      storage[index] = BigInt.asUintN(64, typeof number === 'bigint' ? number : BigInt(truncated(number)));
      return;
    }
    if (typeof number === 'number' && !Number.isInteger(number)) throw this.rangeError(value);
    const integer = BigInt(number);
    if (integer < this.least || integer > this.greatest) throw this.rangeError(value);
    storage[index] = BigInt.asUintN(64, integer);
  }
}

/** What has no integer part counts as 0, as where typed arrays store it. */
const truncated = (value: number): number => (Number.isFinite(value) ? Math.trunc(value) : 0);

/**
 * Signed 8-bit integers, an `Int8Array`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Int8 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Int8() });
 * array.set(':', [-128, 127]);
 * array.get().data; // Int8Array.of(-128, 127)
 */
export class Int8 extends NumberInteger<'int8'> {
  constructor() {
    super('int8', undefined);
  }
}

/**
 * Signed 16-bit integers, an `Int16Array`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Int16 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Int16() });
 * array.set(':', [-32768, 32767]);
 * array.get().data; // Int16Array.of(-32768, 32767)
 */
export class Int16 extends NumberInteger<'int16'> {
  constructor(options?: EndiannessOptions) {
    super('int16', endiannessOf(options));
  }
}

/**
 * Signed 32-bit integers, an `Int32Array`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Int32 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Int32() });
 * array.set(':', [-2147483648, 2147483647]);
 * array.get().data; // Int32Array.of(-2147483648, 2147483647)
 */
export class Int32 extends NumberInteger<'int32'> {
  constructor(options?: EndiannessOptions) {
    super('int32', endiannessOf(options));
  }
}

/**
 * Signed 64-bit integers, a `BigInt64Array` of `bigint`s.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Int64 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Int64() });
 * array.set(':', [-(2n ** 63n), 2n ** 63n - 1n]);
 * array.get().data; // BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)
 */
export class Int64 extends BigInteger<'int64'> {
  constructor(options?: EndiannessOptions) {
    super('int64', endiannessOf(options));
  }
}

/**
 * Unsigned 8-bit integers, a `Uint8Array`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { UInt8 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new UInt8() });
 * array.set(':', [0, 255]);
 * array.get().data; // Uint8Array.of(0, 255)
 */
export class UInt8 extends NumberInteger<'uint8'> {
  constructor() {
    super('uint8', undefined);
  }
}

/**
 * Unsigned 16-bit integers, a `Uint16Array`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { UInt16 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new UInt16() });
 * array.set(':', [0, 65535]);
 * array.get().data; // Uint16Array.of(0, 65535)
 */
export class UInt16 extends NumberInteger<'uint16'> {
  constructor(options?: EndiannessOptions) {
    super('uint16', endiannessOf(options));
  }
}

/**
 * Unsigned 32-bit integers, a `Uint32Array`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { UInt32 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new UInt32() });
 * array.set(':', [0, 4294967295]);
 * array.get().data; // Uint32Array.of(0, 4294967295)
 */
export class UInt32 extends NumberInteger<'uint32'> {
  constructor(options?: EndiannessOptions) {
    super('uint32', endiannessOf(options));
  }
}

/**
 * Unsigned 64-bit integers, a `BigUint64Array` of `bigint`s.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { UInt64 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new UInt64() });
 * array.set(':', [0n, 2n ** 64n - 1n]);
 * array.get().data; // BigUint64Array.of(0n, 2n ** 64n - 1n)
 */
export class UInt64 extends BigInteger<'uint64'> {
  constructor(options?: EndiannessOptions) {
    super('uint64', endiannessOf(options));
  }
}

export const integerDefinitions: readonly DTypeDefinition[] = Object.freeze([
  definePlain(['int8'], 'i1', () => new Int8()),
  definePlain(['int16'], 'i2', (endianness) => new Int16({ endianness })),
  definePlain(['int32'], 'i4', (endianness) => new Int32({ endianness })),
  definePlain(['int64'], 'i8', (endianness) => new Int64({ endianness })),
  definePlain(['uint8'], 'u1', () => new UInt8()),
  definePlain(['uint16'], 'u2', (endianness) => new UInt16({ endianness })),
  definePlain(['uint32'], 'u4', (endianness) => new UInt32({ endianness })),
  definePlain(['uint64'], 'u8', (endianness) => new UInt64({ endianness })),
]);

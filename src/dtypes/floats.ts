/**
 * Real numbers of 32 and 64 bits, and what they share with those of fewer.
 */
import type { Json } from '../json/model.js';
import { floatValue, realValue } from './cast.js';
import { type DTypeDefinition, definePlain } from './definition.js';
import { type Casting, DType, type Endianness, type EndiannessOptions, endiannessOf } from './dtype.js';
import { floatFillToJson, parseFloatFill } from './fill-value.js';
import { BINARY32, BINARY64, type FloatFormat } from './float-format.js';
import { bytesOfStorage, type PackedStorage, type Storage, storageOfView, typedArrayName } from './storage.js';
import type { DataOf, ScalarOf, SmallFloatName } from './types.js';

type FloatName = 'float16' | 'float32' | 'float64' | SmallFloatName;

/** A type whose elements are numbers of one `FloatFormat`. */
export abstract class Float<D extends FloatName = any> extends DType<D> {
  readonly name: D;
  readonly kind = 'float';
  readonly itemSize: 1 | 2 | 4 | 8;
  readonly storageUnit: 1 | 2 | 4 | 8;
  /** Between numbers and bits. */
  readonly coding: FloatFormat;

  constructor(name: D, coding: FloatFormat, endianness: Endianness | undefined) {
    super(endianness);
    this.name = name;
    this.itemSize = coding.unit;
    this.storageUnit = coding.unit;
    this.coding = coding;
  }

  get(storage: Storage, index: number): ScalarOf<D> {
    return this.coding.read(storage, index) as ScalarOf<D>; // A number for every name that D can be.
  }

  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const number = realValue(value, this, casting);
    this.coding.write(storage, index, floatValue(number, this, casting, this.coding));
  }

  parseFillValue(json: Json, format: 2 | 3): Storage {
    const storage = this.allocate(1) as PackedStorage; // Numbers are never in lists.
    parseFloatFill(json, format, this.coding, storage, 0);
    return this.view(bytesOfStorage(storage)); // Hexadecimal digits may be more than the bits that count.
  }

  fillValueToJson(fillValue: Storage, format: 2 | 3): Json {
    return floatFillToJson(format, this.coding, fillValue, 0);
  }

  toMetadata(format: 2 | 3): Json {
    return format === 3 ? this.name : `${this.endianness === 'big' ? '>' : '<'}f${this.itemSize}`;
  }

  repr(): string {
    return `Float${8 * this.itemSize}(endianness='${this.endianness}')`;
  }

  format(storage: Storage, index: number): string {
    return this.coding.format(this.coding.read(storage, index));
  }

  /** Python prints what the number is as a double. */
  override pythonScalar(storage: Storage, index = 0): string {
    return BINARY64.format(this.coding.read(storage, index));
  }
}

/**
 * 32-bit floats, a `Float32Array`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float32 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float32() });
 * array.set(':', [0.5, NaN]);
 * array.get().data; // Float32Array.of(0.5, NaN)
 */
export class Float32 extends Float<'float32'> {
  constructor(options?: EndiannessOptions) {
    super('float32', BINARY32, endiannessOf(options));
  }

  wrap(storage: Storage): DataOf<'float32'> {
    const { buffer, byteOffset, length } = storage as PackedStorage; // Numbers are never in lists.
    return new Float32Array(buffer, byteOffset, length);
  }

  unwrap(data: unknown): Storage | undefined {
    return typedArrayName(data) === 'Float32Array' ? storageOfView(4, data as Float32Array) : undefined;
  }
}

/**
 * 64-bit floats, a `Float64Array`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float64 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float64() });
 * array.set(':', [0.1, NaN]);
 * array.get().data; // Float64Array.of(0.1, NaN)
 */
export class Float64 extends Float<'float64'> {
  constructor(options?: EndiannessOptions) {
    super('float64', BINARY64, endiannessOf(options));
  }

  wrap(storage: Storage): DataOf<'float64'> {
    const { buffer, byteOffset, length } = storage as PackedStorage; // Numbers are never in lists.
    return new Float64Array(buffer, byteOffset, length);
  }

  unwrap(data: unknown): Storage | undefined {
    return typedArrayName(data) === 'Float64Array' ? storageOfView(8, data as Float64Array) : undefined;
  }
}

export const floatDefinitions: readonly DTypeDefinition[] = Object.freeze([
  definePlain(['float32'], 'f4', (endianness) => new Float32({ endianness })),
  definePlain(['float64'], 'f8', (endianness) => new Float64({ endianness })),
]);

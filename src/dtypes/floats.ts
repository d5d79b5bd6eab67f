/**
 * Real numbers of 32 and 64 bits, and what they share with those of 16.
 */
import type { Json } from '../json/model.js';
import { floatValue, realValue } from './cast.js';
import { type DTypeDefinition, definePlain } from './definition.js';
import { type Casting, DType, type Endianness, type EndiannessOptions, endiannessOf } from './dtype.js';
import { floatFillToJson, parseFloatFill } from './fill-value.js';
import { BINARY32, BINARY64, type FloatFormat } from './float-format.js';
import { type PackedStorage, type Storage, storageOfView, typedArrayName } from './storage.js';
import type { DataOf, ScalarOf } from './types.js';

/** A type whose elements are numbers of one `FloatFormat`. */
export abstract class Float<D extends 'float16' | 'float32' | 'float64'> extends DType<D> {
  readonly name: D;
  readonly kind = 'float';
  readonly itemSize: 2 | 4 | 8;
  readonly storageUnit: 2 | 4 | 8;
  readonly #format: FloatFormat;

  constructor(name: D, format: FloatFormat, endianness: Endianness) {
    super(endianness);
    this.name = name;
    this.itemSize = format.unit;
    this.storageUnit = format.unit;
    this.#format = format;
  }

  get(storage: Storage, index: number): ScalarOf<D> {
    return this.#format.read(storage, index) as ScalarOf<D>; // A number for every name that D can be.
  }

  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const number = realValue(value, this, casting);
    this.#format.write(storage, index, floatValue(number, this, casting, this.#format.round));
  }

  parseFillValue(json: Json, format: 2 | 3): Storage {
    const storage = this.allocate(1);
    parseFloatFill(json, format, this.#format, storage, 0);
    return storage;
  }

  fillValueToJson(fillValue: Storage, format: 2 | 3): Json {
    return floatFillToJson(format, this.#format, fillValue, 0);
  }

  toMetadata(format: 2 | 3): Json {
    return format === 3 ? this.name : `${this.endianness === 'big' ? '>' : '<'}f${this.itemSize}`;
  }

  repr(): string {
    return `Float${8 * this.itemSize}(endianness='${this.endianness}')`;
  }

  format(storage: Storage, index: number): string {
    return this.#format.format(this.#format.read(storage, index));
  }

  /** Python prints what the number is as a double. */
  override pythonScalar(storage: Storage, index = 0): string {
    return BINARY64.format(this.#format.read(storage, index));
  }
}

/** 32-bit floats, a `Float32Array`. */
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

/** 64-bit floats, a `Float64Array`. */
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

/**
 * Complex numbers: two floats each, the real part first.
 */
import { ArgumentError } from '../errors.js';
import { INSPECT, type Inspect, inspectedElements } from '../inspect.js';
import { isJsonArray, type Json, JsonNumber, jsonInteger } from '../json/model.js';
import { decodeBase64 } from './base64.js';
import { floatValue, isComplex, realValue } from './cast.js';
import { type DTypeDefinition, definePlain } from './definition.js';
import { type Casting, DType, type Endianness, type EndiannessOptions, endiannessOf } from './dtype.js';
import { type Elements, indexError } from './elements.js';
import { fillValueError, floatFillToJson, parseFloatFill } from './fill-value.js';
import { BINARY32, BINARY64, type FloatFormat } from './float-format.js';
import { bytesOfStorage, type PackedStorage, type Storage, storageOfView } from './storage.js';
import type { Complex, DataOf, ScalarOf, SmallComplexName } from './types.js';

/** Complex numbers over interleaved floats: real part, imaginary part, real part, and so on. */
export class ComplexElements<Floats extends Float32Array | Float64Array> implements Elements<Complex> {
  /** The parts, interleaved. */
  readonly floats: Floats;

  constructor(floats: Floats) {
    if (floats.length % 2 !== 0) throw new ArgumentError(`expected pairs of floats, got ${floats.length} floats`);
    this.floats = floats;
  }

  /** The number of elements. */
  get length(): number {
    return this.floats.length / 2;
  }

  /** The memory that the elements are in. */
  get buffer(): ArrayBufferLike {
    return this.floats.buffer;
  }

  /** Where in `buffer` the elements begin, in bytes. */
  get byteOffset(): number {
    return this.floats.byteOffset;
  }

  /** Bytes of all elements. */
  get byteLength(): number {
    return this.floats.byteLength;
  }

  /** The real parts: a copy, for typed arrays have no strides. */
  get real(): Floats {
    return this.#part(0);
  }

  /** The imaginary parts: a copy, for typed arrays have no strides. */
  get imag(): Floats {
    return this.#part(1);
  }

  #part(first: 0 | 1): Floats {
    const { floats } = this;
    const part = floats.slice(0, this.length) as Floats; // A slice has the class of what it is taken from.
    for (let i = 0; i < part.length; i++) part[i] = floats[2 * i + first]!;
    return part;
  }

  /** The number at `index`, from the end if it is negative; undefined outside. */
  at(index: number): Complex | undefined {
    const at = Math.trunc(index) + (index < 0 ? this.length : 0);
    const re = this.floats[2 * at];
    const im = this.floats[2 * at + 1];
    return re === undefined || im === undefined ? undefined : { re, im };
  }

  /** Stores `value`; a number is real. */
  set(index: number, value: Complex | number): void {
    if (!Number.isInteger(index) || !(2 * index in this.floats)) throw indexError(index, this.length);
    this.floats[2 * index] = typeof value === 'number' ? value : value.re;
    this.floats[2 * index + 1] = typeof value === 'number' ? 0 : value.im;
  }

  /** The elements from `begin` up to `end`, in the same memory. */
  subarray(begin = 0, end = this.length): ComplexElements<Floats> {
    // Of the class of what it is taken from.
    return new ComplexElements(this.floats.subarray(2 * Math.trunc(begin), 2 * Math.trunc(end)) as Floats);
  }

  *[Symbol.iterator](): Generator<Complex, void, undefined> {
    for (let i = 0; i < this.length; i++) yield { re: this.floats[2 * i]!, im: this.floats[2 * i + 1]! };
  }

  /** What consoles show. */
  [INSPECT](_depth: number, options: object, inspect: Inspect): string {
    return inspectedElements('ComplexElements', this, options, inspect);
  }
}

type ComplexName = 'complex64' | 'complex128' | SmallComplexName;

/** A type whose elements are pairs of numbers of one `FloatFormat`. */
export abstract class ComplexType<D extends ComplexName = any> extends DType<D> {
  readonly name: D;
  readonly kind = 'complex';
  readonly itemSize: number;
  readonly storageUnit: 1 | 2 | 4 | 8;
  override readonly unitsPerItem = 2;
  readonly #format: FloatFormat;

  constructor(name: D, format: FloatFormat, endianness: Endianness | undefined) {
    super(endianness);
    this.name = name;
    this.itemSize = 2 * format.unit;
    this.storageUnit = format.unit;
    this.#format = format;
  }

  get(storage: Storage, index: number): ScalarOf<D> {
    const { re, im } = this.#read(storage, index);
    return { re, im } as ScalarOf<D>; // `Complex` for both names.
  }

  #read(storage: Storage, index: number): Complex {
    return { re: this.#format.read(storage, 2 * index), im: this.#format.read(storage, 2 * index + 1) };
  }

  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const parts = isComplex(value) ? [value.re, value.im] : [realValue(value, this, casting), 0];
    const [re = 0, im = 0] = parts.map((part) => floatValue(part, this, casting, this.#format));
    this.#format.write(storage, 2 * index, re);
    this.#format.write(storage, 2 * index + 1, im);
  }

  parseFillValue(json: Json, format: 2 | 3): Storage {
    if (format === 2 && typeof json === 'string') return this.#fillOfBytes(json);
    // Writers of format 2 that know one kind of fill value put a real number for any type: `0`.
    const parts = format === 2 && json instanceof JsonNumber ? [json, jsonInteger(0)] : json;
    if (!isJsonArray(parts) || parts.length !== 2) {
      throw fillValueError(json, 'a list of the real and the imaginary part');
    }
    const storage = this.allocate(1) as PackedStorage; // Numbers are never in lists.
    for (const [index, part] of parts.entries()) parseFloatFill(part, format, this.#format, storage, index);
    return this.view(bytesOfStorage(storage)); // Hexadecimal digits may be more than the bits that count.
  }

  /** TensorStore has Base64 of the bytes, as for types that are neither numbers nor booleans. */
  #fillOfBytes(json: string): Storage {
    const bytes = decodeBase64(json);
    if (bytes?.length === this.itemSize) return this.view(this.swapped(bytes, 'declared'));
    throw fillValueError(json, `a list of the real and the imaginary part, or Base64 of ${this.itemSize} bytes`);
  }

  fillValueToJson(fillValue: Storage, format: 2 | 3): Json {
    return [0, 1].map((index) => floatFillToJson(format, this.#format, fillValue, index));
  }

  toMetadata(format: 2 | 3): Json {
    return format === 3 ? this.name : `${this.endianness === 'big' ? '>' : '<'}c${this.itemSize}`;
  }

  repr(): string {
    return `Complex${8 * this.itemSize}(endianness='${this.endianness}')`;
  }

  format(storage: Storage, index: number): string {
    return complexText(this.#read(storage, index), this.#format);
  }

  /** Python prints what the parts are as doubles. */
  override pythonScalar(storage: Storage, index = 0): string {
    return complexText(this.#read(storage, index), BINARY64);
  }
}

/** `(1+2j)`; without parentheses and real part where that is 0, but not -0. */
function complexText({ re, im }: Complex, format: FloatFormat): string {
  const imaginary = `${format.format(im).replace(/\.0$/, '')}j`;
  if (Object.is(re, 0)) return imaginary;
  const sign = imaginary.startsWith('-') ? '' : '+';
  return `(${format.format(re).replace(/\.0$/, '')}${sign}${imaginary})`;
}

/**
 * Complex numbers of two 32-bit floats; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Complex64 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Complex64() });
 * array.set(':', [{ re: 1, im: -2 }, 3]);
 * array.get().toNested(); // [{ re: 1, im: -2 }, { re: 3, im: 0 }]
 */
export class Complex64 extends ComplexType<'complex64'> {
  constructor(options?: EndiannessOptions) {
    super('complex64', BINARY32, endiannessOf(options));
  }

  wrap(storage: Storage): DataOf<'complex64'> {
    const { buffer, byteOffset, length } = storage as PackedStorage; // Numbers are never in lists.
    return new ComplexElements(new Float32Array(buffer, byteOffset, length));
  }

  unwrap(data: unknown): Storage | undefined {
    const isOwn = data instanceof ComplexElements && data.floats instanceof Float32Array;
    return isOwn ? storageOfView(4, data.floats) : undefined;
  }
}

/**
 * Complex numbers of two 64-bit floats; scalars are `{ re, im }`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Complex128 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Complex128() });
 * array.set(':', [{ re: 1, im: -2 }, 3]);
 * array.get().toNested(); // [{ re: 1, im: -2 }, { re: 3, im: 0 }]
 */
export class Complex128 extends ComplexType<'complex128'> {
  constructor(options?: EndiannessOptions) {
    super('complex128', BINARY64, endiannessOf(options));
  }

  wrap(storage: Storage): DataOf<'complex128'> {
    const { buffer, byteOffset, length } = storage as PackedStorage; // Numbers are never in lists.
    return new ComplexElements(new Float64Array(buffer, byteOffset, length));
  }

  unwrap(data: unknown): Storage | undefined {
    const isOwn = data instanceof ComplexElements && data.floats instanceof Float64Array;
    return isOwn ? storageOfView(8, data.floats) : undefined;
  }
}

export const complexDefinitions: readonly DTypeDefinition[] = Object.freeze([
  definePlain(['complex64', 'complex_float32'], 'c8', (endianness) => new Complex64({ endianness })),
  definePlain(['complex128', 'complex_float64'], 'c16', (endianness) => new Complex128({ endianness })),
]);

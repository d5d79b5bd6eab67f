/**
 * Real numbers of 16 bits. Where the platform has a `Float16Array`, their data is one; elsewhere `Float16Elements`.
 */
import { INSPECT, type Inspect, inspectedElements } from '../inspect.js';
import { definePlain } from './definition.js';
import { type EndiannessOptions, endiannessOf } from './dtype.js';
import { type Elements, indexError } from './elements.js';
import { BINARY16, halfToNumber, numberToHalf } from './float-format.js';
import { Float } from './floats.js';
import { type PackedStorage, type Storage, storageOfView, typedArrayName } from './storage.js';
import type { DataOf, NativeFloat16Array } from './types.js';

/** Numbers of 16 bits, over the bits in a `Uint16Array`: what stands in for a `Float16Array`. */
export class Float16Elements implements Elements<number> {
  /** The bits of the numbers. */
  readonly bits: Uint16Array;

  constructor(bits: Uint16Array) {
    this.bits = bits;
  }

  /** The number of elements. */
  get length(): number {
    return this.bits.length;
  }

  /** The memory that the elements are in. */
  get buffer(): ArrayBufferLike {
    return this.bits.buffer;
  }

  /** Where in `buffer` the elements begin, in bytes. */
  get byteOffset(): number {
    return this.bits.byteOffset;
  }

  /** Bytes of all elements. */
  get byteLength(): number {
    return this.bits.byteLength;
  }

  /** The number at `index`, from the end if it is negative; undefined outside. */
  at(index: number): number | undefined {
    const bits = this.bits.at(index);
    return bits === undefined ? undefined : halfToNumber(bits);
  }

  /** Stores the number nearest to `value`, ties to even. */
  set(index: number, value: number): void {
    if (!(index in this.bits)) throw indexError(index, this.length);
    this.bits[index] = numberToHalf(value);
  }

  /** The elements from `begin` up to `end`, in the same memory. */
  subarray(begin?: number, end?: number): Float16Elements {
    return new Float16Elements(this.bits.subarray(begin, end));
  }

  *[Symbol.iterator](): Generator<number, void, undefined> {
    for (const bits of this.bits) yield halfToNumber(bits);
  }

  /** The elements as a list. */
  toJSON(): number[] {
    return [...this];
  }

  /** What consoles show. */
  [INSPECT](_depth: number, options: object, inspect: Inspect): string {
    return inspectedElements('Float16Elements', this, options, inspect);
  }
}

type NativeConstructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => NativeFloat16Array;

/**
 * 16-bit floats: a `Float16Array` where the platform has one, else `Float16Elements`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Float16 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Float16() });
 * array.set(':', [0.1, -2.5]);
 * array.get().toNested(); // [0.0999755859375, -2.5]
 */
export class Float16 extends Float<'float16'> {
  constructor(options?: EndiannessOptions) {
    super('float16', BINARY16, endiannessOf(options));
  }

  wrap(storage: Storage): DataOf<'float16'> {
    const { buffer, byteOffset, length } = storage as PackedStorage; // Numbers are never in lists.
    // Newer platforms have it; the language version that this is compiled for does not know it.
    const { Float16Array } = globalThis as { Float16Array?: NativeConstructor };
    if (Float16Array !== undefined) return new Float16Array(buffer, byteOffset, length);
    return new Float16Elements(new Uint16Array(buffer, byteOffset, length));
  }

  unwrap(data: unknown): Storage | undefined {
    if (data instanceof Float16Elements) return data.bits;
    return typedArrayName(data) === 'Float16Array' ? storageOfView(2, data as ArrayBufferView) : undefined;
  }
}

export const float16Definition = definePlain(['float16'], 'f2', (endianness) => new Float16({ endianness }));

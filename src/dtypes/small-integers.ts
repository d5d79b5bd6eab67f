/**
 * Integers of 2 and 4 bits, each in a byte of its own: the sign fills it, and a reader ignores the upper bits.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/data-types
 */
import { type Json, jsonInteger } from '../json/model.js';
import { castError, realValue } from './cast.js';
import { type DTypeDefinition, definePlain, notInV2 } from './definition.js';
import { type Casting, DType } from './dtype.js';
import { parseIntegerFill } from './fill-value.js';
import { FixedElements, unwrapFixed } from './fixed-elements.js';
import type { LooseBytes } from './loose-bytes.js';
import type { PackedStorage, Storage } from './storage.js';
import type { DataOf, ScalarOf, SmallIntegerName } from './types.js';

/** What these types have in common. */
export abstract class SmallInteger<D extends SmallIntegerName = any> extends DType<D> {
  readonly name: D;
  readonly kind: 'int' | 'uint';
  readonly itemSize = 1;
  readonly storageUnit = 1;
  /** The integers of all bytes. */
  readonly table: Int8Array;
  /** The least integer of the type. */
  readonly least: number;
  /** The greatest integer of the type. */
  readonly greatest: number;
  readonly #className: string;
  readonly #loose: readonly LooseBytes[];

  constructor(className: string, name: D, width: 2 | 4) {
    super(undefined);
    this.#className = className;
    this.name = name;
    this.kind = name.startsWith('u') ? 'uint' : 'int';
    const shift = 32 - width;
    const integerOf = (byte: number): number =>
      this.kind === 'uint' ? byte & (2 ** width - 1) : (byte << shift) >> shift;
    this.table = Int8Array.from({ length: 256 }, (_, byte) => integerOf(byte));
    this.least = this.kind === 'uint' ? 0 : -(2 ** (width - 1));
    this.greatest = this.least + 2 ** width - 1;
    this.#loose = Object.freeze([Object.freeze({ offset: 0, count: 1, table: Uint8Array.from(this.table) })]);
  }

  override get looseBytes(): readonly LooseBytes[] {
    return this.#loose;
  }

  wrap(storage: Storage): DataOf<D> {
    const elements = new FixedElements<number>(this, storage as PackedStorage); // Numbers are never in lists.
    return elements as DataOf<D>; // The class for all names that D can be.
  }

  unwrap(data: unknown): Storage | undefined {
    return unwrapFixed(data, this);
  }

  get(storage: Storage, index: number): ScalarOf<D> {
    const value = this.table[(storage as Uint8Array)[index]!]!; // Storage of single bytes.
    return value as ScalarOf<D>; // A number for every name that D can be.
  }

  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const number = realValue(value, this, casting);
    if (casting === 'unsafe') {
      // As bytes, numbers are truncated and wrapped; a bigint may be too large to become a number first.
      const integer = typeof number === 'bigint' ? Number(BigInt.asIntN(32, number)) : number;
      storage[index] = this.table[integer & 0xff]! & 0xff;
      return;
    }
    const integer = Number(number);
    if (!(integer >= this.least && integer <= this.greatest) || !Number.isInteger(integer)) {
      throw castError(value, this, `an integer from ${this.least} to ${this.greatest}`);
    }
    storage[index] = integer & 0xff;
  }

  parseFillValue(json: Json): Storage {
    const value = parseIntegerFill(json, BigInt(this.least), BigInt(this.greatest));
    return Uint8Array.of(Number(value));
  }

  fillValueToJson(fillValue: Storage): Json {
    return jsonInteger(this.get(fillValue, 0));
  }

  /** TensorStore has names for the signed ones in format 2, and no unsigned ones. */
  toMetadata(format: 2 | 3): Json {
    return format === 3 || this.kind === 'int' ? this.name : notInV2(this.name);
  }

  repr(): string {
    return `${this.#className}()`;
  }

  format(storage: Storage, index: number): string {
    return String(this.get(storage, index));
  }
}

/**
 * Signed integers of 2 bits, the lowest of a byte: -2 to 1.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Int2 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Int2() });
 * array.set(':', [-2, 1]);
 * array.get().toNested(); // [-2, 1]
 */
export class Int2 extends SmallInteger<'int2'> {
  constructor() {
    super('Int2', 'int2', 2);
  }
}

/**
 * Signed integers of 4 bits, the lowest of a byte: -8 to 7.
 *
 * @example
 * import { ndarray } from 'zarr-ts/sync';
 *
 * ndarray([7, -8], { dtype: 'int4' }).toNested(); // [7, -8]
 * ndarray([8], { dtype: 'int4' }); // throws CastError
 * ndarray(Int8Array.of(8)).astype('int4', { casting: 'unsafe' }).item(); // -8
 */
export class Int4 extends SmallInteger<'int4'> {
  constructor() {
    super('Int4', 'int4', 4);
  }
}

/**
 * Unsigned integers of 2 bits, the lowest of a byte: 0 to 3.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { UInt2 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new UInt2() });
 * array.set(':', [0, 3]);
 * array.get().toNested(); // [0, 3]
 */
export class UInt2 extends SmallInteger<'uint2'> {
  constructor() {
    super('UInt2', 'uint2', 2);
  }
}

/**
 * Unsigned integers of 4 bits, the lowest of a byte: 0 to 15.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { UInt4 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new UInt4() });
 * array.set(':', [0, 15]);
 * array.get().toNested(); // [0, 15]
 */
export class UInt4 extends SmallInteger<'uint4'> {
  constructor() {
    super('UInt4', 'uint4', 4);
  }
}

export const smallIntegerDefinitions: readonly DTypeDefinition[] = Object.freeze([
  Object.freeze({ ...definePlain(['int2'], undefined, () => new Int2()), v2Names: ['int2'] }),
  Object.freeze({ ...definePlain(['int4'], undefined, () => new Int4()), v2Names: ['int4'] }),
  definePlain(['uint2'], undefined, () => new UInt2()),
  definePlain(['uint4'], undefined, () => new UInt4()),
]);

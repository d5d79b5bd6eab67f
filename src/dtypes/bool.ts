/**
 * True and false: a byte each.
 */
import { type Json, JsonNumber } from '../json/model.js';
import { castError, realValue } from './cast.js';
import { definePlain } from './definition.js';
import { type Casting, DType } from './dtype.js';
import { fillValueError } from './fill-value.js';
import type { LooseBytes } from './loose-bytes.js';
import { type PackedStorage, type Storage, storageOfBytes, storageOfView, typedArrayName } from './storage.js';

/**
 * True and false; in memory a byte each, 0 or 1.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Bool } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new Bool() });
 * array.set(':', [true, false]);
 * array.get().toNested(); // [true, false]
 */
export class Bool extends DType<'bool'> {
  readonly name = 'bool';
  readonly kind = 'bool';
  readonly itemSize = 1;
  readonly storageUnit = 1;

  constructor() {
    super(undefined);
  }

  /** As NumPy, every byte but 0 is true; in storage it is 1. */
  override get looseBytes(): readonly LooseBytes[] {
    return TRUTH;
  }

  override view(bytes: Uint8Array): PackedStorage {
    return hasOnlyBits(bytes) ? storageOfBytes(1, bytes) : super.view(bytes);
  }

  wrap(storage: Storage): Uint8Array {
    return storage as Uint8Array; // What storage of 1 byte is made of.
  }

  /** Bytes other than 0 and 1 are numbers, not booleans. */
  unwrap(data: unknown): Storage | undefined {
    if (typedArrayName(data) !== 'Uint8Array') return undefined;
    const bytes = storageOfView(1, data as Uint8Array) as Uint8Array; // The name says so; and units of 1 byte.
    return hasOnlyBits(bytes) ? bytes : undefined;
  }

  get(storage: Storage, index: number): boolean {
    return storage[index] !== 0;
  }

  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const number = Number(realValue(value, this, casting));
    if (casting === 'exact' && number !== 0 && number !== 1) throw castError(value, this, 'true, false, 1 or 0');
    storage[index] = number === 0 ? 0 : 1;
  }

  parseFillValue(json: Json): Storage {
    const value = json instanceof JsonNumber ? json.toNumber() : json;
    if (value !== true && value !== false && value !== 0 && value !== 1) throw fillValueError(json, 'true or false');
    return Uint8Array.of(value ? 1 : 0);
  }

  fillValueToJson(fillValue: Storage): Json {
    return this.get(fillValue, 0);
  }

  toMetadata(format: 2 | 3): Json {
    return format === 3 ? this.name : '|b1';
  }

  repr(): string {
    return 'Bool()';
  }

  format(storage: Storage, index: number): string {
    return this.get(storage, index) ? 'True' : 'False';
  }
}

const TRUTH: readonly LooseBytes[] = Object.freeze([
  Object.freeze({ offset: 0, count: 1, table: Uint8Array.from({ length: 256 }, (_, byte) => (byte === 0 ? 0 : 1)) }),
]);

/** Whether every byte is 0 or 1; looks at four at a time. */
function hasOnlyBits(bytes: Uint8Array): boolean {
  const gap = (4 - (bytes.byteOffset % 4)) % 4;
  const hasWords = bytes.length >= gap + 4; // Not even an empty array of words may begin where none can.
  const aligned = hasWords ? gap : bytes.length;
  const count = (bytes.length - aligned) >>> 2;
  const words = hasWords ? new Uint32Array(bytes.buffer, bytes.byteOffset + gap, count) : new Uint32Array(0);
  let bits = 0;
  for (let i = 0; i < words.length; i++) bits |= words[i]!;
  if ((bits & 0xfefefefe) !== 0) return false;
  for (let i = 0; i < aligned; i++) bits |= bytes[i]!;
  for (let i = aligned + words.byteLength; i < bytes.length; i++) bits |= bytes[i]!;
  return (bits & 0xfefefefe) === 0;
}

export const boolDefinition = definePlain(['bool'], 'b1', () => new Bool());

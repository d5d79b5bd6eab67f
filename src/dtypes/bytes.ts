/**
 * Byte strings of any length.
 */
import { isJsonArray, type Json, JsonNumber } from '../json/model.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import { castError } from './cast.js';
import { type DTypeDefinition, definePlain } from './definition.js';
import { type Casting, DType } from './dtype.js';
import { fillValueError } from './fill-value.js';
import { pythonBytes } from './python-text.js';
import { type Storage, typedArrayName } from './storage.js';

/**
 * Byte strings of any length, each a `Uint8Array`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { VariableLengthBytes } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new VariableLengthBytes() });
 * array.set(':', [Uint8Array.of(1, 2), new Uint8Array(0)]);
 * array.get().toNested(); // [Uint8Array.of(1, 2), new Uint8Array(0)]
 */
export class VariableLengthBytes extends DType<'bytes'> {
  readonly name = 'bytes';
  readonly kind = 'bytes';
  readonly itemSize = undefined;
  readonly storageUnit = 'object';

  constructor() {
    super(undefined);
  }

  override allocate(count: number): Storage {
    return new Array<Uint8Array>(count).fill(new Uint8Array(0)); // One serves all: there is nothing in it to write to.
  }

  wrap(storage: Storage): Uint8Array[] {
    return storage as Uint8Array[]; // Lists are only filled by `allocate`, `set` and `unwrap`.
  }

  unwrap(data: unknown): Storage | undefined {
    return Array.isArray(data) && data.every((item) => typedArrayName(item) === 'Uint8Array') ? data : undefined;
  }

  /** A copy. */
  get(storage: Storage, index: number): Uint8Array {
    return new Uint8Array(storage[index] as Uint8Array); // As in `wrap`.
  }

  /** Keeps a copy: the caller's bytes are its own. */
  set(storage: Storage, index: number, value: unknown, _casting: Casting): void {
    const name = typedArrayName(value);
    if (name !== 'Uint8Array' && name !== 'Uint8ClampedArray') throw castError(value, this, 'a Uint8Array');
    storage[index] = new Uint8Array(value as Uint8Array); // The name says so.
  }

  parseFillValue(json: Json, format: 2 | 3): Storage {
    const isEmpty = format === 2 && (json === null || (json instanceof JsonNumber && json.toNumber() === 0));
    const bytes = isEmpty ? new Uint8Array(0) : bytesOfJson(json);
    if (bytes === undefined) throw fillValueError(json, 'Base64 with padding, or a list of integers from 0 to 255');
    return [bytes];
  }

  fillValueToJson(fillValue: Storage): Json {
    return encodeBase64(this.get(fillValue, 0));
  }

  /** The name that zarr-python writes. */
  toMetadata(format: 2 | 3): Json {
    return format === 3 ? 'variable_length_bytes' : '|O';
  }

  repr(): string {
    return 'VariableLengthBytes()';
  }

  format(storage: Storage, index: number): string {
    return pythonBytes(this.get(storage, index));
  }
}

/** The bytes that a fill value spells in Base64 or as a list of integers; undefined if it does neither. */
export function bytesOfJson(json: Json): Uint8Array | undefined {
  if (typeof json === 'string') return decodeBase64(json);
  if (!isJsonArray(json)) return undefined;
  const bytes = new Uint8Array(json.length);
  for (const [index, item] of json.entries()) {
    if (!(item instanceof JsonNumber) || !item.isInteger) return undefined;
    const byte = item.toNumber();
    if (byte < 0 || byte > 255) return undefined;
    bytes[index] = byte;
  }
  return bytes;
}

export const bytesDefinition: DTypeDefinition = Object.freeze({
  ...definePlain(['bytes', 'variable_length_bytes', 'binary'], undefined, () => new VariableLengthBytes()),
  objectCodecId: 'vlen-bytes',
});

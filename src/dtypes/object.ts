/**
 * Values of any kind, NumPy's `|O`: format 2 has them, with a codec that says how they become bytes. An element is the
 * value itself: what JSON has, with `json2`; that and bytes, with `msgpack2`; a typed array, with `vlen-array`.
 */
import { DataTypeValidationError } from '../errors.js';
import { fromPlain, toPlain } from '../json/convert.js';
import { jsonExcerpt } from '../json/format.js';
import type { Json } from '../json/model.js';
import type { DTypeDefinition } from './definition.js';
import { type Casting, DType } from './dtype.js';
import type { Storage } from './storage.js';

/**
 * The type of values of any kind.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const options = { shape: [3], dtype: 'object', filters: [new numcodecs.JSON()], zarrFormat: 2 } as const;
 * const array = createArray(new MemoryStore(), options);
 * array.set(null, ['a', null, { b: [1.5] }]);
 * array.get(2); // { b: [1.5] }
 */
export class ObjectType extends DType<'object'> {
  readonly name = 'object';
  readonly kind = 'object';
  readonly itemSize = undefined;
  readonly storageUnit = 'object';

  constructor() {
    super(undefined);
  }

  override allocate(count: number): Storage {
    return new Array<unknown>(count).fill(null);
  }

  wrap(storage: Storage): unknown[] {
    return storage as unknown[]; // Its storage is a list.
  }

  /** No list is known to be one of values: it may as well be a value, or nested. */
  unwrap(): undefined {
    return undefined;
  }

  get(storage: Storage, index: number): unknown {
    return storage[index];
  }

  set(storage: Storage, index: number, value: unknown, _casting: Casting): void {
    storage[index] = value === undefined ? null : value;
  }

  parseFillValue(json: Json): Storage {
    return [toPlain(json)];
  }

  fillValueToJson(fillValue: Storage): Json {
    return fromPlain(fillValue[0], 'fill_value');
  }

  toMetadata(format: 2 | 3): Json {
    if (format === 2) return '|O';
    throw new DataTypeValidationError('data type "object": format 3 has no values of any kind; use zarrFormat: 2');
  }

  /** As format 2 has it. */
  override toJSON(): unknown {
    return '|O';
  }

  repr(): string {
    return 'ObjectType()';
  }

  format(storage: Storage, index: number): string {
    const value = storage[index];
    return ArrayBuffer.isView(value) ? String(value) : jsonExcerpt(jsonOf(value));
  }
}

/** What cannot be shown as JSON is shown as text. */
function jsonOf(value: unknown): Json {
  try {
    return fromPlain(value);
  } catch {
    return String(value);
  }
}

export const objectDefinition: DTypeDefinition = Object.freeze<DTypeDefinition>({
  names: [],
  parse: () => new ObjectType(),
  objectCodecId: ['json2', 'json', 'msgpack2', 'msgpack', 'vlen-array'],
});

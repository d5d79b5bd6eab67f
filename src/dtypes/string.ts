/**
 * Strings of any length, stored as UTF-8.
 */
import { pythonFloat } from '../json/format.js';
import { type Json, JsonNumber } from '../json/model.js';
import { castError } from './cast.js';
import { type DTypeDefinition, definePlain } from './definition.js';
import { type Casting, DType } from './dtype.js';
import { fillValueError } from './fill-value.js';
import { BINARY64 } from './float-format.js';
import { pythonString } from './python-text.js';
import type { Storage } from './storage.js';

/**
 * Strings of any length, in a list.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { VariableLengthUTF8 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new VariableLengthUTF8() });
 * array.set(':', ['a', 'über']);
 * array.get().data; // ['a', 'über']
 */
export class VariableLengthUTF8 extends DType<'string'> {
  readonly name = 'string';
  readonly kind = 'string';
  readonly itemSize = undefined;
  readonly storageUnit = 'object';

  constructor() {
    super(undefined);
  }

  override allocate(count: number): Storage {
    return new Array<string>(count).fill('');
  }

  wrap(storage: Storage): string[] {
    return storage as string[]; // Lists are only filled by `allocate`, `set` and `unwrap`.
  }

  unwrap(data: unknown): Storage | undefined {
    return Array.isArray(data) && data.every(isText) ? data : undefined;
  }

  get(storage: Storage, index: number): string {
    return storage[index] as string; // As in `wrap`.
  }

  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const text = casting === 'unsafe' ? textOf(value) : value;
    if (typeof text !== 'string') throw castError(value, this, 'a string');
    if (!isText(text)) throw castError(value, this, 'a string without half surrogate pairs, which UTF-8 has not');
    storage[index] = text;
  }

  parseFillValue(json: Json, format: 2 | 3): Storage {
    const text = format === 2 ? lenientText(json) : json;
    if (!isText(text)) throw fillValueError(json, 'a string');
    return [text];
  }

  fillValueToJson(fillValue: Storage): Json {
    return this.get(fillValue, 0);
  }

  toMetadata(format: 2 | 3): Json {
    return format === 3 ? this.name : '|O';
  }

  repr(): string {
    return 'VariableLengthUTF8()';
  }

  format(storage: Storage, index: number): string {
    return pythonString(this.get(storage, index));
  }

  override pythonScalar(storage: Storage, index = 0): string {
    return this.get(storage, index);
  }
}

/** Whether `value` is a string that UTF-8 can hold: one without half a surrogate pair. */
const isText = (value: unknown): value is string => typeof value === 'string' && !/\p{Cs}/u.test(value);

/** What Python's `str` makes of a number or boolean; everything else stays. */
export function textOf(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value);
  return typeof value === 'number' ? BINARY64.format(value) : value;
}

/** Format 2 has fill values of strings that are 0 or null, both of them empty, and other numbers, which are text. */
function lenientText(json: Json): Json {
  if (json === null) return '';
  if (!(json instanceof JsonNumber)) return json;
  if (json.toNumber() === 0) return '';
  return json.isInteger ? json.token : pythonFloat(json.toNumber());
}

export const stringDefinition: DTypeDefinition = Object.freeze({
  ...definePlain(['string'], undefined, () => new VariableLengthUTF8()),
  objectCodecId: ['vlen-utf8', 'categorize'],
});

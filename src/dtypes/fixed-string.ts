/**
 * Strings of at most so many characters: NumPy's `U`. An element is that many code points of 4 bytes, the unused ones 0;
 * so trailing NULs are not part of a value.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/data-types/fixed-length-utf32
 */
import { CodecError } from '../errors.js';
import { type Json, jsonInteger, jsonObject } from '../json/model.js';
import { castError } from './cast.js';
import type { DTypeDefinition } from './definition.js';
import { type Casting, DType, type EndiannessOptions, endiannessOf } from './dtype.js';
import { fillValueError } from './fill-value.js';
import { FixedElements, unwrapFixed } from './fixed-elements.js';
import { isZero, type LengthOptions, lengthBytesOf, lengthOf, numpyLength } from './fixed-length.js';
import { pythonString } from './python-text.js';
import type { PackedStorage, Storage } from './storage.js';
import { textOf } from './string.js';
import { ZeroLength } from './zero-length.js';

const CODE_POINT_BYTES = 4;
const LAST_CODE_POINT = 0x10ffff;

/**
 * Strings of at most `length` characters.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { FixedLengthUTF32 } from 'zarr-ts/dtype';
 * const array = zarr.createArray(undefined, { shape: [2], dtype: new FixedLengthUTF32({ length: 5 }) });
 * array.set(':', ['a', 'über']);
 * array.get().toNested(); // ['a', 'über']
 */
export class FixedLengthUTF32 extends DType<'fixed_length_utf32'> {
  readonly name = 'fixed_length_utf32';
  readonly kind = 'string';
  readonly itemSize: number;
  readonly storageUnit = CODE_POINT_BYTES;
  override readonly unitsPerItem: number;
  /** The most characters, counted as Unicode's code points. */
  readonly length: number;

  constructor(options: LengthOptions & EndiannessOptions) {
    super(endiannessOf(options, ['length']));
    this.length = lengthOf(options, CODE_POINT_BYTES);
    this.itemSize = CODE_POINT_BYTES * this.length;
    this.unitsPerItem = this.length;
  }

  wrap(storage: Storage): FixedElements<string> {
    return new FixedElements(this, storage as PackedStorage); // Only types without a size are in lists.
  }

  unwrap(data: unknown): Storage | undefined {
    return unwrapFixed(data, this);
  }

  get(storage: Storage, index: number): string {
    const start = index * this.length;
    const codes = (storage as Uint32Array).subarray(start, start + this.length); // Storage of 4 bytes.
    let end = codes.length;
    while (end > 0 && codes[end - 1] === 0) end--;
    let text = '';
    for (let i = 0; i < end; i++) {
      const code = codes[i]!;
      if (code > LAST_CODE_POINT) {
        throw new CodecError(`${this.name}: expected code points up to U+10FFFF, got 0x${code.toString(16)}`);
      }
      text += String.fromCodePoint(code);
    }
    return text;
  }

  /** Half a surrogate pair is kept as it is; one that is too long is cut only where casting is unsafe. */
  set(storage: Storage, index: number, value: unknown, casting: Casting): void {
    const text = casting === 'unsafe' ? textOf(value) : value;
    if (typeof text !== 'string') throw castError(value, this, 'a string');
    const codes = codePointsOf(text);
    if (codes.length > this.length && casting === 'exact') {
      throw castError(value, this, `at most ${this.length} characters`);
    }
    const start = index * this.length;
    const target = (storage as Uint32Array).subarray(start, start + this.length); // As in `get`.
    target.fill(0);
    target.set(codes.slice(0, this.length));
  }

  parseFillValue(json: Json, format: 2 | 3): Storage {
    const text = format === 2 && isZero(json) ? '' : json;
    if (typeof text !== 'string' || codePointsOf(text).length > this.length) {
      throw fillValueError(json, `a string of at most ${this.length} characters`);
    }
    const storage = this.allocate(1);
    this.set(storage, 0, text, 'exact');
    return storage;
  }

  fillValueToJson(fillValue: Storage): Json {
    return this.get(fillValue, 0);
  }

  toMetadata(format: 2 | 3): Json {
    if (format === 2) return `${this.endianness === 'big' ? '>' : '<'}U${this.length}`;
    const configuration = jsonObject({ length_bytes: jsonInteger(this.itemSize) });
    return jsonObject({ name: this.name, configuration });
  }

  repr(): string {
    return `FixedLengthUTF32(length=${this.length}, endianness='${this.endianness}')`;
  }

  format(storage: Storage, index: number): string {
    return pythonString(this.get(storage, index));
  }

  override pythonScalar(storage: Storage, index = 0): string {
    return this.get(storage, index);
  }
}

/** The code points of `text` without the NULs at its end. */
function codePointsOf(text: string): number[] {
  const codes = Array.from(text, (character) => character.codePointAt(0)!);
  while (codes.at(-1) === 0) codes.pop();
  return codes;
}

export const fixedStringDefinition: DTypeDefinition = Object.freeze<DTypeDefinition>({
  names: ['fixed_length_utf32'],
  parse: (name, configuration) =>
    new FixedLengthUTF32({ length: lengthBytesOf(name, configuration, CODE_POINT_BYTES) / CODE_POINT_BYTES }),
  parseNumpy({ kind, text, size, endianness }) {
    if (kind !== 'U') return undefined;
    if (size === 0) return new ZeroLength('string', endianness ?? 'little');
    return new FixedLengthUTF32({ length: numpyLength(text, size, CODE_POINT_BYTES), endianness });
  },
});

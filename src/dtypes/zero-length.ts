/**
 * Strings and byte strings of no characters, NumPy's `S0` and `U0`: documents of format 2 have them, and every element is
 * the empty one. Nothing else can be written, and no new array is given such a type.
 */
import { MetadataValidationError } from '../errors.js';
import type { Json } from '../json/model.js';
import { castError } from './cast.js';
import { type Casting, DType, type Endianness } from './dtype.js';
import { fillValueError } from './fill-value.js';
import { FixedElements, unwrapFixed } from './fixed-elements.js';
import { isZero } from './fixed-length.js';
import { type PackedStorage, type Storage, typedArrayName } from './storage.js';

/** In memory an element has a byte, so that elements can be counted; in chunks it has none. */
export class ZeroLength extends DType<'null_terminated_bytes' | 'fixed_length_utf32'> {
  readonly name: 'null_terminated_bytes' | 'fixed_length_utf32';
  readonly kind: 'bytes' | 'string';
  readonly itemSize = 0;
  readonly storageUnit = 1;
  readonly length = 0;

  constructor(kind: 'bytes' | 'string', endianness?: Endianness) {
    super(endianness);
    this.kind = kind;
    this.name = kind === 'bytes' ? 'null_terminated_bytes' : 'fixed_length_utf32';
  }

  wrap(storage: Storage): FixedElements {
    return new FixedElements(this, storage as PackedStorage); // Storage of single bytes.
  }

  unwrap(data: unknown): Storage | undefined {
    return unwrapFixed(data, this);
  }

  get(): Uint8Array | string {
    return this.kind === 'bytes' ? new Uint8Array(0) : '';
  }

  set(_storage: Storage, _index: number, value: unknown, casting: Casting): void {
    const isOfKind = typeof value === 'string' || (this.kind === 'bytes' && typedArrayName(value) === 'Uint8Array');
    const isEmpty = isOfKind && (value as string | Uint8Array).length === 0; // As was tested.
    if (!isEmpty && !(isOfKind && casting === 'unsafe')) throw castError(value, this, 'an empty string');
  }

  parseFillValue(json: Json): Storage {
    if (json !== '' && !isZero(json)) throw fillValueError(json, 'an empty string');
    return this.allocate(1);
  }

  fillValueToJson(): Json {
    return '';
  }

  toMetadata(format: 2 | 3): Json {
    if (format === 2) return this.kind === 'bytes' ? '|S0' : `${this.endianness === 'big' ? '>' : '<'}U0`;
    throw new MetadataValidationError(`data type "${this.name}": format 3 has no strings of length 0`);
  }

  override toJSON(): unknown {
    return { name: this.name, configuration: { length_bytes: 0 } };
  }

  repr(): string {
    if (this.kind === 'bytes') return 'NullTerminatedBytes(length=0)';
    return `FixedLengthUTF32(length=0, endianness='${this.endianness}')`;
  }

  format(): string {
    return this.kind === 'bytes' ? "b''" : "''";
  }

  override pythonScalar(): string {
    return this.kind === 'bytes' ? "b''" : '';
  }
}

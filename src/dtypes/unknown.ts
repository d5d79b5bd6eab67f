/**
 * A data type that metadata names and nobody registered. The node opens, its metadata and attributes can be read and
 * written back; whoever asks for data is told which type it is.
 */
import { UnknownDataTypeError } from '../errors.js';
import { toPlain } from '../json/convert.js';
import { formatJson, jsonExcerpt } from '../json/format.js';
import type { Json } from '../json/model.js';
import { DType } from './dtype.js';
import type { PackedStorage, Storage } from './storage.js';

/** The one element of storage that there is of it holds its fill value's JSON. */
export class UnknownDType extends DType {
  readonly name: string;
  readonly kind = 'unknown';
  readonly itemSize = undefined;
  readonly storageUnit = 'object';
  readonly #json: Json;
  readonly #format: 2 | 3;

  /** `json` is the type as metadata of `format` has it; `name` what to call it in messages. */
  constructor(json: Json, format: 2 | 3, name: string) {
    super(undefined);
    this.name = name;
    this.#json = json;
    this.#format = format;
  }

  override allocate(): Storage {
    throw this.#error();
  }

  override view(): PackedStorage {
    throw this.#error();
  }

  wrap(): never {
    throw this.#error();
  }

  unwrap(): never {
    throw this.#error();
  }

  /** The fill value, as JSON has it. */
  get(storage: Storage, index: number): unknown {
    return toPlain(storage[index] as Json); // There is no other storage than fill values.
  }

  set(): never {
    throw this.#error();
  }

  override defaultFillValue(): Storage {
    return [null];
  }

  parseFillValue(json: Json): Storage {
    return [json];
  }

  fillValueToJson(fillValue: Storage): Json {
    return fillValue[0] as Json; // As in `get`.
  }

  toMetadata(format: 2 | 3): Json {
    if (format !== this.#format) throw this.#error();
    return this.#json;
  }

  override toJSON(): unknown {
    return toPlain(this.#json);
  }

  repr(): string {
    return `UnknownDType(${formatJson(this.#json, null)})`;
  }

  format(storage: Storage, index: number): string {
    return jsonExcerpt(storage[index] as Json); // As in `get`.
  }

  #error(): UnknownDataTypeError {
    return new UnknownDataTypeError(
      `data type ${this.name}: expected a registered data type to read or write data with`,
    );
  }
}

/**
 * Some fields of an array of structs, chosen for a read or a write. Chunks hold whole structs: a read takes the fields
 * out of each decoded chunk, a write puts them into what the chunk holds already.
 */
import { described } from '../described.js';
import type { DType } from '../dtypes/dtype.js';
import { bytesOfStorage, type PackedStorage, type Storage } from '../dtypes/storage.js';
import { type PlacedField, Struct } from '../dtypes/struct.js';
import { SelectionError } from '../errors.js';
import { copyBytes } from '../ndarray/field.js';
import type { View } from '../ndarray/picked.js';

/** One field's name, or a list of names. */
export type FieldSelection = string | readonly string[];

/** A field in structs, and in the elements of the selection. */
interface Part {
  readonly inStruct: PlacedField;
  readonly inElement: number;
}

/** The chosen fields of structs. */
export class Fields {
  /** What is read or written: the type of the one field that is named, or a struct of those in the list. */
  readonly dtype: DType;
  /** One element. */
  readonly fillValue: Storage;
  readonly #parts: readonly Part[];

  /** Throws `SelectionError` for a field that `struct` has not. */
  constructor(struct: DType, structFill: Storage, selection: FieldSelection) {
    const names = typeof selection === 'string' ? [selection] : selection;
    const places = placesOf(struct, names);
    this.dtype =
      typeof selection === 'string'
        ? places[0]!.dtype // There is a place for each name.
        : new Struct({ fields: places.map(({ name, dtype }) => [name, dtype]) });
    let offset = 0;
    this.#parts = places.map((inStruct) => {
      const part = { inStruct, inElement: offset };
      offset += inStruct.size;
      return part;
    });
    const bytes = new Uint8Array(offset);
    for (const { inStruct, inElement } of this.#parts) {
      const start = inStruct.offset;
      bytes.set(bytesOfStorage(structFill as PackedStorage).subarray(start, start + inStruct.size), inElement); // Structs are packed.
    }
    this.fillValue = this.dtype.view(bytes);
  }

  /** Copies the fields of `structs` to `elements`, which are of this selection's type and of the same shape. */
  take(structs: View, elements: View): void {
    for (const { inStruct, inElement } of this.#parts) {
      copyBytes(structs, inStruct.offset, elements, inElement, inStruct.size);
    }
  }

  /** Copies `elements` to the fields of `structs`; their other fields stay as they are. */
  put(elements: View, structs: View): void {
    for (const { inStruct, inElement } of this.#parts) {
      copyBytes(elements, inElement, structs, inStruct.offset, inStruct.size);
    }
  }
}

const notText = (names: readonly unknown[]): unknown => names.find((name) => typeof name !== 'string');

function placesOf(struct: DType, names: unknown): PlacedField[] {
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) {
    const found =
      Array.isArray(names) && names.length > 0 ? `a list with ${described(notText(names))}` : described(names);
    throw new SelectionError(`fields: expected the name of a field, or a list of at least one, got ${found}`);
  }
  if (new Set(names).size < names.length)
    throw new SelectionError(`fields: expected each name once, got ${names.join(', ')}`);
  if (!(struct instanceof Struct)) throw new SelectionError(`fields: data of type "${struct}" has no fields`);
  return names.map((name) => struct.place(name));
}

/**
 * Fields of arrays of structs. Storage of structs is bytes, so a field is so many bytes of each element; it is moved by
 * the loops that move everything, as one more axis.
 */

import { described } from '../described.js';
import type { DType } from '../dtypes/dtype.js';
import {
  bytesOfStorage,
  type PackedStorage,
  type Storage,
  type StorageUnit,
  storageOfBytes,
} from '../dtypes/storage.js';
import { Struct } from '../dtypes/struct.js';
import { FieldInPlace } from '../dtypes/struct-field.js';
import { SelectionError } from '../errors.js';
import { copy } from './copy.js';
import { Picked, type View } from './picked.js';
import { sizeOf, stridesOf } from './shape.js';
import type { Strided } from './strided.js';

/** A view whose elements have a meaning. */
export interface Typed extends Strided {
  readonly dtype: DType;
}

/** `size` bytes from `start` on of each element of `array`, which has packed storage: a view of the bytes. */
export function bytesOfEach(array: View, start: number, size: number): View {
  const { shape } = array;
  const packed = array.storage as PackedStorage; // By contract.
  const storage = bytesOfStorage(packed);
  const itemSize = packed.BYTES_PER_ELEMENT * array.itemUnits;
  const offset = array.offset * itemSize + start;
  const lengths = [...shape, size];
  if (!(array instanceof Picked)) {
    const strides = [...array.strides.map((stride) => stride * itemSize), 1];
    return { storage, itemUnits: 1, shape: lengths, strides, offset };
  }
  const steps = array.steps.map((step) =>
    typeof step === 'number' ? step * itemSize : step.map((place) => place * itemSize),
  );
  return new Picked(storage, 1, lengths, [...steps, 1], offset);
}

/** The field `name` of `array`: a view of the same memory. Throws `SelectionError` if there is none. */
export function fieldOf(array: Typed, name: string): Typed {
  const { dtype, shape, strides, offset } = array;
  const struct = dtype.standalone;
  if (!(struct instanceof Struct)) throw new SelectionError(`field ${described(name)}: "${dtype.name}" has no fields`);
  const place = struct.place(name);
  const start = place.offset + (dtype instanceof FieldInPlace ? dtype.offset : 0);
  const span = dtype.unitsPerItem;
  const storage = array.storage as Uint8Array; // What structs are stored in.
  const unit = place.dtype.storageUnit as Exclude<StorageUnit, 'object'>; // Fields have one size, and are not lists.
  if (span % place.size !== 0 || (storage.byteOffset + start) % unit !== 0) {
    const inPlace = new FieldInPlace({ ...place, offset: start }, span);
    return { dtype: inPlace, storage, itemUnits: span, shape, strides, offset };
  }
  // Elements of the field's own type are a whole number of them apart.
  const count = Math.max(0, Math.floor((storage.length - start) / place.size));
  const ratio = span / place.size;
  return {
    dtype: place.dtype,
    storage: storageOfBytes(unit, storage.subarray(start, start + count * place.size)),
    itemUnits: place.dtype.unitsPerItem,
    shape,
    strides: strides.map((stride) => stride * ratio),
    offset: offset * ratio,
  };
}

/** `array` in memory of its own type: itself, or a packed copy of a field that lies in the midst of its structs. */
export function standalone(array: Typed): Typed {
  const { dtype, shape } = array;
  if (!(dtype instanceof FieldInPlace)) return array;
  const type = dtype.standalone;
  const bytes = gather(array, dtype.offset, dtype.itemSize);
  return {
    dtype: type,
    storage: type.view(bytes),
    itemUnits: type.unitsPerItem,
    shape,
    strides: stridesOf(shape),
    offset: 0,
  };
}

function gather(array: Strided, start: number, size: number): Uint8Array {
  const bytes = new Uint8Array(sizeOf(array.shape) * size);
  copyBytes(array, start, packed(bytes, size, array.shape), 0, size);
  return bytes;
}

const packed = (storage: Storage, itemUnits: number, shape: readonly number[]): Strided => ({
  storage,
  itemUnits,
  shape,
  strides: stridesOf(shape),
  offset: 0,
});

/** Copies `size` bytes of each element, from `from` in those of `source` to `to` in those of `target`. */
export function copyBytes(source: View, from: number, target: View, to: number, size: number): void {
  copy(bytesOfEach(source, from, size), bytesOfEach(target, to, size));
}

/** Storage of structs of type `target` with the fields of `source`, each cast by `cast`. */
export function castFields(
  source: Typed,
  target: Struct,
  cast: (field: Typed, name: string, dtype: DType) => Storage,
): Storage {
  const { shape } = source;
  const result = target.allocate(sizeOf(shape)) as PackedStorage; // Structs are packed.
  for (const { name, dtype, offset, size } of target.places) {
    const storage = cast(fieldOf(source, name), name, dtype);
    copyBytes(packed(storage, dtype.unitsPerItem, shape), 0, packed(result, target.unitsPerItem, shape), offset, size);
  }
  return result;
}

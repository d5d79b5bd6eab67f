/**
 * Whether every element of an array is one given element, bit for bit: how chunks of nothing but fill value are found.
 */
import { isPacked, type Storage } from '../dtypes/storage.js';
import { ArgumentError } from '../errors.js';
import { type Strided, unitsOf } from './strided.js';
import { type Walk, walkOf } from './walk.js';

/** Whether every element of `array` has the bits of `value`, one element of storage; lists compare strings and bytes. */
export function isAll(array: Strided, value: Storage): boolean {
  if (value.length !== array.itemUnits) {
    throw new ArgumentError(`expected one element of ${array.itemUnits} units, got ${value.length} units`);
  }
  if (!isPacked(array.storage) && !isPacked(value)) return isAllObjects(array, value);
  if (!isPacked(array.storage) || !isPacked(value)) throw differentUnits(array.storage, value);
  // Most often the first element tells.
  const first = array.offset * array.itemUnits;
  if (array.storage[first] !== value[0] && value.length > 0 && !array.shape.includes(0)) return false;
  // BigInts are slow to compare: units of 8 bytes are taken as pairs of 4.
  if (array.storage instanceof BigUint64Array && value instanceof BigUint64Array) {
    const halves = halvesOf(value);
    return isAll({ ...array, storage: halvesOf(array.storage), itemUnits: array.itemUnits * 2 }, halves);
  }
  // Where the units of an element are the same, they are compared one by one; else items are walked by first units.
  const isUniform = (value as Uint32Array).every((unit) => unit === value[0]);
  const units = isUniform ? unitsOf(array) : firstUnitsOf(array);
  const item = isUniform ? value.subarray(0, 1) : value;
  const walk = walkOf(units, units);
  if (walk === undefined) return true;
  const { storage } = array;
  if (storage instanceof Uint8Array && item instanceof Uint8Array) return isAll8(storage, item, walk, 0, walk.to);
  if (storage instanceof Uint16Array && item instanceof Uint16Array) return isAll16(storage, item, walk, 0, walk.to);
  if (storage instanceof Uint32Array && item instanceof Uint32Array) return isAll32(storage, item, walk, 0, walk.to);
  throw differentUnits(storage, value);
}

const differentUnits = (storage: Storage, value: Storage): ArgumentError =>
  new ArgumentError(`cannot compare storage of ${storage.constructor.name} with ${value.constructor.name}`);

const halvesOf = ({ buffer, byteOffset, length }: BigUint64Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length * 2);

/** The first unit of each element. */
function firstUnitsOf({ storage, itemUnits, shape, strides, offset }: Strided): Strided {
  return {
    storage,
    itemUnits: 1,
    shape,
    strides: strides.map((stride) => stride * itemUnits),
    offset: offset * itemUnits,
  };
}

// One function of its own text for each type, for the reason that `rows8.ts` gives.

function isAll8(storage: Uint8Array, item: Uint8Array, walk: Walk, axis: number, at: number): boolean {
  const length = walk.lengths[axis]!;
  const step = walk.targetSteps[axis]!;
  if (axis < walk.lengths.length - 1) {
    for (let i = 0; i < length; i++) if (!isAll8(storage, item, walk, axis + 1, at + i * step)) return false;
    return true;
  }
  const first = item[0]!;
  for (let i = 0; i < length; i++, at += step) {
    if (storage[at] !== first) return false;
    for (let unit = 1; unit < item.length; unit++) if (storage[at + unit] !== item[unit]) return false;
  }
  return true;
}

function isAll16(storage: Uint16Array, item: Uint16Array, walk: Walk, axis: number, at: number): boolean {
  const length = walk.lengths[axis]!;
  const step = walk.targetSteps[axis]!;
  if (axis < walk.lengths.length - 1) {
    for (let i = 0; i < length; i++) if (!isAll16(storage, item, walk, axis + 1, at + i * step)) return false;
    return true;
  }
  const first = item[0]!;
  for (let i = 0; i < length; i++, at += step) {
    if (storage[at] !== first) return false;
    for (let unit = 1; unit < item.length; unit++) if (storage[at + unit] !== item[unit]) return false;
  }
  return true;
}

function isAll32(storage: Uint32Array, item: Uint32Array, walk: Walk, axis: number, at: number): boolean {
  const length = walk.lengths[axis]!;
  const step = walk.targetSteps[axis]!;
  if (axis < walk.lengths.length - 1) {
    for (let i = 0; i < length; i++) if (!isAll32(storage, item, walk, axis + 1, at + i * step)) return false;
    return true;
  }
  const first = item[0]!;
  for (let i = 0; i < length; i++, at += step) {
    if (storage[at] !== first) return false;
    for (let unit = 1; unit < item.length; unit++) if (storage[at + unit] !== item[unit]) return false;
  }
  return true;
}

function isAllObjects(array: Strided, value: Storage): boolean {
  const walk = walkOf(array, array);
  if (walk === undefined) return true;
  const { storage } = array;
  const [item] = value;
  const check = (axis: number, at: number): boolean => {
    const isInnermost = axis === walk.lengths.length - 1;
    for (let i = 0; i < walk.lengths[axis]!; i++, at += walk.targetSteps[axis]!) {
      if (!(isInnermost ? isSame(storage[at], item) : check(axis + 1, at))) return false;
    }
    return true;
  };
  return check(0, walk.to);
}

function isSame(one: unknown, other: unknown): boolean {
  if (!(one instanceof Uint8Array && other instanceof Uint8Array)) return one === other;
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

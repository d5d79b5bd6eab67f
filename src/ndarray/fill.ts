/**
 * Setting all elements to one, and asking whether they all are.
 */
import { isPacked, type PackedStorage, type Storage } from '../dtypes/storage.js';
import { ArgumentError } from '../errors.js';
import { copy } from './copy.js';
import { Picked, type View } from './picked.js';
import { sizeOf } from './shape.js';
import { isContiguous, unitsOf } from './strided.js';

export { isAll } from './is-all.js';

/** Sets every element of `target` to `value`, which is one element of storage. */
export function fill(target: View, value: Storage): void {
  const { storage, shape, itemUnits, offset } = target;
  if (value.length !== itemUnits) throw wrongValue(value, itemUnits);
  if (target instanceof Picked) {
    copy({ storage: value, itemUnits, shape, strides: shape.map(() => 0), offset: 0 }, target);
    return;
  }
  if (itemUnits > 1 && !isUniform(value) && isPacked(storage) && isContiguous(target)) {
    const source = { storage: value, itemUnits, shape: [1], strides: [1], offset: 0 };
    const size = sizeOf(shape);
    if (size === 0) return;
    copy(source, { storage, itemUnits, shape: [1], strides: [1], offset });
    repeat(storage, offset * itemUnits, itemUnits, size * itemUnits);
    return;
  }
  const units = isUniform(value) ? unitsOf(target) : target;
  const strides = units.shape.map(() => 0);
  copy({ storage: value, itemUnits: units.itemUnits, shape: units.shape, strides, offset: 0 }, units);
}

/** Repeats the first `known` units after `start` until there are `length`: each round doubles what is there. */
function repeat(storage: PackedStorage, start: number, known: number, length: number): void {
  while (known < length) {
    const count = Math.min(known, length - known);
    storage.copyWithin(start + known, start, start + count);
    known += count;
  }
}

/** Whether all units are the same, so that one of them stands for the element. */
function isUniform(value: Storage): boolean {
  for (let unit = 1; unit < value.length; unit++) if (value[unit] !== value[0]) return false;
  return true;
}

function wrongValue(value: Storage, itemUnits: number): ArgumentError {
  return new ArgumentError(`expected one element of ${itemUnits} units, got ${value.length} units`);
}

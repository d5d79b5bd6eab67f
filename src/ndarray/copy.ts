/**
 * Copying from one view to another: picks the loops for the unit of storage.
 */
import { ArgumentError } from '../errors.js';
import { copyPicked } from './copy-picked.js';
import { Picked, type View } from './picked.js';
import { copyRowsOfObjects } from './rows-object.js';
import { copyRows8 } from './rows8.js';
import { copyRows16 } from './rows16.js';
import { copyRows32 } from './rows32.js';
import { copyRows64 } from './rows64.js';
import { walkOf } from './walk.js';

/**
 * Copies the elements of `source` to `target`: same shape, same unit of storage, no memory in common. A source stride
 * of 0 repeats elements; where a list names a place of the target twice, the later element stays. Bits are never
 * interpreted.
 */
export function copy(source: View, target: View): void {
  if (source instanceof Picked || target instanceof Picked) {
    copyPicked(source, target);
    return;
  }
  const walk = walkOf(source, target);
  if (walk === undefined) return;
  const from = source.storage;
  const to = target.storage;
  if (from instanceof Uint8Array && to instanceof Uint8Array) copyRows8(from, to, walk);
  else if (from instanceof Uint16Array && to instanceof Uint16Array) copyRows16(from, to, walk);
  else if (from instanceof Uint32Array && to instanceof Uint32Array) copyRows32(from, to, walk);
  else if (from instanceof BigUint64Array && to instanceof BigUint64Array) copyRows64(from, to, walk);
  else if (Array.isArray(from) && Array.isArray(to)) copyRowsOfObjects(from, to, walk);
  else throw new ArgumentError(`cannot copy storage of ${from.constructor.name} to ${to.constructor.name}`);
}

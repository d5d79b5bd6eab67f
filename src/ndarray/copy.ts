/**
 * Copying from one view to another: picks the loops for the unit of storage, or for units of 8 bytes where rows are
 * whole numbers of them, for these move short rows several times as fast.
 */
import { isPacked, type PackedStorage, type Storage } from '../dtypes/storage.js';
import { ArgumentError } from '../errors.js';
import { copyPicked } from './copy-picked.js';
import { Picked, type View } from './picked.js';
import { copyRowsOfObjects } from './rows-object.js';
import { copyRows8 } from './rows8.js';
import { copyRows16 } from './rows16.js';
import { copyRows32 } from './rows32.js';
import { copyRows64 } from './rows64.js';
import { isWiderWorthwhile, type Walk, walkOf, widened } from './walk.js';

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
  if (!copyWide(source.storage, target.storage, walk)) {
    copyWalk(source.storage, target.storage, walk, walk.from, walk.to);
  }
}

/** Copies all that `walk` goes over, which begins at `from` and `to`. Places are not checked. */
export function copyWalk(from: Storage, to: Storage, walk: Walk, start: number, end: number): void {
  if (from instanceof Uint8Array && to instanceof Uint8Array) copyRows8(from, to, walk, start, end);
  else if (from instanceof Uint16Array && to instanceof Uint16Array) copyRows16(from, to, walk, start, end);
  else if (from instanceof Uint32Array && to instanceof Uint32Array) copyRows32(from, to, walk, start, end);
  else if (from instanceof BigUint64Array && to instanceof BigUint64Array) copyRows64(from, to, walk, start, end);
  else if (Array.isArray(from) && Array.isArray(to)) copyRowsOfObjects(from, to, walk, start, end);
  else throw new ArgumentError(`cannot copy storage of ${from.constructor.name} to ${to.constructor.name}`);
}

/** Copies by units of 8 bytes, where that is possible and worthwhile; whether it did. */
function copyWide(source: Storage, target: Storage, walk: Walk): boolean {
  if (!isPacked(source) || !isPacked(target)) return false;
  const factor = 8 / source.BYTES_PER_ELEMENT;
  if (factor === 1 || source.BYTES_PER_ELEMENT !== target.BYTES_PER_ELEMENT) return false;
  if (source.byteOffset % 8 !== 0 || target.byteOffset % 8 !== 0 || !isWiderWorthwhile(walk, factor)) return false;
  const wide = widened(walk, factor);
  if (wide === undefined) return false;
  copyRows64(wideUnits(source), wideUnits(target), wide, wide.from, wide.to);
  return true;
}

/** `storage`, which is aligned, by units of 8 bytes: as many as it has. */
export const wideUnits = ({ buffer, byteOffset, byteLength }: PackedStorage): BigUint64Array =>
  new BigUint64Array(buffer, byteOffset, Math.floor(byteLength / 8));

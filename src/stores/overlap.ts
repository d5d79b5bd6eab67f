/**
 * Whether two places share values: what copies and moves must know before they delete anything.
 */
import type { Store } from './store.js';
import { isSameStore, type StorePath } from './store-path.js';

/** Whether `place` is `other` or lies below it, also where one folder is reached by two stores. */
export function isWithin(place: StorePath, other: StorePath): boolean {
  if (haveSameValues(place.store, other.store) && isBelow(place.path, other.path, '')) return true;
  // A store of a folder, and a store of the folder above it, name the same place by one text.
  const [text, otherText] = [String(place), String(other)];
  return text.includes('://') && otherText.includes('://') && isBelow(text, otherText);
}

/** Whether one of the places lies within the other. */
export const overlap = (place: StorePath, other: StorePath): boolean =>
  isWithin(place, other) || isWithin(other, place);

/** Whether `path` is `other` or goes on from it; everything does from `root`, where there is one. */
const isBelow = (path: string, other: string, root?: string): boolean =>
  other === root || path === other || path.startsWith(`${other}/`);

/** A store that is read-only and one that is not may be of the same values. */
function haveSameValues(left: Store, right: Store): boolean {
  if (isSameStore(left, right)) return true;
  if (left.readOnly === right.readOnly || left.withReadOnly === undefined) return false;
  return isSameStore(left.withReadOnly(right.readOnly), right);
}

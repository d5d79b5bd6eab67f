/**
 * Lists of places along an axis: grouped by the chunks they lie in, and seen as runs where they are evenly spaced.
 *
 * Grouping is linear in the number of places, never in the number of chunks, and keeps the order within a group.
 */
import { LimitError } from '../errors.js';
import type { AxisPick, Places } from '../ndarray/picked.js';

/** As many entries as a `Map` can have. */
const MOST_GROUPS = 2 ** 24;

/** Items that have the same key, in the order in which the keys come first. */
export interface Groups {
  /** The number of groups. */
  readonly count: number;
  /** Where each group begins in `order`; one more for the end. */
  readonly starts: Float64Array;
  /** Positions of the items, those of one group beside each other and in their order. */
  readonly order: Places;
}

/** Groups items by their keys. */
export function groupBy(keys: Float64Array): Groups {
  const { ids, count } = numbered(keys);
  const starts = new Float64Array(count + 1);
  for (let i = 0; i < ids.length; i++) starts[ids[i]! + 1]!++;
  for (let group = 0; group < count; group++) starts[group + 1]! += starts[group]!;
  const next = starts.slice();
  const order = new Float64Array(ids.length);
  for (let i = 0; i < ids.length; i++) order[next[ids[i]!]!++] = i;
  return { count, starts, order };
}

/** Numbers for the keys, from 0 on in the order in which they come first. */
export function numbered(keys: Float64Array): { readonly ids: Float64Array; readonly count: number } {
  const ids = new Float64Array(keys.length);
  const known = new Map<number, number>();
  let lastKey = Number.NaN;
  let id = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (key !== lastKey) {
      id = known.get(key) ?? known.size;
      if (id === MOST_GROUPS) {
        throw new LimitError(`a list of indices over more than ${MOST_GROUPS} chunks: select them in several calls`);
      }
      known.set(key, id);
      lastKey = key;
    }
    ids[i] = id;
  }
  return { ids, count: known.size };
}

/** `places` as a run, where they are evenly spaced and none repeats. */
export function compact(places: Places): AxisPick {
  const count = places.length;
  const start = places[0] ?? 0;
  if (count <= 1) return { start, step: 1, count };
  const step = places[1]! - start;
  if (step === 0) return places;
  for (let i = 2; i < count; i++) if (places[i]! - places[i - 1]! !== step) return places;
  return { start, step, count };
}

/**
 * The search for matches. Tables by hash tell where in the segment the next bytes were seen last. An entry is only a
 * hint: its bytes are compared. So an empty entry needs no mark, it names position 0, whose bytes are as good as any;
 * only position 0 itself is not searched. Matches may begin in earlier blocks of the segment.
 *
 * Before the tables, the offset of the last match is tried at the next position, and after a match the one before that
 * is tried at once: arrays repeat at the distance of their rows and items.
 */

import type { ZstdStrategy } from '../../zstd-frame.js';
import type { Sequences } from './sequences.js';
import { SHORTEST_MATCH } from './sequences.js';

/** Bytes behind the searched position that are read without asking whether the block has them. */
const MARGIN = 8;
const HASH_PRIME_1 = 0x9e3779b1 | 0;
const HASH_PRIME_2 = 0x85ebca77 | 0;
const LONG_LOG = 17;
const SMALLEST_LOG = 6;
/** The search takes longer steps the longer it finds nothing: so many positions more per 2^9 literals. */
const FAST_HASTE = 4;
const DOUBLE_FAST_HASTE = 2;
const HASTE_LOG = 9;

/** The memory of one segment: where its bytes were seen. */
export class MatchFinder {
  private readonly view: DataView;
  private readonly shortTable: Int32Array;
  private readonly longTable: Int32Array | undefined;

  constructor(
    private readonly segment: Uint8Array,
    private readonly strategy: ZstdStrategy,
  ) {
    this.view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
    const isDouble = strategy.kind === 'double-fast';
    this.shortTable = tableFor(segment.length, strategy.tableLog);
    this.longTable = isDouble ? tableFor(segment.length, LONG_LOG) : undefined;
  }

  /** Adds to `sequences` what the block segment[start, end) is made of; `recent` is the offset used last. */
  findMatches(sequences: Sequences, start: number, end: number, recent: number, beforeRecent: number): void {
    const { segment, view, shortTable, longTable, strategy } = this;
    const anchor =
      longTable === undefined
        ? findFast(segment, view, shortTable, strategy, sequences, start, end, recent, beforeRecent)
        : findDoubleFast(segment, view, shortTable, longTable, strategy, sequences, start, end, recent, beforeRecent);
    sequences.addLiterals(segment, anchor, end);
  }
}

/** A table with about two entries for each position, within bounds. */
function tableFor(positions: number, mostLog: number): Int32Array {
  const log = Math.min(mostLog, Math.max(SMALLEST_LOG, 33 - Math.clz32(positions)));
  return new Int32Array(2 ** log);
}

/** Of eight bytes, or of those that the caller left in `high`. */
function hash8(low: number, high: number): number {
  return Math.imul(Math.imul(low, HASH_PRIME_1) ^ high, HASH_PRIME_2);
}

function shiftOf(table: Int32Array): number {
  return 1 + Math.clz32(table.length);
}

/** The number of bytes from `at` on, before `end`, that equal those from `earlier` on. */
function matchLength(bytes: Uint8Array, view: DataView, at: number, earlier: number, end: number): number {
  const start = at;
  while (at + 4 <= end) {
    const difference = view.getInt32(at, true) ^ view.getInt32(earlier, true);
    // The lowest one bit of the difference is in the first byte that differs.
    if (difference !== 0) return at - start + ((31 - Math.clz32(difference & -difference)) >> 3);
    at += 4;
    earlier += 4;
  }
  while (at < end && bytes[at] === bytes[earlier]) {
    at++;
    earlier++;
  }
  return at - start;
}

/** Returns where the literals begin that follow the last match. */
function findFast(
  bytes: Uint8Array,
  view: DataView,
  table: Int32Array,
  { hashBytes, step }: ZstdStrategy,
  sequences: Sequences,
  start: number,
  end: number,
  recent: number,
  beforeRecent: number,
): number {
  const shift = shiftOf(table);
  const highMask = (1 << (8 * (hashBytes - 4))) - 1;
  const limit = end - MARGIN;
  let anchor = start;
  let at = Math.max(start, 1);
  while (at < limit) {
    const low = view.getInt32(at, true);
    const slot = hash8(low, view.getInt32(at + 4, true) & highMask) >>> shift;
    const searched = at;
    let candidate = table[slot]!;
    table[slot] = at;
    let length: number;
    if (recent <= at + 1 && view.getInt32(at + 1, true) === view.getInt32(at + 1 - recent, true)) {
      at++;
      length = SHORTEST_MATCH + matchLength(bytes, view, at + 4, at + 4 - recent, end);
      sequences.add(bytes, anchor, at, recent, length);
    } else if (view.getInt32(candidate, true) === low) {
      length = SHORTEST_MATCH + matchLength(bytes, view, at + 4, candidate + 4, end);
      while (at > anchor && candidate > 0 && bytes[at - 1] === bytes[candidate - 1]) {
        at--;
        candidate--;
        length++;
      }
      beforeRecent = recent;
      recent = at - candidate;
      sequences.add(bytes, anchor, at, recent, length);
    } else {
      at += step + ((FAST_HASTE * (at - anchor)) >> HASTE_LOG);
      continue;
    }
    at += length;
    anchor = at;
    if (at >= limit) break;
    const inside = searched + 2;
    table[hash8(view.getInt32(inside, true), view.getInt32(inside + 4, true) & highMask) >>> shift] = inside;
    table[hash8(view.getInt32(at - 2, true), view.getInt32(at + 2, true) & highMask) >>> shift] = at - 2;
    while (at < limit && beforeRecent <= at && view.getInt32(at, true) === view.getInt32(at - beforeRecent, true)) {
      length = SHORTEST_MATCH + matchLength(bytes, view, at + 4, at + 4 - beforeRecent, end);
      const swapped = beforeRecent;
      beforeRecent = recent;
      recent = swapped;
      table[hash8(view.getInt32(at, true), view.getInt32(at + 4, true) & highMask) >>> shift] = at;
      sequences.add(bytes, at, at, recent, length);
      at += length;
      anchor = at;
    }
  }
  return anchor;
}

/** Returns where the literals begin that follow the last match. */
function findDoubleFast(
  bytes: Uint8Array,
  view: DataView,
  shortTable: Int32Array,
  longTable: Int32Array,
  { hashBytes }: ZstdStrategy,
  sequences: Sequences,
  start: number,
  end: number,
  recent: number,
  beforeRecent: number,
): number {
  const shortShift = shiftOf(shortTable);
  const longShift = shiftOf(longTable);
  const highMask = (1 << (8 * (hashBytes - 4))) - 1;
  const limit = end - MARGIN;
  let anchor = start;
  let at = Math.max(start, 1);
  while (at < limit) {
    const low = view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    const shortSlot = hash8(low, high & highMask) >>> shortShift;
    const longSlot = hash8(low, high) >>> longShift;
    const searched = at;
    const shortCandidate = shortTable[shortSlot]!;
    const longCandidate = longTable[longSlot]!;
    shortTable[shortSlot] = at;
    longTable[longSlot] = at;
    let length: number;
    if (recent <= at + 1 && view.getInt32(at + 1, true) === view.getInt32(at + 1 - recent, true)) {
      at++;
      length = SHORTEST_MATCH + matchLength(bytes, view, at + 4, at + 4 - recent, end);
      sequences.add(bytes, anchor, at, recent, length);
    } else {
      let candidate: number;
      if (view.getInt32(longCandidate, true) === low && view.getInt32(longCandidate + 4, true) === high) {
        candidate = longCandidate;
      } else if (view.getInt32(shortCandidate, true) === low) {
        candidate = shortCandidate;
        // A long match that begins one byte later is worth more than a short one here.
        const nextLow = view.getInt32(at + 1, true);
        const nextHigh = view.getInt32(at + 5, true);
        const nextSlot = hash8(nextLow, nextHigh) >>> longShift;
        const later = longTable[nextSlot]!;
        longTable[nextSlot] = at + 1;
        if (view.getInt32(later, true) === nextLow && view.getInt32(later + 4, true) === nextHigh) {
          at++;
          candidate = later;
        }
      } else {
        at += 1 + ((DOUBLE_FAST_HASTE * (at - anchor)) >> HASTE_LOG);
        continue;
      }
      length = SHORTEST_MATCH + matchLength(bytes, view, at + 4, candidate + 4, end);
      while (at > anchor && candidate > 0 && bytes[at - 1] === bytes[candidate - 1]) {
        at--;
        candidate--;
        length++;
      }
      beforeRecent = recent;
      recent = at - candidate;
      sequences.add(bytes, anchor, at, recent, length);
    }
    at += length;
    anchor = at;
    if (at >= limit) break;
    const inside = searched + 2;
    const insideLow = view.getInt32(inside, true);
    const insideHigh = view.getInt32(inside + 4, true);
    longTable[hash8(insideLow, insideHigh) >>> longShift] = inside;
    shortTable[hash8(insideLow, insideHigh & highMask) >>> shortShift] = inside;
    longTable[hash8(view.getInt32(at - 2, true), view.getInt32(at + 2, true)) >>> longShift] = at - 2;
    shortTable[hash8(view.getInt32(at - 1, true), view.getInt32(at + 3, true) & highMask) >>> shortShift] = at - 1;
    while (at < limit && beforeRecent <= at && view.getInt32(at, true) === view.getInt32(at - beforeRecent, true)) {
      length = SHORTEST_MATCH + matchLength(bytes, view, at + 4, at + 4 - beforeRecent, end);
      const swapped = beforeRecent;
      beforeRecent = recent;
      recent = swapped;
      const repeatLow = view.getInt32(at, true);
      const repeatHigh = view.getInt32(at + 4, true);
      longTable[hash8(repeatLow, repeatHigh) >>> longShift] = at;
      shortTable[hash8(repeatLow, repeatHigh & highMask) >>> shortShift] = at;
      sequences.add(bytes, at, at, recent, length);
      at += length;
      anchor = at;
    }
  }
  return anchor;
}

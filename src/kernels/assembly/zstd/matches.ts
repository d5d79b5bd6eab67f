/**
 * The search for matches. Tables by hash tell where in the segment the next bytes were seen last, counted from its
 * start. An entry is only a hint: its bytes are compared. So an empty entry needs no mark, it names the first byte;
 * only that one is not searched. Matches may begin in earlier blocks of the segment.
 *
 * Before the tables, the offset of the last match is tried at the next position, and after a match the one before that
 * is tried at once: arrays repeat at the distance of their rows and items.
 *
 * Bounds: a search stops eight bytes before the end of the block, so nothing behind it is read but by `addSequence`.
 */

import { beforeLatest, latest } from './recent-offsets';
import { addLastLiterals, addSequence, SHORTEST_MATCH } from './sequences';

const MARGIN: usize = 8;
const PRIME_1: u32 = 0x9e3779b1;
const PRIME_2: u32 = 0x85ebca77;
const LONG_LOG: u32 = 17;
/** The largest short table. */
const MOST_SHORT_LOG: u32 = 16;
const SMALLEST_LOG: u32 = 6;
/** The search takes longer steps the longer it finds nothing: so many positions more per 2^9 literals. */
const FAST_HASTE: usize = 4;
const DOUBLE_FAST_HASTE: usize = 2;
const HASTE_LOG: usize = 9;

const LONG_TABLE: usize = memory.data((1 << 17) * 4, 16);
const SHORT_TABLE: usize = memory.data((1 << 16) * 4, 16);

let longShift: u32 = 0;
let shortShift: u32 = 0;
/** Which of the last four of eight bytes the short table goes by. */
let shortMask: u32 = 0;

/** Forgets earlier segments; the tables have about two entries for each position, within bounds. */
export function forgetMatches(positions: u32, isDoubleFast: bool, hashBytes: u32, mostLog: u32): void {
  if (hashBytes < 4 || hashBytes > 7 || mostLog > MOST_SHORT_LOG) unreachable();
  shortMask = (1 << (8 * (hashBytes - 4))) - 1;
  const shortLog = tableLog(positions, mostLog);
  shortShift = 32 - shortLog;
  memory.fill(SHORT_TABLE, 0, (<usize>4) << shortLog);
  if (!isDoubleFast) return;
  const longLog = tableLog(positions, LONG_LOG);
  longShift = 32 - longLog;
  memory.fill(LONG_TABLE, 0, (<usize>4) << longLog);
}

function tableLog(positions: u32, most: u32): u32 {
  return min<u32>(most, max<u32>(SMALLEST_LOG, 33 - clz<u32>(positions)));
}

// @ts-ignore: decorator
@inline
function shortEntry(bytes: u64, mask: u32, shift: u32): usize {
  return SHORT_TABLE + (<usize>(hash(<u32>bytes, <u32>(bytes >> 32) & mask) >> shift) << 2);
}

// @ts-ignore: decorator
@inline
function longEntry(bytes: u64, shift: u32): usize {
  return LONG_TABLE + (<usize>(hash(<u32>bytes, <u32>(bytes >> 32)) >> shift) << 2);
}

/** In two halves, as the twin can do it. */
// @ts-ignore: decorator
@inline
function hash(low: u32, high: u32): u32 {
  return ((low * PRIME_1) ^ high) * PRIME_2;
}

/** The number of bytes from `at` on, before `end`, that equal those from `earlier` on. */
// @ts-ignore: decorator
@inline
function matchLength(at: usize, earlier: usize, end: usize): u32 {
  const start = at;
  while (at + 8 <= end) {
    const difference = load<u64>(at) ^ load<u64>(earlier);
    // The lowest one bit of the difference is in the first byte that differs.
    if (difference != 0) return <u32>(at - start) + <u32>(ctz<u64>(difference) >> 3);
    at += 8;
    earlier += 8;
  }
  while (at < end && load<u8>(at) == load<u8>(earlier)) {
    at++;
    earlier++;
  }
  return <u32>(at - start);
}

/** Adds to the sequences what the block [start, end) of the segment is made of. */
export function findFast(segment: usize, start: usize, end: usize, step: u32): void {
  const shift = shortShift;
  const mask = shortMask;
  const limit = end - MARGIN;
  let recent = latest;
  let beforeRecent = beforeLatest;
  let anchor = start;
  let at = start == segment ? start + 1 : start;
  while (at < limit) {
    const bytes = load<u64>(at);
    const entry = shortEntry(bytes, mask, shift);
    const searched = at;
    const position = <u32>(at - segment);
    let candidate = segment + load<u32>(entry);
    store<u32>(entry, position);
    let length: u32;
    if (recent <= position + 1 && load<u32>(at, 1) == load<u32>(at + 1 - recent)) {
      at++;
      length = SHORTEST_MATCH + matchLength(at + 4, at + 4 - recent, end);
      addSequence(anchor, at, recent, length);
    } else if (load<u32>(candidate) == <u32>bytes) {
      length = SHORTEST_MATCH + matchLength(at + 4, candidate + 4, end);
      while (at > anchor && candidate > segment && load<u8>(at - 1) == load<u8>(candidate - 1)) {
        at--;
        candidate--;
        length++;
      }
      beforeRecent = recent;
      recent = <u32>(at - candidate);
      addSequence(anchor, at, recent, length);
    } else {
      at += <usize>step + ((FAST_HASTE * (at - anchor)) >> HASTE_LOG);
      continue;
    }
    at += length;
    anchor = at;
    if (at >= limit) break;
    store<u32>(shortEntry(load<u64>(searched, 2), mask, shift), <u32>(searched + 2 - segment));
    store<u32>(shortEntry(load<u64>(at - 2), mask, shift), <u32>(at - 2 - segment));
    while (at < limit && beforeRecent <= <u32>(at - segment) && load<u32>(at) == load<u32>(at - beforeRecent)) {
      length = SHORTEST_MATCH + matchLength(at + 4, at + 4 - beforeRecent, end);
      const swapped = beforeRecent;
      beforeRecent = recent;
      recent = swapped;
      store<u32>(shortEntry(load<u64>(at), mask, shift), <u32>(at - segment));
      addSequence(at, at, recent, length);
      at += length;
      anchor = at;
    }
  }
  addLastLiterals(anchor, end);
}

/** As `findFast`, with a second table by which matches of eight bytes and more are found first. */
export function findDoubleFast(segment: usize, start: usize, end: usize): void {
  const forShort = shortShift;
  const mask = shortMask;
  const forLong = longShift;
  const limit = end - MARGIN;
  let recent = latest;
  let beforeRecent = beforeLatest;
  let anchor = start;
  let at = start == segment ? start + 1 : start;
  while (at < limit) {
    const bytes = load<u64>(at);
    const short = shortEntry(bytes, mask, forShort);
    const long = longEntry(bytes, forLong);
    const searched = at;
    const position = <u32>(at - segment);
    const shortCandidate = segment + load<u32>(short);
    const longCandidate = segment + load<u32>(long);
    store<u32>(short, position);
    store<u32>(long, position);
    let length: u32;
    if (recent <= position + 1 && load<u32>(at, 1) == load<u32>(at + 1 - recent)) {
      at++;
      length = SHORTEST_MATCH + matchLength(at + 4, at + 4 - recent, end);
      addSequence(anchor, at, recent, length);
    } else {
      let candidate: usize;
      if (load<u64>(longCandidate) == bytes) {
        candidate = longCandidate;
      } else if (load<u32>(shortCandidate) == <u32>bytes) {
        candidate = shortCandidate;
        // A long match that begins one byte later is worth more than a short one here.
        const nextBytes = load<u64>(at, 1);
        const nextLong = longEntry(nextBytes, forLong);
        const later = segment + load<u32>(nextLong);
        store<u32>(nextLong, position + 1);
        if (load<u64>(later) == nextBytes) {
          at++;
          candidate = later;
        }
      } else {
        at += 1 + ((DOUBLE_FAST_HASTE * (at - anchor)) >> HASTE_LOG);
        continue;
      }
      length = SHORTEST_MATCH + matchLength(at + 4, candidate + 4, end);
      while (at > anchor && candidate > segment && load<u8>(at - 1) == load<u8>(candidate - 1)) {
        at--;
        candidate--;
        length++;
      }
      beforeRecent = recent;
      recent = <u32>(at - candidate);
      addSequence(anchor, at, recent, length);
    }
    at += length;
    anchor = at;
    if (at >= limit) break;
    const inside = load<u64>(searched, 2);
    store<u32>(longEntry(inside, forLong), <u32>(searched + 2 - segment));
    store<u32>(shortEntry(inside, mask, forShort), <u32>(searched + 2 - segment));
    store<u32>(longEntry(load<u64>(at - 2), forLong), <u32>(at - 2 - segment));
    store<u32>(shortEntry(load<u64>(at - 1), mask, forShort), <u32>(at - 1 - segment));
    while (at < limit && beforeRecent <= <u32>(at - segment) && load<u32>(at) == load<u32>(at - beforeRecent)) {
      length = SHORTEST_MATCH + matchLength(at + 4, at + 4 - beforeRecent, end);
      const swapped = beforeRecent;
      beforeRecent = recent;
      recent = swapped;
      const repeated = load<u64>(at);
      store<u32>(longEntry(repeated, forLong), <u32>(at - segment));
      store<u32>(shortEntry(repeated, mask, forShort), <u32>(at - segment));
      addSequence(at, at, recent, length);
      at += length;
      anchor = at;
    }
  }
  addLastLiterals(anchor, end);
}

/**
 * Where bytes repeat what came before: the literals and matches of a block of deflate. It finds what
 * `../../codecs/compressors/deflate-matches.ts` finds.
 *
 * Positions whose next four bytes have the same hash are chained, the latest first; of three bytes only the latest position
 * is known, and of use only nearby. Places are the low sixteen bits of positions, which is enough to reach back 32 KiB: an old
 * one looks like another place, where the bytes are compared before anything is made of it. Thus empty entries need no mark.
 *
 * Bounds: matches end at the end of the input at the latest, and begin at least four bytes before it. Eight bytes are
 * compared at once, so that up to seven behind the input are looked at.
 */

import { inputEnd, inputStart, scratchEnd, scratchStart } from './exchange';

export const SHORTEST_MATCH: u32 = 3;
const LONGEST_MATCH: usize = 258;
const FURTHEST: u32 = 32768;
/** A match of three bytes further back takes more bits than literals do. */
const FURTHEST_SHORT: u32 = 4096;
/** So many bytes are hashed at once. */
const HASHED: usize = 4;
const PRIME: u32 = 0x9e3779b1;
const SMALLEST_LOG: u32 = 8;
const LARGEST_LOG: u32 = 15;
const NEAR_LOG: u32 = 13;
/** A block ends after so many literals and matches. */
const MOST_SYMBOLS: usize = 1 << 14;

/** { u32 literals, u32 length · 2^16 + distance, 0 for no match } for each sequence. */
export const SEQUENCE_BYTES: usize = 8;
const HEADS_BYTES: usize = 2 << LARGEST_LOG;
const NEAR_HEADS_BYTES: usize = 2 << NEAR_LOG;
const CHAINS_BYTES: usize = 2 * 32768;
const SCRATCH_BYTES: usize = HEADS_BYTES + NEAR_HEADS_BYTES + CHAINS_BYTES + (MOST_SYMBOLS + 1) * SEQUENCE_BYTES;

/** u16 × 2^15: the latest place of each hash of four bytes. */
let heads: usize = 0;
/** u16 × 2^13: the latest place of each hash of three bytes. */
let nearHeads: usize = 0;
/** u16 × 2^15: for each place, modulo 2^15, the one before in its chain. */
let chains: usize = 0;
export let sequences: usize = 0;
/** How many sequences the last block has, of which only the last may be without a match. */
export let sequenceCount: u32 = 0;

let shift: u32 = 0;
let depth: u32 = 0;
let enough: u32 = 0;
let isLazy = false;

/** Begins with nothing known. At most `most` places of a chain are looked at, fewer where a match has `good` bytes. */
export function beginMatches(most: u32, good: u32, looksAhead: bool): void {
  if (scratchEnd - scratchStart < SCRATCH_BYTES) unreachable();
  heads = scratchStart;
  nearHeads = heads + HEADS_BYTES;
  chains = nearHeads + NEAR_HEADS_BYTES;
  sequences = chains + CHAINS_BYTES;
  const log = max<u32>(SMALLEST_LOG, min<u32>(LARGEST_LOG, 32 - clz<u32>(<u32>(inputEnd - inputStart))));
  shift = 32 - log;
  depth = most;
  enough = good;
  isLazy = looksAhead;
  memory.fill(heads, 0, <usize>2 << log);
  memory.fill(nearHeads, 0, NEAR_HEADS_BYTES);
}

/** Finds the sequences of the block that begins at `start`; where it ends. */
export function findSequences(start: usize): usize {
  let at = start;
  let anchor = start;
  let sequence = sequences;
  let symbols: usize = 0;
  while (at + HASHED <= inputEnd && symbols + (at - anchor) < MOST_SYMBOLS) {
    let found = search(at, SHORTEST_MATCH - 1, depth);
    if (found == 0) {
      at++;
      continue;
    }
    let known = at + 1;
    // Literals instead, as long as the next place has a longer match.
    while (isLazy && found >> 16 < enough && known + HASHED <= inputEnd) {
      const next = search(known, found >> 16, depth >> 1);
      known++;
      if (next == 0) break;
      at++;
      found = next;
    }
    const end = at + (found >> 16);
    for (; known < end && known + HASHED <= inputEnd; known++) insert(known);
    store<u32>(sequence, <u32>(at - anchor));
    store<u32>(sequence, found, 4);
    sequence += SEQUENCE_BYTES;
    symbols += at - anchor + 1;
    at = end;
    anchor = end;
  }
  // What is left at the end of the input is too short to be searched.
  if (at + HASHED > inputEnd) at = inputEnd;
  store<u32>(sequence, <u32>(at - anchor));
  store<u32>(sequence, 0, 4);
  sequenceCount = <u32>((sequence - sequences) / SEQUENCE_BYTES) + 1;
  return at;
}

// @ts-ignore: decorator
@inline
function entryOf(table: usize, place: u32): usize {
  return table + (<usize>place << 1);
}

/** Makes a place known. */
// @ts-ignore: decorator
@inline
function insert(at: usize): void {
  const place = <u32>(at - inputStart);
  const word = load<u32>(at);
  store<u16>(nearHead(word), <u16>place);
  const head = entryOf(heads, (word * PRIME) >> shift);
  store<u16>(entryOf(chains, place & (FURTHEST - 1)), load<u16>(head));
  store<u16>(head, <u16>place);
}

// @ts-ignore: decorator
@inline
function nearHead(word: u32): usize {
  return entryOf(nearHeads, ((word << 8) * PRIME) >> (32 - NEAR_LOG));
}

/** Makes a place known, and finds a match for it that is longer than `best`: length · 2^16 + distance, or 0. */
function search(at: usize, best: u32, most: u32): u32 {
  const place = <u32>(at - inputStart);
  const word = load<u32>(at);
  let found: u32 = 0;
  const near = nearHead(word);
  if (best < SHORTEST_MATCH) {
    const distance = (place - load<u16>(near)) & 0xffff;
    if (distance - 1 < FURTHEST_SHORT && (load<u32>(at - distance) ^ word) << 8 == 0) {
      found = (SHORTEST_MATCH << 16) | distance;
    }
    // What the chain leads to has four bytes or more.
    best = SHORTEST_MATCH;
  }
  store<u16>(near, <u16>place);
  const head = entryOf(heads, (word * PRIME) >> shift);
  let link: u32 = load<u16>(head);
  store<u16>(entryOf(chains, place & (FURTHEST - 1)), <u16>link);
  store<u16>(head, <u16>place);
  const limit = min(inputEnd, at + LONGEST_MATCH);
  let distance: u32 = 0;
  for (; most > 0; most--) {
    const further = (place - link) & 0xffff;
    // Links lead further and further back; one that does not is older than the chain reaches.
    if (further <= distance || further > FURTHEST) break;
    distance = further;
    const matched = at - distance;
    // The four bytes that end behind the best match: the least likely to be the same.
    if (load<u32>(matched + best - 3) == load<u32>(at + best - 3) && load<u32>(matched) == word) {
      const length = <u32>(matchEnd(at + HASHED, matched + HASHED, limit) - at);
      if (length > best) {
        best = length;
        found = (length << 16) | distance;
        if (length >= enough || at + length == limit) break;
      }
    }
    link = load<u16>(entryOf(chains, link & (FURTHEST - 1)));
  }
  return found;
}

/** Where the bytes from `at` on stop to equal those from `earlier` on, at most at `limit`. */
// @ts-ignore: decorator
@inline
function matchEnd(at: usize, earlier: usize, limit: usize): usize {
  while (at < limit) {
    const difference = load<u64>(at) ^ load<u64>(earlier);
    // The lowest one bit of the difference is in the first byte that differs.
    if (difference != 0) return min(limit, at + <usize>(ctz<u64>(difference) >> 3));
    at += 8;
    earlier += 8;
  }
  return limit;
}

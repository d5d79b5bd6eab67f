/**
 * An LZ4 encoder: one block, without frame, length or checksum; `lz4-decode` says what is in it. It writes the bytes that
 * `../../codecs/compressors/lz4-block.ts` writes.
 *
 * A table by hash tells where four bytes were seen last. It holds positions counted from one, so that 0 is "none".
 *
 * Bounds: the last five bytes are literals, and the last match begins at least twelve before the end; so nothing behind
 * the input is looked at, and up to 16 bytes behind it are copied. Up to 16 bytes behind the output are written.
 */

import { copyApart } from './copies';
import { inputEnd, inputStart, outputEnd, outputStart } from './exchange';

const SHORTEST_MATCH: usize = 4;
const LAST_LITERALS: usize = 5;
const MATCH_MARGIN: u32 = 12;
const FURTHEST: u32 = 65535;
const PRIME: u32 = 0x9e3779b1;
const SMALLEST_LOG: u32 = 8;
/** As large as the nearest cache has room for. */
const LARGEST_LOG: u32 = 13;
/** One position more is skipped per 2^this that had no match. */
const PATIENCE_LOG: u32 = 6;

const PLACES: usize = memory.data((1 << 13) * 4, 16);

/** Encodes the whole input; how long the block is, or -1 if it does not fit into the output. */
export function lz4Encode(acceleration: u32): i32 {
  const end = encodeLz4Block(inputStart, inputEnd, outputStart, outputEnd, acceleration);
  return end == 0 ? -1 : <i32>(end - outputStart);
}

// @ts-ignore: decorator
@inline
function entryOf(word: u32, shift: u32): usize {
  return PLACES + (<usize>((word * PRIME) >> shift) << 2);
}

/** Encodes what lies from `source` to `sourceEnd`; where the block at `target` ends, or 0 if that is behind `targetEnd`. */
export function encodeLz4Block(
  source: usize,
  sourceEnd: usize,
  target: usize,
  targetEnd: usize,
  acceleration: u32,
): usize {
  const length = <u32>(sourceEnd - source);
  const log = max<u32>(SMALLEST_LOG, min<u32>(LARGEST_LOG, 32 - clz<u32>(length)));
  const shift = 32 - log;
  memory.fill(PLACES, 0, (<usize>4) << log);
  const base = source - 1;
  let anchor = source;
  let to = target;
  if (length >= MATCH_MARGIN) {
    const limit = sourceEnd - MATCH_MARGIN;
    const matchLimit = sourceEnd - LAST_LITERALS;
    let at = source;
    let step: u32 = 1;
    let misses = acceleration << PATIENCE_LOG;
    while (at <= limit) {
      const word = load<u32>(at);
      const entry = entryOf(word, shift);
      const place = load<u32>(entry);
      const ownPlace = <u32>(at - base);
      let matched = base + place;
      store<u32>(entry, ownPlace);
      if (place == 0 || ownPlace - place > FURTHEST || load<u32>(matched) != word) {
        at += step;
        // The longer nothing is found, the faster it goes on.
        step = misses >> PATIENCE_LOG;
        misses++;
        continue;
      }
      const end = matchEnd(at + SHORTEST_MATCH, matched + SHORTEST_MATCH, matchLimit);
      while (at > anchor && matched > source && load<u8>(at - 1) == load<u8>(matched - 1)) {
        at--;
        matched--;
      }
      to = writeSequence(anchor, at, to, targetEnd, <u32>(at - matched), end - at);
      if (to == 0) return 0;
      anchor = at = end;
      step = 1;
      misses = acceleration << PATIENCE_LOG;
      if (at <= limit) store<u32>(entryOf(load<u32>(at - 2), shift), <u32>(at - 2 - base));
    }
  }
  return writeSequence(anchor, sourceEnd, to, targetEnd, 0, 0);
}

/** Where the bytes from `at` on stop to equal those from `earlier` on, at most at `limit`. */
// @ts-ignore: decorator
@inline
function matchEnd(at: usize, earlier: usize, limit: usize): usize {
  while (at + 8 <= limit) {
    const difference = load<u64>(at) ^ load<u64>(earlier);
    // The lowest one bit of the difference is in the first byte that differs.
    if (difference != 0) return at + <usize>(ctz<u64>(difference) >> 3);
    at += 8;
    earlier += 8;
  }
  while (at < limit && load<u8>(at) == load<u8>(earlier)) {
    at++;
    earlier++;
  }
  return at;
}

/** Writes literals and a match, or only literals if `offset` is 0; where they end, or 0 if they do not fit. */
// @ts-ignore: decorator
@inline
function writeSequence(from: usize, fromEnd: usize, to: usize, toEnd: usize, offset: u32, matchBytes: usize): usize {
  const literals = fromEnd - from;
  const matchCode: usize = offset == 0 ? 0 : matchBytes - SHORTEST_MATCH;
  const offsetBytes: usize = offset == 0 ? 0 : 2;
  const bytes: usize = literals + lengthBytes(literals) + offsetBytes + lengthBytes(matchCode) + 1;
  if (bytes > toEnd - to) return 0;
  store<u8>(to, <u8>((min<usize>(literals, 15) << 4) | min<usize>(matchCode, 15)));
  to++;
  if (literals >= 15) to = writeLength(to, literals - 15);
  copyApart(from, to, to + literals);
  to += literals;
  if (offset == 0) return to;
  store<u16>(to, <u16>offset);
  to += 2;
  return matchCode >= 15 ? writeLength(to, matchCode - 15) : to;
}

/** How many bytes continue a count that does not fit into four bits. */
// @ts-ignore: decorator
@inline
function lengthBytes(count: usize): usize {
  if (count < 15) return 0;
  return (count - 15) / 255 + 1;
}

function writeLength(to: usize, rest: usize): usize {
  for (; rest >= 255; rest -= 255) {
    store<u8>(to, 255);
    to++;
  }
  store<u8>(to, <u8>rest);
  return to + 1;
}

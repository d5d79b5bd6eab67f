/**
 * An LZ4 encoder: one block, without frame, length or checksum; `lz4-decode` says what is in it. It writes the bytes that
 * `../../codecs/compressors/lz4-block.ts` writes.
 *
 * A table by hash tells where bytes were seen last: four bytes, or five where the input is long, and already where it is not
 * short if speed is wanted, because matches of four are many then, and save little.
 *
 * Bounds: the last five bytes are literals, and the last match begins at least twelve before the end; so nothing behind
 * the input is looked at, and up to 64 bytes behind it are copied. Up to 64 bytes behind the output are written.
 */

import { copy16, copyLong } from './copies';
import { inputEnd, inputStart, outputEnd, outputStart } from './exchange';

const SHORTEST_MATCH: usize = 4;
const LAST_LITERALS: usize = 5;
const MATCH_MARGIN: u32 = 12;
const FURTHEST: u32 = 65535;
/** In input of at most so many bytes every position fits into two bytes, and none is too far away. */
const NEAR_BYTES: usize = 65536;
/** Where speed is wanted, longer input is searched by five bytes. */
const SHORT_BYTES: usize = 32767;
/** How many bits of eight bytes do not count when there are four, and five. */
const UNUSED_BY_FOUR: u64 = 32;
const UNUSED_BY_FIVE: u64 = 24;
const PRIME: u64 = 0x9e3779b97f;
const SMALLEST_LOG: u32 = 8;
/** Tables of places of two or four bytes, which leave room in the nearest cache. */
const NEAR_LOG: u32 = 13;
const FAR_LOG: u32 = 12;
/** One position more is skipped per 2^this that had no match. */
const PATIENCE_LOG: u32 = 6;

const PLACES: usize = memory.data((1 << 13) * 2, 16);

/** Encodes the whole input; how long the block is, or -1 if it does not fit into the output. */
export function lz4Encode(acceleration: u32): i32 {
  const end = encodeLz4Block(inputStart, inputEnd, outputStart, outputEnd, acceleration);
  return end == 0 ? -1 : <i32>(end - outputStart);
}

/** Encodes what lies from `source` to `sourceEnd`; where the block at `target` ends, or 0 if that is behind `targetEnd`. */
export function encodeLz4Block(
  source: usize,
  sourceEnd: usize,
  target: usize,
  targetEnd: usize,
  acceleration: u32,
): usize {
  if (sourceEnd - source <= NEAR_BYTES) return encode<u16>(source, sourceEnd, target, targetEnd, acceleration);
  return encode<u32>(source, sourceEnd, target, targetEnd, acceleration);
}

/** Where the table has the bytes at `at`; `unused` bits of eight do not count. */
// @ts-ignore: decorator
@inline
function entryOf<Place>(at: usize, unused: u64, shift: u64): usize {
  return PLACES + <usize>(((load<u64>(at) << unused) * PRIME) >> shift) * sizeof<Place>();
}

function encode<Place>(source: usize, sourceEnd: usize, target: usize, targetEnd: usize, acceleration: u32): usize {
  const length = <u32>(sourceEnd - source);
  const largestLog: u32 = sizeof<Place>() == 2 ? NEAR_LOG : FAR_LOG;
  const log = max<u32>(SMALLEST_LOG, min<u32>(largestLog, 32 - clz<u32>(length)));
  const shift: u64 = 64 - log;
  const longest = acceleration > 1 ? SHORT_BYTES : NEAR_BYTES;
  const unused = length > longest ? UNUSED_BY_FIVE : UNUSED_BY_FOUR;
  memory.fill(PLACES, 0, sizeof<Place>() << log);
  let anchor = source;
  let to = target;
  if (length > MATCH_MARGIN) {
    const limit = sourceEnd - MATCH_MARGIN;
    // The first position is what empty entries name.
    let at = source + 1;
    let step: u32 = 1;
    let misses = acceleration << PATIENCE_LOG;
    // It is looked for before the last position is done with.
    let next = entryOf<Place>(at, unused, shift);
    while (at <= limit) {
      const entry = next;
      let matched = source + <usize>load<Place>(entry);
      store<Place>(entry, <Place>(at - source));
      if ((sizeof<Place>() != 2 && at - matched > FURTHEST) || load<u32>(matched) != load<u32>(at)) {
        at += step;
        next = entryOf<Place>(at, unused, shift);
        // The longer nothing is found, the faster it goes on.
        step = misses >> PATIENCE_LOG;
        misses++;
        continue;
      }
      const end = matchEnd(at + SHORTEST_MATCH, matched + SHORTEST_MATCH, sourceEnd - LAST_LITERALS);
      while (at > anchor && matched > source && load<u8>(at - 1) == load<u8>(matched - 1)) {
        at--;
        matched--;
      }
      to = writeSequence(anchor, at, to, targetEnd, <u32>(at - matched), end - at);
      if (to == 0) return 0;
      anchor = at = end;
      step = 1;
      misses = acceleration << PATIENCE_LOG;
      next = entryOf<Place>(at, unused, shift);
      if (at <= limit) store<Place>(entryOf<Place>(at - 2, unused, shift), <Place>(at - 2 - source));
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
  if (literals >= 15) {
    to = writeLength(to, literals - 15);
    copyLong(from, to, to + literals);
  } else copy16(to, from);
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

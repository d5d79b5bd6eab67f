/**
 * The bit stream of a block's sequences: RFC 8878, section 3.1.1.3.2.1.1. It is read some hundred sequences at a time, apart
 * from the copies that they ask for: each of the two loops has few enough variables for the registers of a processor.
 *
 * The stream is read from its end. Positions are counted in bits, of bytes by their addresses. What is left of the stream ends
 * 56 bits above `streamEnd`: in the word there, as many bits and up to seven more come next, the highest first. They suffice
 * for an offset of 24 bits and the next states, at most 26; for more, a word is read in between.
 *
 * Bounds: a sequence takes less than twelve bytes of the stream. Of a damaged stream as many are read before it, for each
 * sequence that a call asks for.
 */

import { highestBit } from '../bits';
import {
  CELL_LOG,
  LITERAL_LENGTHS,
  logOf,
  MATCH_LENGTHS,
  NEXT_STATE,
  OFFSETS,
  STATE_BITS,
  STATE_MASK,
  tableOf,
  VALUE,
  VALUE_BITS,
} from './sequence-tables';

/** The most sequences that `readSequences` reads at a time. */
export const MOST_SEQUENCES: u32 = 512;
/** { literal length: u32, match length: u32, offset value: u32, position behind it: u32 } for each sequence. */
export const SEQUENCES: usize = memory.data(512 * 16, 16);
export const SEQUENCE_BYTES: usize = 16;
export const MATCH_LENGTH: usize = 4;
export const OFFSET_VALUE: usize = 8;
const POSITION: usize = 12;

/** More bits of an offset, or any of a length, and the rest of a sequence may not be in the word. */
const LONGEST_OFFSET: u32 = 24;

/** For each number of bits, as many ones. */
const MASKS: usize = memory.data(32 * 4, 16);
for (let bits: u32 = 0; bits < 32; bits++) store<u32>(MASKS + (<usize>bits << 2), (<u32>1 << bits) - 1);

let streamStart: usize = 0;
let streamEnd: u64 = 0;
let literalState: usize = 0;
let offsetState: usize = 0;
let matchState: usize = 0;

/** The `count` bits of `word` above `position`. */
// @ts-ignore: decorator
@inline
function bitsAt(word: u64, position: u64, count: u32): u32 {
  return <u32>(word >> position) & load<u32>(MASKS + (<usize>count << 2));
}

/** The state that follows `state` with the bits of `word` above `position`, which is at least CELL_LOG. */
// @ts-ignore: decorator
@inline
function nextState(state: usize, word: u64, position: u64): usize {
  return load<u32>(state, NEXT_STATE) + (<u32>(word >> (position - CELL_LOG)) & load<u32>(state, STATE_MASK));
}

/** Begins to read the stream from `start` to `end`; whether it has an end mark. */
export function beginStream(start: usize, end: usize): bool {
  if (start >= end) return false;
  const lastByte: u32 = load<u8>(end - 1);
  if (lastByte == 0) return false;
  streamStart = start;
  const word = load<u64>(end - 8);
  let unread: u64 = 56 + highestBit(lastByte) - logOf(LITERAL_LENGTHS);
  literalState = tableOf(LITERAL_LENGTHS) + (<usize>bitsAt(word, unread, logOf(LITERAL_LENGTHS)) << CELL_LOG);
  unread -= logOf(OFFSETS);
  offsetState = tableOf(OFFSETS) + (<usize>bitsAt(word, unread, logOf(OFFSETS)) << CELL_LOG);
  unread -= logOf(MATCH_LENGTHS);
  matchState = tableOf(MATCH_LENGTHS) + (<usize>bitsAt(word, unread, logOf(MATCH_LENGTHS)) << CELL_LOG);
  streamEnd = (<u64>(end - 8) << 3) + unread - 56;
  return true;
}

/** Whether the last one of `count` sequences ends where the stream does. */
export function isStreamUsed(count: u32): bool {
  return load<u32>(SEQUENCES + <usize>(count - 1) * SEQUENCE_BYTES, POSITION) == <u32>streamStart << 3;
}

/** Reads `count` sequences; false where they went far beyond the stream. After the last one a state is read in vain. */
export function readSequences(count: u32): bool {
  const targetEnd = SEQUENCES + <usize>count * SEQUENCE_BYTES;
  let end = streamEnd;
  let literal = literalState;
  let offset = offsetState;
  let match = matchState;
  for (let target = SEQUENCES; target != targetEnd; target += SEQUENCE_BYTES) {
    let word = load<u64>(<usize>(end >> 3));
    let left = (end & 7) | 56;
    const offsetBits: u32 = load<u8>(offset, VALUE_BITS);
    left -= offsetBits;
    const offsetValue = load<u32>(offset, VALUE);
    store<u32>(target, offsetValue + (<u32>(word >> left) & (offsetValue - 1)), OFFSET_VALUE);
    const matchBits: u32 = load<u8>(match, VALUE_BITS);
    const literalBits: u32 = load<u8>(literal, VALUE_BITS);
    let matchLength = load<u32>(match, VALUE);
    let literalLength = load<u32>(literal, VALUE);
    if (((matchBits + literalBits) << 5) + offsetBits > LONGEST_OFFSET) {
      left -= matchBits;
      matchLength += bitsAt(word, left, matchBits);
      end = (end & ~7) + left - 56;
      word = load<u64>(<usize>(end >> 3));
      left = ((end & 7) | 56) - literalBits;
      literalLength += bitsAt(word, left, literalBits);
    }
    store<u32>(target, matchLength, MATCH_LENGTH);
    store<u32>(target, literalLength);
    store<u32>(target, <u32>((end & ~7) + left), POSITION);
    left -= load<u8>(literal, STATE_BITS);
    literal = nextState(literal, word, left);
    left -= load<u8>(match, STATE_BITS);
    match = nextState(match, word, left);
    left -= load<u8>(offset, STATE_BITS);
    offset = nextState(offset, word, left);
    end = (end & ~7) + left - 56;
  }
  streamEnd = end;
  literalState = literal;
  offsetState = offset;
  matchState = match;
  return end + 128 >= <u64>streamStart << 3;
}

/**
 * The bit stream of a block's sequences: RFC 8878, section 3.1.1.3.2.1.1. It is read some hundred sequences at a time, apart
 * from the copies that they ask for: each of the two loops has few enough variables for the registers of a processor.
 *
 * The stream is read from its end. Positions are counted in bits, of bytes by their addresses. What is left of the stream ends
 * UNREAD bits above `streamEnd`: in the word there, as many bits and up to seven more come next, the highest first. They
 * suffice for values of 30 bits and the next states, at most 26; for more, a word is read in between. A word is turned until the
 * bits that are wanted are its lowest ones: by how many it is, the sum of the cells' numbers says, without a branch.
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
  VALUE_MASK,
} from './sequence-tables';

/** The most sequences that `readSequences` reads at a time. */
export const MOST_SEQUENCES: u32 = 512;
/** { literal length: u32, match length: u32, offset value: u32, nothing: u32 } for each sequence; the last one is at the end. */
const SEQUENCES: usize = memory.data(512 * 16, 16);
export const SEQUENCES_END: usize = SEQUENCES + 512 * 16;
export const SEQUENCE_BYTES: usize = 16;
export const MATCH_LENGTH: usize = 4;
export const OFFSET_VALUE: usize = 8;

/** So many bits of a word are unread at least. */
const UNREAD: u64 = 56;
/** With more bits of values, those of the next states may not be in the word. */
const MOST_VALUE_BITS: u64 = 30;

/** The sums of the lengths that were read last. */
export let literalBytes: u32 = 0;
export let matchBytes: u32 = 0;

let streamStart: usize = 0;
let streamEnd: u64 = 0;
/** As `streamEnd`, behind the values that were read last. */
let valuesEnd: u64 = 0;
let literalState: usize = 0;
let offsetState: usize = 0;
let matchState: usize = 0;

/** The `count` bits of `word` above `position`. */
// @ts-ignore: decorator
@inline
function bitsAt(word: u64, position: u64, count: u32): u32 {
  return <u32>(word >> position) & ((1 << count) - 1);
}

/** The word of the stream that ends at `end`, turned so that the bits that come next are the highest. */
// @ts-ignore: decorator
@inline
function wordAt(end: u64): u64 {
  return rotr<u64>(load<u64>(<usize>(end >> 3)), end | UNREAD);
}

/** The value of a cell, whose bits are the lowest ones of `word`. */
// @ts-ignore: decorator
@inline
function lengthOf(cell: usize, word: u64): u32 {
  return load<u32>(cell, VALUE) + (<u32>word & load<u16>(cell, VALUE_MASK));
}

/** The state that follows `state`, whose bits are the lowest ones of `word` but for CELL_LOG. */
// @ts-ignore: decorator
@inline
function nextState(state: usize, word: u64): usize {
  return load<u32>(state, NEXT_STATE) + (<u32>word & load<u32>(state, STATE_MASK));
}

/** Begins to read the stream from `start` to `end`; whether it has an end mark. */
export function beginStream(start: usize, end: usize): bool {
  if (start >= end) return false;
  const lastByte: u32 = load<u8>(end - 1);
  if (lastByte == 0) return false;
  streamStart = start;
  const word = load<u64>(end - 8);
  let unread: u64 = UNREAD + highestBit(lastByte) - logOf(LITERAL_LENGTHS);
  literalState = tableOf(LITERAL_LENGTHS) + (<usize>bitsAt(word, unread, logOf(LITERAL_LENGTHS)) << CELL_LOG);
  unread -= logOf(OFFSETS);
  offsetState = tableOf(OFFSETS) + (<usize>bitsAt(word, unread, logOf(OFFSETS)) << CELL_LOG);
  unread -= logOf(MATCH_LENGTHS);
  matchState = tableOf(MATCH_LENGTHS) + (<usize>bitsAt(word, unread, logOf(MATCH_LENGTHS)) << CELL_LOG);
  streamEnd = (<u64>(end - 8) << 3) + unread - UNREAD;
  return true;
}

/** Whether the sequence that was read last ends where the stream does. */
export function isStreamUsed(): bool {
  return valuesEnd + UNREAD == <u64>streamStart << 3;
}

/** Reads `count` sequences; false where they went far beyond the stream. After the last one a state is read in vain. */
export function readSequences(count: u32): bool {
  let end = streamEnd;
  let literal = literalState;
  let offset = offsetState;
  let match = matchState;
  let literals: u32 = 0;
  let matches: u32 = 0;
  let stateBits: u64 = 0;
  for (let target = SEQUENCES_END - <usize>count * SEQUENCE_BYTES; target != SEQUENCES_END; target += SEQUENCE_BYTES) {
    const word = wordAt(end);
    const offsetBits: u64 = load<u8>(offset, VALUE_BITS);
    const literalBits: u64 = load<u8>(literal, VALUE_BITS);
    let valueBits = offsetBits + literalBits + load<u8>(match, VALUE_BITS);
    let values = rotl<u64>(word, valueBits);
    const offsetValue = load<u32>(offset, VALUE);
    store<u32>(target, offsetValue + (<u32>rotl<u64>(word, offsetBits) & (offsetValue - 1)), OFFSET_VALUE);
    const matchLength = lengthOf(match, rotr<u64>(values, literalBits));
    store<u32>(target, matchLength, MATCH_LENGTH);
    matches += matchLength;
    if (valueBits > MOST_VALUE_BITS) {
      end -= valueBits - literalBits;
      values = rotl<u64>(wordAt(end), literalBits);
      valueBits = literalBits;
    }
    const literalLength = lengthOf(literal, values);
    store<u32>(target, literalLength);
    literals += literalLength;
    const literalStateBits: u64 = load<u8>(literal, STATE_BITS);
    const lengthStateBits = literalStateBits + load<u8>(match, STATE_BITS);
    stateBits = lengthStateBits + load<u8>(offset, STATE_BITS);
    literal = nextState(literal, rotl<u64>(values, literalStateBits));
    match = nextState(match, rotl<u64>(values, lengthStateBits));
    offset = nextState(offset, rotl<u64>(values, stateBits));
    end -= valueBits + stateBits - CELL_LOG;
  }
  streamEnd = end;
  valuesEnd = end + stateBits - CELL_LOG;
  literalBytes = literals;
  matchBytes = matches;
  literalState = literal;
  offsetState = offset;
  matchState = match;
  return end + 128 >= <u64>streamStart << 3;
}

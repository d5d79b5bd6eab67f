/**
 * The sequences section of a block: RFC 8878, section 3.1.1.3.2.
 *
 * A sequence is told by three codes (literal length, match length, offset), each followed by extra bits. The codes of
 * one kind share an FSE table: one that the RFC gives, one for this block, or none where all codes are the same.
 *
 * Bounds: at most 2^15 sequences; a section takes less than 12 bytes for each and 256 bytes besides, and eight bytes
 * behind it may be overwritten.
 */

import { highestBit } from './bits';
import {
  accuracyLogFor,
  accuracyLogOf,
  bitsFor,
  buildRepeatingTable,
  buildTable,
  costOf,
  describeDistribution,
  firstState,
  loadDistribution,
  nextState,
  normalise,
  TABLE_BYTES,
} from './fse';
import { valueForOffset } from './recent-offsets';
import {
  CODES,
  LITERAL_LENGTH,
  MATCH_LENGTH,
  OFFSET,
  SEQUENCE_BYTES,
  SEQUENCES,
  sequenceCount,
} from './sequences';

const PREDEFINED: u32 = 0;
const RLE: u32 = 1;
const COMPRESSED: u32 = 2;

const LITERAL_LENGTH_CODES: u32 = 36;
const MATCH_LENGTH_CODES: u32 = 53;
const OFFSET_CODES: u32 = 29;
const LITERAL_LENGTH_PREDEFINED: usize = memory.data<i8>([
  4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
]);
const MATCH_LENGTH_PREDEFINED: usize = memory.data<i8>([
  1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
]);
const OFFSET_PREDEFINED: usize = memory.data<i8>([
  1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
]);
const LITERAL_LENGTH_PREDEFINED_LOG: u32 = 6;
const MATCH_LENGTH_PREDEFINED_LOG: u32 = 6;
const OFFSET_PREDEFINED_LOG: u32 = 5;
const LITERAL_LENGTH_MOST_LOG: u32 = 9;
const MATCH_LENGTH_MOST_LOG: u32 = 9;
const OFFSET_MOST_LOG: u32 = 8;

/** Extra bits by literal length code: codes 0 to 15 are the length itself. */
const LITERAL_LENGTH_BITS: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);
/** Extra bits by match length code: codes 0 to 31 are the length less 3. */
const MATCH_LENGTH_BITS: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3,
  3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);

/** Literal lengths from here on, and match lengths less 3 from twice that on, have a code for each power of two. */
const LITERAL_LENGTHS_BY_TABLE: u32 = 64;
const MATCH_LENGTHS_BY_TABLE: u32 = 128;
const LITERAL_LENGTH_CODE: usize = memory.data(64, 16);
const MATCH_LENGTH_CODE: usize = memory.data(128, 16);

const LITERAL_LENGTH_COUNTS: usize = memory.data(64 * 4, 16);
const MATCH_LENGTH_COUNTS: usize = memory.data(64 * 4, 16);
const OFFSET_COUNTS: usize = memory.data(64 * 4, 16);

const LITERAL_LENGTH_TABLE: usize = memory.data(TABLE_BYTES, 16);
const MATCH_LENGTH_TABLE: usize = memory.data(TABLE_BYTES, 16);
const OFFSET_TABLE: usize = memory.data(TABLE_BYTES, 16);

let areCodesReady = false;

/** Makes the tables of the codes of small values, once, from the extra bits: each code takes the next 2^bits values. */
function prepareCodes(): void {
  if (areCodesReady) return;
  areCodesReady = true;
  fillCodes(LITERAL_LENGTH_CODE, LITERAL_LENGTHS_BY_TABLE, LITERAL_LENGTH_BITS);
  fillCodes(MATCH_LENGTH_CODE, MATCH_LENGTHS_BY_TABLE, MATCH_LENGTH_BITS);
}

function fillCodes(codes: usize, limit: u32, extraBits: usize): void {
  let value: u32 = 0;
  for (let code: u32 = 0; value < limit; code++) {
    const values: u32 = 1 << load<u8>(extraBits + code);
    memory.fill(codes + value, <u8>code, values);
    value += values;
  }
}

/** Writes the section and returns where it ends. */
export function writeSequences(start: usize): usize {
  let at = writeCount(start, sequenceCount);
  if (sequenceCount == 0) return at;
  prepareCodes();
  encodeValues();
  const modesAt = at++;
  at = chooseTable(
    at,
    LITERAL_LENGTH_TABLE,
    LITERAL_LENGTH_COUNTS,
    LITERAL_LENGTH_CODES,
    LITERAL_LENGTH_PREDEFINED,
    LITERAL_LENGTH_PREDEFINED_LOG,
    LITERAL_LENGTH_MOST_LOG,
  );
  const literalLengthMode = chosenMode;
  at = chooseTable(
    at,
    OFFSET_TABLE,
    OFFSET_COUNTS,
    OFFSET_CODES,
    OFFSET_PREDEFINED,
    OFFSET_PREDEFINED_LOG,
    OFFSET_MOST_LOG,
  );
  const offsetMode = chosenMode;
  at = chooseTable(
    at,
    MATCH_LENGTH_TABLE,
    MATCH_LENGTH_COUNTS,
    MATCH_LENGTH_CODES,
    MATCH_LENGTH_PREDEFINED,
    MATCH_LENGTH_PREDEFINED_LOG,
    MATCH_LENGTH_MOST_LOG,
  );
  store<u8>(modesAt, <u8>((literalLengthMode << 6) | (offsetMode << 4) | (chosenMode << 2)));
  return writeStream(at);
}

function writeCount(start: usize, count: u32): usize {
  if (count < 128) {
    store<u8>(start, <u8>count);
    return start + 1;
  }
  if (count < 0x7f00) {
    store<u8>(start, <u8>((count >> 8) + 128));
    store<u8>(start, <u8>count, 1);
    return start + 2;
  }
  store<u8>(start, 255);
  store<u16>(start, <u16>(count - 0x7f00), 1);
  return start + 3;
}

/** Gives each sequence its codes (literal length, offset from bit 8, match length from bit 16), and counts them. */
function encodeValues(): void {
  memory.fill(LITERAL_LENGTH_COUNTS, 0, 256);
  memory.fill(MATCH_LENGTH_COUNTS, 0, 256);
  memory.fill(OFFSET_COUNTS, 0, 256);
  const end = SEQUENCES + (<usize>sequenceCount) * SEQUENCE_BYTES;
  for (let sequence = SEQUENCES; sequence < end; sequence += SEQUENCE_BYTES) {
    const literalLength = load<u32>(sequence, LITERAL_LENGTH);
    const matchLength = load<u32>(sequence, MATCH_LENGTH);
    const offsetValue = valueForOffset(load<u32>(sequence, OFFSET), literalLength == 0);
    const offsetCode = highestBit(offsetValue);
    const literalLengthCode: u32 =
      literalLength < LITERAL_LENGTHS_BY_TABLE
        ? load<u8>(LITERAL_LENGTH_CODE + literalLength)
        : highestBit(literalLength) + 19;
    const matchLengthCode: u32 =
      matchLength < MATCH_LENGTHS_BY_TABLE ? load<u8>(MATCH_LENGTH_CODE + matchLength) : highestBit(matchLength) + 36;
    store<u32>(sequence, offsetValue, OFFSET);
    store<u32>(sequence, literalLengthCode | (offsetCode << 8) | (matchLengthCode << 16), CODES);
    countInto(LITERAL_LENGTH_COUNTS, literalLengthCode);
    countInto(OFFSET_COUNTS, offsetCode);
    countInto(MATCH_LENGTH_COUNTS, matchLengthCode);
  }
}

// @ts-ignore: decorator
@inline
function countInto(counts: usize, code: u32): void {
  const place = counts + ((<usize>code) << 2);
  store<u32>(place, load<u32>(place) + 1);
}

/** The mode that `chooseTable` chose last. */
let chosenMode: u32 = 0;

/** Builds the table that takes fewest bits, writes its description, and returns where that ends. */
function chooseTable(
  start: usize,
  table: usize,
  counts: usize,
  symbols: u32,
  predefined: usize,
  predefinedLog: u32,
  mostLog: u32,
): usize {
  let distinct: u32 = 0;
  let only: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    if (load<u32>(counts + ((<usize>symbol) << 2)) == 0) continue;
    distinct++;
    only = symbol;
  }
  loadDistribution(predefined, symbols);
  const predefinedCost = costOf(counts, symbols, predefinedLog);
  if (distinct == 1) {
    // One byte for the code, and nothing per sequence; a few sequences may still be cheaper by the predefined table.
    if (predefinedCost + (predefinedLog << 8) > 8 << 8) {
      store<u8>(start, <u8>only);
      buildRepeatingTable(table, only);
      chosenMode = RLE;
      return start + 1;
    }
  } else {
    const accuracyLog = accuracyLogFor(sequenceCount, distinct, mostLog);
    normalise(counts, symbols, sequenceCount, accuracyLog);
    const end = describeDistribution(start, symbols, accuracyLog);
    if (costOf(counts, symbols, accuracyLog) + (<u32>(end - start) << 11) < predefinedCost) {
      buildTable(table, symbols, accuracyLog);
      chosenMode = COMPRESSED;
      return end;
    }
    loadDistribution(predefined, symbols);
  }
  buildTable(table, symbols, predefinedLog);
  chosenMode = PREDEFINED;
  return start;
}

/** All sequences from the last to the first: section 3.1.1.3.2.1.1 read backwards. */
function writeStream(start: usize): usize {
  let at = start;
  let pending: u64 = 0;
  let pendingBits: u64 = 0;
  let sequence = SEQUENCES + (<usize>(sequenceCount - 1)) * SEQUENCE_BYTES;
  let codes = load<u32>(sequence, CODES);
  let literalLengthState = firstState(LITERAL_LENGTH_TABLE, codes & 255);
  let offsetState = firstState(OFFSET_TABLE, (codes >> 8) & 255);
  let matchLengthState = firstState(MATCH_LENGTH_TABLE, codes >> 16);
  for (;;) {
    // Extra bits are the low bits of a value, because each code begins at a multiple of its range. With at most 7 bits
    // pending, 16 + 16 + 24 more fit into 64.
    const literalLengthBits = <u64>load<u8>(LITERAL_LENGTH_BITS + (codes & 255));
    pending |= lowBits(load<u32>(sequence, LITERAL_LENGTH), literalLengthBits) << pendingBits;
    pendingBits += literalLengthBits;
    const matchLengthBits = <u64>load<u8>(MATCH_LENGTH_BITS + (codes >> 16));
    pending |= lowBits(load<u32>(sequence, MATCH_LENGTH), matchLengthBits) << pendingBits;
    pendingBits += matchLengthBits;
    const offsetBits = <u64>((codes >> 8) & 255);
    pending |= lowBits(load<u32>(sequence, OFFSET), offsetBits) << pendingBits;
    pendingBits += offsetBits;
    store<u64>(at, pending);
    at += <usize>(pendingBits >> 3);
    pending >>= pendingBits & ~7;
    pendingBits &= 7;
    if (sequence == SEQUENCES) break;

    // Three states write at most 8 + 9 + 9 bits.
    sequence -= SEQUENCE_BYTES;
    codes = load<u32>(sequence, CODES);
    const offsetCode = (codes >> 8) & 255;
    const offsetStateBits = bitsFor(OFFSET_TABLE, offsetState, offsetCode);
    pending |= lowBits(offsetState, offsetStateBits) << pendingBits;
    pendingBits += offsetStateBits;
    offsetState = nextState(OFFSET_TABLE, offsetState, offsetCode, offsetStateBits);
    const matchLengthCode = codes >> 16;
    const matchLengthStateBits = bitsFor(MATCH_LENGTH_TABLE, matchLengthState, matchLengthCode);
    pending |= lowBits(matchLengthState, matchLengthStateBits) << pendingBits;
    pendingBits += matchLengthStateBits;
    matchLengthState = nextState(MATCH_LENGTH_TABLE, matchLengthState, matchLengthCode, matchLengthStateBits);
    const literalLengthCode = codes & 255;
    const literalLengthStateBits = bitsFor(LITERAL_LENGTH_TABLE, literalLengthState, literalLengthCode);
    pending |= lowBits(literalLengthState, literalLengthStateBits) << pendingBits;
    pendingBits += literalLengthStateBits;
    literalLengthState = nextState(LITERAL_LENGTH_TABLE, literalLengthState, literalLengthCode, literalLengthStateBits);
    store<u64>(at, pending);
    at += <usize>(pendingBits >> 3);
    pending >>= pendingBits & ~7;
    pendingBits &= 7;
  }
  // The states in which encoding ended are where decoding starts, the last written first.
  const matchLengthLog = <u64>accuracyLogOf(MATCH_LENGTH_TABLE);
  pending |= lowBits(matchLengthState, matchLengthLog) << pendingBits;
  pendingBits += matchLengthLog;
  const offsetLog = <u64>accuracyLogOf(OFFSET_TABLE);
  pending |= lowBits(offsetState, offsetLog) << pendingBits;
  pendingBits += offsetLog;
  const literalLengthLog = <u64>accuracyLogOf(LITERAL_LENGTH_TABLE);
  pending |= lowBits(literalLengthState, literalLengthLog) << pendingBits;
  pendingBits += literalLengthLog;
  pending |= (<u64>1) << pendingBits;
  store<u64>(at, pending);
  return at + <usize>((pendingBits + 8) >> 3);
}

// @ts-ignore: decorator
@inline
function lowBits(value: u32, bits: u64): u64 {
  return (<u64>value) & (((<u64>1) << bits) - 1);
}

/**
 * Deflate: streams of RFC 1951. What is around them (headers, checksums) is made outside. It writes the bytes that
 * `../../codecs/compressors/deflate.ts` writes.
 *
 * The input is cut into blocks of about as many symbols each. A block gets codes of its own, those of the specification, or
 * none, whichever makes it shortest. Bits are gathered at the low end of a 64-bit word, of which whole bytes are written.
 *
 * Use: `reserve` with the scratch memory that `deflate-matches` needs, and `deflate`.
 *
 * Bounds: no block is longer than its bytes stored, with five bytes more for each 65535 of them and one for the bits before;
 * all but the last have 2^14 bytes or more. Behind the output up to eight bytes are written.
 */

import { beginMatches, findSequences, SEQUENCE_BYTES, SHORTEST_MATCH, sequenceCount, sequences } from './deflate-matches';
import { inputEnd, inputStart, outputEnd, outputStart } from './exchange';
import { reversed } from './inflate-codes';
import { makePrefixLengths } from './prefix-lengths';

const FIXED: u32 = 1;
const DYNAMIC: u32 = 2;

/** The last two are in the fixed code only, where they have no meaning. */
const LITERALS: u32 = 288;
const DISTANCES: u32 = 30;
const END: u32 = 256;
const FIRST_LENGTH: u32 = 257;
const LONGEST_WORD: u32 = 15;
/** The code of word lengths: its symbols, its longest word, and the symbols that stand for several lengths. */
const LENGTHS: u32 = 19;
const LONGEST_LENGTHS_WORD: u32 = 7;
const REPEAT: u32 = 16;
const FEW_ZEROS: u32 = 17;
const MANY_ZEROS: u32 = 18;
const MOST_STORED: usize = 65535;

/** The order in which the word lengths of the code of word lengths are stored. */
const ORDER: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
/** How many bits follow each symbol of that code. */
const RUN_BITS: usize = memory.data<u8>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7]);

/** u32 each: how often each symbol occurs. */
const LITERAL_COUNTS: usize = memory.data(288 * 4, 16);
const DISTANCE_COUNTS: usize = memory.data(30 * 4, 16);
const RUN_COUNTS: usize = memory.data(19 * 4, 16);
/** u8 each: the bits of each word. */
const LITERAL_LENGTHS: usize = memory.data(288, 16);
const DISTANCE_LENGTHS: usize = memory.data(30, 16);
const RUN_LENGTHS: usize = memory.data(19, 16);
/** u32 each: the word of each symbol, its first bit lowest, and from bit 16 on how many bits it has. */
const LITERAL_WORDS: usize = memory.data(288 * 4, 16);
const DISTANCE_WORDS: usize = memory.data(30 * 4, 16);
const RUN_WORDS: usize = memory.data(19 * 4, 16);
/** u32 × 259: for each length of a match its word with the bits that follow, and from bit 24 on how many these are. */
const MATCH_WORDS: usize = memory.data(259 * 4, 16);
/** The word lengths of literals and distances, one after another, and { u8 symbol, u8 number } for runs of them. */
const HEAD_LENGTHS: usize = memory.data(320, 16);
const RUNS: usize = memory.data(2 * 320, 16);

let bits: u64 = 0;
let bitCount: u64 = 0;
let to: usize = 0;

let literalCount: u32 = 0;
let distanceCount: u32 = 0;
let orderCount: u32 = 0;
let runsEnd: usize = 0;

/**
 * Encodes the input to the output; how long the stream is. At most `depth` places are tried for a match, fewer where it has
 * `enough` bytes.
 */
export function deflate(depth: u32, enough: u32, isLazy: bool): u32 {
  beginMatches(depth, enough, isLazy);
  bits = 0;
  bitCount = 0;
  to = outputStart;
  let at = inputStart;
  do {
    const end = findSequences(at);
    if (to + mostBytes(end - at) > outputEnd) unreachable();
    writeBlock(at, end, end == inputEnd ? 1 : 0);
    at = end;
  } while (at < inputEnd);
  return <u32>(to - outputStart) + (bitCount > 0 ? 1 : 0);
}

/** Whatever is in so many bytes, a block of them is not longer, with the bits before it. */
function mostBytes(length: usize): usize {
  return length + 5 * (length / MOST_STORED + 1) + 1;
}

/** Appends the low bits of `value`, at most 32. */
function put(value: u32, count: u32): void {
  bits |= <u64>value << bitCount;
  bitCount += count;
  store<u64>(to, bits);
  to += <usize>(bitCount >> 3);
  bits >>= bitCount & ~7;
  bitCount &= 7;
}

function writeBlock(start: usize, end: usize, isLast: u32): void {
  const extraBits = countSymbols(start);
  const fixedBits = extraBits + fixedWordBits();
  const dynamicBits = extraBits + makeCodes();
  const storedBits = storedBitsOf(end - start);
  if (storedBits <= min(fixedBits, dynamicBits)) {
    writeStored(start, end, isLast);
    return;
  }
  if (fixedBits <= dynamicBits) {
    put(isLast | (FIXED << 1), 3);
    makeFixedLengths();
  } else {
    put(isLast | (DYNAMIC << 1), 3);
    writeCodes();
  }
  makeWords(LITERAL_LENGTHS, LITERALS, LITERAL_WORDS);
  makeWords(DISTANCE_LENGTHS, DISTANCES, DISTANCE_WORDS);
  makeMatchWords();
  writeSequences(start);
}

/** The symbol of a distance. */
// @ts-ignore: decorator
@inline
function distanceSymbol(distance: u32): u32 {
  const rest = distance - 1;
  const log = 31 - clz(rest | 1);
  return log < 1 ? rest : 2 * log + ((rest >> (log - 1)) & 1);
}

/** How many bits follow the symbol of a distance. */
// @ts-ignore: decorator
@inline
function distanceBits(symbol: u32): u32 {
  return symbol < 4 ? 0 : (symbol >> 1) - 1;
}

/** The symbol of the length of a match, counted from that of the shortest. */
// @ts-ignore: decorator
@inline
function lengthSymbol(length: u32): u32 {
  if (length == 258) return 28;
  const rest = length - SHORTEST_MATCH;
  if (rest < 4) return rest;
  const log = 31 - clz(rest);
  return 4 * log - 4 + ((rest >> (log - 2)) & 3);
}

/** How many bits follow such a symbol. */
// @ts-ignore: decorator
@inline
function lengthBits(symbol: u32): u32 {
  return symbol < 8 || symbol == 28 ? 0 : (symbol >> 2) - 1;
}

// @ts-ignore: decorator
@inline
function countOne(counts: usize, symbol: u32): void {
  const counted = counts + (<usize>symbol << 2);
  store<u32>(counted, load<u32>(counted) + 1);
}

/** Counts the symbols of the block, and returns how many bits follow them. */
function countSymbols(start: usize): u32 {
  memory.fill(LITERAL_COUNTS, 0, LITERALS * 4);
  memory.fill(DISTANCE_COUNTS, 0, DISTANCES * 4);
  let extraBits: u32 = 0;
  let at = start;
  let sequence = sequences;
  for (let left = sequenceCount; left > 0; left--) {
    for (const end = at + load<u32>(sequence); at < end; at++) countOne(LITERAL_COUNTS, load<u8>(at));
    const match = load<u32>(sequence, 4);
    sequence += SEQUENCE_BYTES;
    if (match == 0) continue;
    const length = lengthSymbol(match >> 16);
    const distance = distanceSymbol(match & 0xffff);
    countOne(LITERAL_COUNTS, FIRST_LENGTH + length);
    countOne(DISTANCE_COUNTS, distance);
    extraBits += lengthBits(length) + distanceBits(distance);
    at += match >> 16;
  }
  store<u32>(LITERAL_COUNTS, 1, 4 * END);
  return extraBits;
}

/** How many bits the block takes if its bytes are stored. */
function storedBitsOf(length: usize): u32 {
  const headBits = 3 + ((5 - <u32>bitCount) & 7) + 32;
  return headBits + 8 * <u32>length + 40 * <u32>(length == 0 ? 0 : (length - 1) / MOST_STORED);
}

/** How many bits the counted symbols take, with the head of the block, in the fixed code. */
function fixedWordBits(): u32 {
  let total: u32 = 3;
  for (let symbol: u32 = 0; symbol < LITERALS; symbol++) total += countOf(LITERAL_COUNTS, symbol) * fixedLength(symbol);
  for (let symbol: u32 = 0; symbol < DISTANCES; symbol++) total += countOf(DISTANCE_COUNTS, symbol) * 5;
  return total;
}

function fixedLength(symbol: u32): u32 {
  return symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
}

function makeFixedLengths(): void {
  for (let symbol: u32 = 0; symbol < LITERALS; symbol++) store<u8>(LITERAL_LENGTHS + symbol, <u8>fixedLength(symbol));
  memory.fill(DISTANCE_LENGTHS, 5, DISTANCES);
}

// @ts-ignore: decorator
@inline
function countOf(counts: usize, symbol: u32): u32 {
  return load<u32>(counts + (<usize>symbol << 2));
}

/** Makes codes for the counted symbols; how many bits these take, with the head of the block and the codes. */
function makeCodes(): u32 {
  makeLengths(LITERAL_COUNTS, LITERALS, LONGEST_WORD, LITERAL_LENGTHS);
  makeLengths(DISTANCE_COUNTS, DISTANCES, LONGEST_WORD, DISTANCE_LENGTHS);
  literalCount = usedCount(LITERAL_LENGTHS, LITERALS);
  distanceCount = usedCount(DISTANCE_LENGTHS, DISTANCES);
  memory.copy(HEAD_LENGTHS, LITERAL_LENGTHS, literalCount);
  memory.copy(HEAD_LENGTHS + literalCount, DISTANCE_LENGTHS, distanceCount);
  findRuns(literalCount + distanceCount);
  makeLengths(RUN_COUNTS, LENGTHS, LONGEST_LENGTHS_WORD, RUN_LENGTHS);
  orderCount = LENGTHS;
  while (load<u8>(RUN_LENGTHS + load<u8>(ORDER + orderCount - 1)) == 0) orderCount--;
  let total = 3 + 5 + 5 + 4 + 3 * orderCount;
  for (let symbol: u32 = 0; symbol < LENGTHS; symbol++) {
    total += countOf(RUN_COUNTS, symbol) * (load<u8>(RUN_LENGTHS + symbol) + load<u8>(RUN_BITS + symbol));
  }
  return total + wordBits(LITERAL_COUNTS, LITERALS, LITERAL_LENGTHS) + wordBits(DISTANCE_COUNTS, DISTANCES, DISTANCE_LENGTHS);
}

function wordBits(counts: usize, symbolCount: u32, lengths: usize): u32 {
  let total: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbolCount; symbol++) total += countOf(counts, symbol) * load<u8>(lengths + symbol);
  return total;
}

/** Word lengths for the counted symbols. So that no word is unused, there are at least two, if need be of what does not occur. */
function makeLengths(counts: usize, symbolCount: u32, longest: u32, lengths: usize): void {
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbolCount; symbol++) if (countOf(counts, symbol) != 0) used++;
  for (let symbol: u32 = 0; used < 2; symbol++) {
    if (countOf(counts, symbol) != 0) continue;
    countOne(counts, symbol);
    used++;
  }
  makePrefixLengths(counts, symbolCount, longest, lengths);
}

/** How many symbols there are up to the last that has a word. */
function usedCount(lengths: usize, symbolCount: u32): u32 {
  while (load<u8>(lengths + symbolCount - 1) == 0) symbolCount--;
  return symbolCount;
}

/** Finds runs of zeros, and of the length before, among the first HEAD_LENGTHS, and counts them and all other lengths. */
function findRuns(total: u32): void {
  memory.fill(RUN_COUNTS, 0, LENGTHS * 4);
  runsEnd = RUNS;
  for (let at: u32 = 0; at < total; ) {
    const length: u32 = load<u8>(HEAD_LENGTHS + at);
    let end = at + 1;
    while (end < total && load<u8>(HEAD_LENGTHS + end) == length) end++;
    if (length != 0) {
      addRun(length, 0);
      at++;
    }
    while (length == 0 && end - at >= 3) {
      const taken = min<u32>(end - at, 138);
      if (taken < 11) addRun(FEW_ZEROS, taken - 3);
      else addRun(MANY_ZEROS, taken - 11);
      at += taken;
    }
    while (length != 0 && end - at >= 3) {
      const taken = min<u32>(end - at, 6);
      addRun(REPEAT, taken - 3);
      at += taken;
    }
    for (; at < end; at++) addRun(length, 0);
  }
}

function addRun(symbol: u32, number: u32): void {
  store<u8>(runsEnd, <u8>symbol);
  store<u8>(runsEnd, <u8>number, 1);
  runsEnd += 2;
  countOne(RUN_COUNTS, symbol);
}

/** Writes the codes that were made. */
function writeCodes(): void {
  put(literalCount - FIRST_LENGTH, 5);
  put(distanceCount - 1, 5);
  put(orderCount - 4, 4);
  for (let i: u32 = 0; i < orderCount; i++) put(load<u8>(RUN_LENGTHS + load<u8>(ORDER + i)), 3);
  makeWords(RUN_LENGTHS, LENGTHS, RUN_WORDS);
  for (let run = RUNS; run < runsEnd; run += 2) {
    const symbol: u32 = load<u8>(run);
    const word = load<u32>(RUN_WORDS + (<usize>symbol << 2));
    put(word & 0xffff, word >> 16);
    put(load<u8>(run, 1), load<u8>(RUN_BITS + symbol));
  }
}

/** Gives out the words of the canonical code of these lengths. */
function makeWords(lengths: usize, symbolCount: u32, words: usize): void {
  let next: u32 = 0;
  for (let length: u32 = 1; length <= LONGEST_WORD; length++) {
    next <<= 1;
    for (let symbol: u32 = 0; symbol < symbolCount; symbol++) {
      if (load<u8>(lengths + symbol) != length) continue;
      store<u32>(words + (<usize>symbol << 2), (length << 16) | reversed(next, length));
      next++;
    }
  }
}

/** Joins the word of each length of a match to the bits that follow it. */
function makeMatchWords(): void {
  for (let length = SHORTEST_MATCH; length <= 258; length++) {
    const symbol = lengthSymbol(length);
    const extra = lengthBits(symbol);
    const word = load<u32>(LITERAL_WORDS + (<usize>(FIRST_LENGTH + symbol) << 2));
    const number = length == 258 ? 0 : (length - SHORTEST_MATCH) & ((1 << extra) - 1);
    const count = word >> 16;
    store<u32>(MATCH_WORDS + (<usize>length << 2), ((count + extra) << 24) | (number << count) | (word & 0xffff));
  }
}

/** Writes the literals and matches of the block, and its end. */
function writeSequences(start: usize): void {
  let gathered = bits;
  let count = bitCount;
  let target = to;
  let at = start;
  let sequence = sequences;
  for (let left = sequenceCount; left > 0; left--) {
    const end = at + load<u32>(sequence);
    // Three words fit beside the seven bits that may be left.
    for (; at + 3 <= end; at += 3) {
      const first = literalWord(at);
      gathered |= <u64>(first & 0xffff) << count;
      count += first >> 16;
      const second = literalWord(at + 1);
      gathered |= <u64>(second & 0xffff) << count;
      count += second >> 16;
      const third = literalWord(at + 2);
      gathered |= <u64>(third & 0xffff) << count;
      count += third >> 16;
      store<u64>(target, gathered);
      target += <usize>(count >> 3);
      gathered >>= count & ~7;
      count &= 7;
    }
    for (; at < end; at++) {
      const word = literalWord(at);
      gathered |= <u64>(word & 0xffff) << count;
      count += word >> 16;
    }
    // Up to 37 bits are gathered here; a length takes up to 20, a distance up to 28.
    store<u64>(target, gathered);
    target += <usize>(count >> 3);
    gathered >>= count & ~7;
    count &= 7;
    const match = load<u32>(sequence, 4);
    sequence += SEQUENCE_BYTES;
    if (match == 0) continue;
    const length = match >> 16;
    const lengthWord = load<u32>(MATCH_WORDS + (<usize>length << 2));
    gathered |= <u64>(lengthWord & 0xffffff) << count;
    count += lengthWord >> 24;
    const distance = match & 0xffff;
    const symbol = distanceSymbol(distance);
    const word = load<u32>(DISTANCE_WORDS + (<usize>symbol << 2));
    gathered |= <u64>(word & 0xffff) << count;
    count += word >> 16;
    const extra = distanceBits(symbol);
    gathered |= <u64>((distance - 1) & ((1 << extra) - 1)) << count;
    count += extra;
    store<u64>(target, gathered);
    target += <usize>(count >> 3);
    gathered >>= count & ~7;
    count &= 7;
    at += length;
  }
  bits = gathered;
  bitCount = count;
  to = target;
  const word = load<u32>(LITERAL_WORDS, 4 * END);
  put(word & 0xffff, word >> 16);
}

// @ts-ignore: decorator
@inline
function literalWord(at: usize): u32 {
  return load<u32>(LITERAL_WORDS + (<usize>load<u8>(at) << 2));
}

/** Writes the block as its bytes are, in as many blocks as that takes. */
function writeStored(start: usize, end: usize, isLast: u32): void {
  let at = start;
  do {
    const length = min(end - at, MOST_STORED);
    put(at + length == end ? isLast : 0, 3);
    put(0, (8 - <u32>bitCount) & 7);
    put(<u32>length | (<u32>~length << 16), 32);
    memory.copy(to, at, length);
    to += length;
    at += length;
  } while (at < end);
}

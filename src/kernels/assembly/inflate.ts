/**
 * Inflate: deflate streams, RFC 1951. What is around them is read outside, but for the checksum of one that fills the output.
 *
 * The next bits stand at the low end of a 64-bit word that is filled by eight bytes at once: bits behind the counted ones
 * are those of the bytes that come next, so that or-ing them again changes nothing. A prefix code is a table for its first
 * bits, of which longer words lead to a second table for the rest. An entry says what to do and how many bits that takes:
 *
 *     bits 0-7    of the word and what follows it    bits 13-15  kinds that are not usual
 *     bits 8-11   of the word alone, or of a table   bits 16-31  the literal, what is added to those bits, or a table
 *     bit 12      a literal
 *
 * Bounds: up to 24 bytes behind the input may be read, and up to 20 behind the output written. Distances reach back to the
 * beginning of the stream, not further. A code that leaves words unused is damaged unless it has a single one.
 */

import { adler32Output, crc32Output } from './checksums';
import { copyMatch } from './copies';
import { inputEnd, inputStart, outputEnd, outputStart } from './exchange';
import {
  AGAIN,
  codeOfDistances,
  codeOfLengths,
  codeOfLiterals,
  DISTANCE_BITS,
  DISTANCES,
  distanceBits,
  END,
  INVALID,
  LENGTHS,
  LITERAL,
  LITERAL_BITS,
  LITERALS,
  lengthBits,
  literalBits,
  SUBTABLE,
} from './inflate-codes';

const STORED: u32 = 0;
const FIXED: u32 = 1;
const DYNAMIC: u32 = 2;

const IS_DAMAGED: i32 = -1;
const IS_TOO_LONG: i32 = -2;

const MOST_LITERALS: u32 = 286;
const MOST_DISTANCES: u32 = 30;
const END_SYMBOL: u32 = 256;
/** Where there is room for so many bytes, tables are wide, so that the loop over many symbols knows their width. */
const LARGE: usize = 1 << 14;
/** So far behind the input the next byte may be, because eight are taken at once. */
const LOOKAHEAD: usize = 8;

/** The order in which the word lengths of the code of word lengths are stored. */
const ORDER: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** The word lengths of a code, or of literals and then of distances, and zeros behind them; and those of distances again. */
const WORD_LENGTHS: usize = memory.data(320 + 144, 16);
const DISTANCE_LENGTHS: usize = memory.data(32 + 64, 16);
/** Whether the tables are those of the fixed codes. */
let areFixed = false;

let word: u64 = 0;
let count: u32 = 0;
let at: usize = 0;
let output: usize = 0;

/** Decodes the stream at `start` of the input to the output; where it ends, or -1 if it is damaged, -2 if it is too long. */
export function inflate(start: u32): i32 {
  if (start > inputEnd - inputStart) return IS_DAMAGED;
  at = inputStart + start;
  word = 0;
  count = 0;
  output = outputStart;
  let isLast = false;
  while (!isLast) {
    isLast = take(1) == 1;
    const type = take(2);
    let failure: i32 = IS_DAMAGED;
    if (type == STORED) failure = copyStored();
    else if (type == FIXED ? fixedCodes() : type == DYNAMIC && dynamicCodes()) failure = inflateBlock();
    if (failure != 0) return failure;
  }
  at -= count >> 3;
  return at > inputEnd ? IS_DAMAGED : <i32>(at - inputStart);
}

/** How many bytes the last stream decoded to. */
export function inflatedBytes(): u32 {
  return <u32>(output - outputStart);
}

/**
 * Decodes the stream at `start` of the input; whether it exactly filled the output, and the end of the input, which follows it,
 * is the checksum of that: of gzip, or else of zlib.
 */
export function inflateWhole(start: u32, isGzip: bool): bool {
  const end = inflate(start);
  if (end < 0 || output != outputEnd) return false;
  const trailer = inputStart + end;
  const length = inflatedBytes();
  if (!isGzip) return trailer + 4 == inputEnd && bswap(load<u32>(trailer)) == adler32Output(length);
  return trailer + 8 == inputEnd && load<u32>(trailer) == crc32Output(length) && load<u32>(trailer, 4) == length;
}

/** The next bits, at most 16. */
function take(bits: u32): u32 {
  word |= load<u64>(at) << count;
  at += (63 - count) >> 3;
  count |= 56;
  if (at > inputEnd + LOOKAHEAD) at = inputEnd + LOOKAHEAD;
  const value = <u32>word & ((1 << bits) - 1);
  word >>= bits;
  count -= bits;
  return value;
}

function copyStored(): i32 {
  at -= count >> 3;
  word = 0;
  count = 0;
  if (at + 4 > inputEnd) return IS_DAMAGED;
  const length: u32 = load<u16>(at);
  if ((length ^ load<u16>(at, 2)) != 0xffff) return IS_DAMAGED;
  at += 4;
  if (length > inputEnd - at) return IS_DAMAGED;
  if (length > outputEnd - output) return IS_TOO_LONG;
  memory.copy(output, at, length);
  at += length;
  output += length;
  return 0;
}

function fixedCodes(): bool {
  if (areFixed) return true;
  memory.fill(WORD_LENGTHS, 8, 288);
  memory.fill(WORD_LENGTHS + 144, 9, 112);
  memory.fill(WORD_LENGTHS + 256, 7, 24);
  clearGroup(WORD_LENGTHS + 288);
  memory.fill(DISTANCE_LENGTHS, 5, 32);
  clearGroup(DISTANCE_LENGTHS + 32);
  areFixed = codeOfLiterals(WORD_LENGTHS, 288, true) && codeOfDistances(DISTANCE_LENGTHS, 32, true);
  return areFixed;
}

function dynamicCodes(): bool {
  areFixed = false;
  const literalCount = take(5) + 257;
  const distanceCount = take(5) + 1;
  const orderCount = take(4) + 4;
  if (literalCount > MOST_LITERALS || distanceCount > MOST_DISTANCES) return false;
  clearGroup(WORD_LENGTHS);
  for (let i: usize = 0; i < orderCount; i++) store<u8>(WORD_LENGTHS + load<u8>(ORDER + i), <u8>take(3));
  if (!codeOfLengths(WORD_LENGTHS) || !readWordLengths(literalCount + distanceCount)) return false;
  if (load<u8>(WORD_LENGTHS + END_SYMBOL) == 0) return false;
  v128.store(DISTANCE_LENGTHS, v128.load(WORD_LENGTHS + literalCount));
  v128.store(DISTANCE_LENGTHS, v128.load(WORD_LENGTHS + literalCount, 16), 16);
  clearGroup(DISTANCE_LENGTHS + distanceCount);
  clearGroup(WORD_LENGTHS + literalCount);
  const isWide = outputEnd - output >= LARGE;
  if (!codeOfLiterals(WORD_LENGTHS, literalCount, isWide)) return false;
  return codeOfDistances(DISTANCE_LENGTHS, distanceCount, isWide);
}

/** Stores zeros for a group of 64 symbols. */
function clearGroup(at: usize): void {
  for (let i: usize = 0; i < 64; i += 16) v128.store(at + i, i8x16.splat(0));
}

/** Reads so many word lengths by the code of word lengths; whether they are as many. */
function readWordLengths(total: u32): bool {
  const mask: usize = (1 << lengthBits) - 1;
  let bits = word;
  let left = count;
  let from = at;
  let previous: u32 = 0;
  let i: u32 = 0;
  while (i < total) {
    bits |= load<u64>(from) << left;
    from += (~left >> 3) & 7;
    left |= 56;
    if (from > inputEnd + LOOKAHEAD) return false;
    // Four times fourteen bits at most.
    for (let times = 0; times < 4 && i < total; times++) {
      const entry = load<u32>(LENGTHS + ((<usize>bits & mask) << 2));
      if ((entry & (INVALID | AGAIN)) != 0) {
        if ((entry & INVALID) != 0 || i == 0) return false;
      } else previous = entry >> 24;
      const repeats = valueOf(entry & 0xffffff, bits);
      bits >>= entry;
      left -= entry;
      let to = WORD_LENGTHS + i;
      const end = to + repeats;
      i += repeats;
      if (i > total) return false;
      const lengths = i8x16.splat(<i8>previous);
      do {
        v128.store(to, lengths);
        to += 16;
      } while (to < end);
    }
  }
  word = bits;
  count = left & 63;
  at = from;
  return true;
}

// @ts-ignore: decorator
@inline
function entryOf(table: usize, bits: u64, mask: usize): u32 {
  return load<u32>(table + ((<usize>bits & mask) << 2));
}

/** The entry in the second table that `entry` leads to. */
// @ts-ignore: decorator
@inline
function secondEntryOf(table: usize, entry: u32, bits: u64): u32 {
  return entryOf(table + (<usize>(entry >> 16) << 2), bits, (1 << ((entry >> 8) & 15)) - 1);
}

/** What an entry stands for: what it has, and the bits behind its word. */
// @ts-ignore: decorator
@inline
function valueOf(entry: u32, bits: u64): u32 {
  return (entry >> 16) + ((<u32>bits & ((1 << entry) - 1)) >> (entry >> 8));
}

/** Decodes a block by the codes that stand in their tables; 0, or a negative number. */
function inflateBlock(): i32 {
  return literalBits == LITERAL_BITS && distanceBits == DISTANCE_BITS ? decodeBlock(true) : decodeBlock(false);
}

// @ts-ignore: decorator
@inline
function decodeBlock(isWide: bool): i32 {
  const literalMask: usize = (1 << (isWide ? LITERAL_BITS : literalBits)) - 1;
  const distanceMask: usize = (1 << (isWide ? DISTANCE_BITS : distanceBits)) - 1;
  let bits = word;
  let left = count;
  let from = at;
  let to = output;
  bits |= load<u64>(from) << left;
  from += (~left >> 3) & 7;
  left |= 56;
  let entry = entryOf(LITERALS, bits, literalMask);
  for (;;) {
    if (from > inputEnd + LOOKAHEAD) return IS_DAMAGED;
    if (to > outputEnd) return IS_TOO_LONG;
    // Up to three literals at once, of eleven bits at most.
    if ((entry & LITERAL) != 0) {
      store<u8>(to, <u8>(entry >> 16));
      to++;
      bits >>= entry;
      left -= entry;
      entry = entryOf(LITERALS, bits, literalMask);
      if ((entry & LITERAL) != 0) {
        store<u8>(to, <u8>(entry >> 16));
        to++;
        bits >>= entry;
        left -= entry;
        entry = entryOf(LITERALS, bits, literalMask);
        if ((entry & LITERAL) != 0) {
          store<u8>(to, <u8>(entry >> 16));
          to++;
          bits >>= entry;
          left -= entry;
          bits |= load<u64>(from) << left;
          from += (~left >> 3) & 7;
          left |= 56;
          entry = entryOf(LITERALS, bits, literalMask);
          continue;
        }
      }
      bits |= load<u64>(from) << left;
      from += (~left >> 3) & 7;
      left |= 56;
    }
    if ((entry & (SUBTABLE | END | INVALID)) != 0) {
      if ((entry & SUBTABLE) != 0) {
        bits >>= literalBits;
        left -= literalBits;
        entry = secondEntryOf(LITERALS, entry, bits);
        if ((entry & LITERAL) != 0) {
          store<u8>(to, <u8>(entry >> 16));
          to++;
          bits >>= entry;
          left -= entry;
          bits |= load<u64>(from) << left;
          from += (~left >> 3) & 7;
          left |= 56;
          entry = entryOf(LITERALS, bits, literalMask);
          continue;
        }
      }
      if ((entry & INVALID) != 0) return IS_DAMAGED;
      if ((entry & END) != 0) {
        bits >>= entry;
        left -= entry;
        break;
      }
    }
    const length = valueOf(entry, bits);
    bits >>= entry;
    left -= entry;
    entry = entryOf(DISTANCES, bits, distanceMask);
    if ((entry & SUBTABLE) != 0) {
      bits >>= distanceBits;
      left -= distanceBits;
      entry = secondEntryOf(DISTANCES, entry, bits);
    }
    if ((entry & INVALID) != 0) return IS_DAMAGED;
    const distance = valueOf(entry, bits);
    bits >>= entry;
    left -= entry;
    const end = to + length;
    if (<usize>distance > to - outputStart) return IS_DAMAGED;
    if (end > outputEnd) return IS_TOO_LONG;
    // What comes next is looked up before the copy, which takes long.
    bits |= load<u64>(from) << left;
    from += (~left >> 3) & 7;
    left |= 56;
    entry = entryOf(LITERALS, bits, literalMask);
    copyMatch(distance, to, end);
    to = end;
  }
  if (to > outputEnd) return IS_TOO_LONG;
  word = bits;
  count = left & 63;
  at = from;
  output = to;
  return 0;
}

/**
 * The prefix codes of deflate, RFC 1951, sections 3.2.2 and 3.2.5, as tables; `inflate` says what an entry is.
 *
 * Of a small stream the tables take longer than the stream itself. So a table is no wider than its code needs, unless it is to
 * be wide; the symbols of each word length are found as bits of a set, sixteen lengths at a time; and what an entry has of its
 * symbol is there already.
 *
 * Bounds: word lengths are 0 to 15, and behind them stand zeros up to a multiple of 64. The second tables of a code are as wide
 * as its longest word needs; each has two words or more, because a code that leaves words unused has no long ones. So literals
 * need at most 143 of 16, distances 15 of 128.
 */

/** The bits by which the first tables are asked where they are wide, and the most. */
export const LITERAL_BITS: u32 = 11;
export const DISTANCE_BITS: u32 = 8;
const LENGTH_BITS: u32 = 7;

export const SUBTABLE: u32 = 1 << 15;
export const END: u32 = 1 << 14;
export const INVALID: u32 = 1 << 13;
export const LITERAL: u32 = 1 << 12;
/** Of the code of word lengths: the length before, again. */
export const AGAIN: u32 = 1 << 14;

export const LITERALS: usize = memory.data((2048 + 144 * 16) * 4, 16);
export const DISTANCES: usize = memory.data((256 + 16 * 128) * 4, 16);
export const LENGTHS: usize = memory.data(128 * 4 + 16, 16);
/** The bits by which each of these tables is asked. */
export let literalBits: u32 = 0;
export let distanceBits: u32 = 0;
export let lengthBits: u32 = 0;

const LONGEST: u32 = 15;
/** Symbols are sought in groups of so many. */
const GROUP: u32 = 64;
const DAMAGED: u32 = u32.MAX_VALUE;

/** u32 per symbol: its entry, but for the bits of its word, which are counted at two places. */
const LITERAL_ENTRIES: usize = memory.data(288 * 4, 16);
const DISTANCE_ENTRIES: usize = memory.data(32 * 4, 16);
const LENGTH_ENTRIES: usize = memory.data(19 * 4, 16);
const WORD_BIT: u32 = 0x101;

const LENGTH_BASE: usize = memory.data<u16>([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]);
const LENGTH_EXTRA: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]);
const DISTANCE_BASE: usize = memory.data<u16>([
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193,
  12289, 16385, 24577,
]);
const DISTANCE_EXTRA: usize = memory.data<u8>([
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]);

/** Each byte with its first bit last. */
const REVERSED_BYTES: usize = memory.data(256, 16);
for (let bit: u32 = 0; bit < 8; bit++) {
  for (let byte: u32 = 0; byte < 256; byte++) {
    const at = REVERSED_BYTES + byte;
    store<u8>(at, load<u8>(at) | <u8>(((byte >> bit) & 1) << (7 - bit)));
  }
}

for (let symbol: u32 = 0; symbol < 256; symbol++) setEntry(LITERAL_ENTRIES, symbol, LITERAL | (symbol << 16));
setEntry(LITERAL_ENTRIES, 256, END);
for (let i: u32 = 0; i < 29; i++) {
  setEntry(LITERAL_ENTRIES, 257 + i, (<u32>load<u16>(LENGTH_BASE + (i << 1)) << 16) | load<u8>(LENGTH_EXTRA + i));
}
for (let symbol: u32 = 286; symbol < 288; symbol++) setEntry(LITERAL_ENTRIES, symbol, INVALID);
for (let i: u32 = 0; i < 30; i++) {
  setEntry(DISTANCE_ENTRIES, i, (<u32>load<u16>(DISTANCE_BASE + (i << 1)) << 16) | load<u8>(DISTANCE_EXTRA + i));
}
for (let symbol: u32 = 30; symbol < 32; symbol++) setEntry(DISTANCE_ENTRIES, symbol, INVALID);
// How often a length is there, from bit 16 on, and from bit 24 on the length.
for (let symbol: u32 = 0; symbol < 16; symbol++) setEntry(LENGTH_ENTRIES, symbol, (symbol << 24) | (1 << 16));
setEntry(LENGTH_ENTRIES, 16, AGAIN | (3 << 16) | 2);
setEntry(LENGTH_ENTRIES, 17, (3 << 16) | 3);
setEntry(LENGTH_ENTRIES, 18, (11 << 16) | 7);

function setEntry(entries: usize, symbol: u32, entry: u32): void {
  store<u32>(entries + (<usize>symbol << 2), entry);
}

/** Makes the code of literals and lengths of matches by so many word lengths; whether they are one. */
export function codeOfLiterals(lengths: usize, count: u32, isWide: bool): bool {
  literalBits = makeCode(LITERALS, isWide, LITERAL_BITS, LITERAL_ENTRIES, lengths, count);
  return literalBits != DAMAGED;
}

/** Makes the code of distances by so many word lengths; whether they are one. */
export function codeOfDistances(lengths: usize, count: u32, isWide: bool): bool {
  distanceBits = makeCode(DISTANCES, isWide, DISTANCE_BITS, DISTANCE_ENTRIES, lengths, count);
  return distanceBits != DAMAGED;
}

/** Makes the code of word lengths by nineteen of its own; whether they are one. */
export function codeOfLengths(lengths: usize): bool {
  lengthBits = makeCode(LENGTHS, false, LENGTH_BITS, LENGTH_ENTRIES, lengths, 19);
  return lengthBits != DAMAGED;
}

/** Makes a code, at most so `wide` in its first table, or just so wide; how wide that is, or `DAMAGED`. */
function makeCode(table: usize, isWide: bool, wide: u32, entries: usize, lengths: usize, count: u32): u32 {
  let left: u32 = 0;
  for (let group: u32 = 0; group < count; group += GROUP) left += <u32>popcnt(~symbolsOf(lengths + group, 0));
  let length: u32 = 0;
  let next: u32 = 0;
  let unused: u32 = 1;
  store<u32>(table, INVALID);
  while (left > 0 && length < wide) {
    // For words up to one bit longer the table is what it was, twice, but where those words stand.
    doubleTable(table, length);
    length++;
    next <<= 1;
    unused <<= 1;
    for (let group: u32 = 0; group < count; group += GROUP) {
      let symbols = symbolsOf(lengths + group, length);
      const words = <u32>popcnt(symbols);
      if (words > unused) return DAMAGED;
      unused -= words;
      left -= words;
      for (; symbols != 0; symbols &= symbols - 1) {
        const entry = load<u32>(entries + (<usize>(group + <u32>ctz(symbols)) << 2)) + length * WORD_BIT;
        store<u32>(table + (<usize>reversed(next, length) << 2), entry);
        next++;
      }
    }
  }
  if (left > 0) return makeSecondTables(table, wide, entries, lengths, count, next, unused) ? wide : DAMAGED;
  if (unused > 0 && length > 1) return DAMAGED;
  for (; isWide && length < wide; length++) doubleTable(table, length);
  return length;
}

/** Repeats a table that was asked by so many bits. */
function doubleTable(table: usize, width: u32): void {
  const half: usize = <usize>4 << width;
  for (let i: usize = 0; i < half; i += 16) v128.store(table + half + i, v128.load(table + i));
}

/** Makes the tables for the words that are longer than the first table is `wide`, from `next` on; whether they are a code. */
function makeSecondTables(
  table: usize,
  wide: u32,
  entries: usize,
  lengths: usize,
  count: u32,
  next: u32,
  unused: u32,
): bool {
  const longest = longestOf(lengths, count);
  const size: u32 = 1 << wide;
  const secondWidth = longest - wide;
  const secondSize: u32 = 1 << secondWidth;
  let seconds = size;
  let first: u32 = size;
  for (let length = wide + 1; length <= longest; length++) {
    next <<= 1;
    unused <<= 1;
    for (let group: u32 = 0; group < count; group += GROUP) {
      let symbols = symbolsOf(lengths + group, length);
      const words = <u32>popcnt(symbols);
      if (words > unused) return false;
      unused -= words;
      for (; symbols != 0; symbols &= symbols - 1) {
        const word = reversed(next, length);
        next++;
        // Words that begin alike come one after another.
        if ((word & (size - 1)) != first) {
          first = word & (size - 1);
          store<u32>(table + (<usize>first << 2), SUBTABLE | (seconds << 16) | (secondWidth << 8));
          seconds += secondSize;
        }
        const second = table + (<usize>(seconds - secondSize) << 2);
        const entry = load<u32>(entries + (<usize>(group + <u32>ctz(symbols)) << 2)) + (length - wide) * WORD_BIT;
        for (let i = word >> wide; i < secondSize; i += 1 << (length - wide)) store<u32>(second + (<usize>i << 2), entry);
      }
    }
  }
  return unused == 0;
}

/** The length of the longest word. */
function longestOf(lengths: usize, count: u32): u32 {
  let longest = LONGEST;
  while (!isUsed(longest, lengths, count)) longest--;
  return longest;
}

function isUsed(length: u32, lengths: usize, count: u32): bool {
  for (let group: u32 = 0; group < count; group += GROUP) {
    if (symbolsOf(lengths + group, length) != 0) return true;
  }
  return false;
}

/** A bit for each of 64 symbols whose word has this length. */
// @ts-ignore: decorator
@inline
function symbolsOf(lengths: usize, length: u32): u64 {
  const sought = i8x16.splat(<i8>length);
  const first = i8x16.bitmask(i8x16.eq(v128.load(lengths), sought));
  const second = i8x16.bitmask(i8x16.eq(v128.load(lengths, 16), sought));
  const third = i8x16.bitmask(i8x16.eq(v128.load(lengths, 32), sought));
  const fourth = i8x16.bitmask(i8x16.eq(v128.load(lengths, 48), sought));
  return <u64>(<u32>(first | (second << 16))) | (<u64>(<u32>(third | (fourth << 16))) << 32);
}

/** A word of so many bits, with its first bit last. */
// @ts-ignore: decorator
@inline
export function reversed(word: u32, length: u32): u32 {
  const low: u32 = load<u8>(REVERSED_BYTES + (word & 255));
  const high: u32 = load<u8>(REVERSED_BYTES + (word >> 8));
  return ((low << 8) | high) >> (16 - length);
}

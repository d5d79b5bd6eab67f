/**
 * The prefix codes of deflate, RFC 1951, sections 3.2.2 and 3.2.5, as tables; `inflate` says what an entry is.
 *
 * Bounds: word lengths are 0 to 15. The second tables of a code are as wide as its longest word needs; each has two words or
 * more, because a code that leaves words unused has no long ones. So literals need at most 143 of 16, distances 15 of 128.
 */

export const LITERAL_BITS: u32 = 11;
export const DISTANCE_BITS: u32 = 8;
export const LENGTH_BITS: u32 = 7;

export const SUBTABLE: u32 = 1 << 15;
export const END: u32 = 1 << 14;
export const INVALID: u32 = 1 << 13;
export const LITERAL: u32 = 1 << 12;

export const LITERALS: usize = memory.data((2048 + 144 * 16) * 4, 16);
export const DISTANCES: usize = memory.data((256 + 16 * 128) * 4, 16);
export const LENGTHS: usize = memory.data(128 * 4, 16);
/** Room for the word lengths of literals and distances. */
export const WORD_LENGTHS: usize = memory.data(320, 16);

const LONGEST: u32 = 15;
const FOR_LITERALS: u32 = 0;
const FOR_DISTANCES: u32 = 1;
const FOR_LENGTHS: u32 = 2;

/** How many words there are of each length, and where the symbols of each begin in SORTED. */
const COUNTS: usize = memory.data(16 * 4, 16);
const OFFSETS: usize = memory.data(17 * 4, 16);
/** u16 × 320: the symbols that have words, the shortest first, and in their order where words are as long. */
const SORTED: usize = memory.data(320 * 2, 16);

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

/** Makes the code of literals and lengths of matches by so many word lengths; whether they are one. */
export function codeOfLiterals(lengths: usize, count: u32): bool {
  return makeCode(LITERALS, LITERAL_BITS, lengths, count, FOR_LITERALS);
}

/** Makes the code of distances by so many word lengths; whether they are one. */
export function codeOfDistances(lengths: usize, count: u32): bool {
  return makeCode(DISTANCES, DISTANCE_BITS, lengths, count, FOR_DISTANCES);
}

/** Makes the code of word lengths by nineteen of its own; whether they are one. */
export function codeOfLengths(lengths: usize): bool {
  return makeCode(LENGTHS, LENGTH_BITS, lengths, 19, FOR_LENGTHS);
}

function makeCode(table: usize, width: u32, lengths: usize, count: u32, purpose: u32): bool {
  memory.fill(COUNTS, 0, 16 * 4);
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const counted = COUNTS + (<usize>load<u8>(lengths + symbol) << 2);
    store<u32>(counted, load<u32>(counted) + 1);
  }
  store<u32>(COUNTS, 0);
  let unused: i32 = 1;
  let longest: u32 = 0;
  store<u32>(OFFSETS, 0, 4);
  for (let length: u32 = 1; length <= LONGEST; length++) {
    const words = load<u32>(COUNTS + (length << 2));
    if (words != 0) longest = length;
    unused = 2 * unused - <i32>words;
    if (unused < 0) return false;
    store<u32>(OFFSETS + (length << 2), load<u32>(OFFSETS + (length << 2)) + words, 4);
  }
  if (unused > 0 && longest > 1) return false;
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const length: u32 = load<u8>(lengths + symbol);
    if (length == 0) continue;
    const offset = OFFSETS + (<usize>length << 2);
    store<u16>(SORTED + (<usize>load<u32>(offset) << 1), <u16>symbol);
    store<u32>(offset, load<u32>(offset) + 1);
  }
  fillTable(table, width, longest, purpose);
  return true;
}

function fillTable(table: usize, width: u32, longest: u32, purpose: u32): void {
  let sorted = SORTED;
  let next: u32 = 0;
  // For words up to one bit longer the table is what it was, twice, but where those words stand.
  store<u32>(table, INVALID);
  for (let length: u32 = 1; length <= width; length++) {
    const half: usize = <usize>2 << length;
    memory.copy(table + half, table, half);
    next <<= 1;
    for (let left = load<u32>(COUNTS + (<usize>length << 2)); left > 0; left--) {
      const entry = entryFor(purpose, load<u16>(sorted), length);
      sorted += 2;
      store<u32>(table + (<usize>reversed(next, length) << 2), entry);
      next++;
    }
  }
  if (longest <= width) return;
  const size: u32 = 1 << width;
  const secondWidth = longest - width;
  const secondSize: u32 = 1 << secondWidth;
  let seconds = size;
  let first: u32 = size;
  for (let length = width + 1; length <= longest; length++) {
    next <<= 1;
    for (let left = load<u32>(COUNTS + (<usize>length << 2)); left > 0; left--) {
      const word = reversed(next, length);
      next++;
      // Words that begin alike come one after another.
      if ((word & (size - 1)) != first) {
        first = word & (size - 1);
        store<u32>(table + (<usize>first << 2), SUBTABLE | (seconds << 16) | (secondWidth << 8));
        seconds += secondSize;
      }
      const second = table + (<usize>(seconds - secondSize) << 2);
      const entry = entryFor(purpose, load<u16>(sorted), length - width);
      sorted += 2;
      for (let i = word >> width; i < secondSize; i += 1 << (length - width)) store<u32>(second + (<usize>i << 2), entry);
    }
  }
}

/** The entry of a symbol whose word has so many bits, or so many in its second table. */
function entryFor(purpose: u32, symbol: u32, bits: u32): u32 {
  if (purpose == FOR_LENGTHS) return (symbol << 16) | (bits << 8) | bits;
  if (purpose == FOR_DISTANCES) {
    if (symbol >= 30) return INVALID;
    const extra: u32 = load<u8>(DISTANCE_EXTRA + symbol);
    return (<u32>load<u16>(DISTANCE_BASE + (symbol << 1)) << 16) | (bits << 8) | (bits + extra);
  }
  if (symbol < 256) return LITERAL | (symbol << 16) | bits;
  if (symbol == 256) return END | (bits << 8) | bits;
  if (symbol >= 286) return INVALID;
  const extra: u32 = load<u8>(LENGTH_EXTRA + symbol - 257);
  return (<u32>load<u16>(LENGTH_BASE + ((symbol - 257) << 1)) << 16) | (bits << 8) | (bits + extra);
}

/** A word of so many bits, with its first bit last. */
export function reversed(word: u32, length: u32): u32 {
  word = ((word & 0x5555) << 1) | ((word >> 1) & 0x5555);
  word = ((word & 0x3333) << 2) | ((word >> 2) & 0x3333);
  word = ((word & 0x0f0f) << 4) | ((word >> 4) & 0x0f0f);
  word = ((word & 0x00ff) << 8) | ((word >> 8) & 0x00ff);
  return word >> (16 - length);
}

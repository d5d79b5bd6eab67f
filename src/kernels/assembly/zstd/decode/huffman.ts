/**
 * Huffman coded literals: RFC 8878, section 4.2.
 *
 * Streams are read from their end. Where the next bits lie is a position, counted in bits, of bytes by their addresses: the
 * word there has UNREAD bits and up to seven more. They are five codes of at most eleven bits, or six of nine. The word is
 * turned, so that the bits that come next are the place of a cell; a cell has the length of its code in its low byte, by which
 * the word is turned on as it is: little lies between a code and the next one, which has to wait for it. Of four streams, five
 * or six codes of each are decoded in turn, so that the processor has four chains of work at a time.
 *
 * The table of a small stream takes longer than the stream itself. So the symbols of each weight are found as bits of a set,
 * sixteen weights at a time, and a symbol's cells are filled by whole vectors: what goes too far belongs to the next symbols,
 * which come after it.
 *
 * Bounds: a table has 2048 cells, and a vector behind them is written. Up to sixteen bytes before a stream, and as many behind a
 * description, may be read; what is decoded fills its target exactly, or the result is false.
 */

import { highestBit } from '../bits';
import { accuracyLog, nextOf, readDistribution, spreadSymbols, symbolOf } from './distribution';

const MAX_BITS: u32 = 11;
/** { length: u8, symbol: u8 } × 2048: the code that the next bits begin with. */
const CELLS: usize = memory.data(2048 * 2 + 16, 16);
/** The place of the next bits in a word that is turned: twice their number is where their cell lies. */
const PLACE: u32 = ((1 << MAX_BITS) - 1) << 1;
/** So many bits of a word are unread at least. */
const UNREAD: u64 = 57;
/** As many codes of at most so many bits are six. */
const SHORT_BITS: u32 = 9;
/** u8 × 256, and zeros up to the end of a group. */
const WEIGHTS: usize = memory.data(256 + 64, 16);
/** Symbols are sought in groups of so many. */
const GROUP: u32 = 64;
/** u64 × 4 for each weight: a bit for each symbol that has it. */
const SETS: usize = memory.data(12 * 32, 16);
/**
 * Per cell of the table that weights are coded with { next: u32, mask: u16, bits: u8, weight: u8 }: the address of the next
 * cell if its bits are zeros, the place of these bits in it, and their number.
 */
const WEIGHT_CELLS: usize = memory.data(64 * 8, 16);
const CELL_LOG: u32 = 3;
const MASK: usize = 4;
const BITS: usize = 6;
const WEIGHT: usize = 7;
/** So many weights are decoded at a time, of six bits at most, while there are so many bits. */
const WEIGHTS_AT_ONCE: u32 = 8;
const BITS_AT_ONCE: i32 = 48;

let weightCount: u32 = 0;
/** The most bits that a code has. */
let longest: u32 = 0;

/** Reads a code's description at `start`; where it ends, or 0 if it cannot be. */
export function readHuffmanCode(start: usize, end: usize): usize {
  if (start >= end) return 0;
  const header: u32 = load<u8>(start);
  const isCompressed = header < 128;
  const descriptionEnd = start + 1 + (isCompressed ? header : (header - 126) >> 1);
  if (descriptionEnd > end) return 0;
  if (isCompressed ? !readWeights(start + 1, descriptionEnd) : !unpackWeights(start + 1, header - 127)) return 0;
  return buildTable() ? descriptionEnd : 0;
}

/** Weights of four bits each. */
function unpackWeights(start: usize, count: u32): bool {
  const low = i8x16.splat(15);
  for (let i: u32 = 0; i < count; i += 32) {
    const pairs = v128.load(start + (i >> 1));
    const first = i8x16.shr_u(pairs, 4);
    const second = v128.and(pairs, low);
    const at = WEIGHTS + i;
    v128.store(at, v128.shuffle<u8>(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    v128.store(at, v128.shuffle<u8>(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
  }
  weightCount = count;
  return true;
}

/** Weights coded by entropy; two states take turns until the bits are used up. */
function readWeights(start: usize, end: usize): bool {
  const stream = readDistribution(start, end, 255, 6);
  if (stream == 0 || stream >= end) return false;
  const log = accuracyLog;
  buildWeightCells(log);
  const last: u32 = load<u8>(end - 1);
  if (last == 0) return false;
  // Bits are counted from the beginning of the stream; what comes next lies below `left`.
  let left: i32 = (<i32>(end - stream) << 3) - 8 + <i32>highestBit(last);
  left -= <i32>log;
  let state = WEIGHT_CELLS + (<usize>bitsAt(stream, left, log) << CELL_LOG);
  left -= <i32>log;
  let other = WEIGHT_CELLS + (<usize>bitsAt(stream, left, log) << CELL_LOG);
  if (left < 0) return false;
  let count: u32 = 0;
  while (left >= BITS_AT_ONCE && count < 255 - WEIGHTS_AT_ONCE) {
    const from = (left - 56) >> 3;
    const word = load<u64>(stream + from);
    let above: u64 = left - (from << 3);
    for (let i: u32 = 0; i < WEIGHTS_AT_ONCE; i += 2) {
      const weights = WEIGHTS + count + i;
      store<u8>(weights, load<u8>(state, WEIGHT));
      above -= load<u8>(state, BITS);
      state = load<u32>(state) + (<u32>(word >> (above - CELL_LOG)) & load<u16>(state, MASK));
      store<u8>(weights, load<u8>(other, WEIGHT), 1);
      above -= load<u8>(other, BITS);
      other = load<u32>(other) + (<u32>(word >> (above - CELL_LOG)) & load<u16>(other, MASK));
    }
    left = (from << 3) + <i32>above;
    count += WEIGHTS_AT_ONCE;
  }
  while (count < 255) {
    store<u8>(WEIGHTS + count++, load<u8>(state, WEIGHT));
    const bits: u32 = load<u8>(state, BITS);
    left -= <i32>bits;
    if (left < 0) {
      if (count > 254) return false;
      store<u8>(WEIGHTS + count++, load<u8>(other, WEIGHT));
      weightCount = count;
      return true;
    }
    const next = <usize>load<u32>(state) + (bitsAt(stream, left, bits) << CELL_LOG);
    state = other;
    other = next;
  }
  return false;
}

/** Makes the cells of the distribution that was read. */
function buildWeightCells(log: u32): void {
  spreadSymbols();
  const size: u32 = 1 << log;
  for (let cell: u32 = 0; cell < size; cell++) {
    const weight = symbolOf(cell);
    const next = nextOf(weight);
    const bits = log - highestBit(next);
    const address = <u32>WEIGHT_CELLS + (((next << bits) - size) << CELL_LOG);
    const rest = (((1 << bits) - 1) << CELL_LOG) | (bits << 16) | (weight << 24);
    store<u64>(WEIGHT_CELLS + (<usize>cell << CELL_LOG), (<u64>rest << 32) | address);
  }
}

/** `count` bits at `position`; zeros where it lies before the stream. */
function bitsAt(stream: usize, position: i32, count: u32): u32 {
  if (position >= 0) return (load<u32>(stream + (<u32>position >> 3)) >> (position & 7)) & ((1 << count) - 1);
  return 0;
}

/** The table of the weights, and of the last symbol, whose weight is what is left. */
function buildTable(): bool {
  const last = weightCount;
  for (let i: usize = 0; i < GROUP; i += 16) v128.store(WEIGHTS + last + i, i8x16.splat(0));
  let total: u32 = 0;
  for (let group: u32 = 0; group <= last; group += GROUP) {
    const sum = findSymbols(group);
    if (sum > 1 << MAX_BITS) return false;
    total += sum;
  }
  if (total == 0) return false;
  const log = highestBit(total) + 1;
  if (log > MAX_BITS) return false;
  longest = log;
  const rest = (<u32>1 << log) - total;
  if ((rest & (rest - 1)) != 0) return false;
  const set = setOf(highestBit(rest) + 1, last & ~63);
  store<u64>(set, load<u64>(set) | ((<u64>1) << (last & 63)));
  // Symbols of one weight have cells side by side: from the longest codes to the shortest.
  let cell: usize = 0;
  for (let weight: u32 = 1; weight <= log; weight++) {
    const cells: usize = (<usize>1) << (weight - 1 + MAX_BITS - log);
    for (let group: u32 = 0; group <= last; group += GROUP) {
      for (let symbols = load<u64>(setOf(weight, group)); symbols != 0; symbols &= symbols - 1) {
        fillCells(cell, (log + 1 - weight) | ((group + <u32>ctz(symbols)) << 8), cells);
        cell += cells;
      }
    }
    // The longest codes end in pairs.
    if (weight == 1 && (cell == 0 || ((cell / cells) & 1) != 0)) return false;
  }
  return true;
}

/** Where the set of the symbols from `group` on, a multiple of 64, is that have `weight`. */
// @ts-ignore: decorator
@inline
function setOf(weight: u32, group: u32): usize {
  return SETS + (<usize>weight << 5) + (group >> 3);
}

/** Stores which symbols from `group` on have which weight; how many codes these are in cells, or too many. */
function findSymbols(group: u32): u32 {
  const at = WEIGHTS + group;
  const a = v128.load(at);
  const b = v128.load(at, 16);
  const c = v128.load(at, 32);
  const d = v128.load(at, 48);
  const most = i8x16.max_u(i8x16.max_u(a, b), i8x16.max_u(c, d));
  if (v128.any_true(i8x16.gt_u(most, i8x16.splat(<i8>MAX_BITS)))) return u32.MAX_VALUE;
  let sum: u32 = 0;
  for (let weight: u32 = 1; weight <= MAX_BITS; weight++) {
    const sought = i8x16.splat(<i8>weight);
    const ab = i8x16.bitmask(i8x16.eq(a, sought)) | (i8x16.bitmask(i8x16.eq(b, sought)) << 16);
    const cd = i8x16.bitmask(i8x16.eq(c, sought)) | (i8x16.bitmask(i8x16.eq(d, sought)) << 16);
    const symbols = <u64>(<u32>ab) | (<u64>(<u32>cd) << 32);
    store<u64>(setOf(weight, group), symbols);
    sum += <u32>popcnt(symbols) << (weight - 1);
  }
  return sum;
}

/** Puts `value` into so many cells from number `cell` on, and up to a vector more. */
// @ts-ignore: decorator
@inline
function fillCells(cell: usize, value: u32, cells: usize): void {
  const vector = i16x8.splat(<i16>value);
  const end = CELLS + ((cell + cells) << 1);
  let at = CELLS + (cell << 1);
  do {
    v128.store(at, vector);
    at += 16;
  } while (at < end);
}

/** Decodes one stream, or four, so that they exactly fill the target. */
export function decodeLiterals(start: usize, end: usize, target: usize, size: u32, isFour: bool): bool {
  if (!isFour) return decodeStream(start, end, target, target + size);
  return decodeFour(start, end, target, target + size);
}

/** The position in a stream that ends at `end`, where its last byte marks its first bit. */
// @ts-ignore: decorator
@inline
function firstPosition(end: usize): u64 {
  return (<u64>end << 3) - UNREAD - 8 + highestBit(load<u8>(end - 1));
}

/** The word at `position`, turned so that the bits that come next are a place. */
// @ts-ignore: decorator
@inline
function wordAt(position: u64): u64 {
  return rotr<u64>(load<u64>(<usize>(position >> 3)), (position & 7) + (UNREAD - 1 - MAX_BITS));
}

// @ts-ignore: decorator
@inline
function cellOf(word: u64): u64 {
  return load<u16>(<usize>word & PLACE, CELLS);
}

/** Decodes the five codes at `position`, or six short ones, to `target`; the position behind them. */
// @ts-ignore: decorator
@inline
function decodeSome(position: u64, target: usize, areSix: bool): u64 {
  let word = wordAt(position);
  let cell = cellOf(word);
  store<u8>(target, cell >> 8);
  let used = cell;
  word = rotl<u64>(word, cell);
  cell = cellOf(word);
  store<u8>(target, cell >> 8, 1);
  used += cell;
  word = rotl<u64>(word, cell);
  cell = cellOf(word);
  store<u8>(target, cell >> 8, 2);
  used += cell;
  word = rotl<u64>(word, cell);
  cell = cellOf(word);
  store<u8>(target, cell >> 8, 3);
  used += cell;
  word = rotl<u64>(word, cell);
  cell = cellOf(word);
  store<u8>(target, cell >> 8, 4);
  used += cell;
  if (areSix) {
    word = rotl<u64>(word, cell);
    cell = cellOf(word);
    store<u8>(target, cell >> 8, 5);
    used += cell;
  }
  // The sum of the lengths is less than 64; above it stands that of the symbols.
  return position - (used & 63);
}

function decodeStream(start: usize, end: usize, target: usize, targetEnd: usize): bool {
  if (start >= end || load<u8>(end - 1) == 0) return false;
  return finishStream(start, firstPosition(end), target, targetEnd);
}

/** Decodes what is left of a stream, from `position` on. True if all of it, and no more, fills the target. */
function finishStream(start: usize, position: u64, target: usize, targetEnd: usize): bool {
  // Where no bits are left.
  const end = (<u64>start << 3) - UNREAD;
  while (target + 5 <= targetEnd) {
    position = decodeSome(position, target, false);
    if (position < end) return false;
    target += 5;
  }
  let word = wordAt(position);
  while (target < targetEnd) {
    const cell = cellOf(word);
    store<u8>(target++, cell >> 8);
    word = rotl<u64>(word, cell);
    position -= cell & 63;
  }
  return position == end;
}

function decodeFour(start: usize, end: usize, target: usize, targetEnd: usize): bool {
  if (end - start < 10 || targetEnd - target < 6) return false;
  const start1 = start + 6;
  const start2 = start1 + load<u16>(start);
  const start3 = start2 + load<u16>(start, 2);
  const start4 = start3 + load<u16>(start, 4);
  if (start1 == start2 || start2 == start3 || start3 == start4 || start4 >= end) return false;
  if (!load<u8>(start2 - 1) || !load<u8>(start3 - 1) || !load<u8>(start4 - 1) || !load<u8>(end - 1)) return false;
  const part = (targetEnd - target + 3) >> 2;
  if (part * 3 > targetEnd - target) return false;
  const end1 = target + part;
  const end2 = end1 + part;
  const end3 = end2 + part;
  const lowest = <u64>start1 << 3;
  let position1 = firstPosition(start2);
  let position2 = firstPosition(start3);
  let position3 = firstPosition(start4);
  let position4 = firstPosition(end);
  const areShort = longest <= SHORT_BITS;
  // The last target is the shortest one, and no stream has reached the one before it.
  const last = targetEnd - part * 3 - (areShort ? 6 : 5);
  while (target <= last && areRising(lowest, position1, position2, position3, position4)) {
    if (areShort) {
      position1 = decodeSome(position1, target, true);
      position2 = decodeSome(position2, target + part, true);
      position3 = decodeSome(position3, target + part * 2, true);
      position4 = decodeSome(position4, target + part * 3, true);
      target += 6;
    } else {
      position1 = decodeSome(position1, target, false);
      position2 = decodeSome(position2, target + part, false);
      position3 = decodeSome(position3, target + part * 2, false);
      position4 = decodeSome(position4, target + part * 3, false);
      target += 5;
    }
  }
  return (
    finishStream(start1, position1, target, end1) &&
    finishStream(start2, position2, target + part, end2) &&
    finishStream(start3, position3, target + part * 2, end3) &&
    finishStream(start4, position4, target + part * 3, targetEnd)
  );
}

/** Whether none of these is less than the one before it. */
// @ts-ignore: decorator
@inline
function areRising(a: u64, b: u64, c: u64, d: u64, e: u64): bool {
  return <i64>((b - a) | (c - b) | (d - c) | (e - d)) >= 0;
}

/**
 * Huffman coded literals: RFC 8878, section 4.2.
 *
 * Streams are read from their end, in a 64-bit word whose highest bits come next. Below the bits that are left stands a
 * single one, so that counting the zeros behind it tells how many bits were used: no counter is kept. A word holds at
 * least 56 bits after it was filled, which are five codes of at most eleven bits. Of four streams, five codes of each are
 * decoded in turn, so that the processor has four chains of work at a time. Lengths and symbols are tables of their own: so a
 * code's length, for which the next code waits, is there soonest.
 *
 * Bounds: a table has 2048 bytes. Up to sixteen bytes before a stream may be read;
 * what is decoded fills its target exactly, or the result is false.
 */

import { highestBit } from '../bits';
import { accuracyLog, nextOf, readDistribution, spreadSymbols, symbolOf } from './distribution';

const MAX_BITS: u32 = 11;
/** u8 × 2048 each: the length of the code that the next bits begin with, and its symbol. */
const LENGTHS: usize = memory.data(2048, 16);
const SYMBOLS: usize = memory.data(2048, 16);
const WEIGHTS: usize = memory.data(256, 16);
/** u32 × 16: where the cells of the next symbol of each weight begin. */
const PLACES: usize = memory.data(64, 16);
/** { symbol: u8, bits: u8, base: u16 } per cell of the table that weights are coded with. */
const WEIGHT_CELLS: usize = memory.data(64 * 4, 16);

let weightCount: u32 = 0;

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
  for (let i: u32 = 0; i < count; i++) {
    const pair: u32 = load<u8>(start + (i >> 1));
    store<u8>(WEIGHTS + i, <u8>(i & 1 ? pair & 15 : pair >> 4));
  }
  weightCount = count;
  return true;
}

/** Weights coded by entropy; two states take turns until the bits are used up. */
function readWeights(start: usize, end: usize): bool {
  const stream = readDistribution(start, end, 255, 6);
  if (stream == 0 || stream >= end) return false;
  spreadSymbols();
  const log = accuracyLog;
  const size: u32 = 1 << log;
  for (let cell: u32 = 0; cell < size; cell++) {
    const symbol = symbolOf(cell);
    const next = nextOf(symbol);
    const bits = log - highestBit(next);
    const at = WEIGHT_CELLS + (<usize>cell << 2);
    store<u8>(at, <u8>symbol);
    store<u8>(at, <u8>bits, 1);
    store<u16>(at, <u16>((next << bits) - size), 2);
  }
  const last: u32 = load<u8>(end - 1);
  if (last == 0) return false;
  // Bits are counted from the beginning of the stream; what comes next lies below `left`.
  let left: i32 = (<i32>(end - stream) << 3) - 8 + <i32>highestBit(last);
  left -= <i32>log;
  let state = bitsAt(stream, left, log);
  left -= <i32>log;
  let other = bitsAt(stream, left, log);
  if (left < 0) return false;
  let count: u32 = 0;
  while (count < 255) {
    const cell = WEIGHT_CELLS + (<usize>state << 2);
    store<u8>(WEIGHTS + count++, load<u8>(cell));
    const bits: u32 = load<u8>(cell, 1);
    left -= <i32>bits;
    if (left < 0) {
      if (count > 254) return false;
      store<u8>(WEIGHTS + count++, load<u8>(WEIGHT_CELLS + (<usize>other << 2)));
      weightCount = count;
      return true;
    }
    const next = <u32>load<u16>(cell, 2) + bitsAt(stream, left, bits);
    state = other;
    other = next;
  }
  return false;
}

/** `count` bits at `position`; zeros where it lies before the stream. */
function bitsAt(stream: usize, position: i32, count: u32): u32 {
  if (position >= 0) return (load<u32>(stream + (<u32>position >> 3)) >> (position & 7)) & ((1 << count) - 1);
  return 0;
}

/** The table of the weights, and of the last symbol, whose weight is what is left. */
function buildTable(): bool {
  let total: u32 = 0;
  for (let symbol: u32 = 0; symbol < weightCount; symbol++) {
    const weight: u32 = load<u8>(WEIGHTS + symbol);
    if (weight > MAX_BITS) return false;
    total += (<u32>1 << weight) >> 1;
  }
  if (total == 0) return false;
  const log = highestBit(total) + 1;
  if (log > MAX_BITS) return false;
  const rest = (<u32>1 << log) - total;
  if ((rest & (rest - 1)) != 0) return false;
  store<u8>(WEIGHTS + weightCount, <u8>(highestBit(rest) + 1));
  const count = weightCount + 1;
  let longest: u32 = 0;
  for (let symbol: u32 = 0; symbol < count; symbol++) if (load<u8>(WEIGHTS + symbol) == 1) longest++;
  if (longest < 2 || (longest & 1) != 0) return false;
  memory.fill(PLACES, 0, 64);
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const weight = PLACES + (<usize>load<u8>(WEIGHTS + symbol) << 2);
    store<u32>(weight, load<u32>(weight) + 1);
  }
  // Symbols of one weight have cells side by side: from the longest codes to the shortest.
  let at: u32 = 0;
  for (let weight: u32 = 1; weight <= log; weight++) {
    const place = PLACES + (<usize>weight << 2);
    const cells = load<u32>(place) << (weight - 1 + MAX_BITS - log);
    store<u32>(place, at);
    memory.fill(LENGTHS + at, <u8>(log + 1 - weight), cells);
    at += cells;
  }
  for (let symbol: u32 = 0; symbol < count; symbol++) {
    const weight: u32 = load<u8>(WEIGHTS + symbol);
    if (weight == 0) continue;
    const place = PLACES + (<usize>weight << 2);
    const first = load<u32>(place);
    const cells: u32 = <u32>1 << (weight - 1 + MAX_BITS - log);
    store<u32>(place, first + cells);
    fillCells(SYMBOLS + first, symbol, cells);
  }
  return true;
}

/** Puts `symbol` into cells, a power of two of them at a multiple of that: so few that storing them is faster than a fill. */
// @ts-ignore: decorator
@inline
function fillCells(at: usize, symbol: u32, cells: u32): void {
  const eight = <u64>symbol * 0x0101010101010101;
  if (cells == 1) store<u8>(at, <u8>symbol);
  else if (cells == 2) store<u16>(at, <u16>eight);
  else if (cells == 4) store<u32>(at, <u32>eight);
  else for (const end = at + cells; at < end; at += 8) store<u64>(at, eight);
}

/** Decodes one stream, or four, so that they exactly fill the target. */
export function decodeLiterals(start: usize, end: usize, target: usize, size: u32, isFour: bool): bool {
  if (!isFour) return decodeStream(start, end, target, target + size);
  return decodeFour(start, end, target, target + size);
}

/** The last eight bytes before `end`, from the first bit of the stream on. */
// @ts-ignore: decorator
@inline
function firstWord(end: usize): u64 {
  return (load<u64>(end - 8) | 1) << (8 - highestBit(load<u8>(end - 1)));
}

/** Decodes five codes, which `word` has to hold, to `target`; the word after them. */
// @ts-ignore: decorator
@inline
function decodeFive(word: u64, target: usize): u64 {
  let next = <usize>(word >> 53);
  word <<= load<u8>(next, LENGTHS);
  store<u8>(target, load<u8>(next, SYMBOLS));
  next = <usize>(word >> 53);
  word <<= load<u8>(next, LENGTHS);
  store<u8>(target, load<u8>(next, SYMBOLS), 1);
  next = <usize>(word >> 53);
  word <<= load<u8>(next, LENGTHS);
  store<u8>(target, load<u8>(next, SYMBOLS), 2);
  next = <usize>(word >> 53);
  word <<= load<u8>(next, LENGTHS);
  store<u8>(target, load<u8>(next, SYMBOLS), 3);
  next = <usize>(word >> 53);
  word <<= load<u8>(next, LENGTHS);
  store<u8>(target, load<u8>(next, SYMBOLS), 4);
  return word;
}

function decodeStream(start: usize, end: usize, target: usize, targetEnd: usize): bool {
  if (start >= end || load<u8>(end - 1) == 0) return false;
  return finishStream(start, end - 8, firstWord(end), target, targetEnd);
}

/** Decodes what is left of a stream: `word` was loaded at `at`. True if all of it, and no more, fills the target. */
function finishStream(start: usize, at: usize, word: u64, target: usize, targetEnd: usize): bool {
  let used: u32;
  while (target + 5 <= targetEnd) {
    word = decodeFive(word, target);
    target += 5;
    used = <u32>ctz(word);
    at -= used >> 3;
    if (at + 8 < start) return false;
    word = (load<u64>(at) | 1) << (used & 7);
  }
  while (target < targetEnd) {
    const next = <usize>(word >> 53);
    word <<= load<u8>(next, LENGTHS);
    store<u8>(target++, load<u8>(next, SYMBOLS));
  }
  // All bits are used when those that are left lie where the stream begins.
  return <i32>(at - start) * 8 + 64 - <i32>ctz(word) == 0;
}

function decodeFour(start: usize, end: usize, target: usize, targetEnd: usize): bool {
  if (end - start < 10 || targetEnd - target < 6) return false;
  const start1 = start + 6;
  const start2 = start1 + load<u16>(start);
  const start3 = start2 + load<u16>(start, 2);
  const start4 = start3 + load<u16>(start, 4);
  if (start4 > end) return false;
  const part = (targetEnd - target + 3) >> 2;
  let target1 = target;
  let target2 = target1 + part;
  let target3 = target2 + part;
  let target4 = target3 + part;
  const end1 = target2;
  const end2 = target3;
  const end3 = target4;
  if (end3 > targetEnd) return false;
  const areLong = start2 - start1 >= 8 && start3 - start2 >= 8 && start4 - start3 >= 8 && end - start4 >= 8;
  if (!areLong) {
    return (
      decodeStream(start1, start2, target1, end1) &&
      decodeStream(start2, start3, target2, end2) &&
      decodeStream(start3, start4, target3, end3) &&
      decodeStream(start4, end, target4, targetEnd)
    );
  }
  if (!load<u8>(start2 - 1) || !load<u8>(start3 - 1) || !load<u8>(start4 - 1) || !load<u8>(end - 1)) return false;
  let at1 = start2 - 8;
  let at2 = start3 - 8;
  let at3 = start4 - 8;
  let at4 = end - 8;
  let word1 = firstWord(start2);
  let word2 = firstWord(start3);
  let word3 = firstWord(start4);
  let word4 = firstWord(end);
  let used: u32;
  // The last target is the shortest one, and no stream has reached the one before it.
  while (target4 + 5 <= targetEnd && at1 >= start1 && at2 >= at1 && at3 >= at2 && at4 >= at3) {
    word1 = decodeFive(word1, target1);
    word2 = decodeFive(word2, target2);
    word3 = decodeFive(word3, target3);
    word4 = decodeFive(word4, target4);
    target1 += 5;
    target2 += 5;
    target3 += 5;
    target4 += 5;
    used = <u32>ctz(word1);
    at1 -= used >> 3;
    word1 = (load<u64>(at1) | 1) << (used & 7);
    used = <u32>ctz(word2);
    at2 -= used >> 3;
    word2 = (load<u64>(at2) | 1) << (used & 7);
    used = <u32>ctz(word3);
    at3 -= used >> 3;
    word3 = (load<u64>(at3) | 1) << (used & 7);
    used = <u32>ctz(word4);
    at4 -= used >> 3;
    word4 = (load<u64>(at4) | 1) << (used & 7);
  }
  return (
    finishStream(start1, at1, word1, target1, end1) &&
    finishStream(start2, at2, word2, target2, end2) &&
    finishStream(start3, at3, word3, target3, end3) &&
    finishStream(start4, at4, word4, target4, targetEnd)
  );
}

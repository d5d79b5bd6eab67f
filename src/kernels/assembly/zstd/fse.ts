/**
 * Finite state entropy coding: RFC 8878, section 4.1.
 *
 * A table of 2^accuracyLog cells gives each symbol as many cells as its probability says. The coder's state is a cell,
 * counted from 2^accuracyLog. To encode a symbol, the low bits of the state are written, as many as bring it into the
 * range from the symbol's number of cells to twice that, and what is left tells to which cell of the symbol the state
 * moves. A decoder walks the other way, so symbols are encoded from the last to the first.
 *
 * Bounds: accuracyLog is at most 9, symbols are below 64. A table lies in memory as
 *
 *     at 0     u16 × 512   the cells of each symbol in turn, each as a state
 *     at 1024  { i32, i32 } × 64   per symbol bitsDelta and stateDelta:
 *              (state + bitsDelta) >> 16 is the number of bits to write,
 *              what is left of the state, plus stateDelta, is an index into the cells
 *     at 1536  u16 × 64    per symbol the state to start from when it is the last one
 *     at 1664  u32         accuracyLog
 */

import { beginBits, finishBits, highestBit, writeBits } from './bits';

const LARGEST_TABLE: u32 = 512;
const MOST_SYMBOLS: u32 = 64;

export const DELTAS: usize = 1024;
const FIRST_STATES: usize = 1536;
const ACCURACY_LOG: usize = 1664;
export const TABLE_BYTES: usize = 1680;

/** i16 per symbol: the distribution that `normalise` and `loadDistribution` leave behind. */
const PROBABILITIES: usize = memory.data(64 * 2, 16);
const NEXT_INDEX: usize = memory.data(64 * 4, 16);
const CELL_SYMBOLS: usize = memory.data(512, 16);

// @ts-ignore: decorator
@inline
export function probability(symbol: u32): i32 {
  return load<i16>(PROBABILITIES + ((<usize>symbol) << 1));
}

// @ts-ignore: decorator
@inline
function setProbability(symbol: u32, cells: i32): void {
  store<i16>(PROBABILITIES + ((<usize>symbol) << 1), <i16>cells);
}

// @ts-ignore: decorator
@inline
function count(counts: usize, symbol: u32): u32 {
  return load<u32>(counts + ((<usize>symbol) << 2));
}

/** Makes bytes (-1 as 255) the distribution. */
export function loadDistribution(bytes: usize, symbols: u32): void {
  for (let symbol: u32 = 0; symbol < symbols; symbol++) setProbability(symbol, load<i8>(bytes + symbol));
}

/** Builds at `table` the table of the distribution, in which -1 means "less than one cell". */
export function buildTable(table: usize, symbols: u32, accuracyLog: u32): void {
  const size: u32 = 1 << accuracyLog;
  if (size > LARGEST_TABLE || symbols > MOST_SYMBOLS) unreachable();
  let total: i32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const cells = abs(probability(symbol));
    if (cells == 0) continue;
    const mostBits: u32 = cells == 1 ? accuracyLog : accuracyLog - highestBit(cells - 1);
    const deltas = table + DELTAS + ((<usize>symbol) << 3);
    store<i32>(deltas, (mostBits << 16) - (cells << mostBits));
    store<i32>(deltas, total - cells, 4);
    store<u32>(NEXT_INDEX + ((<usize>symbol) << 2), total);
    total += cells;
  }
  if (total != <i32>size) unreachable();
  spreadSymbols(symbols, size);
  for (let cell: u32 = 0; cell < size; cell++) {
    const symbol = <usize>load<u8>(CELL_SYMBOLS + cell);
    const next = NEXT_INDEX + (symbol << 2);
    const index = <usize>load<u32>(next);
    store<u16>(table + (index << 1), <u16>(size + cell));
    store<u32>(next, <u32>index + 1);
  }
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const cells = abs(probability(symbol));
    if (cells == 0) continue;
    const first = load<i32>(table + DELTAS + ((<usize>symbol) << 3), 4) + cells;
    store<u16>(table + FIRST_STATES + ((<usize>symbol) << 1), load<u16>(table + ((<usize>first) << 1)));
  }
  store<u32>(table + ACCURACY_LOG, accuracyLog);
}

/** The symbol of each cell: section 4.1.1, "from normalized distribution to decoding tables". */
function spreadSymbols(symbols: u32, size: u32): void {
  let lastFree: i32 = <i32>size - 1;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    if (probability(symbol) == -1) store<u8>(CELL_SYMBOLS + lastFree--, <u8>symbol);
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let cell: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    for (let left = probability(symbol); left > 0; left--) {
      store<u8>(CELL_SYMBOLS + cell, <u8>symbol);
      do cell = (cell + step) & (size - 1);
      while (<i32>cell > lastFree);
    }
  }
}

/** Builds at `table` the table of one symbol alone: a single cell, so no bits. */
export function buildRepeatingTable(table: usize, symbol: u32): void {
  memory.fill(PROBABILITIES, 0, MOST_SYMBOLS * 2);
  setProbability(symbol, 1);
  buildTable(table, symbol + 1, 0);
}

// @ts-ignore: decorator
@inline
export function accuracyLogOf(table: usize): u32 {
  return load<u32>(table + ACCURACY_LOG);
}

// @ts-ignore: decorator
@inline
export function firstState(table: usize, symbol: u32): u32 {
  return load<u16>(table + FIRST_STATES + ((<usize>symbol) << 1));
}

/** The number of bits that `symbol` takes in `state`. */
// @ts-ignore: decorator
@inline
export function bitsFor(table: usize, state: u32, symbol: u32): u32 {
  return (state + load<i32>(table + DELTAS + ((<usize>symbol) << 3))) >> 16;
}

/** The state after `symbol` took `bits` bits of `state`. */
// @ts-ignore: decorator
@inline
export function nextState(table: usize, state: u32, symbol: u32, bits: u32): u32 {
  const index = <i32>(state >> bits) + load<i32>(table + DELTAS + ((<usize>symbol) << 3), 4);
  return load<u16>(table + ((<usize>index) << 1));
}

/** The accuracy that fits `total` symbols, `distinct` of them different, between 5 and `most`. */
export function accuracyLogFor(total: u32, distinct: u32, most: u32): u32 {
  // A table much finer than the statistics costs more than it saves; each symbol needs a cell of its own.
  const byTotal: i32 = <i32>highestBit(total) - 2;
  const fitting = max<i32>(max<i32>(byTotal, highestBit(distinct) + 1), 5);
  return min<u32>(fitting, most);
}

/**
 * Makes the distribution over 2^accuracyLog cells that follows the counts, of which at least two are not zero. Each
 * symbol that occurs gets one cell at least; cells are given or taken one by one where that saves most or costs least.
 */
export function normalise(counts: usize, symbols: u32, total: u32, accuracyLog: u32): void {
  let free: i32 = 1 << accuracyLog;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const occurrences = count(counts, symbol);
    // At most 2^17 symbols in 2^9 cells: the product fits.
    const cells: i32 = occurrences == 0 ? 0 : max<i32>(1, (occurrences << accuracyLog) / total);
    setProbability(symbol, cells);
    free -= cells;
  }
  for (; free > 0; free--) {
    const symbol = mostRewarding(counts, symbols);
    setProbability(symbol, probability(symbol) + 1);
  }
  for (; free < 0; free++) {
    const symbol = leastMissed(counts, symbols);
    setProbability(symbol, probability(symbol) - 1);
  }
}

/** One more cell saves about count / (2 · cells + 1). */
function mostRewarding(counts: usize, symbols: u32): u32 {
  let best: u32 = 0;
  for (let symbol: u32 = 1; symbol < symbols; symbol++) {
    const reward = count(counts, symbol) * (2 * probability(best) + 1);
    if (reward > count(counts, best) * (2 * probability(symbol) + 1)) best = symbol;
  }
  return best;
}

/** One cell less costs about count / (2 · cells - 1), and the last cell stays. */
function leastMissed(counts: usize, symbols: u32): u32 {
  let best: i32 = -1;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    if (probability(symbol) <= 1) continue;
    if (best >= 0) {
      const loss = count(counts, symbol) * (2 * probability(best) - 1);
      if (loss >= count(counts, best) * (2 * probability(symbol) - 1)) continue;
    }
    best = symbol;
  }
  return best;
}

/** Writes the distribution as in section 4.1.1, "FSE table description", and returns where that ends. */
export function describeDistribution(start: usize, symbols: u32, accuracyLog: u32): usize {
  beginBits(start);
  writeBits(accuracyLog - 5, 4);
  let remaining: i32 = 1 << accuracyLog;
  let symbol: u32 = 0;
  while (remaining > 0) {
    const cells = probability(symbol++);
    writeProbability(cells + 1, remaining + 1);
    remaining -= cells;
    if (cells > 0) continue;
    // After a zero, two bits at a time tell how many more zeros follow.
    let zeros: u32 = 0;
    for (; symbol < symbols && probability(symbol) == 0; symbol++) zeros++;
    for (; zeros >= 3; zeros -= 3) writeBits(3, 2);
    writeBits(zeros, 2);
  }
  return finishBits();
}

/** Writes a value from 0 to `most`; small ones take one bit less where the number of values is no power of two. */
function writeProbability(value: u32, most: u32): void {
  const bits = highestBit(most) + 1;
  const shortValues: u32 = (1 << bits) - 1 - most;
  const half: u32 = 1 << (bits - 1);
  if (value < shortValues) writeBits(value, bits - 1);
  else writeBits(value < half ? value : value + shortValues, bits);
}

/** The bits that the counts take under the distribution, in units of 1/256 bit, nearly. */
export function costOf(counts: usize, symbols: u32, accuracyLog: u32): u32 {
  let cost: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const occurrences = count(counts, symbol);
    if (occurrences > 0) cost += occurrences * ((accuracyLog << 8) - log2Times256(abs(probability(symbol))));
  }
  return cost;
}

/** 256 · log2(value), by a straight line between powers of two. */
function log2Times256(value: u32): u32 {
  const power = highestBit(value);
  return (power << 8) + ((value << 8) >> power) - 256;
}

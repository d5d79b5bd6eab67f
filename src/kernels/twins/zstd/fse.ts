/**
 * Finite state entropy coding: RFC 8878, section 4.1.
 *
 * A table of 2^accuracyLog cells gives each symbol as many cells as its probability says. The coder's state is a cell,
 * here counted from 2^accuracyLog. To encode a symbol, the low bits of the state are written, as many as bring it into
 * the range from the symbol's number of cells to twice that, and what is left tells to which cell of the symbol the
 * state moves. A decoder walks the other way, so symbols are encoded from the last to the first.
 */

import type { BitWriter } from './bits.js';

/** A table by which symbols are encoded. */
export interface FseTable {
  readonly accuracyLog: number;
  /** The cells of each symbol in turn, each as a state. */
  readonly states: Uint16Array;
  /** Per symbol: (state + this) >> 16 is the number of bits to write. */
  readonly bitsDelta: Int32Array;
  /** Per symbol: what is left of the state, plus this, is an index into `states`. */
  readonly stateDelta: Int32Array;
  /** Per symbol: the state to start from when it is the last one; it takes fewest bits before the final state. */
  readonly firstStates: Uint16Array;
}

/** The table of a normalised distribution, in which -1 means "less than one cell". */
export function fseTable(probabilities: ArrayLike<number>, accuracyLog: number): FseTable {
  const size = 1 << accuracyLog;
  const symbols = probabilities.length;
  const bitsDelta = new Int32Array(symbols);
  const stateDelta = new Int32Array(symbols);
  const firstIndex = new Int32Array(symbols);
  let total = 0;
  for (let symbol = 0; symbol < symbols; symbol++) {
    const cells = Math.abs(probabilities[symbol]!);
    if (cells === 0) continue;
    const mostBits = cells === 1 ? accuracyLog : accuracyLog - highestBit(cells - 1);
    bitsDelta[symbol] = (mostBits << 16) - (cells << mostBits);
    stateDelta[symbol] = total - cells;
    firstIndex[symbol] = total;
    total += cells;
  }
  const states = new Uint16Array(size);
  const cellSymbols = spread(probabilities, accuracyLog);
  const nextIndex = firstIndex.slice();
  for (let cell = 0; cell < size; cell++) states[nextIndex[cellSymbols[cell]!]!++] = size + cell;
  const firstStates = Uint16Array.from(firstIndex, (index) => states[index] ?? 0);
  return { accuracyLog, states, bitsDelta, stateDelta, firstStates };
}

/** The symbol of each cell: section 4.1.1, "from normalized distribution to decoding tables". */
function spread(probabilities: ArrayLike<number>, accuracyLog: number): Uint8Array {
  const size = 1 << accuracyLog;
  const cellSymbols = new Uint8Array(size);
  let lastFree = size - 1;
  for (let symbol = 0; symbol < probabilities.length; symbol++) {
    if (probabilities[symbol] === -1) cellSymbols[lastFree--] = symbol;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let cell = 0;
  for (let symbol = 0; symbol < probabilities.length; symbol++) {
    for (let i = 0; i < probabilities[symbol]!; i++) {
      cellSymbols[cell] = symbol;
      do cell = (cell + step) & (size - 1);
      while (cell > lastFree);
    }
  }
  return cellSymbols;
}

/** Writes what `symbol` takes in `state`, and returns the next state. */
export function encodeSymbol(table: FseTable, writer: BitWriter, state: number, symbol: number): number {
  const bits = (state + table.bitsDelta[symbol]!) >> 16;
  writer.write(state, bits);
  return table.states[(state >> bits) + table.stateDelta[symbol]!]!;
}

/** Writes the state in which encoding ended, in which decoding starts. */
export function writeState(table: FseTable, writer: BitWriter, state: number): void {
  writer.write(state, table.accuracyLog);
}

/** The accuracy that fits `total` symbols, `distinct` of them different, between 5 and `most`. */
export function accuracyLogFor(counts: { total: number; distinct: number }, most: number): number {
  // A table much finer than the statistics costs more than it saves; each symbol needs a cell of its own.
  const fitting = Math.max(highestBit(counts.total) - 2, highestBit(counts.distinct) + 1, 5);
  return Math.min(fitting, most);
}

/**
 * The distribution over 2^accuracyLog cells that follows `counts`, of which at least two are not zero. Each symbol
 * that occurs gets one cell at least; cells are given or taken one by one where that saves most or costs least.
 */
export function normalise(counts: Uint32Array, total: number, accuracyLog: number): Int16Array {
  const size = 1 << accuracyLog;
  const probabilities = new Int16Array(counts.length);
  let free = size;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    if (counts[symbol] === 0) continue;
    // At most 2^17 symbols in 2^9 cells: the product is exact.
    const cells = Math.max(1, Math.floor((counts[symbol]! * size) / total));
    probabilities[symbol] = cells;
    free -= cells;
  }
  for (; free > 0; free--) probabilities[mostRewarding(counts, probabilities)]!++;
  for (; free < 0; free++) probabilities[leastMissed(counts, probabilities)]!--;
  return probabilities;
}

/** One more cell saves about count / (2 · cells + 1). */
function mostRewarding(counts: Uint32Array, probabilities: Int16Array): number {
  let best = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    const reward = counts[symbol]! * (2 * probabilities[best]! + 1);
    if (reward > counts[best]! * (2 * probabilities[symbol]! + 1)) best = symbol;
  }
  return best;
}

/** One cell less costs about count / (2 · cells - 1), and the last cell stays. */
function leastMissed(counts: Uint32Array, probabilities: Int16Array): number {
  let best = -1;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    if (probabilities[symbol]! <= 1) continue;
    if (best >= 0) {
      const loss = counts[symbol]! * (2 * probabilities[best]! - 1);
      if (loss >= counts[best]! * (2 * probabilities[symbol]! - 1)) continue;
    }
    best = symbol;
  }
  return best;
}

/** Writes the distribution as in section 4.1.1, "FSE table description". */
export function describeDistribution(writer: BitWriter, probabilities: Int16Array, accuracyLog: number): void {
  writer.write(accuracyLog - 5, 4);
  let remaining = 1 << accuracyLog;
  let symbol = 0;
  while (remaining > 0) {
    const cells = probabilities[symbol++]!;
    writeProbability(writer, cells + 1, remaining + 1);
    remaining -= cells;
    if (cells > 0) continue;
    // After a zero, two bits at a time tell how many more zeros follow.
    let zeros = 0;
    while (probabilities[symbol] === 0) {
      zeros++;
      symbol++;
    }
    for (; zeros >= 3; zeros -= 3) writer.write(3, 2);
    writer.write(zeros, 2);
  }
}

/** Writes a value from 0 to `most`; small ones take one bit less where the number of values is no power of two. */
function writeProbability(writer: BitWriter, value: number, most: number): void {
  const bits = highestBit(most) + 1;
  const shortValues = (1 << bits) - 1 - most;
  const half = 1 << (bits - 1);
  if (value < shortValues) writer.write(value, bits - 1);
  else writer.write(value < half ? value : value + shortValues, bits);
}

/** The bits that `counts` take under a distribution, in units of 1/256 bit, nearly. */
export function costOf(counts: Uint32Array, probabilities: ArrayLike<number>, accuracyLog: number): number {
  let cost = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    if (counts[symbol] === 0) continue;
    cost += counts[symbol]! * ((accuracyLog << 8) - log2Times256(Math.abs(probabilities[symbol]!)));
  }
  return cost;
}

/** 256 · log2(value), by a straight line between powers of two. */
function log2Times256(value: number): number {
  const power = highestBit(value);
  return ((power - 1) << 8) + ((value << 8) >> power);
}

/** The index of the highest one bit of a positive integer. */
export function highestBit(value: number): number {
  return 31 - Math.clz32(value);
}

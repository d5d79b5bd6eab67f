/**
 * Descriptions of finite state entropy tables, and how symbols are spread over their cells: RFC 8878, section 4.1.
 *
 * A table of 2^accuracyLog cells gives each symbol as many cells as its probability says; -1 is "less than one", which is
 * one cell at the end. The decoder's state is a cell; the next one is a base of the cell plus some bits of the stream.
 *
 * Bounds: at most 256 symbols and 512 cells, to which the probabilities add up. What is read lies before `end`; reading a
 * description touches at most four bytes behind it.
 */

import { highestBit } from '../bits';

/** i16 per symbol. */
const PROBABILITIES: usize = memory.data(256 * 2, 16);
/** u16 per symbol: how many states the symbol has had so far, counted from its probability. */
const NEXT: usize = memory.data(256 * 2, 16);
/** u8 per cell. */
const SYMBOLS: usize = memory.data(512, 16);
/** u8 per cell but the last ones: the symbols in their order, each as often as it has cells. */
const ORDERED: usize = memory.data(512 + 8, 16);

export let accuracyLog: u32 = 0;
let symbolCount: u32 = 0;

/** Reads the description at `start` for symbols up to `maxSymbol`; where it ends, or 0 if it cannot be. */
export function readDistribution(start: usize, end: usize, maxSymbol: u32, maxLog: u32): usize {
  if (start >= end) return 0;
  const totalBits = <u32>(end - start) << 3;
  accuracyLog = (load<u8>(start) & 15) + 5;
  if (accuracyLog > maxLog) return 0;
  let bit: u32 = 4;
  let remaining: i32 = 1 << accuracyLog;
  let symbol: u32 = 0;
  while (remaining > 0 && symbol <= maxSymbol) {
    if (bit > totalBits) return 0;
    // Small values take one bit less, so that as many values as are possible use no bit in vain.
    const width = highestBit(<u32>remaining + 1) + 1;
    const short: i32 = (1 << width) - 2 - remaining;
    const word = load<u32>(start + (bit >> 3)) >> (bit & 7);
    const low: i32 = (1 << (width - 1)) - 1;
    let value: i32 = <i32>word & low;
    bit += width - 1;
    if (value >= short) {
      if ((word >> (width - 1)) & 1) value += low + 1 - short;
      bit++;
    }
    const probability = value - 1;
    remaining -= abs(probability);
    setProbability(symbol++, probability);
    if (probability != 0) continue;
    let repeats: u32 = 3;
    while (repeats == 3) {
      if (bit > totalBits) return 0;
      repeats = (<u32>load<u16>(start + (bit >> 3)) >> (bit & 7)) & 3;
      bit += 2;
      for (let i: u32 = 0; i < repeats; i++) {
        if (symbol > maxSymbol) return 0;
        setProbability(symbol++, 0);
      }
    }
  }
  if (remaining != 0 || bit > totalBits) return 0;
  symbolCount = symbol;
  return start + ((bit + 7) >> 3);
}

/** Takes a distribution of the format itself: bytes, of which 255 is -1. */
export function takeDistribution(bytes: usize, symbols: u32, log: u32): void {
  for (let symbol: u32 = 0; symbol < symbols; symbol++) setProbability(symbol, load<i8>(bytes + symbol));
  symbolCount = symbols;
  accuracyLog = log;
}

// @ts-ignore: decorator
@inline
function setProbability(symbol: u32, cells: i32): void {
  store<i16>(PROBABILITIES + (<usize>symbol << 1), <i16>cells);
}

/** Gives each cell its symbol; `symbolOf` and `nextOf` then tell of each cell in turn. */
export function spreadSymbols(): void {
  const size: u32 = 1 << accuracyLog;
  let rareStart = size;
  let ordered = ORDERED;
  for (let symbol: u32 = 0; symbol < symbolCount; symbol++) {
    const probability: i32 = load<i16>(PROBABILITIES + (<usize>symbol << 1));
    store<u16>(NEXT + (<usize>symbol << 1), <u16>abs<i32>(probability));
    rareStart -= <u32>(probability < 0);
    // Eight at a time: what is too much gives way to the next symbols.
    const end = ordered + max<i32>(probability, 0);
    const eight = <u64>symbol * 0x0101010101010101;
    store<u64>(ordered, eight);
    for (ordered += 8; ordered < end; ordered += 8) store<u64>(ordered, eight);
    ordered = end;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let cell: u32 = 0;
  ordered = ORDERED;
  for (let i: u32 = 0; i < size; i++) {
    store<u8>(SYMBOLS + cell, load<u8>(ordered));
    // The last cells are those of rare symbols.
    ordered += <usize>(cell < rareStart);
    cell = (cell + step) & (size - 1);
  }
  if (rareStart == size) return;
  cell = size;
  for (let symbol: u32 = 0; symbol < symbolCount; symbol++) {
    if (load<i16>(PROBABILITIES + (<usize>symbol << 1)) < 0) store<u8>(SYMBOLS + --cell, <u8>symbol);
  }
}

/** The symbol of a cell. */
// @ts-ignore: decorator
@inline
export function symbolOf(cell: u32): u32 {
  return load<u8>(SYMBOLS + cell);
}

/** The number of a symbol's next state, from its cells in turn: its bits are `accuracyLog` less its highest bit. */
// @ts-ignore: decorator
@inline
export function nextOf(symbol: u32): u32 {
  const at = NEXT + (<usize>symbol << 1);
  const next: u32 = load<u16>(at);
  store<u16>(at, <u16>(next + 1));
  return next;
}

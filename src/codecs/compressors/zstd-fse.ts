/** Tables of zstd's finite state entropy coding (RFC 8878, section 4.1). */
import { CodecError } from '../../errors.js';

/** What each state means: its symbol, and the next state, which is `base` plus so many bits of the stream. */
export interface FseTable {
  /** The number of bits of the first state. */
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** The table in which the only state means `symbol`. */
export const singleSymbolTable = (symbol: number): FseTable => ({
  log: 0,
  symbols: Uint8Array.of(symbol),
  bits: new Uint8Array(1),
  bases: new Uint16Array(1),
});

/** The table for how often each symbol occurs, of a total of 2^log; -1 is "less than once". */
export function fseTable(frequencies: ArrayLike<number>, log: number): FseTable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(frequencies.length);
  let rareStart = size;
  for (let symbol = 0; symbol < frequencies.length; symbol++) {
    const frequency = frequencies[symbol]!;
    next[symbol] = Math.abs(frequency);
    if (frequency < 0) symbols[--rareStart] = symbol;
  }
  const step = (size >>> 1) + (size >>> 3) + 3;
  let state = 0;
  for (let symbol = 0; symbol < frequencies.length; symbol++) {
    for (let i = 0; i < frequencies[symbol]!; i++) {
      symbols[state] = symbol;
      do state = (state + step) & (size - 1);
      while (state >= rareStart);
    }
  }
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let i = 0; i < size; i++) {
    const count = next[symbols[i]!]!++;
    bits[i] = log - (31 - Math.clz32(count));
    bases[i] = (count << bits[i]!) - size;
  }
  return { log, symbols, bits, bases };
}

/** Reads a table's description at `start`, for symbols up to `maxSymbol` and at most `maxLog` bits a state. */
export function readFseTable(
  source: Uint8Array,
  start: number,
  end: number,
  { maxSymbol, maxLog }: { readonly maxSymbol: number; readonly maxLog: number },
): { readonly table: FseTable; readonly end: number } {
  let position = 0;
  const read = (count: number): number => {
    const at = start + (position >>> 3);
    const word = at < end ? source[at]! | ((source[at + 1] ?? 0) << 8) | ((source[at + 2] ?? 0) << 16) : 0;
    const value = (word >>> (position & 7)) & ((1 << count) - 1);
    position += count;
    return value;
  };
  const log = read(4) + 5;
  if (log > maxLog) throw new CodecError(`damaged zstd frame: a table of ${log} bits, at most ${maxLog}`);
  const frequencies: number[] = [];
  let remaining = 1 << log;
  while (remaining > 0 && frequencies.length <= maxSymbol) {
    // Small values take one bit less, so that as many values as are possible use no bit in vain.
    const width = 32 - Math.clz32(remaining + 1);
    const short = 2 ** width - 2 - remaining;
    let value = read(width - 1);
    if (value >= short) {
      value |= read(1) << (width - 1);
      if (value >= 1 << (width - 1)) value -= short;
    }
    const frequency = value - 1;
    remaining -= Math.abs(frequency);
    frequencies.push(frequency);
    if (frequency !== 0) continue;
    let repeats = 3;
    while (repeats === 3) {
      repeats = read(2);
      for (let i = 0; i < repeats; i++) frequencies.push(0);
      if (frequencies.length > 256) break;
    }
  }
  const tableEnd = start + Math.ceil(position / 8);
  if (remaining !== 0 || frequencies.length > maxSymbol + 1 || tableEnd > end) {
    throw new CodecError('damaged zstd frame: a table of frequencies that cannot be');
  }
  return { table: fseTable(frequencies, log), end: tableEnd };
}

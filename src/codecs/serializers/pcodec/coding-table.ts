/**
 * Asymmetric numeral systems: how likely bins take fewer bits. The states of a table of 2^sizeLog are given to the bins
 * by their weights, spread over the table; a bin's states are entered in turn.
 */
import type { Bins } from './bins.js';

/** The states of a decoder: for each, its bin and where it goes. */
export interface DecodingTable {
  readonly bins: Uint16Array;
  /** The next state, to which as many bits are added. */
  readonly next: Uint16Array;
  readonly bits: Uint8Array;
}

/** The table by which latents of `bins` are read. */
export function decodingTable(bins: Bins): DecodingTable {
  const size = 2 ** bins.sizeLog;
  const table = { bins: spread(bins), next: new Uint16Array(size), bits: new Uint8Array(size) };
  // How often a bin has come so far, counted from its weight up.
  const turns = bins.count === 0 ? Uint32Array.of(1) : bins.weights.slice();
  for (let state = 0; state < size; state++) {
    const turn = turns[table.bins[state]!]!++;
    const bits = Math.clz32(turn) - Math.clz32(size);
    table.bits[state] = bits;
    table.next[state] = (turn << bits) - size;
  }
  return table;
}

/** What an encoder knows of each bin. */
export interface EncodingTable {
  readonly size: number;
  /** States from which one more bit is written. */
  readonly cutoffs: Uint32Array;
  readonly bits: Uint8Array;
  /** Where the states of each bin begin in `states`, less its weight: the place of the state to enter in a turn. */
  readonly starts: Int32Array;
  readonly states: Uint32Array;
}

/** The table by which latents of `bins` are written. */
export function encodingTable(bins: Bins): EncodingTable {
  const { count, sizeLog, weights } = bins;
  const size = 2 ** sizeLog;
  const [cutoffs, bits] = [new Uint32Array(count), new Uint8Array(count)];
  const [starts, filled] = [new Int32Array(count), new Uint32Array(count)];
  for (let bin = 0, start = 0; bin < count; start += weights[bin++]!) {
    bits[bin] = sizeLog - (31 - Math.clz32(2 * weights[bin]! - 1));
    cutoffs[bin] = 2 * weights[bin]! * 2 ** bits[bin]!;
    starts[bin] = start - weights[bin]!;
    filled[bin] = start;
  }
  const states = new Uint32Array(size);
  const spreaded = spread(bins);
  for (let state = 0; state < size; state++) states[filled[spreaded[state]!]!++] = size + state;
  return { size, cutoffs, bits, starts, states };
}

/** The bin of each state: steps of about three fifths of the table leave no two states of a bin close together. */
function spread({ sizeLog, count, weights }: Bins): Uint16Array {
  const size = 2 ** sizeLog;
  const stride = Math.floor((3 * size) / 5) | 1;
  const bins = new Uint16Array(size);
  for (let bin = 0, step = 0; bin < count; bin++) {
    for (let i = 0; i < weights[bin]!; i++) bins[(stride * step++) & (size - 1)] = bin;
  }
  return bins;
}

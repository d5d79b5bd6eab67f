/**
 * The latents of one variable of a page, batch by batch: first the bins of a batch, by four decoders that take turns, then
 * for each latent how far it is from the least one of its bin.
 */
import type { BitReader } from '../bit-stream.js';
import type { Bins } from './bins.js';
import { type DecodingTable, decodingTable } from './coding-table.js';
import { maskOf } from './number-type.js';

/** Latents per batch. */
export const BATCH = 256;
/** Decoders that take turns. */
export const INTERLEAVED = 4;

export class LatentReader {
  readonly #bins: Bins;
  readonly #table: DecodingTable;
  readonly #states = new Uint16Array(INTERLEAVED);
  /** The bin of each latent of a batch. */
  readonly #found = new Uint16Array(BATCH);

  constructor(bins: Bins) {
    this.#bins = bins;
    this.#table = decodingTable(bins);
  }

  /** Reads the states in which the decoders begin. */
  readStates(reader: BitReader): void {
    for (let i = 0; i < INTERLEAVED; i++) this.#states[i] = reader.read(this.#bins.sizeLog);
  }

  /** Reads `count` latents into `target`; what is behind them there may be anything. */
  read(reader: BitReader, count: number, target: Uint32Array): void {
    const { bits, lowers, offsetBits } = this.#bins;
    if (count === 0) return;
    if (this.#bins.count > 1) readBins(reader, this.#table, this.#states, this.#found.subarray(0, count));
    if (bits === 64) readWide(reader, this.#found, count, lowers, offsetBits, target);
    else readNarrow(reader, this.#found, count, lowers, offsetBits, target);
    if (bits < 32) for (let i = 0; i < count; i++) target[i]! &= maskOf(bits);
  }
}

function readBins(
  reader: BitReader,
  { bins, next, bits }: DecodingTable,
  states: Uint16Array,
  found: Uint16Array,
): void {
  const { words } = reader;
  let { word, bit } = reader;
  for (let i = 0; i < found.length; i++) {
    const state = states[i & 3]!;
    const count = bits[state]!;
    const end = bit + count;
    let value = words[word]! >>> bit;
    if (end > 32) value |= words[word + 1]! << (32 - bit);
    word += end >>> 5;
    bit = end & 31;
    found[i] = bins[state]!;
    states[i & 3] = next[state]! + (value & ((1 << count) - 1));
  }
  reader.word = word;
  reader.bit = bit;
}

function readNarrow(
  reader: BitReader,
  found: Uint16Array,
  count: number,
  lowers: Uint32Array,
  offsetBits: Uint8Array,
  target: Uint32Array,
): void {
  for (let i = 0; i < count; i++) {
    const bin = found[i]!;
    target[i] = lowers[bin]! + reader.read(offsetBits[bin]!);
  }
}

function readWide(
  reader: BitReader,
  found: Uint16Array,
  count: number,
  lowers: Uint32Array,
  offsetBits: Uint8Array,
  target: Uint32Array,
): void {
  for (let i = 0; i < count; i++) {
    const bin = found[i]!;
    const bits = offsetBits[bin]!;
    const low = lowers[2 * bin]! + reader.read(bits < 32 ? bits : 32);
    const high = bits > 32 ? reader.read(bits - 32) : 0;
    target[2 * i] = low;
    target[2 * i + 1] = lowers[2 * bin + 1]! + high + (low > 0xffffffff ? 1 : 0);
  }
}

/**
 * Huffman coding of literals: RFC 8878, section 4.2.
 *
 * A code has at most 11 bits. It is told by weights, one per symbol: a symbol of `bits` bits has weight
 * longest + 1 - bits, a symbol that does not occur 0, and the weight of the last symbol follows from the others.
 */

import { BitWriter } from './bits.js';
import { accuracyLogFor, describeDistribution, encodeSymbol, fseTable, normalise, writeState } from './fse.js';

/** The most bits of a code. */
const LONGEST_CODE = 11;
/** The longest compressed description of weights: its size is told by a byte below 128. */
const LONGEST_DESCRIPTION = 127;
/** The most weights that can be told by four bits each. */
const MOST_DIRECT_WEIGHTS = 128;
const WEIGHT_ACCURACY_LOG = 6;

/** A Huffman code of bytes. */
export interface HuffmanCode {
  /** Per byte: its code, and above that, from bit 16 on, the number of bits. 0 for bytes that do not occur. */
  readonly codes: Uint32Array;
  readonly longest: number;
  /** The greatest byte that occurs. */
  readonly lastSymbol: number;
}

/** The code for bytes that occur so often; at least two of the 256 counts are not zero. */
export function huffmanCode(counts: Uint32Array): HuffmanCode {
  const ranked = rankedSymbols(counts);
  const bits = limitedLengths(codeLengths(counts, ranked));
  const longest = bits[0]!;
  const bitsOf = new Uint8Array(256);
  let lastSymbol = 0;
  for (let rank = 0; rank < ranked.length; rank++) {
    bitsOf[ranked[rank]!] = bits[rank]!;
    lastSymbol = Math.max(lastSymbol, ranked[rank]!);
  }
  return { codes: assignCodes(bitsOf, longest), longest, lastSymbol };
}

/** The symbols that occur, the rarest first. */
function rankedSymbols(counts: Uint32Array): Uint8Array {
  // A count is at most 2^17, so it fits above a symbol.
  const keys: number[] = [];
  for (let symbol = 0; symbol < 256; symbol++) if (counts[symbol]! > 0) keys.push(counts[symbol]! * 256 + symbol);
  return Uint8Array.from(Uint32Array.from(keys).sort());
}

/** Huffman's lengths by rank, which do not rise: the two lightest trees are joined until one is left. */
function codeLengths(counts: Uint32Array, ranked: Uint8Array): Uint8Array {
  const leaves = ranked.length;
  const nodes = 2 * leaves - 1;
  const weight = new Uint32Array(nodes);
  const parent = new Uint16Array(nodes);
  for (let rank = 0; rank < leaves; rank++) weight[rank] = counts[ranked[rank]!]!;
  // Both leaves and joined trees are made in rising order, so the lightest is at the front of one of the two queues.
  let leaf = 0;
  let joined = leaves;
  for (let node = leaves; node < nodes; node++) {
    for (let child = 0; child < 2; child++) {
      const takesLeaf = leaf < leaves && (joined >= node || weight[leaf]! <= weight[joined]!);
      const lightest = takesLeaf ? leaf++ : joined++;
      weight[node]! += weight[lightest]!;
      parent[lightest] = node;
    }
  }
  const depth = new Uint8Array(nodes);
  for (let node = nodes - 2; node >= 0; node--) depth[node] = depth[parent[node]!]! + 1;
  return depth.subarray(0, leaves);
}

/**
 * Lengths of at most 11 bits that still fill the code completely, as the format demands: too long ones are cut, the
 * room for that is made by lengthening the rarest others, and what is left over of it shortens the most frequent.
 */
function limitedLengths(bits: Uint8Array): Uint8Array {
  if (bits[0]! <= LONGEST_CODE) return bits;
  // Room is counted in codes of 11 bits, of which there are 2048.
  let room = 1 << LONGEST_CODE;
  for (let rank = 0; rank < bits.length; rank++) {
    bits[rank] = Math.min(bits[rank]!, LONGEST_CODE);
    room -= 1 << (LONGEST_CODE - bits[rank]!);
  }
  for (let rank = 0; room < 0; rank++) {
    while (room < 0 && bits[rank]! < LONGEST_CODE) {
      bits[rank]!++;
      room += 1 << (LONGEST_CODE - bits[rank]!);
    }
  }
  while (room > 0) {
    for (let rank = bits.length - 1; rank >= 0; rank--) {
      const needed = 1 << (LONGEST_CODE - bits[rank]!);
      if (needed > room) continue;
      bits[rank]!--;
      room -= needed;
    }
  }
  return bits;
}

/** Codes are given out from the longest to the shortest, among equals in the order of symbols. */
function assignCodes(bitsOf: Uint8Array, longest: number): Uint32Array {
  const codes = new Uint32Array(256);
  let next = 0;
  for (let bits = longest; bits > 0; bits--) {
    for (let symbol = 0; symbol < 256; symbol++) {
      if (bitsOf[symbol] !== bits) continue;
      codes[symbol] = next | (bits << 16);
      next++;
    }
    next >>= 1;
  }
  return codes;
}

/** The number of bytes that the codes of `counts` take in one stream. */
export function encodedBytes(code: HuffmanCode, counts: Uint32Array): number {
  let bits = 0;
  for (let symbol = 0; symbol < 256; symbol++) bits += counts[symbol]! * (code.codes[symbol]! >>> 16);
  return Math.ceil(bits / 8);
}

/** Writes the weights, and returns where they end, or `undefined` if the format has no way to tell them. */
export function describeCode(target: DataView, start: number, code: HuffmanCode): number | undefined {
  const weights = new Uint8Array(code.lastSymbol);
  for (let symbol = 0; symbol < weights.length; symbol++) {
    const bits = code.codes[symbol]! >>> 16;
    weights[symbol] = bits === 0 ? 0 : code.longest + 1 - bits;
  }
  const end = compressWeights(target, start + 1, weights);
  const size = end === undefined ? LONGEST_DESCRIPTION + 1 : end - start - 1;
  const directSize = (weights.length + 1) >> 1;
  const isDirectAllowed = weights.length <= MOST_DIRECT_WEIGHTS;
  if (size <= LONGEST_DESCRIPTION && !(isDirectAllowed && directSize <= size)) {
    target.setUint8(start, size);
    return start + 1 + size;
  }
  if (!isDirectAllowed) return undefined;
  target.setUint8(start, 127 + weights.length);
  for (let i = 0; i < directSize; i++) {
    target.setUint8(start + 1 + i, (weights[2 * i]! << 4) | (weights[2 * i + 1] ?? 0));
  }
  return start + 1 + directSize;
}

/** Writes weights by two FSE states that take turns: section 4.2.1.2. One kind of weight alone cannot be told so. */
function compressWeights(target: DataView, start: number, weights: Uint8Array): number | undefined {
  const counts = new Uint32Array(LONGEST_CODE + 1);
  for (let i = 0; i < weights.length; i++) counts[weights[i]!]!++;
  const distinct = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  if (distinct < 2) return undefined;
  const total = weights.length;
  const accuracyLog = accuracyLogFor({ total, distinct }, WEIGHT_ACCURACY_LOG);
  const probabilities = normalise(counts, total, accuracyLog);
  const description = new BitWriter(target, start);
  describeDistribution(description, probabilities, accuracyLog);

  const table = fseTable(probabilities, accuracyLog);
  const writer = new BitWriter(target, description.finish());
  // The weights at even positions belong to the first state. A decoder stops when it wants bits that are not there,
  // and a first state always wants some, so the last two weights need no more than the states themselves.
  const states = [0, 0];
  for (let i = total - 1; i >= 0; i--) {
    const turn = i & 1;
    states[turn] =
      i >= total - 2 ? table.firstStates[weights[i]!]! : encodeSymbol(table, writer, states[turn]!, weights[i]!);
  }
  writeState(table, writer, states[1]!);
  writeState(table, writer, states[0]!);
  return writer.finishReversed();
}

/** Writes the codes of source[from, to), the last first, as a stream that is read from its end; returns the end. */
export function encodeStream(
  target: DataView,
  start: number,
  codes: Uint32Array,
  source: Uint8Array,
  from: number,
  to: number,
): number {
  let at = start;
  let pending = 0;
  let pendingBits = 0;
  let i = to;
  if (((to - from) & 1) === 1) {
    const code = codes[source[--i]!]!;
    target.setInt16(at, code, true);
    at += code >>> 19;
    pendingBits = (code >>> 16) & 7;
    pending = (code & 0xffff) >>> ((code >>> 16) & 8);
  }
  // Seven bits at most are pending here, so two codes of eleven fit into 32 bits.
  while (i > from) {
    const second = codes[source[i - 1]!]!;
    const first = codes[source[i - 2]!]!;
    i -= 2;
    pending |= (second & 0xffff) << pendingBits;
    pendingBits += second >>> 16;
    pending |= (first & 0xffff) << pendingBits;
    pendingBits += first >>> 16;
    target.setInt32(at, pending, true);
    at += pendingBits >>> 3;
    pending >>>= pendingBits & 24;
    pendingBits &= 7;
  }
  target.setUint8(at, pending | (1 << pendingBits));
  return at + 1;
}

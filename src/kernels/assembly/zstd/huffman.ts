/**
 * Huffman coding of literals: RFC 8878, section 4.2.
 *
 * A code has at most 11 bits. It is told by weights, one per symbol: a symbol of `bits` bits has weight
 * longest + 1 - bits, a symbol that does not occur 0, and the weight of the last symbol follows from the others.
 */

import { beginBits, finishBits, writeBits } from './bits';
import {
  accuracyLogFor,
  accuracyLogOf,
  bitsFor,
  buildTable,
  describeDistribution,
  firstState,
  nextState,
  normalise,
  TABLE_BYTES,
} from './fse';

/** The most bits of a code. */
const LONGEST_CODE: u32 = 11;
/** The longest compressed description of weights: its size is told by a byte below 128. */
const LONGEST_DESCRIPTION: u32 = 127;
/** The most weights that can be told by four bits each. */
const MOST_DIRECT_WEIGHTS: u32 = 128;
const WEIGHT_ACCURACY_LOG: u32 = 6;
const WEIGHT_KINDS: u32 = 12;

/** u32 × 256: how often each byte occurs; the caller fills it. */
export const BYTE_COUNTS: usize = memory.data(256 * 4, 16);
/** u64 × 256: the code of each byte that occurs, and from BITS_SHIFT on its number of bits. */
const CODES: usize = memory.data(256 * 8, 16);
/** Numbers of bits stand so high that four codes, side by side, do not reach them, and six bits hold their sum. */
const BITS_SHIFT: u64 = 58;
const FOUR_CODES_MASK: u64 = (1 << 44) - 1;

/** u32 × 256: the symbols that occur, the rarest first, under their counts: count · 256 + symbol. */
const RANKED: usize = memory.data(256 * 4, 16);
/** u8 × 256: the bits of each rank. */
const BITS_BY_RANK: usize = memory.data(256, 16);
/** u8 × 256: the bits of each symbol. */
const BITS_BY_SYMBOL: usize = memory.data(256, 16);
/** { u32 weight, u32 parent, later depth } × 511: leaves by rank, then joined trees. */
const NODES: usize = memory.data(511 * 8 + 8, 16);
const WEIGHTS: usize = memory.data(256, 16);
const WEIGHT_COUNTS: usize = memory.data(64 * 4, 16);
const WEIGHT_TABLE: usize = memory.data(TABLE_BYTES, 16);
const DESCRIPTION: usize = memory.data(512, 16);

let longest: u32 = 0;
let lastSymbol: u32 = 0;

// @ts-ignore: decorator
@inline
function byteCount(symbol: u32): u32 {
  return load<u32>(BYTE_COUNTS + ((<usize>symbol) << 2));
}

// @ts-ignore: decorator
@inline
function codeOf(symbol: u32): u64 {
  return load<u64>(CODES + ((<usize>symbol) << 3));
}

/** Makes the code for the counted bytes, of which at least two occur. */
export function buildHuffmanCode(): void {
  const leaves = rankSymbols();
  if (leaves < 2) unreachable();
  makeLengths(leaves);
  limitLengths(leaves);
  longest = load<u8>(BITS_BY_RANK);
  lastSymbol = 0;
  memory.fill(BITS_BY_SYMBOL, 0, 256);
  for (let rank: u32 = 0; rank < leaves; rank++) {
    const symbol = load<u32>(RANKED + ((<usize>rank) << 2)) & 255;
    store<u8>(BITS_BY_SYMBOL + symbol, load<u8>(BITS_BY_RANK + rank));
    lastSymbol = max<u32>(lastSymbol, symbol);
  }
  assignCodes();
}

/** Sorts the symbols that occur by how often they do, and returns their number. */
function rankSymbols(): u32 {
  let leaves: u32 = 0;
  for (let symbol: u32 = 0; symbol < 256; symbol++) {
    const occurrences = byteCount(symbol);
    if (occurrences == 0) continue;
    store<u32>(RANKED + ((<usize>leaves) << 2), (occurrences << 8) | symbol);
    leaves++;
  }
  // Shell's sort: no more memory, and fast enough for 256.
  for (let gap: u32 = 121; gap > 0; gap /= 3) {
    for (let i = gap; i < leaves; i++) {
      const moved = load<u32>(RANKED + ((<usize>i) << 2));
      let hole = i;
      while (hole >= gap && load<u32>(RANKED + ((<usize>(hole - gap)) << 2)) > moved) {
        store<u32>(RANKED + ((<usize>hole) << 2), load<u32>(RANKED + ((<usize>(hole - gap)) << 2)));
        hole -= gap;
      }
      store<u32>(RANKED + ((<usize>hole) << 2), moved);
    }
  }
  return leaves;
}

/** Huffman's lengths by rank, which do not rise: the two lightest trees are joined until one is left. */
function makeLengths(leaves: u32): void {
  const nodes: u32 = 2 * leaves - 1;
  for (let rank: u32 = 0; rank < leaves; rank++) {
    store<u32>(NODES + ((<usize>rank) << 3), load<u32>(RANKED + ((<usize>rank) << 2)) >> 8);
  }
  // Both leaves and joined trees are made in rising order, so the lightest is at the front of one of the two queues.
  let leaf: u32 = 0;
  let joined = leaves;
  for (let node = leaves; node < nodes; node++) {
    let weight: u32 = 0;
    for (let child = 0; child < 2; child++) {
      const takesLeaf = leaf < leaves && (joined >= node || nodeWeight(leaf) <= nodeWeight(joined));
      const lightest = takesLeaf ? leaf++ : joined++;
      weight += nodeWeight(lightest);
      store<u32>(NODES + ((<usize>lightest) << 3), node, 4);
    }
    store<u32>(NODES + ((<usize>node) << 3), weight);
  }
  // From the root down, each parent is replaced by a depth.
  store<u32>(NODES + ((<usize>(nodes - 1)) << 3), 0, 4);
  for (let node: i32 = nodes - 2; node >= 0; node--) {
    const place = NODES + ((<usize>node) << 3);
    const depth = load<u32>(NODES + ((<usize>load<u32>(place, 4)) << 3), 4) + 1;
    store<u32>(place, depth, 4);
    if (node < <i32>leaves) store<u8>(BITS_BY_RANK + node, <u8>depth);
  }
}

// @ts-ignore: decorator
@inline
function nodeWeight(node: u32): u32 {
  return load<u32>(NODES + ((<usize>node) << 3));
}

/**
 * Lengths of at most 11 bits that still fill the code completely, as the format demands: too long ones are cut, the
 * room for that is made by lengthening the rarest others, and what is left over of it shortens the most frequent.
 */
function limitLengths(leaves: u32): void {
  if (load<u8>(BITS_BY_RANK) <= LONGEST_CODE) return;
  // Room is counted in codes of 11 bits, of which there are 2048.
  let room: i32 = 1 << LONGEST_CODE;
  for (let rank: u32 = 0; rank < leaves; rank++) {
    const bits = min<u32>(load<u8>(BITS_BY_RANK + rank), LONGEST_CODE);
    store<u8>(BITS_BY_RANK + rank, <u8>bits);
    room -= 1 << (LONGEST_CODE - bits);
  }
  for (let rank: u32 = 0; room < 0; rank++) {
    let bits: u32 = load<u8>(BITS_BY_RANK + rank);
    for (; room < 0 && bits < LONGEST_CODE; bits++) room += 1 << (LONGEST_CODE - bits - 1);
    store<u8>(BITS_BY_RANK + rank, <u8>bits);
  }
  while (room > 0) {
    for (let rank: i32 = leaves - 1; rank >= 0; rank--) {
      const bits: u32 = load<u8>(BITS_BY_RANK + rank);
      const needed = 1 << (LONGEST_CODE - bits);
      if (needed > room) continue;
      store<u8>(BITS_BY_RANK + rank, <u8>(bits - 1));
      room -= needed;
    }
  }
}

/** Codes are given out from the longest to the shortest, among equals in the order of symbols. */
function assignCodes(): void {
  let next: u32 = 0;
  for (let bits = longest; bits > 0; bits--) {
    for (let symbol: u32 = 0; symbol <= lastSymbol; symbol++) {
      if (load<u8>(BITS_BY_SYMBOL + symbol) != bits) continue;
      store<u64>(CODES + ((<usize>symbol) << 3), next | ((<u64>bits) << BITS_SHIFT));
      next++;
    }
    next >>= 1;
  }
}

/** The number of bytes that the counted bytes take in one stream. */
export function encodedBytes(): u32 {
  let bits: u32 = 0;
  for (let symbol: u32 = 0; symbol < 256; symbol++) bits += byteCount(symbol) * load<u8>(BITS_BY_SYMBOL + symbol);
  return (bits + 7) >> 3;
}

/** Writes the weights, and returns where they end, or 0 if the format has no way to tell them. */
export function describeCode(start: usize): usize {
  const total = lastSymbol;
  for (let symbol: u32 = 0; symbol < total; symbol++) {
    const bits: u32 = load<u8>(BITS_BY_SYMBOL + symbol);
    store<u8>(WEIGHTS + symbol, <u8>(bits == 0 ? 0 : longest + 1 - bits));
  }
  store<u8>(WEIGHTS + total, 0);
  const size = compressWeights(total);
  const directSize = (total + 1) >> 1;
  const isDirectAllowed = total <= MOST_DIRECT_WEIGHTS;
  if (size <= LONGEST_DESCRIPTION && !(isDirectAllowed && directSize <= size)) {
    store<u8>(start, <u8>size);
    memory.copy(start + 1, DESCRIPTION, size);
    return start + 1 + size;
  }
  if (!isDirectAllowed) return 0;
  store<u8>(start, <u8>(127 + total));
  for (let i: u32 = 0; i < directSize; i++) {
    const pair = WEIGHTS + ((<usize>i) << 1);
    store<u8>(start + 1 + i, (load<u8>(pair) << 4) | load<u8>(pair, 1));
  }
  return start + 1 + directSize;
}

/**
 * Writes the weights to DESCRIPTION by two FSE states that take turns (section 4.2.1.2) and returns the size, which is
 * too large where they cannot be told so because all are the same.
 */
function compressWeights(total: u32): u32 {
  memory.fill(WEIGHT_COUNTS, 0, WEIGHT_KINDS * 4);
  let distinct: u32 = 0;
  for (let i: u32 = 0; i < total; i++) {
    const place = WEIGHT_COUNTS + ((<usize>load<u8>(WEIGHTS + i)) << 2);
    const occurrences = load<u32>(place);
    if (occurrences == 0) distinct++;
    store<u32>(place, occurrences + 1);
  }
  if (distinct < 2) return LONGEST_DESCRIPTION + 1;
  const accuracyLog = accuracyLogFor(total, distinct, WEIGHT_ACCURACY_LOG);
  normalise(WEIGHT_COUNTS, WEIGHT_KINDS, total, accuracyLog);
  const streamStart = describeDistribution(DESCRIPTION, WEIGHT_KINDS, accuracyLog);
  buildTable(WEIGHT_TABLE, WEIGHT_KINDS, accuracyLog);

  // The weights at even positions belong to the first state. A decoder stops when it wants bits that are not there,
  // and a first state always wants some, so the last two weights need no more than the states themselves.
  beginBits(streamStart);
  let own: u32 = firstState(WEIGHT_TABLE, load<u8>(WEIGHTS + total - 1));
  let other: u32 = firstState(WEIGHT_TABLE, load<u8>(WEIGHTS + total - 2));
  for (let i: i32 = <i32>total - 3; i >= 0; i--) {
    const weight: u32 = load<u8>(WEIGHTS + i);
    const bits = bitsFor(WEIGHT_TABLE, own, weight);
    writeBits(own, bits);
    const next = nextState(WEIGHT_TABLE, own, weight, bits);
    own = other;
    other = next;
  }
  // `other` was moved last, so it belongs to position 0, and with it to the first state.
  writeBits(own, accuracyLogOf(WEIGHT_TABLE));
  writeBits(other, accuracyLogOf(WEIGHT_TABLE));
  writeBits(1, 1);
  return <u32>(finishBits() - DESCRIPTION);
}

/** Writes the codes of [from, to), the last first, as a stream that is read from its end; returns the end. */
export function encodeStream(start: usize, from: usize, to: usize): usize {
  let at = start;
  let pending: u64 = 0;
  let pendingBits: u64 = 0;
  let source = to;
  while (((source - from) & 3) != 0) {
    const code = codeOf(load<u8>(--source));
    pending |= (code & FOUR_CODES_MASK) << pendingBits;
    pendingBits += code >> BITS_SHIFT;
  }
  store<u64>(at, pending);
  at += <usize>(pendingBits >> 3);
  pending >>= pendingBits & ~7;
  pendingBits &= 7;
  // Four codes are put together before they meet the pending bits: so only few steps wait for those of the four before.
  while (source > from) {
    source -= 4;
    const bytes = load<u32>(source);
    const first = codeOf(bytes >> 24);
    const second = codeOf((bytes >> 16) & 255);
    const third = codeOf((bytes >> 8) & 255);
    const fourth = codeOf(bytes & 255);
    const two = first + second;
    const three = two + third;
    const low = first | (second << (first >> BITS_SHIFT));
    const high = (third << (two >> BITS_SHIFT)) | (fourth << (three >> BITS_SHIFT));
    // Seven bits at most are pending, and four codes have 44 at most.
    pending |= ((low | high) & FOUR_CODES_MASK) << pendingBits;
    pendingBits += (three + fourth) >> BITS_SHIFT;
    store<u64>(at, pending);
    at += <usize>(pendingBits >> 3);
    pending >>= pendingBits & ~7;
    pendingBits &= 7;
  }
  store<u8>(at, <u8>(pending | ((<u64>1) << pendingBits)));
  return at + 1;
}

/**
 * The bins of latents: parts of equal numbers of them first, then those neighbours joined that are not worth keeping
 * apart, so that bins, indices and offsets together take the fewest bits.
 */
import { type Bins, offsetBitsBits } from './bins.js';
import { type LatentBits, wordsPer } from './number-type.js';

/** The largest table: its states fit in the caches of processors. */
const MAX_SIZE_LOG = 12;
/** Bits per latent that reading without a choice of bins, or without offsets, is worth. */
const SPEED_WORTH = 0.1;

export interface Trained {
  readonly bins: Bins;
  /** About how many bits the latents take, and the bins themselves. */
  readonly cost: number;
}

/** Neighbouring latents in order, from the least to the greatest of them. */
interface Part {
  readonly count: number;
  readonly lower: number;
  readonly upper: number;
}

/** Bins for `latents`, out of up to 2^`partsLog` parts. */
export function trainBins(latents: Uint32Array, bits: LatentBits, partsLog: number): Trained {
  const step = wordsPer(bits);
  const count = latents.length / step;
  if (count === 0) return { bins: emptyBins(bits), cost: 0 };
  const sorted = sortedLatents(latents, bits);
  const parts = partsOf(sorted, step, count, 2 ** partsLog);
  const sizeLog = Math.min(partsLog + 2, MAX_SIZE_LOG, ceilLog2(count));
  const joined = joinParts(parts, { sorted, step, binCost: sizeLog + bits + offsetBitsBits(bits), count });
  return binsOf(joined, sorted, bits, { sizeLog, count });
}

/** The bin of any latent, with all its bits for an offset. */
export function wholeBin(bits: LatentBits): Bins {
  const words = new Uint32Array(wordsPer(bits));
  return { bits, sizeLog: 0, count: 1, weights: Uint32Array.of(1), lowers: words, offsetBits: Uint8Array.of(bits) };
}

function emptyBins(bits: LatentBits): Bins {
  const none = new Uint32Array(0);
  return { bits, sizeLog: 0, count: 0, weights: none, lowers: none, offsetBits: new Uint8Array(0) };
}

/** A copy, in rising order: the words of a latent of 64 bits are one number in memory. */
function sortedLatents(latents: Uint32Array, bits: LatentBits): Uint32Array {
  const sorted = latents.slice();
  if (bits === 64) new BigUint64Array(sorted.buffer).sort();
  else sorted.sort();
  return sorted;
}

/** Parts of about as many latents each. Equal latents stay together, and many of them are a part of their own. */
function partsOf(sorted: Uint32Array, step: number, count: number, most: number): Part[] {
  const parts: Part[] = [];
  const usual = count / most;
  let start = 0;
  while (start < count) {
    const filled = Math.floor(start / usual) + 1;
    const last = Math.min(count, Math.max(start + 1, Math.round(filled * usual))) - 1;
    const runStart = firstEqual(sorted, step, start, last);
    const runEnd = lastEqual(sorted, step, last, count) + 1;
    const isCut = runStart > start && runEnd - runStart >= usual;
    const end = isCut ? runStart : runEnd;
    parts.push({ count: end - start, lower: start, upper: end - 1 });
    start = end;
  }
  return parts;
}

const areEqual = (sorted: Uint32Array, step: number, a: number, b: number): boolean =>
  sorted[a * step] === sorted[b * step] && (step === 1 || sorted[a * step + 1] === sorted[b * step + 1]);

/** The first index from `start` on whose latent is that at `index`. */
function firstEqual(sorted: Uint32Array, step: number, start: number, index: number): number {
  let low = start;
  let high = index;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (areEqual(sorted, step, middle, index)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The last index whose latent is that at `index`. */
function lastEqual(sorted: Uint32Array, step: number, index: number, count: number): number {
  let low = index;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (areEqual(sorted, step, middle, index)) low = middle;
    else high = middle - 1;
  }
  return low;
}

interface Joining {
  readonly sorted: Uint32Array;
  readonly step: number;
  /** Bits that a bin takes. */
  readonly binCost: number;
  readonly count: number;
}

/** The cheapest way to join neighbouring parts, found for ever more of them: exactly the best by what they cost. */
function joinParts(parts: readonly Part[], joining: Joining): Part[] {
  const size = parts.length;
  const { count } = joining;
  const counts = new Float64Array(size + 1);
  for (let i = 0; i < size; i++) counts[i + 1] = counts[i]! + parts[i]!.count;
  const best = new Float64Array(size + 1);
  const starts = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    best[i + 1] = Number.POSITIVE_INFINITY;
    for (let j = i; j >= 0; j--) {
      const cost = best[j]! + costOf(counts[i + 1]! - counts[j]!, parts[j]!.lower, parts[i]!.upper, joining);
      if (cost < best[i + 1]!) {
        best[i + 1] = cost;
        starts[i] = j;
      }
    }
  }
  const limit = best[size]! + SPEED_WORTH * count;
  const whole = { count, lower: 0, upper: count - 1 };
  if (costOf(count, whole.lower, whole.upper, joining) < limit) return [whole];
  const isPlain = parts.every(({ lower, upper }) => areEqual(joining.sorted, joining.step, lower, upper));
  const apart = parts.reduce((sum, part) => sum + costOf(part.count, part.lower, part.upper, joining), 0);
  if (isPlain && apart < limit) return [...parts];
  const joined: Part[] = [];
  for (let i = size - 1; i >= 0; i = starts[i]! - 1) {
    const j = starts[i]!;
    joined.unshift({ count: counts[i + 1]! - counts[j]!, lower: parts[j]!.lower, upper: parts[i]!.upper });
  }
  return joined;
}

/** The bits of a bin, and of its latents. */
function costOf(size: number, lower: number, upper: number, { sorted, step, binCost, count }: Joining): number {
  return binCost + (Math.log2(count / size) + spanBits(sorted, step, lower, upper)) * size;
}

/** The bits of the greatest offset from the latent at `lower`, which is that at `upper`. */
function spanBits(sorted: Uint32Array, step: number, lower: number, upper: number): number {
  if (step === 1) return 32 - Math.clz32(sorted[upper]! - sorted[lower]!);
  const low = sorted[2 * upper]! - sorted[2 * lower]!;
  const high = sorted[2 * upper + 1]! - sorted[2 * lower + 1]! - (low < 0 ? 1 : 0);
  return high === 0 ? 32 - Math.clz32(low) : 64 - Math.clz32(high);
}

function binsOf(
  parts: readonly Part[],
  sorted: Uint32Array,
  bits: LatentBits,
  table: { readonly sizeLog: number; readonly count: number },
): Trained {
  const step = wordsPer(bits);
  const count = parts.length;
  const lowers = new Uint32Array(count * step);
  const offsetBits = new Uint8Array(count);
  const counts = parts.map((part) => part.count);
  const { sizeLog, weights } = weightsOf(counts, table.count, table.sizeLog);
  let cost = count * (sizeLog + bits + offsetBitsBits(bits));
  parts.forEach(({ lower, upper }, index) => {
    lowers.set(sorted.subarray(lower * step, (lower + 1) * step), index * step);
    offsetBits[index] = spanBits(sorted, step, lower, upper);
    cost += counts[index]! * (sizeLog - Math.log2(weights[index]!) + offsetBits[index]!);
  });
  return { bins: { bits, sizeLog, count, weights, lowers, offsetBits }, cost };
}

/** Weights that add up to a power of two, each at least 1, close to the `counts` of `total`. */
function weightsOf(
  counts: readonly number[],
  total: number,
  wantedLog: number,
): { readonly sizeLog: number; readonly weights: Uint32Array } {
  if (counts.length === 1) return { sizeLog: 0, weights: Uint32Array.of(1) };
  const sizeLog = Math.max(wantedLog, ceilLog2(counts.length));
  const size = 2 ** sizeLog;
  const wanted = counts.map((count) => Math.max(0, (count * size) / total - 1));
  const sum = wanted.reduce((a, b) => a + b, 0);
  const scale = sum === 0 ? 0 : (size - counts.length) / sum;
  const exact = wanted.map((surplus) => 1 + surplus * scale);
  const weights = Uint32Array.from(exact, Math.round);
  // What rounding took or gave too much is given back, or taken, where it was most wrong.
  let left = size - weights.reduce((a, b) => a + b, 0);
  const byError = exact.map((value, index) => ({ index, error: value - weights[index]! }));
  byError.sort((a, b) => (left > 0 ? b.error - a.error : a.error - b.error));
  for (let i = 0; left !== 0; i = (i + 1) % byError.length) {
    const { index } = byError[i]!;
    if (left < 0 && weights[index]! === 1) continue;
    weights[index]! += Math.sign(left);
    left -= Math.sign(left);
  }
  const shift = weights.reduce((least, weight) => Math.min(least, 31 - Math.clz32(weight & -weight)), sizeLog);
  return { sizeLog: sizeLog - shift, weights: weights.map((weight) => weight >> shift) };
}

const ceilLog2 = (value: number): number => (value <= 1 ? 0 : 32 - Math.clz32(value - 1));

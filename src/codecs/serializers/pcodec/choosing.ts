/**
 * Which mode and which differences suit numbers: those that make the bins of a sample cheapest. Whatever is chosen, the
 * numbers come out again.
 */
import { numberToHalf } from '../../../dtypes/float-format.js';
import { trainBins } from './binning.js';
import { CLASSIC, NO_DELTA, type WrittenDelta, type WrittenMode } from './chunk-meta.js';
import { differencesOf } from './differencing.js';
import { floatsOf, fractionBits, type LatentBits, type NumberType, toLatents, wordsPer } from './number-type.js';
import { type Split, split } from './splitting.js';

/** What users choose. */
export interface PcoSettings {
  /** 0 to 12. */
  readonly level: number;
  /** Whether other modes than the classic one are tried. */
  readonly tryModes: boolean;
  /** The order of differences, `'lookback'`, or what suits best. */
  readonly delta: number | 'lookback' | 'auto';
}

/** Numbers that are looked at lie in groups of so many neighbours. */
const GROUP = 200;
/** One number of so many is looked at. */
const SAMPLE_RATIO = 40;
/** Numbers that say little are not worth a choice. */
const LEAST_COUNT = 10;
const MAX_ORDER = 7;
/** How much of a cost another mode has to save, because it takes longer to read. */
const WORTH = 0.98;
/** What looking back has to save for each number, in bits. */
const LOOKBACK_PENALTY = 2;
/** Numbers that are only looked at are cut into no more parts than 2 to the power of this. */
const SAMPLE_PARTS_LOG = 7;
/** Rests are cut into no more parts than 2 to the power of this. */
export const REST_PARTS_LOG = 6;
const [LEAST_WINDOW_LOG, LARGEST_WINDOW_LOG] = [4, 15];

/** Into how many parts latents are cut: 2 to the power of this, more for more of them. */
export function partsLogOf(level: number, count: number): number {
  const fast = Math.max(0, Math.floor(Math.log2(count)) - 4);
  return level <= fast ? level : fast + Math.floor((level - fast) / 2);
}

const samplePartsLog = (level: number, count: number): number => Math.min(SAMPLE_PARTS_LOG, partsLogOf(level, count));

/** The mode for `numbers`, bits in words. */
export function chooseMode(numbers: Uint32Array, type: NumberType, settings: PcoSettings): WrittenMode {
  const step = wordsPer(type.bits);
  if (!settings.tryModes || numbers.length / step < LEAST_COUNT) return CLASSIC;
  const sample = sampleOf(numbers, step);
  const partsLog = samplePartsLog(settings.level, numbers.length / step);
  const costAt = (mode: WrittenMode): number => {
    const { primary, secondary } = split(mode, type, sample);
    const cost = bestDelta(primary, type.bits, partsLog, settings.delta).cost;
    return secondary ? cost + trainBins(secondary, type.bits, Math.min(partsLog, REST_PARTS_LOG)).cost : cost;
  };
  let best: WrittenMode = CLASSIC;
  let least = costAt(CLASSIC) * WORTH;
  for (const mode of type.kind === 'float' ? floatModes(sample, type) : integerModes(sample, type)) {
    const cost = costAt(mode);
    if (cost < least) [best, least] = [mode, cost];
  }
  return best;
}

/** The differences for the primary latents. */
export function chooseDelta({ primary }: Split, bits: LatentBits, settings: PcoSettings): WrittenDelta {
  const step = wordsPer(bits);
  const count = primary.length / step;
  if (settings.delta === 'auto' && count < LEAST_COUNT) return NO_DELTA;
  if (settings.delta !== 'auto') return deltaOf(settings.delta, count);
  const sample = sampleOf(primary, step);
  const { delta } = bestDelta(sample, bits, samplePartsLog(settings.level, count), 'auto');
  return delta.kind === 'lookback' ? deltaOf('lookback', count) : delta;
}

function deltaOf(spec: number | 'lookback', count: number): WrittenDelta {
  if (spec === 0) return NO_DELTA;
  if (spec !== 'lookback') return { kind: 'consecutive', order: spec, alsoSecondary: false };
  const windowLog = Math.min(LARGEST_WINDOW_LOG, Math.max(LEAST_WINDOW_LOG, 32 - Math.clz32(count - 1)));
  return { kind: 'lookback', windowLog, stateLog: 0, alsoSecondary: false };
}

function bestDelta(
  latents: Uint32Array,
  bits: LatentBits,
  partsLog: number,
  spec: PcoSettings['delta'],
): { readonly delta: WrittenDelta; readonly cost: number } {
  const count = latents.length / wordsPer(bits);
  const costAt = (delta: WrittenDelta): number => {
    const { state, stored, lookbacks } = differencesOf(delta, latents.slice(), bits);
    const cost = 32 * state.length + trainBins(stored, bits, partsLog).cost;
    return lookbacks ? cost + trainBins(lookbacks, 32, partsLog).cost : cost;
  };
  if (spec !== 'auto') {
    const delta = deltaOf(spec, count);
    return { delta, cost: costAt(delta) };
  }
  let best: { delta: WrittenDelta; cost: number } = { delta: NO_DELTA, cost: costAt(NO_DELTA) };
  const lookback = deltaOf('lookback', count);
  const penalty = LOOKBACK_PENALTY * count;
  if (best.cost > penalty) {
    const cost = costAt(lookback) + penalty;
    if (cost < best.cost) best = { delta: lookback, cost };
  }
  for (let order = 1; order <= MAX_ORDER; order++) {
    const delta = deltaOf(order, count);
    const cost = costAt(delta);
    if (cost >= best.cost) break;
    best = { delta, cost };
  }
  return best;
}

/** Groups of neighbours from all over the latents. */
function sampleOf(words: Uint32Array, step: number): Uint32Array {
  const count = words.length / step;
  const groups = Math.ceil((LEAST_COUNT + (count - LEAST_COUNT) / SAMPLE_RATIO) / GROUP);
  if (groups * GROUP >= count) return words;
  const sample = new Uint32Array(groups * GROUP * step);
  const stride = groups === 1 ? 0 : Math.floor((count - GROUP) / (groups - 1));
  for (let group = 0; group < groups; group++) {
    const start = group * stride * step;
    sample.set(words.subarray(start, start + GROUP * step), group * GROUP * step);
  }
  return sample;
}

/** Numbers that are looked at for what they have in common. */
const COMMON_COUNT = 300;
/** How many of them must have it. */
const COMMON_SHARE = 0.5;

/** Multiples of an integer: of the one by which the numbers of most triples are congruent. */
function integerModes(sample: Uint32Array, type: NumberType): WrittenMode[] {
  const latents = sample.slice();
  const step = wordsPer(type.bits);
  toLatents(latents, type, latents.length / step);
  const stride = Math.max(1, Math.floor(latents.length / step / COMMON_COUNT));
  const values: bigint[] = [];
  for (let i = 0; i < latents.length; i += stride * step) {
    values.push(step === 1 ? BigInt(latents[i]!) : (BigInt(latents[i + 1]!) << 32n) | BigInt(latents[i]!));
  }
  const counts = new Map<bigint, number>();
  for (let i = 0; i + 2 < values.length; i += 3) {
    const divisor = commonDivisor(values[i + 1]! - values[i]!, values[i + 2]! - values[i]!);
    if (divisor > 1n) counts.set(divisor, (counts.get(divisor) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  if (most === undefined) return [];
  const base = Uint32Array.of(Number(BigInt.asUintN(32, most[0])), Number(most[0] >> 32n)).slice(0, step);
  return [{ kind: 'int-mult', base }];
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** Decimal fractions, and floats that need not all their bits. */
function floatModes(sample: Uint32Array, type: NumberType): WrittenMode[] {
  const { bits } = type;
  const all = floatsOf(sample, bits);
  const stride = Math.max(1, Math.floor(all.length / COMMON_COUNT));
  const values: number[] = [];
  const zeros: number[] = [];
  for (let i = 0; i < all.length; i += stride) {
    if (!Number.isFinite(all[i]!) || all[i] === 0) continue;
    values.push(all[i]!);
    zeros.push(trailingZeros(sample, i * wordsPer(bits), bits));
  }
  if (values.length < LEAST_COUNT) return [];
  const modes: WrittenMode[] = [];
  const base = decimalBase(values, bits);
  if (base !== undefined) modes.push(floatMultiples(base, type));
  const shift = zeros.sort((a, b) => a - b)[Math.floor(zeros.length / 20)]!;
  if (shift > 0) modes.push({ kind: 'float-quant', shift });
  return modes;
}

/** The largest power of ten, at most 1, of which most values are multiples. */
function decimalBase(values: readonly number[], bits: LatentBits): number | undefined {
  const integers = 2 ** (fractionBits(bits) + 1);
  for (let digits = 0; digits <= 16; digits++) {
    const scale = 10 ** digits;
    let fitting = 0;
    for (const value of values) {
      const scaled = value * scale;
      const error = Math.abs(scaled - Math.round(scaled));
      if (Math.abs(scaled) < integers / 16 && error < 0.01) fitting++;
    }
    if (fitting >= COMMON_SHARE * values.length) return 1 / scale;
  }
  return undefined;
}

function floatMultiples(value: number, type: NumberType): WrittenMode {
  const { bits } = type;
  const base = new Uint32Array(wordsPer(bits));
  if (bits === 16) base[0] = numberToHalf(value);
  else if (bits === 32) new Float32Array(base.buffer)[0] = value;
  else new Float64Array(base.buffer)[0] = value;
  const rounded = floatsOf(base, bits)[0]!;
  toLatents(base, type, 1);
  return { kind: 'float-mult', base, value: rounded };
}

/** How many of the lowest bits of the fraction are 0. */
function trailingZeros(words: Uint32Array, at: number, bits: LatentBits): number {
  const zerosOf = (word: number): number => (word === 0 ? 32 : 31 - Math.clz32(word & -word));
  const low = zerosOf(words[at]!);
  const zeros = bits === 64 && low === 32 ? 32 + zerosOf(words[at + 1]!) : low;
  return Math.min(zeros, fractionBits(bits));
}

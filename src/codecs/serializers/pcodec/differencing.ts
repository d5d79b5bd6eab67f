/** Differences in place of latents, for encoders: the other side of `differences.ts`. */
import { type Delta, stateCount } from './chunk-meta.js';
import { type LatentBits, maskOf, middleOf, wordsPer } from './number-type.js';

/** What is stored of a variable of a page. */
export interface Differences {
  /** The latents that it begins with. */
  readonly state: Uint32Array;
  /** The differences behind them. */
  readonly stored: Uint32Array;
  /** How far back each difference looks, where it does. */
  readonly lookbacks: Uint32Array | undefined;
}

/** `latents` as differences; they may be overwritten. */
export function differencesOf(delta: Delta, latents: Uint32Array, bits: LatentBits): Differences {
  const step = wordsPer(bits);
  const state = new Uint32Array(stateCount(delta) * step);
  if (delta.kind === 'lookback') {
    const lookbacks = chooseLookbacks(latents, bits, 2 ** delta.windowLog);
    state.set(latents.subarray(0, step));
    const differences = latents.slice();
    for (let i = 1; i < latents.length / step; i++) subtract(differences, i, latents, i - lookbacks[i - 1]!, bits);
    return { state, stored: centered(differences.subarray(step), bits), lookbacks };
  }
  let rest = latents;
  for (let at = 0; at < state.length; at += step) {
    state.set(rest.subarray(0, step), at);
    for (let i = rest.length / step - 1; i > 0; i--) subtract(rest, i, rest, i - 1, bits);
    rest = rest.subarray(Math.min(step, rest.length));
  }
  return { state, stored: state.length === 0 ? rest : centered(rest, bits), lookbacks: undefined };
}

/** Differences with the middle of the range for 0. */
function centered(differences: Uint32Array, bits: LatentBits): Uint32Array {
  const step = wordsPer(bits);
  for (let i = step - 1; i < differences.length; i += step) differences[i]! ^= middleOf(bits);
  return differences;
}

/** `target[i] -= source[j]` */
function subtract(target: Uint32Array, i: number, source: Uint32Array, j: number, bits: LatentBits): void {
  if (bits !== 64) {
    target[i] = (target[i]! - source[j]!) & maskOf(bits);
    return;
  }
  const low = target[2 * i]! - source[2 * j]!;
  target[2 * i] = low;
  target[2 * i + 1] = target[2 * i + 1]! - source[2 * j + 1]! - (low < 0 ? 1 : 0);
}

/** The nearest latents are always tried. */
const NEAREST = 6;
/** How many bits less are looked at when one that is only similar is searched. */
const COARSENESSES: readonly number[] = Object.freeze([0, 8]);

/**
 * For each latent but the first, how far back one lies that is close to it: among the nearest, where the last ones were
 * found, and where equal and similar ones were seen last. What is used often takes fewer bits, and counts as closer.
 */
function chooseLookbacks(latents: Uint32Array, bits: LatentBits, window: number): Uint32Array {
  const count = latents.length / wordsPer(bits);
  const lookbacks = new Uint32Array(Math.max(0, count - 1));
  const uses = new Uint32Array(Math.min(window, count) + 1);
  const tableLog = Math.min(16, 33 - Math.clz32(window));
  const seen = COARSENESSES.map(() => new Int32Array(2 ** tableLog).fill(-1));
  const recent = [1, 1, 1, 1];
  const candidates = [...Array.from({ length: NEAREST }, (_, index) => index + 1), ...recent, 1, 1];
  for (let i = 0; i < count; i++) {
    for (let at = 0; at < COARSENESSES.length; at++) {
      const slot = hashOf(latents, i, bits, COARSENESSES[at]!) >>> (32 - tableLog);
      const last = seen[at]![slot]!;
      candidates[NEAREST + recent.length + at] = last < 0 ? 1 : i - last;
      seen[at]![slot] = i;
    }
    if (i === 0) continue;
    for (let at = 0; at < recent.length; at++) candidates[NEAREST + at] = recent[at]!;
    let best = 1;
    let bestScore = -1;
    for (const lookback of candidates) {
      if (lookback > i || lookback > window) continue;
      const score = closeness(latents, i, i - lookback, bits) + 32 - Math.clz32(uses[lookback]!);
      if (score > bestScore) [best, bestScore] = [lookback, score];
    }
    lookbacks[i - 1] = best;
    uses[best]!++;
    if (!recent.includes(best)) recent[i & 3] = best;
  }
  return lookbacks;
}

function hashOf(latents: Uint32Array, i: number, bits: LatentBits, coarseness: number): number {
  if (bits !== 64) return Math.imul(latents[i]! >>> coarseness, 0x9e3779b1);
  const [low, high] = [latents[2 * i]! >>> coarseness, latents[2 * i + 1]!];
  return Math.imul(Math.imul(high, 0x85ebca77) ^ low, 0x9e3779b1);
}

/** How many of the highest bits of the difference, up or down, are 0. */
function closeness(latents: Uint32Array, i: number, j: number, bits: LatentBits): number {
  if (bits !== 64) {
    const difference = (latents[i]! - latents[j]!) & maskOf(bits);
    const inverse = -difference & maskOf(bits);
    return Math.clz32(difference >>> 0 < inverse >>> 0 ? difference : inverse);
  }
  const low = latents[2 * i]! - latents[2 * j]!;
  const high = (latents[2 * i + 1]! - latents[2 * j + 1]! - (low < 0 ? 1 : 0)) | 0;
  const sign = high >> 31;
  const magnitude = high ^ sign;
  return magnitude === 0 ? 32 + Math.clz32(low ^ sign) : Math.clz32(magnitude);
}

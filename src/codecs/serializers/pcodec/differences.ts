/** Latents from their differences: what each was stored in place of, batch by batch. */
import { CodecError } from '../../../errors.js';
import { type Delta, stateCount } from './chunk-meta.js';
import { type LatentBits, maskOf, middleOf, wordsPer } from './number-type.js';

/** What makes latents of the differences of one variable of a page. It works in place, and keeps what it needs later. */
export interface Restorer {
  /** Restores the first `count` of `latents`; `lookbacks` tell how far back each is to be looked for. */
  restore(latents: Uint32Array, count: number, lookbacks: Uint32Array): void;
}

/** The restorer of a page of `size` numbers, whose variable has latents of `bits` and begins with `state`. */
export function restorerOf(delta: Delta, bits: LatentBits, state: Uint32Array, size: number): Restorer | undefined {
  switch (delta.kind) {
    case 'none':
      return undefined;
    case 'consecutive':
      return new Sums(bits, state);
    case 'lookback':
      return new Copies(delta, bits, state, size);
    case 'conv1':
      return new Predictions(delta, bits, state);
    default:
      return delta satisfies never;
  }
}

/** Differences are stored with the middle of the range for 0. */
function uncenter(latents: Uint32Array, count: number, bits: LatentBits): void {
  const middle = middleOf(bits);
  const step = wordsPer(bits);
  for (let i = step - 1; i < count * step; i += step) latents[i]! ^= middle;
}

/** Differences of neighbours, or of those, and so on: sums of sums. */
class Sums implements Restorer {
  readonly #bits: LatentBits;
  readonly #moments: Uint32Array;

  constructor(bits: LatentBits, state: Uint32Array) {
    this.#bits = bits;
    this.#moments = state;
  }

  restore(latents: Uint32Array, count: number): void {
    const bits = this.#bits;
    const step = wordsPer(bits);
    uncenter(latents, count, bits);
    for (let at = this.#moments.length - step; at >= 0; at -= step) {
      if (bits === 64) sumWide(latents, count, this.#moments, at);
      else sumNarrow(latents, count, this.#moments, at, maskOf(bits));
    }
  }
}

function sumNarrow(latents: Uint32Array, count: number, moments: Uint32Array, at: number, mask: number): void {
  let sum = moments[at]! | 0;
  for (let i = 0; i < count; i++) {
    const difference = latents[i]!;
    latents[i] = sum & mask;
    sum = (sum + difference) | 0;
  }
  moments[at] = sum & mask;
}

function sumWide(latents: Uint32Array, count: number, moments: Uint32Array, at: number): void {
  let low = moments[at]!;
  let high = moments[at + 1]! | 0;
  for (let i = 0; i < 2 * count; i += 2) {
    const [lowDifference, highDifference] = [latents[i]!, latents[i + 1]!];
    latents[i] = low;
    latents[i + 1] = high;
    const sum = low + lowDifference;
    high = (high + highDifference + (sum > 0xffffffff ? 1 : 0)) | 0;
    low = sum >>> 0;
  }
  moments[at] = low;
  moments[at + 1] = high;
}

/** Differences from latents that came before. What would lie before the first of them is 0. */
class Copies implements Restorer {
  readonly #bits: LatentBits;
  readonly #window: number;
  readonly #stateCount: number;
  /** The state, and behind it the page. */
  readonly #history: Uint32Array;
  #done = 0;

  constructor(delta: Delta & { kind: 'lookback' }, bits: LatentBits, state: Uint32Array, size: number) {
    this.#bits = bits;
    this.#window = 2 ** delta.windowLog;
    this.#stateCount = stateCount(delta);
    this.#history = new Uint32Array((size + this.#stateCount) * wordsPer(bits));
    this.#history.set(state);
  }

  restore(latents: Uint32Array, count: number, lookbacks: Uint32Array): void {
    const step = wordsPer(this.#bits);
    const history = this.#history;
    uncenter(latents, count, this.#bits);
    const first = this.#stateCount + this.#done;
    // The last ones of a page come out of the state alone: no differences are stored that would follow them.
    const stored = Math.min(count, history.length / step - this.#stateCount - first);
    for (let i = 0; i < stored; i++) {
      const lookback = lookbacks[i]!;
      if (lookback < 1 || lookback > this.#window) throw new CodecError(`${lookback} latents back, beyond the window`);
      const source = first + i - lookback;
      if (step === 2) addWide(history, 2 * (first + i), latents, 2 * i, source);
      else history[first + i] = (latents[i]! + (source < 0 ? 0 : history[source]!)) & maskOf(this.#bits);
    }
    latents.set(history.subarray(this.#done * step, (this.#done + count) * step));
    this.#done += count;
  }
}

function addWide(history: Uint32Array, at: number, latents: Uint32Array, from: number, source: number): void {
  const low = latents[from]! + (source < 0 ? 0 : history[2 * source]!);
  history[at] = low;
  history[at + 1] = latents[from + 1]! + (source < 0 ? 0 : history[2 * source + 1]!) + (low > 0xffffffff ? 1 : 0);
}

/** Differences from a weighted sum of the latents before. */
class Predictions implements Restorer {
  readonly #delta: Delta & { kind: 'conv1' };
  readonly #bits: LatentBits;
  readonly #state: Uint32Array;

  constructor(delta: Delta & { kind: 'conv1' }, bits: LatentBits, state: Uint32Array) {
    this.#delta = delta;
    this.#bits = bits;
    this.#state = state;
  }

  restore(latents: Uint32Array, count: number): void {
    const order = this.#state.length;
    const mask = maskOf(this.#bits);
    uncenter(latents, count, this.#bits);
    const history = new Uint32Array(order + count);
    history.set(this.#state);
    for (let i = 0; i < count; i++) history[order + i] = (latents[i]! + this.#predict(history, i)) & mask;
    latents.set(history.subarray(0, count));
    this.#state.set(history.subarray(count));
  }

  /** Sums have up to 63 bits, which doubles have not. */
  #predict(history: Uint32Array, start: number): number {
    const { shift, bias, weights } = this.#delta;
    let sum = bias;
    for (let i = 0; i < weights.length; i++) sum += BigInt(weights[i]!) * BigInt(history[start + i]!);
    return sum < 0n ? 0 : Number(BigInt.asUintN(32, sum >> BigInt(shift)));
  }
}

/** The LZMA encoder: finds matches, and codes them; lzma-model says how. */
import type { LzmaStage } from './lzma-filters.js';
import {
  DISTANCE_ALIGN,
  DISTANCE_SLOT,
  DISTANCE_SPECIAL,
  END_DISTANCE,
  evenProbabilities,
  FIRST_DIRECT_SLOT,
  FIRST_MATCH_STATE,
  IS_LONG_REPEAT_0,
  IS_MATCH,
  IS_REPEAT,
  IS_REPEAT_0,
  IS_REPEAT_1,
  IS_REPEAT_2,
  LENGTH_HIGH,
  LENGTH_LOW,
  LENGTH_MIDDLE,
  LITERAL,
  LITERAL_SIZE,
  MATCH_LENGTH,
  MAX_MATCH,
  MIN_MATCH,
  REPEAT_LENGTH,
  stateAfterLiteral,
  stateAfterMatch,
  stateAfterRepeat,
  stateAfterShortRepeat,
} from './lzma-model.js';
import { RangeEncoder } from './range-encoder.js';
import { MatchFinder, matchLength } from './sequences.js';

/** Matches of three bytes are worth it only if they are near. */
const NEAR = 2048;

/** Codes one input, from its beginning, in as many parts as one likes. */
export class LzmaEncoder {
  readonly range = new RangeEncoder();
  /** How many bytes of the source are coded. */
  at = 0;
  readonly #source: Uint8Array;
  readonly #stage: LzmaStage;
  readonly #finder: MatchFinder;
  #probabilities: Uint16Array;
  #state = 0;
  /** The four latest distances, less one. */
  readonly #distances = [0, 0, 0, 0];
  /** The match that was found at `#foundAt`, where that was looked at before its turn. */
  #foundAt = -1;
  #foundLength = 0;
  #foundOffset = 0;

  constructor(source: Uint8Array, stage: LzmaStage) {
    this.#source = source;
    this.#stage = stage;
    this.#finder = new MatchFinder(source, {
      minimum: 3,
      longest: MAX_MATCH,
      window: stage.window,
      near: NEAR,
      farMinimum: 4,
      tail: 0,
      depth: stage.depth,
      enough: stage.nice,
    });
    this.#probabilities = evenProbabilities(stage);
  }

  /** Begins with even probabilities again. */
  reset(): void {
    this.#probabilities = evenProbabilities(this.#stage);
    this.#state = 0;
    this.#distances.fill(0);
  }

  /** Codes until `stop` bytes of the source are, or `room` bytes are made; no symbol goes over `stop`. */
  run(stop: number, room: number): void {
    while (this.at < stop && this.range.length < room) this.#next(stop);
  }

  /** Codes the mark of the end. */
  writeEnd(): void {
    const place = this.at & ((1 << this.#stage.pb) - 1);
    this.range.bit(this.#probabilities, IS_MATCH + 16 * this.#state + place, 1);
    this.range.bit(this.#probabilities, IS_REPEAT + this.#state, 0);
    this.#length(MATCH_LENGTH, MIN_MATCH, place);
    this.#distance(END_DISTANCE, MIN_MATCH);
  }

  /** Codes one symbol: what is best here, but for a longer match one byte later. */
  #next(stop: number): void {
    const { at } = this;
    const end = Math.min(stop, at + MAX_MATCH);
    const [repeat, repeatLength] = this.#bestRepeat(end);
    const length = this.#find(at, end);
    const offset = this.#foundOffset;
    if (repeatLength >= MIN_MATCH && repeatLength + worth(offset) >= length) this.#writeRepeat(repeat, repeatLength);
    else if (length < 3) {
      if (this.#isShortRepeat()) this.#writeShortRepeat();
      else this.#writeLiteral();
    } else if (this.#isBetterLater(length, offset, stop)) this.#writeLiteral();
    else this.#writeMatch(offset, length);
  }

  /** Whether the match one byte later is better than the one found here. */
  #isBetterLater(length: number, offset: number, stop: number): boolean {
    const later = this.at + 1;
    if (length >= this.#stage.nice || later >= stop) return false;
    const laterLength = this.#find(later, Math.min(stop, later + MAX_MATCH));
    return laterLength > length + 1 || (laterLength > length && worth(this.#foundOffset) <= worth(offset));
  }

  /** Which of the latest distances has the longest match, and how long it is. */
  #bestRepeat(end: number): readonly [number, number] {
    let best = 0;
    let longest = 0;
    for (let i = 0; i < 4; i++) {
      const place = this.at - this.#distances[i]! - 1;
      if (place < 0) continue;
      const length = matchLength(this.#source, this.at, place, end);
      if (length <= longest) continue;
      longest = length;
      best = i;
    }
    return [best, longest];
  }

  /** The length of the best match at `at`, up to `end`; where it lies is in `#foundOffset`. */
  #find(at: number, end: number): number {
    if (this.#foundAt === at) return Math.min(this.#foundLength, end - at);
    this.#foundAt = at;
    this.#foundLength = 0;
    this.#foundOffset = 0;
    if (at + 4 > this.#source.length) return 0;
    const length = this.#finder.find(at, end);
    if (length >= 3) {
      this.#foundLength = length;
      this.#foundOffset = this.#finder.offset;
    }
    return this.#foundLength;
  }

  /** Makes the places known that a symbol goes over. */
  #advance(length: number): void {
    const known = Math.max(this.at, this.#foundAt) + (this.#foundAt >= this.at ? 1 : 0);
    this.at += length;
    this.#finder.skip(known, Math.min(this.at, this.#source.length - 3));
  }

  #isShortRepeat(): boolean {
    const place = this.at - this.#distances[0]! - 1;
    return place >= 0 && this.#source[place] === this.#source[this.at];
  }

  #choice(): number {
    return 16 * this.#state + (this.at & ((1 << this.#stage.pb) - 1));
  }

  #writeLiteral(): void {
    const { lc, lp } = this.#stage;
    const source = this.#source;
    const { at, range } = this;
    const probabilities = this.#probabilities;
    range.bit(probabilities, IS_MATCH + this.#choice(), 0);
    const before = at === 0 ? 0 : source[at - 1]!;
    const base = LITERAL + LITERAL_SIZE * (((at & ((1 << lp) - 1)) << lc) + (before >>> (8 - lc)));
    const byte = source[at]!;
    // After a match, the byte at the latest distance tells apart until a bit differs from it.
    let match = this.#state >= FIRST_MATCH_STATE ? source[at - this.#distances[0]! - 1]! : -1;
    let symbol = 1;
    for (let i = 7; i >= 0; i--) {
      const bit = (byte >>> i) & 1;
      if (match < 0) range.bit(probabilities, base + symbol, bit);
      else {
        const expected = (match >>> i) & 1;
        range.bit(probabilities, base + 256 + 256 * expected + symbol, bit);
        if (expected !== bit) match = -1;
      }
      symbol = 2 * symbol + bit;
    }
    this.#state = stateAfterLiteral(this.#state);
    this.#advance(1);
  }

  #writeMatch(offset: number, length: number): void {
    const place = this.at & ((1 << this.#stage.pb) - 1);
    this.range.bit(this.#probabilities, IS_MATCH + this.#choice(), 1);
    this.range.bit(this.#probabilities, IS_REPEAT + this.#state, 0);
    this.#length(MATCH_LENGTH, length, place);
    this.#distance(offset - 1, length);
    this.#distances.pop();
    this.#distances.unshift(offset - 1);
    this.#state = stateAfterMatch(this.#state);
    this.#advance(length);
  }

  #writeShortRepeat(): void {
    const choice = this.#choice();
    this.range.bit(this.#probabilities, IS_MATCH + choice, 1);
    this.range.bit(this.#probabilities, IS_REPEAT + this.#state, 1);
    this.range.bit(this.#probabilities, IS_REPEAT_0 + this.#state, 0);
    this.range.bit(this.#probabilities, IS_LONG_REPEAT_0 + choice, 0);
    this.#state = stateAfterShortRepeat(this.#state);
    this.#advance(1);
  }

  #writeRepeat(which: number, length: number): void {
    const { range } = this;
    const probabilities = this.#probabilities;
    const state = this.#state;
    const choice = this.#choice();
    range.bit(probabilities, IS_MATCH + choice, 1);
    range.bit(probabilities, IS_REPEAT + state, 1);
    range.bit(probabilities, IS_REPEAT_0 + state, which === 0 ? 0 : 1);
    if (which === 0) range.bit(probabilities, IS_LONG_REPEAT_0 + choice, 1);
    else {
      range.bit(probabilities, IS_REPEAT_1 + state, which === 1 ? 0 : 1);
      if (which > 1) range.bit(probabilities, IS_REPEAT_2 + state, which - 2);
      const [distance] = this.#distances.splice(which, 1);
      this.#distances.unshift(distance!);
    }
    this.#length(REPEAT_LENGTH, length, this.at & ((1 << this.#stage.pb) - 1));
    this.#state = stateAfterRepeat(state);
    this.#advance(length);
  }

  #length(base: number, length: number, place: number): void {
    const { range } = this;
    const probabilities = this.#probabilities;
    const rest = length - MIN_MATCH;
    range.bit(probabilities, base, rest < 8 ? 0 : 1);
    if (rest < 8) {
      range.tree(probabilities, base + LENGTH_LOW + 8 * place, 3, rest);
      return;
    }
    range.bit(probabilities, base + 1, rest < 16 ? 0 : 1);
    if (rest < 16) range.tree(probabilities, base + LENGTH_MIDDLE + 8 * place, 3, rest - 8);
    else range.tree(probabilities, base + LENGTH_HIGH, 8, rest - 16);
  }

  #distance(distance: number, length: number): void {
    const { range } = this;
    const probabilities = this.#probabilities;
    const slot = slotOf(distance);
    range.tree(probabilities, DISTANCE_SLOT + 64 * Math.min(length - MIN_MATCH, 3), 6, slot);
    if (slot < 4) return;
    const bitCount = (slot >>> 1) - 1;
    const high = (2 | (slot & 1)) * 2 ** bitCount;
    const rest = distance - high;
    if (slot < FIRST_DIRECT_SLOT) {
      range.reverseTree(probabilities, DISTANCE_SPECIAL + high - slot, bitCount, rest);
      return;
    }
    range.direct(Math.floor(rest / 16), bitCount - 4);
    range.reverseTree(probabilities, DISTANCE_ALIGN, 4, rest % 16);
  }
}

/** How many bytes a match has to be longer for a distance of its own. */
const worth = (offset: number): number => (offset < 512 ? 1 : offset < 32768 ? 2 : 3);

/** Twice the number of bits of a distance, and the second highest of them. */
function slotOf(distance: number): number {
  if (distance < 4) return distance;
  const highest = 31 - Math.clz32(distance);
  return 2 * highest + ((distance >>> (highest - 1)) & 1);
}

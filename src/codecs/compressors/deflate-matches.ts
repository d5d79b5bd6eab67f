/**
 * Where bytes repeat what came before: the literals and matches of a block of deflate. It finds what the compiled kernels
 * find, whose sources say how.
 */
import { matchLength } from './sequences.js';

/** How hard to look for matches. */
export interface DeflateEffort {
  /** How many places of a chain are looked at, */
  readonly depth: number;
  /** the length of a match after which no better one is looked for, */
  readonly enough: number;
  /** and whether the next place is looked at before a match is taken. */
  readonly isLazy: boolean;
}

/** Some literals, and then a match; the last of a block has no match. */
export interface DeflateSequence {
  readonly literals: number;
  readonly length: number;
  readonly distance: number;
}

const SHORTEST_MATCH = 3;
export const LONGEST_MATCH = 258;
const FURTHEST = 32768;
/** A match of three bytes further back takes more bits than literals do. */
const FURTHEST_SHORT = 4096;
/** So many bytes are hashed at once. */
const HASHED = 4;
const PRIME = 0x9e3779b1;
const SMALLEST_LOG = 8;
const LARGEST_LOG = 15;
const NEAR_LOG = 13;
/** A block ends after so many literals and matches. */
export const MOST_SYMBOLS = 2 ** 14;

export class DeflateMatches {
  readonly #source: Uint8Array;
  readonly #effort: DeflateEffort;
  readonly #shift: number;
  readonly #heads: Uint16Array;
  readonly #nearHeads = new Uint16Array(1 << NEAR_LOG);
  readonly #chains = new Uint16Array(FURTHEST);
  /** How far back the match lies that `#search` found. */
  #distance = 0;

  constructor(source: Uint8Array, effort: DeflateEffort) {
    const log = Math.max(SMALLEST_LOG, Math.min(LARGEST_LOG, 32 - Math.clz32(source.length)));
    this.#source = source;
    this.#effort = effort;
    this.#shift = 32 - log;
    this.#heads = new Uint16Array(1 << log);
  }

  /** The sequences of the block that begins at `start`. */
  sequencesFrom(start: number): DeflateSequence[] {
    const { depth, enough, isLazy } = this.#effort;
    const last = this.#source.length - HASHED;
    const sequences: DeflateSequence[] = [];
    let at = start;
    let anchor = start;
    let symbols = 0;
    while (at <= last && symbols + at - anchor < MOST_SYMBOLS) {
      let length = this.#search(at, SHORTEST_MATCH - 1, depth);
      if (length === 0) {
        at++;
        continue;
      }
      let distance = this.#distance;
      let known = at + 1;
      // Literals instead, as long as the next place has a longer match.
      while (isLazy && length < enough && known <= last) {
        const next = this.#search(known++, length, depth >>> 1);
        if (next === 0) break;
        at++;
        length = next;
        distance = this.#distance;
      }
      for (; known < at + length && known <= last; known++) this.#insert(known);
      const literals = at - anchor;
      sequences.push({ literals, length, distance });
      symbols += literals + 1;
      at += length;
      anchor = at;
    }
    // What is left at the end of the input is too short to be searched.
    if (at > last) at = this.#source.length;
    sequences.push({ literals: at - anchor, length: 0, distance: 0 });
    return sequences;
  }

  #insert(at: number): void {
    const word = this.#wordAt(at);
    const slot = this.#slotOf(word);
    this.#nearHeads[nearSlotOf(word)] = at;
    this.#chains[at & (FURTHEST - 1)] = this.#heads[slot]!;
    this.#heads[slot] = at;
  }

  /** Makes a place known, and finds a match for it that is longer than `best`: its length, or 0. */
  #search(at: number, best: number, most: number): number {
    const source = this.#source;
    const { enough } = this.#effort;
    const word = this.#wordAt(at);
    const slot = this.#slotOf(word);
    const nearSlot = nearSlotOf(word);
    const limit = Math.min(source.length, at + LONGEST_MATCH);
    let link = this.#heads[slot]!;
    let found = 0;
    if (best < SHORTEST_MATCH) {
      const near = (at - this.#nearHeads[nearSlot]!) & 0xffff;
      if (near > 0 && near <= FURTHEST_SHORT && (this.#wordAt(at - near) ^ word) << 8 === 0) {
        found = SHORTEST_MATCH;
        this.#distance = near;
      }
      // What the chain leads to has four bytes or more.
      best = SHORTEST_MATCH;
    }
    this.#insert(at);
    let distance = 0;
    for (; most > 0; most--) {
      const further = (at - link) & 0xffff;
      // Links lead further and further back; one that does not is older than the chain reaches.
      if (further <= distance || further > FURTHEST) break;
      distance = further;
      const matched = at - distance;
      if (source[matched + best] === source[at + best] && this.#wordAt(matched) === word) {
        const length = matchLength(source, at, matched, limit);
        if (length > best) {
          best = found = length;
          this.#distance = distance;
          if (length >= enough || at + length === limit) break;
        }
      }
      link = this.#chains[link & (FURTHEST - 1)]!;
    }
    return found;
  }

  #wordAt(at: number): number {
    const source = this.#source;
    return source[at]! | (source[at + 1]! << 8) | (source[at + 2]! << 16) | (source[at + 3]! << 24);
  }

  #slotOf(word: number): number {
    return Math.imul(word, PRIME) >>> this.#shift;
  }
}

const nearSlotOf = (word: number): number => Math.imul(word << 8, PRIME) >>> (32 - NEAR_LOG);

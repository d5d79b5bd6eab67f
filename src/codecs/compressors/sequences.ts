/**
 * Where bytes repeat what came before: the matches that LZ4, Snappy, BloscLZ and deflate write down, each in its own way.
 *
 * Positions whose next bytes have the same hash are chained, the latest first. Of the first so many in a chain the
 * longest match is taken, or literals where the next position has a longer one. Where nothing is found for long, fewer
 * and fewer positions are looked at.
 */

/** What a format can say, and how hard to look for it. */
export interface Matching {
  /** The shortest match. */
  readonly minimum: 3 | 4;
  /** The longest match. */
  readonly longest: number;
  /** How far back a match may lie. */
  readonly window: number;
  /** Matches that lie further back than `near` have at least `farMinimum` bytes. */
  readonly near: number;
  readonly farMinimum: number;
  /** So many bytes at the end are literals. */
  readonly tail: number;
  /** How many candidates are looked at, */
  readonly depth: number;
  /** and the length of a match after which no better one is looked for. */
  readonly enough: number;
}

/** Each sequence is so many literals, and then a match: its length, and how far back it lies. The last has no match. */
export interface Sequences {
  readonly count: number;
  readonly literals: Int32Array;
  readonly lengths: Int32Array;
  readonly offsets: Int32Array;
}

/** `source` as sequences. */
export function sequencesOf(source: Uint8Array, matching: Matching): Sequences {
  const { minimum, longest, tail, depth, enough } = matching;
  const isLazy = depth > 4;
  const lastStart = source.length - tail - 4;
  const limit = source.length - tail;
  const finder = new MatchFinder(source, matching);
  const found = new SequenceList(source.length);
  let anchor = 0;
  let at = 0;
  let misses = 0;
  while (at <= lastStart) {
    let length = finder.find(at, Math.min(limit, at + longest));
    if (length < minimum) {
      misses++;
      at += isLazy ? 1 : 1 + (misses >>> 6);
      continue;
    }
    let offset = finder.offset;
    let known = at + 1;
    if (isLazy && at < lastStart && length < enough) {
      const next = finder.find(at + 1, Math.min(limit, at + 1 + longest));
      known = at + 2;
      if (next > length) {
        at++;
        length = next;
        offset = finder.offset;
      }
    }
    finder.skip(isLazy ? known : at + length - 2, Math.min(at + length, lastStart + 1));
    found.add(at - anchor, length, offset);
    at += length;
    anchor = at;
    misses = 0;
  }
  found.add(source.length - anchor, 0, 0);
  return found;
}

class SequenceList implements Sequences {
  count = 0;
  literals: Int32Array;
  lengths: Int32Array;
  offsets: Int32Array;

  constructor(size: number) {
    const room = 16 + (size >>> 5);
    this.literals = new Int32Array(room);
    this.lengths = new Int32Array(room);
    this.offsets = new Int32Array(room);
  }

  add(literals: number, length: number, offset: number): void {
    if (this.count === this.literals.length) {
      this.literals = grown(this.literals);
      this.lengths = grown(this.lengths);
      this.offsets = grown(this.offsets);
    }
    this.literals[this.count] = literals;
    this.lengths[this.count] = length;
    this.offsets[this.count++] = offset;
  }
}

function grown(numbers: Int32Array): Int32Array {
  const twice = new Int32Array(2 * numbers.length);
  twice.set(numbers);
  return twice;
}

/** The positions of the bytes before, in chains by hash. */
export class MatchFinder {
  /** How far back the match lies that `find` found. */
  offset = 0;
  readonly #source: Uint8Array;
  readonly #matching: Matching;
  /** The latest position of each hash, plus one, so that 0 is "none". */
  readonly #heads: Int32Array;
  /** The position before, in the chain of each, plus one; a ring of at least the window. */
  readonly #previous: Int32Array;
  readonly #shift: number;
  readonly #wordMask: number;

  constructor(source: Uint8Array, matching: Matching) {
    const bits = Math.max(8, Math.min(16, 32 - Math.clz32(source.length)));
    this.#source = source;
    this.#matching = matching;
    this.#heads = new Int32Array(1 << bits);
    this.#previous = new Int32Array(2 ** (32 - Math.clz32(Math.min(matching.window, source.length))));
    this.#shift = 32 - bits;
    this.#wordMask = matching.minimum === 3 ? 0xffffff : -1;
  }

  /** The length of the best match of the bytes at `at`, up to `end`; less than the minimum if there is none. */
  find(at: number, end: number): number {
    const source = this.#source;
    const previous = this.#previous;
    const { window, near, farMinimum, minimum, enough } = this.#matching;
    const word = this.#wordAt(at);
    let candidate = this.#add(at, word);
    let best = minimum - 1;
    for (let left = this.#matching.depth; left > 0 && candidate > 0 && at + best < end; left--) {
      const place = candidate - 1;
      if (at - place > window) break;
      if (source[place + best] === source[at + best] && this.#wordAt(place) === word) {
        const length = matchLength(source, at, place, end);
        if (length > best && (length >= farMinimum || at - place <= near)) {
          best = length;
          this.offset = at - place;
          if (length >= enough) break;
        }
      }
      candidate = previous[place & (previous.length - 1)]!;
    }
    return best;
  }

  /** Makes the positions from `start` to `end` known. */
  skip(start: number, end: number): void {
    for (let at = start; at < end; at++) this.#add(at, this.#wordAt(at));
  }

  /** Makes a position known; the one before in its chain, plus one. */
  #add(at: number, word: number): number {
    const slot = Math.imul(word, 0x9e3779b1) >>> this.#shift;
    const candidate = this.#heads[slot]!;
    this.#heads[slot] = at + 1;
    this.#previous[at & (this.#previous.length - 1)] = candidate;
    return candidate;
  }

  #wordAt(at: number): number {
    const source = this.#source;
    const word = source[at]! | (source[at + 1]! << 8) | (source[at + 2]! << 16) | (source[at + 3]! << 24);
    return word & this.#wordMask;
  }
}

/** How many bytes at `at` and `place` are the same, up to `end`. */
export function matchLength(source: Uint8Array, at: number, place: number, end: number): number {
  const start = at;
  while (at < end && source[at] === source[place]) {
    at++;
    place++;
  }
  return at - start;
}

/**
 * What the match finder makes of a block: literals, and sequences that say "copy so many literals, then so many bytes
 * from so far back". The literals behind the last match belong to no sequence.
 */

import { BLOCK_BYTES } from '../../zstd-frame.js';

/** The shortest match that a finder reports. */
export const SHORTEST_MATCH = 4;

/** Below this many bytes a loop copies faster than `set`. */
const COPY_BY_LOOP = 32;

/** The literals and sequences of one block. */
export class Sequences {
  count = 0;
  readonly literalLengths: Int32Array;
  readonly offsets: Int32Array;
  readonly matchLengths: Int32Array;
  literalCount = 0;
  readonly literals: Uint8Array;

  /** Room for blocks of up to `blockBytes`. */
  constructor(blockBytes: number) {
    const bytes = Math.min(blockBytes, BLOCK_BYTES);
    const most = Math.floor(bytes / SHORTEST_MATCH);
    this.literalLengths = new Int32Array(most);
    this.offsets = new Int32Array(most);
    this.matchLengths = new Int32Array(most);
    this.literals = new Uint8Array(bytes);
  }

  clear(): void {
    this.count = 0;
    this.literalCount = 0;
  }

  /** Appends the literals source[from, to) and a match that follows them. */
  add(source: Uint8Array, from: number, to: number, offset: number, matchLength: number): void {
    const { count } = this;
    this.literalLengths[count] = to - from;
    this.offsets[count] = offset;
    this.matchLengths[count] = matchLength;
    this.count = count + 1;
    this.addLiterals(source, from, to);
  }

  addLiterals(source: Uint8Array, from: number, to: number): void {
    const { literals } = this;
    let at = this.literalCount;
    this.literalCount = at + to - from;
    if (to - from < COPY_BY_LOOP) {
      for (let i = from; i < to; i++) literals[at++] = source[i]!;
    } else {
      literals.set(source.subarray(from, to), at);
    }
  }
}

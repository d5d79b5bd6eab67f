/**
 * What the match finder makes of a block: literals, and sequences that say "copy so many literals, then so many bytes
 * from so far back". The literals behind the last match belong to no sequence.
 *
 * Bounds: a block has at most 2^17 bytes and a match at least four, so there are at most 2^15 sequences. A sequence is
 * four u32: literal length, offset (later the value that stands for it), match length less 3, and later its codes.
 */

export const SHORTEST_MATCH: u32 = 4;
export const MATCH_LENGTH_BASE: u32 = 3;

export const LITERAL_LENGTH: usize = 0;
export const OFFSET: usize = 4;
export const MATCH_LENGTH: usize = 8;
export const CODES: usize = 12;
export const SEQUENCE_BYTES: usize = 16;

export const SEQUENCES: usize = memory.data((1 << 15) * 16, 16);
/** Literals are copied sixteen bytes at a time, so the end of the last copy may lie behind them. */
export const LITERALS: usize = memory.data((1 << 17) + 64, 16);

export let sequenceCount: u32 = 0;
export let literalCount: u32 = 0;

export function clearSequences(): void {
  sequenceCount = 0;
  literalCount = 0;
}

/** Appends the literals [from, to) and a match that follows them. */
// @ts-ignore: decorator
@inline
export function addSequence(from: usize, to: usize, offset: u32, matchLength: u32): void {
  const sequence = SEQUENCES + (<usize>sequenceCount) * SEQUENCE_BYTES;
  const length = <u32>(to - from);
  store<u32>(sequence, length, LITERAL_LENGTH);
  store<u32>(sequence, offset, OFFSET);
  store<u32>(sequence, matchLength - MATCH_LENGTH_BASE, MATCH_LENGTH);
  sequenceCount++;
  let target = LITERALS + literalCount;
  literalCount += length;
  v128.store(target, v128.load(from));
  for (let source = from + 16; source < to; source += 16) {
    target += 16;
    v128.store(target, v128.load(source));
  }
}

export function addLastLiterals(from: usize, to: usize): void {
  memory.copy(LITERALS + literalCount, from, to - from);
  literalCount += <u32>(to - from);
}

/**
 * What sequences ask for: so many literals, and then a part of the output again. RFC 8878, section 3.1.1.4 and 3.1.1.5.
 *
 * Copies go in steps of sixteen bytes, or of 32 where it is often that many, and may write up to as many behind their end, where
 * the next copy writes again.
 *
 * Bounds: there are as many literals as all sequences ask for, and room for their output; every offset is checked before
 * anything is copied. Behind the literals 32 bytes may be read.
 */

import { copy16, copyApart } from '../../copies';
import { MATCH_LENGTH, OFFSET_VALUE, SEQUENCE_BYTES, SEQUENCES_END } from './sequences';

/** What decoders of blocks give instead of the end of their output. */
export const DAMAGED: usize = 0;
export const OVERFLOW: usize = 1;

/** Offsets below this are near: what they repeat overlaps with a vector that is written. */
const NEAR: u32 = 16;
/** For each near offset, the places of sixteen bytes that repeat so many. */
const PATTERNS: usize = memory.data(16 * 16, 16);
/** For each near offset, how far a pattern can be moved on without its turning. */
const STEPS: usize = memory.data(16, 16);
for (let offset: u32 = 1; offset < NEAR; offset++) {
  for (let i: u32 = 0; i < 16; i++) store<u8>(PATTERNS + (<usize>offset << 4) + i, <u8>(i % offset));
  store<u8>(STEPS + offset, <u8>(16 - (16 % offset)));
}

/** The first literal that was not copied. */
export let nextLiteral: usize = 0;

let recent1: u32 = 1;
let recent2: u32 = 4;
let recent3: u32 = 8;

/** Begins a frame. */
export function forgetOffsets(): void {
  recent1 = 1;
  recent2 = 4;
  recent3 = 8;
}

/** Begins a block, whose literals lie at `start`. */
export function beginLiterals(start: usize): void {
  nextLiteral = start;
}

/** Runs the last `count` sequences that were read; where their output ends, or `DAMAGED`. */
export function copySequences(count: u32, frameStart: usize, output: usize): usize {
  let literal = nextLiteral;
  let offset1 = recent1;
  let offset2 = recent2;
  let offset3 = recent3;
  const start = SEQUENCES_END - <usize>count * SEQUENCE_BYTES;
  for (let sequence = start; sequence != SEQUENCES_END; sequence += SEQUENCE_BYTES) {
    const literalLength = load<u32>(sequence);
    const matchLength = load<u32>(sequence, MATCH_LENGTH);
    let value = load<u32>(sequence, OFFSET_VALUE);
    let offset: u32;
    if (value > 3) {
      offset = value - 3;
      offset3 = offset2;
      offset2 = offset1;
      offset1 = offset;
    } else {
      // Without literals the latest offset is not meant, and the others move up.
      if (literalLength == 0) value++;
      if (value == 1) offset = offset1;
      else {
        offset = value == 2 ? offset2 : value == 3 ? offset3 : offset1 - 1;
        if (offset == 0) return DAMAGED;
        if (value != 2) offset3 = offset2;
        offset2 = offset1;
        offset1 = offset;
      }
    }
    const match = output + literalLength;
    const matchEnd = match + matchLength;
    if (<usize>offset > match - frameStart) return DAMAGED;
    if (offset >= NEAR) {
      copy16(output, literal);
      copy16(output + 16, literal + 16);
      if (literalLength > 32) copyApart(literal + 32, output + 32, match);
      copy16(match, match - offset);
      if (matchLength > 16) copyApart(match - offset + 16, match + 16, matchEnd);
    } else copyNear(literal, output, match, matchEnd, offset);
    literal += literalLength;
    output = matchEnd;
  }
  nextLiteral = literal;
  recent1 = offset1;
  recent2 = offset2;
  recent3 = offset3;
  return output;
}

/**
 * Copies literals to `output`, and from `match` on what lies a near offset before. The bytes that are repeated were written a
 * moment ago: the processor would wait for a vector of them that two writes have made, of the match before and of these
 * literals. So what is repeated is put together from a vector of the output, read before the literals are written, and one
 * of the literals.
 */
function copyNear(literal: usize, output: usize, match: usize, matchEnd: usize, offset: u32): void {
  const literalLength = match - output;
  if (literalLength > 16) {
    copyApart(literal, output, match);
    literal += literalLength - 16;
    output = match - 16;
  }
  const literals = v128.load(literal);
  const pattern = v128.load(PATTERNS + (<usize>offset << 4));
  // So many bytes that are repeated lie before the literals; none if that is negative.
  const bytesBefore = i8x16.splat(<i8>(offset - <u32>(match - output)));
  const before = v128.and(i8x16.swizzle(v128.load(match - offset), pattern), i8x16.lt_s(pattern, bytesBefore));
  // Places before the literals become large ones, of which `swizzle` makes zeros.
  const repeated = v128.or(before, i8x16.swizzle(literals, i8x16.sub(pattern, bytesBefore)));
  v128.store(output, literals);
  v128.store(match, repeated);
  const step: usize = load<u8>(STEPS + offset);
  for (let to = match + step; to < matchEnd; to += step) v128.store(to, repeated);
}

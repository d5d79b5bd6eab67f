/**
 * Shuffles of blocks, both ways: whole elements are shuffled, and bytes behind the last one stay where they are. Blocks
 * whose elements are no multiple of eight are not shuffled by bits.
 *
 * Bounds: blocks lie apart from what is made of them, and are as long; elements have 1 to 256 bytes.
 */

import { gatherBits, LARGEST_ELEMENT, spreadBits } from './bitshuffle';
import { inputEnd, inputStart, outputEnd, outputStart } from './exchange';
import { gatherElements, spreadElements } from './shuffle';

export const BYTES: u32 = 1;
export const BITS: u32 = 2;

/** Shuffles the input, by bytes (1) or bits (2), to the output. */
export function shuffleForward(kind: u32, size: u32): void {
  if (inputEnd - inputStart != outputEnd - outputStart) unreachable();
  shuffleBlock(inputStart, outputStart, inputEnd - inputStart, kind, size);
}

/** The inverse of `shuffleForward`. */
export function shuffleBack(kind: u32, size: u32): void {
  if (inputEnd - inputStart != outputEnd - outputStart) unreachable();
  unshuffleBlock(inputStart, outputStart, inputEnd - inputStart, kind, size);
}

export function shuffleBlock(source: usize, target: usize, length: usize, kind: u32, size: usize): void {
  const shuffled = shuffledBytes(length, kind, size);
  const count = shuffled / size;
  if (kind == BYTES) spreadElements(source, target, count, count, size);
  else spreadBits(source, target, count, size);
  memory.copy(target + shuffled, source + shuffled, length - shuffled);
}

export function unshuffleBlock(source: usize, target: usize, length: usize, kind: u32, size: usize): void {
  const shuffled = shuffledBytes(length, kind, size);
  const count = shuffled / size;
  if (kind == BYTES) gatherElements(source, count, target, count, size);
  else gatherBits(source, target, count, size);
  memory.copy(target + shuffled, source + shuffled, length - shuffled);
}

function shuffledBytes(length: usize, kind: u32, size: usize): usize {
  if (size == 0 || size > LARGEST_ELEMENT || (kind != BYTES && kind != BITS)) unreachable();
  const count = length / size;
  return kind == BITS && (count & 7) != 0 ? 0 : count * size;
}

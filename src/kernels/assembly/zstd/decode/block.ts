/**
 * One compressed block: literals, and sequences that say how many of them to copy and what to repeat of the output. RFC
 * 8878, section 3.1.1.3.
 *
 * Copies go in steps of sixteen bytes and may write up to as many behind their end, where the next copy writes again.
 *
 * Bounds: up to 32 bytes before the block may be read, and 32 behind its output written; the block decodes to at most 2^17
 * bytes. Offsets reach back to the beginning of the frame, not further.
 */

import { copyApart, copyMatch } from '../../copies';
import { highestBit } from '../bits';
import { decodeLiterals, readHuffmanCode } from './huffman';
import {
  forgetTables,
  LITERAL_LENGTHS,
  literalLengthLog,
  MATCH_LENGTHS,
  matchLengthLog,
  OFFSETS,
  offsetLog,
  readTables,
} from './sequence-tables';

export const BLOCK_BYTES: usize = 1 << 17;
/** What `decodeBlock` gives instead of the end of its output. */
export const DAMAGED: usize = 0;
export const OVERFLOW: usize = 1;

const LITERALS: usize = memory.data((1 << 17) + 64, 16);

let literalsAt: usize = 0;
let literalsSize: u32 = 0;
let hasHuffmanCode = false;

let recent1: u32 = 1;
let recent2: u32 = 4;
let recent3: u32 = 8;

/** Begins a frame. */
export function beginFrame(): void {
  forgetTables();
  hasHuffmanCode = false;
  recent1 = 1;
  recent2 = 4;
  recent3 = 8;
}

/** Decodes the block from `start` to `end` to `output`; where its output ends, or `DAMAGED` or `OVERFLOW`. */
export function decodeBlock(start: usize, end: usize, frameStart: usize, output: usize, outputEnd: usize): usize {
  if (end - start < 2) return DAMAGED;
  const sequences = readLiterals(start, end);
  if (sequences == 0 || sequences >= end) return DAMAGED;
  const first: u32 = load<u8>(sequences);
  const headerBytes: usize = first < 128 ? 1 : first < 255 ? 2 : 3;
  if (sequences + headerBytes > end) return DAMAGED;
  let count = first;
  if (headerBytes == 2) count = ((first - 128) << 8) + load<u8>(sequences, 1);
  else if (headerBytes == 3) count = <u32>load<u16>(sequences, 1) + 0x7f00;
  if (count != 0) return runSequences(count, sequences + headerBytes, end, frameStart, output, outputEnd);
  if (sequences + 1 != end) return DAMAGED;
  return appendLiterals(literalsAt, literalsAt + literalsSize, output, outputEnd);
}

/** Reads the section of literals; where it ends, or 0 if it is damaged. */
function readLiterals(start: usize, end: usize): usize {
  const word = load<u32>(start);
  const type = word & 3;
  const format = (word >> 2) & 3;
  if (type < 2) return readPlainLiterals(type == 1, format, word, start, end);
  const headerBytes: usize = format < 2 ? 3 : format + 2;
  if (start + headerBytes > end) return 0;
  const fields = <u64>word | (<u64>load<u8>(start, 4) << 32);
  const width: u64 = format < 2 ? 10 : format == 2 ? 14 : 18;
  const mask = (<u64>1 << width) - 1;
  literalsSize = <u32>((fields >> 4) & mask);
  const section = start + headerBytes;
  const sectionEnd = section + <usize>((fields >> (4 + width)) & mask);
  if (literalsSize > <u32>BLOCK_BYTES || sectionEnd > end) return 0;
  let streams = section;
  if (type == 2) {
    streams = readHuffmanCode(section, sectionEnd);
    if (streams == 0) return 0;
    hasHuffmanCode = true;
  } else if (!hasHuffmanCode) return 0;
  literalsAt = LITERALS;
  return decodeLiterals(streams, sectionEnd, LITERALS, literalsSize, format != 0) ? sectionEnd : 0;
}

/** Literals that lie there as they are, or are one byte again and again. */
function readPlainLiterals(isRepeated: bool, format: u32, word: u32, start: usize, end: usize): usize {
  const headerBytes: usize = (format & 1) == 0 ? 1 : format == 1 ? 2 : 3;
  if (start + headerBytes > end) return 0;
  literalsSize = headerBytes == 1 ? (word & 0xff) >> 3 : headerBytes == 2 ? (word & 0xffff) >> 4 : (word & 0xffffff) >> 4;
  const section = start + headerBytes;
  const sectionEnd = section + (isRepeated ? 1 : literalsSize);
  if (literalsSize > <u32>BLOCK_BYTES || sectionEnd > end) return 0;
  literalsAt = isRepeated ? LITERALS : section;
  if (isRepeated) memory.fill(LITERALS, load<u8>(section), literalsSize);
  return sectionEnd;
}

function appendLiterals(from: usize, fromEnd: usize, output: usize, outputEnd: usize): usize {
  const size = fromEnd - from;
  if (size > outputEnd - output) return OVERFLOW;
  memory.copy(output, from, size);
  return output + size;
}

// @ts-ignore: decorator
@inline
function topBits(word: u64, count: u32): u32 {
  // In two steps: a shift by 64 would be one by nothing.
  return <u32>((word >> 1) >> (63 - count));
}

/** Runs `count` sequences and appends what is left of the literals. */
function runSequences(
  count: u32,
  start: usize,
  end: usize,
  frameStart: usize,
  output: usize,
  outputEnd: usize,
): usize {
  if (start >= end) return DAMAGED;
  const modes: u32 = load<u8>(start);
  if ((modes & 3) != 0) return DAMAGED;
  const stream = readTables(modes, start + 1, end);
  if (stream == 0 || stream >= end) return DAMAGED;
  const lastByte: u32 = load<u8>(end - 1);
  if (lastByte == 0) return DAMAGED;
  const blockEnd = min<usize>(outputEnd, output + BLOCK_BYTES);
  const literalsEnd = literalsAt + literalsSize;
  const literalLog = literalLengthLog;
  const matchLog = matchLengthLog;
  const distanceLog = offsetLog;
  let literal = literalsAt;
  let offset1 = recent1;
  let offset2 = recent2;
  let offset3 = recent3;
  // The word of the stream, as in `huffman`: a single one stands below the bits that are left.
  let at = end - 8;
  let word = (load<u64>(at) | 1) << (8 - highestBit(lastByte));
  let literalState = topBits(word, literalLog);
  word <<= literalLog;
  let offsetState = topBits(word, distanceLog);
  word <<= distanceLog;
  let matchState = topBits(word, matchLog);
  word <<= matchLog;
  let used = <u32>ctz(word);
  at -= used >> 3;
  word = (load<u64>(at) | 1) << (used & 7);
  for (;;) {
    const literalCell = LITERAL_LENGTHS + (<usize>literalState << 3);
    const offsetCell = OFFSETS + (<usize>offsetState << 3);
    const matchCell = MATCH_LENGTHS + (<usize>matchState << 3);
    const literalBits: u32 = load<u8>(literalCell, 3);
    const offsetBits: u32 = load<u8>(offsetCell, 3);
    const matchBits: u32 = load<u8>(matchCell, 3);
    let literalLength = load<u32>(literalCell, 4);
    let matchLength = load<u32>(matchCell, 4);
    let value = load<u32>(offsetCell, 4);
    let offset: u32;
    if (offsetBits > 1) {
      if (offsetBits > 30) return DAMAGED;
      offset = value - 3 + topBits(word, offsetBits);
      word <<= offsetBits;
      offset3 = offset2;
      offset2 = offset1;
      offset1 = offset;
    } else {
      value += topBits(word, offsetBits);
      word <<= offsetBits;
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
    matchLength += topBits(word, matchBits);
    word <<= matchBits;
    if (offsetBits + matchBits + literalBits > 30) {
      used = <u32>ctz(word);
      at -= used >> 3;
      if (at + 8 < stream) return DAMAGED;
      word = (load<u64>(at) | 1) << (used & 7);
    }
    literalLength += topBits(word, literalBits);
    word <<= literalBits;
    count--;
    if (count != 0) {
      let bits: u32 = load<u8>(literalCell, 2);
      literalState = <u32>load<u16>(literalCell) + topBits(word, bits);
      word <<= bits;
      bits = load<u8>(matchCell, 2);
      matchState = <u32>load<u16>(matchCell) + topBits(word, bits);
      word <<= bits;
      bits = load<u8>(offsetCell, 2);
      offsetState = <u32>load<u16>(offsetCell) + topBits(word, bits);
      word <<= bits;
      used = <u32>ctz(word);
      at -= used >> 3;
      if (at + 8 < stream) return DAMAGED;
      word = (load<u64>(at) | 1) << (used & 7);
    }
    const literalCopyEnd = output + literalLength;
    const matchCopyEnd = literalCopyEnd + matchLength;
    if (literal + literalLength > literalsEnd) return DAMAGED;
    if (matchCopyEnd > blockEnd) return matchCopyEnd > outputEnd ? OVERFLOW : DAMAGED;
    if (<usize>offset > literalCopyEnd - frameStart) return DAMAGED;
    copyApart(literal, output, literalCopyEnd);
    copyMatch(offset, literalCopyEnd, matchCopyEnd);
    literal += literalLength;
    output = matchCopyEnd;
    if (count == 0) break;
  }
  if (<i32>(at - stream) * 8 + 64 - <i32>ctz(word) != 0) return DAMAGED;
  recent1 = offset1;
  recent2 = offset2;
  recent3 = offset3;
  return appendLiterals(literal, literalsEnd, output, outputEnd);
}

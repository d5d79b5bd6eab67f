/**
 * One compressed block: literals, and sequences that say how many of them to copy and what to repeat of the output. RFC
 * 8878, section 3.1.1.3.
 *
 * Bounds: some KiB before the block may be read, and 32 bytes behind its output written; the block decodes to at most 2^17
 * bytes. Offsets reach back to the beginning of the frame, not further.
 */

import { beginLiterals, copySequences, DAMAGED, forgetOffsets, nextLiteral, OVERFLOW } from './copy-sequences';
import { decodeLiterals, readHuffmanCode } from './huffman';
import { forgetTables, readTables } from './sequence-tables';
import { beginStream, isStreamUsed, literalBytes, MOST_SEQUENCES, matchBytes, readSequences } from './sequences';

export const BLOCK_BYTES: usize = 1 << 17;
const LITERALS: usize = memory.data((1 << 17) + 64, 16);

/** Where the literals of the block lie, as far as they are not copied yet. */
let literals: usize = 0;
let literalsSize: u32 = 0;
let hasHuffmanCode = false;

/** Begins a frame. */
export function beginFrame(): void {
  forgetTables();
  hasHuffmanCode = false;
  forgetOffsets();
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
  return appendLiterals(literals, literals + literalsSize, output, outputEnd);
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
  literals = LITERALS;
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
  literals = isRepeated ? LITERALS : section;
  if (isRepeated) memory.fill(LITERALS, load<u8>(section), literalsSize);
  return sectionEnd;
}

function appendLiterals(from: usize, fromEnd: usize, output: usize, outputEnd: usize): usize {
  const size = fromEnd - from;
  if (size > outputEnd - output) return OVERFLOW;
  memory.copy(output, from, size);
  return output + size;
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
  if (stream == 0 || !beginStream(stream, end)) return DAMAGED;
  const blockEnd = min<usize>(outputEnd, output + BLOCK_BYTES);
  const literalsEnd = literals + literalsSize;
  beginLiterals(literals);
  let batch: u32 = 0;
  for (let left = count; left > 0; left -= batch) {
    batch = min<u32>(left, MOST_SEQUENCES);
    if (!readSequences(batch)) return DAMAGED;
    if (literalBytes > literalsEnd - nextLiteral) return DAMAGED;
    if (literalBytes + matchBytes > blockEnd - output) return blockEnd == outputEnd ? OVERFLOW : DAMAGED;
    output = copySequences(batch, frameStart, output);
    if (output == DAMAGED) return DAMAGED;
  }
  if (!isStreamUsed()) return DAMAGED;
  return appendLiterals(nextLiteral, literalsEnd, output, outputEnd);
}

/**
 * A zstd encoder: the blocks of a frame, RFC 8878, section 3.1.1.2; the frame around them is made outside. It is the
 * twin of `../../twins/zstd/`, with the same parts under the same names, on 64-bit words.
 *
 * Use: `zstdBegin` before a frame, then for each of its segments `zstdReserve`, put the content where that says, then
 * `zstdEncodeSegment`; the blocks lie at `zstdOutput`.
 *
 * Bounds: a segment has at most 2^23 bytes; scratch memory is about 1.5 MiB, and the memory for input and output grows
 * to what the largest segment needs, 18 MiB at most. Sizes that break these bounds trap.
 */

import { findDoubleFast, findFast, forgetMatches } from './matches';
import { keepOffsets, resetOffsets, restoreOffsets } from './recent-offsets';
import { writeLiterals } from './literals-section';
import { clearSequences } from './sequences';
import { writeSequences } from './sequences-section';

const RAW: u32 = 0;
const RLE: u32 = 1;
const COMPRESSED: u32 = 2;
const BLOCK_HEADER_BYTES: usize = 3;
const BLOCK_BYTES: u32 = 1 << 17;
const SEGMENT_BYTES: u32 = 1 << 23;
const PAGE_BYTES: usize = 1 << 16;
/** Blocks up to this size are never worth the headers of a compressed one. */
const LARGEST_RAW: u32 = 16;
/** Bytes behind the input that may be read, and behind the output that may be written. */
const PADDING: usize = 64;

let reservedBytes: u32 = 0;
let outputStart: usize = 0;

/** Begins a frame. */
export function zstdBegin(): void {
  resetOffsets();
}

/** Makes room for a segment, and returns where to put it, or 0 if there is no memory. */
export function zstdReserve(length: u32): usize {
  if (length > SEGMENT_BYTES) unreachable();
  const inputStart = aligned(__heap_base);
  outputStart = aligned(inputStart + length + PADDING);
  const neededPages = (outputStart + outputBound(length) + PADDING + PAGE_BYTES - 1) / PAGE_BYTES;
  const pages = <usize>memory.size();
  if (neededPages > pages && memory.grow(<i32>(neededPages - pages)) < 0) return 0;
  reservedBytes = length;
  return inputStart;
}

function aligned(address: usize): usize {
  return (address + 15) & ~15;
}

/**
 * All blocks raw, and the last one while it is compressed so badly that it will be thrown away: a sequence stands for
 * at least four bytes and takes less than twelve, literals take at most their size, headers and tables less than 1 KiB.
 */
function outputBound(length: u32): usize {
  const blocks = (length + BLOCK_BYTES - 1) / BLOCK_BYTES + 1;
  return length + 3 * blocks + 4 * min<u32>(length, BLOCK_BYTES) + 1024;
}

/** Where the blocks of the last segment lie. */
export function zstdOutput(): usize {
  return outputStart;
}

/** Encodes the segment in the reserved memory, and returns the size of its blocks. */
export function zstdEncodeSegment(
  length: u32,
  isDoubleFast: bool,
  hashBytes: u32,
  tableLog: u32,
  step: u32,
  isLast: bool,
): u32 {
  if (length != reservedBytes || step == 0) unreachable();
  const segment = aligned(__heap_base);
  const segmentEnd = segment + length;
  forgetMatches(length, isDoubleFast, hashBytes, tableLog);
  let at = outputStart;
  let start = segment;
  do {
    const end = min<usize>(start + BLOCK_BYTES, segmentEnd);
    at = encodeBlock(at, segment, start, end, isDoubleFast, step, isLast && end == segmentEnd);
    start = end;
  } while (start < segmentEnd);
  return <u32>(at - outputStart);
}

function encodeBlock(
  at: usize,
  segment: usize,
  start: usize,
  end: usize,
  isDoubleFast: bool,
  step: u32,
  isLast: bool,
): usize {
  const size = <u32>(end - start);
  const content = at + BLOCK_HEADER_BYTES;
  if (size > 1 && isRepeated(start, end)) {
    writeHeader(at, RLE, size, isLast);
    store<u8>(content, load<u8>(start));
    return content + 1;
  }
  if (size > LARGEST_RAW) {
    keepOffsets();
    const compressedEnd = compress(content, segment, start, end, isDoubleFast, step);
    if (compressedEnd - content < size) {
      writeHeader(at, COMPRESSED, <u32>(compressedEnd - content), isLast);
      return compressedEnd;
    }
    restoreOffsets();
  }
  writeHeader(at, RAW, size, isLast);
  memory.copy(content, start, size);
  return content + size;
}

function compress(content: usize, segment: usize, start: usize, end: usize, isDoubleFast: bool, step: u32): usize {
  clearSequences();
  if (isDoubleFast) findDoubleFast(segment, start, end);
  else findFast(segment, start, end, step);
  return writeSequences(writeLiterals(content));
}

function writeHeader(at: usize, type: u32, size: u32, isLast: bool): void {
  const header = <u32>isLast | (type << 1) | (size << 3);
  store<u16>(at, <u16>header);
  store<u8>(at, <u8>(header >> 16), 2);
}

function isRepeated(start: usize, end: usize): bool {
  const first = load<u8>(start);
  for (let at = start + 1; at < end; at++) if (load<u8>(at) != first) return false;
  return true;
}

/**
 * A zstd decoder: the blocks of a frame, RFC 8878, section 3.1.1.2. What is around them (magic numbers, headers, sizes,
 * checksums) is read outside, where a walk over all headers has found how much memory is needed; but for frames inside of
 * something else that knows their size.
 *
 * Bounds: scratch memory is about 150 KiB. Damaged input gives a negative number, and traps at the worst.
 */

import { inputEnd, inputStart, outputEnd, outputStart } from '../../exchange';
import { BLOCK_BYTES, beginFrame, decodeBlock } from './block';
import { DAMAGED, OVERFLOW } from './copy-sequences';

const MAGIC: u32 = 0xfd2fb528;
const MAGIC_BYTES: usize = 4;
const SINGLE_SEGMENT: u32 = 0x20;
const CONTENT_SIZE: u32 = 0xc0;
/** Of a window as large as the largest block, and of 128 MiB, in units of 1 KiB. */
const BLOCK_EXPONENT: u32 = 7;
const LARGEST_EXPONENT: u32 = 17;

const RAW: u32 = 0;
const REPEATED: u32 = 1;
const COMPRESSED: u32 = 2;

const IS_DAMAGED: i32 = -1;
const IS_TOO_LONG: i32 = -2;

/**
 * Decodes the blocks of one frame, which lie from `start` to `end` of the input, to the output from `position` on. Returns
 * where they end there, or a negative number: -1 if they are damaged, -2 if there is no room for what they decode to.
 */
export function zstdDecodeBlocks(start: u32, end: u32, position: u32): i32 {
  if (start > end || end > inputEnd - inputStart || position > outputEnd - outputStart) unreachable();
  const blocksEnd = inputStart + end;
  const frameStart = outputStart + position;
  const decodedEnd = decodeBlocks(inputStart + start, blocksEnd, frameStart, outputEnd, BLOCK_BYTES);
  if (decodedEnd == DAMAGED) return IS_DAMAGED;
  if (decodedEnd == OVERFLOW) return IS_TOO_LONG;
  return <i32>(decodedEnd - outputStart);
}

/** Decodes the input, a frame of the usual kind; whether it exactly filled the output. */
export function zstdDecodeFrame(): bool {
  return decodeUsualFrame(inputStart, inputEnd, outputStart, outputEnd);
}

/**
 * Decodes the blocks of one frame, which lie from `start` to `end`, to `target`; where they end there, or `DAMAGED`, or
 * `OVERFLOW` if that were behind `targetEnd`. A block may have as many bytes as `largest`.
 */
function decodeBlocks(start: usize, end: usize, target: usize, targetEnd: usize, largest: usize): usize {
  let at = start;
  let output = target;
  beginFrame();
  for (;;) {
    if (end < at + 3) return DAMAGED;
    const header = <u32>load<u16>(at) | (<u32>load<u8>(at, 2) << 16);
    const type = (header >> 1) & 3;
    const size: usize = header >> 3;
    at += 3;
    const storedBytes: usize = type == REPEATED ? 1 : size;
    if (size > largest || type > COMPRESSED || storedBytes > end - at) return DAMAGED;
    if (type == COMPRESSED) {
      output = decodeBlock(at, at + size, target, output, targetEnd);
      if (output == DAMAGED || output == OVERFLOW) return output;
    } else {
      if (size > targetEnd - output) return OVERFLOW;
      if (type == RAW) memory.copy(output, at, size);
      else memory.fill(output, load<u8>(at), size);
      output += size;
    }
    at += storedBytes;
    if ((header & 1) != 0) break;
  }
  return at == end ? output : DAMAGED;
}

/**
 * Decodes a frame of the usual kind; whether it exactly filled `target` to `targetEnd`. The usual kind tells the size of its
 * content, has no checksum, needs no dictionary, and is alone.
 */
export function decodeUsualFrame(source: usize, sourceEnd: usize, target: usize, targetEnd: usize): bool {
  if (sourceEnd - source < MAGIC_BYTES + 2 || load<u32>(source) != MAGIC) return false;
  const descriptor: u32 = load<u8>(source, MAGIC_BYTES);
  if ((descriptor & ~(SINGLE_SEGMENT | CONTENT_SIZE)) != 0) return false;
  const isSingleSegment = (descriptor & SINGLE_SEGMENT) != 0;
  const sizeFlag = descriptor >> 6;
  if (sizeFlag == 0 && !isSingleSegment) return false;
  let at = source + MAGIC_BYTES + 1;
  if (!isSingleSegment) {
    const exponent = load<u8>(at) >> 3;
    // Smaller windows mean smaller blocks, larger ones are refused.
    if (exponent < BLOCK_EXPONENT || exponent >= LARGEST_EXPONENT) return false;
    at++;
  }
  const sizeBytes: usize = (<usize>1) << sizeFlag;
  if (sourceEnd - at < sizeBytes) return false;
  let contentSize: u64 = load<u8>(at);
  if (sizeFlag == 1) contentSize = 256 + <u64>load<u16>(at);
  else if (sizeFlag == 2) contentSize = load<u32>(at);
  else if (sizeFlag == 3) contentSize = load<u64>(at);
  if (contentSize != <u64>(targetEnd - target)) return false;
  const largest = min<usize>(BLOCK_BYTES, isSingleSegment ? targetEnd - target : BLOCK_BYTES);
  return decodeBlocks(at + sizeBytes, sourceEnd, target, targetEnd, largest) == targetEnd;
}

/**
 * A zstd decoder: the blocks of a frame, RFC 8878, section 3.1.1.2. What is around them (magic numbers, headers, sizes,
 * checksums) is read outside, where a walk over all headers has found how much memory is needed.
 *
 * Use: `zstdDecodeReserve` for input and output, put the input where that says, then `zstdDecodeBlocks` for each frame; the
 * output lies at `zstdDecodeOutput`.
 *
 * Bounds: scratch memory is about 150 KiB; memory for input and output grows to what the largest call needs. Damaged
 * input gives a negative number, and traps at the worst.
 */

import { beginFrame, DAMAGED, decodeBlock, OVERFLOW } from './block';

const PAGE_BYTES: usize = 1 << 16;
/** Bytes around input and output that may be read or written. */
const PADDING: usize = 64;

const RAW: u32 = 0;
const REPEATED: u32 = 1;
const COMPRESSED: u32 = 2;

const IS_DAMAGED: i32 = -1;
const IS_TOO_LONG: i32 = -2;

let inputStart: usize = 0;
let inputEnd: usize = 0;
let outputStart: usize = 0;
let outputEnd: usize = 0;

/** Makes room for so many bytes of input and output, and returns where to put the input, or 0 if there is no memory. */
export function zstdDecodeReserve(inputBytes: u32, outputBytes: u32): usize {
  inputStart = aligned(__heap_base + PADDING);
  inputEnd = inputStart + inputBytes;
  outputStart = aligned(inputEnd + PADDING);
  outputEnd = outputStart + outputBytes;
  if (inputEnd < inputStart || outputStart < inputEnd || outputEnd < outputStart) unreachable();
  const neededPages = (outputEnd + PADDING + PAGE_BYTES - 1) / PAGE_BYTES;
  const pages = <usize>memory.size();
  if (neededPages > pages && memory.grow(<i32>(neededPages - pages)) < 0) return 0;
  return inputStart;
}

function aligned(address: usize): usize {
  return (address + 15) & ~15;
}

/** Where the output lies. */
export function zstdDecodeOutput(): usize {
  return outputStart;
}

/**
 * Decodes the blocks of one frame, which lie from `start` to `end` of the input, to the output from `position` on. Returns
 * where they end there, or a negative number: -1 if they are damaged, -2 if there is no room for what they decode to.
 */
export function zstdDecodeBlocks(start: u32, end: u32, position: u32): i32 {
  let at = inputStart + start;
  const blocksEnd = inputStart + end;
  const frameStart = outputStart + position;
  if (blocksEnd > inputEnd || frameStart > outputEnd) unreachable();
  let output = frameStart;
  beginFrame();
  for (;;) {
    if (blocksEnd - at < 3) return IS_DAMAGED;
    const header = <u32>load<u16>(at) | (<u32>load<u8>(at, 2) << 16);
    const type = (header >> 1) & 3;
    const size: usize = header >> 3;
    at += 3;
    if (size > (type == REPEATED ? <usize>-1 : blocksEnd - at) || type > COMPRESSED) return IS_DAMAGED;
    if (type == COMPRESSED) {
      const decodedEnd = decodeBlock(at, at + size, frameStart, output, outputEnd);
      if (decodedEnd == DAMAGED) return IS_DAMAGED;
      if (decodedEnd == OVERFLOW) return IS_TOO_LONG;
      output = decodedEnd;
      at += size;
    } else {
      if (size > outputEnd - output) return IS_TOO_LONG;
      if (type == RAW) {
        memory.copy(output, at, size);
        at += size;
      } else {
        if (at >= blocksEnd) return IS_DAMAGED;
        memory.fill(output, load<u8>(at), size);
        at++;
      }
      output += size;
    }
    if ((header & 1) != 0) break;
  }
  return at == blocksEnd ? <i32>(output - outputStart) : IS_DAMAGED;
}

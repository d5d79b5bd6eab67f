/**
 * A zstd decoder: the blocks of a frame, RFC 8878, section 3.1.1.2. What is around them (magic numbers, headers, sizes,
 * checksums) is read outside, where a walk over all headers has found how much memory is needed.
 *
 * Bounds: scratch memory is about 150 KiB. Damaged input gives a negative number, and traps at the worst.
 */

import { inputEnd, inputStart, outputEnd, outputStart } from '../../exchange';
import { beginFrame, DAMAGED, decodeBlock, OVERFLOW } from './block';

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

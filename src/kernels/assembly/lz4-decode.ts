/**
 * An LZ4 decoder: one block, without frame, length or checksum.
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 *
 * A sequence is a token (four bits of literal count, four of match length less 4, each continued in bytes of 255), the
 * literals, and a two-byte offset. The last sequence has literals only.
 *
 * What hardly shrank is mostly literals, and whether their count is continued cannot be foreseen: there both kinds of count
 * are read in one way, without a branch, which takes longer and is wrong less often.
 *
 * Bounds: up to 64 bytes behind the block may be read, and as many behind its output written. Offsets reach back to the
 * beginning of the output, not further.
 */

import { copy16, copy64, copyLong, copyMatch } from './copies';
import { inputEnd, inputStart, outputEnd, outputStart } from './exchange';

const SHORTEST_MATCH: usize = 4;
const OFFSET_BYTES: usize = 2;
/** The count that says that more of it follows. */
const CONTINUED: usize = 15;
/** Longer ones fit nowhere; they are refused before they leave 32 bits. */
const LONGEST: usize = 1 << 30;

/** Decodes the whole input; whether it exactly filled the output. */
export function lz4Decode(): bool {
  return decodeLz4Block(inputStart, inputEnd, outputStart, outputEnd);
}

/** Decodes the block from `source` to `sourceEnd`; whether it exactly filled `target` to `targetEnd`. */
export function decodeLz4Block(source: usize, sourceEnd: usize, target: usize, targetEnd: usize): bool {
  const decodedBytes = targetEnd - target;
  // Less than an eighth was saved.
  if (sourceEnd - source > decodedBytes - (decodedBytes >> 3)) return decode(true, source, sourceEnd, target, targetEnd);
  return decode(false, source, sourceEnd, target, targetEnd);
}

// @ts-ignore: decorator
@inline
function decode(isDense: bool, source: usize, sourceEnd: usize, target: usize, targetEnd: usize): bool {
  let from = source;
  let to = target;
  while (from < sourceEnd) {
    const token: usize = load<u8>(from);
    from++;
    let literals = token >> 4;
    const isContinued = literals == CONTINUED;
    // A byte that is itself continued makes it too large here.
    const count = isDense ? literals + select<usize>(load<u8>(from), 0, isContinued) : literals;
    if (isDense && count <= 64 && from + 65 + OFFSET_BYTES < sourceEnd && to + 64 < targetEnd) {
      from += <usize>isContinued;
      copy64(to, from);
      from += count;
      to += count;
    } else if (!isDense && !isContinued && from + 16 + OFFSET_BYTES < sourceEnd && to + 16 < targetEnd) {
      // Where there are fewer than sixteen, and as many bytes on both sides, nothing needs to be checked.
      copy16(to, from);
      from += literals;
      to += literals;
    } else {
      if (isContinued) {
        // Mostly there is one byte of it.
        if (from >= sourceEnd) return false;
        let more: u32 = load<u8>(from);
        literals += more;
        from++;
        while (more == 255) {
          if (from >= sourceEnd || literals > LONGEST) return false;
          more = load<u8>(from);
          literals += more;
          from++;
        }
      }
      if (literals > sourceEnd - from || literals > targetEnd - to) return false;
      copyLong(from, to, to + literals);
      from += literals;
      to += literals;
      if (from == sourceEnd) return to == targetEnd;
      if (sourceEnd - from < OFFSET_BYTES) return false;
    }
    const offset: u32 = load<u16>(from);
    from += OFFSET_BYTES;
    let length = token & 15;
    if (length == CONTINUED) {
      let more: u32;
      do {
        if (from >= sourceEnd || length > LONGEST) return false;
        more = load<u8>(from);
        length += more;
        from++;
      } while (more == 255);
    }
    length += SHORTEST_MATCH;
    // Less one, an offset of 0 is larger than all.
    if (<usize>offset - 1 >= to - target || length > targetEnd - to) return false;
    copyMatch(offset, to, to + length);
    to += length;
  }
  return false;
}

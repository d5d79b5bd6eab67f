/**
 * A BloscLZ decoder: one stream, without its length. The format is c-blosc's own; `../../codecs/compressors/blosclz.ts` tells it.
 *
 * A control byte below 32 is followed by as many literals and one more; else it begins a match, with three bits of its length
 * and five of its offset. The first control byte is of literals, with a version above, and the last one too.
 *
 * Bounds: up to 16 bytes behind the stream may be read, and as many behind its output written. Offsets reach back to the
 * beginning of the output, not further.
 */

import { copyApart, copyMatch } from './copies';
import { inputEnd, inputStart, outputEnd, outputStart } from './exchange';

const MOST_LITERALS: u32 = 32;
const SHORTEST_MATCH: usize = 3;
/** The length that says that more of it follows, and the offset that says that it lies further. */
const CONTINUED: u32 = 7;
const FURTHEST_NEAR: usize = 8191;
/** Longer ones fit nowhere; they are refused before they leave 32 bits. */
const LONGEST: usize = 1 << 30;

/** Decodes the whole input; whether it exactly filled the output. */
export function blosclzDecode(): bool {
  return decodeBlosclzStream(inputStart, inputEnd, outputStart, outputEnd);
}

/** Decodes the stream from `source` to `sourceEnd`; whether it exactly filled `target` to `targetEnd`. */
export function decodeBlosclzStream(source: usize, sourceEnd: usize, target: usize, targetEnd: usize): bool {
  let from = source;
  let to = target;
  // The version above the first control byte means nothing.
  let mask: u32 = MOST_LITERALS - 1;
  while (from < sourceEnd) {
    const control = load<u8>(from) & mask;
    mask = 255;
    from++;
    if (control < MOST_LITERALS) {
      const literals: usize = control + 1;
      if (literals > sourceEnd - from || literals > targetEnd - to) return false;
      copyApart(from, to, to + literals);
      from += literals;
      to += literals;
      if (from == sourceEnd) return to == targetEnd;
    } else {
      let length: usize = (control >> 5) - 1 + SHORTEST_MATCH;
      if (control >> 5 == CONTINUED) {
        let more: u32;
        do {
          if (from >= sourceEnd || length > LONGEST) return false;
          more = load<u8>(from);
          length += more;
          from++;
        } while (more == 255);
      }
      if (from >= sourceEnd) return false;
      let offset: usize = (<usize>(control & 31) << 8) + load<u8>(from) + 1;
      from++;
      if (offset == FURTHEST_NEAR + 1) {
        if (sourceEnd - from < 2) return false;
        offset += (<usize>load<u8>(from) << 8) + load<u8>(from, 1);
        from += 2;
      }
      // A match is never the last.
      if (from >= sourceEnd || offset > to - target || length > targetEnd - to) return false;
      copyMatch(<u32>offset, to, to + length);
      to += length;
    }
  }
  return false;
}

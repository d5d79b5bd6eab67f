/**
 * A Snappy decoder: one stream without frames.
 * https://github.com/google/snappy/blob/main/format_description.txt
 *
 * The decoded length comes first, seven bits a byte, the low ones first. Then there are elements, of which the low two bits of
 * the first byte say what they are: literals (0), or a copy whose offset has 11 bits (1), 16 bits (2) or 32 bits (3).
 *
 * Bounds: up to 16 bytes behind the stream may be read, and as many behind its output written. Offsets reach back to the
 * beginning of the output, not further.
 */

import { copyApart, copyMatch } from './copies';
import { inputEnd, inputStart, outputEnd, outputStart } from './exchange';

const LITERALS: u32 = 0;
const NEAR: u32 = 1;
const FAR: u32 = 2;
/** Up to so many literals, their count is in the first byte. */
const SHORT_LITERALS: usize = 60;
/** The bytes of the longest length that has 32 bits. */
const LENGTH_BYTES: u32 = 5;

/** Decodes the whole input; whether it exactly filled the output. */
export function snappyDecode(): bool {
  return decodeSnappyStream(inputStart, inputEnd, outputStart, outputEnd);
}

/** Decodes the stream from `source` to `sourceEnd`; whether it exactly filled `target` to `targetEnd`. */
export function decodeSnappyStream(source: usize, sourceEnd: usize, target: usize, targetEnd: usize): bool {
  let from = headEnd(source, sourceEnd, targetEnd - target);
  if (from == 0) return false;
  let to = target;
  while (from < sourceEnd) {
    const tag: u32 = load<u8>(from);
    const kind = tag & 3;
    from++;
    let length: usize = (tag >> 2) + 1;
    // What follows the first byte is read as if it had four bytes, and checked first to be there.
    const extra: usize =
      kind == LITERALS ? (length > SHORT_LITERALS ? length - SHORT_LITERALS : 0) : kind == NEAR || kind == FAR ? kind : 4;
    if (extra > sourceEnd - from) return false;
    const number = <usize>(load<u32>(from) & <u32>((<u64>1 << (8 * extra)) - 1));
    from += extra;
    if (kind == LITERALS) {
      if (extra > 0) length = number + 1;
      // One more than the most that 32 bits hold is 0 here.
      if (length - 1 >= sourceEnd - from || length > targetEnd - to) return false;
      copyApart(from, to, to + length);
      from += length;
    } else {
      let offset = number;
      if (kind == NEAR) {
        length = ((tag >> 2) & 7) + 4;
        offset |= <usize>(tag >> 5) << 8;
      }
      if (offset == 0 || offset > to - target || length > targetEnd - to) return false;
      copyMatch(<u32>offset, to, to + length);
    }
    to += length;
  }
  return to == targetEnd;
}

/** Where the elements begin, or 0 if the stream does not say that it has so many bytes. */
function headEnd(source: usize, sourceEnd: usize, size: usize): usize {
  let length: u64 = 0;
  for (let i: u32 = 0; i < LENGTH_BYTES && source + i < sourceEnd; i++) {
    const byte: u64 = load<u8>(source + i);
    length |= (byte & 127) << (7 * i);
    if (byte < 128) return length == size ? source + i + 1 : 0;
  }
  return 0;
}

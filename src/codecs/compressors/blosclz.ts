/**
 * BloscLZ, the codec that is Blosc's own, a descendant of FastLZ.
 *
 * A control byte below 32 says how many literals follow, less one. Another is three bits of match length and five of
 * offset: a length of 7 goes on in bytes until one is not 255, then comes the low byte of the offset. The largest offset
 * of 13 bits says that 16 more follow, high byte first, for a match that lies further back. The first byte is always
 * literals, with the version in the bits above; the last bytes are literals too.
 */
import { CodecError } from '../../errors.js';
import { blosclzDecodeCompiled } from '../../kernels/block-streams.js';
import { copyMatch } from './lz4-block.js';
import { type Sequences, sequencesOf } from './sequences.js';

const MAX_LITERALS = 32;
/** A match is at least so long. */
const MIN_MATCH = 3;
/** The furthest that 13 bits reach, */
const MAX_NEAR = 8191;
/** and that the 16 further bits do. */
const MAX_FAR = MAX_NEAR + 65536;
const VERSION_BIT = 0x20;

/** Decodes the whole stream `source` so that it exactly fills `target`; anything else is a `CodecError`. */
export function blosclzDecode(source: Uint8Array, target: Uint8Array): void {
  if (!blosclzDecodeCompiled(source, target)) blosclzDecodeTwin(source, target);
}

/** The same without the compiled kernels. */
export function blosclzDecodeTwin(source: Uint8Array, target: Uint8Array): void {
  const end = source.length;
  const targetEnd = target.length;
  if (end === 0) throw corrupt('empty', 0);
  let control = source[0]! & 31;
  let from = 1;
  let to = 0;
  for (;;) {
    if (control < MAX_LITERALS) {
      const literals = control + 1;
      if (literals > end - from) throw corrupt(`${literals} literals, ${end - from} bytes left`, from);
      if (literals > targetEnd - to) throw corrupt(`more than ${targetEnd} bytes decoded`, from);
      for (const stop = from + literals; from < stop; ) target[to++] = source[from++]!;
      if (from === end) break;
    } else {
      let length = (control >>> 5) - 1 + MIN_MATCH;
      if (control >>> 5 === 7) {
        let more = 255;
        while (more === 255) {
          if (from >= end) throw corrupt('ends within a length', from);
          more = source[from++]!;
          length += more;
        }
      }
      if (from >= end) throw corrupt('ends within an offset', from);
      let offset = ((control & 31) << 8) + source[from++]! + 1;
      if (offset === MAX_NEAR + 1) {
        if (end - from < 2) throw corrupt('ends within an offset', from);
        offset += (source[from]! << 8) + source[from + 1]!;
        from += 2;
      }
      if (offset > to) throw corrupt(`offset ${offset} with ${to} bytes decoded`, from);
      if (length > targetEnd - to) throw corrupt(`more than ${targetEnd} bytes decoded`, from);
      if (from >= end) throw corrupt('ends with a match', from);
      copyMatch(target, to, offset, length);
      to += length;
    }
    control = source[from++]!;
  }
  if (to !== targetEnd) throw corrupt(`${to} bytes decoded, expected ${targetEnd}`, from);
}

/** Writes the stream of `source` to `target` from `start` on; where it ends, or -1 when it does not fit. */
export function blosclzEncode(source: Uint8Array, target: Uint8Array, start: number, clevel: number): number {
  if (source.length === 0) return -1;
  const sequences = sequencesOf(source, {
    minimum: clevel < 5 ? 4 : 3,
    longest: Number.MAX_SAFE_INTEGER,
    window: MAX_FAR,
    near: MAX_NEAR,
    farMinimum: 6,
    tail: 5,
    depth: Math.max(1, 2 * clevel - 6),
    enough: 64,
  });
  const end = writeSequences(source, sequences, target, start);
  if (end > start) target[start]! |= VERSION_BIT;
  return end;
}

function writeSequences(source: Uint8Array, sequences: Sequences, target: Uint8Array, to: number): number {
  const { count, literals, lengths, offsets } = sequences;
  let from = 0;
  for (let i = 0; i < count; i++) {
    const end = from + literals[i]!;
    if (end - from + Math.ceil((end - from) / MAX_LITERALS) > target.length - to) return -1;
    while (from < end) {
      const stop = Math.min(end, from + MAX_LITERALS);
      target[to++] = stop - from - 1;
      while (from < stop) target[to++] = source[from++]!;
    }
    if (lengths[i] === 0) continue;
    to = writeMatch(lengths[i]!, offsets[i]!, target, to);
    if (to < 0) return -1;
    from += lengths[i]!;
  }
  return to;
}

/** Writes one match; where it ends, or -1 when it does not fit. */
function writeMatch(length: number, offset: number, target: Uint8Array, to: number): number {
  let more = length - MIN_MATCH + 1;
  const isFar = offset > MAX_NEAR;
  const low = isFar ? MAX_NEAR : offset - 1;
  if (to + 5 + more / 255 > target.length) return -1;
  target[to++] = (Math.min(more, 7) << 5) | (low >>> 8);
  if (more >= 7) {
    for (more -= 7; more >= 255; more -= 255) target[to++] = 255;
    target[to++] = more;
  }
  target[to++] = low & 0xff;
  if (isFar) {
    const rest = offset - 1 - MAX_NEAR;
    target[to++] = rest >>> 8;
    target[to++] = rest & 0xff;
  }
  return to;
}

const corrupt = (text: string, at: number): CodecError =>
  new CodecError(`damaged BloscLZ stream: ${text} (at byte ${at})`);

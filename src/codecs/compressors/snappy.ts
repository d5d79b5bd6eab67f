/**
 * Snappy: the decoded length, and elements that are literals or a copy of what came before.
 * https://github.com/google/snappy/blob/main/format_description.txt
 *
 * The low two bits of an element's first byte say what it is: literals (0), or a copy whose offset has 11 bits (1), 16
 * bits (2) or 32 bits (3). Lengths and offsets are little-endian.
 */
import { CodecError } from '../../errors.js';
import { snappyDecodeCompiled } from '../../kernels/block-streams.js';
import { copyMatch } from './lz4-block.js';
import { type Sequences, sequencesOf } from './sequences.js';

/** The longest copy, and the furthest that is written. */
const MAX_COPY = 64;
const MAX_OFFSET = 65535;
/** Up to so many literals, their count is in the first byte. */
const SHORT_LITERALS = 60;

/** Decodes the whole stream `source` so that it exactly fills `target`; anything else is a `CodecError`. */
export function snappyDecode(source: Uint8Array, target: Uint8Array): void {
  if (!snappyDecodeCompiled(source, target)) snappyDecodeTwin(source, target);
}

/** The same without the compiled kernels. */
export function snappyDecodeTwin(source: Uint8Array, target: Uint8Array): void {
  const sourceEnd = source.length;
  const targetEnd = target.length;
  let from = headerEnd(source, targetEnd);
  let to = 0;
  while (from < sourceEnd) {
    const tag = source[from++]!;
    let length = (tag >>> 2) + 1;
    const extra = (tag & 3) === 0 ? Math.max(0, length - SHORT_LITERALS) : (tag & 3) === 3 ? 4 : tag & 3;
    if (extra > sourceEnd - from) throw corrupt('ends within an element', from);
    let number = 0;
    for (let i = 0; i < extra; i++) number += source[from + i]! * 2 ** (8 * i);
    from += extra;
    if ((tag & 3) === 0) {
      if (extra > 0) length = number + 1;
      if (length > sourceEnd - from) throw corrupt(`${length} literals, ${sourceEnd - from} bytes left`, from);
      if (length > targetEnd - to) throw corrupt(`more than ${targetEnd} bytes decoded`, from);
      target.set(source.subarray(from, from + length), to);
      from += length;
    } else {
      if ((tag & 3) === 1) {
        length = ((tag >>> 2) & 7) + 4;
        number += (tag >>> 5) << 8;
      }
      if (number === 0 || number > to) throw corrupt(`offset ${number} with ${to} bytes decoded`, from);
      if (length > targetEnd - to) throw corrupt(`more than ${targetEnd} bytes decoded`, from);
      copyMatch(target, to, number, length);
    }
    to += length;
  }
  if (to !== targetEnd) throw corrupt(`${to} bytes decoded, expected ${targetEnd}`, from);
}

/** Where the elements begin; the length before them must be the expected one. */
function headerEnd(source: Uint8Array, expected: number): number {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = source[at];
    if (byte === undefined) throw corrupt('ends within its length', at);
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte >= 0x80) continue;
    if (length !== expected) throw corrupt(`its header says ${length} bytes, expected ${expected}`, 0);
    return at + 1;
  }
  throw corrupt('a length of more than 32 bits', 0);
}

/** Writes the stream of `source` to `target` from `start` on; where it ends, or -1 when it does not fit. */
export function snappyEncode(source: Uint8Array, target: Uint8Array, start: number, clevel: number): number {
  let to = start;
  let rest = source.length;
  if (target.length - to < 5) return -1;
  for (; rest >= 0x80; rest >>>= 7) target[to++] = (rest & 0x7f) | 0x80;
  target[to++] = rest;
  const sequences = sequencesOf(source, {
    minimum: 4,
    longest: Number.MAX_SAFE_INTEGER,
    window: MAX_OFFSET,
    near: MAX_OFFSET,
    farMinimum: 4,
    tail: 0,
    depth: Math.max(1, 2 * clevel - 6),
    enough: 64,
  });
  return writeSequences(source, sequences, target, to);
}

function writeSequences(source: Uint8Array, sequences: Sequences, target: Uint8Array, to: number): number {
  const { count, literals, lengths, offsets } = sequences;
  let from = 0;
  for (let i = 0; i < count; i++) {
    const literal = literals[i]!;
    if (literal > 0) {
      if (literal + literalHeader(literal) > target.length - to) return -1;
      to = writeLiterals(source.subarray(from, from + literal), target, to);
    }
    from += literal + lengths[i]!;
    for (let left = lengths[i]!; left > 0; ) {
      // No rest of less than four bytes stays, which the shortest copy has.
      const length = left < 68 ? Math.min(left, left > MAX_COPY ? 60 : MAX_COPY) : MAX_COPY;
      if (target.length - to < 3) return -1;
      to = writeCopy(length, offsets[i]!, target, to);
      left -= length;
    }
  }
  return to;
}

/** Bytes before so many literals. */
function literalHeader(count: number): number {
  if (count <= SHORT_LITERALS) return 1;
  return 1 + Math.ceil((32 - Math.clz32(count - 1)) / 8);
}

function writeLiterals(literals: Uint8Array, target: Uint8Array, to: number): number {
  const extra = literalHeader(literals.length) - 1;
  const count = literals.length - 1;
  target[to++] = (extra === 0 ? count : SHORT_LITERALS - 1 + extra) << 2;
  for (let i = 0; i < extra; i++) target[to++] = (count >>> (8 * i)) & 0xff;
  target.set(literals, to);
  return to + literals.length;
}

function writeCopy(length: number, offset: number, target: Uint8Array, to: number): number {
  if (length >= 4 && length <= 11 && offset < 2048) {
    target[to++] = 1 | ((length - 4) << 2) | ((offset >>> 8) << 5);
    target[to++] = offset & 0xff;
    return to;
  }
  target[to++] = 2 | ((length - 1) << 2);
  target[to++] = offset & 0xff;
  target[to++] = offset >>> 8;
  return to;
}

const corrupt = (text: string, at: number): CodecError =>
  new CodecError(`damaged Snappy stream: ${text} (at byte ${at})`);

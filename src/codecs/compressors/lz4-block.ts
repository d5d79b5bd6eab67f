/**
 * The LZ4 block format: sequences of literals and a match, without frame, length or checksum.
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 *
 * A sequence is a token (four bits of literal count, four of match length less 4, each continued in bytes of 255), the
 * literals, and a two-byte offset. The last sequence has literals only.
 */
import { CodecError } from '../../errors.js';
import { lz4DecodeCompiled, lz4EncodeCompiled, lz4EncodeLentCompiled } from '../../kernels/lz4.js';
import { sequencesOf } from './sequences.js';

const MIN_MATCH = 4;
/** The last five bytes are literals, and the last match begins at least twelve before the end. */
const LAST_LITERALS = 5;
const MATCH_MARGIN = 12;
const MAX_OFFSET = 65535;
/** Longer input has a smaller table, of five bytes instead of four; the latter from less on where speed is wanted. */
const NEAR_BYTES = 65536;
const SHORT_BYTES = 32767;
const NEAR_LOG = 13;
const FAR_LOG = 12;

/** At most how long the block of `size` bytes is. */
export const lz4Bound = (size: number): number => size + Math.floor(size / 255) + 16;

/** Decodes the whole block `source` so that it exactly fills `target`; anything else is a `CodecError`. */
export function lz4Decode(source: Uint8Array, target: Uint8Array): void {
  if (!lz4DecodeCompiled(source, target)) lz4DecodeTwin(source, target);
}

/** The same without the compiled kernels. */
export function lz4DecodeTwin(source: Uint8Array, target: Uint8Array): void {
  const sourceEnd = source.length;
  const targetEnd = target.length;
  let from = 0;
  let to = 0;
  for (;;) {
    if (from >= sourceEnd) throw corrupt('ends within a sequence', from);
    const token = source[from++]!;
    let literals = token >>> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255) {
        if (from >= sourceEnd) throw corrupt('ends within a length', from);
        more = source[from++]!;
        literals += more;
      }
    }
    if (literals > sourceEnd - from) throw corrupt(`${literals} literals, ${sourceEnd - from} bytes left`, from);
    if (literals > targetEnd - to) throw corrupt(`more than ${targetEnd} bytes decoded`, from);
    if (literals < 32) for (const end = from + literals; from < end; ) target[to++] = source[from++]!;
    else {
      target.set(source.subarray(from, from + literals), to);
      from += literals;
      to += literals;
    }
    if (from === sourceEnd) break;

    if (sourceEnd - from < 2) throw corrupt('ends within an offset', from);
    const offset = source[from]! | (source[from + 1]! << 8);
    from += 2;
    if (offset === 0 || offset > to) throw corrupt(`offset ${offset} with ${to} bytes decoded`, from);
    let length = (token & 15) + MIN_MATCH;
    if (length === 15 + MIN_MATCH) {
      let more = 255;
      while (more === 255) {
        if (from >= sourceEnd) throw corrupt('ends within a length', from);
        more = source[from++]!;
        length += more;
      }
    }
    if (length > targetEnd - to) throw corrupt(`more than ${targetEnd} bytes decoded`, from);
    copyMatch(target, to, offset, length);
    to += length;
  }
  if (to !== targetEnd) throw corrupt(`${to} bytes decoded, expected ${targetEnd}`, from);
}

/** Repeats `length` bytes that lie `offset` back; they may overlap what is written. */
export function copyMatch(target: Uint8Array, to: number, offset: number, length: number): void {
  let from = to - offset;
  if (length >= 32 && offset >= length) {
    target.copyWithin(to, from, from + length);
  } else if (length >= 32 && offset === 1) {
    target.fill(target[from]!, to, to + length);
  } else {
    for (const end = to + length; to < end; ) target[to++] = target[from++]!;
  }
}

const corrupt = (text: string, at: number): CodecError => new CodecError(`damaged LZ4 block: ${text} (at byte ${at})`);

/**
 * Encodes `source` into `target` from `start` on; returns where the block ends, or -1 when it does not fit. A larger
 * `acceleration` is faster and compresses less.
 */
export function lz4Encode(source: Uint8Array, target: Uint8Array, start = 0, acceleration = 1): number {
  return lz4EncodeCompiled(source, target, start, acceleration) ?? lz4EncodeTwin(source, target, start, acceleration);
}

/** The block of `source`, in memory of its own, behind `start` bytes that are 0. */
export function lz4Encoded(source: Uint8Array, start: number, acceleration: number): Uint8Array {
  const most = lz4Bound(source.length);
  const block = lz4EncodeLentCompiled(source, most, acceleration);
  if (block === undefined || block === -1) {
    const target = new Uint8Array(start + most);
    return target.slice(0, lz4EncodeTwin(source, target, start, acceleration));
  }
  const encoded = new Uint8Array(start + block.length);
  encoded.set(block, start);
  return encoded;
}

/** As `lz4Encode`, without the compiled kernels. */
export function lz4EncodeTwin(source: Uint8Array, target: Uint8Array, start: number, acceleration: number): number {
  const { length } = source;
  const matchLimit = length - MATCH_MARGIN;
  const log = Math.max(8, Math.min(length <= NEAR_BYTES ? NEAR_LOG : FAR_LOG, 32 - Math.clz32(length)));
  const count = length > (acceleration > 1 ? SHORT_BYTES : NEAR_BYTES) ? 5 : 4;
  const places = new Int32Array(1 << log);
  let anchor = 0;
  let to = start;
  let at = 1; // The first position is what empty places name.
  let step = 1;
  let misses = acceleration << 6;
  while (at <= matchLimit) {
    const slot = slotOf(source, at, log, count);
    const candidate = places[slot]!;
    places[slot] = at;
    if (at - candidate > MAX_OFFSET || wordAt(source, candidate) !== wordAt(source, at)) {
      at += step;
      step = misses++ >>> 6; // The longer nothing is found, the faster it goes on.
      continue;
    }
    let first = at;
    let matched = candidate;
    while (first > anchor && matched > 0 && source[first - 1] === source[matched - 1]) {
      first--;
      matched--;
    }
    const end = matchEnd(source, at + MIN_MATCH, candidate + MIN_MATCH, length - LAST_LITERALS);
    to = writeSequence(source, anchor, first, target, to, first - matched, end - first);
    if (to < 0) return -1;
    anchor = at = end;
    step = 1;
    misses = acceleration << 6;
    if (at > matchLimit) break;
    places[slotOf(source, at - 2, log, count)] = at - 2;
  }
  return writeSequence(source, anchor, length, target, to, 0, 0);
}

/**
 * The place of the next four or five bytes in a table of 2^`log`: the upper bits of their product with 0x9e3779b97f, of
 * which as many bits count as they have.
 */
function slotOf(source: Uint8Array, at: number, log: number, count: 4 | 5): number {
  const word = wordAt(source, at);
  if (count === 4) return Math.imul(word, 0x3779b97f) >>> (32 - log);
  // Parts of the product, each below 2^53, and their sum.
  const low = (word >>> 0) * 0x9b97f;
  const high = (Math.imul(word, 0x9e377) & 0xfffff) * 2 ** 20;
  const fifth = (Math.imul(source[at + 4]!, 0x9b97f) & 0xff) * 2 ** 32;
  return ((low + high + fifth) / 2 ** (40 - log)) & ((1 << log) - 1);
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);

function matchEnd(source: Uint8Array, at: number, candidate: number, limit: number): number {
  while (at < limit && source[at] === source[candidate]) {
    at++;
    candidate++;
  }
  return at;
}

/** As `lz4Encode`, with more effort, which grows with `depth`: what the LZ4 library calls HC. */
export function lz4EncodeHigh(source: Uint8Array, target: Uint8Array, start: number, depth: number): number {
  const { count, literals, lengths, offsets } = sequencesOf(source, {
    minimum: MIN_MATCH,
    longest: Number.MAX_SAFE_INTEGER,
    window: MAX_OFFSET,
    near: MAX_OFFSET,
    farMinimum: MIN_MATCH,
    // Matches end before the last literals, and begin before the margin, whatever their length.
    tail: MATCH_MARGIN - MIN_MATCH,
    depth,
    enough: 64,
  });
  let from = 0;
  let to = start;
  for (let i = 0; i < count; i++) {
    const end = from + literals[i]!;
    to = writeSequence(source, from, end, target, to, offsets[i]!, lengths[i]!);
    if (to < 0) return -1;
    from = end + lengths[i]!;
  }
  return to;
}

/** Writes literals and a match, or only literals when `offset` is 0; returns the end, or -1 when they do not fit. */
function writeSequence(
  source: Uint8Array,
  from: number,
  end: number,
  target: Uint8Array,
  to: number,
  offset: number,
  matchLength: number,
): number {
  const literals = end - from;
  const matchCode = offset === 0 ? 0 : matchLength - MIN_MATCH;
  const size = 1 + lengthBytes(literals) + literals + (offset === 0 ? 0 : 2 + lengthBytes(matchCode));
  if (size > target.length - to) return -1;
  target[to++] = (Math.min(literals, 15) << 4) | Math.min(matchCode, 15);
  if (literals >= 15) to = writeLength(target, to, literals - 15);
  if (literals < 32) for (; from < end; ) target[to++] = source[from++]!;
  else {
    target.set(source.subarray(from, end), to);
    to += literals;
  }
  if (offset === 0) return to;
  target[to++] = offset & 0xff;
  target[to++] = offset >>> 8;
  return matchCode >= 15 ? writeLength(target, to, matchCode - 15) : to;
}

/** How many bytes continue a count that does not fit into four bits. */
const lengthBytes = (count: number): number => (count < 15 ? 0 : Math.floor((count - 15) / 255) + 1);

function writeLength(target: Uint8Array, to: number, rest: number): number {
  for (; rest >= 255; rest -= 255) target[to++] = 255;
  target[to++] = rest;
  return to;
}

/**
 * Inflate: the deflate format (RFC 1951) decoded in TypeScript, for where the platform has no synchronous one.
 *
 * Bits are taken from the low end of a 32-bit register that is filled byte by byte. A prefix code is one table, indexed
 * by as many bits as its longest code word has; an entry holds the symbol and the length of its word.
 */
import { CodecError } from '../../errors.js';
import { copyMatch } from './lz4-block.js';
import type { Output } from './output.js';

/** Appends what the deflate stream at `start` of `source` decodes to, and returns where the stream ends. */
export function inflate(source: Uint8Array, start: number, output: Output): number {
  const bits = new BitReader(source, start);
  let isLast = false;
  while (!isLast) {
    isLast = bits.read(1) === 1;
    switch (bits.read(2)) {
      case 0:
        copyStored(bits, output);
        break;
      case 1:
        inflateBlock(bits, output, FIXED_LENGTHS, FIXED_DISTANCES);
        break;
      case 2:
        inflateDynamic(bits, output);
        break;
      default:
        throw corrupt('reserved block type');
    }
  }
  return bits.end();
}

const corrupt = (text: string): CodecError => new CodecError(`damaged deflate stream: ${text}`);

class BitReader {
  bits = 0;
  count = 0;
  at: number;
  constructor(
    readonly source: Uint8Array,
    start: number,
  ) {
    this.at = start;
  }

  /** Fills the register to 25 bits or more; beyond the end with zeros, a few of which a valid stream may look at. */
  refill(): void {
    const { source } = this;
    while (this.count <= 24) {
      if (this.at < source.length) this.bits |= source[this.at]! << this.count;
      else if (this.at > source.length + 4) throw corrupt('it is truncated');
      this.at++;
      this.count += 8;
    }
  }

  /** The next `count` bits, at most 16. */
  read(count: number): number {
    this.refill();
    const value = this.bits & ((1 << count) - 1);
    this.skip(count);
    return value;
  }

  skip(count: number): void {
    this.bits >>>= count;
    this.count -= count;
  }

  /** The next symbol of a code. */
  symbol(code: PrefixCode): number {
    this.refill();
    const entry = code.table[this.bits & code.mask]!;
    if (entry === 0) throw corrupt('invalid code word');
    this.skip(entry & 15);
    return entry >>> 4;
  }

  /** Gives whole bytes of the register back and returns where the next byte is. */
  end(): number {
    const end = this.at - (this.count >>> 3);
    if (end > this.source.length) throw corrupt('it is truncated');
    this.at = end;
    this.bits = 0;
    this.count = 0;
    return end;
  }
}

/** A prefix code: `table[next bits & mask]` is `symbol << 4 | word length`, or 0 where there is no word. */
export interface PrefixCode {
  readonly table: Uint16Array;
  readonly mask: number;
}

/** The canonical code of these word lengths, at most 15 each. */
export function prefixCode(lengths: Uint8Array, what: string): PrefixCode {
  const counts = new Uint16Array(16);
  let longest = 0;
  for (const length of lengths) {
    counts[length]!++;
    if (length > longest) longest = length;
  }
  counts[0] = 0;
  const next = new Uint16Array(17);
  let unused = 1;
  for (let length = 1; length <= 15; length++) {
    unused = 2 * unused - counts[length]!;
    if (unused < 0) throw corrupt(`${what} have too many code words`);
    next[length + 1] = (next[length]! + counts[length]!) << 1;
  }
  // A single word of one bit, or none, is the only code that may leave words unused.
  if (unused > 0 && longest > 1) throw corrupt(`${what} have too few code words`);
  const size = 1 << longest;
  const table = new Uint16Array(size);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length === 0) continue;
    const step = 1 << length;
    for (let i = reversed(next[length]!++, length); i < size; i += step) table[i] = (symbol << 4) | length;
  }
  return { table, mask: size - 1 };
}

function reversed(word: number, length: number): number {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((word >>> i) & 1) << (length - 1 - i);
  return result;
}

export const FIXED_LENGTHS = /* @__PURE__ */ prefixCode(
  /* @__PURE__ */ Uint8Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  ),
  'literals',
);
export const FIXED_DISTANCES = /* @__PURE__ */ prefixCode(/* @__PURE__ */ new Uint8Array(32).fill(5), 'distances');

export const LENGTH_BASE = Object.freeze([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]);
export const LENGTH_BITS = Object.freeze([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]);
export const DISTANCE_BASE = Object.freeze([
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
]);
export const DISTANCE_BITS = Object.freeze([
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]);
/** The order in which the word lengths of the code of word lengths are stored. */
export const LENGTHS_ORDER = Object.freeze([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

function copyStored(bits: BitReader, output: Output): void {
  const start = bits.end();
  const { source } = bits;
  if (start + 4 > source.length) throw corrupt('it is truncated');
  const length = source[start]! | (source[start + 1]! << 8);
  const inverse = source[start + 2]! | (source[start + 3]! << 8);
  if ((length ^ inverse) !== 0xffff) throw corrupt('a stored block and the check of its length differ');
  const end = start + 4 + length;
  if (end > source.length) throw corrupt('it is truncated');
  output.append(source.subarray(start + 4, end));
  bits.at = end;
}

function inflateDynamic(bits: BitReader, output: Output): void {
  const literalCount = bits.read(5) + 257;
  const distanceCount = bits.read(5) + 1;
  const orderCount = bits.read(4) + 4;
  if (literalCount > 286 || distanceCount > 30) throw corrupt('too many symbols');
  const metaLengths = new Uint8Array(19);
  for (let i = 0; i < orderCount; i++) metaLengths[LENGTHS_ORDER[i]!] = bits.read(3);
  const metaCode = prefixCode(metaLengths, 'lengths');
  const lengths = new Uint8Array(literalCount + distanceCount);
  for (let i = 0; i < lengths.length; ) {
    const symbol = bits.symbol(metaCode);
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) throw corrupt('nothing to repeat');
    const value = symbol === 16 ? lengths[i - 1]! : 0;
    const repeats = symbol === 16 ? 3 + bits.read(2) : symbol === 17 ? 3 + bits.read(3) : 11 + bits.read(7);
    if (i + repeats > lengths.length) throw corrupt('too many lengths');
    lengths.fill(value, i, i + repeats);
    i += repeats;
  }
  if (lengths[256] === 0) throw corrupt('no end of block');
  const literals = prefixCode(lengths.subarray(0, literalCount), 'literals');
  inflateBlock(bits, output, literals, prefixCode(lengths.subarray(literalCount), 'distances'));
}

function inflateBlock(bits: BitReader, output: Output, literals: PrefixCode, distances: PrefixCode): void {
  for (;;) {
    const symbol = bits.symbol(literals);
    if (symbol < 256) {
      if (output.length === output.bytes.length) output.reserve(1);
      output.bytes[output.length++] = symbol;
      continue;
    }
    if (symbol === 256) return;
    const lengthCode = symbol - 257;
    if (lengthCode >= LENGTH_BASE.length) throw corrupt('invalid length');
    // At most 15 bits of the register's 25 are used, five more are there.
    const length = LENGTH_BASE[lengthCode]! + (bits.bits & ((1 << LENGTH_BITS[lengthCode]!) - 1));
    bits.skip(LENGTH_BITS[lengthCode]!);
    const distanceCode = bits.symbol(distances);
    if (distanceCode >= DISTANCE_BASE.length) throw corrupt('invalid distance');
    const distance = DISTANCE_BASE[distanceCode]! + bits.read(DISTANCE_BITS[distanceCode]!);
    if (distance > output.length - output.start) throw corrupt(`distance ${distance} before the beginning`);
    output.reserve(length);
    copyMatch(output.bytes, output.length, distance, length);
    output.length += length;
  }
}

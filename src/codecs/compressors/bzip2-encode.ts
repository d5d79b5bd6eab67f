/** One bzip2 stream; bzip2-decode says what it is. */
import { crc32Bzip2 } from '../checksums/crc32-bzip2.js';
import { burrowsWheeler } from './burrows-wheeler.js';
import { BZIP2_BLOCK, BZIP2_GROUP } from './bzip2-decode.js';
import { canonicalWords, wordLengths } from './prefix-lengths.js';

/** The longest code word that is written: readers of old versions take no longer ones. */
const MAX_WORD = 17;
/** So much of a block is left free, as bzip2 does. */
const SPARE = 19;
/** How often the codes are fitted to the groups that use them. */
const ROUNDS = 4;

/** `bytes` as one stream, in blocks of `level` times 100 000 bytes. */
export function bzip2Encode(bytes: Uint8Array, level: number): Uint8Array {
  const bits = new HighBitWriter(bytes.length);
  for (const byte of [0x42, 0x5a, 0x68, 0x30 + level]) bits.write(byte, 8);
  const block = new Uint8Array(level * BZIP2_BLOCK - SPARE);
  let combined = 0;
  for (let start = 0; start < bytes.length; ) {
    const { end, length } = collectRuns(bytes, start, block);
    const crc = crc32Bzip2(bytes, start, end);
    combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
    bits.write(0x314159, 24);
    bits.write(0x265359, 24);
    bits.write32(crc);
    writeBlock(block.subarray(0, length), bits);
    start = end;
  }
  bits.write(0x177245, 24);
  bits.write(0x385090, 24);
  bits.write32(combined);
  return bits.toBytes();
}

class HighBitWriter {
  #bytes: Uint8Array;
  #length = 0;
  #bits = 0;
  #count = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(64 + (size >>> 1));
  }

  /** Appends the low `count` bits of `value`, at most 24. */
  write(value: number, count: number): void {
    this.#bits = (this.#bits << count) | value;
    this.#count += count;
    while (this.#count >= 8) {
      this.#count -= 8;
      this.#byte((this.#bits >>> this.#count) & 0xff);
    }
  }

  write32(value: number): void {
    this.write(value >>> 16, 16);
    this.write(value & 0xffff, 16);
  }

  /** All that was written, filled up with zeros to a whole byte. */
  toBytes(): Uint8Array {
    if (this.#count > 0) this.write(0, 8 - this.#count);
    return this.#bytes.slice(0, this.#length);
  }

  #byte(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#length);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes[this.#length++] = byte;
  }
}

/** Fills `block` with the bytes from `start` on, of four or more alike four and how many more there are. */
function collectRuns(
  bytes: Uint8Array,
  start: number,
  block: Uint8Array,
): { readonly end: number; readonly length: number } {
  let length = 0;
  let at = start;
  // Five bytes may be added at once.
  while (at < bytes.length && length + 5 <= block.length) {
    const byte = bytes[at]!;
    const limit = Math.min(bytes.length, at + 255);
    let end = at + 1;
    while (end < limit && bytes[end] === byte) end++;
    const alike = end - at;
    for (let i = 0; i < Math.min(4, alike); i++) block[length++] = byte;
    if (alike >= 4) block[length++] = alike - 4;
    at = end;
  }
  return { end: at, length };
}

function writeBlock(block: Uint8Array, bits: HighBitWriter): void {
  const { last, origin } = burrowsWheeler(block);
  bits.write(0, 1); // Not randomized.
  bits.write(origin, 24);
  const alphabet = alphabetOf(last);
  writeAlphabet(alphabet, bits);
  const symbols = symbolsOf(last, alphabet);
  const { lengths, selectors } = codesFor(symbols, alphabet.length + 2);
  bits.write(lengths.length, 3);
  bits.write(selectors.length, 15);
  writeSelectors(selectors, lengths.length, bits);
  for (const code of lengths) writeCode(code, bits);
  const words = lengths.map(canonicalWords);
  for (let i = 0; i < symbols.length; i++) {
    const code = selectors[Math.floor(i / BZIP2_GROUP)]!;
    bits.write(words[code]![symbols[i]!]!, lengths[code]![symbols[i]!]!);
  }
}

/** The bytes that occur, in their order. */
function alphabetOf(bytes: Uint8Array): Uint8Array {
  const counts = new Uint32Array(256);
  for (let i = 0; i < bytes.length; i++) counts[bytes[i]!]!++;
  return Uint8Array.from([...counts.keys()].filter((byte) => counts[byte]! > 0));
}

function writeAlphabet(alphabet: Uint8Array, bits: HighBitWriter): void {
  const rows = new Uint16Array(16);
  for (const byte of alphabet) rows[byte >>> 4]! |= 0x8000 >>> (byte & 15);
  bits.write(
    rows.reduce((all, row, index) => (row === 0 ? all : all | (0x8000 >>> index)), 0),
    16,
  );
  for (const row of rows) if (row !== 0) bits.write(row, 16);
}

/** Places in a list of recent bytes plus one, runs of the first in digits 0 and 1, and the symbol of the end. */
function symbolsOf(bytes: Uint8Array, alphabet: Uint8Array): Uint16Array {
  const symbols = new Uint16Array(bytes.length + 1);
  const recent = alphabet.slice();
  let count = 0;
  for (let i = 0; i < bytes.length; ) {
    const start = i;
    while (i < bytes.length && bytes[i] === recent[0]) i++;
    for (let run = i - start; run > 0; run = (run - 1) >>> 1) symbols[count++] = (run - 1) & 1;
    if (i === bytes.length) break;
    const place = recent.indexOf(bytes[i]!);
    symbols[count++] = place + 1;
    recent.copyWithin(1, 0, place);
    recent[0] = bytes[i++]!;
  }
  symbols[count++] = alphabet.length + 1;
  return symbols.subarray(0, count);
}

interface Codes {
  /** The word lengths of each code. */
  readonly lengths: readonly Uint8Array[];
  /** The code of each group of symbols. */
  readonly selectors: Uint8Array;
}

/** Codes that fit the symbols well: each group takes the one in which it is shortest, and each code fits its groups. */
function codesFor(symbols: Uint16Array, symbolCount: number): Codes {
  const codeCount = [200, 600, 1200, 2400].filter((limit) => symbols.length >= limit).length + 2;
  const selectors = new Uint8Array(Math.ceil(symbols.length / BZIP2_GROUP));
  let lengths = startingLengths(symbols, symbolCount, codeCount);
  for (let round = 0; round < ROUNDS; round++) {
    const frequencies = lengths.map(() => new Uint32Array(symbolCount));
    for (let group = 0; group < selectors.length; group++) {
      const members = symbols.subarray(group * BZIP2_GROUP, (group + 1) * BZIP2_GROUP);
      const code = cheapest(members, lengths);
      selectors[group] = code;
      for (const symbol of members) frequencies[code]![symbol]!++;
    }
    // Every symbol has a word in every code.
    lengths = frequencies.map((counts) =>
      wordLengths(
        counts.map((count) => Math.max(1, 2 * count)),
        MAX_WORD,
      ),
    );
  }
  return { lengths, selectors };
}

/** Codes that each favour a part of the symbols, of which all occur about as often. */
function startingLengths(symbols: Uint16Array, symbolCount: number, codeCount: number): Uint8Array[] {
  const frequencies = new Uint32Array(symbolCount);
  for (const symbol of symbols) frequencies[symbol]!++;
  const lengths: Uint8Array[] = [];
  let from = 0;
  let left = symbols.length;
  for (let code = 0; code < codeCount; code++) {
    const share = left / (codeCount - code);
    let sum = 0;
    let end = from;
    while (end < symbolCount && sum < share) sum += frequencies[end++]!;
    const favoured = { from, end };
    lengths.push(Uint8Array.from({ length: symbolCount }, (_, symbol) => (isIn(favoured, symbol) ? 1 : MAX_WORD)));
    left -= sum;
    from = end;
  }
  return lengths;
}

const isIn = ({ from, end }: { readonly from: number; readonly end: number }, symbol: number): boolean =>
  symbol >= from && symbol < end;

/** The code in which the symbols of a group are shortest. */
function cheapest(members: Uint16Array, lengths: readonly Uint8Array[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let code = 0; code < lengths.length; code++) {
    const words = lengths[code]!;
    let cost = 0;
    for (let i = 0; i < members.length; i++) cost += words[members[i]!]!;
    if (cost < least) {
      least = cost;
      best = code;
    }
  }
  return best;
}

/** Selectors are places in a list of recent codes, as many ones as the place and a zero. */
function writeSelectors(selectors: Uint8Array, codeCount: number, bits: HighBitWriter): void {
  const recent = Uint8Array.from({ length: codeCount }, (_, code) => code);
  for (const code of selectors) {
    const place = recent.indexOf(code);
    bits.write((1 << (place + 1)) - 2, place + 1);
    recent.copyWithin(1, 0, place);
    recent[0] = code;
  }
}

/** Lengths are written as steps from the one before: 10 up, 11 down, and 0 where it is reached. */
function writeCode(lengths: Uint8Array, bits: HighBitWriter): void {
  let current = lengths[0]!;
  bits.write(current, 5);
  for (const length of lengths) {
    for (; current < length; current++) bits.write(2, 2);
    for (; current > length; current--) bits.write(3, 2);
    bits.write(0, 1);
  }
}

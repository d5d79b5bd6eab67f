/**
 * Deflate: the deflate format (RFC 1951) encoded in TypeScript, for where there are no compiled kernels. It writes the same
 * bytes as they do.
 *
 * The input is cut into blocks of about as many symbols each. A block gets codes of its own, those of the specification, or
 * none, whichever makes it shortest.
 */
import { type DeflateEffort, DeflateMatches, type DeflateSequence, LONGEST_MATCH } from './deflate-matches.js';
import { DISTANCE_BASE, DISTANCE_BITS, LENGTH_BASE, LENGTH_BITS, LENGTHS_ORDER } from './inflate.js';
import { reversedWords, wordLengths } from './prefix-lengths.js';
import { type WordLengthRun, wordLengthRuns } from './word-length-runs.js';

const FIXED = 1;
const DYNAMIC = 2;

/** The last two are in the fixed code only, where they have no meaning. */
const LITERALS = 288;
const DISTANCES = 30;
const END = 256;
const FIRST_LENGTH = 257;
const LONGEST_WORD = 15;
const LONGEST_RUN_WORD = 7;
const MOST_STORED = 65535;

/** `source` as one deflate stream. */
export function deflate(source: Uint8Array, effort: DeflateEffort): Uint8Array {
  const matches = new DeflateMatches(source, effort);
  const bits = new BitWriter(deflateBound(source.length));
  let at = 0;
  do {
    const block = new Block(source, at, matches.sequencesFrom(at));
    block.write(bits, block.end === source.length ? 1 : 0);
    at = block.end;
  } while (at < source.length);
  return bits.toBytes();
}

/** `source` as a deflate stream that only stores it. */
export function deflateStored(source: Uint8Array): Uint8Array {
  const bits = new BitWriter(deflateBound(source.length));
  writeStored(source, bits, 1);
  return bits.toBytes();
}

/**
 * At most how long the stream of `size` bytes is: blocks, of which all but the last have at least 2^14 bytes, are not longer
 * than their bytes stored, with six more for each block and five for each 65535 bytes, rounded up.
 */
export const deflateBound = (size: number): number => size + 11 * (Math.floor(size / 2 ** 14) + 1);

class BitWriter {
  readonly #bytes: Uint8Array;
  #length = 0;
  #bits = 0;
  /** How many bits wait to be a byte, at most 7. */
  count = 0;

  constructor(room: number) {
    this.#bytes = new Uint8Array(room);
  }

  /** Appends the low `count` bits of `value`, at most 16. */
  put(value: number, count: number): void {
    this.#bits |= value << this.count;
    this.count += count;
    for (; this.count >= 8; this.count -= 8) {
      this.#bytes[this.#length++] = this.#bits;
      this.#bits >>>= 8;
    }
  }

  /** Appends whole bytes, where no bits wait. */
  append(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Fills the last byte with zeros. */
  align(): void {
    this.put(0, -this.count & 7);
  }

  toBytes(): Uint8Array {
    this.align();
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Words of a code, the first bit lowest, and how many bits they have. */
interface Code {
  readonly words: Uint32Array;
  readonly lengths: Uint8Array;
}

const FIXED_LITERAL_LENGTHS = /* @__PURE__ */ Uint8Array.from({ length: LITERALS }, (_, symbol) =>
  symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
);
const FIXED_DISTANCE_LENGTHS = /* @__PURE__ */ new Uint8Array(DISTANCES).fill(5);

/** The symbol of each length of a match, counted from that of the shortest. */
const LENGTH_SYMBOLS = /* @__PURE__ */ Uint8Array.from({ length: LONGEST_MATCH + 1 }, (_, length) =>
  Math.max(
    0,
    LENGTH_BASE.findLastIndex((base) => base <= length),
  ),
);

/** The symbol of a distance: two for each power of two. */
function distanceSymbol(distance: number): number {
  const rest = distance - 1;
  const log = 31 - Math.clz32(rest | 1);
  return log < 1 ? rest : 2 * log + ((rest >>> (log - 1)) & 1);
}

class Block {
  readonly end: number;
  readonly #source: Uint8Array;
  readonly #start: number;
  readonly #sequences: readonly DeflateSequence[];
  readonly #literalCounts = new Uint32Array(LITERALS);
  readonly #distanceCounts = new Uint32Array(DISTANCES);
  /** How many bits follow the symbols. */
  #extraBits = 0;

  constructor(source: Uint8Array, start: number, sequences: readonly DeflateSequence[]) {
    this.#source = source;
    this.#start = start;
    this.#sequences = sequences;
    this.end = this.#countSymbols();
  }

  /** Counts the symbols; where the block ends. */
  #countSymbols(): number {
    let at = this.#start;
    for (const { literals, length, distance } of this.#sequences) {
      for (const end = at + literals; at < end; at++) this.#literalCounts[this.#source[at]!]!++;
      if (length === 0) continue;
      const symbol = LENGTH_SYMBOLS[length]!;
      const distant = distanceSymbol(distance);
      this.#literalCounts[FIRST_LENGTH + symbol]!++;
      this.#distanceCounts[distant]!++;
      this.#extraBits += LENGTH_BITS[symbol]! + DISTANCE_BITS[distant]!;
      at += length;
    }
    this.#literalCounts[END] = 1;
    return at;
  }

  write(bits: BitWriter, isLast: number): void {
    const fixedBits = 3 + this.#extraBits + this.#wordBits(FIXED_LITERAL_LENGTHS, FIXED_DISTANCE_LENGTHS);
    const own = new OwnCodes(this.#literalCounts, this.#distanceCounts);
    const ownBits = 3 + own.bits + this.#extraBits + this.#wordBits(own.literalLengths, own.distanceLengths);
    if (storedBits(this.end - this.#start, bits.count) <= Math.min(fixedBits, ownBits)) {
      writeStored(this.#source.subarray(this.#start, this.end), bits, isLast);
    } else if (fixedBits <= ownBits) {
      bits.put(isLast | (FIXED << 1), 3);
      this.#writeSequences(bits, codeOf(FIXED_LITERAL_LENGTHS), codeOf(FIXED_DISTANCE_LENGTHS));
    } else {
      bits.put(isLast | (DYNAMIC << 1), 3);
      own.write(bits);
      this.#writeSequences(bits, codeOf(own.literalLengths), codeOf(own.distanceLengths));
    }
  }

  /** How many bits the words take. */
  #wordBits(literalLengths: Uint8Array, distanceLengths: Uint8Array): number {
    return sumOf(this.#literalCounts, literalLengths) + sumOf(this.#distanceCounts, distanceLengths);
  }

  #writeSequences(bits: BitWriter, literals: Code, distances: Code): void {
    let at = this.#start;
    for (const { literals: literalCount, length, distance } of this.#sequences) {
      for (const end = at + literalCount; at < end; at++) putWord(bits, literals, this.#source[at]!);
      if (length === 0) continue;
      const symbol = LENGTH_SYMBOLS[length]!;
      putWord(bits, literals, FIRST_LENGTH + symbol);
      bits.put(length - LENGTH_BASE[symbol]!, LENGTH_BITS[symbol]!);
      const distant = distanceSymbol(distance);
      putWord(bits, distances, distant);
      bits.put(distance - DISTANCE_BASE[distant]!, DISTANCE_BITS[distant]!);
      at += length;
    }
    putWord(bits, literals, END);
  }
}

function putWord(bits: BitWriter, { words, lengths }: Code, symbol: number): void {
  bits.put(words[symbol]!, lengths[symbol]!);
}

/** The codes that fit a block best, and how they are told. */
class OwnCodes {
  readonly literalLengths: Uint8Array;
  readonly distanceLengths: Uint8Array;
  /** How many bits it takes to tell them. */
  readonly bits: number;
  readonly #literalCount: number;
  readonly #distanceCount: number;
  readonly #runs: readonly WordLengthRun[];
  readonly #runLengths: Uint8Array;
  readonly #orderCount: number;

  constructor(literalCounts: Uint32Array, distanceCounts: Uint32Array) {
    this.literalLengths = ownLengths(literalCounts, LONGEST_WORD);
    this.distanceLengths = ownLengths(distanceCounts, LONGEST_WORD);
    this.#literalCount = usedCount(this.literalLengths);
    this.#distanceCount = usedCount(this.distanceLengths);
    this.#runs = wordLengthRuns(
      Uint8Array.from([
        ...this.literalLengths.subarray(0, this.#literalCount),
        ...this.distanceLengths.subarray(0, this.#distanceCount),
      ]),
    );
    const counts = new Uint32Array(LENGTHS_ORDER.length);
    for (const { symbol } of this.#runs) counts[symbol]!++;
    this.#runLengths = ownLengths(counts, LONGEST_RUN_WORD);
    this.#orderCount = LENGTHS_ORDER.findLastIndex((symbol) => this.#runLengths[symbol]! > 0) + 1;
    const runBits = this.#runs.reduce((sum, { symbol, bits }) => sum + this.#runLengths[symbol]! + bits, 0);
    this.bits = 5 + 5 + 4 + 3 * this.#orderCount + runBits;
  }

  write(bits: BitWriter): void {
    bits.put(this.#literalCount - FIRST_LENGTH, 5);
    bits.put(this.#distanceCount - 1, 5);
    bits.put(this.#orderCount - 4, 4);
    for (const symbol of LENGTHS_ORDER.slice(0, this.#orderCount)) bits.put(this.#runLengths[symbol]!, 3);
    const code = codeOf(this.#runLengths);
    for (const { symbol, value, bits: count } of this.#runs) {
      putWord(bits, code, symbol);
      bits.put(value, count);
    }
  }
}

/** Word lengths for the counted symbols. So that no word is unused, there are at least two, if need be of what does not occur. */
function ownLengths(counts: Uint32Array, longest: number): Uint8Array {
  const completed = Uint32Array.from(counts);
  let used = completed.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  for (let symbol = 0; used < 2; symbol++) {
    if (completed[symbol]! > 0) continue;
    completed[symbol] = 1;
    used++;
  }
  return wordLengths(completed, longest);
}

/** How many symbols there are up to the last that has a word. */
const usedCount = (lengths: Uint8Array): number => lengths.findLastIndex((length) => length > 0) + 1;

function codeOf(lengths: Uint8Array): Code {
  return { words: reversedWords(lengths), lengths };
}

function sumOf(counts: Uint32Array, lengths: Uint8Array): number {
  let sum = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) sum += counts[symbol]! * lengths[symbol]!;
  return sum;
}

/** How many bits a block takes if its bytes are stored, behind so many bits of a byte. */
function storedBits(length: number, before: number): number {
  const further = length === 0 ? 0 : Math.floor((length - 1) / MOST_STORED);
  return 3 + ((5 - before) & 7) + 32 + 8 * length + 40 * further;
}

/** Writes bytes as they are, in as many blocks as that takes. */
function writeStored(bytes: Uint8Array, bits: BitWriter, isLast: number): void {
  let start = 0;
  do {
    const end = Math.min(bytes.length, start + MOST_STORED);
    bits.put(end === bytes.length ? isLast : 0, 3);
    bits.align();
    bits.put(end - start, 16);
    bits.put(~(end - start) & 0xffff, 16);
    bits.append(bytes.subarray(start, end));
    start = end;
  } while (start < bytes.length);
}

/** One GDeflate page; gdeflate-page says what it is. */
import {
  GDEFLATE_PAGE,
  LANES,
  LONG_LENGTH_CODE,
  PAGE_DISTANCE_BASE,
  PAGE_DISTANCE_BITS,
  PAGE_LENGTH_BASE,
  PAGE_LENGTH_BITS,
  WORD_BITS,
} from './gdeflate-page.js';
import { LENGTHS_ORDER } from './inflate.js';
import { reversedWords, wordLengths } from './prefix-lengths.js';
import { type Sequences, sequencesOf } from './sequences.js';
import { wordLengthRuns } from './word-length-runs.js';

const END = 256;
const LITERALS = 286;
const MAX_WORD = 15;
const MAX_META_WORD = 7;
/** A stored block has at most so many bytes. */
const MAX_STORED = 65535;

/** `page`, of at most 64 KiB, in one block, or as it is where that is shorter; level 0 only stores. */
export function gdeflateEncode(page: Uint8Array, level: number): Uint8Array {
  const stored = storedPage(page);
  if (level === 0) return stored;
  const encoded = compressedPage(page, level);
  return encoded.length < stored.length ? encoded : stored;
}

/** What is written to the lanes, in the order in which a reader asks for words. */
class LaneWriter {
  #lane = 0;
  /** Words of each lane; the last is not yet full. */
  readonly #words: number[][] = Array.from({ length: LANES }, () => [0]);
  readonly #written = new Uint32Array(LANES);
  /** How many bits the reader has in each lane. */
  readonly #readable = new Int32Array(LANES).fill(WORD_BITS);
  /** The lanes that the reader takes the words for. */
  readonly #order: number[] = Array.from({ length: LANES }, (_, lane) => lane);

  get lane(): number {
    return this.#lane;
  }

  restart(): void {
    this.#lane = 0;
  }

  next(): void {
    this.refill();
    this.#lane = (this.#lane + 1) % LANES;
  }

  /** The reader takes a word here, if the lane has less than one. */
  refill(): void {
    if (this.#readable[this.#lane]! >= WORD_BITS) return;
    this.#readable[this.#lane]! += WORD_BITS;
    this.#order.push(this.#lane);
  }

  /** Appends the low `count` bits of `value`, at most 31. */
  write(value: number, count: number): void {
    const lane = this.#lane;
    const words = this.#words[lane]!;
    const used = this.#written[lane]! % WORD_BITS;
    words[words.length - 1]! |= value << used;
    if (used + count >= WORD_BITS) words.push(used === 0 ? 0 : value >>> (WORD_BITS - used));
    this.#written[lane]! += count;
    this.#readable[lane]! -= count;
  }

  toBytes(): Uint8Array {
    const view = new DataView(new ArrayBuffer(4 * this.#order.length));
    const taken = new Uint32Array(LANES);
    this.#order.forEach((lane, i) => {
      view.setInt32(4 * i, this.#words[lane]![taken[lane]!++] ?? 0, true);
    });
    return new Uint8Array(view.buffer);
  }
}

function storedPage(page: Uint8Array): Uint8Array {
  const lanes = new LaneWriter();
  let start = 0;
  do {
    const end = Math.min(page.length, start + MAX_STORED);
    lanes.restart();
    lanes.write(end === page.length ? 1 : 0, 3);
    lanes.refill();
    lanes.write(end - start, 16);
    for (; start < end; start++) {
      lanes.write(page[start]!, 8);
      lanes.next();
    }
    for (let lane = 0; lane < LANES; lane++) lanes.next();
  } while (start < page.length);
  return lanes.toBytes();
}

/** Words of a code, the lowest bit first as they are written, and their lengths. */
interface Code {
  readonly words: Uint32Array;
  readonly lengths: Uint8Array;
}

function codeOf(frequencies: Uint32Array, longest: number): Code {
  const lengths = wordLengths(frequencies, longest);
  return { words: reversedWords(lengths), lengths };
}

function compressedPage(page: Uint8Array, level: number): Uint8Array {
  const sequences = sequencesOf(page, {
    minimum: 3,
    longest: GDEFLATE_PAGE - 1,
    window: GDEFLATE_PAGE,
    near: 4096,
    farMinimum: 4,
    tail: 0,
    depth: level < 3 ? level : 1 << Math.min(level, 9),
    enough: 128,
  });
  const { literals, distances } = codesFor(page, sequences);
  const lanes = new LaneWriter();
  lanes.write(1 | (2 << 1), 3);
  lanes.refill();
  writeCodes(literals.lengths, distances.lengths, lanes);
  lanes.restart();
  writeSequences(page, sequences, new SymbolWriter(lanes, literals, distances));
  return lanes.toBytes();
}

/** The code of `number`: the last whose base is not above it. */
function codeFor(bases: readonly number[], number: number, last: number): number {
  let code = last;
  while (bases[code]! > number) code--;
  return code;
}

const lengthCode = (length: number): number =>
  length >= 258 ? LONG_LENGTH_CODE : codeFor(PAGE_LENGTH_BASE, length, LONG_LENGTH_CODE - 1);
const distanceCode = (distance: number): number => codeFor(PAGE_DISTANCE_BASE, distance, PAGE_DISTANCE_BASE.length - 1);

function codesFor(page: Uint8Array, sequences: Sequences): { readonly literals: Code; readonly distances: Code } {
  const literals = new Uint32Array(LITERALS);
  const distances = new Uint32Array(PAGE_DISTANCE_BASE.length);
  let at = 0;
  for (let i = 0; i < sequences.count; i++) {
    for (const end = at + sequences.literals[i]!; at < end; at++) literals[page[at]!]!++;
    const length = sequences.lengths[i]!;
    if (length === 0) continue;
    literals[257 + lengthCode(length)]!++;
    distances[distanceCode(sequences.offsets[i]!)]!++;
    at += length;
  }
  literals[END] = 1;
  return { literals: codeOf(literals, MAX_WORD), distances: codeOf(distances, MAX_WORD) };
}

/** Writes symbols in turn to the lanes; a lane whose match has no distance yet writes that first. */
class SymbolWriter {
  readonly #lanes: LaneWriter;
  readonly #literals: Code;
  readonly #distances: Code;
  /** The distance of a match that each lane owes; 0 for none. */
  readonly #owed = new Int32Array(LANES);

  constructor(lanes: LaneWriter, literals: Code, distances: Code) {
    this.#lanes = lanes;
    this.#literals = literals;
    this.#distances = distances;
  }

  literal(byte: number): void {
    this.#turn();
    this.#symbol(this.#literals, byte);
    this.#lanes.next();
  }

  match(length: number, distance: number): void {
    this.#turn();
    const code = lengthCode(length);
    this.#symbol(this.#literals, 257 + code);
    this.#lanes.write(length - PAGE_LENGTH_BASE[code]!, PAGE_LENGTH_BITS[code]!);
    this.#owed[this.#lanes.lane] = distance;
    this.#lanes.next();
  }

  end(): void {
    this.#turn();
    this.#symbol(this.#literals, END);
    for (let lane = 0; lane < LANES; lane++) {
      this.#pay();
      this.#lanes.next();
    }
  }

  /** Goes to a lane that owes nothing. */
  #turn(): void {
    while (this.#pay()) this.#lanes.next();
  }

  /** Writes the distance that the lane owes; whether there was one. */
  #pay(): boolean {
    const { lane } = this.#lanes;
    const distance = this.#owed[lane]!;
    if (distance === 0) return false;
    const code = distanceCode(distance);
    this.#symbol(this.#distances, code);
    this.#lanes.write(distance - PAGE_DISTANCE_BASE[code]!, PAGE_DISTANCE_BITS[code]!);
    this.#owed[lane] = 0;
    return true;
  }

  #symbol({ words, lengths }: Code, symbol: number): void {
    this.#lanes.write(words[symbol]!, lengths[symbol]!);
  }
}

function writeSequences(page: Uint8Array, sequences: Sequences, symbols: SymbolWriter): void {
  let at = 0;
  for (let i = 0; i < sequences.count; i++) {
    for (const end = at + sequences.literals[i]!; at < end; at++) symbols.literal(page[at]!);
    const length = sequences.lengths[i]!;
    if (length > 0) symbols.match(length, sequences.offsets[i]!);
    at += length;
  }
  symbols.end();
}

function writeCodes(literals: Uint8Array, distances: Uint8Array, lanes: LaneWriter): void {
  const distanceCount = Math.max(1, distances.findLastIndex((length) => length > 0) + 1);
  const symbols = wordLengthRuns(Uint8Array.from([...literals, ...distances.subarray(0, distanceCount)]));
  const frequencies = new Uint32Array(LENGTHS_ORDER.length);
  for (const { symbol } of symbols) frequencies[symbol]!++;
  const meta = codeOf(frequencies, MAX_META_WORD);
  const orderCount = Math.max(4, LENGTHS_ORDER.findLastIndex((symbol) => meta.lengths[symbol]! > 0) + 1);
  lanes.write(LITERALS - 257, 5);
  lanes.write(distanceCount - 1, 5);
  lanes.write(orderCount - 4, 4);
  lanes.refill();
  for (const symbol of LENGTHS_ORDER.slice(0, orderCount)) {
    lanes.write(meta.lengths[symbol]!, 3);
    lanes.next();
  }
  lanes.restart();
  for (const { symbol, value, bits } of symbols) {
    lanes.write(meta.words[symbol]!, meta.lengths[symbol]!);
    lanes.write(value, bits);
    lanes.next();
  }
}

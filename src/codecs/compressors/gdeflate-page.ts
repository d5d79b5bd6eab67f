/**
 * GDeflate: deflate, of which 32 symbols can be decoded at once. A page of up to 64 KiB is dealt out to 32 lanes, symbol by
 * symbol in turn, and each lane has its own bits; they come from one stream in words of 32 bits, which go to whichever
 * lane runs low. The distance of a match is the next symbol of its lane: it is copied one round later.
 * https://github.com/microsoft/DirectStorage/tree/main/GDeflate
 *
 * Codes are those of deflate with 64 KiB of history: the last length has 16 bits more, and there are two more distances.
 */
import { CodecError } from '../../errors.js';
import {
  DISTANCE_BASE,
  DISTANCE_BITS,
  FIXED_DISTANCES,
  FIXED_LENGTHS,
  LENGTH_BASE,
  LENGTH_BITS,
  LENGTHS_ORDER,
  type PrefixCode,
  prefixCode,
} from './inflate.js';
import { copyMatch } from './lz4-block.js';

export const GDEFLATE_PAGE = 65536;
export const LANES = 32;
/** Bits of a word of the stream; a lane with fewer takes another. */
export const WORD_BITS = 32;

/** The longest length of the codes before the last, which has its base anew. */
export const LONG_LENGTH_CODE = 28;
export const PAGE_LENGTH_BASE: readonly number[] = Object.freeze([...LENGTH_BASE.slice(0, LONG_LENGTH_CODE), 3]);
export const PAGE_LENGTH_BITS: readonly number[] = Object.freeze([...LENGTH_BITS.slice(0, LONG_LENGTH_CODE), 16]);
export const PAGE_DISTANCE_BASE: readonly number[] = Object.freeze([...DISTANCE_BASE, 32769, 49153]);
export const PAGE_DISTANCE_BITS: readonly number[] = Object.freeze([...DISTANCE_BITS, 14, 14]);

const corrupt = (text: string): CodecError => new CodecError(`damaged GDeflate page: ${text}`);

/** Decodes the page `source` so that it exactly fills `target`; anything else is a `CodecError`. */
export function gdeflateDecode(source: Uint8Array, target: Uint8Array): void {
  const lanes = new Lanes(source);
  const copies = new Copies(target);
  let isLast = false;
  while (!isLast) {
    lanes.restart();
    isLast = lanes.read(1) === 1;
    const kind = lanes.read(2);
    lanes.refill();
    if (kind === 0) copyStored(lanes, copies);
    else if (kind === 1) decodeBlock(lanes, copies, { literals: FIXED_LENGTHS, distances: FIXED_DISTANCES });
    else if (kind === 2) decodeBlock(lanes, copies, readCodes(lanes));
    else throw corrupt('reserved block type');
  }
  if (copies.length !== target.length) throw corrupt(`${copies.length} bytes decoded, expected ${target.length}`);
  if (!lanes.isExhausted) throw corrupt('bytes after its end');
}

/** The bits of all lanes, of which one is read from at a time. */
class Lanes {
  lane = 0;
  readonly #source: Uint8Array;
  #at = 0;
  /** The next bits of each lane, and those that come after them. */
  readonly #low = new Int32Array(LANES);
  readonly #high = new Int32Array(LANES);
  readonly #counts = new Uint8Array(LANES);

  constructor(source: Uint8Array) {
    this.#source = source;
    for (let lane = 0; lane < LANES; lane++) this.next();
  }

  get isExhausted(): boolean {
    return this.#at === this.#source.length;
  }

  /** Goes to the first lane. */
  restart(): void {
    this.lane = 0;
  }

  /** Fills this lane up, and goes to the next. */
  next(): void {
    this.refill();
    this.lane = (this.lane + 1) % LANES;
  }

  /** Takes another word, if this lane has less than one. */
  refill(): void {
    const { lane } = this;
    const count = this.#counts[lane]!;
    if (count >= WORD_BITS) return;
    const source = this.#source;
    const at = this.#at;
    if (at + 4 > source.length) throw corrupt('it is truncated');
    const word = source[at]! | (source[at + 1]! << 8) | (source[at + 2]! << 16) | (source[at + 3]! << 24);
    this.#at = at + 4;
    this.#low[lane]! |= word << count;
    this.#high[lane] = count === 0 ? 0 : word >>> (WORD_BITS - count);
    this.#counts[lane] = count + WORD_BITS;
  }

  /** Up to 16 bits, of which a lane that was filled up has enough for a symbol and what belongs to it. */
  read(count: number): number {
    const value = this.#low[this.lane]! & ((1 << count) - 1);
    this.#skip(count);
    return value;
  }

  symbol({ table, mask }: PrefixCode): number {
    const entry = table[this.#low[this.lane]! & mask]!;
    if (entry === 0) throw corrupt('invalid code word');
    this.#skip(entry & 15);
    return entry >>> 4;
  }

  #skip(count: number): void {
    if (count === 0) return;
    const { lane } = this;
    this.#low[lane] = (this.#low[lane]! >>> count) | (this.#high[lane]! << (WORD_BITS - count));
    this.#high[lane]! >>>= count;
    this.#counts[lane]! -= count;
  }
}

/** What is decoded, and the matches of each lane that wait for their distance. */
class Copies {
  length = 0;
  readonly #target: Uint8Array;
  readonly #places = new Int32Array(LANES);
  /** 0 where none waits. */
  readonly #lengths = new Int32Array(LANES);

  constructor(target: Uint8Array) {
    this.#target = target;
  }

  waits(lane: number): boolean {
    return this.#lengths[lane] !== 0;
  }

  literal(byte: number): void {
    this.#check(1);
    this.#target[this.length++] = byte;
  }

  /** Leaves room for a match. */
  open(lane: number, length: number): void {
    this.#check(length);
    this.#places[lane] = this.length;
    this.#lengths[lane] = length;
    this.length += length;
  }

  /** Fills that room. */
  close(lane: number, distance: number): void {
    const place = this.#places[lane]!;
    if (distance > place) throw corrupt(`distance ${distance} with ${place} bytes decoded`);
    copyMatch(this.#target, place, distance, this.#lengths[lane]!);
    this.#lengths[lane] = 0;
  }

  #check(count: number): void {
    const { length } = this.#target;
    if (count > length - this.length) throw corrupt(`more than ${length} bytes decoded`);
  }
}

interface Codes {
  readonly literals: PrefixCode;
  readonly distances: PrefixCode;
}

function decodeBlock(lanes: Lanes, copies: Copies, { literals, distances }: Codes): void {
  lanes.restart();
  for (;;) {
    if (copies.waits(lanes.lane)) closeCopy(lanes, copies, distances);
    else {
      const symbol = lanes.symbol(literals);
      if (symbol < 256) copies.literal(symbol);
      else if (symbol === 256) break;
      else {
        const code = symbol - 257;
        if (code >= PAGE_LENGTH_BASE.length) throw corrupt('invalid length');
        copies.open(lanes.lane, PAGE_LENGTH_BASE[code]! + lanes.read(PAGE_LENGTH_BITS[code]!));
      }
    }
    lanes.next();
  }
  finishBlock(lanes, copies, distances);
}

/** Matches that still wait are done in one more round. */
function finishBlock(lanes: Lanes, copies: Copies, distances: PrefixCode | undefined): void {
  for (let lane = 0; lane < LANES; lane++) {
    if (distances && copies.waits(lanes.lane)) closeCopy(lanes, copies, distances);
    lanes.next();
  }
}

function closeCopy(lanes: Lanes, copies: Copies, distances: PrefixCode): void {
  const code = lanes.symbol(distances);
  if (code >= PAGE_DISTANCE_BASE.length) throw corrupt('invalid distance');
  copies.close(lanes.lane, PAGE_DISTANCE_BASE[code]! + lanes.read(PAGE_DISTANCE_BITS[code]!));
}

function copyStored(lanes: Lanes, copies: Copies): void {
  const length = lanes.read(16);
  for (let i = 0; i < length; i++) {
    copies.literal(lanes.read(8));
    lanes.next();
  }
  finishBlock(lanes, copies, undefined);
}

function readCodes(lanes: Lanes): Codes {
  const literalCount = lanes.read(5) + 257;
  const distanceCount = lanes.read(5) + 1;
  const orderCount = lanes.read(4) + 4;
  lanes.refill();
  const metaLengths = new Uint8Array(LENGTHS_ORDER.length);
  for (let i = 0; i < orderCount; i++) {
    metaLengths[LENGTHS_ORDER[i]!] = lanes.read(3);
    lanes.next();
  }
  const metaCode = prefixCode(metaLengths, 'lengths');
  lanes.restart();
  const lengths = new Uint8Array(literalCount + distanceCount);
  for (let i = 0; i < lengths.length; lanes.next()) {
    const symbol = lanes.symbol(metaCode);
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    if (symbol === 16 && i === 0) throw corrupt('nothing to repeat');
    const value = symbol === 16 ? lengths[i - 1]! : 0;
    const repeats = symbol === 16 ? 3 + lanes.read(2) : symbol === 17 ? 3 + lanes.read(3) : 11 + lanes.read(7);
    if (i + repeats > lengths.length) throw corrupt('too many lengths');
    lengths.fill(value, i, i + repeats);
    i += repeats;
  }
  return {
    literals: prefixCode(lengths.subarray(0, literalCount), 'literals'),
    distances: prefixCode(lengths.subarray(literalCount), 'distances'),
  };
}

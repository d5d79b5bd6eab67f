/**
 * bzip2: streams of blocks, each of which is sorted, and coded by its own prefix codes. The highest bit comes first.
 * https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf
 *
 * Decoding goes back through what the encoder did: prefix codes to places in a list of recent bytes, that to the last
 * bytes of sorted rotations, those to the block, and that to bytes by expanding runs: four alike, and how many more.
 */
import { ChecksumError, CodecError } from '../../errors.js';
import { crc32Bzip2 } from '../checksums/crc32-bzip2.js';
import { derandomize } from './bzip2-random.js';
import type { Output } from './output.js';

/** Bytes of a block for each level. */
export const BZIP2_BLOCK = 100_000;
/** So many symbols are coded by one code, before the next selector is looked at. */
export const BZIP2_GROUP = 50;
/** The longest code word that is read. */
const MAX_WORD = 20;
const BLOCK_MAGIC = 0x314159265359;
const END_MAGIC = 0x177245385090;

/** Appends what the streams in `source` decode to. Zeros after the last are padding. */
export function bzip2Decode(source: Uint8Array, output: Output): void {
  let at = 0;
  do at = decodeStream(source, at, output);
  while (source.subarray(at).some((byte) => byte !== 0));
}

const corrupt = (text: string): CodecError => new CodecError(`damaged bzip2 stream: ${text}`);

/** Decodes the stream at `start`; where it ends. */
function decodeStream(source: Uint8Array, start: number, output: Output): number {
  const level = (source[start + 3] ?? 0) - 0x30;
  if (source.length - start < 4) throw corrupt('it is truncated');
  if (source[start] !== 0x42 || source[start + 1] !== 0x5a || source[start + 2] !== 0x68 || level < 1 || level > 9) {
    throw start === 0 ? new CodecError('not a bzip2 stream') : corrupt(`${source.length - start} bytes after its end`);
  }
  const bits = new HighBits(source, start + 4);
  let combined = 0;
  for (;;) {
    const magic = bits.read(24) * 2 ** 24 + bits.read(24);
    const stored = bits.read32();
    if (magic === END_MAGIC) {
      if (stored !== combined) throw new ChecksumError('damaged bzip2 stream: the blocks differ from their checksum');
      return bits.end();
    }
    if (magic !== BLOCK_MAGIC) throw corrupt('no block where one should begin');
    const from = output.length;
    decodeBlock(bits, level * BZIP2_BLOCK, output);
    if (crc32Bzip2(output.bytes, from, output.length) !== stored) {
      throw new ChecksumError('damaged bzip2 stream: a block differs from its CRC-32');
    }
    combined = (((combined << 1) | (combined >>> 31)) ^ stored) >>> 0;
  }
}

/** Bits from the highest to the lowest of each byte. */
class HighBits {
  readonly #source: Uint8Array;
  #at: number;
  #bits = 0;
  #count = 0;

  constructor(source: Uint8Array, start: number) {
    this.#source = source;
    this.#at = start;
  }

  /** The next `count` bits, at most 24, without taking them; zeros beyond the end. */
  peek(count: number): number {
    while (this.#count < count) {
      this.#bits = (this.#bits << 8) | (this.#source[this.#at++] ?? 0);
      this.#count += 8;
    }
    return (this.#bits >>> (this.#count - count)) & ((1 << count) - 1);
  }

  take(count: number): void {
    this.#count -= count;
    if (this.#at - (this.#count >>> 3) > this.#source.length) throw corrupt('it is truncated');
  }

  read(count: number): number {
    const value = this.peek(count);
    this.take(count);
    return value;
  }

  read32(): number {
    return this.read(16) * 65536 + this.read(16);
  }

  /** Where the next whole byte begins. */
  end(): number {
    return this.#at - (this.#count >>> 3);
  }
}

/** Appends the bytes of a block, whose magic and checksum were read. */
function decodeBlock(bits: HighBits, maximum: number, output: Output): void {
  const isRandomized = bits.read(1) === 1;
  const origin = bits.read(24);
  const { links, length, counts } = readSorted(bits, maximum);
  if (origin >= length) throw corrupt(`its block of ${length} bytes begins at ${origin}`);
  const block = unsorted(links, length, counts, origin);
  if (isRandomized) derandomize(block);
  expandRuns(block, output);
}

interface Sorted {
  /** The last bytes of the sorted rotations. */
  readonly links: Uint32Array;
  readonly length: number;
  /** How many there are of each byte. */
  readonly counts: Uint32Array;
}

function readSorted(bits: HighBits, maximum: number): Sorted {
  const recent = readAlphabet(bits);
  const endSymbol = recent.length + 1;
  const codeCount = bits.read(3);
  if (codeCount < 2 || codeCount > 6) throw corrupt(`${codeCount} codes`);
  const selectors = readSelectors(bits, codeCount);
  const codes = Array.from({ length: codeCount }, () => readCode(bits, endSymbol + 1));
  const counts = new Uint32Array(256);
  let links = new Uint32Array(Math.min(maximum, 16384));
  let length = 0;
  let run = 0;
  let unit = 1;
  for (let group = 0; ; group++) {
    const code = codes[selectors[group] ?? -1];
    if (code === undefined) throw corrupt('more symbols than selectors');
    for (let i = 0; i < BZIP2_GROUP; i++) {
      const symbol = nextSymbol(bits, code);
      if (symbol < 2) {
        // Runs of the latest byte are numbers whose digits are 1 and 2.
        run += unit << symbol;
        unit *= 2;
        if (run > maximum) throw corrupt(`more than ${maximum} bytes in a block`);
        continue;
      }
      const added = run + (symbol === endSymbol ? 0 : 1);
      if (added > maximum - length) throw corrupt(`more than ${maximum} bytes in a block`);
      if (length + added > links.length) links = grown(links, length + added, maximum);
      if (run > 0) {
        links.fill(recent[0]!, length, length + run);
        counts[recent[0]!]! += run;
        length += run;
        run = 0;
        unit = 1;
      }
      if (symbol === endSymbol) return { links, length, counts };
      const byte = recent[symbol - 1]!;
      recent.copyWithin(1, 0, symbol - 1);
      recent[0] = byte;
      counts[byte]!++;
      links[length++] = byte;
    }
  }
}

function grown(links: Uint32Array, needed: number, maximum: number): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(Math.min(maximum, Math.max(needed, 2 * links.length)));
  longer.set(links);
  return longer;
}

/** The bytes that occur, in their order. */
function readAlphabet(bits: HighBits): Uint8Array {
  const rows = bits.read(16);
  const found: number[] = [];
  for (let row = 0; row < 16; row++) {
    if ((rows & (0x8000 >>> row)) === 0) continue;
    const columns = bits.read(16);
    for (let column = 0; column < 16; column++) if (columns & (0x8000 >>> column)) found.push(16 * row + column);
  }
  if (found.length === 0) throw corrupt('a block without bytes');
  return Uint8Array.from(found);
}

/** Which code is used for each group of symbols. */
function readSelectors(bits: HighBits, codeCount: number): Uint8Array {
  const count = bits.read(15);
  if (count === 0) throw corrupt('no selectors');
  const recent = Uint8Array.from({ length: codeCount }, (_, code) => code);
  return Uint8Array.from({ length: count }, () => {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= codeCount) throw corrupt(`a selector of code ${place}`);
    const code = recent[place]!;
    recent.copyWithin(1, 0, place);
    recent[0] = code;
    return code;
  });
}

/** A prefix code: `symbols` by their words; words of a length lie below `limits`, which are 20 bits long. */
interface PrefixCode {
  readonly symbols: Uint16Array;
  readonly limits: Int32Array;
  /** What to take from a word of a length for its place in `symbols`. */
  readonly bases: Int32Array;
  readonly shortest: number;
}

function readCode(bits: HighBits, symbolCount: number): PrefixCode {
  const lengths = new Uint8Array(symbolCount);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_WORD) throw corrupt(`a code word of ${length} bits`);
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  const limits = new Int32Array(MAX_WORD + 1);
  const bases = new Int32Array(MAX_WORD + 1);
  const symbols = new Uint16Array(symbolCount);
  let word = 0;
  let place = 0;
  for (let bitCount = 1; bitCount <= MAX_WORD; bitCount++) {
    bases[bitCount] = word - place;
    for (let symbol = 0; symbol < symbolCount; symbol++) {
      if (lengths[symbol] !== bitCount) continue;
      symbols[place++] = symbol;
      word++;
    }
    if (word > 1 << bitCount) throw corrupt('too many code words');
    limits[bitCount] = word << (MAX_WORD - bitCount);
    word *= 2;
  }
  return { symbols, limits, bases, shortest: Math.min(...lengths) };
}

function nextSymbol(bits: HighBits, { symbols, limits, bases, shortest }: PrefixCode): number {
  const next = bits.peek(MAX_WORD);
  for (let length = shortest; length <= MAX_WORD; length++) {
    if (next >= limits[length]!) continue;
    bits.take(length);
    return symbols[(next >>> (MAX_WORD - length)) - bases[length]!]!;
  }
  throw corrupt('invalid code word');
}

/** The block of which `links` are the last bytes of the sorted rotations; writes where each one leads above its byte. */
function unsorted(links: Uint32Array, length: number, counts: Uint32Array, origin: number): Uint8Array {
  const next = new Uint32Array(256);
  for (let byte = 1; byte < 256; byte++) next[byte] = next[byte - 1]! + counts[byte - 1]!;
  for (let i = 0; i < length; i++) links[next[links[i]! & 0xff]!++]! |= i << 8;
  const block = new Uint8Array(length);
  let place = links[origin]! >>> 8;
  for (let i = 0; i < length; i++) {
    const link = links[place]!;
    block[i] = link & 0xff;
    place = link >>> 8;
  }
  return block;
}

/** Appends `block`, in which four bytes alike are followed by how many more of them there are. */
function expandRuns(block: Uint8Array, output: Output): void {
  let alike = 0;
  let latest = -1;
  for (let i = 0; i < block.length; i++) {
    const byte = block[i]!;
    if (alike === 4) {
      output.reserve(byte);
      output.bytes.fill(latest, output.length, output.length + byte);
      output.length += byte;
      alike = 0;
      latest = -1;
      continue;
    }
    alike = byte === latest ? alike + 1 : 1;
    latest = byte;
    if (output.length === output.bytes.length) output.reserve(1);
    output.bytes[output.length++] = byte;
  }
}

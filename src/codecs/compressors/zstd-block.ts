/**
 * One compressed block of a zstd frame (RFC 8878, section 3.1.1.3): literals, and sequences that say how many of them to
 * copy and what to repeat of the output. The bytes come from outside: every length, table and offset is checked.
 */
import { CodecError } from '../../errors.js';
import { bitsAt, endOfBits, PADDING, padded } from './backward-bits.js';
import { copyMatch } from './lz4-block.js';
import { OutputOverflow } from './output.js';
import { type FseTable, fseTable, readFseTable, singleSymbolTable } from './zstd-fse.js';
import { type HuffmanCode, huffmanDecode, readHuffmanCode } from './zstd-huffman.js';

/** The most bytes that a block decodes to. */
export const MAX_BLOCK = 1 << 17;

/** A frame while it is decoded: its output, and what its blocks hand on. */
export interface ZstdFrame {
  readonly output: Uint8Array;
  /** Where the frame begins in the output. */
  readonly start: number;
  /** How far the output is made. */
  position: number;
  repeatedOffsets: readonly [number, number, number];
  huffman: HuffmanCode | undefined;
  tables: SequenceTables | undefined;
}

/** One table each for literal lengths, offsets and match lengths. */
type SequenceTables = readonly [FseTable, FseTable, FseTable];

/** Decodes the compressed block from `start` to `end` of `source` and appends it to the frame's output. */
export function decodeBlock(source: Uint8Array, start: number, end: number, frame: ZstdFrame): void {
  if (end - start < 2) throw corrupt('a block of less than 2 bytes');
  const block = padded(source, start, end);
  const blockEnd = block.length - PADDING;
  const section = decodeLiterals(block, PADDING, blockEnd, frame);
  decodeSequences(block, section.end, blockEnd, section.literals, frame);
}

interface LiteralsHeader {
  readonly type: number;
  readonly streams: 1 | 4;
  /** Decoded length. */
  readonly size: number;
  /** Encoded length, with the description of the code. */
  readonly encodedSize: number;
  readonly end: number;
}

const RAW = 0;
const REPEATED_BYTE = 1;
const COMPRESSED = 2;

function literalsHeader(source: Uint8Array, start: number, end: number): LiteralsHeader {
  const first = source[start]!;
  const type = first & 3;
  const format = (first >>> 2) & 3;
  const isCoded = type >= COMPRESSED;
  const headerSize = isCoded ? Math.max(3, format + 2) : [1, 2, 1, 3][format]!;
  if (start + headerSize > end) throw corrupt('truncated literals');
  const word = first | ((source[start + 1] ?? 0) << 8) | ((source[start + 2] ?? 0) << 16);
  if (!isCoded) {
    const size = (word & (2 ** (8 * headerSize) - 1)) >>> (headerSize === 1 ? 3 : 4);
    return { type, streams: 1, size, encodedSize: type === RAW ? size : 1, end: start + headerSize };
  }
  const width = [10, 10, 14, 18][format]!;
  const fields = word + (source[start + 3] ?? 0) * 2 ** 24 + (source[start + 4] ?? 0) * 2 ** 32;
  const size = Math.floor(fields / 16) % 2 ** width;
  const encodedSize = Math.floor(fields / 2 ** (4 + width)) % 2 ** width;
  return { type, streams: format === 0 ? 1 : 4, size, encodedSize, end: start + headerSize };
}

function decodeLiterals(
  source: Uint8Array<ArrayBuffer>,
  start: number,
  end: number,
  frame: ZstdFrame,
): { readonly literals: Uint8Array; readonly end: number } {
  const { type, streams, size, encodedSize, end: headerEnd } = literalsHeader(source, start, end);
  const sectionEnd = headerEnd + encodedSize;
  if (size > MAX_BLOCK || sectionEnd > end) throw corrupt('literals beyond their block');
  if (type === RAW) return { literals: source.subarray(headerEnd, sectionEnd), end: sectionEnd };
  const literals = new Uint8Array(size);
  if (type === REPEATED_BYTE) return { literals: literals.fill(source[headerEnd]!), end: sectionEnd };
  let streamsStart = headerEnd;
  if (type === COMPRESSED) {
    const read = readHuffmanCode(source, headerEnd, sectionEnd);
    frame.huffman = read.code;
    streamsStart = read.end;
  }
  const code = frame.huffman;
  if (code === undefined) throw corrupt('literals without a code');
  huffmanDecode(source, streamsStart, sectionEnd, { code, streams, target: literals });
  return { literals, end: sectionEnd };
}

/** What the symbols of one table mean: `base` plus so many bits. */
interface SymbolKind {
  readonly maxLog: number;
  readonly predefined: FseTable;
  readonly bases: Int32Array;
  readonly bits: Uint8Array;
}

/** Codes up to `single` mean themselves; the others have the extra bits that are listed. */
function symbolKind(
  first: number,
  single: number,
  extra: string,
  frequencies: readonly number[],
  maxLog: number,
): SymbolKind {
  const bits = [...new Array<number>(single).fill(0), ...extra.split(' ').map(Number)];
  let next = first;
  const bases = bits.map((count) => {
    next += 2 ** count;
    return next - 2 ** count;
  });
  return { maxLog, predefined: fseTable(frequencies, 6), bases: Int32Array.from(bases), bits: Uint8Array.from(bits) };
}

const LITERAL_LENGTHS = /* @__PURE__ */ symbolKind(
  0,
  16,
  '1 1 1 1 2 2 3 3 4 6 7 8 9 10 11 12 13 14 15 16',
  // biome-ignore format: the table of the specification
  [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1],
  9,
);
const MATCH_LENGTHS = /* @__PURE__ */ symbolKind(
  3,
  32,
  '1 1 1 1 2 2 3 3 4 4 5 7 8 9 10 11 12 13 14 15 16',
  // biome-ignore format: the table of the specification
  [1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1],
  9,
);
/** Offset codes need no table of meanings: code c is 2^c plus c bits. */
const MAX_OFFSET_CODE = 30;
const PREDEFINED_OFFSETS = /* @__PURE__ */ fseTable(
  [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
  5,
);

function decodeSequences(
  source: Uint8Array<ArrayBuffer>,
  start: number,
  end: number,
  literals: Uint8Array,
  frame: ZstdFrame,
): void {
  if (start >= end) throw corrupt('a block without a number of sequences');
  const first = source[start]!;
  const headerSize = first < 128 ? 1 : first < 255 ? 2 : 3;
  if (start + headerSize > end) throw corrupt('truncated sequences');
  const count =
    headerSize === 1
      ? first
      : headerSize === 2
        ? ((first - 128) << 8) + source[start + 1]!
        : source[start + 1]! + (source[start + 2]! << 8) + 0x7f00;
  if (count > 0) {
    const tables = readTables(source, start + headerSize, end, frame);
    const used = runSequences(source, tables.end, end, count, literals, frame);
    append(literals.subarray(used), frame);
    return;
  }
  if (start + 1 !== end) throw corrupt('bytes after the last sequence');
  append(literals, frame);
}

function append(literals: Uint8Array, frame: ZstdFrame): void {
  if (literals.length > frame.output.length - frame.position) throw new OutputOverflow();
  frame.output.set(literals, frame.position);
  frame.position += literals.length;
}

function readTables(source: Uint8Array, start: number, end: number, frame: ZstdFrame): { readonly end: number } {
  if (start >= end) throw corrupt('truncated sequences');
  const modes = source[start]!;
  if ((modes & 3) !== 0) throw corrupt('reserved bits are set');
  const kinds = [
    { maxSymbol: LITERAL_LENGTHS.bases.length - 1, maxLog: 9, predefined: LITERAL_LENGTHS.predefined },
    { maxSymbol: 31, maxLog: 8, predefined: PREDEFINED_OFFSETS },
    { maxSymbol: MATCH_LENGTHS.bases.length - 1, maxLog: 9, predefined: MATCH_LENGTHS.predefined },
  ];
  let at = start + 1;
  const tables = kinds.map((kind, index): FseTable => {
    switch ((modes >>> (6 - 2 * index)) & 3) {
      case 0:
        return kind.predefined;
      case 1: {
        if (at >= end || source[at]! > kind.maxSymbol) throw corrupt('a symbol that cannot be');
        return singleSymbolTable(source[at++]!);
      }
      case 2: {
        const read = readFseTable(source, at, end, kind);
        at = read.end;
        return read.table;
      }
      default: {
        const previous = frame.tables?.[index];
        if (previous === undefined) throw corrupt('no table to repeat');
        return previous;
      }
    }
  });
  frame.tables = [tables[0]!, tables[1]!, tables[2]!];
  return { end: at };
}

/**
 * Runs `count` sequences and returns how many literals they used. The bits are read from the end of the stream: `bit` is
 * where the unread ones end. This is where the time goes, so what it needs stands in local variables.
 */
function runSequences(
  block: Uint8Array<ArrayBuffer>,
  start: number,
  end: number,
  count: number,
  literals: Uint8Array,
  frame: ZstdFrame,
): number {
  const { output, start: frameStart, repeatedOffsets } = frame;
  const [literalTable, offsetTable, matchTable] = frame.tables!; // `readTables` has just set them.
  const { symbols: literalCodes, bits: literalStateBits, bases: literalStates } = literalTable;
  const { symbols: offsetCodes, bits: offsetStateBits, bases: offsetStates } = offsetTable;
  const { symbols: matchCodes, bits: matchStateBits, bases: matchStates } = matchTable;
  const { bases: literalBases, bits: literalBits } = LITERAL_LENGTHS;
  const { bases: matchBases, bits: matchBits } = MATCH_LENGTHS;
  const limit = Math.min(output.length, frame.position + MAX_BLOCK);
  const view = new DataView(block.buffer);
  const firstBit = 8 * start;
  let bit = endOfBits(block, start, end) - literalTable.log;
  let literalState = bitsAt(view, bit, literalTable.log);
  let offsetState = bitsAt(view, (bit -= offsetTable.log), offsetTable.log);
  let matchState = bitsAt(view, (bit -= matchTable.log), matchTable.log);
  let [latest, second, third] = repeatedOffsets;
  let position = frame.position;
  let used = 0;
  for (let sequence = 0; sequence < count; sequence++) {
    const offsetCode = offsetCodes[offsetState]!;
    if (offsetCode > MAX_OFFSET_CODE) throw corrupt(`offset code ${offsetCode}`);
    bit -= offsetCode;
    const high = offsetCode > 16 ? bitsAt(view, bit + 16, offsetCode - 16) << 16 : 0;
    const offsetValue = (1 << offsetCode) + high + bitsAt(view, bit, Math.min(offsetCode, 16));
    const matchCode = matchCodes[matchState]!;
    bit -= matchBits[matchCode]!;
    const matchLength = matchBases[matchCode]! + bitsAt(view, bit, matchBits[matchCode]!);
    const literalCode = literalCodes[literalState]!;
    bit -= literalBits[literalCode]!;
    const literalLength = literalBases[literalCode]! + bitsAt(view, bit, literalBits[literalCode]!);
    if (sequence < count - 1) {
      bit -= literalStateBits[literalState]!;
      literalState = literalStates[literalState]! + bitsAt(view, bit, literalStateBits[literalState]!);
      bit -= matchStateBits[matchState]!;
      matchState = matchStates[matchState]! + bitsAt(view, bit, matchStateBits[matchState]!);
      bit -= offsetStateBits[offsetState]!;
      offsetState = offsetStates[offsetState]! + bitsAt(view, bit, offsetStateBits[offsetState]!);
    }
    if (bit < firstBit) throw corrupt('truncated sequences');
    if (used + literalLength > literals.length) throw corrupt('more literals used than there are');
    if (literalLength + matchLength > limit - position) throw tooLong(output, position, literalLength + matchLength);
    for (const literalsEnd = used + literalLength; used < literalsEnd; ) output[position++] = literals[used++]!;
    // A value above three is a new offset; the others mean one of the last three, which moves to the front. Without literals
    // the latest one is not meant, and the others move up.
    const place = offsetValue > 3 ? 4 : offsetValue - (literalLength === 0 ? 0 : 1);
    let offset = latest;
    if (place > 0) {
      offset = place === 4 ? offsetValue - 3 : place === 1 ? second : place === 2 ? third : latest - 1;
      if (place !== 1) third = second;
      second = latest;
      latest = offset;
    }
    if (offset <= 0 || offset > position - frameStart)
      throw corrupt(`offset ${offset} with ${position - frameStart} bytes decoded`);
    copyMatch(output, position, offset, matchLength);
    position += matchLength;
  }
  if (bit !== firstBit) throw corrupt('bits after the last sequence');
  if (literals.length - used > limit - position) throw tooLong(output, position, literals.length - used);
  frame.position = position;
  frame.repeatedOffsets = [latest, second, third];
  return used;
}

/** A block that is too long is damaged; one that does not fit into the output may also be too long for the limit. */
const tooLong = (output: Uint8Array, position: number, more: number): Error =>
  more > output.length - position ? new OutputOverflow() : corrupt(`a block of more than ${MAX_BLOCK} bytes`);

const corrupt = (text: string): CodecError => new CodecError(`damaged zstd frame: ${text}`);

/**
 * The sequences section of a block: RFC 8878, section 3.1.1.3.2.
 *
 * A sequence is told by three codes (literal length, match length, offset), each followed by extra bits. The codes of
 * one kind share an FSE table: one that the RFC gives, one for this block, or none where all codes are the same.
 */

import { BitWriter } from './bits.js';
import {
  accuracyLogFor,
  costOf,
  describeDistribution,
  encodeSymbol,
  type FseTable,
  fseTable,
  highestBit,
  normalise,
  writeState,
} from './fse.js';
import type { RecentOffsets } from './recent-offsets.js';
import type { Sequences } from './sequences.js';

const PREDEFINED = 0;
const RLE = 1;
const COMPRESSED = 2;

/** One kind of code: its predefined distribution and how fine a table of a block's own may be. */
interface CodeKind {
  readonly predefined: readonly number[];
  readonly predefinedLog: number;
  readonly mostLog: number;
}

const LITERAL_LENGTHS: CodeKind = Object.freeze({
  predefined: Object.freeze([
    4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
  ]),
  predefinedLog: 6,
  mostLog: 9,
});

const MATCH_LENGTHS: CodeKind = Object.freeze({
  predefined: Object.freeze([
    1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
  ]),
  predefinedLog: 6,
  mostLog: 9,
});

const OFFSETS: CodeKind = Object.freeze({
  predefined: Object.freeze([
    1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
  ]),
  predefinedLog: 5,
  mostLog: 8,
});

/** Extra bits by literal length code: codes 0 to 15 are the length itself. */
const LITERAL_LENGTH_BITS = Object.freeze([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);

/** Extra bits by match length code: codes 0 to 31 are the length less 3. */
const MATCH_LENGTH_BITS = Object.freeze([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3,
  3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);

/** Literal lengths from here on, and match lengths less 3 from twice that on, have a code for each power of two. */
const LITERAL_LENGTHS_BY_TABLE = 64;
const MATCH_LENGTHS_BY_TABLE = 128;
const MATCH_LENGTH_BASE = 3;

/** The codes of small values, from the extra bits: each code takes the next 2^bits values. */
function codesBelow(limit: number, extraBits: readonly number[]): Uint8Array {
  const codes = new Uint8Array(limit);
  for (let code = 0, value = 0; value < limit; code++) {
    const next = value + 2 ** extraBits[code]!;
    codes.fill(code, value, next);
    value = next;
  }
  return codes;
}

/** Writer of sequences sections; its buffers serve block after block. */
export class SequencesWriter {
  private readonly literalLengthCodes = codesBelow(LITERAL_LENGTHS_BY_TABLE, LITERAL_LENGTH_BITS);
  private readonly matchLengthCodes = codesBelow(MATCH_LENGTHS_BY_TABLE, MATCH_LENGTH_BITS);
  private readonly literals: Uint8Array;
  private readonly matches: Uint8Array;
  private readonly offsets: Uint8Array;
  private readonly offsetValues: Uint32Array;

  /** Room for blocks of up to `most` sequences. */
  constructor(most: number) {
    this.literals = new Uint8Array(most);
    this.matches = new Uint8Array(most);
    this.offsets = new Uint8Array(most);
    this.offsetValues = new Uint32Array(most);
  }

  /** Writes the section and returns where it ends; `recent` is brought up to date. */
  write(target: DataView, start: number, sequences: Sequences, recent: RecentOffsets): number {
    const { count } = sequences;
    let at = writeCount(target, start, count);
    if (count === 0) return at;
    this.encodeValues(sequences, recent);
    const modesAt = at++;
    const literals = chooseTable(target, at, this.literals.subarray(0, count), LITERAL_LENGTHS);
    const offsets = chooseTable(target, literals.end, this.offsets.subarray(0, count), OFFSETS);
    const matches = chooseTable(target, offsets.end, this.matches.subarray(0, count), MATCH_LENGTHS);
    target.setUint8(modesAt, (literals.mode << 6) | (offsets.mode << 4) | (matches.mode << 2));
    at = matches.end;
    return this.writeStream(target, at, sequences, literals.table, offsets.table, matches.table);
  }

  private encodeValues(sequences: Sequences, recent: RecentOffsets): void {
    const { count, literalLengths, matchLengths } = sequences;
    for (let i = 0; i < count; i++) {
      const literalLength = literalLengths[i]!;
      const match = matchLengths[i]! - MATCH_LENGTH_BASE;
      const offsetValue = recent.valueFor(sequences.offsets[i]!, literalLength === 0);
      this.offsetValues[i] = offsetValue;
      this.offsets[i] = highestBit(offsetValue);
      this.literals[i] =
        literalLength < LITERAL_LENGTHS_BY_TABLE
          ? this.literalLengthCodes[literalLength]!
          : highestBit(literalLength) + 19;
      this.matches[i] = match < MATCH_LENGTHS_BY_TABLE ? this.matchLengthCodes[match]! : highestBit(match) + 36;
    }
  }

  /** All sequences from the last to the first: section 3.1.1.3.2.1.1 read backwards. */
  private writeStream(
    target: DataView,
    start: number,
    sequences: Sequences,
    literalTable: FseTable,
    offsetTable: FseTable,
    matchTable: FseTable,
  ): number {
    const { count, literalLengths, matchLengths } = sequences;
    const { literals, matches, offsets, offsetValues } = this;
    const writer = new BitWriter(target, start);
    let literalState = literalTable.firstStates[literals[count - 1]!]!;
    let offsetState = offsetTable.firstStates[offsets[count - 1]!]!;
    let matchState = matchTable.firstStates[matches[count - 1]!]!;
    for (let i = count - 1; i >= 0; i--) {
      if (i < count - 1) {
        offsetState = encodeSymbol(offsetTable, writer, offsetState, offsets[i]!);
        matchState = encodeSymbol(matchTable, writer, matchState, matches[i]!);
        literalState = encodeSymbol(literalTable, writer, literalState, literals[i]!);
      }
      // Extra bits are the low bits of a value, because each code begins at a multiple of its range.
      writer.write(literalLengths[i]!, LITERAL_LENGTH_BITS[literals[i]!]!);
      writer.write(matchLengths[i]! - MATCH_LENGTH_BASE, MATCH_LENGTH_BITS[matches[i]!]!);
      writer.write(offsetValues[i]!, offsets[i]!);
    }
    writeState(matchTable, writer, matchState);
    writeState(offsetTable, writer, offsetState);
    writeState(literalTable, writer, literalState);
    return writer.finishReversed();
  }
}

function writeCount(target: DataView, start: number, count: number): number {
  if (count < 128) {
    target.setUint8(start, count);
    return start + 1;
  }
  if (count < 0x7f00) {
    target.setUint16(start, (count >> 8) + 128 + ((count & 0xff) << 8), true);
    return start + 2;
  }
  target.setUint8(start, 255);
  target.setUint16(start + 1, count - 0x7f00, true);
  return start + 3;
}

interface ChosenTable {
  readonly mode: number;
  readonly table: FseTable;
  /** Where the description of the table ends. */
  readonly end: number;
}

/** Chooses the table that takes fewest bits, and writes its description. */
function chooseTable(target: DataView, start: number, codes: Uint8Array, kind: CodeKind): ChosenTable {
  const { predefined, predefinedLog } = kind;
  const counts = new Uint32Array(predefined.length);
  for (let i = 0; i < codes.length; i++) counts[codes[i]!]!++;
  const distinct = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  const predefinedCost = costOf(counts, predefined, predefinedLog);
  const predefinedTable = (): ChosenTable => ({
    mode: PREDEFINED,
    table: fseTable(predefined, predefinedLog),
    end: start,
  });

  if (distinct === 1) {
    // One byte for the code, and nothing per sequence; a few sequences may still be cheaper by the predefined table.
    if (predefinedCost + (predefinedLog << 8) <= 8 << 8) return predefinedTable();
    target.setUint8(start, codes[0]!);
    return { mode: RLE, table: repeatingTable(codes[0]!), end: start + 1 };
  }
  const total = codes.length;
  const accuracyLog = accuracyLogFor({ total, distinct }, kind.mostLog);
  const probabilities = normalise(counts, total, accuracyLog);
  const description = new BitWriter(target, start);
  describeDistribution(description, probabilities, accuracyLog);
  const end = description.finish();
  const cost = costOf(counts, probabilities, accuracyLog) + ((end - start) << 11);
  if (predefinedCost <= cost) return predefinedTable();
  return { mode: COMPRESSED, table: fseTable(probabilities, accuracyLog), end };
}

/** The table of one code alone: a single cell, so no bits. */
function repeatingTable(code: number): FseTable {
  const probabilities = new Int16Array(code + 1);
  probabilities[code] = 1;
  return fseTable(probabilities, 0);
}

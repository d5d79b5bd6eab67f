/**
 * The three tables of a block's sequences: RFC 8878, section 3.1.1.3.2.1. A table outlives its block, because the next one
 * may repeat it. Those of the format itself, which blocks of few sequences use, are made once.
 *
 * A state is the address of a cell. A cell says how the next state is found, and what its symbol means: each a base plus so
 * many bits of the stream. What is added to the next state is an index, shifted to be one of bytes.
 *
 *     at 0   u32   the next state, if its bits are zeros
 *     at 4   u32   the place of its bits: as many ones, four bits up
 *     at 8   u32   the value, if its bits are zeros; of an offset also the number that its bits are less than
 *     at 12  u8    the number of bits of the next state; of a literal length, which is read first, CELL_LOG more
 *     at 13  u8    the number of bits of the value
 *     at 14  u16   as many ones, of a length
 */

import { highestBit } from '../bits';
import {
  accuracyLog,
  nextOf,
  readDistribution,
  spreadSymbols,
  symbolOf,
  takeDistribution,
} from './distribution';

/** The kinds of tables. */
export const LITERAL_LENGTHS: u32 = 0;
export const OFFSETS: u32 = 1;
export const MATCH_LENGTHS: u32 = 2;
export const CELL_LOG: u32 = 4;
export const NEXT_STATE: usize = 0;
export const STATE_MASK: usize = 4;
export const VALUE: usize = 8;
export const STATE_BITS: usize = 12;
export const VALUE_BITS: usize = 13;
export const VALUE_MASK: usize = 14;

const MOST_CELLS: usize = 512;
/** Per kind a table that blocks give, and the one of the format. */
const GIVEN: usize = memory.data(3 * 512 * 16, 16);
const PREDEFINED: usize = memory.data(3 * 64 * 16, 16);
/** { address, accuracyLog } per kind: the tables that are in use; no address where the frame has had none yet. */
const USED: usize = memory.data(3 * 8, 16);

const IS_PREDEFINED: u32 = 0;
const IS_REPEATING: u32 = 1;
const IS_DESCRIBED: u32 = 2;

const PREDEFINED_LITERAL_LENGTHS: usize = memory.data<u8>([
  4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, 255, 255, 255, 255,
]);
const PREDEFINED_OFFSETS: usize = memory.data<u8>([
  1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 255, 255, 255, 255, 255,
]);
const PREDEFINED_MATCH_LENGTHS: usize = memory.data<u8>([
  1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 255, 255, 255, 255, 255, 255, 255,
]);

const LITERAL_LENGTH_VALUES: usize = memory.data<u32>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048,
  4096, 8192, 16384, 32768, 65536,
]);
const LITERAL_LENGTH_BITS: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);
const MATCH_LENGTH_VALUES: usize = memory.data<u32>([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34,
  35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539,
]);
const MATCH_LENGTH_BITS: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3,
  4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
]);

/** u64 × 64 per kind: for each symbol the half of a cell that says what it means. */
const MEANINGS: usize = memory.data(3 * 64 * 8, 16);
const MEANINGS_BYTES: usize = 64 * 8;
for (let symbol: u32 = 0; symbol < 36; symbol++) {
  const value = load<u32>(LITERAL_LENGTH_VALUES + (<usize>symbol << 2));
  storeMeaning(LITERAL_LENGTHS, symbol, value, load<u8>(LITERAL_LENGTH_BITS + symbol));
}
for (let symbol: u32 = 0; symbol < 32; symbol++) storeMeaning(OFFSETS, symbol, 1 << symbol, symbol);
for (let symbol: u32 = 0; symbol < 53; symbol++) {
  const value = load<u32>(MATCH_LENGTH_VALUES + (<usize>symbol << 2));
  storeMeaning(MATCH_LENGTHS, symbol, value, load<u8>(MATCH_LENGTH_BITS + symbol));
}

function storeMeaning(kind: u32, symbol: u32, value: u32, bits: u32): void {
  const more: u64 = kind == LITERAL_LENGTHS ? CELL_LOG : 0;
  const mask = (<u64>1 << bits) - 1;
  store<u64>(meaningsOf(kind) + (<usize>symbol << 3), value | (more << 32) | (<u64>bits << 40) | (mask << 48));
}

// @ts-ignore: decorator
@inline
function meaningsOf(kind: u32): usize {
  return MEANINGS + <usize>kind * MEANINGS_BYTES;
}

makePredefined(LITERAL_LENGTHS, PREDEFINED_LITERAL_LENGTHS, 36, 6);
makePredefined(OFFSETS, PREDEFINED_OFFSETS, 29, 5);
makePredefined(MATCH_LENGTHS, PREDEFINED_MATCH_LENGTHS, 53, 6);

/** Makes the table of the format itself. */
function makePredefined(kind: u32, distribution: usize, symbols: u32, log: u32): void {
  takeDistribution(distribution, symbols, log);
  buildTable(kind, predefinedTable(kind));
}

// @ts-ignore: decorator
@inline
function predefinedTable(kind: u32): usize {
  return PREDEFINED + <usize>kind * (64 << CELL_LOG);
}

/** The table in use. */
// @ts-ignore: decorator
@inline
export function tableOf(kind: u32): usize {
  return load<u32>(USED + (<usize>kind << 3));
}

/** The accuracy of the table in use. */
// @ts-ignore: decorator
@inline
export function logOf(kind: u32): u32 {
  return load<u32>(USED + (<usize>kind << 3), 4);
}

// @ts-ignore: decorator
@inline
function useTable(kind: u32, table: usize, log: u32): void {
  store<u32>(USED + (<usize>kind << 3), <u32>table);
  store<u32>(USED + (<usize>kind << 3), log, 4);
}

/** Forgets the tables of the frame before. */
export function forgetTables(): void {
  for (let kind = LITERAL_LENGTHS; kind <= MATCH_LENGTHS; kind++) useTable(kind, 0, 0);
}

/** Reads the tables as `modes` say, from `start` on; where they end, or 0 if they cannot be. */
export function readTables(modes: u32, start: usize, end: usize): usize {
  let at = start;
  for (let kind = LITERAL_LENGTHS; kind <= MATCH_LENGTHS && at != 0; kind++) {
    at = readTable((modes >> (6 - 2 * kind)) & 3, kind, at, end);
  }
  return at;
}

function readTable(mode: u32, kind: u32, start: usize, end: usize): usize {
  if (mode == IS_PREDEFINED) {
    useTable(kind, predefinedTable(kind), kind == OFFSETS ? 5 : 6);
    return start;
  }
  const maxSymbol: u32 = kind == LITERAL_LENGTHS ? 35 : kind == OFFSETS ? 31 : 52;
  const table = GIVEN + <usize>kind * (MOST_CELLS << CELL_LOG);
  if (mode == IS_REPEATING) {
    if (start >= end || load<u8>(start) > <u8>maxSymbol) return 0;
    // The only state has no bits, and its next one is itself.
    storeCell(table, <u32>table, 0, load<u64>(meaningsOf(kind) + (<usize>load<u8>(start) << 3)));
    useTable(kind, table, 0);
    return start + 1;
  }
  if (mode == IS_DESCRIBED) {
    const at = readDistribution(start, end, maxSymbol, kind == OFFSETS ? 8 : 9);
    if (at == 0) return 0;
    buildTable(kind, table);
    useTable(kind, table, accuracyLog);
    return at;
  }
  // The table of the block before.
  return tableOf(kind) != 0 ? start : 0;
}

function buildTable(kind: u32, table: usize): void {
  spreadSymbols();
  const log = accuracyLog;
  const size: u32 = 1 << log;
  const base = <u32>table - (size << CELL_LOG);
  const meanings = meaningsOf(kind);
  let cell = table;
  for (let state: u32 = 0; state < size; state++) {
    const symbol = symbolOf(state);
    const next = nextOf(symbol);
    const bits = log - highestBit(next);
    storeCell(cell, base + (next << (bits + CELL_LOG)), bits, load<u64>(meanings + (<usize>symbol << 3)));
    cell += 1 << CELL_LOG;
  }
}

/** Makes a cell from which so many bits lead to the state `next`, or to those behind it. */
// @ts-ignore: decorator
@inline
function storeCell(cell: usize, next: u32, bits: u32, meaning: u64): void {
  const mask = ((1 << bits) - 1) << CELL_LOG;
  store<u64>(cell, next | (<u64>mask << 32), NEXT_STATE);
  store<u64>(cell, meaning + (<u64>bits << 32), VALUE);
}

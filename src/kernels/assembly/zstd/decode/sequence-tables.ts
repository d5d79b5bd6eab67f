/**
 * The three tables of a block's sequences: RFC 8878, section 3.1.1.3.2.1. A table outlives its block, because the next one
 * may repeat it.
 *
 * A state is the address of a cell. A cell says how the next state is found, and what its symbol means: each a base plus so
 * many bits of the stream. What is added to the next state is an index, shifted to be one of bytes.
 *
 *     at 0   u32   the next state, if its bits are zeros
 *     at 4   u32   the place of its bits: as many ones, four bits up
 *     at 8   u32   the value, if its bits are zeros; of an offset also the number that its bits are less than
 *     at 12  u8    the number of bits of the next state
 *     at 13  u8    the number of bits of the value
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

export const LITERAL_LENGTHS: usize = memory.data(512 * 16, 16);
export const OFFSETS: usize = memory.data(256 * 16, 16);
export const MATCH_LENGTHS: usize = memory.data(512 * 16, 16);
export const CELL_LOG: u32 = 4;
export const NEXT_STATE: usize = 0;
export const STATE_MASK: usize = 4;
export const VALUE: usize = 8;
export const STATE_BITS: usize = 12;
export const VALUE_BITS: usize = 13;

export let literalLengthLog: u32 = 0;
export let offsetLog: u32 = 0;
export let matchLengthLog: u32 = 0;

/** One bit for each table that a block has given. */
let given: u32 = 0;

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

/** Forgets the tables of the frame before. */
export function forgetTables(): void {
  given = 0;
}

/** Reads the tables as `modes` say, from `start` on; where they end, or 0 if they cannot be. */
export function readTables(modes: u32, start: usize, end: usize): usize {
  let at = readTable((modes >> 6) & 3, LITERAL_LENGTHS, start, end);
  if (at == 0) return 0;
  if (((modes >> 6) & 3) != 3) literalLengthLog = accuracyLog;
  at = readTable((modes >> 4) & 3, OFFSETS, at, end);
  if (at == 0) return 0;
  if (((modes >> 4) & 3) != 3) offsetLog = accuracyLog;
  at = readTable((modes >> 2) & 3, MATCH_LENGTHS, at, end);
  if (at == 0) return 0;
  if (((modes >> 2) & 3) != 3) matchLengthLog = accuracyLog;
  return at;
}

function readTable(mode: u32, table: usize, start: usize, end: usize): usize {
  const bit: u32 = table == LITERAL_LENGTHS ? 1 : table == OFFSETS ? 2 : 4;
  if (mode == 3) return (given & bit) != 0 ? start : 0;
  given |= bit;
  const maxSymbol: u32 = table == LITERAL_LENGTHS ? 35 : table == OFFSETS ? 31 : 52;
  if (mode == 1) {
    if (start >= end || load<u8>(start) > <u8>maxSymbol) return 0;
    // The only state has no bits, and its next one is itself.
    storeCell(table, table, 0, load<u8>(start));
    store<u32>(table, 0, STATE_MASK);
    takeDistribution(0, 0, 0);
    return start + 1;
  }
  let at = start;
  if (mode == 2) {
    at = readDistribution(start, end, maxSymbol, table == OFFSETS ? 8 : 9);
    if (at == 0) return 0;
  } else if (table == LITERAL_LENGTHS) takeDistribution(PREDEFINED_LITERAL_LENGTHS, 36, 6);
  else if (table == OFFSETS) takeDistribution(PREDEFINED_OFFSETS, 29, 5);
  else takeDistribution(PREDEFINED_MATCH_LENGTHS, 53, 6);
  buildTable(table);
  return at;
}

function buildTable(table: usize): void {
  spreadSymbols();
  const log = accuracyLog;
  const size: u32 = 1 << log;
  let cell = table;
  for (let state: u32 = 0; state < size; state++) {
    const symbol = symbolOf(state);
    const next = nextOf(symbol);
    const bits = log - highestBit(next);
    storeCell(table, cell, (next << bits) - size, symbol);
    store<u8>(cell, <u8>bits, STATE_BITS);
    store<u32>(cell, ((1 << bits) - 1) << CELL_LOG, STATE_MASK);
    cell += 1 << CELL_LOG;
  }
}

/** Makes the cell of `symbol`, from which no bits lead to the state with the index `next`. */
function storeCell(table: usize, cell: usize, next: u32, symbol: u32): void {
  store<u32>(cell, <u32>table + (next << CELL_LOG), NEXT_STATE);
  store<u64>(cell, 0, VALUE);
  if (table == OFFSETS) {
    store<u8>(cell, <u8>symbol, VALUE_BITS);
    store<u32>(cell, <u32>1 << symbol, VALUE);
  } else {
    const isMatch = table == MATCH_LENGTHS;
    store<u8>(cell, load<u8>((isMatch ? MATCH_LENGTH_BITS : LITERAL_LENGTH_BITS) + symbol), VALUE_BITS);
    store<u32>(cell, load<u32>((isMatch ? MATCH_LENGTH_VALUES : LITERAL_LENGTH_VALUES) + (<usize>symbol << 2)), VALUE);
  }
}

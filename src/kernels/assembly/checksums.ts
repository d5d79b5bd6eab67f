/**
 * The checksums of gzip and zlib, of the input, or of the beginning of the output: CRC-32 (RFC 1952, section 8) and Adler-32
 * (RFC 1950, section 8.2), sixteen bytes at once by vectors.
 *
 * A CRC is the remainder of a division of polynomials over two elements, which is linear: what a word adds to the remainder is
 * the sum of what its parts add. So a block of 64 bytes can be *folded* into the next one: each of its words is replaced by
 * what it becomes 64 bytes further on, looked up by four bits at a time, and added there. The last block, in which all others
 * are then, is done by tables for its bytes. Words lie byte by byte in four vectors, so that one look-up serves sixteen.
 */

import { inputEnd, inputStart, outputEnd, outputStart } from './exchange';

const POLYNOMIAL: u32 = 0xedb88320;
const TABLES: usize = memory.data(16 * 1024, 16);
let hasTables = false;
/** So many bytes are folded at once. */
const BLOCK: usize = 64;
const LEAST_FOLDED: usize = 256;
const FOLDED: usize = memory.data(64, 16);
/** For each of the eight parts of a word four vectors, one for each byte that its sixteen values become. */
const FOLDS: usize = memory.data(8 * 64, 16);

const MODULUS: u32 = 65521;
/** So many bytes can be summed before the second sum could leave 32 bits; a multiple of sixteen. */
const RUN: usize = 5552;

/** The CRC-32 of the first `length` bytes of the output. */
export function crc32Output(length: u32): u32 {
  if (length > outputEnd - outputStart) unreachable();
  return crc32(outputStart, outputStart + length);
}

/** The CRC-32 of the input. */
export function crc32Input(): u32 {
  return crc32(inputStart, inputEnd);
}

function crc32(start: usize, end: usize): u32 {
  if (!hasTables) makeTables();
  let at = start;
  let crc: u32 = 0xffffffff;
  if (end - start >= LEAST_FOLDED) {
    at = foldBlocks(start, end);
    crc = ofBytes(0, FOLDED, FOLDED + BLOCK);
  }
  return ~ofBytes(crc, at, end);
}

/** The remainder after these bytes, without what inverts it. */
function ofBytes(crc: u32, at: usize, end: usize): u32 {
  for (; end - at >= 16; at += 16) {
    const first = load<u64>(at) ^ crc;
    const second = load<u64>(at, 8);
    crc = eight(first, TABLES + 8 * 1024) ^ eight(second, TABLES);
  }
  for (; at < end; at++) crc = (crc >> 8) ^ entry(TABLES, (crc ^ load<u8>(at)) & 255);
  return crc;
}

/** Folds all whole blocks into one, which it leaves in FOLDED; where they end. */
function foldBlocks(at: usize, end: usize): usize {
  const low = i8x16.splat(15);
  // All ones are added to the first word, with which a CRC begins.
  const begin = i8x16.replace_lane(i8x16.splat(0), 0, -1);
  let first = begin;
  let second = begin;
  let third = begin;
  let fourth = begin;
  for (;;) {
    const a = byteWise(at);
    const b = byteWise(at + 16);
    const c = byteWise(at + 32);
    const d = byteWise(at + 48);
    const abLow = v128.shuffle<u32>(a, b, 0, 4, 1, 5);
    const abHigh = v128.shuffle<u32>(a, b, 2, 6, 3, 7);
    const cdLow = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
    const cdHigh = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
    first = v128.xor(first, v128.shuffle<u64>(abLow, cdLow, 0, 2));
    second = v128.xor(second, v128.shuffle<u64>(abLow, cdLow, 1, 3));
    third = v128.xor(third, v128.shuffle<u64>(abHigh, cdHigh, 0, 2));
    fourth = v128.xor(fourth, v128.shuffle<u64>(abHigh, cdHigh, 1, 3));
    at += BLOCK;
    if (end - at < BLOCK) break;
    const low0 = v128.and(first, low);
    const high0 = i8x16.shr_u(first, 4);
    const low1 = v128.and(second, low);
    const high1 = i8x16.shr_u(second, 4);
    const low2 = v128.and(third, low);
    const high2 = i8x16.shr_u(third, 4);
    const low3 = v128.and(fourth, low);
    const high3 = i8x16.shr_u(fourth, 4);
    first = folded(FOLDS, low0, high0, low1, high1, low2, high2, low3, high3);
    second = folded(FOLDS + 16, low0, high0, low1, high1, low2, high2, low3, high3);
    third = folded(FOLDS + 32, low0, high0, low1, high1, low2, high2, low3, high3);
    fourth = folded(FOLDS + 48, low0, high0, low1, high1, low2, high2, low3, high3);
  }
  storeWords(first, second, third, fourth);
  return at;
}

/** Stores sixteen words, of which these are the first bytes, the second ones, and so on. */
function storeWords(first: v128, second: v128, third: v128, fourth: v128): void {
  const firstLow = v128.shuffle<u8>(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const firstHigh = v128.shuffle<u8>(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const thirdLow = v128.shuffle<u8>(third, fourth, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const thirdHigh = v128.shuffle<u8>(third, fourth, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  v128.store(FOLDED, v128.shuffle<u16>(firstLow, thirdLow, 0, 8, 1, 9, 2, 10, 3, 11));
  v128.store(FOLDED, v128.shuffle<u16>(firstLow, thirdLow, 4, 12, 5, 13, 6, 14, 7, 15), 16);
  v128.store(FOLDED, v128.shuffle<u16>(firstHigh, thirdHigh, 0, 8, 1, 9, 2, 10, 3, 11), 32);
  v128.store(FOLDED, v128.shuffle<u16>(firstHigh, thirdHigh, 4, 12, 5, 13, 6, 14, 7, 15), 48);
}

/** Four words, the first bytes of all together, then the second ones, and so on. */
// @ts-ignore: decorator
@inline
function byteWise(at: usize): v128 {
  const words = v128.load(at);
  return v128.shuffle<u8>(words, words, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
}

/** One byte of sixteen words that are folded, of which these are the eight parts. */
// @ts-ignore: decorator
@inline
function folded(table: usize, a: v128, b: v128, c: v128, d: v128, e: v128, f: v128, g: v128, h: v128): v128 {
  const ab = v128.xor(i8x16.swizzle(v128.load(table), a), i8x16.swizzle(v128.load(table, 64), b));
  const cd = v128.xor(i8x16.swizzle(v128.load(table, 128), c), i8x16.swizzle(v128.load(table, 192), d));
  const ef = v128.xor(i8x16.swizzle(v128.load(table, 256), e), i8x16.swizzle(v128.load(table, 320), f));
  const gh = v128.xor(i8x16.swizzle(v128.load(table, 384), g), i8x16.swizzle(v128.load(table, 448), h));
  return v128.xor(v128.xor(ab, cd), v128.xor(ef, gh));
}

/** What each part of a word becomes where 60 zeros follow it. */
function makeFolds(): void {
  memory.fill(FOLDED, 0, BLOCK);
  for (let part: u32 = 0; part < 8; part++) {
    for (let value: u32 = 0; value < 16; value++) {
      store<u32>(FOLDED, value << (4 * part));
      let crc = ofBytes(0, FOLDED, FOLDED + BLOCK);
      for (let i: u32 = 0; i < 4; i++) {
        store<u8>(FOLDS + (part << 6) + (i << 4) + value, <u8>crc);
        crc >>= 8;
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function entry(table: usize, byte: u32): u32 {
  return load<u32>(table + (<usize>byte << 2));
}

/** What eight bytes add, of which the last is followed by as many as the first of these tables stands for. */
// @ts-ignore: decorator
@inline
function eight(bytes: u64, tables: usize): u32 {
  const low = <u32>bytes;
  const high = <u32>(bytes >> 32);
  return (
    entry(tables + 7 * 1024, low & 255) ^
    entry(tables + 6 * 1024, (low >> 8) & 255) ^
    entry(tables + 5 * 1024, (low >> 16) & 255) ^
    entry(tables + 4 * 1024, low >> 24) ^
    entry(tables + 3 * 1024, high & 255) ^
    entry(tables + 2 * 1024, (high >> 8) & 255) ^
    entry(tables + 1024, (high >> 16) & 255) ^
    entry(tables, high >> 24)
  );
}

function makeTables(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
    store<u32>(TABLES + (<usize>byte << 2), crc);
  }
  for (let i: u32 = 256; i < 16 * 256; i++) {
    const crc = load<u32>(TABLES + (<usize>(i - 256) << 2));
    store<u32>(TABLES + (<usize>i << 2), (crc >> 8) ^ entry(TABLES, crc & 255));
  }
  makeFolds();
  hasTables = true;
}

/** The Adler-32 of the first `length` bytes of the output. */
export function adler32Output(length: u32): u32 {
  if (length > outputEnd - outputStart) unreachable();
  return adler32(outputStart, outputStart + length);
}

/** The Adler-32 of the input. */
export function adler32Input(): u32 {
  return adler32(inputStart, inputEnd);
}

function adler32(start: usize, end: usize): u32 {
  const highWeights = i16x8(16, 15, 14, 13, 12, 11, 10, 9);
  const lowWeights = i16x8(8, 7, 6, 5, 4, 3, 2, 1);
  let at = start;
  let first: u32 = 1;
  let second: u32 = 0;
  while (end - at >= 16) {
    const runEnd = at + min<usize>(RUN, (end - at) & ~15);
    second += first * <u32>(runEnd - at);
    let sums = i32x4.splat(0);
    // Of all sums before each vector, which the second sum has sixteen times, and of the vectors themselves.
    let earlier = i32x4.splat(0);
    let weighted = i32x4.splat(0);
    for (; at < runEnd; at += 16) {
      const bytes = v128.load(at);
      earlier = i32x4.add(earlier, sums);
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(bytes)));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(bytes), highWeights));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(bytes), lowWeights));
    }
    first = (first + total(sums)) % MODULUS;
    second = (second % MODULUS + 16 * (total(earlier) % MODULUS) + total(weighted)) % MODULUS;
  }
  for (; at < end; at++) {
    first += load<u8>(at);
    second += first;
  }
  return ((second % MODULUS) << 16) | (first % MODULUS);
}

function total(lanes: v128): u32 {
  return (
    i32x4.extract_lane(lanes, 0) + i32x4.extract_lane(lanes, 1) + i32x4.extract_lane(lanes, 2) + i32x4.extract_lane(lanes, 3)
  );
}

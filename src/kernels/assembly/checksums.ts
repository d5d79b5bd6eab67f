/**
 * The checksums of gzip and zlib, of the input, or of the beginning of the output: CRC-32 (RFC 1952, section 8), sixteen bytes at once by as
 * many tables, and Adler-32 (RFC 1950, section 8.2), sixteen bytes at once by vectors.
 */

import { inputEnd, inputStart, outputEnd, outputStart } from './exchange';

const POLYNOMIAL: u32 = 0xedb88320;
const TABLES: usize = memory.data(16 * 1024, 16);
let hasTables = false;

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
  for (; end - at >= 16; at += 16) {
    const first = load<u64>(at) ^ crc;
    const second = load<u64>(at, 8);
    crc = eight(first, TABLES + 8 * 1024) ^ eight(second, TABLES);
  }
  for (; at < end; at++) crc = (crc >> 8) ^ entry(TABLES, (crc ^ load<u8>(at)) & 255);
  return ~crc;
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

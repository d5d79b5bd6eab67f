/**
 * Bit shuffle, as Blosc does it: bit 0 of the first byte of all elements, eight elements to a byte, then bit 1, and so on
 * through the bytes of an element; each such run is a row. It wants a multiple of eight elements.
 * https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
 *
 * It is a byte shuffle, and of each plane eight rows. This is done in tiles of as many elements as a vector of a row
 * stands for, so that the planes between stay in the nearest cache.
 *
 * Bounds: elements have at most 256 bytes. Nothing is read or written outside of the elements and rows.
 */

import { gatherElements, spreadElements } from './shuffle';

const TILE_ELEMENTS: usize = 128;
export const LARGEST_ELEMENT: usize = 256;
/** The planes of a tile. */
const TILE: usize = memory.data(128 * 256, 16);
/** What the rows of a plane look like as elements of eight bytes. */
const COLUMNS: usize = memory.data(128, 16);

/** Makes rows, one after another at `rows`, of `count` elements of `size` bytes. */
export function spreadBits(elements: usize, rows: usize, count: usize, size: usize): void {
  const rowBytes = count >> 3;
  for (let first: usize = 0; first < count; first += TILE_ELEMENTS) {
    const tile = min<usize>(TILE_ELEMENTS, count - first);
    spreadElements(elements + first * size, TILE, TILE_ELEMENTS, tile, size);
    for (let byte: usize = 0; byte < size; byte++) {
      const plane = TILE + byte * TILE_ELEMENTS;
      const to = rows + 8 * byte * rowBytes + (first >> 3);
      if (tile == TILE_ELEMENTS) spreadPlane(plane, to, rowBytes);
      else {
        for (let i: usize = 0; i < tile; i += 8) {
          const columns = transposed(load<u64>(plane + i));
          for (let bit: usize = 0; bit < 8; bit++) store<u8>(to + bit * rowBytes + (i >> 3), <u8>(columns >> (8 * bit)));
        }
      }
    }
  }
}

/** The inverse of `spreadBits`. */
export function gatherBits(rows: usize, elements: usize, count: usize, size: usize): void {
  const rowBytes = count >> 3;
  for (let first: usize = 0; first < count; first += TILE_ELEMENTS) {
    const tile = min<usize>(TILE_ELEMENTS, count - first);
    for (let byte: usize = 0; byte < size; byte++) {
      const plane = TILE + byte * TILE_ELEMENTS;
      const from = rows + 8 * byte * rowBytes + (first >> 3);
      if (tile == TILE_ELEMENTS) gatherPlane(from, rowBytes, plane);
      else {
        for (let i: usize = 0; i < tile; i += 8) {
          let columns: u64 = 0;
          for (let bit: usize = 0; bit < 8; bit++) columns |= <u64>load<u8>(from + bit * rowBytes + (i >> 3)) << (8 * bit);
          store<u64>(plane + i, transposed(columns));
        }
      }
    }
    gatherElements(TILE, TILE_ELEMENTS, elements + first * size, tile, size);
  }
}

/** Sixteen bytes of each of eight rows, from the 128 bytes of a plane. */
// @ts-ignore: decorator
@inline
function spreadPlane(plane: usize, rows: usize, rowBytes: usize): void {
  for (let i: usize = 0; i < TILE_ELEMENTS; i += 16) {
    let bytes = v128.load(plane + i);
    let to = rows + 7 * rowBytes + (i >> 3);
    for (let bit: u32 = 0; bit < 8; bit++) {
      store<u16>(to, <u16>i8x16.bitmask(bytes));
      bytes = i8x16.shl(bytes, 1);
      to -= rowBytes;
    }
  }
}

/** The inverse of `spreadPlane`. */
// @ts-ignore: decorator
@inline
function gatherPlane(rows: usize, rowBytes: usize, plane: usize): void {
  gatherElements(rows, rowBytes, COLUMNS, 16, 8);
  const bits = i64x2.splat(0x00aa00aa00aa00aa);
  const pairs = i64x2.splat(0x0000cccc0000cccc);
  const nibbles = i64x2.splat(0x00000000f0f0f0f0);
  for (let i: usize = 0; i < TILE_ELEMENTS; i += 16) {
    let square = v128.load(COLUMNS + i);
    let swap = v128.and(v128.xor(square, i64x2.shr_u(square, 7)), bits);
    square = v128.xor(square, v128.xor(swap, i64x2.shl(swap, 7)));
    swap = v128.and(v128.xor(square, i64x2.shr_u(square, 14)), pairs);
    square = v128.xor(square, v128.xor(swap, i64x2.shl(swap, 14)));
    swap = v128.and(v128.xor(square, i64x2.shr_u(square, 28)), nibbles);
    square = v128.xor(square, v128.xor(swap, i64x2.shl(swap, 28)));
    v128.store(plane + i, square);
  }
}

/** The 8 × 8 bits of a word with rows for columns: single bits, then pairs, then nibbles swap across the diagonal. */
function transposed(square: u64): u64 {
  let swap = (square ^ (square >> 7)) & 0x00aa00aa00aa00aa;
  square ^= swap ^ (swap << 7);
  swap = (square ^ (square >> 14)) & 0x0000cccc0000cccc;
  square ^= swap ^ (swap << 14);
  swap = (square ^ (square >> 28)) & 0x00000000f0f0f0f0;
  return square ^ swap ^ (swap << 28);
}

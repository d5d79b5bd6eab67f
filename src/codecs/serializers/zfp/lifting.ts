/**
 * The decorrelating transforms of zfp, along one line of four integers, `stride` apart in a block: one that is nearly
 * orthogonal and loses lowest bits, and one of differences that loses nothing. All arithmetic is modulo 2^32 or 2^64.
 *
 * Integers of 64 bits are pairs of words: the low ones fill the first half of the block, the high ones the second.
 * https://zfp.readthedocs.io/en/release1.0.1/algorithm.html
 */

export function forward32(block: Int32Array, at: number, stride: number): void {
  let x = block[at]!;
  let y = block[at + stride]!;
  let z = block[at + 2 * stride]!;
  let w = block[at + 3 * stride]!;
  x = ((x + w) | 0) >> 1;
  w = (w - x) | 0;
  z = ((z + y) | 0) >> 1;
  y = (y - z) | 0;
  x = ((x + z) | 0) >> 1;
  z = (z - x) | 0;
  w = ((w + y) | 0) >> 1;
  y = (y - w) | 0;
  w = (w + (y >> 1)) | 0;
  y = (y - (w >> 1)) | 0;
  block[at] = x;
  block[at + stride] = y;
  block[at + 2 * stride] = z;
  block[at + 3 * stride] = w;
}

export function inverse32(block: Int32Array, at: number, stride: number): void {
  let x = block[at]!;
  let y = block[at + stride]!;
  let z = block[at + 2 * stride]!;
  let w = block[at + 3 * stride]!;
  y = (y + (w >> 1)) | 0;
  w = (w - (y >> 1)) | 0;
  y = (y + w) | 0;
  w = (2 * w - y) | 0;
  z = (z + x) | 0;
  x = (2 * x - z) | 0;
  y = (y + z) | 0;
  z = (2 * z - y) | 0;
  w = (w + x) | 0;
  x = (2 * x - w) | 0;
  block[at] = x;
  block[at + stride] = y;
  block[at + 2 * stride] = z;
  block[at + 3 * stride] = w;
}

export function forwardExact32(block: Int32Array, at: number, stride: number): void {
  const x = block[at]!;
  const y = block[at + stride]!;
  const z = block[at + 2 * stride]!;
  const w = block[at + 3 * stride]!;
  block[at + stride] = y - x;
  block[at + 2 * stride] = z - 2 * y + x;
  block[at + 3 * stride] = w - 3 * z + 3 * y - x;
}

export function inverseExact32(block: Int32Array, at: number, stride: number): void {
  const x = block[at]!;
  const y = block[at + stride]!;
  const z = block[at + 2 * stride]!;
  const w = block[at + 3 * stride]!;
  block[at + stride] = y + x;
  block[at + 2 * stride] = z + 2 * y + x;
  block[at + 3 * stride] = w + 3 * z + 3 * y + x;
}

export function forward64(block: Int32Array, x: number, stride: number): void {
  const [y, z, w] = [x + stride, x + 2 * stride, x + 3 * stride];
  add(block, x, w);
  halve(block, x);
  subtract(block, w, x);
  add(block, z, y);
  halve(block, z);
  subtract(block, y, z);
  add(block, x, z);
  halve(block, x);
  subtract(block, z, x);
  add(block, w, y);
  halve(block, w);
  subtract(block, y, w);
  addHalf(block, w, y);
  subtractHalf(block, y, w);
}

export function inverse64(block: Int32Array, x: number, stride: number): void {
  const [y, z, w] = [x + stride, x + 2 * stride, x + 3 * stride];
  addHalf(block, y, w);
  subtractHalf(block, w, y);
  add(block, y, w);
  reflect(block, w, y);
  add(block, z, x);
  reflect(block, x, z);
  add(block, y, z);
  reflect(block, z, y);
  add(block, w, x);
  reflect(block, x, w);
}

export function forwardExact64(block: Int32Array, x: number, stride: number): void {
  const [y, z, w] = [x + stride, x + 2 * stride, x + 3 * stride];
  subtract(block, w, z);
  subtract(block, z, y);
  subtract(block, y, x);
  subtract(block, w, z);
  subtract(block, z, y);
  subtract(block, w, z);
}

export function inverseExact64(block: Int32Array, x: number, stride: number): void {
  const [y, z, w] = [x + stride, x + 2 * stride, x + 3 * stride];
  add(block, w, z);
  add(block, z, y);
  add(block, w, z);
  add(block, y, x);
  add(block, z, y);
  add(block, w, z);
}

// Storing in an Int32Array takes a number modulo 2^32, so only carries need care.

/** `a += b` */
function add(block: Int32Array, a: number, b: number): void {
  const high = block.length >> 1;
  const low = (block[a]! >>> 0) + (block[b]! >>> 0);
  block[high + a] = block[high + a]! + block[high + b]! + (low > 0xffffffff ? 1 : 0);
  block[a] = low;
}

/** `a -= b` */
function subtract(block: Int32Array, a: number, b: number): void {
  const high = block.length >> 1;
  const low = (block[a]! >>> 0) - (block[b]! >>> 0);
  block[high + a] = block[high + a]! - block[high + b]! - (low < 0 ? 1 : 0);
  block[a] = low;
}

/** `a >>= 1` */
function halve(block: Int32Array, a: number): void {
  const high = block.length >> 1;
  block[a] = (block[a]! >>> 1) | (block[high + a]! << 31);
  block[high + a] = block[high + a]! >> 1;
}

/** `a += b >> 1` */
function addHalf(block: Int32Array, a: number, b: number): void {
  const high = block.length >> 1;
  const low = (block[a]! >>> 0) + (((block[b]! >>> 1) | (block[high + b]! << 31)) >>> 0);
  block[high + a] = block[high + a]! + (block[high + b]! >> 1) + (low > 0xffffffff ? 1 : 0);
  block[a] = low;
}

/** `a -= b >> 1` */
function subtractHalf(block: Int32Array, a: number, b: number): void {
  const high = block.length >> 1;
  const low = (block[a]! >>> 0) - (((block[b]! >>> 1) | (block[high + b]! << 31)) >>> 0);
  block[high + a] = block[high + a]! - (block[high + b]! >> 1) - (low < 0 ? 1 : 0);
  block[a] = low;
}

/** `a = 2 * a - b` */
function reflect(block: Int32Array, a: number, b: number): void {
  const high = block.length >> 1;
  const low = 2 * (block[a]! >>> 0) - (block[b]! >>> 0);
  block[high + a] = 2 * block[high + a]! - block[high + b]! + Math.floor(low / 0x100000000);
  block[a] = low;
}

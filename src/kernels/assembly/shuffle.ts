/**
 * Byte shuffle, as Blosc does it: the first bytes of all elements, then all second bytes, and so on; each such run is a
 * plane. https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst
 *
 * Sixteen elements of 2, 4, 8 or 16 bytes are as many vectors of sixteen bytes, whose bytes have to be transposed. Laid
 * side by side, the first half of them interleaved with the second half, byte by byte, that is done after as many rounds
 * as the size is doubled from 1. Going back takes the even and the odd bytes apart.
 *
 * Bounds: nothing is read or written outside of the elements and planes.
 */

/** Between the two halves of the rounds for sixteen bytes. */
const MIDWAY: usize = memory.data(256, 16);

// @ts-ignore: decorator
@inline
function low(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

// @ts-ignore: decorator
@inline
function high(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

// @ts-ignore: decorator
@inline
function even(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}

// @ts-ignore: decorator
@inline
function odd(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

/** Two rounds of interleaving four vectors, to `target` and behind it. */
// @ts-ignore: decorator
@inline
function interleave(target: usize, a: v128, b: v128, c: v128, d: v128): void {
  const lowOuter = low(a, c);
  const lowInner = low(b, d);
  const highOuter = high(a, c);
  const highInner = high(b, d);
  v128.store(target, low(lowOuter, lowInner));
  v128.store(target, high(lowOuter, lowInner), 16);
  v128.store(target, low(highOuter, highInner), 32);
  v128.store(target, high(highOuter, highInner), 48);
}

/** The inverse of `interleave`; the four vectors go to places `stride` apart. */
// @ts-ignore: decorator
@inline
function takeApart(target: usize, stride: usize, a: v128, b: v128, c: v128, d: v128): void {
  const evenFirst = even(a, b);
  const evenSecond = even(c, d);
  const oddFirst = odd(a, b);
  const oddSecond = odd(c, d);
  v128.store(target, even(evenFirst, evenSecond));
  v128.store(target + stride, even(oddFirst, oddSecond));
  v128.store(target + 2 * stride, odd(evenFirst, evenSecond));
  v128.store(target + 3 * stride, odd(oddFirst, oddSecond));
}

// @ts-ignore: decorator
@inline
function vector(address: usize): v128 {
  return v128.load(address);
}

/** Makes elements of `size` bytes, one after another at `target`, of planes that lie `stride` apart from `planes` on. */
export function gatherElements(planes: usize, stride: usize, target: usize, count: usize, size: usize): void {
  if (size == 1) {
    memory.copy(target, planes, count);
    return;
  }
  const vectors = count & ~15;
  let done: usize = vectors;
  if (size == 2) {
    for (let i: usize = 0; i < vectors; i += 16) {
      const a = vector(planes + i);
      const b = vector(planes + i + stride);
      v128.store(target + 2 * i, low(a, b));
      v128.store(target + 2 * i, high(a, b), 16);
    }
  } else if (size == 4) {
    for (let i: usize = 0; i < vectors; i += 16) {
      const at = planes + i;
      interleave(target + 4 * i, vector(at), vector(at + stride), vector(at + 2 * stride), vector(at + 3 * stride));
    }
  } else if (size == 8) {
    for (let i: usize = 0; i < vectors; i += 16) gather8(planes + i, stride, target + 8 * i);
  } else if (size == 16) {
    for (let i: usize = 0; i < vectors; i += 16) gather16(planes + i, stride, target + 16 * i);
  } else done = 0;
  for (let byte: usize = 0; byte < size; byte++) {
    const plane = planes + byte * stride;
    let to = target + done * size + byte;
    for (let i = done; i < count; i++) {
      store<u8>(to, load<u8>(plane + i));
      to += size;
    }
  }
}

// @ts-ignore: decorator
@inline
function gather8(planes: usize, stride: usize, target: usize): void {
  const p0 = vector(planes);
  const p1 = vector(planes + stride);
  const p2 = vector(planes + 2 * stride);
  const p3 = vector(planes + 3 * stride);
  const second = planes + 4 * stride;
  const p4 = vector(second);
  const p5 = vector(second + stride);
  const p6 = vector(second + 2 * stride);
  const p7 = vector(second + 3 * stride);
  interleave(target, low(p0, p4), low(p1, p5), low(p2, p6), low(p3, p7));
  interleave(target + 64, high(p0, p4), high(p1, p5), high(p2, p6), high(p3, p7));
}

// @ts-ignore: decorator
@inline
function gather16(planes: usize, stride: usize, target: usize): void {
  for (let i: usize = 0; i < 4; i++) {
    const at = planes + i * stride;
    const to = MIDWAY + 64 * i;
    interleave(to, vector(at), vector(at + 4 * stride), vector(at + 8 * stride), vector(at + 12 * stride));
  }
  for (let i: usize = 0; i < 4; i++) {
    const at = MIDWAY + 16 * i;
    interleave(target + 64 * i, vector(at), vector(at + 64), vector(at + 128), vector(at + 192));
  }
}

/** The inverse of `gatherElements`. */
export function spreadElements(elements: usize, planes: usize, stride: usize, count: usize, size: usize): void {
  if (size == 1) {
    memory.copy(planes, elements, count);
    return;
  }
  const vectors = count & ~15;
  let done: usize = vectors;
  if (size == 2) {
    for (let i: usize = 0; i < vectors; i += 16) {
      const a = vector(elements + 2 * i);
      const b = vector(elements + 2 * i + 16);
      v128.store(planes + i, even(a, b));
      v128.store(planes + i + stride, odd(a, b));
    }
  } else if (size == 4) {
    for (let i: usize = 0; i < vectors; i += 16) {
      const at = elements + 4 * i;
      takeApart(planes + i, stride, vector(at), vector(at + 16), vector(at + 32), vector(at + 48));
    }
  } else if (size == 8) {
    for (let i: usize = 0; i < vectors; i += 16) spread8(elements + 8 * i, planes + i, stride);
  } else if (size == 16) {
    for (let i: usize = 0; i < vectors; i += 16) spread16(elements + 16 * i, planes + i, stride);
  } else done = 0;
  for (let byte: usize = 0; byte < size; byte++) {
    const plane = planes + byte * stride;
    let from = elements + done * size + byte;
    for (let i = done; i < count; i++) {
      store<u8>(plane + i, load<u8>(from));
      from += size;
    }
  }
}

// @ts-ignore: decorator
@inline
function spread8(elements: usize, planes: usize, stride: usize): void {
  const e0 = vector(elements);
  const e1 = vector(elements + 16);
  const e2 = vector(elements + 32);
  const e3 = vector(elements + 48);
  const e4 = vector(elements + 64);
  const e5 = vector(elements + 80);
  const e6 = vector(elements + 96);
  const e7 = vector(elements + 112);
  // The even bytes are the planes with even numbers.
  takeApart(planes, 2 * stride, even(e0, e1), even(e2, e3), even(e4, e5), even(e6, e7));
  takeApart(planes + stride, 2 * stride, odd(e0, e1), odd(e2, e3), odd(e4, e5), odd(e6, e7));
}

// @ts-ignore: decorator
@inline
function spread16(elements: usize, planes: usize, stride: usize): void {
  for (let i: usize = 0; i < 4; i++) {
    const at = elements + 64 * i;
    takeApart(MIDWAY + 16 * i, 64, vector(at), vector(at + 16), vector(at + 32), vector(at + 48));
  }
  for (let i: usize = 0; i < 4; i++) {
    const at = MIDWAY + 64 * i;
    takeApart(planes + i * stride, 4 * stride, vector(at), vector(at + 16), vector(at + 32), vector(at + 48));
  }
}

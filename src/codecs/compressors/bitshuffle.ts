/**
 * Bit shuffle, as Blosc does it: bit 0 of the first byte of all elements, eight elements to a byte, then bit 1, and so on
 * through the bytes of an element. It wants a multiple of eight elements; other blocks are copied as they are.
 *
 * Each group of eight elements is, for one byte of them, a matrix of 8 × 8 bits that is transposed in two registers.
 */
import { SHUFFLED_BITS, shuffleCompiled } from '../../kernels/shuffles.js';

/** `source` bit-shuffled by elements of `typesize` bytes, into `target` of the same length. */
export function bitshuffle(source: Uint8Array, target: Uint8Array, typesize: number): void {
  const isDone = shuffleCompiled(source, target, { kind: SHUFFLED_BITS, direction: 'forward', typesize });
  if (!isDone) bitshuffleTwin(source, target, typesize);
}

/** The same without the compiled kernels. */
export function bitshuffleTwin(source: Uint8Array, target: Uint8Array, typesize: number): void {
  const count = Math.floor(source.length / typesize);
  if (count % 8 !== 0) {
    target.set(source);
    return;
  }
  const groups = count / 8;
  const whole = count * typesize;
  for (let byte = 0; byte < typesize; byte++) {
    for (let group = 0; group < groups; group++) {
      const elements = group * 8 * typesize + byte;
      transpose(source, elements, typesize, target, byte * 8 * groups + group, groups);
    }
  }
  for (let i = whole; i < source.length; i++) target[i] = source[i]!;
}

/** The inverse of `bitshuffle`. */
export function unbitshuffle(source: Uint8Array, target: Uint8Array, typesize: number): void {
  const isDone = shuffleCompiled(source, target, { kind: SHUFFLED_BITS, direction: 'back', typesize });
  if (!isDone) unbitshuffleTwin(source, target, typesize);
}

/** The same without the compiled kernels. */
export function unbitshuffleTwin(source: Uint8Array, target: Uint8Array, typesize: number): void {
  const count = Math.floor(source.length / typesize);
  if (count % 8 !== 0) {
    target.set(source);
    return;
  }
  const groups = count / 8;
  const whole = count * typesize;
  for (let byte = 0; byte < typesize; byte++) {
    for (let group = 0; group < groups; group++) {
      const elements = group * 8 * typesize + byte;
      transpose(source, byte * 8 * groups + group, groups, target, elements, typesize);
    }
  }
  for (let i = whole; i < source.length; i++) target[i] = source[i]!;
}

/** Transposes the bits of eight bytes, `fromStep` apart, to eight bytes `toStep` apart. */
function transpose(
  source: Uint8Array,
  from: number,
  fromStep: number,
  target: Uint8Array,
  to: number,
  toStep: number,
): void {
  let low =
    source[from]! |
    (source[from + fromStep]! << 8) |
    (source[from + 2 * fromStep]! << 16) |
    (source[from + 3 * fromStep]! << 24);
  let high =
    source[from + 4 * fromStep]! |
    (source[from + 5 * fromStep]! << 8) |
    (source[from + 6 * fromStep]! << 16) |
    (source[from + 7 * fromStep]! << 24);
  // Swap single bits, then pairs, then nibbles, across the diagonal.
  let swap = (low ^ (low >>> 7)) & 0x00aa00aa;
  low ^= swap ^ (swap << 7);
  swap = (high ^ (high >>> 7)) & 0x00aa00aa;
  high ^= swap ^ (swap << 7);
  swap = (low ^ (low >>> 14)) & 0x0000cccc;
  low ^= swap ^ (swap << 14);
  swap = (high ^ (high >>> 14)) & 0x0000cccc;
  high ^= swap ^ (swap << 14);
  swap = ((low >>> 4) ^ high) & 0x0f0f0f0f;
  high ^= swap;
  low ^= swap << 4;
  target[to] = low & 0xff;
  target[to + toStep] = (low >>> 8) & 0xff;
  target[to + 2 * toStep] = (low >>> 16) & 0xff;
  target[to + 3 * toStep] = low >>> 24;
  target[to + 4 * toStep] = high & 0xff;
  target[to + 5 * toStep] = (high >>> 8) & 0xff;
  target[to + 6 * toStep] = (high >>> 16) & 0xff;
  target[to + 7 * toStep] = high >>> 24;
}

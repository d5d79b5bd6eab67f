/**
 * Byte shuffle, as Blosc does it: the first bytes of all elements, then all second bytes, and so on. Bytes after the last
 * whole element stay where they are.
 */
import { SHUFFLED_BYTES, shuffleCompiled } from '../../kernels/shuffles.js';

/** `source` shuffled by elements of `typesize` bytes, into `target` of the same length. */
export function shuffle(source: Uint8Array, target: Uint8Array, typesize: number): void {
  const isDone = shuffleCompiled(source, target, { kind: SHUFFLED_BYTES, direction: 'forward', typesize });
  if (!isDone) shuffleTwin(source, target, typesize);
}

/** The same without the compiled kernels. */
export function shuffleTwin(source: Uint8Array, target: Uint8Array, typesize: number): void {
  const count = Math.floor(source.length / typesize);
  const whole = count * typesize;
  for (let byte = 0; byte < typesize; byte++) {
    let to = byte * count;
    for (let from = byte; from < whole; from += typesize) target[to++] = source[from]!;
  }
  for (let i = whole; i < source.length; i++) target[i] = source[i]!;
}

/** The inverse of `shuffle`. */
export function unshuffle(source: Uint8Array, target: Uint8Array, typesize: number): void {
  const isDone = shuffleCompiled(source, target, { kind: SHUFFLED_BYTES, direction: 'back', typesize });
  if (!isDone) unshuffleTwin(source, target, typesize);
}

/** The same without the compiled kernels. */
export function unshuffleTwin(source: Uint8Array, target: Uint8Array, typesize: number): void {
  const count = Math.floor(source.length / typesize);
  const whole = count * typesize;
  if (typesize === 2) unshuffle2(source, target, count);
  else if (typesize === 4) unshuffle4(source, target, count);
  else if (typesize === 8) unshuffle8(source, target, count);
  else {
    for (let byte = 0; byte < typesize; byte++) {
      let from = byte * count;
      for (let to = byte; to < whole; to += typesize) target[to] = source[from++]!;
    }
  }
  for (let i = whole; i < source.length; i++) target[i] = source[i]!;
}

// The common widths go once over the target, which is several times faster.

function unshuffle2(source: Uint8Array, target: Uint8Array, count: number): void {
  let to = 0;
  for (let i = 0; i < count; i++) {
    target[to] = source[i]!;
    target[to + 1] = source[i + count]!;
    to += 2;
  }
}

function unshuffle4(source: Uint8Array, target: Uint8Array, count: number): void {
  let to = 0;
  for (let i = 0; i < count; i++) {
    target[to] = source[i]!;
    target[to + 1] = source[i + count]!;
    target[to + 2] = source[i + 2 * count]!;
    target[to + 3] = source[i + 3 * count]!;
    to += 4;
  }
}

function unshuffle8(source: Uint8Array, target: Uint8Array, count: number): void {
  let to = 0;
  for (let i = 0; i < count; i++) {
    target[to] = source[i]!;
    target[to + 1] = source[i + count]!;
    target[to + 2] = source[i + 2 * count]!;
    target[to + 3] = source[i + 3 * count]!;
    target[to + 4] = source[i + 4 * count]!;
    target[to + 5] = source[i + 5 * count]!;
    target[to + 6] = source[i + 6 * count]!;
    target[to + 7] = source[i + 7 * count]!;
    to += 8;
  }
}

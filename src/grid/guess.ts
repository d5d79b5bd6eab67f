/**
 * The chunk shape for those who do not choose one: zarr-python's heuristic, number for number.
 *
 * It starts with one chunk that spans the array and halves the axes in turn until a chunk is near a target, which grows
 * slowly with the array: 256 KiB for one of 1 MiB, twice that for each factor of ten.
 */
import type { Shape } from '../ndarray/shape.js';

const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** Largest chunk of an array without shards. */
export const CHUNK_BYTES = 64 * MIB;

/** Largest chunk inside a shard. */
export const INNER_CHUNK_BYTES = MIB;

/** A chunk shape of at most about `maxBytes` for elements of `itemSize` bytes. An empty axis gets chunks of 1. */
export function guessChunks(shape: Shape, itemSize: number, maxBytes: number = CHUNK_BYTES): number[] {
  const chunks = shape.map((length) => Math.max(length, 1));
  if (itemSize === 0) return chunks;
  const targetBytes = targetFor(product(chunks) * itemSize, maxBytes);
  for (let step = 0; ; step++) {
    const count = product(chunks);
    const bytes = count * itemSize;
    const isNear = bytes < targetBytes || Math.abs(bytes - targetBytes) / targetBytes < 0.5;
    if ((isNear && bytes < maxBytes) || count === 1) return chunks;
    const axis = step % chunks.length;
    chunks[axis] = Math.ceil(chunks[axis]! / 2);
  }
}

function targetFor(bytes: number, maxBytes: number): number {
  // Kept in this form: `Math.pow(10, …)` and the like round differently from what zarr-python computes.
  const targetBytes = 256 * KIB * 2 ** Math.log10(bytes / MIB);
  return targetBytes > maxBytes ? maxBytes : Math.max(128 * KIB, targetBytes);
}

function product(lengths: readonly number[]): number {
  let result = 1;
  for (const length of lengths) result *= length;
  return result;
}

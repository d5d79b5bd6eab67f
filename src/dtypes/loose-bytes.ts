/**
 * Bytes of which several mean the same: a boolean is true in all but one, a number of four bits has four bits to spare.
 * In storage stands one of them, so that equal values have equal bits.
 */

/** Neighbouring bytes of an element, and what stands in storage for each of the 256 that they can be in chunks. */
export interface LooseBytes {
  /** Where the first of them begins in the element. */
  readonly offset: number;
  /** How many bytes of the element there are. */
  readonly count: number;
  /** For each byte of a chunk, the one that stands in storage: 256 of them. */
  readonly table: Uint8Array;
}

/** Whether `bytes`, elements of `itemSize` bytes, are as they stand in storage. */
export function isSettled(bytes: Uint8Array, itemSize: number, loose: readonly LooseBytes[]): boolean {
  for (const { offset, count, table } of loose) {
    if (count === itemSize) return isSettledThroughout(bytes, table);
    for (let byte = offset; byte < offset + count; byte++) {
      for (let at = byte; at < bytes.length; at += itemSize) if (table[bytes[at]!] !== bytes[at]) return false;
    }
  }
  return true;
}

function isSettledThroughout(bytes: Uint8Array, table: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (table[bytes[at]!] !== bytes[at]) return false;
  return true;
}

/** `bytes` as they stand in storage: themselves, or a copy, for they are someone else's. */
export function settled(bytes: Uint8Array, itemSize: number, loose: readonly LooseBytes[]): Uint8Array {
  if (isSettled(bytes, itemSize, loose)) return bytes;
  const copy = new Uint8Array(bytes);
  for (const { offset, count, table } of loose) {
    for (let byte = offset; byte < offset + count; byte++) {
      for (let at = byte; at < copy.length; at += itemSize) copy[at] = table[copy[at]!]!;
    }
  }
  return copy;
}

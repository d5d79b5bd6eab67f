/**
 * A stream of bits in the order of zstd: each value's low bit first, filling bytes from their low bit. This writer is
 * for descriptions of tables; the long streams keep their pending bits in local variables, in the same way:
 *
 *     pending |= value << pendingBits; pendingBits += bits;           // for each value, up to 57 bits
 *     store<u64>(at, pending); at += pendingBits >> 3;                // then all whole bytes leave
 *     pending >>= pendingBits & ~7; pendingBits &= 7;
 */

let position: usize = 0;
let waiting: u64 = 0;
let waitingBits: u32 = 0;

/** Begins a stream at `start`; eight bytes behind its end must be free. */
export function beginBits(start: usize): void {
  position = start;
  waiting = 0;
  waitingBits = 0;
}

/** Appends the low `bits` (0 to 56) of `value`; higher bits are ignored. */
export function writeBits(value: u32, bits: u32): void {
  waiting |= ((<u64>value) & (((<u64>1) << bits) - 1)) << waitingBits;
  waitingBits += bits;
  store<u64>(position, waiting);
  position += waitingBits >> 3;
  waiting >>= waitingBits & ~7;
  waitingBits &= 7;
}

/** Fills the last byte with zeros, and returns where the stream ends. */
export function finishBits(): usize {
  return position + ((waitingBits + 7) >> 3);
}

/** The index of the highest one bit of a positive integer. */
// @ts-ignore: decorator
@inline
export function highestBit(value: u32): u32 {
  return 31 - clz<u32>(value);
}

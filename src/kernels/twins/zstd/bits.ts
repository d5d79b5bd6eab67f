/**
 * A stream of bits in the order of zstd: each value's low bit first, filling bytes from their low bit. Streams that a
 * decoder reads from the end (RFC 8878, section 4.1) finish with a one bit, which tells where the last byte ends.
 */

/** A writer of bits into borrowed memory, which must have four bytes to spare behind the stream. */
export class BitWriter {
  /** Where the next whole byte goes. */
  private at: number;
  private pending = 0;
  private pendingBits = 0;

  constructor(
    private readonly target: DataView,
    start: number,
  ) {
    this.at = start;
  }

  /** Appends the low `bits` (0 to 24) of `value`; higher bits are ignored. */
  write(value: number, bits: number): void {
    // Seven bits at most are pending, so 31 are the most there can be.
    const pending = this.pending | ((value & ((1 << bits) - 1)) << this.pendingBits);
    const pendingBits = this.pendingBits + bits;
    this.target.setInt32(this.at, pending, true);
    this.at += pendingBits >>> 3;
    this.pending = pending >>> (pendingBits & 24);
    this.pendingBits = pendingBits & 7;
  }

  /** Fills the last byte with zeros, and returns where the stream ends. */
  finish(): number {
    if (this.pendingBits === 0) return this.at;
    this.target.setUint8(this.at, this.pending);
    return this.at + 1;
  }

  /** Ends a stream that is read from its end, and returns where it ends. */
  finishReversed(): number {
    this.write(1, 1);
    return this.finish();
  }
}

/** The latents of one variable of a page, for encoders: the other side of `latent-reader.ts`. */
import type { BitWriter } from '../bit-stream.js';
import type { Bins } from './bins.js';
import { encodingTable } from './coding-table.js';
import { BATCH, INTERLEAVED } from './latent-reader.js';
import { wordsPer } from './number-type.js';

export class LatentWriter {
  readonly #bins: Bins;
  readonly #latents: Uint32Array;
  /** The bin of each latent. */
  readonly #found: Uint16Array;
  /** What is written of each latent for its bin, and how many bits that has: found from the last one on. */
  readonly #codes: Uint16Array;
  readonly #codeBits: Uint8Array;
  /** The states in which a decoder begins. */
  readonly #states = new Uint32Array(INTERLEAVED);

  /** `latents` all lie in `bins`. */
  constructor(bins: Bins, latents: Uint32Array) {
    const count = bins.count > 1 ? latents.length / wordsPer(bins.bits) : 0;
    this.#bins = bins;
    this.#latents = latents;
    this.#found = new Uint16Array(count);
    this.#codes = new Uint16Array(count);
    this.#codeBits = new Uint8Array(count);
    if (bins.count <= 1) return;
    findBins(bins, latents, this.#found);
    this.#encodeBins();
  }

  writeStates(writer: BitWriter): void {
    for (const state of this.#states) writer.write(state, this.#bins.sizeLog);
  }

  /** Writes the batch that begins with latent `start`. */
  writeBatch(writer: BitWriter, start: number): void {
    const { bits, lowers, offsetBits } = this.#bins;
    const latents = this.#latents;
    const step = wordsPer(bits);
    const end = Math.min(latents.length / step, start + BATCH);
    if (this.#found.length > 0) {
      for (let i = start; i < end; i++) writer.write(this.#codes[i]!, this.#codeBits[i]!);
    }
    if (offsetBits.length === 0) return;
    for (let i = start; i < end; i++) {
      const bin = this.#found.length === 0 ? 0 : this.#found[i]!;
      const count = offsetBits[bin]!;
      const low = latents[i * step]! - lowers[bin * step]!;
      writer.write(low, Math.min(32, count));
      if (count > 32) writer.write(latents[2 * i + 1]! - lowers[2 * bin + 1]! - (low < 0 ? 1 : 0), count - 32);
    }
  }

  #encodeBins(): void {
    const { size, cutoffs, bits, starts, states } = encodingTable(this.#bins);
    const current = this.#states.fill(size);
    for (let i = this.#found.length - 1; i >= 0; i--) {
      const bin = this.#found[i]!;
      const state = current[i & 3]!;
      const count = bits[bin]! + (state >= cutoffs[bin]! ? 1 : 0);
      this.#codes[i] = state & ((1 << count) - 1);
      this.#codeBits[i] = count;
      current[i & 3] = states[starts[bin]! + (state >>> count)]!;
    }
    for (let i = 0; i < INTERLEAVED; i++) current[i]! -= size;
  }
}

/** The last bin whose least latent is not greater, for each latent. */
function findBins({ lowers, bits, count }: Bins, latents: Uint32Array, found: Uint16Array): void {
  const step = wordsPer(bits);
  for (let i = 0; i < found.length; i++) {
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const isAbove =
        step === 1
          ? latents[i]! >= lowers[middle]!
          : latents[2 * i + 1]! > lowers[2 * middle + 1]! ||
            (latents[2 * i + 1]! === lowers[2 * middle + 1]! && latents[2 * i]! >= lowers[2 * middle]!);
      if (isAbove) low = middle;
      else high = middle - 1;
    }
    found[i] = low;
  }
}

/** Bins, and latents with all their bits, as they stand in files. */
import { CodecError } from '../../../errors.js';
import type { BitReader, BitWriter } from '../bit-stream.js';
import { type LatentBits, wordsPer } from './number-type.js';

/** The ranges that latents of one variable lie in, and how often. */
export interface Bins {
  readonly bits: LatentBits;
  /** The power of two that the weights add up to. */
  readonly sizeLog: number;
  readonly count: number;
  readonly weights: Uint32Array;
  /** The least latent of each bin, as words. */
  readonly lowers: Uint32Array;
  /** Bits of the distance from the least latent. */
  readonly offsetBits: Uint8Array;
}

const SIZE_LOG_BITS = 4;
const BIN_COUNT_BITS = 15;
const MAX_SIZE_LOG = 14;

/** The bits that say how many bits an offset has: 0 to `bits` of them. */
export const offsetBitsBits = (bits: LatentBits): number => 32 - Math.clz32(bits);

/** Goes on to the next whole byte; throws unless the bits between are 0, and were there. */
export function expectZeros(reader: BitReader, where: string): void {
  if (reader.isPastEnd) throw new CodecError(`truncated in ${where}`);
  if (reader.align() !== 0) throw new CodecError(`bits that are not 0 behind ${where}`);
}

/** Throws `CodecError` unless the weights are those of a table, and no latent has more bits than it can. */
export function readBins(reader: BitReader, bits: LatentBits): Bins {
  const sizeLog = reader.read(SIZE_LOG_BITS);
  const count = reader.read(BIN_COUNT_BITS);
  if (2 ** sizeLog < count || sizeLog > MAX_SIZE_LOG || (count === 1 && sizeLog > 0)) {
    throw new CodecError(`${count} bins whose weights add up to 2^${sizeLog}`);
  }
  expectBits(reader, count * (sizeLog + bits + offsetBitsBits(bits)), 'the bins');
  const step = wordsPer(bits);
  const weights = new Uint32Array(count);
  const lowers = new Uint32Array(count * step);
  const offsetBits = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    weights[index] = reader.read(sizeLog) + 1;
    readLatent(reader, bits, lowers, index * step);
    offsetBits[index] = reader.read(offsetBitsBits(bits));
    if (offsetBits[index]! > bits) throw new CodecError(`offsets of ${offsetBits[index]} bits in latents of ${bits}`);
  }
  const total = count === 0 ? 1 : weights.reduce((sum, weight) => sum + weight, 0);
  if (total !== 2 ** sizeLog) throw new CodecError(`weights of bins that add up to ${total}, expected ${2 ** sizeLog}`);
  return { bits, sizeLog, count, weights, lowers, offsetBits };
}

export function writeBins(writer: BitWriter, { bits, sizeLog, count, weights, lowers, offsetBits }: Bins): void {
  writer.write(sizeLog, SIZE_LOG_BITS);
  writer.write(count, BIN_COUNT_BITS);
  for (let index = 0; index < count; index++) {
    writer.write(weights[index]! - 1, sizeLog);
    writeLatent(writer, bits, lowers, index * wordsPer(bits));
    writer.write(offsetBits[index]!, offsetBitsBits(bits));
  }
}

/** Reads `count` latents, each with all its bits. */
export function readLatents(reader: BitReader, count: number, bits: LatentBits): Uint32Array {
  expectBits(reader, count * bits, 'the latents');
  const step = wordsPer(bits);
  const latents = new Uint32Array(count * step);
  for (let i = 0; i < latents.length; i += step) readLatent(reader, bits, latents, i);
  return latents;
}

function readLatent(reader: BitReader, bits: LatentBits, target: Uint32Array, at: number): void {
  target[at] = reader.read(Math.min(32, bits));
  if (bits === 64) target[at + 1] = reader.read(32);
}

/** Writes a latent with all its bits. */
export function writeLatent(writer: BitWriter, bits: LatentBits, source: Uint32Array, at: number): void {
  writer.write(source[at]!, Math.min(32, bits));
  if (bits === 64) writer.write(source[at + 1]!, 32);
}

/** Throws unless `count` bits are left, before memory is taken for what they hold. */
function expectBits(reader: BitReader, count: number, what: string): void {
  if (reader.position + count > reader.length) throw new CodecError(`truncated: ${what} take ${count} bits more`);
}

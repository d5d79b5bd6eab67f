/**
 * What stands before the numbers of a chunk: how they were split into latents, how these were made differences, and the
 * bins that they lie in.
 */
import { CodecError } from '../../../errors.js';
import type { BitReader, BitWriter } from '../bit-stream.js';
import {
  floatsOf,
  fractionBits,
  fromLatents,
  type LatentBits,
  type NumberType,
  typeText,
  wordsPer,
} from './number-type.js';

/** How numbers are made of latents. */
export type Mode =
  | { readonly kind: 'classic' }
  /** Multiples of `base` and rests; `base` has the words of a latent. */
  | { readonly kind: 'int-mult'; readonly base: Uint32Array }
  /** Multiples of the float `value`, whose latent `base` is, and how far off they are. */
  | { readonly kind: 'float-mult'; readonly base: Uint32Array; readonly value: number }
  /** Floats without their lowest `shift` bits, and those. */
  | { readonly kind: 'float-quant'; readonly shift: number }
  /** Indices into `values`, which are latents. */
  | { readonly kind: 'dict'; readonly values: Uint32Array };

/** How latents are made of differences. */
export type Delta =
  | { readonly kind: 'none' }
  | { readonly kind: 'consecutive'; readonly order: number; readonly alsoSecondary: boolean }
  | {
      readonly kind: 'lookback';
      readonly windowLog: number;
      readonly stateLog: number;
      readonly alsoSecondary: boolean;
    }
  | { readonly kind: 'conv1'; readonly shift: number; readonly bias: bigint; readonly weights: readonly number[] };

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

export interface ChunkMeta {
  readonly mode: Mode;
  readonly delta: Delta;
  /** How far back each latent is to be looked for, where `delta` is that. */
  readonly lookbacks: Bins | undefined;
  readonly primary: Bins;
  readonly secondary: Bins | undefined;
}

const MODE_BITS = 4;
const MODES: readonly Mode['kind'][] = Object.freeze(['classic', 'int-mult', 'float-mult', 'float-quant', 'dict']);
const SHIFT_BITS = 8;
const DICT_LENGTH_BITS = 25;
const DELTA_BITS = 4;
const DELTAS: readonly Delta['kind'][] = Object.freeze(['none', 'consecutive', 'lookback', 'conv1']);
const ORDER_BITS = 3;
const WINDOW_LOG_BITS = 5;
const STATE_LOG_BITS = 4;
const QUANTIZATION_BITS = 5;
const WEIGHT_COUNT_BITS = 5;
const SIZE_LOG_BITS = 4;
const BIN_COUNT_BITS = 15;
const MAX_SIZE_LOG = 14;
const MAX_WINDOW_LOG = 24;

export const NO_DELTA: WrittenDelta = Object.freeze({ kind: 'none' });
export const CLASSIC: WrittenMode = Object.freeze({ kind: 'classic' });

/** Reads the meta of a chunk. `version` is the major one of the format. Throws `CodecError` for what no encoder writes. */
export function readChunkMeta(reader: BitReader, type: NumberType, version: number): ChunkMeta {
  const mode = readMode(reader, type, version);
  const delta = readDelta(reader, version);
  const lookbacks = delta.kind === 'lookback' ? readBins(reader, 32) : undefined;
  const primary = readBins(reader, mode.kind === 'dict' ? 32 : type.bits);
  const secondary = hasSecondary(mode) ? readBins(reader, type.bits) : undefined;
  expectZeros(reader, 'the chunk meta');
  checkMode(mode, type);
  checkDelta(delta, lookbacks, primary.bits);
  return { mode, delta, lookbacks, primary, secondary };
}

/** The meta of a chunk that is written. */
export interface WrittenMeta extends ChunkMeta {
  readonly mode: WrittenMode;
  readonly delta: WrittenDelta;
}

/** The encoder makes no dictionaries and no predictions. */
export type WrittenMode = Exclude<Mode, { kind: 'dict' }>;
export type WrittenDelta = Exclude<Delta, { kind: 'conv1' }>;

export function writeChunkMeta(writer: BitWriter, meta: WrittenMeta): void {
  writeMode(writer, meta.mode, meta.primary.bits);
  writeDelta(writer, meta.delta);
  for (const bins of [meta.lookbacks, meta.primary, meta.secondary]) if (bins !== undefined) writeBins(writer, bins);
  writer.align(1);
}

/** How many latents of the primary variable a page has to begin with, uncoded. */
export function stateCount(delta: Delta): number {
  switch (delta.kind) {
    case 'none':
      return 0;
    case 'consecutive':
      return delta.order;
    case 'lookback':
      return 2 ** delta.stateLog;
    case 'conv1':
      return delta.weights.length;
    default:
      return delta satisfies never;
  }
}

/** What `delta` does to the secondary variable. */
export const deltaOfSecondary = (delta: Delta): Delta =>
  'alsoSecondary' in delta && delta.alsoSecondary ? delta : NO_DELTA;

/** The least latent of bin `index` as a number, where it has up to 32 bits. */
const lowerOf = ({ lowers }: Bins, index: number): number => lowers[index]!;

/** The bits that say how many bits an offset has: 0 to `bits` of them. */
export const offsetBitsBits = (bits: LatentBits): number => 32 - Math.clz32(bits);

/** Goes on to the next whole byte; throws unless the bits between are 0, and were there. */
export function expectZeros(reader: BitReader, where: string): void {
  if (reader.isPastEnd) throw new CodecError(`truncated in ${where}`);
  if (reader.align() !== 0) throw new CodecError(`bits that are not 0 behind ${where}`);
}

const hasSecondary = ({ kind }: Mode): boolean => kind !== 'classic' && kind !== 'dict';

function readMode(reader: BitReader, type: NumberType, version: number): Mode {
  const { bits } = type;
  const code = reader.read(MODE_BITS);
  const kind = MODES[code];
  switch (kind) {
    case 'classic':
      return CLASSIC;
    case 'int-mult':
      if (version === 0) throw new CodecError('multiples of an integer as version 0 of the format had them');
      return { kind, base: readLatents(reader, 1, bits) };
    case 'float-mult': {
      const base = readLatents(reader, 1, bits);
      const words = base.slice();
      fromLatents(words, type, 1);
      return { kind, base, value: floatsOf(words, bits)[0]! };
    }
    case 'float-quant':
      return { kind, shift: reader.read(SHIFT_BITS) };
    case 'dict': {
      const count = reader.read(DICT_LENGTH_BITS);
      expectZeros(reader, 'the length of the dictionary');
      return { kind, values: readLatents(reader, count, bits) };
    }
    default:
      throw new CodecError(`unknown mode ${code}`);
  }
}

function checkMode(mode: Mode, type: NumberType): void {
  const isFloat = type.kind === 'float';
  const isOfType = mode.kind === 'classic' || mode.kind === 'dict' || (mode.kind === 'int-mult' ? !isFloat : isFloat);
  if (!isOfType) throw new CodecError(`mode ${mode.kind} is not for ${typeText(type)}`);
  if (mode.kind === 'int-mult' && mode.base.every((word) => word === 0)) throw new CodecError('multiples of 0');
  if (mode.kind === 'float-mult' && (mode.value === 0 || !Number.isFinite(mode.value))) {
    throw new CodecError(`multiples of ${mode.value}`);
  }
  if (mode.kind === 'float-quant' && (mode.shift < 1 || mode.shift > fractionBits(type.bits))) {
    throw new CodecError(`floats without their lowest ${mode.shift} bits: expected 1 to ${fractionBits(type.bits)}`);
  }
}

function writeMode(writer: BitWriter, mode: WrittenMode, bits: LatentBits): void {
  writer.write(MODES.indexOf(mode.kind), MODE_BITS);
  if (mode.kind === 'float-quant') writer.write(mode.shift, SHIFT_BITS);
  else if (mode.kind !== 'classic') writeLatent(writer, bits, mode.base, 0);
}

function readDelta(reader: BitReader, version: number): Delta {
  if (version < 3) {
    const order = reader.read(ORDER_BITS);
    return order === 0 ? NO_DELTA : { kind: 'consecutive', order, alsoSecondary: false };
  }
  const code = reader.read(DELTA_BITS);
  const kind = DELTAS[code];
  switch (kind) {
    case 'none':
      return NO_DELTA;
    case 'consecutive': {
      const order = reader.read(ORDER_BITS);
      if (order === 0) throw new CodecError('differences of order 0');
      return { kind, order, alsoSecondary: reader.read(1) === 1 };
    }
    case 'lookback': {
      const windowLog = 1 + reader.read(WINDOW_LOG_BITS);
      const stateLog = reader.read(STATE_LOG_BITS);
      return { kind, windowLog, stateLog, alsoSecondary: reader.read(1) === 1 };
    }
    case 'conv1': {
      const shift = reader.read(QUANTIZATION_BITS);
      const [low, high] = [BigInt(reader.read(32)), BigInt(reader.read(32))];
      const bias = BigInt.asIntN(64, (high << 32n) | low) ^ -(1n << 63n);
      const count = 1 + reader.read(WEIGHT_COUNT_BITS);
      const weights = Array.from({ length: count }, () => (reader.read(32) ^ 0x80000000) | 0);
      return { kind, shift, bias, weights };
    }
    default:
      throw new CodecError(`unknown differences ${code}`);
  }
}

function checkDelta(delta: Delta, lookbacks: Bins | undefined, bits: LatentBits): void {
  if (delta.kind === 'lookback' && lookbacks !== undefined) {
    const { windowLog, stateLog } = delta;
    if (windowLog > MAX_WINDOW_LOG || stateLog > windowLog) {
      throw new CodecError(`a window of 2^${windowLog} latents, of which 2^${stateLog} are given`);
    }
    for (let index = 0; index < lookbacks.count; index++) {
      const lower = lowerOf(lookbacks, index);
      if (lower < 1 || lower > 2 ** windowLog) throw new CodecError(`${lower} latents back, beyond the window`);
    }
  }
  if (delta.kind === 'conv1') checkConvolution(delta, bits);
}

/** Sums must stay in integers of twice the width. */
function checkConvolution({ shift, bias, weights }: Delta & { kind: 'conv1' }, bits: LatentBits): void {
  if (bits === 64) throw new CodecError('predictions of latents of 64 bits');
  if (shift > Math.min(31, 2 * bits - 1)) throw new CodecError(`predictions shifted by ${shift} bits`);
  const total = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  const largest = Math.abs(Number(bias)) + 2 ** bits * total;
  if (largest >= 2 ** (2 * bits - 1)) throw new CodecError(`predictions that may be as large as ${largest}`);
}

function writeDelta(writer: BitWriter, delta: WrittenDelta): void {
  writer.write(DELTAS.indexOf(delta.kind), DELTA_BITS);
  if (delta.kind === 'consecutive') {
    writer.write(delta.order, ORDER_BITS);
    writer.write(delta.alsoSecondary ? 1 : 0, 1);
  } else if (delta.kind === 'lookback') {
    writer.write(delta.windowLog - 1, WINDOW_LOG_BITS);
    writer.write(delta.stateLog, STATE_LOG_BITS);
    writer.write(delta.alsoSecondary ? 1 : 0, 1);
  }
}

function readBins(reader: BitReader, bits: LatentBits): Bins {
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

function writeBins(writer: BitWriter, { bits, sizeLog, count, weights, lowers, offsetBits }: Bins): void {
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

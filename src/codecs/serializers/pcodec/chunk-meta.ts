/**
 * What stands before the numbers of a chunk: how they were split into latents, how these were made differences, and the
 * bins that they lie in. https://github.com/mwlon/pcodec/blob/main/docs/format.md
 */
import { CodecError } from '../../../errors.js';
import type { BitReader, BitWriter } from '../bit-stream.js';
import { type Bins, expectZeros, readBins, readLatents, writeBins, writeLatent } from './bins.js';
import { floatsOf, fractionBits, fromLatents, type LatentBits, type NumberType, typeText } from './number-type.js';

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
      const lower = lookbacks.lowers[index]!;
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

/** Numbers as files of pco: the other side of `decode.ts`. */
import { BitWriter } from '../bit-stream.js';
import { trainBins, wholeBin } from './binning.js';
import { type Bins, writeLatent } from './bins.js';
import { chooseDelta, chooseMode, type PcoSettings, partsLogOf, REST_PARTS_LOG } from './choosing.js';
import {
  CLASSIC,
  NO_DELTA,
  type WrittenDelta,
  type WrittenMeta,
  type WrittenMode,
  writeChunkMeta,
} from './chunk-meta.js';
import { differencesOf } from './differencing.js';
import { BATCH } from './latent-reader.js';
import { LatentWriter } from './latent-writer.js';
import { type LatentBits, type NumberType, type NumberWords, wordsPer } from './number-type.js';
import { type Split, split } from './splitting.js';

export type { PcoSettings } from './choosing.js';

/** `pco!` */
const MAGIC = 0x216f6370;
const FILE_VERSION = 3;
const FORMAT_VERSION: readonly [number, number] = Object.freeze([4, 1]);
/** Numbers of a chunk. */
const MOST_NUMBERS = 2 ** 24;

/** The file of `numbers`, in chunks of about as many each, up to `chunkSize`. */
export function encodePco(
  numbers: NumberWords,
  type: NumberType,
  settings: PcoSettings,
  chunkSize: number,
): Uint8Array {
  const step = wordsPer(type.bits);
  const count = numbers.length / step;
  const writer = new BitWriter(numbers.byteLength / 2);
  writeHeader(writer, count);
  const chunks = Math.ceil(count / Math.min(chunkSize, MOST_NUMBERS));
  const longer = count % chunks;
  let start = 0;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const end = start + Math.floor(count / chunks) + (chunk < longer ? 1 : 0);
    writer.write(type.byte, 8);
    writer.write(end - start - 1, 24);
    writeChunk(writer, new Uint32Array(numbers.subarray(start * step, end * step)), type, settings);
    start = end;
  }
  writer.write(0, 8);
  return writer.toBytes();
}

function writeHeader(writer: BitWriter, count: number): void {
  const bits = Math.max(1, Math.floor(Math.log2(count)) + 1);
  writer.write(MAGIC, 32);
  writer.write(FILE_VERSION, 8);
  writer.write(0, 8); // Chunks say themselves of what type their numbers are.
  writer.write(bits - 1, 6);
  writer.write(count, Math.min(32, bits));
  if (bits > 32) writer.write(Math.floor(count / 2 ** 32), bits - 32);
  writer.align(1);
  for (const version of FORMAT_VERSION) writer.write(version, 8);
}

/** One variable of a chunk. */
interface Variable {
  readonly bins: Bins;
  /** The latents that it begins with, uncoded. */
  readonly state: Uint32Array;
  readonly stored: Uint32Array;
  /** About how many bits it takes. */
  readonly cost: number;
}

/** The variables in the order in which they are written. */
interface Variables {
  readonly lookbacks: Variable | undefined;
  readonly primary: Variable;
  readonly secondary: Variable | undefined;
}

const listOf = ({ lookbacks, primary, secondary }: Variables): readonly Variable[] =>
  [lookbacks, primary, secondary].filter((variable) => variable !== undefined);

function writeChunk(writer: BitWriter, numbers: Uint32Array, type: NumberType, settings: PcoSettings): void {
  const { bits } = type;
  const count = numbers.length / wordsPer(bits);
  const mode = chooseMode(numbers, type, settings);
  const latents = split(mode, type, numbers);
  const delta = chooseDelta(latents, bits, settings);
  const variables = variablesOf(latents, bits, delta, partsLogOf(settings.level, count));
  const cost = listOf(variables).reduce((sum, variable) => sum + variable.cost, 0);
  if (cost <= count * bits) {
    writeVariables(writer, metaOf(mode, delta, variables), variables, count);
    return;
  }
  // Nothing is gained: the numbers as they are.
  const stored = split(CLASSIC, type, numbers).primary;
  const primary = { bins: wholeBin(bits), state: new Uint32Array(0), stored, cost: count * bits };
  const plain = { lookbacks: undefined, primary, secondary: undefined };
  writeVariables(writer, metaOf(CLASSIC, NO_DELTA, plain), plain, count);
}

const metaOf = (mode: WrittenMode, delta: WrittenDelta, { lookbacks, primary, secondary }: Variables): WrittenMeta => ({
  mode,
  delta,
  lookbacks: lookbacks?.bins,
  primary: primary.bins,
  secondary: secondary?.bins,
});

function variablesOf(latents: Split, bits: LatentBits, delta: WrittenDelta, partsLog: number): Variables {
  const variable = (stored: Uint32Array, width: LatentBits, log: number, state: Uint32Array): Variable => {
    const { bins, cost } = trainBins(stored, width, log);
    return { bins, state, stored, cost: cost + 32 * state.length };
  };
  const none = new Uint32Array(0);
  const { state, stored, lookbacks } = differencesOf(delta, latents.primary, bits);
  return {
    lookbacks: lookbacks && variable(lookbacks, 32, partsLog, none),
    primary: variable(stored, bits, partsLog, state),
    secondary: latents.secondary && variable(latents.secondary, bits, Math.min(partsLog, REST_PARTS_LOG), none),
  };
}

function writeVariables(writer: BitWriter, meta: WrittenMeta, variables: Variables, count: number): void {
  writeChunkMeta(writer, meta);
  const writers = listOf(variables).map(({ bins, state, stored }) => {
    for (let at = 0; at < state.length; at += wordsPer(bins.bits)) writeLatent(writer, bins.bits, state, at);
    const latents = new LatentWriter(bins, stored);
    latents.writeStates(writer);
    return latents;
  });
  writer.align(1);
  for (let start = 0; start < count; start += BATCH) for (const latents of writers) latents.writeBatch(writer, start);
  writer.align(1);
}

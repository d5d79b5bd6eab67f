/** Numbers as files of pco: the other side of `decode.ts`. */
import { BitWriter } from '../bit-stream.js';
import { type Trained, trainBins, wholeBin } from './binning.js';
import { chooseDelta, chooseMode, type PcoSettings, partsLogOf, REST_PARTS_LOG } from './choosing.js';
import {
  type Bins,
  CLASSIC,
  NO_DELTA,
  type WrittenDelta,
  type WrittenMeta,
  type WrittenMode,
  writeChunkMeta,
  writeLatent,
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
    writeChunk(writer, Uint32Array.from(numbers.subarray(start * step, end * step)), type, settings);
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
  readonly state: Uint32Array;
  readonly stored: Uint32Array;
}

/** The variables in the order in which they are written. */
interface Variables {
  readonly lookbacks: Variable | undefined;
  readonly primary: Variable;
  readonly secondary: Variable | undefined;
}

function writeChunk(writer: BitWriter, numbers: Uint32Array, type: NumberType, settings: PcoSettings): void {
  const { bits } = type;
  const count = numbers.length / wordsPer(bits);
  const mode = chooseMode(numbers, type, settings);
  const latents = split(mode, type, numbers);
  const delta = chooseDelta(latents, bits, settings);
  const partsLog = partsLogOf(settings.level, count);
  const { variables, cost } = variablesOf(latents, bits, delta, partsLog);
  if (cost <= count * bits) {
    writeVariables(writer, metaOf(mode, delta, variables), variables, count);
    return;
  }
  // Nothing is gained: the numbers as they are.
  const stored = split(CLASSIC, type, numbers).primary;
  const plain = { lookbacks: undefined, primary: stateless(wholeBin(bits), stored), secondary: undefined };
  writeVariables(writer, metaOf(CLASSIC, NO_DELTA, plain), plain, count);
}

const metaOf = (mode: WrittenMode, delta: WrittenDelta, { lookbacks, primary, secondary }: Variables): WrittenMeta => ({
  mode,
  delta,
  lookbacks: lookbacks?.bins,
  primary: primary.bins,
  secondary: secondary?.bins,
});

const stateless = (bins: Bins, stored: Uint32Array): Variable => ({
  bins,
  state: new Uint32Array(0),
  stored,
});

function variablesOf(
  { primary, secondary }: Split,
  bits: LatentBits,
  delta: WrittenDelta,
  partsLog: number,
): { readonly variables: Variables; readonly cost: number } {
  const { state, stored, lookbacks } = differencesOf(delta, primary, bits);
  const trained: Trained[] = [trainBins(stored, bits, partsLog)];
  const variables: Variables = {
    lookbacks: lookbacks && stateless(kept(trained, trainBins(lookbacks, 32, partsLog)), lookbacks),
    primary: { bins: trained[0]!.bins, state, stored },
    secondary:
      secondary && stateless(kept(trained, trainBins(secondary, bits, Math.min(partsLog, REST_PARTS_LOG))), secondary),
  };
  return { variables, cost: trained.reduce((sum, { cost }) => sum + cost, 32 * state.length) };
}

/** The bins of `one`, which joins `all`. */
function kept(all: Trained[], one: Trained): Bins {
  all.push(one);
  return one.bins;
}

function writeVariables(writer: BitWriter, meta: WrittenMeta, variables: Variables, count: number): void {
  writeChunkMeta(writer, meta);
  const ordered = [variables.lookbacks, variables.primary, variables.secondary].filter((one) => one !== undefined);
  const writers = ordered.map(({ bins, state, stored }) => {
    for (let at = 0; at < state.length; at += wordsPer(bins.bits)) writeLatent(writer, bins.bits, state, at);
    const latents = new LatentWriter(bins, stored);
    latents.writeStates(writer);
    return latents;
  });
  writer.align(1);
  for (let start = 0; start < count; start += BATCH) for (const latents of writers) latents.writeBatch(writer, start);
  writer.align(1);
}

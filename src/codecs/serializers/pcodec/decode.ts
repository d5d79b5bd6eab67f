/**
 * Files of pco, as numcodecs stores them: a header, chunks of numbers that each have their own meta, and a byte of 0.
 * https://github.com/mwlon/pcodec/blob/main/docs/format.md
 *
 * Neither numbers nor memory is made for more of them than are expected, and none before the bits are there.
 */
import { CodecError } from '../../../errors.js';
import { BitReader } from '../bit-stream.js';
import { expectZeros, readLatents } from './bins.js';
import { type ChunkMeta, deltaOfSecondary, readChunkMeta, stateCount } from './chunk-meta.js';
import { type Restorer, restorerOf } from './differences.js';
import { join } from './joining.js';
import { BATCH, LatentReader } from './latent-reader.js';
import { type NumberType, type NumberWords, typeText, wordsPer } from './number-type.js';

/** `pco!` */
const MAGIC = 0x216f6370;
const NEWEST_FILE = 3;
const NEWEST_FORMAT = 4;

/** Fills `target` with the numbers in `bytes`. Throws `CodecError` unless they are exactly as many, of `type`. */
export function decodePco(bytes: Uint8Array, type: NumberType, target: NumberWords): void {
  const reader = new BitReader(bytes);
  const version = readHeader(reader, type);
  const size = target.length / wordsPer(type.bits);
  let done = 0;
  for (;;) {
    const code = reader.read(8);
    if (reader.isPastEnd) throw new CodecError('truncated between chunks');
    if (code === 0) break;
    checkType(code, type);
    const count = reader.read(24) + 1;
    if (count > size - done) throw new CodecError(`expected ${size} numbers, got at least ${done + count}`);
    readChunk(reader, type, version, target, done, count);
    done += count;
  }
  if (done !== size) throw new CodecError(`expected ${size} numbers, got ${done}`);
  if (reader.position !== reader.length) {
    throw new CodecError(`${(reader.length - reader.position) / 8} bytes after the last chunk`);
  }
}

/** Reads the header; the major version of the format. */
function readHeader(reader: BitReader, type: NumberType): number {
  if (reader.read(32) !== MAGIC) throw new CodecError('expected "pco!" at the beginning');
  let version = reader.read(8);
  if (version > NEWEST_FILE) throw new CodecError(`version ${version} of files; ${NEWEST_FILE} is the newest known`);
  // Older files had one version for themselves and the format.
  if (version >= 2) {
    if (version >= 3) {
      const code = reader.read(8);
      if (code !== 0) checkType(code, type);
    }
    // How many numbers there may be is a hint.
    reader.skip(1 + reader.read(6));
    expectZeros(reader, 'the header');
    version = reader.read(8);
  }
  if (version > NEWEST_FORMAT)
    throw new CodecError(`version ${version} of the format; ${NEWEST_FORMAT} is the newest known`);
  if (version >= 4) reader.skip(8);
  if (reader.isPastEnd) throw new CodecError('truncated in the header');
  return version;
}

function checkType(code: number, type: NumberType): void {
  if (code !== type.byte)
    throw new CodecError(`expected numbers of type ${typeText(type)} (${type.byte}), got type ${code}`);
}

/** One variable of a page. */
interface Variable {
  readonly latents: LatentReader;
  readonly restorer: Restorer | undefined;
  readonly batch: Uint32Array;
}

function readChunk(
  reader: BitReader,
  type: NumberType,
  version: number,
  target: NumberWords,
  start: number,
  count: number,
): void {
  const meta = readChunkMeta(reader, type, version);
  const { lookbacks, primary, secondary } = readPage(reader, meta, count);
  const states = stateCount(meta.delta);
  const secondaryStates = stateCount(deltaOfSecondary(meta.delta));
  const step = wordsPer(type.bits);
  for (let first = 0; first < count; first += BATCH) {
    const left = count - first;
    const size = Math.min(BATCH, left);
    const stored = Math.min(BATCH, Math.max(0, left - states));
    lookbacks?.latents.read(reader, stored, lookbacks.batch);
    readBatch(reader, primary, { stored, size, lookbacks });
    if (secondary) {
      readBatch(reader, secondary, { stored: Math.min(BATCH, Math.max(0, left - secondaryStates)), size, lookbacks });
    }
    if (reader.isPastEnd) throw new CodecError(`truncated at number ${start + first}`);
    join(meta.mode, type, primary.batch, secondary?.batch ?? primary.batch, size);
    target.set(primary.batch.subarray(0, size * step), (start + first) * step);
  }
  expectZeros(reader, 'a page');
}

interface Batch {
  /** Latents that are coded. */
  readonly stored: number;
  /** Latents that come out. */
  readonly size: number;
  readonly lookbacks: Variable | undefined;
}

function readBatch(
  reader: BitReader,
  { latents, restorer, batch }: Variable,
  { stored, size, lookbacks }: Batch,
): void {
  latents.read(reader, stored, batch);
  restorer?.restore(batch, size, lookbacks?.batch ?? batch);
}

function readPage(reader: BitReader, meta: ChunkMeta, count: number) {
  const coded = Math.max(0, count - stateCount(meta.delta));
  const variable = (bins: ChunkMeta['primary'], delta: ChunkMeta['delta']): Variable => {
    if (bins.count === 0 && coded > 0) throw new CodecError(`${coded} latents in no bins`);
    const state = readLatents(reader, stateCount(delta), bins.bits);
    const latents = new LatentReader(bins);
    latents.readStates(reader);
    const restorer = restorerOf(delta, bins.bits, state, count);
    // Room for the numbers that dictionaries make of latents of 32 bits.
    return { latents, restorer, batch: new Uint32Array(2 * BATCH) };
  };
  const lookbacks = meta.lookbacks && variable(meta.lookbacks, { kind: 'none' });
  const primary = variable(meta.primary, meta.delta);
  const secondary = meta.secondary && variable(meta.secondary, deltaOfSecondary(meta.delta));
  expectZeros(reader, 'the meta of a page');
  return { lookbacks, primary, secondary };
}

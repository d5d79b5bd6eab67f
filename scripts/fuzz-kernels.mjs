/**
 * Damages streams at random and compares what the compiled kernels make of them with what their twins make: the same
 * bytes, or an error of both. What is whole decodes to what it was made of. The bytes that decode are encoded by both, to the
 * same bytes, which decode to what they were. The streams come from the native libraries, through Python's numcodecs in
 * .venv/interop; what is encoded goes back to Node's zlib.
 *
 * The memory of the kernels must stay bounded, and be nobody else's. It is filled with other bytes before each call: what
 * they show in is not what was decoded.
 *
 *     npm run fuzz:kernels -- --minutes 5 [--seed 7]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as native from 'node:zlib';
import { copyWithoutKernels } from './without-kernels.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes ?? 1);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error('--minutes and --seed: expected numbers');

/** No stream decodes to more; the kernels may have room for it thrice, and for what they need themselves. */
const LARGEST = 2 ** 18;
const MOST_MEMORY = 3 * LARGEST + 2 ** 23;
/** The formats in Blosc frames, those aside that Node encodes with what it has itself. */
const CNAMES = ['lz4', 'lz4', 'lz4', 'blosclz', 'snappy', 'lz4hc'];
/** Decoders of Node, as far as it has them. */
const NATIVE = { gzip: native.gunzipSync, zlib: native.inflateSync, zstd: native.zstdDecompressSync };

/** Where Node has zstd, what is wrong with a frame is said in its words. */
const HAS_ZSTD = native.zstdDecompressSync !== undefined;

const compiled = await decodersOf(join(root, 'dist'));
const plain = await decodersOf(copyWithoutKernels());
if (compiled.kernels() === undefined) throw new Error('dist has no kernels: run npm run build');
if (plain.kernels() !== undefined) throw new Error('the copy for the twins has kernels');

const streams = streamsOf(seed);
const next = noise(seed);
const end = Date.now() + 60_000 * minutes;
const counts = { refused: 0, decoded: 0, encoded: 0 };
console.log(`seed ${seed}: ${streams.length} streams, ${minutes} minutes`);
while (Date.now() < end) {
  for (let i = 0; i < 100; i++) compare(streams[Math.floor(next() * streams.length)]);
}
const { decoded, refused, encoded } = counts;
console.log(`seed ${seed}: ${decoded} decoded, ${refused} refused, ${encoded} encoded, all as their twins do`);

/** The decoders of a copy of the library, each from bytes and the expected size. */
async function decodersOf(dist) {
  const load = (name) => import(join(dist, name));
  const { bloscEncode } = await load('codecs/compressors/blosc-encode.js');
  const { bloscDecode, bloscDecodeLent } = await load('codecs/compressors/blosc-decode.js');
  const { lz4Decode, lz4Encoded } = await load('codecs/compressors/lz4-block.js');
  const { zstdDecode, zstdDecodeLent } = await load('codecs/compressors/zstd-frame.js');
  const { zstdEncode } = await load('kernels/zstd-encode.js');
  const { gunzip, gunzipLent, unzlib, unzlibLent } = await load('codecs/compressors/deflate-streams.js');
  const { gzip, zlib } = await load('codecs/compressors/deflate-encode.js');
  const { kernels } = await load('kernels/kernels.js');
  const { lz4DecodeLentCompiled } = await load('kernels/lz4.js');
  return {
    kernels,
    /** Each takes what to encode, and how, in numbers from 0 to 1. */
    encoders: {
      gzip: (bytes, by) => gzip(bytes, Math.floor(10 * by)),
      zlib: (bytes, by) => zlib(bytes, Math.floor(10 * by)),
      zstd: (bytes, by) => zstdEncode(bytes, { level: Math.floor(30 * by) - 20, checksum: by < 0.5 }),
      lz4: (bytes, by) => lz4Encoded(bytes, 4, Math.ceil(20 * by) + 1),
      blosc: (bytes, by) => {
        const cname = CNAMES[Math.floor(7919 * by) % CNAMES.length];
        const shuffle = ['noshuffle', 'shuffle', 'bitshuffle'][Math.floor(104729 * by) % 3];
        const typesize = [1, 2, 3, 4, 8, 16, 17, 255][Math.floor(1299709 * by) % 8];
        const blocksize = [0, 0, 1000, 8192][Math.floor(15485863 * by) % 4];
        return bloscEncode(bytes, { cname, clevel: Math.floor(10 * by), shuffle, typesize, blocksize });
      },
    },
    /** What is lent; undefined where that is left to decoding. */
    lent: {
      blosc: bloscDecodeLent,
      gzip: gunzipLent,
      zlib: unzlibLent,
      zstd: (bytes, size) => {
        const lent = zstdDecodeLent(bytes, size);
        return lent?.length === size ? lent : undefined;
      },
      lz4: (bytes, size) => lz4DecodeLentCompiled(bytes.subarray(4), size),
    },
    blosc: (bytes, size) => bloscDecode(bytes, size),
    zstd: (bytes, size) => zstdDecode(bytes, size),
    gzip: (bytes, size) => gunzip(bytes, size, size),
    zlib: (bytes, size) => unzlib(bytes, size, size),
    lz4: (bytes, size) => {
      const target = new Uint8Array(size);
      lz4Decode(bytes.subarray(4), target);
      return target;
    },
  };
}

/** Compares what both make of a stream, damaged or not, of bytes that have this CRC-32. */
function compare({ codec, bytes, size, crc }) {
  const damage = damaged(bytes);
  const expected = outcome(() => plain[codec](damage, size));
  poison();
  const ours = outcome(() => compiled[codec](damage, size));
  poison();
  const lent = outcome(() => compiled.lent[codec](damage, size));
  const { buffer } = compiled.kernels().memory;
  const problem =
    (!isEqual(ours, expected) && 'other than the twin') ||
    (lent !== undefined && !isEqual(lent, expected) && 'lent other bytes') ||
    (buffer.byteLength > MOST_MEMORY && `took ${buffer.byteLength} bytes of memory`) ||
    (ours.buffer === buffer && 'gave its memory out') ||
    (Buffer.compare(damage, bytes) === 0 && native.crc32(ours) !== crc && 'not what was encoded');
  if (problem) {
    console.error(`kernels: ${described(ours)}\nlent: ${described(lent)}\ntwins: ${described(expected)}`);
    fail(`${codec} of ${size} bytes, ${problem}`, damage);
  }
  counts[typeof ours === 'string' ? 'refused' : 'decoded']++;
  // To encode takes the twins long.
  if (typeof ours !== 'string' && next() < 0.2) compareEncoded(codec, ours);
}

/** Compares what both encode, and what that decodes to. */
function compareEncoded(codec, bytes) {
  const by = next();
  const expected = plain.encoders[codec](bytes, by);
  poison();
  const ours = compiled.encoders[codec](bytes, by);
  const problem =
    (Buffer.compare(ours, expected) !== 0 && 'other than the twin') ||
    (ours.buffer === compiled.kernels().memory.buffer && 'gave its memory out') ||
    (Buffer.compare(compiled[codec](ours, bytes.length), bytes) !== 0 && 'decodes to others') ||
    (Buffer.compare(NATIVE[codec]?.(ours) ?? bytes, bytes) !== 0 && 'decodes natively to others');
  if (problem) fail(`encoding by ${codec} and ${by}: ${problem}`, bytes);
  counts.encoded++;
}

/** Fills what the kernels have of memory behind their tables with some byte. */
function poison() {
  const { memory, reserve } = compiled.kernels();
  const start = reserve(0, 0, 0);
  const bytes = new Uint8Array(memory.buffer).subarray(start, start + 2 ** 20);
  bytes.fill(256 * next());
}

function fail(what, bytes) {
  console.error(`seed ${seed}: ${what}\n${Buffer.from(bytes).toString('base64')}`);
  process.exit(1);
}

function isEqual(result, expected) {
  if (typeof result === 'string' && typeof expected === 'string') return result === expected || HAS_ZSTD;
  if (typeof result === 'string' || typeof expected === 'string') return false;
  return Buffer.compare(result, expected) === 0;
}

function described(result) {
  return typeof result === 'string' ? result : `${result?.length} bytes`;
}

function outcome(work) {
  try {
    return work();
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

/** A copy in which a few bytes or bits differ, a run is moved, or the end is missing; sometimes nothing. */
function damaged(bytes) {
  const copy = Uint8Array.from(bytes.subarray(0, next() < 0.1 ? Math.floor(next() * bytes.length) : bytes.length));
  const changes = Math.floor(next() * 4);
  for (let i = 0; i < changes && copy.length > 0; i++) {
    // Headers and tables are at the beginning: it is hit more often.
    const at = Math.floor(next() ** (next() < 0.5 ? 4 : 1) * copy.length);
    const kind = next();
    if (kind < 0.4) copy[at] ^= 1 << Math.floor(next() * 8);
    else if (kind < 0.8) copy[at] = next() < 0.3 ? 255 : next() * 256;
    else copy.copyWithin(at, Math.floor(next() * copy.length), Math.floor(next() * copy.length));
  }
  return copy;
}

/** The streams that Python makes: a line of JSON for each. */
function streamsOf(seed) {
  const python = join(root, '.venv/interop/bin/python');
  if (!existsSync(python)) throw new Error('expected .venv/interop: npm run interop -- --install makes it');
  const program = readFileSync(join(root, 'scripts/fuzz-streams.py'), 'utf8');
  const { stdout, stderr, status } = spawnSync(python, ['-', String(seed), String(LARGEST)], {
    input: program,
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`python: ${stderr}`);
  return stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => {
      const { codec, size, crc, bytes } = JSON.parse(line);
      return { codec, size, crc, bytes: Uint8Array.from(Buffer.from(bytes, 'base64')) };
    });
}

/** Numbers from 0 to 1 that look random and are the same for the same seed. */
function noise(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 8) / 2 ** 24;
  };
}

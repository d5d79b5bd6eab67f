/**
 * Damages streams at random and compares what the compiled kernels make of them with what their twins make: the same
 * bytes, or an error of both. What decodes is encoded by both, where the kernels encode deflate. The streams come from the native libraries, through Python's numcodecs where
 * .venv/interop has it, and Node's zlib. The memory of the kernels must stay bounded.
 *
 *     npm run fuzz:kernels -- --minutes 5 [--seed 7]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { copyWithoutKernels } from './without-kernels.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { minutes: { type: 'string' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes ?? 1);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error('--minutes and --seed: expected numbers');

/** No stream decodes to more; the kernels may have room for it thrice, and for what they need themselves. */
const LARGEST = 2 ** 18;
const MOST_MEMORY = 3 * LARGEST + 2 ** 23;

const compiled = await decodersOf(join(root, 'dist'));
const plain = await decodersOf(copyWithoutKernels());
if (compiled.kernels() === undefined) throw new Error('dist has no kernels: run npm run build');
if (plain.kernels() !== undefined) throw new Error('the copy for the twins has kernels');

const streams = streamsOf(seed);
const next = noise(seed);
const end = Date.now() + 60_000 * minutes;
const counts = { refused: 0, decoded: 0 };
console.log(`seed ${seed}: ${streams.length} streams, ${minutes} minutes`);
while (Date.now() < end) {
  for (let i = 0; i < 500; i++) compare(streams[Math.floor(next() * streams.length)]);
}
console.log(`seed ${seed}: ${counts.decoded} decoded, ${counts.refused} refused, all as their twins do`);

/** The decoders of a copy of the library, each from bytes and the expected size. */
async function decodersOf(dist) {
  const load = (name) => import(join(dist, name));
  const { bloscDecode, bloscDecodeLent } = await load('codecs/compressors/blosc-decode.js');
  const { lz4Decode } = await load('codecs/compressors/lz4-block.js');
  const { zstdDecode } = await load('codecs/compressors/zstd-frame.js');
  const { gunzip, unzlib } = await load('codecs/compressors/deflate-streams.js');
  const { gzip, zlib } = await load('codecs/compressors/deflate-encode.js');
  const { kernels } = await load('kernels/kernels.js');
  const { lz4DecodeLentCompiled } = await load('kernels/lz4.js');
  return {
    kernels,
    encoders: { gzip, zlib },
    /** What is lent; undefined where that is left to decoding. */
    lent: {
      blosc: bloscDecodeLent,
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

function compare({ codec, bytes, size }) {
  const damage = damaged(bytes);
  const ours = outcome(() => compiled[codec](damage, size));
  const expected = outcome(() => plain[codec](damage, size));
  const lent = outcome(() => compiled.lent[codec]?.(damage, size));
  const isSame = isEqual(ours, expected) && (lent === undefined || isEqual(lent, expected));
  if (isSame && typeof ours !== 'string') compareEncoded(codec, ours);
  const { byteLength } = compiled.kernels().memory.buffer;
  if (isSame && byteLength <= MOST_MEMORY) {
    counts[typeof ours === 'string' ? 'refused' : 'decoded']++;
    return;
  }
  console.error(
    `seed ${seed}: ${codec} of ${size} bytes, memory ${byteLength}\n${Buffer.from(damage).toString('base64')}`,
  );
  console.error(`kernels: ${described(ours)}\nlent: ${described(lent)}\ntwins: ${described(expected)}`);
  process.exit(1);
}

/** Compares what both encode, where the codec has encoders with and without kernels. */
function compareEncoded(codec, bytes) {
  const encode = compiled.encoders[codec];
  if (encode === undefined) return;
  const level = Math.floor(next() * 10);
  const ours = encode(bytes, level);
  if (Buffer.compare(ours, plain.encoders[codec](bytes, level)) === 0) return;
  console.error(`seed ${seed}: ${codec}, level ${level}: ${Buffer.from(bytes).toString('base64')}`);
  process.exit(1);
}

function isEqual(result, expected) {
  if (typeof result === 'string' || typeof expected === 'string') return result === expected;
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
      const { codec, size, bytes } = JSON.parse(line);
      return { codec, size, bytes: Uint8Array.from(Buffer.from(bytes, 'base64')) };
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

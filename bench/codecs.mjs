/**
 * How fast codecs are: ours with the compiled kernels and without, against the C libraries (through numcodecs in Python,
 * and Node's zlib) and against packages of npm that bench/ has installed. All on one thread, for the same bytes, in turns:
 * each participant is a process of its own that times itself, and every round asks all of them, one after another. A number
 * is the median of the rounds. The table goes to its section of docs/performance.md.
 *
 * `reuse` is decoding into memory that is there: ours lends its own, numcodecs and fflate are given some.
 *
 *     npm run bench:install
 *     npm run bench:codecs -- [--rounds 3] [--seconds 0.1] [--sizes 64K,1M,16M] [--codecs zstd,gzip] [--node 24]
 *                             [--clock wall|cpu] [--write]
 *
 * A run of some sizes or codecs, and one by the time of processors (which tells something where other programs are
 * running), only print, but for `--write`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesOf, median, ratioText } from './numbers.mjs';
import { optionsOf, refuse } from './options.mjs';
import { circumstances, table, writeSection } from './page.mjs';
import { benchPython, nodeCommand, participantScript, root, startParticipant } from './participant.mjs';

const options = optionsOf({
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '0.1' },
  sizes: { type: 'string' },
  codecs: { type: 'string' },
  node: { type: 'string' },
  clock: { type: 'string', default: 'wall' },
  write: { type: 'boolean', default: false },
});
const figure = { wall: 'seconds', cpu: 'cpuSeconds' }[options.clock];
if (figure === undefined) refuse(`--clock: expected wall or cpu, got ${options.clock}`);
const isWhole = options.sizes === undefined && options.codecs === undefined && figure === 'seconds';
const sizes = (options.sizes ?? '64K,1M,16M').split(',');
const codecs = (options.codecs ?? 'lz4,zstd,blosc-lz4,blosc-zstd,gzip').split(',');
const DATASETS = ['smooth float32', 'noisy uint16', 'sorted int64'];
const DIRECTIONS = ['decode', 'reuse', 'encode'];
const OURS = 'zarr-ts';
const NATIVE = 'numcodecs (C)';

const folder = mkdtempSync(join(tmpdir(), 'zarr-ts-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
const participants = participantsHere();
const versions = await versionsHere();
const rows = [];
for (const codec of codecs) {
  for (const dataset of DATASETS) {
    for (const size of sizes) rows.push(...(await rowsOf(codec, dataset, size)));
  }
  // After each codec, so that a run which is cut short leaves what it has.
  if (isWhole || options.write) writeTable(rows);
}
for (const participant of participants.values()) participant.end();

/** Those that can be started here, by their names in the table. */
function participantsHere() {
  const python = benchPython();
  if (python === undefined) throw new Error('expected .venv/bench: npm run bench:install makes it');
  const node = nodeCommand(options.node);
  const started = new Map();
  const start = (name, ...command) => started.set(name, startParticipant(name, command));
  const script = participantScript;
  start(OURS, ...node, script('codecs-zarr-ts.mjs'));
  start('twins', ...node, script('codecs-zarr-ts.mjs'), '--twins');
  start(NATIVE, python, script('codecs-native.py'));
  const major = Number(options.node ?? process.versions.node.split('.')[0]);
  start('node:zlib (C)', ...(major >= 24 ? node : nodeCommand('24')), script('codecs-node-zlib.mjs'));
  for (const [name, module] of [
    ['numcodecs.js', 'numcodecs'],
    ['zstddec', 'zstddec'],
    ['fflate', 'fflate'],
  ]) {
    const isHere = existsSync(join(root, 'bench/node_modules', module));
    if (isHere) start(name, ...node, script('codecs-npm.mjs'), module);
  }
  return started;
}

async function versionsHere() {
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  const { numcodecs } = await ask(NATIVE, { direction: 'versions' });
  const { node } = await ask(OURS, { direction: 'versions' });
  const packages = ['numcodecs', 'zstddec', 'fflate'].flatMap((name) => {
    const file = join(root, 'bench/node_modules', name, 'package.json');
    return existsSync(file) ? [`${name} ${JSON.parse(readFileSync(file, 'utf8')).version} of npm`] : [];
  });
  return [`zarr-ts ${own} on Node ${node}`, `numcodecs ${numcodecs} for Python`, ...packages];
}

function ask(name, task) {
  return participants.get(name).ask(task);
}

/** The rows for reading and writing chunks of one dataset by one codec. */
async function rowsOf(codec, dataset, sizeName) {
  const size = bytesOf(sizeName);
  const raw = join(folder, 'raw');
  const encoded = join(folder, 'encoded');
  const make = { direction: 'make', dataset, size };
  const { itemSize } = await ask(NATIVE, { ...make, codec: null, file: raw });
  await ask(NATIVE, { ...make, codec, file: encoded });
  const rows = [];
  for (const direction of DIRECTIONS) {
    const file = direction === 'encode' ? raw : encoded;
    const task = { codec, direction, file, raw, size, itemSize, seconds: Number(options.seconds) };
    const times = new Map();
    const encodedSizes = new Map();
    // What round 0 measures is how code warms up: it does not count.
    for (let round = 0; round <= Number(options.rounds); round++) {
      for (const name of participants.keys()) {
        const answer = await ask(name, task);
        if (answer.kind !== 'timed' || round === 0) continue;
        times.set(name, [...(times.get(name) ?? []), answer[figure]]);
        encodedSizes.set(name, answer.bytes);
      }
    }
    if (times.size === 0) continue;
    const rates = new Map([...times].map(([name, seconds]) => [name, size / median(seconds) / 1e6]));
    const encodedSize = direction === 'encode' ? encodedSizes.get(OURS) : statSync(encoded).size;
    const ratio = encodedSize && size / encodedSize;
    rows.push({ codec, dataset, sizeName, direction, rates, ratio });
    const text = [...rates].map(([name, rate]) => `${name} ${rate.toFixed(0)}`).join(', ');
    console.log(`${direction} ${codec} ${dataset} ${sizeName}: ${text} MB/s`);
  }
  return rows;
}

function writeTable(rows) {
  const others = [...participants.keys()].filter((name) => name !== OURS);
  const heading = ['', 'data', 'chunk', 'smaller by', 'zarr-ts, MB/s', ...others.map((name) => `: ${name}`)];
  const lines = rows.map(({ codec, dataset, sizeName, direction, rates, ratio }) => {
    const own = rates.get(OURS);
    const ratios = others.map((name) => (own && rates.has(name) ? ratioText(own / rates.get(name)) : '–'));
    const rate = own ? own.toFixed(0) : 'missing';
    return [`${direction} ${codec}`, dataset, `${sizeName}iB`, ratio?.toFixed(1) ?? '–', rate, ...ratios];
  });
  const compared = figure === 'seconds' ? [] : ['compared by the time of processors'];
  const facts = circumstances([...versions, `${options.rounds} rounds`, ...compared]);
  writeSection('codecs', `${facts}\n\n${table([heading, ...lines], 3)}`);
}

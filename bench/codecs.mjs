/**
 * How fast codecs are: ours with the compiled kernels and without, against the C libraries (through numcodecs in Python,
 * and Node's zlib) and against packages of npm that bench/ has installed. All on one thread, for the same bytes, in turns:
 * each participant is a process of its own that times itself, and every round asks all of them, one after another. A number
 * is the median of the rounds. The table goes to docs/performance.md.
 *
 *     npm install --prefix bench
 *     npm run bench:codecs -- [--rounds 3] [--seconds 0.1] [--sizes 64K,1M,16M] [--codecs zstd,gzip]
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const python = join(root, '.venv/interop/bin/python');
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '0.1' },
    sizes: { type: 'string', default: '64K,1M,16M' },
    codecs: { type: 'string', default: 'lz4,zstd,blosc-lz4,blosc-zstd,gzip' },
  },
});
const UNITS = { K: 2 ** 10, M: 2 ** 20 };
const DATASETS = ['smooth float32', 'noisy uint16', 'sorted int64'];

const folder = mkdtempSync(join(tmpdir(), 'zarr-ts-bench-'));
const participants = participantsHere();
try {
  const { numcodecs } = await ask('numcodecs (C)', { direction: 'versions' });
  const rows = [];
  for (const codec of options.codecs.split(',')) {
    for (const dataset of DATASETS) {
      for (const size of options.sizes.split(',')) rows.push(...(await rowsOf(codec, dataset, size)));
    }
    // After each codec, so that a run which is cut short leaves what it has.
    writeTable(rows, numcodecs);
  }
} finally {
  for (const { child } of participants.values()) child.kill();
  rmSync(folder, { recursive: true, force: true });
}

/** Those that can be started here, by their names in the table. */
function participantsHere() {
  if (!existsSync(python)) throw new Error('expected .venv/interop: npm run interop -- --install makes it');
  const script = (name) => join(root, 'bench/participants', name);
  const started = new Map();
  const start = (name, command, ...args) => started.set(name, participant(name, command, args));
  start('ours', process.execPath, script('zarr-ts.mjs'));
  start('twins', process.execPath, script('zarr-ts.mjs'), '--twins');
  start('numcodecs (C)', python, script('native.py'));
  const node24 = 'node@24';
  const isNewer = Number(process.versions.node.split('.')[0]) >= 24;
  if (isNewer) start('node:zlib (C)', process.execPath, script('node-zlib.mjs'));
  else start('node:zlib (C)', 'npx', '-y', '-p', node24, 'node', script('node-zlib.mjs'));
  for (const [name, module] of [
    ['numcodecs.js', 'numcodecs'],
    ['zstddec', 'zstddec'],
    ['fflate', 'fflate'],
  ]) {
    if (existsSync(join(root, 'bench/node_modules', module))) start(name, process.execPath, script('npm.mjs'), module);
  }
  return started;
}

function participant(name, command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    ask: async (task) => {
      child.stdin.write(`${JSON.stringify(task)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${name} ended on ${JSON.stringify(task)}`);
      return JSON.parse(value);
    },
  };
}

function ask(name, task) {
  return participants.get(name).ask(task);
}

/** The rows for reading and writing chunks of one dataset by one codec. */
async function rowsOf(codec, dataset, sizeName) {
  const size = Number(sizeName.slice(0, -1)) * UNITS[sizeName.at(-1)];
  const raw = join(folder, 'raw');
  const encoded = join(folder, 'encoded');
  const make = { direction: 'make', dataset, size };
  const { itemSize } = await ask('numcodecs (C)', { ...make, codec: null, file: raw });
  await ask('numcodecs (C)', { ...make, codec, file: encoded });
  const rows = [];
  for (const direction of ['decode', 'encode']) {
    const file = direction === 'decode' ? encoded : raw;
    const task = { codec, direction, file, size, itemSize, seconds: Number(options.seconds) };
    const times = new Map();
    const encodedSizes = new Map();
    // What round 0 measures is how code warms up: it does not count.
    for (let round = 0; round <= Number(options.rounds); round++) {
      for (const name of participants.keys()) {
        const answer = await ask(name, task);
        if (answer.kind !== 'timed' && name === 'ours') break;
        if (answer.kind !== 'timed' || round === 0) continue;
        times.set(name, [...(times.get(name) ?? []), answer.seconds]);
        encodedSizes.set(name, answer.bytes);
      }
    }
    if (!times.has('ours')) continue;
    const rates = new Map([...times].map(([name, seconds]) => [name, size / median(seconds) / 1e6]));
    const ratio = size / (direction === 'encode' ? encodedSizes.get('ours') : statSync(encoded).size);
    rows.push({ codec, dataset, sizeName, direction, rates, ratio });
    const text = [...rates].map(([name, rate]) => `${name} ${rate.toFixed(0)}`).join(', ');
    console.log(`${direction} ${codec} ${dataset} ${sizeName}: ${text} MB/s`);
  }
  return rows;
}

function median(numbers) {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[sorted.length >> 1];
}

function writeTable(rows, numcodecsVersion) {
  const others = [...participants.keys()].filter((name) => name !== 'ours');
  const heading = ['', 'data', 'chunk', 'smaller by', 'ours, MB/s', ...others.map((name) => `ours : ${name}`)];
  const lines = rows.map(({ codec, dataset, sizeName, direction, rates, ratio }) => {
    const own = rates.get('ours');
    const ratios = others.map((name) => (rates.has(name) ? (own / rates.get(name)).toFixed(2) : '–'));
    return [`${direction} ${codec}`, dataset, `${sizeName}iB`, ratio.toFixed(1), own.toFixed(0), ...ratios];
  });
  const versions = ['numcodecs', 'zstddec', 'fflate'].flatMap((name) => {
    const file = join(root, 'bench/node_modules', name, 'package.json');
    return existsSync(file) ? [`${name} ${JSON.parse(readFileSync(file, 'utf8')).version}`] : [];
  });
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  const processors = cpus();
  // The load of the last five minutes, of which this script is one.
  const isBusy = loadavg()[1] > 1 + processors.length / 2;
  const warning = isBusy ? '\n\n**The machine was busy: a number may be wrong by several times. Measure again.**' : '';
  writeFileSync(
    join(root, 'docs/performance.md'),
    `# How fast the codecs are

Written by \`npm run bench:codecs\` (bench/codecs.mjs says how it measures): one thread, the same bytes for everyone, in
turns, medians of ${options.rounds} rounds. A ratio above 1 means that ours is faster; ratios count, rates depend on the
machine and on what else it does. "twins" is the same library without WebAssembly, "(C)" a library in C: numcodecs
through Python, node:zlib through Node 24. Codecs at their usual levels: zstd 3, gzip 5, Blosc 5 with its bytes shuffled.
Encoders need not write the same bytes; "smaller by" is what ours made.

${new Date().toISOString().slice(0, 10)}; ${processors[0]?.model ?? 'unknown'}, ${processors.length} cores, on average
${loadavg()[1].toFixed(1)} programs running on them; zarr-ts ${own} on Node ${process.version}; numcodecs ${numcodecsVersion} for Python${versions.length > 0 ? `; from npm ${versions.join(', ')}` : ''}.${warning}

${table([heading, ...lines])}
`,
  );
}

function table([heading, ...lines]) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(heading), line(heading.map((_, i) => (i < 3 ? '---' : '---:'))), ...lines.map(line)].join('\n');
}

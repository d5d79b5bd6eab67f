/**
 * How fast arrays are read and written: this library, on one thread and on two (the one that calls and a worker), against zarrita,
 * zarr-python (its default pipeline of codecs, and the fused one), zarrs (as a pipeline of zarr-python) and TensorStore.
 * The same work on the same files for everyone, in turns: each participant is a process of its own that times itself.
 * What is read is compared with what is right, once, outside of the timing; a wrong value ends the row and fails the run.
 *
 * A number is the median of the rounds. Before them everyone does the work for half a second, so that what is compiled while it
 * runs has been compiled (for work of more than a second that is the time in which the values are compared), and a
 * participant that takes long is asked less often. Files are in the page cache, and
 * nobody waits for the disk.
 *
 *     npm run bench:install
 *     npm run bench -- [--rows PATTERN] [--quick] [--size 1024|512|256] [--rounds 3] [--clock wall|cpu] [--node 24]
 *                      [--huge-pages] [--json FILE] [--write]
 *
 * A run of all rows writes its section of docs/performance.md, and docs/performance.svg; one of some rows, a quick one, and
 * one by the time of processors (which tells something where other programs are running) only print, but for `--write`.
 * With `--huge-pages`, glibc asks for huge pages for what is allocated in Node, as NumPy does for its arrays by itself.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sizeText, timeText } from './numbers.mjs';
import { optionsOf, refuse } from './options.mjs';
import { circumstances, writeSection } from './page.mjs';
import { benchPython, nodeCommand, participantScript, root } from './participant.mjs';
import { holdsMemory, verdicts } from './promises.mjs';
import { report, valuesOf, verdictText } from './report.mjs';
import { standingPlot } from './standing-plot.mjs';
import { rows } from './work.mjs';

const options = optionsOf({
  rows: { type: 'string', default: '' },
  rounds: { type: 'string', default: '3' },
  size: { type: 'string' },
  node: { type: 'string' },
  json: { type: 'string' },
  clock: { type: 'string', default: 'wall' },
  quick: { type: 'boolean', default: false },
  'huge-pages': { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
});
const { quick } = options;
if (options['huge-pages']) process.env.GLIBC_TUNABLES = 'glibc.malloc.hugetlb=1';
const side = Number(choice('size', ['1024', '512', '256'], quick ? '256' : '512'));
const figure = { wall: 'seconds', cpu: 'cpuSeconds' }[choice('clock', ['wall', 'cpu'])];
const isWhole = options.rows === '' && !quick && figure === 'seconds';
const wanted = rows({ side, quick }).filter((row) => new RegExp(options.rows).test(nameOf(row)));
if (wanted.length === 0) refuse(`--rows: no row is like ${options.rows}`);

// What needs the library that was built comes after what can be wrong without it.
const { Measurement } = await import('./measurement.mjs');
const folder = mkdtempSync(join(tmpdir(), 'zarr-ts-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
const started = performance.now();
const measurement = new Measurement({
  commands: participantsHere(),
  folder,
  figure,
  rounds: Number(options.rounds),
  ...(quick
    ? { warmSeconds: 0.2, answerSeconds: 0.05, budgetSeconds: 0.5 }
    : { warmSeconds: 0.5, answerSeconds: 0.1, budgetSeconds: 1.5 }),
});
const versions = await measurement.versions();
const results = [];
for (const [index, row] of wanted.entries()) {
  const result = await measurement.measure(row);
  results.push(result);
  console.log(`${index + 1}/${wanted.length} ${nameOf(row)}: ${resultText(result)}`);
  measurement.keep(wanted.slice(index + 1));
  // After each row, so that a run which is cut short leaves what it has.
  if (options.json) writeFileSync(options.json, JSON.stringify({ facts: facts(), results }, undefined, 1));
}
measurement.end();

const text = `${facts()}\n\n${report(results)}`;
if (isWhole || options.write) {
  writeSection('end to end', text);
  writeFileSync(join(root, 'docs/performance.svg'), standingPlot(results));
} else console.log(`\n${text}`);
const wrong = results.filter((result) => result.wrong !== undefined);
for (const { row, wrong: what } of wrong) console.error(`WRONG ${nameOf(row)}: ${what}`);
process.exitCode = wrong.length > 0 ? 1 : 0;

/** Where, when and of what the numbers are. */
function facts() {
  const minutes = ((performance.now() - started) / 60_000).toFixed(0);
  return circumstances([
    ...versions,
    `${options.rounds} rounds`,
    `cubes of ${side}³${side === 1024 ? '' : ' (those of the public benchmark are of 1024³)'}`,
    ...(quick ? ['small arrays (--quick)'] : []),
    ...(options['huge-pages'] ? ['huge pages (--huge-pages)'] : []),
    ...(figure === 'seconds' ? [] : ['compared by the time of processors']),
    `${minutes} minutes`,
  ]);
}

function choice(name, choices, otherwise) {
  const value = options[name] ?? otherwise;
  if (!choices.includes(value)) refuse(`--${name}: expected ${choices.join(', ')}, got ${value}`);
  return value;
}

/** The commands of those that are installed here, by the names in the results. */
function participantsHere() {
  const node = nodeCommand(options.node);
  const python = benchPython();
  const ours = participantScript('arrays-zarr-ts.mjs');
  const here = { 'zarr-ts': [...node, ours], pool: [...node, ours, '--workers', '1'] };
  if (existsSync(join(root, 'bench/node_modules/zarrita'))) {
    here.zarrita = [...node, participantScript('arrays-zarrita.mjs')];
  }
  if (python !== undefined) {
    const peer = (name) => [python, participantScript('arrays.py'), name];
    Object.assign(here, {
      'zarr-python': peer('zarr-python'),
      fused: peer('fused'),
      zarrs: peer('zarrs'),
      TensorStore: peer('tensorstore'),
    });
  }
  const missing = ['zarrita', 'TensorStore'].filter((name) => !(name in here));
  if (missing.length > 0) console.log(`without ${missing.join(', ')} and the like: npm run bench:install`);
  return here;
}

function nameOf({ section, where, label }) {
  return `${section}, ${where}: ${label}`;
}

function resultText(result) {
  if (result.wrong) return `WRONG, ${result.wrong}`;
  const { row, figures, problems } = result;
  const values = valuesOf(result);
  const textOf = result.figure === 'peakBytes' ? sizeText : timeText;
  const standing = verdicts(row, values).filter(({ holds }) => holds !== undefined);
  const memory = holdsMemory(row, figures['zarr-ts']?.peakBytes);
  return [
    [...values].map(([name, value]) => `${name} ${textOf(value)}`).join(', '),
    ...standing.map((verdict) => `${verdict.peer} ${verdictText(verdict)}`),
    ...(memory === undefined ? [] : [`result + 10 % ${memory ? 'holds' : 'misses'}`]),
    ...Object.entries(problems).map(([name, { kind, what }]) => `${name} ${kind}: ${what}`),
  ].join('; ');
}

/**
 * How fast arrays are read and written: this library, on one thread and with a pool of two workers, against zarrita,
 * zarr-python (its default pipeline of codecs, and the fused one), zarrs (as a pipeline of zarr-python) and TensorStore.
 * The same work on the same files for everyone, in turns: each participant is a process of its own that times itself.
 * What is read is compared with what is right, once, outside of the timing; a wrong value ends the row and fails the run.
 *
 * A number is the median of the rounds. The first round does not count (for work of more than a second that is the one in
 * which the values are compared), and a participant that takes long is asked less often. Files are in the page cache, and
 * nobody waits for the disk.
 *
 *     npm run bench:install
 *     npm run bench -- [--rows PATTERN] [--quick] [--size 1024|512|256] [--rounds 3] [--clock wall|cpu] [--node 24]
 *                      [--json FILE] [--write]
 *
 * A run of all rows writes its section of docs/performance.md, and docs/performance.svg; one of some rows, a quick one, and
 * one by the time of processors (which tells something where other programs are running) only print, but for `--write`.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as zarr from '../dist/sync.js';
import { median, roundsWithin, sizeText, timeText } from './numbers.mjs';
import { circumstances, writeSection } from './page.mjs';
import { benchPython, nodeCommand, participantScript, root, startParticipant } from './participant.mjs';
import { holdsMemory, verdicts } from './promises.mjs';
import { report, valuesOf, verdictText } from './report.mjs';
import { standingPlot } from './standing-plot.mjs';
import { windowStarts } from './windows.mjs';
import { rows } from './work.mjs';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    size: { type: 'string' },
    node: { type: 'string' },
    json: { type: 'string' },
    clock: { type: 'string', default: 'wall' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const SIDES = ['1024', '512', '256'];
const side = options.size ?? (options.quick ? '256' : '512');
if (!SIDES.includes(side)) throw new Error(`--size: expected ${SIDES.join(', ')}, got ${side}`);
const CLOCKS = { wall: 'seconds', cpu: 'cpuSeconds' };
const clock = CLOCKS[options.clock];
if (clock === undefined) throw new Error(`--clock: expected ${Object.keys(CLOCKS).join(' or ')}, got ${options.clock}`);
const ROUNDS = Number(options.rounds);
/** How long short work is repeated for one answer, and how long one participant may take for the rounds of a row. */
const [ANSWER_SECONDS, BUDGET_SECONDS] = options.quick ? [0.05, 0.5] : [0.1, 1.5];
/** Work of more seconds is warm once it has been done. */
const LONG_SECONDS = 1;

const folder = mkdtempSync(join(tmpdir(), 'zarr-ts-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
const started = performance.now();
const commands = participantsHere();
const participants = startAll();
const readers = new Map();
const versions = [];
for (const participant of participants) {
  const answer = await participant.ask({ step: 'versions' });
  versions.push(...answer.versions.filter((version) => !versions.includes(version)));
}
const wanted = rows({ side: Number(side), quick: options.quick }).filter((row) =>
  new RegExp(options.rows).test(nameOf(row)),
);
const results = [];
const arrays = new Map();
for (const [index, row] of wanted.entries()) {
  const result = row.figure === 'peakBytes' ? await peakOf(row) : await measured(row);
  results.push(result);
  console.log(`${index + 1}/${wanted.length} ${nameOf(row)}: ${resultText(result)}`);
  forgetArrays(wanted.slice(index + 1));
}
for (const participant of [...participants, ...readers.values()]) participant.end();

const scope = `cubes of ${side}³${side === '1024' ? '' : ' (those of the public benchmark are of 1024³)'}${options.quick ? ', small arrays (--quick)' : ''}`;
const minutes = ((performance.now() - started) / 60_000).toFixed(0);
const compared = clock === 'seconds' ? [] : ['compared by the time of processors'];
const facts = circumstances([...versions, `${ROUNDS} rounds`, scope, ...compared, `${minutes} minutes`]);
const text = `${facts}\n\n${report(results)}`;
if (options.json) writeFileSync(options.json, JSON.stringify({ facts, results }, undefined, 1));
if (options.write || (options.rows === '' && !options.quick && clock === 'seconds')) {
  writeSection('end to end', text);
  writeFileSync(join(root, 'docs/performance.svg'), standingPlot(results));
} else console.log(`\n${text}`);
const wrong = results.filter((result) => result.wrong !== undefined);
for (const { row, wrong: what } of wrong) console.error(`WRONG ${nameOf(row)}: ${what}`);
process.exitCode = wrong.length > 0 ? 1 : 0;

/** The commands of those that are installed here, by the names in the results. */
function participantsHere() {
  const node = nodeCommand(options.node);
  const python = benchPython();
  const ours = participantScript('arrays-zarr-ts.mjs');
  const here = { 'zarr-ts': [...node, ours], pool: [...node, ours, '--workers', '2'] };
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
  if (missing.length > 0)
    console.log(`without ${missing.join(', ')} and its like: npm run bench:install installs them`);
  return here;
}

function startAll() {
  return Object.entries(commands).map(([name, command]) => startParticipant(name, command));
}

function nameOf({ section, where, label }) {
  return `${section}, ${where}: ${label}`;
}

/**
 * What each participant took for a row, as `{ row, figure, figures: name → { seconds, cpuSeconds, peakBytes }, problems }`;
 * `figure` is the one that is compared.
 */
async function measured(row) {
  const result = { row, figure: clock, figures: {}, problems: {} };
  const plans = [];
  for (const participant of participants) {
    const work = await workOf(row, participant.name);
    const answer = await checkedAnswer(participant, work);
    if (answer.kind === 'wrong') result.wrong = `${participant.name}: ${answer.what}`;
    else if (answer.kind === 'ready') {
      const rounds = roundsWithin({
        seconds: Math.max(answer.seconds, ANSWER_SECONDS),
        budgetSeconds: BUDGET_SECONDS,
        rounds: ROUNDS,
      });
      plans.push({ participant, rounds, answers: [], isWarm: answer.seconds > LONG_SECONDS });
    } else result.problems[participant.name] = answer;
  }
  for (let round = 0; round <= ROUNDS && result.wrong === undefined; round++) {
    for (const plan of plans) {
      if (round === 0 ? plan.isWarm : plan.answers.length === plan.rounds) continue;
      if (plan.participant.name in result.problems) continue;
      const answer = await asked(plan.participant, { step: 'time', seconds: ANSWER_SECONDS });
      if (answer.kind === 'timed' && round > 0) plan.answers.push(answer);
      if (answer.kind !== 'timed') result.problems[plan.participant.name] = answer;
    }
  }
  for (const { participant, answers } of plans) {
    await asked(participant, { step: 'end' });
    if (!(participant.name in result.problems)) result.figures[participant.name] = figureOf(answers);
  }
  rmSync(join(folder, 'written'), { recursive: true, force: true });
  return result;
}

/** A participant's answer; one that ended on a task fails at it, and is started anew for what comes next. */
async function asked(participant, task) {
  try {
    return await participant.ask(task);
  } catch (error) {
    participant.restart();
    return { kind: 'failed', what: error.message };
  }
}

/** The answer to `prepare`; what was written is read by somebody else. */
async function checkedAnswer(participant, work) {
  const answer = await asked(participant, { step: 'prepare', work });
  if (answer.kind !== 'ready' || work.target === undefined) return answer;
  const reader = readerFor(participant.name);
  const written = join(work.target, 'array');
  const check = await reader.ask({
    step: 'prepare',
    work: { ...work, action: 'read', where: 'files', folder: written },
  });
  await reader.ask({ step: 'end' });
  return check.kind === 'ready' ? answer : { kind: 'wrong', what: `${reader.name} reads: ${check.what}` };
}

/** Somebody else than the writer, in a process of its own: the participants have work of their own in a row. */
function readerFor(writer) {
  const name = ['TensorStore', 'zarr-ts', 'zarrita'].find((one) => one !== writer && one in commands);
  if (name === undefined) throw new Error(`nobody is there to read what ${writer} writes`);
  if (!readers.has(name)) readers.set(name, startParticipant(name, commands[name]));
  return readers.get(name);
}

/** Peak memory: everyone is started anew, and does the same for a small array first. */
async function peakOf(row) {
  const result = { row, figure: row.figure, figures: {}, problems: {} };
  const [height, width] = row.array.metadata.chunk_grid.configuration.chunk_shape;
  const shape = [2 * height, width];
  const small = { ...row.array, shape, metadata: { ...row.array.metadata, shape } };
  for (const participant of startAll()) {
    const warm = await workOf({ ...row, array: small }, participant.name);
    await participant.ask({ step: 'prepare', work: warm });
    await participant.ask({ step: 'end' });
    const answer = await asked(participant, { step: 'once', work: await workOf(row, participant.name) });
    if (answer.kind === 'timed') result.figures[participant.name] = figureOf([answer]);
    else if (answer.kind === 'wrong') result.wrong = `${participant.name}: ${answer.what}`;
    else result.problems[participant.name] = answer;
    participant.end();
  }
  return result;
}

function figureOf(answers) {
  const of = (name) => answers.map((answer) => answer[name]);
  const peaks = of('peakBytes').filter((peak) => peak !== undefined);
  return {
    seconds: median(of('seconds')),
    cpuSeconds: median(of('cpuSeconds')),
    peakBytes: peaks.length > 0 ? Math.max(...peaks) : undefined,
    rounds: answers.length,
  };
}

/** A row as a participant is told it. */
async function workOf(row, name) {
  const { action, where, array, inFlight, group } = row;
  if (action === 'openGroup') return { action, where, group, folder: groupFolder(group) };
  const writes = action === 'write' || action === 'copy';
  const target = writes ? preparedFolder(join('written', name.replaceAll(' ', '-')), array) : undefined;
  const source = action === 'write' ? undefined : await arrayFolder(array);
  const windows = row.windows && { shape: row.windows.shape, starts: windowStarts(row.windows, array.shape) };
  return { action, where, array, inFlight, windows, target, folder: source };
}

/** Where the array is; made when it is first asked for. */
async function arrayFolder(array) {
  const key = JSON.stringify(array);
  if (!arrays.has(key)) {
    const target = preparedFolder(`array-${arrays.size}`, array);
    arrays.set(key, target);
    // By a library that is none of those with a codec of ours; without Python there is nobody else who writes them all.
    const maker = participants.find(({ name }) => name === 'TensorStore');
    const made = join(target, 'array');
    if (maker) {
      mkdirSync(made);
      writeFileSync(join(made, 'zarr.json'), JSON.stringify(array.metadata));
    }
    const answer = maker
      ? await maker.ask({ step: 'make', work: { folder: made, array } })
      : await participants[0].ask({ step: 'prepare', work: { action: 'write', target, array } });
    if (answer.kind !== 'made' && answer.kind !== 'ready') throw new Error(`no array could be made: ${answer.what}`);
  }
  return join(arrays.get(key), 'array');
}

/** A folder for an array, with the array's metadata in it. */
function preparedFolder(name, array) {
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'zarr.json'), JSON.stringify(array.metadata));
  return target;
}

function groupFolder({ count, consolidated }) {
  const path = join(folder, `group-${consolidated}`);
  if (!existsSync(path)) {
    const group = zarr.createGroup(path);
    for (let index = 0; index < count; index++) {
      group.createArray(`a${index}`, { shape: [1000, 1000], chunks: [100, 100], dtype: 'uint16' });
    }
    if (consolidated) zarr.consolidateMetadata(path);
  }
  return path;
}

/** Removes the arrays that no row needs any more. */
function forgetArrays(rest) {
  const needed = new Set(rest.map(({ array }) => JSON.stringify(array)));
  for (const [key, target] of arrays) {
    if (needed.has(key) || !existsSync(target)) continue;
    rmSync(target, { recursive: true, force: true });
  }
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

// npm run differential: random programs of calls against the real zarr-python. After each step, what came of it and
// what is in the folders has to be the same for zarr-python and for both of our APIs, but for what is named in
// test/differential/differences.mjs.
//
//   --programs N    how many programs (500)
//   --seed N        the seed of the first one (1); those of the others follow
//   --only TEXT     only programs that have a step of this name (`resize`)
//   --replay FILE   the program of a file; failing ones are saved in .cache/differential/
//   --workers N     Python processes (2)
//   --quick         failing programs are not made shorter

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { knownDifferences } from '../test/differential/differences.mjs';
import { makeProgram } from '../test/differential/program.mjs';
import { fixedPrograms } from '../test/differential/programs.mjs';
import { Runner } from '../test/differential/runner.mjs';
import { shrink } from '../test/differential/shrink.mjs';
import { Worker } from '../test/differential/worker.mjs';
import { prepareEnvironment } from '../test/interop/python.mjs';

const repository = fileURLToPath(new URL('..', import.meta.url));
const saved = join(repository, '.cache/differential');
const { values: options } = parseArgs({
  options: {
    programs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    replay: { type: 'string' },
    workers: { type: 'string', default: '2' },
    quick: { type: 'boolean' },
  },
});

prepareEnvironment();
build();
const apis = { sync: await import('zarr-ts/sync'), promises: await import('zarr-ts') };
const met = new Map(knownDifferences.map((difference) => [difference, 0]));
const failures = new Map();
let passed = 0;
let failed = 0;
let stepCount = 0;
const folder = mkdtempSync(join(tmpdir(), 'zarr-differential-'));
try {
  const queue = programs();
  await Promise.all(Array.from({ length: Number(options.workers) }, (_, at) => work(queue, join(folder, String(at)))));
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
print();

function* programs() {
  if (options.replay !== undefined) return yield JSON.parse(readFileSync(options.replay, 'utf8'));
  if (options.only === undefined) yield* fixedPrograms;
  let left = Number(options.programs);
  for (let seed = Number(options.seed); left > 0; seed++) {
    const program = makeProgram(seed);
    if (options.only !== undefined && !program.steps.some(({ op }) => op === options.only)) continue;
    left -= 1;
    yield program;
  }
}

async function work(queue, place) {
  const worker = new Worker();
  const runner = new Runner({ worker, apis, folder: place });
  for (const program of queue) {
    const result = await runner.run(program);
    for (const difference of result.met) met.set(difference, met.get(difference) + 1);
    stepCount += program.steps.length;
    if (result.problems.length === 0) passed += 1;
    else await fail(runner, program, result);
  }
  worker.close();
}

async function fail(runner, program, result) {
  failed += 1;
  const kind = kindOf(program, result);
  const before = failures.get(kind);
  if (before !== undefined) {
    before.count += 1;
    return;
  }
  failures.set(kind, { count: 1 });
  const cut = { ...program, steps: program.steps.slice(0, result.step + 1) };
  const failsAlike = async (shorter) => kindOf(shorter, await runner.run(shorter)) === kind;
  const short = options.quick || options.replay ? cut : await shrink(cut, failsAlike);
  const shown = short === cut ? result : await runner.run(short);
  mkdirSync(saved, { recursive: true });
  const file = join(saved, `${program.seed}.json`);
  if (options.replay === undefined) writeFileSync(file, `${JSON.stringify(short, undefined, 2)}\n`);
  console.log(`\nFAILED program ${program.seed} (${file}), step ${shown.step}`);
  for (const [at, step] of short.steps.entries()) console.log(`  ${at}: ${JSON.stringify(step)}`);
  for (const problem of shown.problems) console.log(`  ${problem}`);
}

/** What a failure is like: programs that fail in the same way are shown once. */
function kindOf(program, { problems, step }) {
  if (problems.length === 0) return undefined;
  const words = problems[0].replace(/"[^"]*"|\d+|\S*\/\S*/g, '').slice(0, 60);
  return `${program.steps[step]?.op}: ${words}`;
}

function print() {
  console.log(`\n${stepCount} steps. Known differences from zarr-python:`);
  for (const [{ name, reason }, count] of met) console.log(`  ${name} (${count} times): ${reason}`);
  const isWhole = options.only === undefined && options.replay === undefined && Number(options.programs) >= 400;
  const unmet = isWhole ? [...met].filter(([, count]) => count === 0) : [];
  for (const [{ name }] of unmet) console.log(`\nFAILED: "${name}" was never met; it has to be left out`);
  if (failures.size > 0) console.log('\nFailures by kind:');
  for (const [kind, { count }] of failures) console.log(`  ${count} × ${kind}`);
  console.log(`\n${passed} passed, ${failed + unmet.length} failed`);
  process.exitCode = failed + unmet.length > 0 || passed === 0 ? 1 : 0;
}

function build() {
  const { status } = spawnSync(process.execPath, [join(repository, 'scripts/build.mjs'), '--if-needed'], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the build failed');
}

// Whether the recorded results of the examples are still what zarr-python gives, and whether it shows examples that are not
// in the table. `node test/parity/parity.mjs` records them anew.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareEnvironment, runPython } from '../interop/python.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const recorded = join(here, 'fixtures/results.json');

const record = (file) => runPython(join('..', 'parity', 'record.py'), join(here, 'fixtures/python'), file);

/** Runs the examples in zarr-python; a check for each of them, and one for their names. */
export function checkParity(report, folder, only = '') {
  const file = join(folder, 'parity.json');
  record(file);
  const found = JSON.parse(readFileSync(file, 'utf8'));
  const expected = JSON.parse(readFileSync(recorded, 'utf8'));
  const programs = readdirSync(join(here, 'fixtures/python')).map((name) => name.replace(/\.py$/, ''));
  for (const name of programs.filter((one) => one.includes(only))) {
    report.record(subjectOf(name), CHECK, resultProblems(expected.results[name], found.results[name]));
  }
  const missing = found.documented.filter((name) => !programs.includes(name));
  report.record(
    subjectOf('zarr-python'),
    'every entry that has examples',
    missing.map((name) => `${name} has examples that are not in test/parity`),
  );
}

const CHECK = 'recorded results of examples';

function subjectOf(name) {
  const [className] = name.includes('.') ? name.split('.') : ['functions'];
  return { name, id: name, matrix: 'Examples of zarr-python', row: className, column: 'as recorded' };
}

function resultProblems(expected, found) {
  if (expected === undefined) return ['nothing is recorded'];
  if (expected.length !== found.length) return [`${expected.length} results are recorded, there are ${found.length}`];
  return expected.flatMap((result, at) => {
    const [then, now] = [JSON.stringify(result), JSON.stringify(found[at])];
    return then === now ? [] : [`result ${at}: recorded ${then}, got ${now}`];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  prepareEnvironment();
  record(recorded);
}

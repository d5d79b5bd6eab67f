/**
 * npm run corpus -- FOLDER…: reads every array below the folders, whole, and says of each how that went:
 *
 *   right    its elements are the expected ones
 *   read     it was read; nothing tells what its elements should be
 *   refused  a codec, a data type or the metadata is refused, with the reason
 *   failed   anything else: other elements than expected, or an error
 *
 *   --expected FOLDER   where expected elements are: `a/b.npy` (NumPy's format) or `a/b.json` (`{ shape, values }`) for the
 *                       array `a/b`, relative to the folder that is read
 *   --same N            arrays whose paths begin with the same N folders hold the same elements: right are those that have
 *                       what most of them have
 *   --only TEXT         only arrays whose path contains the text
 *   --list              also those that are right or read
 *   --json              one JSON object per array, and nothing else
 *
 * The exit code is 0 when nothing failed, 1 when something did, 3 when there is no array.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import * as zarr from 'zarr-ts/sync';
import { expectedElements, problemOf } from './corpus/expected.mjs';
import { Alike } from './corpus/same.mjs';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    expected: { type: 'string' },
    same: { type: 'string' },
    only: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
if (folders.length === 0) {
  console.error('corpus: expected a folder: npm run corpus -- FOLDER…');
  process.exit(2);
}

const REFUSALS = [
  'UnknownCodecError',
  'UnknownDataTypeError',
  'PickleCodecDisabledError',
  'DataTypeValidationError',
  'MetadataValidationError',
  'NodeTypeValidationError',
  'LimitError',
];

const counts = { right: 0, read: 0, refused: 0, failed: 0 };
for (const root of folders) {
  const alike = options.same === undefined ? undefined : new Alike(Number(options.same));
  for (const folder of arraysBelow(root)) {
    const path = relative(root, folder);
    if (!path.includes(options.only)) continue;
    const result = { path: path === '' ? '.' : path, ...outcomeOf(folder, join(options.expected ?? root, path)) };
    if (alike !== undefined && result.outcome === 'read') alike.add(result, zarr.openArray(folder, { mode: 'r' }));
    else tell(result);
  }
  for (const result of alike?.outcomes() ?? []) tell(result);
}
const total = Object.values(counts).reduce((a, b) => a + b);
if (!options.json)
  console.log(
    `${total} arrays: ${Object.entries(counts)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ')}`,
  );
process.exitCode = total === 0 ? 3 : counts.failed > 0 ? 1 : 0;

/** The folders of arrays, sorted; nothing below an array is one. */
function* arraysBelow(folder) {
  if (existsSync(join(folder, '.zarray')) || isArrayDocument(join(folder, 'zarr.json'))) {
    yield folder;
    return;
  }
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of names.sort((a, b) => (a.name < b.name ? -1 : 1))) yield* arraysBelow(join(folder, name));
}

function isArrayDocument(file) {
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text).node_type === 'array';
  } catch {
    return /"node_type"\s*:\s*"array"/.test(text); // Not JSON as browsers read it; opening it tells more.
  }
}

function outcomeOf(folder, expectedAt) {
  let array;
  try {
    array = zarr.openArray(folder, { mode: 'r' });
    const found = array.get();
    const expected = expectedElements(expectedAt);
    if (expected === undefined) return { outcome: 'read', dtype: `${array.dtype}` };
    const problem = problemOf(found, expected);
    if (problem === undefined) return { outcome: 'right', dtype: `${array.dtype}` };
    return { outcome: 'failed', dtype: `${array.dtype}`, reason: problem };
  } catch (error) {
    const outcome = REFUSALS.includes(error.name) ? 'refused' : 'failed';
    return { outcome, dtype: array && `${array.dtype}`, reason: `${error.name}: ${error.message}` };
  }
}

function tell(result) {
  counts[result.outcome]++;
  if (options.json) console.log(JSON.stringify(result));
  else if (options.list || result.reason !== undefined) {
    console.log(`${result.outcome.padEnd(8)} ${result.path}${result.reason ? `\n         ${result.reason}` : ''}`);
  }
}

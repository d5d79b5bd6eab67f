// npm run interop: this library against the real zarr-python, in both directions. zarr-python writes every case of
// the tables in test/interop and describes it; both of our APIs read it and have to find the same. Then both APIs
// write the same cases: the documents, keys and (without compression) chunk bytes have to be zarr-python's, and
// zarr-python has to read the same again. For data types that zarr-python has not, TensorStore is on the other side, and
// for objects of format 2 numcodecs. Large arrays are read and written with workers and without. zarrs is asked too where ZARRS_PYTHON is set.
//
//   --keep        keep the working folder
//   --only TEXT   only cases whose names contain the text, or that are in the column of that name
//   --full        every data type with every chain in every layout, not only each two of them; takes long
//   --twins       only what the kernels do, without them and Node's compression: by what serves where there are none
//   --self        zarr-python on both sides: checks the tables and the scripts without this library

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readProblems, refusalProblems, writeArray } from '../test/interop/arrays.mjs';
import { attributeSets } from '../test/interop/attributes.mjs';
import { arrayCases, exclusions, missingCodecs } from '../test/interop/cases.mjs';
import { expectedDocument, knownDifferences } from '../test/interop/differences.mjs';
import { contentProblems, isDocument, keyProblems } from '../test/interop/files.mjs';
import { hierarchyProblems, updateAttributes, writeHierarchy } from '../test/interop/groups.mjs';
import { hierarchyCases, update, updateCases } from '../test/interop/hierarchies.mjs';
import { compareObjects, objectCases, objectExclusions } from '../test/interop/objects.mjs';
import { prepareEnvironment, runPython } from '../test/interop/python.mjs';
import { Report } from '../test/interop/report.mjs';
import { compareWithTensorStore, tensorstoreCases, tensorstoreExclusions } from '../test/interop/tensorstore.mjs';
import { compareThreads, threadCases } from '../test/interop/threads.mjs';
import { compareWithZarrs, zarrsCases, zarrsExclusions } from '../test/interop/zarrs.mjs';
import { checkParity } from '../test/parity/parity.mjs';
import { copyWithoutKernels } from './without-kernels.mjs';

const BATCH = 3000;
/** The columns of what the kernels do. */
const HAS_TWINS = /^(default|gzip|zstd|b:.*|numcod)$/;
const sides = ['python', 'sync', 'promises'];
const repository = fileURLToPath(new URL('..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    keep: { type: 'boolean' },
    full: { type: 'boolean' },
    twins: { type: 'boolean' },
    self: { type: 'boolean' },
    only: { type: 'string', default: '' },
  },
});

prepareEnvironment();
const folder = mkdtempSync(join(tmpdir(), 'zarr-interop-'));
try {
  const report = await (options.self ? compareWithItself() : compareWithUs());
  checkParity(report, folder, options.only);
  report.print(knownDifferences, leftOut());
  console.log(`\n${report.passedCount} passed, ${report.failures.length} failed`);
  process.exitCode = report.failures.length > 0 || report.passedCount === 0 ? 1 : 0;
} finally {
  if (options.keep) console.log(`kept ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

async function compareWithUs() {
  build();
  const folderOfTwins = options.twins && copyWithoutKernels();
  const ours = (name) =>
    import(folderOfTwins ? join(folderOfTwins, `${name}.js`) : `zarr-ts/${name}`.replace('/index', ''));
  const apis = { sync: await ours('sync'), promises: await ours('index') };
  const report = new Report();
  for (const batch of batches()) {
    const { cases, manifest } = writeWithPython(batch);
    await readWithUs(apis, cases, manifest, report);
    await writeWithUs(apis, cases, report);
    compareFolders(cases, report);
    compareDescriptions(cases, manifest, report);
    if (options.full) for (const side of sides) rmSync(join(folder, side), { recursive: true, force: true });
  }
  const objects = objectCases().filter(({ name }) => name.includes(options.only));
  await compareObjects(apis, objects, folder, report);
  const large = options.twins ? [] : threadCases().filter(({ name }) => name.includes(options.only));
  await compareThreads(apis, large, folder, report);
  const foreign = zarrsCases().filter(({ name }) => name.includes(options.only));
  await compareWithZarrs(apis, foreign, folder, report);
  const numbers = tensorstoreCases().filter(({ name }) => name.includes(options.only));
  await compareWithTensorStore(apis, await ours('dtype'), numbers, folder, report);
  return report;
}

function compareWithItself() {
  const report = new Report();
  const { cases, manifest } = writeWithPython(allCases());
  cpSync(join(folder, 'python'), join(folder, 'sync'), { recursive: true });
  compareDescriptions(cases, manifest, report);
  return report;
}

/** The cases that are asked for. */
function allCases() {
  const isAsked = (one) =>
    (one.name.includes(options.only) || one.column === options.only) && (!options.twins || HAS_TWINS.test(one.column));
  return {
    arrays: arrayCases({ full: options.full }).filter(isAsked),
    hierarchies: hierarchyCases().filter(isAsked),
    updates: updateCases().filter(isAsked),
  };
}

/** The same in parts whose files fit on a small disk. */
function* batches() {
  const { arrays, ...others } = allCases();
  const length = options.full ? BATCH : Math.max(1, arrays.length);
  for (let at = 0; at < arrays.length || at === 0; at += length) {
    const rest = at === 0 ? others : { hierarchies: [], updates: [] };
    yield { arrays: arrays.slice(at, at + length), ...rest };
  }
}

/** The cases, written and described by zarr-python. */
function writeWithPython(cases) {
  console.log(
    `${cases.arrays.length} arrays, ${cases.hierarchies.length} hierarchies, ${cases.updates.length} updates`,
  );
  const withText = (one) => ({ ...one, attributes: attributeSets[one.attributes].text });
  const table = {
    arrays: cases.arrays.map(withText),
    hierarchies: cases.hierarchies.map((one) => ({ ...one, nodes: one.nodes.map(withText) })),
    updates: cases.updates.map((one) => ({ ...withText(one), update: update.text })),
  };
  writeFileSync(join(folder, 'table.json'), JSON.stringify(table));
  mkdirSync(join(folder, 'python', 'created'), { recursive: true });
  runPython('write.py', join(folder, 'table.json'), join(folder, 'python'));
  const manifest = JSON.parse(readFileSync(join(folder, 'python', 'manifest.json'), 'utf8'));
  for (const one of cases.arrays) {
    one.unwritable = one.refused;
    // What was never encoded can be read: such arrays hold fill values only.
    if (!manifest.arrays[one.id].encoded) delete one.refused;
  }
  return { cases, manifest };
}

async function readWithUs(apis, cases, manifest, report) {
  for (const [api, zarr] of Object.entries(apis)) {
    const read = (kind, problemsOf) => async (one) => {
      const expected = manifest[kind][one.id];
      await report.run(one, `${kind}: read by ${api}`, () =>
        expected.error
          ? [`zarr-python: ${expected.error}`]
          : problemsOf(zarr, join(folder, 'python', kind), one, expected),
      );
    };
    for (const one of cases.arrays) await read('arrays', readProblems)(one);
    for (const one of cases.hierarchies) await read('hierarchies', hierarchyProblems)(one);
  }
}

async function writeWithUs(apis, cases, report) {
  for (const [api, zarr] of Object.entries(apis)) {
    const target = (kind) => join(folder, api, kind);
    cpSync(join(folder, 'python', 'created'), target('updated'), { recursive: true });
    const written = async (kind, one, write) => {
      await report.run(one, `${kind}: written by ${api}`, async () => {
        await write(zarr, target(kind), one);
        return [];
      });
    };
    for (const one of writable(cases.arrays)) await written('arrays', one, writeArray);
    for (const one of cases.arrays.filter(({ unwritable }) => unwritable !== undefined)) {
      await report.run(one, `arrays: refused by ${api}`, () => refusalProblems(zarr, target('arrays'), one));
    }
    for (const one of writable(cases.hierarchies)) await written('hierarchies', one, writeHierarchy);
    for (const one of cases.updates) await written('updated', one, updateAttributes);
  }
}

/** zarr-python's folders against ours, and those of our two APIs against each other. */
function compareFolders(cases, report) {
  const compare = (kind, one, exact) => {
    const [expected, sync, promises] = sides.map((side) => join(folder, side, kind, one.id));
    const adjust = (key, bytes) => (isDocument(key) ? expectedDocument(key, bytes, { report, kind }) : bytes);
    report.record(one, `${kind}: same keys`, keyProblems(expected, sync));
    report.record(one, `${kind}: same documents`, contentProblems(expected, sync, { among: isDocument, adjust }));
    if (exact) {
      const among = (key) => !isDocument(key);
      report.record(one, `${kind}: same chunk bytes`, contentProblems(expected, sync, { among }));
    }
    const all = { among: () => true };
    report.record(one, `${kind}: both APIs alike`, [
      ...keyProblems(sync, promises),
      ...contentProblems(sync, promises, all),
    ]);
  };
  for (const one of writable(cases.arrays)) compare('arrays', one, one.exact);
  for (const one of writable(cases.hierarchies)) compare('hierarchies', one, false);
  for (const one of cases.updates) compare('updated', one, false);
}

/** What zarr-python says about our folders against what it said about its own. */
function compareDescriptions(cases, manifest, report) {
  const file = join(folder, 'descriptions.json');
  runPython('read.py', join(folder, 'table.json'), join(folder, 'sync'), file);
  const descriptions = JSON.parse(readFileSync(file, 'utf8'));
  const compare = (kind, one) => {
    const { infoComplete: _stored, encoded: _encoded, ...expected } = manifest[kind][one.id];
    const actual = descriptions[kind][one.id];
    report.record(one, `${kind}: read by zarr-python`, describedProblems(expected, actual));
  };
  const written = options.self ? (list) => list : writable;
  for (const one of written(cases.arrays)) compare('arrays', one);
  for (const one of written(cases.hierarchies)) compare('hierarchies', one);
  for (const one of cases.updates) compare('updates', one);
}

function describedProblems(expected, actual) {
  if (expected.error) return [`zarr-python: ${expected.error}`];
  if (actual.error) return [`zarr-python: ${actual.error}`];
  return Object.keys(expected)
    .filter((name) => JSON.stringify(expected[name]) !== JSON.stringify(actual[name]))
    .map((name) => `${name}: expected ${JSON.stringify(expected[name])}, got ${JSON.stringify(actual[name])}`);
}

/** What is not compared, and why: combinations, and arrays that are only read. */
function leftOut() {
  const readOnly = [...arrayCases(), ...hierarchyCases()].filter((one) => one.readOnly !== undefined);
  const missing = missingCodecs.map(({ refused, reason }) => ({ name: refused, reason }));
  return [
    ...exclusions,
    ...objectExclusions,
    ...zarrsExclusions,
    ...tensorstoreExclusions,
    ...missing,
    ...readOnly.map(({ name, readOnly }) => ({ name: `writing ${name}`, reason: readOnly })),
  ];
}

function writable(cases) {
  return cases.filter((one) => one.readOnly === undefined && one.unwritable === undefined);
}

function build() {
  const { status } = spawnSync(process.execPath, [join(repository, 'scripts/build.mjs'), '--if-needed'], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the build failed');
}

// Arrays that are large enough to be shared among threads, with workers and without: what zarr-python wrote is read, and what
// is written is the same byte for byte, with so many threads as with one, and is read by zarr-python.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentProblems, keyProblems } from './files.mjs';
import { runPython } from './python.mjs';

const SHAPE = [1300, 2600];
const WORKERS = [0, 2];
const BLOSC = { clevel: 5, blocksize: 0, typesize: 2 };

const zstd = { name: 'zstd', configuration: { level: 3, checksum: true } };
const gzip = { name: 'gzip', configuration: { level: 5 } };
const bloscLz4 = { name: 'blosc', configuration: { ...BLOSC, cname: 'lz4', shuffle: 'shuffle' } };
const bloscZstd = { name: 'blosc', configuration: { ...BLOSC, cname: 'zstd', shuffle: 'bitshuffle' } };
const turned = [{ name: 'transpose', configuration: { order: [1, 0] } }];

const layouts = {
  plain: { chunks: [256, 512], compressors: null },
  zstd: { chunks: [256, 512], compressors: [zstd] },
  gzip: { chunks: [256, 512], compressors: [gzip] },
  'blosc lz4': { chunks: [256, 512], compressors: [bloscLz4] },
  'blosc zstd': { chunks: [100, 700], compressors: [bloscZstd] },
  turned: { chunks: [256, 512], filters: turned, compressors: [zstd] },
  'zstd in shards': { chunks: [64, 128], shards: [512, 1024], compressors: [zstd] },
  'plain in shards': { chunks: [64, 128], shards: [256, 512], compressors: null },
  'format 2': { chunks: [256, 512], zarrFormat: 2, order: 'F', compressors: { id: 'zlib', level: 5 } },
};

export function threadCases() {
  return Object.entries(layouts).map(([row, options]) => ({
    id: row.replaceAll(' ', '-'),
    name: `threads ${row}`,
    matrix: 'threads',
    row,
    column: 'threads',
    options,
  }));
}

/** The same numbers as in with_threads.py. */
function valuesOf() {
  const values = new Uint16Array(SHAPE[0] * SHAPE[1]);
  for (let at = 0; at < values.length; at++) values[at] = (at >> 5) + ((at * 40503) % 31);
  return values;
}

/** Lets each side write the cases and the other read them. */
export async function compareThreads(apis, cases, folder, report) {
  if (cases.length === 0) return;
  const values = valuesOf();
  const home = join(folder, 'threads');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'cases.json'), JSON.stringify({ shape: SHAPE, cases }));
  runPython('with_threads.py', 'write', home);
  const written = [];
  for (const [api, zarr] of Object.entries(apis)) {
    for (const workers of WORKERS) {
      const side = `${api}-${workers}`;
      written.push(side);
      for (const one of cases) {
        await report.run(one, `threads: read by ${api}, ${workers} workers`, async () => {
          const array = await zarr.openArray(join(home, 'python', one.id), { mode: 'r', config: { workers } });
          return sameProblems(values, (await array.get()).data);
        });
        await report.run(one, `threads: written by ${api}, ${workers} workers`, async () => {
          const options = { shape: SHAPE, dtype: 'uint16', ...one.options, config: { workers } };
          const array = await zarr.createArray(join(home, side, one.id), options);
          await array.set(null, zarr.ndarray(values, { shape: SHAPE }));
          if (side === written[0]) return [];
          const [first, other] = [written[0], side].map((name) => join(home, name, one.id));
          return [...keyProblems(first, other), ...contentProblems(first, other, { among: () => true })];
        });
      }
    }
  }
  runPython('with_threads.py', 'read', home, ...written);
  const found = JSON.parse(readFileSync(join(home, 'found.json'), 'utf8'));
  for (const one of cases) {
    for (const side of written) report.record(one, 'threads: read by zarr-python', found[`${side}/${one.id}`]);
  }
}

function sameProblems(expected, found) {
  if (found.length !== expected.length) return [`expected ${expected.length} elements, got ${found.length}`];
  const at = expected.findIndex((value, index) => found[index] !== value);
  return at < 0 ? [] : [`element ${at}: expected ${expected[at]}, got ${found[at]}`];
}

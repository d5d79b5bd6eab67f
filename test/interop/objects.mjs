// Objects (`|O`) of format 2, whose codecs are numcodecs' alone: zarr-python 3.4.2 reads few of them, but version 2 wrote
// them all. So the other side is numcodecs itself, with documents and chunks as version 2 has them (objects.py).
// Values are JSON; `{ "$bytes": hex }` stands for bytes.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runPython } from './python.mjs';

const words = ['', 'a', 'é', '日本', '😀!', 'line\nbreak', 'nul\0inside', '0123456789abcdef'];
const json = [
  ...[null, true, false, 0, -1, 127, 128, 255, 256, 65536, -32769, 4294967296, 1.5, -2.25, 1e300, ...words],
  ...[[], [1, [2, ['x']]], {}, { b: { c: null }, a: [1.5] }, 'x'.repeat(300), Array.from({ length: 20 }, (_, n) => n)],
];
const bytes = ['', '00', 'ff00ff', '61'.repeat(300)].map((hex) => ({ $bytes: hex }));
const lists = (values) => [[], values, values.slice(0, 1), values.slice(1), [...values, ...values]];

/** The kinds of elements: the codec, its options, the values, and what stands where none is. */
const kinds = {
  json2: { values: json, fill: null },
  'json2 plain': {
    values: json,
    fill: null,
    id: 'json2',
    options: { ensure_ascii: false, sort_keys: false, indent: 1 },
  },
  msgpack2: { values: [...json, ...bytes], fill: null },
  'vlen-utf8': { values: words, fill: '', dtype: 'string' },
  'vlen-bytes': { values: bytes, fill: { $bytes: '' }, dtype: 'variable_length_bytes' },
  categorize: {
    values: ['a', 'é', '日本'],
    fill: '',
    dtype: 'string',
    options: { labels: ['a', 'é', '日本'], dtype: '|O', astype: '|u1' },
  },
  'categorize <u2': {
    id: 'categorize',
    values: ['x', 'y'],
    fill: '',
    dtype: 'string',
    options: { labels: ['y', 'x', 'z'], dtype: '|O', astype: '<u2' },
  },
  ...Object.fromEntries(
    ['|u1', '<i2', '>i2', '<i4', '>u4', '<f4', '>f8', '<f8'].map((dtype) => [
      `vlen-array ${dtype}`,
      {
        id: 'vlen-array',
        values: lists(dtype.includes('f') ? [0.5, -1.25, 1e10 % 4096] : [1, 100, 127]),
        fill: [],
        options: { dtype },
      },
    ]),
  ),
  ...Object.fromEntries(
    ['<i8', '<u8'].map((dtype) => [
      `vlen-array ${dtype}`,
      { id: 'vlen-array', values: lists([1, 2, 3]), fill: [], options: { dtype } },
    ]),
  ),
};

const layouts = {
  line: { shape: [29], chunks: [7] },
  plane: { shape: [5, 7], chunks: [2, 3] },
  cube: { shape: [3, 4, 3], chunks: [2, 2, 3] },
  scalar: { shape: [], chunks: [] },
};
const compressors = { none: null, zlib: { id: 'zlib', level: 1 }, blosc: { id: 'blosc', cname: 'lz4', clevel: 5 } };
const orders = ['C', 'F'];

export const objectExclusions = [
  { name: 'objects with msgpack2 without axes', reason: 'numcodecs fails to write them' },
];

/** Every kind of elements in every layout; orders and compressors take turns. */
export function objectCases() {
  let count = 0;
  return Object.entries(kinds).flatMap(([kind, { id = kind, options = {}, values, fill, dtype = 'object' }]) =>
    Object.entries(layouts).flatMap(([layout, { shape, chunks }]) =>
      orders.flatMap((order) => {
        if (kind === 'msgpack2' && layout === 'scalar') return [];
        count += 1;
        const compressor = Object.keys(compressors)[count % 3];
        return {
          id: `o${String(count).padStart(4, '0')}`,
          name: `objects ${kind} ${layout} ${order} ${compressor}`,
          matrix: 'Objects of numcodecs',
          row: kind,
          column: layout,
          shape,
          chunks,
          order,
          dtype,
          fill,
          filter: { id, ...options },
          compressor: compressors[compressor],
          values: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => values[at % values.length]),
        };
      }),
    ),
  );
}

/** Lets each side write the cases and the other read them. */
export async function compareObjects(apis, cases, folder, report) {
  if (cases.length === 0) return;
  const table = join(folder, 'objects.json');
  writeFileSync(table, JSON.stringify(cases));
  const at = (side) => join(folder, 'objects', side);
  for (const side of ['theirs', ...Object.keys(apis)]) mkdirSync(at(side), { recursive: true });
  runPython('objects.py', 'write', table, at('theirs'));
  for (const [api, zarr] of Object.entries(apis)) {
    for (const one of cases) {
      await report.run(one, `objects: read by ${api}`, () => readProblems(zarr, join(at('theirs'), one.id), one));
      await report.run(one, `objects: written by ${api}`, async () => {
        const options = {
          ...{
            shape: one.shape,
            chunks: one.chunks,
            dtype: one.dtype,
            order: one.order,
            zarrFormat: 2,
            fillValue: null,
          },
          ...{ filters: [one.filter], compressors: one.compressor },
        };
        const array = await zarr.createArray(join(at(api), one.id), options);
        await array.set(null, nestedOf(one.values.map(valueOf), one.shape));
        return readProblems(zarr, join(at(api), one.id), one);
      });
    }
    const refused = {
      name: 'objects pickle',
      id: 'pickle',
      matrix: 'Objects of numcodecs',
      row: 'pickle',
      column: 'line',
    };
    await report.run(refused, `objects: refused by ${api}`, () => pickleProblems(zarr, at('theirs')));
  }
  const out = join(folder, 'objects-read.json');
  runPython('objects.py', 'read', table, at('sync'), out);
  const found = JSON.parse(readFileSync(out, 'utf8'));
  for (const one of cases) {
    const { error, values } = found[one.id];
    report.record(one, 'objects: read by numcodecs', error ? [`numcodecs: ${error}`] : differences(values, one.values));
  }
}

/** What is not there as it should be, of the whole and of two points. */
async function readProblems(zarr, path, one) {
  const array = await zarr.openArray(path, { mode: 'r' });
  const tokens = (values) => Array.from(values, (value) => tokenOf(value, one));
  if (one.shape.length === 0) return differences(tokens(await array.get()), one.values);
  const points = await array.vindex.get(one.shape.map((length) => [length - 1, 0]));
  return [
    ...differences(tokens(await array.get()), one.values),
    ...differences(tokens(points), [one.values.at(-1), one.values[0]]),
  ];
}

/** Pickles are programs: whoever reads one runs what its writer wants. */
async function pickleProblems(zarr, folder) {
  try {
    const array = await zarr.openArray(join(folder, 'pickle'), { mode: 'r' });
    const found = await array.get();
    return [`expected a refusal, got ${found}`];
  } catch (error) {
    return error.code !== undefined && /pickle/.test(error.message)
      ? []
      : [`expected a refusal of pickle, got ${error}`];
  }
}

function differences(found, expected) {
  const [actual, wanted] = [found, expected].map((values) => values.map((value) => JSON.stringify(sorted(value))));
  if (actual.length !== wanted.length) return [`expected ${wanted.length} elements, got ${actual.length}`];
  return actual.flatMap((text, at) => (text === wanted[at] ? [] : [`[${at}]: expected ${wanted[at]}, got ${text}`]));
}

/** With the members of objects by name: Python's encoder may have sorted them. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, sorted(member)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function valueOf(token) {
  return token?.$bytes === undefined ? token : new Uint8Array(Buffer.from(token.$bytes, 'hex'));
}

function tokenOf(value, { filter }) {
  const isNumbers = filter.id === 'vlen-array' && ArrayBuffer.isView(value);
  if (isNumbers) return Array.from(value, Number);
  return value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('hex') } : value;
}

/** Elements in C order as lists in lists. */
function nestedOf(values, shape) {
  if (shape.length === 0) return values[0];
  const size = values.length / shape[0];
  return Array.from({ length: shape[0] }, (_, at) =>
    shape.length === 1 ? values[at] : nestedOf(values.slice(at * size, (at + 1) * size), shape.slice(1)),
  );
}

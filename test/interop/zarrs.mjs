// What zarrs, the Rust library, and this one write for each other with codecs that zarr-python has not, or implements
// otherwise. Its Python package decodes and encodes chunks for zarr-python, whose own codecs stay out (`strict`). The step
// needs a Python in which `pip install zarrs==0.2.3` was run, named by `ZARRS_PYTHON`; without it, it says so.

import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('with_zarrs.py', import.meta.url));
const little = { name: 'bytes', configuration: { endian: 'little' } };
const compressed = (name, configuration) => ({ compressors: [configuration ? { name, configuration } : { name }] });
const serialized = (name, configuration) => ({ serializer: { name, ...(configuration && { configuration }) } });
const filtered = (name, configuration) => ({ filters: [configuration ? { name, configuration } : { name }] });
const sharded = (codecs) =>
  serialized('sharding_indexed', {
    chunk_shape: [2, 3],
    codecs,
    index_codecs: [little, { name: 'crc32c' }],
    index_location: 'start',
  });

const numbers = ['int16', 'uint32', 'int64', 'float32', 'float64'];
const all = ['bool', 'int8', 'uint8', ...numbers, 'complex64'];
const bits = { int8: 5, int16: 9, uint32: 17, int64: 40 };

/** Codecs by name: the types that they are met by, and the options of `create_array`. */
const chains = {
  bytes: {
    dtypes: all,
    options: (dtype) => serialized('bytes', /8$|bool/.test(dtype) ? undefined : { endian: 'big' }),
  },
  packbits: { dtypes: ['bool', 'int8', 'uint8', ...numbers], options: () => serialized('packbits') },
  'packbits of some bits': {
    dtypes: Object.keys(bits),
    options: (dtype) => serialized('packbits', { padding_encoding: 'first_byte', first_bit: 0, last_bit: bits[dtype] }),
  },
  pcodec: { dtypes: numbers, options: () => serialized('numcodecs.pcodec', { level: 8 }) },
  bz2: { dtypes: all, options: () => compressed('numcodecs.bz2', { level: 5 }) },
  zlib: { dtypes: all, options: () => compressed('numcodecs.zlib', { level: 5 }) },
  shuffle: {
    dtypes: ['int16', 'float32'],
    options: (dtype) => compressed('numcodecs.shuffle', { elementsize: size(dtype) }),
  },
  blosc: {
    dtypes: all,
    options: () => compressed('blosc', { cname: 'zstd', clevel: 5, shuffle: 'bitshuffle', blocksize: 0 }),
  },
  reshape: { dtypes: all, options: () => filtered('reshape', { shape: [[0, 1]] }) },
  squeeze: { dtypes: all, options: () => filtered('zarrs.squeeze') },
  transpose: { dtypes: all, options: () => filtered('transpose', { order: [1, 0] }) },
  'packbits in shards': {
    dtypes: ['bool', 'uint32'],
    options: () => sharded([{ name: 'packbits' }, { name: 'crc32c' }]),
  },
  'pcodec in shards': { dtypes: numbers, options: () => sharded([{ name: 'numcodecs.pcodec', configuration: {} }]) },
};

const size = (dtype) => Number(/\d+/.exec(dtype)) / 8;

export const zarrsExclusions = [
  { name: 'zarrs with reshape to several axes', reason: 'its Python package 0.2.3 refuses the document' },
  {
    name: 'zarrs with adler32, bitround, fletcher32, gdeflate, zfp and zfpy',
    reason: 'its Python package 0.2.3 is built without them',
  },
  { name: 'zarrs with optional data types', reason: 'zarr-python, through which it is reached, does not know them' },
];

export function zarrsCases() {
  return Object.entries(chains).flatMap(([chain, { dtypes, options }]) =>
    dtypes.map((dtype) => ({
      id: `${chain}-${dtype}`,
      name: `zarrs ${chain} ${dtype}`,
      matrix: 'zarrs',
      row: dtype,
      column: chain,
      dtype,
      options: { shape: [8, 6], chunks: [4, 6], dtype, compressors: null, ...options(dtype) },
    })),
  );
}

/** Small values that all codecs keep exactly, those of few bits among them. */
const valueAt = (dtype, at) => {
  const value = (at * 7 + 3) % 24;
  if (dtype === 'bool') return at % 3 === 0;
  if (dtype === 'complex64') return { re: value, im: at };
  return dtype === 'int64' ? BigInt(value) : value;
};
const textOf = (value) => (typeof value === 'object' ? `${value.re},${value.im}` : String(Number(value)));
const nestedOf = (valueOf) =>
  Array.from({ length: 8 }, (_, row) => Array.from({ length: 6 }, (_, at) => valueOf(row * 6 + at)));

/** Lets each library write the cases and the other read them. */
export async function compareWithZarrs(apis, cases, folder, report) {
  const python = process.env.ZARRS_PYTHON;
  if (python === undefined || cases.length === 0) {
    if (cases.length > 0) console.log('zarrs is left out: ZARRS_PYTHON names no Python that has it');
    return;
  }
  const file = join(folder, 'zarrs.json');
  writeFileSync(file, JSON.stringify(cases));
  const expected = Array.from({ length: 48 }, (_, at) => at);
  for (const [api, zarr] of Object.entries(apis)) {
    const ours = join(folder, 'zarrs', api);
    for (const one of cases) {
      await report.run(one, `zarrs: written by ${api}`, async () => {
        const array = await zarr.createArray(join(ours, one.id), one.options);
        await array.set(
          '...',
          nestedOf((at) => valueAt(one.dtype, at)),
        );
        return [];
      });
    }
    const theirs = join(folder, 'zarrs', `${api}-theirs`);
    cpSync(ours, theirs, { recursive: true });
    const { status, stderr } = spawnSync(python, [script, file, ours, theirs], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`with_zarrs.py failed: ${stderr}`);
    const found = JSON.parse(readFileSync(join(theirs, 'found.json'), 'utf8'));
    for (const one of cases) {
      const wanted = expected.map((at) => textOf(valueAt(one.dtype, at)));
      const { error, values } = found[one.id];
      report.record(one, `zarrs: reads what ${api} wrote`, error ? [`zarrs: ${error}`] : differences(values, wanted));
      await report.run(one, `zarrs: read by ${api}`, async () => {
        if (error) return [`zarrs: ${error}`];
        const array = await zarr.openArray(join(theirs, one.id), { mode: 'r' });
        return differences(Array.from(await array.get(), textOf), wanted.toReversed());
      });
    }
  }
}

const differences = (found, wanted) =>
  JSON.stringify(found) === JSON.stringify(wanted) ? [] : [`expected ${wanted}, got ${found}`];

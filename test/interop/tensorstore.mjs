// What TensorStore and this library write for each other: the numbers of machine learning, which zarr-python has not,
// beside those that everybody has. Values are compared by their bits, and so are fill values, of which the rows that
// nobody writes consist.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runPython } from './python.mjs';

const crc32c = { name: 'crc32c' };
const gzip = { name: 'gzip', configuration: { level: 5 } };
const zstd = { name: 'zstd', configuration: { level: 1 } };
const transpose = { name: 'transpose', configuration: { order: [1, 0] } };
const blosc = (cname, shuffle) => ({ name: 'blosc', configuration: { cname, clevel: 5, shuffle, blocksize: 0 } });
const blosc2 = (cname, shuffle) => ({ id: 'blosc', cname, clevel: 5, shuffle, blocksize: 0 });

function bytes(endian) {
  return { name: 'bytes', configuration: { endian } };
}

function sharding(chunkShape, codecs, { location = 'end', index = [bytes('little'), crc32c] } = {}) {
  return {
    name: 'sharding_indexed',
    configuration: { chunk_shape: chunkShape, codecs, index_codecs: index, index_location: location },
  };
}

/** A chain of format 3 that both sides are given alike. */
function chain3(codecs, { chunks, names, keys } = {}) {
  const at = codecs.findIndex(({ name }) => name === 'bytes' || name === 'sharding_indexed');
  const [filters, serializer, compressors] = [codecs.slice(0, at), codecs[at], codecs.slice(at + 1)];
  return {
    codecs,
    chunks,
    names,
    keys,
    options: {
      ...{ filters, serializer, compressors },
      ...(chunks && { chunks }),
      ...(names && { dimensionNames: names }),
      ...(keys && { chunkKeyEncoding: { name: keys.name, ...keys.configuration } }),
    },
  };
}

const compressed2 = (compressor, rest = {}) => ({
  compressor,
  options: { compressors: [compressor], ...rest.options },
  ...rest.spec,
});

const chains = {
  3: {
    plain: chain3([bytes('little')]),
    big: chain3([bytes('big')]),
    gzip: chain3([bytes('little'), gzip]),
    sharded: {
      codecs: [sharding([2, 1], [bytes('little'), zstd])],
      options: { chunks: [2, 1], shards: [4, 3], compressors: [zstd] },
    },
    zstd: chain3([bytes('little'), { name: 'zstd', configuration: { level: 5, checksum: true } }]),
    crc32c: chain3([bytes('little'), crc32c]),
    'gzip+crc32c': chain3([bytes('big'), gzip, crc32c], { chunks: [3, 5], names: ['y', null] }),
    transpose: chain3([transpose, bytes('little')], { chunks: [5, 2], keys: v2Keys('.') }),
    'transpose+blosc': chain3([transpose, bytes('big'), blosc('lz4', 'shuffle')], {
      chunks: [7, 1],
      keys: v2Keys('/'),
    }),
    ...Object.fromEntries(
      ['lz4', 'lz4hc', 'zstd', 'zlib', 'blosclz', 'snappy'].map((cname, index) => [
        `blosc-${cname}`,
        chain3([bytes('little'), blosc(cname, ['noshuffle', 'shuffle', 'bitshuffle'][index % 3])]),
      ]),
    ),
    'index first': chain3([sharding([2, 3], [bytes('little')], { location: 'start' })]),
    'plain index': chain3([sharding([1, 3], [bytes('big'), crc32c], { index: [bytes('little')] })], { chunks: [3, 6] }),
    'big index': chain3([sharding([4, 1], [bytes('little')], { index: [bytes('big'), crc32c] })], {
      names: ['größe', 'x'],
    }),
    nested: chain3([sharding([2, 3], [sharding([1, 1], [bytes('little'), gzip], { location: 'start' })])]),
    'transposed shards': chain3([
      transpose,
      sharding([1, 2], [transpose, bytes('little'), blosc('zstd', 'bitshuffle')]),
    ]),
  },
  2: {
    plain: { options: { compressors: null } },
    F: { order: 'F', options: { order: 'F', compressors: null } },
    zlib: compressed2({ id: 'zlib', level: 1 }),
    gzip: compressed2({ id: 'gzip', level: 5 }, { options: { chunks: [3, 5] }, spec: { chunks: [3, 5] } }),
    bz2: compressed2({ id: 'bz2', level: 1 }, { options: { order: 'F' }, spec: { order: 'F' } }),
    zstd: compressed2(
      { id: 'zstd', level: 3 },
      { options: { chunkKeyEncoding: { name: 'v2', separator: '/' } }, spec: { separator: '/' } },
    ),
    ...Object.fromEntries(
      ['lz4', 'lz4hc', 'zstd', 'zlib', 'blosclz', 'snappy'].map((cname, index) => [
        `blosc-${cname}`,
        compressed2(blosc2(cname, [1, 2, 0][index % 3])),
      ]),
    ),
  },
};

function v2Keys(separator) {
  return { name: 'v2', configuration: { separator } };
}

/** Chains with which raw bits and all fill values are met; the others meet every type with one. */
const thorough = ['plain', 'big', 'gzip', 'sharded', 'F', 'zlib'];

/** Types by their names in format 3: how they are spelled in format 2, and fill values as bits, lowest byte first. */
const dtypes = {
  bool: { v2: '|b1', fills: ['01'] },
  int8: { v2: '|i1', fills: ['80'] },
  uint8: { v2: '|u1', fills: ['ff'] },
  int16: { v2: '<i2', fills: ['0080'] },
  uint16: { v2: '>u2', fills: ['ffff'] },
  int32: { v2: '<i4', fills: ['00000080'] },
  uint32: { v2: '>u4', fills: ['ffffffff'] },
  int64: { v2: '>i8', fills: ['0000000000000080'] },
  uint64: { v2: '<u8', fills: ['ffffffffffffffff'] },
  float16: { v2: '<f2', fills: ['007e', '0080', '007c'] },
  float32: { v2: '>f4', fills: ['0000c07f', '00000080', 'cdcccc3d'] },
  float64: { v2: '<f8', fills: ['000000000000f87f', '9a9999999999b93f'] },
  complex64: { v2: '<c8', fills: ['0000803f0000c07f'] },
  complex128: { v2: '>c16', fills: ['000000000000f0bf0000000000000080'] },
  bfloat16: { v2: 'bfloat16', fills: ['c07f', '0080', '80ff', 'cd3d'], payload: '817f' },
  float8_e3m4: { v2: 'float8_e3m4', fills: ['78', '80', '70', '6f', '01'], payload: 'f1' },
  float8_e4m3fn: { v2: 'float8_e4m3fn', fills: ['7f', '80', '7e', '01'], payload: 'ff' },
  float8_e4m3fnuz: { v2: 'float8_e4m3fnuz', fills: ['80', '7f', '01'] },
  float8_e4m3b11fnuz: { v2: 'float8_e4m3b11fnuz', fills: ['80', '7f', '01'] },
  float8_e5m2: { v2: 'float8_e5m2', fills: ['7e', '80', '7c', '7b', '01'], payload: '7d' },
  float8_e5m2fnuz: { v2: 'float8_e5m2fnuz', fills: ['80', '7f', '01'] },
  float8_e8m0fnu: { v2: 'float8_e8m0fnu', fills: ['ff'] },
  float4_e2m1fn: { v2: 'float4_e2m1fn', fills: ['07', '08', '0f'] },
  int2: { v2: 'int2', fills: ['fe', '01'] },
  int4: { v2: 'int4', fills: ['f8', '07'] },
};

const structs = [
  [
    { name: 'a', dtype: 'bfloat16' },
    { name: 'b', dtype: 'float8_e5m2' },
    { name: 'c', dtype: 'complex64' },
    { name: 'd', dtype: 'int4' },
  ],
];

/** What TensorStore does otherwise, so that it is not compared. */
export const tensorstoreExclusions = [
  {
    name: 'r8, r16, … written for TensorStore',
    reason: 'it takes fill values in Base64 alone, which the core specification has as a list of integers',
  },
  {
    name: 'fill values of float8_e8m0fnu save NaN and the default',
    reason: 'TensorStore writes them as numbers with a sign and half the exponent',
  },
  { name: 'float8_e4m3, float6_e2m3fn, float6_e3m2fn, uint2, uint4', reason: 'TensorStore has no such types' },
];

/** What arrays are resized to by the side that did not write them: longer along one axis, shorter along the other. */
const RESIZED = [10, 4];
const SHAPE = [7, 5];
const CHUNKS = [4, 3];
/** Rows that are written: the chunks of the others stay fill value. */
const WRITTEN = 4;

/** Every case: an array of one type, format, chain and fill value. */
export function tensorstoreCases() {
  const cases = [];
  const add = (one) => {
    const { itemSize, masks, fill } = one;
    const count = SHAPE[0] * SHAPE[1];
    const data = Array.from({ length: count }, (_, index) =>
      index < WRITTEN * SHAPE[1] ? element(index, itemSize, masks) : fill,
    ).join('');
    const id = `t${String(cases.length).padStart(4, '0')}`;
    cases.push({ id, matrix: 'TensorStore', shape: SHAPE, written: WRITTEN, data, ...one });
  };
  for (const format of [3, 2]) {
    for (const [chainName, chain] of Object.entries(chains[format])) {
      const common = { format, chain, chunks: chain.chunks ?? CHUNKS, column: `${format} ${chainName}` };
      for (const [dtype, { v2, fills, payload }] of Object.entries(dtypes)) {
        const isSparse = chainName !== 'plain';
        const all = [undefined, ...(isSparse ? fills.slice(0, 1) : fills)].slice(thorough.includes(chainName) ? 0 : -1);
        if (payload !== undefined && format === 3 && !isSparse) all.push(payload);
        for (const bits of all) {
          const size = sizeOf(dtype);
          const fill = bits ?? '00'.repeat(size);
          const name = `${dtype} ${format} ${chainName} ${bits ?? 'default'}`;
          const masks = [maskOf(dtype)];
          add({
            ...common,
            name,
            row: dtype,
            kind: 'number',
            dtype,
            v3: dtype,
            v2,
            itemSize: size,
            masks,
            fill,
          });
        }
      }
      for (const fields of structs) {
        const itemSize = fields.reduce((sum, { dtype }) => sum + sizeOf(dtype), 0);
        const v3 = {
          name: 'struct',
          configuration: { fields: fields.map(({ name, dtype }) => ({ name, data_type: dtype })) },
        };
        const v2 = fields.map(({ name, dtype }) => [name, dtypes[dtype].v2]);
        const masks = fields.flatMap(({ dtype }) => Array.from({ length: sizeOf(dtype) }, () => maskOf(dtype)));
        const name = `struct ${format} ${chainName}`;
        const fill = 'c07f7c0000803f0000c07fff';
        add({ ...common, name, row: 'struct', kind: 'struct', fields, v3, v2, itemSize, masks, fill });
      }
      if (format === 2 || chainName === 'big' || !thorough.includes(chainName)) continue;
      for (const bits of [8, 24]) {
        const itemSize = bits / 8;
        const fill = '01ff80'.slice(0, 2 * itemSize);
        const name = `r${bits} ${format} ${chainName}`;
        add({
          ...common,
          name,
          row: `r${bits}`,
          kind: 'raw',
          v3: `r${bits}`,
          itemSize,
          masks: ['byte'],
          fill,
          isReadOnly: true,
        });
      }
    }
  }
  return cases;
}

function sizeOf(dtype) {
  const [, bits] = /^(?:complex|[a-z]+?)(\d+)/.exec(dtype) ?? [];
  return dtype === 'bool' ? 1 : Math.ceil(Number(bits) / 8);
}

/** How the bits of a byte are to be settled. */
function maskOf(dtype) {
  if (dtype === 'bool') return 'bit';
  if (dtype === 'float4_e2m1fn') return 'half';
  return { int2: 'int2', int4: 'int4' }[dtype] ?? 'byte';
}

const settle = {
  byte: (byte) => byte,
  bit: (byte) => byte & 1,
  half: (byte) => byte & 0x0f,
  int2: (byte) => ((byte << 30) >> 30) & 0xff,
  int4: (byte) => ((byte << 28) >> 28) & 0xff,
};

/** The bytes of an element, in hexadecimal. */
function element(index, itemSize, masks) {
  return Array.from({ length: itemSize }, (_, place) => {
    const byte = (Math.imul(index * itemSize + place + 1, 2654435761) >>> 13) & 0xff;
    return hexOf(settle[masks[place % masks.length]](byte));
  }).join('');
}

const hexOf = (byte) => byte.toString(16).padStart(2, '0');

/** Types of which arrays are resized. */
const resizedRows = ['bool', 'int4', 'int16', 'bfloat16', 'complex128'];

/** The case of an array after it was resized. */
function resizedCase(one) {
  const size = 2 * one.itemSize;
  const [rows, columns] = one.shape;
  const data = Array.from({ length: RESIZED[0] }, (_, row) =>
    Array.from({ length: RESIZED[1] }, (_, column) => {
      const at = (row * columns + column) * size;
      return row < rows && column < columns ? one.data.slice(at, at + size) : one.fill;
    }).join(''),
  ).join('');
  return { ...one, shape: RESIZED, data };
}

/** Lets each library resize what the other wrote, and the other read it again. */
async function compareResized(apis, cases, { folder, sides, run, report }) {
  const resized = cases.filter(({ row, isReadOnly }) => resizedRows.includes(row) && !isReadOnly).map(resizedCase);
  const by = (side) => join(folder, 'tensorstore-resized', side);
  cpSync(sides.sync, by('theirs'), { recursive: true });
  const resizedByThem = run('resize', by('theirs'), resized);
  for (const [api, zarr] of Object.entries(apis)) {
    cpSync(sides.theirs, by(api), { recursive: true });
    for (const one of resized) {
      await report.run(one, `TensorStore: resized by ${api}`, async () => {
        const array = await zarr.openArray(join(by(api), one.id), { mode: 'r+' });
        await array.resize(RESIZED);
        return [];
      });
      await report.run(one, `TensorStore: resizes ours, read by ${api}`, async () => {
        const { error } = resizedByThem[one.id];
        if (error !== undefined) return [`TensorStore: ${error}`];
        const array = await zarr.openArray(join(by('theirs'), one.id), { mode: 'r' });
        const { data } = await array.get();
        return differences(hexOfBytes(new Uint8Array(data.buffer)), one);
      });
    }
    const read = run('read', by(api), resized);
    for (const one of resized) {
      const { error, data } = read[one.id];
      report.record(
        one,
        `TensorStore: reads what ${api} resized`,
        error ? [`TensorStore: ${error}`] : differences(data, one),
      );
    }
  }
}

/** Lets each library write the cases and the other read them. */
export async function compareWithTensorStore(apis, dtypeModule, cases, folder, report) {
  const sides = Object.fromEntries(
    ['theirs', ...Object.keys(apis)].map((side) => [side, join(folder, 'tensorstore', side)]),
  );
  for (const side of Object.values(sides)) mkdirSync(side, { recursive: true });
  const run = (action, side, table = cases) => {
    const file = join(folder, 'tensorstore.json');
    writeFileSync(file, JSON.stringify(table));
    const out = join(folder, `tensorstore-${action}.json`);
    runPython('with_tensorstore.py', action, file, side, out);
    return JSON.parse(readFileSync(out, 'utf8'));
  };

  const writtenByThem = run('write', sides.theirs);
  for (const [api, zarr] of Object.entries(apis)) {
    for (const one of cases) {
      await report.run(one, `TensorStore: read by ${api}`, async () => {
        const { error } = writtenByThem[one.id];
        if (error !== undefined) return [`TensorStore: ${error}`];
        const array = await zarr.openArray(join(sides.theirs, one.id), { mode: 'r' });
        const { data } = await array.get();
        return differences(hexOfBytes(new Uint8Array(data.buffer)), one);
      });
      if (one.isReadOnly) continue;
      await report.run(one, `TensorStore: written by ${api}`, async () => {
        await write(zarr, dtypeModule, join(sides[api], one.id), one);
        return [];
      });
    }
  }
  const readByThem = run('read', sides.sync);
  for (const one of cases.filter(({ isReadOnly }) => !isReadOnly)) {
    const { error, data } = readByThem[one.id];
    report.record(
      one,
      'TensorStore: reads ours',
      error === undefined ? differences(data, one) : [`TensorStore: ${error}`],
    );
  }
  await compareResized(apis, cases, { folder, sides, run, report });
}

async function write(zarr, { parseDtype }, path, one) {
  const { format, shape, chunks, chain, written, itemSize, fill } = one;
  const dtype = parseDtype(format === 3 || one.kind === 'number' ? one.v3 : one.v2);
  const given = format === 2 && one.kind === 'number' && /^[<>|]/.test(one.v2) ? parseDtype(one.v2) : dtype;
  const elements = (hex) => given.wrap(given.view(bytesOfHex(hex)));
  const fillValue = zarr.ndarray(elements(fill), { dtype: given });
  const options = { shape, chunks, dtype: given, fillValue, zarrFormat: format, ...chain.options };
  const array = await zarr.createArray(path, options);
  const part = one.data.slice(0, 2 * written * shape[1] * itemSize);
  await array.set(`:${written}`, zarr.ndarray(elements(part), { dtype: given, shape: [written, shape[1]] }));
}

function differences(found, { data }) {
  return found === data ? [] : [`expected ${data}, got ${found}`];
}

const hexOfBytes = (data) => Buffer.from(data).toString('hex');
const bytesOfHex = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));

// The arrays of the interop matrix: tables of data types, fill values, codec chains, layouts and so on, and a product
// in which every data type meets every codec chain, and every value of one table every value of each other table.
// Everything is plain JSON, because write.py reads it too.

import { attributeSets, writableSets } from './attributes.mjs';
import { chains2, chains3 } from './chains.mjs';
import { bigEndian, dtypes, fillNames, isSingleByte, isVariable, specOf } from './dtypes.mjs';
import { filterExclusions } from './filters.mjs';
import { layouts, selectionsOf, writings } from './layouts.mjs';
import { pairwise } from './pairwise.mjs';
import { reshapingCases } from './reshaping.mjs';

/**
 * All array cases; the `full` ones are of each data type with each chain in each layout. `create` is what both sides hand
 * to `create_array`, in zarr-python's spelling.
 */
export function arrayCases({ full = false } = {}) {
  const matrix = [...matrixCases(3, full), ...matrixCases(2, full)];
  const cases = [...matrix, ...largeCases(), ...heuristicCases(), ...attributeCases(), ...reshapingCases()];
  return cases.map((one, index) => ({ id: String(index).padStart(4, '0'), ...one }));
}

const keyEncodings = {
  2: { '.': { name: 'v2', separator: '.' }, '/': { name: 'v2', separator: '/' } },
  3: {
    default: undefined,
    'default.': { name: 'default', separator: '.' },
    'v2.': { name: 'v2', separator: '.' },
    'v2/': { name: 'v2', separator: '/' },
  },
};

const namings = {
  absent: () => undefined,
  full: (shape) => shape.map((_, axis) => 'zyx'[axis]),
  partial: (shape) => shape.map((_, axis) => (axis % 2 === 0 ? 'größe' : null)),
};

function matrixCases(format, full) {
  const all = tables(format);
  // A chain is judged on arrays that have chunks.
  const telling = {
    ...all,
    layout: all.layout.filter((layout) => layout !== 'empty'),
    writing: ['full', 'parts', 'corner', 'erased'],
  };
  return pairwise({ tables: all, telling, impossible, depth: full ? 3 : 2 }).map((choice) =>
    matrixCase(format, choice),
  );
}

function tables(format) {
  const common = {
    dtype: Object.keys(dtypes),
    chain: Object.keys(format === 2 ? chains2 : chains3),
    layout: Object.keys(layouts),
    fill: format === 2 ? [...fillNames, 'null'] : fillNames,
    writing: Object.keys(writings),
    keys: Object.keys(keyEncodings[format]),
    attributes: writableSets,
    emptyChunks: [false, true],
  };
  if (format === 2) return { ...common, endian: ['little', 'big'], order: ['C', 'F'] };
  return { ...common, naming: Object.keys(namings) };
}

/** What is left out because zarr-python cannot do it, or because what is stored differs on purpose, with its reason. */
export const exclusions = [
  {
    name: 'variable_length_bytes without axes',
    reason: 'zarr-python 3.4.2 fails to write it: "Expected bytes, got numpy.ndarray"',
    applies: ({ dtype, layout }) => dtype === 'variable_length_bytes' && layout === 'scalar',
  },
  {
    name: 'structs with NaN in their fill value, written with it',
    reason: 'zarr-python 3.4.2 does not see that they are the fill value, and stores the chunk',
    applies: ({ dtype, fill, writing }) =>
      dtype === 'struct' && fill === 'NaN' && (writing === 'fill' || writing === 'erased'),
  },
  {
    name: 'complex numbers with NaN in their fill value, in shards',
    reason: 'numbers with NaN in either part are all alike to zarr-python 3.4.2, which leaves out chunks of them',
    applies: ({ dtype, fill, chain }) => /^complex/.test(dtype ?? '') && fill === 'NaN' && /shards/.test(chain ?? ''),
  },
  {
    name: 'jenkins_lookup3 with a prefix',
    reason: 'it is bytes, which no metadata document holds',
    applies: () => false,
  },
  ...filterExclusions.map((one) => ({ ...one, applies: () => false })), // Their chains say what they take.
];

/** Codecs that the library has not, by the name of which it has to refuse them, and the column they are in. */
export const missingCodecs = [];

/** Values that cannot meet. */
function impossible(choice) {
  const { dtype, fill, chain, endian } = choice;
  if (exclusions.some(({ applies }) => applies(choice))) return true;
  if (dtype === undefined) return false;
  if (fill !== undefined && fill !== 'null' && !(fill in dtypes[dtype])) return true;
  if (chain !== undefined && chains3[chain]?.fixedSize && isVariable(dtype)) return true;
  const known = chain !== undefined ? (chains3[chain] ?? chains2[chain]) : undefined;
  if (known?.suits?.(choice) === false || known?.fits?.(dtype, endian) === false) return true;
  return endian === 'big' && (isVariable(dtype) || isSingleByte(dtype));
}

function matrixCase(format, choice) {
  const { dtype, fill, layout: layoutName, writing, order, endian, emptyChunks } = choice;
  const layout = layouts[layoutName];
  const chain = (format === 2 ? chains2 : chains3)[choice.chain];
  const fillValue = fill === 'null' ? null : dtypes[dtype][fill];
  return {
    name: nameOf(format, choice),
    matrix: `Format ${format}`,
    row: `${dtype} ${fill}`,
    column: chain.column,
    exact: chain.exact === true,
    ...refusalOf(chain),
    format,
    dtype,
    values: chain.values ?? 'any',
    create: withoutUndefined({
      shape: layout.shape,
      dtype: endian === 'big' ? bigEndian(dtype) : specOf(dtype),
      chunks: layout.chunks,
      ...chain.options(layout, dtype, endian),
      fill_value: fillValue,
      order,
      chunk_key_encoding: keyEncodings[format][choice.keys],
      dimension_names: choice.naming && namings[choice.naming](layout.shape),
      config: emptyChunks ? { write_empty_chunks: true } : undefined,
    }),
    attributes: choice.attributes,
    writes: writings[writing](layout),
    reads: selectionsOf(layout.shape),
  };
}

/** Every chain on chunks of many codec blocks, of which the last is mostly fill value. */
function largeCases() {
  const layout = { shape: [60000], chunks: [50000], perShard: [2], perOuterShard: [2] };
  return [3, 2].flatMap((format) =>
    Object.entries(format === 2 ? chains2 : chains3).flatMap(([chainName, chain]) =>
      ['bool', 'float64', 'string']
        .filter((dtype) => !impossible({ dtype, chain: chainName }))
        .map((dtype) => ({
          name: `v${format} large ${dtype} ${chainName}`,
          matrix: `Format ${format}`,
          row: `large ${dtype}`,
          column: chain.column,
          exact: chain.exact === true,
          ...refusalOf(chain),
          format,
          dtype,
          values: chain.values ?? 'any',
          create: { shape: layout.shape, dtype, chunks: layout.chunks, ...chain.options(layout, dtype) },
          attributes: 'empty',
          writes: writings.full(layout),
          reads: ['...', '49990:50010'],
        })),
    ),
  );
}

/** Chunk and shard shapes that zarr-python chooses itself; nothing is written. */
function heuristicCases() {
  const shapes = [[100], [1000000], [10000, 10000], [1000, 1000, 1000], [0, 10], [1, 10000000], [7, 13, 1000000], []];
  const shardings = { automatic: {}, sharded: { shards: 'auto' }, whole: { chunks: false }, single: { chunks: 3 } };
  return Object.entries(shardings).flatMap(([label, options]) =>
    shapes.map((shape, index) => ({
      name: `v3 ${label} chunks of (${shape})`,
      matrix: 'Format 3',
      row: 'chunk shapes',
      column: label === 'sharded' ? 'shards' : 'none',
      exact: true,
      format: 3,
      dtype: ['float64', 'uint8', 'int16'][index % 3],
      create: { shape, dtype: ['float64', 'uint8', 'int16'][index % 3], ...options },
      attributes: 'empty',
      writes: [],
      reads: [],
    })),
  );
}

/** Attributes with tokens that only zarr-python writes. */
function attributeCases() {
  const readOnlySets = Object.keys(attributeSets).filter((name) => !writableSets.includes(name));
  return readOnlySets.flatMap((name) =>
    [2, 3].map((format) => ({
      name: `v${format} attributes=${name}`,
      matrix: `Format ${format}`,
      row: 'attributes',
      column: 'default',
      exact: false,
      format,
      dtype: 'int32',
      create: { shape: [3], dtype: 'int32', chunks: [2] },
      attributes: name,
      readOnly: 'attributes hold tokens such as 1.0 that no fresh JavaScript value stands for',
      writes: writings.full(),
      reads: ['...'],
    })),
  );
}

function nameOf(format, { dtype, chain, emptyChunks, ...rest }) {
  const details = Object.entries(rest).map(([table, value]) => `${table}=${value}`);
  return [`v${format}`, dtype, chain, ...details, ...(emptyChunks ? ['emptyChunks'] : [])].join(' ');
}

function refusalOf({ column }) {
  const missing = missingCodecs.find((codec) => codec.column === column);
  return missing === undefined ? {} : { refused: missing.refused };
}

function withoutUndefined(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

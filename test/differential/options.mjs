// Random options of arrays and random attributes, as programs carry them.

import {
  bigEndianTypes,
  isVariable,
  layoutOf,
  numberTypes,
  randomToken,
  structTypes,
  textTypes,
  timeTypes,
  variableTypes,
} from './elements.mjs';

export function randomDtype(random) {
  return random.weighted([
    [10, () => random.pick(numberTypes)],
    [2, () => random.pick(bigEndianTypes)],
    [2, () => random.pick(timeTypes)],
    [3, () => random.pick(textTypes)],
    [3, () => random.pick(variableTypes)],
    [2, () => random.pick(structTypes)],
  ])();
}

export function randomShape(random) {
  const rank = random.weighted([
    [1, 0],
    [5, 1],
    [5, 2],
    [2, 3],
  ]);
  const most = [0, 14, 9, 5][rank];
  return Array.from({ length: rank }, () => (random.chance(0.04) ? 0 : random.integer(1, most)));
}

/** How an array is cut: `{ chunks, shards }` as options, and `outer`, the edges of what is stored, where they are alike. */
export function randomGrid(random, format, shape) {
  const edges = shape.map((length) => random.integer(1, Math.max(1, Math.min(5, length + 1))));
  const plain = { options: { chunks: edges }, outer: edges };
  if (shape.length === 0) return { options: random.chance(0.5) ? {} : { chunks: [] }, outer: [] };
  const choices = [
    [8, () => plain],
    [1, () => ({ options: {}, outer: shape })],
    [1, () => ({ options: { chunks: 'auto' }, outer: shape })],
    [2, () => ({ options: { chunks: edges[0] }, outer: shape.map(() => edges[0]) })],
    [1, () => ({ options: { chunks: edges.with(0, -1) }, outer: edges.with(0, Math.max(1, shape[0])) })],
  ];
  if (format === 3) {
    const shards = edges.map((edge) => edge * random.integer(1, 3));
    const indexLocation = random.pick(['start', 'end']);
    const given = random.pick([shards, { shape: shards, indexLocation }]);
    choices.push([6, () => ({ options: { chunks: edges, shards: given }, outer: shards })]);
    choices.push([1, () => ({ options: { chunks: edges, shards: 'auto' }, outer: edges })]);
    choices.push([2, () => ({ options: { chunks: shape.map((length) => edgesOf(random, length, 1)) } })]);
    choices.push([
      1,
      () => ({ options: { chunks: edges, shards: shape.map((length, i) => edgesOf(random, length, edges[i])) } }),
    ]);
  }
  return random.weighted(choices)();
}

/** Edges that reach the end of an axis, multiples of `unit`; now and then one number for all. */
function edgesOf(random, length, unit) {
  if (unit === 1 && random.chance(0.2)) return random.integer(1, 4);
  const edges = [];
  let reached = 0;
  while (reached < length || edges.length === 0) {
    // Edges reach exactly the end, if that is a multiple.
    const left = Math.max(1, Math.ceil((length - reached) / unit));
    const edge = unit * Math.min(random.integer(1, 3), left);
    edges.push(edge);
    reached += edge;
  }
  return edges;
}

/** Compressors that both sides have; half of the arrays have none, so that their chunks are compared as bytes. */
function randomCompressors(random, format) {
  const none = random.pick([null, []]);
  if (format === 2) {
    return random.weighted([
      [5, none],
      [1, { id: 'zstd', level: 3 }],
      [1, { id: 'gzip', level: 1 }],
      [1, { id: 'zlib', level: 6 }],
      [1, { id: 'lz4', acceleration: 1 }],
      [1, { id: 'blosc', cname: 'lz4', clevel: 5, shuffle: 1, blocksize: 0 }],
    ]);
  }
  const named = (name, configuration) => ({ name, configuration });
  return random.weighted([
    [5, none],
    [2, [{ name: 'crc32c' }]],
    [1, named('zstd', { level: 3, checksum: true })],
    [1, [named('gzip', { level: 1 }), { name: 'crc32c' }]],
    [1, [named('blosc', { cname: 'zstd', clevel: 3, shuffle: 'bitshuffle', typesize: 4, blocksize: 0 })]],
  ]);
}

/** The options of `createArray`, for arrays of any kind. */
export function randomArrayOptions(random, format, dtype = randomDtype(random), shape = randomShape(random)) {
  const grid = randomGrid(random, format, shape);
  const options = { shape, dtype, ...grid.options };
  if (random.chance(0.75)) options.compressors = randomCompressors(random, format);
  if (random.chance(0.5)) options.fillValue = random.chance(0.15) ? null : randomToken(random, dtype);
  if (random.chance(0.3)) options.attributes = randomAttributes(random);
  if (format === 2) {
    if (random.chance(0.3)) options.order = random.pick(['F', 'F', 'C']);
    if (random.chance(0.3)) options.chunkKeyEncoding = { name: 'v2', separator: random.pick(['/', '.']) };
  } else {
    if (random.chance(0.2)) options.dimensionNames = shape.map((_, i) => random.pick([null, 'x', `axis ${i}`, 'é']));
    if (random.chance(0.25)) {
      options.chunkKeyEncoding = random.pick([
        { name: 'default', separator: '.' },
        { name: 'v2', separator: '.' },
        { name: 'v2', separator: '/' },
        { name: 'default', separator: '/' },
      ]);
    }
    const { kind, size } = layoutOf(dtype);
    if (random.chance(0.12) && shape.length > 1) {
      options.filters = [
        { name: 'transpose', configuration: { order: random.sample([...shape.keys()], shape.length) } },
      ];
    }
    if (random.chance(0.1) && !isVariable(dtype) && ['int', 'uint', 'float', 'complex'].includes(kind) && size > 1) {
      options.serializer = { name: 'bytes', configuration: { endian: random.pick(['big', 'little']) } };
    }
  }
  if (random.chance(0.1)) options.config = { writeEmptyChunks: true };
  return { options, outer: grid.outer };
}

/** Options that something is wrong with. */
export function randomWrongOptions(random, format) {
  const options = { shape: [6, 4], dtype: 'int16', chunks: [3, 2] };
  const wrong = [
    { chunks: [3] },
    { chunks: [0, 2] },
    { chunks: [3, -2] },
    { shape: [-1, 4] },
    { dtype: 'int17' },
    { dtype: 'x' },
    { chunks: [3, 2, 1] },
    { fillValue: { int: '70000' } },
    { fillValue: 'abc' },
    { compressors: { name: 'nothing', configuration: {} } },
  ];
  if (format === 3) {
    wrong.push({ shards: [4, 2] }, { shards: [3, 3] }, { dimensionNames: ['x'] }, { chunks: [[3, 2], 2] });
    wrong.push({ chunkKeyEncoding: { name: 'v2', separator: '-' } }, { filters: [{ name: 'bytes' }] });
  } else {
    wrong.push({ order: 'X' }, { shards: [6, 4] }, { dimensionNames: ['x', 'y'] }, { serializer: { name: 'bytes' } });
    wrong.push({ chunks: [[3, 3], 2] }, { chunkKeyEncoding: { name: 'default', separator: '/' } });
  }
  return { ...options, ...random.pick(wrong) };
}

const names = ['units', 'a', 'größe', '10', '2', '', 'nested', '__proto__', 'constructor', 'x y'];

/** Attributes as `[[name, token]]`. */
export function randomAttributes(random) {
  return random.sample(names, random.integer(0, 4)).map((name) => [name, randomJson(random, 2)]);
}

/** Stands for a token that no fresh JavaScript value gives; a step of its own puts it into the documents. */
export const MARK = '@1.0@';

function randomJson(random, depth) {
  const plain = [
    [2, () => random.pick(['mm', '', 'é日本😀', 'a"b\\c\n\t\u0001\u007f/', '\u2028 ', MARK])],
    [2, () => ({ int: random.pick(['0', '-1', '42', '9007199254740993', '-123456789012345678901234567890']) })],
    [2, () => ({ float: random.pick(['0.1', '1e-07', '1.5e+300', 'nan', 'inf', '-inf', '-2.5']) })],
    [1, () => random.pick([true, false, null])],
  ];
  if (depth > 0) {
    plain.push([1, () => Array.from({ length: random.integer(0, 3) }, () => randomJson(random, depth - 1))]);
    plain.push([
      1,
      () => ({
        object: random.sample(names, random.integer(0, 3)).map((name) => [name, randomJson(random, depth - 1)]),
      }),
    ]);
  }
  return random.weighted(plain)();
}

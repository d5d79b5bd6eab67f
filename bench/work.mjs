/**
 * The work of the benchmark: rows, each of which every participant does, and what is promised of it: how many times as
 * fast as zarrita, as zarr-python's default pipeline, and as the fastest native library we are (of memory: how many times
 * as much they take). A pair of numbers is for one thread and for the pool; where there is one, the better of the two
 * has to reach it.
 */

const NONE = [];
const CODECS = {
  none: NONE,
  'zstd level 0': [{ name: 'zstd', configuration: { level: 0, checksum: false } }],
  zstd: [{ name: 'zstd', configuration: { level: 3, checksum: false } }],
  blosc: [{ name: 'blosc', configuration: { typesize: 2, cname: 'lz4', clevel: 5, shuffle: 'shuffle', blocksize: 0 } }],
  gzip: [{ name: 'gzip', configuration: { level: 5 } }],
};
const BYTES = { name: 'bytes', configuration: { endian: 'little' } };
const ELEMENT_BYTES = 2;
const SEED_WINDOWS = 200;

/** Every row. `quick` makes the arrays small; `side` is that of the public benchmark's cube. */
export function rows({ side, quick }) {
  return [
    ...publicRows(side),
    ...fullReadRows(quick),
    ...outRows(quick),
    ...shardRows(quick),
    ...windowRows(quick),
    ...writeRows(quick),
    ...manyRows(quick),
    ...groupRows(quick),
    ...memoryRows(quick),
  ];
}

/**
 * The public benchmark of the field (zarrs/zarr_benchmarks). With cubes of 256 its chunks are halved along each axis, so
 * that there are eight of them.
 */
function publicRows(side) {
  const chunk = Math.min(256, side / 2);
  const inner = chunk / 4;
  const cube = (length) => [length, length, length];
  const bytes = ELEMENT_BYTES * side ** 3;
  const arrays = {
    raw: arrayOf(cube(side), cube(chunk), CODECS.none, 'field'),
    'zstd 0': arrayOf(cube(side), cube(chunk), CODECS['zstd level 0'], 'field'),
    shards: arrayOf(cube(side), cube(inner), CODECS['zstd level 0'], 'field', cube(chunk)),
  };
  const row = (label, work) => ({
    section: 'the public benchmark',
    label,
    where: 'files',
    bytes,
    promised: {},
    ...work,
  });
  const each = (make) => Object.entries(arrays).map(([name, array]) => make(name, array));
  const inFlight = (label, array, window) =>
    [1, 4, 8].map((count) => {
      const windows = { kind: 'all', shape: cube(window) };
      return row(`${label}, ${count} in flight`, { action: 'windows', array, windows, inFlight: count });
    });
  return [
    ...each((name, array) => row(`read all, ${name}`, { action: 'read', array })),
    ...each((name, array) => inFlight(`read chunk by chunk, ${name}`, array, chunk)).flat(),
    ...inFlight('read sub-chunk by sub-chunk, shards', arrays.shards, inner),
    ...each((name, array) => row(`round trip, ${name}`, { action: 'copy', array })),
  ];
}

/** Chunks of five sizes, with each codec, in files and in memory. */
function fullReadRows(quick) {
  const small = { zarrita: 10, zarrPython: 80 };
  const sizes = [
    {
      name: '4 MiB',
      chunk: [1024, 2048],
      grid: quick ? [2, 2] : [4, 4],
      promised: { zarrita: [2, 4], native: [0.5, 0.85] },
    },
    {
      name: '256 KiB',
      chunk: [256, 512],
      grid: quick ? [8, 8] : [16, 16],
      promised: { zarrita: [2, 4], zarrPython: [1, 2], native: [undefined, 0.9] },
    },
    {
      name: '16 KiB',
      chunk: [64, 128],
      grid: quick ? [16, 16] : [32, 32],
      promised: { zarrita: 5, zarrPython: 18, native: 1.1 },
    },
    { name: '1 KiB', chunk: [16, 32], grid: quick ? [32, 32] : [64, 64], promised: small },
    { name: '256 B', chunk: [8, 16], grid: quick ? [32, 32] : [64, 64], promised: small },
  ];
  return sizes.flatMap(({ name, chunk, grid, promised }) =>
    ['files', 'memory'].flatMap((where) =>
      ['none', 'zstd', 'blosc', 'gzip'].map((codec) =>
        readRow({
          section: 'full reads',
          label: `${name}, ${codec}`,
          where,
          array: arrayOf(times(chunk, grid), chunk, CODECS[codec]),
          promised: promised === small ? { ...small, native: where === 'files' ? 2 : 3 } : promised,
        }),
      ),
    ),
  );
}

function outRows(quick) {
  const chunk = [1024, 2048];
  return ['none', 'zstd', 'blosc', 'gzip'].map((codec) => ({
    ...readRow({
      section: 'full reads',
      label: `4 MiB, ${codec}, into memory that was there`,
      where: 'files',
      array: arrayOf(times(chunk, quick ? [2, 2] : [4, 4]), chunk, CODECS[codec]),
      promised: { native: 1 },
    }),
    action: 'readInto',
  }));
}

/** Shards of 4 MiB that hold chunks of 64 KiB. */
function shardArray(codec, quick) {
  const shard = [1024, 2048];
  return arrayOf(times(shard, quick ? [2, 2] : [4, 4]), [128, 256], CODECS[codec], 'noisy', shard);
}

function shardRows(quick) {
  const full = ['none', 'zstd', 'blosc'].map((codec) =>
    readRow({
      section: 'shards',
      label: `full read, ${codec}`,
      where: 'files',
      array: shardArray(codec, quick),
      promised: { zarrita: 4, zarrPython: 2, native: 0.9 },
    }),
  );
  const inner = [
    { name: '64 KiB', chunk: [128, 256], promised: { zarrita: 6, zarrPython: 15, native: 2 } },
    { name: '4 KiB', chunk: [32, 64], promised: { zarrita: 10, zarrPython: 80, native: 10 } },
  ].flatMap(({ name, chunk, promised }) =>
    ['none', 'zstd', 'blosc'].map((codec) => {
      const shard = [1024, 2048];
      const array = arrayOf(times(shard, [2, 2]), chunk, CODECS[codec], 'noisy', shard);
      const windows = { kind: 'aligned', shape: chunk, count: quick ? SEED_WINDOWS / 4 : SEED_WINDOWS };
      const label = `one inner chunk after another, ${name}, ${codec}`;
      return windowsRow({ section: 'shards', label, array, windows, promised });
    }),
  );
  return [...full, ...inner];
}

function windowRows(quick) {
  return ['none', 'zstd', 'blosc'].map((codec) => {
    const array = arrayOf([2048, 2048], [256, 256], CODECS[codec]);
    const windows = { kind: 'anywhere', shape: [100, 100], count: quick ? SEED_WINDOWS / 4 : SEED_WINDOWS };
    const promised =
      codec === 'none' ? { zarrita: 5, zarrPython: 4, native: 1 } : { zarrita: 3, zarrPython: 3, native: 0.85 };
    return windowsRow({ section: 'windows', label: `100 × 100 of chunks of 256², ${codec}`, array, windows, promised });
  });
}

function writeRows(quick) {
  const chunk = [256, 512];
  const plain = (codec) => arrayOf(times(chunk, quick ? [8, 8] : [16, 16]), chunk, CODECS[codec]);
  const row = (label, array, promised) => {
    const bytes = ELEMENT_BYTES * product(array.shape);
    return { section: 'writes', label, where: 'files', action: 'write', array, bytes, promised };
  };
  return [
    row('256 KiB, none', plain('none'), { zarrita: 2, zarrPython: 1, native: 0.85 }),
    row('256 KiB, zstd', plain('zstd'), { zarrita: 2, zarrPython: 1, native: 0.75 }),
    row('256 KiB, blosc', plain('blosc'), { zarrita: 4, zarrPython: 1, native: 0.85 }),
    row('shards of 4 MiB of 64 KiB, zstd', shardArray('zstd', quick), { zarrPython: 1.5, native: 0.75 }),
  ];
}

/** Many small chunks, one axis. */
function manyRows(quick) {
  const row = (label, where, count, promised) =>
    readRow({ section: 'many chunks', label, where, array: arrayOf([count * 200], [200], CODECS.none), promised });
  const files = quick ? 10_000 : 100_000;
  return [
    row('10 000 chunks of 400 bytes', 'memory', 10_000, { zarrita: 8, zarrPython: 50, native: 3 }),
    row(`${files === 100_000 ? '100 000' : '10 000'} chunks of 400 bytes`, 'files', files, {
      zarrita: 10,
      zarrPython: 80,
      native: 2,
    }),
  ];
}

function groupRows(quick) {
  const count = quick ? 200 : 1000;
  return [false, true].map((consolidated) => ({
    section: 'groups',
    label: `open a group of ${count} arrays, ${consolidated ? 'consolidated' : 'not consolidated'}`,
    where: 'files',
    action: 'openGroup',
    group: { count, consolidated },
    promised: { zarrita: 2, zarrPython: 10, native: 1 },
  }));
}

/** Peak memory, each in a process that did nothing before but the same for a small array. */
function memoryRows(quick) {
  const chunk = [1024, 2048];
  return ['none', 'zstd', 'blosc'].map((codec) => ({
    ...readRow({
      section: 'memory',
      label: `full read, 4 MiB, ${codec}`,
      where: 'files',
      array: arrayOf(times(chunk, quick ? [4, 4] : [8, 8]), chunk, CODECS[codec]),
      promised: { zarrita: 2, result: 1.1 },
    }),
    figure: 'peakBytes',
  }));
}

function readRow(row) {
  return { ...row, action: 'read', bytes: ELEMENT_BYTES * product(row.array.shape) };
}

function windowsRow(row) {
  const bytes = ELEMENT_BYTES * product(row.windows.shape) * row.windows.count;
  return { ...row, where: 'files', action: 'windows', inFlight: 1, bytes };
}

/** Metadata, the same for everyone, and which values the array has. */
function arrayOf(shape, chunkShape, codecs, values = 'noisy', shardShape = undefined) {
  const chain = [BYTES, ...codecs];
  const sharding = {
    name: 'sharding_indexed',
    configuration: {
      chunk_shape: chunkShape,
      codecs: chain,
      index_codecs: [BYTES, { name: 'crc32c' }],
      index_location: 'end',
    },
  };
  return {
    shape,
    values,
    metadata: {
      zarr_format: 3,
      node_type: 'array',
      shape,
      data_type: 'uint16',
      chunk_grid: { name: 'regular', configuration: { chunk_shape: shardShape ?? chunkShape } },
      chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
      fill_value: 0,
      codecs: shardShape ? [sharding] : chain,
      attributes: {},
    },
  };
}

function times(lengths, counts) {
  return lengths.map((length, axis) => length * counts[axis]);
}

function product(numbers) {
  return numbers.reduce((left, right) => left * right, 1);
}

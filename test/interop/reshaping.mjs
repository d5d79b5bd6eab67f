// Arrays with rectilinear grids, and arrays that grow and shrink: by resizing, and by appending what the formula gives
// for the longer shape. They shrink to where chunks end, because zarr-python keeps what lies past the end in a chunk that
// is cut, and the library does not.

import { selectionsOf } from './layouts.mjs';

/** The grids: of chunks, and of shards over regular chunks. */
const grids = {
  edges: { shape: [10, 9], chunks: [[3, 2, 5], 4] },
  equal: { shape: [10], chunks: [[5, 5]] },
  runs: { shape: [12, 4], chunks: [[1, 1, 1, 1, 4, 2, 2], [4]] },
  whole: { shape: [7, 5, 3], chunks: [[4, 3], -1, [1, 2]] },
  later: { shape: [0, 5], chunks: [[2, 3], 2] },
  shards: { shape: [12, 9], chunks: [2, 3], shards: [[4, 8], 6] },
  'shards at the start': { shape: [12], chunks: [2], shards: { shape: [[4, 2, 6]], index_location: 'start' } },
};

const regular = { shape: [7, 9], chunks: [3, 4] };
const sharded = { shape: [7, 9], chunks: [1, 2], shards: [3, 4] };

/** What is done to an array of each rank, besides writing all of it before and after. */
const changes = {
  written: () => [],
  grown: (rank) => [{ resize: [16, 11, 8].slice(0, rank) }],
  appended: (rank) => [
    { append: 2, axis: 0 },
    { append: 4, axis: rank - 1 },
  ],
};

const filters = { C: {}, turned: { filters: [{ name: 'transpose', configuration: { order: [1, 0] } }] } };

const data = { selection: '...', value: 'data' };

export function reshapingCases() {
  const rectilinear = Object.entries(grids).flatMap(([grid, create]) =>
    Object.entries(changes).flatMap(([change, changesOf]) =>
      Object.entries(filters)
        .filter(([order]) => order === 'C' || create.shape.length === 2)
        .filter(() => create.shards === undefined || change === 'written' || create.shape.length === 1)
        .map(([order, options]) =>
          caseOf(`rectilinear ${grid} ${change} ${order}`, 3, { ...create, ...options }, [
            data,
            ...changesOf(create.shape.length),
          ]),
        ),
    ),
  );
  const shrunk = [data, { resize: [6, 4] }, { resize: [8, 9] }];
  const rest = [
    caseOf('rectilinear edges shrunk', 3, grids.edges, [data, { resize: [5, 8] }, { resize: [12, 9] }]),
    caseOf('rectilinear shards shrunk', 3, grids.shards, [data, { resize: [4, 6] }, { resize: [14, 9] }]),
    caseOf('rectilinear shards appended', 3, grids.shards, [data, { append: 2, axis: 0 }, { append: 4, axis: 1 }]),
    ...[2, 3].flatMap((format) => [
      caseOf(`v${format} resized`, format, regular, shrunk),
      caseOf(`v${format} appended`, format, regular, [data, { append: 5, axis: 1 }, { append: 1, axis: 0 }]),
    ]),
    caseOf('v3 sharded resized', 3, sharded, shrunk),
    caseOf('v3 sharded appended', 3, sharded, [data, { append: 5, axis: 1 }, { append: 1, axis: 0 }]),
  ];
  return [...rectilinear, ...rest];
}

function caseOf(name, format, create, writes) {
  return {
    name,
    matrix: `Format ${format}`,
    row: 'rectilinear and reshaped',
    column: create.shards === undefined ? 'none' : 'shards',
    exact: true,
    format,
    dtype: 'int32',
    create: { dtype: 'int32', compressors: null, fill_value: { int: '-1' }, ...create },
    attributes: 'empty',
    writes,
    reads: selectionsOf(create.shape),
  };
}

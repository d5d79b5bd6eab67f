// Programs that are always run besides the random ones, for what random choices meet too seldom.

const whole = { slice: [null, null, null] };
const text = (document) => JSON.stringify(document);
const point = [
  ['x', '<i4'],
  ['y', '<f8'],
];
const origin = {
  object: [
    ['x', { int: '7' }],
    ['y', { float: '0.5' }],
  ],
};

export const fixedPrograms = [
  {
    seed: 'masks of axes without elements',
    steps: [
      { op: 'createArray', path: 'a', options: { shape: [3, 0], dtype: 'int8', chunks: [2, 2] } },
      {
        ...{ op: 'get', path: 'a', method: 'orthogonal' },
        selection: { entries: [{ array: [0] }, { boolArray: [] }] },
      },
    ],
  },
  {
    seed: 'an index at the start of shards',
    steps: [
      {
        ...{ op: 'createArray', path: 'a' },
        options: { shape: [6], dtype: 'int16', chunks: [2], shards: { shape: [4], indexLocation: 'start' } },
      },
      { op: 'set', path: 'a', method: 'get', selection: { entries: [1] }, value: { scalar: { int: '7' } } },
      { op: 'fromArray', path: 'b', source: 'a', options: { compressors: [] } },
    ],
  },
  {
    seed: 'like a sharded array',
    steps: [
      { op: 'createArray', path: 'a', options: { shape: [6], dtype: 'int16', chunks: [2], shards: [4] } },
      { op: 'like', kind: 'zerosLike', source: 'a', path: 'b', options: {} },
      { op: 'set', path: 'b', method: 'get', selection: { entries: [5] }, value: { scalar: { int: '7' } } },
    ],
  },
  {
    seed: 'writing to what is read-only',
    steps: [
      { op: 'createArray', path: 'a', options: { shape: [4], dtype: 'int8' } },
      {
        ...{ op: 'set', path: 'a', via: 'read', method: 'get' },
        ...{ selection: { entries: [{ slice: [2, 2, null] }] }, value: { scalar: { int: '1' } } },
      },
      {
        op: 'set',
        path: 'a',
        via: 'read',
        method: 'get',
        selection: { entries: [whole] },
        value: { scalar: { int: '1' } },
      },
    ],
  },
  {
    seed: 'a struct of fill value with NaN',
    steps: [
      {
        ...{ op: 'createArray', path: 'a' },
        options: {
          ...{ shape: [2], dtype: [['x', '<f8']], compressors: [] },
          fillValue: { object: [['x', { float: 'nan' }]] },
        },
      },
      {
        ...{ op: 'set', path: 'a', method: 'get', selection: { entries: [whole] } },
        value: { scalar: { object: [['x', { float: 'nan' }]] } },
      },
    ],
  },
  {
    seed: 'an array in place of what is below an array',
    steps: [
      { op: 'createArray', path: '', options: { shape: [2], dtype: 'int8', compressors: [] } },
      { op: 'set', path: '', method: 'get', selection: { single: '...' }, value: { scalar: { int: '1' } } },
      { op: 'createArray', path: 'c', options: { shape: [2], dtype: 'int8', overwrite: true } },
    ],
  },
  {
    seed: 'mode "w-" without a shape',
    steps: [{ op: 'open', path: 'a', function: 'open', options: { mode: 'w-' } }],
  },
  {
    seed: 'one byte string',
    steps: [
      { op: 'createArray', path: 'a', options: { shape: [3], dtype: 'variable_length_bytes', chunks: [2] } },
      { op: 'set', path: 'a', method: 'get', selection: { entries: [1] }, value: { scalar: { bytes: '00ff' } } },
    ],
  },
  {
    seed: 'complex numbers with zeros below zero',
    steps: [
      { op: 'createArray', path: 'a', options: { shape: [2], dtype: 'complex64', compressors: [] } },
      {
        ...{ op: 'set', path: 'a', method: 'get', selection: { entries: [whole] } },
        value: { scalar: { complex: ['0.0', '-0.0'] } },
      },
    ],
  },
  {
    seed: 'a byte string of fill value that ends in zero',
    steps: [
      {
        ...{ op: 'createArray', path: 'a' },
        options: {
          ...{ shape: [1], dtype: 'variable_length_bytes', chunks: [2], compressors: [] },
          fillValue: { bytes: '1f00' },
        },
      },
      { op: 'append', path: 'a', axis: 0, value: { dtype: 'variable_length_bytes', shape: [1], items: ['01'] } },
    ],
  },
  {
    seed: 'attributes of a group below consolidated metadata',
    steps: [
      { op: 'createGroup', path: '', options: {} },
      { op: 'createArray', path: 'h/a', options: { shape: [1], dtype: 'int8' } },
      { op: 'consolidate', path: '', options: {} },
      { op: 'attributes', path: 'h', via: 'member', action: 'set', entries: [['x', 'y']] },
    ],
  },
  {
    seed: 'fields of structs',
    steps: [
      { op: 'createArray', path: 'a', options: { shape: [3], dtype: point, chunks: [2], compressors: [] } },
      { op: 'set', path: 'a', method: 'get', selection: { entries: [whole] }, value: { scalar: origin } },
      { op: 'get', path: 'a', method: 'basic', selection: { entries: [whole] }, fields: ['x', 'y'] },
      { op: 'get', path: 'a', method: 'basic', selection: { entries: [whole] }, fields: 'y' },
      {
        ...{ op: 'set', path: 'a', method: 'basic', selection: { entries: [whole] }, fields: 'y' },
        value: { dtype: '<f8', shape: [3], bytes: 'AAAAAAAA8D8AAAAAAAAAQAAAAAAAAAhA' },
      },
      { op: 'get', path: 'a', method: 'get', selection: { entries: [whole] } },
    ],
  },
  {
    seed: 'a fraction for integers',
    steps: [
      { op: 'createArray', path: 'a', options: { shape: [1], dtype: 'int8', compressors: [] } },
      {
        ...{ op: 'set', path: 'a', method: 'get', selection: { entries: [whole] } },
        value: { dtype: 'float64', shape: [1], bytes: 'AAAAAAAABEA=' },
      },
    ],
  },
  {
    seed: 'like a rectilinear array',
    steps: [
      { op: 'createArray', path: 'a', options: { shape: [3], dtype: 'int8', chunks: [[2, 1]] } },
      { op: 'like', kind: 'emptyLike', source: 'a', path: 'b', options: {} },
    ],
  },
  {
    seed: 'members of members from the store',
    steps: [
      { op: 'createGroup', path: 'a/b/c', options: {} },
      { op: 'consolidate', path: '', options: {} },
      { op: 'members', path: '', via: 'open', maxDepth: null, useConsolidatedForChildren: false },
    ],
  },
  {
    seed: 'a copy from a place with both formats',
    steps: [
      { op: 'createGroup', path: '', options: {} },
      { op: 'createGroup', path: 'a', options: {} },
      { op: 'createGroup', path: 'a', options: { zarrFormat: 2 } },
      { op: 'copy', source: 'a', target: 'b' },
    ],
  },
  {
    seed: 'a hierarchy over an array of format 2',
    steps: [
      { op: 'createArray', path: 'h', options: { shape: [2], dtype: 'int8', zarrFormat: 2 } },
      { op: 'open', path: 'h', function: 'openGroup', options: { mode: 'a', zarrFormat: 2 } },
      { op: 'createHierarchy', nodes: { 'h/g': text({ zarr_format: 2, attributes: {} }) }, overwrite: true },
    ],
  },
  {
    seed: 'members of the other format',
    steps: [
      { op: 'createGroup', path: 'a', options: { zarrFormat: 2 } },
      { op: 'createGroup', path: 'b', options: { zarrFormat: 3 } },
      { op: 'lookUp', path: '', via: 'open', how: 'contains', member: 'a' },
      { op: 'members', path: '', via: 'open', maxDepth: null, useConsolidatedForChildren: true },
    ],
  },
  {
    seed: 'a move to an array of the other format',
    steps: [
      { op: 'createGroup', path: '', options: { zarrFormat: 2 } },
      { op: 'createArray', path: 'a', options: { shape: [2], dtype: 'int8', zarrFormat: 2 } },
      { op: 'createArray', path: 'd/b', options: { shape: [2], dtype: 'int8', zarrFormat: 3 } },
      { op: 'move', source: 'd/b', target: 'a' },
      { op: 'copy', source: 'd/b', target: 'a' },
    ],
  },
];

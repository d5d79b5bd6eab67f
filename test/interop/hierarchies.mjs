// The hierarchies of the interop matrix, and the attribute updates. Plain JSON, because write.py reads it too.

import { attributeSets } from './attributes.mjs';

const group = (path, attributes = 'empty') => ({ path, kind: 'group', attributes });
const array = (path, create = {}, attributes = 'empty') => ({
  path,
  kind: 'array',
  dtype: create.dtype ?? 'float32',
  create: { shape: [5, 6], dtype: 'float32', chunks: [2, 4], ...create },
  attributes,
});

const trees = {
  'only a root': { nodes: [group('', 'nested')] },
  'groups and arrays': {
    nodes: [
      group('', 'unicode'),
      group('foo', 'numbers'),
      group('foo/empty'),
      array('foo/bar', { dtype: 'int16' }, 'nested'),
      array('scalar', { shape: [], chunks: [], dtype: 'float64' }),
      array('text', { shape: [4], chunks: [3], dtype: 'string' }, 'special'),
    ],
  },
  'implied parents': { nodes: [array('a/b/c/data'), group('a/x/y/z', 'nested'), array('top', { dtype: 'bool' })] },
  'unusual names': {
    nodes: [
      group(''),
      ...['10', '9', 'x10', 'x2', 'X1', '_u', 'é', 'e', 'with space', 'dot.ted', '日本'].map((name) => group(name)),
      array('é/deep', { dtype: 'uint8' }),
      array('z', { dtype: 'uint8' }),
    ],
  },
};

/** All hierarchies: each tree in both formats, plain, consolidated at the root, and at a group as well. */
export function hierarchyCases() {
  return Object.entries(trees).flatMap(([tree, { nodes }]) => {
    const below = nodes.find((node) => node.path.includes('/'))?.path.split('/')[0];
    const consolidations = { plain: [], consolidated: [''], ...(below && { 'consolidated below': [below] }) };
    return [2, 3].flatMap((format) =>
      Object.entries(consolidations).map(([label, consolidate], index) => ({
        id: `v${format}-${tree.replaceAll(' ', '-')}-${index}`,
        name: `v${format} ${tree}, ${label}`,
        matrix: `Hierarchies, format ${format}`,
        row: tree,
        column: label,
        format,
        nodes,
        consolidate,
      })),
    );
  });
}

/** All updates: each attribute set on an array, a group, and a group with consolidated metadata. */
export function updateCases() {
  return Object.keys(attributeSets).flatMap((attributes) =>
    [2, 3].flatMap((format) =>
      ['array', 'group', 'consolidated'].map((kind) => ({
        id: `v${format}-${kind}-${attributes}`,
        name: `v${format} ${kind}, attributes=${attributes}`,
        matrix: `Attribute updates, format ${format}`,
        row: attributes,
        column: kind,
        format,
        kind,
        dtype: 'int32',
        create: { shape: [3], dtype: 'int32', chunks: [2] },
        attributes,
        update: 'update',
      })),
    ),
  );
}

/** What every update adds and replaces. */
export const update = {
  text: '{"added": [1, "\\u00e9", null, 0.5], "a": {"replaced": true}, "one": 2}',
  value: { added: [1, 'é', null, 0.5], a: { replaced: true }, one: 2 },
};

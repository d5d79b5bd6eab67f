/** Attributes that JSON does not have. */
import { cyclic, failing, type Refusal, revoked, untold } from './refusal.js';

const deep = (): unknown => {
  let list: unknown[] = [];
  for (let level = 0; level < 300; level++) list = [list];
  return list;
};

export const attributes: readonly Refusal[] = [
  ['a number', ({ array }) => array.updateAttributes(1), 'ArgumentError', 'attributes', 'object', '1'],
  ['nothing', ({ array }) => array.updateAttributes(), 'ArgumentError', 'attributes', 'undefined'],
  ['null', ({ array }) => array.updateAttributes(null), 'ArgumentError', 'attributes', 'null'],
  ['a text', ({ array }) => array.updateAttributes('units'), 'ArgumentError', 'attributes', '"units"'],
  ['a list', ({ array }) => array.updateAttributes([['a', 1]]), 'ArgumentError', 'attributes', 'a list'],
  ['a set', ({ array }) => array.updateAttributes(new Set(['a'])), 'ArgumentError', 'attributes', 'Set'],
  ['a symbol', ({ array }) => array.updateAttributes(Symbol('s')), 'ArgumentError', 'attributes'],
  [
    'a promise',
    ({ array }) => array.updateAttributes(Promise.resolve({ a: 1 })),
    'ArgumentError',
    'attributes',
    'Promise',
  ],
  [
    'a map with numbers for names',
    ({ array }) => array.updateAttributes(new Map([[1, 2]])),
    'ArgumentError',
    'attributes',
    'names',
    '1',
  ],
  [
    'a map with names that cannot be told',
    ({ array }) => array.updateAttributes(new Map([[untold(), 2]])),
    'ArgumentError',
    'names',
    'an object',
  ],
  ['a function', ({ array }) => array.updateAttributes({ a: () => 1 }), 'ArgumentError', 'attributes.a', 'function'],
  [
    'a symbol inside',
    ({ array }) => array.updateAttributes({ a: { b: Symbol('s') } }),
    'ArgumentError',
    'attributes.a.b',
  ],
  [
    'a regular expression',
    ({ array }) => array.updateAttributes({ a: [/x/] }),
    'ArgumentError',
    'attributes.a[0]',
    'RegExp',
  ],
  [
    'undefined in a list',
    ({ array }) => array.updateAttributes({ a: [1, undefined] }),
    'ArgumentError',
    'attributes.a[1]',
    'undefined',
  ],
  [
    'a hole in a list',
    ({ array }) => array.updateAttributes({ a: new Array(2) }),
    'ArgumentError',
    'attributes.a[0]',
    'undefined',
  ],
  ['a list that holds itself', ({ array }) => array.updateAttributes({ a: cyclic() }), 'ArgumentError', 'attributes.a'],
  [
    'an object that holds itself',
    ({ array }) => array.updateAttributes(Object.assign({ a: {} }, {}, { b: loop() })),
    'ArgumentError',
    'attributes.b',
  ],
  [
    'more levels than are allowed',
    ({ array }) => array.updateAttributes({ a: deep() }),
    'LimitError',
    'limits.jsonDepth',
  ],
  [
    'an object that cannot be read',
    ({ array }) => array.updateAttributes(failing('a')),
    'ArgumentError',
    'attributes',
    'the caller ran',
  ],
  [
    'a revoked proxy',
    ({ array }) => array.updateAttributes({ a: revoked() }),
    'ArgumentError',
    'attributes',
    'revoked',
  ],
  [
    'an instance of a class',
    ({ array }) => array.updateAttributes({ a: new (class Unit {})() }),
    'ArgumentError',
    'attributes.a',
    'Unit',
  ],
  [
    'a typed array of views',
    ({ array }) => array.updateAttributes({ a: new DataView(new ArrayBuffer(2)) }),
    'ArgumentError',
    'attributes.a',
    'DataView',
  ],
  ['of a read-only array', ({ frozenArray }) => frozenArray.updateAttributes({ a: 1 }), 'ReadOnlyError', 'read-only'],
  ['of a group: a number', ({ group }) => group.updateAttributes(1), 'ArgumentError', 'attributes', '1'],
  [
    'of a group: a function',
    ({ group }) => group.updateAttributes({ a: { b: [() => 1] } }),
    'ArgumentError',
    'attributes.a.b[0]',
    'function',
  ],
  [
    'of a group, by the older name',
    ({ group }) => group.updateAttributesAsync('a'),
    'ArgumentError',
    'attributes',
    '"a"',
  ],
  ['of a read-only group', ({ frozenGroup }) => frozenGroup.updateAttributes({ a: 1 }), 'ReadOnlyError', 'read-only'],
  [
    'of a new array: a list',
    ({ zarr, files }) => zarr.createArray(files, { name: 'n', shape: [1], dtype: 'int8', attributes: [1] }),
    'ArgumentError',
    'attributes',
    'a list',
  ],
  [
    'of a new array: a function',
    ({ zarr, files }) =>
      zarr.createArray(files, { name: 'a', overwrite: true, shape: [1], dtype: 'int8', attributes: { f: () => 1 } }),
    'ArgumentError',
    'attributes.f',
    'function',
  ],
  [
    'of a new array: a text',
    ({ zarr, files }) => zarr.create([1], { store: files, path: 'a', overwrite: true, attributes: 'x' }),
    'ArgumentError',
    'attributes',
    '"x"',
  ],
  [
    'of a new group: a number',
    ({ zarr, files }) => zarr.createGroup(files, { overwrite: true, attributes: 5 }),
    'ArgumentError',
    'attributes',
    '5',
  ],
  [
    'of a new group: a list that holds itself',
    ({ zarr, files }) => zarr.openGroup(files, { mode: 'w', attributes: { a: cyclic() } }),
    'ArgumentError',
    'attributes.a',
  ],
  [
    'of a new member: a set',
    ({ group }) => group.createGroup('n', { attributes: new Set() }),
    'ArgumentError',
    'attributes',
    'Set',
  ],
];

function loop(): object {
  const object: Record<string, unknown> = {};
  object['self'] = object;
  return object;
}

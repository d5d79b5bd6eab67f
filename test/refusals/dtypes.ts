/** Data types that are none, or that cannot be made. */
import { bare, cyclic, failing, type Refusal, revoked, untold, type World } from './refusal.js';

const of = ({ zarr, files }: World, dtype: unknown): unknown =>
  zarr.createArray(files, { name: 'a', overwrite: true, shape: [2], dtype });

export const dtypes: readonly Refusal[] = [
  ['a name that is near', (world) => of(world, 'flaot32'), 'UnknownDataTypeError', '"flaot32"', '"float32"'],
  ['a name that is none', (world) => of(world, 'zzz'), 'UnknownDataTypeError', '"zzz"'],
  ['no name', (world) => of(world, ''), 'UnknownDataTypeError', 'dtype', '""'],
  ['a number', (world) => of(world, 32), 'DataTypeValidationError', 'dtype', '32'],
  ['a boolean', (world) => of(world, true), 'DataTypeValidationError', 'dtype', 'true'],
  ['a symbol', (world) => of(world, Symbol('s')), 'DataTypeValidationError', 'dtype', 'Symbol(s)'],
  ['a class', (world) => of(world, Float32Array), 'DataTypeValidationError', 'dtype', 'a function'],
  ['a date', (world) => of(world, new Date(0)), 'UnknownDataTypeError', 'dtype', '1970'],
  ['a type string of a width that is none', (world) => of(world, '<u16'), 'DataTypeValidationError', '<u16'],
  ['a type string without a width', (world) => of(world, '|b'), 'DataTypeValidationError', '|b'],
  ['a type string with another sign', (world) => of(world, '!i4'), 'UnknownDataTypeError', '!i4'],
  ['a text type without a length', (world) => of(world, '<U'), 'DataTypeValidationError', '<U', 'length'],
  ['a byte string of length 0', (world) => of(world, '|S0'), 'DataTypeValidationError', '|S0', 'length'],
  ['a time of another unit', (world) => of(world, '<M8[parsec]'), 'DataTypeValidationError', 'parsec'],
  ['objects', (world) => of(world, '|O'), 'DataTypeValidationError', '|O', '"string"'],
  ['raw bits of a part of a byte', (world) => of(world, 'r12'), 'DataTypeValidationError', 'r12'],
  ['an object without a name', (world) => of(world, {}), 'DataTypeValidationError', 'name'],
  ['an object whose name is a number', (world) => of(world, { name: 5 }), 'DataTypeValidationError', 'name'],
  [
    'an object with another member',
    (world) => of(world, { name: 'int8', size: 1 }),
    'DataTypeValidationError',
    '"size"',
  ],
  [
    'a configuration that is a list',
    (world) => of(world, { name: 'numpy.datetime64', configuration: [] }),
    'DataTypeValidationError',
    'configuration',
  ],
  [
    'a configuration that lacks a member',
    (world) => of(world, { name: 'numpy.datetime64', configuration: {} }),
    'DataTypeValidationError',
    'unit',
  ],
  [
    'a unit that is none',
    (world) => of(world, { name: 'numpy.datetime64', configuration: { unit: 'x', scale_factor: 1 } }),
    'DataTypeValidationError',
    'unit',
    'x',
  ],
  [
    'a length of -1',
    (world) => of(world, { name: 'fixed_length_utf32', configuration: { length_bytes: -4 } }),
    'DataTypeValidationError',
    'length_bytes',
    '-4',
  ],
  ['no fields', (world) => of(world, []), 'DataTypeValidationError', 'field'],
  ['fields that are texts', (world) => of(world, ['x']), 'DataTypeValidationError', 'field'],
  ['a field without a type', (world) => of(world, [['x']]), 'DataTypeValidationError', 'field'],
  ['a field of a type that is none', (world) => of(world, [['x', '<q4']]), 'DataTypeValidationError', '<q4'],
  [
    'a field twice',
    (world) =>
      of(world, [
        ['x', '<i4'],
        ['x', '<i4'],
      ]),
    'DataTypeValidationError',
    'x',
  ],
  ['a list that holds itself', (world) => of(world, cyclic()), 'ArgumentError', 'dtype'],
  ['an object without prototype', (world) => of(world, bare()), 'DataTypeValidationError', 'name'],
  ['an object that cannot be told', (world) => of(world, untold()), 'ArgumentError', 'dtype'],
  ['an object that cannot be read', (world) => of(world, failing('name')), 'ArgumentError', 'dtype', 'the caller ran'],
  ['a revoked proxy', (world) => of(world, revoked()), 'ArgumentError', 'dtype', 'revoked'],
  [
    'another type than the array has',
    ({ array }) => rejecting(() => array.as('float32')),
    'DataTypeValidationError',
    'float32',
    'int32',
  ],
  [
    'a family that the array is not of',
    ({ array }) => rejecting(() => array.as('bigint')),
    'DataTypeValidationError',
    'bigint',
    'int32',
  ],
  [
    'no type at all',
    ({ array }) => rejecting(() => array.as(undefined)),
    'DataTypeValidationError',
    'undefined',
    'int32',
  ],
];

/** What answers at once, as a promise. */
const rejecting = async (call: () => unknown): Promise<unknown> => call();

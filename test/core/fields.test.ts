/** Reading and writing some fields of arrays of structs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArgumentError, CastError, ReadOnlyError, SelectionError } from '../../src/errors.js';
import * as promises from '../../src/index.js';
import { NdArray } from '../../src/ndarray/ndarray.js';
import { latency, readOnly } from '../../src/storage.js';
import * as sync from '../../src/sync.js';
import { Model, picksFor } from './model.js';

const DTYPE = [
  ['a', '<i2'],
  ['flag', '|b1'],
  ['b', '>f8'],
  [
    '__proto__',
    [
      ['s', '<U2'],
      ['t', '>M8[s]'],
    ],
  ],
] as const;

type Element = Record<string, unknown>;

/** An element without a prototype, as those that are read. */
function element(a: number, flag: boolean, b: number, s: string, t: bigint): Element {
  return { a, flag, b, ['__proto__']: { s, t } };
}

const FILL = element(-1, true, Number.NaN, 'é', 7n);
const NAMES = DTYPE.map(([name]) => name);

const elements = fc
  .tuple(
    fc.integer({ min: -1, max: 1 }),
    fc.boolean(),
    fc.constantFrom(0, -0, 1.5, Number.NaN),
    fc.constantFrom('', 'é'),
    fc.constantFrom(0n, 7n),
  )
  .map((parts) => element(...parts));
const anyElement = fc.oneof(fc.constant(FILL), elements);
const chosen = fc.oneof(fc.constantFrom(...NAMES), fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }));

const made = fc
  .record({
    shape: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 2 }),
    zarrFormat: fc.constantFrom(2 as const, 3 as const),
    sharded: fc.boolean(),
    endian: fc.constantFrom('little', 'big'),
  })
  .map(({ shape, zarrFormat, sharded, endian }) => ({
    shape,
    dtype: DTYPE,
    zarrFormat,
    chunks: shape.map(() => 2),
    fillValue: FILL,
    compressors: null,
    ...(zarrFormat === 3 ? { serializer: { name: 'bytes', configuration: { endian } } } : {}),
    ...(zarrFormat === 3 && sharded ? { shards: shape.map(() => 4) } : {}),
  }));

const program = made.chain((options) => {
  const size = options.shape.reduce((a, b) => a * b, 1);
  const step = fc.record({
    picks: picksFor(options.shape),
    fields: chosen,
    written: fc.option(fc.array(anyElement, { minLength: size, maxLength: size }), { nil: undefined }),
    broadcast: fc.boolean(),
  });
  return fc.record({ options: fc.constant(options), steps: fc.array(step, { minLength: 1, maxLength: 6 }) });
});

/** What `fields` of `value` are read as. */
const part = (value: unknown, fields: string | readonly string[]): unknown =>
  typeof fields === 'string'
    ? (value as Element)[fields]
    : Object.fromEntries(fields.map((name) => [name, (value as Element)[name]]));

const scalars = (result: unknown): unknown[] => (result instanceof NdArray ? [...result] : [result]);

describe('fields', () => {
  it('are read and written by themselves, whatever the format, chunks and shards; the others stay', async () => {
    await fc.assert(
      fc.asyncProperty(program, async ({ options, steps }) => {
        const files = new Map<string, Uint8Array>();
        const laterFiles = new Map<string, Uint8Array>();
        const array = sync.createArray(files, options);
        const later = latency(new sync.MemoryStore(laterFiles), { getMs: 0, setMs: 0 });
        const asyncArray = await promises.createArray(later, options);
        const model = new Model(options.shape, FILL);
        for (const { picks, fields, written, broadcast } of steps) {
          const { at, shape } = model.places(picks);
          if (written === undefined) {
            const expected = at.map((place) => part(model.values[place], fields));
            expect(scalars(array.get(picks, { fields }))).toEqual(expected);
            expect(scalars(await asyncArray.get(picks, { fields }))).toEqual(expected);
            continue;
          }
          const source = at.map((_, i) => written[broadcast ? 0 : i]);
          const dtype =
            typeof fields === 'string'
              ? DTYPE.find(([name]) => name === fields)![1]
              : fields.map((name) => DTYPE.find((one) => one[0] === name)!);
          const value = broadcast
            ? part(written[0], fields)
            : sync.ndarray(
                source.map((one) => part(one, fields)),
                { dtype, shape },
              );
          array.set(picks, value, { fields });
          await asyncArray.set(picks, value, { fields });
          at.forEach((place, i) => {
            const changes =
              typeof fields === 'string' ? { [fields]: part(source[i], fields) } : (part(source[i], fields) as Element);
            const entries = NAMES.map((name) => [
              name,
              Object.hasOwn(changes, name) ? changes[name] : (model.values[place] as Element)[name],
            ]);
            model.values[place] = Object.fromEntries(entries);
          });
        }
        expect([...(array.get() as NdArray)]).toEqual(model.values);
        const byKey = (all: Map<string, Uint8Array>): [string, Uint8Array][] =>
          [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, bytes]) => [key, new Uint8Array(bytes)]);
        expect(byKey(laterFiles)).toEqual(byKey(files));
      }),
      { numRuns: 200 },
    );
  });

  const points = (files = new Map<string, Uint8Array>()): sync.Array => {
    const dtype = [
      ['x', '<i4'],
      ['y', '<f8'],
    ] as const;
    return sync.createArray(files, { shape: [4], chunks: [2], dtype, compressors: null });
  };

  it('of one name are a plain array, of a list structs', () => {
    const array = points();
    array.set(':', [
      { x: 1, y: 2 },
      { x: 3, y: 4 },
      { x: 5, y: 6 },
      { x: 7, y: 8 },
    ]);
    const y = array.get('1:', { fields: 'y' }) as NdArray;
    expect(y.data).toEqual(Float64Array.of(4, 6, 8));
    expect(y.dtype.name).toBe('float64');
    const both = array.get(':2', { fields: ['y', 'x'] }) as NdArray;
    expect(both.dtype.toJSON()).toEqual({
      name: 'struct',
      configuration: {
        fields: [
          { name: 'y', data_type: 'float64' },
          { name: 'x', data_type: 'int32' },
        ],
      },
    });
    expect(both.toNested()).toEqual([
      { y: 2, x: 1 },
      { y: 4, x: 3 },
    ]);
    expect(array.get([2], { fields: 'x' })).toBe(5);
    expect(array.get([2], { fields: ['x'] })).toEqual({ x: 5 });
    const out = new Int32Array(4);
    array.get(':', { fields: 'x', out });
    expect([...out]).toEqual([1, 3, 5, 7]);
    expect((array.get(':2', { fields: null }) as NdArray).dtype.name).toBe('struct');
  });

  it('written to a chunk that is absent leave fill value beside them, and fill value is not stored', () => {
    const files = new Map<string, Uint8Array>();
    const array = points(files);
    array.set('0:2', 3, { fields: 'x' });
    expect((array.get() as NdArray).get(1)).toEqual({ x: 3, y: 0 });
    expect([...files.keys()].sort()).toEqual(['c/0', 'zarr.json']);
    array.set(':', 0, { fields: 'x' });
    expect([...files.keys()]).toEqual(['zarr.json']);
    array.set(':', 1, { fields: 'y' });
    array.set([0], { x: 1, y: 1 }, { fields: ['x', 'y'] });
    array.set('...', 0, { fields: ['y', 'x'] });
    expect([...files.keys()]).toEqual(['zarr.json']);
  });

  it('are cast and checked before anything is written', () => {
    const files = new Map<string, Uint8Array>();
    const array = points(files);
    expect(() => array.set(':', [1, 2, 3, 2.5], { fields: 'x' })).toThrow(CastError);
    expect(() => array.set(':', [1, 2, 3], { fields: 'x' })).toThrow(ArgumentError);
    expect(() => array.set(':', { x: 1 }, { fields: ['x', 'y'] })).toThrow(CastError);
    expect([...files.keys()]).toEqual(['zarr.json']);
    array.set(':', 2.5, { fields: 'x', casting: 'unsafe' });
    expect((array.get(':', { fields: 'x' }) as NdArray).toNested()).toEqual([2, 2, 2, 2]);
    const shut = sync.openArray(readOnly(new sync.MemoryStore(files)));
    expect(() => shut.set(':', 1, { fields: 'x' })).toThrow(ReadOnlyError);
  });

  it.each<[string, unknown]>([
    ['an unknown name', 'z'],
    ['an unknown name in a list', ['x', 'z']],
    ['no names', []],
    ['a name twice', ['x', 'x']],
    ['what is no name', 3],
    ['a list of what is no name', [3]],
    ['a name of every object', '__proto__'],
  ])('that are %s are a SelectionError', async (_, fields) => {
    const files = new Map<string, Uint8Array>();
    const array = points(files);
    const later = await promises.openArray(files);
    const options = { fields: fields as string }; // As JavaScript may have it.
    expect(() => array.get(':', options)).toThrow(SelectionError);
    expect(() => array.set(':', 0, options)).toThrow(SelectionError);
    await expect(later.get(':', options)).rejects.toThrow(SelectionError);
    await expect(later.set(':', 0, options)).rejects.toThrow(SelectionError);
  });

  it('of data without fields are a SelectionError', () => {
    const array = sync.zeros([2], { dtype: 'int8' });
    expect(() => array.get(':', { fields: 'x' })).toThrow('fields: data of type "int8" has no fields');
    expect(() => array.set(':', 1, { fields: 'x' })).toThrow(SelectionError);
  });
});

it('padding is kept in format 2, and not taken over to format 3', () => {
  const files = new Map<string, Uint8Array>();
  const dtype = [
    ['a', '|i1'],
    ['', '|V3'],
    ['b', '>i4'],
  ] as const;
  const array = sync.createArray(files, { shape: [2], chunks: [2], dtype, zarrFormat: 2, compressors: null });
  files.set('0', Uint8Array.of(1, 9, 8, 7, 0, 0, 0, 2, 3, 6, 5, 4, 0, 0, 0, 4));
  expect((array.get() as NdArray).toNested()).toEqual([
    { a: 1, b: 2 },
    { a: 3, b: 4 },
  ]);
  array.set([1], -1, { fields: 'b' });
  expect([...files.get('0')!]).toEqual([1, 9, 8, 7, 0, 0, 0, 2, 3, 6, 5, 4, 255, 255, 255, 255]);
  const packed = sync.createArray(undefined, { data: array.get() });
  expect(packed.dtype.itemSize).toBe(5);
  expect((packed.get() as NdArray).toNested()).toEqual([
    { a: 1, b: 2 },
    { a: 3, b: -1 },
  ]);
});

it('a field of an array in memory is written like any array', () => {
  const structs = sync.ndarray(
    [
      { a: 1, b: 2.5 },
      { a: 3, b: -0 },
    ],
    {
      dtype: [
        ['a', '|i1'],
        ['b', '<f8'],
      ],
    },
  );
  const array = sync.createArray(undefined, { data: structs.field('b') });
  expect(array.dtype.name).toBe('float64');
  expect([...(array.get() as NdArray)]).toEqual([2.5, -0]);
  array.set('::-1', structs.field('b'));
  expect([...(array.get() as NdArray)]).toEqual([-0, 2.5]);
  array.set('1:', structs.field('a').slice('1:'));
  expect([...(array.get() as NdArray)]).toEqual([-0, 3]);
});

it('the older type "structured" is read: pairs, Base64, no byte order', () => {
  const document = {
    zarr_format: 3,
    node_type: 'array',
    shape: [2],
    data_type: {
      name: 'structured',
      configuration: {
        fields: [
          ['a', 'int16'],
          ['b', 'uint8'],
        ],
      },
    },
    chunk_grid: { name: 'regular', configuration: { chunk_shape: [1] } },
    chunk_key_encoding: { name: 'default' },
    codecs: [{ name: 'bytes' }],
    fill_value: 'AQIJ',
  };
  const files = new Map([
    ['zarr.json', new TextEncoder().encode(JSON.stringify(document))],
    ['c/1', Uint8Array.of(3, 1, 7)],
  ]);
  const array = sync.openArray(files);
  expect((array.get() as NdArray).toNested()).toEqual([
    { a: 513, b: 9 },
    { a: 259, b: 7 },
  ]);
  expect(array.fillValue).toEqual({ a: 513, b: 9 });
});

it('an unaligned field of an array in memory is no place to read into, an aligned one is', () => {
  const structs = sync.ndarray([{ a: 1, b: 2, c: 3 }], {
    dtype: [
      ['a', '|i1'],
      ['b', '<i2'],
      ['c', '|i1'],
    ],
  });
  const source = sync.array([7], { dtype: 'int8' });
  source.get(':', { out: structs.field('c') });
  expect(structs.get(0)).toEqual({ a: 1, b: 2, c: 7 });
  const wide = sync.array([7], { dtype: 'int16' });
  expect(() => wide.get(':', { out: structs.field('b') })).toThrow('not aligned in its structs');
});

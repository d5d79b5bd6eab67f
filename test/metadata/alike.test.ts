/** What arrays have in common whose documents are alike, and what they do not. */
import { describe, expect, it } from 'vitest';
import { UnknownCodec } from '../../src/codecs/unknown.js';
import { type Codec, registerCodec } from '../../src/codecs.js';
import { config } from '../../src/config.js';
import { registerDataType, VariableLengthUTF8 } from '../../src/dtype.js';
import * as promises from '../../src/index.js';
import * as sync from '../../src/sync.js';

type Members = Readonly<Record<string, unknown>>;

const DOCUMENT: Members = {
  shape: [4, 6],
  data_type: 'uint8',
  chunk_grid: { name: 'regular', configuration: { chunk_shape: [2, 3] } },
  chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
  fill_value: 7,
  codecs: [{ name: 'bytes' }, { name: 'gzip', configuration: { level: 3 } }],
  attributes: {},
  zarr_format: 3,
  node_type: 'array',
};

const filesOf = (documents: Readonly<Record<string, Members>>): Map<string, Uint8Array> =>
  new Map(
    Object.entries(documents).map(([path, document]) => [
      path === '' ? 'zarr.json' : `${path}/zarr.json`,
      new TextEncoder().encode(JSON.stringify(document, null, 2)),
    ]),
  );

/** The array whose document is `DOCUMENT` with `changes`. */
const opened = (changes: Members = {}) => sync.openArray(filesOf({ '': { ...DOCUMENT, ...changes } }));

const told = (array: ReturnType<typeof opened>): unknown => ({
  document: array.metadata.toJSON(),
  attributes: array.attrs.asDict(),
  text: String(array.info),
  codecs: array.compressors.map(String),
  values: array.get().toNested(),
});

describe('arrays whose documents differ in attributes and names of dimensions', () => {
  it('share data type, grid and codecs', () => {
    const one = opened({ attributes: { a: 1 } });
    const other = opened({ attributes: { a: 2 } });
    expect(other.dtype).toBe(one.dtype);
    expect(other.metadata.toJSON()).toEqual({ ...DOCUMENT, attributes: { a: 2 } });
    expect(other.compressors[0]).toBe(one.compressors[0]);
    expect([one.attrs.get('a'), other.attrs.get('a')]).toEqual([1, 2]);
  });

  it('have names of dimensions and attributes of their own, and those that are wrong are errors', () => {
    const named = (dimension_names: unknown) => opened({ dimension_names });
    expect(opened().dimensionNames).toBeNull();
    expect(named(['y', 'x']).dimensionNames).toEqual(['y', 'x']);
    expect(named(['y', null]).dimensionNames).toEqual(['y', null]);
    expect(() => named(['y'])).toThrow('dimension_names: expected 2 names');
    expect(() => opened({ attributes: [] })).toThrow('attributes: expected an object');
    expect(() => opened({ attributes: 1 })).toThrow('attributes: expected an object');
    expect(() => opened({ other: 1 })).toThrow('"other": unknown member');
    expect(told(named(['y', null]))).toEqual(told(named(['y', null])));
  });

  it('are changed one without the other', () => {
    const files = filesOf({ a: DOCUMENT, b: DOCUMENT, '': { zarr_format: 3, node_type: 'group', attributes: {} } });
    const group = sync.openGroup(files);
    const [a, b] = [group.getArray('a'), group.getArray('b')];
    const before = told(b);
    a.attrs.set('units', 'K');
    expect(told(b)).toEqual(before);
    a.set('...', 1);
    a.resize([2, 2]);
    expect(told(b)).toEqual(before);
    expect(told(group.getArray('b'))).toEqual(before);
    expect(group.getArray('a').attrs.asDict()).toEqual({ units: 'K' });
    expect(group.getArray('a').shape).toEqual([2, 2]);
    expect(told(opened())).toEqual(before);
  });

  it.each([
    ['shape', [4, 5]],
    ['data_type', 'int8'],
    ['chunk_grid', { name: 'regular', configuration: { chunk_shape: [2, 2] } }],
    ['chunk_key_encoding', { name: 'v2' }],
    ['fill_value', 8],
    ['codecs', [{ name: 'bytes' }, { name: 'gzip', configuration: { level: 4 } }]],
  ])('say what they say also where they differ in %s', (name, value) => {
    const before = told(opened());
    const document = opened({ [name]: value }).metadata.toJSON();
    expect(document).toEqual({ ...DOCUMENT, [name]: value });
    expect(told(opened())).toEqual(before);
  });

  it('share nothing that who reads may write to', () => {
    const bytes = { data_type: 'bytes', fill_value: 'AQI=', codecs: ['vlen-bytes'] };
    const one = opened({ ...bytes, attributes: { a: 1 } });
    const other = opened({ ...bytes, attributes: { a: 2 } });
    const read = one.get().data as unknown as Uint8Array[]; // Elements of this type are bytes.
    read[0]!.fill(9);
    expect((other.get().data as unknown as Uint8Array[])[0]).toEqual(Uint8Array.of(1, 2));
  });
});

describe('what was read before does not count', () => {
  it('for codecs that were registered or replaced since', () => {
    const codecNamed = (name: string, text: string): Codec => {
      const codec: Codec = {
        ...{ kind: 'compressor', name, configuration: undefined, toJSON: () => ({ name }), toString: () => text },
        resolve: () => codec,
        bind: () => ({
          kind: 'compressor',
          sizeAfter: (size) => size,
          bound: (size) => size,
          encode: (b) => b,
          decode: (b) => b,
        }),
      };
      return codec;
    };
    const open = () => opened({ codecs: ['bytes', 'test.alike'] });
    expect(open().metadata).toMatchObject({ codecs: [{ name: 'bytes' }, expect.any(UnknownCodec)] });
    const [first, second] = [codecNamed('test.alike', 'first'), codecNamed('test.alike', 'second')];
    registerCodec({ name: 'test.alike', parse: () => first });
    expect(open().compressors).toEqual([first]);
    registerCodec({ name: 'test.alike', parse: () => second });
    expect(open().compressors.map(String)).toEqual(['second']);
  });

  it('for data types that were registered since', () => {
    const open = () => opened({ data_type: 'test.alike', fill_value: 'none', codecs: ['vlen-utf8'] });
    expect(() => open().get()).toThrow('not known');
    class Text extends VariableLengthUTF8 {}
    registerDataType({ names: ['test.alike'], parse: () => new Text() });
    expect(open().dtype).toBeInstanceOf(Text);
    expect(open().get([0, 0])).toBe('none');
  });

  it('for settings that were changed since', () => {
    const chunk_grid = { name: 'rectilinear', configuration: { kind: 'inline', chunk_shapes: [[1, 3], 2] } };
    const bytes = { name: 'bytes', configuration: { endian: 'little' } };
    const sharding = { chunk_shape: [1, 1], codecs: [bytes], index_codecs: [bytes] };
    const sharded = { codecs: [{ name: 'sharding_indexed', configuration: sharding }] };
    const cases: [setting: Members, changes: Members, message: string][] = [
      [{ 'array.rectilinearChunks': false }, { chunk_grid }, 'rectilinear'],
      [{ 'limits.rank': 1 }, {}, 'limits.rank'],
      [{ 'limits.shardIndexBytes': 16 }, sharded, 'limits.shardIndexBytes'],
      [{ 'limits.jsonDepth': 2 }, {}, 'limits.jsonDepth'],
      [{ 'limits.metadataBytes': 100 }, {}, 'limits.metadataBytes'],
    ];
    for (const [setting, changes, message] of cases) {
      opened(changes);
      const scope = config.set(setting);
      try {
        expect(() => opened(changes)).toThrow(message);
      } finally {
        scope.restore();
      }
      opened(changes);
    }
  });

  it('for the options that a handle has from the settings', () => {
    const optionsOf = () => ({ ...opened().config });
    const before = optionsOf();
    const scope = config.set({ 'array.order': 'F', workers: 2 });
    expect(optionsOf()).toEqual({ ...before, order: 'F', workers: 2 });
    scope.restore();
    expect(optionsOf()).toEqual(before);
  });
});

describe('a group', () => {
  const paths = Array.from({ length: 40 }, (_, i) => `a${i}`);

  /** Every third array is alike but for its attributes. */
  const make = (zarrFormat: 2 | 3): Map<string, Uint8Array> => {
    const files = new Map<string, Uint8Array>();
    const group = sync.createGroup(files, { zarrFormat });
    for (const [i, path] of paths.entries()) {
      const options = { shape: [10 + (i % 3), 4], chunks: [5, 2], dtype: 'int16', fillValue: i % 2 } as const;
      group.createArray(path, { ...options, attributes: i % 5 === 0 ? {} : { number: i } });
    }
    group.createGroup('g/h', { attributes: { a: 1 } });
    return files;
  };

  it.each([2, 3] as const)('of format %s gives each array as it is stored, consolidated or not', async (zarrFormat) => {
    const files = make(zarrFormat);
    const alone = paths.map((path) => told(sync.openArray(new Map(files), { path })));
    for (const isConsolidated of [false, true]) {
      if (isConsolidated) sync.consolidateMetadata(files, { zarrFormat });
      const group = sync.openGroup(files, { useConsolidated: isConsolidated });
      const arrays = new Map(group.arrays());
      expect(paths.map((path) => told(arrays.get(path)!))).toEqual(alone);
      expect([...group.members({ maxDepth: null })].map(([path]) => path)).toEqual([...paths, 'g', 'g/h'].sort());
      const later = await promises.openGroup(files, { useConsolidated: isConsolidated });
      for await (const [path, array] of later.arrays()) {
        expect(array.metadata.toJSON()).toEqual(arrays.get(path)!.metadata.toJSON());
      }
    }
  });
});

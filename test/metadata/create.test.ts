import { describe, expect, it } from 'vitest';
import { numcodecs, ShardingCodec } from '../../src/codecs.js';
import { ArgumentError, CastError, LimitError, UnknownCodecError, ZarrError } from '../../src/errors.js';
import type { JsonObject } from '../../src/json/model.js';
import { parseJson } from '../../src/json/parse.js';
import { type ArrayOptions, createArrayModel, createGroupModel } from '../../src/metadata/create.js';
import { encodeDocuments } from '../../src/metadata/update.js';
import { parseV3 } from '../../src/metadata/v3.js';
import { fixtures } from './fixtures.js';

const textOf = (model: Parameters<typeof encodeDocuments>[0], indent?: number | null): Record<string, string> =>
  Object.fromEntries(encodeDocuments(model, indent).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));

describe('the documents of a new array are those of zarr-python', () => {
  it.each(fixtures().map((fixture) => [fixture.name, fixture] as const))('%s', (_, { options, documents }) => {
    expect(textOf(createArrayModel(options))).toEqual(Object.fromEntries(documents));
  });
});

describe('the documents of a new group are those of zarr-python', () => {
  it('of format 3', () => {
    expect(textOf(createGroupModel(3, { a: 1 }))).toEqual({
      'zarr.json': '{\n  "attributes": {\n    "a": 1\n  },\n  "zarr_format": 3,\n  "node_type": "group"\n}',
    });
    expect(textOf(createGroupModel(3), null)).toEqual({
      'zarr.json': '{"attributes": {}, "zarr_format": 3, "node_type": "group"}',
    });
  });

  it('of format 2', () => {
    expect(textOf(createGroupModel(2))).toEqual({ '.zgroup': '{\n  "zarr_format": 2\n}', '.zattrs': '{}' });
  });
});

describe('a new array', () => {
  const BASE: ArrayOptions = { shape: [10, 20], dtype: 'int32', chunks: [5, 7] };
  const create = (options: Record<string, unknown>) => createArrayModel({ ...BASE, ...options } as ArrayOptions);

  it('takes one length for a shape', () => {
    expect(create({ shape: 7, chunks: 'auto' }).shape).toEqual([7]);
  });

  it('has the fill value of its type unless one is given', () => {
    expect(create({}).fillValue).toEqual(new Uint32Array([0]));
    expect(create({ fillValue: null }).fillValueIsNull).toBe(false);
    expect(create({ fillValue: null, zarrFormat: 2 }).fillValueIsNull).toBe(true);
  });

  it('keeps the order of integer-like attribute names given as a Map', () => {
    const model = create({
      attributes: new Map([
        ['10', 1],
        ['2', 1],
      ]),
    });
    expect([...model.attributes.keys()]).toEqual(['10', '2']);
  });

  it('takes the whole chain as codecs', () => {
    const model = create({ codecs: [{ name: 'bytes', configuration: { endian: 'big' } }] });
    expect(model.codecs.map((codec) => codec.toJSON())).toEqual([{ name: 'bytes', configuration: { endian: 'big' } }]);
  });

  it('takes the encoding of chunk keys in every form', () => {
    const keyOf = (chunkKeyEncoding: unknown) => create({ chunkKeyEncoding }).keyEncoding;
    const v2 = { name: 'v2', separator: '/' };
    expect(keyOf(['v2', '/'])).toEqual(v2);
    expect(keyOf({ name: 'v2', configuration: { separator: '/' } })).toEqual(v2);
    expect(keyOf('v2')).toEqual({ name: 'v2', separator: '.' });
    expect(create({ zarrFormat: 2, dimensionSeparator: '/' }).keyEncoding).toEqual(v2);
  });

  it.each<[string, Record<string, unknown>, string, new (message: string) => ZarrError]>([
    ['a wrong format', { zarrFormat: 4 }, 'zarrFormat: expected 2 or 3, got 4', ArgumentError],
    ['no shape', { shape: undefined }, 'shape: expected an integer or a list', ArgumentError],
    ['a negative length', { shape: [1, -1] }, 'shape[1]: expected an integer from 0', ArgumentError],
    ['a fractional length', { shape: [1.5, 1] }, 'shape[0]: expected an integer from 0', ArgumentError],
    ['too many axes', { shape: new Array(65).fill(1), chunks: 1 }, 'limits.rank (64)', LimitError],
    ['chunks of another rank', { chunks: [5] }, 'chunks: expected one edge for each', ArgumentError],
    ['shards that chunks do not divide', { shards: [10, 10] }, 'shards[1]: expected a multiple', ArgumentError],
    ['shards whose index is huge', { shape: [2 ** 40], chunks: [1], shards: [2 ** 30] }, 'shardIndexBytes', LimitError],
    ['a fill value out of range', { fillValue: 2 ** 31 }, '2147483648', CastError],
    ['a fill value with a fraction', { fillValue: 1.5 }, '1.5', CastError],
    ['a wrong order', { order: 'K' }, 'order: expected "C" or "F", got "K"', ArgumentError],
    ['attributes that are no object', { attributes: [1] }, 'attributes: expected an object', ArgumentError],
    ['attributes JSON has not', { attributes: { a: { b: () => 1 } } }, 'attributes.a.b', ArgumentError],
    ['too few names', { dimensionNames: ['x'] }, 'dimensionNames: expected 2 names', ArgumentError],
    [
      'names of a wrong type',
      { dimensionNames: ['x', 1] },
      'dimensionNames: expected a list of strings',
      ArgumentError,
    ],
    ['a wrong key encoding', { chunkKeyEncoding: { name: 'x' } }, 'chunkKeyEncoding: expected the name', ArgumentError],
    ['a wrong separator', { chunkKeyEncoding: { name: 'v2', separator: '-' } }, 'chunkKeyEncoding', ArgumentError],
    ['an unknown codec', { compressors: [{ name: 'middle-out' }] }, 'middle-out', UnknownCodecError],
    ['a filter that is none', { filters: [{ name: 'gzip' }] }, 'filters[0]: expected an array to array', ArgumentError],
    [
      'two serializers',
      { serializer: [{ name: 'bytes' }, { name: 'bytes' }] },
      'serializer: expected one',
      ArgumentError,
    ],
    ['no serializer', { serializer: null }, 'serializer: expected one codec, got 0', ArgumentError],
    ['a codec of format 2', { compressors: { id: 'zstd' } }, 'expected a codec of format 3', ArgumentError],
    ['a wrong level', { compressors: { name: 'gzip', configuration: { level: 10 } } }, 'level', ZarrError],
    [
      'a transpose of another rank',
      { filters: { name: 'transpose', configuration: { order: [0] } } },
      'order',
      ZarrError,
    ],
    [
      'a chain and its parts',
      { codecs: [{ name: 'bytes' }], compressors: [] },
      'codecs: the whole chain',
      ArgumentError,
    ],
    ['a chain without serializer', { codecs: [{ name: 'gzip' }] }, 'array', ArgumentError],
    ['bytes for text', { dtype: 'string', serializer: { name: 'bytes' } }, 'bytes', ArgumentError],
    ['compressor in format 3', { compressor: { id: 'zlib' } }, 'compressor: not possible in format 3', ArgumentError],
    ['compressor null in format 3', { compressor: null }, 'compressor: not possible in format 3', ArgumentError],
    ['dimensionSeparator in format 3', { dimensionSeparator: '/' }, 'dimensionSeparator: not possible', ArgumentError],
  ])('with %s is an error', (_, options, message, errorClass) => {
    expect(() => create(options)).toThrow(errorClass);
    expect(() => create(options)).toThrow(message);
  });

  it('of format 2 takes codecs by the documents of format 3, where it has them', () => {
    const configuration = { level: 3 };
    const compressorOf = (compressor: unknown) => textOf(create({ zarrFormat: 2, compressor }), null)['.zarray'];
    for (const name of ['numcodecs.zstd', 'zstd']) {
      expect(compressorOf({ name, configuration })).toBe(compressorOf({ id: 'zstd', level: 3 }));
    }
  });

  it('of format 2 has the default order unless one is given', () => {
    expect(create({ zarrFormat: 2, defaultOrder: 'F' })).toMatchObject({ order: 'F' });
    expect(create({ zarrFormat: 2, defaultOrder: 'F', order: null })).toMatchObject({ order: 'F' });
    expect(create({ zarrFormat: 2, defaultOrder: 'F', order: 'C' })).toMatchObject({ order: 'C' });
    expect(create({ zarrFormat: 3, defaultOrder: 'F' })).toEqual(create({ zarrFormat: 3 }));
  });

  it('cannot have a codec that only decodes, though its document opens', () => {
    const raw = { name: 'numcodecs.lzma', configuration: { format: 3 } };
    const sharding = { name: 'sharding_indexed', configuration: { chunk_shape: [5, 7], codecs: ['bytes', raw] } };
    for (const options of [
      { compressors: new numcodecs.LZMA({ format: 0 }) },
      { compressors: raw },
      { serializer: sharding },
      { compressor: { id: 'lzma', preset: 1, filters: [{ id: 33 }] }, zarrFormat: 2 },
    ]) {
      expect(() => create(options)).toThrow(ArgumentError);
      expect(() => create(options)).toThrow(/cannot be encoded/);
    }
    const [[, bytes]] = encodeDocuments(create({ compressors: new numcodecs.LZMA({ format: 1 }) })) as [
      [string, Uint8Array],
    ];
    const text = new TextDecoder().decode(bytes).replace('"format": 1', '"format": 0');
    const opened = parseV3(parseJson(text) as JsonObject);
    expect(opened).toMatchObject({ codecs: [{ name: 'bytes' }, { format: 0 }] });
  });

  it('keeps the order in which its shards are written', () => {
    const serializer = new ShardingCodec({ chunkShape: [5, 7], subchunkWriteOrder: 'lexicographic' });
    expect(create({ serializer }).codecs).toMatchObject([{ subchunkWriteOrder: 'lexicographic' }, { name: 'zstd' }]);
    expect(textOf(create({ serializer }))['zarr.json']).not.toContain('lexicographic');
  });

  it('shows a wrong format as it was given', () => {
    expect(() => create({ zarrFormat: '3' })).toThrow('zarrFormat: expected 2 or 3, got "3"');
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['shards', { shards: [10, 14] }, 'shards: not possible in format 2'],
    ['automatic shards', { shards: 'auto' }, 'shards: not possible in format 2'],
    ['a serializer', { serializer: { name: 'bytes' } }, 'serializer: not possible in format 2'],
    ['dimension names', { dimensionNames: ['a', 'b'] }, 'dimensionNames: not possible in format 2'],
    ['a chain', { codecs: [{ name: 'bytes' }] }, 'codecs: not possible in format 2'],
    [
      'two compressors',
      { compressors: [{ id: 'zlib' }, { id: 'zlib' }] },
      'compressors: format 2 has at most one, got 2',
    ],
    ['both compressor and compressors', { compressor: null, compressors: [] }, 'at most one of them'],
    ['the default key encoding', { chunkKeyEncoding: { name: 'default' } }, 'format 2 arrays have the encoding "v2"'],
    [
      'a codec that format 2 has not',
      { compressors: { name: 'bytes' } },
      'the codec "bytes" does not exist in format 2',
    ],
    ['text without its codec', { dtype: 'string', filters: null }, 'needs "vlen-utf8"'],
  ])('of format 2 with %s is an error', (_, options, message) => {
    expect(() => create({ ...options, zarrFormat: 2 })).toThrow(ArgumentError);
    expect(() => create({ ...options, zarrFormat: 2 })).toThrow(message);
  });
});

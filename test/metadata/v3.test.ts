import { describe, expect, it } from 'vitest';
import { LimitError, MetadataValidationError, NodeTypeValidationError } from '../../src/errors.js';
import { isJsonObject, type JsonObject } from '../../src/json/model.js';
import { parseJson } from '../../src/json/parse.js';
import type { ArrayModel } from '../../src/metadata/model.js';
import { encodeDocuments, withShape } from '../../src/metadata/update.js';
import { parseV3 } from '../../src/metadata/v3.js';

const MEMBERS: Record<string, string> = {
  zarr_format: '3',
  node_type: '"array"',
  shape: '[10, 20]',
  data_type: '"int32"',
  chunk_grid: '{"name": "regular", "configuration": {"chunk_shape": [5, 7]}}',
  chunk_key_encoding: '{"name": "default", "configuration": {"separator": "/"}}',
  fill_value: '0',
  codecs: '[{"name": "bytes", "configuration": {"endian": "little"}}]',
  attributes: '{}',
};

/** The document with members replaced by texts; `undefined` leaves one out. */
function documentOf(changes: Record<string, string | undefined>, members = MEMBERS): JsonObject {
  const entries = Object.entries({ ...members, ...changes }).filter(([, text]) => text !== undefined);
  const json = parseJson(`{${entries.map(([name, text]) => `${JSON.stringify(name)}: ${text}`).join(', ')}}`);
  if (!isJsonObject(json)) throw new Error('no object');
  return json;
}

const parse = (changes: Record<string, string | undefined>): ArrayModel => {
  const model = parseV3(documentOf(changes));
  if (model.kind !== 'array') throw new Error('no array');
  return model;
};

describe('a format 3 array document', () => {
  it('becomes a model', () => {
    const model = parse({ attributes: '{"a": 1.0}', dimension_names: '["y", null]' });
    expect(model).toMatchObject({
      kind: 'array',
      format: 3,
      shape: [10, 20],
      chunkShape: [5, 7],
      keyEncoding: { name: 'default', separator: '/' },
      dimensionNames: ['y', null],
      fillValueIsNull: false,
      order: 'C',
    });
    expect(model.dtype.name).toBe('int32');
    expect(model.codecs.map(({ name }) => name)).toEqual(['bytes']);
    expect(Object.isFrozen(model)).toBe(true);
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['without attributes', { attributes: undefined }],
    ['with dimension_names null', { dimension_names: 'null' }],
    ['with no storage transformers', { storage_transformers: '[]' }],
    [
      'with a storage transformer that may be left out',
      { storage_transformers: '[{"name": "x", "must_understand": false}]' },
    ],
    ['with codecs by their names', { data_type: '"int8"', codecs: '["bytes"]' }],
    ['with a key encoding by its name', { chunk_key_encoding: '"default"' }],
    ['with a key encoding without configuration', { chunk_key_encoding: '{"name": "default"}' }],
    ['with the separator beside the name', { chunk_key_encoding: '{"name": "default", "separator": "/"}' }],
    ['with the data type as an object', { data_type: '{"name": "int32"}' }],
    ['with consolidated_metadata null', { consolidated_metadata: 'null' }],
    [
      'with a grid and a key encoding that are known though they need not be understood',
      {
        chunk_grid: '{"name": "regular", "configuration": {"chunk_shape": [5, 7]}, "must_understand": false}',
        chunk_key_encoding: '{"name": "default", "must_understand": false}',
      },
    ],
    ['with an unknown member that may be ignored', { extra: '{"must_understand": false, "x": 1}' }],
    [
      'with an unknown codec that may be left out',
      {
        codecs: '[{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "x", "must_understand": false}]',
      },
    ],
    [
      'with a chunk of 0 on an empty axis',
      {
        shape: '[0, 20]',
        chunk_grid: '{"name": "regular", "configuration": {"chunk_shape": [0, 7]}}',
      },
    ],
    [
      'with members beside name and configuration in its codec, which mean nothing',
      {
        codecs: '[{"name": "bytes", "configuration": {"endian": "little"}, "x": 1, "must_understand": true}]',
      },
    ],
    [
      'with such members in its grid',
      {
        chunk_grid:
          '{"name": "regular", "configuration": {"chunk_shape": [5, 7]}, "x": {"must_understand": true}, "must_understand": true}',
      },
    ],
    [
      'with such members in its key encoding',
      {
        chunk_key_encoding: '{"name": "default", "configuration": {"separator": "/"}, "x": 1, "must_understand": true}',
      },
    ],
  ])('%s is read', (_, changes) => {
    const model = parse(changes);
    expect(model.keyEncoding).toEqual({ name: 'default', separator: '/' });
    expect(model.dimensionNames).toBeUndefined();
    expect(model.codecs.map(({ name }) => name)).toEqual(['bytes']);
    expect(model.chunkShape?.every((edge) => edge >= 1)).toBe(true);
  });

  it('may be 0-dimensional', () => {
    const model = parse({ shape: '[]', chunk_grid: '{"name": "regular", "configuration": {"chunk_shape": []}}' });
    expect([model.shape, model.chunkShape]).toEqual([[], []]);
  });

  it('keeps lengths up to 2^53 - 1', () => {
    expect(parse({ shape: '[9007199254740991, 0]' }).shape).toEqual([2 ** 53 - 1, 0]);
  });

  it('keeps the bits of the fill value', () => {
    const bits = (fill: string) => [...(parse({ data_type: '"float32"', fill_value: fill }).fillValue as Uint32Array)];
    expect(bits('-0.0')).toEqual([0x80000000]);
    expect(bits('"0xffc00001"')).toEqual([0xffc00001]);
    expect(bits('"NaN"')).toEqual([0x7fc00000]);
  });

  it('as zarrita makes it has neither a fill value nor codecs', () => {
    const model = parse({ fill_value: 'null', codecs: '[]' });
    expect(model.fillValueIsNull).toBe(true);
    expect(model.fillValue).toEqual(new Uint32Array([0]));
    expect(model.codecs.map((codec) => codec.configuration)).toEqual([{ endian: 'little' }]);
    const gzip = '{"name": "gzip", "configuration": {"level": 1}}';
    expect(parse({ codecs: `["crc32c", ${gzip}]` }).codecs.map(({ name }) => name)).toEqual([
      ...['bytes', 'crc32c', 'gzip'],
    ]);
    const transpose = '{"name": "transpose", "configuration": {"order": [1, 0]}}';
    expect(parse({ codecs: `[${transpose}, ${gzip}]` }).codecs.map(({ name }) => name)).toEqual([
      ...['transpose', 'bytes', 'gzip'],
    ]);
  });

  it('keeps 64-bit fill values exactly', () => {
    const { fillValue } = parse({ data_type: '"uint64"', fill_value: '18446744073709551615' });
    expect(fillValue).toEqual(new BigUint64Array([2n ** 64n - 1n]));
  });

  it.each<[string, string, readonly number[]]>([
    ['C', '[4, 6, 8]', [0, 1, 2]],
    ['F', '[4, 6, 8]', [2, 1, 0]],
    ['F', '[]', []],
  ])('transposes by the name of an order, %s of %s', (name, shape, order) => {
    const bytes = { name: 'bytes', configuration: { endian: 'little' } };
    const transpose = { name: 'transpose', configuration: { order: name } };
    const changes = {
      shape,
      chunk_grid: `{"name": "regular", "configuration": {"chunk_shape": ${shape}}}`,
      codecs: JSON.stringify([transpose, bytes]),
    };
    expect(parse(changes).codecs[0]?.configuration).toEqual({ order });
    const sharding = { chunk_shape: JSON.parse(shape), codecs: [transpose, bytes], index_codecs: [bytes] };
    const sharded = parse({
      ...changes,
      codecs: JSON.stringify([{ name: 'sharding_indexed', configuration: sharding }]),
    });
    expect(sharded.codecs[0]?.nestedCodecs?.[0]?.configuration).toEqual({ order });
    const [document] = encodeDocuments(withShape(parse(changes), JSON.parse(shape)));
    expect(new TextDecoder().decode(document?.[1])).toMatch(`"order": "${name}"`);
  });

  it('opens with an unknown codec or data type', () => {
    expect(parse({ codecs: '[{"name": "middle-out", "configuration": {"ratio": 5.2}}]' }).codecs[0]?.name).toBe(
      'middle-out',
    );
    expect(parse({ data_type: '"int4000"', fill_value: '[1]' }).dtype.name).toBe('int4000');
  });

  it.each<[string, Record<string, string | undefined>, string]>([
    ['zarr_format missing', { zarr_format: undefined }, 'zarr_format: expected 3, got nothing'],
    ['zarr_format "3"', { zarr_format: '"3"' }, 'zarr_format: expected 3, got "3"'],
    ['zarr_format 1', { zarr_format: '1' }, 'zarr_format: format 1 is not supported; expected 2 or 3'],
    ['zarr_format 3.0', { zarr_format: '3.0' }, 'zarr_format: expected 3, got 3.0'],
    [
      'zarr_format of a draft',
      { zarr_format: '"https://purl.org/zarr/spec/protocol/core/3.0"' },
      'a draft of format 3',
    ],
    ['shape missing', { shape: undefined }, 'shape: expected a list, got nothing'],
    ['shape null', { shape: 'null' }, 'shape: expected a list, got null'],
    ['a negative length', { shape: '[10, -1]' }, 'shape[1]: expected an integer of at least 0, got -1'],
    ['a length with a fraction', { shape: '[10.0, 1]' }, 'shape[0]: expected an integer of at least 0, got 10.0'],
    ['a length with an exponent', { shape: '[1e1, 1]' }, 'shape[0]: expected an integer of at least 0, got 1e1'],
    ['a length -0', { shape: '[-0, 1]' }, 'shape[0]: expected an integer of at least 0, got -0'],
    ['a length "10"', { shape: '["10", 1]' }, 'shape[0]: expected an integer of at least 0, got "10"'],
    ['a length true', { shape: '[true, 1]' }, 'shape[0]: expected an integer of at least 0, got true'],
    ['a nested length', { shape: '[[1], 1]' }, 'shape[0]: expected an integer of at least 0, got a list'],
    ['a length of 2^53', { shape: '[9007199254740992, 1]' }, 'shape[0]: expected an integer of at most 2^53 - 1'],
    ['a length of 1e308', { shape: '[1e308, 1]' }, 'shape[0]'],
    ['a long length', { shape: `[1${'0'.repeat(4000)}, 1]` }, 'shape[0]'],
    ['data_type missing', { data_type: undefined }, 'data_type: expected a value, got nothing'],
    ['data_type a number', { data_type: '3' }, 'data_type'],
    ['chunk_grid missing', { chunk_grid: undefined }, 'chunk_grid: expected a name'],
    [
      'chunk_grid without configuration',
      { chunk_grid: '"regular"' },
      'chunk_grid.configuration.chunk_shape: expected a list',
    ],
    [
      'an unknown grid',
      { chunk_grid: '{"name": "hexagonal", "configuration": {"kind": "inline"}}' },
      'the grid "regular" or "rectilinear", got "hexagonal"',
    ],
    [
      'an unknown grid that need not be understood',
      { chunk_grid: '{"name": "hexagonal", "must_understand": false}' },
      'chunk_grid.name: expected the grid',
    ],
    [
      'an unknown key encoding that need not be understood',
      { chunk_key_encoding: '{"name": "suffix", "must_understand": false}' },
      'chunk_key_encoding.name: expected',
    ],
    [
      'a data type that need not be understood',
      { data_type: '{"name": "int33", "must_understand": false}' },
      'data_type: expected must_understand to be true',
    ],
    ['consolidated_metadata an object', { consolidated_metadata: '{}' }, '"consolidated_metadata": unknown member'],
    [
      'chunk_shape of another rank',
      {
        chunk_grid: '{"name": "regular", "configuration": {"chunk_shape": [5]}}',
      },
      'chunk_grid.configuration.chunk_shape: expected 2 integers',
    ],
    [
      'a chunk of 0',
      {
        chunk_grid: '{"name": "regular", "configuration": {"chunk_shape": [5, 0]}}',
      },
      'chunk_grid.configuration.chunk_shape[1]: expected an integer of at least 1, got 0',
    ],
    [
      'a chunk of 0.5',
      {
        chunk_grid: '{"name": "regular", "configuration": {"chunk_shape": [5, 0.5]}}',
      },
      'chunk_grid.configuration.chunk_shape[1]: expected an integer of at least 1, got 0.5',
    ],
    [
      'nothing but lists of edges in a regular grid',
      {
        chunk_grid: '{"name": "regular", "configuration": {"chunk_shape": [[5, 5], [5, 15]]}}',
      },
      'chunk_grid.configuration.chunk_shape[0]: expected an integer of at least 1, got a list',
    ],
    [
      'an unknown member of the grid',
      {
        chunk_grid: '{"name": "regular", "configuration": {"chunk_shape": [5, 7], "x": 1}}',
      },
      'chunk_grid.configuration: unknown member "x"',
    ],
    [
      'configuration a list',
      { chunk_grid: '{"name": "regular", "configuration": []}' },
      'chunk_grid.configuration: expected an object',
    ],
    [
      'a member beside name and configuration in the data type, of which each reader has to understand all',
      { data_type: '{"name": "int16", "x": 1}' },
      'data_type: expected only name and configuration, and not "x"',
    ],
    [
      'a member beside the name in a storage transformer, as without it',
      { storage_transformers: '[{"name": "x", "y": 1}]' },
      'storage_transformers[0]: unknown storage transformer "x"',
    ],
    ['chunk_key_encoding missing', { chunk_key_encoding: undefined }, 'chunk_key_encoding: expected a name'],
    [
      'an unknown key encoding',
      { chunk_key_encoding: '"suffix"' },
      'chunk_key_encoding.name: expected "default" or "v2"',
    ],
    [
      'an unknown separator',
      {
        chunk_key_encoding: '{"name": "v2", "configuration": {"separator": "-"}}',
      },
      'chunk_key_encoding.configuration.separator: expected "/" or ".", got "-"',
    ],
    ['a separator null', { chunk_key_encoding: '{"name": "v2", "configuration": {"separator": null}}' }, 'got null'],
    [
      'an unknown member of the key encoding',
      {
        chunk_key_encoding: '{"name": "v2", "configuration": {"x": 1}}',
      },
      'chunk_key_encoding.configuration: unknown member "x"',
    ],
    ['fill_value missing', { fill_value: undefined }, 'fill_value: expected a value, got nothing'],
    ['fill_value out of range', { data_type: '"uint8"', codecs: '["bytes"]', fill_value: '300' }, 'fill_value'],
    ['fill_value a real number of complex ones', { data_type: '"complex64"', fill_value: '1.0' }, 'fill_value'],
    ['fill_value of another type', { fill_value: '"constructor"' }, 'fill_value'],
    ['codecs missing', { codecs: undefined }, 'codecs: expected a list, got nothing'],
    ['codecs an object', { codecs: '{}' }, 'codecs: expected a list, got an object'],
    ['no codecs for text', { data_type: '"string"', fill_value: '""', codecs: '[]' }, 'got no codecs'],
    ['a codec that is a number', { codecs: '[1]' }, 'codecs[0]'],
    ['a codec without a name', { codecs: '[{}]' }, 'codecs[0]'],
    ['bytes without an endianness', { codecs: '["bytes"]' }, 'endian'],
    [
      'two serializers',
      {
        codecs:
          '[{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "bytes", "configuration": {"endian": "big"}}]',
      },
      'codecs',
    ],
    [
      'codecs in a wrong order',
      {
        codecs:
          '[{"name": "gzip", "configuration": {"level": 1}}, {"name": "bytes", "configuration": {"endian": "little"}}]',
      },
      'codecs',
    ],
    [
      'a wrong level',
      {
        codecs:
          '[{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "gzip", "configuration": {"level": 12}}]',
      },
      'codecs[1].configuration.level: expected 0 to 9, got 12',
    ],
    [
      'a storage transformer',
      { storage_transformers: '["x"]' },
      'storage_transformers[0]: unknown storage transformer "x"',
    ],
    ['storage_transformers an object', { storage_transformers: '{}' }, 'storage_transformers: expected a list'],
    ['attributes a list', { attributes: '[]' }, 'attributes: expected an object, got an empty list'],
    ['too few names', { dimension_names: '["x"]' }, 'dimension_names: expected 2 names, one for each dimension, got 1'],
    ['a name of a wrong type', { dimension_names: '["x", 1]' }, 'dimension_names[1]: expected a string or null, got 1'],
    ['dimension_names an object', { dimension_names: '{}' }, 'dimension_names: expected a list'],
    ['an unknown member', { extra: '1' }, '"extra": unknown member'],
    ['an unknown member to be understood', { extra: '{"must_understand": true}' }, '"extra": unknown member'],
    ['a member called constructor', { constructor: '{}' }, '"constructor": unknown member'],
  ])('with %s is a MetadataValidationError', (_, changes, message) => {
    expect(() => parse(changes)).toThrow(MetadataValidationError);
    expect(() => parse(changes)).toThrow(message);
  });

  it.each(['"gruop"', 'null', '3', undefined])('with node_type %s is a NodeTypeValidationError', (node_type) => {
    expect(() => parse({ node_type })).toThrow(NodeTypeValidationError);
  });

  it('with more axes than allowed is a LimitError', () => {
    const shape = `[${new Array(65).fill(1).join()}]`;
    expect(() => parse({ shape })).toThrow(LimitError);
    expect(() => parseV3(documentOf({}), { rank: 1, shardIndexBytes: 2 ** 28 })).toThrow('limits.rank (1)');
  });
});

describe('a member of a wrong type', () => {
  const VALUES = [
    ...[
      'null',
      'true',
      '-1',
      '0',
      '0.5',
      '1e400',
      'NaN',
      '""',
      '"__proto__"',
      '"\\ud800"',
      '[]',
      '[[]]',
      '[null]',
      '{}',
    ],
    ...['[1, 2]', '[0, 0]', '["a", "b"]', '[{}, {}]', '{"name": "constructor"}', '{"name": "x", "configuration": []}'],
    ...['{"name": 1}', '{"id": "zlib", "level": "x"}', '{"id": 1}', '[{"id": "x"}]', '{"configuration": {}}'],
  ];

  it.each(Object.keys(MEMBERS))('%s is read or fails as metadata, nothing else', (member) => {
    for (const value of VALUES) {
      try {
        parse({ [member]: value });
      } catch (error) {
        expect(error, value).toBeInstanceOf(MetadataValidationError);
      }
    }
  });
});

describe('a sharded array', () => {
  const sharded = (
    inner: string,
    codecs = '["bytes"]',
    index = '[{"name": "bytes", "configuration": {"endian": "little"}}]',
  ) => ({
    data_type: '"uint8"',
    codecs: `[{"name": "sharding_indexed", "configuration": {"chunk_shape": ${inner}, "codecs": ${codecs}, "index_codecs": ${index}}}]`,
  });
  const nested = (inner: string, innermost: string) => {
    const [codec] = JSON.parse(sharded(innermost).codecs);
    return sharded(inner, JSON.stringify([codec]));
  };

  it('is read', () => {
    expect(parse(sharded('[5, 1]')).codecs[0]?.name).toBe('sharding_indexed');
    expect(parse(nested('[5, 7]', '[1, 7]')).codecs[0]?.name).toBe('sharding_indexed');
  });

  it.each([
    ['of another rank', sharded('[5]')],
    ['that do not divide the shard', sharded('[5, 2]')],
    ['of 0', sharded('[5, 0]')],
    ['that do not divide inner shards', nested('[5, 7]', '[2, 7]')],
    ['without serializer', sharded('[5, 1]', '[]')],
    [
      'with an index of varying size',
      sharded('[5, 1]', '["bytes"]', '["bytes", {"name": "gzip", "configuration": {"level": 1}}]'),
    ],
  ])('with chunks %s is a MetadataValidationError', (_, changes) => {
    expect(() => parse(changes)).toThrow(MetadataValidationError);
  });

  it('with a huge index is a LimitError', () => {
    const grid = '{"name": "regular", "configuration": {"chunk_shape": [1099511627776, 1]}}';
    expect(() => parse({ ...sharded('[1, 1]'), chunk_grid: grid })).toThrow(LimitError);
    expect(() => parse({ ...nested('[33554432, 1]', '[1, 1]'), chunk_grid: grid })).toThrow('limits.shardIndexBytes');
    expect(() => parse({ ...nested('[1073741824, 1]', '[1, 1]'), chunk_grid: grid })).toThrow(LimitError);
  });
});

describe('a format 3 group document', () => {
  const GROUP = { zarr_format: '3', node_type: '"group"' };
  const group = (changes: Record<string, string | undefined>) => parseV3(documentOf(changes, GROUP));

  it('becomes a model', () => {
    expect(group({})).toMatchObject({ kind: 'group', format: 3, attributes: new Map(), consolidated: undefined });
    expect(group({ extra: '{"must_understand": false}', attributes: '{"__proto__": 1}' }).attributes.size).toBe(1);
  });

  it.each<[string, Record<string, string>]>([
    ['an unknown member', { extra: '{}' }],
    ['a member of arrays', { shape: '[]' }],
    ['attributes null', { attributes: 'null' }],
  ])('with %s is a MetadataValidationError', (_, changes) => {
    expect(() => group(changes)).toThrow(MetadataValidationError);
  });
});

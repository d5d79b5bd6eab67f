import { describe, expect, it } from 'vitest';
import { MetadataValidationError } from '../../src/errors.js';
import { isJsonObject, type JsonObject } from '../../src/json/model.js';
import { parseJson } from '../../src/json/parse.js';
import { parseV2Array, parseV2Group } from '../../src/metadata/v2.js';

const MEMBERS: Record<string, string> = {
  zarr_format: '2',
  shape: '[10, 20]',
  chunks: '[5, 7]',
  dtype: '"<i4"',
  fill_value: '0',
  order: '"C"',
  filters: 'null',
  compressor: '{"id": "zlib", "level": 1}',
};

function objectOf(text: string): JsonObject {
  const json = parseJson(text);
  if (!isJsonObject(json)) throw new Error('no object');
  return json;
}

/** The document with members replaced by texts; `undefined` leaves one out. */
function parse(changes: Record<string, string | undefined>, zattrs?: string) {
  const entries = Object.entries({ ...MEMBERS, ...changes }).filter(([, text]) => text !== undefined);
  const zarray = objectOf(`{${entries.map(([name, text]) => `${JSON.stringify(name)}: ${text}`).join(', ')}}`);
  return parseV2Array(zarray, zattrs === undefined ? undefined : objectOf(zattrs));
}

const chainOf = (changes: Record<string, string | undefined>) =>
  parse(changes).codecs.map(({ name, configuration }) => [name, configuration?.['order'] ?? configuration?.['endian']]);

describe('a format 2 array', () => {
  it('becomes the model of format 3', () => {
    const model = parse({}, '{"a": 1.0}');
    expect(model).toMatchObject({
      kind: 'array',
      format: 2,
      shape: [10, 20],
      chunkShape: [5, 7],
      keyEncoding: { name: 'v2', separator: '.' },
      order: 'C',
      dimensionNames: undefined,
    });
    expect(model.v2?.filters).toBeNull();
    expect(model.v2?.compressor).not.toBeNull();
    expect([...model.documents.keys()]).toEqual(['.zarray', '.zattrs']);
    expect(model.attributes.get('a')).toEqual(expect.objectContaining({ token: '1.0' }));
  });

  it('has the byte order of its type', () => {
    expect(chainOf({ compressor: 'null' })).toEqual([['bytes', 'little']]);
    expect(chainOf({ compressor: 'null', dtype: '">i4"' })).toEqual([['bytes', 'big']]);
    expect(chainOf({ compressor: 'null', dtype: '"|u1"' })).toEqual([['bytes', undefined]]);
  });

  it('of order F is transposed', () => {
    expect(chainOf({ compressor: 'null', order: '"F"' })).toEqual([
      ['transpose', [1, 0]],
      ['bytes', 'little'],
    ]);
    expect(chainOf({ compressor: 'null', order: '"F"', shape: '[3]', chunks: '[3]' })).toEqual([['bytes', 'little']]);
  });

  it('of text has its codec as serializer, filter or compressor that it is', () => {
    const text = { dtype: '"|O"', fill_value: '""' };
    const names = (changes: Record<string, string>) => parse({ ...text, ...changes }).codecs.map(({ name }) => name);
    expect(names({ filters: '[{"id": "vlen-utf8"}]', compressor: 'null' })).toEqual(['vlen-utf8']);
    expect(names({ compressor: '{"id": "vlen-utf8"}' })).toEqual(['vlen-utf8']);
    expect(names({ filters: '[{"id": "vlen-utf8"}]' })[0]).toBe('vlen-utf8');
    expect(parse({ ...text, filters: '[{"id": "vlen-bytes"}]' }).dtype.kind).toBe('bytes');
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['without filters', { filters: undefined }],
    ['with an empty list of filters', { filters: '[]' }],
    ['without compressor', { compressor: undefined }],
    ['with members nobody knows', { extra: '1', ['__proto__']: '{}' }],
    ['with dimension_separator null', { dimension_separator: 'null' }],
    ['with a chunk of 0 on an empty axis', { shape: '[0, 20]', chunks: '[0, 7]' }],
  ])('%s is read', (_, changes) => {
    const model = parse(changes);
    expect(model.v2?.filters).toBeNull();
    expect(model.chunkShape?.every((edge) => edge > 0)).toBe(true);
  });

  it.each([
    ['<c8', '0', [0, 0]],
    ['<c16', '1.5', [1.5, 0]],
  ])('of %s has the real fill value %s', (dtype, fill, parts) => {
    const model = parse({ dtype: `"${dtype}"`, fill_value: fill });
    expect(model.dtype.wrap(model.fillValue).at(0)).toEqual({ re: parts[0], im: parts[1] });
    expect(() => parse({ dtype: `"${dtype}"`, fill_value: '[0]' })).toThrow('fill_value: expected a list');
  });

  it('with fill_value null has the default of its type', () => {
    const model = parse({ fill_value: 'null' });
    expect(model.fillValueIsNull).toBe(true);
    expect(model.fillValue).toEqual(new Uint32Array([0]));
  });

  it('opens with an unknown codec or data type', () => {
    expect(parse({ compressor: '{"id": "middle-out"}' }).v2?.compressor?.name).toBe('middle-out');
    expect(parse({ filters: '[{"id": "middle-out"}]' }).kind).toBe('array');
  });

  it.each<[string, Record<string, string | undefined>, string]>([
    ['zarr_format missing', { zarr_format: undefined }, 'zarr_format: expected 2, got nothing'],
    ['zarr_format 1', { zarr_format: '1' }, 'zarr_format: format 1 is not supported; expected 2 or 3'],
    ['zarr_format 3', { zarr_format: '3' }, 'zarr_format: expected 2, got 3'],
    ['a complex number by itself in text', { dtype: '"<c8"', fill_value: '"0"' }, 'fill_value: expected a list'],
    ['shape missing', { shape: undefined }, 'shape: expected a list'],
    ['chunks missing', { chunks: undefined }, 'chunks: expected a list'],
    ['chunks true', { chunks: 'true' }, 'chunks: expected a list, got true'],
    ['chunks of another rank', { chunks: '[5]' }, 'chunks: expected 2 integers'],
    ['a chunk of 0', { chunks: '[0, 7]' }, 'chunks[0]: expected an integer of at least 1, got 0'],
    ['dtype missing', { dtype: undefined }, 'dtype: expected a value, got nothing'],
    ['a malformed dtype', { dtype: '"<u16junk"' }, 'dtype'],
    ['fill_value missing', { fill_value: undefined }, 'fill_value: expected a value, got nothing'],
    ['fill_value out of range', { fill_value: '2147483648' }, 'fill_value'],
    ['order missing', { order: undefined }, 'order: expected "C" or "F", got nothing'],
    ['order "A"', { order: '"A"' }, 'order: expected "C" or "F", got "A"'],
    ['a wrong separator', { dimension_separator: '"-"' }, 'dimension_separator: expected "/" or ".", got "-"'],
    ['filters an object', { filters: '{}' }, 'filters: expected a list'],
    ['a filter that is a string', { filters: '["delta"]' }, 'filters[0]: expected an object with an id'],
    [
      'a compressor that is a string',
      { compressor: '"zlib"' },
      'compressor: expected an object with an id, got "zlib"',
    ],
    ['a compressor without id', { compressor: '{"level": 1}' }, 'compressor'],
    ['a wrong level', { compressor: '{"id": "zlib", "level": 12}' }, 'compressor.level: expected'],
  ])('with %s is a MetadataValidationError', (_, changes, message) => {
    expect(() => parse(changes)).toThrow(MetadataValidationError);
    expect(() => parse(changes)).toThrow(message);
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

describe('a format 2 group', () => {
  it('becomes a model', () => {
    const group = parseV2Group(objectOf('{"zarr_format": 2, "_nczarr": {}}'), objectOf('{"a": 1}'));
    expect(group).toMatchObject({ kind: 'group', format: 2, consolidated: undefined });
    expect(group.attributes.size).toBe(1);
    expect([...group.documents.keys()]).toEqual(['.zgroup', '.zattrs']);
  });

  it('with another zarr_format is a MetadataValidationError', () => {
    expect(() => parseV2Group(objectOf('{"zarr_format": 2.0}'), undefined)).toThrow(MetadataValidationError);
  });
});

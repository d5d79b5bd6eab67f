import { describe, expect, it } from 'vitest';
import { fromPlain } from '../../src/json/convert.js';
import { isJsonObject, type JsonObject } from '../../src/json/model.js';
import { parseJson } from '../../src/json/parse.js';
import { consolidate } from '../../src/metadata/consolidate.js';
import { createArrayModel, createGroupModel } from '../../src/metadata/create.js';
import { parseDocument } from '../../src/metadata/document.js';
import { publicMetadata } from '../../src/metadata/public.js';

describe('public metadata', () => {
  const options = {
    shape: [4, 6],
    chunks: [2, 3],
    dtype: 'float32',
    fillValue: 1.5,
    attributes: { a: { b: [1] } },
  } as const;

  it('of a format 3 array is frozen, in camelCase', () => {
    const metadata = publicMetadata(createArrayModel({ ...options, dimensionNames: ['y', null] }));
    expect(metadata).toEqual({
      shape: [4, 6],
      dataType: expect.objectContaining({ name: 'float32' }),
      chunkGrid: { name: 'regular', chunkShape: [2, 3] },
      chunkKeyEncoding: { name: 'default', separator: '/' },
      fillValue: 1.5,
      codecs: [expect.objectContaining({ name: 'bytes' }), expect.objectContaining({ name: 'zstd' })],
      attributes: { a: { b: [1] } },
      dimensionNames: ['y', null],
      zarrFormat: 3,
      nodeType: 'array',
      storageTransformers: [],
    });
    expect(Object.isFrozen(metadata)).toBe(true);
    expect(Object.isFrozen(metadata.attributes['a'])).toBe(true);
  });

  it('of a format 2 array has its members', () => {
    const model = createArrayModel({
      ...options,
      zarrFormat: 2,
      fillValue: null,
      filters: [{ id: 'lz4', acceleration: 2 }],
    });
    expect(publicMetadata(model)).toEqual({
      shape: [4, 6],
      chunks: [2, 3],
      dtype: expect.objectContaining({ name: 'float32' }),
      fillValue: null,
      order: 'C',
      filters: [expect.anything()],
      dimensionSeparator: '.',
      compressor: expect.anything(),
      attributes: { a: { b: [1] } },
      zarrFormat: 2,
    });
  });

  it('of a group has its consolidated metadata', () => {
    const group = createGroupModel(3, { x: 1 });
    expect(publicMetadata(group)).toEqual({
      attributes: { x: 1 },
      zarrFormat: 3,
      nodeType: 'group',
      consolidatedMetadata: null,
    });
    const { consolidatedMetadata } = publicMetadata(consolidate(group, [['a', createArrayModel(options)]]));
    expect(consolidatedMetadata?.kind).toBe('inline');
    expect(consolidatedMetadata?.metadata.get('a')).toMatchObject({ shape: [4, 6] });
  });

  it.each([2, 3] as const)('gives the document as stored, of format %i', (zarrFormat) => {
    const model = createArrayModel({ ...options, zarrFormat });
    const document = publicMetadata(model).toJSON();
    expect(document).toMatchObject({ zarr_format: zarrFormat, shape: [4, 6], attributes: { a: { b: [1] } } });
    expect(JSON.parse(JSON.stringify(publicMetadata(model)))).toEqual(document);
    expect(parseDocument(fromPlain(document))).toEqual(model);
    const group = createGroupModel(zarrFormat, { x: 1 });
    expect(parseDocument(fromPlain(publicMetadata(group).toJSON()))).toEqual(group);
  });

  it('keeps large integers and unknown members of the document', () => {
    const text =
      '{"zarr_format": 3, "node_type": "group", "attributes": {"n": 9007199254740993}, "x": {"must_understand": false}}';
    const document = parseJson(text) as JsonObject; // It is an object.
    expect(isJsonObject(document)).toBe(true);
    expect(publicMetadata(parseDocument(document)).toJSON()).toMatchObject({
      attributes: { n: 9007199254740993n },
      x: { must_understand: false },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors.js';
import { isJsonObject, type JsonObject } from '../../src/json/model.js';
import { parseJson } from '../../src/json/parse.js';
import type { ArrayModel, NodeModel } from '../../src/metadata/model.js';
import { encodeDocuments, withAttributes, withShape } from '../../src/metadata/update.js';
import { parseV2Array, parseV2Group } from '../../src/metadata/v2.js';
import { parseV3 } from '../../src/metadata/v3.js';

function objectOf(text: string): JsonObject {
  const json = parseJson(text);
  if (!isJsonObject(json)) throw new Error('no object');
  return json;
}

const textsOf = (model: NodeModel): Record<string, string> =>
  Object.fromEntries(encodeDocuments(model, null).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));

const V3 =
  '{"node_type": "array", "extra": {"must_understand": false, "x": 1.50}, "zarr_format": 3, "shape": [0, 3], ' +
  '"fill_value": 1E2, "data_type": "float32", "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}], ' +
  '"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [CHUNK, 3]}}, "chunk_key_encoding": "default"';
const ZARRAY =
  '{"shape": [0, 3], "extra": 1.50, "chunks": [CHUNK, 3], "dtype": "<f4", "fill_value": 1E2, "order": "C", ' +
  '"compressor": null, "filters": null, "zarr_format": 2}';

describe('new attributes', () => {
  const attributes = objectOf('{"10": 1.0, "2": 1e5, "big": 123456789012345678901234567890, "nan": NaN}');
  const text = '{"10": 1.0, "2": 1e5, "big": 123456789012345678901234567890, "nan": NaN}';

  it('change nothing else in a format 3 document', () => {
    const stored = `${V3.replace('CHUNK', '2')}, "attributes": {"a": 1}, "dimension_names": null}`;
    const model = withAttributes(parseV3(objectOf(stored)), attributes);
    expect(textsOf(model)).toEqual({ 'zarr.json': stored.replace('{"a": 1}', text) });
    expect(model.attributes).toBe(attributes);
  });

  it('are put after the codecs of an array that had none', () => {
    const [stored] = Object.values(
      textsOf(withAttributes(parseV3(objectOf(`${V3.replace('CHUNK', '2')}}`)), attributes)),
    );
    expect(stored).toContain(
      `"codecs": [{"name": "bytes", "configuration": {"endian": "little"}}], "attributes": ${text}, `,
    );
  });

  it('come first in a group that had none', () => {
    const model = withAttributes(parseV3(objectOf('{"zarr_format": 3, "node_type": "group"}')), attributes);
    expect(textsOf(model)['zarr.json']).toBe(`{"attributes": ${text}, "zarr_format": 3, "node_type": "group"}`);
  });

  it('are a document of their own in format 2', () => {
    const zarray = ZARRAY.replace('CHUNK', '2');
    const model = withAttributes(parseV2Array(objectOf(zarray), undefined), attributes);
    expect(textsOf(model)).toEqual({ '.zarray': zarray, '.zattrs': text });
  });

  it('change in the copy of the consolidated metadata of a format 2 group too', () => {
    const zmetadata = objectOf('{"zarr_consolidated_format": 1, "metadata": {".zgroup": {"zarr_format": 2}}}');
    const group = parseV2Group(objectOf('{"zarr_format": 2}'), undefined, zmetadata);
    expect(textsOf(withAttributes(group, attributes))['.zmetadata']).toBe(
      `{"zarr_consolidated_format": 1, "metadata": {".zgroup": {"zarr_format": 2}, ".zattrs": ${text}}}`,
    );
  });
});

describe('a new shape', () => {
  it.each<[string, string, (text: string) => ArrayModel]>([
    ['3', `${V3}}`, (text) => parseV3(objectOf(text)) as ArrayModel],
    ['2', ZARRAY, (text) => parseV2Array(objectOf(text), undefined)],
  ])('changes nothing else in a format %s document', (_, template, parse) => {
    const stored = template.replace('CHUNK', '2');
    const model = withShape(parse(stored), [7, 2 ** 53 - 1]);
    expect(model.shape).toEqual([7, 2 ** 53 - 1]);
    expect(Object.values(textsOf(model))[0]).toBe(stored.replace('[0, 3]', '[7, 9007199254740991]'));
  });

  it.each<[string, string, (text: string) => ArrayModel]>([
    ['3', `${V3}}`, (text) => parseV3(objectOf(text)) as ArrayModel],
    ['2', ZARRAY, (text) => parseV2Array(objectOf(text), undefined)],
  ])('makes a chunk of 0 a chunk of 1, in format %s', (_, template, parse) => {
    const [stored] = Object.values(textsOf(withShape(parse(template.replace('CHUNK', '0')), [5, 3])));
    expect(parse(stored!).chunkShape).toEqual([1, 3]);
  });

  it.each([[[1]], [[1, 2, 3]], [[1, -1]], [[1, 0.5]]])('of %j is an ArgumentError', (shape) => {
    const model = parseV2Array(objectOf(ZARRAY.replace('CHUNK', '2')), undefined);
    expect(() => withShape(model, shape)).toThrow(ArgumentError);
  });
});

/** Rectilinear chunk grids in documents. */
import { afterEach, describe, expect, it } from 'vitest';
import { config } from '../../src/config.js';
import { ArgumentError, MetadataValidationError } from '../../src/errors.js';
import { isJsonObject } from '../../src/json/model.js';
import { parseJson } from '../../src/json/parse.js';
import { createArrayModel } from '../../src/metadata/create.js';
import type { ArrayModel } from '../../src/metadata/model.js';
import { publicMetadata } from '../../src/metadata/public.js';
import { encodeDocuments, withShape } from '../../src/metadata/update.js';
import { parseV3 } from '../../src/metadata/v3.js';

const BYTES = '{"name": "bytes", "configuration": {"endian": "little"}}';
const SHARDS = `{"name": "sharding_indexed", "configuration": {"chunk_shape": [2, 3], "codecs": [${BYTES}], "index_codecs": [${BYTES}, "crc32c"]}}`;

const gridOf = (shapes: string): string =>
  `{"name": "rectilinear", "configuration": {"kind": "inline", "chunk_shapes": ${shapes}}}`;

const textOf = (grid: string, shape = '[10, 9]', codec = BYTES): string =>
  `{"shape": ${shape}, "data_type": "int32", "chunk_grid": ${grid}, "chunk_key_encoding": "default", ` +
  `"fill_value": 0, "codecs": [${codec}], "zarr_format": 3, "node_type": "array"}`;

function parse(text: string): ArrayModel {
  const json = parseJson(text);
  const model = isJsonObject(json) ? parseV3(json) : undefined;
  if (model?.kind !== 'array') throw new Error('no array');
  return model;
}

const storedText = (model: ArrayModel): string => new TextDecoder().decode(encodeDocuments(model, null)[0]![1]);

afterEach(() => config.reset());

describe('a rectilinear grid', () => {
  it.each([
    ['edges and one edge', '[[3, 2, 5], 4]', [[3, 2, 5], 4]],
    [
      'runs',
      '[[[2, 4], 1, [1, 1]], 4]',
      [
        [
          [2, 4],
          [1, 2],
        ],
        4,
      ],
    ],
    ['edges that reach past the end', '[[3, 2, 5, 7, 7], 40]', [[3, 2, 5, [7, 2]], 40]],
    ['a run of 2^50', '[[[1, 1125899906842624]], [9]]', [[[1, 2 ** 50]], [9]]],
  ])('of %s is read', (_, shapes, expected) => {
    const text = textOf(gridOf(shapes));
    const model = parse(text);
    expect(model.chunkShape).toBeUndefined();
    expect(publicMetadata(model)).toMatchObject({ chunkGrid: { name: 'rectilinear', chunkShapes: expected } });
    expect(storedText(model)).toBe(text);
  });

  it('of one edge for each axis is a regular one, whose text stays', () => {
    const model = parse(textOf(gridOf('[4, 5]')));
    expect(model.chunkShape).toEqual([4, 5]);
    expect(storedText(withShape(model, [1, 100]))).toBe(textOf(gridOf('[4, 5]'), '[1, 100]'));
  });

  it('is read where zarr-python 3.2 wrote its lists in a regular one', () => {
    const model = parse(textOf('{"name": "regular", "configuration": {"chunk_shape": [5, [4, 5]]}}'));
    expect(publicMetadata(model)).toMatchObject({ chunkGrid: { chunkShapes: [5, [4, 5]] } });
    expect(storedText(withShape(model, [10, 12]))).toBe(textOf(gridOf('[5, [4, 5, 3]]'), '[10, 12]'));
  });

  it.each([
    [
      'edges that end before the array',
      '[[3, 2], 4]',
      'chunk_shapes[0]: expected edges that reach the length 10, got 5',
    ],
    ['no edges', '[[], 4]', 'chunk_shapes[0]: expected at least one edge, got an empty list'],
    ['an edge of 0', '[[10, 0], 4]', 'chunk_shapes[0][1]: expected an integer of at least 1, got 0'],
    ['an edge of 0 for all', '[[10], 0]', 'chunk_shapes[1]: expected an integer of at least 1, got 0'],
    ['an edge of 2.0', '[[10], 2.0]', 'chunk_shapes[1]: expected an integer of at least 1, got 2.0'],
    [
      'a run of three numbers',
      '[[[10, 1, 1]], 4]',
      'chunk_shapes[0][0]: expected an edge, or [edge, count], got a list',
    ],
    ['a run of no edges', '[[[10, 0]], 4]', 'chunk_shapes[0][0][1]: expected an integer of at least 1, got 0'],
    ['runs beyond 2^53', '[[[4503599627370496, 3]], 4]', 'chunk_shapes[0]: expected edges whose sum is at most 2^53'],
    ['runs far beyond 2^53', '[[[9007199254740991, 9007199254740991]], 4]', 'whose sum is at most 2^53 - 1'],
    ['another rank', '[[10]]', 'chunk_shapes: expected 2 items, one for each dimension of shape, got 1'],
    ['a text', '"auto"', 'chunk_shapes: expected a list, got "auto"'],
  ])('with %s is a MetadataValidationError', (_, shapes, message) => {
    expect(() => parse(textOf(gridOf(shapes)))).toThrow(MetadataValidationError);
    expect(() => parse(textOf(gridOf(shapes)))).toThrow(message);
  });

  it.each([
    ['{"name": "rectilinear", "configuration": {"chunk_shapes": [[10], 4]}}', 'kind: expected "inline", got nothing'],
    [gridOf('[[10], 4]').replace('inline', 'stored'), 'kind: expected "inline", got "stored"'],
    [gridOf('[[10], 4], "x": 1'), 'unknown member "x"'],
  ])('%s is a MetadataValidationError', (grid, message) => {
    expect(() => parse(textOf(grid))).toThrow(MetadataValidationError);
    expect(() => parse(textOf(grid))).toThrow(message);
  });

  it.each(['[[3, 7], 3]', '[[4, 6], [3, 4, 2]]', '[[[4, 2], 5], 3]'])(
    'of shards %s that chunks do not divide fails',
    (shapes) => {
      expect(() => parse(textOf(gridOf(shapes), undefined, SHARDS))).toThrow(MetadataValidationError);
      expect(() => parse(textOf(gridOf(shapes), undefined, SHARDS))).toThrow(
        /[23] does not divide the [3457] of the shard/,
      );
    },
  );

  it('of shards in another order is checked axis by axis', () => {
    const transposed = `{"name": "transpose", "configuration": {"order": [1, 0]}}, ${SHARDS}`;
    expect(parse(textOf(gridOf('[[3, 9], [4, 6]]'), '[12, 10]', transposed)).chunkShape).toBeUndefined();
    expect(() => parse(textOf(gridOf('[[4, 8], [4, 6]]'), '[12, 10]', transposed))).toThrow('does not divide');
  });

  it('is refused, read and made, where the setting turns it off', () => {
    config.set({ 'array.rectilinearChunks': false });
    expect(() => parse(textOf(gridOf('[[10], 4]')))).toThrow(MetadataValidationError);
    expect(() => createArrayModel({ shape: [4], dtype: 'int8', chunks: [[2, 2]] })).toThrow(ArgumentError);
    expect(() => createArrayModel({ shape: [4], dtype: 'int8', chunks: [[2, 2]] })).toThrow('array.rectilinearChunks');
    expect(createArrayModel({ shape: [4], dtype: 'int8', chunks: [2] }).chunkShape).toEqual([2]);
  });

  it('is not made in format 2, nor inside shards', () => {
    expect(() => createArrayModel({ shape: [4], dtype: 'int8', chunks: [[2, 2]], zarrFormat: 2 })).toThrow(
      'chunks: a list of edges is not possible in format 2',
    );
    expect(() => createArrayModel({ shape: [4], dtype: 'int8', chunks: [[2, 2]], shards: [4] })).toThrow(
      'chunks: a list of edges is not possible inside shards',
    );
  });
});

describe('a new shape', () => {
  it.each([
    ['within the edges', '[[3, 2, 5], 4]', '[8, 1]', '[[3, 2, 5], 4]'],
    ['of nothing', '[[3, 2, 5], 4]', '[0, 0]', '[[3, 2, 5], 4]'],
    ['past the edges', '[[3, 2, 5], 4]', '[13, 30]', '[[3, 2, 5, 3], 4]'],
    ['past equal edges', '[[5, 5], [9]]', '[15, 9]', '[[[5, 3]], [9]]'],
    [
      'past one axis alone, the other keeping its text',
      '[[5, 5], [4, [5, 1]]]',
      '[12, 3]',
      '[[[5, 2], 2], [4, [5, 1]]]',
    ],
  ])('%s', (_, before, shape, after) => {
    const lengths = JSON.parse(shape) as number[];
    expect(storedText(withShape(parse(textOf(gridOf(before))), lengths))).toBe(textOf(gridOf(after), shape));
  });

  it('of shards gets one of whole chunks', () => {
    const model = withShape(parse(textOf(gridOf('[[4, 6], 3]'), undefined, SHARDS)), [13, 9]);
    expect(storedText(model)).toBe(textOf(gridOf('[[4, 6, 4], 3]'), '[13, 9]', SHARDS));
  });

  it('that no chunks can reach is an ArgumentError', () => {
    const transposed = `{"name": "transpose", "configuration": {"order": [1, 0]}}, ${SHARDS}`;
    const model = parse(textOf(gridOf('[[3, 9], [4, 6]]'), '[12, 10]', transposed));
    expect(() => withShape(model, [12, 11])).toThrow(ArgumentError);
    expect(() => withShape(model, [12, 11])).toThrow('shape: no chunks reach [12, 11]');
  });
});

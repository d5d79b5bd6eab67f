import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MetadataValidationError } from '../../src/errors.js';
import { isJsonObject, type Json, type JsonObject } from '../../src/json/model.js';
import { parseJson } from '../../src/json/parse.js';
import { consolidate, withConsolidatedMember, withoutConsolidated } from '../../src/metadata/consolidate.js';
import { subtree } from '../../src/metadata/consolidated.js';
import type { GroupModel, NodeModel } from '../../src/metadata/model.js';
import { encodeDocuments, withAttributes } from '../../src/metadata/update.js';
import { parseV2Array, parseV2Group } from '../../src/metadata/v2.js';
import { parseV3 } from '../../src/metadata/v3.js';

const objectOf = (json: Json | undefined): JsonObject => {
  if (!isJsonObject(json)) throw new Error('no object');
  return json;
};
const parse = (text: string): JsonObject => objectOf(parseJson(text));

/** All documents of a hierarchy that zarr-python consolidated, by their keys. */
const stored = (format: 2 | 3): Map<string, string> =>
  // The file is an object of texts.
  parse(readFileSync(new URL(`./consolidated/v${format}.json.txt`, import.meta.url), 'utf8')) as Map<string, string>;

function groupAt(texts: ReadonlyMap<string, string>, format: 2 | 3): GroupModel {
  const model =
    format === 3
      ? parseV3(parse(texts.get('zarr.json')!))
      : parseV2Group(parse(texts.get('.zgroup')!), parse(texts.get('.zattrs')!), parse(texts.get('.zmetadata')!));
  if (model.kind !== 'group') throw new Error('no group');
  return model;
}

/** The nodes below the root, as their own documents say. */
function* members(texts: ReadonlyMap<string, string>): Iterable<[string, NodeModel]> {
  for (const [key, text] of texts) {
    const [, path, name] = /^(.*)\/([^/]*)$/.exec(key) ?? [];
    if (path === undefined) continue;
    const zattrs = () => parse(texts.get(`${path}/.zattrs`)!);
    if (name === 'zarr.json') yield [path, parseV3(parse(text))];
    if (name === '.zarray') yield [path, parseV2Array(parse(text), zattrs())];
    if (name === '.zgroup') yield [path, parseV2Group(parse(text), zattrs())];
  }
}

const textsOf = (model: NodeModel) =>
  new Map(encodeDocuments(model).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]));

/** What zarr-python puts into the copies of format 2 groups besides. */
const SPURIOUS = ', "consolidated_metadata": {"metadata": {}, "must_understand": false, "kind": "inline"}';

describe.each([2, 3] as const)('consolidated metadata of format %i', (format) => {
  const name = format === 3 ? 'zarr.json' : '.zmetadata';
  const texts = stored(format);
  const expected = texts.get(name)!.replaceAll(SPURIOUS, '');
  const group = groupAt(texts, format);

  it('is read, with the children of groups below', () => {
    expect(group.consolidated?.size).toBe(14);
    expect(group.consolidated?.get('z/a')?.().kind).toBe('array');
    const below = group.consolidated?.get('z')?.();
    if (below?.kind !== 'group') throw new Error('no group');
    expect([...(below.consolidated?.keys() ?? [])].sort()).toEqual(['a', 'deep']);
    expect(below.consolidated?.get('a')?.()).toBe(group.consolidated?.get('z/a')?.());
    expect([...subtree(group.consolidated!, 'z').keys()].sort()).toEqual(['a', 'deep']);
    expect(subtree(group.consolidated!, '').size).toBe(14);
    const deep = group.consolidated?.get('z/deep')?.();
    expect(deep?.kind === 'group' && deep.consolidated?.size).toBe(0);
  });

  it('is left out of the documents of the nodes below', () => {
    const copy = group.consolidated?.get('z')?.();
    for (const document of copy!.documents.values()) expect(document.has('consolidated_metadata')).toBe(false);
  });

  it('is written as zarr-python writes it', () => {
    const consolidated = consolidate(withoutConsolidated(group), [...members(texts)].reverse());
    expect(textsOf(consolidated).get(name)).toBe(expected);
    expect(consolidated.consolidated?.size).toBe(14);
  });

  it('stays when attributes of the group change', () => {
    const changed = withAttributes(group, parse('{"b": 1}'));
    expect(textsOf(changed).get(name)).toContain(format === 3 ? '"b": 1\n' : '".zattrs": {"b": 1}');
    expect(groupAt(textsOf(changed), format).consolidated?.size).toBe(14);
  });

  it('follows a member that is removed and made again', () => {
    const [, node] = [...members(texts)].find(([path]) => path === 'X1')!;
    const without = withConsolidatedMember(group, 'X1', undefined);
    expect(without.consolidated?.has('X1')).toBe(false);
    expect(groupAt(textsOf(without), format).consolidated?.has('X1')).toBe(false);
    const again = withConsolidatedMember(without, 'X1', node);
    expect(textsOf(again).get(name)!.replaceAll(SPURIOUS, '')).toBe(expected);
    expect(again.consolidated?.get('X1')?.()).toBe(node);
  });

  it('keeps what is below a group that changes, not what is below one that goes', () => {
    const z = group.consolidated!.get('z')!() as GroupModel; // It is one.
    const changed = withConsolidatedMember(group, 'z', withAttributes(z, parse('{"new": 1}')));
    const again = groupAt(textsOf(changed), format);
    expect(again.consolidated?.get('z')?.().attributes.has('new')).toBe(true);
    expect(again.consolidated?.size).toBe(14);
    const without = groupAt(textsOf(withConsolidatedMember(group, 'z', undefined)), format);
    expect(without.consolidated?.size).toBe(11);
    const array = group.consolidated!.get('X1')!();
    const replaced = groupAt(textsOf(withConsolidatedMember(group, 'z', array)), format);
    expect(replaced.consolidated?.size).toBe(12);
    expect(replaced.consolidated?.get('z')?.().kind).toBe('array');
  });

  it('can be removed', () => {
    const without = withoutConsolidated(group);
    expect(without.consolidated).toBeUndefined();
    expect(textsOf(without).get(name)?.includes('consolidated') ?? false).toBe(false);
  });
});

describe('consolidated metadata in a zarr.json', () => {
  const ARRAY =
    '{"zarr_format": 3, "node_type": "array", "shape": [], "data_type": "int8", "fill_value": 0, "codecs": ["bytes"], ' +
    '"chunk_grid": {"name": "regular", "configuration": {"chunk_shape": []}}, "chunk_key_encoding": "default"}';
  const group = (block: string) => {
    const model = parseV3(parse(`{"zarr_format": 3, "node_type": "group", "consolidated_metadata": ${block}}`));
    if (model.kind !== 'group') throw new Error('no group');
    return model;
  };
  const withEntries = (entries: string) =>
    group(`{"kind": "inline", "must_understand": false, "metadata": {${entries}}}`);

  it('is none when it is null or of an unknown kind', () => {
    expect(group('null').consolidated).toBeUndefined();
    expect(group('{"kind": "elsewhere", "metadata": 1}').consolidated).toBeUndefined();
  });

  it.each(['[]', '"inline"', '{"kind": "inline"}', '{"kind": "inline", "metadata": []}'])(
    '%s is a MetadataValidationError',
    (block) => {
      expect(() => group(block)).toThrow(MetadataValidationError);
    },
  );

  it.each([
    '',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    '../x',
    'a/../../etc',
    '...',
    'a\\\\b',
    '__proto__',
    'a\\u0000',
    '\\ud800',
    'a/zarr.json',
  ])('at "%s" is dropped', (path) => {
    expect(withEntries(`"${path}": ${ARRAY}, "good": ${ARRAY}`).consolidated?.size).toBe(1);
  });

  it('of format 2 nodes is dropped', () => {
    expect(withEntries('"a": {"zarr_format": 2}').consolidated?.size).toBe(0);
  });

  it('fails for a broken copy only when that is asked for', () => {
    const { consolidated } = withEntries(`"good": ${ARRAY}, "bad": {"zarr_format": 3}, "worse": 1`);
    expect(consolidated?.get('good')?.().kind).toBe('array');
    expect(() => consolidated?.get('bad')?.()).toThrow(MetadataValidationError);
    expect(() => consolidated?.get('worse')?.()).toThrow(
      'consolidated_metadata.metadata["worse"]: expected an object, got 1',
    );
  });

  it('keeps names that xarray uses', () => {
    expect(withEntries(`"__xarray_dataarray_variable__": ${ARRAY}, "constructor": ${ARRAY}`).consolidated?.size).toBe(
      2,
    );
  });
});

describe('a .zmetadata', () => {
  const ZARRAY =
    '{"zarr_format": 2, "shape": [], "chunks": [], "dtype": "|u1", "fill_value": 0, "order": "C", "filters": null, "compressor": null}';
  const group = (text: string) => parseV2Group(parse('{"zarr_format": 2}'), undefined, parse(text));
  const withEntries = (entries: string) => group(`{"zarr_consolidated_format": 1, "metadata": {${entries}}}`);

  it.each(['{}', '{"zarr_consolidated_format": 2, "metadata": {}}', '{"zarr_consolidated_format": 1, "metadata": []}'])(
    '%s is a MetadataValidationError',
    (text) => {
      expect(() => group(text)).toThrow(MetadataValidationError);
    },
  );

  it('may lack attributes, and holds other documents', () => {
    const { consolidated } = withEntries(
      `"a/.zarray": ${ZARRAY}, "a/.zmetadata": {}, "x": 1, ".zgroup": {"zarr_format": 2}`,
    );
    expect([...(consolidated?.keys() ?? [])]).toEqual(['a']);
    expect(consolidated?.get('a')?.().attributes.size).toBe(0);
  });

  it('with an array and a group at one path has the array', () => {
    const { consolidated } = withEntries(`"a/.zgroup": {"zarr_format": 2}, "a/.zarray": ${ZARRAY}`);
    expect(consolidated?.get('a')?.().kind).toBe('array');
  });

  it.each(['../a', '/a', 'a/..', '__proto__'])('with a node at "%s" drops it', (path) => {
    expect(withEntries(`"${path}/.zarray": ${ZARRAY}`).consolidated?.size).toBe(0);
  });
});

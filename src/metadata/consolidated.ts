/**
 * Consolidated metadata: copies of all documents below a group, in one.
 *
 * Format 3 keeps them inside the group's `zarr.json`, format 2 in `.zmetadata`; both become one map of all descendants by
 * their path. The copy of a group holds an empty map of its own, which says nothing: the children of a group are always
 * found in the map of the group that was opened.
 */
import { MetadataValidationError } from '../errors.js';
import { isJsonObject, type Json, JsonNumber, type JsonObject } from '../json/model.js';
import { expectObject, mismatch } from './expect.js';
import type { ArrayModel, GroupModel, NodeModel } from './model.js';

/** All descendants of a group by their path relative to it, each parsed when it is asked for. */
export type Consolidated = ReadonlyMap<string, () => NodeModel>;

/** The part of `consolidated` below `path`, by paths relative to it. */
export const subtree = (consolidated: Consolidated, path: string): Consolidated =>
  path === '' ? consolidated : subtreesOf(consolidated)(path);

/** Finds subtrees without looking at every node each time: in sorted order, those of a path lie side by side. */
export function subtreesOf(consolidated: Consolidated): (path: string) => Consolidated {
  let sorted: string[] | undefined;
  return (path) => {
    sorted ??= [...consolidated.keys()].sort();
    const prefix = `${path}/`;
    const below = new Map<string, () => NodeModel>();
    for (let at = firstFrom(sorted, prefix); sorted[at]?.startsWith(prefix); at++) {
      below.set(sorted[at]!.slice(prefix.length), consolidated.get(sorted[at]!)!);
    }
    return below;
  };
}

/** The index of the first text that is not before `text`. */
function firstFrom(sorted: readonly string[], text: string): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < text) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The `consolidated_metadata` of a format 3 group; undefined where there is none, or one of an unknown kind. */
export function readConsolidatedV3(
  json: Json | undefined,
  parse: (document: JsonObject) => NodeModel,
): Consolidated | undefined {
  if (json === undefined || json === null) return undefined;
  const where = 'consolidated_metadata';
  const block = expectObject(json, where);
  if (block.get('kind') !== 'inline') return undefined;
  const nodes = new Map<string, () => NodeModel>();
  const below = subtreesOf(nodes);
  for (const [path, document] of expectObject(block.get('metadata'), `${where}.metadata`)) {
    if (!isNodePath(path) || isFormat2(document)) continue; // Not found here, it is looked up in the store.
    nodes.set(
      path,
      lazily(path, below, () =>
        parse(
          withoutConsolidated(
            isJsonObject(document) ? document : expectObject(document, `${where}.metadata[${quoted(path)}]`),
          ),
        ),
      ),
    );
  }
  return nodes;
}

/** How the documents of format 2 are parsed. */
export interface V2Parsers {
  array(zarray: JsonObject, zattrs: JsonObject | undefined): ArrayModel;
  group(zgroup: JsonObject, zattrs: JsonObject | undefined): GroupModel;
}

/** The nodes of a `.zmetadata`; undefined where there is none. */
export function readConsolidatedV2(zmetadata: JsonObject | undefined, parsers: V2Parsers): Consolidated | undefined {
  if (zmetadata === undefined) return undefined;
  const format = zmetadata.get('zarr_consolidated_format');
  if (!(format instanceof JsonNumber && format.token === '1')) throw mismatch('zarr_consolidated_format', '1', format);
  const documents = expectObject(zmetadata.get('metadata'), 'metadata');
  const nodes = new Map<string, () => NodeModel>();
  const below = subtreesOf(nodes);
  for (const key of documents.keys()) {
    const slash = key.lastIndexOf('/');
    const path = key.slice(0, Math.max(slash, 0));
    const name = key.slice(slash + 1);
    if (!isNodePath(path) || (name !== '.zarray' && name !== '.zgroup')) continue;
    if (name === '.zgroup' && documents.has(`${path}/.zarray`)) continue; // The array counts.
    nodes.set(
      path,
      lazily(path, below, () => parseV2Node(documents, path, parsers)),
    );
  }
  return nodes;
}

function parseV2Node(documents: JsonObject, path: string, parsers: V2Parsers): NodeModel {
  const documentOf = (name: string): JsonObject | undefined => {
    const key = `${path}/${name}`;
    return documents.has(key) ? expectObject(documents.get(key), `metadata[${quoted(key)}]`) : undefined;
  };
  const zattrs = documentOf('.zattrs');
  const zarray = documentOf('.zarray');
  if (zarray !== undefined) return parsers.array(zarray, zattrs);
  const zgroup = documentOf('.zgroup');
  if (zgroup === undefined)
    throw new MetadataValidationError(`metadata: expected a document at ${quoted(path)}, got none`);
  return parsers.group(withoutConsolidated(zgroup), zattrs);
}

/** Parses once; a group is given its part of the map. */
function lazily(path: string, below: (path: string) => Consolidated, parse: () => NodeModel): () => NodeModel {
  let node: NodeModel | undefined;
  return () => {
    if (node !== undefined) return node;
    const parsed = parse();
    node = parsed.kind === 'array' ? parsed : Object.freeze({ ...parsed, consolidated: below(path) });
    return node;
  };
}

/** Whether `path` names a node below: nothing that is empty, absolute, leads elsewhere or could not be stored. */
function isNodePath(path: string): boolean {
  return PLAIN_PATH.test(path) || path.split('/').every(isNodeName);
}

/** What most paths look like, told by one glance: letters and digits, without the names that mean something else. */
const PLAIN_PATH = /^(?!__proto__)[A-Za-z\d_-]+(?:\/(?!__proto__)[A-Za-z\d_-]+)*$/;

function isNodeName(name: string): boolean {
  if (/^\.*$/.test(name) || name === '__proto__' || name === 'zarr.json') return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no store can be trusted with them.
  return !/[\u0000-\u001f\\]/.test(name) && isWellFormed(name);
}

/** Without lone surrogates, which no key can hold. */
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

const isFormat2 = (document: Json): boolean => {
  const format = isJsonObject(document) ? document.get('zarr_format') : undefined;
  return format instanceof JsonNumber && format.token === '2';
};

/** The copy of a group without its own, empty block: the group's document has none. */
function withoutConsolidated(document: JsonObject): JsonObject {
  if (!document.has('consolidated_metadata')) return document;
  const members = new Map(document);
  members.delete('consolidated_metadata');
  return members;
}

const quoted = (text: string): string => JSON.stringify(text);

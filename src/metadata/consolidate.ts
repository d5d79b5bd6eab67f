/**
 * Writing consolidated metadata, in zarr-python's order and spelling: inside a group's `zarr.json`, or in its
 * `.zmetadata`. Every change gives a new model of the group, whose documents hold the copies.
 */
import { isJsonObject, type Json, type JsonObject, jsonInteger, jsonObject } from '../json/model.js';
import { type Consolidated, subtreesOf } from './consolidated.js';
import type { Documents, GroupModel, NodeModel } from './model.js';
import { withMember } from './update.js';
import { V2_ARRAY_DOCUMENT, V2_ATTRIBUTES_DOCUMENT, V2_CONSOLIDATED_DOCUMENT, V2_GROUP_DOCUMENT } from './v2.js';
import { V3_DOCUMENT } from './v3.js';

/** `group` with consolidated metadata of all `members`, which are given by their paths relative to it. */
export function consolidate(
  group: GroupModel,
  members: Iterable<readonly [path: string, node: NodeModel]>,
): GroupModel {
  const nodes = [...members].sort(([a], [b]) => comparePaths(a, b));
  const consolidated = thunksOf(new Map(nodes.map(([path, node]) => [path, () => node])));
  const documents = group.format === 3 ? v3Documents(group, nodes) : v2Documents(group, nodes);
  return Object.freeze({ ...group, documents, consolidated });
}

/** A member by its path relative to the group, as it is from now on; undefined where it is gone. */
export type MemberChange = readonly [path: string, node: NodeModel | undefined];

/** `group` with the copy at `path` replaced by that of `node`, or, where that is undefined, without it. */
export const withConsolidatedMember = (group: GroupModel, path: string, node: NodeModel | undefined): GroupModel =>
  withConsolidatedMembers(group, [[path, node]]);

/**
 * `group` with its copies changed, one after the other. What was below a member goes too, unless the member is a group.
 * A group that has no consolidated metadata stays as it is; one that has that of a group above it has no copies of its
 * own, so its documents stay.
 */
export function withConsolidatedMembers(group: GroupModel, changes: readonly MemberChange[]): GroupModel {
  if (group.consolidated === undefined) return group;
  const nodes = new Map(group.consolidated);
  for (const [path, node] of changes) {
    if (node?.kind !== 'group') deleteBelow(nodes, path);
    if (node === undefined) nodes.delete(path);
    else nodes.set(path, () => node);
  }
  const documents = group.format === 3 ? changedV3(group, changes) : changedV2(group, changes);
  return Object.freeze({ ...group, documents, consolidated: thunksOf(nodes) });
}

/** `group` without consolidated metadata. */
export function withoutConsolidated(group: GroupModel): GroupModel {
  const documents = new Map(group.documents);
  documents.delete(V2_CONSOLIDATED_DOCUMENT);
  const document = new Map(documents.get(V3_DOCUMENT));
  if (document.delete('consolidated_metadata')) documents.set(V3_DOCUMENT, document);
  return Object.freeze({ ...group, documents, consolidated: undefined });
}

/** Gives a node of the map; `own` gives it without its part of the map. */
type Thunk = (() => NodeModel) & { readonly own?: () => NodeModel };

/** Each group is given its part of the map; of a map that was changed before, its part of this one. */
function thunksOf(nodes: ReadonlyMap<string, Thunk>): Consolidated {
  const consolidated = new Map<string, Thunk>();
  const below = subtreesOf(consolidated);
  for (const [path, thunk] of nodes) {
    const own = thunk.own ?? thunk;
    const bound = (): NodeModel => {
      const node = own();
      return node.kind === 'array' ? node : { ...node, consolidated: below(path) };
    };
    consolidated.set(path, Object.assign(bound, { own }));
  }
  return consolidated;
}

/** By depth, then by case-folded NFKC name as Python compares texts; equal ones by code unit. */
export function comparePaths(a: string, b: string): number {
  return depthOf(a) - depthOf(b) || compareCodePoints(folded(a), folded(b)) || (a < b ? -1 : a > b ? 1 : 0);
}

const depthOf = (path: string): number => path.split('/').length;

/** Upper case first, which takes apart what folding does (ß is ss); the final sigma is a sigma. */
const folded = (text: string): string => text.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ');

function compareCodePoints(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
}

/** Surrogates stand for the highest code points; the end of a text comes before everything. */
function rank(unit: number): number {
  if (Number.isNaN(unit)) return -1;
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

type Entries = readonly (readonly [path: string, node: NodeModel])[];

function v3Documents(group: GroupModel, nodes: Entries): Documents {
  return withBlock(group, new Map(nodes.map(([path, node]) => [path, v3Copy(node)])));
}

function withBlock(group: GroupModel, copies: JsonObject): Documents {
  const document = withConsolidatedBlock(group.documents.get(V3_DOCUMENT)!, copies);
  return new Map(group.documents).set(V3_DOCUMENT, document);
}

/** The block stands before `node_type`. */
function withConsolidatedBlock(document: JsonObject, copies: JsonObject): JsonObject {
  const block = jsonObject({ kind: 'inline', must_understand: false, metadata: copies });
  const names = [...document.keys()];
  return withMember(document, 'consolidated_metadata', block, names[names.indexOf('node_type') - 1] ?? names.at(-1)!);
}

/** The copy of a group has an empty block, as zarr-python writes it. */
function v3Copy(node: NodeModel): JsonObject {
  const document = node.documents.get(V3_DOCUMENT)!;
  return node.kind === 'array' ? document : withConsolidatedBlock(document, new Map());
}

function changedV3(group: GroupModel, changes: readonly MemberChange[]): Documents {
  const block = group.documents.get(V3_DOCUMENT)!.get('consolidated_metadata');
  if (!isJsonObject(block)) return group.documents;
  const metadata = block.get('metadata');
  const copies = new Map(isJsonObject(metadata) ? metadata : []);
  for (const [path, node] of changes) {
    if (node?.kind !== 'group') deleteBelow(copies, path);
    if (node === undefined) copies.delete(path);
    else copies.set(path, v3Copy(node));
  }
  return withBlock(group, new Map([...copies].sort(([a], [b]) => comparePaths(a, b))));
}

function v2Documents(group: GroupModel, nodes: Entries): Documents {
  const copies = new Map<string, Json>([
    [V2_GROUP_DOCUMENT, group.documents.get(V2_GROUP_DOCUMENT)!],
    [V2_ATTRIBUTES_DOCUMENT, group.attributes],
  ]);
  for (const [path, node] of nodes) setV2Copy(copies, path, node);
  return withCopies(group, copies);
}

function setV2Copy(copies: Map<string, Json>, path: string, node: NodeModel): void {
  const name = node.kind === 'array' ? V2_ARRAY_DOCUMENT : V2_GROUP_DOCUMENT;
  copies.set(`${path}/${V2_ATTRIBUTES_DOCUMENT}`, node.attributes);
  copies.set(`${path}/${name}`, node.documents.get(name)!);
}

function withCopies(group: GroupModel, copies: JsonObject): Documents {
  const zmetadata = jsonObject({ metadata: copies, zarr_consolidated_format: jsonInteger(1) });
  return new Map(group.documents).set(V2_CONSOLIDATED_DOCUMENT, zmetadata);
}

function changedV2(group: GroupModel, changes: readonly MemberChange[]): Documents {
  const zmetadata = group.documents.get(V2_CONSOLIDATED_DOCUMENT);
  if (zmetadata === undefined) return group.documents;
  const metadata = zmetadata.get('metadata');
  const copies = new Map(isJsonObject(metadata) ? metadata : []);
  for (const [path, node] of changes) {
    if (node?.kind === 'group') copies.delete(`${path}/${V2_ARRAY_DOCUMENT}`);
    else deleteBelow(copies, path);
    if (node !== undefined) setV2Copy(copies, path, node);
  }
  return withCopies(group, new Map([...copies].sort(([a], [b]) => compareKeys(a, b))));
}

/** By node, the group itself first; `.zgroup` before `.zattrs` there, and after it below. */
function compareKeys(a: string, b: string): number {
  const [pathA, pathB] = [parentOf(a), parentOf(b)];
  if (pathA !== pathB) return pathA === '' ? -1 : pathB === '' ? 1 : comparePaths(pathA, pathB);
  const order = a < b ? -1 : 1; // `.zarray` < `.zattrs` < `.zgroup`.
  const isLast = (key: string): boolean => key.endsWith(V2_ATTRIBUTES_DOCUMENT) === (pathA === '');
  return isLast(a) === isLast(b) ? order : isLast(a) ? 1 : -1;
}

const parentOf = (key: string): string => key.slice(0, Math.max(key.lastIndexOf('/'), 0));

function deleteBelow(entries: Map<string, unknown>, path: string): void {
  for (const key of [...entries.keys()]) if (key.startsWith(`${path}/`)) entries.delete(key);
}

/**
 * Consolidated metadata, made and kept fresh: what this library writes below a group with consolidated metadata changes
 * the copies that the group keeps.
 *
 * The rule: whoever writes or deletes a document of a node asks each group above it whether it has consolidated metadata,
 * before anything is written, and changes the copies of those that have. Creating reads those groups anyway; an update
 * and a deletion read one document of each. A copy is never left to say that something is there that is being deleted:
 * deletions, and what replaces, drop the copies first; everything else changes them last. Where that fails, what was
 * rewritten is put back. Only a store that fails from then on, or a crash between the two, leaves a copy that is older
 * than its document: until the node's next change, it says what was before, all of which is still stored. The handles that
 * a node was reached through follow too.
 */
import { config } from '../config.js';
import { ContainsArrayError, GroupNotFoundError } from '../errors.js';
import { isJsonObject } from '../json/model.js';
import {
  consolidate,
  type MemberChange,
  withConsolidatedMembers,
  withoutConsolidated,
} from '../metadata/consolidate.js';
import type { GroupModel, NodeModel, ZarrFormat } from '../metadata/model.js';
import type { Store } from '../stores/store.js';
import { StorePath } from '../stores/store-path.js';
import { each, run, type Task } from '../task.js';
import { again, WRITE_TRIES } from './conflict.js';
import { type Conditions, checkWritable, documentsOf, readDocument, readNode, replaceDocuments } from './documents.js';
import { metadataLocked } from './lock.js';
import { listMembers } from './members.js';
import { GroupNode, type ProgressOptions } from './node.js';

/** A node as it is from now on, by its path in the store; undefined where it is gone. */
export type NodeChange = readonly [path: string, model: NodeModel | undefined];

/** A group that has consolidated metadata. */
export interface ConsolidatedGroup {
  readonly place: StorePath;
  readonly format: ZarrFormat;
}

/** Both formats: what deletes everything at a place asks for them. */
export const BOTH_FORMATS: readonly ZarrFormat[] = Object.freeze([2, 3]);

/** The paths of the groups above `path`, the root first; none above the root. */
export function ancestorsOf(path: string): string[] {
  if (path === '') return [];
  const names = path.split('/');
  return names.map((_, depth) => names.slice(0, depth).join('/'));
}

/** The groups above `paths` that have consolidated metadata; one document of each group is asked for, all at once. */
export function* consolidatedAbove(
  store: Store,
  paths: readonly string[],
  formats: readonly ZarrFormat[],
): Task<ConsolidatedGroup[]> {
  const ancestors = [...new Set(paths.flatMap(ancestorsOf))];
  const candidates = formats.flatMap((format) =>
    ancestors.map((path): ConsolidatedGroup => ({ place: new StorePath(store, path), format })),
  );
  const found = new Set<ConsolidatedGroup>();
  yield* each(candidates, config.get('async.concurrency'), (candidate) => run(lookAt(candidate, found)));
  return candidates.filter((candidate) => found.has(candidate));
}

/** Adds `group` to `found` if it has consolidated metadata. */
function* lookAt(group: ConsolidatedGroup, found: Set<ConsolidatedGroup>): Task<void> {
  const document = yield* readDocument(group.place, group.format === 3 ? 'zarr.json' : '.zmetadata');
  const hasCopies = group.format === 3 ? isJsonObject(document?.get(BLOCK)) : document !== undefined;
  // Read as the group it is, so that what cannot be changed is found before anything is written.
  if (hasCopies && (yield* readConsolidated(group)) !== undefined) found.add(group);
}

const BLOCK = 'consolidated_metadata';

function* readConsolidated(
  { place, format }: ConsolidatedGroup,
  conditions?: Conditions,
): Task<GroupModel | undefined> {
  const model = yield* readNode(place, { format, prefer: 'group', conditions });
  return model?.kind === 'group' && model.consolidated !== undefined ? model : undefined;
}

/** Changes the copies of `groups`, each under its lock, where `changes` lie below it. */
export function* updateConsolidated(groups: readonly ConsolidatedGroup[], changes: readonly NodeChange[]): Task<void> {
  for (const group of groups) {
    if (changesBelow(group.place.path, changes).length === 0) continue;
    yield* metadataLocked(group.place, () =>
      again(WRITE_TRIES, !group.place.store.answersAtOnce, () => rewriteCopies(group, changes)),
    );
  }
}

function* rewriteCopies(group: ConsolidatedGroup, changes: readonly NodeChange[]): Task<void> {
  const conditions: Conditions = new Map();
  const model = yield* readConsolidated(group, conditions);
  if (model === undefined) return; // It lost its copies meanwhile.
  const { place, format } = group;
  const latest = place.store.conditional ? yield* latestOf(place.store, changes, format) : changes;
  const below = changesBelow(place.path, latest).filter(([path, node]) =>
    node === undefined ? hasCopy(model, path) : node.format === format,
  );
  if (below.length === 0) return;
  const name = format === 3 ? 'zarr.json' : '.zmetadata';
  const documents = documentsOf(withConsolidatedMembers(model, below)).filter(([document]) => document === name);
  yield* replaceDocuments(place, documents, conditions);
}

/**
 * `changes` as they are now that the copies were read: another program may have changed the same node since, and have
 * changed the copies already.
 */
function* latestOf(store: Store, changes: readonly NodeChange[], format: ZarrFormat): Task<NodeChange[]> {
  const latest: NodeChange[] = [];
  for (const [path, model] of changes) {
    if (model?.format !== format) latest.push([path, model]);
    else latest.push([path, yield* readNode(new StorePath(store, path), { format, useConsolidated: false })]);
  }
  return latest;
}

function hasCopy({ consolidated }: GroupModel, path: string): boolean {
  if (consolidated === undefined) return false;
  return consolidated.has(path) || [...consolidated.keys()].some((other) => other.startsWith(`${path}/`));
}

/** Those of `changes` that lie below the group at `base`, by their paths relative to it. */
function changesBelow(base: string, changes: readonly NodeChange[]): MemberChange[] {
  const prefix = base === '' ? '' : `${base}/`;
  return changes.flatMap(([path, node]) =>
    path !== base && path.startsWith(prefix) ? [[path.slice(prefix.length), node] as const] : [],
  );
}

/** Tells the handle that a change was made through, and those that it was reached through, what is there now. */
export function noteChanges(through: GroupNode | undefined, changes: readonly NodeChange[]): void {
  for (let group = through; group !== undefined; group = group.through) {
    if (group.model.consolidated === undefined) continue;
    const { format } = group.model;
    const below = changesBelow(group.storePath.path, changes).filter(
      ([, node]) => node === undefined || node.format === format,
    );
    if (below.length > 0) group.model = withConsolidatedMembers(group.model, below);
  }
}

/**
 * The group at `storePath`, which from now on keeps copies of the documents of everything below. An abort while they are
 * read changes nothing.
 */
export function* consolidateGroup(
  storePath: StorePath,
  format: ZarrFormat | undefined,
  options: ProgressOptions = {},
): Task<GroupNode> {
  checkWritable(storePath);
  options.signal?.throwIfAborted();
  let consolidated: GroupModel | undefined;
  const work = function* (): Task<void> {
    const conditions: Conditions = new Map();
    const model = withoutConsolidated(yield* groupAt(storePath, format, conditions));
    const members = yield* descendantsOf(new GroupNode(storePath, model), options);
    options.signal?.throwIfAborted();
    consolidated = consolidate(model, members);
    yield* replaceDocuments(storePath, documentsOf(consolidated), conditions);
  };
  yield* metadataLocked(storePath, () => again(WRITE_TRIES, !storePath.store.answersAtOnce, work));
  return new GroupNode(storePath, consolidated!); // Assigned, or the lock's work has thrown.
}

function* groupAt(storePath: StorePath, format: ZarrFormat | undefined, conditions: Conditions): Task<GroupModel> {
  const model = yield* readNode(storePath, { format, prefer: 'group', useConsolidated: false, conditions });
  const { path } = storePath;
  if (model === undefined) throw new GroupNotFoundError(`no group at "/${path}" in "${storePath.store}"`, { path });
  if (model.kind === 'group') return model;
  throw new ContainsArrayError(`expected a group at "/${path}", found an array`, { path });
}

/** All nodes of the group's format below it, as the store has them, by their paths relative to it. */
export function* descendantsOf(
  group: GroupNode,
  { signal, onProgress }: ProgressOptions = {},
): Task<[path: string, model: NodeModel][]> {
  const { storePath, model } = group;
  const { format } = model;
  const fresh = new GroupNode(storePath, { ...model, consolidated: undefined });
  const listing = { maxDepth: null, useConsolidatedForChildren: false, signal, onProgress };
  const listed = yield* listMembers(fresh, listing);
  const found = new Map<string, NodeModel>();
  for (const [path, { storePath: place, model: member }] of listed) {
    const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    if (parent !== '' && found.get(parent)?.kind !== 'group') continue; // Below a node of the other format.
    // Where documents of both formats are, listing gives format 3.
    const same = member.format === format ? member : yield* readNode(place, { format, useConsolidated: false });
    if (same !== undefined) found.set(path, same);
  }
  return [...found];
}

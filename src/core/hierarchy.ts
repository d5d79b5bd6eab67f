/**
 * Whole hierarchies made at once from the documents of their nodes. All is checked and encoded before anything is
 * deleted, and deleted before anything is written; groups that no document is given for are made where they are missing.
 */
import { config } from '../config.js';
import { ArgumentError, ContainsArrayError, ContainsGroupError } from '../errors.js';
import { createGroupModel } from '../metadata/create.js';
import type { NodeModel, ZarrFormat } from '../metadata/model.js';
import { joinPath, normalizePath, validateNodePath } from '../stores/key.js';
import { StorePath } from '../stores/store-path.js';
import { each, isPromise, type MaybePromise, run, type Task } from '../task.js';
import {
  ancestorsOf,
  BOTH_FORMATS,
  type ConsolidatedGroup,
  consolidatedAbove,
  type NodeChange,
  noteChanges,
  updateConsolidated,
} from './consolidated.js';
import { readParents } from './create.js';
import { checkDeletable, checkWritable, deleteNode, documentsOf, readNode, writeDocuments } from './documents.js';
import { type Member, nodeOf } from './members.js';
import type { GroupNode, ProgressOptions } from './node.js';

export interface HierarchyOptions extends ProgressOptions {
  /** Whether nodes that are given replace what is there; groups between them never do. */
  readonly overwrite: boolean;
  readonly through?: GroupNode | undefined;
}

/**
 * Makes `nodes`, by their paths relative to `base`: what was made, sorted by path. An abort before the first change leaves
 * everything as it was; one that comes later leaves the nodes that were written. Progress counts the nodes.
 */
export function* createHierarchy(
  base: StorePath,
  nodes: Iterable<readonly [path: string, model: NodeModel]>,
  { overwrite, through, signal, onProgress }: HierarchyOptions,
): Task<Member[]> {
  const given = checkedNodes(nodes);
  if (given.size === 0) return [];
  const format = [...given.values()][0]!.format;
  checkWritable(base);
  signal?.throwIfAborted();
  const placeOf = (path: string): StorePath => new StorePath(base.store, joinPath(base.path, path));
  const between = [...new Set([...given.keys()].flatMap(ancestorsOf))].filter((path) => !given.has(path));
  if (!given.has('') && !between.includes('')) between.push('');
  const existing = yield* readAll([...given.keys(), ...between].map(placeOf), format, signal);
  const deleted = overwrite ? topmost(given.keys()) : [];
  for (const path of given.keys()) if (!overwrite) checkFree(placeOf(path), existing);
  const missing = between.filter((path) => isMissing(placeOf(path), path, existing, deleted));
  const above = yield* readParents(base, format);
  const made = new Map<string, NodeModel>(missing.map((path) => [path, createGroupModel(format, undefined)]));
  for (const [path, model] of given) made.set(path, model);
  const sorted = [...made].sort(([a], [b]) => (a < b ? -1 : 1));
  const documents = new Map(sorted.map(([path, model]) => [path, documentsOf(model)]));

  const groups: ConsolidatedGroup[] = [...above.consolidated];
  for (const path of between) {
    const model = existing.get(placeOf(path).path);
    if (model?.kind === 'group' && model.consolidated !== undefined) groups.push({ place: placeOf(path), format });
  }
  if (deleted.length > 0) {
    checkDeletable(base);
    const others = BOTH_FORMATS.filter((other) => other !== format);
    const paths = deleted.map((path) => placeOf(path).path);
    groups.push(...(yield* consolidatedAbove(base.store, paths, others)));
  }
  signal?.throwIfAborted();
  const gone = deleted.map((path): NodeChange => [placeOf(path).path, undefined]);
  yield* updateConsolidated(groups, gone); // First, so that no copy is of what is gone.
  for (const path of deleted) yield* deleteNode(placeOf(path));
  const parents = above.missing.map((place) => [place, createGroupModel(format, undefined)] as const);
  for (const [place, model] of parents) yield* writeDocuments(place, documentsOf(model));
  const written = new Set<string>();
  const write = function* ([path]: readonly [string, NodeModel]): Task<void> {
    yield* writeDocuments(placeOf(path), documents.get(path)!);
    written.add(path);
    onProgress?.(written.size, sorted.length);
  };
  const follow = function* (): Task<void> {
    const changes: NodeChange[] = [
      ...gone,
      ...parents.map(([place, model]): NodeChange => [place.path, model]),
      ...sorted.flatMap(([path, model]): NodeChange[] => (written.has(path) ? [[placeOf(path).path, model]] : [])),
    ];
    yield* updateConsolidated(groups, changes);
    noteChanges(through, changes);
  };
  try {
    yield* each(sorted, config.get('async.concurrency'), (node) => run(write(node)), signal);
  } catch (error) {
    if (signal?.aborted) yield* follow(); // The copies say what was deleted and written until then.
    throw error;
  }
  yield* follow();
  return sorted.map(([path, model]) => [path, nodeOf(placeOf(path), model, through)]);
}

/** `nodes` by their normal paths: each once, of one format, none below an array. */
function checkedNodes(nodes: Iterable<readonly [string, NodeModel]>): Map<string, NodeModel> {
  const checked = new Map<string, NodeModel>();
  for (const [given, model] of nodes) {
    const path = normalizePath(given);
    validateNodePath(path);
    if (checked.has(path)) throw new ArgumentError(`nodes: "${path}" is given twice`, { path });
    checked.set(path, model);
  }
  const formats = new Map([...checked].map(([path, { format }]) => [format, path]));
  if (formats.size > 1) {
    const [two, three] = [formats.get(2), formats.get(3)];
    throw new ArgumentError(`nodes: expected one format, "${two}" is of format 2 and "${three}" of format 3`);
  }
  for (const path of checked.keys()) {
    const parent = ancestorsOf(path).find((ancestor) => checked.get(ancestor)?.kind === 'array');
    if (parent === undefined) continue;
    throw new ArgumentError(`nodes: "${path}" is below "${parent}", an array: only groups have children`, { path });
  }
  return checked;
}

/** What is at `places`, by path in the store. */
function* readAll(
  places: readonly StorePath[],
  format: ZarrFormat,
  signal: AbortSignal | undefined,
): Task<Map<string, NodeModel>> {
  const found = new Map<string, NodeModel>();
  const look = (place: StorePath): MaybePromise<void> => {
    const keep = (model: NodeModel | undefined): void => {
      if (model !== undefined) found.set(place.path, model);
    };
    const model = run(readNode(place, { format }));
    return isPromise(model) ? model.then(keep) : keep(model);
  };
  yield* each(places, config.get('async.concurrency'), look, signal);
  return found;
}

function checkFree({ path }: StorePath, existing: ReadonlyMap<string, NodeModel>): void {
  const kind = existing.get(path)?.kind;
  if (kind === 'array') throw new ContainsArrayError(`an array exists at "/${path}"`, { path });
  if (kind === 'group') throw new ContainsGroupError(`a group exists at "/${path}"`, { path });
}

/** Whether the group at `path`, for which no document is given, has to be made; an array in its place is an error. */
function isMissing(
  place: StorePath,
  path: string,
  existing: ReadonlyMap<string, NodeModel>,
  deleted: readonly string[],
): boolean {
  if (ancestorsOf(path).some((ancestor) => deleted.includes(ancestor))) return true;
  const kind = existing.get(place.path)?.kind;
  if (kind !== 'array') return kind === undefined;
  throw new ContainsArrayError(`an array exists at "/${place.path}", where a group is needed`, { path: place.path });
}

/** Those of `paths` that lie below no other one. */
function topmost(paths: Iterable<string>): string[] {
  const all = new Set(paths);
  return [...all].filter((path) => !ancestorsOf(path).some((ancestor) => all.has(ancestor)));
}

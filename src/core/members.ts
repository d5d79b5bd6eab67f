/**
 * What is in a group: looked up in its consolidated metadata where there is any, else in the store.
 */

import { config } from '../config.js';
import { described } from '../described.js';
import { parseDtype } from '../dtypes/registry.js';
import { castsSafely } from '../dtypes/safe-cast.js';
import type { DTypeSpec } from '../dtypes/types.js';
import {
  ArgumentError,
  ArrayNotFoundError,
  ContainsArrayError,
  ContainsGroupError,
  GroupNotFoundError,
} from '../errors.js';
import type { NodeModel } from '../metadata/model.js';
import { normalizeShape } from '../metadata/shape.js';
import { checkOptions } from '../options.js';
import { joinPath, normalizePath } from '../stores/key.js';
import { StorePath } from '../stores/store-path.js';
import { collect, each, isPromise, type MaybePromise, run, type Task } from '../task.js';
import { readNode } from './documents.js';
import {
  type ArrayConfigParams,
  ArrayNode,
  arrayConfig,
  GroupNode,
  type ProgressOptions,
  type ZarrNode,
} from './node.js';

/** A node made of its place and its model. */
export const nodeOf = (storePath: StorePath, model: NodeModel, through?: GroupNode): ZarrNode =>
  model.kind === 'array'
    ? new ArrayNode(storePath, model, arrayConfig(undefined), through)
    : new GroupNode(storePath, model, through);

/** The node at `path` below `group`; undefined when there is none. `""` is the group itself. */
export function* findMember(group: GroupNode, path: string): Task<ZarrNode | undefined> {
  if (typeof path !== 'string') {
    throw new ArgumentError(`expected the path of a member, got ${described(path)}`, { path: group.storePath.path });
  }
  const relative = normalizePath(path);
  if (relative === '') return group;
  const { store, path: base } = group.storePath;
  const place = new StorePath(store, joinPath(base, relative));
  const consolidated = group.model.consolidated?.get(relative);
  if (consolidated !== undefined) return nodeOf(place, consolidated(), group);
  const model = yield* readNode(place, MEMBER);
  return model && nodeOf(place, model, group);
}

/** The array at `path` below `group`. */
export function* getArray(group: GroupNode, path: string): Task<ArrayNode> {
  const node = yield* findMember(group, path);
  if (node?.kind === 'array') return node;
  const place = joinPath(group.storePath.path, path);
  if (node === undefined) throw new ArrayNotFoundError(`no array at "/${place}"`, { path: place });
  throw new ContainsGroupError(`expected an array at "/${place}", found a group`, { path: place });
}

/** The group at `path` below `group`. */
export function* getGroup(group: GroupNode, path: string): Task<GroupNode> {
  const node = yield* findMember(group, path);
  if (node?.kind === 'group') return node;
  const place = joinPath(group.storePath.path, path);
  if (node === undefined) throw new GroupNotFoundError(`no group at "/${place}"`, { path: place });
  throw new ContainsArrayError(`expected a group at "/${place}", found an array`, { path: place });
}

/** Members have no format 2 consolidated metadata looked for: it would be one more request each. */
const MEMBER = Object.freeze({ useConsolidated: false });

export type Member = readonly [path: string, node: ZarrNode];

export interface ListMembersOptions extends ProgressOptions {
  /** Levels below the first; `null` for all. */
  readonly maxDepth?: number | null | undefined;
  /** `false` asks the store for the members of members, whatever consolidated metadata says. */
  readonly useConsolidatedForChildren?: boolean | undefined;
}

const withoutConsolidated = ({ storePath, model, through }: GroupNode): GroupNode =>
  new GroupNode(storePath, { ...model, consolidated: undefined }, through);

/**
 * The members of `group`, sorted by name; with their members, down to `maxDepth` levels below the first (`null`: all).
 * What is no node is left out. Progress counts names that were looked at, of those that are known so far.
 */
export function* listMembers(group: GroupNode, options: ListMembersOptions = {}): Task<Member[]> {
  checkOptions(options, ['maxDepth', 'useConsolidatedForChildren', 'signal', 'onProgress'], 'members');
  const { maxDepth = 0, useConsolidatedForChildren = true, signal, onProgress } = options ?? {};
  if (maxDepth !== null && !(Number.isInteger(maxDepth) && maxDepth >= 0)) {
    throw new ArgumentError(`maxDepth: expected an integer of at least 0 or null, got ${described(maxDepth)}`);
  }
  const walk: Walk = { useConsolidatedForChildren, signal, onProgress, done: 0, known: 0 };
  return yield* membersBelow(group, maxDepth ?? Number.POSITIVE_INFINITY, walk);
}

/** What one listing goes by on all levels, and how far it is. */
interface Walk extends ProgressOptions {
  readonly useConsolidatedForChildren: boolean;
  done: number;
  known: number;
}

function* membersBelow(group: GroupNode, maxDepth: number, walk: Walk): Task<Member[]> {
  const members: Member[] = [];
  const children = yield* listChildren(group, walk);
  for (const [name, node] of children) {
    members.push([name, node]);
    if (node.kind !== 'group' || maxDepth === 0) continue;
    const child = walk.useConsolidatedForChildren ? node : withoutConsolidated(node);
    const below = yield* membersBelow(child, maxDepth - 1, walk);
    for (const [path, member] of below) members.push([`${name}/${path}`, member]);
  }
  return members;
}

/** What `requireArray` compares an array with. */
export interface Requirement {
  readonly shape?: number | readonly number[] | undefined;
  readonly dtype?: unknown;
  readonly exact?: boolean | undefined;
  readonly config?: ArrayConfigParams | undefined;
}

/** The array at `path` if it is as required, or the one that `make` makes where there is none. */
export function* requireArray(
  group: GroupNode,
  path: string,
  { shape, dtype, exact: givenExact, config: given }: Requirement,
  make: () => Task<ArrayNode>,
): Task<ArrayNode> {
  const exact = givenExact ?? false;
  if (typeof exact !== 'boolean') {
    throw new ArgumentError(`requireArray: exact: expected true or false, got ${described(exact)}`);
  }
  const node = yield* findMember(group, path);
  if (node === undefined) return yield* make();
  const where = { path: node.storePath.path };
  if (node.kind === 'group') throw new ArgumentError(`requireArray: "/${where.path}" is a group`, where);
  const { model } = node;
  const wanted = normalizeShape(shape ?? [], config.limits);
  if (wanted.length !== model.shape.length || wanted.some((length, axis) => length !== model.shape[axis])) {
    throw new ArgumentError(`requireArray: expected shape (${wanted}), "/${where.path}" has (${model.shape})`, where);
  }
  const required = parseDtype(dtype as DTypeSpec); // Checked by `parseDtype`.
  if (exact ? !model.dtype.equals(required) : !castsSafely(model.dtype, required)) {
    throw new ArgumentError(`requireArray: expected ${required}, "/${where.path}" has ${model.dtype}`, where);
  }
  return new ArrayNode(node.storePath, model, arrayConfig(given), node.through);
}

/** The group at `path`, or the one that `make` makes where there is none. */
export function* requireGroup(
  group: GroupNode,
  path: string,
  make: () => Task<GroupNode>,
  options: { readonly overwrite?: boolean | undefined } | undefined,
): Task<GroupNode> {
  checkOptions(options, ['overwrite', 'attributes'], 'requireGroup');
  if (options?.overwrite) return yield* make();
  const node = yield* findMember(group, path);
  if (node === undefined) return yield* make();
  if (node.kind === 'group') return node;
  throw new ArgumentError(`requireGroup: "/${node.storePath.path}" is an array`, { path: node.storePath.path });
}

function* listChildren(group: GroupNode, walk: Walk): Task<Member[]> {
  const { signal, onProgress } = walk;
  signal?.throwIfAborted();
  const { consolidated } = group.model;
  const { store, path } = group.storePath;
  if (consolidated !== undefined) {
    const names = [...consolidated.keys()].filter((name) => !name.includes('/')).sort();
    walk.known += names.length;
    walk.done += names.length;
    if (names.length > 0) onProgress?.(walk.done, walk.known);
    return names.map((name) => [
      name,
      nodeOf(new StorePath(store, joinPath(path, name)), consolidated.get(name)!(), group),
    ]);
  }
  if (store.listDir === undefined) {
    throw new ArgumentError(`the store cannot list and the group has no consolidated metadata: "${store}"`, { path });
  }
  const names = (yield* collect<string>(store.listDir(path))).filter(isNodeName).sort();
  walk.known += names.length;
  const found = new Map<string, ZarrNode>();
  const look = (name: string): MaybePromise<void> => {
    const place = new StorePath(store, joinPath(path, name));
    const keep = (model: NodeModel | undefined): void => {
      if (model !== undefined) found.set(name, nodeOf(place, model, group));
      onProgress?.(++walk.done, walk.known);
    };
    const model = run(readNode(place, MEMBER));
    return isPromise(model) ? model.then(keep) : keep(model);
  };
  yield* each(names, config.get('async.concurrency'), look, signal);
  return names.flatMap((name) => (found.has(name) ? [[name, found.get(name)!] as const] : []));
}

/** Documents and chunks beside the members of a group are no names of nodes. */
const isNodeName = (name: string): boolean => !DOCUMENTS.includes(name) && !/^\.*$|\0/.test(name);

const DOCUMENTS: readonly string[] = Object.freeze(['zarr.json', '.zarray', '.zgroup', '.zattrs', '.zmetadata']);

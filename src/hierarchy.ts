/** Functions of whole hierarchies: made from documents, and consolidated. */

import { givenFormat, PLACE, type PlaceOptions, placeOf } from './api.js';
import { config } from './config.js';
import { consolidateGroup } from './core/consolidated.js';
import { createHierarchy as createNodes } from './core/hierarchy.js';
import { whenLoaded } from './core/loaded.js';
import type { Member } from './core/members.js';
import type { GroupNode, ProgressOptions } from './core/node.js';
import { described } from './described.js';
import { ArgumentError, located } from './errors.js';
import { fromPlain } from './json/convert.js';
import { parseDocument } from './metadata/document.js';
import type { NodeModel } from './metadata/model.js';
import type { NodeMetadata } from './metadata/public.js';
import { checkOptions, inspected, requireOptions } from './options.js';
import { normalizePath } from './stores/key.js';
import type { StoreLike } from './stores/resolve.js';
import type { Task } from './task.js';

const PROGRESS = ['signal', 'onProgress'] as const;

/** What `consolidateMetadata` takes. */
export interface ConsolidateOptions extends PlaceOptions, ProgressOptions {}

export function* consolidateMetadata(store: StoreLike, options: ConsolidateOptions = {}): Task<GroupNode> {
  checkOptions(options, [...PLACE, ...PROGRESS], 'consolidateMetadata');
  options ??= {};
  const { signal, onProgress } = options;
  return yield* consolidateGroup(placeOf(store, options, options.path), givenFormat(options), { signal, onProgress });
}

/** Documents by the paths of their nodes: as stored, or as `metadata` gives them; of format 2 with `attributes`. */
export type HierarchyNodes =
  | Readonly<Record<string, NodeMetadata | Readonly<Record<string, unknown>>>>
  | ReadonlyMap<string, NodeMetadata | Readonly<Record<string, unknown>>>;

/** What `createHierarchy` of a group takes. */
export interface MemberHierarchyOptions extends ProgressOptions {
  /** Replaces nodes that are there, except groups that no document is given for; without it they are an error. */
  readonly overwrite?: boolean | undefined;
}

/** What `createHierarchy` takes. */
export interface CreateHierarchyOptions extends MemberHierarchyOptions {
  /** Where the hierarchy is made. */
  readonly store: StoreLike;
  /** The documents, by path. */
  readonly nodes: HierarchyNodes;
}

export function* createHierarchy(options: CreateHierarchyOptions): Task<Member[]> {
  checkOptions(options, ['store', 'nodes', 'overwrite', ...PROGRESS], 'createHierarchy');
  const { store, nodes, ...making } = requireOptions(options, 'createHierarchy', 'store and nodes');
  const models = yield* whenLoaded(() => modelsOf(nodes));
  return yield* createNodes(placeOf(store, {}, ''), models, { ...making, overwrite: making.overwrite ?? false });
}

/** The members of `group` that `nodes` are, by paths relative to it. */
export function* createMembers(
  group: GroupNode,
  nodes: HierarchyNodes,
  options: MemberHierarchyOptions = {},
): Task<Member[]> {
  checkOptions(options, ['overwrite', ...PROGRESS], 'createHierarchy');
  options ??= {};
  const models = yield* whenLoaded(() => modelsOf(nodes));
  const { format } = group.model;
  for (const [path, model] of models) {
    if (normalizePath(path) === '') throw new ArgumentError('nodes: "" is the group itself, which exists');
    if (model.format === format) continue;
    throw new ArgumentError(`nodes: "${path}" is of format ${model.format}, the group of format ${format}`);
  }
  const { overwrite, signal, onProgress } = options;
  const making = { overwrite: overwrite ?? false, signal, onProgress, through: group };
  const made = yield* createNodes(group.storePath, models, making);
  return made.filter(([path]) => path !== '');
}

function modelsOf(nodes: HierarchyNodes): [path: string, model: NodeModel][] {
  const kind = inspected('nodes', () => Object.prototype.toString.call(nodes));
  if (kind !== '[object Object]' && kind !== '[object Map]') {
    const found = described(nodes);
    throw new ArgumentError(`nodes: expected an object or a Map of metadata documents by their paths, got ${found}`);
  }
  const entries = inspected('nodes', () => (nodes instanceof Map ? [...nodes] : Object.entries(nodes)));
  return entries.map(([path, document]) => [path, modelOf(path, document)]);
}

function modelOf(path: string, document: unknown): NodeModel {
  try {
    return parseDocument(fromPlain(document, `nodes[${JSON.stringify(path)}]`), config.limits);
  } catch (error) {
    throw located(error, { path }, ArgumentError);
  }
}

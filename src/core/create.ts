/**
 * Making nodes. Everything is validated and encoded before the first byte of the store changes: a bad argument never
 * costs what was there. Missing parents become groups.
 */

import { config } from '../config.js';
import { described } from '../described.js';
import { ArgumentError, ConflictError, ContainsArrayError, ContainsGroupError } from '../errors.js';
import { createGroupModel } from '../metadata/create.js';
import type { NodeModel, ZarrFormat } from '../metadata/model.js';
import { validateNodePath } from '../stores/key.js';
import { StorePath } from '../stores/store-path.js';
import type { Task } from '../task.js';
import {
  ancestorsOf,
  BOTH_FORMATS,
  type ConsolidatedGroup,
  consolidatedAbove,
  type NodeChange,
  noteChanges,
  updateConsolidated,
} from './consolidated.js';
import {
  checkDeletable,
  checkWritable,
  deleteNode,
  documentsOf,
  readNode,
  writeDocuments,
  writeDocumentsIfAbsent,
} from './documents.js';
import type { GroupNode } from './node.js';

/**
 * Stores `model` at `storePath`; what is there already is an error, or is deleted when `overwrite` says so. The group
 * that this is done `through`, if any, is told.
 */
export function* createNode(
  storePath: StorePath,
  model: NodeModel,
  overwrite: boolean,
  through?: GroupNode,
  signal?: AbortSignal,
): Task<void> {
  const documents = documentsOf(model);
  const { store, path } = storePath;
  validateNodePath(path);
  checkWritable(storePath);
  if (!overwrite) yield* checkAbsent(storePath, model.format);
  const { missing, consolidated } = yield* readParents(storePath, model.format);
  signal?.throwIfAborted(); // From here on the store changes.
  const parents = missing.map((parent): NodeChange => [parent.path, createGroupModel(model.format, undefined)]);
  const changes: NodeChange[] = [...parents, [path, model]];
  if (overwrite) {
    const others = BOTH_FORMATS.filter((format) => format !== model.format);
    consolidated.push(...(yield* consolidatedAbove(store, [path], others)));
    checkDeletable(storePath);
    changes.unshift([path, undefined]);
    yield* updateConsolidated(consolidated, [[path, undefined]]); // First, so that no copy is of what is gone.
    yield* deleteNode(storePath);
  }
  for (const parent of missing) yield* writeDocumentsIfAbsent(parent, createGroupModel(model.format, undefined));
  try {
    yield* writeDocuments(storePath, documents, (name) =>
      // What makes the node decides who was first.
      overwrite || name === '.zattrs' ? undefined : { ifNoneMatch: '*' },
    );
  } catch (error) {
    if (error instanceof ConflictError) yield* checkAbsent(storePath, model.format); // Somebody else was first.
    throw error;
  }
  yield* updateConsolidated(consolidated, changes);
  noteChanges(through, changes);
}

/** Throws when an array or group of this format is at `storePath`. */
export function* checkAbsent(storePath: StorePath, format: ZarrFormat): Task<void> {
  const existing = yield* readNode(storePath, { format, useConsolidated: false });
  if (existing === undefined) return;
  const { path, store } = storePath;
  const where = `exists at "/${path}" in "${store}"; overwrite: true replaces it`;
  if (existing.kind === 'array') throw new ContainsArrayError(`an array ${where}`, { path });
  throw new ContainsGroupError(`a group ${where}`, { path });
}

/** What the groups above a place are found to be. */
export interface Parents {
  /** Those without metadata, the root first. */
  readonly missing: StorePath[];
  /** Those with consolidated metadata. */
  readonly consolidated: ConsolidatedGroup[];
}

/** The ancestors of `storePath`; an array among them is an error. */
export function* readParents({ store, path }: StorePath, format: ZarrFormat): Task<Parents> {
  const parents: Parents = { missing: [], consolidated: [] };
  for (const ancestor of ancestorsOf(path)) {
    const place = new StorePath(store, ancestor);
    const existing = yield* readNode(place, { format });
    if (existing === undefined) parents.missing.push(place);
    else if (existing.kind === 'array') {
      throw new ArgumentError(`"/${ancestor}" is an array: only groups have children`, { path });
    } else if (existing.consolidated !== undefined) parents.consolidated.push({ place, format });
  }
  return parents;
}

/** The format that new nodes get. */
export function formatFor(given: unknown): ZarrFormat {
  if (given === undefined || given === null) return config.get('defaultZarrFormat');
  if (given === 2 || given === 3) return given;
  throw new ArgumentError(`zarrFormat: expected 2 or 3, got ${described(given)}`);
}

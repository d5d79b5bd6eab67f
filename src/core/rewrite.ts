/**
 * Changing the documents of a node that exists: what is stored is read again, and only what is to change is changed and
 * written, under the node's lock, so that a handle that is older than the documents reverts nothing. Where other programs
 * write too, a document is stored on condition that it is the one that was read, or else all is done again from the
 * read. Consolidated metadata above follows.
 */
import type { Limits } from '../config.js';
import { ArrayNotFoundError, GroupNotFoundError } from '../errors.js';
import type { ArrayModel, GroupModel, NodeModel } from '../metadata/model.js';
import type { Task } from '../task.js';
import { again, SupersededError, WRITE_TRIES } from './conflict.js';
import { type ConsolidatedGroup, consolidatedAbove, noteChanges, updateConsolidated } from './consolidated.js';
import { type Conditions, checkWritable, documentsOf, readNode, replaceDocuments } from './documents.js';
import { metadataLocked } from './lock.js';
import type { ArrayNode, ZarrNode } from './node.js';

/** Stores what `change` makes of the stored model of `node`, which has it from then on. */
export function* rewriteNode(node: ZarrNode, change: (stored: NodeModel) => NodeModel): Task<void> {
  yield* exclusively(node, function* () {
    const stored = yield* storedModel(node);
    yield* storeModel(node, stored, change(stored.model));
  });
}

/**
 * Does `work` when nobody else in this program rewrites the metadata of `node`: it sees what those before it wrote. When
 * another program stores a document that `work` was about to replace, `work` is done again.
 */
export function* exclusively<T>({ storePath }: ZarrNode, work: () => Task<T>): Task<T> {
  checkWritable(storePath);
  return yield* metadataLocked(storePath, () => again(WRITE_TRIES, !storePath.store.answersAtOnce, work));
}

/** What documents said when they were read, and on what condition they may be replaced. */
export interface Stored<M extends NodeModel = NodeModel> {
  readonly model: M;
  readonly conditions: Conditions;
}

/** What the stored documents of `node` say, within `limits`, by default its own; throws when they are gone. */
export function storedModel(node: ArrayNode, limits?: Limits): Task<Stored<ArrayModel>>;
export function storedModel(node: ZarrNode): Task<Stored>;
export function* storedModel(
  node: ZarrNode,
  limits = node.kind === 'array' ? node.config.limits : undefined,
): Task<Stored> {
  const { storePath, kind, model } = node;
  const conditions: Conditions = new Map();
  const stored = yield* readNode(storePath, { format: model.format, prefer: kind, limits, conditions });
  if (stored?.kind === kind) return { model: stored, conditions };
  const { path } = storePath;
  const Missing = kind === 'array' ? ArrayNotFoundError : GroupNotFoundError;
  throw new Missing(`the ${kind} at "/${path}" is gone`, { path });
}

/** Stores `model` in place of `stored`: the documents that differ. The handle has it from then on. */
export function* storeModel(node: ZarrNode, stored: Stored, model: NodeModel): Task<void> {
  const { store, path } = node.storePath;
  const differs = ([name]: readonly [string, Uint8Array]): boolean =>
    model.documents.get(name) !== stored.model.documents.get(name);
  const documents = documentsOf(model).filter(differs);
  const above = yield* consolidatedAbove(store, [path], [model.format]);
  try {
    yield* replaceDocuments(node.storePath, documents, stored.conditions);
    yield* updateConsolidated(above, [[path, model]]);
  } catch (error) {
    const mayDiffer = above.length > 0 || documents.length > 1;
    if (mayDiffer && !(error instanceof SupersededError)) yield* takeBack(node, stored.model, documents, above);
    throw error;
  }
  noteChanges(node.through, [[path, model]]);
  if (node.kind === 'array' && model.kind === 'array') node.model = model;
  if (node.kind === 'group' && model.kind === 'group') node.model = withViewOf(node.model, model);
}

/**
 * Puts back what was stored before a failed rewrite, so that no copy says something else than what it is a copy of; as far
 * as the store lets it. What another program has stored since stays.
 */
function* takeBack(
  node: ZarrNode,
  before: NodeModel,
  written: readonly [string, Uint8Array][],
  above: readonly ConsolidatedGroup[],
): Task<void> {
  try {
    const { model, conditions } = yield* storedModel(node);
    const current = new Map(documentsOf(model));
    const ours = written.filter(([name, bytes]) => isSameBytes(current.get(name), bytes)).map(([name]) => name);
    if (ours.length === 0) return;
    const previous = documentsOf(before).filter(([name]) => ours.includes(name));
    yield* replaceDocuments(node.storePath, previous, conditions);
    yield* updateConsolidated(above, [[node.storePath.path, before]]);
  } catch {
    // The failure of the rewrite itself is the one to report.
  }
}

const isSameBytes = (left: Uint8Array | undefined, right: Uint8Array): boolean =>
  left !== undefined && left.length === right.length && left.every((byte, i) => byte === right[i]);

/** What a handle knows of members may come from a group above it, or may not be wanted: it stays so. */
function withViewOf({ consolidated }: GroupModel, changed: GroupModel): GroupModel {
  return { ...changed, consolidated: consolidated && (changed.consolidated ?? consolidated) };
}

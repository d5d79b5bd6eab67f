/**
 * Changing the documents of a node that exists: what is stored is read again, changed and written under the node's lock,
 * so that a handle that is older than the documents reverts nothing; consolidated metadata above follows.
 */
import { ArrayNotFoundError, GroupNotFoundError } from '../errors.js';
import type { ArrayModel, GroupModel, NodeModel } from '../metadata/model.js';
import type { Task } from '../task.js';
import { consolidatedAbove, noteChanges, updateConsolidated } from './consolidated.js';
import { checkWritable, documentsOf, readNode, writeDocuments } from './documents.js';
import { metadataLocked } from './lock.js';
import type { ArrayNode, ZarrNode } from './node.js';

/** Stores what `change` makes of the stored model of `node`, which has it from then on. */
export function rewriteNode(node: ArrayNode, change: (stored: ArrayModel) => ArrayModel): Task<void>;
export function rewriteNode(node: ZarrNode, change: (stored: NodeModel) => NodeModel): Task<void>;
export function* rewriteNode(node: ZarrNode, change: (stored: never) => NodeModel): Task<void> {
  checkWritable(node.storePath);
  // One writer at a time: a later change sees the earlier one. What is read is of the node's own kind.
  yield* metadataLocked(node.storePath, () => rewrite(node, change as (stored: NodeModel) => NodeModel));
}

function* rewrite(node: ZarrNode, change: (stored: NodeModel) => NodeModel): Task<void> {
  const { storePath, kind, model } = node;
  const { store, path } = storePath;
  const stored = yield* readNode(storePath, { format: model.format, prefer: kind });
  if (stored === undefined || stored.kind !== kind) {
    const Missing = kind === 'array' ? ArrayNotFoundError : GroupNotFoundError;
    throw new Missing(`the ${kind} at "/${path}" is gone`, { path });
  }
  const changed = change(stored);
  const documents = documentsOf(changed);
  const above = yield* consolidatedAbove(store, [path], [model.format]);
  yield* writeDocuments(storePath, documents);
  yield* updateConsolidated(above, [[path, changed]]);
  noteChanges(node.through, [[path, changed]]);
  if (node.kind === 'array' && changed.kind === 'array') node.model = changed;
  if (node.kind === 'group' && changed.kind === 'group') node.model = withViewOf(node.model, changed);
}

/** What a handle knows of members may come from a group above it, or may not be wanted: it stays so. */
function withViewOf({ consolidated }: GroupModel, changed: GroupModel): GroupModel {
  return { ...changed, consolidated: consolidated && (changed.consolidated ?? consolidated) };
}

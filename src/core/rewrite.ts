/**
 * Rewriting the metadata of a node: the stored documents are read again, and only what is to change is changed, so a
 * handle that is older than they are reverts nothing. One writer of a node at a time.
 */
import { ArrayNotFoundError, GroupNotFoundError } from '../errors.js';
import type { ArrayModel, NodeModel } from '../metadata/model.js';
import { type MaybePromise, run, type Task, wait } from '../task.js';
import { checkWritable, documentsOf, keyIn, readNode, writeDocuments } from './documents.js';
import { locksOf } from './lock.js';
import type { ArrayNode, ZarrNode } from './node.js';

/** Does `work` when nobody else in this program rewrites the metadata of `node`: it sees what those before it wrote. */
export function* exclusively<T>({ storePath }: ZarrNode, work: () => Task<T>): Task<T> {
  checkWritable(storePath);
  const { store, path } = storePath;
  const done: MaybePromise<T> = locksOf(store).run(keyIn(path, 'attributes'), () => run(work()));
  return yield* wait(done);
}

/** What the stored documents of `node` say; throws when they are gone. */
export function storedModel(node: ArrayNode): Task<ArrayModel>;
export function storedModel(node: ZarrNode): Task<NodeModel>;
export function* storedModel({ storePath, kind, model }: ZarrNode): Task<NodeModel> {
  const stored = yield* readNode(storePath, { format: model.format, prefer: kind });
  if (stored?.kind === kind) return stored;
  const { path } = storePath;
  const Missing = kind === 'array' ? ArrayNotFoundError : GroupNotFoundError;
  throw new Missing(`the ${kind} at "/${path}" is gone`, { path });
}

/** Stores `model` in place of `stored`: the documents that differ. The handle has it from then on. */
export function* storeModel(node: ZarrNode, stored: NodeModel, model: NodeModel): Task<void> {
  const differs = ([name]: readonly [string, Uint8Array]): boolean =>
    model.documents.get(name) !== stored.documents.get(name);
  yield* writeDocuments(node.storePath, documentsOf(model).filter(differs));
  if (node.kind === 'array' && model.kind === 'array') node.model = model;
  if (node.kind === 'group' && model.kind === 'group') node.model = model;
}

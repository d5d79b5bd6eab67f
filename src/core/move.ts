/**
 * Moving members of groups. What is stored does not say where it is, so a member moves as the bytes it is: renamed where
 * the store can do that; else everything is copied first, what makes it a node last, and then deleted at its old place.
 */
import { config } from '../config.js';
import { ArgumentError, ConflictError, ContainsArrayError, ContainsGroupError, NodeNotFoundError } from '../errors.js';
import { createGroupModel } from '../metadata/create.js';
import { validateNodePath } from '../stores/key.js';
import { isWithin } from '../stores/overlap.js';
import type { StorePath } from '../stores/store-path.js';
import { collect, each, run, type Task, wait } from '../task.js';
import { BOTH_FORMATS, consolidatedAbove, type NodeChange, noteChanges, updateConsolidated } from './consolidated.js';
import { nodesAt } from './copy-keys.js';
import { readParents } from './create.js';
import {
  checkDeletable,
  checkWritable,
  deleteNode,
  findAnything,
  readNode,
  writeDocumentsIfAbsent,
} from './documents.js';
import type { GroupNode, ProgressOptions } from './node.js';

/**
 * Moves the member at `source` below `group` to `target`, where nothing may be; missing parents become groups. An abort
 * while values are copied leaves everything as it was; from then on the move goes to its end. Progress counts the keys
 * that are copied, or the one renaming.
 */
export function* moveMember(
  group: GroupNode,
  sourcePath: string,
  targetPath: string,
  { signal, onProgress }: ProgressOptions = {},
): Task<void> {
  signal?.throwIfAborted();
  const source = group.storePath.join(sourcePath);
  const target = group.storePath.join(targetPath);
  const { store } = source;
  validateNodePath(target.path);
  checkWritable(target);
  checkDeletable(source);
  if (store.movePrefix === undefined && store.list === undefined) {
    throw new ArgumentError(`the store can neither move nor list: "${store}"`, { path: source.path });
  }
  const model = yield* readNode(source, { useConsolidated: false });
  if (model === undefined) {
    throw new NodeNotFoundError(`no array or group at "/${source.path}"`, { path: source.path });
  }
  if (isWithin(target, source)) {
    throw new ArgumentError(`move: "/${target.path}" is within "/${source.path}"`, { path: target.path });
  }
  yield* checkNothingAt(target);
  const { missing } = yield* readParents(target, model.format);
  const above = yield* consolidatedAbove(store, [source.path, target.path], BOTH_FORMATS);
  const parents = missing.map((place) => [place, createGroupModel(model.format, undefined)] as const);
  const gone: NodeChange = [source.path, undefined];
  if (store.movePrefix === undefined) {
    const documents = yield* copyValues(source, target, { signal, onProgress });
    for (const [place, parent] of parents) yield* writeDocumentsIfAbsent(place, parent);
    yield* documents();
  } else {
    signal?.throwIfAborted();
    for (const [place, parent] of parents) yield* writeDocumentsIfAbsent(place, parent);
    yield* updateConsolidated(above, [gone]);
    yield* wait(store.movePrefix(source.path, target.path));
    onProgress?.(1, 1);
  }
  const made: NodeChange[] = parents.map(([place, parent]): NodeChange => [place.path, parent]);
  const isFollowed = above.length > 0 || group.model.consolidated !== undefined;
  if (isFollowed) for (const format of BOTH_FORMATS) made.push(...(yield* nodesAt(target, format)));
  const changes: NodeChange[] = [gone, ...made];
  yield* updateConsolidated(above, changes);
  if (store.movePrefix === undefined) yield* deleteNode(source);
  noteChanges(group, changes);
}

function* checkNothingAt(place: StorePath): Task<void> {
  const { path } = place;
  const existing = yield* readNode(place, { useConsolidated: false });
  if (existing?.kind === 'array') throw new ContainsArrayError(`an array exists at "/${path}"`, { path });
  if (existing !== undefined) throw new ContainsGroupError(`a group exists at "/${path}"`, { path });
  const found = yield* findAnything(place);
  if (found === undefined) return;
  throw new ContainsGroupError(`"/${path}" is not empty, it holds "${found}"`, { path });
}

const DOCUMENTS: readonly string[] = ['zarr.json', '.zarray', '.zgroup'];

/**
 * Copies everything below `source` but what makes nodes of it, and gives the work that copies that too, the outermost at
 * the very end.
 */
function* copyValues(
  source: StorePath,
  target: StorePath,
  { signal, onProgress }: ProgressOptions,
): Task<() => Task<void>> {
  const { store } = source;
  const keys = yield* collect<string>(store.list!(source.path)); // Checked: it can list.
  const isDocument = (key: string): boolean => DOCUMENTS.includes(key.slice(key.lastIndexOf('/') + 1));
  let done = 0;
  const copyKey = function* (key: string): Task<void> {
    const bytes = yield* wait(store.get(key));
    if (bytes === undefined) throw new ConflictError(`"${key}" of "${store}" is gone`, { key });
    yield* wait(store.set!(target.key(key.slice(source.path.length + 1)), bytes)); // Checked to be writable.
    onProgress?.(++done, keys.length);
  };
  const values = keys.filter((key) => !isDocument(key));
  try {
    yield* each(values, config.get('async.concurrency'), (key) => run(copyKey(key)), signal);
    signal?.throwIfAborted();
  } catch (error) {
    if (signal?.aborted) yield* deleteNode(target); // Nothing was there before.
    throw error;
  }
  const depthOf = (key: string): number => key.split('/').length;
  const documents = keys.filter(isDocument).sort((a, b) => depthOf(b) - depthOf(a));
  return function* () {
    for (const key of documents) yield* copyKey(key);
  };
}

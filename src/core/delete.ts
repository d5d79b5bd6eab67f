/** Deleting members of groups. */
import { checkOptions } from '../options.js';
import { joinPath } from '../stores/key.js';
import { StorePath } from '../stores/store-path.js';
import type { Task } from '../task.js';
import { BOTH_FORMATS, consolidatedAbove, noteChanges, updateConsolidated } from './consolidated.js';
import { checkDeletable, checkWritable, deleteNode } from './documents.js';
import type { GroupNode, ProgressOptions } from './node.js';

/** Deletes the member at `path` and everything below it; absent is fine. */
export function* deleteMember(group: GroupNode, path: string, options: ProgressOptions = {}): Task<void> {
  checkOptions(options, ['signal', 'onProgress'], 'delItem');
  const { storePath } = group;
  const place = new StorePath(storePath.store, joinPath(storePath.path, path));
  yield* deletePlace(place, group, options ?? {});
}

/** Deletes everything at `place`, from the consolidated metadata above it first. */
export function* deletePlace(
  place: StorePath,
  through: GroupNode | undefined,
  options: ProgressOptions = {},
): Task<void> {
  checkWritable(place);
  checkDeletable(place);
  options.signal?.throwIfAborted();
  const above = yield* consolidatedAbove(place.store, [place.path], BOTH_FORMATS);
  options.signal?.throwIfAborted();
  yield* updateConsolidated(above, [[place.path, undefined]]);
  yield* deleteNode(place, options);
  noteChanges(through, [[place.path, undefined]]);
}

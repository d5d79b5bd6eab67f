/** Deleting members of groups. */
import { joinPath } from '../stores/key.js';
import { StorePath } from '../stores/store-path.js';
import type { Task } from '../task.js';
import { checkWritable, deleteNode } from './documents.js';
import type { GroupNode } from './node.js';

/** Deletes the member at `path` and everything below it; absent is fine. */
export function* deleteMember({ storePath }: GroupNode, path: string): Task<void> {
  checkWritable(storePath);
  yield* deleteNode(new StorePath(storePath.store, joinPath(storePath.path, path)));
}

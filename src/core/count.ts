/** Counting what is stored, by listing. */
import { ArgumentError } from '../errors.js';
import type { StorePath } from '../stores/store-path.js';
import { collect, type Task, wait } from '../task.js';
import { keyIn } from './documents.js';
import type { MemberCounts, StoredCounts } from './info.js';
import { chainOf } from './info.js';
import { listMembers } from './members.js';
import type { ArrayNode, GroupNode } from './node.js';

function* keysBelow({ store, path }: StorePath): Task<string[]> {
  if (store.list === undefined) throw new ArgumentError(`the store cannot list: "${store}"`, { path });
  return yield* collect<string>(store.list(path));
}

/** Bytes of all values below `storePath`. */
export function* countBytes(storePath: StorePath): Task<number> {
  const { store } = storePath;
  let bytes = 0;
  for (const key of yield* keysBelow(storePath)) {
    const info = store.head === undefined ? undefined : yield* wait(store.head(key));
    if (info !== undefined) bytes += info.size;
    else if (store.head === undefined) bytes += (yield* wait(store.get(key)))?.length ?? 0;
  }
  return bytes;
}

/** Stored chunks of an array: of its shards where it is sharded. Keys that are no chunk of the grid do not count. */
export function* countStoredChunks(node: ArrayNode): Task<number> {
  const { storePath, model } = node;
  const { keyEncoding, shape, chunkShape } = model;
  const counts = shape.map((length, axis) => Math.ceil(length / chunkShape[axis]!));
  const prefix = keyIn(
    storePath.path,
    keyEncoding.name === 'default' && shape.length > 0 ? `c${keyEncoding.separator}` : '',
  );
  if (shape.length === 0) {
    const key = keyIn(storePath.path, keyEncoding.name === 'default' ? 'c' : '0');
    return (yield* keysBelow(storePath)).includes(key) ? 1 : 0;
  }
  let stored = 0;
  for (const key of yield* keysBelow(storePath)) {
    if (!key.startsWith(prefix)) continue;
    const coords = key.slice(prefix.length).split(keyEncoding.separator);
    const inGrid = (text: string, axis: number): boolean => /^(0|[1-9]\d*)$/.test(text) && Number(text) < counts[axis]!;
    if (coords.length === counts.length && coords.every(inGrid)) stored++;
  }
  return stored;
}

/** Inner chunks per stored object: 1 without sharding. */
export function chunksPerShard(node: ArrayNode): number {
  const { shards, chunks } = chainOf(node.model);
  return shards === undefined ? 1 : shards.reduce((count, length, axis) => (count * length) / chunks[axis]!, 1);
}

export function* countStored(node: ArrayNode): Task<StoredCounts> {
  return { nbytesStored: yield* countBytes(node.storePath), stored: yield* countStoredChunks(node) };
}

export function* countMembers(group: GroupNode): Task<MemberCounts> {
  const members = yield* listMembers(group, { maxDepth: null });
  const arrays = members.filter(([, { kind }]) => kind === 'array').length;
  return { members: members.length, arrays, groups: members.length - arrays };
}

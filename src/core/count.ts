/** Counting what is stored, by listing. */
import { config } from '../config.js';
import { ArgumentError } from '../errors.js';
import { chunkKey } from '../grid/keys.js';
import type { Coords } from '../indexing/project.js';
import { sizeOf } from '../ndarray/shape.js';
import { checkOptions } from '../options.js';
import type { StorePath } from '../stores/store-path.js';
import { collect, each, run, type Task, wait } from '../task.js';
import { keyIn } from './documents.js';
import { writeGrid } from './grids.js';
import type { MemberCounts, StoredCounts } from './info.js';
import { chainOf } from './info.js';
import { listMembers } from './members.js';
import type { ArrayNode, GroupNode, ProgressOptions } from './node.js';

function* keysBelow({ store, path }: StorePath, most?: number): Task<string[]> {
  if (store.list === undefined) throw new ArgumentError(`the store cannot list: "${store}"`, { path });
  return yield* collect<string>(store.list(path), most);
}

const PROGRESS = ['signal', 'onProgress'] as const;

/** Bytes of all values below `storePath`; progress counts the values. */
export function* countBytes(storePath: StorePath, options: ProgressOptions = {}): Task<number> {
  checkOptions(options, PROGRESS, 'nbytesStored');
  const { signal, onProgress } = options ?? {};
  signal?.throwIfAborted();
  const { store } = storePath;
  const keys = yield* keysBelow(storePath);
  let bytes = 0;
  let done = 0;
  const count = function* (key: string): Task<void> {
    const size =
      store.head === undefined
        ? (yield* wait(store.get(key, undefined, { signal })))?.length
        : (yield* wait(store.head(key)))?.size;
    bytes += size ?? 0; // What is gone meanwhile takes no room.
    onProgress?.(++done, keys.length);
  };
  yield* each(keys, config.get('async.concurrency'), (key) => run(count(key)), signal);
  return bytes;
}

/**
 * The coordinates of the stored objects of an array: of its shards where it is sharded. Keys that are no chunk of the
 * grid are left out.
 */
export function* storedCoords(node: ArrayNode): Task<Coords[]> {
  return coordsOf(node, yield* keysBelow(node.storePath));
}

/** The same, unless more than `most` keys are stored: undefined, and no more of them are listed. */
export function* fewStoredCoords(node: ArrayNode, most: number): Task<Coords[] | undefined> {
  const keys = yield* keysBelow(node.storePath, most);
  return keys.length > most ? undefined : coordsOf(node, keys);
}

/** The coordinates that `keys` are of. */
function coordsOf({ storePath, model }: ArrayNode, keys: readonly string[]): Coords[] {
  const { keyEncoding, shape } = model;
  const grid = writeGrid(model);
  if (shape.length === 0) return keys.includes(keyIn(storePath.path, chunkKey(keyEncoding, []))) ? [[]] : [];
  const { name, separator, suffix = '' } = keyEncoding;
  const prefix = keyIn(storePath.path, name === 'v2' ? '' : `c${separator}`);
  const stored: Coords[] = [];
  for (const key of keys) {
    if (!key.startsWith(prefix) || !key.endsWith(suffix)) continue;
    const coords = key.slice(prefix.length, key.length - suffix.length).split(separator);
    const inGrid = (text: string, axis: number): boolean =>
      /^(0|[1-9]\d*)$/.test(text) && Number(text) < grid[axis]!.count;
    if (coords.length === grid.length && coords.every(inGrid)) stored.push(coords.map(Number));
  }
  return stored;
}

/** Stored chunks of an array; of a stored shard, which is there or not as a whole, every one. */
export function* countInitialized(node: ArrayNode, options: Pick<ProgressOptions, 'signal'> = {}): Task<number> {
  checkOptions(options, ['signal'], 'nchunksInitialized');
  options?.signal?.throwIfAborted();
  const stored = yield* storedCoords(node);
  const { isSharded, chunks } = chainOf(node.model);
  if (!isSharded || chunks === undefined) return stored.length;
  const grid = writeGrid(node.model);
  const cellsAlong = (coord: number, axis: number): number => grid[axis]!.sizeOf(coord) / chunks[axis]!;
  return stored.reduce((count, coords) => count + sizeOf(coords.map(cellsAlong)), 0);
}

/** What is stored of an array; progress counts the values. */
export function* countStored(node: ArrayNode, options: ProgressOptions = {}): Task<StoredCounts> {
  checkOptions(options, PROGRESS, 'infoComplete');
  options?.signal?.throwIfAborted();
  const stored = yield* storedCoords(node);
  return { nbytesStored: yield* countBytes(node.storePath, options), stored: stored.length };
}

/** How many members a group has on all levels; progress as of `listMembers`. */
export function* countMembers(group: GroupNode, options: ProgressOptions = {}): Task<MemberCounts> {
  checkOptions(options, PROGRESS, 'infoComplete');
  const members = yield* listMembers(group, { ...options, maxDepth: null });
  const arrays = members.filter(([, { kind }]) => kind === 'array').length;
  return { members: members.length, arrays, groups: members.length - arrays };
}

/**
 * What lies past the end of an array, in its last chunks. A handle whose array has become longer since must leave it alone;
 * else a chunk of which all that lies in the array is written can be replaced without being read.
 *
 * Which it is, the stored shape says, asked for once for each write that covers such a chunk. Two things it cannot say: that
 * an array is just becoming longer in this program (`append` writes its values before the metadata), which is counted
 * here, and what other programs do meanwhile, so that in stores that they share the chunk is read always.
 */
import { SyncError, ZarrError } from '../errors.js';
import type { ChunkGrid } from '../grid/grid.js';
import type { Region } from '../indexing/selection.js';
import { parseShape } from '../metadata/shape.js';
import { isPoints } from '../ndarray/picked.js';
import type { Shape } from '../ndarray/shape.js';
import type { StorePath } from '../stores/store-path.js';
import type { Task } from '../task.js';
import { readDocument } from './documents.js';
import type { ArrayNode } from './node.js';

/** Whether nobody has elements past the end of the array that is being written; asked again for each chunk, under its lock. */
export type IsEndFree = () => boolean;

/** How often an array has begun to change its length while somebody wanted to know, and how often it does so now. */
interface Growth {
  users: number;
  begun: number;
  running: number;
}

/** By what stores share, and the place there: only while somebody changes the length, or writes past the end. */
const GROWTHS = /* @__PURE__ */ new WeakMap<object, Map<string, Growth>>();

/** Does `work`, which changes the length of the array at `place`; what others write to its last chunks meanwhile is read first. */
export function* growing<T>(place: StorePath, work: () => Task<T>): Task<T> {
  return yield* withGrowth(place, function* (growth) {
    growth.begun++;
    growth.running++;
    try {
      return yield* work();
    } finally {
      growth.running--;
    }
  });
}

/** Does `work`, which writes `region` to an array, knowing what lies past its end. */
export function* knowingEnd<T>(
  node: ArrayNode,
  region: Region,
  grid: ChunkGrid,
  work: (isEndFree: IsEndFree | undefined) => Task<T>,
): Task<T> {
  const { storePath } = node;
  if (storePath.store.conditional || !coversCut(region, grid)) return yield* work(undefined);
  return yield* withGrowth(storePath, function* (growth) {
    const { begun, running } = growth;
    const isFree = running === 0 && (yield* hasKnownLength(node));
    return yield* work(isFree ? () => growth.begun === begun : undefined);
  });
}

function* withGrowth<T>({ store, path }: StorePath, work: (growth: Growth) => Task<T>): Task<T> {
  const scope = store.lockScope ?? store;
  const growths = GROWTHS.get(scope) ?? new Map<string, Growth>();
  GROWTHS.set(scope, growths);
  const key = store.lockPrefix ? `${store.lockPrefix}/${path}` : path;
  const growth = growths.get(key) ?? { users: 0, begun: 0, running: 0 };
  growths.set(key, growth);
  growth.users++;
  try {
    return yield* work(growth);
  } finally {
    if (--growth.users === 0) growths.delete(key);
  }
}

/** Whether the stored shape is nowhere longer than the one that `node` knows; not where nothing that can be read says so. */
function* hasKnownLength({ storePath, model, config: { limits } }: ArrayNode): Task<boolean> {
  let stored: Shape;
  try {
    const document = yield* readDocument(storePath, model.format === 3 ? 'zarr.json' : '.zarray', {
      limits,
      fresh: true,
    });
    stored = parseShape(document?.get('shape'), limits);
  } catch (error) {
    if (!(error instanceof ZarrError) || error instanceof SyncError) throw error;
    return false; // Then what is stored in the chunk decides.
  }
  const { shape } = model;
  return stored.length === shape.length && stored.every((length, axis) => length <= shape[axis]!);
}

/** Whether `region` covers all that lies in the array of a chunk that reaches past its end. */
function coversCut(region: Region, grid: ChunkGrid): boolean {
  if (isPoints(region)) return false;
  let isCut = false;
  for (const [at, pick] of region.entries()) {
    if (pick instanceof Float64Array || pick.count === 0 || Math.abs(pick.step) !== 1) return false;
    const axis = grid[at]!;
    const last = pick.start + (pick.count - 1) * pick.step;
    const [low, high] = [Math.min(pick.start, last), Math.max(pick.start, last)];
    const chunk = axis.chunkAt(high);
    const end = axis.startOf(chunk) + axis.sizeOf(chunk);
    const lastCovered = high === Math.min(end, axis.length) - 1 ? chunk : chunk - 1;
    const firstCovered = axis.startOf(axis.chunkAt(low)) === low ? axis.chunkAt(low) : axis.chunkAt(low) + 1;
    if (firstCovered > lastCovered) return false;
    isCut ||= lastCovered === chunk && end > axis.length;
  }
  return isCut;
}

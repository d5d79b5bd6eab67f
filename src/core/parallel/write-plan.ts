/**
 * Whether a write is worth sharing among threads, and how it is cut.
 *
 * Shared is what a write to a region of runs has of whole chunks and whole shards, a few MiB and more of it, by the data
 * types and codecs of this library. All else one thread writes: chunks that are written in part or reach past the end of
 * the array, lists and points, fields of structs.
 *
 * Workers store what they encode where they can open the store, if nothing else can happen here meanwhile: the thread is
 * held up, no lock of the store is held, and no callback of the user's is called, so that the locks of this thread need not
 * be asked. Elsewhere what they encode comes back, which pays only if encoding is more than copying.
 */
import { canBlock } from '#platform/worker';
import type { AxisGrid, ChunkGrid } from '../../grid/grid.js';
import type { Region } from '../../indexing/selection.js';
import { type AxisPick, isPoints, type View } from '../../ndarray/picked.js';
import type { PortableStore } from '../../stores/store.js';
import { isBlockingCall } from '../../task.js';
import { pool } from '../../workers/pool.js';
import type { Context } from '../context.js';
import type { Level } from '../level.js';
import type { KeyedLocks } from '../lock.js';
import type { ArrayNode } from '../node.js';
import { type TargetMessage, targetMessage } from './job.js';
import { isKnownElsewhere, isPlain } from './read-plan.js';

const MIB = 2 ** 20;

/** Less is encoded sooner than shared. */
const LEAST_BYTES = 4 * MIB;

/** Bytes of values of a batch, where one chunk has no more. */
const LEAST_BATCH_BYTES = MIB / 2;
const MOST_BATCH_BYTES = 2 * MIB;

/** Batches for each thread, so that all end at about the same time. */
const BATCHES_PER_THREAD = 8;

/** Memory for values on their way, where it is more than a quarter of all. */
const VALUE_BYTES = 64 * MIB;

/** Batches that a worker has at once: one to work on, and the next one. */
const MOST_GIVEN = 2;

/** How a write is shared. */
export interface WritePlan {
  readonly workers: number;
  /** Bytes of the values of all chunks that are written whole. */
  readonly bytes: number;
  /** About how many bytes of values a batch has. */
  readonly batchBytes: number;
  /** How many batches a worker has at once, at most. */
  readonly given: number;
  /** What workers read the values from by themselves; undefined where each batch comes with its own. */
  readonly source: TargetMessage | undefined;
  /** What workers store in by themselves; undefined where they give back what they encode. */
  readonly store: PortableStore | undefined;
  /** Whether the thread is held up until all is done, and not only until it has to wait. */
  readonly holdsUp: boolean;
}

/** How a write of `value` to `region` is shared among threads; undefined where one thread does it. */
export function planWrite(
  node: ArrayNode,
  { grid }: Level,
  region: Region,
  value: View,
  context: Context,
  locks: KeyedLocks,
): WritePlan | undefined {
  const { workers: setting = 0, fields, onProgress } = context;
  if (setting === 0 || fields !== undefined || isPoints(region)) return undefined;
  const workers = pool.countFor(setting, isBlockingCall());
  const { model, storePath } = node;
  if (workers < 1 || !isKnownElsewhere(model)) return undefined;
  const holdsUp = isBlockingCall() || (canBlock() && !node.mayWait);
  const { portable } = storePath.store;
  const store = holdsUp && onProgress === undefined && locks.areFree && portable?.writes ? portable : undefined;
  if (store === undefined && isPlain(model.codecs)) return undefined;
  const { chunks, elements } = wholeChunks(region, grid);
  const bytes = elements * model.dtype.memorySize;
  if (chunks < 2 || bytes < LEAST_BYTES) return undefined;
  const source = targetMessage(value);
  const even = bytes / (BATCHES_PER_THREAD * (workers + 1));
  const batchBytes = Math.min(MOST_BATCH_BYTES, Math.max(LEAST_BATCH_BYTES, even));
  const largest = source === undefined ? Math.max(batchBytes, bytes / chunks) : 0;
  const room = Math.max(VALUE_BYTES, bytes / 4);
  const helpers = Math.min(workers, chunks - 1, largest === 0 ? workers : Math.floor(room / largest));
  if (helpers < 1) return undefined;
  return {
    workers: helpers,
    bytes,
    batchBytes,
    given: helpers * largest * MOST_GIVEN <= room ? MOST_GIVEN : 1,
    source,
    store,
    holdsUp,
  };
}

/** Whether a write that workers help has to wait for them, so that values which are not its own may change meanwhile. */
export const waitsForWorkers = ({ workers = 0 }: Pick<Context, 'workers'>): boolean => workers !== 0 && !canBlock();

/** How many chunks a region has every element of, and how many elements those have. */
function wholeChunks(
  region: readonly AxisPick[],
  grid: ChunkGrid,
): { readonly chunks: number; readonly elements: number } {
  let chunks = 1;
  let elements = 1;
  for (let axis = 0; axis < region.length; axis++) {
    const whole = wholeOnAxis(region[axis]!, grid[axis]!);
    chunks *= whole.chunks;
    elements *= whole.elements;
  }
  return { chunks, elements };
}

function wholeOnAxis(pick: AxisPick, axis: AxisGrid): { readonly chunks: number; readonly elements: number } {
  if (pick instanceof Float64Array || pick.count === 0 || Math.abs(pick.step) !== 1) return { chunks: 0, elements: 0 };
  const { start, step, count } = pick;
  const low = step > 0 ? start : start - count + 1;
  const high = low + count;
  let first = axis.chunkAt(low);
  if (axis.startOf(first) < low) first++;
  let past = axis.chunkAt(high - 1) + 1;
  if (axis.startOf(past - 1) + axis.sizeOf(past - 1) > high) past--;
  if (past <= first) return { chunks: 0, elements: 0 };
  return { chunks: past - first, elements: axis.startOf(past - 1) + axis.sizeOf(past - 1) - axis.startOf(first) };
}

/**
 * Whether a read is worth sharing among threads, and how it is cut.
 *
 * Shared are regions of runs and lists of a few MiB and more, of elements of one size, by the data types and codecs of this
 * library: another thread knows nothing of what users register. Where the threads cannot read by themselves, what is not
 * compressed stays with the one that reads: handing bytes over costs as much as decoding them. All else, and fields of
 * structs, one thread reads.
 */
import type { Codec } from '../codecs/codec.js';
import { mayAnswerLater } from '../codecs/registry.js';
import { ShardingCodec } from '../codecs/serializers/sharding.js';
import { hasUserTypes } from '../dtypes/registry.js';
import { countChunks } from '../indexing/project.js';
import type { Region } from '../indexing/selection.js';
import { countParts, partAt, type Split, splitOf } from '../indexing/split.js';
import type { ArrayModel } from '../metadata/model.js';
import { isPoints, shapeOf, type View } from '../ndarray/picked.js';
import { sizeOf } from '../ndarray/shape.js';
import type { PortableStore } from '../stores/store.js';
import { isBlockingCall } from '../task.js';
import { MOST_SLOTS, pool } from '../workers/pool.js';
import type { Context } from './context.js';
import type { Level } from './level.js';
import type { ArrayNode } from './node.js';
import { type TargetMessage, targetMessage } from './parallel-job.js';

const MIB = 2 ** 20;

/** Less is decoded sooner than shared. */
const LEAST_BYTES = 4 * MIB;

/** Decoded bytes of a part. */
const LEAST_PART_BYTES = MIB;
const MOST_PART_BYTES = 8 * MIB;

/** Parts for each thread, so that all end at about the same time. */
const PARTS_PER_THREAD = 4;

/** Memory for values on their way, where it is more than a tenth of the result. */
const SLOT_BYTES = 64 * MIB;

/** How a read is shared. */
export interface ReadPlan {
  readonly workers: number;
  readonly split: Split;
  /** How many parts there are. */
  readonly count: number;
  /** What workers read by themselves; undefined where they are given the bytes. */
  readonly store: PortableStore | undefined;
  /** What workers write to by themselves; undefined where they have slots, so many of so many bytes. */
  readonly target: TargetMessage | undefined;
  readonly slots: { readonly count: number; readonly bytes: number };
}

/** How a read of `region` is shared among threads; undefined where one thread does it. */
export function planRead(
  node: ArrayNode,
  { grid }: Level,
  region: Region,
  out: View,
  context: Context,
): ReadPlan | undefined {
  const { workers: setting = 0, fields } = context;
  if (setting === 0 || fields !== undefined || isPoints(region)) return undefined;
  const workers = pool.countFor(setting, isBlockingCall());
  const { model, storePath } = node;
  const store = storePath.store.portable;
  if (workers < 1 || !isKnownElsewhere(model) || (store === undefined && isCheap(model.codecs))) return undefined;
  const chunks = countChunks(region, grid);
  const chunkBytes = decodedBytes(model, region, chunks);
  if (chunks < 2 || chunks * chunkBytes < LEAST_BYTES) return undefined;
  const even = (chunks * chunkBytes) / (PARTS_PER_THREAD * (workers + 1));
  const partBytes = Math.min(MOST_PART_BYTES, Math.max(LEAST_PART_BYTES, even));
  const split = splitOf(region, grid, partBytes / chunkBytes);
  const count = countParts(split, grid);
  if (count < 2) return undefined;
  const target = targetMessage(out);
  const bytes = target === undefined ? largestPart(split, grid, count) * model.dtype.memorySize : 0;
  const room = Math.max(SLOT_BYTES, (sizeOf(shapeOf(region)) * model.dtype.memorySize) / 10);
  const helpers = Math.min(workers, count - 1, bytes === 0 ? workers : Math.floor(room / bytes));
  if (helpers < 1) return undefined;
  const slots = { count: helpers * bytes * MOST_SLOTS <= room ? MOST_SLOTS : 1, bytes };
  return { workers: helpers, split, count, store, target, slots };
}

/** Whether a thread that has only the document can read the array, and write it. */
export const isKnownElsewhere = ({ dtype, codecs }: ArrayModel): boolean =>
  dtype.storageUnit !== 'object' && !hasUserTypes() && !mayAnswerLater(codecs);

const CHEAP: ReadonlySet<string> = new Set(['bytes', 'transpose', 'crc32c']);

/** Whether decoding is hardly more than copying. */
export const isCheap = (codecs: readonly Codec[]): boolean =>
  codecs.every((codec) => (codec instanceof ShardingCodec ? isCheap(codec.codecs) : CHEAP.has(codec.name)));

/** About how many bytes are decoded for each of the chunks that `region` lies in. */
function decodedBytes(
  { codecs, dtype, chunkAxes, chunkShape, shape }: ArrayModel,
  region: Region,
  chunks: number,
): number {
  const wanted = (sizeOf(shapeOf(region)) * dtype.memorySize) / chunks;
  // Of shards and of what is not compressed, little more than what is wanted is looked at.
  if (isCheap(codecs) || codecs.some((codec) => codec instanceof ShardingCodec)) return wanted;
  const mean = (axis: number): number => {
    const cut = chunkAxes[axis]!;
    return typeof cut === 'number' ? cut : shape[axis]! / cut.reduce((count, { count: edges }) => count + edges, 0);
  };
  return (
    (chunkShape === undefined ? sizeOf(shape.map((_, axis) => mean(axis))) : sizeOf(chunkShape)) * dtype.memorySize
  );
}

/** Elements of the largest part. */
function largestPart(split: Split, grid: Level['grid'], count: number): number {
  let most = 0;
  for (let part = 0; part < count; part++) most = Math.max(most, sizeOf(shapeOf(partAt(split, grid, part).region)));
  return most;
}

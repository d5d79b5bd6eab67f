/**
 * Whether a read is worth sharing among threads, and how it is cut.
 *
 * Shared are regions of runs and lists of a few MiB and more, of elements of one size, by the data types and codecs of this
 * library: another thread knows nothing of what users register. What is decoded about as fast as it is copied is shared only
 * where the threads read and write for themselves: handing bytes over costs as much as decoding them. All else, and fields
 * of structs, one thread reads.
 *
 * The thread of a page shares for another reason: so as not to be busy. It gives away all that is compressed, also what is
 * less, and a single part, in parts that are copied in a few milliseconds.
 */
import { isPage, sharesMemory } from '#platform/worker';
import type { Codec } from '../../codecs/codec.js';
import { mayAnswerLater } from '../../codecs/registry.js';
import { ShardingCodec } from '../../codecs/serializers/sharding.js';
import { hasUserTypes } from '../../dtypes/registry.js';
import { countChunks } from '../../indexing/project.js';
import type { Region } from '../../indexing/selection.js';
import { Parts, type Split, splitOf } from '../../indexing/split.js';
import type { ArrayModel } from '../../metadata/model.js';
import { isPoints, shapeOf, type View } from '../../ndarray/picked.js';
import { sizeOf } from '../../ndarray/shape.js';
import type { PortableStore } from '../../stores/store.js';
import { isBlockingCall } from '../../task.js';
import { MOST_SLOTS, pool } from '../../workers/pool.js';
import type { Context } from '../context.js';
import type { Level } from '../level.js';
import type { ArrayNode } from '../node.js';
import { type TargetMessage, targetMessage } from './job.js';

const MIB = 2 ** 20;

/** Less is decoded sooner than shared. */
const LEAST_BYTES = 4 * MIB;

/** Less is decoded by a page itself, in about the time that it takes to draw once. */
const LEAST_PAGE_BYTES = MIB;

/** Decoded bytes of a part. */
const LEAST_PART_BYTES = MIB;
const MOST_PART_BYTES = 8 * MIB;
const MOST_PAGE_PART_BYTES = 2 * MIB;

/** Parts for each thread, so that all end at about the same time. */
const PARTS_PER_THREAD = 4;

/** Memory for values on their way, where it is more than a tenth of the result. */
const SLOT_BYTES = 64 * MIB;

/** The same where a worker has more than one slot, and the twentieth part. */
const MORE_SLOT_BYTES = 16 * MIB;

/** How a read is shared. */
export interface ReadPlan {
  readonly workers: number;
  readonly split: Split;
  readonly parts: Parts;
  /** What workers read by themselves; undefined where they are given the bytes. */
  readonly store: PortableStore | undefined;
  /** What workers write to by themselves; undefined where they have slots, so many of so many bytes. */
  readonly target: TargetMessage | undefined;
  /** No slots: each part is sent. */
  readonly slots: { readonly count: number; readonly bytes: number };
  /** Whether the calling thread decodes only what no worker can, once there are workers. */
  readonly staysFree: boolean;
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
  const staysFree = isPage();
  const store = sharesMemory() ? storePath.store.portable : undefined; // Parts are taken in shared memory.
  const target = targetMessage(out);
  const isHandedOver = store === undefined || target === undefined;
  const stays = staysFree ? isPlain : isQuick;
  if (workers < 1 || !isKnownElsewhere(model) || (isHandedOver && stays(model.codecs))) return undefined;
  const chunks = countChunks(region, grid);
  if (chunks === 0) return undefined;
  const chunkBytes = decodedBytes(model, region, chunks);
  if (chunks * chunkBytes < (staysFree ? LEAST_PAGE_BYTES : LEAST_BYTES)) return undefined;
  const even = (chunks * chunkBytes) / (PARTS_PER_THREAD * (workers + 1));
  const most = staysFree ? MOST_PAGE_PART_BYTES : MOST_PART_BYTES;
  const split = splitOf(region, grid, Math.min(most, Math.max(LEAST_PART_BYTES, even)) / chunkBytes);
  const parts = new Parts(split, grid);
  const { count } = parts;
  const bytes = target === undefined ? largestPart(parts) * model.dtype.memorySize : 0;
  const size = sizeOf(shapeOf(region)) * model.dtype.memorySize;
  const room = Math.max(SLOT_BYTES, size / 10);
  const fit = bytes === 0 ? workers : Math.floor(room / bytes);
  const helpers = staysFree ? Math.min(workers, count, Math.max(1, fit)) : Math.min(workers, count - 1, fit);
  if (helpers < 1) return undefined;
  const slots = { count: slotsFor(helpers * bytes, size), bytes };
  return { workers: helpers, split, parts, store, target, slots, staysFree };
}

/** How many slots each worker has where one for each of them takes so many bytes, for a result of `size`. */
function slotsFor(bytes: number, size: number): number {
  if (!sharesMemory()) return 0;
  return bytes * MOST_SLOTS <= Math.max(MORE_SLOT_BYTES, size / 20) ? MOST_SLOTS : 1;
}

/** Whether a thread that has only the document can read the array, and write it. */
export const isKnownElsewhere = ({ dtype, codecs }: ArrayModel): boolean =>
  dtype.storageUnit !== 'object' && !hasUserTypes() && !mayAnswerLater(codecs);

const PLAIN: ReadonlySet<string> = new Set(['bytes', 'transpose', 'crc32c']);
const QUICK: ReadonlySet<string> = new Set([...PLAIN, 'lz4', 'numcodecs.lz4', 'shuffle', 'numcodecs.shuffle']);
/** What Blosc has inside that takes longer than copying. */
const SLOW_INSIDE: ReadonlySet<string> = new Set(['zstd', 'zlib']);

/** Whether chunks are stored uncompressed. */
export const isPlain = (codecs: readonly Codec[]): boolean =>
  codecs.every((codec) => (codec instanceof ShardingCodec ? isPlain(codec.codecs) : PLAIN.has(codec.name)));

/** Whether decoding takes about as long as copying. */
const isQuick = (codecs: readonly Codec[]): boolean =>
  codecs.every((codec) => {
    if (codec instanceof ShardingCodec) return isQuick(codec.codecs);
    if ('cname' in codec) return !SLOW_INSIDE.has(String(codec.cname)); // Only the two Blosc codecs have one.
    return QUICK.has(codec.name);
  });

/** About how many bytes are decoded for each of the chunks that `region` lies in. */
function decodedBytes(
  { codecs, dtype, chunkAxes, chunkShape, shape }: ArrayModel,
  region: Region,
  chunks: number,
): number {
  const wanted = (sizeOf(shapeOf(region)) * dtype.memorySize) / chunks;
  // Of shards and of what is not compressed, little more than what is wanted is looked at.
  if (isPlain(codecs) || codecs.some((codec) => codec instanceof ShardingCodec)) return wanted;
  const mean = (axis: number): number => {
    const cut = chunkAxes[axis]!;
    return typeof cut === 'number' ? cut : shape[axis]! / cut.reduce((count, { count: edges }) => count + edges, 0);
  };
  return (
    (chunkShape === undefined ? sizeOf(shape.map((_, axis) => mean(axis))) : sizeOf(chunkShape)) * dtype.memorySize
  );
}

/** Elements of the largest part. */
function largestPart(parts: Parts): number {
  let most = 0;
  for (let part = 0; part < parts.count; part++) most = Math.max(most, sizeOf(shapeOf(parts.at(part).region)));
  return most;
}

/** What users may give as `shards`, and how it cuts the axes. */
import { described } from '../described.js';
import { ArgumentError } from '../errors.js';
import { type Shape, sizeOf } from '../ndarray/shape.js';
import { normalizeEdges } from './chunks.js';
import { type AxisChunks, edgesOf } from './edges.js';

/** Where a shard keeps its index. */
export type IndexLocation = 'start' | 'end';

/** Edges as for chunks, lists of them too. */
type ShardEdges = 'auto' | false | number | readonly (number | readonly number[])[];

/** `null` for none, `"auto"`, edges as for chunks, or edges and the place of the index. */
export type ShardsOption =
  | null
  | ShardEdges
  | {
      readonly shape: ShardEdges;
      readonly indexLocation?: IndexLocation | undefined;
    };

/** How shards cut the axes, and where they keep their index. */
export interface Sharding {
  readonly axes: readonly AxisChunks[];
  readonly indexLocation: IndexLocation;
}

/** What shards are made for. */
export interface ShardSpec {
  readonly shape: Shape;
  readonly chunkShape: Shape;
  /** Undefined when elements vary in length. */
  readonly itemSize: number | undefined;
  /** `config.array.targetShardSizeBytes`. */
  readonly targetBytes?: number | null | undefined;
}

/** The sharding that `shards` stands for; undefined for none. Each edge is a multiple of the chunk's. */
export function normalizeShards(shards: ShardsOption | undefined, spec: ShardSpec): Sharding | undefined {
  if (shards === undefined || shards === null) return undefined;
  const { edges, indexLocation } = partsOf(shards);
  if (edges === 'auto') return { axes: guessShards(spec), indexLocation };
  const axes = normalizeEdges(edges, spec.shape, { name: 'shards', unit: spec.chunkShape });
  axes.forEach((chunks, axis) => {
    const unit = spec.chunkShape[axis]!;
    const uncut = edgesOf(chunks).find((edge) => edge % unit !== 0);
    if (uncut !== undefined) {
      throw new ArgumentError(`shards[${axis}]: expected a multiple of the chunk edge ${unit}, got ${uncut}`, { axis });
    }
  });
  return { axes, indexLocation };
}

/**
 * A shard shape: two chunks along each axis that has more than eight; with a target, as many along every axis as fit
 * into the target and into the array.
 */
export function guessShards({ shape, chunkShape, itemSize, targetBytes }: ShardSpec): number[] {
  if (targetBytes === undefined || targetBytes === null) {
    return chunkShape.map((edge, axis) => (Math.floor(shape[axis]! / edge) > 8 ? edge * 2 : edge));
  }
  const factor = chunksPerAxis(shape, chunkShape, targetBytes / (sizeOf(chunkShape) * (itemSize ?? 1)));
  return chunkShape.map((edge) => edge * factor);
}

/** The largest whole number that, to the power of the rank, is at most `chunkCount`, and that the array can fill. */
function chunksPerAxis(shape: Shape, chunkShape: Shape, chunkCount: number): number {
  const rank = chunkShape.length;
  if (rank === 0 || !Number.isFinite(chunkCount)) return 1;
  const most = Math.min(...chunkShape.map((edge, axis) => Math.floor(shape[axis]! / edge)));
  let count = Math.max(1, Math.min(most, Math.floor(chunkCount ** (1 / rank))));
  // The root may be off by a rounding error.
  while (count > 1 && count ** rank > chunkCount) count--;
  while (count < most && (count + 1) ** rank <= chunkCount) count++;
  return count;
}

function partsOf(shards: Exclude<ShardsOption, null>): { edges: unknown; indexLocation: IndexLocation } {
  if (typeof shards !== 'object' || !('shape' in shards)) return { edges: shards, indexLocation: 'end' };
  const { shape, indexLocation = 'end', ...rest } = shards;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) {
    throw new ArgumentError(`shards: unknown option "${unknown}"; there are "shape" and "indexLocation"`);
  }
  if (indexLocation !== 'start' && indexLocation !== 'end') {
    throw new ArgumentError(`shards.indexLocation: expected "start" or "end", got ${described(indexLocation)}`);
  }
  return { edges: shape, indexLocation };
}

/** The codecs of a document, checked as a chain and fitted to its chunks. */
import { checkChain, encodedSpec, hasUnknown, resolveChain } from '../codecs/chain.js';
import type { ChunkSpec, Codec } from '../codecs/codec.js';
import { ShardingCodec } from '../codecs/serializers/sharding.js';
import { UnknownDType } from '../dtypes/unknown.js';
import { LimitError } from '../errors.js';
import { type AxisChunks, commonShape, edgesOf } from '../grid/edges.js';
import { sizeOf } from '../ndarray/shape.js';
import { within } from './expect.js';
import type { MetadataLimits } from './limits.js';

/** Bytes of an entry of a shard's index: offset and length. */
const INDEX_ENTRY_BYTES = 16;

/** `codecs`, resolved for chunks of `spec`; as they are where a codec or the data type is not known. */
export function resolveCodecs(codecs: readonly Codec[], spec: ChunkSpec, limits: MetadataLimits): readonly Codec[] {
  if (hasUnknown(codecs)) return Object.freeze([...codecs]);
  within('codecs', () => checkChain(codecs));
  if (spec.dtype instanceof UnknownDType) return Object.freeze([...codecs]);
  const resolved = within('codecs', () => resolveChain(codecs, spec));
  checkShardIndexes(resolved, spec, limits);
  return Object.freeze(resolved);
}

/** `codecs`, resolved for all chunks of a grid, whose shapes may differ. */
export function resolveForAxes(
  codecs: readonly Codec[],
  axes: readonly AxisChunks[],
  spec: Omit<ChunkSpec, 'shape'>,
  limits: MetadataLimits,
): readonly Codec[] {
  const common = commonShape(axes);
  if (common !== undefined) return resolveCodecs(codecs, { ...spec, shape: common }, limits);
  const resolved = resolveCodecs(codecs, { ...spec, shape: axes.map(largestEdge) }, limits);
  // What cuts shards of every edge into whole chunks divides the edges' greatest common divisor, and the other way round.
  const [first] = codecs;
  const unit = first instanceof ShardingCodec ? first.chunkShape : undefined;
  const shape = axes.map((chunks, axis) => uncutEdge(chunks, unit?.[axis]) ?? commonDivisor(chunks));
  resolveCodecs(codecs, { ...spec, shape }, limits);
  return resolved;
}

const largestEdge = (chunks: AxisChunks): number =>
  edgesOf(chunks).reduce((largest, edge) => Math.max(largest, edge), 1);

const commonDivisor = (chunks: AxisChunks): number => edgesOf(chunks).reduce(gcd);

function gcd(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

/** An edge that is no multiple of `unit`: one that a message can show. */
const uncutEdge = (chunks: AxisChunks, unit = 1): number | undefined =>
  edgesOf(chunks).find((edge) => edge % unit !== 0);

/** Bounds the index of shards, at every level of nesting. */
function checkShardIndexes(codecs: readonly Codec[], spec: ChunkSpec, limits: MetadataLimits): void {
  let current = spec;
  for (const codec of codecs) {
    if (codec.kind === 'filter') current = encodedSpec(codec, current);
    if (!(codec instanceof ShardingCodec)) continue;
    // Axis by axis: the sizes themselves may be more than a double holds.
    const count = sizeOf(current.shape.map((length, axis) => length / codec.chunkShape[axis]!));
    const bytes = count * INDEX_ENTRY_BYTES;
    if (bytes > limits.shardIndexBytes) {
      throw new LimitError(
        `codecs: an index of ${count} chunks per shard is ${bytes} bytes, ` +
          `more than limits.shardIndexBytes (${limits.shardIndexBytes}) allows`,
        { codec: codec.name },
      );
    }
    if (!hasUnknown(codec.codecs)) checkShardIndexes(codec.codecs, { ...current, shape: codec.chunkShape }, limits);
  }
}

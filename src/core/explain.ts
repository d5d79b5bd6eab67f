/**
 * What a read would cost, told without a request: from the metadata and the selection alone.
 *
 * A chunk, or a shard that is wanted whole, is one request. Of a shard that is wanted in part, the index is one and each
 * cell another, as far as they are not joined; where a shard lies in a shard, the same again one level down. Of a chunk
 * that is not compressed, what is wanted may be a part. Everything is counted as if it were stored: what is absent costs
 * its own request and nothing more.
 *
 * It is the first read of a handle that is told of. The indexes that reads keep (`kept-indexes`) play no part: whether one
 * still holds, only the store knows, and they make place for others, so that the figures of a read that uses them would
 * be a guess, and would change with every read.
 */
import type { BytePart } from '../codecs/codec.js';
import { RegularAxis } from '../grid/grid.js';
import { type ChunkProjection, countChunks, project } from '../indexing/project.js';
import type { NormalSelection, Region } from '../indexing/selection.js';
import { isPoints } from '../ndarray/picked.js';
import { sizeOf } from '../ndarray/shape.js';
import type { ChunkLevel, Level } from './level.js';
import type { ArrayNode, FieldOptions, OperationOptions } from './node.js';
import { checkChunkCount } from './selections.js';

/** The figures of an explanation. Sizes are in bytes; those that nobody can know are undefined. */
export interface ExplanationFigures {
  /** The shape of the result. */
  readonly shape: readonly number[];
  /**
   * Requests to the store, at most, of a first read: what is absent costs one request, whatever it would have held, and
   * near cells of a shard are asked for together. A later read of the same handle may know the index of a shard already,
   * which is one less; where the shard was replaced meanwhile, that is found out by one more.
   */
  readonly requests: number;
  /**
   * Bytes that are fetched, when everything is stored, without those that spare a request; undefined where chunks are
   * compressed.
   */
  readonly bytes: number | undefined;
  /**
   * Bytes that are held at once, at most: the result, what is in flight at the concurrency in force, and one decoded
   * chunk. A compressed chunk counts as much as what it decodes to. Undefined for elements that vary in length.
   */
  readonly peakMemory: number | undefined;
  /** Stored objects that are touched: shards, or chunks where there are none. */
  readonly objects: number;
  /** Chunks that are decoded: those inside shards where the array is sharded. */
  readonly chunks: number;
  /** Bytes of all chunks that are decoded; against `resultBytes` it tells how much is decoded for nothing. */
  readonly decodedBytes: number | undefined;
  /** Bytes of the result. */
  readonly resultBytes: number | undefined;
}

/** What a read will take, told before anything is fetched. */
export class Explanation implements ExplanationFigures {
  readonly shape: readonly number[];
  readonly requests: number;
  readonly bytes: number | undefined;
  readonly peakMemory: number | undefined;
  readonly objects: number;
  readonly chunks: number;
  readonly decodedBytes: number | undefined;
  readonly resultBytes: number | undefined;

  constructor(figures: ExplanationFigures) {
    this.shape = figures.shape;
    this.requests = figures.requests;
    this.bytes = figures.bytes;
    this.peakMemory = figures.peakMemory;
    this.objects = figures.objects;
    this.chunks = figures.chunks;
    this.decodedBytes = figures.decodedBytes;
    this.resultBytes = figures.resultBytes;
    Object.freeze(this);
  }

  /** A line for each of the figures. */
  toString(): string {
    const bytes = (count: Bytes): string => (count === undefined ? 'unknown' : sizeText(count));
    const lines = [
      ['shape', `(${this.shape.join(', ')})`],
      ['requests', `${this.requests}`],
      ['bytes', bytes(this.bytes)],
      ['peak memory', bytes(this.peakMemory)],
      ['objects', `${this.objects}`],
      ['chunks', `${this.chunks}`],
      ['decoded', bytes(this.decodedBytes)],
      ['result', bytes(this.resultBytes)],
    ];
    return lines.map(([name, value]) => `${name!.padEnd(12)}: ${value}`).join('\n');
  }

  /** What `console.log` prints on Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

const UNITS = Object.freeze(['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']);

function sizeText(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, bytes < 1024 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return unit === 0 ? `${bytes} B` : `${(bytes / 1024 ** unit).toFixed(1)} ${UNITS[unit]} (${bytes} B)`;
}

/** What reading `normal` will take. Throws `LimitError` for more chunks than one call may touch. */
export function explainRead(
  node: ArrayNode,
  normal: NormalSelection,
  options: OperationOptions & FieldOptions = {},
): Explanation {
  const { model } = node;
  const level = node.levelFor(options);
  const context = node.context(options);
  checkChunkCount(node, normal, context);
  const cost = costOf(level, normal.region, context.concurrency);
  const { itemSize } = context.fields?.dtype ?? model.dtype;
  const resultBytes = itemSize === undefined ? undefined : sizeOf(normal.shape) * itemSize;
  return new Explanation({
    shape: normal.shape,
    requests: cost.requests,
    bytes: cost.bytes,
    peakMemory: sum(resultBytes, sum(cost.heldBytes, cost.largestBytes)),
    objects: countChunks(normal.region, level.grid),
    chunks: cost.chunks,
    decodedBytes: cost.decodedBytes,
    resultBytes,
  });
}

/** What a part of a read takes. Bytes are undefined where nobody knows them. */
interface Cost {
  readonly requests: number;
  readonly bytes: Bytes;
  readonly chunks: number;
  readonly decodedBytes: Bytes;
  /** Encoded bytes that are held at once. */
  readonly heldBytes: Bytes;
  /** Bytes of the largest decoded chunk. */
  readonly largestBytes: Bytes;
}

type Bytes = number | undefined;

const sum = (a: Bytes, b: Bytes): Bytes => (a === undefined || b === undefined ? undefined : a + b);
const larger = (a: Bytes, b: Bytes): Bytes => (a === undefined || b === undefined ? undefined : Math.max(a, b));
const times = (a: Bytes, count: number): Bytes => (a === undefined ? undefined : a * count);

const NOTHING: Cost = Object.freeze({
  requests: 0,
  bytes: 0,
  chunks: 0,
  decodedBytes: 0,
  heldBytes: 0,
  largestBytes: 0,
});

/** What reading `region` takes, with so many requests at once. */
function costOf(level: Level, region: Region, concurrency: number): Cost {
  const { grid } = level;
  const count = countChunks(region, grid);
  if (count === 0) return NOTHING;
  const isUniform = grid.every((axis) => axis instanceof RegularAxis);
  const first = isUniform ? level.at(grid.map(() => 0)) : undefined;
  if (first?.codecs !== undefined && !first.codecs.layout?.hasParts) {
    const one = costOfChunk(first, undefined);
    return { ...repeated(one, count), heldBytes: times(one.heldBytes, Math.min(count, concurrency)) };
  }
  const known = new Map<string, Cost>();
  let total = NOTHING;
  for (const projection of project(region, grid)) {
    const key = isUniform ? textOf(projection) : undefined;
    let cost = key === undefined ? undefined : known.get(key);
    cost ??= costOfProjection(level.at(projection.coords), projection, concurrency);
    if (key !== undefined) known.set(key, cost);
    total = added(total, cost);
  }
  return { ...total, heldBytes: times(total.heldBytes, Math.min(count, concurrency)) };
}

/** What is the same for all chunks of one shape of which the same part is taken; undefined for lists of places. */
function textOf({ inChunk, whole }: ChunkProjection): string | undefined {
  if (isPoints(inChunk)) return undefined;
  let text = `${whole}`;
  for (const pick of inChunk) {
    if (pick instanceof Float64Array) return undefined;
    text += `,${pick.start}:${pick.step}:${pick.count}`;
  }
  return text;
}

function costOfProjection(level: ChunkLevel, projection: ChunkProjection, concurrency: number): Cost {
  if (level.shard === undefined) return costOfChunk(level, partOf(level, projection));
  const { format, level: inner } = level.shard;
  const cells = costOf(inner, projection.inChunk, concurrency);
  if (projection.whole) {
    return { ...cells, requests: 1, bytes: storedSize(level), heldBytes: storedSize(level) ?? decodedSize(level) };
  }
  return {
    ...cells,
    requests: cells.requests + 1,
    bytes: sum(cells.bytes, format.indexSize),
    heldBytes: sum(cells.heldBytes, format.indexSize),
  };
}

/** What is fetched of a chunk that need not be fetched whole. */
function partOf({ codecs }: ChunkLevel, { inChunk }: ChunkProjection): BytePart | undefined {
  const span = codecs?.layout?.spanOf(inChunk);
  return span && codecs?.layout?.storedPart(span);
}

/** What reading a chunk takes, or only `part` of its stored bytes. */
function costOfChunk(level: ChunkLevel, part: BytePart | undefined): Cost {
  const decodedBytes = part?.length ?? decodedSize(level);
  const bytes = part?.length ?? storedSize(level);
  return {
    requests: 1,
    bytes,
    chunks: 1,
    decodedBytes,
    heldBytes: bytes ?? decodedBytes,
    largestBytes: decodedBytes,
  };
}

const decodedSize = ({ spec: { shape, dtype } }: ChunkLevel): Bytes => times(dtype.itemSize, sizeOf(shape));

/** Bytes of a stored chunk, or of a shard that has all its cells and no gaps. */
function storedSize({ codecs, shard }: ChunkLevel): Bytes {
  if (shard === undefined) return codecs?.size;
  const { gridShape, indexSize } = shard.format;
  const cell = shard.level.at(gridShape.map(() => 0)); // Cells have one shape.
  return sum(times(storedSize(cell), sizeOf(gridShape)), indexSize);
}

const repeated = (cost: Cost, count: number): Cost => ({
  ...cost,
  requests: cost.requests * count,
  bytes: times(cost.bytes, count),
  chunks: cost.chunks * count,
  decodedBytes: times(cost.decodedBytes, count),
});

const added = (a: Cost, b: Cost): Cost => ({
  requests: a.requests + b.requests,
  bytes: sum(a.bytes, b.bytes),
  chunks: a.chunks + b.chunks,
  decodedBytes: sum(a.decodedBytes, b.decodedBytes),
  heldBytes: larger(a.heldBytes, b.heldBytes),
  largestBytes: larger(a.largestBytes, b.largestBytes),
});

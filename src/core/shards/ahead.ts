/**
 * The index of a shard, read together with what lies beside it.
 *
 * Some cells of a shard are two requests: one for the index, one for the cells. Where a store takes its time to answer, a
 * request costs more than the bytes of a small shard. So the first one asks for more than the index where that is all of
 * the shard, or a good part of it: from its end, or from its beginning, wherever the index is. What is asked for
 * afterwards is taken from there. All that the shard is then known by (its size, its tag) came with these bytes, so they
 * are of the generation that the index is of.
 */
import type { ByteRange } from '../../stores/store.js';
import { isPromise, type MaybePromise } from '../../task.js';
import type { CellParts } from '../cells.js';
import type { Context } from '../context.js';
import type { CellRange } from './plan.js';
import type { ShardFormat } from './shard.js';

/**
 * The most bytes that are asked for with an index, it included. At 100 Mbit/s they take 5 ms, less than most servers take to
 * answer; on one machine, where a request costs 0.1 ms, as long as that.
 */
const MOST_BYTES = 2 ** 16;

/**
 * How many times as long a shard may be, before it is compressed: what is wanted is then among the bytes most often where
 * compression gains anything, and once in so many times where it does not.
 */
const MOST_TIMES = 4;

/** How joining ranges is set: what is read in vain so that it takes a request less. */
export type Coalescing = Pick<Context, 'coalesceMaxGapBytes' | 'coalesceMaxBytes'>;

/** How many bytes, its index included, the first request for a shard asks for. */
export function bytesAhead({ indexSize, plainSize }: ShardFormat, parts: CellParts, settings: Coalescing): number {
  if (parts.answersAtOnce || !parts.clipsRanges || plainSize === undefined) return indexSize;
  const bytes = Math.min(MOST_BYTES, settings.coalesceMaxGapBytes, settings.coalesceMaxBytes);
  const size = Math.min(plainSize, parts.size ?? Number.POSITIVE_INFINITY);
  return size <= MOST_TIMES * bytes ? Math.max(indexSize, bytes) : indexSize;
}

/**
 * The parts of a shard of which `bytes` were read, from its end or from its beginning, when so many were `asked` for; as
 * they were where nobody knows in which place of the shard they lie.
 */
export function withBytes(parts: CellParts, bytes: Uint8Array, asked: number, { indexAt }: ShardFormat): CellParts {
  // Stores clip ranges, so fewer bytes than were asked for are all of them.
  const size = parts.size ?? (bytes.length < asked ? bytes.length : undefined);
  if (size === undefined && indexAt === 'end') return parts;
  if (size !== undefined && bytes.length !== Math.min(asked, size)) return parts;
  return new PartsAhead(parts, bytes, indexAt === 'end' ? size! - bytes.length : 0, size);
}

/** A shard of which some bytes are at hand. */
class PartsAhead implements CellParts {
  readonly size: number | undefined;
  readonly answersAtOnce: boolean;
  readonly takesMany: boolean;
  readonly clipsRanges = true;
  readonly #parts: CellParts;
  readonly #bytes: Uint8Array;
  /** Where they begin. */
  readonly #start: number;

  constructor(parts: CellParts, bytes: Uint8Array, start: number, size: number | undefined) {
    this.#parts = parts;
    this.#bytes = bytes;
    this.#start = start;
    this.size = size;
    this.answersAtOnce = parts.answersAtOnce || bytes.length === size;
    this.takesMany = parts.takesMany && !this.answersAtOnce;
  }

  get(range: ByteRange): MaybePromise<Uint8Array | undefined> {
    if (!isBounded(range)) return this.#parts.get(range);
    const { offset, length } = range;
    const start = this.#start;
    const end = start + this.#bytes.length;
    if (offset >= start && offset + length <= end) return this.#bytes.subarray(offset - start, offset - start + length);
    // What is at hand is not asked for again.
    if (offset < start && offset + length > start && offset + length <= end) {
      const missing = this.#parts.get({ offset, length: start - offset });
      return joined(missing, start - offset, (first) => [first, this.#bytes.subarray(0, offset + length - start)]);
    }
    if (offset >= start && offset < end && offset + length > end) {
      const missing = this.#parts.get({ offset: end, length: offset + length - end });
      return joined(missing, offset + length - end, (last) => [this.#bytes.subarray(offset - start), last]);
    }
    return this.#parts.get(range);
  }

  getMany(ranges: readonly ByteRange[]): MaybePromise<readonly (Uint8Array | undefined)[]> {
    const missing = ranges.filter((range) => !this.#has(range));
    if (missing.length === 0) return ranges.map((range) => this.get(range) as Uint8Array); // They are at hand.
    const filled = (found: readonly (Uint8Array | undefined)[]): (Uint8Array | undefined)[] => {
      let next = 0;
      return ranges.map((range) => (this.#has(range) ? (this.get(range) as Uint8Array) : found[next++]));
    };
    const found = this.#parts.getMany(missing);
    return isPromise(found) ? found.then(filled) : filled(found);
  }

  #has(range: ByteRange): boolean {
    if (!isBounded(range)) return false;
    const { offset, length } = range;
    return offset >= this.#start && offset + length <= this.#start + this.#bytes.length;
  }
}

const isBounded = (range: ByteRange): range is CellRange => 'offset' in range && range.length !== undefined;

/** The bytes that `join` makes one of, once those that were missing are all there; else those that came. */
function joined(
  missing: MaybePromise<Uint8Array | undefined>,
  length: number,
  join: (missing: Uint8Array) => readonly [Uint8Array, Uint8Array],
): MaybePromise<Uint8Array | undefined> {
  if (isPromise(missing)) return missing.then((later) => joined(later, length, join));
  if (missing?.length !== length) return missing;
  const [first, last] = join(missing);
  const whole = new Uint8Array(first.length + last.length);
  whole.set(first);
  whole.set(last, first.length);
  return whole;
}

/**
 * Where the elements of a chunk lie among its bytes, so that a part of them can be found and decoded by itself.
 *
 * Chains allow that whose filters only move axes, whose serializer lays elements of one size one after another, and which
 * compress by nothing, or by one codec that decodes parts. A part is decoded as one span, from its first element to its
 * last one.
 */
import { CodecError } from '../errors.js';
import { type AxisPick, isPoints, type Picks } from '../ndarray/picked.js';
import { sizeOf, stridesOf } from '../ndarray/shape.js';
import type { Strided } from '../ndarray/strided.js';
import { isPromise, type MaybePromise } from '../task.js';
import type { BoundCodec, BytePart, ChunkSpec, Compressor, Serializer } from './codec.js';

/** Elements that lie one after another in a chunk. */
export interface Span {
  readonly first: number;
  readonly count: number;
}

/** A part is worth the trouble where it is at most half of the chunk, and spares at least so many bytes. */
const WORTHWHILE_BYTES = 4096;

/** How the elements of chunks of one spec lie among their serialized bytes. */
export class ChunkLayout {
  readonly #spec: ChunkSpec;
  /** How many elements further the next one along an axis lies. */
  readonly #strides: readonly number[];
  readonly #serializer: ElementSerializer;
  readonly #compressor: PartCompressor | undefined;
  readonly #size: number;
  readonly #itemSize: number;

  constructor(
    spec: ChunkSpec,
    strides: readonly number[],
    serializer: ElementSerializer,
    compressor: PartCompressor | undefined,
  ) {
    this.#spec = spec;
    this.#strides = strides;
    this.#serializer = serializer;
    this.#compressor = compressor;
    this.#size = serializer.size;
    this.#itemSize = serializer.size / sizeOf(spec.shape);
  }

  /** Whether chunks are long enough for a part to be worth the trouble. */
  get hasParts(): boolean {
    return this.#size / 2 >= WORTHWHILE_BYTES;
  }

  /** What has to be decoded for `picks` of a chunk; undefined where that is so much that all may be. */
  spanOf(picks: Picks): Span | undefined {
    const span = isPoints(picks) ? this.#spanOfPoints(picks.coords, picks.count) : this.#spanOfAxes(picks);
    const spared = this.#size - span.count * this.#itemSize;
    return spared >= this.#size / 2 && spared >= WORTHWHILE_BYTES ? span : undefined;
  }

  #spanOfAxes(picks: readonly AxisPick[]): Span {
    let first = 0;
    let last = 0;
    for (let axis = 0; axis < picks.length; axis++) {
      const [low, high] = endsOf(picks[axis]!);
      first += low * this.#strides[axis]!;
      last += high * this.#strides[axis]!;
    }
    return { first, count: last - first + 1 };
  }

  #spanOfPoints(coords: readonly Float64Array[], count: number): Span {
    let first = Number.POSITIVE_INFINITY;
    let last = 0;
    for (let i = 0; i < count; i++) {
      let place = 0;
      for (let axis = 0; axis < coords.length; axis++) place += coords[axis]![i]! * this.#strides[axis]!;
      first = Math.min(first, place);
      last = Math.max(last, place);
    }
    return { first, count: last - first + 1 };
  }

  /** The bytes of a stored chunk that `span` lies in; undefined where they are compressed, so that all are needed. */
  storedPart(span: Span): BytePart | undefined {
    return this.#compressor === undefined ? this.#partOf(span) : undefined;
  }

  #partOf({ first, count }: Span): BytePart {
    return { offset: first * this.#itemSize, length: count * this.#itemSize };
  }

  /**
   * The chunk as a view of which only the elements of `span` may be looked at. `bytes` are its stored part, or else all of
   * the stored bytes.
   */
  decode(bytes: Uint8Array, span: Span): MaybePromise<Strided> {
    const part = this.#partOf(span);
    const serialized = this.#compressor === undefined ? bytes : this.#compressor.decodePart(bytes, this.#size, part);
    if (isPromise(serialized)) return serialized.then((later) => this.#view(later, span, part));
    return this.#view(serialized, span, part);
  }

  #view(serialized: Uint8Array, span: Span, { length }: BytePart): Strided {
    if (serialized.length !== length) {
      throw new CodecError(`expected ${length} bytes of a chunk, got ${serialized.length}`);
    }
    const { dtype, shape } = this.#spec;
    const storage = this.#serializer.decodeElements(serialized);
    return { storage, itemUnits: dtype.unitsPerItem, shape, strides: this.#strides, offset: -span.first };
  }
}

type ElementSerializer = Required<Pick<Serializer, 'decodeElements'>> & { readonly size: number };
type PartCompressor = Required<Pick<Compressor, 'decodePart'>>;

/** The layout that a bound chain gives to chunks of `spec`; undefined where only whole chunks can be decoded. */
export function layoutOf(spec: ChunkSpec, chain: readonly BoundCodec[]): ChunkLayout | undefined {
  const strides = elementStrides(spec, chain);
  const at = chain.findIndex(({ kind }) => kind === 'serializer');
  const serializer = chain[at];
  const [compressor, ...more] = chain.slice(at + 1);
  if (strides === undefined || serializer?.kind !== 'serializer' || !laysElements(serializer)) return undefined;
  if (more.length > 0 || (compressor !== undefined && !decodesParts(compressor))) return undefined;
  return new ChunkLayout(spec, strides, serializer, compressor);
}

/**
 * How many elements further among the serialized ones the next one along each axis of a chunk lies; undefined where the
 * chain does more than to move axes and to lay elements of one size one after another, or where they have no bytes.
 */
export function elementStrides(spec: ChunkSpec, chain: readonly BoundCodec[]): readonly number[] | undefined {
  // Position `i` of the serialized axes is axis `axes[i]` of the chunk.
  let axes = spec.shape.map((_, axis) => axis);
  let shape = spec.shape;
  let at = 0;
  for (let codec = chain[at]; codec?.kind === 'filter'; codec = chain[++at]) {
    const { order } = codec;
    if (order === undefined || codec.encoded.dtype !== spec.dtype) return undefined;
    axes = order.map((axis) => axes[axis]!);
    shape = codec.encoded.shape;
  }
  const serializer = chain[at];
  if (serializer?.kind !== 'serializer' || !laysElements(serializer) || serializer.size === 0) return undefined;
  const strides = new Array<number>(axes.length);
  stridesOf(shape).forEach((stride, position) => {
    strides[axes[position]!] = stride;
  });
  return strides;
}

const laysElements = (codec: Serializer): codec is Serializer & ElementSerializer =>
  codec.decodeElements !== undefined && codec.size !== undefined;

const decodesParts = (codec: BoundCodec): codec is Compressor & PartCompressor =>
  codec.kind === 'compressor' && codec.decodePart !== undefined;

/** The lowest and the highest place that is taken of an axis, of which there is one at least. */
function endsOf(pick: AxisPick): readonly [low: number, high: number] {
  if (!(pick instanceof Float64Array)) {
    const { start, step, count } = pick;
    const end = start + (count - 1) * step;
    return step > 0 ? [start, end] : [end, start];
  }
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let i = 0; i < pick.length; i++) {
    low = Math.min(low, pick[i]!);
    high = Math.max(high, pick[i]!);
  }
  return [low, high];
}

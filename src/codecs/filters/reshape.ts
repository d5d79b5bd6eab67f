/**
 * `reshape`: the same elements in another shape, in C order.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/reshape
 */
import { CodecError, MetadataValidationError } from '../../errors.js';
import { JsonNumber } from '../../json/model.js';
import type { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import type { ChunkSpec, CodecDefinition, Filter } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { at, Options } from '../options.js';

const NAME = 'reshape';

/** A length; -1, at most once, for what is left; or the axes of the decoded chunk whose lengths are multiplied. */
export type ReshapeLength = number | readonly number[];

/** What the constructor of `ReshapeCodec` takes. */
export interface ReshapeOptions {
  /** For each axis of an encoded chunk, its length. */
  readonly shape: readonly ReshapeLength[];
}

/**
 * The codec that gives chunks another shape.
 *
 * @example
 * import { ReshapeCodec } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const filters = [new ReshapeCodec({ shape: [[0, 1], -1] })];
 * const array = createArray(new MemoryStore(), { shape: [4, 3, 2], chunks: [2, 3, 2], dtype: 'uint8', filters });
 * // Chunks are stored in the shape (6, 2).
 * array.set(null, 7);
 * array.get([3, 2, 1]); // 7
 */
export class ReshapeCodec extends NamedCodec<Filter> {
  readonly kind = 'filter';
  readonly name = NAME;
  /** For each axis of an encoded chunk, its length, as it was given. */
  readonly shape: readonly ReshapeLength[];
  readonly configuration: Readonly<Record<string, unknown>>;

  constructor(options: ReshapeOptions) {
    super();
    const given = new Options(NAME, options, ['shape'], 'ReshapeCodec');
    const shape = given.get('shape');
    if (shape === undefined) throw given.missing('shape');
    if (!Array.isArray(shape)) throw given.expected('shape', 'a list', shape);
    this.shape = Object.freeze(shape.map((item: unknown, index) => lengthOf(given, item, `shape[${index}]`)));
    if (this.shape.filter((length) => length === -1).length > 1) throw given.wrong('shape', 'expected -1 at most once');
    const axes = this.shape.flatMap((length) => (typeof length === 'number' ? [] : length));
    if (axes.some((axis, index) => index > 0 && axis <= axes[index - 1]!)) {
      throw given.wrong('shape', `expected axes in rising order, got ${axes.join(', ')}`);
    }
    this.configuration = Object.freeze({ shape: this.shape });
    Object.freeze(this);
  }

  toString(): string {
    const lengths = this.shape.map((length) =>
      typeof length === 'number' ? String(length) : `[${length.join(', ')}]`,
    );
    return `ReshapeCodec(shape=[${lengths.join(', ')}])`;
  }

  override resolve(spec: ChunkSpec): this {
    at('configuration', () => this.bind(spec));
    return this;
  }

  bind(spec: ChunkSpec): Filter {
    return new Reshape(NAME, spec, reshaped(this.shape, spec.shape));
  }
}

export const reshapeDefinition = Object.freeze<CodecDefinition<ReshapeCodec>>({
  name: NAME,
  parse: (configuration) => new ReshapeCodec(Options.given(configuration)),
});

function lengthOf(given: Options, item: unknown, place: string): ReshapeLength {
  if (Array.isArray(item)) return Object.freeze(item.map((axis: unknown) => integerOf(given, axis, place, 0)));
  const length = integerOf(given, item, place, -1);
  if (length === 0) throw given.expected(place, 'a length of at least 1, -1, or a list of axes', item);
  return length;
}

function integerOf(given: Options, item: unknown, place: string, least: number): number {
  const value = item instanceof JsonNumber && item.isInteger ? item.toNumber() : item;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw given.expected(place, 'a length of at least 1, -1, or a list of axes', item);
}

/** The shape of an encoded chunk; throws unless it has as many elements, and its axes those that are named. */
function reshaped(lengths: readonly ReshapeLength[], shape: readonly number[]): number[] {
  const failed = (text: string): MetadataValidationError =>
    new MetadataValidationError(`shape: ${text}`, { codec: NAME });
  const size = sizeOf(shape);
  const known = lengths.map((length, index) => {
    if (typeof length === 'number') return length;
    const missing = length.find((axis) => axis >= shape.length);
    if (missing !== undefined) throw failed(`[${index}] names axis ${missing} of (${shape.join(', ')})`);
    return sizeOf(length.map((axis) => shape[axis]!));
  });
  const rest = sizeOf(known.filter((length) => length !== -1));
  const open = known.includes(-1) ? size / rest : 1;
  const result = known.map((length) => (length === -1 ? open : length));
  if (!Number.isInteger(open) || open < 1 || sizeOf(result) !== size) {
    throw failed(`(${result.join(', ')}) has not the ${size} elements of (${shape.join(', ')})`);
  }
  lengths.forEach((length, index) => {
    const [first, last] = typeof length === 'number' ? [] : [length[0], length.at(-1)];
    if (first === undefined || last === undefined) return;
    const isAlike =
      sizeOf(result.slice(0, index)) === sizeOf(shape.slice(0, first)) &&
      sizeOf(result.slice(index + 1)) === sizeOf(shape.slice(last + 1));
    if (!isAlike) throw failed(`[${index}] of (${result.join(', ')}) is not where it is in (${shape.join(', ')})`);
  });
  return result;
}

/** A filter that gives chunks another shape of as many elements, where strides can express it in place. */
export class Reshape implements Filter {
  readonly kind = 'filter';
  readonly encoded: ChunkSpec;
  readonly #shape: readonly number[];
  readonly #codec: string;

  constructor(codec: string, spec: ChunkSpec, shape: readonly number[]) {
    this.encoded = { ...spec, shape };
    this.#shape = spec.shape;
    this.#codec = codec;
  }

  encode(chunk: NdArray): NdArray {
    return chunk.reshape(this.encoded.shape);
  }

  decode(chunk: NdArray): NdArray {
    const codec = this.#codec;
    if (chunk.size !== sizeOf(this.#shape)) {
      throw new CodecError(`${codec}: expected ${sizeOf(this.#shape)} elements, got ${chunk.size}`, { codec });
    }
    return chunk.reshape(this.#shape);
  }
}

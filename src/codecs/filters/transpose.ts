/** `transpose`: permutes the axes. Only strides change; the serializer moves the elements once. */
import { CodecError, MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec, CodecDefinition, Filter } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';

const NAME = 'transpose';

/** What `TransposeCodec` takes. */
export interface TransposeOptions {
  /** Axis `i` of an encoded chunk is axis `order[i]` of a decoded one. */
  readonly order: readonly number[];
}

/**
 * The codec that permutes the axes of chunks.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { TransposeCodec } from 'zarr-ts/codecs';
 * const filters = [new TransposeCodec({ order: [1, 0] })];
 * const array = zarr.createArray(undefined, { data: zarr.ndarray([[1, 2], [3, 4]]), filters });
 * array.get([1, 0]); // 3
 */
export class TransposeCodec extends NamedCodec<Filter> {
  readonly kind = 'filter';
  readonly name = NAME;
  /** Which axis of the chunk comes at each place, a permutation of the axes. */
  readonly order: readonly number[];
  readonly configuration: Readonly<Record<string, unknown>>;

  constructor(options: TransposeOptions) {
    super();
    const given = new Options(NAME, options, ['order'], 'TransposeCodec');
    const order = given.integers('order', 0);
    if (order === undefined) throw given.missing('order');
    if (new Set(order).size !== order.length || order.some((axis) => axis >= order.length)) {
      throw given.wrong('order', `expected a permutation of the axes, got ${text(order)}`);
    }
    this.order = Object.freeze(order);
    this.configuration = Object.freeze({ order: this.order });
    Object.freeze(this);
  }

  toString(): string {
    return `TransposeCodec(${argumentsText({ order: this.order })})`;
  }

  override resolve({ shape }: ChunkSpec): this {
    if (this.order.length === shape.length) return this;
    throw new MetadataValidationError(
      `configuration.order: expected a permutation of the ${shape.length} axes, got ${text(this.order)}`,
      { codec: NAME },
    );
  }

  bind(spec: ChunkSpec): Filter {
    return new Transpose(this.resolve(spec).order, spec);
  }
}

const text = (order: readonly number[]): string => `(${order.join(', ')})`;

export const transposeDefinition = Object.freeze<CodecDefinition<TransposeCodec | NamedOrder>>({
  name: NAME,
  parse(configuration) {
    const order = configuration?.get('order');
    return order === 'C' || order === 'F' ? new NamedOrder(order) : new TransposeCodec(Options.given(configuration));
  },
});

/** An order by its name, as drafts of format 3 had it: which permutation that is depends on how many axes there are. */
class NamedOrder extends NamedCodec<Filter> {
  readonly kind = 'filter';
  readonly name = NAME;
  readonly configuration: Readonly<{ order: 'C' | 'F' }>;

  constructor(order: 'C' | 'F') {
    super();
    this.configuration = Object.freeze({ order });
    Object.freeze(this);
  }

  toString(): string {
    return `TransposeCodec(${argumentsText({ order: this.configuration.order })})`;
  }

  override resolve({ shape }: ChunkSpec): TransposeCodec {
    const axes = shape.map((_, axis) => axis);
    return new TransposeCodec({ order: this.configuration.order === 'C' ? axes : axes.reverse() });
  }

  bind(spec: ChunkSpec): Filter {
    return this.resolve(spec).bind(spec);
  }
}

class Transpose implements Filter {
  readonly kind = 'filter';
  readonly encoded: ChunkSpec;
  readonly order: readonly number[];
  readonly #inverse: readonly number[];

  constructor(order: readonly number[], spec: ChunkSpec) {
    this.encoded = { ...spec, shape: order.map((axis) => spec.shape[axis]!) };
    this.order = order;
    this.#inverse = order.map((_, axis) => order.indexOf(axis));
  }

  encode(chunk: NdArray): NdArray {
    return permuted(chunk, this.order);
  }

  decode(chunk: NdArray): NdArray {
    return permuted(chunk, this.#inverse);
  }
}

function permuted({ dtype, storage, shape, strides, offset }: NdArray, order: readonly number[]): NdArray {
  if (shape.length !== order.length) {
    throw new CodecError(`${NAME}: expected ${order.length} axes, got ${shape.length}`, { codec: NAME });
  }
  const byOrder = (list: readonly number[]): number[] => order.map((axis) => list[axis]!);
  return new NdArray(dtype, storage, byOrder(shape), byOrder(strides), offset);
}

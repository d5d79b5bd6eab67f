/** `bytes`: the elements of a chunk one after another, in C order, in either byte order. */
import { DType, type Endianness } from '../../dtypes/dtype.js';
import { bytesOfStorage, isPacked, type PackedStorage, type Storage } from '../../dtypes/storage.js';
import { CodecError, MetadataValidationError } from '../../errors.js';
import { copy } from '../../ndarray/copy.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf, stridesOf } from '../../ndarray/shape.js';
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';

const NAME = 'bytes';

/** What `BytesCodec` takes. */
export interface BytesOptions {
  /** The byte order; `null` for elements that have none. */
  readonly endian?: Endianness | null | undefined;
}

/**
 * The codec of elements that all have the same size: one after another, in C order, in either byte order.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { BytesCodec } from 'zarr-ts/codecs';
 * const serializer = new BytesCodec({ endian: 'big' });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', serializer });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class BytesCodec extends NamedCodec<Serializer> {
  readonly kind = 'serializer';
  readonly name = NAME;
  /** The order of the bytes of an element; `null` for elements of one byte. */
  readonly endian: Endianness | null;
  readonly configuration: Readonly<Record<string, unknown>> | undefined;

  constructor(options: BytesOptions = {}) {
    super();
    const given = new Options(NAME, options, ['endian'], 'BytesCodec');
    this.endian =
      given.get('endian') === null ? null : (given.choice<Endianness>('endian', ['little', 'big']) ?? 'little');
    this.configuration = this.endian === null ? undefined : Object.freeze({ endian: this.endian });
    Object.freeze(this);
  }

  toString(): string {
    return `BytesCodec(${argumentsText({ endian: this.endian })})`;
  }

  /** Without a byte order where elements have none. */
  override resolve({ dtype }: ChunkSpec): BytesCodec {
    if (dtype.itemSize === undefined || dtype.storageUnit === 'object') {
      throw new MetadataValidationError(`${NAME} cannot encode "${dtype.name}", whose elements vary in length`, {
        codec: NAME,
      });
    }
    if (!dtype.hasByteOrder) return this.endian === null ? this : new BytesCodec({ endian: null });
    if (this.endian !== null) return this;
    // Older documents of structs say nothing, and mean this.
    if (dtype.kind === 'struct') return new BytesCodec({ endian: 'little' });
    throw new MetadataValidationError(
      `configuration.endian: missing; the elements of "${dtype.name}" have more than one byte`,
      { codec: NAME },
    );
  }

  bind(spec: ChunkSpec): Serializer {
    return new Bytes(this.resolve(spec).endian ?? 'little', spec);
  }
}

/** The elements of format 2: every number in the byte order that the data type declares for it. */
export class DeclaredBytesCodec extends BytesCodec {
  constructor() {
    super({ endian: null });
  }

  override resolve(): this {
    return this;
  }

  override bind(spec: ChunkSpec): Serializer {
    return new Bytes('declared', spec);
  }
}

export const bytesDefinition = Object.freeze<CodecDefinition<BytesCodec>>({
  name: NAME,
  aliases: ['endian'],
  parse: (configuration) => new BytesCodec({ endian: null, ...Options.given(configuration) }),
});

class Bytes implements Serializer {
  readonly kind = 'serializer';
  readonly size: number;
  readonly #dtype: DType;
  readonly #shape: readonly number[];
  readonly #itemSize: number;
  readonly #order: Endianness | 'declared';
  readonly #isBool: boolean;
  /** Whether the order of bytes is that of memory. */
  readonly #isNative: boolean;
  /** Whether bytes in the order of memory are elements as they stand in storage, whatever they are. */
  readonly #isSettled: boolean;

  constructor(order: Endianness | 'declared', { dtype, shape }: ChunkSpec) {
    this.#dtype = dtype;
    this.#shape = shape;
    // `resolve` has refused the types without an item size.
    this.#itemSize = dtype.itemSize as number;
    this.#order = order;
    this.#isBool = dtype.kind === 'bool';
    this.size = sizeOf(shape) * this.#itemSize;
    const element = new Uint8Array(this.#itemSize);
    this.#isNative = dtype.swapped(element, order) === element;
    this.#isSettled = dtype.view === DType.prototype.view && dtype.looseBytes.length === 0;
  }

  get isPlain(): boolean {
    return this.#isNative && this.#isSettled;
  }

  encode(chunk: NdArray): Uint8Array {
    return this.#dtype.swapped(this.#packed(chunk), this.#order);
  }

  decode(bytes: Uint8Array): NdArray {
    this.#checkSize(bytes);
    // Of strings without characters, a chunk has no bytes to tell how many there are.
    if (this.#itemSize === 0) return new NdArray(this.#dtype, this.#dtype.allocate(sizeOf(this.#shape)), this.#shape);
    return new NdArray(this.#dtype, this.decodeElements(bytes), this.#shape);
  }

  decodeElements(bytes: Uint8Array): Storage {
    const native = this.#dtype.swapped(bytes, this.#order);
    return this.#dtype.view(this.#isBool ? truthOf(native) : native);
  }

  decodeBytes(bytes: Uint8Array, ours: boolean): Uint8Array {
    this.#checkSize(bytes);
    const native = this.#isNative ? bytes : this.#dtype.swapped(bytes, this.#order, ours ? bytes : undefined);
    return this.#isSettled ? native : bytesOfStorage(this.#dtype.view(native));
  }

  #checkSize({ length }: Uint8Array): void {
    if (length === this.size) return;
    throw new CodecError(`${NAME}: expected ${this.size} bytes, got ${length}`, { codec: NAME });
  }

  /** The bytes of the chunk's elements in C order: a view where they lie so. */
  #packed(chunk: NdArray): Uint8Array {
    const { dtype, storage, shape, offset } = chunk;
    if (!isPacked(storage)) throw new CodecError(`${NAME} cannot encode "${dtype.name}"`, { codec: NAME });
    if (isContiguous(chunk)) {
      const start = offset * this.#itemSize;
      return bytesOfStorage(storage).subarray(start, start + sizeOf(shape) * this.#itemSize);
    }
    // Packed storage of the same type is packed too.
    const target = dtype.allocate(sizeOf(shape)) as PackedStorage;
    copy(chunk, new NdArray(dtype, target, shape));
    return bytesOfStorage(target);
  }
}

/** Whether the elements lie one after another in C order. */
function isContiguous({ shape, strides }: NdArray): boolean {
  const packed = stridesOf(shape);
  return shape.every((length, axis) => length <= 1 || strides[axis] === packed[axis]) || sizeOf(shape) === 0;
}

/** Every byte that is not 0 is true, which is 1 in memory. */
function truthOf(bytes: Uint8Array): Uint8Array {
  let isClean = true;
  for (let i = 0; i < bytes.length && isClean; i++) isClean = bytes[i]! <= 1;
  return isClean ? bytes : bytes.map((byte) => (byte === 0 ? 0 : 1));
}

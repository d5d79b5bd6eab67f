/**
 * `vlen-array` of numcodecs: typed arrays that vary in length, each as its length in bytes and its elements.
 *
 * By that bare name format 3 has a codec without a type, of strings and byte strings, which lays them out as `vlen-utf8`
 * and `vlen-bytes` do.
 */
import type { DType } from '../../dtypes/dtype.js';
import { bytesOfStorage, type PackedStorage, type StorageUnit, storageOfBytes } from '../../dtypes/storage.js';
import { CastError, CodecError, MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { numpyText, requiredDtype } from '../filters/dtype-option.js';
import { flatStorage } from '../filters/numbers.js';
import { NamedCodec } from '../named-codec.js';
import { NumcodecSerializer, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { readItems, writeItems } from './vlen.js';
import { checkVarying, VLenItemsSerializer } from './vlen-items.js';

/** What the constructor of `VLenArray` takes. */
export interface VLenArrayOptions {
  /** The type of the numbers, as NumPy writes it: `"<i2"`. */
  readonly dtype: string | DType;
}

/**
 * numcodecs' VLenArray: typed arrays that vary in length, each as its length in bytes and its elements.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const filters = [new numcodecs.VLenArray({ dtype: '<i2' })];
 * const array = createArray(new MemoryStore(), { shape: [2], dtype: 'object', filters, zarrFormat: 2 });
 * array.set(null, [Int16Array.of(1, 2), Int16Array.of(3)]);
 * array.get(0); // Int16Array.of(1, 2)
 */
export class VLenArray extends NumcodecSerializer {
  readonly dtype: DType;

  constructor(options: VLenArrayOptions, format: 2 | 3 = 3) {
    super('vlen-array', 'VLenArray', options, format);
    const given = new Options(this.name, options, ['dtype'], 'VLenArray');
    this.dtype = requiredDtype(given, 'dtype');
    if (this.dtype.itemSize === undefined) throw given.expected('dtype', 'a type of one size', given.get('dtype'));
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    return { dtype: numpyText(this.dtype) };
  }

  override resolve(spec: ChunkSpec): this {
    if (spec.dtype.kind === 'object') return this;
    throw new MetadataValidationError(`expected elements that are arrays, got "${spec.dtype.name}"`, {
      codec: this.name,
    });
  }

  bind(spec: ChunkSpec): Serializer {
    this.resolve(spec);
    return new ArrayItems(spec, this.dtype, this.name);
  }
}

export const numcodecsVLenArrayDefinition: CodecDefinition<VLenArray> = /* @__PURE__ */ numcodecDefinition(
  'vlen-array',
  VLenArray,
);

const BARE_NAME = 'vlen-array';

/** The codec of strings and byte strings that format 3 has by the name `vlen-array`. */
export class VLenArrayCodec extends NamedCodec<Serializer> {
  readonly kind = 'serializer';
  readonly name = BARE_NAME;
  readonly configuration: Readonly<Record<string, unknown>> = Object.freeze({});

  constructor(options: Readonly<Record<string, never>> = {}) {
    super();
    new Options(BARE_NAME, options, [], 'VLenArrayCodec');
    Object.freeze(this);
  }

  toString(): string {
    return 'VLenArrayCodec()';
  }

  override resolve({ dtype }: ChunkSpec): this {
    checkVarying(dtype, BARE_NAME, 'elements');
    return this;
  }

  bind(spec: ChunkSpec): Serializer {
    this.resolve(spec);
    return new VLenItemsSerializer(spec, BARE_NAME);
  }
}

export const vlenArrayDefinition = Object.freeze<CodecDefinition<VLenArrayCodec | VLenArray>>({
  name: BARE_NAME,
  aliases: ['https://codec.zarrs.dev/array_to_bytes/vlen_array'],
  // With a type it is the codec of numcodecs.
  parse: (configuration) =>
    configuration?.has('dtype') === true
      ? numcodecsVLenArrayDefinition.parse(configuration)
      : new VLenArrayCodec(Options.given(configuration)),
});

class ArrayItems implements Serializer {
  readonly kind = 'serializer';
  readonly size = undefined;
  readonly #spec: ChunkSpec;
  readonly #dtype: DType;
  readonly #codec: string;

  constructor(spec: ChunkSpec, dtype: DType, codec: string) {
    this.#spec = spec;
    this.#dtype = dtype;
    this.#codec = codec;
  }

  encode(chunk: NdArray): Uint8Array {
    const items = flatStorage(chunk) as readonly unknown[]; // Of a type whose storage is a list.
    return writeItems(
      items.map((item, index) => this.#bytesOf(item, index)),
      this.#codec,
    );
  }

  /** What is missing is an array without elements, as in numcodecs. */
  #bytesOf(item: unknown, index: number): Uint8Array {
    const dtype = this.#dtype;
    const storage = item === null || item === 0 ? dtype.allocate(0) : (dtype.unwrap(item) ?? this.#listed(item, index));
    return dtype.swapped(bytesOfStorage(storage as PackedStorage), 'declared'); // The type has one size.
  }

  #listed(item: unknown, index: number): PackedStorage {
    const codec = this.#codec;
    const dtype = this.#dtype;
    if (!Array.isArray(item)) {
      throw new CodecError(`${codec}: element ${index}: expected an array of "${dtype.name}"`, { codec });
    }
    const storage = dtype.allocate(item.length);
    try {
      item.forEach((value: unknown, at) => {
        dtype.set(storage, at, value, 'exact');
      });
    } catch (error) {
      if (!(error instanceof CastError)) throw error;
      throw new CodecError(`${codec}: element ${index}: ${error.message}`, { codec, cause: error });
    }
    return storage as PackedStorage; // As the type has one size.
  }

  decode(bytes: Uint8Array): NdArray {
    const { dtype, shape } = this.#spec;
    const codec = this.#codec;
    const own = this.#dtype;
    const items = readItems(bytes, sizeOf(shape), codec, (source, start, end) => {
      if ((end - start) % own.itemSize! !== 0) {
        throw new CodecError(`${codec}: ${end - start} bytes are no whole elements of "${own.name}"`, { codec });
      }
      // A copy, which is aligned and keeps no chunk in memory.
      const native = own.swapped(new Uint8Array(source.subarray(start, end)), 'declared');
      return own.wrap(storageOfBytes(own.storageUnit as Exclude<StorageUnit, 'object'>, native)); // As it has one size.
    });
    return new NdArray(dtype, items, shape);
  }
}

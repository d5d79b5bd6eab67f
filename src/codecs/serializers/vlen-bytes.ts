/** `vlen-bytes`: byte strings, each as its length and its bytes. */
import { CodecError, MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Options } from '../options.js';
import { listOf, readItems, writeItems } from './vlen.js';

const NAME = 'vlen-bytes';

/**
 * The codec of byte strings that vary in length: their count, and each with its length before it, in 32 bits.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { VLenBytesCodec } from 'zarr-ts/codecs';
 * const serializer = new VLenBytesCodec();
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'bytes', serializer });
 * array.set(':', [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)]);
 * array.get().toNested(); // [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)]
 */
export class VLenBytesCodec extends NamedCodec<Serializer> {
  readonly kind = 'serializer';
  readonly name = NAME;
  readonly configuration: Readonly<Record<string, unknown>> = Object.freeze({});

  constructor(options: Readonly<Record<string, never>> = {}) {
    super();
    new Options(NAME, options, [], 'VLenBytesCodec');
    Object.freeze(this);
  }

  toString(): string {
    return 'VLenBytesCodec()';
  }

  override resolve({ dtype }: ChunkSpec): this {
    if (dtype.itemSize === undefined && dtype.kind === 'bytes') return this;
    throw new MetadataValidationError(`${NAME} encodes bytes that vary in length, not "${dtype.name}"`, {
      codec: NAME,
    });
  }

  bind(spec: ChunkSpec): Serializer {
    this.resolve(spec);
    return new VLenBytesSerializer(spec);
  }
}

/**
 * numcodecs' VLenBytes: `VLenBytesCodec` by numcodecs' name, a filter of format 2.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const filters = [new numcodecs.VLenBytes()];
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'bytes', filters, zarrFormat: 2 });
 * array.set(':', [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)]);
 * array.get().toNested(); // [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)]
 */
export class VLenBytes extends VLenBytesCodec {
  override toString(): string {
    return 'VLenBytes()';
  }
}

export const vlenBytesDefinition = Object.freeze<CodecDefinition<VLenBytesCodec>>({
  name: NAME,
  aliases: ['numcodecs.vlen-bytes', 'https://codec.zarrs.dev/array_to_bytes/vlen_bytes'],
  parse: (configuration) => new VLenBytesCodec(Options.given(configuration)),
  v2: {
    id: NAME,
    parse: (document) => new VLenBytes(Options.givenV2(document)),
    toJson: () => new Map([['id', NAME]]),
    toString: () => 'VLenBytes()',
  },
});

class VLenBytesSerializer implements Serializer {
  readonly kind = 'serializer';
  readonly size = undefined;
  readonly #spec: ChunkSpec;

  constructor(spec: ChunkSpec) {
    this.#spec = spec;
  }

  encode(chunk: NdArray): Uint8Array {
    const items = listOf(chunk, NAME).map((item, index) => {
      if (item instanceof Uint8Array) return item;
      throw new CodecError(`${NAME}: element ${index}: expected a Uint8Array, got ${typeof item}`, { codec: NAME });
    });
    return writeItems(items, NAME);
  }

  decode(bytes: Uint8Array): NdArray {
    const { dtype, shape } = this.#spec;
    // Copies, so that one element kept does not keep the chunk; `slice` of Node's buffers would make views.
    const copied = (source: Uint8Array, start: number, end: number) => new Uint8Array(source.subarray(start, end));
    const items = readItems(bytes, sizeOf(shape), NAME, copied);
    return new NdArray(dtype, items, shape);
  }
}

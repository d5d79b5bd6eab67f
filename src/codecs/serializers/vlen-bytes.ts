/** `vlen-bytes`: byte strings, each as its length and its bytes; strings too, as their UTF-8. */
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Options } from '../options.js';
import { checkVarying, VLenItemsSerializer } from './vlen-items.js';

const NAME = 'vlen-bytes';

/**
 * The codec of byte strings that vary in length: their count, and each with its length before it, in 32 bits. Strings are
 * encoded as their UTF-8, where it is asked for them.
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
    checkVarying(dtype, NAME, 'bytes');
    return this;
  }

  bind(spec: ChunkSpec): Serializer {
    this.resolve(spec);
    return new VLenItemsSerializer(spec, NAME);
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

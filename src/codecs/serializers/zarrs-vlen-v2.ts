/** `zarrs.vlen_v2`: strings and byte strings, each as its length and its bytes, as `vlen-utf8` and `vlen-bytes` store them. */
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Options } from '../options.js';
import { checkVarying, VLenItemsSerializer } from './vlen-items.js';

const NAME = 'zarrs.vlen_v2';

/**
 * The codec of strings and byte strings that stores them as numcodecs does.
 *
 * @example
 * import { VLenV2Codec } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const array = createArray(new MemoryStore(), { shape: [2], dtype: 'string', serializer: new VLenV2Codec() });
 * array.set(null, ['a', 'bé']);
 * array.get(1); // 'bé'
 */
export class VLenV2Codec extends NamedCodec<Serializer> {
  readonly kind = 'serializer';
  readonly name = NAME;
  readonly configuration: Readonly<Record<string, unknown>> = Object.freeze({});

  constructor(options: Readonly<Record<string, never>> = {}) {
    super();
    new Options(NAME, options, [], 'VLenV2Codec');
    Object.freeze(this);
  }

  toString(): string {
    return 'VLenV2Codec()';
  }

  override resolve({ dtype }: ChunkSpec): this {
    checkVarying(dtype, NAME, 'elements');
    return this;
  }

  bind(spec: ChunkSpec): Serializer {
    this.resolve(spec);
    return new VLenItemsSerializer(spec, NAME);
  }
}

export const vlenV2Definition = Object.freeze<CodecDefinition<VLenV2Codec>>({
  name: NAME,
  aliases: ['https://codec.zarrs.dev/array_to_bytes/vlen_v2'],
  parse: (configuration) => new VLenV2Codec(Options.given(configuration)),
});

/** `vlen-bytes`: byte strings, each as its length and its bytes; strings too, as their UTF-8. */
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Options } from '../options.js';
import { checkVarying, VLenItemsSerializer } from './vlen-items.js';

const NAME = 'vlen-bytes';

/** The codec of byte strings that vary in length; it encodes strings as well, where it is asked for. */
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

/** numcodecs' class of the same codec. */
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

/** `vlen-utf8`: strings, each as its length and its UTF-8; byte strings too, which nobody checks to be UTF-8. */
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Options } from '../options.js';
import { checkVarying, VLenItemsSerializer } from './vlen-items.js';

const NAME = 'vlen-utf8';

/** The codec of strings; it encodes byte strings as well, where it is asked for. */
export class VLenUTF8Codec extends NamedCodec<Serializer> {
  readonly kind = 'serializer';
  readonly name = NAME;
  readonly configuration: Readonly<Record<string, unknown>> = Object.freeze({});

  constructor(options: Readonly<Record<string, never>> = {}) {
    super();
    new Options(NAME, options, [], 'VLenUTF8Codec');
    Object.freeze(this);
  }

  toString(): string {
    return 'VLenUTF8Codec()';
  }

  override resolve({ dtype }: ChunkSpec): this {
    checkVarying(dtype, NAME, 'strings');
    return this;
  }

  bind(spec: ChunkSpec): Serializer {
    this.resolve(spec);
    return new VLenItemsSerializer(spec, NAME);
  }
}

/** numcodecs' class of the same codec. */
export class VLenUTF8 extends VLenUTF8Codec {
  override toString(): string {
    return 'VLenUTF8()';
  }
}

export const vlenUTF8Definition = Object.freeze<CodecDefinition<VLenUTF8Codec>>({
  name: NAME,
  aliases: ['numcodecs.vlen-utf8', 'https://codec.zarrs.dev/array_to_bytes/vlen_utf8'],
  parse: (configuration) => new VLenUTF8Codec(Options.given(configuration)),
  v2: {
    id: NAME,
    parse: (document) => new VLenUTF8(Options.givenV2(document)),
    toJson: () => new Map([['id', NAME]]),
    toString: () => 'VLenUTF8()',
  },
});

/** `vlen-utf8`: strings, each as its length and its UTF-8; byte strings too, which nobody checks to be UTF-8. */
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Options } from '../options.js';
import { checkVarying, VLenItemsSerializer } from './vlen-items.js';

const NAME = 'vlen-utf8';

/**
 * The codec of strings: their count, and each as UTF-8 with its length in bytes before it, in 32 bits.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { VLenUTF8Codec } from 'zarr-ts/codecs';
 * const serializer = new VLenUTF8Codec();
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'string', serializer });
 * array.set(':', ['a', '', 'ü']);
 * array.get().toNested(); // ['a', '', 'ü']
 */
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

/**
 * numcodecs' VLenUTF8: `VLenUTF8Codec` by numcodecs' name, a filter of format 2.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const filters = [new numcodecs.VLenUTF8()];
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'string', filters, zarrFormat: 2 });
 * array.set(':', ['a', '', 'ü']);
 * array.get().toNested(); // ['a', '', 'ü']
 */
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

/** `vlen-utf8`: strings, each as its length and its UTF-8. */
import { CodecError, MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Options } from '../options.js';
import { listOf, readItems, writeItems } from './vlen.js';

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
    if (dtype.itemSize === undefined && dtype.kind === 'string') return this;
    throw new MetadataValidationError(`${NAME} encodes strings that vary in length, not "${dtype.name}"`, {
      codec: NAME,
    });
  }

  bind(spec: ChunkSpec): Serializer {
    this.resolve(spec);
    return new VLenUTF8Serializer(spec);
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

class VLenUTF8Serializer implements Serializer {
  readonly kind = 'serializer';
  readonly size = undefined;
  readonly #spec: ChunkSpec;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(spec: ChunkSpec) {
    this.#spec = spec;
  }

  encode(chunk: NdArray): Uint8Array {
    const encoder = new TextEncoder();
    const items = listOf(chunk, NAME).map((text, index) => {
      if (typeof text !== 'string') {
        throw new CodecError(`${NAME}: element ${index}: expected a string, got ${typeof text}`, { codec: NAME });
      }
      // An encoder would silently put another character in the place of half a surrogate pair.
      if (/\p{Surrogate}/u.test(text)) {
        throw new CodecError(`${NAME}: element ${index}: half a surrogate pair has no UTF-8`, { codec: NAME });
      }
      return encoder.encode(text);
    });
    return writeItems(items, NAME);
  }

  decode(bytes: Uint8Array): NdArray {
    const { dtype, shape } = this.#spec;
    return new NdArray(
      dtype,
      readItems(bytes, sizeOf(shape), NAME, (source, start, end) => this.#textOf(source, start, end)),
      shape,
    );
  }

  #textOf(bytes: Uint8Array, start: number, end: number): string {
    try {
      return this.#decoder.decode(bytes.subarray(start, end));
    } catch (cause) {
      throw new CodecError(`${NAME}: bytes ${start} to ${end} are not UTF-8`, { codec: NAME, cause });
    }
  }
}

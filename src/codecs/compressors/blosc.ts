/** `blosc`: shuffles bytes or bits of elements, and compresses block by block. */
import { CodecError } from '../../errors.js';
import type { BytePart, ChunkSpec, CodecDefinition, Compressor } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Numcodec, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { bloscDecode, bloscDecodeLent, bloscDecodeSpan } from './blosc-decode.js';
import {
  type BloscCname,
  type BloscParameters,
  type BloscShuffle,
  bloscEncode,
  bloscEncodeLent,
} from './blosc-encode.js';
import { bloscHeader } from './blosc-header.js';
import { checkedOutput, generousBound, named } from './output.js';

const NAME = 'blosc';
const CNAMES = Object.freeze(['lz4', 'lz4hc', 'blosclz', 'snappy', 'zlib', 'zstd'] as const);
const SHUFFLES = Object.freeze(['noshuffle', 'shuffle', 'bitshuffle'] as const);

/** What `BloscCodec` takes. */
export interface BloscOptions {
  /** Bytes of an element; that of the array where it is not given. */
  readonly typesize?: number | null | undefined;
  /** The inner codec. */
  readonly cname?: BloscCname | undefined;
  /** 0, only stored, to 9, smallest. */
  readonly clevel?: number | undefined;
  /** Bits for elements of one byte and bytes for others, where it is not given. */
  readonly shuffle?: BloscShuffle | null | undefined;
  /** Bytes of a block; 0 chooses. */
  readonly blocksize?: number | undefined;
}

/**
 * The Blosc codec: reorders the bytes or bits of elements, and compresses blocks of them by one of six compressors.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { BloscCodec } from 'zarr-ts/codecs';
 * const compressors = new BloscCodec({ cname: 'zstd' });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class BloscCodec extends NamedCodec<Compressor> {
  readonly kind = 'compressor';
  readonly name = NAME;
  /** Bytes of an element; 1 where the array is still to say. */
  readonly typesize: number;
  /** The codec inside. */
  readonly cname: BloscCname;
  /** From 0, only stored, to 9, smallest. */
  readonly clevel: number;
  /** What is done to a block before it is compressed. */
  readonly shuffle: BloscShuffle;
  /** Bytes of a block; 0 lets Blosc choose. */
  readonly blocksize: number;
  readonly configuration: Readonly<Record<string, unknown>>;
  /** The options that are left to `resolve`. */
  readonly #open: readonly ('typesize' | 'shuffle')[];

  constructor(options: BloscOptions = {}) {
    super();
    const known = ['typesize', 'cname', 'clevel', 'shuffle', 'blocksize'];
    const given = new Options(NAME, options, known, 'BloscCodec').without(null, ['typesize', 'shuffle']);
    this.#open = (['typesize', 'shuffle'] as const).filter((name) => given.get(name) === undefined);
    this.typesize = given.integer('typesize', { minimum: 1 }) ?? 1;
    this.cname = given.choice('cname', CNAMES) ?? 'zstd';
    this.clevel = given.integer('clevel', { minimum: 0, maximum: 9 }) ?? 5;
    this.shuffle = given.choice('shuffle', SHUFFLES) ?? 'bitshuffle';
    this.blocksize = given.integer('blocksize', { minimum: 0 }) ?? 0;
    this.configuration = Object.freeze(this.#members());
    Object.freeze(this);
  }

  toString(): string {
    const open = this.#open.length === 0 ? 'set()' : `{${this.#open.map((name) => `'${name}'`).join(', ')}}`;
    return `BloscCodec(_tunable_attrs=${open}, ${argumentsText({ ...this.#members() })})`;
  }

  override resolve({ dtype }: ChunkSpec): BloscCodec {
    if (this.#open.length === 0) return this;
    const itemSize = dtype.itemSize ?? 1;
    return new BloscCodec({
      ...this.#members(),
      ...(this.#open.includes('typesize') ? { typesize: itemSize } : {}),
      ...(this.#open.includes('shuffle') ? { shuffle: itemSize === 1 ? 'bitshuffle' : 'shuffle' } : {}),
    });
  }

  bind(spec: ChunkSpec): Compressor {
    return new Blosc1(NAME, this.resolve(spec));
  }

  #members(): BloscParameters {
    const { typesize, cname, clevel, shuffle, blocksize } = this;
    return { typesize, cname, clevel, shuffle, blocksize };
  }
}

/** What the constructor of `NumcodecsBlosc` takes. */
export interface NumcodecsBloscOptions {
  readonly cname?: BloscCname | undefined;
  readonly clevel?: number | undefined;
  /** 0 none, 1 bytes, 2 bits, -1 bits for elements of one byte and bytes for others. */
  readonly shuffle?: -1 | 0 | 1 | 2 | undefined;
  readonly blocksize?: number | undefined;
  readonly typesize?: number | null | undefined;
}

/**
 * numcodecs' Blosc: `BloscCodec` with the options and defaults of numcodecs, where shuffles are numbers.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const compressors = new numcodecs.Blosc({ cname: 'zstd', clevel: 5 });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors, zarrFormat: 2 });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class Blosc extends Numcodec {
  readonly cname: BloscCname;
  readonly clevel: number;
  readonly shuffle: number;
  readonly blocksize: number;
  readonly #typesize: number | undefined;

  constructor(options: NumcodecsBloscOptions = {}, format: 2 | 3 = 3) {
    super('blosc', 'Blosc', options, format);
    const known = ['cname', 'clevel', 'shuffle', 'blocksize', 'typesize'];
    const given = new Options(this.name, options, known, 'Blosc').without(null, ['typesize']);
    this.cname = given.choice('cname', CNAMES) ?? 'lz4';
    this.clevel = given.integer('clevel', { minimum: 0, maximum: 9 }) ?? 5;
    this.shuffle = given.integer('shuffle', { minimum: -1, maximum: 2 }) ?? 1;
    this.blocksize = given.integer('blocksize', { minimum: 0 }) ?? 0;
    this.#typesize = given.integer('typesize', { minimum: 1 });
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    const { cname, clevel, shuffle, blocksize } = this;
    return { cname, clevel, shuffle, blocksize };
  }

  /** numcodecs prints the name of the shuffle. */
  override get text(): string {
    const { cname, clevel, blocksize } = this;
    const shuffle = ['AUTOSHUFFLE', 'NOSHUFFLE', 'SHUFFLE', 'BITSHUFFLE'][this.shuffle + 1];
    return `Blosc(${argumentsText({ cname, clevel })}, shuffle=${shuffle}, blocksize=${blocksize})`;
  }

  bind({ dtype }: ChunkSpec): Compressor {
    const itemSize = dtype.itemSize ?? 1;
    const automatic = itemSize === 1 ? 'bitshuffle' : 'shuffle';
    const { cname, clevel, blocksize } = this;
    const shuffle = this.shuffle === -1 ? automatic : SHUFFLES[this.shuffle]!;
    return new Blosc1(this.name, { cname, clevel, shuffle, typesize: this.#typesize ?? itemSize, blocksize });
  }
}

export const numcodecsBloscDefinition: CodecDefinition<Blosc> = /* @__PURE__ */ numcodecDefinition('blosc', Blosc);

export const bloscDefinition = Object.freeze<CodecDefinition<BloscCodec>>({
  name: NAME,
  parse: (configuration) => new BloscCodec(Options.given(configuration)),
  asV2: ({ cname, clevel, shuffle, blocksize }) =>
    // A place in the list of shuffles is numcodecs' number of it.
    new Blosc({ cname, clevel, shuffle: SHUFFLES.indexOf(shuffle) as 0 | 1 | 2, blocksize }),
});

class Blosc1 implements Compressor {
  readonly kind = 'compressor';
  readonly #codec: string;
  readonly #parameters: BloscParameters;

  constructor(codec: string, { cname, clevel, shuffle, typesize, blocksize }: BloscParameters) {
    this.#codec = codec;
    this.#parameters = { cname, clevel, shuffle, typesize, blocksize };
  }

  sizeAfter(): undefined {
    return undefined;
  }

  bound(size: number): number {
    return generousBound(size);
  }

  encode(bytes: Uint8Array): Uint8Array {
    return bloscEncode(bytes, this.#parameters);
  }

  encodeLent(bytes: Uint8Array): Uint8Array {
    return bloscEncodeLent(bytes, this.#parameters);
  }

  decode(bytes: Uint8Array, size: number | undefined, limit: number): Uint8Array {
    return checkedOutput({ codec: this.#codec, size, limit }, (most) => bloscDecode(bytes, most));
  }

  decodeLent(bytes: Uint8Array, size: number): Uint8Array | undefined {
    try {
      return bloscDecodeLent(bytes, size);
    } catch (error) {
      throw named(error, this.#codec);
    }
  }

  /** Only the blocks that the part lies in are decoded; the header tells whether they are of a whole chunk. */
  decodePart(bytes: Uint8Array, size: number, { offset, length }: BytePart): Uint8Array {
    const codec = this.#codec;
    try {
      const found = bloscHeader(bytes).size;
      if (found !== size) throw new CodecError(`${codec}: decodes to ${found} bytes, expected ${size}`, { codec });
      return bloscDecodeSpan(bytes, { start: offset, end: offset + length });
    } catch (error) {
      throw named(error, codec);
    }
  }
}

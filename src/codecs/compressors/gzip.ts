/** `gzip` (RFC 1952): any number of members, their checksums verified; written without a time. */
import { gunzip, gzip } from '#platform/zlib';
import type { CodecDefinition, Compressor } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Numcodec, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { gunzipLent } from './deflate-streams.js';
import { StreamCompressor } from './stream-compressor.js';

const NAME = 'gzip';

/** What `GzipCodec` takes. */
export interface GzipOptions {
  /** 0, only stored, to 9, smallest. */
  readonly level?: number | undefined;
}

/**
 * The gzip codec: a stream of gzip, which may have several members.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { GzipCodec } from 'zarr-ts/codecs';
 * const compressors = new GzipCodec({ level: 9 });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class GzipCodec extends NamedCodec<Compressor> {
  readonly kind = 'compressor';
  readonly name = NAME;
  /** From 0, only stored, to 9, smallest. */
  readonly level: number;
  readonly configuration: Readonly<Record<string, unknown>>;

  constructor(options: GzipOptions = {}) {
    super();
    const given = new Options(NAME, options, ['level'], 'GzipCodec');
    this.level = given.integer('level', { minimum: 0, maximum: 9 }) ?? 5;
    this.configuration = Object.freeze({ level: this.level });
    Object.freeze(this);
  }

  toString(): string {
    return `GzipCodec(${argumentsText({ level: this.level })})`;
  }

  bind(): Compressor {
    return streamCompressor(NAME, this.level);
  }
}

/**
 * numcodecs' GZip: `GzipCodec` with the defaults of numcodecs.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const compressors = new numcodecs.GZip({ level: 9 });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors, zarrFormat: 2 });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class GZip extends Numcodec {
  readonly level: number;

  constructor(options: GzipOptions = {}, format: 2 | 3 = 3) {
    super('gzip', 'GZip', options, format);
    const given = new Options(this.name, options, ['level'], 'GZip');
    this.level = given.integer('level', { minimum: -1, maximum: 9 }) ?? 1;
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    return { level: this.level };
  }

  bind(): Compressor {
    return streamCompressor(this.name, this.level);
  }
}

export const numcodecsGZipDefinition: CodecDefinition<GZip> = /* @__PURE__ */ numcodecDefinition('gzip', GZip);

export const gzipDefinition = Object.freeze<CodecDefinition<GzipCodec>>({
  name: NAME,
  parse: (configuration) => new GzipCodec(Options.given(configuration)),
  asV2: ({ level }) => new GZip({ level }),
});

const streamCompressor = (codec: string, level: number): Compressor =>
  new StreamCompressor(codec, { encode: (bytes) => gzip(bytes, level), decode: gunzip, lend: gunzipLent });

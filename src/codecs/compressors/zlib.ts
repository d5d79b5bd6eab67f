/** `zlib` (RFC 1950): deflate with an Adler-32, which is verified. Only numcodecs has it. */
import { unzlib, zlib } from '#platform/zlib';
import type { CodecDefinition, Compressor } from '../codec.js';
import { Numcodec, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { unzlibLent } from './deflate-streams.js';
import { StreamCompressor } from './stream-compressor.js';

/** What the constructor of `Zlib` takes. */
export interface ZlibOptions {
  /** 0, only stored, to 9, smallest; -1 is zlib's default. */
  readonly level?: number | undefined;
}

/**
 * numcodecs' Zlib: a stream of zlib.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const compressors = new numcodecs.Zlib({ level: 9 });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class Zlib extends Numcodec {
  readonly level: number;

  constructor(options: ZlibOptions = {}, format: 2 | 3 = 3) {
    super('zlib', 'Zlib', options, format);
    const given = new Options(this.name, options, ['level'], 'Zlib');
    this.level = given.integer('level', { minimum: -1, maximum: 9 }) ?? 1;
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    return { level: this.level };
  }

  bind(): Compressor {
    const { name, level } = this;
    return new StreamCompressor(name, { encode: (bytes) => zlib(bytes, level), decode: unzlib, lend: unzlibLent });
  }
}

export const numcodecsZlibDefinition: CodecDefinition<Zlib> = /* @__PURE__ */ numcodecDefinition('zlib', Zlib);

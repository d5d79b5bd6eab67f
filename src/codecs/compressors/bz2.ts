/** `bz2`: bzip2. Only numcodecs has it. */
import type { CodecDefinition, Compressor } from '../codec.js';
import { Numcodec, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { bzip2Decode } from './bzip2-decode.js';
import { bzip2Encode } from './bzip2-encode.js';
import { Output } from './output.js';
import { StreamCompressor } from './stream-compressor.js';

/** What the constructor of `BZ2` takes. */
export interface BZ2Options {
  /** 1 to 9: how many times 100 000 bytes are sorted at once. */
  readonly level?: number | undefined;
}

/**
 * numcodecs' BZ2: streams of bzip2.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const compressors = new numcodecs.BZ2({ level: 9 });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class BZ2 extends Numcodec {
  readonly level: number;

  constructor(options: BZ2Options = {}, format: 2 | 3 = 3) {
    super('bz2', 'BZ2', options, format);
    const given = new Options(this.name, options, ['level'], 'BZ2');
    this.level = given.integer('level', { minimum: 1, maximum: 9 }) ?? 1;
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    return { level: this.level };
  }

  bind(): Compressor {
    const { name, level } = this;
    return new StreamCompressor(name, { encode: (bytes) => bzip2Encode(bytes, level), decode: decoded });
  }
}

export const numcodecsBZ2Definition = Object.freeze<CodecDefinition<BZ2>>({
  .../* @__PURE__ */ numcodecDefinition('bz2', BZ2),
  // Early versions of zarrs wrote it.
  aliases: ['https://codec.zarrs.dev/bytes_to_bytes/bz2'],
});

function decoded(bytes: Uint8Array, expected: number, limit: number): Uint8Array {
  const output = new Output(expected, limit);
  bzip2Decode(bytes, output);
  return output.toBytes();
}

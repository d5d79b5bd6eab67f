/** `fletcher32` of numcodecs: adds a Fletcher-32 of HDF5's kind after the bytes. */
import { fletcher32 } from '../checksums/fletcher32.js';
import type { CodecDefinition, Compressor } from '../codec.js';
import { Numcodec, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { Checksum } from './checksum.js';

/**
 * numcodecs' Fletcher32: HDF5's checksum, after the bytes. A chunk with a wrong one is a `ChecksumError`.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const compressors = [new numcodecs.Fletcher32()];
 * const array = createArray(new MemoryStore(), { shape: [3], dtype: 'int32', compressors });
 * // Chunks are four bytes longer.
 * array.set(null, 1);
 * array.get().toNested(); // [1, 1, 1]
 */
export class Fletcher32 extends Numcodec {
  constructor(options: Readonly<Record<string, never>> = {}, format: 2 | 3 = 3) {
    super('fletcher32', 'Fletcher32', options, format);
    new Options(this.name, options, [], 'Fletcher32');
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    return {};
  }

  bind(): Compressor {
    return new Checksum(this.name, 'end', fletcher32, ofWholeWords);
  }
}

/** The checksum that zarrs stores: it leaves out the last byte of an odd number. */
const ofWholeWords = (bytes: Uint8Array): number => fletcher32(bytes.subarray(0, bytes.length - (bytes.length % 2)));

export const numcodecsFletcher32Definition: CodecDefinition<Fletcher32> = /* @__PURE__ */ numcodecDefinition(
  'fletcher32',
  Fletcher32,
  ['https://codec.zarrs.dev/bytes_to_bytes/fletcher32'],
);

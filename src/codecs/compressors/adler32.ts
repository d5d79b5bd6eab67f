/** `adler32` of numcodecs: adds an Adler-32. */
import { adler32 } from '../checksums/adler32.js';
import type { CodecDefinition } from '../codec.js';
import { numcodecDefinition } from '../numcodec.js';
import { ChecksumNumcodec, type ChecksumOptions } from './checksum.js';

const KIND = Object.freeze({ id: 'adler32', className: 'Adler32', location: 'start', checksum: adler32 });

/**
 * numcodecs' Adler32: a checksum before the bytes, or after them. A chunk with a wrong one is a `ChecksumError`.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const compressors = [new numcodecs.Adler32()];
 * const array = createArray(new MemoryStore(), { shape: [3], dtype: 'int32', compressors });
 * // Chunks are four bytes longer.
 * array.set(null, 1);
 * array.get().toNested(); // [1, 1, 1]
 */
export class Adler32 extends ChecksumNumcodec {
  constructor(options: ChecksumOptions = {}, format: 2 | 3 = 3) {
    super(KIND, options, format);
  }
}

export const numcodecsAdler32Definition: CodecDefinition<Adler32> = /* @__PURE__ */ numcodecDefinition(
  'adler32',
  Adler32,
);

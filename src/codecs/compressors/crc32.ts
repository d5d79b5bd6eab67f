/** `crc32` of numcodecs: adds the CRC-32 of zip and gzip. */
import { crc32 } from '../checksums/crc32.js';
import type { CodecDefinition } from '../codec.js';
import { numcodecDefinition } from '../numcodec.js';
import { ChecksumNumcodec, type ChecksumOptions } from './checksum.js';

const KIND = Object.freeze({ id: 'crc32', className: 'CRC32', location: 'start', checksum: crc32 });

/**
 * numcodecs' CRC32: a checksum before the bytes, or after them. A chunk with a wrong one is a `ChecksumError`.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const compressors = [new numcodecs.CRC32()];
 * const array = createArray(new MemoryStore(), { shape: [3], dtype: 'int32', compressors });
 * // Chunks are four bytes longer.
 * array.set(null, 1);
 * array.get().toNested(); // [1, 1, 1]
 */
export class CRC32 extends ChecksumNumcodec {
  constructor(options: ChecksumOptions = {}, format: 2 | 3 = 3) {
    super(KIND, options, format);
  }
}

export const numcodecsCRC32Definition: CodecDefinition<CRC32> = /* @__PURE__ */ numcodecDefinition('crc32', CRC32);

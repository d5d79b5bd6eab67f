/** `crc32c`: a checksum after the bytes; verified and removed when they are decoded. */
import { crc32c } from '../checksums/crc32c.js';
import type { CodecDefinition, Compressor } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { Checksum, ChecksumNumcodec, type ChecksumOptions } from './checksum.js';

const NAME = 'crc32c';

/**
 * The codec that appends a CRC-32C. A chunk whose checksum is not that of its bytes is a `ChecksumError`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { Crc32cCodec } from 'zarr-ts/codecs';
 * const compressors = [new Crc32cCodec()];
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class Crc32cCodec extends NamedCodec<Compressor> {
  readonly kind = 'compressor';
  readonly name = NAME;
  readonly configuration = undefined;

  constructor(options: Readonly<Record<string, never>> = {}) {
    super();
    new Options(NAME, options, [], 'Crc32cCodec');
    Object.freeze(this);
  }

  toString(): string {
    return 'Crc32cCodec()';
  }

  bind(): Compressor {
    return new Checksum(NAME, 'end', crc32c);
  }
}

export const crc32cDefinition = Object.freeze<CodecDefinition<Crc32cCodec>>({
  name: NAME,
  parse: (configuration) => new Crc32cCodec(Options.given(configuration)),
  asV2: () => new CRC32C(),
});

const KIND = Object.freeze({ id: NAME, className: 'CRC32C', location: 'end', checksum: crc32c });

/**
 * numcodecs' CRC32C: the checksum before or after the bytes. A chunk with a wrong one is a `ChecksumError`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const compressors = new numcodecs.CRC32C({ location: 'start' });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class CRC32C extends ChecksumNumcodec {
  constructor(options: ChecksumOptions = {}, format: 2 | 3 = 3) {
    super(KIND, options, format);
  }
}

export const numcodecsCRC32CDefinition: CodecDefinition<CRC32C> = /* @__PURE__ */ numcodecDefinition('crc32c', CRC32C);

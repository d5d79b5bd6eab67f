/** `crc32c`: a checksum after the bytes; verified and removed when they are decoded. */
import { crc32c } from '../checksums/crc32c.js';
import type { CodecDefinition, Compressor } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { Checksum, ChecksumNumcodec, type ChecksumOptions } from './checksum.js';

const NAME = 'crc32c';

/** The codec that appends a CRC-32C. */
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

/** numcodecs' CRC32C. */
export class CRC32C extends ChecksumNumcodec {
  constructor(options: ChecksumOptions = {}, format: 2 | 3 = 3) {
    super(KIND, options, format);
  }
}

export const numcodecsCRC32CDefinition: CodecDefinition<CRC32C> = /* @__PURE__ */ numcodecDefinition('crc32c', CRC32C);

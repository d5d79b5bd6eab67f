/** `crc32c`: a checksum after the bytes; verified and removed when they are decoded. */
import { ChecksumError, CodecError } from '../../errors.js';
import { crc32c } from '../checksums/crc32c.js';
import type { CodecDefinition, Compressor } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Numcodec, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';

const NAME = 'crc32c';
const CHECKSUM_BYTES = 4;

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
    return new Crc32c('end');
  }
}

export const crc32cDefinition = Object.freeze<CodecDefinition<Crc32cCodec>>({
  name: NAME,
  parse: (configuration) => new Crc32cCodec(Options.given(configuration)),
  asV2: () => new CRC32C(),
});

export interface CRC32COptions {
  /** Where the checksum stands. */
  readonly location?: 'start' | 'end' | undefined;
}

/** numcodecs' CRC32C. */
export class CRC32C extends Numcodec {
  readonly location: 'start' | 'end';

  constructor(options: CRC32COptions = {}, format: 2 | 3 = 3) {
    super('crc32c', 'CRC32C', options, format);
    const given = new Options(this.name, options, ['location'], 'CRC32C');
    this.location = given.choice('location', ['start', 'end']) ?? 'end';
    Object.freeze(this);
  }

  /** As numcodecs has them: the location only where it is not the usual one. */
  get members(): Readonly<Record<string, unknown>> {
    return this.location === 'end' ? {} : { location: this.location };
  }

  bind(): Compressor {
    return new Crc32c(this.location);
  }
}

export const numcodecsCRC32CDefinition: CodecDefinition<CRC32C> = /* @__PURE__ */ numcodecDefinition('crc32c', CRC32C);

class Crc32c implements Compressor {
  readonly kind = 'compressor';
  readonly #location: 'start' | 'end';

  constructor(location: 'start' | 'end') {
    this.#location = location;
  }

  sizeAfter(size: number | undefined): number | undefined {
    return size === undefined ? undefined : size + CHECKSUM_BYTES;
  }

  bound(size: number): number {
    return size + CHECKSUM_BYTES;
  }

  encode(bytes: Uint8Array): Uint8Array {
    const encoded = new Uint8Array(bytes.length + CHECKSUM_BYTES);
    const [bodyAt, checksumAt] = this.#location === 'end' ? [0, bytes.length] : [CHECKSUM_BYTES, 0];
    encoded.set(bytes, bodyAt);
    new DataView(encoded.buffer).setUint32(checksumAt, crc32c(bytes), true);
    return encoded;
  }

  decode(bytes: Uint8Array, size: number | undefined): Uint8Array {
    const length = bytes.length - CHECKSUM_BYTES;
    if (length < 0 || (size !== undefined && length !== size)) {
      const expected = size === undefined ? `at least ${CHECKSUM_BYTES}` : `${size + CHECKSUM_BYTES}`;
      throw new CodecError(`${NAME}: expected ${expected} bytes, got ${bytes.length}`, { codec: NAME });
    }
    const [bodyAt, checksumAt] = this.#location === 'end' ? [0, length] : [CHECKSUM_BYTES, 0];
    const body = bytes.subarray(bodyAt, bodyAt + length);
    const stored = new DataView(bytes.buffer, bytes.byteOffset + checksumAt, CHECKSUM_BYTES).getUint32(0, true);
    const computed = crc32c(body);
    if (stored !== computed) {
      throw new ChecksumError(`${NAME}: stored checksum ${hex(stored)}, that of the bytes is ${hex(computed)}`, {
        codec: NAME,
      });
    }
    return body;
  }
}

const hex = (checksum: number): string => `0x${checksum.toString(16).padStart(8, '0')}`;

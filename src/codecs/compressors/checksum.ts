/** A checksum of 32 bits, little-endian, before or after the bytes; verified and removed when they are decoded. */
import { ChecksumError, CodecError } from '../../errors.js';
import type { Compressor } from '../codec.js';
import { Numcodec } from '../numcodec.js';
import { Options } from '../options.js';

const CHECKSUM_BYTES = 4;

export type ChecksumLocation = 'start' | 'end';

/** What the constructor of `Checksum` takes. */
export interface ChecksumOptions {
  /** Where the checksum stands. */
  readonly location?: ChecksumLocation | undefined;
}

/** What distinguishes the codecs of numcodecs that add a checksum whose place can be chosen. */
interface ChecksumKind {
  readonly id: string;
  readonly className: string;
  /** Where it stands unless said. */
  readonly location: ChecksumLocation;
  readonly checksum: (bytes: Uint8Array) => number;
}

/** A codec of numcodecs that adds a checksum. */
export abstract class ChecksumNumcodec extends Numcodec {
  readonly location: ChecksumLocation;
  readonly #checksum: (bytes: Uint8Array) => number;

  protected constructor(kind: ChecksumKind, options: ChecksumOptions, format: 2 | 3) {
    super(kind.id, kind.className, options, format);
    const given = new Options(this.name, options, ['location'], kind.className);
    this.location = given.choice('location', ['start', 'end']) ?? kind.location;
    this.#checksum = kind.checksum;
    Object.freeze(this);
  }

  /** As numcodecs has them: the location only where it was given. */
  get members(): Readonly<Record<string, unknown>> {
    return this.configuration;
  }

  bind(): Compressor {
    return new Checksum(this.name, this.location, this.#checksum);
  }
}

/** Adds a checksum to bytes. */
export class Checksum implements Compressor {
  readonly kind = 'compressor';
  readonly #codec: string;
  readonly #location: ChecksumLocation;
  readonly #checksum: (bytes: Uint8Array) => number;
  readonly #readToo: ((bytes: Uint8Array) => number) | undefined;

  /** `readToo` makes another checksum, which is never written, but which some writer is known to store. */
  constructor(
    codec: string,
    location: ChecksumLocation,
    checksum: (bytes: Uint8Array) => number,
    readToo?: (bytes: Uint8Array) => number,
  ) {
    this.#codec = codec;
    this.#location = location;
    this.#checksum = checksum;
    this.#readToo = readToo;
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
    new DataView(encoded.buffer).setUint32(checksumAt, this.#checksum(bytes), true);
    return encoded;
  }

  decode(bytes: Uint8Array, size: number | undefined): Uint8Array {
    const codec = this.#codec;
    const length = bytes.length - CHECKSUM_BYTES;
    if (length < 0 || (size !== undefined && length !== size)) {
      const expected = size === undefined ? `at least ${CHECKSUM_BYTES}` : `${size + CHECKSUM_BYTES}`;
      throw new CodecError(`${codec}: expected ${expected} bytes, got ${bytes.length}`, { codec });
    }
    const [bodyAt, checksumAt] = this.#location === 'end' ? [0, length] : [CHECKSUM_BYTES, 0];
    const body = bytes.subarray(bodyAt, bodyAt + length);
    const stored = new DataView(bytes.buffer, bytes.byteOffset + checksumAt, CHECKSUM_BYTES).getUint32(0, true);
    const computed = this.#checksum(body);
    if (stored !== computed && stored !== this.#readToo?.(body)) {
      throw new ChecksumError(`${codec}: stored checksum ${hex(stored)}, that of the bytes is ${hex(computed)}`, {
        codec,
      });
    }
    return body;
  }
}

const hex = (checksum: number): string => `0x${checksum.toString(16).padStart(8, '0')}`;

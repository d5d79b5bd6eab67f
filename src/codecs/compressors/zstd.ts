/** `zstd` (RFC 8878), the default compressor. */
import { nativeZstd } from '#platform/zlib';
import { zstdEncode, zstdEncodeLent } from '../../kernels/zstd-encode.js';
import type { CodecDefinition, Compressor } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { Numcodec, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { checkedOutput, generousBound } from './output.js';
import { zstdDecode, zstdDecodeLent } from './zstd-frame.js';

const NAME = 'zstd';
const MAX_LEVEL = 22;
const MIN_LEVEL = -131072;
/** Ours stands for every level above, too. */
const BEST_OWN_LEVEL = 3;
/** From so many bytes on, the encoder of the platform is faster than ours. */
const NATIVE_BYTES = 2 ** 14;

/**
 * What `ZstdCodec` takes. Which bytes an encoder makes of a chunk depends on the runtime: Node's own from 22.15 on, ours
 * elsewhere. Any decoder reads either.
 */
export interface ZstdOptions {
  /**
   * Up to 22, smallest; 0 is zstd's default, 3, and negative ones are faster. Our own encoder knows levels up to 3, and takes
   * 3 for those above.
   */
  readonly level?: number | undefined;
  /** Whether frames end with a checksum. */
  readonly checksum?: boolean | undefined;
}

/**
 * The zstd codec: frames of Zstandard. It is the default compressor of format 3.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { ZstdCodec } from 'zarr-ts/codecs';
 * const compressors = new ZstdCodec({ level: 9, checksum: true });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class ZstdCodec extends NamedCodec<Compressor> {
  readonly kind = 'compressor';
  readonly name = NAME;
  /** The level of compression; 0 is zstd's default, 3. */
  readonly level: number;
  /** Whether frames end with a checksum of their contents. */
  readonly checksum: boolean;
  readonly configuration: Readonly<Record<string, unknown>>;

  constructor(options: ZstdOptions = {}) {
    super();
    const given = new Options(NAME, options, ['level', 'checksum'], 'ZstdCodec');
    this.level = given.integer('level', { maximum: MAX_LEVEL }) ?? 0;
    this.checksum = given.boolean('checksum') ?? false;
    this.configuration = Object.freeze({ level: this.level, checksum: this.checksum });
    Object.freeze(this);
  }

  toString(): string {
    return `ZstdCodec(${argumentsText({ level: this.level, checksum: this.checksum })})`;
  }

  bind(): Compressor {
    return new Zstandard(NAME, this);
  }
}

/**
 * numcodecs' Zstd: `ZstdCodec` with the defaults of numcodecs.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const compressors = new numcodecs.Zstd({ level: 9 });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors, zarrFormat: 2 });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class Zstd extends Numcodec {
  readonly level: number;
  readonly checksum: boolean;

  constructor(options: ZstdOptions = {}, format: 2 | 3 = 3) {
    super('zstd', 'Zstd', options, format);
    const given = new Options(this.name, options, ['level', 'checksum'], 'Zstd');
    this.level = given.integer('level', {}) ?? 0;
    this.checksum = given.boolean('checksum') ?? false;
    Object.freeze(this);
  }

  /** As zarr-python writes them: the checksum only where there is one. */
  get members(): Readonly<Record<string, unknown>> {
    return this.checksum ? { level: this.level, checksum: true } : { level: this.level };
  }

  /** numcodecs' text leaves the checksum out. */
  override get text(): string {
    return `Zstd(${argumentsText({ level: this.level })})`;
  }

  bind(): Compressor {
    return new Zstandard(this.name, this);
  }
}

export const numcodecsZstdDefinition: CodecDefinition<Zstd> = /* @__PURE__ */ numcodecDefinition('zstd', Zstd);

export const zstdDefinition = Object.freeze<CodecDefinition<ZstdCodec>>({
  name: NAME,
  parse: (configuration) => new ZstdCodec(Options.given(configuration)),
  asV2: ({ level, checksum }) => new Zstd({ level, checksum }),
});

/** One zstd frame of `bytes`; `encode` makes it, unless the encoder of the platform does. */
export function zstdFrame(
  bytes: Uint8Array,
  options: { readonly level: number; readonly checksum: boolean },
  encode: typeof zstdEncode = zstdEncode,
): Uint8Array {
  const level = Math.min(MAX_LEVEL, Math.max(MIN_LEVEL, options.level));
  const { checksum } = options;
  if (nativeZstd === undefined || (bytes.length < NATIVE_BYTES && level <= BEST_OWN_LEVEL)) {
    return encode(bytes, { level, checksum });
  }
  return nativeZstd.encode(bytes, { level, checksum });
}

class Zstandard implements Compressor {
  readonly kind = 'compressor';
  readonly #codec: string;
  readonly #options: { readonly level: number; readonly checksum: boolean };

  constructor(codec: string, { level, checksum }: { readonly level: number; readonly checksum: boolean }) {
    this.#codec = codec;
    this.#options = { level, checksum };
  }

  sizeAfter(): undefined {
    return undefined;
  }

  bound(size: number): number {
    return generousBound(size);
  }

  encode(bytes: Uint8Array): Uint8Array {
    return zstdFrame(bytes, this.#options);
  }

  encodeLent(bytes: Uint8Array): Uint8Array {
    return zstdFrame(bytes, this.#options, zstdEncodeLent);
  }

  decode(bytes: Uint8Array, size: number | undefined, limit: number): Uint8Array {
    return checkedOutput({ codec: this.#codec, size, limit }, (most) => zstdDecode(bytes, most));
  }

  decodeLent(bytes: Uint8Array, size: number): Uint8Array | undefined {
    try {
      const lent = zstdDecodeLent(bytes, size);
      return lent?.length === size ? lent : undefined;
    } catch {
      // `decode` says what is wrong.
      return undefined;
    }
  }
}

/** `lz4` of numcodecs: the decoded length in 32 bits, little-endian, and one LZ4 block. */
import { CodecError } from '../../errors.js';
import { lz4DecodeLentCompiled } from '../../kernels/lz4.js';
import type { CodecDefinition, Compressor } from '../codec.js';
import { Numcodec, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { lz4Bound, lz4DecodeTwin, lz4Encoded } from './lz4-block.js';
import { checkedOutput, overflow } from './output.js';

const HEADER_BYTES = 4;
/** The LZ4 library takes no more. */
const MAX_INPUT = 0x7e000000;

/** What the constructor of `LZ4` takes. */
export interface LZ4Options {
  /** Larger is faster and compresses less. */
  readonly acceleration?: number | undefined;
}

/**
 * numcodecs' LZ4: the decoded length in 32 bits, and a block of LZ4.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const compressors = new numcodecs.LZ4({ acceleration: 1 });
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'int32', compressors });
 * array.set(':', [1, 2, 3]);
 * array.get().toNested(); // [1, 2, 3]
 */
export class LZ4 extends Numcodec {
  readonly acceleration: number;

  constructor(options: LZ4Options = {}, format: 2 | 3 = 3) {
    super('lz4', 'LZ4', options, format);
    this.acceleration = new Options(this.name, options, ['acceleration'], 'LZ4').integer('acceleration', {}) ?? 1;
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    return { acceleration: this.acceleration };
  }

  bind(): Compressor {
    return new Lz4(this.name, Math.min(65536, Math.max(1, this.acceleration)));
  }
}

export const numcodecsLZ4Definition: CodecDefinition<LZ4> = /* @__PURE__ */ numcodecDefinition('lz4', LZ4);

class Lz4 implements Compressor {
  readonly kind = 'compressor';
  readonly #codec: string;
  readonly #acceleration: number;

  constructor(codec: string, acceleration: number) {
    this.#codec = codec;
    this.#acceleration = acceleration;
  }

  sizeAfter(): undefined {
    return undefined;
  }

  bound(size: number): number {
    return HEADER_BYTES + lz4Bound(size);
  }

  encode(bytes: Uint8Array): Uint8Array {
    const codec = this.#codec;
    if (bytes.length > MAX_INPUT) {
      throw new CodecError(`${codec}: ${bytes.length} bytes are more than a block can hold`, { codec });
    }
    const encoded = lz4Encoded(bytes, HEADER_BYTES, this.#acceleration);
    new DataView(encoded.buffer).setUint32(0, bytes.length, true);
    return encoded;
  }

  decode(bytes: Uint8Array, size: number | undefined, limit: number): Uint8Array {
    const codec = this.#codec;
    const length = this.#lengthOf(bytes, size);
    if (length > limit) throw overflow({ codec, size: undefined, limit });
    return checkedOutput({ codec, size: length, limit }, () => {
      const block = bytes.subarray(HEADER_BYTES);
      const lent = lz4DecodeLentCompiled(block, length);
      if (lent) return lent.slice();
      const decoded = new Uint8Array(length);
      lz4DecodeTwin(block, decoded);
      return decoded;
    });
  }

  decodeLent(bytes: Uint8Array, size: number): Uint8Array | undefined {
    return lz4DecodeLentCompiled(bytes.subarray(HEADER_BYTES), this.#lengthOf(bytes, size));
  }

  /** The length in the header, which has to be `size` where that is known. */
  #lengthOf(bytes: Uint8Array, size: number | undefined): number {
    const codec = this.#codec;
    if (bytes.length < HEADER_BYTES) {
      throw new CodecError(`${codec}: expected at least ${HEADER_BYTES} bytes, got ${bytes.length}`, { codec });
    }
    const length = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES).getUint32(0, true);
    if (size !== undefined && length !== size) {
      throw new CodecError(`${codec}: its header says ${length} bytes, expected ${size}`, { codec });
    }
    return length;
  }
}

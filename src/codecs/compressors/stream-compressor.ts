/** A compressor whose streams may be of any length: what gzip, zlib and bzip2 have in common. */
import type { Compressor } from '../codec.js';
import { checkedOutput, generousBound } from './output.js';

/** How streams are made and read. */
export interface StreamFormat {
  encode(bytes: Uint8Array): Uint8Array;
  /** Makes room for `expected` bytes at once; throws `OutputOverflow` instead of making more than `limit`. */
  decode(bytes: Uint8Array, expected: number, limit: number): Uint8Array;
  /** The `size` bytes that a whole stream decodes to, in memory that is used again; undefined where `decode` has to do it. */
  lend?(bytes: Uint8Array, size: number): Uint8Array | undefined;
}

/** The bound codec of one of these formats. */
export class StreamCompressor implements Compressor {
  readonly kind = 'compressor';
  readonly #codec: string;
  readonly #format: StreamFormat;

  constructor(codec: string, format: StreamFormat) {
    this.#codec = codec;
    this.#format = format;
  }

  sizeAfter(): undefined {
    return undefined;
  }

  bound(size: number): number {
    return generousBound(size);
  }

  encode(bytes: Uint8Array): Uint8Array {
    return this.#format.encode(bytes);
  }

  decode(bytes: Uint8Array, size: number | undefined, limit: number): Uint8Array {
    return checkedOutput({ codec: this.#codec, size, limit }, (most) =>
      this.#format.decode(bytes, size ?? 4 * bytes.length, most),
    );
  }

  decodeLent(bytes: Uint8Array, size: number): Uint8Array | undefined {
    return this.#format.lend?.(bytes, size);
  }
}

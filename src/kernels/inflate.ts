/** Deflate streams (RFC 1951) and the checksums of what they decode to, compiled. */

import { Exchange } from './exchange.js';

const IS_TOO_LONG = -2;
const LEAST_ROOM = 2 ** 16;

/**
 * The `size` bytes of the deflate stream at `start` of `source`, which ends with the checksum of a `format`, in the memory of the
 * kernels until something else uses that. Undefined where it is not so, and where there are no kernels.
 */
export function inflateWhole(
  source: Uint8Array,
  { start, size, format }: { readonly start: number; readonly size: number; readonly format: 'gzip' | 'zlib' },
): Uint8Array | undefined {
  const exchange = Exchange.of(source, { output: size });
  const isDecoded = exchange?.call(format, (instance) => instance.inflateWhole(start, format === 'gzip'));
  return isDecoded ? exchange?.output(0, size) : undefined;
}

/** The deflate streams of one source, in the memory of the kernels until something else uses that. */
export class CompiledInflater {
  readonly #source: Uint8Array;
  readonly #limit: number;
  #room: number;
  #exchange: Exchange;
  #length = 0;

  private constructor(source: Uint8Array, exchange: Exchange, room: number, limit: number) {
    this.#source = source;
    this.#exchange = exchange;
    this.#room = room;
    this.#limit = limit;
  }

  /** Streams of about `expected` bytes and at most `limit`; undefined where the twin has to serve. */
  static for(source: Uint8Array, expected: number, limit: number): CompiledInflater | undefined {
    const room = Math.min(limit, Math.max(expected, LEAST_ROOM));
    const exchange = Exchange.of(source, { output: room });
    return exchange && new CompiledInflater(source, exchange, room, limit);
  }

  /** Decodes the stream at `start`; where it ends. Undefined for damaged ones, of which the twin says what is wrong. */
  inflate(start: number): number | undefined {
    for (;;) {
      const end = this.#exchange.call('deflate', (instance) => instance.inflate(start));
      if (end >= 0) {
        this.#length = this.#exchange.call('deflate', (instance) => instance.inflatedBytes());
        return end;
      }
      if (end !== IS_TOO_LONG || !this.#grow()) return undefined;
    }
  }

  /** Twice the room, as a stream has filled what there was; false where there cannot be more. */
  #grow(): boolean {
    const room = Math.min(this.#limit, 2 * this.#room);
    if (room === this.#room) return false;
    const exchange = Exchange.of(this.#source, { output: room });
    if (exchange === undefined) return false;
    this.#exchange = exchange;
    this.#room = room;
    return true;
  }

  /** What the last stream decoded to, in the memory of the kernels. */
  decoded(): Uint8Array {
    return this.#exchange.output(0, this.#length);
  }

  /** The CRC-32 of what the last stream decoded to. */
  crc32(): number {
    return this.#exchange.call('gzip', (instance) => instance.crc32Output(this.#length)) >>> 0;
  }

  /** The Adler-32 of what the last stream decoded to. */
  adler32(): number {
    return this.#exchange.call('zlib', (instance) => instance.adler32Output(this.#length)) >>> 0;
  }
}

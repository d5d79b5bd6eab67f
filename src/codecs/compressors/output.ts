/**
 * Decoded bytes of a stream that may lie about its length: they grow only as bytes arrive, and never beyond a limit.
 */
import { CodecError, LimitError } from '../../errors.js';

/** Thrown by decoders that would have to make more bytes than they may; `checkedOutput` turns it into an error. */
export class OutputOverflow extends Error {}

/** Memory that decoded bytes are appended to. */
export class Output {
  bytes: Uint8Array;
  length = 0;
  /** Where the stream that is being decoded begins; it must not look behind. */
  start = 0;
  readonly #limit: number;

  /** `expected` bytes are allocated at once; not more than `limit` ever. */
  constructor(expected: number, limit: number) {
    this.bytes = new Uint8Array(Math.min(expected, limit));
    this.#limit = limit;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    if (needed > this.#limit) throw new OutputOverflow();
    const grown = new Uint8Array(Math.min(this.#limit, Math.max(needed, 2 * this.bytes.length, 1024)));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** What was appended; exactly as much memory. */
  toBytes(): Uint8Array {
    return this.length === this.bytes.length ? this.bytes : this.bytes.slice(0, this.length);
  }
}

/** How long an encoder's output may reasonably be, whatever encoder made it. */
export const generousBound = (size: number): number => 2 * size + 65536;

/** What to decode: by which codec, its exact length if known, and how long it may be otherwise. */
export interface OutputSize {
  readonly codec: string;
  readonly size: number | undefined;
  readonly limit: number;
}

/** The bytes that `decode` makes for at most so many; `CodecError` unless they are as many as expected. */
export function checkedOutput(expected: OutputSize, decode: (limit: number) => Uint8Array): Uint8Array {
  const { codec, size, limit } = expected;
  let bytes: Uint8Array;
  try {
    bytes = decode(size ?? limit);
  } catch (error) {
    if (error instanceof OutputOverflow) throw overflow(expected);
    throw named(error, codec);
  }
  if (size !== undefined && bytes.length !== size) {
    throw new CodecError(`${codec}: decoded to ${bytes.length} bytes, expected ${size}`, { codec });
  }
  if (bytes.length > limit && size === undefined) throw overflow(expected);
  return bytes;
}

/** More bytes than there may be: damaged where their number is known, else beyond the limit. */
export function overflow({ codec, size, limit }: OutputSize): CodecError | LimitError {
  if (size !== undefined) return new CodecError(`${codec}: decodes to more than the expected ${size} bytes`, { codec });
  return new LimitError(`limits.chunkBytes: ${codec} decodes to more than ${limit} bytes`, { codec });
}

/** `error` with the codec's name; what is no error of ours becomes the cause of a `CodecError`. */
export function named(error: unknown, codec: string): unknown {
  if (error instanceof CodecError) {
    if (error.codec !== undefined) return error;
    // Every error class of the library is constructed from a message and details.
    const sameClass = error.constructor as typeof CodecError;
    return new sameClass(`${codec}: ${error.message}`, { codec, coords: error.coords, cause: error.cause });
  }
  if (error instanceof LimitError) return error;
  return new CodecError(`${codec}: ${error instanceof Error ? error.message : String(error)}`, { codec, cause: error });
}

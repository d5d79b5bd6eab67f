/** gzip (RFC 1952), zlib (RFC 1950) and, where Node has it, zstd, by node:zlib. The same exports as the browser half. */
import { constants } from 'node:buffer';
import * as zlibModule from 'node:zlib';
import * as ownStreams from '../../codecs/compressors/deflate-streams.js';
import type { NativeZstd } from '../../codecs/compressors/native-zstd.js';
import { OutputOverflow } from '../../codecs/compressors/output.js';
import { ChecksumError, CodecError } from '../../errors.js';
import { kernels } from '../../kernels/kernels.js';

/** Node has zstd from 22.15 on; its types do not say so yet. */
interface ZstdModule {
  readonly zstdDecompressSync?: (bytes: Uint8Array, options: object) => Uint8Array;
  readonly zstdCompressSync?: (bytes: Uint8Array, options: object) => Uint8Array;
  readonly constants: Readonly<Record<string, number>>;
}

/** zstd of the platform, where it has one. */
export const nativeZstd: NativeZstd | undefined = /* @__PURE__ */ zstdOf(zlibModule as ZstdModule);

function zstdOf({ zstdDecompressSync, zstdCompressSync, constants }: ZstdModule): NativeZstd | undefined {
  const { ZSTD_c_compressionLevel: levelKey, ZSTD_c_checksumFlag: checksumKey } = constants;
  if (!zstdDecompressSync || !zstdCompressSync || levelKey === undefined || checksumKey === undefined) return undefined;
  return {
    decode: (frame, limit) => ownBytes(bounded(limit, (options) => zstdDecompressSync(frame, options))),
    encode: (bytes, { level, checksum }) => {
      const params = { [levelKey]: level, [checksumKey]: checksum ? 1 : 0 };
      return ownBytes(zstdCompressSync(bytes, { params, chunkSize: chunkSizeOf(bytes.length + (bytes.length >>> 8)) }));
    },
  };
}

/** The members of a gzip file, decoded; throws `OutputOverflow` instead of making more than `limit` bytes. */
export function gunzip(bytes: Uint8Array, expected: number, limit: number): Uint8Array {
  const decoded = decodedByZlib(zlibModule.gunzipSync, bytes, expected, limit);
  return decoded ?? ownStreams.gunzip(bytes, expected, limit);
}

/** A zlib stream, decoded; throws `OutputOverflow` instead of making more than `limit` bytes. */
export function unzlib(bytes: Uint8Array, expected: number, limit: number): Uint8Array {
  const decoded = decodedByZlib(zlibModule.inflateSync, bytes, expected, limit);
  return decoded ?? ownStreams.unzlib(bytes, expected, limit);
}

/**
 * What zlib decodes; undefined where our own decoder has to do it, or to say what is wrong, as it does everywhere. The
 * compiled kernels are as fast as zlib with large streams, and faster with small ones, for each of which zlib has to make a
 * state; their twins are not. To encode, zlib is as fast as the kernels or a little faster.
 */
function decodedByZlib(
  decode: (bytes: Uint8Array, options: object) => unknown,
  bytes: Uint8Array,
  expected: number,
  limit: number,
): Uint8Array | undefined {
  if (bytes.length === 0 || areCompiled(bytes, Math.min(expected, limit))) return undefined;
  try {
    return decoded(
      bytes,
      bounded(limit, (options) => decode(bytes, { ...options, info: true }), expected),
    );
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

/** More is left to zlib, because the memory of the kernels never shrinks. */
const MOST_COMPILED = 2 ** 28;

const areCompiled = (bytes: Uint8Array, expected: number): boolean =>
  bytes.length + expected <= MOST_COMPILED && kernels() !== undefined;

/** One gzip member without a time. */
export function gzip(bytes: Uint8Array, level: number): Uint8Array {
  const encoded = ownBytes(zlibModule.gzipSync(bytes, { level }));
  encoded[9] = 255; // The operating system: unknown.
  return encoded;
}

/** A zlib stream. */
export const zlib = (bytes: Uint8Array, level: number): Uint8Array =>
  ownBytes(zlibModule.deflateSync(bytes, { level }));

/** What the synchronous functions return when they are asked for `info`; their types do not say so. */
interface Decoded {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** The decoded bytes; undefined if the stream ended before `bytes` did and anything but zeros follows. */
function decoded(bytes: Uint8Array, result: unknown): Uint8Array | undefined {
  const { buffer, engine } = result as Decoded;
  for (let i = engine.bytesWritten; i < bytes.length; i++) if (bytes[i] !== 0) return undefined;
  return ownBytes(buffer);
}

interface BoundedOptions {
  readonly maxOutputLength: number;
  readonly chunkSize: number;
}

function bounded<Result>(limit: number, decode: (options: BoundedOptions) => Result, expected = limit): Result {
  try {
    return decode({
      maxOutputLength: Math.min(Math.max(1, limit), constants.MAX_LENGTH),
      chunkSize: chunkSizeOf(Math.min(expected, limit)),
    });
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw new OutputOverflow();
    const text = error instanceof Error ? error.message : String(error);
    const isChecksum = /incorrect (data|length) check|header crc mismatch|checksum/i.test(text);
    throw new (isChecksum ? ChecksumError : CodecError)(text, { cause: error });
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** Room for the whole output at once, so that nothing is joined afterwards, and for the end of the stream. */
const chunkSizeOf = (expected: number): number => Math.min(Math.max(expected + 64, 1024), 2 ** 30);

/** `bytes` in memory of their own: small ones come from a pool that Node shares with others. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = bytes;
  const isShared = buffer.byteLength <= 8192 || buffer.byteLength > 2 * length;
  return isShared ? new Uint8Array(bytes) : new Uint8Array(buffer, byteOffset, length);
}

/**
 * Codecs turn values into values and never see a store.
 *
 * Three stages: JSON in a document, a `Codec` (checked configuration, what users construct), and a bound codec, made
 * once for the chunks of one spec, which encodes and decodes without further checks of its configuration.
 */
import type { DType } from '../dtypes/dtype.js';
import type { Storage } from '../dtypes/storage.js';
import type { JsonObject } from '../json/model.js';
import type { NdArray } from '../ndarray/ndarray.js';
import type { MaybePromise } from '../task.js';

/** What a codec is told of the chunks it will meet. */
export interface ChunkSpec {
  /** Lengths of a chunk. */
  readonly shape: readonly number[];
  /** The type of its elements. */
  readonly dtype: DType;
  /** One element. */
  readonly fillValue: Storage;
}

/** Array to array. */
export interface Filter {
  /** What tells the three kinds of codec apart. */
  readonly kind: 'filter';
  /** What the next codec is given. */
  readonly encoded: ChunkSpec;
  /** Of a filter that only moves axes: axis `i` of an encoded chunk is axis `order[i]` of a decoded one. */
  readonly order?: readonly number[];
  /** The encoded chunk, of the spec `encoded`. May share memory with `chunk`. */
  encode(chunk: NdArray): MaybePromise<NdArray>;
  /** The chunk of the spec it was bound to. May share memory with `chunk`. */
  decode(chunk: NdArray): MaybePromise<NdArray>;
}

/** Array to bytes. */
export interface Serializer {
  /** What tells the three kinds of codec apart. */
  readonly kind: 'serializer';
  /** Encoded length in bytes; undefined when it varies. */
  readonly size: number | undefined;
  /** The bytes of a chunk of the spec. May share memory with `chunk`. */
  encode(chunk: NdArray): MaybePromise<Uint8Array>;
  /** Throws `CodecError` unless `bytes` are exactly one chunk. May share memory with `bytes`. */
  decode(bytes: Uint8Array): MaybePromise<NdArray>;
  /**
   * Of a serializer that lays elements of one size one after another, in C order: those that `bytes` are. May share
   * memory with `bytes`.
   */
  decodeElements?(bytes: Uint8Array): Storage;
  /**
   * The bytes of those elements as they stand in memory, one after another; throws as `decode` does. May share memory
   * with `bytes`, which it may change where they are `ours`. Undefined where `decode` has to do it.
   */
  decodeBytes?(bytes: Uint8Array, ours: boolean): Uint8Array;
  /** Whether `decodeBytes` gives back what it is given. */
  readonly isPlain?: boolean;
}

/** Bytes to bytes. */
export interface Compressor {
  /** What tells the three kinds of codec apart. */
  readonly kind: 'compressor';
  /** Encoded length for an input of `size` bytes; undefined when it varies. */
  sizeAfter(size: number | undefined): number | undefined;
  /** At most how long the encoded form of `size` bytes is, made by anyone's encoder; undefined when unknown. */
  bound(size: number): number | undefined;
  /** The encoded bytes. May share memory with `bytes`. */
  encode(bytes: Uint8Array): MaybePromise<Uint8Array>;
  /**
   * As `encode`, but the bytes may lie in memory that the next use of any codec overwrites: to be copied or stored before
   * that. Spares a copy, and memory that nobody has touched before.
   */
  encodeLent?(bytes: Uint8Array): Uint8Array;
  /**
   * The decoded bytes. `size` is their exact length where it is known: anything else is a `CodecError`, found before
   * more than `size` bytes are made. Where it is not known, `limit` bounds it.
   */
  decode(bytes: Uint8Array, size: number | undefined, limit: number): MaybePromise<Uint8Array>;
  /**
   * As `decode`, but the bytes lie in memory that the next use of any codec overwrites: to be copied before that, and who
   * is lent them may change them. Undefined where `decode` has to do it. Spares a copy, and memory that nobody has touched
   * before.
   */
  decodeLent?(bytes: Uint8Array, size: number, limit: number): Uint8Array | undefined;
  /**
   * `part` of the decoded bytes, of which there have to be `size`; for a compressor that need not decode all of them. It
   * checks what it decodes, and as much of the rest as tells that the bytes are whole. They may lie in memory that the next
   * use of any codec overwrites.
   */
  decodePart?(bytes: Uint8Array, size: number, part: BytePart): MaybePromise<Uint8Array>;
}

/** A part of bytes. */
export interface BytePart {
  readonly offset: number;
  readonly length: number;
}

/** A codec that was made for chunks of one spec: array to array, array to bytes, or bytes to bytes. */
export type BoundCodec = Filter | Serializer | Compressor;

/** A codec with its configuration, not yet bound to chunks: what metadata names and users construct. */
export interface Codec {
  /** Which of the three kinds it is. */
  readonly kind: BoundCodec['kind'];
  /** The name in format 3 metadata. */
  readonly name: string;
  /** Options as format 3 metadata has them, in its order; undefined when the codec has none. Frozen. */
  readonly configuration: Readonly<Record<string, unknown>> | undefined;
  /** The format 3 document: `{ name, configuration }`. */
  toJSON(): { name: string; configuration?: Readonly<Record<string, unknown>> };
  /**
   * Why nothing can be encoded with it, where only decoding is possible: no array is created with such a codec. Of a resolved
   * one, why those chunks cannot be.
   */
  readonly encodeProblem?: string | undefined;
  /** The codecs that it is made of, as a shard is. */
  readonly nestedCodecs?: readonly Codec[] | undefined;
  /** As zarr-python prints it: `ZstdCodec(level=0, checksum=False)`. */
  toString(): string;
  /**
   * This codec with what it leaves open filled in for chunks of `spec` (Blosc's typesize, the endianness that one-byte
   * types have not); throws `MetadataValidationError` if it cannot encode them. zarr-python: `evolve_from_array_spec`.
   */
  resolve(spec: ChunkSpec): Codec;
  /** Bound to chunks of `spec`. */
  bind(spec: ChunkSpec): BoundCodec;
}

/** One kind of codec: how to make it from its documents in either format. One registry line each. */
export interface CodecDefinition<C extends Codec = Codec> {
  /** The name in format 3 metadata. */
  readonly name: string;
  /** Other names that are read. */
  readonly aliases?: readonly string[];
  /**
   * Checks a format 3 configuration; throws `MetadataValidationError` that names the member. An `ArgumentError` of the
   * codec's constructor becomes one.
   */
  parse(configuration: JsonObject | undefined): C;
  /** The codec that format 2 has in the place of one that only format 3 has. */
  asV2?(codec: C): Codec;
  /** The codec as format 2 has it (numcodecs). */
  readonly v2?: {
    readonly id: string;
    /** Checks a format 2 document, `{ id, … }`. */
    parse(document: JsonObject): C;
    /** The format 2 document, members in numcodecs' order. */
    toJson(codec: C): JsonObject;
    /** As numcodecs prints it: `Zstd(level=0)`. */
    toString(codec: C): string;
  };
}

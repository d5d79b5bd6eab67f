/** The codecs of a new array: what users give as filters, serializer and compressors, and what they get by default. */

import type { Codec } from '../codecs/codec.js';
import { Crc32cCodec } from '../codecs/compressors/crc32c.js';
import { type CodecOption, codecToV2, toCodec } from '../codecs/registry.js';
import { BytesCodec } from '../codecs/serializers/bytes.js';
import { ShardingCodec } from '../codecs/serializers/sharding.js';
import { PickleCodec, UnknownCodec } from '../codecs/unknown.js';
import { described } from '../described.js';
import type { DType } from '../dtypes/dtype.js';
import { Optional } from '../dtypes/optional.js';
import { dtypeFromV2 } from '../dtypes/registry.js';
import { ArgumentError, UnknownCodecError } from '../errors.js';
import type { IndexLocation } from '../grid/shards.js';
import { type Json, type JsonObject, jsonInteger, jsonObject } from '../json/model.js';
import type { Shape } from '../ndarray/shape.js';
import { isGiven } from '../options.js';
import { within } from './expect.js';
import { objectCodecId } from './object-codec.js';

/** `"auto"`, none, one, or several in their order. */
export type CodecsOption = 'auto' | null | CodecOption | readonly CodecOption[];

/** The options that make a chain of codecs. */
export interface ChainOptions {
  /** Array-to-array codecs, applied first; none by default, but for what format 2 needs for strings and bytes. */
  readonly filters?: CodecsOption | undefined;
  /** Bytes-to-bytes codecs, applied last; by default zstd, and none for `null` and `[]`. */
  readonly compressors?: CodecsOption | undefined;
  /** Format 2. */
  readonly compressor?: CodecsOption | undefined;
  /** Format 3. */
  readonly serializer?: 'auto' | CodecOption | undefined;
  /** Format 3: the whole chain, in place of filters, serializer and compressors. */
  readonly codecs?: readonly CodecOption[] | null | undefined;
  /** What `"auto"` compressors are in format 2: groups have zarr-python's other default. */
  readonly v2DefaultCompressor?: 'zstd' | 'blosc' | undefined;
}

/** How the inner chunks of shards are cut and found. */
export interface InnerChunks {
  readonly chunkShape: Shape;
  readonly indexLocation: IndexLocation;
}

/** The chain of a format 3 array. With shards, it is the one inside of them. */
export function v3Codecs(options: ChainOptions, dtype: DType, inner: InnerChunks | undefined): Codec[] {
  const chain = isGiven(options.codecs) ? wholeChain(options, options.codecs, inner) : chainOfParts(options, dtype);
  if (inner === undefined) return chain;
  const indexCodecs = [new BytesCodec({ endian: 'little' }), new Crc32cCodec()];
  return [new ShardingCodec({ ...inner, codecs: chain, indexCodecs })];
}

/** The codec among those that a user gives which says what objects are; undefined if there is none. */
export function givenObjectCodecId(options: ChainOptions): string | undefined {
  const filters = options.filters === 'auto' || options.filters === undefined ? [] : listOf(options.filters);
  const compressor = v2Compressor(options);
  const documents = filters === 'auto' ? [] : filters.map((item, at) => v2Document(item, `filters[${at}]`));
  return objectCodecId(compressor === null ? documents : [...documents, compressor]);
}

/** `filters` and `compressor` of a format 2 document. */
export function v2Encoding(options: ChainOptions, dtype: DType): { filters: Json; compressor: Json } {
  const filters = v2Filters(options.filters, dtype);
  const compressor = v2Compressor(options);
  const listed = compressor === null ? filters : [...filters, compressor];
  if (dtype.toMetadata(2) === '|O' && !dtypeFromV2('|O', objectCodecId(listed)).isSameInMemory(dtype)) {
    const needed = dtype.kind === 'object' ? 'a codec of objects' : `"${objectCodecFor(dtype)?.name}"`;
    throw new ArgumentError(`filters: the data type "${dtype.name}" needs ${needed} in format 2, got none`);
  }
  return { filters: filters.length > 0 ? filters : null, compressor };
}

function wholeChain(options: ChainOptions, codecs: readonly CodecOption[], inner: InnerChunks | undefined): Codec[] {
  const parts = [options.filters, options.compressors, options.serializer];
  if (inner !== undefined || parts.some((part) => part !== undefined && part !== 'auto')) {
    throw new ArgumentError('codecs: the whole chain; expected no filters, serializer, compressors or shards besides');
  }
  if (!Array.isArray(codecs)) throw new ArgumentError(`codecs: expected a list, got ${described(codecs)}`);
  return Array.from<CodecOption>(codecs).map((option, at) => v3Codec(option, `codecs[${at}]`));
}

function chainOfParts({ filters, serializer, compressors }: ChainOptions, dtype: DType): Codec[] {
  return [
    ...v3List(filters, 'filters', 'filter', () => []),
    ...v3List(serializer, 'serializer', 'serializer', () => [defaultSerializer(dtype)]),
    ...v3List(compressors, 'compressors', 'compressor', () => [toCodec(DEFAULT_COMPRESSOR)]),
  ];
}

const KINDS: Readonly<Record<Codec['kind'], string>> = Object.freeze({
  filter: 'array to array',
  serializer: 'array to bytes',
  compressor: 'bytes to bytes',
});

/** By its document, so that it need not be there before it is wanted. */
const DEFAULT_COMPRESSOR = Object.freeze({ name: 'zstd', configuration: Object.freeze({ level: 0, checksum: false }) });

function v3List(
  option: CodecsOption | undefined,
  name: string,
  kind: Codec['kind'],
  byDefault: () => Codec[],
): readonly Codec[] {
  const options = listOf(option);
  if (options === 'auto') return byDefault();
  if (kind === 'serializer' && options.length !== 1) {
    throw new ArgumentError(`serializer: expected one codec, got ${options.length}`);
  }
  return options.map((item, at) => {
    const where = item === option ? name : `${name}[${at}]`;
    const codec = v3Codec(item, where);
    if (codec.kind === kind) return codec;
    throw new ArgumentError(`${where}: expected an ${KINDS[kind]} codec, got "${codec.name}", ${KINDS[codec.kind]}`);
  });
}

function v3Codec(option: CodecOption, where: string): Codec {
  if (isDocument(option) && 'id' in option) {
    throw new ArgumentError(`${where}: expected a codec of format 3, with a "name", got one of format 2, with an "id"`);
  }
  return known(option, where);
}

function v2Filters(option: CodecsOption | undefined, dtype: DType): JsonObject[] {
  const options = listOf(option);
  if (options !== 'auto') return options.map((item, at) => v2Document(item, `filters[${at}]`));
  const objectCodec = objectCodecFor(dtype);
  return objectCodec === undefined ? [] : [codecToV2(objectCodec)];
}

function v2Compressor({ compressor, compressors, v2DefaultCompressor = 'zstd' }: ChainOptions): JsonObject | null {
  if (compressor !== undefined && compressor !== 'auto' && compressors !== undefined && compressors !== 'auto') {
    throw new ArgumentError('compressor and compressors: expected at most one of them');
  }
  const options = listOf(compressor === undefined || compressor === 'auto' ? compressors : compressor);
  if (options === 'auto') return V2_DEFAULTS[v2DefaultCompressor]();
  if (options.length > 1) {
    throw new ArgumentError(`compressors: format 2 has at most one, got ${options.length}`);
  }
  const [only] = options;
  return only === undefined ? null : v2Document(only, 'compressors[0]');
}

const V2_DEFAULTS: Readonly<Record<'zstd' | 'blosc', () => JsonObject>> = Object.freeze({
  zstd: () => jsonObject({ id: 'zstd', level: jsonInteger(0) }),
  blosc: () =>
    jsonObject({
      id: 'blosc',
      cname: 'lz4',
      clevel: jsonInteger(5),
      shuffle: jsonInteger(1),
      blocksize: jsonInteger(0),
    }),
});

function v2Document(option: CodecOption, where: string): JsonObject {
  return within(where, () => codecToV2(known(option, where)));
}

/** The serializer of arrays for which none is chosen. Without a byte order where what it gets has none: filters decide. */
function defaultSerializer(dtype: DType): Codec {
  return objectCodecFor(dtype) ?? new BytesCodec({ endian: 'little' });
}

/** The codec without which elements of varying length are not bytes. */
function objectCodecFor(dtype: DType): Codec | undefined {
  if (dtype.itemSize !== undefined || dtype.kind === 'object') return undefined;
  if (dtype instanceof Optional) return optionalCodec(dtype);
  return toCodec(dtype.kind === 'bytes' ? 'vlen-bytes' : 'vlen-utf8');
}

/** The codec of values that may be missing: the mask as bytes, and the values as they would be by themselves. */
function optionalCodec({ dtype }: Optional): Codec {
  const configuration = { mask_codecs: [{ name: 'bytes' }], data_codecs: [defaultSerializer(dtype).toJSON()] };
  return toCodec({ name: 'zarrs.optional', configuration });
}

function known(option: CodecOption, where: string): Codec {
  const codec = within(where, () => toCodec(option, where));
  refuseUnusable(codec, where);
  return codec;
}

/** Throws for a codec that is not known, or with which nothing can be written, inside others too. */
export function refuseUnusable(codec: Codec, where: string): void {
  if (codec instanceof PickleCodec) throw codec.error();
  if (codec instanceof UnknownCodec) {
    throw new UnknownCodecError(`${where}: unknown codec "${codec.name}"`, { codec: codec.name });
  }
  if (codec.encodeProblem !== undefined) {
    throw new ArgumentError(`${where}: ${codec.encodeProblem}`, { codec: codec.name });
  }
  for (const inner of codec.nestedCodecs ?? []) refuseUnusable(inner, `${where}.configuration.codecs`);
}

function listOf(option: CodecsOption | undefined): 'auto' | readonly CodecOption[] {
  if (option === undefined || option === 'auto') return 'auto';
  if (option === null) return [];
  return isList(option) ? Array.from(option) : [option]; // A hole in a list would be passed over.
}

const isList = (option: CodecOption | readonly CodecOption[]): option is readonly CodecOption[] =>
  Array.isArray(option);

/** Whether `option` is a codec's document, not an instance. */
const isDocument = (option: CodecOption): option is Exclude<CodecOption, Codec | string> =>
  typeof option === 'object' && option !== null && !('kind' in option && 'bind' in option);

/**
 * Models of new arrays and groups, from the options of `createArray`. All is validated here, before any store is
 * touched, and the documents are byte for byte zarr-python's. What was made is read back by the parsers, so that nothing
 * is written that could not be opened.
 */

import type { Codec } from '../codecs/codec.js';
import { valueText } from '../codecs/options.js';
import { described } from '../described.js';
import { type DType, scalarStorage } from '../dtypes/dtype.js';
import { NullTerminatedBytes } from '../dtypes/fixed-bytes.js';
import { dtypeFromV3, parseDtype, parseDtypeIn2 } from '../dtypes/registry.js';
import type { Storage } from '../dtypes/storage.js';
import { Struct } from '../dtypes/struct.js';
import type { DTypeSpec } from '../dtypes/types.js';
import { ArgumentError, MetadataValidationError } from '../errors.js';
import { type ChunksOption, normalizeChunks } from '../grid/chunks.js';
import { commonShape } from '../grid/edges.js';
import { INNER_CHUNK_BYTES } from '../grid/guess.js';
import { normalizeShards, type ShardsOption } from '../grid/shards.js';
import { fromPlain } from '../json/convert.js';
import { isJsonObject, type Json, type JsonObject, jsonInteger, jsonObject } from '../json/model.js';
import { castElements } from '../ndarray/cast.js';
import { NdArray } from '../ndarray/ndarray.js';
import type { Shape } from '../ndarray/shape.js';
import { inspected, isGiven } from '../options.js';
import { resolveForAxes } from './chain.js';
import { chunkGridToJson } from './chunk-grid.js';
import { type ChainOptions, givenObjectCodecId, refuseUnusable, v2Encoding, v3Codecs } from './codec-options.js';
import { type KeyEncodingOption, keyEncodingToJson, normalizeKeyEncoding } from './key-encoding.js';
import { DEFAULT_LIMITS, type MetadataLimits } from './limits.js';
import type { ArrayModel, GroupModel, ZarrFormat } from './model.js';
import { normalizeShape } from './shape.js';
import { parseV2Array, parseV2Group } from './v2.js';
import { parseV3 } from './v3.js';

/** What an array is made of; the options of `createArray` and `create` by their names. */
export interface ArrayOptions extends ChainOptions {
  /** Lengths of the axes. */
  readonly shape: number | readonly number[];
  /** A data type's name, JSON or instance, or NumPy's text for it. */
  readonly dtype: DTypeSpec;
  /**
   * The shape of a chunk: a number for all axes, or one per axis, where -1 is the whole axis; a list in place of a
   * number gives the edges along that axis. `false` is one chunk, and `"auto"` chooses. With `shards`, the chunks
   * inside of them.
   */
  readonly chunks?: ChunksOption | undefined;
  /**
   * The shape of a shard, multiples of the chunks: like `chunks`, or `{ shape, indexLocation }`. `null` or none: no
   * sharding. Format 3.
   */
  readonly shards?: ShardsOption | undefined;
  /** `undefined`: the data type's own; `null`: the same in format 3, none in format 2. */
  readonly fillValue?: unknown;
  /**
   * Order of the elements in chunks of format 2; format 3 has the `transpose` codec instead and only checks the value.
   */
  readonly order?: 'C' | 'F' | null | undefined;
  /** What `order` is in format 2 where it is not given: `config.array.order`. */
  readonly defaultOrder?: 'C' | 'F' | undefined;
  /** 2 or 3. */
  readonly zarrFormat?: ZarrFormat | undefined;
  /** JSON values by their names: an object, or a `Map`, whose order is kept. */
  readonly attributes?: object | null | undefined;
  /**
   * How the coordinates of chunks become keys: `{ name: "default" | "v2", separator }`; by default `c/0/1` in format 3,
   * `0.1` in format 2.
   */
  readonly chunkKeyEncoding?: KeyEncodingOption | null | undefined;
  /** Format 2. */
  readonly dimensionSeparator?: '.' | '/' | null | undefined;
  /** A name for each axis, `null` for one that has none. Format 3. */
  readonly dimensionNames?: readonly (string | null)[] | null | undefined;
  /** `config.array.targetShardSizeBytes`. */
  readonly targetShardSizeBytes?: number | null | undefined;
}

/** The model of a new array. */
export function createArrayModel(options: ArrayOptions, limits: MetadataLimits = DEFAULT_LIMITS): ArrayModel {
  const { zarrFormat = 3 } = options;
  checkFormat(zarrFormat);
  return asArgument(() => {
    const model = zarrFormat === 3 ? createV3(options, limits) : createV2(options, limits);
    // What each can do is known once it is fitted to the chunks.
    model.codecs.forEach((codec, at) => {
      refuseUnusable(codec, `codecs[${at}]`);
    });
    return model;
  });
}

/** The model of a new group. */
export function createGroupModel(format: ZarrFormat, attributes?: unknown): GroupModel {
  checkFormat(format);
  const json = attributesFrom(attributes);
  if (format === 2) return parseV2Group(jsonObject({ zarr_format: jsonInteger(2) }), json);
  const model = parseV3(jsonObject({ attributes: json, zarr_format: jsonInteger(3), node_type: 'group' }));
  return model as GroupModel; // As its node_type says.
}

function createV3(options: ArrayOptions, limits: MetadataLimits): ArrayModel {
  refuse(options, ['compressor', 'dimensionSeparator'], 'in format 3; there are compressors and chunkKeyEncoding');
  if (options.compressor === null)
    throw new ArgumentError('compressor: not possible in format 3; there are compressors');
  orderFrom(options.order);
  const shape = normalizeShape(options.shape, limits);
  // Read back from its document: format 3 has neither byte orders nor padding.
  const dtype = dtypeFromV3(parseDtype(options.dtype).toMetadata(3));
  const maxBytes = isGiven(options.shards) ? INNER_CHUNK_BYTES : undefined;
  const chunks = normalizeChunks(options.chunks, shape, dtype.itemSize, maxBytes);
  const innerShape = commonShape(chunks);
  const sharding = isGiven(options.shards)
    ? normalizeShards(options.shards, {
        shape,
        chunkShape: innerShape ?? refuseEdges('inside shards, of which shards may have some'),
        itemSize: dtype.itemSize,
        targetBytes: options.targetShardSizeBytes,
      })
    : undefined;
  const chunkAxes = sharding?.axes ?? chunks;
  const fillValue = isGiven(options.fillValue) ? fillStorage(dtype, options.fillValue) : dtype.defaultFillValue();
  const codecs = v3Codecs(
    options,
    dtype,
    sharding && innerShape && { chunkShape: innerShape, indexLocation: sharding.indexLocation },
  );
  const chain = resolveForAxes(codecs, chunkAxes, { dtype, fillValue }, limits);
  const document = jsonObject({
    shape: shape.map(jsonInteger),
    data_type: dtype.toMetadata(3),
    chunk_grid: chunkGridToJson(chunkAxes),
    chunk_key_encoding: keyEncodingToJson(normalizeKeyEncoding(options.chunkKeyEncoding, 3)),
    fill_value: dtype.fillValueToJson(fillValue, 3),
    codecs: chain.map(codecToJson),
    attributes: attributesFrom(options.attributes),
    dimension_names: dimensionNamesFrom(options.dimensionNames, shape),
    zarr_format: jsonInteger(3),
    node_type: 'array',
    storage_transformers: [],
  });
  const model = parseV3(document, limits) as ArrayModel; // As its node_type says.
  // As they were given: the order in which shards are written is not in the document.
  return Object.freeze({ ...model, codecs: chain });
}

function createV2(options: ArrayOptions, limits: MetadataLimits): ArrayModel {
  refuse(options, ['serializer', 'shards', 'dimensionNames', 'codecs'], 'in format 2');
  const shape = normalizeShape(options.shape, limits);
  const dtype = parseDtypeIn2(options.dtype, givenObjectCodecId(options));
  const { filters, compressor } = v2Encoding(options, dtype);
  const chunks = normalizeChunks(options.chunks, shape, dtype.itemSize);
  const zarray = jsonObject({
    shape: shape.map(jsonInteger),
    chunks: (commonShape(chunks) ?? refuseEdges('in format 2')).map(jsonInteger),
    dtype: dtype.toMetadata(2),
    fill_value: v2FillValue(options.fillValue, dtype),
    order: orderFrom(options.order, options.defaultOrder),
    filters,
    dimension_separator: dimensionSeparatorFrom(options),
    compressor,
    zarr_format: jsonInteger(2),
  });
  return parseV2Array(zarray, attributesFrom(options.attributes), limits);
}

function v2FillValue(value: unknown, dtype: DType): Json {
  if (value === null) return null;
  return dtype.fillValueToJson(value === undefined ? dtype.defaultFillValue() : fillStorage(dtype, value), 2);
}

/** One element that holds `value`; of an array of one element, its bits. */
function fillStorage(dtype: DType, value: unknown): Storage {
  if (!(value instanceof NdArray)) return scalarStorage(dtype, isWhole(value) ? numberIn(dtype, value) : value);
  return castElements(value.size === 1 ? value.reshape([]) : value, dtype, 'exact');
}

const isWhole = (value: unknown): value is number | bigint => typeof value === 'bigint' || Number.isSafeInteger(value);

/** `number` as zarr-python fills arrays of `dtype` with it: text that has its digits, in the fields of structs too. */
function numberIn(dtype: DType, number: number | bigint): unknown {
  if (dtype.kind === 'string') return String(number);
  if (dtype instanceof NullTerminatedBytes) return new TextEncoder().encode(String(number));
  if (!(dtype instanceof Struct)) return number;
  return Object.fromEntries(dtype.places.map((place) => [place.name, numberIn(place.dtype, number)]));
}

function dimensionSeparatorFrom({ chunkKeyEncoding, dimensionSeparator }: ArrayOptions): string {
  if (!isGiven(dimensionSeparator)) return normalizeKeyEncoding(chunkKeyEncoding, 2).separator;
  if (isGiven(chunkKeyEncoding)) {
    throw new ArgumentError('dimensionSeparator and chunkKeyEncoding: expected at most one of them');
  }
  if (dimensionSeparator === '.' || dimensionSeparator === '/') return dimensionSeparator;
  throw new ArgumentError(`dimensionSeparator: expected "." or "/", got ${described(dimensionSeparator)}`);
}

function dimensionNamesFrom(names: unknown, shape: Shape): Json | undefined {
  if (!isGiven(names)) return undefined;
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string' || name === null)) {
    throw new ArgumentError(`dimensionNames: expected a list of strings and nulls, got ${described(names)}`);
  }
  if (names.length === shape.length) return names.length === 0 ? undefined : names;
  throw new ArgumentError(
    `dimensionNames: expected ${shape.length} names, one for each dimension, got ${names.length}`,
  );
}

function orderFrom(order: unknown, byDefault: 'C' | 'F' = 'C'): 'C' | 'F' {
  if (!isGiven(order)) return byDefault;
  if (order === 'C' || order === 'F') return order;
  throw new ArgumentError(`order: expected "C" or "F", got ${described(order)}`);
}

function attributesFrom(attributes: unknown): JsonObject {
  const json = isGiven(attributes) ? fromPlain(attributes, 'attributes') : new Map<string, Json>();
  if (!isJsonObject(json)) throw new ArgumentError(`attributes: expected an object, got ${described(attributes)}`);
  return json;
}

function refuseEdges(where: string): never {
  throw new ArgumentError(`chunks: a list of edges is not possible ${where}`);
}

const codecToJson = (codec: Codec): Json => fromPlain(codec.toJSON(), codec.name);

/** Throws when one of `names` is given; what only asks for the default is not. */
function refuse(options: ArrayOptions, names: readonly (keyof ArrayOptions)[], where: string): void {
  for (const name of names) {
    const value = options[name];
    const isDefault = !isGiven(value) || (value === 'auto' && name !== 'shards');
    if (!isDefault || (name === 'compressor' && value === null)) {
      throw new ArgumentError(`${name}: not possible ${where}`);
    }
  }
}

function checkFormat(format: unknown): void {
  if (format !== 2 && format !== 3) throw new ArgumentError(`zarrFormat: expected 2 or 3, got ${valueText(format)}`);
}

/** What the parsers refuse in a document is, in the options it was made of, a wrong argument. */
function asArgument<T>(create: () => T): T {
  try {
    return inspected('options', create);
  } catch (error) {
    if (!(error instanceof MetadataValidationError)) throw error;
    throw new ArgumentError(error.message, { codec: error.codec, cause: error });
  }
}

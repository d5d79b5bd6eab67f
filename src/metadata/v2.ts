/**
 * Format 2 documents, `.zarray`, `.zgroup` and `.zattrs`, to the models of format 3.
 * https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html
 *
 * A chunk of format 2 is a chain of format 3: a transpose where the order is F, the filters that make arrays of arrays,
 * the bytes in the byte order of what they are given (or an object codec), the filters that make bytes of bytes, the
 * compressor. Members that the format does not know are ignored, as it asks.
 */
import type { ChunkSpec, Codec } from '../codecs/codec.js';
import { TransposeCodec } from '../codecs/filters/transpose.js';
import { codecFromV2 } from '../codecs/registry.js';
import { BytesCodec, DeclaredBytesCodec } from '../codecs/serializers/bytes.js';
import { UnknownCodec } from '../codecs/unknown.js';
import type { DType } from '../dtypes/dtype.js';
import { dtypeFromV2 } from '../dtypes/registry.js';
import { UnknownDType } from '../dtypes/unknown.js';
import { MetadataValidationError } from '../errors.js';
import { isJsonObject, type Json, type JsonObject } from '../json/model.js';
import { arrayAlike, keepArray } from './alike.js';
import { resolveCodecs } from './chain.js';
import { readConsolidatedV2 } from './consolidated.js';
import { expectChoice, expectFormat, expectList, mismatch, within } from './expect.js';
import { parseDimensionSeparator } from './key-encoding.js';
import { DEFAULT_LIMITS, type MetadataLimits } from './limits.js';
import type { ArrayModel, Documents, GroupModel } from './model.js';
import { objectCodecId } from './object-codec.js';
import { checkElement, parseChunkShape, parseShape } from './shape.js';

/** The names of the documents. */
export const V2_ARRAY_DOCUMENT = '.zarray';
export const V2_GROUP_DOCUMENT = '.zgroup';
export const V2_ATTRIBUTES_DOCUMENT = '.zattrs';
export const V2_CONSOLIDATED_DOCUMENT = '.zmetadata';

const NO_ATTRIBUTES: JsonObject = new Map();

/** The array of a `.zarray` and its `.zattrs`, if there is one. */
export function parseV2Array(
  zarray: JsonObject,
  zattrs: JsonObject | undefined,
  limits: MetadataLimits = DEFAULT_LIMITS,
): ArrayModel {
  const alike = arrayAlike(zarray, zarray, NO_MEMBERS, limits);
  if (alike === undefined) {
    const model = readV2Array(zarray, zattrs, limits);
    keepArray(zarray, zarray, limits, model);
    return model;
  }
  const attributes = zattrs ?? NO_ATTRIBUTES;
  if (alike.attributes === attributes) return alike;
  return Object.freeze<ArrayModel>({ ...alike, attributes, documents: arrayDocuments(zarray, attributes) });
}

const NO_MEMBERS: readonly string[] = Object.freeze([]);

function readV2Array(zarray: JsonObject, zattrs: JsonObject | undefined, limits: MetadataLimits): ArrayModel {
  expectFormat(zarray.get('zarr_format'), 2);
  const shape = parseShape(zarray.get('shape'), limits);
  const chunkShape = parseChunkShape(zarray.get('chunks'), shape, 'chunks');
  const filterDocuments = parseFilterList(zarray.get('filters'));
  const compressorDocument = zarray.get('compressor') ?? null;
  const dtype = within('dtype', () =>
    dtypeFromV2(required(zarray, 'dtype'), objectCodecId([...filterDocuments, compressorDocument])),
  );
  checkElement(dtype, 'dtype');
  const fill = required(zarray, 'fill_value');
  const fillValue =
    fill === null ? dtype.defaultFillValue() : within('fill_value', () => dtype.parseFillValue(fill, 2));
  const order = expectChoice(zarray.get('order'), ['C', 'F'], 'order');
  const filters = filterDocuments.map((item, at) => parseCodec(item, `filters[${at}]`));
  const compressor = compressorDocument === null ? null : parseCodec(compressorDocument, 'compressor');
  const spec: ChunkSpec = { shape: chunkShape, dtype, fillValue };
  const codecs = chainOf(order, filters, compressor, spec);
  const attributes = zattrs ?? NO_ATTRIBUTES;
  return Object.freeze<ArrayModel>({
    kind: 'array',
    format: 2,
    shape,
    dtype,
    fillValue,
    fillValueIsNull: fill === null,
    chunkAxes: chunkShape,
    chunkShape,
    keyEncoding: parseDimensionSeparator(zarray.get('dimension_separator')),
    codecs: resolveCodecs(codecs, spec, limits),
    order,
    v2: Object.freeze({ filters: filters.length > 0 ? Object.freeze(filters) : null, compressor }),
    dimensionNames: undefined,
    attributes,
    documents: arrayDocuments(zarray, attributes),
  });
}

const arrayDocuments = (zarray: JsonObject, attributes: JsonObject): Documents =>
  new Map([
    [V2_ARRAY_DOCUMENT, zarray],
    [V2_ATTRIBUTES_DOCUMENT, attributes],
  ]);

/** The group of a `.zgroup`, its `.zattrs` and its `.zmetadata`, if there are any. */
export function parseV2Group(
  zgroup: JsonObject,
  zattrs: JsonObject | undefined,
  zmetadata?: JsonObject,
  limits: MetadataLimits = DEFAULT_LIMITS,
): GroupModel {
  expectFormat(zgroup.get('zarr_format'), 2);
  const attributes = zattrs ?? NO_ATTRIBUTES;
  const documents = new Map([
    [V2_GROUP_DOCUMENT, zgroup],
    [V2_ATTRIBUTES_DOCUMENT, attributes],
  ]);
  if (zmetadata !== undefined) documents.set(V2_CONSOLIDATED_DOCUMENT, zmetadata);
  return Object.freeze<GroupModel>({
    kind: 'group',
    format: 2,
    attributes,
    documents,
    consolidated: readConsolidatedV2(zmetadata, {
      array: (document, attributes) => parseV2Array(document, attributes, limits),
      group: (document, attributes) => parseV2Group(document, attributes, undefined, limits),
    }),
  });
}

/** Some writers spell "none" as an empty list. */
const parseFilterList = (json: Json | undefined): readonly Json[] =>
  json === undefined || json === null ? [] : expectList(json, 'filters');

function parseCodec(json: Json, where: string): Codec {
  if (!isJsonObject(json)) throw mismatch(where, 'an object with an id', json);
  return within(where, () => codecFromV2(json));
}

/** The chain of format 3. An object codec, wherever it stands, is the serializer. */
function chainOf(
  order: ArrayModel['order'],
  filters: readonly Codec[],
  compressor: Codec | null,
  spec: ChunkSpec,
): readonly Codec[] {
  const listed = compressor === null ? filters : [...filters, compressor];
  const rank = spec.shape.length;
  const head =
    order === 'F' && rank > 1 && !keepsShape(listed[0])
      ? [new TransposeCodec({ order: spec.shape.map((_, axis) => rank - 1 - axis) })]
      : [];
  if (listed.some(isSerializer)) return [...head, ...listed];
  const firstCompressor = listed.findIndex((codec) => codec.kind === 'compressor');
  const split = firstCompressor === -1 ? listed.length : firstCompressor;
  const arrays = listed.slice(0, split);
  const encoded = within('filters', () => encodedDType(arrays, spec));
  const serializer =
    encoded?.kind === 'struct' ? new DeclaredBytesCodec() : new BytesCodec({ endian: encoded?.endianness ?? null });
  return [...head, ...arrays, serializer, ...listed.slice(split)];
}

/** JSON and MessagePack hold the shape and the elements by rows, whatever the order. */
const keepsShape = (codec: Codec | undefined): boolean => KEEPING_SHAPE.includes(codec?.name ?? '');

const KEEPING_SHAPE: readonly string[] = Object.freeze(
  ['json', 'json2', 'msgpack', 'msgpack2'].map((id) => `numcodecs.${id}`),
);

const isSerializer = (codec: Codec): boolean => codec.kind === 'serializer';

/** The data type that `filters` end with; undefined where it, or one of them, is not known. */
function encodedDType(filters: readonly Codec[], spec: ChunkSpec): DType | undefined {
  if (spec.dtype instanceof UnknownDType) return undefined;
  let current = spec;
  for (const filter of filters) {
    if (filter instanceof UnknownCodec) return undefined;
    const bound = filter.resolve(current).bind(current);
    if (bound.kind === 'filter') current = bound.encoded;
  }
  return current.dtype;
}

function required(document: JsonObject, member: string): Json {
  const value = document.get(member);
  if (value === undefined) throw new MetadataValidationError(`${member}: expected a value, got nothing`);
  return value;
}

/**
 * Format 3 documents, `zarr.json`, to models.
 * https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html#array-metadata
 *
 * Read is all that the format allows, short forms included, and what zarr-python and zarrita wrote at some time. What the format
 * forbids fails here, with the member's place in the document; only a codec or data type that is not known stays open
 * until data is asked for.
 */
import type { Codec } from '../codecs/codec.js';
import { codecFromJson } from '../codecs/registry.js';
import { BytesCodec } from '../codecs/serializers/bytes.js';
import { UnknownCodec } from '../codecs/unknown.js';
import type { DType } from '../dtypes/dtype.js';
import { Optional } from '../dtypes/optional.js';
import { dtypeFromV3 } from '../dtypes/registry.js';
import { UnknownDType } from '../dtypes/unknown.js';
import { MetadataValidationError, NodeTypeValidationError } from '../errors.js';
import { commonShape } from '../grid/edges.js';
import type { Json, JsonObject } from '../json/model.js';
import { arrayAlike, keepArray } from './alike.js';
import { resolveForAxes } from './chain.js';
import { parseChunkGrid } from './chunk-grid.js';
import { readConsolidatedV3 } from './consolidated.js';
import { expectFormat, expectList, expectObject, found, mismatch, within } from './expect.js';
import { mustUnderstand, parseExtension } from './extension.js';
import { parseKeyEncoding } from './key-encoding.js';
import { DEFAULT_LIMITS, type MetadataLimits } from './limits.js';
import type { ArrayModel, GroupModel, NodeModel } from './model.js';
import { checkElement, parseShape } from './shape.js';

/** The name of the document. */
export const V3_DOCUMENT = 'zarr.json';

const COMMON_MEMBERS = ['zarr_format', 'node_type', 'attributes'];
const GROUP_MEMBERS = [...COMMON_MEMBERS, 'consolidated_metadata'];
const ARRAY_MEMBERS = [
  ...COMMON_MEMBERS,
  'shape',
  'data_type',
  'chunk_grid',
  'chunk_key_encoding',
  'fill_value',
  'codecs',
  'dimension_names',
  'storage_transformers',
];

const NO_ATTRIBUTES: JsonObject = new Map();

/** The array or group of a document; throws `MetadataValidationError` for what the format forbids. */
export function parseV3(document: JsonObject, limits: MetadataLimits = DEFAULT_LIMITS): NodeModel {
  checkFormat(document.get('zarr_format'));
  const nodeType = document.get('node_type');
  if (nodeType === 'array') return parseV3Array(document, limits);
  if (nodeType === 'group') return parseV3Group(document, limits);
  throw new NodeTypeValidationError(`node_type: expected "array" or "group", got ${found(nodeType)}`);
}

function parseV3Array(document: JsonObject, limits: MetadataLimits): ArrayModel {
  const shape = document.get('shape');
  const alike = arrayAlike(shape, document, OWN_MEMBERS, limits);
  if (alike !== undefined) return withOwnMembers(alike, document);
  const model = readV3Array(document, limits);
  keepArray(shape, document, limits, model);
  return model;
}

/** What arrays have of their own that are otherwise alike. */
const OWN_MEMBERS: readonly string[] = Object.freeze(['attributes', 'dimension_names']);

/** `model` with what `document` says besides. */
function withOwnMembers(model: ArrayModel, document: JsonObject): ArrayModel {
  if (model.documents.get(V3_DOCUMENT) === document) return model;
  return Object.freeze<ArrayModel>({
    ...model,
    dimensionNames: parseDimensionNames(document.get('dimension_names'), model.shape.length),
    attributes: parseAttributes(document),
    documents: new Map([[V3_DOCUMENT, document]]),
  });
}

function readV3Array(document: JsonObject, limits: MetadataLimits): ArrayModel {
  // Some writers give every node the member of groups, null where there is none.
  const hasNone = document.get('consolidated_metadata') === null;
  checkMembers(document, hasNone ? [...ARRAY_MEMBERS, 'consolidated_metadata'] : ARRAY_MEMBERS);
  checkStorageTransformers(document.get('storage_transformers'));
  const shape = parseShape(document.get('shape'), limits);
  const dtype = within('data_type', () => dtypeFromV3(required(document, 'data_type')));
  checkElement(dtype, 'data_type');
  const chunkAxes = parseChunkGrid(document.get('chunk_grid'), shape);
  const fill = required(document, 'fill_value');
  // zarrita has it null where its user gives none, and reads zeros there.
  const fillValueIsNull = fill === null && !(dtype instanceof Optional) && !(dtype instanceof UnknownDType);
  const fillValue = fillValueIsNull
    ? dtype.defaultFillValue()
    : within('fill_value', () => dtype.parseFillValue(fill, 3));
  const codecs = withSerializer(parseCodecs(document.get('codecs')), dtype);
  return Object.freeze<ArrayModel>({
    kind: 'array',
    format: 3,
    shape,
    dtype,
    fillValue,
    fillValueIsNull,
    chunkAxes,
    chunkShape: commonShape(chunkAxes),
    keyEncoding: parseKeyEncoding(document.get('chunk_key_encoding')),
    codecs: resolveForAxes(codecs, chunkAxes, { dtype, fillValue }, limits),
    order: 'C',
    v2: undefined,
    dimensionNames: parseDimensionNames(document.get('dimension_names'), shape.length),
    attributes: parseAttributes(document),
    documents: new Map([[V3_DOCUMENT, document]]),
  });
}

function parseV3Group(document: JsonObject, limits: MetadataLimits): GroupModel {
  checkMembers(document, GROUP_MEMBERS);
  return Object.freeze<GroupModel>({
    kind: 'group',
    format: 3,
    attributes: parseAttributes(document),
    documents: new Map([[V3_DOCUMENT, document]]),
    consolidated: readConsolidatedV3(document.get('consolidated_metadata'), (member) => parseV3(member, limits)),
  });
}

function checkFormat(json: Json | undefined): void {
  if (typeof json === 'string' && json.startsWith('https://purl.org/zarr/spec/')) {
    throw new MetadataValidationError(`zarr_format: expected 3, got ${found(json)}, a draft of format 3`);
  }
  expectFormat(json, 3);
}

function checkMembers(document: JsonObject, known: readonly string[]): void {
  for (const [name, value] of document) {
    if (known.includes(name) || !mustUnderstand(value)) continue;
    throw new MetadataValidationError(
      `${JSON.stringify(name)}: unknown member; only an object with "must_understand": false may be ignored, ` +
        `got ${found(value)}`,
    );
  }
}

/** None is defined, so any that has to be understood makes the array unreadable. */
function checkStorageTransformers(json: Json | undefined): void {
  if (json === undefined || json === null) return;
  expectList(json, 'storage_transformers').forEach((transformer, at) => {
    const where = `storage_transformers[${at}]`;
    const { name, mustUnderstand: isRequired } = parseExtension(transformer, where);
    if (isRequired) throw new MetadataValidationError(`${where}: unknown storage transformer ${JSON.stringify(name)}`);
  });
}

function parseCodecs(json: Json | undefined): Codec[] {
  const codecs = expectList(json, 'codecs').map((item, at) => {
    const codec = within(`codecs[${at}]`, () => codecFromJson(item));
    return codec instanceof UnknownCodec && !codec.mustUnderstand ? undefined : codec;
  });
  return codecs.filter((codec) => codec !== undefined);
}

/** `codecs`, where none of them makes bytes with little-endian ones: zarrita has no codecs unless its user gives some. */
function withSerializer(codecs: readonly Codec[], dtype: DType): readonly Codec[] {
  const hasOne = codecs.some((codec) => codec.kind === 'serializer' || codec instanceof UnknownCodec);
  if (hasOne || dtype.itemSize === undefined) return codecs;
  const firstCompressor = codecs.findIndex(({ kind }) => kind === 'compressor');
  return codecs.toSpliced(firstCompressor === -1 ? codecs.length : firstCompressor, 0, new BytesCodec());
}

function parseDimensionNames(json: Json | undefined, rank: number): ArrayModel['dimensionNames'] {
  if (json === undefined || json === null) return undefined; // Some writers spell "none" as null.
  const names = expectList(json, 'dimension_names').map((name, axis) => {
    if (typeof name === 'string' || name === null) return name;
    throw mismatch(`dimension_names[${axis}]`, 'a string or null', name);
  });
  if (names.length === rank) return Object.freeze(names);
  throw new MetadataValidationError(
    `dimension_names: expected ${rank} names, one for each dimension, got ${names.length}`,
  );
}

const parseAttributes = (document: JsonObject): JsonObject =>
  document.has('attributes') ? expectObject(document.get('attributes'), 'attributes') : NO_ATTRIBUTES;

function required(document: JsonObject, member: string): Json {
  const value = document.get(member);
  if (value === undefined) throw mismatch(member, 'a value', value);
  return value;
}

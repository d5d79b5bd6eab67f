/**
 * Models with one member changed, and their documents as bytes. Everything else in a document stays as it was read:
 * members nobody knows, their order, the spelling of numbers.
 */
import { ShardingCodec } from '../codecs/serializers/sharding.js';
import { ArgumentError, MetadataValidationError } from '../errors.js';
import { type AxisChunks, extendTo } from '../grid/edges.js';
import { formatJson } from '../json/format.js';
import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonInteger } from '../json/model.js';
import type { Shape } from '../ndarray/shape.js';
import { resolveForAxes } from './chain.js';
import { axisChunksToJson, boundedChunkShape, chunkGridToJson, parseChunkGrid } from './chunk-grid.js';
import { DEFAULT_LIMITS, type MetadataLimits } from './limits.js';
import type { ArrayModel, Documents, GroupModel, NodeModel, ZarrFormat } from './model.js';
import { normalizeShape } from './shape.js';
import { V2_ARRAY_DOCUMENT, V2_ATTRIBUTES_DOCUMENT, V2_CONSOLIDATED_DOCUMENT } from './v2.js';
import { parseV3, V3_DOCUMENT } from './v3.js';

/** `model` with other attributes. */
export function withAttributes(model: ArrayModel, attributes: JsonObject): ArrayModel;
export function withAttributes(model: GroupModel, attributes: JsonObject): GroupModel;
export function withAttributes(model: NodeModel, attributes: JsonObject): NodeModel;
export function withAttributes(model: NodeModel, attributes: JsonObject): NodeModel {
  const documents =
    model.format === 3
      ? changed(model.documents, V3_DOCUMENT, (document) => withMember(document, 'attributes', attributes, 'codecs'))
      : withV2Attributes(model.documents, attributes);
  return Object.freeze({ ...model, attributes, documents });
}

/** `model` with another shape of the same rank; itself where it has that shape. */
export function withShape(
  model: ArrayModel,
  shape: number | readonly number[],
  limits: MetadataLimits = DEFAULT_LIMITS,
): ArrayModel {
  const lengths = normalizeShape(shape, { ...DEFAULT_LIMITS, rank: Number.POSITIVE_INFINITY });
  const rank = model.shape.length;
  if (lengths.length !== rank) {
    throw new ArgumentError(`shape: expected ${rank} lengths, as the array has dimensions, got ${lengths.length}`);
  }
  if (lengths.every((length, axis) => length === model.shape[axis])) return model;
  const grid = model.documents.get(V3_DOCUMENT)?.get('chunk_grid');
  const bounded = grid === undefined ? undefined : boundedChunkShape(grid, model.shape);
  if (bounded !== undefined) return withBoundedShape(model, bounded, lengths, limits);
  const chunkAxes = model.chunkAxes.map((chunks, axis) => grown(model, chunks, lengths[axis]!, axis));
  if (model.chunkShape === undefined) checkAxes(model, chunkAxes, lengths, limits);
  const documents = changed(model.documents, model.format === 3 ? V3_DOCUMENT : V2_ARRAY_DOCUMENT, (document) => {
    document.set('shape', lengths.map(jsonInteger));
    return model.chunkShape === undefined
      ? withChunkAxes(document, model.chunkAxes, chunkAxes)
      : withChunkShape(document, model.chunkShape.map(jsonInteger), model.format);
  });
  return Object.freeze({ ...model, shape: lengths, chunkAxes, documents });
}

/** `model` in another shape, where that of a stored chunk that ends where the array did, or does, stays what it is. */
function withBoundedShape(model: ArrayModel, chunkShape: Shape, shape: Shape, limits: MetadataLimits): ArrayModel {
  shape.forEach((length, axis) => {
    const before = model.shape[axis]!;
    const end = Math.min(before, length);
    if (length === before || end % chunkShape[axis]! === 0) return;
    throw new ArgumentError(
      `shape: from ${before} to ${length}, chunks of "zarrs.regular_bounded" that end at ${end} would change their size`,
      { axis },
    );
  });
  const document = new Map(model.documents.get(V3_DOCUMENT)).set('shape', shape.map(jsonInteger));
  return parseV3(document, limits) as ArrayModel; // As `model` is of one.
}

/** Throws unless the grid that an array grows to is one that can be read again. */
function checkAxes(
  { codecs, dtype, fillValue }: ArrayModel,
  axes: readonly AxisChunks[],
  shape: Shape,
  limits: MetadataLimits,
): void {
  try {
    parseChunkGrid(chunkGridToJson(axes), shape);
    resolveForAxes(codecs, axes, { dtype, fillValue }, limits);
  } catch (error) {
    if (!(error instanceof MetadataValidationError)) throw error;
    throw new ArgumentError(`shape: no chunks reach [${shape.join(', ')}]: ${error.message}`, { cause: error });
  }
}

/** The edges of chunks that reach `length`: where the listed ones do not, one more does. */
function grown(model: ArrayModel, chunks: AxisChunks, length: number, axis: number): AxisChunks {
  if (typeof chunks === 'number') return chunks;
  const [only] = model.codecs;
  const unit = model.codecs.length === 1 && only instanceof ShardingCodec ? only.chunkShape[axis]! : 1;
  return extendTo(chunks, length, unit);
}

/** The documents of `model` by name: of format 2 always `.zattrs` too. `indent` is for each but `.zmetadata`. */
export function encodeDocuments(model: NodeModel, indent: number | null = 2): [name: string, bytes: Uint8Array][] {
  const encoder = new TextEncoder();
  return [...model.documents].map(([name, document]) => [
    name,
    encoder.encode(formatJson(document, name === V2_CONSOLIDATED_DOCUMENT ? null : indent)),
  ]);
}

/** The format's own place for a member that a document lacks is after `predecessor`, or first. */
export function withMember(document: JsonObject, name: string, value: Json, predecessor: string): JsonObject {
  if (document.has(name)) return new Map(document).set(name, value);
  const members = [...document];
  const at = members.findIndex(([other]) => other === predecessor) + 1;
  return new Map([...members.slice(0, at), [name, value], ...members.slice(at)]);
}

function changed(documents: Documents, name: string, change: (document: Map<string, Json>) => JsonObject): Documents {
  return new Map(documents).set(name, change(new Map(documents.get(name))));
}

/** The copy of the group's own attributes in its consolidated metadata changes with them. */
function withV2Attributes(documents: Documents, attributes: JsonObject): Documents {
  const result = new Map(documents).set(V2_ATTRIBUTES_DOCUMENT, attributes);
  const zmetadata = result.get(V2_CONSOLIDATED_DOCUMENT);
  const copies = zmetadata?.get('metadata');
  if (zmetadata === undefined || !isJsonObject(copies)) return result;
  const newCopies = withMember(copies, V2_ATTRIBUTES_DOCUMENT, attributes, '.zgroup');
  return result.set(V2_CONSOLIDATED_DOCUMENT, new Map(zmetadata).set('metadata', newCopies));
}

/** A chunk of 0, which an empty axis may have, would mean nothing once the axis has grown: it is stored as it is read. */
function withChunkShape(document: Map<string, Json>, chunkShape: Json, format: ZarrFormat): JsonObject {
  if (format === 2) return document.set('chunks', chunkShape);
  const grid = document.get('chunk_grid');
  const configuration = isJsonObject(grid) ? grid.get('configuration') : undefined;
  if (!isJsonObject(grid) || !isJsonObject(configuration) || !configuration.has('chunk_shape')) return document;
  return document.set(
    'chunk_grid',
    new Map(grid).set('configuration', new Map(configuration).set('chunk_shape', chunkShape)),
  );
}

/** Axes whose edges stay the same keep their text. */
function withChunkAxes(
  document: Map<string, Json>,
  before: readonly AxisChunks[],
  after: readonly AxisChunks[],
): JsonObject {
  const grid = document.get('chunk_grid');
  // The lists of the draft end where the array does.
  const isDraft = isJsonObject(grid) && grid.get('name') === 'rectangular';
  if (!isDraft && after.every((chunks, axis) => chunks === before[axis])) return document;
  const configuration = isJsonObject(grid) ? grid.get('configuration') : undefined;
  const shapes = isJsonObject(configuration) ? configuration.get('chunk_shapes') : undefined;
  // A regular grid with lists of edges, as zarr-python 3.2 wrote them.
  if (!isJsonObject(grid) || !isJsonObject(configuration) || !isJsonArray(shapes)) {
    return document.set('chunk_grid', chunkGridToJson(after));
  }
  const changedShapes = shapes.map((json, axis) =>
    after[axis] === before[axis] ? json : axisChunksToJson(after[axis]!),
  );
  return document.set(
    'chunk_grid',
    new Map(grid).set('configuration', new Map(configuration).set('chunk_shapes', changedShapes)),
  );
}

/**
 * Models with one member changed, and their documents as bytes. Everything else in a document stays as it was read:
 * members nobody knows, their order, the spelling of numbers.
 */
import { ArgumentError } from '../errors.js';
import { formatJson } from '../json/format.js';
import { isJsonObject, type Json, type JsonObject, jsonInteger } from '../json/model.js';
import { DEFAULT_LIMITS } from './limits.js';
import type { ArrayModel, Documents, GroupModel, NodeModel } from './model.js';
import { normalizeShape } from './shape.js';
import { V2_ARRAY_DOCUMENT, V2_ATTRIBUTES_DOCUMENT, V2_CONSOLIDATED_DOCUMENT } from './v2.js';
import { V3_DOCUMENT } from './v3.js';

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

/** `model` with another shape of the same rank. */
export function withShape(model: ArrayModel, shape: readonly number[]): ArrayModel {
  const lengths = normalizeShape(shape, { ...DEFAULT_LIMITS, rank: Math.max(model.shape.length, shape.length) });
  const rank = model.shape.length;
  if (lengths.length !== rank) {
    throw new ArgumentError(`shape: expected ${rank} lengths, as the array has dimensions, got ${lengths.length}`);
  }
  const documents = changed(model.documents, model.format === 3 ? V3_DOCUMENT : V2_ARRAY_DOCUMENT, (document) => {
    document.set('shape', lengths.map(jsonInteger));
    // A chunk of 0, which an empty axis may have, would mean nothing once the axis has grown.
    const chunks = model.chunkShape.map(jsonInteger);
    return model.format === 3 ? withChunkShape(document, chunks) : document.set('chunks', chunks);
  });
  return Object.freeze({ ...model, shape: lengths, documents });
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

function withChunkShape(document: Map<string, Json>, chunkShape: Json): JsonObject {
  const grid = document.get('chunk_grid');
  const configuration = isJsonObject(grid) ? grid.get('configuration') : undefined;
  if (!isJsonObject(grid) || !isJsonObject(configuration)) return document;
  return document.set(
    'chunk_grid',
    new Map(grid).set('configuration', new Map(configuration).set('chunk_shape', chunkShape)),
  );
}

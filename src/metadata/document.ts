/** A node as one document of either format: what `fromDict` and `createHierarchy` take. */
import { MetadataValidationError } from '../errors.js';
import { isJsonObject, type Json, JsonNumber, type JsonObject } from '../json/model.js';
import { expectObject } from './expect.js';
import { DEFAULT_LIMITS, type MetadataLimits } from './limits.js';
import type { NodeModel } from './model.js';
import { parseV2Array, parseV2Group } from './v2.js';
import { parseV3 } from './v3.js';

/**
 * The model of a document as `metadata.toJSON()` gives it: a `zarr.json`; or a `.zarray` or `.zgroup` with the
 * attributes as one more member.
 */
export function parseDocument(json: Json, limits: MetadataLimits = DEFAULT_LIMITS): NodeModel {
  if (!isJsonObject(json)) throw new MetadataValidationError('metadata: expected an object');
  const format = json.get('zarr_format');
  if (!(format instanceof JsonNumber && format.token === '2')) return parseV3(json, limits);
  const attributes = json.has('attributes') ? expectObject(json.get('attributes'), 'attributes') : undefined;
  const document: JsonObject = new Map([...json].filter(([name]) => name !== 'attributes'));
  return document.has('shape')
    ? parseV2Array(document, attributes, limits)
    : parseV2Group(withoutNodeType(document), attributes, undefined, limits);
}

/** A `.zgroup` has nothing but the format. */
const withoutNodeType = (document: JsonObject): JsonObject =>
  new Map([...document].filter(([name]) => name !== 'node_type' && name !== 'consolidated_metadata'));

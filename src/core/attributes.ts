/** Changing attributes: of the stored documents, only the attributes change. */
import { described } from '../described.js';
import { ArgumentError } from '../errors.js';
import { fromPlain, mergeMembers, toPlain } from '../json/convert.js';
import { isJsonObject, type JsonObject } from '../json/model.js';
import { withAttributes } from '../metadata/update.js';
import type { Task } from '../task.js';
import type { ZarrNode } from './node.js';
import { rewriteNode } from './rewrite.js';

/** What to make of the attributes that are stored. */
export type AttributeChange = (attributes: JsonObject) => JsonObject;

/** The attributes as a frozen plain object. */
export const plainAttributes = (node: ZarrNode): Readonly<Record<string, unknown>> =>
  toPlain(node.model.attributes) as Record<string, unknown>; // A JSON object becomes a plain object.

/** Adds `changes`; members that stay keep their tokens and places. */
export function merging(changes: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>): AttributeChange {
  const added = attributesFrom(changes);
  return (attributes) => mergeMembers(attributes, added);
}

/** Puts `replacement` in place of all attributes. */
export function replacing(
  replacement: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>,
): AttributeChange {
  const attributes = attributesFrom(replacement);
  return () => attributes;
}

/** Removes one attribute. */
export const removing =
  (name: string): AttributeChange =>
  (attributes) =>
    new Map([...attributes].filter(([other]) => other !== name));

function attributesFrom(values: object): JsonObject {
  const json = fromPlain(values, 'attributes');
  if (!isJsonObject(json)) throw new ArgumentError(`attributes: expected an object, got ${described(values)}`);
  return json;
}

/** Applies `change` to the stored attributes of `node`, whose model is then the stored one. */
export function* changeAttributes(node: ZarrNode, change: AttributeChange): Task<void> {
  yield* rewriteNode(node, (stored) => withAttributes(stored, change(stored.attributes)));
}

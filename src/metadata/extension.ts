/**
 * The extension points of format 3: `"name"`, or `{ "name": …, "configuration": …, "must_understand": … }`.
 * https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html#extension-definition
 */
import { isJsonObject, type Json, type JsonObject } from '../json/model.js';
import { expectObject, expectString, mismatch } from './expect.js';

export interface Extension {
  readonly name: string;
  /** Empty when the document has none. */
  readonly configuration: JsonObject;
  /** False: whoever does not know the name may leave the extension out. */
  readonly mustUnderstand: boolean;
}

const NO_MEMBERS: JsonObject = new Map();

/** The extension at `where`. */
export function parseExtension(json: Json | undefined, where: string): Extension {
  if (typeof json === 'string') return { name: json, configuration: NO_MEMBERS, mustUnderstand: true };
  if (!isJsonObject(json)) throw mismatch(where, 'a name, or an object with a name', json);
  const name = expectString(json.get('name'), `${where}.name`);
  const configuration = json.has('configuration')
    ? expectObject(json.get('configuration'), `${where}.configuration`)
    : NO_MEMBERS;
  return { name, configuration, mustUnderstand: isRequired(json, where) };
}

/** Whether `json` has to be understood: anything but an object whose `must_understand` is false. */
export const mustUnderstand = (json: Json): boolean => !isJsonObject(json) || json.get('must_understand') !== false;

function isRequired(json: JsonObject, where: string): boolean {
  const value = json.get('must_understand') ?? true;
  if (typeof value !== 'boolean') throw mismatch(`${where}.must_understand`, 'true or false', value);
  return value;
}

/**
 * What the members of a document have to be. Each function returns the checked value, or throws a
 * `MetadataValidationError` that says where, what was expected, and what was found.
 */
import { MetadataValidationError } from '../errors.js';
import { jsonExcerpt } from '../json/format.js';
import { isJsonArray, isJsonObject, type Json, JsonNumber, type JsonObject } from '../json/model.js';

/** What `json` is, for a message. */
export function found(json: Json | undefined): string {
  if (json === undefined) return 'nothing';
  if (isJsonObject(json)) return 'an object';
  if (isJsonArray(json)) return json.length === 0 ? 'an empty list' : 'a list';
  return jsonExcerpt(json);
}

/** The error for a member that is not what it has to be. */
export const mismatch = (where: string, expected: string, json: Json | undefined): MetadataValidationError =>
  new MetadataValidationError(`${where}: expected ${expected}, got ${found(json)}`);

/** Refuses a document of another format than `format`. */
export function expectFormat(json: Json | undefined, format: 2 | 3): void {
  if (json instanceof JsonNumber && json.token === String(format)) return;
  if (json instanceof JsonNumber && json.token === '1') {
    throw new MetadataValidationError('zarr_format: format 1 is not supported; expected 2 or 3');
  }
  throw mismatch('zarr_format', String(format), json);
}

export function expectObject(json: Json | undefined, where: string): JsonObject {
  if (!isJsonObject(json)) throw mismatch(where, 'an object', json);
  return json;
}

export function expectList(json: Json | undefined, where: string): readonly Json[] {
  if (!isJsonArray(json)) throw mismatch(where, 'a list', json);
  return json;
}

export function expectString(json: Json | undefined, where: string): string {
  if (typeof json !== 'string') throw mismatch(where, 'a string', json);
  return json;
}

/** One of `choices`, which are strings. */
export function expectChoice<Choice extends string>(
  json: Json | undefined,
  choices: readonly Choice[],
  where: string,
): Choice {
  const choice = choices.find((candidate) => candidate === json);
  if (choice === undefined) {
    throw mismatch(where, choices.map((candidate) => JSON.stringify(candidate)).join(' or '), json);
  }
  return choice;
}

/** An integer from its exact token: `4.0`, `1e2` and `-0` are none, and nothing above 2^53 - 1 is. */
export function expectInteger(json: Json | undefined, least: number, where: string): number {
  const expected = `an integer of at least ${least}`;
  if (!(json instanceof JsonNumber) || !json.isInteger || json.token === '-0') throw mismatch(where, expected, json);
  const value = json.toNumber(); // Rounding cannot bring what is above 2^53 - 1 below it.
  if (!Number.isSafeInteger(value)) throw mismatch(where, 'an integer of at most 2^53 - 1', json);
  if (value < least) throw mismatch(where, expected, json);
  return value;
}

/** Refuses members of an object other than `names`. */
export function expectOnly(json: JsonObject, names: readonly string[], where: string): void {
  for (const name of json.keys()) {
    if (!names.includes(name)) {
      throw new MetadataValidationError(
        `${where}: unknown member ${jsonExcerpt(name)}; expected only ${names.join(', ')}`,
      );
    }
  }
}

/**
 * Runs `parse`; what it throws is told where in the document it arose. An error about a member begins with its name,
 * `level: expected …`, and is put behind `where`, unless it is about the member `where` itself.
 */
export function within<T>(where: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof MetadataValidationError) || error.message.startsWith(where)) throw error;
    const separator = /^\w+[.:[]/.test(error.message) ? '.' : ': ';
    throw new MetadataValidationError(where + separator + error.message, { codec: error.codec, cause: error });
  }
}

/** The folders of `fixtures/`: options of `createArray`, and the documents that zarr-python makes of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toPlain } from '../../src/json/convert.js';
import { isJsonObject, type Json, JsonNumber, type JsonObject } from '../../src/json/model.js';
import { parseJson } from '../../src/json/parse.js';
import type { ArrayOptions } from '../../src/metadata/create.js';

const FOLDER = fileURLToPath(new URL('./fixtures/', import.meta.url));

export interface Fixture {
  readonly name: string;
  readonly options: ArrayOptions;
  /** Texts by the documents' names. */
  readonly documents: ReadonlyMap<string, string>;
}

export const fixtures = (): Fixture[] =>
  readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readFixture(name));

function readFixture(name: string): Fixture {
  const folder = `${FOLDER}${name}/`;
  const documents = new Map<string, string>();
  for (const file of readdirSync(folder).sort()) {
    if (file !== 'options.json.txt') documents.set(file.replace('.txt', ''), readFileSync(folder + file, 'utf8'));
  }
  const options = parseJson(readFileSync(`${folder}options.json.txt`));
  if (!isJsonObject(options)) throw new Error(`${name}: the options are no object`);
  return { name, options: optionsFrom(options), documents };
}

/** Attributes stay JSON, so that their numbers keep Python's tokens. */
function optionsFrom(json: JsonObject): ArrayOptions {
  const entries = [...json].map(([name, value]) => [name, name === 'attributes' ? value : plainNumber(value)]);
  return Object.fromEntries(entries);
}

/** A float token that is a whole number is a number here, and 2^53 and more bigints. */
function plainNumber(value: Json): unknown {
  if (value instanceof JsonNumber && !value.isInteger) return value.toNumber();
  return isJsonObject(value) ? plainObject(value) : toPlain(value);
}

/** Fill values of bytes stand in hexadecimal; those of structs have members, one perhaps called `__proto__`. */
function plainObject(value: JsonObject): object {
  const hex = value.get('hex');
  if (typeof hex === 'string') return Uint8Array.from(Buffer.from(hex, 'hex'));
  return Object.fromEntries([...value].map(([name, member]) => [name, plainNumber(member)]));
}

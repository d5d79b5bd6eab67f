/** The chunk key encoding of a document, and as users give it. */
import { described } from '../described.js';
import { ArgumentError } from '../errors.js';
import type { KeyEncoding } from '../grid/keys.js';
import { isJsonObject, type Json, type JsonObject } from '../json/model.js';
import { expectChoice, expectOnly, mismatch } from './expect.js';
import { parseExtension } from './extension.js';
import type { ZarrFormat } from './model.js';

/** `"default"`; `{ name, separator }`; `["v2", "/"]`; or the document, `{ name, configuration: { separator } }`. */
export type KeyEncodingOption =
  | KeyEncoding['name']
  | readonly [name: KeyEncoding['name'], separator: KeyEncoding['separator']]
  | {
      readonly name: KeyEncoding['name'];
      readonly separator?: KeyEncoding['separator'] | undefined;
      readonly configuration?: { readonly separator?: KeyEncoding['separator'] | undefined } | undefined;
    };

const NAMES = ['default', 'v2'] as const;
const SEPARATORS = ['/', '.'] as const;

/** The `chunk_key_encoding` of a format 3 document. */
export function parseKeyEncoding(json: Json | undefined): KeyEncoding {
  const where = 'chunk_key_encoding';
  const { name, configuration } = parseExtension(json, where);
  const known = NAMES.find((candidate) => candidate === name);
  if (known === undefined) throw mismatch(`${where}.name`, '"default" or "v2"', name);
  expectOnly(configuration, ['separator'], `${where}.configuration`);
  // zarr-python also reads the separator beside the name.
  const members = isJsonObject(json) && !configuration.has('separator') ? json : configuration;
  const separator = members.has('separator') ? members.get('separator') : defaultSeparator(known);
  return keyEncoding(known, expectChoice(separator, SEPARATORS, `${where}.configuration.separator`));
}

/** The `dimension_separator` of a format 2 document; some writers spell "none" as null. */
export const parseDimensionSeparator = (json: Json | undefined): KeyEncoding =>
  keyEncoding('v2', expectChoice(json ?? '.', SEPARATORS, 'dimension_separator'));

/** The key encoding that a user asks for; the format's own where none is. */
export function normalizeKeyEncoding(option: unknown, format: ZarrFormat): KeyEncoding {
  const { name, separator } = partsOf(option ?? (format === 2 ? 'v2' : 'default'));
  const known = NAMES.find((candidate) => candidate === name);
  if (known === undefined) {
    throw new ArgumentError(`chunkKeyEncoding: expected the name "default" or "v2", got ${described(name)}`);
  }
  if (format === 2 && known !== 'v2') {
    throw new ArgumentError(`chunkKeyEncoding: format 2 arrays have the encoding "v2", got "${known}"`);
  }
  const chosen = SEPARATORS.find((candidate) => candidate === (separator ?? defaultSeparator(known)));
  if (chosen === undefined) {
    throw new ArgumentError(`chunkKeyEncoding: expected the separator "/" or ".", got ${described(separator)}`);
  }
  return keyEncoding(known, chosen);
}

/** The document of a key encoding. */
export const keyEncodingToJson = ({ name, separator }: KeyEncoding): JsonObject =>
  new Map<string, Json>([
    ['name', name],
    ['configuration', new Map([['separator', separator]])],
  ]);

const keyEncoding = (name: KeyEncoding['name'], separator: KeyEncoding['separator']): KeyEncoding =>
  Object.freeze({ name, separator });

const defaultSeparator = (name: KeyEncoding['name']): KeyEncoding['separator'] => (name === 'default' ? '/' : '.');

function partsOf(option: unknown): { name: unknown; separator?: unknown } {
  if (typeof option === 'string') return { name: option };
  if (Array.isArray(option)) {
    if (option.length === 2) return { name: option[0], separator: option[1] };
  } else if (typeof option === 'object' && option !== null && 'name' in option) {
    // Every member is looked at as unknown, so that nothing is claimed of it.
    const { name, separator, configuration, ...rest } = option as Readonly<Record<string, unknown>>;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) throw new ArgumentError(`chunkKeyEncoding: unknown member "${unknown}"`);
    if (typeof configuration === 'object' && configuration !== null && 'separator' in configuration) {
      return { name, separator: separator ?? configuration.separator };
    }
    return { name, separator };
  }
  const expected = 'expected { name, separator } or a pair such as ["v2", "/"]';
  throw new ArgumentError(`chunkKeyEncoding: ${expected}, got ${described(option)}`);
}

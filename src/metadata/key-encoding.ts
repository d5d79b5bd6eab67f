/** The chunk key encoding of a document, and as users give it. */
import { described } from '../described.js';
import { ArgumentError } from '../errors.js';
import type { KeyEncoding } from '../grid/keys.js';
import { isJsonObject, type Json, type JsonObject, jsonObject } from '../json/model.js';
import { expectChoice, expectOnly, expectString, mismatch } from './expect.js';
import { parseExtension } from './extension.js';
import type { ZarrFormat } from './model.js';

/** `"default"`; `{ name, separator }`; `["v2", "/"]`; or the document, `{ name, configuration: { separator } }`. */
export type KeyEncodingOption =
  | KeyEncoding['name']
  | readonly [name: KeyEncoding['name'], separator: KeyEncoding['separator']]
  | (KeyEncodingMembers & {
      readonly name: KeyEncoding['name'];
      readonly configuration?: KeyEncodingMembers | undefined;
    });

interface KeyEncodingMembers {
  readonly separator?: KeyEncoding['separator'] | undefined;
  /** Of `"zarrs.default_suffix"` alone. */
  readonly suffix?: string | undefined;
}

const SUFFIXED = 'zarrs.default_suffix';
const NAMES = ['default', 'v2', SUFFIXED] as const;
const SEPARATORS = ['/', '.'] as const;

/** The `chunk_key_encoding` of a format 3 document. */
export function parseKeyEncoding(json: Json | undefined): KeyEncoding {
  const where = 'chunk_key_encoding';
  const { name, configuration } = parseExtension(json, where);
  const known = NAMES.find((candidate) => candidate === name);
  if (known === undefined) throw mismatch(`${where}.name`, '"default" or "v2"', name);
  const isSuffixed = known === SUFFIXED;
  expectOnly(configuration, isSuffixed ? ['separator', 'suffix'] : ['separator'], `${where}.configuration`);
  const suffix = isSuffixed ? expectString(configuration.get('suffix'), `${where}.configuration.suffix`) : undefined;
  // zarr-python also reads the separator beside the name.
  const members = isJsonObject(json) && !configuration.has('separator') ? json : configuration;
  const separator = members.has('separator') ? members.get('separator') : defaultSeparator(known);
  return keyEncoding(known, expectChoice(separator, SEPARATORS, `${where}.configuration.separator`), suffix);
}

/** The `dimension_separator` of a format 2 document; some writers spell "none" as null. */
export const parseDimensionSeparator = (json: Json | undefined): KeyEncoding =>
  keyEncoding('v2', expectChoice(json ?? '.', SEPARATORS, 'dimension_separator'));

/** The key encoding that a user asks for; the format's own where none is. */
export function normalizeKeyEncoding(option: unknown, format: ZarrFormat): KeyEncoding {
  const { name, separator, suffix } = partsOf(option ?? (format === 2 ? 'v2' : 'default'));
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
  if (known === SUFFIXED ? typeof suffix !== 'string' : suffix !== undefined) {
    const expected = known === SUFFIXED ? 'expected a suffix' : 'expected no suffix';
    throw new ArgumentError(`chunkKeyEncoding: ${expected} for "${known}", got ${described(suffix)}`);
  }
  return keyEncoding(known, chosen, suffix as string | undefined); // As was checked.
}

/** The document of a key encoding. */
export const keyEncodingToJson = ({ name, separator, suffix }: KeyEncoding): JsonObject =>
  jsonObject({ name, configuration: jsonObject(suffix === undefined ? { separator } : { separator, suffix }) });

const keyEncoding = (name: KeyEncoding['name'], separator: KeyEncoding['separator'], suffix?: string): KeyEncoding =>
  Object.freeze(suffix === undefined ? { name, separator } : { name, separator, suffix });

const defaultSeparator = (name: KeyEncoding['name']): KeyEncoding['separator'] => (name === 'v2' ? '.' : '/');

function partsOf(option: unknown): { name: unknown; separator?: unknown; suffix?: unknown } {
  if (typeof option === 'string') return { name: option };
  if (Array.isArray(option)) {
    if (option.length === 2) return { name: option[0], separator: option[1] };
  } else if (typeof option === 'object' && option !== null && 'name' in option) {
    // Every member is looked at as unknown, so that nothing is claimed of it.
    const { name, separator, suffix, configuration, ...rest } = option as Readonly<Record<string, unknown>>;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) throw new ArgumentError(`chunkKeyEncoding: unknown member "${unknown}"`);
    const configured = (configuration ?? {}) as Readonly<Record<string, unknown>>; // As above.
    return { name, separator: separator ?? configured['separator'], suffix: suffix ?? configured['suffix'] };
  }
  const expected = 'expected { name, separator } or a pair such as ["v2", "/"]';
  throw new ArgumentError(`chunkKeyEncoding: ${expected}, got ${described(option)}`);
}

/**
 * All codecs by their names, and codecs from their documents in both formats.
 *
 * Where a platform loads codecs when they are met (`#platform/codecs`), the first look for one that is not there throws
 * `CodecNotLoadedError`, which knows how to load it: `core/` waits for that and looks again.
 */
import { firstCodecs, laterCodecs } from '#platform/codecs';
import { ArgumentError, MetadataValidationError, UnknownCodecError, ZarrError } from '../errors.js';
import { fromPlain } from '../json/convert.js';
import { isJsonObject, type Json, type JsonObject } from '../json/model.js';
import type { Codec, CodecDefinition } from './codec.js';
import { at, fromDocument, valueText } from './options.js';
import { PickleCodec, UnknownCodec } from './unknown.js';

/** Definitions that lie in a file of their own, loaded when one of them is met. */
export interface LaterCodecs {
  /** Their names and other names in format 3. */
  readonly names: readonly string[];
  /** Their ids in format 2. */
  readonly ids: readonly string[];
  load(): Promise<readonly CodecDefinition[]>;
}

type Entry = CodecDefinition | LaterCodecs;

/** Definitions by their names in format 3, and by their ids in format 2; and the names of those that users made. */
interface Registry {
  readonly names: Map<string, Entry>;
  readonly ids: Map<string, Entry>;
  readonly users: Set<string>;
  /** Is another one after each change. */
  revision: number;
}

const registry: Registry = { names: new Map(), ids: new Map(), users: new Set<string>(), revision: 0 };

/** What is another number when documents may mean other codecs than before. */
export const codecRevision = (): number => registry.revision;

/**
 * Makes a codec known by its names; one that had them before is replaced. `codecSuite` of `zarr-ts/testing` tests one.
 *
 * @example
 * import { type Codec, registerCodec } from 'zarr-ts/codecs';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const invert = (bytes: Uint8Array) => Uint8Array.from(bytes, (byte) => ~byte);
 * const codec: Codec = {
 *   kind: 'compressor',
 *   name: 'example.turned',
 *   configuration: undefined,
 *   toJSON: () => ({ name: 'example.turned' }),
 *   resolve: () => codec,
 *   bind: () => ({ kind: 'compressor', sizeAfter: (size) => size, bound: (size) => size, encode: invert, decode: invert }),
 * };
 * registerCodec({ name: 'example.turned', parse: () => codec });
 * const files = new Map<string, Uint8Array>();
 * const array = createArray(files, { shape: [2], dtype: 'uint8', compressors: ['example.turned'] });
 * array.set('...', [1, 2]);
 * files.get('c/0'); // Uint8Array.of(254, 253)
 */
export function registerCodec(definition: CodecDefinition): void {
  // Any value may be asked for members but these two.
  const { name, parse } = (definition ?? {}) as { readonly name?: unknown; readonly parse?: unknown };
  if (typeof name !== 'string' || name === '' || typeof parse !== 'function') {
    throw new ArgumentError('registerCodec: expected a definition: an object with name and parse(configuration)');
  }
  add(filledRegistry(), definition);
  registry.revision++;
  for (const known of namesOf(definition)) registry.users.add(known);
}

/** Whether one of `codecs` may answer with a promise: none does but those that users register. */
export const mayAnswerLater = (codecs: readonly Codec[]): boolean =>
  codecs.some(({ name, nestedCodecs = [] }) => registry.users.has(name) || mayAnswerLater(nestedCodecs));

/** Makes codecs known that have not been loaded; those that users registered under their names stay. */
export function provideCodecs(definitions: readonly CodecDefinition[]): void {
  const { names, ids } = filledRegistry();
  const isOpen = (entry: Entry | undefined): boolean => entry === undefined || isLater(entry);
  registry.revision++;
  for (const definition of definitions) {
    for (const name of namesOf(definition)) if (isOpen(names.get(name))) names.set(name, definition);
    if (definition.v2 && isOpen(ids.get(definition.v2.id))) ids.set(definition.v2.id, definition);
  }
}

function filledRegistry(): Registry {
  const { names, ids } = registry;
  if (names.size > 0) return registry;
  for (const definition of firstCodecs()) add(registry, definition);
  for (const later of laterCodecs()) {
    for (const name of later.names) names.set(name, later);
    for (const id of later.ids) ids.set(id, later);
  }
  return registry;
}

/** All codecs that are loaded, each once. */
export const registeredCodecs = (): readonly CodecDefinition[] =>
  [...new Set(filledRegistry().names.values())].filter((entry): entry is CodecDefinition => !isLater(entry));

function add({ names, ids }: Registry, definition: CodecDefinition): void {
  for (const name of namesOf(definition)) names.set(name, definition);
  if (definition.v2) ids.set(definition.v2.id, definition);
}

const namesOf = ({ name, aliases = [] }: CodecDefinition): readonly string[] => [name, ...aliases];

const isLater = (entry: Entry): entry is LaterCodecs => 'load' in entry;

/** The definition of a codec by its name in format 3; undefined where there is none. */
const definitionOf = (name: string): CodecDefinition | undefined => loaded(filledRegistry().names.get(name), name);

/** The definition of a codec by its id in format 2. */
const definitionOfId = (id: string): CodecDefinition | undefined => loaded(filledRegistry().ids.get(id), id);

function loaded(entry: Entry | undefined, name: string): CodecDefinition | undefined {
  if (entry === undefined || !isLater(entry)) return entry;
  const load = async (): Promise<void> => provideCodecs(await entry.load());
  throw new CodecNotLoadedError(
    `the codec "${name}" is not loaded yet: open an array that has it with promises first`,
    {
      codec: name,
      cause: load,
    },
  );
}

/** A codec that has to be loaded before anything is known of it. */
class CodecNotLoadedError extends UnknownCodecError {}

/** Loads the codec for want of which `error` was thrown; undefined where that is not why. */
export function codecToLoad(error: unknown): (() => Promise<void>) | undefined {
  for (let at = error; at instanceof ZarrError; at = at.cause) {
    if (at instanceof CodecNotLoadedError && typeof at.cause === 'function') return at.cause as () => Promise<void>; // Made above.
  }
  return undefined;
}

/**
 * The codec of a format 3 document, or of its name alone. One that is not registered is an `UnknownCodec`; a document that
 * the format forbids is a `MetadataValidationError`, whose text begins with the member. Members beside name and
 * configuration mean nothing, as in a grid and in a key encoding, and as in zarr-python.
 */
export function codecFromJson(json: Json): Codec {
  const document: JsonObject =
    typeof json === 'string' ? new Map([['name', json]]) : asObject(json, 'a name or an object');
  const name = document.get('name');
  const configuration = document.get('configuration');
  if (typeof name !== 'string' || name === '') throw expected('name', 'the name of a codec', name);
  if (configuration !== undefined && !isJsonObject(configuration)) {
    throw expected('configuration', 'an object', configuration);
  }
  if (typeof (document.get('must_understand') ?? true) !== 'boolean') {
    throw expected('must_understand', 'true or false', document.get('must_understand'));
  }
  const definition = definitionOf(name);
  if (definition === undefined) return new UnknownCodec(name, document);
  return at('configuration', () => fromDocument(() => definition.parse(configuration)));
}

/** The codec of a format 2 document, `{ id, … }`. */
export function codecFromV2(json: Json): Codec {
  const document = asObject(json, 'an object');
  const id = document.get('id');
  if (typeof id !== 'string' || id === '') throw expected('id', 'the id of a codec', id);
  if (id === 'pickle') return new PickleCodec(id, document);
  const definition = definitionOfId(id)?.v2;
  return definition === undefined ? new UnknownCodec(id, document) : fromDocument(() => definition.parse(document));
}

/** The format 2 document of a codec. */
export function codecToV2(codec: Codec): JsonObject {
  if (codec instanceof UnknownCodec && codec.document.has('id')) return codec.document;
  const { definition, inV2 } = v2Form(codec);
  return definition.toJson(inV2);
}

/** A codec as numcodecs prints it: `Zstd(level=0)`; as zarr-python does where only that knows it. */
export function numcodecsText(codec: Codec): string {
  if (codec instanceof UnknownCodec) return codec.toString();
  const { definition, inV2 } = v2Form(codec);
  return definition.toString(inV2);
}

/** The codec that format 2 has for `codec`, and how it is written there. */
function v2Form(codec: Codec): { readonly definition: NonNullable<CodecDefinition['v2']>; readonly inV2: Codec } {
  const own = definitionOf(codec.name);
  const inV2 = own?.asV2?.(codec) ?? codec;
  const definition = definitionOf(inV2.name)?.v2;
  if (definition !== undefined) return { definition, inV2 };
  throw new MetadataValidationError(`the codec "${codec.name}" does not exist in format 2`, { codec: codec.name });
}

/** A codec, or its document: of format 3 with a `name`, of format 2 with an `id`. */
export type CodecOption =
  | Codec
  | string
  | { readonly name: string; readonly configuration?: object }
  | { readonly id: string; readonly [option: string]: unknown };

/** The codec that a user means. */
export function toCodec(
  option: CodecOption | { readonly name: string } | { readonly id: string },
  where = 'codec',
): Codec {
  if (isCodec(option)) return option;
  if (typeof option !== 'string' && (typeof option !== 'object' || option === null)) {
    throw new ArgumentError(`${where}: expected a codec, its name or its document, got ${valueText(option)}`);
  }
  const json = fromPlain(option, where);
  if (isJsonObject(json) && json.has('id') && !json.has('name')) return codecFromV2(json);
  if (isJsonObject(json)) checkMembers(json);
  return codecFromJson(json);
}

const MEMBERS: readonly string[] = Object.freeze(['name', 'configuration', 'must_understand']);

/** Throws for a member that nobody reads: in what a user writes it is a slip, such as options outside the configuration. */
function checkMembers(document: JsonObject): void {
  for (const member of document.keys()) {
    if (MEMBERS.includes(member)) continue;
    const name = document.get('name');
    const where = typeof name === 'string' ? ` of the codec "${name}"` : '';
    throw new MetadataValidationError(`${member}: unknown member${where}; expected only ${MEMBERS.join(', ')}`);
  }
}

/** Whether `value` has what a codec has, also one that is not of this library. */
const isCodec = (value: unknown): value is Codec =>
  typeof value === 'object' && value !== null && 'kind' in value && 'bind' in value && typeof value.bind === 'function';

function asObject(json: Json, what: string): JsonObject {
  if (isJsonObject(json)) return json;
  throw new MetadataValidationError(`expected ${what}, got ${valueText(json)}`);
}

const expected = (member: string, what: string, got: Json | undefined): MetadataValidationError =>
  new MetadataValidationError(`${member}: expected ${what}, got ${got === undefined ? 'nothing' : valueText(got)}`);

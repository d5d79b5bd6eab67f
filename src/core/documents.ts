/**
 * Metadata documents in stores: found, read, written, deleted.
 *
 * Opening asks for `zarr.json` first, one request, and for the three documents of format 2 together only where it is
 * absent. Where both are, format 3 wins.
 */
import type { Limits } from '../config.js';
import { config } from '../config.js';
import {
  ArgumentError,
  ConflictError,
  LimitError,
  located,
  MetadataValidationError,
  ReadOnlyError,
  StoreError,
} from '../errors.js';
import { KnownJson } from '../json/known.js';
import { isJsonObject, type JsonObject } from '../json/model.js';
import { parseJson } from '../json/parse.js';
import type { NodeModel, ZarrFormat } from '../metadata/model.js';
import { encodeDocuments } from '../metadata/update.js';
import { parseV2Array, parseV2Group } from '../metadata/v2.js';
import { parseV3 } from '../metadata/v3.js';
import type { PartInfo, SetOptions } from '../stores/store.js';
import type { StorePath } from '../stores/store-path.js';
import { collect, isPromise, type MaybePromise, mayWait, type Task, wait } from '../task.js';
import { superseded } from './conflict.js';
import { whenLoaded } from './loaded.js';
import type { ProgressOptions } from './node.js';

export interface ReadNodeOptions {
  readonly format?: ZarrFormat | undefined;
  /** Which one, where format 2 documents of both an array and a group are. */
  readonly prefer?: 'array' | 'group';
  /** Format 2: `false` leaves consolidated metadata alone, a text is its name; format 3 has it in the document. */
  readonly useConsolidated?: boolean | string | undefined;
  /** By default those of the settings. */
  readonly limits?: Limits | undefined;
  /** Is given, for each document that is read, what has to hold when another one is stored in its place. */
  readonly conditions?: Conditions | undefined;
  /** What is stored by now, from no cache; so it is with conditions. */
  readonly fresh?: boolean | undefined;
}

/** On what condition a document may be stored, by its name; none in a store that nobody else writes. */
export type Conditions = Map<string, SetOptions>;

type DocumentOptions = Pick<ReadNodeOptions, 'limits' | 'conditions' | 'fresh'>;

/** What the metadata at `storePath` says; undefined where there is none. */
export function* readNode(storePath: StorePath, options: ReadNodeOptions = {}): Task<NodeModel | undefined> {
  const { format, limits = config.limits } = options;
  if (format !== 2) {
    const document = yield* readDocument(storePath, 'zarr.json', options);
    if (document !== undefined) {
      return yield* whenLoaded(() => parsed(storePath, 'zarr.json', () => parseV3(document, limits)));
    }
  }
  return format === 3 ? undefined : yield* readV2(storePath, options);
}

function* readV2(storePath: StorePath, options: ReadNodeOptions): Task<NodeModel | undefined> {
  const { prefer, useConsolidated, limits = config.limits } = options;
  const [zarray, zgroup, zattrs] = yield* readDocuments(storePath, ['.zarray', '.zgroup', '.zattrs'], options);
  if (zarray !== undefined && (zgroup === undefined || prefer !== 'group')) {
    return yield* whenLoaded(() => parsed(storePath, '.zarray', () => parseV2Array(zarray, zattrs, limits)));
  }
  if (zgroup === undefined) return undefined;
  const name = typeof useConsolidated === 'string' ? useConsolidated : '.zmetadata';
  const zmetadata = useConsolidated === false ? undefined : yield* readDocument(storePath, name, options);
  return yield* whenLoaded(() => parsed(storePath, '.zgroup', () => parseV2Group(zgroup, zattrs, zmetadata, limits)));
}

/** One document, parsed; undefined when it is absent. */
export function* readDocument(
  storePath: StorePath,
  name: string,
  options: DocumentOptions = {},
): Task<JsonObject | undefined> {
  const { limits = config.limits, conditions, fresh } = options;
  let bytes: Uint8Array | undefined;
  try {
    const value = getDocument(storePath, name, limits, conditions, fresh);
    bytes = isPromise(value) ? yield* wait(value) : value;
  } catch (error) {
    throw unread(storePath, name, error);
  }
  return bytes && parseDocument(storePath, name, bytes, limits);
}

/** Several documents of a node, asked for at once. */
function* readDocuments(
  storePath: StorePath,
  names: readonly string[],
  { limits = config.limits, conditions, fresh }: DocumentOptions,
): Task<(JsonObject | undefined)[]> {
  const get = (name: string): MaybePromise<Uint8Array | undefined> =>
    getDocument(storePath, name, limits, conditions, fresh);
  let values: readonly (Uint8Array | undefined)[];
  try {
    values = yield* all(names.map((name) => () => get(name)));
  } catch (error) {
    throw unread(storePath, names[0]!, error);
  }
  return values.map((bytes, i) => bytes && parseDocument(storePath, names[i]!, bytes, limits));
}

/** `error`, for which the document `name` could not be read, told where. */
function unread({ path }: StorePath, name: string, error: unknown): unknown {
  const place = { path, key: keyIn(path, name) };
  if (!(error instanceof LimitError)) return located(error, place, StoreError);
  return new LimitError(`limits.metadataBytes: ${error.message}`, { ...place, cause: error });
}

/** The bytes of a document; those that are read to be changed come from no cache. */
function getDocument(
  { store, path }: StorePath,
  name: string,
  { metadataBytes }: Limits,
  conditions: Conditions | undefined,
  fresh: boolean | undefined,
): MaybePromise<Uint8Array | undefined> {
  const maxBytes = metadataBytes;
  if (conditions === undefined || !store.conditional)
    return store.get(keyIn(path, name), undefined, { maxBytes, fresh });
  conditions.set(name, { ifNoneMatch: '*' }); // Unless a value with a tag is found.
  const onInfo = ({ etag }: PartInfo): void => void conditions.set(name, { ifMatch: etag });
  return store.get(keyIn(path, name), undefined, { maxBytes, fresh: true, onInfo });
}

const parseDocument = (storePath: StorePath, name: string, bytes: Uint8Array, limits: Limits): JsonObject =>
  parsed(storePath, name, () => parseBytes(name, bytes, limits));

function parseBytes(name: string, bytes: Uint8Array, { metadataBytes, jsonDepth }: Limits): JsonObject {
  if (bytes.length > metadataBytes) {
    throw new LimitError(`limits.metadataBytes: a document of ${bytes.length} bytes, allowed ${metadataBytes}`);
  }
  // What users wrote may have a name twice, as Python's reader allows; what describes data may not.
  const duplicates = name === 'zarr.json' || name === '.zarray' || name === '.zgroup' ? 'error' : 'last';
  const known = name === '.zattrs' ? undefined : KNOWN; // Attributes of one's own are seldom another's.
  const json = parseJson(bytes, { maxDepth: jsonDepth, duplicates, known });
  if (!isJsonObject(json)) throw new MetadataValidationError('expected a JSON object');
  return json;
}

/** Documents that were read; the copies in consolidated metadata are the members of `metadata`. */
const KNOWN = /* @__PURE__ */ new KnownJson('metadata');

/** The result of `parse`, its failure told whose document it was. */
function parsed<T>({ path }: StorePath, name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw located(error, { path, key: keyIn(path, name) }, MetadataValidationError);
  }
}

export const keyIn = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`);

/** All values that are asked for, waiting once if any of them has to be waited for. */
function* all<T>(questions: readonly (() => MaybePromise<T>)[]): Task<T[]> {
  const values = questions.map((ask) => {
    const value = ask();
    if (isPromise(value)) mayWait(value); // A blocking call asks no further.
    return value;
  });
  if (!values.some(isPromise)) return values as T[]; // None is a promise.
  return (yield Promise.all(values)) as T[];
}

/** Throws `ReadOnlyError` unless the store takes values. */
export function checkWritable({ store, path }: StorePath): void {
  if (store.readOnly) throw new ReadOnlyError(`"/${path}": the store was opened read-only: "${store}"`, { path });
  if (store.set === undefined) throw new ReadOnlyError(`the store cannot write: "${store}"`, { path });
}

/** Writes the documents of a node, each on its condition; the one that makes it a node comes last. */
export function* writeDocuments(
  storePath: StorePath,
  documents: readonly [string, Uint8Array][],
  conditionOf: (name: string) => SetOptions | undefined = () => undefined,
): Task<void> {
  checkWritable(storePath);
  const ordered = [...documents].sort(([a], [b]) => Number(a !== '.zattrs') - Number(b !== '.zattrs'));
  for (const [name, bytes] of ordered) {
    const key = keyIn(storePath.path, name);
    try {
      yield* wait(storePath.store.set!(key, bytes, conditionOf(name)));
    } catch (error) {
      throw located(error, { path: storePath.path, key }, StoreError);
    }
  }
}

/** Writes documents in place of those that were read; `SupersededError` where one of them is another one by now. */
export function* replaceDocuments(
  storePath: StorePath,
  documents: readonly [string, Uint8Array][],
  conditions: Conditions,
): Task<void> {
  try {
    yield* writeDocuments(storePath, documents, (name) => conditions.get(name));
  } catch (error) {
    throw superseded(error);
  }
}

/** The documents of `model` as bytes, in the indentation that the settings ask for. */
export const documentsOf = (model: NodeModel): [string, Uint8Array][] =>
  encodeDocuments(model, config.get('jsonIndent'));

/** Writes the documents of a group that may be made by somebody else at the same time. */
export function* writeDocumentsIfAbsent({ store, path }: StorePath, model: NodeModel): Task<void> {
  for (const [name, bytes] of documentsOf(model)) {
    try {
      yield* wait(store.set!(keyIn(path, name), bytes, { ifNoneMatch: '*' }));
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

/** Throws `ArgumentError` unless the store can delete everything below a place. */
export function checkDeletable({ store, path }: StorePath): void {
  if (store.deletePrefix !== undefined || (store.delete !== undefined && store.list !== undefined)) return;
  throw new ArgumentError(`the store cannot delete: "${store}"`, { path });
}

/** Deletes everything below `storePath`; progress counts the keys where the store deletes one at a time. */
export function* deleteNode(storePath: StorePath, { signal, onProgress }: ProgressOptions = {}): Task<void> {
  const { store, path } = storePath;
  checkDeletable(storePath);
  if (store.deletePrefix !== undefined) {
    yield* wait(store.deletePrefix(path));
    onProgress?.(1, 1);
    return;
  }
  const keys = yield* collect<string>(store.list!(path)); // Checked: the store has both.
  for (const [i, key] of keys.entries()) {
    signal?.throwIfAborted();
    yield* wait(store.delete!(key));
    onProgress?.(i + 1, keys.length);
  }
}

/** Whether anything at all is stored at or below `storePath`; a store that cannot list is asked for metadata only. */
export function* findAnything({ store, path }: StorePath): Task<string | undefined> {
  if (store.listDir !== undefined) {
    const [name] = yield* collect<string>(store.listDir(path));
    return name;
  }
  for (const name of ['zarr.json', '.zarray', '.zgroup']) {
    if ((yield* wait(store.get(keyIn(path, name)))) !== undefined) return name;
  }
  return undefined;
}

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
import { isJsonObject, type JsonObject } from '../json/model.js';
import { parseJson } from '../json/parse.js';
import type { NodeModel, ZarrFormat } from '../metadata/model.js';
import { encodeDocuments } from '../metadata/update.js';
import { parseV2Array, parseV2Group } from '../metadata/v2.js';
import { parseV3 } from '../metadata/v3.js';
import type { SetOptions } from '../stores/store.js';
import type { StorePath } from '../stores/store-path.js';
import { collect, isPromise, type MaybePromise, type Task, wait } from '../task.js';
import { whenLoaded } from './loaded.js';

export interface ReadNodeOptions {
  readonly format?: ZarrFormat | undefined;
  /** Which one, where format 2 documents of both an array and a group are. */
  readonly prefer?: 'array' | 'group';
  /** Format 2: `false` leaves consolidated metadata alone, a text is its name; format 3 has it in the document. */
  readonly useConsolidated?: boolean | string | undefined;
}

/** What the metadata at `storePath` says; undefined where there is none. */
export function* readNode(storePath: StorePath, options: ReadNodeOptions = {}): Task<NodeModel | undefined> {
  const { format } = options;
  if (format !== 2) {
    const document = yield* readDocument(storePath, 'zarr.json');
    if (document !== undefined) {
      return yield* whenLoaded(() => parsed(storePath, 'zarr.json', () => parseV3(document, config.limits)));
    }
  }
  return format === 3 ? undefined : yield* readV2(storePath, options);
}

function* readV2(storePath: StorePath, { prefer, useConsolidated }: ReadNodeOptions): Task<NodeModel | undefined> {
  const [zarray, zgroup, zattrs] = yield* readDocuments(storePath, ['.zarray', '.zgroup', '.zattrs']);
  if (zarray !== undefined && (zgroup === undefined || prefer !== 'group')) {
    return yield* whenLoaded(() => parsed(storePath, '.zarray', () => parseV2Array(zarray, zattrs, config.limits)));
  }
  if (zgroup === undefined) return undefined;
  const name = typeof useConsolidated === 'string' ? useConsolidated : '.zmetadata';
  const zmetadata = useConsolidated === false ? undefined : yield* readDocument(storePath, name);
  return yield* whenLoaded(() => parsed(storePath, '.zgroup', () => parseV2Group(zgroup, zattrs, zmetadata)));
}

/** One document, parsed; undefined when it is absent. */
export function* readDocument(storePath: StorePath, name: string): Task<JsonObject | undefined> {
  const [document] = yield* readDocuments(storePath, [name]);
  return document;
}

/** Several documents of a node, asked for at once. */
function* readDocuments(storePath: StorePath, names: readonly string[]): Task<(JsonObject | undefined)[]> {
  const { store } = storePath;
  const maxBytes = config.limits.metadataBytes;
  let values: readonly (Uint8Array | undefined)[];
  try {
    values = yield* all(names.map((name) => store.get(keyIn(storePath.path, name), undefined, { maxBytes })));
  } catch (error) {
    throw located(error, { path: storePath.path, key: keyIn(storePath.path, names[0]!) }, StoreError);
  }
  return values.map((bytes, i) => {
    const name = names[i]!;
    return bytes && parsed(storePath, name, () => parseDocument(name, bytes, config.limits));
  });
}

function parseDocument(name: string, bytes: Uint8Array, { metadataBytes, jsonDepth }: Limits): JsonObject {
  if (bytes.length > metadataBytes) {
    throw new LimitError(`limits.metadataBytes: a document of ${bytes.length} bytes, allowed ${metadataBytes}`);
  }
  // What users wrote may have a name twice, as Python's reader allows; what describes data may not.
  const duplicates = name === 'zarr.json' || name === '.zarray' || name === '.zgroup' ? 'error' : 'last';
  const json = parseJson(bytes, { maxDepth: jsonDepth, duplicates });
  if (!isJsonObject(json)) throw new MetadataValidationError('expected a JSON object');
  return json;
}

/** The result of `parse`, its failure told whose document it was. */
function parsed<T>({ path }: StorePath, name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw located(error, { path, key: keyIn(path, name) }, MetadataValidationError);
  }
}

export const keyIn = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`);

/** All values, waiting once if any of them has to be waited for. */
export function* all<T>(values: readonly MaybePromise<T>[]): Task<T[]> {
  if (!values.some(isPromise)) return values as T[]; // None is a promise.
  return (yield Promise.all(values)) as T[];
}

/** Throws `ReadOnlyError` unless the store takes values. */
export function checkWritable({ store, path }: StorePath): void {
  if (store.readOnly) throw new ReadOnlyError(`"/${path}": the store was opened read-only: "${store}"`, { path });
  if (store.set === undefined) throw new ReadOnlyError(`the store cannot write: "${store}"`, { path });
}

/** Writes the documents of a node; the one that makes it a node comes last. */
export function* writeDocuments(
  storePath: StorePath,
  documents: readonly [string, Uint8Array][],
  options?: SetOptions,
): Task<void> {
  checkWritable(storePath);
  const ordered = [...documents].sort(([a], [b]) => Number(a !== '.zattrs') - Number(b !== '.zattrs'));
  for (const [name, bytes] of ordered) {
    const key = keyIn(storePath.path, name);
    try {
      // What `options` asks for concerns the document that makes the node.
      yield* wait(storePath.store.set!(key, bytes, name === '.zattrs' ? undefined : options));
    } catch (error) {
      throw located(error, { path: storePath.path, key }, StoreError);
    }
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

/** Deletes everything below `storePath`. */
export function* deleteNode(storePath: StorePath): Task<void> {
  const { store, path } = storePath;
  checkDeletable(storePath);
  if (store.deletePrefix !== undefined) {
    yield* wait(store.deletePrefix(path));
    return;
  }
  // Checked: the store has both.
  for (const key of yield* collect<string>(store.list!(path))) yield* wait(store.delete!(key));
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

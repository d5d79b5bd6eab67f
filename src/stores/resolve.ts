/**
 * What can be opened, made a store: the forms that `open`, `create` and the others take for their `store`.
 */

import { localStoreFor } from '#platform/local';
import { described } from '../described.js';
import { ArgumentError, NodeNotFoundError } from '../errors.js';
import { inspected, isGiven } from '../options.js';
import { adapted, type ForeignStore } from './adapted.js';
import { HttpStore, type HttpStoreOptions } from './http.js';
import { joinPath } from './key.js';
import type { LocalStoreOptions } from './local.js';
import { ManagedMemoryStore, MemoryStore } from './memory.js';
import { isStore, type Store } from './store.js';
import { StorePath } from './store-path.js';
import { readOnly, withReadOnlyOf } from './wrappers/read-only.js';

/** What can be opened; nothing at all is a new store in memory. */
export type StoreLike = Store | StorePath | Map<string, Uint8Array> | URL | string | ForeignStore;

/** The options of the store that a URL makes. */
export type StorageOptions = HttpStoreOptions | LocalStoreOptions;

export interface ResolveOptions {
  /** Where in the store, below what `store` itself says. */
  readonly path?: string | null | undefined;
  /** For the store that a URL makes. */
  readonly storageOptions?: StorageOptions | null | undefined;
  /** `true`: the store must not be written to. */
  readonly readOnly?: boolean | undefined;
  /** `false`: a folder, or a name of values in memory, has to exist. */
  readonly create?: boolean | undefined;
}

/** The place that `store` and `options.path` name. Nothing is read or made yet. */
export function resolveStore(store: StoreLike | null | undefined, options: ResolveOptions = {}): StorePath {
  return inspected('store', () => placeFor(store, options));
}

function placeFor(store: StoreLike | null | undefined, options: ResolveOptions): StorePath {
  const isUrl = typeof store === 'string' ? schemeOf(store) !== undefined : store instanceof URL;
  if (isGiven(options.storageOptions) && !isUrl) {
    throw new ArgumentError(`storageOptions: only a URL takes options for its store, got ${shown(store)}`);
  }
  if (isStorePath(store))
    return new StorePath(protectedStore(store.store, options), joinPath(store.path, options.path));
  return new StorePath(storeOf(store, options), joinPath(options.path));
}

function storeOf(store: StoreLike | null | undefined, options: ResolveOptions): Store {
  if (store === undefined || store === null) return new MemoryStore(undefined, { readOnly: options.readOnly });
  if (typeof store === 'string' || store instanceof URL) return storeAt(store, options);
  refuseNodes(store);
  if (isStore(store)) return protectedStore(store, options);
  if (isMap(store)) return new MemoryStore(store, { readOnly: options.readOnly });
  refuseOthers(store);
  return protectedStore(adapted(store), options);
}

function protectedStore(store: Store, options: ResolveOptions): Store {
  if (!options.readOnly || store.readOnly) return store;
  return withReadOnlyOf(store)?.(true) ?? readOnly(store);
}

// URLs and paths.

function storeAt(place: string | URL, options: ResolveOptions): Store {
  const text = String(place);
  if (text === '') throw new ArgumentError('store: expected the path of a folder or a URL, got an empty string');
  const scheme = place instanceof URL ? place.protocol.slice(0, -1) : schemeOf(text);
  if (text.includes('::') && text.includes('://')) {
    throw new ArgumentError(`store: URLs inside URLs are not known (${safe(text)}); ${FORMS}`);
  }
  if (/\.zip$/i.test(scheme === undefined ? text : text.replace(/[?#].*$/s, ''))) {
    throw elsewhere(safe(text), 'a zip archive', 'ZipStore', 'zip');
  }
  switch (scheme) {
    case undefined:
    case 'file': {
      // The names of the options are checked by the store.
      const given = options.storageOptions as LocalStoreOptions | null | undefined;
      const asked = options.readOnly ? { readOnly: true } : {};
      const path = scheme === undefined ? text : fileUrl(text);
      return localStoreFor(path, { ...given, ...asked, create: options.create });
    }
    case 'http':
    case 'https':
      return new HttpStore(place, (options.storageOptions as HttpStoreOptions | null | undefined) ?? {}); // As above.
    case 'memory':
      return namedMemory(text, options);
    case 's3':
      throw elsewhere(safe(text), 'a bucket', 'S3Store', 's3');
    case 'reference':
      throw elsewhere(safe(text), 'a reference document', 'ReferenceStore', 'reference');
    default:
      throw new ArgumentError(`store: no store for "${scheme}:" URLs (${safe(text)}); ${FORMS}`);
  }
}

function namedMemory(text: string, options: ResolveOptions): Store {
  if (isGiven(options.storageOptions)) throw new ArgumentError('storageOptions: a store in memory takes none');
  const [name = '', ...rest] = text.replace(/^memory:(?:\/\/)?/i, '').split('/');
  if (options.create === false && !ManagedMemoryStore.has(name)) {
    throw new NodeNotFoundError(`"${text}": nothing in memory is called "${name}"`);
  }
  return new ManagedMemoryStore(name, { path: rest.join('/'), readOnly: options.readOnly });
}

/** The scheme of a URL in small letters; `undefined` for a path, and for the letter of a Windows drive. */
function schemeOf(text: string): string | undefined {
  const match = /^([a-z][a-z0-9+.-]+):(\/\/)?/i.exec(text);
  if (!match) return undefined;
  const scheme = match[1]!.toLowerCase();
  // A colon without slashes may be part of a file's name.
  return match[2] !== undefined || SCHEMES.has(scheme) ? scheme : undefined;
}

function fileUrl(text: string): URL {
  try {
    return new URL(text);
  } catch (cause) {
    throw new ArgumentError(`store: "${text}" is no file URL`, { cause });
  }
}

const SCHEMES: ReadonlySet<string> = new Set(['file', 'http', 'https', 'memory', 's3']);

/** `text` without what may be secret. */
const safe = (text: string): string => `"${text.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//')}"`;

// Objects.

function isStorePath(value: unknown): value is StorePath {
  return value instanceof StorePath;
}

function isMap(value: object): value is Map<string, Uint8Array> {
  return Object.prototype.toString.call(value) === '[object Map]';
}

/** Throws for an array or a group: it has `get` and `readOnly`, which would make it a store. */
function refuseNodes(value: object): void {
  // Any object may be asked for members.
  const { storePath } = value as { readonly storePath?: unknown };
  if (storePath === undefined) return;
  throw new ArgumentError('store: got an array or group, expected a store; its place is its `storePath`');
}

/** Throws unless `value` is an object with `get(key)` that can be taken for a store. */
function refuseOthers(value: unknown): asserts value is ForeignStore {
  // Any object may be asked for members.
  const members = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (members['kind'] === 'directory' && typeof members['getFileHandle'] === 'function') {
    throw elsewhere('a FileSystemDirectoryHandle', 'a folder of the browser', 'BrowserStore', 'browser');
  }
  if (typeof members['get'] === 'function') return;
  if (typeof members['refs'] === 'object') {
    throw elsewhere('an object with "refs"', 'a reference document', 'ReferenceStore', 'reference');
  }
  throw new ArgumentError(`store: got ${shown(value)}; ${FORMS}`);
}

const FORMS =
  'expected nothing, a path, a URL (file:, http:, https:, memory:), a Map of values, a StorePath, a store, ' +
  'or an object with get(key)';

function elsewhere(found: string, what: string, className: string, entry: string): ArgumentError {
  const where = `${className} of "zarr-ts/storage/${entry}"`;
  return new ArgumentError(`store: ${found} is ${what}, for ${where}, which is not part of this version`);
}

/** A place without what is secret in it. */
const shown = (value: unknown): string => (typeof value === 'string' ? safe(value) : described(value));

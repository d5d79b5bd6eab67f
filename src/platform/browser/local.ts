/**
 * Folders as stores: a browser has no paths.
 */
import { ArgumentError } from '../../errors.js';
import type { LocalStoreOptions } from '../../stores/local.js';
import type { Store } from '../../stores/store.js';

export type { LocalStoreOptions };

/** What stands for `LocalStore` in a browser: it cannot be made. */
export class LocalStore {
  constructor(root: string | URL, _options: LocalStoreOptions = {}) {
    throw noFolders(root);
  }
}

/** Throws: says what can be opened instead of a path. */
export function localStoreFor(
  path: string | URL,
  _options: LocalStoreOptions & { readonly create?: boolean | undefined } = {},
): Store {
  throw noFolders(path);
}

function noFolders(path: string | URL): ArgumentError {
  return new ArgumentError(
    `"${path}" is a path, and a browser has no folders by path: expected an http(s) URL, a "memory://name" URL, ` +
      'a Map of values, or a store',
  );
}

/**
 * Folders as stores.
 */
import fs from 'node:fs';
import { NodeNotFoundError } from '../../errors.js';
import { LocalStore, type LocalStoreOptions } from '../../stores/local.js';

export { LocalStore, type LocalStoreOptions };

/** A store of the folder at `path`; with `create: false` it has to exist. */
export function localStoreFor(
  path: string | URL,
  options: LocalStoreOptions & { readonly create?: boolean | undefined } = {},
): LocalStore {
  const { create, ...rest } = options;
  const store = new LocalStore(path, rest);
  if (create === false && !fs.existsSync(store.root)) throw new NodeNotFoundError(`"${store.root}" does not exist`);
  return store;
}

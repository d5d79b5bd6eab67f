import { joinPath, normalizePath, validateKey } from '../key.js';
import { checkStore, countsFor, type Store } from '../store.js';
import { forwarded, mapped } from './forwarded.js';
import { remade } from './read-only.js';

/** The part of `store` below `prefix`, as a store of its own. */
export function prefixed(store: Store, prefix: string): Store {
  checkStore(store, 'prefixed');
  const path = normalizePath(prefix);
  if (path === '') return store;
  const keyOf = (key: string): string => {
    validateKey(key); // Before it is put behind the prefix, which ".." would leave.
    return `${path}/${key}`;
  };
  const prefixOf = (inner: string): string => (inner === '' ? path : keyOf(inner));
  const without = (key: string): string => key.slice(path.length + 1);
  return forwarded(store, {
    lockPrefix: joinPath(store.lockPrefix, path),
    get: (key, range, options) => store.get(keyOf(key), range, options),
    getInto: countsFor(store, 'getInto')
      ? (key, target, options) => store.getInto!(keyOf(key), target, options)
      : undefined,
    getMany:
      store.getMany &&
      ((requests, options) =>
        store.getMany!(
          requests.map(({ key, range }) => ({ key: keyOf(key), range })),
          options,
        )),
    head: store.head && ((key) => store.head!(keyOf(key))),
    set: store.set && ((key, value, options) => store.set!(keyOf(key), value, options)),
    delete: store.delete && ((key, options) => store.delete!(keyOf(key), options)),
    deletePrefix: store.deletePrefix && ((inner) => store.deletePrefix!(prefixOf(inner))),
    list: store.list && ((inner) => mapped(store.list!(prefixOf(inner)), without)),
    listDir: store.listDir && ((inner) => store.listDir!(prefixOf(inner))),
    withReadOnly: remade(store, (inner) => prefixed(inner, path)),
    toString: () => `${store}/${path}`,
  });
}

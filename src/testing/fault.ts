/**
 * A store that fails when it is told to, for tests of what happens then.
 */
import { StoreError } from '../errors.js';
import { checkOptions } from '../options.js';
import type { Store } from '../stores/store.js';
import { forwarded } from '../stores/wrappers/forwarded.js';

/** The methods that can be made to fail. */
export type FaultyMethod = 'get' | 'head' | 'set' | 'delete' | 'deletePrefix' | 'list' | 'listDir';

/** What `faulty` takes. */
export interface FaultOptions {
  /** Which call fails, from 1; it and, with `lasting`, all after it. */
  readonly at: number;
  /** The methods whose calls are counted and fail: by default all. */
  readonly methods?: readonly FaultyMethod[] | undefined;
  /** Whether the calls after it fail too. */
  readonly lasting?: boolean | undefined;
  /** What it fails with: by default a `StoreError`. */
  readonly error?: unknown;
}

/** `store`, whose call number `at` fails before it does anything; at once where the store answers at once. */
export function faulty(store: Store, options: FaultOptions): Store {
  checkOptions(options, ['at', 'methods', 'lasting', 'error'], 'faulty');
  const { at, methods, lasting = false, error } = options;
  let calls = 0;
  const pass = (method: FaultyMethod, key: string): void => {
    if (methods && !methods.includes(method)) return;
    calls++;
    if (calls !== at && !(lasting && calls > at)) return;
    throw error ?? new StoreError(`call ${calls} (${method} "${key}") fails, as it was told to`, { key });
  };
  return forwarded(store, {
    get: (key, range, options) => {
      pass('get', key);
      return store.get(key, range, options);
    },
    // Not passed on: each value is then a call of its own, which may be the one that fails.
    getMany: undefined,
    head:
      store.head &&
      ((key) => {
        pass('head', key);
        return store.head!(key);
      }),
    set:
      store.set &&
      ((key, value, options) => {
        pass('set', key);
        return store.set!(key, value, options);
      }),
    delete:
      store.delete &&
      ((key, options) => {
        pass('delete', key);
        return store.delete!(key, options);
      }),
    deletePrefix:
      store.deletePrefix &&
      ((prefix) => {
        pass('deletePrefix', prefix);
        return store.deletePrefix!(prefix);
      }),
    list:
      store.list &&
      ((prefix) => {
        pass('list', prefix);
        return store.list!(prefix);
      }),
    listDir:
      store.listDir &&
      ((prefix) => {
        pass('listDir', prefix);
        return store.listDir!(prefix);
      }),
  });
}

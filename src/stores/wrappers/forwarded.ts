/**
 * What the wrappers have in common: a wrapper is a store that passes each call on to another one, and answers at once
 * where that one does.
 */
import { INSPECT } from '../../inspect.js';
import { countsFor, inspectedStore, type Store } from '../store.js';

/**
 * A store that passes every call on to `store` and has the methods that it has; `changes` take their places. Where they
 * have a `get` of their own, every value goes through it, unless they have a `getInto` too.
 */
export function forwarded(store: Store, changes: Partial<Store>): Store {
  const { readOnly = store.readOnly, ...others } = changes;
  return {
    readOnly,
    inner: store,
    lockScope: store.lockScope ?? store,
    lockPrefix: store.lockPrefix,
    conditional: store.conditional,
    answersAtOnce: store.answersAtOnce,
    get: (key, range, options) => store.get(key, range, options),
    getInto:
      changes.get === undefined && countsFor(store, 'getInto')
        ? (key, target, options) => store.getInto!(key, target, options)
        : undefined,
    getMany: store.getMany && ((requests, options) => store.getMany!(requests, options)),
    head: store.head && ((key) => store.head!(key)),
    set: store.set && ((key, value, options) => store.set!(key, value, options)),
    delete: store.delete && ((key, options) => store.delete!(key, options)),
    deletePrefix: store.deletePrefix && ((prefix) => store.deletePrefix!(prefix)),
    list: store.list && ((prefix) => store.list!(prefix)),
    listDir: store.listDir && ((prefix) => store.listDir!(prefix)),
    close: store.close && (() => store.close!()),
    toString: () => String(store),
    [INSPECT]() {
      return inspectedStore('Store', this);
    },
    ...others,
  };
}

type Items<T> = Iterable<T> | AsyncIterable<T>;

/** Each of `items` changed by `change`, waiting only where they do. */
export function mapped<T>(items: Items<T>, change: (item: T) => T): Items<T> {
  return Symbol.iterator in items ? mappedAtOnce(items, change) : mappedLater(items, change);
}

function* mappedAtOnce<T>(items: Iterable<T>, change: (item: T) => T): Generator<T, void, undefined> {
  for (const item of items) yield change(item);
}

async function* mappedLater<T>(items: AsyncIterable<T>, change: (item: T) => T): AsyncGenerator<T, void, undefined> {
  for await (const item of items) yield change(item);
}

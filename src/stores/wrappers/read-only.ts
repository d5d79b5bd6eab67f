import { ReadOnlyError } from '../../errors.js';
import { checkStore, countsFor, type Store } from '../store.js';
import { forwarded } from './forwarded.js';

/** `store`, for reading: every attempt to change it is a `ReadOnlyError`, and `store` is not asked. */
export function readOnly(store: Store): Store {
  checkStore(store, 'readOnly');
  const refuse = (key: string): never => {
    throw new ReadOnlyError(`${store} is read-only here`, { key });
  };
  return forwarded(store, {
    readOnly: true,
    set: store.set && refuse,
    delete: store.delete && refuse,
    deletePrefix: store.deletePrefix && refuse,
    withReadOnly: (readOnlyToo) => (readOnlyToo ? readOnly(store) : store),
  });
}

/** What makes the same store that is read-only, or is not; undefined where there is none that counts: see `countsFor`. */
export const withReadOnlyOf = (store: Store): ((readOnly: boolean) => Store) | undefined =>
  countsFor(store, 'withReadOnly') ? (readOnlyToo) => store.withReadOnly!(readOnlyToo) : undefined; // There it is.

/** `withReadOnly` of the wrapper that `wrap` makes of a store, where `store` has one. */
export function remade(store: Store, wrap: (inner: Store) => Store): ((readOnly: boolean) => Store) | undefined {
  const inner = withReadOnlyOf(store);
  return inner && ((readOnlyToo) => wrap(inner(readOnlyToo)));
}

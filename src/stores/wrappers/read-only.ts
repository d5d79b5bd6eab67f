import { ReadOnlyError } from '../../errors.js';
import { checkStore, type Store } from '../store.js';
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

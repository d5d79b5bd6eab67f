import { type MaybePromise, run, type Task, wait } from '../../task.js';
import { type ByteRange, checkStore, type Store } from '../store.js';
import { forwarded, mapped } from './forwarded.js';
import { remade } from './read-only.js';

/** The methods that are counted. */
export type StoreMethod = 'get' | 'getMany' | 'head' | 'set' | 'delete' | 'deletePrefix' | 'list' | 'listDir';

/** One call of a store that has ended. */
export interface StoreCall {
  /** Which method was called. */
  readonly method: StoreMethod;
  /** The key or prefix; `""` for `getMany`. */
  readonly key: string;
  /** The part of the value that was asked for. */
  readonly range?: ByteRange | undefined;
  /** How many bytes were read or written. */
  readonly bytes: number;
  /** What it failed with. */
  readonly error?: unknown;
}

/** A store that counts what it is asked for. */
export interface LoggedStore extends Store {
  /** How often each method was called. */
  readonly counter: ReadonlyMap<StoreMethod, number>;
  /** Bytes that reads have given. */
  readonly bytesRead: number;
  /** Bytes that were handed to writes. */
  readonly bytesWritten: number;
  /** Begins to count anew. */
  reset(): void;
}

/** `store`, with its calls counted, and told to `log` as they end. */
export function logged(store: Store, log: (call: StoreCall) => void = () => {}): LoggedStore {
  checkStore(store, 'logged');
  const counter = new Map<StoreMethod, number>();
  let bytesRead = 0;
  let bytesWritten = 0;

  const count = (method: StoreMethod): void => {
    counter.set(method, (counter.get(method) ?? 0) + 1);
  };
  function* follow<T>(
    call: Omit<StoreCall, 'bytes'>,
    work: () => MaybePromise<T>,
    sizeOf: (got: T) => number,
  ): Task<T> {
    count(call.method);
    try {
      const got = yield* wait(work());
      const bytes = sizeOf(got);
      if (call.method === 'set') bytesWritten += bytes;
      else bytesRead += bytes;
      log({ ...call, bytes });
      return got;
    } catch (error) {
      log({ ...call, bytes: 0, error });
      throw error;
    }
  }
  const lists = (method: 'list' | 'listDir') => (prefix: string) => {
    count(method);
    log({ method, key: prefix, bytes: 0 });
    return mapped(store[method]!(prefix), (name) => name);
  };
  const nothing = (): number => 0;

  const wrapper = forwarded(store, {
    get: (key, range, options) =>
      run(follow({ method: 'get', key, range }, () => store.get(key, range, options), sizeOfValue)),
    getMany:
      store.getMany &&
      ((requests, options) =>
        run(
          follow(
            { method: 'getMany', key: '' },
            () => store.getMany!(requests, options),
            (values) => values.reduce((sum, value) => sum + sizeOfValue(value), 0),
          ),
        )),
    head: store.head && ((key) => run(follow({ method: 'head', key }, () => store.head!(key), nothing))),
    set:
      store.set &&
      ((key, value, options) =>
        run(
          follow(
            { method: 'set', key },
            () => store.set!(key, value, options),
            () => value.length,
          ),
        )),
    delete:
      store.delete &&
      ((key, options) => run(follow({ method: 'delete', key }, () => store.delete!(key, options), nothing))),
    deletePrefix:
      store.deletePrefix &&
      ((key) => run(follow({ method: 'deletePrefix', key }, () => store.deletePrefix!(key), nothing))),
    list: store.list && lists('list'),
    listDir: store.listDir && lists('listDir'),
    withReadOnly: remade(store, (inner) => logged(inner, log)),
  });
  return {
    ...wrapper,
    counter,
    get bytesRead() {
      return bytesRead;
    },
    get bytesWritten() {
      return bytesWritten;
    },
    reset() {
      counter.clear();
      bytesRead = 0;
      bytesWritten = 0;
    },
  };
}

const sizeOfValue = (value: Uint8Array | undefined): number => value?.length ?? 0;

/**
 * One writer at a time for each stored object: two writes to parts of one chunk would else lose one of them.
 *
 * Every array of one store shares its locks. Work that does not wait holds a lock for no time at all, so a blocking
 * write never meets a held lock unless the store or a codec waits, which a blocking call cannot do anyway.
 */
import type { Store } from '../stores/store.js';
import type { StorePath } from '../stores/store-path.js';
import { isPromise, type MaybePromise, mayWait, run, type Task, wait } from '../task.js';

export class KeyedLocks {
  /** The last promised work of each key that is held. */
  readonly #held: Map<string, Promise<unknown>>;
  readonly #prefix: string;

  constructor(held = new Map<string, Promise<unknown>>(), prefix = '') {
    this.#held = held;
    this.#prefix = prefix;
  }

  /** The same locks, for keys that lie below `prefix`. */
  below(prefix: string): KeyedLocks {
    return prefix === '' ? this : new KeyedLocks(this.#held, `${prefix}/`);
  }

  /** Whether nobody holds any key. */
  get areFree(): boolean {
    return this.#held.size === 0;
  }

  /** Does `work` when nobody else holds the key `name`; what does not have to wait is done at once. */
  run<T>(name: string, work: () => MaybePromise<T>): MaybePromise<T> {
    const key = this.#prefix + name;
    const before = this.#held.get(key);
    if (before !== undefined) {
      mayWait(before); // A blocking call that fails must not do its work later.
      return this.#hold(key, before.then(work, work));
    }
    const result = work();
    return isPromise(result) ? this.#hold(key, result) : result;
  }

  #hold<T>(key: string, result: PromiseLike<T>): Promise<T> {
    const release = (): void => {
      if (this.#held.get(key) === held) this.#held.delete(key);
    };
    const held = untilSettled(result, release);
    this.#held.set(key, held);
    return held;
  }
}

/** `result`, and `after` when it is settled. Awaited, not chained: so a failure's stack goes on to the caller. */
async function untilSettled<T>(result: PromiseLike<T>, after: () => void): Promise<T> {
  try {
    return await result;
  } finally {
    after();
  }
}

/** The locks of each store, kept as long as the store: the one piece of state that arrays of a store share. */
const LOCKS = /* @__PURE__ */ new WeakMap<object, KeyedLocks>();

/** The locks of what `store` keeps: stores that share their values share them. */
export function locksOf(store: Store): KeyedLocks {
  const scope = store.lockScope ?? store;
  let locks = LOCKS.get(scope);
  if (locks === undefined) {
    locks = new KeyedLocks();
    LOCKS.set(scope, locks);
  }
  return locks.below(store.lockPrefix ?? '');
}

/** Does `work` when nobody else changes the documents of the node at `place`. */
export function* metadataLocked<T>({ store, path }: StorePath, work: () => Task<T>): Task<T> {
  return yield* wait(locksOf(store).run(path === '' ? 'attributes' : `${path}/attributes`, () => run(work())));
}

/**
 * One request for one question: whoever asks for what somebody is already waiting for waits for the same answer.
 *
 * An answer may then be as old as the request that it joined: what another program stored meanwhile may not be in it. What
 * is changed through the wrapper always is. A request ends when all who wait for it have given up.
 */
import { isPromise, type MaybePromise } from '../../task.js';
import { type ByteRange, checkStore, type GetOptions, type PartInfo, type Store } from '../store.js';
import { forwarded } from './forwarded.js';
import { remade } from './read-only.js';

/**
 * `store`, with reads of one value, or of the same part of it, that overlap in time made one request. What it gives is
 * shared by all who asked. Each value is asked for by itself, never several by `getMany`. A store that answers at once has
 * nothing to join and is given back as it is.
 */
export function coalesced(store: Store): Store {
  checkStore(store, 'coalesced');
  if (store.answersAtOnce) return store;
  /** What is on its way, by key, and by what is asked of the value there. */
  const flights = new Map<string, Map<string, Flight>>();

  const begin = (key: string, question: string, range: ByteRange | undefined, options: GetOptions): Flight => {
    const flight = new Flight();
    const { ifMatch, maxBytes, priority } = options;
    const asked = { ifMatch, maxBytes, priority, signal: flight.signal, onInfo: flight.note };
    flight.value = store.get(key, range, asked);
    if (!isPromise(flight.value)) return flight;
    const beside = flights.get(key) ?? new Map<string, Flight>();
    flights.set(key, beside.set(question, flight));
    flight.leave = () => {
      if (beside.get(question) === flight) beside.delete(question);
      if (beside.size === 0 && flights.get(key) === beside) flights.delete(key);
    };
    flight.value.then(flight.leave, flight.leave);
    return flight;
  };

  const get = (key: string, range?: ByteRange, options: GetOptions = {}): MaybePromise<Uint8Array | undefined> => {
    // Whoever asks for it as it is now must not get what was asked for before.
    if (options.fresh) return store.get(key, range, options);
    options.signal?.throwIfAborted();
    const question = JSON.stringify([range, options.ifMatch, options.maxBytes]);
    const flight = flights.get(key)?.get(question) ?? begin(key, question, range, options);
    return flight.join(options);
  };

  /** Does `change`; who asks for any of the values afterwards has a request of their own. */
  const changing = async (change: () => MaybePromise<void>, key?: string): Promise<void> => {
    try {
      await change();
    } finally {
      if (key === undefined) flights.clear();
      else flights.delete(key);
    }
  };

  return forwarded(store, {
    get,
    // Each value is a question of its own, which somebody else may have asked.
    getMany: undefined,
    set: store.set && ((key, value, options) => changing(() => store.set!(key, value, options), key)),
    delete: store.delete && ((key, options) => changing(() => store.delete!(key, options), key)),
    deletePrefix: store.deletePrefix && ((prefix) => changing(() => store.deletePrefix!(prefix))),
    withReadOnly: remade(store, (inner) => coalesced(inner)),
  });
}

/** A request, and those who wait for it. */
class Flight {
  value: MaybePromise<Uint8Array | undefined>;
  /** Called when nobody may join any more. */
  leave = (): void => {};
  readonly #controller = new AbortController();
  #info: PartInfo | undefined;
  #waiting = 0;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly note = (info: PartInfo): void => {
    this.#info = info;
  };

  /** The answer, for one more who waits; rejects at once when `signal` aborts. */
  join({ signal, onInfo }: GetOptions): MaybePromise<Uint8Array | undefined> {
    const { value } = this;
    if (isPromise(value)) return this.#joinLater(value, signal, onInfo);
    if (this.#info !== undefined) onInfo?.(this.#info);
    return value;
  }

  async #joinLater(
    value: PromiseLike<Uint8Array | undefined>,
    signal: AbortSignal | undefined,
    onInfo: GetOptions['onInfo'],
  ): Promise<Uint8Array | undefined> {
    this.#waiting++;
    let stop = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(signal?.reason);
      signal?.addEventListener('abort', stop, { once: true });
    });
    try {
      const answer = await Promise.race([value, aborted]);
      if (this.#info !== undefined) onInfo?.(this.#info);
      return answer;
    } finally {
      signal?.removeEventListener('abort', stop);
      // Ended where it is not over yet: then the last who waited has given up.
      if (--this.#waiting === 0) {
        this.leave();
        this.#controller.abort(signal?.reason);
      }
    }
  }
}

import { described } from '../../described.js';
import { ArgumentError } from '../../errors.js';
import { checkOptions } from '../../options.js';
import type { MaybePromise } from '../../task.js';
import { checkStore, type GetOptions, type Store } from '../store.js';
import { forwarded } from './forwarded.js';
import { remade } from './read-only.js';

/** What `limited` takes. */
export interface LimitedOptions {
  /** How many requests are on their way at once, at most. */
  readonly concurrency: number;
}

/**
 * `store`, with at most so many requests at once, whoever makes them: calls that are made at the same time, of which each
 * keeps to `async.concurrency` by itself, take turns. Whose `priority` is higher goes first, and else who came first. One that
 * is given up leaves the line. Lists are not counted. A store that answers at once has no line and is given back as it is.
 *
 * @example
 * import { openArray } from 'zarr-ts';
 * import { HttpStore, limited } from 'zarr-ts/storage';
 *
 * const store = limited(new HttpStore('https://example.com/data.zarr'), { concurrency: 6 });
 * const visible = async () => (await openArray(store, { mode: 'r' })).get('0:10', { priority: 1 });
 * typeof visible; // "function"
 */
export function limited(store: Store, options: LimitedOptions): Store {
  checkStore(store, 'limited');
  checkOptions(options, ['concurrency'], 'limited');
  const { concurrency } = options ?? {};
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new ArgumentError(`limited: concurrency: expected an integer of at least 1, got ${described(concurrency)}`);
  }
  return store.answersAtOnce ? store : limitedBy(store, new Line(concurrency));
}

function limitedBy(store: Store, line: Line): Store {
  return forwarded(store, {
    get: (key, range, options) => line.pass(() => store.get(key, range, options), options),
    getMany: store.getMany && ((requests, options) => line.pass(() => store.getMany!(requests, options), options)),
    head: store.head && ((key) => line.pass(() => store.head!(key))),
    set: store.set && ((key, value, options) => line.pass(() => store.set!(key, value, options))),
    delete: store.delete && ((key, options) => line.pass(() => store.delete!(key, options))),
    deletePrefix: store.deletePrefix && ((prefix) => line.pass(() => store.deletePrefix!(prefix))),
    withReadOnly: remade(store, (inner) => limitedBy(inner, line)),
  });
}

type Asked = Pick<GetOptions, 'signal' | 'priority'>;

/** One who waits. */
interface Waiting {
  readonly priority: number;
  readonly start: () => void;
}

/** Those who wait for their turn. */
class Line {
  readonly #waiting: Waiting[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Does `work` when it has its turn. */
  async pass<T>(work: () => MaybePromise<T>, { signal, priority = 0 }: Asked = {}): Promise<T> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#turn(priority, signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next.start();
    }
  }

  #turn(priority: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        priority,
        start: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      const behind = this.#waiting.findIndex((other) => other.priority < priority);
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, waiting);
    });
  }
}

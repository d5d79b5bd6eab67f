import { described } from '../../described.js';
import { ArgumentError } from '../../errors.js';
import { checkOptions } from '../../options.js';
import type { MaybePromise } from '../../task.js';
import { checkStore, type Store } from '../store.js';
import { forwarded } from './forwarded.js';
import { remade } from './read-only.js';

/** What `latency` takes. */
export interface LatencyOptions {
  /** How long each question takes. */
  readonly getMs?: number | undefined;
  /** How long each change takes. */
  readonly setMs?: number | undefined;
}

/**
 * `store` as if it were far away: every answer is a promise, and lists wait. Without times the answers come as soon as
 * promises do, which shows whether code that may have to wait does.
 */
export function latency(store: Store, options: LatencyOptions = {}): Store {
  checkStore(store, 'latency');
  checkOptions(options, ['getMs', 'setMs'], 'latency');
  options ??= {};
  const getMs = checkPause(options.getMs ?? 0, 'getMs');
  const setMs = checkPause(options.setMs ?? 0, 'setMs');
  async function asking<T>(work: () => MaybePromise<T>, signal?: AbortSignal): Promise<T> {
    await pause(getMs, signal);
    return await work();
  }
  async function changing(work: () => MaybePromise<void>): Promise<void> {
    await pause(setMs);
    await work();
  }
  async function* listing(work: () => Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
    await pause(getMs);
    yield* work();
  }
  return forwarded(store, {
    answersAtOnce: false,
    get: (key, range, options) => asking(() => store.get(key, range, options), options?.signal),
    getMany: store.getMany && ((requests, options) => asking(() => store.getMany!(requests, options), options?.signal)),
    head: store.head && ((key) => asking(() => store.head!(key))),
    set: store.set && ((key, value, options) => changing(() => store.set!(key, value, options))),
    delete: store.delete && ((key, options) => changing(() => store.delete!(key, options))),
    deletePrefix: store.deletePrefix && ((prefix) => changing(() => store.deletePrefix!(prefix))),
    list: store.list && ((prefix) => listing(() => store.list!(prefix))),
    listDir: store.listDir && ((prefix) => listing(() => store.listDir!(prefix))),
    withReadOnly: remade(store, (inner) => latency(inner, { getMs, setMs })),
  });
}

function checkPause(milliseconds: number, name: string): number {
  if (Number.isFinite(milliseconds) && milliseconds >= 0) return milliseconds;
  throw new ArgumentError(`latency: ${name}: expected a number of at least 0, got ${described(milliseconds)}`);
}

/** Resolves after `milliseconds`, without a timer for none; rejects when `signal` aborts. */
async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (milliseconds === 0) return;
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

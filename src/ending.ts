/** Calls that end before they are done: because their signal aborts, or because the time that `async.timeout` gives is up. */
import { allowListeners } from '#platform/signal';
import { config } from './config.js';
import { StoreError } from './errors.js';

/** What has to be over before a call that a signal ends fails. */
const HELD = /* @__PURE__ */ new WeakMap<AbortSignal, Set<Promise<void>>>();

/**
 * Lets calls that `signal` ends fail only when what is returned is called: while other threads write to memory that is the
 * caller's again from then on.
 */
export function holdingAbort(signal: AbortSignal): () => void {
  const held = HELD.get(signal) ?? new Set<Promise<void>>();
  HELD.set(signal, held);
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  held.add(ended);
  return () => {
    held.delete(ended);
    if (held.size === 0) HELD.delete(signal);
    end();
  };
}

/** Calls `end` as soon as nothing holds what `signal` ends: most often at once. */
function onceLetGo(signal: AbortSignal, end: () => void): void {
  const held = HELD.get(signal);
  if (held === undefined) end();
  else void Promise.all(held).then(end);
}

/** `promise`, unless `signal` aborts before: then it fails with its reason. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => onceLetGo(signal, () => reject(signal.reason));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    promise.catch(() => {}); // Given up: its end is nobody's concern any more.
  }
}

/** The time that a call has: when it is up, what the call would wait for fails, and so does what looks at `signal`. */
export class TimeLimit {
  readonly #controller = new AbortController();
  readonly #seconds: number;
  readonly #given: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fail = (_: unknown): void => {};
  /** Fails when the time is up. */
  readonly expired: Promise<never> = new Promise((_, reject) => {
    this.#fail = reject;
  });

  private constructor(seconds: number, given: AbortSignal | undefined) {
    this.#seconds = seconds;
    this.#given = given;
    this.expired.catch(() => {}); // It may expire between two steps.
    allowListeners(this.signal);
    given?.addEventListener('abort', this.#follow);
  }

  /** The limit of a call that is about to begin, and that `signal` may end before; undefined where it may take any time. */
  static of(signal: AbortSignal | undefined): TimeLimit | undefined {
    const seconds = config.get('async.timeout');
    return seconds === null ? undefined : new TimeLimit(seconds, signal);
  }

  /** Aborts when the time is up, or when the signal of the call does. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Starts the clock: only what waits takes time. */
  start(): void {
    this.#timer = setTimeout(this.#expire, Math.min(this.#seconds * 1000, MAX_TIMER_MS));
  }

  /** The call is done. */
  end(): void {
    clearTimeout(this.#timer);
    this.#given?.removeEventListener('abort', this.#follow);
  }

  readonly #follow = (): void => this.#controller.abort(this.#given?.reason);

  readonly #expire = (): void => {
    if (this.signal.aborted) return;
    const message = `async.timeout: not done within ${this.#seconds} seconds; what was under way may still end well`;
    const error = new StoreError(message);
    this.#controller.abort(error);
    onceLetGo(this.signal, () => this.#fail(error));
  };
}

/** A longer time would be taken for none. */
const MAX_TIMER_MS = 2 ** 31 - 1;

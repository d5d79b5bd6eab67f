/**
 * Work written once and run either way.
 *
 * A `Task<T>` is a generator that yields the promises it has to wait for, and nothing else. A task that meets no
 * promise never pauses, so a plain function call can run it to its end. The blocking classes call `runSync`, the
 * promise classes `runAsync`; all the work between is shared. The store decides whether there is waiting, not the
 * caller's mode.
 */
import { allowListeners } from '#platform/signal';
import { abortable, TimeLimit } from './ending.js';
import { SyncError } from './errors.js';

export type Task<T> = Generator<PromiseLike<unknown>, T, unknown>;
export type MaybePromise<T> = T | PromiseLike<T>;

/** Whether there is something to wait for: the one place that looks for a `then`. */
export function isPromise<T>(value: MaybePromise<T>): value is PromiseLike<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** Waits for `value` if it is a promise; passes it on at once if it is not. */
export function* wait<T>(value: MaybePromise<T>): Task<T> {
  return isPromise(value) ? ((yield value) as T) : value;
}

/**
 * Whether a blocking call is on the stack: then nothing may be left to be done later, and what would have to wait fails
 * where it begins to. Nothing else happens while the call runs, so this is known as surely as the stack itself.
 */
let isBlocking = false;

/** What ends the call that is on the stack when its time is up; undefined where it may take any time. */
let timeSignal: AbortSignal | undefined;

/** Does `work`, which may or must not wait, and for how long; gives control back as it was. */
function inMode<T>(blocking: boolean, signal: AbortSignal | undefined, work: () => T): T {
  const before = isBlocking;
  const signalBefore = timeSignal;
  isBlocking = blocking;
  timeSignal = signal;
  try {
    return work();
  } finally {
    isBlocking = before;
    timeSignal = signalBefore;
  }
}

/**
 * What ends the call on the stack, which has been given `signal`: that, or, where its time is limited, the signal that aborts
 * with the one given and also when the time is up.
 */
export const callSignal = (signal: AbortSignal | null | undefined): AbortSignal | undefined =>
  timeSignal ?? signal ?? undefined;

/** Runs `task` to its end; throws `SyncError` if it has to wait. What it was to wait for is the last that it began. */
export function runSync<T>(task: Task<T>): T {
  try {
    return inMode(true, undefined, () => {
      const first = task.next();
      return first.done ? first.value : giveUp(task, first.value);
    });
  } catch (error) {
    throw traced(error, runSync);
  }
}

/** Whether a blocking call is on the stack: for the few things that are done in another way then, not for what waits. */
export const isBlockingCall = (): boolean => isBlocking;

/** Throws `SyncError` if a blocking call would have to wait for `pending`. */
export function mayWait(pending: PromiseLike<unknown>): void {
  if (!isBlocking) return;
  pending.then(undefined, () => {}); // Its own failure, if any, must not surface as unhandled.
  throw new SyncError(
    'the store or a codec answers with a promise: use the functions of "zarr-ts", not "zarr-ts/sync"',
  );
}

/** Ends `task`, which would have to wait where it must not. */
function giveUp(task: Task<unknown>, pending: PromiseLike<unknown>): never {
  task.return(undefined); // Runs its `finally` blocks: a lock must not stay held.
  mayWait(pending);
  throw new SyncError('a blocking call would have to wait');
}

/**
 * Runs `task`, waiting for each promise it yields, for as long as the setting `async.timeout` says. When the signal among its
 * `options` aborts, the promise rejects with its reason at once; the task is told at its next step and ends by itself. When the time is up it is the
 * same, and what the task would wait for fails.
 */
export async function runAsync<T>(task: Task<T>, options?: Ended | null): Promise<T> {
  const signal = signalIn(options);
  signal?.throwIfAborted();
  if (signal !== undefined) allowListeners(signal);
  let limit: TimeLimit | undefined;
  try {
    limit = TimeLimit.of(signal);
    // Also where a blocking call starts it, from a callback: this one may wait.
    const first = inMode(false, limit?.signal, () => task.next());
    if (first.done) return first.value;
    limit?.start();
    const result = resume(task, first.value, limit?.signal, limit?.expired);
    const ending = limit?.signal ?? signal;
    return ending ? await abortable(result, ending) : await result;
  } catch (error) {
    throw traced(error, runAsync);
  } finally {
    limit?.end();
  }
}

/** What a signal may end. */
interface Ended {
  readonly signal?: AbortSignal | null | undefined;
}

/** The signal among `options`. What is none, or cannot be read, is told by the task itself, which checks its options. */
function signalIn(options: Ended | null | undefined): AbortSignal | undefined {
  try {
    const signal = options?.signal;
    return typeof signal?.throwIfAborted === 'function' ? signal : undefined;
  } catch {
    return undefined;
  }
}

/** Runs `task` as far as it goes without waiting: its result, or a promise of it. */
export function run<T>(task: Task<T>): MaybePromise<T> {
  const first = task.next();
  if (first.done) return first.value;
  return isBlocking ? giveUp(task, first.value) : resume(task, first.value, timeSignal);
}

/**
 * `error`, with the frames of whoever called `caller` added where they are missing: V8 keeps ten frames, and that many
 * may lie between a chunk and the user's line.
 */
function traced(error: unknown, caller: (...args: never[]) => unknown): unknown {
  if (!(error instanceof Error) || Error.captureStackTrace === undefined || !Object.isExtensible(error)) return error;
  const frames = error.stack?.split('\n    at ').length ?? 0;
  if (frames <= Error.stackTraceLimit) return error;
  const outer: { stack?: string } = {};
  Error.captureStackTrace(outer, caller);
  error.stack += outer.stack?.slice(outer.stack.indexOf('\n')) ?? '';
  return error;
}

/**
 * Goes on with `task`, which is part of a call that `signal` ends when its time is up, until it ends; from the moment that
 * `expired` fails, every wait of the task fails with it.
 */
async function resume<T>(
  task: Task<T>,
  pending: PromiseLike<unknown>,
  signal: AbortSignal | undefined,
  expired?: Promise<never>,
): Promise<T> {
  for (;;) {
    let step: IteratorResult<PromiseLike<unknown>, T>;
    try {
      const value = await (expired === undefined ? pending : Promise.race([pending, expired]));
      step = signal === undefined ? task.next(value) : inMode(false, signal, () => task.next(value));
    } catch (error) {
      // Rethrows from here if the task does not catch it.
      step = signal === undefined ? task.throw(error) : inMode(false, signal, () => task.throw(error));
    }
    if (step.done) return step.value;
    pending = step.value;
  }
}

/**
 * Which of several failures is told: the one of what comes first in an order, whichever is known first. What comes after it is
 * not wanted any more, while what comes before it may fail still, and so is done to its end.
 */
export class FirstFailure {
  #number = Number.POSITIVE_INFINITY;
  #error: unknown;

  /** What comes as number `number` has failed. */
  note(number: number, error: unknown): void {
    if (number >= this.#number) return;
    this.#number = number;
    this.#error = error;
  }

  /** Whether nothing before `number` has failed: whether what comes there is still wanted. */
  allows(number: number): boolean {
    return number < this.#number;
  }

  /** Does `work`, which comes as number `number`, where it is wanted, and notes its failure. */
  watch(number: number, work: () => MaybePromise<void>): MaybePromise<void> {
    if (!this.allows(number)) return;
    const fail = (error: unknown): void => this.note(number, error);
    try {
      const done = work();
      return isPromise(done) ? done.then(undefined, fail) : done;
    } catch (error) {
      fail(error);
    }
  }

  /** Throws the failure, if there is one: for when all that is wanted is done. */
  rethrow(): void {
    if (this.#number !== Number.POSITIVE_INFINITY) throw this.#error;
  }
}

/**
 * Does `work` for each item, at most `limit` of them waiting at once. Items whose work does not have to wait go through
 * one plain loop: no generator, promise or closure each. The first failure stops it: nothing new is started, and what has
 * started is waited for. What is thrown then is the failure of the first item that failed, in their order: all items before it
 * had been started.
 */
export function* each<Item>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => MaybePromise<void>,
  signal?: AbortSignal,
): Task<void> {
  const queue = items[Symbol.iterator]();
  const lanes: Promise<void>[] = [];
  const ending = timeSignal;
  const failure = new FirstFailure();
  let stopped = false;
  let isStarting = true;
  /** How many items have been started; so the number of the next one, and of what `queue` fails with. */
  let count = 0;

  /** Works until an item has to wait; waits for it and goes on as a lane of its own. */
  function startLane(): Promise<void> | undefined {
    for (let item = queue.next(); !item.done; item = queue.next()) {
      signal?.throwIfAborted();
      const started = work(item.value);
      const number = count++;
      if (isPromise(started)) {
        mayWait(started);
        return lane(started, number);
      }
    }
    return undefined;
  }

  async function lane(started: PromiseLike<void>, number: number): Promise<void> {
    try {
      await started;
      while (!stopped) {
        number = count;
        const item = queue.next();
        if (item.done) return;
        count++;
        signal?.throwIfAborted();
        const { value } = item;
        const next = ending === undefined ? work(value) : inMode(false, ending, () => work(value));
        if (isPromise(next)) await next;
      }
    } catch (error) {
      stopped = true;
      failure.note(number, error);
      throw error;
    }
  }

  try {
    while (lanes.length < limit && !stopped) {
      const started = startLane();
      if (started === undefined) break;
      lanes.push(started); // Its failure is reported once, by the `Promise.all` below.
    }
    isStarting = false;
    if (lanes.length > 0) yield Promise.all(lanes);
  } catch (error) {
    stopped = true;
    if (isStarting) failure.note(count, error);
    if (lanes.length > 0) yield Promise.allSettled(lanes);
    failure.rethrow();
    throw error; // Of no item.
  } finally {
    stopped = true; // Also when `runSync` gives up on a task that had to wait.
  }
}

/** The items of an iterable or of an async iterable, as a list: of more than `most`, the first ones and one more. */
export function* collect<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  most = Number.POSITIVE_INFINITY,
): Task<Item[]> {
  if (!(Symbol.iterator in items)) return (yield drain(items, most)) as Item[];
  if (most === Number.POSITIVE_INFINITY) return [...items];
  const list: Item[] = [];
  for (const item of items) if (list.push(item) > most) break;
  return list;
}

async function drain<Item>(items: AsyncIterable<Item>, most: number): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) if (list.push(item) > most) break;
  return list;
}

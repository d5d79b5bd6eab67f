/**
 * Several writers of one value: what is read together has to be of one generation of it, and what is stored in its place
 * has to be made of the generation that it replaces. Where a store finds that it is not, the work is done again from the
 * read, a number of times.
 */
import { ConflictError } from '../errors.js';
import { type Task, wait } from '../task.js';

/** What was read is no longer what is stored: the work that found it may be done again. */
export class SupersededError extends ConflictError {
  static override readonly errorName: string = 'ConflictError';
}

/** How often a read is begun again: whoever changes a value faster than its parts can be read is an error to be told. */
export const READ_TRIES = 10;
/** How often a change is: each time that it fails, another one has succeeded. */
export const WRITE_TRIES = 100;

/** `error`, where it is a store's that found another generation than was asked for, as what the work is done again for. */
export function superseded(error: unknown): unknown {
  if (!(error instanceof ConflictError) || error instanceof SupersededError) return error;
  const { path, key, coords } = error;
  return new SupersededError(error.message, { path, key, coords, cause: error });
}

/**
 * Does `work`, and does it again when it finds that something was superseded, at most `tries` times in all; then it is a
 * `ConflictError`. With `pauses`, a little later each time: writers that meet do not meet again.
 */
export function* again<T>(tries: number, pauses: boolean, work: (attempt: number) => Task<T>): Task<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return yield* work(attempt);
    } catch (error) {
      if (!(error instanceof SupersededError)) throw error;
      if (attempt >= tries) throw givenUp(error, tries);
    }
    if (pauses && attempt > 1) yield* wait(pause(Math.random() * Math.min(2 ** attempt, MAX_PAUSE_MS)));
  }
}

const MAX_PAUSE_MS = 100;

function givenUp({ message, path, key, coords, cause }: SupersededError, tries: number): ConflictError {
  return new ConflictError(`${message}; so it was each of ${tries} times`, { path, key, coords, cause });
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A worker as the thread that started it sees it, and as it sees itself: what the platforms have in common. */

/** What becomes of a worker. */
export interface ThreadEvents {
  /** What it posted. */
  readonly message: (message: unknown) => void;
  /** It is no more, and why. */
  readonly end: (reason: string) => void;
}

/** A worker, seen from the thread that started it. */
export interface Thread {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** What it has posted and nobody has been given, at once; `undefined` where there is nothing, or no way to ask. */
  receive(): unknown;
  /** Whether it is known to have ended, also while the thread that asks is too busy to be told. */
  readonly isGone: boolean;
  /** Whether the process has to go on for it. */
  hold(isHeld: boolean): void;
  /** Ends it; `ThreadEvents.end` is not called any more. */
  end(): void;
}

/** The thread that started a worker, seen from the worker. */
export interface Starter {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Has each message given to `work`, one after another. */
  listen(work: (message: unknown) => void): void;
}

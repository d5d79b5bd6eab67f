/**
 * The workers of this program, started when there is work for them and kept for the next one. They do not keep the process
 * alive, and end when the setting `workers` becomes 0. What the work is, only its `Job` knows.
 *
 * Workers outlive the call that started them, and there is one pool for the whole program: this is why this file, unlike
 * others, holds state.
 */
import { canBlock, countCores, hasThreads, sharesMemory, startThread } from '#platform/worker';
import { config, watchConfig } from '../config.js';
import { described } from '../described.js';
import { ArgumentError, StoreError } from '../errors.js';
import { compiledKernels } from '../kernels/kernels.js';
import type { Thread } from './thread.js';

/** What a worker says of a job. */
export interface Report {
  readonly job: number;
}

/** Work that is under way. */
export interface Job {
  receive(worker: PoolWorker, report: Report): void;
  /** A worker has ended; `text` says so. */
  lose(worker: PoolWorker, text: string): void;
}

/** Memory that workers fill and that stays for the next job. */
const KEPT_BYTES = 2 ** 26;

/** Slots of memory that a worker has, at most. */
export const MOST_SLOTS = 2;

/** Pieces of memory that went to a worker and back and are kept, at most: for two parts, what each is made of and its values. */
const MOST_SENT = 4;

/** How long a thread that is held up is so before it looks whether all workers are still there. */
const LOOK_MS = 50;

/** More workers than this are started only when a number says so. */
const AUTO_WORKERS = 8;

/**
 * Numbers that all threads see and wait for. Where there is no memory in common they are this thread's alone: then nobody
 * waits for them, and all is told by messages.
 */
const counters = (count: number): Int32Array =>
  new Int32Array(sharesMemory() ? new SharedArrayBuffer(4 * count) : new ArrayBuffer(4 * count));

/** A worker of the pool. */
export class PoolWorker {
  /** Whether each slot holds values that were not taken yet: 1 or 0. Both sides see it. */
  readonly filled: Int32Array = counters(MOST_SLOTS);
  /** Memory for what it makes, where threads have memory in common. */
  slots: readonly SharedArrayBuffer[] = [];
  /** Memory that it has sent, to be sent back with more. */
  #sent: ArrayBuffer[] = [];
  /** Whether it has said that it works. */
  isReady = false;

  constructor(readonly thread: Thread) {}

  /** Has at least `count` slots of `size` bytes. */
  reserve(count: number, size: number): readonly SharedArrayBuffer[] {
    const fits = this.slots.length >= count && this.slots.every(({ byteLength }) => byteLength >= size);
    if (!fits) this.slots = Array.from({ length: count }, () => new SharedArrayBuffer(size));
    return this.slots.slice(0, count);
  }

  /** Keeps memory that it has sent, of which all was taken; the smallest piece not, where there are many. */
  keep(memory: ArrayBuffer): void {
    this.#sent.push(memory);
    if (this.#sent.length <= MOST_SENT) return;
    this.#sent.sort((left, right) => right.byteLength - left.byteLength).pop();
  }

  /** Memory of `size` bytes and more to be sent back; undefined where there is none. */
  recycled(size: number): ArrayBuffer | undefined {
    const at = this.#sent.findIndex(({ byteLength }) => byteLength >= size);
    return at < 0 ? undefined : this.#sent.splice(at, 1)[0];
  }

  /** Bytes of the memory that is kept for it. */
  get keptBytes(): number {
    return [...this.slots, ...this.#sent].reduce((bytes, { byteLength }) => bytes + byteLength, 0);
  }

  /** Keeps no memory for it. */
  release(): void {
    this.slots = [];
    this.#sent = [];
  }

  /** Says that what is in a slot was taken. */
  empty(slot: number): void {
    Atomics.store(this.filled, slot, 0);
    Atomics.notify(this.filled, slot);
  }
}

/** The pool. */
export class WorkerPool {
  #workers: PoolWorker[] = [];
  readonly #jobs = new Map<number, Job>();
  #lastJob = 0;
  /** Grows with each report: what a thread that is held up looks at. */
  #reports: Int32Array | undefined;
  /** Who waits for the next report. */
  readonly #waiting = new Set<() => void>();
  /**
   * Why the last worker that was started did not come to work. Each job is told until one does: workers are tried again
   * meanwhile, for what was missing may be there by then.
   */
  #failure: string | undefined;
  #file: URL | undefined;
  #isWatching = false;
  /** Whether the workers are to end when nothing is under way. */
  #isEnding = false;
  /** How often anything was heard. */
  #heard = 0;

  /** The workers that are there. */
  get size(): number {
    return this.#workers.length;
  }

  /** How many of them have said that they work. */
  get readyCount(): number {
    return this.#workers.filter(({ isReady }) => isReady).length;
  }

  /** How many workers a setting means here; a blocking call has none where its thread cannot be held up. */
  countFor(setting: number | 'auto', isBlocking: boolean): number {
    if (setting === 0 || !hasThreads() || (isBlocking && !canBlock())) return 0;
    return setting === 'auto' ? Math.min(countCores() - 1, AUTO_WORKERS) : setting;
  }

  /** Starts workers with another file from then on; those that are there end. */
  useFile(file: URL): void {
    this.#file = file;
    this.end();
  }

  /** Takes up a job of `count` workers: its number, and the workers. */
  open(job: Job, count: number): { readonly id: number; readonly workers: readonly PoolWorker[] } {
    while (this.#workers.length < count) this.#start();
    if (this.#failure !== undefined) throw new StoreError(this.#failure);
    const id = ++this.#lastJob;
    this.#jobs.set(id, job);
    for (const { thread } of this.#workers) {
      thread.hold(true);
      void thread.isGone; // Its end can be told of one that was looked at while it was at work.
    }
    return { id, workers: this.#workers.slice(0, count) };
  }

  /** Puts a job down. */
  close(id: number): void {
    this.#jobs.delete(id);
    if (this.#jobs.size > 0) return;
    for (const { thread } of this.#workers) thread.hold(false);
    const kept = this.#workers.reduce((bytes, { keptBytes }) => bytes + keptBytes, 0);
    if (kept > KEPT_BYTES) for (const worker of this.#workers) worker.release();
    if (this.#isEnding) this.#endIdle();
  }

  /** Ends the workers, as soon as nothing is under way. */
  end(): void {
    this.#isEnding = true;
    this.#failure = undefined;
    if (this.#jobs.size === 0) this.#endIdle();
  }

  #endIdle(): void {
    for (const { thread } of this.#workers) thread.end();
    this.#workers = [];
    this.#failure = undefined;
    this.#isEnding = false;
  }

  /** Hears what workers have said, where that can be asked for. */
  drain(): void {
    for (const worker of [...this.#workers]) {
      const { thread } = worker;
      for (let said = thread.receive(); said !== undefined; said = thread.receive()) this.#hear(worker, said);
    }
  }

  /** Holds this thread up until a worker says something, or has ended. */
  block(): void {
    const reports = this.#reports!; // There are workers.
    for (;;) {
      const seen = Atomics.load(reports, 0);
      const before = this.#heard;
      this.drain();
      if (this.#heard !== before) return;
      if (Atomics.wait(reports, 0, seen, LOOK_MS) !== 'timed-out') continue;
      for (const worker of [...this.#workers]) {
        if (!worker.thread.isGone) continue;
        this.drain();
        worker.thread.end();
        this.#lose(worker, 'it is no more');
        return;
      }
    }
  }

  /** Resolves when a worker has said something, or has ended, or `wake` is called. */
  nextReport(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
    });
  }

  /** Lets all who wait for a report look again. */
  wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  #start(): void {
    if (!this.#isWatching) {
      this.#isWatching = true;
      let before = config.get('workers');
      watchConfig(() => {
        const setting = config.get('workers');
        if (setting !== before) this.#failure = undefined;
        // What calls and handles have set for themselves stays.
        if (this.#workers.length > 0 && before !== 0 && setting === 0) this.end();
        before = setting;
      });
    }
    let thread: Thread;
    try {
      thread = startThread(this.#file, {
        message: (said) => this.#hear(worker, said),
        end: (reason) => this.#lose(worker, reason),
      });
    } catch (cause) {
      // A file that no worker may be of, or a process that may have none. Another try is as cheap as remembering.
      throw new StoreError(notStarted(cause instanceof Error ? cause.message : String(cause)), { cause });
    }
    const worker = new PoolWorker(thread);
    this.#reports ??= counters(1);
    thread.post({ kind: 'begin', reports: this.#reports, filled: worker.filled, kernels: compiledKernels() });
    this.#workers.push(worker);
  }

  #hear(worker: PoolWorker, said: unknown): void {
    this.#heard++;
    void worker.thread.isGone; // As in `open`.
    if (said === 'ready') {
      worker.isReady = true;
      this.#failure = undefined;
    } else {
      const report = said as Report & { readonly slot?: number }; // Only our own workers post to this port.
      const job = this.#jobs.get(report.job);
      if (job !== undefined) job.receive(worker, report);
      else if (report.slot !== undefined) worker.empty(report.slot);
    }
    this.wake();
  }

  #lose(worker: PoolWorker, reason: string): void {
    if (!this.#workers.includes(worker)) return;
    this.#heard++;
    this.#workers = this.#workers.filter((other) => other !== worker);
    const text = worker.isReady ? `a worker has ended: ${reason}` : notStarted(reason);
    if (!worker.isReady) this.#failure = text;
    for (const job of [...this.#jobs.values()]) job.lose(worker, text);
    this.wake();
  }
}

const notStarted = (reason: string): string =>
  `a worker cannot be started: ${reason}; setWorkerFile() takes the file of the workers from elsewhere`;

/** The workers of this program. */
export const pool: WorkerPool = /* @__PURE__ */ new WorkerPool();

/**
 * Starts workers with another file than the one beside this package, `zarr-ts/worker.js`: needed where a bundler does not
 * copy it. Those that are there end.
 *
 * @throws ArgumentError for what is no URL; a text has to be a whole one.
 * @example
 * import { setWorkerFile } from 'zarr-ts';
 *
 * const use = () => setWorkerFile('https://example.com/zarr-worker.js');
 * typeof use; // "function"
 */
export function setWorkerFile(file: URL | string): void {
  const url = file instanceof URL ? file : typeof file === 'string' ? wholeUrl(file) : undefined;
  if (url === undefined) {
    throw new ArgumentError(
      `setWorkerFile: expected a whole URL, such as new URL("worker.js", import.meta.url), got ${described(file)}`,
    );
  }
  pool.useFile(url);
}

function wholeUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

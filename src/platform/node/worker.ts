/** Workers on Node, and in what has `node:worker_threads` too. */
import os from 'node:os';
import process from 'node:process';
import {
  isMainThread,
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
  workerData,
} from 'node:worker_threads';
import { ArgumentError } from '../../errors.js';
import type { Starter, Thread, ThreadEvents } from '../../workers/thread.js';

/** Whether there are other threads here. */
export const hasThreads = (): boolean => true;

/** Whether threads can have memory in common here. */
export const sharesMemory = (): boolean => typeof SharedArrayBuffer !== 'undefined';

/**
 * Whether a thread can be held up until a worker says something, as a blocking call has to be. Only Node tells a thread
 * that does not wait whether a worker is still there: elsewhere one that has died would be waited for without end.
 */
export const canBlock = (): boolean => sharesMemory() && isNode();

/** Whether this is Node itself, not what has its modules too. */
const isNode = (): boolean => process.versions['bun'] === undefined && process.versions['deno'] === undefined;

/** Whether this thread draws a page: never. */
export const isPage = (): boolean => false;

/** How many threads run at once. */
export const countCores = (): number => os.availableParallelism?.() ?? os.cpus().length;

/** Resolves when what has happened meanwhile has been told: messages, timers. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Starts a worker, of the file beside this package unless another one is named. */
export function startThread(file: URL | undefined, events: ThreadEvents): Thread {
  const { port1: port, port2 } = new MessageChannel();
  const options = { workerData: { [PORT]: port2 }, transferList: [port2], ...flags() };
  const worker =
    file === undefined ? new Worker(new URL('../../worker.js', import.meta.url), options) : new Worker(file, options);
  return new NodeThread(worker, port, events);
}

/** A worker has the flags of the process, but for those that are about a program which is no file. */
const flags = (): { execArgv?: string[] } =>
  process.execArgv.some((flag) => flag.startsWith('--input-type')) ? { execArgv: [] } : {};

class NodeThread implements Thread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  #hasEnded = false;

  constructor(worker: Worker, port: MessagePort, events: ThreadEvents) {
    this.#worker = worker;
    this.#port = port;
    let reason: string | undefined;
    port.on('message', events.message);
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', (code) => {
      if (this.#hasEnded) return;
      // What it said before it ended comes first.
      for (let message = this.receive(); message !== undefined; message = this.receive()) events.message(message);
      this.#hasEnded = true;
      port.close();
      events.end(reason ?? `exit code ${code}`);
    });
    this.hold(false);
  }

  post(message: unknown, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  receive(): unknown {
    return receiveMessageOnPort(this.#port)?.message;
  }

  get isGone(): boolean {
    if (this.#hasEnded) return true;
    if (!isNode()) return false;
    // The one thing that a worker can be asked without waiting: less than nothing is its end. It is always nothing of one that
    // was never asked while it was at work.
    return this.#worker.performance.eventLoopUtilization().idle < 0;
  }

  hold(isHeld: boolean): void {
    if (isHeld) {
      this.#worker.ref();
      this.#port.ref();
    } else {
      this.#worker.unref();
      this.#port.unref();
    }
  }

  end(): void {
    this.#hasEnded = true;
    this.#port.close();
    void this.#worker.terminate();
  }
}

/** Where a worker of ours finds the port to who started it. */
const PORT = 'zarr-ts';

/** Who started this thread. */
export function starter(): Starter {
  const data: unknown = isMainThread ? undefined : workerData;
  if (typeof data !== 'object' || data === null || !(PORT in data)) {
    throw new ArgumentError('the file of the workers is not to be imported: workers are started with it');
  }
  const port = data[PORT] as MessagePort; // By this name, only `startThread` gives something.
  return {
    post: (message, transfer = []) => port.postMessage(message, transfer),
    listen: (work) => void port.on('message', work),
  };
}

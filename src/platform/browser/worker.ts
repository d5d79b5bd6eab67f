/** Workers in browsers. The same exports as the Node half. */
import type { Starter, Thread, ThreadEvents } from '../../workers/thread.js';

/** Whether there are other threads here. */
export const hasThreads = (): boolean => typeof Worker !== 'undefined';

/** Whether threads can have memory in common here: only in pages that are isolated from other origins. */
export const sharesMemory = (): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && globalThis.crossOriginIsolated !== false;

/** Whether a thread can be held up until a worker says something: nothing a worker says is heard without waiting. */
export const canBlock = (): boolean => false;

/** Whether this thread draws a page and hears its user, for whom it should never be busy for long. */
export const isPage = (): boolean => typeof document !== 'undefined';

/** How many threads run at once. */
export const countCores = (): number => globalThis.navigator?.hardwareConcurrency ?? 1;

/** Resolves when what has happened meanwhile has been told: messages, timers. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    // Not a timer: those are held back to 4 ms.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });

/** Starts a worker, of the file beside this package unless another one is named. */
export function startThread(file: URL | undefined, events: ThreadEvents): Thread {
  const worker =
    file === undefined
      ? new Worker(new URL('../../worker.js', import.meta.url), { type: 'module' })
      : new Worker(file, { type: 'module' });
  worker.onmessage = ({ data }) => events.message(data);
  worker.onmessageerror = () => events.end('a message that cannot be read');
  worker.onerror = (event) => {
    event.preventDefault?.();
    worker.terminate();
    events.end(event.message ?? 'its file cannot be loaded');
  };
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    receive: () => undefined,
    isGone: false,
    hold: () => {},
    end: () => {
      worker.onmessage = null;
      worker.onerror = null;
      worker.terminate();
    },
  };
}

/** What of the global scope of a worker is used. */
interface WorkerScope {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
}

/** Who started this thread. */
export function starter(): Starter {
  const scope = globalThis as unknown as WorkerScope; // The types that are compiled with are those of pages.
  return {
    post: (message, transfer = []) => scope.postMessage(message, transfer),
    listen: (work) => {
      scope.onmessage = ({ data }) => work(data);
    },
  };
}

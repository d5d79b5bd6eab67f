/** Signals of Node, which takes more than ten listeners of one for a leak, and says so. */
import { setMaxListeners } from 'node:events';

/** Lets `signal` have as many listeners as there are requests under way. */
export function allowListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // A signal of another maker, which warns of nothing.
  }
}

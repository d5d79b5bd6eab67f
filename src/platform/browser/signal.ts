/** Signals of browsers, which may have any number of listeners. */

/** Lets `signal` have as many listeners as there are requests under way. */
export function allowListeners(_signal: AbortSignal): void {}

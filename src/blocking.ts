/** How the blocking API runs its work: with every codec of the library there, because it cannot wait for one. */
import { builtInCodecs } from './codecs/built-in.js';
import { provideCodecs } from './codecs/registry.js';
import { runSync, type Task } from './task.js';

/** Runs `task` to its end; throws `SyncError` if it has to wait. */
export function runBlocking<T>(task: Task<T>): T {
  provideAll();
  return runSync(task);
}

/** The result of `work`, which may look for codecs. */
export function blockingly<T>(work: () => T): T {
  provideAll();
  return work();
}

const state = { isProvided: false };

function provideAll(): void {
  if (!state.isProvided) provideCodecs(builtInCodecs());
  state.isProvided = true;
}

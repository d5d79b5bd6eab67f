/** Work that may meet codecs which are not there yet. */
import { codecToLoad } from '../codecs/registry.js';
import { type Task, wait } from '../task.js';

/** The result of `work`, done again each time a codec had to be loaded for it; `work` changes nothing. */
export function* whenLoaded<T>(work: () => T): Task<T> {
  for (;;) {
    try {
      return work();
    } catch (error) {
      const load = codecToLoad(error);
      if (load === undefined) throw error;
      yield* wait(load());
    }
  }
}

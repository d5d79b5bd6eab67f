/**
 * Memory for a stored value that is decoded at once and then forgotten. Memory that nobody has touched before costs as much
 * as decoding what is put there, so one piece of it is used for one value after another, of whatever array.
 *
 * It outlives the call that made it: this is why this file, unlike others, holds state.
 */

/** Longer pieces are left to the garbage collector. */
export const MOST_KEPT = 2 ** 24;

class StoredMemory {
  #kept: Uint8Array | undefined;

  /** At least `length` bytes, with anything in them, that nobody else has until they are given back. */
  take(length: number): Uint8Array {
    const memory = this.#kept;
    if (memory === undefined || memory.length < length) return new Uint8Array(length);
    this.#kept = undefined;
    return memory;
  }

  /** Takes back what nobody has a part of any more. What is not given back is only not used again. */
  give(memory: Uint8Array): void {
    if (memory.length <= MOST_KEPT && memory.length > (this.#kept?.length ?? 0)) this.#kept = memory;
  }
}

/** The memory of this thread. */
export const storedMemory: StoredMemory = /* @__PURE__ */ new StoredMemory();

/**
 * Memory for a stored value that is decoded at once and then forgotten. Memory that nobody has touched before costs as much
 * as decoding what is put there, so one piece of it is used for one value after another, of whatever array.
 *
 * It outlives the call that made it: this is why this file, unlike others, holds state.
 */

/** Longer pieces are left to the garbage collector. */
export const MOST_KEPT = 2 ** 24;

let kept: Uint8Array | undefined;

/** Memory of at least `length` bytes, with anything in it, that nobody else has until it is given back. */
export function takeMemory(length: number): Uint8Array {
  const memory = kept;
  if (memory === undefined || memory.length < length) return new Uint8Array(length);
  kept = undefined;
  return memory;
}

/** Takes back what nobody has a part of any more. What is not given back is only not used again. */
export function giveMemory(memory: Uint8Array): void {
  if (memory.length <= MOST_KEPT && memory.length > (kept?.length ?? 0)) kept = memory;
}

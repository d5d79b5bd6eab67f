/**
 * Memory that several threads may have, and that is given up about as soon as other memory.
 *
 * A garbage collector that runs the sooner the more memory hangs on what it may collect does not count shared memory
 * (that of V8: its threads would count it more than once). Results that nobody has any more would pile up to gigabytes, each
 * in memory that was never touched before. So a piece carries an `ArrayBuffer`, which counts; made as one that could be
 * resized, it is taken from addresses that nobody has used yet, and as nothing ever touches it, it takes no memory.
 */

const WEIGHT = Symbol('weight');

/**
 * Of large results, few pile up all the same; with their whole weight, all that is alive would be looked at for each of them,
 * and that costs as much as reading it. With a quarter of it, a read of raw data still takes a third longer.
 */
const SHARE_OF_WEIGHT = 1 / 16;

/** Less is collected soon enough with the objects around it. */
const LEAST_WEIGHED = 2 ** 16;

/** The constructor as ECMAScript 2024 has it; older ones do not look at the options. */
const ResizableBuffer = ArrayBuffer as new (length: number, options: { readonly maxByteLength: number }) => ArrayBuffer;

/** `size` bytes of shared memory, all 0. There has to be a `SharedArrayBuffer`. */
export function sharedMemory(size: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(size);
  weigh(memory);
  return memory;
}

/** Has this thread count shared memory as its own: also one that was given it holds it until it is collected there. */
export function weigh(memory: SharedArrayBuffer): void {
  const size = memory.byteLength;
  if (size < LEAST_WEIGHED) return;
  const value = weightOf(Math.floor(size * SHARE_OF_WEIGHT));
  Object.defineProperty(memory, WEIGHT, { value, configurable: true });
}

/** What weighs `size` bytes; nothing where so many addresses are not to be had, which only makes garbage stay longer. */
function weightOf(size: number): ArrayBuffer | undefined {
  try {
    return new ResizableBuffer(size, { maxByteLength: size });
  } catch {
    return undefined;
  }
}

/**
 * Memory that several threads may have, and that is given up as soon as other memory.
 *
 * A garbage collector that runs the sooner the more memory hangs on what it may collect does not count shared memory
 * (that of V8, for threads might count it twice): results that nobody has any more would pile up to gigabytes. So each piece
 * carries an `ArrayBuffer` of its size, which counts; as one that could be resized it is taken from addresses nobody has used
 * yet, and as nothing ever touches it, it takes no memory.
 */

const WEIGHT = Symbol('weight');

/** Less is collected soon enough with the objects around it. */
const LEAST_WEIGHED = 2 ** 16;

/** The constructor as ECMAScript 2024 has it; older ones do not look at the options. */
const ResizableBuffer = ArrayBuffer as new (length: number, options: { readonly maxByteLength: number }) => ArrayBuffer;

/** `size` bytes of shared memory, all 0. There has to be a `SharedArrayBuffer`. */
export function sharedMemory(size: number): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(size);
  if (size >= LEAST_WEIGHED) Object.defineProperty(memory, WEIGHT, { value: weightOf(size) });
  return memory;
}

/** What weighs `size` bytes; nothing where there are not so many addresses left: then it is collected when it is. */
function weightOf(size: number): ArrayBuffer | undefined {
  try {
    return new ResizableBuffer(size, { maxByteLength: size });
  } catch {
    return undefined;
  }
}

/**
 * Fletcher-32 as HDF5 has it: two sums of big-endian words of 16 bits, folded to 16 bits now and then. An odd byte is the
 * high half of a last word.
 */

/** So many words can be summed before the second sum could leave 32 bits. */
const RUN = 360;

/** The Fletcher-32 of `bytes` as an unsigned number. */
export function fletcher32(bytes: Uint8Array): number {
  const even = bytes.length - (bytes.length % 2);
  let first = 0;
  let second = 0;
  for (let start = 0; start < even; start += 2 * RUN) {
    const end = Math.min(even, start + 2 * RUN);
    for (let i = start; i < end; i += 2) {
      first += (bytes[i]! << 8) | bytes[i + 1]!;
      second += first;
    }
    first = folded(first);
    second = folded(second);
  }
  if (even < bytes.length) {
    first = folded(first + (bytes[even]! << 8));
    second = folded(second + first);
  }
  return folded(second) * 65536 + folded(first);
}

const folded = (sum: number): number => (sum & 0xffff) + (sum >>> 16);

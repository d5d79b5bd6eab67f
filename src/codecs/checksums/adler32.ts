/** Adler-32 (RFC 1950): two sums modulo 65521. */

const MODULUS = 65521;
/** So many bytes can be summed before the second sum could leave 32 bits. */
const RUN = 5552;

/** The Adler-32 of `bytes` as an unsigned number. */
export function adler32(bytes: Uint8Array): number {
  let first = 1;
  let second = 0;
  for (let start = 0; start < bytes.length; start += RUN) {
    const end = Math.min(bytes.length, start + RUN);
    for (let i = start; i < end; i++) {
      first += bytes[i]!;
      second += first;
    }
    first %= MODULUS;
    second %= MODULUS;
  }
  return second * 65536 + first;
}

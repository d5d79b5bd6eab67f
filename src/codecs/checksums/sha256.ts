/** SHA-256 (FIPS 180-4). The platforms have it too, but in browsers only with a promise. */

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, */
const CONSTANTS = /* @__PURE__ */ fractions(64, Math.cbrt);
/** and of the square roots of the first 8. */
const START = /* @__PURE__ */ fractions(8, Math.sqrt);

function fractions(count: number, root: (prime: number) => number): Int32Array {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++) {
    if (isPrime(number)) found.push((root(number) % 1) * 2 ** 32);
  }
  return Int32Array.from(found, (fraction) => Math.floor(fraction) | 0);
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}

/** The 32 bytes of the SHA-256 of `bytes`. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const hash = START.slice();
  const schedule = new Int32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  for (let at = 0; at < whole; at += 64) addBlock(hash, bytes, at, schedule);
  // The rest, a bit that is set, and the length in bits at the end of a block.
  const rest = bytes.length - whole;
  const last = new Uint8Array(rest < 56 ? 64 : 128);
  last.set(bytes.subarray(whole));
  last[rest] = 0x80;
  const view = new DataView(last.buffer);
  view.setUint32(last.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(last.length - 4, (bytes.length << 3) >>> 0);
  for (let at = 0; at < last.length; at += 64) addBlock(hash, last, at, schedule);
  const digest = new DataView(new ArrayBuffer(32));
  for (let i = 0; i < 8; i++) digest.setInt32(4 * i, hash[i]!);
  return new Uint8Array(digest.buffer);
}

function addBlock(hash: Int32Array, bytes: Uint8Array, at: number, schedule: Int32Array): void {
  for (let i = 0; i < 16; i++, at += 4) {
    schedule[i] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  for (let i = 16; i < 64; i++) {
    const old = schedule[i - 15]!;
    const late = schedule[i - 2]!;
    const small = rotated(old, 7) ^ rotated(old, 18) ^ (old >>> 3);
    const large = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
    schedule[i] = (schedule[i - 16]! + small + schedule[i - 7]! + large) | 0;
  }
  let [a, b, c, d, e, f, g, h] = hash as unknown as [number, number, number, number, number, number, number, number]; // 8.
  for (let i = 0; i < 64; i++) {
    const choice = (e & f) ^ (~e & g);
    const first = (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + CONSTANTS[i]! + schedule[i]!) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + majority) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  const sums = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) hash[i] = (hash[i]! + sums[i]!) | 0;
}

const rotated = (word: number, count: number): number => (word >>> count) | (word << (32 - count));

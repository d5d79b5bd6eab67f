/**
 * XXH64 with seed 0, the checksum of a zstd frame: RFC 8878, section 3.1.1.
 *
 * The hash is defined on 64-bit integers, which JavaScript has only as BigInt, at a fiftieth of the speed. Here a 64-bit
 * integer is a pair of 32-bit halves in an `Int32Array`, low half first, called a register; the product of two is put
 * together from 32-bit multiplications. The first four registers are the lanes of the striped part.
 */

const PRIME_1 = Object.freeze({ low: 0x85ebca87 | 0, high: 0x9e3779b1 | 0 });
const PRIME_2 = Object.freeze({ low: 0x27d4eb4f | 0, high: 0xc2b2ae3d | 0 });
const PRIME_3 = Object.freeze({ low: 0x9e3779f9 | 0, high: 0x165667b1 | 0 });
const PRIME_4 = Object.freeze({ low: 0xc2b2ae63 | 0, high: 0x85ebca77 | 0 });
const PRIME_5 = Object.freeze({ low: 0x165667c5 | 0, high: 0x27d4eb2f | 0 });

const STRIPE_BYTES = 32;

/** The XXH64 of `bytes` with seed 0. */
export function xxhash64(bytes: Uint8Array): bigint {
  const hash = hashRegister(bytes);
  return (BigInt(hash[1]! >>> 0) << 32n) | BigInt(hash[0]! >>> 0);
}

/** The low half of the XXH64 of `bytes` with seed 0, as an unsigned number: what a zstd frame stores. */
export function xxhash64Low32(bytes: Uint8Array): number {
  return hashRegister(bytes)[0]! >>> 0;
}

function hashRegister(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { length } = bytes;
  const hash = new Int32Array(2);
  let at = 0;
  if (length >= STRIPE_BYTES) {
    const lanes = new Int32Array(8);
    at = consumeStripes(lanes, view);
    mergeLanes(hash, lanes);
  } else {
    add(hash, 0, PRIME_5.low, PRIME_5.high);
  }
  // A length has at most 53 bits, so its high half is exact.
  add(hash, 0, length | 0, Math.floor(length / 2 ** 32));
  consumeTail(hash, view, at);
  avalanche(hash);
  return hash;
}

/** Feeds all whole stripes to the lanes and returns where the tail begins. */
function consumeStripes(lanes: Int32Array, view: DataView): number {
  add(lanes, 0, PRIME_1.low, PRIME_1.high);
  add(lanes, 0, PRIME_2.low, PRIME_2.high);
  add(lanes, 2, PRIME_2.low, PRIME_2.high);
  subtract(lanes, 6, PRIME_1.low, PRIME_1.high);
  const end = view.byteLength - (view.byteLength % STRIPE_BYTES);
  for (let at = 0; at < end; at += STRIPE_BYTES) {
    round(lanes, 0, view.getInt32(at, true), view.getInt32(at + 4, true));
    round(lanes, 2, view.getInt32(at + 8, true), view.getInt32(at + 12, true));
    round(lanes, 4, view.getInt32(at + 16, true), view.getInt32(at + 20, true));
    round(lanes, 6, view.getInt32(at + 24, true), view.getInt32(at + 28, true));
  }
  return end;
}

/** lane ← rotate(lane + input · PRIME_2, 31) · PRIME_1. */
function round(registers: Int32Array, lane: number, inputLow: number, inputHigh: number): void {
  const productLow = Math.imul(inputLow, PRIME_2.low);
  const productHigh =
    (multiplyHigh(inputLow, PRIME_2.low) + Math.imul(inputHigh, PRIME_2.low) + Math.imul(inputLow, PRIME_2.high)) | 0;
  const oldLow = registers[lane]!;
  const sumLow = (oldLow + productLow) | 0;
  const carry = sumLow >>> 0 < oldLow >>> 0 ? 1 : 0;
  const sumHigh = (registers[lane + 1]! + productHigh + carry) | 0;
  const rotatedLow = (sumLow << 31) | (sumHigh >>> 1);
  const rotatedHigh = (sumHigh << 31) | (sumLow >>> 1);
  registers[lane] = Math.imul(rotatedLow, PRIME_1.low);
  registers[lane + 1] =
    multiplyHigh(rotatedLow, PRIME_1.low) + Math.imul(rotatedHigh, PRIME_1.low) + Math.imul(rotatedLow, PRIME_1.high);
}

function mergeLanes(hash: Int32Array, lanes: Int32Array): void {
  const rotated = new Int32Array(2);
  for (let lane = 0; lane < 4; lane++) {
    rotated[0] = lanes[2 * lane]!;
    rotated[1] = lanes[2 * lane + 1]!;
    rotate(rotated, [1, 7, 12, 18][lane]!);
    add(hash, 0, rotated[0]!, rotated[1]!);
  }
  for (let lane = 0; lane < 8; lane += 2) {
    const mixed = new Int32Array(2);
    round(mixed, 0, lanes[lane]!, lanes[lane + 1]!);
    xor(hash, mixed);
    multiply(hash, PRIME_1.low, PRIME_1.high);
    add(hash, 0, PRIME_4.low, PRIME_4.high);
  }
}

/** The last bytes, fewer than a stripe: by eight, then four, then one. */
function consumeTail(hash: Int32Array, view: DataView, start: number): void {
  const end = view.byteLength;
  const mixed = new Int32Array(2);
  let at = start;
  for (; at + 8 <= end; at += 8) {
    mixed.fill(0);
    round(mixed, 0, view.getInt32(at, true), view.getInt32(at + 4, true));
    xor(hash, mixed);
    rotate(hash, 27);
    multiply(hash, PRIME_1.low, PRIME_1.high);
    add(hash, 0, PRIME_4.low, PRIME_4.high);
  }
  if (at + 4 <= end) {
    mixed[0] = view.getInt32(at, true);
    mixed[1] = 0;
    multiply(mixed, PRIME_1.low, PRIME_1.high);
    xor(hash, mixed);
    rotate(hash, 23);
    multiply(hash, PRIME_2.low, PRIME_2.high);
    add(hash, 0, PRIME_3.low, PRIME_3.high);
    at += 4;
  }
  for (; at < end; at++) {
    mixed[0] = view.getUint8(at);
    mixed[1] = 0;
    multiply(mixed, PRIME_5.low, PRIME_5.high);
    xor(hash, mixed);
    rotate(hash, 11);
    multiply(hash, PRIME_1.low, PRIME_1.high);
  }
}

function avalanche(hash: Int32Array): void {
  // hash ^= hash >>> 33
  hash[0] = hash[0]! ^ (hash[1]! >>> 1);
  multiply(hash, PRIME_2.low, PRIME_2.high);
  // hash ^= hash >>> 29
  hash[0] = hash[0]! ^ ((hash[0]! >>> 29) | (hash[1]! << 3));
  hash[1] = hash[1]! ^ (hash[1]! >>> 29);
  multiply(hash, PRIME_3.low, PRIME_3.high);
  // hash ^= hash >>> 32
  hash[0] = hash[0]! ^ hash[1]!;
}

/** The high half of the 64-bit product of two unsigned 32-bit integers; no step of it overflows 32 bits. */
function multiplyHigh(left: number, right: number): number {
  const leftLow = left & 0xffff;
  const leftHigh = left >>> 16;
  const rightLow = right & 0xffff;
  const rightHigh = right >>> 16;
  const low = Math.imul(leftLow, rightLow) >>> 16;
  const middle = (Math.imul(leftHigh, rightLow) + low) | 0;
  const otherMiddle = (Math.imul(leftLow, rightHigh) + (middle & 0xffff)) | 0;
  return (Math.imul(leftHigh, rightHigh) + (middle >>> 16) + (otherMiddle >>> 16)) | 0;
}

function multiply(register: Int32Array, low: number, high: number): void {
  const ownLow = register[0]!;
  register[1] = multiplyHigh(ownLow, low) + Math.imul(register[1]!, low) + Math.imul(ownLow, high);
  register[0] = Math.imul(ownLow, low);
}

function add(registers: Int32Array, at: number, low: number, high: number): void {
  const sum = (registers[at]! + low) | 0;
  registers[at + 1] = registers[at + 1]! + high + (sum >>> 0 < low >>> 0 ? 1 : 0);
  registers[at] = sum;
}

function subtract(registers: Int32Array, at: number, low: number, high: number): void {
  const borrow = registers[at]! >>> 0 < low >>> 0 ? 1 : 0;
  registers[at] = registers[at]! - low;
  registers[at + 1] = registers[at + 1]! - high - borrow;
}

function xor(register: Int32Array, other: Int32Array): void {
  register[0] = register[0]! ^ other[0]!;
  register[1] = register[1]! ^ other[1]!;
}

/** Rotates left by 1 to 31 bits. */
function rotate(register: Int32Array, bits: number): void {
  const low = register[0]!;
  const high = register[1]!;
  register[0] = (low << bits) | (high >>> (32 - bits));
  register[1] = (high << bits) | (low >>> (32 - bits));
}

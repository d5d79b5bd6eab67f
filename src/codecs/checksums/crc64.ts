/** CRC-64 as xz uses it (ECMA-182, reflected polynomial 0xC96C5795D7870F42), in two halves of 32 bits. */

const POLYNOMIAL_LOW = 0xd7870f42;
const POLYNOMIAL_HIGH = 0xc96c5795;

/** What each byte contributes: the low half, and the high half 256 places further on. */
const TABLE = /* @__PURE__ */ table();

function table(): Int32Array {
  const halves = new Int32Array(512);
  for (let byte = 0; byte < 256; byte++) {
    let low = byte;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const carry = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (carry === 0) continue;
      low ^= POLYNOMIAL_LOW;
      high ^= POLYNOMIAL_HIGH;
    }
    halves[byte] = low;
    halves[256 + byte] = high;
  }
  return halves;
}

/** The CRC-64 of `bytes`, as its eight bytes in little-endian order. */
export function crc64(bytes: Uint8Array): Uint8Array {
  let low = -1;
  let high = -1;
  for (let i = 0; i < bytes.length; i++) {
    const slot = (low ^ bytes[i]!) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ TABLE[slot]!;
    high = (high >>> 8) ^ TABLE[256 + slot]!;
  }
  const view = new DataView(new ArrayBuffer(8));
  view.setInt32(0, ~low, true);
  view.setInt32(4, ~high, true);
  return new Uint8Array(view.buffer);
}

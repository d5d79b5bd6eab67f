/**
 * CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), eight bytes a step: table `t` holds what a byte contributes
 * when `t` more bytes follow it in the step.
 */
const TABLES = /* @__PURE__ */ crcTables(0x82f63b78);

/** The CRC-32C of `bytes` as an unsigned number. */
export const crc32c = (bytes: Uint8Array): number => crcOf(bytes, TABLES);

/** Tables of a reflected 32-bit CRC for steps of eight bytes, one after another. */
export function crcTables(polynomial: number): Uint32Array {
  const tables = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    tables[byte] = crc;
  }
  for (let i = 256; i < tables.length; i++) {
    const shorter = tables[i - 256]!;
    tables[i] = (shorter >>> 8) ^ tables[shorter & 0xff]!;
  }
  return tables;
}

/** The CRC of `bytes` by tables that `crcTables` made; begins and ends with all bits inverted. */
export function crcOf(bytes: Uint8Array, tables: Uint32Array): number {
  const { length } = bytes;
  const stepsEnd = length - (length % 8);
  let crc = -1;
  let i = 0;
  for (; i < stepsEnd; i += 8) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc =
      tables[1792 + (crc & 0xff)]! ^
      tables[1536 + ((crc >>> 8) & 0xff)]! ^
      tables[1280 + ((crc >>> 16) & 0xff)]! ^
      tables[1024 + (crc >>> 24)]! ^
      tables[768 + bytes[i + 4]!]! ^
      tables[512 + bytes[i + 5]!]! ^
      tables[256 + bytes[i + 6]!]! ^
      tables[bytes[i + 7]!]!;
  }
  for (; i < length; i++) crc = tables[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

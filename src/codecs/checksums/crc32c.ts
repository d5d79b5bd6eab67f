/**
 * CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), eight bytes a step, or sixteen where there are many: table `t` holds
 * what a byte contributes when `t` more bytes follow it in the step.
 */
const TABLES = /* @__PURE__ */ crcTables(0x82f63b78);

/** The CRC-32C of `bytes` as an unsigned number. */
export const crc32c = (bytes: Uint8Array): number => crcOf(bytes, TABLES);

/** Tables of a reflected 32-bit CRC for steps of sixteen bytes, one after another. */
export function crcTables(polynomial: number): Uint32Array {
  const tables = new Uint32Array(16 * 256);
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

/** From so many bytes on, steps of sixteen are worth making a view of them as words. */
const MANY = 512;
const IS_LITTLE_ENDIAN = /* @__PURE__ */ new Uint8Array(/* @__PURE__ */ Uint16Array.of(1).buffer)[0] === 1;

/** The CRC of `bytes` by tables that `crcTables` made; begins and ends with all bits inverted. */
export function crcOf(bytes: Uint8Array, tables: Uint32Array): number {
  const { length, buffer, byteOffset } = bytes;
  if (length < MANY || !IS_LITTLE_ENDIAN) return ~crcOfBytes(bytes, 0, length, -1, tables) >>> 0;
  const start = -byteOffset & 3;
  const wordCount = ((length - start) >>> 4) * 4;
  const words = new Uint32Array(buffer, byteOffset + start, wordCount);
  let crc = crcOfBytes(bytes, 0, start, -1, tables);
  crc = crcOfWords(words, crc, tables);
  return ~crcOfBytes(bytes, start + 4 * wordCount, length, crc, tables) >>> 0;
}

/** The remainder after words, a multiple of four. */
function crcOfWords(words: Uint32Array, crc: number, tables: Uint32Array): number {
  const { length } = words;
  for (let i = 0; i < length; i += 4) {
    const first = words[i]! ^ crc;
    const second = words[i + 1]!;
    const third = words[i + 2]!;
    const fourth = words[i + 3]!;
    crc =
      tables[3840 + (first & 0xff)]! ^
      tables[3584 + ((first >>> 8) & 0xff)]! ^
      tables[3328 + ((first >>> 16) & 0xff)]! ^
      tables[3072 + (first >>> 24)]! ^
      tables[2816 + (second & 0xff)]! ^
      tables[2560 + ((second >>> 8) & 0xff)]! ^
      tables[2304 + ((second >>> 16) & 0xff)]! ^
      tables[2048 + (second >>> 24)]! ^
      tables[1792 + (third & 0xff)]! ^
      tables[1536 + ((third >>> 8) & 0xff)]! ^
      tables[1280 + ((third >>> 16) & 0xff)]! ^
      tables[1024 + (third >>> 24)]! ^
      tables[768 + (fourth & 0xff)]! ^
      tables[512 + ((fourth >>> 8) & 0xff)]! ^
      tables[256 + ((fourth >>> 16) & 0xff)]! ^
      tables[fourth >>> 24]!;
  }
  return crc;
}

/** The remainder after bytes `start` to `end`. */
function crcOfBytes(bytes: Uint8Array, start: number, end: number, crc: number, tables: Uint32Array): number {
  const stepsEnd = end - ((end - start) & 7);
  let i = start;
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
  for (; i < end; i++) crc = tables[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return crc;
}

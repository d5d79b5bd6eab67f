/** CRC-32 as bzip2 uses it: the polynomial of gzip's, the highest bit first. */

const POLYNOMIAL = 0x04c11db7;

const TABLE = /* @__PURE__ */ tableOf(POLYNOMIAL);

function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ polynomial : crc << 1;
    return crc;
  });
}

/** The CRC-32 of the bytes from `start` to `end` as an unsigned number. */
export function crc32Bzip2(bytes: Uint8Array, start: number, end: number): number {
  let crc = -1;
  for (let i = start; i < end; i++) crc = (crc << 8) ^ TABLE[(crc >>> 24) ^ bytes[i]!]!;
  return ~crc >>> 0;
}

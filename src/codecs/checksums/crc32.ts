/** CRC-32 as gzip and zip use it (reflected polynomial 0xEDB88320). */
import { crcOf, crcTables } from './crc32c.js';

const TABLES = /* @__PURE__ */ crcTables(0xedb88320);

/** The CRC-32 of `bytes` as an unsigned number. */
export const crc32 = (bytes: Uint8Array): number => crcOf(bytes, TABLES);

/** CRC-32 and CRC-32C of bytes wherever they begin and however many they are. */
import { expect, test } from 'vitest';
import { crc32 } from '../../src/codecs/checksums/crc32.js';
import { crc32c } from '../../src/codecs/checksums/crc32c.js';

/** Bit by bit, as the definition has it. */
function definition(bytes: Uint8Array, polynomial: number): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  }
  return ~crc >>> 0;
}

test('the checks of the catalogue', () => {
  const digits = new TextEncoder().encode('123456789');
  expect(crc32(digits)).toBe(0xcbf43926);
  expect(crc32c(digits)).toBe(0xe3069283);
});

test.each([0, 1, 2, 3, 5, 8])('from byte %i of a buffer', (start) => {
  const buffer = Uint8Array.from({ length: 1200 }, (_, i) => (i * i * 31) >>> 3);
  for (const length of [0, 1, 7, 8, 9, 16, 100, 510, 511, 512, 513, 527, 528, 529, 530, 531, 543, 1000]) {
    const bytes = buffer.subarray(start, start + length);
    expect([length, crc32(bytes)]).toEqual([length, definition(bytes, 0xedb88320)]);
    expect([length, crc32c(bytes)]).toEqual([length, definition(bytes, 0x82f63b78)]);
  }
});

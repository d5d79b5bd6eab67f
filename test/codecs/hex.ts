import { expect } from 'vitest';

/** Bytes from hexadecimal digits; blanks do not count. */
export const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** `bytes` as hexadecimal digits. */
export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Expects the same bytes; fast also for many. */
export function expectBytes(found: unknown, expected: Uint8Array): void {
  expect(found).toBeInstanceOf(Uint8Array);
  if (Buffer.compare(found as Uint8Array, expected) !== 0) expect(found).toEqual(expected);
}

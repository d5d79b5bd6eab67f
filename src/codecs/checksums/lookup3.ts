/** Bob Jenkins' lookup3, as HDF5 has it ("hashlittle"): a hash of 32 bits. http://burtleburtle.net/bob/c/lookup3.c */

const START = 0xdeadbeef;
const BLOCK_BYTES = 12;

/** The hash of `bytes`, seeded with `initval`, as an unsigned number. */
export function lookup3(bytes: Uint8Array, initval: number): number {
  let a = (START + bytes.length + initval) | 0;
  let b = a;
  let c = a;
  let at = 0;
  // The last block, even if it is a whole one, is mixed differently.
  for (; bytes.length - at > BLOCK_BYTES; at += BLOCK_BYTES) {
    a = (a + wordAt(bytes, at)) | 0;
    b = (b + wordAt(bytes, at + 4)) | 0;
    c = (c + wordAt(bytes, at + 8)) | 0;
    a = ((a - c) | 0) ^ turned(c, 4);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ turned(a, 6);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ turned(b, 8);
    b = (b + a) | 0;
    a = ((a - c) | 0) ^ turned(c, 16);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ turned(a, 19);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ turned(b, 4);
    b = (b + a) | 0;
  }
  if (at === bytes.length) return c >>> 0;
  a = (a + wordAt(bytes, at)) | 0;
  b = (b + wordAt(bytes, at + 4)) | 0;
  c = (c + wordAt(bytes, at + 8)) | 0;
  c = ((c ^ b) - turned(b, 14)) | 0;
  a = ((a ^ c) - turned(c, 11)) | 0;
  b = ((b ^ a) - turned(a, 25)) | 0;
  c = ((c ^ b) - turned(b, 16)) | 0;
  a = ((a ^ c) - turned(c, 4)) | 0;
  b = ((b ^ a) - turned(a, 14)) | 0;
  c = ((c ^ b) - turned(b, 24)) | 0;
  return c >>> 0;
}

/** Four bytes, little-endian; zeros beyond the end. */
const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);

const turned = (word: number, count: number): number => (word << count) | (word >>> (32 - count));

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xxhash64, xxhash64Low32 } from '../../src/kernels/xxhash64.js';

const text = (value: string) => new TextEncoder().encode(value);

/** The definition of XXH64, word for word, in BigInt. */
function plainXxhash64(bytes: Uint8Array): bigint {
  const [p1, p2, p3, p4, p5] = [
    0x9e3779b185ebca87n,
    0xc2b2ae3d27d4eb4fn,
    0x165667b19e3779f9n,
    0x85ebca77c2b2ae63n,
    0x27d4eb2f165667c5n,
  ];
  const wrap = (value: bigint) => BigInt.asUintN(64, value);
  const rotate = (value: bigint, bits: bigint) => wrap((value << bits) | (wrap(value) >> (64n - bits)));
  const round = (lane: bigint, input: bigint) => wrap(rotate(wrap(lane + input * p2), 31n) * p1);
  const word = (at: number, size: number) => {
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i]!);
    return value;
  };
  let at = 0;
  let hash = p5;
  if (bytes.length >= 32) {
    const lanes = [wrap(p1 + p2), p2, 0n, wrap(-p1)];
    for (; at + 32 <= bytes.length; at += 32) {
      for (let lane = 0; lane < 4; lane++) lanes[lane] = round(lanes[lane]!, word(at + 8 * lane, 8));
    }
    hash = wrap(rotate(lanes[0]!, 1n) + rotate(lanes[1]!, 7n) + rotate(lanes[2]!, 12n) + rotate(lanes[3]!, 18n));
    for (const lane of lanes) hash = wrap((hash ^ round(0n, lane)) * p1 + p4);
  }
  hash = wrap(hash + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8) hash = wrap(rotate(hash ^ round(0n, word(at, 8)), 27n) * p1 + p4);
  if (at + 4 <= bytes.length) {
    hash = wrap(rotate(hash ^ wrap(word(at, 4) * p1), 23n) * p2 + p3);
    at += 4;
  }
  for (; at < bytes.length; at++) hash = wrap(rotate(hash ^ wrap(word(at, 1) * p5), 11n) * p1);
  hash = wrap((hash ^ (hash >> 33n)) * p2);
  hash = wrap((hash ^ (hash >> 29n)) * p3);
  return hash ^ (hash >> 32n);
}

describe('xxhash64', () => {
  it('has the published values', () => {
    expect(xxhash64(text(''))).toBe(0xef46db3751d8e999n);
    expect(xxhash64(text('a'))).toBe(0xd24ec4f1a98c6e5bn);
    expect(xxhash64(text('abc'))).toBe(0x44bc2cf5ad770999n);
  });

  it('has as low half what a zstd frame stores', () => {
    expect(xxhash64Low32(text(''))).toBe(0x51d8e999);
    expect(xxhash64Low32(text('abc'))).toBe(0xad770999);
  });

  it('follows the definition for every length around a stripe, with all bits set', () => {
    for (let length = 0; length <= 100; length++) {
      const bytes = new Uint8Array(length).fill(0xff);
      expect(xxhash64(bytes)).toBe(plainXxhash64(bytes));
    }
  });

  it('follows the definition for any bytes at any offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(9), (bytes, offset) => {
        const padded = new Uint8Array(bytes.length + offset);
        padded.set(bytes, offset);
        expect(xxhash64(padded.subarray(offset))).toBe(plainXxhash64(bytes));
      }),
      { numRuns: 300 },
    );
  });
});

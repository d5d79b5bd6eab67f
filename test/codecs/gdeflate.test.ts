/** zarrs.gdeflate: pages, levels, names, and lengths that lie. What others wrote is in `fixtures/`. */
import { describe, expect, test } from 'vitest';
import type { Compressor } from '../../src/codecs/codec.js';
import { codecFromJson, codecToV2 } from '../../src/codecs/registry.js';
import { GDeflateCodec } from '../../src/codecs.js';
import { ArgumentError, CodecError, LimitError, MetadataValidationError } from '../../src/errors.js';
import { fromPlain } from '../../src/json/convert.js';
import { expectBytes } from './hex.js';

const gdeflate = (level: number): Compressor => new GDeflateCodec({ level }).bind() as Compressor;
/** Numbers that grow, or noise. */
function sample(size: number, isNoise: boolean): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: size }, (_, i) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return isNoise ? state >>> 24 : (i >>> 2) * (i & 3);
  });
}

describe('round trips', () => {
  test.each([0, 1, 6, 12])('level %i', (level) => {
    const bound = gdeflate(level);
    for (const size of [0, 1, 2, 31, 32, 33, 1000, 65535, 65536, 65537, 140000]) {
      for (const isNoise of [true, false]) {
        const bytes = sample(size, isNoise);
        const encoded = bound.encode(bytes) as Uint8Array;
        expectBytes(bound.decode(encoded, size, size), bytes);
        expect(encoded.length).toBeLessThanOrEqual(bound.bound(size)!);
        if (size > 1000 && level > 0 && !isNoise) expect(encoded.length).toBeLessThan(size / 3);
      }
    }
  });

  test('one run as long as a page', () => {
    const bytes = new Uint8Array(65536).fill(7);
    const encoded = gdeflate(6).encode(bytes) as Uint8Array;
    expect(encoded.length).toBeLessThan(300);
    expectBytes(gdeflate(0).decode(encoded, 65536, 65536), bytes);
  });
});

test('names and levels', () => {
  for (const name of ['zarrs.gdeflate', 'gdeflate', 'https://codec.zarrs.dev/bytes_to_bytes/gdeflate']) {
    const codec = codecFromJson(fromPlain({ name, configuration: { level: 9 } }));
    expect(codec.toJSON()).toEqual({ name: 'zarrs.gdeflate', configuration: { level: 9 } });
    expect(codec.toString()).toBe('GDeflateCodec(level=9)');
    expect(() => codecToV2(codec)).toThrow(MetadataValidationError);
  }
  expect(() => new GDeflateCodec({ level: 13 })).toThrow(ArgumentError);
  expect(() => new GDeflateCodec({ level: -1 })).toThrow(ArgumentError);
});

describe('bytes that are not what they should be', () => {
  test('lengths that lie', () => {
    const bytes = sample(70000, false);
    const encoded = gdeflate(6).encode(bytes) as Uint8Array;
    const changed = (at: number, number: bigint): Uint8Array => {
      const copy = encoded.slice();
      new DataView(copy.buffer).setBigUint64(at, number, true);
      return copy;
    };
    for (const [at, number] of [
      [0, 69999n],
      [0, 2n ** 63n],
      [8, 1n],
      [8, 2n ** 40n],
      [16, 3n],
      [16, 2n ** 62n],
    ] as const) {
      expect(() => gdeflate(6).decode(changed(at, number), 70000, 70000), `${at} ${number}`).toThrow(CodecError);
    }
    expect(() => gdeflate(6).decode(encoded, undefined, 69999)).toThrow(LimitError);
    // A table of so many pages, and no page: no memory is taken for them.
    const empty = new Uint8Array(16 + 8 * 2 ** 14);
    new DataView(empty.buffer).setBigUint64(0, 2n ** 30n, true);
    new DataView(empty.buffer).setBigUint64(8, 2n ** 14n, true);
    expect(() => gdeflate(6).decode(empty, undefined, 2 ** 31)).toThrow(/no room for 16384 pages/);
    expect(() => gdeflate(6).decode(Uint8Array.from([...encoded, 0]), 70000, 70000)).toThrow(/bytes after the last/);
  });

  test('bytes at random', () => {
    const encoded = gdeflate(6).encode(sample(3000, false)) as Uint8Array;
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 2000; round++) {
      const damaged = encoded.slice();
      for (let change = random(3); change >= 0; change--) damaged[24 + random(encoded.length - 24)] = random(256);
      try {
        expect((gdeflate(6).decode(damaged, 3000, 3000) as Uint8Array).length).toBe(3000);
      } catch (error) {
        expect(error).toBeInstanceOf(CodecError);
      }
    }
  });
});

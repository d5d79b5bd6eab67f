/** bz2: levels, blocks, sorting, and damage that checksums find. What others wrote is in `fixtures/`. */
import { describe, expect, test } from 'vitest';
import type { ChunkSpec, Compressor } from '../../src/codecs/codec.js';
import { burrowsWheeler } from '../../src/codecs/compressors/burrows-wheeler.js';
import { canonicalWords, wordLengths } from '../../src/codecs/compressors/prefix-lengths.js';
import { codecFromJson } from '../../src/codecs/registry.js';
import { numcodecs } from '../../src/codecs.js';
import { UInt8 } from '../../src/dtypes/integers.js';
import { ArgumentError, ChecksumError, CodecError, LimitError } from '../../src/errors.js';
import { fromPlain } from '../../src/json/convert.js';
import { expectBytes } from './hex.js';

const dtype = new UInt8();
const spec: ChunkSpec = { shape: [1], dtype, fillValue: dtype.defaultFillValue() };
const bz2 = (level: number): Compressor => new numcodecs.BZ2({ level }).bind() as Compressor;
const text = new TextEncoder().encode('It was the best of times, it was the worst of times, '.repeat(40));

describe('round trips', () => {
  test.each([1, 5, 9])('level %i', (level) => {
    const bound = bz2(level);
    const inputs = {
      text,
      'a run of every length to 300': runsOf(300),
      'two blocks of level 1': Uint8Array.from({ length: 150_000 }, (_, i) => (i * i * 7) >>> 5),
      'a period that fits': Uint8Array.from({ length: 3000 }, (_, i) => i % 3),
      'a period that does not': Uint8Array.from({ length: 3001 }, (_, i) => i % 3),
      'all bytes': Uint8Array.from({ length: 256 }, (_, i) => i),
    };
    for (const [what, bytes] of Object.entries(inputs)) {
      const encoded = bound.encode(bytes) as Uint8Array;
      expect(encoded[3], what).toBe(0x30 + level);
      expectBytes(bound.decode(encoded, bytes.length, bytes.length), bytes);
    }
  });

  test('levels that there are', () => {
    expect(new numcodecs.BZ2().level).toBe(1);
    for (const level of [0, 10, 1.5]) expect(() => new numcodecs.BZ2({ level })).toThrow(ArgumentError);
    expect(bz2(3).bound(0)).toBeGreaterThan(14);
    expect(new numcodecs.BZ2().bind().kind).toBe('compressor');
    expect(new numcodecs.BZ2().resolve(spec)).toBeInstanceOf(numcodecs.BZ2);
  });
});

test('the name that early versions of zarrs gave it', () => {
  const name = 'https://codec.zarrs.dev/bytes_to_bytes/bz2';
  expect(codecFromJson(fromPlain({ name, configuration: { level: 4 } }))).toEqual(new numcodecs.BZ2({ level: 4 }));
});

/** A run of each length. */
function runsOf(longest: number): Uint8Array {
  const bytes: number[] = [];
  for (let length = 1; length <= longest; length++) for (let i = 0; i < length; i++) bytes.push(length & 0xff);
  return Uint8Array.from(bytes);
}

describe('damage', () => {
  test('is found by the checksums of blocks and of all', () => {
    const bound = bz2(1);
    const encoded = bound.encode(text) as Uint8Array;
    const changed = (at: number): Uint8Array => encoded.map((byte, i) => (i === at ? byte ^ 8 : byte));
    expect(() => bound.decode(changed(10), text.length, text.length)).toThrow(ChecksumError);
    expect(() => bound.decode(changed(encoded.length - 3), text.length, text.length)).toThrow(ChecksumError);
    expect(() => bound.decode(changed(0), text.length, text.length)).toThrow('numcodecs.bz2: not a bzip2 stream');
  });

  test('more than is expected stops at once', () => {
    const bound = bz2(9);
    const bomb = bound.encode(new Uint8Array(2 ** 22)) as Uint8Array;
    expect(bomb.length).toBeLessThan(100);
    expect(() => bound.decode(bomb, 16, 16)).toThrow(CodecError);
    expect(() => bound.decode(bomb, undefined, 16)).toThrow(LimitError);
  });

  test('what follows the end', () => {
    const bound = bz2(1);
    const encoded = bound.encode(text) as Uint8Array;
    expectBytes(bound.decode(Uint8Array.from([...encoded, 0, 0]), text.length, text.length), text);
    expect(() => bound.decode(Uint8Array.from([...encoded, 1]), text.length, text.length)).toThrow(CodecError);
    expect(() => bound.decode(new Uint8Array(0), 0, 0)).toThrow(CodecError);
  });
});

describe('parts', () => {
  test('rotations are sorted as they are by comparing them', () => {
    for (const block of [text.subarray(0, 200), runsOf(12), Uint8Array.from([5]), Uint8Array.from([1, 2, 1, 2, 1])]) {
      const rotations = Array.from(block, (_, i) => [...block.subarray(i), ...block.subarray(0, i)]);
      const sorted = rotations.map((rotation) => String.fromCharCode(...rotation)).sort();
      const { last, origin } = burrowsWheeler(block);
      expect(String.fromCharCode(...last)).toBe(sorted.map((rotation) => rotation.at(-1)).join(''));
      expect(sorted[origin]).toBe(String.fromCharCode(...block));
    }
  });

  test('word lengths make a whole code, and keep to the longest', () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 30) fibonacci.push(fibonacci.at(-1)! + fibonacci.at(-2)!);
    for (const longest of [5, 7, 15, 29]) {
      const lengths = wordLengths(fibonacci, longest);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(longest);
      expect(lengths.reduce((sum, length) => sum + 2 ** -length, 0)).toBe(1);
    }
    expect([...wordLengths([0, 3, 0], 15)]).toEqual([0, 1, 0]);
    expect([...wordLengths([5, 0, 1, 1], 15)]).toEqual([1, 0, 2, 2]);
    expect([...canonicalWords(Uint8Array.of(2, 1, 0, 2))]).toEqual([2, 0, 0, 3]);
  });
});

/** The compiled zstd decoder against its twin: the same bytes, or the same error. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ZstdCodec } from '../../src/codecs/compressors/zstd.js';
import { zstdDecode, zstdDecodeLent, zstdDecodeTwin } from '../../src/codecs/compressors/zstd-frame.js';
import { kernels } from '../../src/kernels/kernels.js';
import { zstdEncodeTwin } from '../../src/kernels/twins/zstd-encode.js';
import { xxhash64Low32 } from '../../src/kernels/xxhash64.js';
import { ZstdDecoder } from '../../src/kernels/zstd-decode.js';
import { buildKernelsIfNeeded } from './compiled.js';
import { noise } from './contents.js';

beforeAll(() => {
  buildKernelsIfNeeded();
  expect(kernels()).toBeDefined();
});

/** Bytes with repeats near and far, of few symbols or of many. */
const contents = fc
  .record({
    length: fc.oneof(fc.nat(300), fc.nat(70_000), fc.integer({ min: 131_000, max: 300_000 })),
    symbols: fc.integer({ min: 1, max: 256 }),
    period: fc.integer({ min: 1, max: 40_000 }),
    changes: fc.double({ min: 0, max: 0.5, noNaN: true }),
    seed: fc.nat(),
  })
  .map(({ length, symbols, period, changes, seed }) => {
    let state = seed >>> 0;
    const next = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 8) / 2 ** 24;
    };
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      bytes[i] = i < period || next() < changes ? Math.floor(next() * next() * symbols) : bytes[i - period]!;
    }
    return bytes;
  });

const levels = fc.constantFrom(-5, 1, 3);

function outcome(decode: () => Uint8Array): unknown {
  try {
    return decode();
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

describe('the compiled decoder', () => {
  it('decodes what was encoded', () => {
    fc.assert(
      fc.property(contents, levels, fc.boolean(), (bytes, level, checksum) => {
        const encoded = zstdEncodeTwin(bytes, { level, checksum });
        const decoded = zstdDecode(encoded, bytes.length);
        expect(Buffer.compare(decoded, bytes)).toBe(0);
        expect(decoded.buffer.byteLength).toBe(decoded.length);
      }),
      { numRuns: 150 },
    );
  });

  it('does so itself, without its twin', () => {
    const bytes = new TextEncoder().encode('some text, and some more text; '.repeat(40));
    const encoded = zstdEncodeTwin(bytes, { level: 3, checksum: false });
    const decoder = ZstdDecoder.for(encoded, bytes.length)!;
    // Behind the magic number, the descriptor and two bytes of size.
    expect(decoder.decodeBlocks(7, encoded.length, 0)).toBe(bytes.length);
    expect(decoder.view(0, bytes.length)).toEqual(bytes);
  });

  it('gives of damaged frames what its twin gives', () => {
    fc.assert(
      fc.property(
        contents.filter(({ length }) => length < 70_000),
        levels,
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        fc.double({ min: 0, max: 1.5, noNaN: true }),
        (bytes, level, flips, cut) => {
          const encoded = zstdEncodeTwin(bytes, { level, checksum: false });
          for (const [place, flip] of flips) encoded[Math.floor(place * (encoded.length - 1))]! ^= flip;
          const source = encoded.subarray(0, Math.min(encoded.length, Math.ceil(cut * encoded.length)));
          expect(outcome(() => zstdDecode(source, bytes.length))).toEqual(
            outcome(() => zstdDecodeTwin(source, bytes.length)),
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  it('makes no more than it may', () => {
    const bytes = new Uint8Array(5000).map((_, i) => (i * i) % 7);
    const encoded = zstdEncodeTwin(bytes, { level: 1, checksum: false });
    expect(() => zstdDecode(encoded, 4999)).toThrow();
    const decoder = ZstdDecoder.for(encoded, 4999)!;
    expect(decoder.decodeBlocks(7, encoded.length, 0)).toBeLessThan(0);
  });

  it('decodes frames one after another', () => {
    const parts = ['one ', 'two two two two two two two two ', ''].map((text) => new TextEncoder().encode(text));
    const frames = parts.map((part) => zstdEncodeTwin(part, { level: 1, checksum: true }));
    const source = Uint8Array.from(frames.flatMap((frame) => [...frame]));
    expect(new TextDecoder().decode(zstdDecode(source, 100))).toBe('one two two two two two two two two ');
  });

  it('gives what its twin gives of small frames with any byte changed, and of any beginning of them', () => {
    const text = new TextEncoder().encode(
      Array.from({ length: 60 }, (_, i) => `row ${i}: ${(i * 7919) % 97}`).join('\n'),
    );
    const numbers = Uint8Array.from(
      Int32Array.from({ length: 300 }, (_, i) => i * i),
      (number) => number,
    );
    for (const bytes of [text, numbers, new Uint8Array(500).fill(3)]) {
      for (const checksum of [false, true]) {
        const encoded = zstdEncodeTwin(bytes, { level: 3, checksum });
        for (let at = 0; at < encoded.length; at++) {
          for (const flip of [1, 128]) {
            const damaged = encoded.slice();
            damaged[at]! ^= flip;
            expectSame(damaged, bytes.length);
          }
          expectSame(encoded.subarray(0, at), bytes.length);
        }
      }
    }
  });

  it('repeats from every near distance, with literals of every length before', () => {
    for (let offset = 1; offset <= 40; offset++) {
      for (const literals of [1, 2, 7, 8, 15, 16, 17, 31, 40]) {
        const bytes: number[] = Array.from({ length: 64 }, (_, i) => (i * 37 + offset) & 255);
        for (let round = 0; round < 12; round++) {
          for (let i = 0; i < literals; i++) bytes.push((round * 89 + i * 53 + literals) & 255);
          for (let i = 0; i < 4 + 3 * round; i++) bytes.push(bytes[bytes.length - offset]!);
        }
        const content = Uint8Array.from(bytes);
        for (const level of [1, 3]) {
          const encoded = zstdEncodeTwin(content, { level, checksum: false });
          expect(Buffer.compare(zstdDecodeLent(encoded, content.length)!, content)).toBe(0);
        }
      }
    }
  });

  it('reads values that have more bits than a word', () => {
    const next = noise(5);
    const content = new Uint8Array(2 ** 21);
    const half = 2 ** 20;
    for (let i = 0; i < half; i++) content[i] = 256 * next();
    // A few sequences among many are long ones that reach far back, so that the states they are in are told by many bits too.
    for (let at = half; at < content.length; ) {
      const isLong = next() < 0.005;
      const literals = isLong ? 9000 : 1 + 3 * next();
      const length = isLong ? 9000 : 5 + 15 * next();
      const distance = isLong ? half : 100 + Math.floor(100 * next());
      for (const end = Math.min(at + literals, content.length); at < end; at++) content[at] = 256 * next();
      for (const end = Math.min(at + length, content.length); at < end; at++) content[at] = content[at - distance]!;
    }
    for (const level of [1, 3]) {
      const encoded = zstdEncodeTwin(content, { level, checksum: false });
      expect(Buffer.compare(zstdDecodeLent(encoded, content.length)!, content)).toBe(0);
    }
  });

  it('reads literals by short codes and by long ones, few and many', () => {
    const kinds: readonly ((i: number, random: number) => number)[] = [
      (_, random) => 2 * random,
      (_, random) => 3 * random ** 4,
      (_, random) => 30 * random ** 3,
      (_, random) => 128 * random,
      (_, random) => 256 * random ** 12,
      // Of the longest codes some in a row.
      (i, random) => (i % 32 < 24 ? 3 : 256) * random,
    ];
    for (const length of [20, 255, 256, 257, 270, 1000, 1023, 1024, 5000, 40_000]) {
      for (const kind of kinds) {
        const next = noise(length);
        const content = Uint8Array.from({ length }, (_, i) => kind(i, next()));
        // So fast that few matches are found.
        const encoded = zstdEncodeTwin(content, { level: -100, checksum: false });
        expect(Buffer.compare(zstdDecodeLent(encoded, content.length)!, content)).toBe(0);
      }
    }
  });

  it('computes the checksum of every length as the plain one does', () => {
    const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * i * 31) & 255);
    for (let length = 0; length <= bytes.length; length++) {
      const encoded = zstdEncodeTwin(bytes.subarray(0, length), { level: 3, checksum: true });
      const decoder = ZstdDecoder.for(encoded, length)!;
      decoder.decodeBlocks(length < 256 ? 6 : 7, encoded.length - 4, 0);
      expect(decoder.checksum(0, length)).toBe(xxhash64Low32(bytes.subarray(0, length)));
    }
  });
});

describe('bytes that are lent', () => {
  const bytes = new TextEncoder().encode('some text, and some more text; '.repeat(40));
  const codec = new ZstdCodec({ level: 3, checksum: true }).bind();
  const encoded = codec.encode(bytes) as Uint8Array; // Both directions of this codec answer at once.

  it('are what is decoded, in the memory of the kernels', () => {
    const lent = codec.decodeLent!(encoded, bytes.length, bytes.length)!;
    expect(lent).toEqual(bytes);
    expect(lent.buffer).toBe(kernels()!.memory.buffer);
  });

  it('are none where something is wrong', () => {
    const damaged = encoded.slice();
    damaged[damaged.length - 1]! ^= 1;
    expect(codec.decodeLent!(damaged, bytes.length, bytes.length)).toBeUndefined();
    expect(codec.decodeLent!(encoded, bytes.length - 1, bytes.length)).toBeUndefined();
    expect(codec.decodeLent!(encoded, bytes.length + 1, bytes.length + 1)).toBeUndefined();
    expect(codec.decodeLent!(encoded.subarray(0, 20), bytes.length, bytes.length)).toBeUndefined();
    expect(() => codec.decode(damaged, bytes.length, bytes.length)).toThrow('checksum');
  });
});

function expectSame(source: Uint8Array, size: number): void {
  expect(outcome(() => zstdDecode(source, size))).toEqual(outcome(() => zstdDecodeTwin(source, size)));
}

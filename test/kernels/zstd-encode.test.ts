import fc from 'fast-check';
import { decompress } from 'fzstd';
import { beforeAll, describe, expect, it } from 'vitest';
import { kernels } from '../../src/kernels/kernels.js';
import { zstdEncodeTwin } from '../../src/kernels/twins/zstd-encode.js';
import { xxhash64Low32 } from '../../src/kernels/xxhash64.js';
import { zstdEncode } from '../../src/kernels/zstd-encode.js';
import { SEGMENT_BYTES, type ZstdOptions } from '../../src/kernels/zstd-frame.js';
import { buildKernelsIfNeeded } from './compiled.js';

const BLOCK_BYTES = 128 * 1024;
const LEVELS = [-131072, -5, -1, 0, 1, 2, 3, 9, 22];
const PLAIN: ZstdOptions = { level: 3, checksum: false };

/** Small numbers without a pattern, the same in every run. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 8) / 2 ** 24;
  };
}

function bytesOf(values: { readonly buffer: ArrayBufferLike }, length: number): Uint8Array {
  return new Uint8Array(values.buffer).slice(0, length);
}

/** One maker of bytes for each kind of data that chunks hold. */
const KINDS: Record<string, (length: number) => Uint8Array> = {
  noise: (length) => {
    const next = noise(length);
    return Uint8Array.from({ length }, () => next() * 256);
  },
  constant: (length) => new Uint8Array(length).fill(7),
  'almost constant': (length) => new Uint8Array(length).fill(3, 0, Math.max(0, length - 1)),
  text: (length) => {
    const lines = Array.from({ length: length / 8 + 1 }, (_, i) => `row ${i}: ${(i * 7919) % 1000}\n`).join('');
    return new TextEncoder().encode(lines).slice(0, length);
  },
  'period of 3': (length) => Uint8Array.from({ length }, (_, i) => [1, 2, 9][i % 3]!),
  'two symbols': (length) => {
    const next = noise(2);
    return Uint8Array.from({ length }, () => (next() < 0.1 ? 255 : 0));
  },
  'float32 wave': (length) => {
    const wave = Float32Array.from({ length: length / 4 + 1 }, (_, i) => Math.round(Math.sin(i / 50) * 1e4) / 100);
    return bytesOf(wave, length);
  },
  'uint16 noise': (length) => {
    const next = noise(3);
    return bytesOf(
      Uint16Array.from({ length: length / 2 + 1 }, () => 1000 + 60 * next() * next()),
      length,
    );
  },
  'sorted int64': (length) => {
    const next = noise(4);
    let value = 0n;
    const sorted = BigInt64Array.from({ length: length / 8 + 1 }, () => (value += BigInt(Math.floor(next() * 1000))));
    return bytesOf(sorted, length);
  },
  // Each byte is about 1.6 times as frequent as the next, so that Huffman's own lengths exceed what the format allows.
  'very uneven': (length) => {
    const next = noise(5);
    return Uint8Array.from({ length }, () => -Math.log(1 - next()) / Math.log(1.618));
  },
  // Far and near matches of all lengths between runs of literals.
  'copies of itself': (length) => {
    const next = noise(6);
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; ) {
      const run = Math.min(length - i, 1 + Math.floor(next() * (next() < 0.1 ? 5000 : 30)));
      const offset = 1 + Math.floor(next() * next() * i);
      const isCopy = i > 8 && next() < 0.6;
      for (const end = i + run; i < end; i++) bytes[i] = isCopy ? bytes[i - offset]! : next() * 64;
    }
    return bytes;
  },
};

function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  // `toEqual` on megabytes is slow; it is only asked where it has something to tell.
  if (Buffer.compare(actual, expected) !== 0) expect(actual).toEqual(expected);
}

function expectRoundTrip(encode: typeof zstdEncode, bytes: Uint8Array, options: ZstdOptions = PLAIN): Uint8Array {
  const frame = encode(bytes, options);
  expectSame(decompress(frame), bytes);
  return frame;
}

beforeAll(() => {
  buildKernelsIfNeeded();
  expect(kernels()).toBeDefined();
});

describe('the twin of the zstd encoder', () => {
  it.each(Object.entries(KINDS))('makes the same bytes of %s', (_, make) => {
    const lengths = [0, 1, 17, 300, 1000, 5000, 20_000, 70_000, BLOCK_BYTES + 1, 300_000];
    lengths.forEach((length, i) => {
      for (const level of [LEVELS[i % LEVELS.length]!, 1, 2, 3]) {
        const options = { level, checksum: i % 3 === 0 };
        expectSame(zstdEncodeTwin(make(length), options), zstdEncode(make(length), options));
      }
    });
  });
});

describe.each([
  { name: 'compiled', encode: zstdEncode },
  { name: 'plain TypeScript', encode: zstdEncodeTwin },
])('zstd encoding, $name', ({ encode }) => {
  describe.each(Object.entries(KINDS))('of %s', (_, make) => {
    it('gives back every length from 0 to 70', () => {
      for (let length = 0; length <= 70; length++) expectRoundTrip(encode, make(length));
    });

    it('gives back lengths around the limits of sizes and blocks, at every level', () => {
      const limits = [255, 256, 1023, 1024, 4095, 4096, 16384, 65536, 65536 + 256, BLOCK_BYTES];
      const lengths = limits.flatMap((limit) => [limit - 1, limit, limit + 1]);
      lengths.forEach((length, i) => {
        expectRoundTrip(encode, make(length), { level: LEVELS[i % LEVELS.length]!, checksum: i % 2 === 0 });
      });
      for (const level of LEVELS) expectRoundTrip(encode, make(3 * BLOCK_BYTES + 77), { level, checksum: false });
    });
  });

  it('gives back any bytes with any options', () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc.array(fc.constantFrom(0, 0, 0, 1, 200, 255), { maxLength: 3000 }).map((values) => Uint8Array.from(values)),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(100))
        .map(([unit, times]) => Uint8Array.from({ length: unit.length * times }, (__, i) => unit[i % unit.length]!)),
    );
    fc.assert(
      fc.property(anyBytes, fc.integer({ min: -10, max: 22 }), fc.boolean(), (bytes, level, checksum) => {
        expectRoundTrip(encode, bytes, { level, checksum });
      }),
      { numRuns: 300 },
    );
  });

  it('gives back every set of byte values, which is how codes are told', () => {
    // From two values to all, the last one low and high: weights by four bits, by FSE, and not at all.
    const next = noise(9);
    for (let values = 2; values <= 256; values += 3) {
      const low = Uint8Array.from({ length: 2000 }, () => next() * next() * values);
      expectRoundTrip(encode, low);
      expectRoundTrip(
        encode,
        low.map((value) => 255 - value),
      );
    }
  });

  it('gives back more than a segment, with offsets used before it', () => {
    const period = KINDS['noise']!(5000);
    for (const length of [SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 2 * SEGMENT_BYTES + 12345]) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += period.length) bytes.set(period.subarray(0, length - at), at);
      const frame = expectRoundTrip(encode, bytes);
      expect(frame.length).toBeLessThan(length / 100);
    }
  });

  it('tells the size of the content in the header, and a window above 8 MiB', () => {
    const header = (length: number) => [...encode(new Uint8Array(length), PLAIN).subarray(4, 10)];
    expect(header(0)).toEqual([0x20, 0, 1, 0, 0]);
    expect(header(255).slice(0, 2)).toEqual([0x20, 255]);
    expect(header(256).slice(0, 3)).toEqual([0x60, 0, 0]);
    expect(header(65791).slice(0, 3)).toEqual([0x60, 255, 255]);
    expect(header(65792).slice(0, 5)).toEqual([0xa0, 0, 1, 1, 0]);
    expect(header(SEGMENT_BYTES).slice(0, 5)).toEqual([0xa0, 0, 0, 0x80, 0]);
    expect(header(SEGMENT_BYTES + 1)).toEqual([0x80, 0x68, 1, 0, 0x80, 0]);
  });

  it('ends with the checksum of the content when asked to', () => {
    const bytes = KINDS['text']!(1000);
    const frame = encode(bytes, { level: 3, checksum: true });
    const stored = new DataView(frame.buffer).getUint32(frame.length - 4, true);
    expect(stored).toBe(xxhash64Low32(bytes));
    expect(frame[4]! & 4).toBe(4);
    expect(frame.length).toBe(encode(bytes, PLAIN).length + 4);
  });

  it('leaves its input alone, and returns memory that holds nothing else', () => {
    const padded = KINDS['text']!(2010);
    const before = padded.slice();
    const frame = encode(padded.subarray(5, 2005), PLAIN);
    expectSame(decompress(frame), before.subarray(5, 2005));
    expectSame(padded, before);
    expect(frame.buffer.byteLength).toBe(frame.length);
    const copy = frame.slice();
    encode(KINDS['noise']!(2000), PLAIN);
    expectSame(frame, copy);
  });

  it('gives the same bytes for the same content, whatever came before', () => {
    const bytes = KINDS['copies of itself']!(300_000);
    const first = encode(bytes, PLAIN);
    encode(KINDS['float32 wave']!(500_000), PLAIN);
    expectSame(encode(bytes, PLAIN), first);
  });

  it('adds no more than headers to what cannot be made smaller', () => {
    const bytes = KINDS['noise']!(BLOCK_BYTES + 1);
    expect(encode(bytes, PLAIN).length).toBe(bytes.length + 9 + 2 * 3);
  });

  it('makes a few bytes of a constant', () => {
    expect(encode(new Uint8Array(2 ** 20), PLAIN).length).toBe(9 + 8 * 4);
  });

  // The ratios of libzstd 1.5 at level 3 for these very bytes.
  it.each([
    ['sorted int64', 3.932],
    ['uint16 noise', 2.212],
    ['float32 wave', 6.537],
  ])('makes %s hardly larger than libzstd does at level 3', (kind, ratioOfLibzstd) => {
    const ratio = 2 ** 20 / encode(KINDS[kind]!(2 ** 20), PLAIN).length;
    expect(ratio).toBeGreaterThan(0.97 * ratioOfLibzstd);
  });

  it('refuses a level that is no integer', () => {
    expect(() => encode(new Uint8Array(100), { level: Number.NaN, checksum: false })).toThrow(
      'level: expected an integer, got NaN',
    );
  });
});

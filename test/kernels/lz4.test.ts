/** The compiled LZ4 against its twin: the same bytes, or the same error. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  lz4Bound,
  lz4Decode,
  lz4DecodeTwin,
  lz4Encode,
  lz4EncodeTwin,
} from '../../src/codecs/compressors/lz4-block.js';
import { kernels } from '../../src/kernels/kernels.js';
import { lz4DecodeCompiled, lz4EncodeCompiled } from '../../src/kernels/lz4.js';
import { buildKernelsIfNeeded } from './compiled.js';
import { damaged, damages, noise, outcome, repetitiveBytes, runs } from './contents.js';

beforeAll(() => {
  buildKernelsIfNeeded();
  expect(kernels()).toBeDefined();
}, 60_000);

const contents = repetitiveBytes(200_000);

function encoded(bytes: Uint8Array, acceleration = 1): Uint8Array {
  const target = new Uint8Array(lz4Bound(bytes.length));
  return target.slice(0, lz4EncodeTwin(bytes, target, 0, acceleration));
}

function decoded(source: Uint8Array, size: number, decode = lz4Decode): Uint8Array {
  const target = new Uint8Array(size);
  decode(source, target);
  return target;
}

describe('the compiled LZ4', () => {
  it('encodes the bytes that its twin encodes, into the same room', () => {
    fc.assert(
      fc.property(
        contents,
        fc.integer({ min: 1, max: 12 }),
        fc.nat(9),
        fc.nat(3),
        (bytes, acceleration, start, less) => {
          const size = encoded(bytes, acceleration).length;
          const room = start + Math.max(0, less === 0 ? lz4Bound(bytes.length) : size + 1 - less);
          const target = new Uint8Array(room);
          const twinTarget = new Uint8Array(room);
          const end = lz4EncodeTwin(bytes, twinTarget, start, acceleration);
          expect(lz4EncodeCompiled(bytes, target, start, acceleration)).toBe(end);
          expect(end).toBe(less < 2 ? start + size : -1);
          if (end >= 0) expect(Buffer.compare(target, twinTarget)).toBe(0);
        },
      ),
      runs(200),
    );
  });

  it('encodes what its twin encodes where it starts to search in other ways', () => {
    const next = noise(3);
    const bytes = new Uint8Array(65_540).map((_, i) => (i % 3 === 0 ? next() * 20 : i >> 10));
    for (const size of [12, 13, 14, 255, 256, 32_767, 32_768, 65_535, 65_536, 65_537, 65_540]) {
      for (const acceleration of [1, 2, 65_536]) {
        const source = bytes.subarray(0, size);
        const target = new Uint8Array(lz4Bound(size));
        const end = lz4EncodeCompiled(source, target, 0, acceleration)!;
        expect(Buffer.compare(target.subarray(0, end), encoded(source, acceleration))).toBe(0);
        expect(Buffer.compare(decoded(target.subarray(0, end), size, lz4DecodeTwin), source)).toBe(0);
      }
    }
  });

  it('decodes what was encoded, without its twin', () => {
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 12 }), (bytes, acceleration) => {
        const target = new Uint8Array(bytes.length);
        expect(lz4DecodeCompiled(encoded(bytes, acceleration), target)).toBe(true);
        expect(Buffer.compare(target, bytes)).toBe(0);
      }),
      runs(200),
    );
  });

  it('gives of damaged blocks what its twin gives', () => {
    fc.assert(
      fc.property(repetitiveBytes(3000), damages, fc.integer({ min: -2, max: 2 }), (bytes, damage, more) => {
        const source = damaged(encoded(bytes), damage);
        const size = Math.max(0, bytes.length + more);
        expect(outcome(() => decoded(source, size))).toEqual(outcome(() => decoded(source, size, lz4DecodeTwin)));
      }),
      runs(2000),
    );
  });

  it('refuses counts that would leave 32 bits', () => {
    // 15 literals and 255 for each of so many bytes: 2^32 and a little, which must not pass for a little.
    const continued = Math.ceil((2 ** 32 - 15) / 255);
    const source = new Uint8Array(continued + 300).fill(255);
    source[0] = 0xf0;
    source.fill(1, continued + 1);
    expect(lz4DecodeCompiled(source, new Uint8Array(1000))).toBe(false);
  });

  it('encodes and decodes nothing', () => {
    const target = new Uint8Array(16);
    expect(lz4Encode(new Uint8Array(0), target)).toBe(1);
    expect(target[0]).toBe(0);
    expect(decoded(Uint8Array.of(0), 0)).toEqual(new Uint8Array(0));
    expect(() => decoded(new Uint8Array(0), 0)).toThrow('ends within a sequence');
  });
});

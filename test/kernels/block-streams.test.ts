/** The compiled decoders of BloscLZ and Snappy against their twins: the same bytes, or an error of the twin. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { blosclzDecode, blosclzDecodeTwin, blosclzEncode } from '../../src/codecs/compressors/blosclz.js';
import { snappyDecode, snappyDecodeTwin, snappyEncode } from '../../src/codecs/compressors/snappy.js';
import { blosclzDecodeCompiled, snappyDecodeCompiled } from '../../src/kernels/block-streams.js';
import { kernels } from '../../src/kernels/kernels.js';
import { buildKernelsIfNeeded } from './compiled.js';
import { damaged, damages, noise, outcome, repetitiveBytes, runs } from './contents.js';

beforeAll(() => {
  buildKernelsIfNeeded();
  expect(kernels()).toBeDefined();
}, 60_000);

const FORMATS = [
  {
    name: 'BloscLZ',
    encode: blosclzEncode,
    decode: blosclzDecode,
    twin: blosclzDecodeTwin,
    compiled: blosclzDecodeCompiled,
  },
  {
    name: 'Snappy',
    encode: snappyEncode,
    decode: snappyDecode,
    twin: snappyDecodeTwin,
    compiled: snappyDecodeCompiled,
  },
];

describe.each(FORMATS)('the compiled decoder of $name', ({ encode, decode, twin, compiled }) => {
  const encoded = (bytes: Uint8Array, level: number): Uint8Array => {
    const target = new Uint8Array(2 * bytes.length + 100);
    return target.slice(0, encode(bytes, target, 0, level));
  };
  const contents = repetitiveBytes(100_000).filter(({ length }) => length > 0);

  it('decodes what is encoded, without its twin', () => {
    fc.assert(
      fc.property(contents, fc.integer({ min: 1, max: 9 }), (bytes, level) => {
        const decoded = new Uint8Array(bytes.length);
        expect(compiled(encoded(bytes, level), decoded)).toBe(true);
        expect(Buffer.compare(decoded, bytes)).toBe(0);
      }),
      runs(150),
    );
  });

  it('decodes matches that are long, and that lie far', () => {
    const next = noise(2);
    const far = Uint8Array.from({ length: 70_000 }, () => next() * 256);
    far.copyWithin(69_000, 4000, 4900);
    far.copyWithin(60_000, 51_000, 51_900);
    for (const bytes of [far, new Uint8Array(1_000_000), Uint8Array.of(1), new Uint8Array(70_000).fill(9)]) {
      const decoded = new Uint8Array(bytes.length);
      expect(compiled(encoded(bytes, 9), decoded)).toBe(true);
      expect(Buffer.compare(decoded, bytes)).toBe(0);
    }
  });

  it('gives of damaged streams what its twin gives', () => {
    fc.assert(
      fc.property(contents, damages, fc.integer({ min: -1, max: 1 }), (bytes, damage, more) => {
        const source = damaged(encoded(bytes.subarray(0, 3000), 5), damage);
        const size = Math.max(0, Math.min(3000, bytes.length) + more);
        expectSame(source, size);
      }),
      runs(2000),
    );
  });

  it('survives any bytes, and any byte of a stream changed or left out', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(300), (source, size) => expectSame(source, size)),
      runs(2000),
    );
    const stream = encoded(new TextEncoder().encode('a match lies near, and a match lies far, and near'), 9);
    for (let at = 0; at < stream.length; at++) {
      expectSame(stream.subarray(0, at), 49);
      for (const flip of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
        const changed = Uint8Array.from(stream);
        changed[at]! ^= flip;
        expectSame(changed, 49);
      }
    }
  });

  function expectSame(source: Uint8Array, size: number): void {
    const ours = new Uint8Array(size);
    const theirs = new Uint8Array(size);
    const expected = outcome(() => twin(source, theirs));
    expect(compiled(source, ours)).toBe(expected === undefined);
    expect(outcome(() => decode(source, ours))).toBe(expected);
    if (expected === undefined) expect(Buffer.compare(ours, theirs)).toBe(0);
  }
});

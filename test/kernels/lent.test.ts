/** What codecs lend of what they decode: the bytes that they give, or the error. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Compressor } from '../../src/codecs/codec.js';
import { BloscCodec, GzipCodec, numcodecs, ZstdCodec } from '../../src/codecs.js';
import { parseDtype } from '../../src/dtype.js';
import { discardKernels, kernels } from '../../src/kernels/kernels.js';
import { buildKernelsIfNeeded } from './compiled.js';
import { damaged, damages, outcome, repetitiveBytes, runs } from './contents.js';

beforeAll(() => {
  buildKernelsIfNeeded();
  expect(kernels()).toBeDefined();
}, 60_000);

const dtype = parseDtype('int32');
const spec = { shape: [1], dtype, fillValue: dtype.defaultFillValue() };

describe.each([
  { name: 'lz4', codec: new numcodecs.LZ4() },
  { name: 'zstd', codec: new ZstdCodec() },
  { name: 'zstd with checksums', codec: new ZstdCodec({ checksum: true }) },
  { name: 'gzip', codec: new GzipCodec() },
  { name: 'zlib', codec: new numcodecs.Zlib() },
  { name: 'blosc with lz4', codec: new BloscCodec({ cname: 'lz4', typesize: 4, blocksize: 1024 }) },
  { name: 'blosc with zstd', codec: new BloscCodec({ cname: 'zstd', typesize: 4, shuffle: 'shuffle' }) },
  { name: 'blosc that stores', codec: new BloscCodec({ clevel: 0, typesize: 4 }) },
])('$name', ({ codec }) => {
  const compressor = () => codec.bind(spec) as Compressor;

  it('lends what it decodes', () => {
    const { encode, decodeLent } = methodsOf(compressor());
    fc.assert(
      fc.property(repetitiveBytes(20_000), (bytes) => {
        const encoded = encode(bytes);
        const lent = decodeLent(encoded, bytes.length);
        expect(lent && Buffer.compare(lent, bytes)).toBe(0);
        // It is the same memory again, or that of what was encoded.
        const other = decodeLent(encoded, bytes.length);
        expect(other?.buffer === lent?.buffer).toBe(true);
      }),
      runs(100),
    );
  });

  it('lends the same after its memory has grown', () => {
    const { encode, decodeLent } = methodsOf(compressor());
    const small = Uint8Array.from({ length: 1000 }, (_, i) => i % 7);
    const large = Uint8Array.from({ length: 2 ** 22 }, (_, i) => i % 251);
    discardKernels();
    for (const bytes of [small, large, small]) {
      const lent = decodeLent(encode(bytes), bytes.length);
      expect(lent && Buffer.compare(lent, bytes)).toBe(0);
    }
  });

  it('says of damaged bytes what it says when it decodes, or leaves it to that', () => {
    const { encode, decode, decodeLent } = methodsOf(compressor());
    fc.assert(
      fc.property(repetitiveBytes(2000), damages, fc.integer({ min: -1, max: 1 }), (bytes, damage, more) => {
        const size = Math.max(0, bytes.length + more);
        const source = damaged(encode(bytes), damage);
        const lent = outcome(() => text(decodeLent(source, size)));
        if (lent !== undefined) expect(lent).toBe(outcome(() => text(decode(source, size))));
      }),
      runs(500),
    );
  });
});

const text = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

function methodsOf(compressor: Compressor) {
  // None of these waits.
  return {
    encode: (bytes: Uint8Array) => compressor.encode(bytes) as Uint8Array,
    decode: (bytes: Uint8Array, size: number) => compressor.decode(bytes, size, size) as Uint8Array,
    decodeLent: (bytes: Uint8Array, size: number) => compressor.decodeLent?.(bytes, size, size),
  };
}

/** Blosc with the compiled kernels against Blosc without them: the same bytes, or the same error. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { bloscDecode, bloscDecodeSpan } from '../../src/codecs/compressors/blosc-decode.js';
import { type BloscParameters, bloscEncode } from '../../src/codecs/compressors/blosc-encode.js';
import { bloscDecodeCompiled } from '../../src/kernels/blosc.js';
import { kernels } from '../../src/kernels/kernels.js';
import { zstdEncodeTwin } from '../../src/kernels/twins/zstd-encode.js';
import { buildKernelsIfNeeded } from './compiled.js';
import { damaged, damages, outcome, repetitiveBytes, runs } from './contents.js';

let decodeTwin: typeof bloscDecode;
let encodeTwin: typeof bloscEncode;

beforeAll(async () => {
  buildKernelsIfNeeded();
  expect(kernels()).toBeDefined();
  vi.resetModules();
  vi.doMock('../../src/kernels/kernels.js', () => ({ kernels: () => undefined, discardKernels: () => undefined }));
  decodeTwin = (await import('../../src/codecs/compressors/blosc-decode.js')).bloscDecode;
  encodeTwin = (await import('../../src/codecs/compressors/blosc-encode.js')).bloscEncode;
  vi.doUnmock('../../src/kernels/kernels.js');
  expect(decodeTwin).not.toBe(bloscDecode);
}, 60_000);

const parameters: fc.Arbitrary<BloscParameters> = fc.record({
  cname: fc.constantFrom('lz4', 'lz4hc', 'zstd', 'zstd', 'lz4', 'blosclz'),
  clevel: fc.integer({ min: 0, max: 9 }),
  shuffle: fc.constantFrom('noshuffle', 'shuffle', 'bitshuffle'),
  typesize: fc.oneof(fc.constantFrom(1, 2, 4, 8, 16), fc.integer({ min: 1, max: 40 })),
  blocksize: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20_000 })),
});

describe('Blosc with compiled kernels', () => {
  it('encodes the frames that it encodes without them', () => {
    fc.assert(
      fc.property(repetitiveBytes(40_000), parameters, (bytes, options) => {
        // zstd is another encoder without kernels.
        fc.pre(options.cname !== 'zstd');
        expect(Buffer.compare(bloscEncode(bytes, options), encodeTwin(bytes, options))).toBe(0);
      }),
      runs(200),
    );
  });

  it('decodes what was encoded, whole and in part', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(repetitiveBytes(40_000), parameters, place, place, (bytes, options, from, to) => {
        const frame = encodeTwin(bytes, options);
        expect(Buffer.compare(bloscDecode(frame, bytes.length), bytes)).toBe(0);
        const start = Math.floor(Math.min(from, to) * bytes.length);
        const end = Math.floor(Math.max(from, to) * bytes.length);
        expect(Buffer.compare(bloscDecodeSpan(frame, { start, end }), bytes.subarray(start, end))).toBe(0);
      }),
      runs(200),
    );
  });

  it('gives of damaged frames what it gives without them', () => {
    fc.assert(
      fc.property(repetitiveBytes(4000), parameters, damages, (bytes, options, damage) => {
        const frame = damaged(encodeTwin(bytes, options), damage);
        const limit = 10 * bytes.length;
        expect(outcome(() => bloscDecode(frame, limit))).toEqual(outcome(() => decodeTwin(frame, limit)));
      }),
      runs(1500),
    );
  });

  it('decodes blocks of LZ4 and zstd in the kernels, and leaves others to their decoders', () => {
    const bytes = new TextEncoder().encode('some text, and some more text; '.repeat(40));
    const frame = zstdEncodeTwin(bytes, { level: 3, checksum: false });
    const streams = new Uint8Array([...[0, 0, 0, 0], ...frame]);
    new DataView(streams.buffer).setUint32(0, frame.length, true);
    const layout = { shuffle: 0, typesize: 1, streamCount: 1 } as const;
    const target = new Uint8Array(bytes.length);
    expect(bloscDecodeCompiled(streams, target, 'zstd', layout)).toBe(true);
    expect(target).toEqual(bytes);
    expect(bloscDecodeCompiled(streams, target, 'lz4', layout)).toBe(false);
    expect(bloscDecodeCompiled(streams, target, 'snappy', layout)).toBe(false);
    expect(bloscDecodeCompiled(streams, new Uint8Array(bytes.length + 1), 'zstd', layout)).toBe(false);
  });

  it('leaves zstd frames of unusual kinds to the zstd decoder', () => {
    const bytes = new Uint8Array(3000).map((_, i) => (i * i) % 11);
    const whole = zstdEncodeTwin(bytes, { level: 3, checksum: true });
    const halves = [bytes.subarray(0, 1000), bytes.subarray(1000)].map((half) =>
      zstdEncodeTwin(half, { level: 3, checksum: false }),
    );
    for (const stream of [whole, Uint8Array.from(halves.flatMap((half) => [...half]))]) {
      const frame = new Uint8Array(24 + stream.length);
      const view = new DataView(frame.buffer);
      frame.set([2, 1, 0x90, 1]);
      [bytes.length, bytes.length, frame.length, 20, stream.length].forEach((word, i) => {
        view.setUint32(4 + 4 * i, word, true);
      });
      frame.set(stream, 24);
      expect(bloscDecode(frame, 3000)).toEqual(bytes);
      frame[frame.length - 1]! ^= 1;
      expect(() => bloscDecode(frame, 3000)).toThrow();
    }
  });
});

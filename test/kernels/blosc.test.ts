/** Blosc with the compiled kernels against Blosc without them: the same bytes, or the same error. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { bloscDecode, bloscDecodeLent, bloscDecodeSpan } from '../../src/codecs/compressors/blosc-decode.js';
import { type BloscParameters, bloscEncode } from '../../src/codecs/compressors/blosc-encode.js';
import { bloscHeader } from '../../src/codecs/compressors/blosc-header.js';
import { bloscDecodeCompiled, bloscDecodeLentCompiled } from '../../src/kernels/blosc.js';
import { kernels } from '../../src/kernels/kernels.js';
import { zstdEncodeTwin } from '../../src/kernels/twins/zstd-encode.js';
import { buildKernelsIfNeeded } from './compiled.js';
import { damaged, damages, noise, outcome, repetitiveBytes, runs } from './contents.js';

/** The frame with its blocks in the opposite order, as threads may write them. */
function reordered(frame: Uint8Array): Uint8Array {
  const { headSize, blockCount } = bloscHeader(frame);
  const result = frame.slice();
  const view = new DataView(result.buffer);
  const starts = Array.from({ length: blockCount }, (_, block) => view.getUint32(16 + 4 * block, true));
  let at = headSize;
  for (let block = blockCount - 1; block >= 0; block--) {
    const source = frame.subarray(starts[block], starts[block + 1]);
    view.setUint32(16 + 4 * block, at, true);
    result.set(source, at);
    at += source.length;
  }
  return result;
}

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

/** Frames of few blocks that end near the end of one, with elements that make whole vectors and others. */
const edges = fc
  .record({
    typesize: fc.constantFrom(1, 2, 3, 4, 5, 8, 16, 17, 255),
    blocksize: fc.constantFrom(128, 1000, 2048, 4096, 5000),
    blocks: fc.integer({ min: 1, max: 4 }),
    more: fc.oneof(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -2000, max: 2000 })),
    shuffle: fc.constantFrom('noshuffle' as const, 'shuffle' as const, 'bitshuffle' as const),
    cname: fc.constantFrom('lz4' as const, 'lz4hc' as const, 'zstd' as const),
    clevel: fc.constantFrom(0, 1, 5, 9),
    range: fc.constantFrom(2, 20, 256),
    seed: fc.nat(),
  })
  .map(({ blocks, more, range, seed, ...options }) => {
    const next = noise(seed);
    const size = Math.max(0, blocks * options.blocksize + more);
    // Slowly growing elements, whose first bytes are random.
    const bytes = new Uint8Array(size).map((_, i) => {
      const byte = i % options.typesize;
      return byte === 0 ? next() * range : i >> (7 + byte);
    });
    return { bytes, options };
  });

describe('Blosc with compiled kernels', () => {
  it('encodes and lends whole frames, whatever their elements and where they end', () => {
    fc.assert(
      fc.property(edges, ({ bytes, options }) => {
        const frame = encodeTwin(bytes, options);
        if (options.cname !== 'zstd') expect(Buffer.compare(bloscEncode(bytes, options), frame)).toBe(0);
        const lent = bloscDecodeLent(frame, bytes.length);
        expect(lent && Buffer.compare(lent, bytes)).toBe(0);
        expect(Buffer.compare(bloscDecode(frame, bytes.length), bytes)).toBe(0);
        expect(bloscDecodeLent(frame, bytes.length + 1)).toBeUndefined();
      }),
      runs(600),
    );
  });

  it('encodes more blocks than are encoded at a time', () => {
    const next = noise(4);
    const bytes = new Uint8Array(700_001).map((_, i) => (i % 4 === 0 ? next() * 30 : i >> (8 + (i % 4))));
    for (const blocksize of [0, 1000, 100_000, 131_072, 300_000, 700_001]) {
      for (const shuffle of ['noshuffle', 'shuffle', 'bitshuffle'] as const) {
        const options = { cname: 'lz4', clevel: 5, shuffle, typesize: 4, blocksize } as const;
        const frame = bloscEncode(bytes, options);
        expect(Buffer.compare(frame, encodeTwin(bytes, options))).toBe(0);
        expect(Buffer.compare(bloscDecodeLent(frame, bytes.length)!, bytes)).toBe(0);
        expect(Buffer.compare(decodeTwin(frame, bytes.length), bytes)).toBe(0);
      }
    }
  });

  it('lends large frames, whose blocks are decoded in turn, in whatever order they lie', () => {
    const next = noise(5);
    const bytes = new Uint8Array(3_000_003).map((_, i) => (i % 4 < 2 ? next() * 256 : i >> (10 + (i % 4))));
    for (const blocksize of [0, 65_536, 1_000_000]) {
      const frame = encodeTwin(bytes, { cname: 'lz4', clevel: 5, shuffle: 'shuffle', typesize: 4, blocksize });
      expect(frame.length).toBeGreaterThan(2 ** 20);
      expect(Buffer.compare(bloscDecodeLent(frame, bytes.length)!, bytes)).toBe(0);
      expect(Buffer.compare(bloscDecodeLent(reordered(frame), bytes.length)!, bytes)).toBe(0);
      for (const at of [16, 17, 18, 19, 20, 23, 1_000_000, frame.length - 1]) {
        const broken = frame.slice();
        broken[at]! ^= 0xff;
        const expected = outcome(() => decodeTwin(broken, bytes.length));
        const lent = outcome(() => bloscDecodeLent(broken, bytes.length));
        if (lent === undefined || typeof expected === 'string') expect(lent).toBeUndefined();
        else expect(Buffer.compare(lent as Uint8Array, expected as Uint8Array)).toBe(0);
      }
    }
  });

  it('gives of frames with any byte changed, or cut anywhere, what it gives without them', () => {
    const next = noise(8);
    const bytes = new Uint8Array(700).map((_, i) => (i % 4 === 0 ? next() * 9 : i >> (5 + (i % 4))));
    // As text, which is compared much faster than arrays are.
    const told = (work: () => Uint8Array | undefined) =>
      outcome(() => {
        const made = work();
        return made && Buffer.from(made).toString('hex');
      });
    const check = (frame: Uint8Array) => {
      const expected = told(() => decodeTwin(frame, bytes.length));
      expect(told(() => bloscDecode(frame, bytes.length))).toBe(expected);
      const lent = told(() => bloscDecodeLent(frame, bytes.length));
      // What is not lent, `decode` has to tell.
      if (lent !== undefined) expect(lent).toBe(expected);
    };
    for (const cname of ['lz4', 'zstd'] as const) {
      for (const [shuffle, blocksize] of [
        ['shuffle', 512],
        ['bitshuffle', 300],
        ['noshuffle', 0],
      ] as const) {
        const frame = encodeTwin(bytes, { cname, clevel: 5, shuffle, typesize: 4, blocksize });
        expect(frame.length).toBeLessThan(bytes.length);
        for (let at = 0; at < frame.length; at++) {
          for (const flip of [1, 0x80, 0xff]) check(frame.map((byte, i) => (i === at ? byte ^ flip : byte)));
          check(frame.slice(0, at));
        }
      }
    }
    const stored = encodeTwin(bytes, { cname: 'lz4', clevel: 0, shuffle: 'shuffle', typesize: 4, blocksize: 0 });
    for (let at = 0; at < 40; at++) check(stored.map((byte, i) => (i === at ? byte ^ 0xff : byte)));
    expect(kernels()!.memory.buffer.byteLength).toBeLessThan(2 ** 25);
  });

  it('lends no blocks that lie outside of their frame, or not all of them', () => {
    const layout = { shuffle: 0, typesize: 1, streamCount: 1, blocksize: 8 } as const;
    const frame = new Uint8Array(40);
    const view = new DataView(frame.buffer);
    const place = (...starts: number[]) => {
      starts.forEach((start, i) => {
        view.setUint32(16 + 4 * i, start, true);
      });
      return bloscDecodeLentCompiled(frame, 16, 'lz4', layout);
    };
    // Both blocks are the same: eight bytes as they are.
    frame.set([8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], 24);
    expect(place(24, 24)).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8));
    for (const start of [0, 16, 20, 23, 29, 36, 37, 40, 41, 2 ** 31, 2 ** 32 - 1]) {
      expect(place(24, start)).toBeUndefined();
    }
    expect(bloscDecodeLentCompiled(frame.subarray(0, 20), 16, 'lz4', layout)).toBeUndefined();
    expect(bloscDecodeLentCompiled(frame, 16, 'blosclz', layout)).toBeUndefined();
  });

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

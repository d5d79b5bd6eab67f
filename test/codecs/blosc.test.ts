/** Parts of Blosc frames, the encoders of its inner formats, and frames that are damaged. */
import { describe, expect, test } from 'vitest';
import { BloscBlocks, bloscDecode, bloscDecodeSpan } from '../../src/codecs/compressors/blosc-decode.js';
import { type BloscCname, bloscEncode } from '../../src/codecs/compressors/blosc-encode.js';
import { BLOSC_HEADER_BYTES, bloscHeader } from '../../src/codecs/compressors/blosc-header.js';
import { blosclzDecode, blosclzEncode } from '../../src/codecs/compressors/blosclz.js';
import { lz4Decode, lz4EncodeHigh } from '../../src/codecs/compressors/lz4-block.js';
import { OutputOverflow } from '../../src/codecs/compressors/output.js';
import { snappyDecode, snappyEncode } from '../../src/codecs/compressors/snappy.js';
import { CodecError } from '../../src/errors.js';
import { bytesOf, expectBytes } from './hex.js';

const CNAMES: readonly BloscCname[] = ['lz4', 'lz4hc', 'blosclz', 'snappy', 'zlib', 'zstd'];

/** Bytes that begin to repeat only after many: noise, again and again. */
function noise(size: number, period = size): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = 1;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = i < period ? state >>> 24 : bytes[i - period]!;
  }
  return bytes;
}

/** Numbers of 32 bits that grow. */
const ramp = (size: number): Uint8Array =>
  new Uint8Array(Uint32Array.from({ length: size / 4 }, (_, i) => i * i).buffer);

function frameOf(cname: BloscCname, bytes: Uint8Array, blocksize = 1024): Uint8Array {
  return bloscEncode(bytes, { cname, clevel: 5, shuffle: 'shuffle', typesize: 4, blocksize });
}

describe('a part of a frame', () => {
  const SPANS = [
    [0, 0],
    [0, 1],
    [0, 10000],
    [1023, 1025],
    [2048, 3072],
    [5000, 5001],
    [9990, 10000],
    [10000, 10000],
  ] as const;

  test.each(CNAMES)('%s', (cname) => {
    const bytes = ramp(10000);
    const frame = frameOf(cname, bytes);
    expect(frame.length).toBeLessThan(9000);
    for (const [start, end] of SPANS) expectBytes(bloscDecodeSpan(frame, { start, end }), bytes.subarray(start, end));
  });

  test('needs the head of the frame and the blocks that hold it', () => {
    const bytes = ramp(100000);
    const frame = frameOf('zstd', bytes);
    const header = bloscHeader(frame.subarray(0, BLOSC_HEADER_BYTES));
    expect(header).toMatchObject({ size: 100000, blocksize: 1024, blockCount: 98, frameSize: frame.length });
    const blocks = new BloscBlocks(header, frame.slice(0, header.headSize));
    for (const [start, end] of SPANS) {
      const { start: from, end: to } = blocks.spanInFrame({ start, end });
      const part = frame.slice(from, to);
      expectBytes(blocks.decode({ start, end }, part, from), bytes.subarray(start, end));
      if (end - start <= 1024) expect(part.length).toBeLessThan(2100);
      if (part.length === 0) continue;
      expect(() => blocks.decode({ start, end }, part.subarray(0, -1), from)).toThrow(CodecError);
      expect(() => blocks.decode({ start, end }, part.subarray(1), from + 1)).toThrow(CodecError);
    }
    expect(() => new BloscBlocks(header, frame.slice(0, header.headSize - 1))).toThrow(/bytes of its head/);
    expect(() => blocks.spanInFrame({ start: 0, end: 100001 })).toThrow(CodecError);
  });

  test('of a frame of stored bytes is just those', () => {
    const bytes = noise(5000);
    const frame = frameOf('lz4', bytes);
    expect(frame.length).toBe(5016);
    const blocks = new BloscBlocks(bloscHeader(frame), frame);
    expect(blocks.header.headSize).toBe(BLOSC_HEADER_BYTES);
    expect(blocks.spanInFrame({ start: 7, end: 9 })).toEqual({ start: 23, end: 25 });
    expectBytes(blocks.decode({ start: 7, end: 9 }, frame.subarray(23, 25), 23), bytes.subarray(7, 9));
  });

  test('is found where blocks lie in another order', () => {
    const bytes = ramp(4096);
    const frame = frameOf('lz4', bytes, 2048);
    const view = new DataView(frame.buffer, frame.byteOffset);
    const [first, second] = [view.getUint32(16, true), view.getUint32(20, true)];
    const swapped = frame.slice();
    swapped.set(frame.subarray(second), first);
    swapped.set(frame.subarray(first, second), first + frame.length - second);
    new DataView(swapped.buffer).setUint32(16, first + frame.length - second, true);
    new DataView(swapped.buffer).setUint32(20, first, true);
    expectBytes(bloscDecode(swapped, 4096), bytes);
    const blocks = new BloscBlocks(bloscHeader(swapped), swapped);
    const span = blocks.spanInFrame({ start: 0, end: 5 });
    expect(span.end).toBe(frame.length);
    expectBytes(blocks.decode({ start: 0, end: 5 }, swapped.slice(span.start), span.start), bytes.subarray(0, 5));
  });

  test('does not look at damage elsewhere', () => {
    const bytes = ramp(10000);
    const frame = frameOf('lz4', bytes);
    frame.fill(255, frame.length - 20);
    expectBytes(bloscDecodeSpan(frame, { start: 0, end: 5000 }), bytes.subarray(0, 5000));
    expect(() => bloscDecodeSpan(frame, { start: 0, end: 10000 })).toThrow(CodecError);
  });
});

describe('inner formats', () => {
  const encoders = { blosclz: blosclzEncode, lz4hc: lz4EncodeHigh, snappy: snappyEncode };
  const decoders = { blosclz: blosclzDecode, lz4hc: lz4Decode, snappy: snappyDecode };
  const inputs: Readonly<Record<string, Uint8Array>> = {
    'one byte': Uint8Array.of(7),
    'a few bytes': Uint8Array.of(1, 2, 3, 1, 2, 3),
    'one long run': new Uint8Array(70000).fill(9),
    'two bytes in turn': Uint8Array.from({ length: 3000 }, (_, i) => i & 1),
    noise: noise(3000),
    'noise, again 8191 further': noise(40000, 8191),
    'noise, again 8192 further': noise(40000, 8192),
    'noise, again 30000 further': noise(90000, 30000),
    'noise, again 73727 further': noise(160000, 73727),
    'noise, again 73728 further': noise(160000, 73728),
    'numbers that grow': ramp(20000),
  };

  test.each(Object.keys(encoders) as (keyof typeof encoders)[])('%s', (name) => {
    for (const [what, bytes] of Object.entries(inputs)) {
      for (const effort of [1, 5, 9]) {
        const target = new Uint8Array(2 * bytes.length + 100).fill(0xaa);
        const end = encoders[name](bytes, target, 10, effort);
        expect(end, what).toBeGreaterThan(10);
        const decoded = new Uint8Array(bytes.length);
        decoders[name](target.subarray(10, end), decoded);
        expectBytes(decoded, bytes);
        // With one byte less, it does not fit, and nothing is written beyond.
        const small = new Uint8Array(end).fill(0xaa);
        expect(encoders[name](bytes, small.subarray(0, end - 1), 10, effort), what).toBe(-1);
        expect(small[end - 1]).toBe(0xaa);
      }
    }
  });

  test('BloscLZ and Snappy reach as far as they can', () => {
    const sizeOf = (name: keyof typeof encoders, bytes: Uint8Array): number =>
      encoders[name](bytes, new Uint8Array(2 * bytes.length), 0, 9);
    expect(sizeOf('blosclz', noise(40000, 8191))).toBeLessThan(9000);
    expect(sizeOf('blosclz', noise(160000, 73727))).toBeLessThan(78000);
    expect(sizeOf('blosclz', noise(160000, 73728))).toBeGreaterThan(160000);
    expect(sizeOf('snappy', noise(160000, 65535))).toBeLessThan(75000);
    expect(sizeOf('lz4hc', noise(160000, 65535))).toBeLessThan(67000);
  });

  test('Snappy copies that only others write: four bytes of offset', () => {
    const target = new Uint8Array(8);
    snappyDecode(bytesOf('08 0c 01020304 0f 04000000'), target);
    expect([...target]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect(() => snappyDecode(bytesOf('08 0c 01020304 0f 05000000'), target)).toThrow(/offset 5/);
    expect(() => snappyDecode(bytesOf('08 0c 01020304 0f 00000000'), target)).toThrow(/offset 0/);
    expect(() => snappyDecode(bytesOf('ffffffffff'), target)).toThrow(/more than 32 bits/);
  });

  test.each(CNAMES)('%s of a frame, each level', (cname) => {
    const bytes = ramp(20000);
    let last = Number.POSITIVE_INFINITY;
    for (let clevel = 0; clevel <= 9; clevel++) {
      const frame = bloscEncode(bytes, { cname, clevel, shuffle: 'shuffle', typesize: 4, blocksize: 0 });
      expectBytes(bloscDecode(frame, 20000), bytes);
      if (clevel === 1 || clevel === 9) {
        expect(frame.length).toBeLessThanOrEqual(last);
        last = frame.length;
      }
    }
  });
});

describe('frames that are damaged', () => {
  test.each(CNAMES)('%s: bytes at random, in the right frame', (cname) => {
    const bytes = ramp(3000);
    const frame = frameOf(cname, bytes, 512);
    let state = 5;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 2000; round++) {
      const damaged = frame.slice();
      for (let change = random(3); change >= 0; change--) damaged[random(frame.length)] = random(256);
      try {
        expect(bloscDecode(damaged, 3000).length).toBeLessThanOrEqual(3000);
      } catch (error) {
        if (!(error instanceof OutputOverflow)) expect(error).toBeInstanceOf(CodecError);
      }
    }
  });

  test('Blosc 2 is named', () => {
    const frame = bytesOf('05018504204e0000204e00008201000000000000000105000000000000000000');
    expect(() => bloscDecode(frame, 20000)).toThrow('a Blosc 2 frame (version 5); only those of Blosc 1');
  });
});

/** gzip and zlib are the same on Node and in browsers, with the compiled kernels and without. */
import * as nodeZlib from 'node:zlib';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { OutputOverflow } from '../../src/codecs/compressors/output.js';
import { ChecksumError, CodecError } from '../../src/errors.js';
import * as browser from '../../src/platform/browser/zlib.js';
import * as node from '../../src/platform/node/zlib.js';
import { expectBytes } from './hex.js';

const given = vi.hoisted(() => ({ hasKernels: true }));
vi.mock('../../src/kernels/kernels.js', async (original) => {
  const actual = await original<typeof import('../../src/kernels/kernels.js')>();
  return { ...actual, kernels: () => (given.hasKernels ? actual.kernels() : undefined) };
});

const SIZES = [0, 1, 100, 1000, 70000];
const sample = (size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (i % 17 === 0 ? i * i : i >>> 4));

describe.each([
  { name: 'node', half: node, hasKernels: true },
  { name: 'browser', half: browser, hasKernels: true },
  { name: 'node without kernels', half: node, hasKernels: false },
  { name: 'browser without kernels', half: browser, hasKernels: false },
])('$name', ({ half, hasKernels }) => {
  beforeEach(() => {
    given.hasKernels = hasKernels;
  });

  test.each(SIZES)('%i bytes', (size) => {
    const bytes = sample(size);
    for (const level of [-1, 0, 1, 6, 9]) {
      expectBytes(Uint8Array.from(nodeZlib.gunzipSync(half.gzip(bytes, level))), bytes);
      expectBytes(Uint8Array.from(nodeZlib.inflateSync(half.zlib(bytes, level))), bytes);
      expectBytes(half.gunzip(nodeZlib.gzipSync(bytes, { level }), size, size), bytes);
      expectBytes(half.unzlib(nodeZlib.deflateSync(bytes, { level }), 10, 2 ** 20), bytes);
    }
    const fixed = nodeZlib.gzipSync(bytes, { strategy: nodeZlib.constants.Z_FIXED });
    expectBytes(half.gunzip(fixed, 0, size), bytes);
  });

  test('gzip holds no time and no system', () => {
    const encoded = half.gzip(sample(10), 5);
    expect([...encoded.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, encoded[8], 255]);
  });

  test('members one after another, and padding', () => {
    const member = nodeZlib.gzipSync(sample(100));
    const joined = Uint8Array.from([...member, ...member, 0, 0, 0]);
    expect(half.gunzip(joined, 200, 200)).toEqual(Uint8Array.from([...sample(100), ...sample(100)]));
    expect(() => half.gunzip(joined, 200, 199)).toThrow(OutputOverflow);
  });

  test('too much output', () => {
    expect(() => half.gunzip(nodeZlib.gzipSync(sample(1000)), 999, 999)).toThrow(OutputOverflow);
    expect(() => half.unzlib(nodeZlib.deflateSync(sample(1000)), 10, 999)).toThrow(OutputOverflow);
  });

  test('results have their own memory', () => {
    for (const size of SIZES.slice(1)) {
      const { buffer, length } = half.gunzip(nodeZlib.gzipSync(sample(size)), size, size);
      expect(buffer.byteLength).toBeLessThanOrEqual(2 * length);
    }
  });

  test.each([
    ['nothing', CodecError, () => new Uint8Array(0)],
    ['another format', CodecError, () => sample(50)],
    ['a wrong checksum', ChecksumError, () => changed(nodeZlib.gzipSync(sample(50)), -6)],
    ['a wrong length', ChecksumError, () => changed(nodeZlib.gzipSync(sample(50)), -2)],
    ['a truncated trailer', CodecError, () => nodeZlib.gzipSync(sample(50)).subarray(0, -3)],
    ['a truncated stream', CodecError, () => nodeZlib.gzipSync(sample(50)).subarray(0, 14)],
    ['bytes after the end', CodecError, () => Uint8Array.from([...nodeZlib.gzipSync(sample(50)), 1])],
    ['bytes after padding', CodecError, () => Uint8Array.from([...nodeZlib.gzipSync(sample(50)), 0, 1])],
    ['an unknown method', CodecError, () => changed(nodeZlib.gzipSync(sample(50)), 2)],
  ])('refuses %s', (__, error, make) => {
    expect(() => half.gunzip(make(), 50, 1000)).toThrow(error);
  });

  test('refuses a zlib stream with a wrong checksum', () => {
    expect(() => half.unzlib(changed(nodeZlib.deflateSync(sample(50)), -1), 50, 1000)).toThrow(ChecksumError);
    expect(() => half.unzlib(new Uint8Array(0), 50, 1000)).toThrow(CodecError);
  });
});

function changed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at < 0 ? copy.length + at : at]! ^= 0x11;
  return copy;
}

/** What the kernels are asked that nobody should ask, and what becomes of memory that is theirs. */

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Compressor } from '../../src/codecs/codec.js';
import { BloscCodec, GzipCodec, numcodecs, ZstdCodec } from '../../src/codecs.js';
import { parseDtype } from '../../src/dtype.js';
import { Exchange } from '../../src/kernels/exchange.js';
import { discardKernels, type Kernels, kernels } from '../../src/kernels/kernels.js';
import { buildKernelsIfNeeded, KERNELS_FILE } from './compiled.js';
import { damaged, damages, noise, outcome, repetitiveBytes, runs } from './contents.js';

beforeAll(() => {
  buildKernelsIfNeeded();
  expect(kernels()).toBeDefined();
}, 60_000);
afterEach(discardKernels);

describe('the file', () => {
  it('is small, imports nothing, and exports what is used', () => {
    const bytes = readFileSync(KERNELS_FILE);
    const module = new WebAssembly.Module(bytes);
    expect(gzipSync(bytes, { level: 9 }).length).toBeLessThanOrEqual(20_000);
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    const exports = WebAssembly.Module.exports(module).map(({ name }) => name);
    const source = readFileSync(new URL('../../src/kernels/kernels.ts', import.meta.url), 'utf8');
    const used = source
      .match(/const EXPORTS[^;]*;/)![0]
      .match(/'(\w+)'/g)!
      .map((name) => name.slice(1, -1));
    expect(exports.toSorted()).toEqual(used.toSorted());
  });
});

const MOST = 2 ** 32 - 1;

describe('numbers out of bounds', () => {
  const ready = (): Kernels => {
    const instance = kernels()!;
    instance.reserve(100, 100, 101);
    return instance;
  };
  it.each<[string, (instance: Kernels) => unknown]>([
    ['room that wraps', (instance) => instance.reserve(MOST, 0, 0)],
    ['room whose sum wraps', (instance) => instance.reserve(2 ** 31, 2 ** 31, 2 ** 30)],
    ['room up to the last byte', (instance) => instance.reserve(0, 0, MOST)],
    ['more input than there is room', (instance) => instance.refill(1000)],
    ['input that wraps', (instance) => instance.refill(MOST)],
    ['blocks that begin behind their end', (instance) => instance.zstdDecodeBlocks(50, 10, 0)],
    ['blocks that begin before the input', (instance) => instance.zstdDecodeBlocks(MOST - 64, 10, 0)],
    ['blocks that end before the input', (instance) => instance.zstdDecodeBlocks(0, MOST - 64, 0)],
    ['output before its beginning', (instance) => instance.zstdDecodeBlocks(0, 10, MOST - 64)],
    ['output behind its end', (instance) => instance.zstdDecodeBlocks(0, 10, 102)],
    ['a hash of what is before the output', (instance) => instance.xxhash64Output(MOST - 64, MOST - 32)],
    ['a hash that ends before it begins', (instance) => instance.xxhash64Output(10, 5)],
    ['a checksum of too much', (instance) => instance.crc32Output(102)],
    ['a block before the output', (instance) => instance.bloscDecodeBlock(1, 0, 1, 1, MOST - 64, 10)],
    ['a block whose end wraps', (instance) => instance.bloscDecodeBlock(1, 0, 1, 1, 10, MOST)],
    ['a block without elements', (instance) => instance.bloscDecodeFrame(1, 1, 0, 1, 0)],
    ['a frame before the output', (instance) => instance.bloscEncodeLz4Blocks(0, 1, 1, 50, 1, 0, MOST - 64)],
    ['a table before the output', (instance) => instance.bloscEncodeLz4Blocks(0, 1, 1, 50, 1, 2 ** 30 - 20, 20)],
    ['more scratch memory than there is', (instance) => instance.bloscDecodeBlock(1, 1, 4, 1, 0, 101)],
    ['too little scratch memory', (instance) => instance.deflate(1, 1, false)],
    ['a shuffle to more', (instance) => instance.shuffleForward(1, 4)],
  ])('%s', (_, kernel) => {
    expect(() => kernel(ready())).toThrow(WebAssembly.RuntimeError);
  });

  it('leave streams that begin behind the input undecoded', () => {
    expect(ready().inflate(101)).toBe(-1);
    expect(ready().inflate(MOST)).toBe(-1);
    expect(ready().inflateWhole(101, true)).toBeFalsy();
    expect(ready().inflateWhole(MOST, false)).toBeFalsy();
  });

  it('memory is taken up to a bound, and the twins have the rest', () => {
    const before = kernels()!.memory.buffer.byteLength;
    expect(Exchange.of(new Uint8Array(1), { output: 2 ** 29 })).toBeUndefined();
    expect(Exchange.of(new Uint8Array(1), { output: 1, scratch: MOST })).toBeUndefined();
    expect(Exchange.of(new Uint8Array(1), { output: 1, input: 2 ** 53 })).toBeUndefined();
    expect(kernels()!.memory.buffer.byteLength).toBe(before);
  });
});

/** As many bytes as shuffles take. */
const wholeElements = repetitiveBytes(3000).map((bytes) => bytes.subarray(0, bytes.length & ~3));
const dtype = parseDtype('int32');
const spec = { shape: [1], dtype, fillValue: dtype.defaultFillValue() };
const CODECS = [
  { name: 'zstd', codec: new ZstdCodec({ checksum: true }) },
  { name: 'gzip', codec: new GzipCodec() },
  { name: 'zlib', codec: new numcodecs.Zlib() },
  { name: 'lz4', codec: new numcodecs.LZ4() },
  { name: 'shuffle', codec: new numcodecs.Shuffle({ elementsize: 4 }) },
  { name: 'blosc with zlib', codec: new BloscCodec({ cname: 'zlib', typesize: 4 }) },
  { name: 'blosc that stores', codec: new BloscCodec({ clevel: 0, typesize: 4 }) },
  ...(['lz4', 'zstd', 'blosclz', 'snappy'] as const).flatMap((cname) =>
    (['shuffle', 'bitshuffle'] as const).map((shuffle) => ({
      name: `blosc with ${cname}, ${shuffle}`,
      codec: new BloscCodec({ cname, typesize: 4, shuffle, blocksize: 1024 }),
    })),
  ),
];

describe.each(CODECS)('$name', ({ codec }) => {
  const methods = () => {
    const compressor = codec.bind(spec) as Compressor;
    // None of these waits.
    return {
      encode: (bytes: Uint8Array) => compressor.encode(bytes) as Uint8Array,
      decode: (bytes: Uint8Array, size: number) => compressor.decode(bytes, size, size) as Uint8Array,
      decodeLent: (bytes: Uint8Array, size: number) => compressor.decodeLent?.(bytes, size, size),
    };
  };

  it('gives memory of its own, which later calls leave alone', () => {
    const { encode, decode } = methods();
    const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => (i % 100) * (i >> 9));
    const encoded = encode(bytes);
    const decoded = decode(encoded, bytes.length);
    expect(encoded.buffer).not.toBe(kernels()!.memory.buffer);
    expect(decoded.buffer).not.toBe(kernels()!.memory.buffer);
    const copy = encoded.slice();
    // Other bytes, and so many that memory grows.
    const others = encode(new Uint8Array(2 ** 24).fill(7));
    expect(decode(others, 2 ** 24).every((byte) => byte === 7)).toBe(true);
    expect(Buffer.compare(encoded, copy)).toBe(0);
    expect(Buffer.compare(decoded, bytes)).toBe(0);
  });

  it('makes the same of bytes, whole or damaged, whatever was in memory before', () => {
    const { encode, decode, decodeLent } = methods();
    const next = noise(1);
    const amid = (before: number | undefined, work: () => unknown): unknown => {
      const { memory, reserve } = kernels()!;
      const all = new Uint8Array(memory.buffer).subarray(reserve(0, 0, 0)).subarray(0, 2 ** 17);
      for (let i = 0; i < all.length; i++) all[i] = before ?? 256 * next();
      return outcome(work);
    };
    fc.assert(
      fc.property(wholeElements, damages, fc.integer({ min: -1, max: 1 }), (bytes, damage, more) => {
        const size = Math.max(0, bytes.length + more);
        const source = damaged(encode(bytes), damage);
        const hex = (result: Uint8Array | undefined) => result && Buffer.from(result).toString('hex');
        for (const work of [
          () => hex(encode(bytes)),
          () => hex(decode(source, size)),
          () => hex(decodeLent(source, size)),
        ]) {
          const expected = amid(0, work);
          expect(amid(255, work)).toBe(expected);
          expect(amid(undefined, work)).toBe(expected);
        }
      }),
      runs(6),
    );
  });
});

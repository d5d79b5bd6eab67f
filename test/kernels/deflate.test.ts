/** The compiled deflate against its twin: the same bytes, which zlib, fflate and our own inflate decode. */
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { gunzipSync, inflateSync, unzlibSync } from 'fflate';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { adler32 } from '../../src/codecs/checksums/adler32.js';
import { crc32 } from '../../src/codecs/checksums/crc32.js';
import { deflate, deflateBound, deflateStored } from '../../src/codecs/compressors/deflate.js';
import * as encode from '../../src/codecs/compressors/deflate-encode.js';
import { inflate } from '../../src/codecs/compressors/inflate.js';
import { Output } from '../../src/codecs/compressors/output.js';
import { CompiledDeflater } from '../../src/kernels/deflate.js';
import { CompiledInflater } from '../../src/kernels/inflate.js';
import { kernels } from '../../src/kernels/kernels.js';
import { buildKernelsIfNeeded } from './compiled.js';
import { noise, repetitiveBytes, runs } from './contents.js';

let twin: typeof encode;

beforeAll(async () => {
  buildKernelsIfNeeded();
  expect(kernels()).toBeDefined();
  vi.resetModules();
  vi.doMock('../../src/kernels/kernels.js', () => ({ kernels: () => undefined, discardKernels: () => undefined }));
  twin = await import('../../src/codecs/compressors/deflate-encode.js');
  vi.doUnmock('../../src/kernels/kernels.js');
  expect(twin.gzip).not.toBe(encode.gzip);
}, 60_000);

const LEVELS = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Contents that are hard in one way or another, by their names. */
function contents(): [string, Uint8Array][] {
  const next = noise(4);
  const random = (size: number) => new Uint8Array(size).map(() => next() * 256);
  const far = (distance: number) => {
    const bytes = random(distance + 300);
    bytes.copyWithin(distance, 0, 300);
    return bytes;
  };
  const sizes = [0, 1, 2, 3, 4, 5, 257, 258, 259, 260, 2 ** 14, 65534, 65535, 65536, 65537, 131_070, 131_071];
  return [
    ...sizes.map((size): [string, Uint8Array] => [`${size} random bytes`, random(size)]),
    ...sizes.map((size): [string, Uint8Array] => [`${size} zeros`, new Uint8Array(size)]),
    ['random, but seldom', Uint8Array.from({ length: 50_000 }, () => (next() < 0.02 ? next() * 256 : 7))],
    ['numbers of two bytes', new Uint8Array(Uint16Array.from({ length: 30_000 }, () => 1000 + 40 * next()).buffer)],
    ['numbers of eight bytes', new Uint8Array(BigInt64Array.from({ length: 9000 }, (_, i) => BigInt(i * i)).buffer)],
    ['a match of all that is allowed', far(32_768)],
    ['a match that lies further', far(32_769)],
    ['a match of places that are used again', far(65_536)],
    ['each byte once', Uint8Array.from({ length: 256 }, (_, i) => i)],
    ['two bytes in turns', Uint8Array.from({ length: 1000 }, (_, i) => i & 1)],
    [
      'more than one block of matches',
      Uint8Array.from({ length: 400_000 }, (_, i) => (i % 7) * (next() < 0.1 ? 1 : 2)),
    ],
    ['bytes as rare as Fibonacci has it', fibonacci()],
  ];
}

/** Counts that give a code deeper than it may be. */
function fibonacci(): Uint8Array {
  const symbols: number[] = [];
  for (let [symbol, count, after] = [0, 1, 1]; symbol < 22; symbol++) {
    for (let i = 0; i < count; i++) symbols.push(symbol * 9);
    [count, after] = [after, count + after];
  }
  const next = noise(5);
  // Shuffled, so that there are few matches.
  for (let i = symbols.length - 1; i > 0; i--) {
    const other = Math.floor(next() * (i + 1));
    [symbols[i], symbols[other]] = [symbols[other]!, symbols[i]!];
  }
  return Uint8Array.from(symbols);
}

const isSame = (bytes: Uint8Array, others: Uint8Array): boolean => Buffer.compare(bytes, others) === 0;

describe('the compiled deflate', () => {
  it.each(contents())('encodes %s as its twin does, for all decoders', (_, bytes) => {
    for (const level of LEVELS) {
      const member = encode.gzip(bytes, level);
      expect(isSame(member, twin.gzip(bytes, level))).toBe(true);
      expect(isSame(zlib.gunzipSync(member), bytes)).toBe(true);
      expect(isSame(gunzipSync(member), bytes)).toBe(true);
      const stream = encode.zlib(bytes, level);
      expect(isSame(stream, twin.zlib(bytes, level))).toBe(true);
      expect(isSame(zlib.inflateSync(stream), bytes)).toBe(true);
      expect(isSame(unzlibSync(stream), bytes)).toBe(true);
      expect(member.length - 18).toBe(stream.length - 6);
      expect(member.length - 18).toBeLessThanOrEqual(deflateBound(bytes.length));
    }
  });

  it('encodes what it meets as its twin does, with any effort', () => {
    const efforts = fc.record({
      depth: fc.integer({ min: 0, max: 300 }),
      enough: fc.integer({ min: 3, max: 258 }),
      isLazy: fc.boolean(),
    });
    fc.assert(
      fc.property(repetitiveBytes(100_000), efforts, (bytes, effort) => {
        const deflater = CompiledDeflater.for(bytes, deflateBound(bytes.length))!;
        const stream = Uint8Array.from(deflater.deflate(effort));
        expect(deflater.crc32()).toBe(crc32(bytes));
        expect(deflater.adler32()).toBe(adler32(bytes));
        expect(isSame(stream, deflate(bytes, effort))).toBe(true);
        expect(isSame(zlib.inflateRawSync(stream), bytes)).toBe(true);
        expect(isSame(inflateSync(stream), bytes)).toBe(true);
        const output = new Output(bytes.length, bytes.length);
        expect(inflate(stream, 0, output)).toBe(stream.length);
        expect(isSame(output.toBytes(), bytes)).toBe(true);
        const inflater = CompiledInflater.for(stream, bytes.length, bytes.length)!;
        expect(inflater.inflate(0)).toBe(stream.length);
        expect(isSame(inflater.decoded(), bytes)).toBe(true);
      }),
      runs(150),
    );
  });

  it('makes about as few bytes as zlib', () => {
    const next = noise(6);
    const text = Array.from({ length: 60_000 }, () => Math.floor(next() ** 3 * 500).toString(36)).join(' ');
    const waves = new Uint8Array(Float32Array.from({ length: 60_000 }, (_, i) => Math.fround(Math.sin(i / 40))).buffer);
    for (const bytes of [new TextEncoder().encode(text), waves]) {
      for (const level of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
        const theirs = zlib.deflateSync(bytes, { level }).length;
        expect([level, encode.zlib(bytes, level).length / theirs]).toEqual([
          level,
          expect.toSatisfy((ratio) => ratio < 1.06),
        ]);
      }
    }
  });

  it('says in its head what zlib says', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    for (const level of LEVELS) {
      expect([level, encode.zlib(bytes, level).subarray(0, 2)]).toEqual([
        level,
        Uint8Array.from(zlib.deflateSync(bytes, { level }).subarray(0, 2)),
      ]);
    }
    const member = zlib.gzipSync(bytes, { level: 9 });
    expect([...encode.gzip(bytes, 9).subarray(0, 9)]).toEqual([...member.subarray(0, 9)]);
  });

  it('traps where there is too little room, instead of writing behind it', () => {
    const instance = kernels()!;
    instance.reserve(1000, 2 ** 19, 900);
    expect(() => instance.deflate(10, 20, true)).toThrow(WebAssembly.RuntimeError);
    instance.reserve(1000, 2 ** 18, 2000);
    expect(() => instance.deflate(10, 20, true)).toThrow(WebAssembly.RuntimeError);
  });

  it('writes nothing behind the bound', () => {
    const bytes = contents()[12]![1];
    expect(deflateStored(bytes).length).toBeLessThanOrEqual(deflateBound(bytes.length));
  });
});

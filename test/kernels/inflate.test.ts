/** The compiled inflate against its twin: the same bytes, or the same error. */
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { adler32 } from '../../src/codecs/checksums/adler32.js';
import { crc32 } from '../../src/codecs/checksums/crc32.js';
import { gunzip, gunzipLent, unzlib, unzlibLent } from '../../src/codecs/compressors/deflate-streams.js';
import { inflate } from '../../src/codecs/compressors/inflate.js';
import { Output } from '../../src/codecs/compressors/output.js';
import { CompiledInflater } from '../../src/kernels/inflate.js';
import { kernels } from '../../src/kernels/kernels.js';
import { buildKernelsIfNeeded } from './compiled.js';
import { damaged, damages, noise, outcome, repetitiveBytes, runs } from './contents.js';

let gunzipTwin: typeof gunzip;
let unzlibTwin: typeof unzlib;

beforeAll(async () => {
  buildKernelsIfNeeded();
  expect(kernels()).toBeDefined();
  vi.resetModules();
  vi.doMock('../../src/kernels/kernels.js', () => ({ kernels: () => undefined, discardKernels: () => undefined }));
  const twins = await import('../../src/codecs/compressors/deflate-streams.js');
  vi.doUnmock('../../src/kernels/kernels.js');
  gunzipTwin = twins.gunzip;
  unzlibTwin = twins.unzlib;
  expect(gunzipTwin).not.toBe(gunzip);
}, 60_000);

const isSame = (bytes: Uint8Array | undefined, others: Uint8Array): boolean =>
  bytes !== undefined && Buffer.compare(bytes, others) === 0;

/** Where a stream ends, and what it decodes to; both missing if it is damaged or longer. */
function inflatedByZlib(stream: Uint8Array, most: number): [end: number | undefined, decoded: Uint8Array] {
  try {
    // The types do not say what `info` does.
    const { buffer, engine } = zlib.inflateRawSync(stream, { info: true, maxOutputLength: most }) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return [engine.bytesWritten, buffer];
  } catch {
    return [undefined, new Uint8Array(0)];
  }
}

const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  strategy: fc.constantFrom(
    zlib.constants.Z_DEFAULT_STRATEGY,
    zlib.constants.Z_HUFFMAN_ONLY,
    zlib.constants.Z_RLE,
    zlib.constants.Z_FIXED,
  ),
});

describe('the compiled inflate', () => {
  it('decodes what zlib wrote, without its twin, however little room it was given', () => {
    fc.assert(
      fc.property(repetitiveBytes(200_000), options, fc.nat(20), fc.nat(300_000), (bytes, how, start, expected) => {
        const stream = zlib.deflateRawSync(bytes, how);
        const source = new Uint8Array(start + stream.length + 3);
        source.set(stream, start);
        const inflater = CompiledInflater.for(source, expected, bytes.length)!;
        expect(inflater.inflate(start)).toBe(start + stream.length);
        expect(Buffer.compare(inflater.decoded(), bytes)).toBe(0);
        expect(inflater.crc32()).toBe(crc32(bytes));
        expect(inflater.adler32()).toBe(adler32(bytes));
      }),
      runs(150),
    );
  });

  it('decodes words of every length', () => {
    // Counts that are Fibonacci numbers give a code as deep as it may be.
    const next = noise(3);
    const symbols: number[] = [];
    for (let [symbol, count, after] = [0, 1, 1]; symbol < 24; symbol++) {
      for (let i = 0; i < count; i++) symbols.push(symbol * 9);
      [count, after] = [after, count + after];
    }
    for (let i = symbols.length - 1; i > 0; i--) {
      const other = Math.floor(next() * (i + 1));
      [symbols[i], symbols[other]] = [symbols[other]!, symbols[i]!];
    }
    const bytes = Uint8Array.from(symbols);
    const stream = zlib.deflateRawSync(bytes, { strategy: zlib.constants.Z_HUFFMAN_ONLY, memLevel: 9 });
    const inflater = CompiledInflater.for(stream, bytes.length, bytes.length)!;
    expect(inflater.inflate(0)).toBe(stream.length);
    expect(Buffer.compare(inflater.decoded(), bytes)).toBe(0);
  });

  it('gives of damaged streams what its twin gives', () => {
    fc.assert(
      fc.property(
        repetitiveBytes(5000),
        options,
        damages,
        fc.integer({ min: -1, max: 1 }),
        (bytes, how, damage, more) => {
          const source = damaged(zlib.deflateRawSync(bytes, how), damage);
          const limit = Math.max(0, bytes.length + more);
          const inflater = CompiledInflater.for(source, limit, limit)!;
          const end = inflater.inflate(0);
          const output = new Output(limit, limit);
          const expected = outcome(() => inflate(source, 0, output));
          if (typeof expected === 'number') {
            expect(end).toBe(expected);
            expect(Buffer.compare(inflater.decoded(), output.toBytes())).toBe(0);
          } else expect(end).toBeUndefined();
        },
      ),
      runs(3000),
    );
  });

  it('gives of streams with any byte changed or left out what zlib gives', () => {
    const next = noise(5);
    const contents = [
      Uint8Array.from({ length: 80 }, () => next() * next() * 9),
      new TextEncoder().encode('a match lies near and a match lies far, and a match lies nowhere'),
      new Uint8Array(100),
    ];
    const hows = [{ level: 0 }, { level: 1 }, { level: 9 }, { strategy: zlib.constants.Z_FIXED }];
    const compare = (stream: Uint8Array) => {
      const most = 3000;
      const inflater = CompiledInflater.for(stream, most, most)!;
      const end = inflater.inflate(0);
      const [expectedEnd, expected] = inflatedByZlib(stream, most);
      expect(end).toBe(expectedEnd);
      if (end !== undefined) expect(isSame(inflater.decoded(), expected)).toBe(true);
      const twin = outcome(() => inflate(stream, 0, new Output(most, most)));
      expect(typeof twin === 'number' ? twin : undefined).toBe(end);
    };
    for (const bytes of contents) {
      for (const how of hows) {
        const stream = zlib.deflateRawSync(bytes, how);
        for (let at = 0; at < stream.length; at++) {
          compare(stream.subarray(0, at));
          for (const flip of [1, 16, 255]) {
            const changed = Uint8Array.from(stream);
            changed[at]! ^= flip;
            compare(changed);
          }
        }
      }
    }
  });

  it('lends what gzip and zlib files decode to, if nothing is wrong with them', () => {
    fc.assert(
      fc.property(
        repetitiveBytes(2000),
        options,
        damages,
        fc.integer({ min: -1, max: 1 }),
        (bytes, how, damage, more) => {
          const size = Math.max(0, bytes.length + more);
          for (const [whole, lend, decode] of [
            [zlib.gzipSync(bytes, how), gunzipLent, gunzip],
            [zlib.deflateSync(bytes, how), unzlibLent, unzlib],
          ] as const) {
            expect(isSame(lend(whole, bytes.length), bytes)).toBe(true);
            const source = damaged(whole, damage);
            const lent = lend(source, size);
            if (lent === undefined) continue;
            expect(isSame(Uint8Array.from(lent), decode(source, size, size))).toBe(true);
            expect(lent.length).toBe(size);
          }
        },
      ),
      runs(300),
    );
  });

  it('lends nothing of files with several members, or with anything behind them', () => {
    const member = zlib.gzipSync(Uint8Array.of(1, 2, 3));
    expect(gunzipLent(Buffer.concat([member, member]), 6)).toBeUndefined();
    expect(gunzipLent(Buffer.concat([member, Uint8Array.of(0)]), 3)).toBeUndefined();
    expect(gunzipLent(member, 4)).toBeUndefined();
    expect(gunzipLent(new Uint8Array(0), 0)).toBeUndefined();
    expect(unzlibLent(Buffer.concat([zlib.deflateSync(member), Uint8Array.of(0)]), member.length)).toBeUndefined();
    expect(unzlibLent(new Uint8Array(0), 0)).toBeUndefined();
  });

  it('gives of gzip and zlib files what its twin gives', () => {
    fc.assert(
      fc.property(
        fc.array(repetitiveBytes(2000), { minLength: 1, maxLength: 3 }),
        options,
        damages,
        (parts, how, damage) => {
          const members = damaged(Buffer.concat(parts.map((part) => zlib.gzipSync(part, how))), damage);
          const size = parts.reduce((sum, { length }) => sum + length, 0);
          expect(outcome(() => gunzip(members, size, size))).toEqual(outcome(() => gunzipTwin(members, size, size)));
          const stream = damaged(zlib.deflateSync(parts[0]!, how), damage);
          expect(outcome(() => unzlib(stream, 9, size))).toEqual(outcome(() => unzlibTwin(stream, 9, size)));
        },
      ),
      runs(500),
    );
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (source) => {
        const inflater = CompiledInflater.for(source, 1000, 1000)!;
        const end = inflater.inflate(0);
        const expected = outcome(() => inflate(source, 0, new Output(1000, 1000)));
        expect(end).toBe(typeof expected === 'number' ? expected : undefined);
      }),
      runs(3000),
    );
  });

  it('leaves a stream that would begin behind the end to its twin', () => {
    const member = Uint8Array.of(0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 200, 0);
    expect(() => gunzip(member, 10, 10)).toThrow('damaged deflate stream: it is truncated');
  });

  it('has the checksums of any length', () => {
    const next = noise(8);
    for (const length of [0, 1, 15, 16, 17, 31, 5551, 5552, 5553, 5568, 11_104, 70_001]) {
      for (const bytes of [new Uint8Array(length).fill(255), new Uint8Array(length).map(() => next() * 256)]) {
        const inflater = CompiledInflater.for(zlib.deflateRawSync(bytes), length, length)!;
        inflater.inflate(0);
        expect([length, inflater.crc32(), inflater.adler32()]).toEqual([length, crc32(bytes), adler32(bytes)]);
      }
    }
  });
});

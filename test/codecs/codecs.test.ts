/** Each codec by itself: bytes that the specifications and zarr-python show, round trips, and wrong bytes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChunkSpec, Codec, Compressor, Filter, Serializer } from '../../src/codecs/codec.js';
import {
  BloscCodec,
  BytesCodec,
  Crc32cCodec,
  GzipCodec,
  numcodecs,
  TransposeCodec,
  VLenBytesCodec,
  VLenUTF8Codec,
  ZstdCodec,
} from '../../src/codecs.js';
import { Bool } from '../../src/dtypes/bool.js';
import { VariableLengthBytes } from '../../src/dtypes/bytes.js';
import { Complex128 } from '../../src/dtypes/complex.js';
import type { DType } from '../../src/dtypes/dtype.js';
import { Float64 } from '../../src/dtypes/floats.js';
import { Int16, Int32, Int64, UInt8 } from '../../src/dtypes/integers.js';
import { VariableLengthUTF8 } from '../../src/dtypes/string.js';
import { ChecksumError, CodecError, LimitError } from '../../src/errors.js';
import { NdArray } from '../../src/ndarray/ndarray.js';
import { bytesOf, expectBytes, hexOf } from './hex.js';

const specOf = (dtype: DType, shape: readonly number[]): ChunkSpec => ({
  shape,
  dtype,
  fillValue: dtype.defaultFillValue(),
});
const compressor = (codec: Codec, dtype: DType = new UInt8()): Compressor =>
  codec.bind(specOf(dtype, [1])) as Compressor;
const serializer = (codec: Codec, dtype: DType, shape: readonly number[]): Serializer =>
  codec.bind(specOf(dtype, shape)) as Serializer;
const encode = (codec: Codec, bytes: Uint8Array, dtype?: DType): string =>
  hexOf(compressor(codec, dtype).encode(bytes) as Uint8Array);
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const memoryOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const SIZES = [0, 1, 2, 7, 8, 9, 12, 13, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1000, 4096, 65536, 70001];

/** Bytes of several kinds: none repeat, few differ, runs, ramps. */
function sample(size: number, kind: number): Uint8Array {
  let state = size * 7 + kind + 1;
  return Uint8Array.from({ length: size }, (_, i) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const random = state >>> 24;
    return [random, random & 3, i >>> 5, i & 1 ? 0 : random >>> 6][kind]!;
  });
}

describe('golden bytes', () => {
  test.each([
    ['zstd', new ZstdCodec(), ascii('hello'.repeat(10)), '28b52ffd20325d00002868656c6c6f0100c22c5a'],
    [
      'zstd with checksum',
      new ZstdCodec({ checksum: true }),
      ascii('hello'.repeat(10)),
      '28b52ffd24325d00002868656c6c6f0100c22c5a7bb58bf6',
    ],
  ])('%s decodes', (_, codec, bytes, hex) => {
    expect(compressor(codec).decode(bytesOf(hex), bytes.length, bytes.length)).toEqual(bytes);
  });

  test.each([
    ['gzip', new GzipCodec(), ascii('hello'), '1f8b08000000000000ffcb48cdc9c9070086a6103605000000'],
    ['lz4', new numcodecs.LZ4(), ascii('hello'.repeat(10)), '320000005f68656c6c6f0500155068656c6c6f'],
    ['lz4, short', new numcodecs.LZ4(), Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7), '08000000800001020304050607'],
    ['zlib', new numcodecs.Zlib(), ascii('abc'), '78014b4c4a0600024d0127'],
    ['crc32c', new Crc32cCodec(), ascii('123456789'), `${hexOf(ascii('123456789'))}839206e3`],
    [
      'crc32c of numcodecs',
      new numcodecs.CRC32C({ location: 'start' }),
      ascii('123456789'),
      `839206e3${hexOf(ascii('123456789'))}`,
    ],
    ['blosc, nothing', new numcodecs.Blosc(), new Uint8Array(0), '02013301000000000100000010000000'],
  ])('%s', (_, codec, bytes, hex) => {
    expect(encode(codec, bytes)).toBe(hex);
    expect(compressor(codec).decode(bytesOf(hex), bytes.length, bytes.length)).toEqual(bytes);
  });

  test('blosc of few int32', () => {
    const bytes = memoryOf(Int32Array.from({ length: 10 }, (_, i) => i));
    const hex = `02013304280000002800000038000000${hexOf(bytes)}`;
    expect(encode(new numcodecs.Blosc(), bytes, new Int32())).toBe(hex);
  });

  test('blosc of zeros', () => {
    const hex = '02013104 00010000 00010000 23000000 14000000 0b000000 1f000100e7500000000000';
    expect(encode(new numcodecs.Blosc(), new Uint8Array(256), new Int32())).toBe(hex.replaceAll(' ', ''));
    expect(compressor(new BloscCodec()).decode(bytesOf(hex), 256, 256)).toEqual(new Uint8Array(256));
  });

  test.each([
    ['zstd', '02019402 00020000 00020000 2b000000 14000000 13000000 28b52ffd6000014d00001000000100fb2ac002'],
    [
      'zlib',
      '02016402 00020000 00020000 34000000 14000000 0c000000 785e636018d9000001000001 0c000000 785e636018d9000001000001',
    ],
    [
      'blosclz',
      '02010402 00020000 00020000 34000000 14000000 0c000000 2300000000e0f00302000000 0c000000 2300000000e0f00302000000',
    ],
    [
      'lz4hc',
      '02012402 00020000 00020000 32000000 14000000 0b000000 1f000100e7500000000000 0b000000 1f000100e7500000000000',
    ],
  ])('blosc with bits shuffled, %s', (_, hex) => {
    expect(compressor(new BloscCodec()).decode(bytesOf(hex), 512, 512)).toEqual(new Uint8Array(512));
  });

  test('blosc with bits of single bytes shuffled', () => {
    const hex =
      '02012401 80000000 80000000 3e000000 14000000 26000000 1b0101001b0201001b0401001b0801001b1001001b2001001b40010016800100508080808080';
    const bytes = Uint8Array.from({ length: 128 }, (_, i) => 1 << (i % 8));
    expect(compressor(new BloscCodec()).decode(bytesOf(hex), 128, 128)).toEqual(bytes);
  });

  test('vlen-utf8', () => {
    const strings = serializer(new VLenUTF8Codec(), new VariableLengthUTF8(), [3]);
    const hex = '0300000001000000610000000002000000c3a9';
    expect(hexOf(strings.encode(new NdArray(new VariableLengthUTF8(), ['a', '', 'é'], [3])) as Uint8Array)).toBe(hex);
    expect((strings.decode(bytesOf(hex)) as NdArray).storage).toEqual(['a', '', 'é']);
  });
});

describe('bytes to bytes and back', () => {
  const codecs: readonly Codec[] = [
    new GzipCodec({ level: 0 }),
    new GzipCodec({ level: 9 }),
    new ZstdCodec(),
    new ZstdCodec({ level: 1, checksum: true }),
    new numcodecs.Zlib({ level: -1 }),
    new numcodecs.LZ4(),
    new numcodecs.LZ4({ acceleration: 50 }),
    new Crc32cCodec(),
    new BloscCodec({ clevel: 0 }),
    new BloscCodec({ cname: 'lz4', clevel: 9, blocksize: 300 }),
    new BloscCodec({ cname: 'lz4hc', clevel: 9 }),
    new BloscCodec({ cname: 'blosclz', clevel: 9 }),
    new BloscCodec({ cname: 'snappy', clevel: 9 }),
    new numcodecs.BZ2({ level: 9 }),
  ];
  test.each(codecs.map((codec) => [String(codec), codec] as const))('%s', (_, codec) => {
    const bound = compressor(codec);
    for (const size of SIZES) {
      for (const kind of [0, 1, 2, 3]) {
        const bytes = sample(size, kind);
        const copy = bytes.slice();
        const encoded = bound.encode(bytes) as Uint8Array;
        expectBytes(bytes, copy);
        expect(encoded.length).toBeLessThanOrEqual(bound.bound(size) ?? Infinity);
        if (bound.sizeAfter(size) !== undefined) expect(encoded.length).toBe(bound.sizeAfter(size));
        expectBytes(bound.decode(encoded, size, size), bytes);
        expectBytes(bound.decode(encoded, undefined, size), bytes);
      }
    }
  });

  test('blosc, by inner codec, shuffle, typesize and length', () => {
    const cnames = ['lz4', 'lz4hc', 'blosclz', 'snappy', 'zlib', 'zstd'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...cnames),
        fc.constantFrom('noshuffle', 'shuffle', 'bitshuffle'),
        fc.constantFrom(1, 2, 3, 4, 7, 8, 16, 17, 255, 256, 400),
        fc.constantFrom(...SIZES.slice(0, -2), 5000),
        fc.constantFrom(0, 1, 128, 1000, 4096),
        fc.nat(3),
        (cname, shuffle, typesize, size, blocksize, kind) => {
          const bound = compressor(new BloscCodec({ cname, shuffle, typesize, blocksize }));
          const bytes = sample(size, kind);
          expectBytes(bound.decode(bound.encode(bytes) as Uint8Array, size, size), bytes);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  test('input that lies anywhere in its buffer', () => {
    for (const codec of codecs) {
      const bound = compressor(codec);
      const buffer = sample(600, 1);
      const bytes = buffer.subarray(3, 503);
      const encoded = bound.encode(bytes) as Uint8Array;
      const shifted = new Uint8Array(encoded.length + 5).fill(9);
      shifted.set(encoded, 3);
      expectBytes(bound.decode(shifted.subarray(3, 3 + encoded.length), 500, 500), bytes);
    }
  });
});

describe('bytes that are not what they should be', () => {
  test('more than is expected stops at once: gzip, zlib, zstd, blosc, lz4', () => {
    const zeros = new Uint8Array(2 ** 24);
    for (const codec of [
      new GzipCodec(),
      new numcodecs.Zlib(),
      new ZstdCodec(),
      new BloscCodec(),
      new numcodecs.LZ4(),
    ]) {
      const bound = compressor(codec);
      const bomb = bound.encode(zeros) as Uint8Array;
      expect(() => bound.decode(bomb, 16, 16)).toThrow(CodecError);
      expect(() => bound.decode(bomb, undefined, 16)).toThrow(LimitError);
      expect(() => bound.decode(bomb, undefined, 16)).toThrow(/limits\.chunkBytes/);
    }
  });

  test('a zstd frame that says gigabytes and holds nothing', () => {
    const frame = bytesOf('28b52ffda0 00000080 010000');
    expect(() => compressor(new ZstdCodec()).decode(frame, undefined, 2 ** 32)).toThrow(
      /its header says 2147483648 bytes/,
    );
    // Blocks that repeat one byte, 128 KiB each.
    const bomb = new Uint8Array(6 + 4 * 1000);
    bomb.set(bytesOf('28b52ffd0038'));
    for (let block = 0; block < 1000; block++)
      bomb.set(bytesOf(block === 999 ? '03001000' : '02001000'), 6 + 4 * block);
    expect(() => compressor(new ZstdCodec()).decode(bomb, 16, 16)).toThrow(CodecError);
  });

  test('zstd: several frames, frames to skip, dictionaries, windows', () => {
    const zstd = compressor(new ZstdCodec());
    const frame = zstd.encode(ascii('hello')) as Uint8Array;
    const skipped = bytesOf('502a4d18 03000000 010203');
    const joined = Uint8Array.from([...skipped, ...frame, ...skipped, ...frame]);
    expect(zstd.decode(joined, 10, 10)).toEqual(ascii('hellohello'));
    expect(() => zstd.decode(joined.subarray(0, -1), 10, 10)).toThrow(CodecError);
    expect(() => zstd.decode(Uint8Array.from([...frame, 0]), 5, 5)).toThrow(CodecError);
    expect(() => zstd.decode(bytesOf('28b52ffd2105 05 010000'), 5, 5)).toThrow(/dictionary/);
    expect(() => zstd.decode(bytesOf('28b52ffd00ff 010000'), 5, 5)).toThrow(/a window of/);
  });

  test('checksums', () => {
    const zstd = compressor(new ZstdCodec({ checksum: true }));
    const frame = zstd.encode(ascii('hello')) as Uint8Array;
    frame[frame.length - 1]! ^= 1;
    expect(() => zstd.decode(frame, 5, 5)).toThrow(CodecError);
    const gzip = compressor(new GzipCodec());
    for (const at of [-1, -5]) {
      const member = gzip.encode(ascii('hello')) as Uint8Array;
      member[member.length + at]! ^= 1;
      expect(() => gzip.decode(member, 5, 5)).toThrow(ChecksumError);
    }
    const crc = compressor(new Crc32cCodec());
    const checked = crc.encode(ascii('hello')) as Uint8Array;
    checked[0]! ^= 1;
    expect(() => crc.decode(checked, 5, 5)).toThrow(ChecksumError);
    expect(() => crc.decode(ascii('abc'), undefined, 5)).toThrow('crc32c: expected at least 4 bytes, got 3');
    expect(() => crc.decode(checked, 6, 6)).toThrow('crc32c: expected 10 bytes, got 9');
  });

  test('bytes after the end of a stream', () => {
    for (const codec of [new GzipCodec(), new numcodecs.Zlib()]) {
      const bound = compressor(codec);
      const encoded = bound.encode(ascii('hello')) as Uint8Array;
      expect(bound.decode(Uint8Array.from([...encoded, 0, 0]), 5, 5)).toEqual(ascii('hello'));
      expect(() => bound.decode(Uint8Array.from([...encoded, 0, 1]), 5, 5)).toThrow(CodecError);
      expect(() => bound.decode(Uint8Array.from([...encoded, 7]), 5, 5)).toThrow(CodecError);
    }
  });

  test.each([
    ['not Blosc 1', { 0: 5 }, /a Blosc 2 frame \(version 5\)/],
    ['a reserved flag', { 2: 0x3b }, /reserved flag/],
    ['typesize 0', { 3: 0 }, /typesize of 0/],
    ['another length', { 4: 41 }, /blosc: decode|damaged/],
    ['blocks of 0 bytes', { 8: 0 }, /blocks of 0 bytes/],
    ['blocks longer than all', { 8: 41 }, /blocks of 41 bytes/],
    ['another encoded length', { 12: 57 }, /41 stored bytes, its header says 40/],
  ])('blosc: %s', (_, changes, message) => {
    const frame = bytesOf(`02013304280000002800000038000000${'00'.repeat(40)}`);
    for (const [at, byte] of Object.entries(changes)) frame[Number(at)] = byte;
    expect(() => compressor(new BloscCodec()).decode(frame, 40, 40)).toThrow(CodecError);
    expect(() => compressor(new BloscCodec()).decode(frame, 40, 40)).toThrow(message);
  });

  test('lz4: a length that is a lie', () => {
    const lz4 = compressor(new numcodecs.LZ4());
    for (const header of ['ffffffff', '00000080', '09000000']) {
      const bytes = bytesOf(`${header}800001020304050607`);
      expect(() => lz4.decode(bytes, 8, 8)).toThrow(/its header says/);
    }
    expect(() => lz4.decode(bytesOf('ffffffff800001020304050607'), undefined, 2 ** 20)).toThrow(LimitError);
    expect(() => lz4.decode(bytesOf('0800'), 8, 8)).toThrow(CodecError);
  });
});

describe('elements of one size', () => {
  test('little-endian bytes are looked at where they lie, big-endian ones are copied', () => {
    const bytes = bytesOf('0100 0200');
    const little = serializer(new BytesCodec(), new Int16(), [2]).decode(bytes) as NdArray;
    expect([...little.data]).toEqual([1, 2]);
    expect(little.data.buffer).toBe(bytes.buffer);
    const big = serializer(new BytesCodec({ endian: 'big' }), new Int16(), [2]).decode(bytes) as NdArray;
    expect([...big.data]).toEqual([256, 512]);
    expect(bytes).toEqual(bytesOf('01000200'));
    const odd = new Uint8Array(5);
    odd.set(bytes, 1);
    const shifted = serializer(new BytesCodec(), new Int16(), [2]).decode(odd.subarray(1)) as NdArray;
    expect([...shifted.data]).toEqual([1, 2]);
  });

  test.each([
    [new Int32(), 'int32', Int32Array.of(1, -2, 3)],
    [new Int64(), 'int64', BigInt64Array.of(1n, -2n, 3n)],
    [new Float64(), 'float64', Float64Array.of(1.5, -0, Number.NaN)],
  ])('%s in both byte orders', (dtype, _, data) => {
    const chunk = new NdArray(dtype, dtype.view(memoryOf(data)), [3]);
    for (const endian of ['little', 'big'] as const) {
      const codec = serializer(new BytesCodec({ endian }), dtype, [3]);
      const encoded = codec.encode(chunk) as Uint8Array;
      const plain = memoryOf(data);
      const item = dtype.itemSize;
      expect(encoded[0]).toBe(endian === 'little' ? plain[0] : plain[item - 1]);
      expect([...(codec.decode(encoded) as NdArray).data]).toEqual([...data]);
    }
  });

  test('the parts of complex numbers are swapped each by itself', () => {
    const dtype = new Complex128();
    const chunk = new NdArray(dtype, dtype.view(memoryOf(Float64Array.of(1, 2))), [1]);
    const codec = serializer(new BytesCodec({ endian: 'big' }), dtype, [1]);
    expect(hexOf(codec.encode(chunk) as Uint8Array)).toBe('3ff00000000000004000000000000000');
    expect(dtype.get((codec.decode(codec.encode(chunk) as Uint8Array) as NdArray).storage, 0)).toEqual({
      re: 1,
      im: 2,
    });
  });

  test('a view is packed in C order', () => {
    const dtype = new Int16();
    const storage = dtype.view(memoryOf(Int16Array.of(0, 1, 2, 3, 4, 5, 6, 7)));
    const codec = serializer(new BytesCodec(), dtype, [2, 2]);
    expect(hexOf(codec.encode(new NdArray(dtype, storage, [2, 2], [4, 2], 1)) as Uint8Array)).toBe('0100030005000700');
    expect(hexOf(codec.encode(new NdArray(dtype, storage, [2, 2], [2, 1], 3)) as Uint8Array)).toBe('0300040005000600');
  });

  test('every byte but 0 is true', () => {
    const bytes = Uint8Array.of(0, 1, 2, 255);
    expect([...(serializer(new BytesCodec(), new Bool(), [4]).decode(bytes) as NdArray).data]).toEqual([0, 1, 1, 1]);
    expect([...bytes]).toEqual([0, 1, 2, 255]);
  });

  test.each([0, 7, 9])('%i bytes are not two int32', (length) => {
    expect(() => serializer(new BytesCodec(), new Int32(), [2]).decode(new Uint8Array(length))).toThrow(
      `bytes: expected 8 bytes, got ${length}`,
    );
  });

  test('one element, and none', () => {
    expect(serializer(new BytesCodec(), new Int32(), []).size).toBe(4);
    expect((serializer(new BytesCodec(), new Int32(), [0, 3]).decode(new Uint8Array(0)) as NdArray).shape).toEqual([
      0, 3,
    ]);
  });
});

describe('elements that vary in length', () => {
  const strings = serializer(new VLenUTF8Codec(), new VariableLengthUTF8(), [2]);

  test.each([
    ['nothing', ''],
    ['another number of elements', '010000000000000000000000'],
    ['2^32 elements', 'ffffffff'],
    ['truncated lengths', '02000000 00000000'],
    ['a length beyond the end', '02000000 05000000 61 00000000'],
    ['bytes after the last', '02000000 00000000 00000000 00'],
    ['no UTF-8', '02000000 01000000 ff 00000000'],
    ['half a surrogate pair', '02000000 03000000 eda080 00000000'],
  ])('refuses %s', (_, hex) => {
    expect(() => strings.decode(bytesOf(hex))).toThrow(CodecError);
  });

  test('keeps a byte order mark', () => {
    const chunk = new NdArray(new VariableLengthUTF8(), ['\ufeffa', '😀'], [2]);
    expect((strings.decode(strings.encode(chunk) as Uint8Array) as NdArray).storage).toEqual(['\ufeffa', '😀']);
  });

  test('refuses what has no UTF-8', () => {
    const chunk = new NdArray(new VariableLengthUTF8(), ['a', '\ud800'], [2]);
    expect(() => strings.encode(chunk)).toThrow('vlen-utf8: element 1: half a surrogate pair has no UTF-8');
  });

  test('byte strings are copies', () => {
    const dtype = new VariableLengthBytes();
    const bytes = serializer(new VLenBytesCodec(), dtype, [2]);
    const encoded = bytes.encode(new NdArray(dtype, [bytesOf('0102'), new Uint8Array(0)], [2])) as Uint8Array;
    expect(hexOf(encoded)).toBe('0200000002000000010200000000');
    const decoded = (bytes.decode(encoded) as NdArray).storage as Uint8Array[];
    expect(decoded.map(hexOf)).toEqual(['0102', '']);
    expect(decoded[0]!.buffer.byteLength).toBe(2);
  });
});

test('transposed axes are views', () => {
  const dtype = new UInt8();
  const filter = new TransposeCodec({ order: [2, 0, 1] }).bind(specOf(dtype, [2, 3, 4])) as Filter;
  expect(filter.encoded.shape).toEqual([4, 2, 3]);
  const chunk = new NdArray(dtype, sample(24, 0), [2, 3, 4]);
  const encoded = filter.encode(chunk) as NdArray;
  expect(encoded.shape).toEqual([4, 2, 3]);
  expect(encoded.strides).toEqual([1, 12, 4]);
  expect(encoded.storage).toBe(chunk.storage);
  expect((filter.decode(encoded) as NdArray).strides).toEqual(chunk.strides);
});

test('decoded byte strings have memory of their own, also when they come from a Buffer', () => {
  const bound = serializer(new VLenBytesCodec(), new VariableLengthBytes(), [2]);
  const stored = Buffer.from(
    bound.encode(new NdArray(new VariableLengthBytes(), [ascii('ab'), ascii('c')], [2])) as Uint8Array,
  );
  const chunk = bound.decode(stored) as NdArray;
  stored.fill(0);
  expect(chunk.toNested()).toEqual([ascii('ab'), ascii('c')]);
});

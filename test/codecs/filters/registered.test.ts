/** The codecs of format 3: vectors of their specifications and of zarrs, refusals, and arrays in and around shards. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChunkSpec, Codec, Compressor, Filter, Serializer } from '../../../src/codecs/codec.js';
import { codecFromJson } from '../../../src/codecs/registry.js';
import {
  BitRoundCodec,
  BytesCodec,
  CastValue,
  type CodecOption,
  ConditionalCodec,
  Crc32cCodec,
  GzipCodec,
  N5DefaultCodec,
  numcodecs,
  OptionalCodec,
  PackBitsCodec,
  ReshapeCodec,
  ScaleOffset,
  ShardingCodec,
  SqueezeCodec,
  TransposeCodec,
  ZstdCodec,
} from '../../../src/codecs.js';
import type { DType } from '../../../src/dtypes/dtype.js';
import { parseDtype } from '../../../src/dtypes/registry.js';
import type { Storage } from '../../../src/dtypes/storage.js';
import { VariableLengthUTF8 } from '../../../src/dtypes/string.js';
import { ArgumentError, CodecError, MetadataValidationError } from '../../../src/errors.js';
import { fromPlain } from '../../../src/json/convert.js';
import { castElements } from '../../../src/ndarray/cast.js';
import { ndarray } from '../../../src/ndarray/infer.js';
import { NdArray } from '../../../src/ndarray/ndarray.js';
import { MemoryStore } from '../../../src/storage.js';

import * as zarr from '../../../src/sync.js';
import { bytesOf, hexOf } from '../hex.js';

const specOf = (dtype: string, shape: readonly number[], fill: unknown = 0): ChunkSpec => {
  const type = parseDtype(dtype);
  return { shape, dtype: type, fillValue: ndarray([fill], { dtype: type }).storage };
};
const bound = <Bound>(codec: Codec, spec: ChunkSpec): Bound => codec.resolve(spec).bind(spec) as Bound;
const read = (name: string, configuration?: object): Codec =>
  codecFromJson(fromPlain(configuration === undefined ? { name } : { name, configuration }));
const encoded = (codec: Codec, values: readonly unknown[], dtype: string): unknown =>
  (bound<Filter>(codec, specOf(dtype, [values.length])).encode(ndarray(values, { dtype })) as NdArray).toNested();

/** Values as NumPy casts them, wrapping around. */
function wrapped(values: readonly (number | bigint)[], dtype: string): NdArray {
  const chunk = typeof values[0] === 'bigint' ? ndarray([...values]) : ndarray(values.map(Number));
  const type = parseDtype(dtype);
  return new NdArray(type, castElements(chunk, type, 'unsafe'), chunk.shape);
}

describe('bitround', () => {
  test.each([
    ['float32', 3, [1.2345, 7.77], [1.25, 8]],
    ['float32', 3, [0, 1.2345679, -8.358719, 98765.43], [0, 1.25, -8, 98304]],
    ['uint8', 3, [255, 208, 209, 0, 3, 7, 15, 17, 54, 89, 128], [224, 192, 224, 0, 3, 7, 16, 16, 56, 96, 128]],
    [
      'uint32',
      3,
      [0, 1024, 1280, 1664, 1685, 123145182, 4294967295],
      [0, 1024, 1280, 1536, 1792, 117440512, 3758096384],
    ],
    ['uint64', 3, [1685n, 2n ** 64n - 1n], [1792n, 7n * 2n ** 61n]],
    ['float64', 60, [0.1], [0.1]],
  ] as const)('%s keeping %d', (dtype, keepbits, values, expected) => {
    expect(encoded(new BitRoundCodec({ keepbits }), values, dtype)).toEqual(expected);
  });

  test('refuses what has no bits to keep, and numcodecs more than there are', () => {
    expect(() => bound(new BitRoundCodec({ keepbits: 3 }), specOf('bool', [1]))).toThrow(MetadataValidationError);
    expect(() => bound(new numcodecs.BitRound({ keepbits: 24 }), specOf('float32', [1]))).toThrow(/at most the 23/);
  });

  test.each(['int32', 'uint64', 'complex64', 'bfloat16'] as const)(
    'numcodecs rounds floats alone: no array of %s is made with it, and none is written; those of others are read',
    (dtype) => {
      const expected = /expected elements that are floats of 16 to 64 bits, got "(int|uint|complex|bfloat)/;
      const made = { shape: [2], dtype, chunks: [2], compressors: null } as const;
      const numcodec = new numcodecs.BitRound({ keepbits: 3 });
      const formats = dtype === 'bfloat16' ? ([3] as const) : ([2, 3] as const);
      for (const zarrFormat of formats) {
        const filters = [numcodec];
        expect(() => zarr.createArray(undefined, { ...made, zarrFormat, filters })).toThrow(ArgumentError);
        expect(() => zarr.createArray(undefined, { ...made, zarrFormat, filters })).toThrow(expected);
      }
      const shards = [4];
      expect(() => zarr.createArray(undefined, { ...made, shards, filters: [numcodec] })).toThrow(expected);
      // As zarrs writes it, to which one name is as good as the other.
      const files = new Map<string, Uint8Array>();
      const other = zarr.createArray(files, { ...made, filters: [new BitRoundCodec({ keepbits: 3 })] });
      other.set('...', [8, 16]);
      const text = new TextDecoder().decode(files.get('zarr.json')).replace('"bitround"', '"numcodecs.bitround"');
      files.set('zarr.json', new TextEncoder().encode(text));
      const array = zarr.openArray(files);
      expect(array.filters[0]?.name).toBe('numcodecs.bitround');
      expect(array.get().equals(other.get())).toBe(true);
      expect(() => array.set('...', 1)).toThrow(expected);
      expect(() => array.set('...', 1)).toThrow(CodecError);
    },
  );
});

describe('packbits', () => {
  test.each([
    ['bool', {}, [0, 1, 0, 1, 0, 1, 0, 1], 'aa'],
    ['bool', { padding_encoding: 'first_byte' }, [1, 0, 1], '0505'],
    ['bool', { padding_encoding: 'last_byte' }, [1, 0, 1], '0505'],
    ['uint8', { first_bit: 0, last_bit: 3 }, [1, 2, 3], '2103'],
    ['int8', { last_bit: 3 }, [-1, 2, -8], '2f08'],
    ['uint16', { first_bit: 4, last_bit: 11 }, [0xabc0, 0x1230], 'bc23'],
    ['int16', { last_bit: 8 }, [-1, -256, 255], 'ff01fe03'],
    ['uint64', { last_bit: 39 }, [0x123456789an], '9a78563412'],
  ] as const)('%s %j', (dtype, configuration, values, hex) => {
    const spec = specOf(dtype, [values.length]);
    const codec = bound<Serializer>(read('packbits', configuration), spec);
    const chunk = wrapped(values, dtype);
    expect(hexOf(codec.encode(chunk) as Uint8Array)).toBe(hex);
    const kept = (codec.decode(bytesOf(hex)) as NdArray).toNested();
    if (!('first_bit' in configuration) || dtype !== 'uint16') expect(kept).toEqual(chunk.toNested());
    expect(() => codec.decode(bytesOf(`${hex}00`))).toThrow(CodecError);
  });

  test('any bits of any integers come back', () => {
    const property = fc.property(
      fc.constantFrom('int8', 'uint16', 'int32', 'uint32'),
      fc.nat(7),
      fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 20 }),
      fc.constantFrom('none', 'first_byte', 'last_byte'),
      (dtype, firstBit, numbers, paddingEncoding) => {
        const chunk = wrapped(numbers, dtype);
        const lastBit = 8 * chunk.dtype.itemSize! - 1;
        const codec = bound<Serializer>(
          new PackBitsCodec({ firstBit, lastBit, paddingEncoding }),
          specOf(dtype, chunk.shape),
        );
        const decoded = codec.decode(codec.encode(chunk) as Uint8Array) as NdArray;
        const shifted = (value: number): number => Math.floor(value / 2 ** firstBit) * 2 ** firstBit;
        expect(decoded.toNested()).toEqual((chunk.toNested() as number[]).map((value) => shifted(value) + 0));
      },
    );
    fc.assert(property, { numRuns: 100 });
  });

  test('refuses bits that there are not', () => {
    expect(() => bound(read('packbits', { last_bit: 8 }), specOf('uint8', [1]))).toThrow(
      /last_bit: expected one of the 8/,
    );
    expect(() => read('packbits', { first_bit: 3, last_bit: 2 })).toThrow(MetadataValidationError);
    expect(() => bound(new PackBitsCodec(), { ...specOf('uint8', [1]), dtype: new VariableLengthUTF8() })).toThrow(
      /numbers/,
    );
  });

  test('padding that is not what it says is damage', () => {
    const codec = bound<Serializer>(read('packbits', { padding_encoding: 'first_byte' }), specOf('bool', [3]));
    expect(() => codec.decode(bytesOf('0405'))).toThrow(/expected 5 bits of padding, got 4/);
  });
});

describe('scale_offset', () => {
  test.each([
    ['int16', { offset: 5, scale: 3 }, [5, 7, -3], [0, 6, -24]],
    ['float32', { offset: 0.1, scale: 0.3 }, [1], [Math.fround(Math.fround(1 - Math.fround(0.1)) * Math.fround(0.3))]],
    ['int64', { offset: '-1', scale: 2 }, [2n ** 61n], [2n ** 62n + 2n]],
    ['float64', { scale: '0x4000000000000000' }, [1.5], [3]],
  ] as const)('%s %j', (dtype, configuration, values, expected) => {
    const spec = specOf(dtype, [values.length]);
    const codec = bound<Filter>(read('scale_offset', configuration), spec);
    const chunk = ndarray(values, { dtype });
    expect((codec.encode(chunk) as NdArray).toNested()).toEqual(expected);
    const back = (codec.decode(codec.encode(chunk) as NdArray) as NdArray).toNested();
    if (dtype !== 'float32') expect(back).toEqual(values);
  });

  test('documents and text are those of zarr-python', () => {
    expect(JSON.stringify(new ScaleOffset())).toBe('{"name":"scale_offset"}');
    expect(JSON.stringify(new ScaleOffset({ offset: 0, scale: 0.5 }))).toBe(
      '{"name":"scale_offset","configuration":{"scale":0.5}}',
    );
    expect(String(new ScaleOffset({ offset: 5, scale: 0.1 }))).toBe('ScaleOffset(offset=5, scale=0.1)');
    expect(String(read('scale_offset', { offset: 'NaN' }))).toBe("ScaleOffset(offset='NaN', scale=1)");
  });

  test('what the type has not is an error', () => {
    const codec = bound<Filter>(new ScaleOffset({ offset: 1, scale: 3 }), specOf('uint8', [1], 1));
    expect(() => codec.encode(ndarray([0], { dtype: 'uint8' }))).toThrow(CodecError);
    expect(() => codec.encode(ndarray([100], { dtype: 'uint8' }))).toThrow(/not from 0 to 255/);
    expect(() => codec.decode(ndarray([4], { dtype: 'uint8' }))).toThrow(/does not divide 4/);
    const big = bound<Filter>(new ScaleOffset({ scale: 2 }), specOf('uint64', [1]));
    expect(() => big.encode(ndarray([2n ** 63n], { dtype: 'uint64' }))).toThrow(CodecError);
  });

  test.each([
    [{ scale: 0 }, 'float32', /scale: expected a number other than 0/],
    [{ scale: '0x00000000' }, 'float32', /other than 0/],
    [{ offset: 0.5 }, 'int32', /configuration\.offset: expected an integer/],
    [{ offset: 300 }, 'uint8', /configuration\.offset/],
    [{ offset: 1 }, 'uint8', /the fill value cannot be encoded/],
    [{}, 'bool', /integers or floats/],
    [{}, 'complex64', /integers or floats/],
  ])('%j of %s is refused', (configuration, dtype, message) => {
    expect(() => read('scale_offset', configuration).resolve(specOf(dtype, [1]))).toThrow(message);
  });
});

describe('cast_value', () => {
  test('packed data as CF has it', () => {
    const store = new MemoryStore();
    const nan = { encode: [['NaN', 0]], decode: [[0, 'NaN']] } as const;
    const filters = [
      new ScaleOffset({ offset: -10, scale: 0.1 }),
      new CastValue({ data_type: 'uint8', scalar_map: nan }),
    ];
    zarr
      .createArray(store, { shape: [3], dtype: 'float64', fillValue: Number.NaN, filters, compressors: null })
      .set(null, [0, Number.NaN, 2540]);
    expect(hexOf(store.get('c/0') as Uint8Array)).toBe('0100ff');
    expect(zarr.openArray(store).get().toNested()).toEqual([0, Number.NaN, 2540]);
  });

  test('documents and text are those of zarr-python', () => {
    const configuration = {
      data_type: 'uint8',
      rounding: 'towards-zero',
      out_of_range: 'clamp',
      scalar_map: { encode: [['NaN', 0]], decode: [[0, 'NaN']] },
    };
    const codec = read('cast_value', configuration);
    expect(JSON.stringify(codec)).toBe(JSON.stringify({ name: 'cast_value', configuration }));
    expect(String(codec)).toBe(
      "CastValue(dtype=UInt8(), rounding='towards-zero', out_of_range='clamp', " +
        "scalar_map={'encode': {'NaN': 0}, 'decode': {0: 'NaN'}})",
    );
    expect(JSON.stringify(new CastValue({ data_type: '<i4' }))).toBe(
      '{"name":"cast_value","configuration":{"data_type":"int32"}}',
    );
  });

  test('the first of two entries for one number counts, and any NaN is NaN', () => {
    const scalar_map = {
      encode: [
        ['NaN', 1],
        ['NaN', 2],
        ['+Infinity', 3],
        [0, 9],
      ],
    } as const;
    const codec = new CastValue({ data_type: 'uint8', scalar_map });
    const filter = bound<Filter>(codec, specOf('float64', [4], 5));
    const values = ndarray([Number.NaN, Number.POSITIVE_INFINITY, -0, 7], { dtype: 'float64' });
    expect((filter.encode(values) as NdArray).toNested()).toEqual([1, 3, 9, 7]);
  });

  test.each([
    [{ data_type: 'bool' }, 'float64', 0, /data_type: expected a type of integers or floats/],
    [{ data_type: 'float32', out_of_range: 'wrap' }, 'float64', 0, /"wrap" needs a type of integers/],
    [{ data_type: 'uint8' }, 'float64', Number.NaN, /the fill value NaN cannot be cast/],
    [{ data_type: 'uint8' }, 'float64', 0.5, /the fill value 0\.5 would come back as 0/],
    [
      { data_type: 'uint8', scalar_map: { encode: [[0, 300]] } },
      'float64',
      0,
      /encode\[0\]\[1\]: expected a number of "uint8"/,
    ],
    [{ data_type: 'uint8', other: 1 }, 'float64', 0, /unknown option/],
    [{ data_type: 'nothing' }, 'float64', 0, /data_type: /],
    [{ data_type: 'uint8' }, 'complex64', 0, /integers or floats/],
  ])('%j of %s with fill value %s is refused', (configuration, dtype, fill, message) => {
    const open = (): unknown => read('cast_value', configuration).resolve(specOf(dtype, [1], fill));
    expect(open).toThrow(message);
    expect(open).toThrow(MetadataValidationError);
  });
});

describe('reshape and squeeze', () => {
  test.each([
    [
      [[0, 1], [2], 3],
      [100, 50, 64, 3],
      [5000, 64, 3],
    ],
    [[-1], [2, 3], [6]],
    [
      [[], 2, [1]],
      [2, 3],
      [1, 2, 3],
    ],
    [
      [2, -1, [3]],
      [4, 5, 6, 7],
      [2, 60, 7],
    ],
  ] as const)('%j of %j', (shape, chunk, expected) => {
    const filter = bound<Filter>(read('reshape', { shape }), specOf('uint8', chunk));
    expect(filter.encoded.shape).toEqual(expected);
  });

  test.each([
    [
      [[1], [0]],
      [2, 3],
    ],
    [
      [-1, -1],
      [2, 3],
    ],
    [
      [4, -1],
      [2, 3],
    ],
    [
      [[0], 4],
      [2, 3],
    ],
    [
      [[1], 2],
      [2, 3],
    ],
    [[[2]], [2, 3]],
    [
      [0, 6],
      [2, 3],
    ],
  ])('%j of %j is refused', (shape, chunk) => {
    expect(() => bound(read('reshape', { shape }), specOf('uint8', chunk))).toThrow(MetadataValidationError);
  });

  test('keep the elements in order', () => {
    const chunk = ndarray(
      Uint8Array.from({ length: 6 }, (_, i) => i),
      { shape: [3, 1, 2] },
    ).transpose([2, 1, 0]);
    for (const codec of [new ReshapeCodec({ shape: [-1] }), new SqueezeCodec()]) {
      const filter = bound<Filter>(codec, specOf('uint8', [2, 1, 3]));
      const there = filter.encode(chunk) as NdArray;
      expect([...there.toFlat()]).toEqual([0, 2, 4, 1, 3, 5]);
      expect((filter.decode(there) as NdArray).toNested()).toEqual(chunk.toNested());
    }
  });
});

describe('n5_default', () => {
  const codecs = [new TransposeCodec({ order: [1, 0] }), new BytesCodec({ endian: 'big' })];
  const spec = specOf('int16', [2, 3], 9);

  test('whole blocks and blocks that are cut', () => {
    const codec = bound<Serializer>(new N5DefaultCodec({ codecs }), spec);
    const chunk = ndarray(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { dtype: 'int16' },
    );
    const hex = '00000002 00000003 00000002 0001 0004 0002 0005 0003 0006'.replaceAll(' ', '');
    expect(hexOf(codec.encode(chunk) as Uint8Array)).toBe(hex);
    expect((codec.decode(bytesOf(hex)) as NdArray).toNested()).toEqual(chunk.toNested());
    const cut = '00000002 00000002 00000001 0001 0002'.replaceAll(' ', '');
    expect((codec.decode(bytesOf(cut)) as NdArray).toNested()).toEqual([
      [1, 2, 9],
      [9, 9, 9],
    ]);
    for (let at = 0; at < hex.length; at += 2)
      expect(() => codec.decode(bytesOf(hex.slice(0, at)))).toThrow(CodecError);
    expect(() => codec.decode(bytesOf(`0002${hex.slice(4)}`))).toThrow(/mode 0, got 2/);
    expect(() => codec.decode(bytesOf('00000002 ffffffff 00000002'.replaceAll(' ', '')))).toThrow(
      /larger than the chunk/,
    );
  });

  test.each([
    [[new BytesCodec({ endian: 'big' })]],
    [[new TransposeCodec({ order: [1, 0] }), new BytesCodec()]],
    [[...codecs, new GzipCodec(), new GzipCodec()]],
    [[new TransposeCodec({ order: [0, 1] }), new BytesCodec({ endian: 'big' })]],
  ])('other chains are refused, %#', (chain: readonly CodecOption[]) => {
    expect(() => new N5DefaultCodec({ codecs: chain }).resolve(spec)).toThrow();
  });
});

describe('conditional', () => {
  const spec = specOf('uint8', [64]);

  test('applies what helps', () => {
    const codec = bound<Compressor>(new ConditionalCodec({ codecs: [new ZstdCodec(), new Crc32cCodec()] }), spec);
    const noise = Uint8Array.from({ length: 64 }, (_, i) => (i * 151 + ((i * i * 37) % 91)) & 255);
    for (const [bytes, header] of [
      [noise, 2],
      [new Uint8Array(64), 3],
    ] as const) {
      const there = codec.encode(bytes) as Uint8Array;
      expect(there[0]).toBe(header);
      expect(codec.decode(there, 64, 64)).toEqual(bytes);
      for (let at = 0; at < there.length; at++) {
        expect(() => codec.decode(there.slice(0, at), 64, 64)).toThrow(CodecError);
        const damaged = there.slice();
        damaged[at]! ^= 0x10;
        expect(() => codec.decode(damaged, 64, 64)).toThrow(CodecError);
      }
    }
  });

  test('none of them, and headers of their own length', () => {
    const codec = bound<Compressor>(
      read('conditional', { codecs: [{ name: 'gzip', configuration: { level: 1 } }], header_bits: 16 }),
      spec,
    );
    expect(codec.decode(bytesOf('0000 0102'.replace(' ', '')), 2, 2)).toEqual(Uint8Array.of(1, 2));
    expect(() => codec.decode(bytesOf('02000102'), 2, 2)).toThrow(/bit 1 of the header is reserved/);
    expect(() => read('conditional', { codecs: [{ name: 'bytes' }] })).toThrow(/bytes to bytes/);
    expect(() => read('conditional', { codecs: [], header_bits: 7 })).toThrow(/multiple of 8/);
  });
});

/** Integers that may be missing, as lists of numbers and `null`. */
class Maybe extends VariableLengthUTF8 {
  readonly dtype: DType = parseDtype('uint8');

  mask(storage: Storage): Uint8Array {
    return Uint8Array.from(storage as unknown[], (item) => (item === null ? 0 : 1));
  }

  values(storage: Storage): Storage {
    return Uint8Array.from((storage as (number | null)[]).filter((item) => item !== null));
  }

  join(mask: Uint8Array, values: Storage): Storage {
    let next = 0;
    return Array.from(mask, (bit) => (bit === 0 ? null : values[next++]));
  }
}

describe('zarrs.optional', () => {
  const dtype = new Maybe();
  const codec = new OptionalCodec({ maskCodecs: [new PackBitsCodec()], dataCodecs: [new BytesCodec()] });
  const serializer = bound<Serializer>(codec, { shape: [2, 2], dtype, fillValue: [null] });
  const hex = '0100000000000000020000000000000009 0005'.replace(' ', '');

  test('what zarrs writes', () => {
    const chunk = new NdArray(dtype, [0, null, null, 5], [2, 2]);
    expect(hexOf(serializer.encode(chunk) as Uint8Array)).toBe(hex);
    expect((serializer.decode(bytesOf(hex)) as NdArray).storage).toEqual([0, null, null, 5]);
  });

  test('damage', () => {
    const bytes = bytesOf(hex);
    for (let at = 0; at < bytes.length; at++) {
      expect(() => serializer.decode(bytes.slice(0, at))).toThrow(CodecError);
    }
    for (let at = 0; at < 16; at++) {
      const damaged = bytes.slice();
      damaged[at]! ^= 0x80;
      expect(() => serializer.decode(damaged)).toThrow(CodecError);
    }
    expect(() => serializer.decode(bytesOf(`${hex.slice(0, 32)}0b0005`))).toThrow(CodecError);
  });

  test('other elements are refused', () => {
    expect(() => codec.resolve(specOf('uint8', [1]))).toThrow(/may be missing/);
    expect(read('optional', { mask_codecs: [{ name: 'bytes' }], data_codecs: [{ name: 'bytes' }] }).name).toBe(
      'zarrs.optional',
    );
  });
});

describe('names', () => {
  test.each([
    ['endian', 'bytes', { endian: 'little' }],
    ['vlen-array', 'numcodecs.vlen-array', { dtype: '<i2' }],
    ['numcodecs.vlen-utf8', 'vlen-utf8', {}],
    ['https://codec.zarrs.dev/array_to_bytes/vlen_bytes', 'vlen-bytes', {}],
    ['https://codec.zarrs.dev/array_to_array/bitround', 'bitround', { keepbits: 1 }],
    ['https://codec.zarrs.dev/bytes_to_bytes/fletcher32', 'numcodecs.fletcher32', {}],
  ])('%s is %s', (name, expected, configuration) => {
    expect(read(name, configuration).name).toBe(expected);
  });
});

describe('in and around shards', () => {
  const filtersOf = (dtype: string): Record<string, readonly CodecOption[]> => ({
    delta: [new numcodecs.Delta({ dtype })],
    'transpose, delta': [new TransposeCodec({ order: [1, 0] }), new numcodecs.Delta({ dtype })],
    fixedscaleoffset: [new numcodecs.FixedScaleOffset({ offset: 1, scale: 2, astype: 'i4' })],
    astype: [new numcodecs.AsType({ encode_dtype: 'f8' })],
    scale_offset: [new ScaleOffset({ offset: 3, scale: 2 })],
    cast_value: [new CastValue({ data_type: 'int64' })],
    bitround: [new BitRoundCodec({ keepbits: 32 })],
  });
  const dtype = 'int32';

  test.each(Object.keys(filtersOf(dtype)))('%s', (name) => {
    const filters = filtersOf(dtype)[name]!;
    const bytes = new BytesCodec();
    const inside = [new ShardingCodec({ chunkShape: [2, 2], codecs: [...filters, bytes, new GzipCodec()] })];
    const around = [...filters, new ShardingCodec({ chunkShape: [2, 2], codecs: [bytes, new numcodecs.CRC32()] })];
    for (const codecs of [inside, around, [...filters, bytes, new numcodecs.Shuffle()]]) {
      const store = new MemoryStore();
      const array = zarr.createArray(store, { shape: [6, 6], chunks: [4, 4], dtype, fillValue: 7, codecs });
      array.set('1:4, 2:5', [
        [1, -2, 3],
        [4, 500, 6],
        [7, 7, 9],
      ]);
      array.set('5', 7);
      const expected = Array.from({ length: 6 }, () => new Array<number>(6).fill(7));
      [
        [1, -2, 3],
        [4, 500, 6],
        [7, 7, 9],
      ].forEach((row, y) => {
        row.forEach((value, x) => {
          expected[y + 1]![x + 2] = value;
        });
      });
      expect(zarr.openArray(store).get().toNested()).toEqual(expected);
    }
  });

  test('what zarr-python fills in is filled in', () => {
    const store = new MemoryStore();
    const filters = [new numcodecs.FixedScaleOffset({ scale: 10, offset: 0, astype: 'u1' })];
    const compressors = [new numcodecs.Shuffle()];
    zarr.createArray(store, { shape: [2], dtype: 'float64', filters, compressors });
    const { codecs } = JSON.parse(new TextDecoder().decode(store.get('zarr.json') as Uint8Array)) as {
      codecs: unknown;
    };
    expect(JSON.stringify(codecs)).toBe(
      '[{"name":"numcodecs.fixedscaleoffset","configuration":{"scale":10,"offset":0,"astype":"u1","dtype":"float64"}},' +
        '{"name":"bytes"},{"name":"numcodecs.shuffle","configuration":{"elementsize":1}}]',
    );
    expect(() =>
      zarr.createArray(new MemoryStore(), {
        shape: [2],
        dtype: 'bool',
        filters: [new CastValue({ data_type: 'uint8' })],
      }),
    ).toThrow(ArgumentError);
  });
});

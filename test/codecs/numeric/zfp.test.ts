/** zfp, with and without its header: what the library writes, what it keeps, and what is refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Codec, Serializer } from '../../../src/codecs/codec.js';
import { codecFromJson, codecFromV2, codecToV2, numcodecsText } from '../../../src/codecs/registry.js';
import { numcodecs, ZfpCodec, type ZfpOptions } from '../../../src/codecs.js';
import { ArgumentError, CodecError, MetadataValidationError } from '../../../src/errors.js';
import { fromPlain, toPlain } from '../../../src/json/convert.js';
import { NdArray } from '../../../src/ndarray/ndarray.js';
import { createArray, openArray } from '../../../src/sync.js';
import { bytesOf, hexOf } from '../hex.js';
import { bytesIn, casesOf, chunkOf, randomNumbers, serializer, specOf, survivors } from './native.js';

interface Case {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly options: { readonly tolerance?: number; readonly rate?: number; readonly precision?: number };
  readonly values: string;
  readonly decoded: string;
  readonly encoded: string;
  readonly headless: string;
}

const cases = casesOf<Case>('zfp');
const nameOf = ({ dtype, shape, options }: Case): string => `${dtype} (${shape}) ${JSON.stringify(options)}`;

const zfpyOf = ({ options }: Case): Codec =>
  new numcodecs.ZFPY({ mode: 'rate' in options ? 2 : 'precision' in options ? 3 : 4, ...options });

function zfpOptions({ tolerance, rate, precision }: Case['options']): ZfpOptions {
  if (tolerance !== undefined) return { mode: 'fixed_accuracy', tolerance };
  if (rate !== undefined) return { mode: 'fixed_rate', rate };
  return precision === undefined ? { mode: 'reversible' } : { mode: 'fixed_precision', precision };
}

describe('what the library writes', () => {
  test.each(cases.map((one, index) => [`${index} ${nameOf(one)}`, one] as const))('%s', (_, one) => {
    const { dtype, shape } = one;
    const chunk = chunkOf(bytesOf(one.values), dtype, shape);
    const zfpy = serializer(zfpyOf(one), dtype, shape);
    expect(hexOf(zfpy.encode(chunk) as Uint8Array)).toBe(one.encoded);
    expect(hexOf(bytesIn(zfpy.decode(bytesOf(one.encoded))))).toBe(one.decoded);
    // Integers have no accuracy.
    if (one.options.tolerance !== undefined && dtype.startsWith('int')) return;
    const zfp = serializer(new ZfpCodec(zfpOptions(one.options)), dtype, shape);
    expect(hexOf(zfp.encode(chunk) as Uint8Array)).toBe(one.headless);
    expect(hexOf(bytesIn(zfp.decode(bytesOf(one.headless))))).toBe(one.decoded);
  });

  test('is the same where elements lie in another order in memory', () => {
    const one = cases.find(({ shape }) => shape.length === 3)!;
    const reversed = [...one.shape].reverse();
    const chunk = chunkOf(bytesOf(one.values), one.dtype, one.shape);
    const turned = new NdArray(chunk.dtype, chunk.dtype.allocate(chunk.size), reversed).transpose();
    for (let x = 0; x < one.shape[0]!; x++) {
      for (let y = 0; y < one.shape[1]!; y++) {
        for (let z = 0; z < one.shape[2]!; z++) turned.set([x, y, z], chunk.get(x, y, z));
      }
    }
    expect(hexOf(serializer(zfpyOf(one), one.dtype, one.shape).encode(turned) as Uint8Array)).toBe(one.encoded);
  });
});

const narrow = { int8: 23, uint8: 23, int16: 15, uint16: 15 } as const;

describe('data types', () => {
  const all = [...Object.keys(narrow), 'int32', 'uint32', 'int64', 'uint64', 'float32', 'float64', '<M8[ns]', '<m8[s]'];

  test.each(all)('%s comes out as it went in, where nothing may be lost', (dtype) => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 0, maxLength: 4 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.boolean(),
        (shape, seed, isNoise) => {
          const { dtype: type } = specOf(dtype, shape);
          const count = shape.reduce((a, b) => a * b, 1);
          const random = randomNumbers(count, seed);
          const bytes = new Uint8Array(count * type.itemSize!);
          const last = (at: number): boolean => at % type.itemSize! === type.itemSize! - 1;
          for (let at = 0; at < bytes.length; at++) {
            // Unsigned integers have to have a signed one.
            const isBounded = last(at) && (dtype === 'uint32' || dtype === 'uint64');
            bytes[at] = isNoise ? (isBounded ? 127 : 256) * random() : last(at) ? 0 : at;
          }
          const codec = serializer(new ZfpCodec({ mode: 'reversible' }), dtype, shape);
          const encoded = codec.encode(chunkOf(bytes, dtype, shape)) as Uint8Array;
          expect(hexOf(bytesIn(codec.decode(encoded)))).toBe(hexOf(bytes));
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each(Object.entries(narrow))('%s is shifted by %i bits', (dtype, shift) => {
    const center = dtype.startsWith('u') ? 2 ** (30 - shift) : 0;
    const values = [-center, 0, 1, 2, 77, 99, 100].map((value) => value + center);
    const wide = Int32Array.from(values, (value) => (value - center) << shift);
    const chunk = new NdArray(specOf(dtype, [7]).dtype, specOf(dtype, [7]).dtype.allocate(7), [7]);
    for (const [index, value] of values.entries()) chunk.set(index, value);
    for (const options of [
      { mode: 'fixed_rate', rate: 12 },
      { mode: 'fixed_precision', precision: 9 },
    ] as const) {
      const encoded = serializer(new ZfpCodec(options), dtype, [7]).encode(chunk) as Uint8Array;
      const asWide = chunkOf(new Uint8Array(wide.buffer), 'int32', [7]);
      expect(hexOf(encoded)).toBe(hexOf(serializer(new ZfpCodec(options), 'int32', [7]).encode(asWide) as Uint8Array));
    }
  });

  test('what is rounded beyond the range of a type is its end', () => {
    const wide = Int32Array.of(2 ** 31 - 1, -(2 ** 31), 0, 5 << 23);
    const encoded = serializer(new ZfpCodec({ mode: 'reversible' }), 'int32', [4]).encode(
      chunkOf(new Uint8Array(wide.buffer), 'int32', [4]),
    ) as Uint8Array;
    const decoded = (dtype: string): unknown =>
      (serializer(new ZfpCodec({ mode: 'reversible' }), dtype, [4]).decode(encoded) as NdArray).toNested();
    expect(decoded('int8')).toEqual([127, -128, 0, 5]);
    expect(decoded('uint8')).toEqual([255, 0, 128, 133]);
    expect(decoded('uint32')).toEqual([2 ** 31 - 1, 0, 0, 5 << 23]);
  });

  test('an unsigned integer without a signed one is refused, not changed', () => {
    const chunk = chunkOf(new Uint8Array(Uint32Array.of(1, 2 ** 31).buffer), 'uint32', [2]);
    const codec = serializer(new ZfpCodec({ mode: 'reversible' }), 'uint32', [2]);
    expect(() => codec.encode(chunk)).toThrow(/element 1: a "uint32" beyond the range of signed integers/);
    const wide = chunkOf(new Uint8Array(BigUint64Array.of(1n, 2n ** 63n).buffer), 'uint64', [2]);
    expect(() => serializer(new ZfpCodec({ mode: 'reversible' }), 'uint64', [2]).encode(wide)).toThrow(CodecError);
  });
});

describe('what is kept', () => {
  test('values within the tolerance', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: -6, max: 2 }),
        (values, digits) => {
          const tolerance = 10 ** digits;
          const shape = values.length % 2 === 0 ? [2, values.length / 2] : [values.length];
          const bytes = new Uint8Array(Float64Array.from(values).buffer);
          const codec = serializer(new ZfpCodec({ mode: 'fixed_accuracy', tolerance }), 'float64', shape);
          const decoded = codec.decode(codec.encode(chunkOf(bytes, 'float64', shape)) as Uint8Array) as NdArray;
          [...decoded].forEach((value, index) => {
            expect(Math.abs((value as number) - values[index]!)).toBeLessThanOrEqual(tolerance);
          });
        },
      ),
    );
  });

  test.each([
    [[16], 4],
    [[16, 8], 2.5],
    [[8, 8, 8], 7],
    [[5, 5], 8],
  ])('a fixed rate: chunks of (%s) at %d bits', (shape, rate) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const bytes = new Uint8Array(Float32Array.from({ length: count }, (_, i) => Math.sin(i)).buffer);
    const encoded = serializer(new ZfpCodec({ mode: 'fixed_rate', rate }), 'float32', shape).encode(
      chunkOf(bytes, 'float32', shape),
    ) as Uint8Array;
    const blocks = shape.reduce((product, length) => product * Math.ceil(length / 4), 1);
    expect(encoded.length).toBe(Math.ceil((blocks * Math.round(4 ** shape.length * rate)) / 64) * 8);
  });

  test('expert mode is what the others come down to', () => {
    const bytes = new Uint8Array(Float32Array.from({ length: 60 }, (_, i) => i ** 1.5).buffer);
    const encoded = (options: ZfpOptions): string =>
      hexOf(
        serializer(new ZfpCodec(options), 'float32', [6, 10]).encode(chunkOf(bytes, 'float32', [6, 10])) as Uint8Array,
      );
    const expert = { mode: 'expert', minbits: 1, maxbits: 16658, maxprec: 64, minexp: -1074 } as const;
    expect(encoded({ ...expert, minexp: -1075 })).toBe(encoded({ mode: 'reversible' }));
    expect(encoded({ ...expert, minexp: -4 })).toBe(encoded({ mode: 'fixed_accuracy', tolerance: 0.1 }));
    expect(encoded({ ...expert, maxprec: 14 })).toBe(encoded({ mode: 'fixed_precision', precision: 14 }));
    expect(encoded({ ...expert, minbits: 128, maxbits: 128 })).toBe(encoded({ mode: 'fixed_rate', rate: 8 }));
  });

  test('a plane at the rate that zarrs writes, as for three axes, is read', () => {
    const bytes = new Uint8Array(Float32Array.from({ length: 64 }, (_, i) => i / 8).buffer);
    const chunk = chunkOf(bytes, 'float32', [8, 8]);
    const cubic = new ZfpCodec({ mode: 'expert', minbits: 512, maxbits: 512, maxprec: 64, minexp: -1074 });
    const encoded = serializer(cubic, 'float32', [8, 8]).encode(chunk) as Uint8Array;
    const codec = serializer(new ZfpCodec({ mode: 'fixed_rate', rate: 8 }), 'float32', [8, 8]);
    expect(encoded.length).not.toBe((codec.encode(chunk) as Uint8Array).length);
    expect(hexOf(bytesIn(codec.decode(encoded)))).toBe(hexOf(bytes));
  });
});

describe('damaged', () => {
  const some = cases.filter(({ encoded }, index) => index % 3 === 0 && encoded.length < 500);

  test.each(some.map((one, index) => [`${index} ${nameOf(one)}`, one] as const))('%s', (_, one) => {
    const size = one.values.length / 2;
    const zfpy = serializer(zfpyOf(one), one.dtype, one.shape);
    const kept = survivors(zfpy, bytesOf(one.encoded), size, 'numcodecs.zfpy');
    // The last bytes may be nothing but what fills up a word.
    const shorter = kept.filter(({ length }) => length < one.encoded.length / 2);
    for (const bytes of shorter) expect(hexOf(bytesIn(zfpy.decode(bytes)))).toBe(one.decoded);
    const zfp = serializer(new ZfpCodec({ mode: 'reversible' }), one.dtype, one.shape);
    survivors(zfp, bytesOf(one.headless), size, 'zfp');
  });

  test('a header of another array', () => {
    const one = cases.find(({ dtype, shape }) => dtype === 'float32' && shape.length === 2)!;
    const [rows, columns] = one.shape as [number, number];
    const decode = (dtype: string, shape: readonly number[]) =>
      serializer(new numcodecs.ZFPY(), dtype, shape).decode(bytesOf(one.encoded));
    expect(() => decode('float32', [rows, columns + 1])).toThrow(
      `numcodecs.zfpy: expected float32 of shape (${rows},${columns + 1}), its header says float32 (${rows},${columns})`,
    );
    expect(() => decode('int32', [rows, columns])).toThrow(CodecError);
    // Filters leave arrays of one axis.
    expect(hexOf(bytesIn(decode('float32', [rows * columns])))).toBe(one.decoded);
    expect(() => decode('float32', [rows, columns].reverse())).not.toThrow();
  });

  test('bytes behind the last block', () => {
    const [one] = cases as [Case];
    const zfpy: Serializer = serializer(zfpyOf(one), one.dtype, one.shape);
    expect(() => zfpy.decode(bytesOf(`${one.encoded}00`))).toThrow(/numcodecs\.zfpy: 1 bytes after the last block/);
  });
});

describe('options', () => {
  test.each([
    [{}, 'ZfpCodec: mode: missing; "zfp" needs it'],
    [{ mode: 'fast' }, 'ZfpCodec: mode: expected "reversible", "expert"'],
    [{ mode: 'fixed_rate' }, 'ZfpCodec: rate: missing'],
    [{ mode: 'fixed_rate', rate: -1 }, 'ZfpCodec: rate: expected a number of at least 0, got -1'],
    [{ mode: 'fixed_rate', rate: 8, tolerance: 1 }, 'ZfpCodec: tolerance: not an option of mode "fixed_rate"'],
    [{ mode: 'fixed_precision', precision: 1.5 }, 'ZfpCodec: precision: expected'],
    [{ mode: 'expert', minbits: 1, maxbits: 2, maxprec: 65, minexp: 0 }, 'ZfpCodec: maxprec: expected 1 to 64, got 65'],
    [{ mode: 'reversible', level: 3 }, 'ZfpCodec: level: unknown option'],
  ])('%j', (options, message) => {
    expect(() => new ZfpCodec(options as ZfpOptions)).toThrow(ArgumentError);
    expect(() => new ZfpCodec(options as ZfpOptions)).toThrow(message);
    const parse = () => codecFromJson(fromPlain({ name: 'zfp', configuration: options }));
    expect(parse).toThrow(MetadataValidationError);
  });

  test.each([
    [{ mode: 'reversible' }, 'bool', [4], 'not "bool"'],
    [{ mode: 'reversible' }, '>f4', [4], 'little-endian'],
    [{ mode: 'reversible' }, 'float32', [2, 2, 2, 2, 2], 'up to 4 axes, got 5'],
    [{ mode: 'fixed_accuracy', tolerance: 1 }, 'int32', [4], '"fixed_accuracy" is for floats'],
    [{ mode: 'expert', minbits: 0, maxbits: 8, maxprec: 64, minexp: 0 }, 'float32', [4], 'at least 9 bits, got 8'],
    [{ mode: 'fixed_rate', rate: 1e6 }, 'float32', [4], 'at most 32768 bits'],
  ])('%j does not encode %s', (options, dtype, shape, message) => {
    expect(() => new ZfpCodec(options as ZfpOptions).resolve(specOf(dtype, shape))).toThrow(MetadataValidationError);
    expect(() => new ZfpCodec(options as ZfpOptions).resolve(specOf(dtype, shape))).toThrow(message);
  });

  test('zfpy is as numcodecs has it, in documents and as text', () => {
    const document = {
      id: 'zfpy',
      mode: 4,
      compression_kwargs: { tolerance: 1e-7 },
      tolerance: 1e-7,
      rate: -1,
      precision: -1,
    };
    const codec = codecFromV2(fromPlain(document));
    expect(toPlain(codecToV2(codec))).toEqual(document);
    expect(Object.keys(toPlain(codecToV2(codec)) as object)).toEqual(Object.keys(document));
    expect(numcodecsText(codec)).toBe('ZFPY(mode=4, tolerance=1e-07, rate=-1, precision=-1)');
    expect(new numcodecs.ZFPY({ mode: 4, tolerance: 0.1 }).toString()).toBe(
      "ZFPY(codec_name='numcodecs.zfpy', codec_config={'mode': 4, 'tolerance': 0.1})",
    );
    expect(new numcodecs.ZFPY({ mode: 2, rate: 8 }).toJSON()).toEqual({
      name: 'numcodecs.zfpy',
      configuration: { mode: 2, rate: 8 },
    });
  });

  test('what a document of format 3 says besides is kept', () => {
    const configuration = { mode: 2, rate: 8, compression_kwargs: { rate: 8 } };
    const codec = codecFromJson(fromPlain({ name: 'numcodecs.zfpy', configuration }));
    expect(codec.toJSON()).toEqual({ name: 'numcodecs.zfpy', configuration });
    expect(String(codec)).toContain("'compression_kwargs': {'rate': 8}");
  });

  test('zfpy in a mode that numcodecs cannot encode is read, and not created', () => {
    const codec = new numcodecs.ZFPY({ mode: 5 });
    const [one] = cases as [Case];
    expect(hexOf(bytesIn(serializer(codec, one.dtype, one.shape).decode(bytesOf(one.encoded))))).toBe(one.decoded);
    const create = () => createArray(undefined, { shape: [4], dtype: 'float32', serializer: codec, compressors: null });
    expect(create).toThrow(/mode: expected 2, 3 or 4, got 5, which can only be read/);
  });

  test.each(['uint32', 'int16', 'float16', '>f8', 'complex64'])('zfpy does not encode %s', (dtype) => {
    expect(() => new numcodecs.ZFPY().resolve(specOf(dtype, [3]))).toThrow(MetadataValidationError);
  });

  test('the header has no room for a longer axis', () => {
    expect(() => new numcodecs.ZFPY().resolve(specOf('float32', [1, 1, 1, 4097]))).toThrow(
      /axes of up to 4096 elements/,
    );
  });
});

test.each([
  [2, 'C', { compressors: new numcodecs.ZFPY({ tolerance: 0 }) }],
  [2, 'F', { compressors: new numcodecs.ZFPY({ tolerance: -1 }) }],
  [2, 'C', { filters: [new numcodecs.ZFPY({ tolerance: -1 })], compressors: { id: 'zlib', level: 1 } }],
  [3, 'C', { serializer: new ZfpCodec({ mode: 'reversible' }) }],
  [3, 'C', { serializer: { name: 'zfp', configuration: { mode: 'fixed_rate', rate: 64 } }, shards: [8, 8] }],
] as const)('arrays of format %i, order %s, %o', (zarrFormat, order, codecs) => {
  const store = new Map<string, Uint8Array>();
  const values = Array.from({ length: 9 }, (_, y) => Array.from({ length: 7 }, (_, x) => y * 8 + x / 4));
  const array = createArray(store, { shape: [9, 7], chunks: [4, 4], dtype: 'float64', zarrFormat, order, ...codecs });
  array.set('...', values);
  expect(openArray(store).get().toNested()).toEqual(values);
});

/** pco: what the native library writes, what ours writes of all types and settings, and what is refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codecFromJson, codecFromV2, codecToV2, numcodecsText } from '../../../src/codecs/registry.js';
import type { PCodecOptions } from '../../../src/codecs/serializers/pcodec.js';
import { numcodecs } from '../../../src/codecs.js';
import { ArgumentError, CodecError, MetadataValidationError } from '../../../src/errors.js';
import { fromPlain, toPlain } from '../../../src/json/convert.js';
import { createArray, openArray } from '../../../src/sync.js';
import { bytesOf, hexOf } from '../hex.js';
import { bytesIn, casesOf, chunkOf, randomNumbers, serializer, specOf, survivors } from './native.js';

const { PCodec } = numcodecs;

interface Case {
  readonly name: string;
  readonly dtype: string;
  readonly values: string;
  readonly encoded: string;
}

const cases = casesOf<Case>('pcodec').map((one) => {
  const { dtype } = specOf(one.dtype, [1]);
  return { ...one, shape: [one.values.length / 2 / dtype.itemSize!] };
});
const named = cases.map((one) => [`${one.dtype}: ${one.name}`, one] as const);

/** What is left of a chunk by encoding and decoding it. */
function roundTrip(options: PCodecOptions, bytes: Uint8Array, dtype: string): { encoded: Uint8Array; decoded: string } {
  const shape = [bytes.length / specOf(dtype, [1]).dtype.itemSize!];
  const codec = serializer(new PCodec(options), dtype, shape);
  const encoded = codec.encode(chunkOf(bytes, dtype, shape)) as Uint8Array;
  return { encoded, decoded: hexOf(bytesIn(codec.decode(encoded))) };
}

describe('what the native library writes', () => {
  test.each(named)('%s', (_, { dtype, shape, values, encoded }) => {
    const codec = serializer(new PCodec(), dtype, shape);
    expect(hexOf(bytesIn(codec.decode(bytesOf(encoded))))).toBe(values);
  });

  test('older files: a version of its own, and no type before the chunks', () => {
    const one = cases.find(({ dtype, name }) => dtype === 'int32' && name === 'as they are')!;
    const bytes = bytesOf(one.encoded);
    expect(hexOf(bytes.subarray(0, 6))).toBe('70636f210300');
    // Version 2 of files has no type in the header, and version 3 of the format no minor one.
    const older = bytesOf(`70636f2102${hexOf(bytes.subarray(6, 8))}03${hexOf(bytes.subarray(10))}`);
    const codec = serializer(new PCodec(), one.dtype, one.shape);
    expect(hexOf(bytesIn(codec.decode(older)))).toBe(one.values);
  });
});

describe('what is written', () => {
  test.each(named)('the values of %s come out again', (_, { dtype, values }) => {
    expect(roundTrip({}, bytesOf(values), dtype).decoded).toBe(values);
  });

  test.each([
    ...['int8', 'uint8', 'int16', 'uint16', 'float16', 'int32', 'uint32', 'float32', 'int64', 'uint64', 'float64'],
    ...['<M8[us]', '<m8[D]'],
  ])('%s in all settings', (dtype) => {
    const { itemSize } = specOf(dtype, [1]).dtype;
    const settings = fc.record({
      level: fc.integer({ min: 0, max: 12 }),
      modeSpec: fc.constantFrom('auto', 'classic'),
      equalPagesUpTo: fc.constantFrom(1, 7, 100, 262144),
      delta: fc.constantFrom<PCodecOptions>(
        {},
        { deltaSpec: 'no_op' },
        { deltaSpec: 'try_lookback' },
        ...[0, 1, 2, 7].map((order) => ({ deltaSpec: 'try_consecutive' as const, deltaEncodingOrder: order })),
      ),
    });
    fc.assert(
      fc.property(
        settings,
        fc.constantFrom(1, 2, 9, 255, 256, 257, 600),
        fc.nat(),
        fc.integer({ min: 1, max: 256 }),
        fc.integer({ min: 0, max: 8 }),
        ({ delta, ...options }, count, seed, range, steady) => {
          const random = randomNumbers(count, seed);
          const bytes = new Uint8Array(count * itemSize!);
          for (let at = 0; at < bytes.length; at++) {
            // The higher bytes of an element are like those of the one before.
            const isSteady = at % itemSize! >= itemSize! - steady && at >= itemSize!;
            bytes[at] = isSteady ? bytes[at - itemSize!]! : range * random();
          }
          const equalPagesUpTo = Math.max(options.equalPagesUpTo, count / 50);
          const { decoded } = roundTrip(
            { ...options, ...delta, equalPagesUpTo: Math.ceil(equalPagesUpTo) },
            bytes,
            dtype,
          );
          expect(decoded).toBe(hexOf(bytes));
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each([
    ['ramps', 'int32', (i: number) => 3 * i + 7, 50],
    ['squares', 'int64', (i: number) => i * i, 60],
    ['what repeats', 'uint32', (i: number) => Math.imul(i % 37, 0x9e3779b1) >>> 0, 2.5],
    ['multiples', 'int64', (i: number) => 1000 * (Math.imul(i, 0x9e3779b1) >>> 24), 7],
    ['decimals', 'float64', (i: number) => (Math.imul(i, 0x9e3779b1) >>> 20) / 100, 4],
    ['floats of few bits', 'float64', (i: number) => Math.fround(Math.sin(i * 7)), 2],
    ['one value', 'float32', () => 1.5, 50],
  ])('%s take little memory', (_, dtype, valueAt, ratio) => {
    const array = createArray(undefined, {
      shape: [10000],
      chunks: [10000],
      dtype,
      serializer: new PCodec(),
      compressors: null,
    });
    const values = Array.from({ length: 10000 }, (_, i) => (dtype === 'int64' ? BigInt(valueAt(i)) : valueAt(i)));
    array.set('...', values);
    expect(array.get().toNested()).toEqual(values);
    expect(array.nbytes / array.nbytesStored()).toBeGreaterThan(ratio);
  });

  test('noise takes no more than its own bytes, and a few', () => {
    const random = randomNumbers(40000, 3);
    const bytes = Uint8Array.from({ length: 40000 }, () => 256 * random());
    for (const dtype of ['uint16', 'int32', 'float32', 'float64']) {
      for (const options of [{}, { deltaEncodingOrder: 5 }, { deltaSpec: 'try_lookback' }] as const) {
        const { encoded, decoded } = roundTrip(options, bytes, dtype);
        expect(decoded).toBe(hexOf(bytes));
        expect(encoded.length).toBeLessThan(bytes.length + 200);
      }
    }
  });

  test('pages are of about the same length', () => {
    const bytes = new Uint8Array(Int32Array.from({ length: 100 }, (_, i) => i).buffer);
    const { encoded } = roundTrip({ equalPagesUpTo: 30, deltaSpec: 'no_op', level: 0 }, bytes, 'int32');
    // The first of four chunks: its type, and one less than the count of its numbers.
    expect(hexOf(encoded.subarray(10, 14))).toBe('03180000');
  });
});

describe('damaged', () => {
  const small = named.filter(([, { encoded }], index) => encoded.length < 500 && index % 2 === 0);

  test.each(small)('%s', (_, { dtype, shape, values, encoded }) => {
    const codec = serializer(new PCodec(), dtype, shape);
    const kept = survivors(codec, bytesOf(encoded), values.length / 2, 'numcodecs.pcodec');
    // No truncation goes unnoticed, because a file ends with a byte of its own.
    expect(kept.every(({ length }) => length === encoded.length / 2)).toBe(true);
  });

  test.each([
    ['70636f22', 'expected "pco!" at the beginning'],
    ['70636f2104', 'version 4 of files; 3 is the newest known'],
    ['70636f210301', 'expected numbers of type int32 (3), got type 1'],
    ['70636f2103000005', 'version 5 of the format; 4 is the newest known'],
    ['70636f21030000040100', 'expected 4 numbers, got 0'],
    ['70636f21030000040103040000', 'expected 4 numbers, got at least 5'],
    ['70636f21030000040105030000', 'expected numbers of type int32 (3), got type 5'],
    ['70636f210300000401030300000f', 'unknown mode 15'],
    ['70636f21030000040103030000f0', 'unknown differences 15'],
    // A dictionary of 2^25 - 1 values, of which there are none.
    ['70636f21030000040103030000f4ffffff', 'are not 0 behind the length of the dictionary'],
    ['70636f21030000040103030000f4ffff1f', 'truncated: the latents take 1073741792 bits more'],
  ])('%s: %s', (hex, message) => {
    const codec = serializer(new PCodec(), 'int32', [4]);
    expect(() => codec.decode(bytesOf(hex))).toThrow(CodecError);
    expect(() => codec.decode(bytesOf(hex))).toThrow(message);
  });

  test('bytes behind the end', () => {
    const [one] = cases as [(typeof cases)[0]];
    const codec = serializer(new PCodec(), one.dtype, one.shape);
    expect(() => codec.decode(bytesOf(`${one.encoded}00`))).toThrow('numcodecs.pcodec: 1 bytes after the last chunk');
  });
});

describe('options', () => {
  test.each([
    [{ level: 13 }, 'level: expected 0 to 12, got 13'],
    [{ level: 2.5 }, 'level: expected 0 to 12'],
    [{ modeSpec: 'fast' }, 'modeSpec: expected "auto", "classic"'],
    [{ deltaSpec: 'try_conv1' }, 'deltaSpec: expected "auto"'],
    [{ deltaSpec: 'try_consecutive' }, 'deltaEncodingOrder: missing'],
    [
      { deltaSpec: 'no_op', deltaEncodingOrder: 2 },
      'deltaEncodingOrder: expected none where deltaSpec is "no_op", got 2',
    ],
    [{ deltaEncodingOrder: 8 }, 'deltaEncodingOrder: expected 0 to 7, got 8'],
    [{ equalPagesUpTo: 0 }, 'equalPagesUpTo: expected an integer of at least 1, got 0'],
    [{ levels: 3 }, 'levels: unknown option'],
    [{ mode_spec: 'auto' }, 'mode_spec: unknown option'],
  ])('%j', (options, message) => {
    expect(() => new PCodec(options as PCodecOptions)).toThrow(ArgumentError);
    expect(() => new PCodec(options as PCodecOptions)).toThrow(`PCodec: ${message}`);
  });

  test('in a document they have the names of numcodecs', () => {
    const parse = (configuration: object) => codecFromJson(fromPlain({ name: 'numcodecs.pcodec', configuration }));
    expect(() => parse({ mode_spec: 'fast' })).toThrow(MetadataValidationError);
    expect(() => parse({ mode_spec: 'fast' })).toThrow('configuration.mode_spec: expected "auto", "classic"');
    expect(() => parse({ delta_spec: 'try_consecutive' })).toThrow('configuration.delta_encoding_order: missing');
    expect(() => parse({ modeSpec: 'auto' })).toThrow('configuration.modeSpec: unknown option');
    const configuration = { level: 3, delta_encoding_order: null };
    expect(parse(configuration).toJSON()).toEqual({ name: 'numcodecs.pcodec', configuration });
    expect(String(parse({ level: 3 }))).toBe("PCodec(codec_name='numcodecs.pcodec', codec_config={'level': 3})");
  });

  test('format 2 has all of them', () => {
    const document = {
      id: 'pcodec',
      level: 3,
      mode_spec: 'auto',
      delta_spec: 'auto',
      paging_spec: 'equal_pages_up_to',
      delta_encoding_order: null,
      equal_pages_up_to: 262144,
    };
    for (const codec of [new PCodec({ level: 3 }, 2), codecFromV2(fromPlain(document))]) {
      expect(toPlain(codecToV2(codec))).toEqual(document);
      expect(Object.keys(toPlain(codecToV2(codec)) as object)).toEqual(Object.keys(document));
      expect(numcodecsText(codec)).toBe(
        "PCodec(delta_encoding_order=None, delta_spec='auto', equal_pages_up_to=262144, level=3, mode_spec='auto', " +
          "paging_spec='equal_pages_up_to')",
      );
    }
  });

  test.each(['bool', 'complex_bfloat16', '>f4', '|S5', 'string'])('%s is not encoded', (dtype) => {
    expect(() => new PCodec().resolve(specOf(dtype, [3]))).toThrow(MetadataValidationError);
  });
});

test.each([
  [2, 'F', { compressors: new PCodec() }],
  [2, 'C', { filters: [{ id: 'pcodec', level: 0 }], compressors: { id: 'zlib', level: 1 } }],
  [3, 'C', { serializer: new PCodec({ level: 12 }), shards: [8, 8] }],
  [3, 'C', { filters: [{ name: 'transpose', configuration: { order: [1, 0] } }], serializer: 'numcodecs.pcodec' }],
] as const)('arrays of format %i, order %s, %o', (zarrFormat, order, codecs) => {
  const store = new Map<string, Uint8Array>();
  const values = Array.from({ length: 9 }, (_, y) => Array.from({ length: 7 }, (_, x) => y * 8 + x / 4));
  const array = createArray(store, { shape: [9, 7], chunks: [4, 4], dtype: 'float32', zarrFormat, order, ...codecs });
  array.set('...', values);
  expect(openArray(store).get().toNested()).toEqual(values);
});

/** What numcodecs and cast-value-rs make of chunks: `golden.json`, which `generate.py` writes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ChunkSpec, Compressor, Filter } from '../../../src/codecs/codec.js';
import { castTo, type OutOfRange, type Rounding } from '../../../src/codecs/filters/cast-number.js';
import { allocateNumbers, numbersOf, packedStorage, storageOfNumbers } from '../../../src/codecs/filters/numbers.js';
import { codecFromV2, codecToV2, numcodecsText } from '../../../src/codecs/registry.js';
import type { DType } from '../../../src/dtypes/dtype.js';
import { parseDtype } from '../../../src/dtypes/registry.js';
import { bytesOfStorage, type PackedStorage } from '../../../src/dtypes/storage.js';
import { ChecksumError, CodecError } from '../../../src/errors.js';
import { fromPlain, toPlain } from '../../../src/json/convert.js';
import { parseJson } from '../../../src/json/parse.js';
import { NdArray } from '../../../src/ndarray/ndarray.js';
import { bytesOf, hexOf } from '../hex.js';

interface Case {
  readonly codec: { readonly id: string };
  readonly text: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly array: string;
  readonly encoded: string;
  readonly decoded: string | null;
}

interface CastCase {
  readonly source: string;
  readonly target: string;
  readonly rounding: Rounding;
  readonly outOfRange: OutOfRange | null;
  readonly values: string;
  readonly results: readonly (string | null)[];
}

const text = readFileSync(new URL('./golden.json', import.meta.url), 'utf8');
const golden = JSON.parse(text) as {
  readonly filters: readonly Case[];
  readonly compressors: readonly Case[];
  readonly casts: readonly CastCase[];
};
// With tokens: 2.0 is not 2.
const tokens = parseJson(text) as ReadonlyMap<string, readonly ReadonlyMap<string, never>[]>;

const chunkOf = (dtype: DType, hex: string, shape: readonly number[]): NdArray =>
  new NdArray(dtype, dtype.view(dtype.swapped(bytesOf(hex), 'declared')), shape);
const declared = (chunk: NdArray): string =>
  hexOf(chunk.dtype.swapped(bytesOfStorage(packedStorage(chunk)), 'declared'));

describe('filters', () => {
  test.each(golden.filters.map((one, index) => [`${one.text} of ${one.dtype}`, one, index] as const))(
    '%s',
    (_, one, index) => {
      const dtype = parseDtype(one.dtype);
      const spec: ChunkSpec = { shape: one.shape, dtype, fillValue: dtype.defaultFillValue() };
      const codec = codecFromV2(tokens.get('filters')![index]!.get('codec')!);
      const filter = codec.resolve(spec).bind(spec) as Filter;
      const chunk = chunkOf(dtype, one.array, one.shape);
      const encoded = filter.encode(chunk) as NdArray;
      expect(declared(chunk)).toBe(one.array);
      expect(encoded.shape).toEqual(filter.encoded.shape);
      expect(declared(encoded)).toBe(one.encoded);
      expect(numcodecsText(codec)).toBe(one.text);
      expect(toPlain(codecToV2(codec))).toEqual(one.codec);
      expect([...codecToV2(codec).keys()]).toEqual(Object.keys(one.codec));
      const stored = chunkOf(filter.encoded.dtype, one.encoded, filter.encoded.shape);
      const decoded = filter.decode(stored) as NdArray;
      expect(decoded.shape).toEqual(one.shape);
      if (one.decoded !== null) expect(declared(decoded)).toBe(one.decoded);
      // Strides do not matter.
      const turned = turnedTwice(chunk);
      expect(declared(filter.encode(turned) as NdArray)).toBe(one.encoded);
    },
  );
});

/** The same chunk with its axes in another order in memory. */
function turnedTwice(chunk: NdArray): NdArray {
  const back = [...chunk.shape.keys()].reverse();
  const turned = chunk.transpose(back);
  const packed = new NdArray(turned.dtype, packedStorage(turned), turned.shape);
  return packed.transpose(back);
}

describe('compressors', () => {
  test.each(golden.compressors.map((one) => [`${one.text} of ${one.shape}`, one] as const))('%s', (_, one) => {
    const dtype = parseDtype('uint8');
    const spec: ChunkSpec = { shape: one.shape, dtype, fillValue: dtype.defaultFillValue() };
    const codec = codecFromV2(fromPlain(one.codec));
    const compressor = codec.resolve(spec).bind(spec) as Compressor;
    const bytes = bytesOf(one.array);
    expect(hexOf(compressor.encode(bytes) as Uint8Array)).toBe(one.encoded);
    expect(compressor.sizeAfter(bytes.length)).toBe(one.encoded.length / 2);
    expect(compressor.decode(bytesOf(one.encoded), bytes.length, bytes.length)).toEqual(bytes);
    expect(compressor.decode(bytesOf(one.encoded), undefined, 10_000)).toEqual(bytes);
    expect(numcodecsText(codec)).toBe(one.text);
    expect(toPlain(codecToV2(codec))).toEqual(one.codec);
    damage(compressor, bytesOf(one.encoded), bytes, one.codec.id);
  });
});

/** Flipped bits and cut ends: another value of the same length, or an error of ours; a checksum finds them all. */
function damage(compressor: Compressor, encoded: Uint8Array, bytes: Uint8Array, id: string): void {
  const isChecksum = id !== 'base64' && id !== 'shuffle';
  for (let at = 0; at < encoded.length; at++) {
    expect(() => compressor.decode(encoded.slice(0, at), bytes.length, bytes.length)).toThrow(CodecError);
    const damaged = encoded.slice();
    damaged[at]! ^= 1 << (at % 8);
    const decode = (): Uint8Array => compressor.decode(damaged, bytes.length, bytes.length) as Uint8Array;
    if (isChecksum) expect(decode).toThrow(ChecksumError);
    else expect([bytes.length, undefined]).toContain(lengthOf(decode));
  }
}

/** The length of what `decode` makes; undefined for an error of ours. */
function lengthOf(decode: () => Uint8Array): number | undefined {
  try {
    return decode().length;
  } catch (error) {
    expect(error).toBeInstanceOf(CodecError);
    return undefined;
  }
}

describe('cast_value', () => {
  test.each(
    golden.casts.map((one) => [`${one.source} to ${one.target}, ${one.rounding}, ${one.outOfRange}`, one] as const),
  )('%s', (_, one) => {
    const [source, target] = [parseDtype(one.source), parseDtype(one.target)];
    const cast = castTo(target, { rounding: one.rounding, outOfRange: one.outOfRange ?? undefined });
    const numbers = numbersOf(source, source.view(bytesOf(one.values)));
    one.results.forEach((expected, index) => {
      const value = numbers[index]!;
      if (expected === null) {
        expect(() => cast(value), String(value)).toThrow(CodecError);
        return;
      }
      const result = allocateNumbers(target, 1);
      result[0] = cast(value);
      const storage = storageOfNumbers(target, result) as PackedStorage;
      const isNaNResult = target.kind === 'float' && Number.isNaN(target.get(storage, 0));
      const wanted = target.view(bytesOf(expected));
      if (isNaNResult) expect(target.get(wanted, 0), String(value)).toBeNaN();
      else expect(hexOf(bytesOfStorage(storage)), String(value)).toBe(expected);
    });
  });
});

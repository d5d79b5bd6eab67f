/** Small numbers against ml_dtypes (`generate.py`), and against what rounding means. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64 } from '../../../src/dtypes/base64.js';
import { scalarStorage } from '../../../src/dtypes/dtype.js';
import { parseDtype } from '../../../src/dtypes/registry.js';
import type { SmallFloat } from '../../../src/dtypes/small-floats.js';
import type { SmallInteger } from '../../../src/dtypes/small-integers.js';
import { CastError } from '../../../src/errors.js';
import { ndarray } from '../../../src/ndarray/infer.js';

interface GoldenFloat {
  /** Null for bfloat16: the bits are the upper half of float32. */
  readonly decoded: string | null;
  readonly inputs: string;
  readonly encoded: string;
  readonly printed: readonly string[];
}
interface GoldenInteger {
  readonly decoded: string;
  readonly inputs: string;
  readonly encoded: string;
  readonly fractions: readonly number[];
  readonly truncated: readonly number[];
}
interface Golden {
  readonly floats: Readonly<Record<string, GoldenFloat>>;
  readonly integers: Readonly<Record<string, GoldenInteger>>;
  readonly printedNumbers: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL('golden.json', import.meta.url), 'utf8')) as Golden; // By generate.py.
const buffer = (text: string): ArrayBuffer => decodeBase64(text)!.buffer as ArrayBuffer; // Fresh memory.

describe.each(Object.entries(golden.floats))('%s', (name, { decoded, inputs, encoded, printed }) => {
  const dtype = parseDtype(name) as SmallFloat;
  const { coding } = dtype;
  const upperHalves = (): ArrayBuffer => Uint32Array.from({ length: 2 ** 16 }, (_, bits) => bits << 16).buffer;
  const numbers = new Float32Array(decoded === null ? upperHalves() : buffer(decoded));
  const last = numbers.length - 1;

  test('all bits are the numbers that they are', () => {
    const storage = dtype.allocate(numbers.length);
    for (let bits = 0; bits <= last; bits++) storage[bits] = bits;
    for (let bits = 0; bits <= last; bits++) expect(dtype.get(storage, bits), String(bits)).toBe(numbers[bits]);
    expect(ndarray(dtype.wrap(storage)).astype('float32').data).toEqual(numbers);
    expect(ndarray(dtype.wrap(storage)).astype('float64').toNested()).toEqual([...numbers]);
  });

  test('numbers become the bits that they become, beyond the range too', () => {
    const given = new Float32Array(buffer(inputs));
    const bytes = buffer(encoded);
    const expected = coding.unit === 2 ? new Uint16Array(bytes) : new Uint8Array(bytes);
    const cast = ndarray(given).astype(name, { casting: 'unsafe' });
    // ml_dtypes keeps the sign of a NaN, which is not one of a number's.
    const isSame = (at: number): boolean => {
      const bits = cast.storage[at];
      if (bits === expected[at]) return true;
      // Below the normal numbers of float32, ml_dtypes rounds one of e8m0's ties the other way.
      if (name === 'float8_e8m0fnu' && given[at]! < 2 ** -126) return given[at]! > 1.49 * 2 ** -127;
      return (
        Number.isNaN(given[at]) ||
        (Number.isNaN(coding.table[Number(bits)]) && Number.isNaN(coding.table[expected[at]!]))
      );
    };
    const wrong = [...given].map((_, at) => at).filter((at) => !isSame(at));
    expect(wrong.map((at) => [given[at], cast.storage[at], expected[at]])).toEqual([]);
    given.forEach((number, at) => {
      const one = scalarStorage(dtype, number, 'unsafe')[0];
      expect(one, String(number)).toBe(cast.storage[at]);
    });
  });

  test('prints as there', () => {
    const texts = golden.printedNumbers.map((number) => dtype.format(scalarStorage(dtype, number, 'unsafe'), 0));
    expect(texts).toEqual(printed);
  });

  test('every number is kept exactly, with its bits', () => {
    numbers.forEach((number, bits) => {
      if (Number.isNaN(number)) return;
      expect(scalarStorage(dtype, number)[0], String(number)).toBe(bits);
    });
  });

  test('a double is rounded once, to the nearest, ties to even', () => {
    const finite = [...new Set(numbers)]
      .filter(Number.isFinite)
      .map((number) => number + 0)
      .sort((a, b) => a - b);
    const [least, most] = [finite[0]!, finite.at(-1)!];
    fc.assert(
      fc.property(fc.nat(finite.length - 2), fc.double({ min: 0, max: 1, noNaN: true }), (at, part) => {
        const [below, above] = [finite[at]!, finite[at + 1]!];
        const value = below + (above - below) * part;
        if (value < least || value > most) return;
        const kept = dtype.get(scalarStorage(dtype, value), 0) + 0; // Not -0.
        const [down, up] = [value - below, above - value];
        if (down === up) expect([below, above]).toContain(kept);
        else expect(kept).toBe(down < up ? below : above);
      }),
      { numRuns: 300 },
    );
  });
});

test('bfloat16 is not rounded by way of float32', () => {
  const dtype = parseDtype('bfloat16') as SmallFloat;
  const value = 1 + 2 ** -8 + 2 ** -40; // As float32, half way between 1 and the number above it.
  expect(scalarStorage(dtype, value)[0]).toBe(0x3f81);
  expect(scalarStorage(dtype, Math.fround(value))[0]).toBe(0x3f80);
});

test.each([
  ['bfloat16', [3.4e38, 2n ** 8n + 1n, '1', null]],
  ['float8_e4m3', [248, 17n]],
  ['float8_e4m3fn', [464.1, 480, 1e9, -1e9, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ['float8_e5m2fnuz', [61440, Number.POSITIVE_INFINITY]],
  ['float8_e8m0fnu', [0, -0, -1, 1e-45, 2 ** 128, 3n, Number.POSITIVE_INFINITY]],
  ['float6_e2m3fn', [8, Number.NaN, Number.POSITIVE_INFINITY]],
  ['float4_e2m1fn', [8, Number.NaN, Number.NEGATIVE_INFINITY, 5n]],
])('%s refuses what it has no number for', (name, values) => {
  const dtype = parseDtype(name) as SmallFloat;
  for (const value of values) {
    expect(() => scalarStorage(dtype, value), String(value)).toThrow(CastError);
    if (typeof value === 'number') expect(() => ndarray([1, value]).astype(name), String(value)).toThrow(CastError);
  }
});

describe.each(Object.entries(golden.integers))('%s', (name, { decoded, inputs, encoded, fractions, truncated }) => {
  const dtype = parseDtype(name) as SmallInteger;

  test('of each byte, the lowest bits count', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const storage = dtype.view(bytes);
    const expected = [...new Int8Array(buffer(decoded))];
    expect(ndarray(dtype.wrap(storage)).toNested()).toEqual(expected);
    expect([...new Int8Array(storage.buffer)]).toEqual(expected);
    expect(bytes[255]).toBe(255); // The bytes given are someone else's.
    expect([...ndarray(dtype.wrap(storage)).astype('float32').data]).toEqual(expected);
  });

  test('integers wrap around where casting is unsafe, and are refused elsewhere', () => {
    const given = new Int32Array(buffer(inputs));
    const expected = [...new Int8Array(buffer(encoded))];
    expect(ndarray(given).astype(name, { casting: 'unsafe' }).toNested()).toEqual(expected);
    given.forEach((integer, at) => {
      expect(dtype.get(scalarStorage(dtype, BigInt(integer), 'unsafe'), 0)).toBe(expected[at]);
      const isWithin = integer >= dtype.least && integer <= dtype.greatest;
      if (isWithin) expect(dtype.get(scalarStorage(dtype, integer), 0)).toBe(integer);
      else expect(() => scalarStorage(dtype, integer)).toThrow(CastError);
    });
    expect(
      ndarray([...fractions])
        .astype(name, { casting: 'unsafe' })
        .toNested(),
    ).toEqual(truncated);
    for (const value of [0.5, Number.NaN, '1', null]) expect(() => scalarStorage(dtype, value)).toThrow(CastError);
  });
});

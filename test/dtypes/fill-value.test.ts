import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DType } from '../../src/dtypes/dtype.js';
import { parseDtype } from '../../src/dtypes/registry.js';
import { MetadataValidationError } from '../../src/errors.js';
import { formatJson } from '../../src/json/format.js';
import { parseJson } from '../../src/json/parse.js';

/** A fill value read from JSON text and written again. */
const rewritten = (dtype: DType, text: string, format: 2 | 3 = 3): string =>
  formatJson(dtype.fillValueToJson(dtype.parseFillValue(parseJson(text), format), format), null);

// What zarr-python reads and writes, in both formats.
describe.each([2, 3] as const)('a fill value in format %d', (format) => {
  test.each([
    ['bool', 'true', 'true'],
    ['bool', '0', 'false'],
    ['bool', '1', 'true'],
    ['int8', '-128', '-128'],
    ['int8', '1.0', '1'],
    ['int8', '1e2', '100'],
    ['int8', '"3"', '3'],
    ['int8', 'true', '1'],
    ['int8', '-0', '0'],
    ['uint8', '255', '255'],
    ['int16', '-32768', '-32768'],
    ['uint32', '4294967295', '4294967295'],
    ['int64', '-9223372036854775808', '-9223372036854775808'],
    ['int64', '9223372036854775807', '9223372036854775807'],
    ['int64', '9007199254740993.0', '9007199254740993'],
    ['uint64', '18446744073709551615', '18446744073709551615'],
    ['float16', '0.1', '0.0999755859375'],
    ['float16', '2049', '2048.0'],
    ['float16', '1e-05', '1.0013580322265625e-05'],
    ['float32', '0.1', '0.10000000149011612'],
    ['float32', '1', '1.0'],
    ['float32', '-0.0', '-0.0'],
    ['float32', '16777217', '16777216.0'],
    ['float32', '1e300', '"Infinity"'],
    ['float32', 'NaN', '"NaN"'],
    ['float32', '"NaN"', '"NaN"'],
    ['float32', '"nan"', '"NaN"'],
    ['float32', '-Infinity', '"-Infinity"'],
    ['float32', '"inf"', '"Infinity"'],
    ['float32', '"1.5"', '1.5'],
    ['float64', '1e16', '1e+16'],
    ['float64', '5e-324', '5e-324'],
    ['float64', '123456789012345680', '1.2345678901234568e+17'],
    ['complex64', '[0.1, "NaN"]', '[0.10000000149011612, "NaN"]'],
    ['complex128', '["-Infinity", -0.0]', '["-Infinity", -0.0]'],
    ['string', '"é\\u0000"', '"\\u00e9\\u0000"'],
    ['bytes', '"YWJj"', '"YWJj"'],
    ['bytes', '""', '""'],
    ['bytes', '[97, 98]', '"YWI="'],
  ])('%s: %s is kept as %s', (name, text, expected) => {
    expect(rewritten(parseDtype(name), text, format)).toBe(expected);
  });

  test.each([
    ['bool', ['2', '"true"', 'null', '[]', '{}']],
    [
      'int8',
      ['128', '-129', '1.5', '"x"', '"1.0"', '""', 'null', '[1]', 'NaN', '1e400', '1e999999999', '1e-999999999'],
    ],
    ['uint64', ['-1', '18446744073709551616', '1e20']],
    ['int64', ['9223372036854775808', '"constructor"']],
    ['float32', ['"abc"', '""', 'null', '[0]', 'true', '"0x7"', '"0x7fc0000g"', '"0X7fc00000"', '"1_0"']],
    ['complex64', ['[1]', '[1, 2, 3]', '"NaN"', '[null, 0]', '{}']],
    ['string', ['true', '[]', '"\\ud800"']],
    [
      'bytes',
      ['"YWJ"', '"YW Jj"', '"YWJj\\n"', '"YR=="', '"Y==="', '"_-8="', '"=AAA"', '[256]', '[1.5]', 'true', '{}'],
    ],
  ])('%s refuses what is none of its values', (name, texts) => {
    for (const text of texts) {
      expect(() => rewritten(parseDtype(name), text, format), text).toThrow(MetadataValidationError);
      expect(() => rewritten(parseDtype(name), text, format), text).toThrow(/^fill_value: expected /);
    }
  });
});

describe('a hexadecimal fill value', () => {
  test.each([
    ['float16', '"0x7e00"', '"NaN"'],
    ['float16', '"0xfe01"', '"0xfe01"'],
    ['float32', '"0x7fc00000"', '"NaN"'],
    ['float32', '"0x7FC00001"', '"0x7fc00001"'],
    ['float32', '"0x7f800001"', '"0x7f800001"'],
    ['float32', '"0x3f800000"', '1.0'],
    ['float32', '"0x80000000"', '-0.0'],
    ['float64', '"0x7ff8000000000000"', '"NaN"'],
    ['float64', '"0x7ff0000000000001"', '"0x7ff0000000000001"'],
    ['float64', '"0xfff8000000000000"', '"0xfff8000000000000"'],
    ['complex64', '["0x7fc00001", 0]', '["0x7fc00001", 0.0]'],
    ['complex128', '[1, "0x7ff8000000000002"]', '[1.0, "0x7ff8000000000002"]'],
  ])('%s: %s keeps every bit and is written %s', (name, text, expected) => {
    expect(rewritten(parseDtype(name), text)).toBe(expected);
  });

  test('with the digits of another width is the number that they mean there', () => {
    expect(rewritten(parseDtype('float32'), '"0x3c00"')).toBe('1.0');
    expect(rewritten(parseDtype('float32'), '"0x3ff0000000000000"')).toBe('1.0');
    expect(rewritten(parseDtype('float64'), '"0x7fc00000"')).toBe('"NaN"');
    expect(() => rewritten(parseDtype('float64'), '"0x7fc00001"')).toThrow('16 digits');
  });

  test('is format 3 only; format 2 has no way to write a payload', () => {
    const dtype = parseDtype('float32');
    expect(() => rewritten(dtype, '"0x7fc00000"', 2)).toThrow(MetadataValidationError);
    expect(dtype.fillValueToJson(Uint32Array.of(0x7fc00001), 2)).toBe('NaN');
  });

  test('all bits of all floats survive', () => {
    const widths = [
      ['float16', 4],
      ['float32', 8],
      ['float64', 16],
    ] as const;
    for (const [name, digits] of widths) {
      const dtype: DType = parseDtype(name);
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: 16n ** BigInt(digits) - 1n }), (bits) => {
          const storage = dtype.parseFillValue(`0x${bits.toString(16).padStart(digits, '0')}`, 3);
          expect(BigInt(storage[0] as number)).toBe(bits);
          const text = formatJson(dtype.fillValueToJson(storage, 3), null);
          expect(dtype.parseFillValue(parseJson(text), 3)).toEqual(storage);
        }),
        { numRuns: 200 },
      );
    }
  });
});

test('strings and bytes of format 2 read 0 and null as empty, and strings other numbers as text', () => {
  for (const text of ['0', 'null']) {
    expect(rewritten(parseDtype('string'), text, 2)).toBe('""');
    expect(rewritten(parseDtype('bytes'), text, 2)).toBe('""');
    expect(() => rewritten(parseDtype('string'), text, 3)).toThrow(MetadataValidationError);
    expect(() => rewritten(parseDtype('bytes'), text, 3)).toThrow(MetadataValidationError);
  }
  expect(rewritten(parseDtype('string'), '1.5', 2)).toBe('"1.5"');
  expect(rewritten(parseDtype('string'), '12', 2)).toBe('"12"');
});

test('a long text of a number costs no time', () => {
  const zeros = '0'.repeat(100_000);
  expect(() => rewritten(parseDtype('int8'), `1.${zeros}1`)).toThrow(MetadataValidationError);
  expect(() => rewritten(parseDtype('float64'), `"${zeros}x"`)).toThrow(MetadataValidationError);
});

test('bytes survive Base64', () => {
  const dtype = parseDtype('bytes');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      const json = dtype.fillValueToJson([bytes], 3);
      expect(json).toBe(Buffer.from(bytes).toString('base64'));
      expect(dtype.parseFillValue(json, 3)).toEqual([bytes]);
    }),
  );
});

test.each(['bool', 'int8', 'int64', 'float16', 'float64', 'complex64', 'string', 'bytes'])(
  '%s has an empty default',
  (name) => {
    const dtype: DType = parseDtype(name);
    const expected: Record<string, string> = {
      bool: 'false',
      int8: '0',
      int64: '0',
      complex64: '[0.0, 0.0]',
      string: '""',
      bytes: '""',
    };
    expect(formatJson(dtype.fillValueToJson(dtype.defaultFillValue(), 3), null)).toBe(expected[name] ?? '0.0');
  },
);

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LimitError, MetadataValidationError } from '../../src/errors.js';
import { fromPlain, toPlain } from '../../src/json/convert.js';
import { formatJson } from '../../src/json/format.js';
import { isJsonObject, JsonNumber } from '../../src/json/model.js';
import { type ParseOptions, parseJson } from '../../src/json/parse.js';

const rewritten = (text: string, options?: ParseOptions) => formatJson(parseJson(text, options), null);

describe('a document', () => {
  test.each([
    'null',
    'true',
    '"a"',
    '[]',
    '{}',
    '[1, 1.0, 1e5, 1E+05, 0.10, -0, -0.0, 1e400, 123456789012345678901234567890]',
    '[NaN, Infinity, -Infinity]',
    '{"b": 1, "a": {"10": [], "2": [[], {}]}, "": null}',
    '{"__proto__": {"constructor": 1}, "toString": 2}',
  ])('%s is read and written token for token', (text) => {
    expect(rewritten(text)).toBe(text);
  });

  test('may have white space wherever the grammar has it', () => {
    expect(rewritten(' \t\r\n{ "a" : [ 1 , 2 ] } \n')).toBe('{"a": [1, 2]}');
  });

  test('may begin with one byte order mark, as text and as UTF-8', () => {
    expect(rewritten('\ufeff{}')).toBe('{}');
    expect(parseJson(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31))).toEqual(new JsonNumber('1'));
    expect(() => parseJson('\ufeff\ufeff{}')).toThrow(MetadataValidationError);
  });

  test('is read from the bytes of a view only', () => {
    const bytes = new TextEncoder().encode('xx[1]yy');
    expect(formatJson(parseJson(bytes.subarray(2, 5)), null)).toBe('[1]');
  });

  test('has escapes for every character, half surrogate pairs included', () => {
    expect(parseJson('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\\ud83d\\ude00\\ud800é😀"')).toBe('"\\/\b\f\n\r\té😀\ud800é😀');
  });

  test('keeps __proto__ as a member', () => {
    const json = parseJson('{"__proto__": 1}');
    expect(isJsonObject(json) && json.has('__proto__')).toBe(true);
  });
});

describe('text that is no document', () => {
  test.each([
    ['', 'a value, found the end of the text (line 1, column 1)'],
    ['  \n ', 'a value, found the end of the text (line 2, column 2)'],
    ['{}x', 'the end of the document, found "x" (line 1, column 3)'],
    ['{"a": 1}\n\u0000', 'found "\\u0000" (line 2, column 1)'],
    ['[1,\n 2,]', 'a value, found "]" (line 2, column 4)'],
    ['[1 2]', '"," or "]", found "2"'],
    ['{"a": 1,}', 'a member\'s name in double quotes, found "}"'],
    ['{a: 1}', "a member's name in double quotes"],
    ['{"a" 1}', '":", found "1"'],
    ['{"a": 1', '"," or "}", found the end of the text'],
    ['{', "a member's name"],
    ['[', 'a value'],
    ['[1}', '"," or "]"'],
    ['"abc', 'the rest of a string'],
    ['"a\nb"', 'the rest of a string'],
    ['"\\x"', 'an escape sequence'],
    ['"\\u12g4"', 'an escape sequence'],
    ['01', 'the end of the document'],
    ['1.', 'a digit'],
    ['.5', 'a value'],
    ['+1', 'a value'],
    ['-', 'a digit'],
    ['1e', 'a digit'],
    ['-NaN', 'a digit'],
    ['nul', 'a value'],
    ["{'a': 1}", "a member's name"],
    ['[1] // comment', 'the end of the document'],
  ])('%j is refused with its place', (text, message) => {
    expect(() => parseJson(text)).toThrow(MetadataValidationError);
    expect(() => parseJson(text)).toThrow(message);
  });

  test('bytes that are not UTF-8 are refused: half a character, UTF-16, an overlong form', () => {
    for (const bytes of [
      [0x22, 0xc3, 0x22],
      [0xff, 0xfe, 0x7b, 0x00],
      [0x22, 0xc0, 0x80, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
    ]) {
      expect(() => parseJson(Uint8Array.from(bytes))).toThrow(MetadataValidationError);
    }
    expect(() => parseJson(Uint8Array.of(0x7b, 0x00, 0x7d, 0x00))).toThrow(MetadataValidationError);
  });

  test('an integer of a million digits is refused rather than converted', () => {
    expect(() => parseJson(`[${'9'.repeat(1e6)}]`)).toThrow('4300');
    expect(parseJson('9'.repeat(4300))).toBeInstanceOf(JsonNumber);
  });
});

describe('nesting', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

  test('has a limit that the error names', () => {
    expect(rewritten(nested(256))).toBe(nested(256));
    expect(() => parseJson(nested(257))).toThrow(LimitError);
    expect(() => parseJson(nested(257))).toThrow('limits.jsonDepth');
    expect(() => parseJson('{"a": [{}]}', { maxDepth: 2 })).toThrow(LimitError);
  });

  test('a hundred thousand levels exhaust no stack', () => {
    expect(() => parseJson(nested(100_000))).toThrow(LimitError);
    expect(() => parseJson('{"a":'.repeat(100_000))).toThrow(LimitError);
    expect(parseJson(nested(100_000), { maxDepth: 100_000 })).toBeInstanceOf(Array);
  });
});

describe('a repeated member', () => {
  test.each([
    '{"a": 1, "a": 2}',
    '{"x": [{"a": 1, "a": 2}]}',
    '{"attributes": {}, "attributes": {}}',
    '[{"attributes": {"a": 1, "a": 2}}]',
  ])('%s is an error', (text) => {
    expect(() => parseJson(text)).toThrow(MetadataValidationError);
    expect(() => parseJson(text)).toThrow('twice');
  });

  test('in attributes is replaced by the last, in the first one’s place', () => {
    expect(rewritten('{"attributes": {"a": 1, "b": [{"c": 1, "c": 2}], "a": 3}, "z": 0}')).toBe(
      '{"attributes": {"a": 3, "b": [{"c": 2}]}, "z": 0}',
    );
    expect(() => parseJson('{"attributes": {"a": {}}, "z": 0, "z": 1}')).toThrow('"z" twice');
    expect(() => parseJson('{"attributes": 1, "x": {"a": 0, "a": 1}}')).toThrow('"a" twice');
  });

  test('is replaced everywhere when that is asked for', () => {
    expect(rewritten('{"a": 1, "b": 2, "a": 3}', { duplicates: 'last' })).toBe('{"a": 3, "b": 2}');
  });
});

test('what JSON.parse reads is read alike', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const plain = toPlain(parseJson(text, { duplicates: 'last' }));
      const rounded = JSON.stringify(plain, (_, value) => (typeof value === 'bigint' ? Number(value) : value));
      expect(rounded).toBe(JSON.stringify(JSON.parse(text)));
    }),
    { numRuns: 200 },
  );
});

test('what is formatted is read back, with any indentation', () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(value, fc.constantFrom(null, 0, 2), (plain, indent) => {
      const json = fromPlain(plain);
      expect(formatJson(parseJson(formatJson(json, indent)), null)).toBe(formatJson(json, null));
    }),
    { numRuns: 200 },
  );
});

test('no text makes anything but a document or a typed error', () => {
  const text = fc.string({ unit: fc.constantFrom(...'{}[]",:0123.eE+-\\unaltrufs N\n'), maxLength: 40 });
  fc.assert(
    fc.property(text, (candidate) => {
      try {
        parseJson(candidate);
      } catch (error) {
        expect(error).toBeInstanceOf(MetadataValidationError);
      }
    }),
    { numRuns: 500 },
  );
});

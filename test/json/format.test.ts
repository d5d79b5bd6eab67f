import { describe, expect, test } from 'vitest';
import { formatJson, jsonExcerpt, pythonFloat } from '../../src/json/format.js';
import { parseJson } from '../../src/json/parse.js';

// Every expectation is what Python 3.13 prints.
describe('text is the same as that of json.dumps', () => {
  const document = parseJson('{"a":[1,[2.0]],"b":[],"c":{},"d":{"e":null}}');

  test('on one line', () => {
    expect(formatJson(document, null)).toBe('{"a": [1, [2.0]], "b": [], "c": {}, "d": {"e": null}}');
  });

  test('with indentation', () => {
    expect(formatJson(document, 2)).toBe(`{
  "a": [
    1,
    [
      2.0
    ]
  ],
  "b": [],
  "c": {},
  "d": {
    "e": null
  }
}`);
  });

  test('with an indentation of 0: lines all the same', () => {
    expect(formatJson(parseJson('[{},{"a":1}]'), 0)).toBe('[\n{},\n{\n"a": 1\n}\n]');
  });

  test('with everything outside printable ASCII escaped in lower case', () => {
    expect(formatJson('\u007f\u0080\ud800é😀\b\f/\u2028"\\\n\r\t\u0000', null)).toBe(
      '"\\u007f\\u0080\\ud800\\u00e9\\ud83d\\ude00\\b\\f/\\u2028\\"\\\\\\n\\r\\t\\u0000"',
    );
  });
});

test.each([
  [1, '1.0'],
  [0, '0.0'],
  [-0, '-0.0'],
  [0.1, '0.1'],
  [-1.5, '-1.5'],
  [100000, '100000.0'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [-0.000012345, '-1.2345e-05'],
  [123456789012345680, '1.2345678901234568e+17'],
  [1e15, '1000000000000000.0'],
  [9999999999999998, '9999999999999998.0'],
  [1e16, '1e+16'],
  [1e21, '1e+21'],
  [1.5e300, '1.5e+300'],
  [5e-324, '5e-324'],
  [Number.MAX_VALUE, '1.7976931348623157e+308'],
  [Math.fround(0.1), '0.10000000149011612'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('the float %d is %s', (value, text) => {
  expect(pythonFloat(value)).toBe(text);
});

test('an excerpt for a message is short', () => {
  expect(jsonExcerpt(parseJson('[1]'))).toBe('[1]');
  expect(jsonExcerpt('x'.repeat(1000))).toHaveLength(80);
});

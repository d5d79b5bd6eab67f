import { describe, expect, test } from 'vitest';
import { ArgumentError, LimitError } from '../../src/errors.js';
import { fromPlain, mergeMembers, toPlain } from '../../src/json/convert.js';
import { formatJson } from '../../src/json/format.js';
import { isJsonObject, type JsonObject } from '../../src/json/model.js';
import { parseJson } from '../../src/json/parse.js';

const written = (value: unknown) => formatJson(fromPlain(value), null);

describe('JSON as plain values', () => {
  test('has numbers, and bigints where those would not be exact', () => {
    const text = '[1, 1.0, 1e5, 9007199254740991, 9007199254740992, -9007199254740993, 1e400, NaN, -Infinity]';
    expect(toPlain(parseJson(text))).toEqual([
      1,
      1,
      100000,
      9007199254740991,
      9007199254740992n,
      -9007199254740993n,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
    ]);
    expect(toPlain(parseJson('-0.0'))).toBe(-0);
    expect(toPlain(parseJson('-0'))).toBe(0);
  });

  test('is frozen in depth', () => {
    const plain = toPlain(parseJson('{"a": [{}]}')) as { a: object[] };
    expect([plain, plain.a, plain.a[0]].every((part) => Object.isFrozen(part))).toBe(true);
  });

  test('has ordinary objects, in which __proto__ is a member and no prototype', () => {
    const plain = toPlain(parseJson('{"__proto__": {"admin": true}, "constructor": 1}')) as Record<string, unknown>;
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype);
    expect(Object.keys(plain)).toEqual(['__proto__', 'constructor']);
    expect(plain['admin']).toBeUndefined();
    expect(written(plain)).toBe('{"__proto__": {"admin": true}, "constructor": 1}');
  });
});

describe('plain values as JSON', () => {
  test.each([
    [1, '1'],
    [-0, '-0.0'],
    [1.5, '1.5'],
    [1e-5, '1e-05'],
    [2 ** 53 - 1, '9007199254740991'],
    [2 ** 53, '9007199254740992.0'],
    [1e300, '1e+300'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [2n ** 70n, '1180591620717411303424'],
    ['é', '"\\u00e9"'],
    [null, 'null'],
    [{ b: 1, a: undefined, c: [] }, '{"b": 1, "c": []}'],
    [Object.assign(Object.create(null), { a: 1 }), '{"a": 1}'],
    [
      new Map<string, unknown>([
        ['10', 1],
        ['2', new Map()],
      ]),
      '{"10": 1, "2": {}}',
    ],
    [Float32Array.of(1, 0.5), '[1, 0.5]'],
    [BigInt64Array.of(-1n), '[-1]'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [{ toJSON: () => ({ a: 1n }) }, '{"a": 1}'],
    [parseJson('{"a": 1.0}'), '{"a": 1.0}'],
  ])('%o is %s', (value, text) => {
    expect(written(value)).toBe(text);
  });

  test('what JSON has not is an error that says where', () => {
    const refused: [unknown, string][] = [
      [undefined, 'attributes: '],
      [{ a: [1, 2, 3, () => 1] }, 'attributes.a[3]: '],
      [{ a: { 'b c': Symbol('x') } }, 'attributes.a["b c"]: '],
      [{ a: [undefined] }, 'attributes.a[0]: '],
      [new Map([[1, 2]]), 'attributes: expected names that are strings, got 1'],
      [{ a: new Set() }, 'attributes.a: expected a value that JSON has, got Set'],
      [[new DataView(new ArrayBuffer(1))], 'attributes[0]: '],
      [{ x: new ArrayBuffer(1) }, 'attributes.x: '],
    ];
    for (const [value, message] of refused) {
      expect(() => fromPlain(value, 'attributes')).toThrow(ArgumentError);
      expect(() => fromPlain(value, 'attributes')).toThrow(message);
    }
  });

  test('a value that contains itself is an error, one that is there twice is not', () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = [cyclic];
    expect(() => fromPlain(cyclic, 'attributes')).toThrow(
      'attributes.self[0]: expected a value that JSON has, got a cycle',
    );
    const shared = { a: 1 };
    expect(written([shared, shared])).toBe('[{"a": 1}, {"a": 1}]');
  });

  test('nesting has the limit that reading has', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 300; i++) deep = [deep];
    expect(() => fromPlain(deep)).toThrow(LimitError);
    expect(fromPlain(deep, 'value', { maxDepth: 300 })).toBeInstanceOf(Array);
  });
});

test('merging keeps the place of a member that exists and appends the others', () => {
  const object = (text: string): JsonObject => {
    const json = parseJson(text);
    if (!isJsonObject(json)) throw new Error('not an object');
    return json;
  };
  const merged = mergeMembers(object('{"a": 1, "b": 2}'), object('{"c": 3, "a": 4}'));
  expect(formatJson(merged, null)).toBe('{"a": 4, "b": 2, "c": 3}');
});

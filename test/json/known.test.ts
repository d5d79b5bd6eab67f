import { describe, expect, test } from 'vitest';
import { LimitError, MetadataValidationError } from '../../src/errors.js';
import { formatJson } from '../../src/json/format.js';
import { KnownJson } from '../../src/json/known.js';
import { isJsonObject, type Json, type JsonObject } from '../../src/json/model.js';
import { type ParseOptions, parseJson } from '../../src/json/parse.js';

const PLAIN = {
  shape: [10, 20],
  codecs: [{ name: 'bytes', configuration: { endian: 'little' } }],
  attributes: { units: 'K', range: [0, 1.5] },
  dimension_names: ['y', 'x'],
  zarr_format: 3,
};

const textOf = (changes: object = {}, indent = 2): string => JSON.stringify({ ...PLAIN, ...changes }, null, indent);

function objectOf(json: Json): JsonObject {
  if (!isJsonObject(json)) throw new Error('no object');
  return json;
}

const membersOf = (text: string, known: KnownJson): JsonObject => objectOf(parseJson(text, { known }));

describe('a text that was read before', () => {
  test('gives the same object', () => {
    const known = new KnownJson('metadata');
    const first = membersOf(textOf(), known);
    expect(membersOf(textOf(), known)).toBe(first);
    expect(first).toEqual(parseJson(textOf()));
  });

  test('but for its attributes, gives all other members, in their order', () => {
    const known = new KnownJson('metadata');
    const first = membersOf(textOf(), known);
    for (const attributes of [{}, { units: 'm' }, { nested: { attributes: { a: [[]] } } }]) {
      const other = membersOf(textOf({ attributes }), known);
      expect(formatJson(other, null)).toBe(formatJson(parseJson(textOf({ attributes })), null));
      for (const [name, value] of first) if (name !== 'attributes') expect(other.get(name)).toBe(value);
      expect(other.get('attributes')).not.toBe(first.get('attributes'));
    }
    expect(formatJson(first, null)).toBe(formatJson(parseJson(textOf()), null));
  });

  test.each([
    ['is spelled otherwise', textOf({}, 1)],
    ['says something else before the attributes', textOf({ shape: [10, 21] })],
    ['says something else behind the attributes', textOf({ dimension_names: ['y', 'z'] })],
    ['ends otherwise', `${textOf().slice(0, -1)}, "more": 1}`],
    ['has no object as its attributes', textOf({ attributes: 'none' })],
  ])('gives nothing that was read where it %s', (_, text) => {
    const known = new KnownJson('metadata');
    membersOf(textOf(), known);
    expect(formatJson(parseJson(text, { known }), null)).toBe(formatJson(parseJson(text), null));
    expect(membersOf(textOf(), known)).toEqual(parseJson(textOf()));
  });

  test('gives the same object as a member of the object that is named, however long the document is', () => {
    const member = { ...PLAIN, attributes: {} };
    const copies = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`a${i}`, member]));
    const text = JSON.stringify({ metadata: copies });
    const metadata = objectOf(membersOf(text, new KnownJson('metadata')).get('metadata')!);
    expect(new Set(metadata.values()).size).toBe(1);
    expect(metadata.size).toBe(200);
    const elsewhere = objectOf(membersOf(text, new KnownJson('others')).get('metadata')!);
    expect(new Set(elsewhere.values()).size).toBe(200);
  });
});

describe('what is kept', () => {
  test('is bounded: of documents the last that were met', () => {
    const known = new KnownJson('metadata');
    const first = membersOf(textOf(), known);
    const second = membersOf(textOf({ shape: [1] }), known);
    for (let i = 2; i < 10; i++) membersOf(textOf({ shape: [i] }), known);
    expect(membersOf(textOf(), known)).toBe(first);
    for (let i = 10; i < 20; i++) membersOf(textOf({ shape: [i] }), known);
    expect(membersOf(textOf(), known)).toBe(first);
    expect(membersOf(textOf({ shape: [1] }), known)).not.toBe(second);
  });

  test('is no long document, nor a part of one', () => {
    const known = new KnownJson('metadata');
    const text = JSON.stringify({ metadata: { a: PLAIN }, more: 'x'.repeat(20_000) });
    const memberOf = (): unknown => objectOf(membersOf(text, known).get('metadata')!).get('a');
    expect(memberOf()).not.toBe(memberOf());
  });

  test('is nothing with repeated members, which are errors elsewhere', () => {
    const known = new KnownJson('metadata');
    const text = '{"metadata": {"a": {"shape": [1, 2, 3, 4], "shape": [5, 6, 7, 8]}}}';
    parseJson(text, { known, duplicates: 'last' });
    expect(() => parseJson(text, { known })).toThrow(MetadataValidationError);
    const inner = '{"shape": [1, 2, 3, 4], "shape": [5, 6, 7, 8], "a": 1}';
    parseJson(inner, { known, duplicates: 'last' });
    expect(() => parseJson(inner, { known })).toThrow('twice');
  });

  test('has no more levels of nesting than are allowed where it is met again', () => {
    const known = new KnownJson('metadata');
    const depth4 = textOf(); // The configuration of a codec is on the fourth level.
    parseJson(depth4, { known });
    expect(() => parseJson(depth4, { known, maxDepth: 3 })).toThrow(LimitError);
    const deep = textOf({ attributes: { a: { b: { c: {} } } } });
    expect(() => parseJson(deep, { known, maxDepth: 4 })).toThrow(LimitError);
    expect(parseJson(deep, { known, maxDepth: 5 })).toEqual(parseJson(deep));
    const copies = `{"metadata": {"a": ${textOf()}, "b": ${textOf()}}}`;
    expect(() => parseJson(copies, { known, maxDepth: 5 })).toThrow(LimitError);
    parseJson(copies, { known });
    expect(() => parseJson(copies, { known, maxDepth: 5 })).toThrow(LimitError);
  });
});

/** Numbers from 0 to, not including, `count`, the same in each run. */
function randomNumbers(seed: number): (count: number) => number {
  let state = seed;
  return (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
}

const outcome = (text: string, options: ParseOptions): string => {
  try {
    return formatJson(parseJson(text, options), null);
  } catch (error) {
    return String(error);
  }
};

test('documents and damaged ones are the same, or the same error, as where nothing is known', () => {
  const random = randomNumbers(7);
  const known = new KnownJson('metadata');
  const pick = <T>(items: readonly T[]): T => items[random(items.length)]!;
  const documentOf = (): string => {
    const attributes = pick<unknown>([
      {},
      { a: 1 },
      { metadata: { a: { b: [1, 2, 3, 4, 5, 6, 7, 8, 9] } } },
      [],
      null,
      7,
    ]);
    return textOf({ shape: pick([[1], [2, 3], []]), attributes, zarr_format: pick([2, 3]) }, pick([0, 2]));
  };
  let failures = 0;
  for (let i = 0; i < 3000; i++) {
    let text = pick([
      documentOf,
      () => `{"consolidated": {"metadata": {"a": ${documentOf()}, "b": ${documentOf()}, "a/b": ${documentOf()}}}}`,
      () => `{"metadata": ${documentOf()}, "attributes": {"metadata": {"a": ${documentOf()}}}}`,
      () => `\ufeff ${documentOf()} `,
    ])();
    const at = random(text.length);
    const damaged =
      text.slice(0, at) + pick(['', '"', ',', '}', '{', ']', ' ', '1', 'é', '"a": 1,']) + text.slice(at + random(3));
    if (random(3) > 0) text = damaged;
    const options: ParseOptions = {
      maxDepth: pick([3, 5, 7, 256]),
      duplicates: pick(['error', 'error', 'last'] as const),
    };
    const expected = outcome(text, options);
    expect(outcome(text, { ...options, known })).toBe(expected);
    if (expected.includes('Error')) failures++;
  }
  expect(failures).toBeGreaterThan(500);
  expect(failures).toBeLessThan(2500);
});

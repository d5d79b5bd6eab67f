/**
 * The examples of zarr-python's documentation, translated: fixtures/python has them in Python, fixtures/results.json what
 * the real zarr-python gives line by line (`npm run interop` checks that it still does), examples/ what is written here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as promises from '../../src/index.js';
import * as sync from '../../src/sync.js';
import { OURS, PAGE } from './entries.js';
import { type Example, expectedOf, type Result, resultsOf, type Zarr } from './example.js';
import { arrays } from './examples/arrays.js';
import { functions } from './examples/functions.js';
import { groups } from './examples/groups.js';
import { selections } from './examples/selections.js';

const golden = JSON.parse(readFileSync(new URL('fixtures/results.json', import.meta.url), 'utf8')) as {
  readonly documented: readonly string[];
  readonly results: Readonly<Record<string, readonly Result[]>>;
};
const examples: Readonly<Record<string, Example>> = { ...arrays, ...functions, ...groups, ...selections };

describe('the table of examples', () => {
  const names = Object.keys(examples).sort();

  it('has every entry that has examples, on the page and in the docstrings, and ours', () => {
    expect(names).toEqual([...new Set([...PAGE, ...golden.documented, ...OURS])].sort());
    expect(PAGE.length).toBe(30);
  });

  it('has a program in Python and recorded results for each', () => {
    const programs = readdirSync(new URL('fixtures/python/', import.meta.url)).map((file) => file.replace(/\.py$/, ''));
    expect(programs.sort()).toEqual(names);
    expect(Object.keys(golden.results).sort()).toEqual(names);
    for (const name of names) expect(golden.results[name]!.length, name).toBeGreaterThan(0);
  });

  it('says only of lines that really differ that they do', () => {
    for (const [name, { differences = {} }] of Object.entries(examples)) {
      for (const [at, { ours }] of Object.entries(differences)) {
        expect(ours, `${name}, result ${at}`).not.toEqual(expectedOf(golden.results[name]![Number(at)]!));
      }
    }
  });
});

// Awaiting what is there already is the same; the types of one API stand for both.
const APIS: Readonly<Record<string, Zarr>> = { blocking: sync as unknown as Zarr, promises };

for (const [api, zarr] of Object.entries(APIS)) {
  describe(`examples of zarr-python, ${api}`, () => {
    for (const [name, example] of Object.entries(examples)) {
      if (example.blockingOnly && api !== 'blocking') continue;
      it(name, async () => {
        const expected = golden.results[name]!.map(
          (result, at) => example.differences?.[at]?.ours ?? expectedOf(result),
        );
        const found = (await resultsOf(example, zarr)).map((result, at) => alike(result, expected[at]));
        expect(found).toEqual(expected);
      });
    }
  });
}

/** A scalar has no data type here: it takes that of the 0-d array that Python has in its place. */
function alike(result: Result, expected: Result | undefined): Result {
  if (!('value' in result) || expected === undefined || !('array' in expected)) return result;
  const { dtype, shape } = expected.array;
  return shape.length === 0 ? { array: { dtype, shape, values: result.value } } : result;
}

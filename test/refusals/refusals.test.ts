/**
 * The table of calls that are refused: what is done, the class of the error, and what its message says. Each is made in
 * both APIs on a store with data, which must be the same afterwards, byte for byte, as must what the handles give.
 */
import { describe, expect, it } from 'vitest';
import { ZarrError } from '../../src/errors.js';
import * as promises from '../../src/index.js';
import * as sync from '../../src/sync.js';
import { arrays } from './arrays.js';
import { attributes } from './attributes.js';
import { codecs } from './codecs.js';
import { copies } from './copies.js';
import { creating } from './creating.js';
import { dtypes } from './dtypes.js';
import { groups } from './groups.js';
import { memory } from './memory.js';
import { opening } from './opening.js';
import { options } from './options.js';
import { errorClass, type Refusal, type World, worldOf } from './refusal.js';
import { selections } from './selections.js';
import { settings } from './settings.js';
import { stores } from './stores.js';
import { values } from './values.js';

const TABLES: Readonly<Record<string, readonly Refusal[]>> = {
  ...{ selections, values, arrays, attributes, creating, dtypes, codecs, opening, groups, copies, options },
};

/** Of what answers at once in both APIs. */
const IMMEDIATE: Readonly<Record<string, readonly Refusal[]>> = { memory, settings, stores };

// Awaiting what is there already is the same; the types of one API stand for both.
const APIS = { blocking: sync as unknown as typeof promises, promises };

const ALL = Object.entries({ ...TABLES, ...IMMEDIATE });

it('the table has at least 300 calls, each told apart from all others', () => {
  const names = ALL.flatMap(([subject, rows]) => rows.map(([what]) => `${subject}: ${what}`));
  expect(names.length).toBeGreaterThanOrEqual(300);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

/** Keys and bytes. */
const stateOf = ({ files }: World): Map<string, string> =>
  new Map([...files].map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')]));

/** How a call fails: at once, by a promise, or not at all. */
async function failureOf(call: () => unknown): Promise<{ readonly error?: unknown; readonly isThrown?: true }> {
  let given: unknown;
  try {
    given = call();
  } catch (error) {
    return { error, isThrown: true };
  }
  try {
    await given;
  } catch (error) {
    return { error };
  }
  return {};
}

for (const [api, zarr] of Object.entries(APIS)) {
  for (const [subject, rows] of ALL) {
    describe(`${subject}, ${api}`, () => {
      for (const [what, call, name, ...parts] of rows)
        it(what, async () => {
          const world = await worldOf(zarr);
          const before = stateOf(world);
          const scope = JSON.stringify(sync.config.get('limits'));

          const { error, isThrown } = await failureOf(() => call(world));
          expect(error, 'the call was accepted').toBeInstanceOf(Error);
          expect((error as Error).name, String((error as Error).stack)).toBe(name);
          expect((error as Error).constructor).toBe(errorClass(name));
          expect(error).toBeInstanceOf(ZarrError);
          expect((error as ZarrError).code).toBe(kebab(name.replace(/Error$/, '')));
          for (const part of parts)
            expect((error as Error).message).toMatch(part instanceof RegExp ? part : literal(part));
          if (api === 'promises' && subject in TABLES)
            expect(isThrown, 'it threw and should have rejected').toBe(undefined);

          expect(stateOf(world)).toEqual(before);
          expect(JSON.stringify(sync.config.get('limits'))).toBe(scope);
          expect((await world.array.get()).toNested()).toEqual([[1, 2, 3], [4, 5, 6]]); // biome-ignore format: rows
          await world.array.set([1, 2], 60);
          expect(await world.array.get([-1, -1])).toBe(60);
          expect(await world.group.nmembers({ maxDepth: null })).toBe(8);
        });
    });
  }
}

const kebab = (name: string): string =>
  name.replace(/[A-Z]/g, (letter, at: number) => (at > 0 ? '-' : '') + letter.toLowerCase());

const literal = (text: string): RegExp => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));

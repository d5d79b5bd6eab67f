/** The codecs that browsers load when they are met are all that others have from the start. */
import { expect, it } from 'vitest';
import { builtInCodecs } from '../../src/codecs/built-in.js';
import { firstCodecs, laterCodecs } from '../../src/platform/browser/codecs.js';

it('finds every codec by all its names, at once or in the file that it says', async () => {
  const namesOf = (definitions: ReturnType<typeof firstCodecs>): string[] =>
    definitions.flatMap(({ name, aliases = [] }) => [name, ...aliases]).sort();
  const idsOf = (definitions: ReturnType<typeof firstCodecs>): string[] =>
    definitions.flatMap(({ v2 }) => (v2 === undefined ? [] : [v2.id])).sort();
  const found = [...firstCodecs()];
  for (const { names, ids, load } of laterCodecs()) {
    const definitions = await load();
    expect(namesOf(definitions)).toEqual([...names].sort());
    expect([...new Set(idsOf(definitions))]).toEqual([...ids].sort());
    found.push(...definitions);
  }
  expect(namesOf(found)).toEqual(namesOf(builtInCodecs()));
  expect(idsOf(found)).toEqual(idsOf(builtInCodecs()));
});

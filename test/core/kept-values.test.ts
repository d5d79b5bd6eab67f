/** A store that keeps the bytes it is given, as one that users write may, has the right ones for good. */
import { describe, expect, it } from 'vitest';
import * as later from '../../src/index.js';
import type { Store } from '../../src/stores/store.js';
import * as zarr from '../../src/sync.js';

/** A store that copies nothing. */
function keeping(answersAtOnce: boolean): Store {
  const values = new Map<string, Uint8Array>();
  return {
    readOnly: false,
    answersAtOnce,
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    delete: (key) => void values.delete(key),
    list: () => values.keys(),
    toString: () => 'keeping',
  };
}

const SHAPE = [16, 16];
const numbers = () => Int32Array.from({ length: 256 }, (_, i) => i + 1);
const FORMS = {
  'nothing compressed': { compressors: null },
  'format 2, nothing compressed': { compressors: null, zarrFormat: 2 },
  'a checksum': { compressors: ['crc32c'] },
  shards: { compressors: null, shards: [8, 8] },
} as const;

describe.each(Object.entries(FORMS))('%s', (_, form) => {
  for (const answersAtOnce of [false, true]) {
    it(`chunks that are gathered, and chunks in the caller's memory (${answersAtOnce})`, async () => {
      for (const chunks of [[4, 4], SHAPE]) {
        if ('shards' in form && chunks === SHAPE) continue;
        const store = keeping(answersAtOnce);
        const data = numbers();
        zarr.createArray(store, { shape: SHAPE, chunks, dtype: 'int32', ...form });
        const array = answersAtOnce ? zarr.openArray(store) : await later.openArray(store);
        await array.set(null, { data, shape: SHAPE });
        data.fill(-1); // The caller's again.
        await array.set('0, 0', 1);
        expect((await array.get()).data).toEqual(numbers());
      }
    });
  }
});

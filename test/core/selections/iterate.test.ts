import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ArgumentError, BoundsCheckError, CodecError } from '../../../src/errors.js';
import * as promises from '../../../src/index.js';
import { latency } from '../../../src/storage.js';
import type { Store } from '../../../src/stores/store.js';
import * as sync from '../../../src/sync.js';

const LAYOUTS = [{ chunks: [3, 7] }, { chunks: [3, 7], shards: [6, 14] }, { chunks: [3, 7], zarrFormat: 2 as const }];

const values = sync.ndarray([...Array(200).keys()], { shape: [10, 20], dtype: 'int16' });

const SELECTIONS = [
  undefined,
  '2:8',
  [4, [19, 0, 7]],
  [sync.slice(null, null, -3), sync.slice(18, 2, -1)],
  [[9, 0, 9, 2], null],
  '5:5',
] as const;

describe('a walk over the chunks', () => {
  for (const layout of LAYOUTS) {
    it(`gives each once, and where it is: ${JSON.stringify(layout)}`, async () => {
      const files = new Map<string, Uint8Array>();
      const array = sync.createArray(files, { shape: [10, 20], dtype: 'int16', ...layout });
      array.set('...', values);
      const later = await promises.openArray(latency(new sync.MemoryStore(files), { getMs: 1, setMs: 0 }));
      for (const selection of SELECTIONS) {
        const parts = [...array.iterChunks({ selection })];
        const seen = new Set(parts.map(({ coords }) => coords.join()));
        expect(seen.size).toBe(parts.length);
        for (const part of parts) {
          expect(part.value.toNested()).toEqual(array.oindex.get(part.selection).toNested());
          const sizes = array.writeChunkSizes.map((axis, at) => axis[part.coords[at]!]!);
          if (selection === undefined) expect(part.value.shape).toEqual(sizes);
        }
        const count = parts.reduce((sum, { value }) => sum + value.size, 0);
        expect(count).toBe(array.oindex.get(selection).size);
        for (const prefetch of [0, 1, 5, 100]) {
          const found: promises.ChunkPart[] = [];
          for await (const part of later.iterChunks({ selection, prefetch })) found.push(part);
          expect(found.map(({ value, ...rest }) => ({ ...rest, value: value.toNested() }))).toEqual(
            parts.map(({ value, ...rest }) => ({ ...rest, value: value.toNested() })),
          );
        }
      }
    });
  }

  it('reads ahead as many as it is told, and no more', async () => {
    const files = new sync.MemoryStore();
    sync.createArray(files, { shape: [8], chunks: [1], dtype: 'int8' }).set('...', 1);
    const asked: string[] = [];
    const store: Store = {
      readOnly: true,
      get: async (key, range) => {
        asked.push(key);
        return files.get(key, range);
      },
    };
    const array = await promises.openArray(store);
    asked.length = 0;
    for await (const { coords } of array.iterChunks({ prefetch: 2 })) {
      expect(asked).toEqual(['c/0', 'c/1', 'c/2']);
      expect(coords).toEqual([0]);
      break;
    }
  });

  it('that is left asks for nothing more of what it reads ahead', async () => {
    const files = new sync.MemoryStore();
    const made = sync.createArray(files, { shape: [2, 64], chunks: [1, 2], shards: [1, 64], dtype: 'int8' });
    made.set('...', 1);
    let asked = 0;
    let isSlow = false;
    const store: Store = {
      readOnly: true,
      get: async (key, range) => {
        asked++;
        // Of the second part one request after another is waited for.
        if (isSlow && key === 'c/1/0') await new Promise((resolve) => setTimeout(resolve, 5));
        return files.get(key, range);
      },
    };
    const config = { concurrency: 1, shardingCoalesceMaxGapBytes: 0 };
    const array = await promises.openArray(store, { config });
    isSlow = true;
    for await (const { coords } of array.iterChunks({ selection: ':, ::4', prefetch: 1 })) {
      expect(coords).toEqual([0, 0]);
      break;
    }
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(asked).toBe(before);
    expect(asked).toBeLessThan(1 + 2 * 17);
  });

  it('ends with the signal, and leaves no listener at it', async () => {
    const files = new Map<string, Uint8Array>();
    sync.createArray(files, { shape: [6], chunks: [2], dtype: 'int8' }).set('...', 1);
    const array = await promises.openArray(latency(new sync.MemoryStore(files), { getMs: 1, setMs: 0 }));
    const controller = new AbortController();
    const reason = new Error('enough');
    const walked = array.iterChunks({ signal: controller.signal, prefetch: 2 });
    await walked.next();
    controller.abort(reason);
    await expect(drained(walked)).rejects.toBe(reason);
    const kept = new AbortController();
    for await (const _ of array.iterChunks({ signal: kept.signal }));
    expect(getEventListeners(kept.signal, 'abort')).toEqual([]);
  });

  it('of an array without axes is its one chunk', () => {
    const parts = [...sync.full([], 5, { dtype: 'int8' }).iterChunks()];
    expect(parts.map(({ coords, selection, value }) => [coords, selection, value.item()])).toEqual([[[], [], 5]]);
  });

  it('tells its progress', () => {
    const array = sync.zeros([5], { chunks: [2], dtype: 'int8' });
    const steps: number[][] = [];
    for (const _ of array.iterChunks({ onProgress: (...step) => void steps.push(step) }));
    expect(steps).toEqual([1, 2, 3].map((done) => [done, 3]));
  });

  it('fails where a chunk does, after those before it', async () => {
    const files = new Map<string, Uint8Array>();
    const array = sync.createArray(files, { shape: [6], chunks: [2], dtype: 'int8', compressors: null });
    array.set('...', 1);
    files.set('c/1', new Uint8Array(1));
    const later = await promises.openArray(latency(new sync.MemoryStore(files), { getMs: 1, setMs: 0 }));
    for (const walked of [array.iterChunks(), later.iterChunks({ prefetch: 3 })]) {
      const coords: unknown[] = [];
      const walk = async (): Promise<void> => {
        for await (const part of walked) coords.push(part.coords);
      };
      await expect(walk()).rejects.toThrow(CodecError);
      expect(coords).toEqual([[0]]);
    }
  });

  it('fails where the array became shorter on the way, as a write that waited for its values does', async () => {
    for (const layout of LAYOUTS) {
      const array = sync.createArray(new sync.MemoryStore(), { data: values, ...layout });
      const walked = array.iterChunks();
      walked.next();
      array.resize([2, 20]);
      expect(() => [...walked]).toThrow(BoundsCheckError);

      const store = latency(new sync.MemoryStore(), { getMs: 1, setMs: 1 });
      const later = await promises.createArray(store, { data: values, ...layout });
      const ahead = later.iterChunks();
      await ahead.next();
      const slow = latency(new sync.MemoryStore(), { getMs: 40, setMs: 0 });
      const written = later.set('...', await promises.createArray(slow, { data: values, ...layout }));
      const refused = expect(written).rejects.toThrow('has become 2 long');
      await later.resize([2, 20]);
      await expect(drained(ahead)).rejects.toThrow(BoundsCheckError);
      await refused;
    }
  });

  it('refuses what it does not take', async () => {
    const array = sync.zeros([5], { chunks: [2], dtype: 'int8' });
    expect(() => [...array.iterChunks({ prefetch: -1 })]).toThrow(ArgumentError);
    expect(() => [...array.iterChunks({ ahead: 1 } as never)]).toThrow(ArgumentError);
    expect(() => [...array.iterChunks({ selection: 5 })]).toThrow(BoundsCheckError);
    await expect(array.asyncArray.iterChunks({ selection: 5 }).next()).rejects.toThrow(BoundsCheckError);
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await expect(array.asyncArray.iterChunks({ signal }).next()).rejects.toBe(reason);
  });
});

async function drained(walk: AsyncIterable<unknown>): Promise<void> {
  for await (const part of walk) expect(part).toBeDefined();
}

/** `append` of blocks that come one after another. */
import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors.js';
import * as promises from '../../src/index.js';
import { latency, logged } from '../../src/storage.js';
import * as sync from '../../src/sync.js';

const LAYOUT = { shape: [0, 2], chunks: [2, 2], dtype: 'int16', compressors: null } as const;

function* rows(count: number, log: string[] = []): Generator<number[][]> {
  try {
    for (let i = 0; i < count; i++) {
      log.push(`make ${i}`);
      yield [[i + 1, i]];
    }
  } finally {
    log.push('end');
  }
}

async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await undefined;
    yield item;
  }
}

const expected = (count: number) => Array.from({ length: count }, (_, i) => [i + 1, i]);

describe('append of blocks', () => {
  it('appends each, in both APIs, from generators of both kinds and from streams', async () => {
    const array = sync.createArray(new sync.MemoryStore(), LAYOUT);
    expect(array.append(rows(5))).toEqual([5, 2]);
    expect(array.get().toNested()).toEqual(expected(5));
    for (const blocks of [() => rows(5), () => later(rows(5)), () => streamOf(rows(5))]) {
      const store = latency(new sync.MemoryStore());
      const other = await promises.createArray(store, LAYOUT);
      expect(await other.append(blocks())).toEqual([5, 2]);
      expect((await other.get()).data).toEqual(array.get().data);
    }
  });

  it('takes other axes, and blocks of several kinds', () => {
    const array = sync.createArray(new sync.MemoryStore(), { shape: [2, 0], chunks: [2, 2], dtype: 'int16' });
    const source = sync.array([[5], [6]]);
    const blocks = [
      [[1], [2]],
      sync.ndarray([
        [3, 4],
        [4, 5],
      ]),
      source,
    ];
    array.append(blocks[Symbol.iterator](), { axis: -1 });
    expect(array.get().toNested()).toEqual([
      [1, 3, 4, 5],
      [2, 4, 5, 6],
    ]);
  });

  it('is nothing for no blocks', () => {
    const array = sync.createArray(new sync.MemoryStore(), LAYOUT);
    expect(array.append(rows(0))).toEqual([0, 2]);
  });

  it('asks for one block at a time, after the one before is stored', async () => {
    const store = logged(latency(new sync.MemoryStore()));
    const array = await promises.createArray(store, LAYOUT);
    const log: string[] = [];
    const blocks = (function* () {
      for (const block of rows(3, log)) {
        log.push(`${store.counter.get('set') ?? 0} sets`);
        yield block;
      }
    })();
    store.reset();
    await array.append(blocks);
    // Of each block its chunk, and the shape.
    expect(log).toEqual(['make 0', '0 sets', 'make 1', '2 sets', 'make 2', '4 sets', 'end']);
  });

  it('keeps what came before a block that fails, and ends the blocks', async () => {
    const log: string[] = [];
    const blocks = (function* () {
      try {
        yield [[1, 2]];
        yield [[1, 2, 3]];
        yield [[3, 4]];
      } finally {
        log.push('end');
      }
    })();
    const array = sync.createArray(new sync.MemoryStore(), LAYOUT);
    expect(() => array.append(blocks)).toThrow(ArgumentError);
    expect(array.get().toNested()).toEqual([[1, 2]]);
    expect(log).toEqual(['end']);
    const failure = new Error('no more');
    const failing = (async function* () {
      yield [[5, 6]];
      throw failure;
    })();
    const other = await promises.openArray(array.store);
    await expect(other.append(failing)).rejects.toBe(failure);
    expect((await other.get()).toNested()).toEqual([
      [1, 2],
      [5, 6],
    ]);
    expect(() => array.append([rows(1)][Symbol.iterator]())).toThrow('blocks of blocks');
  });

  it('stops when its signal aborts', async () => {
    const controller = new AbortController();
    const log: string[] = [];
    const blocks = (function* () {
      for (const block of rows(10, log)) {
        if (log.length === 3) controller.abort(new Error('enough'));
        yield block;
      }
    })();
    const array = await promises.createArray(latency(new sync.MemoryStore()), LAYOUT);
    await expect(array.append(blocks, { signal: controller.signal })).rejects.toThrow('enough');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(log).toEqual(['make 0', 'make 1', 'make 2', 'end']);
    expect((await array.get()).shape).toEqual([2, 2]);
  });

  it('cannot wait in the blocking API', () => {
    const array = sync.createArray(new sync.MemoryStore(), LAYOUT);
    expect(() => array.append(later(rows(2)))).toThrow('zarr-ts/sync');
    expect(array.shape).toEqual([0, 2]);
  });
});

function streamOf<T>(items: Iterable<T>): ReadableStream<T> {
  const iterator = items[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** Reads of parts of shards that somebody rewrites: what one read gives is of one generation. */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CodecError, ConflictError } from '../../src/errors.js';
import * as promises from '../../src/index.js';
import { HttpStore, LocalStore, latency, logged } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import { forwarded } from '../../src/stores/wrappers/forwarded.js';
import * as sync from '../../src/sync.js';

const LAYOUT = { shape: [16], shards: [16], chunks: [2], dtype: 'int32', compressors: null } as const;
const KEY = 'c/0';
/** The index and the cells of these small shards are requests of their own where nothing is read in vain. */
const APART = { config: { shardingCoalesceMaxGapBytes: 0 } } as const;

/** What generation `number` holds: its number, but zeros in some cells, so that the index differs too. */
function generation(number: number): number[] {
  return Array.from({ length: 16 }, (_, at) => ((number * 7 + (at >> 1)) % 3 === 0 ? 0 : number));
}

/** The stored bytes of each generation. */
function shardOf(number: number): Uint8Array {
  const files = new Map<string, Uint8Array>();
  sync.createArray(files, { ...LAYOUT, data: undefined }).set('...', Int32Array.from(generation(number)));
  return files.get(KEY)!;
}

const SHARDS = Array.from({ length: 50 }, (_, at) => shardOf(at + 1));

/** An array whose shard is of generation 1, and what stores generation `number`. */
function stored(): { files: sync.MemoryStore; write: (number: number) => void } {
  const files = new sync.MemoryStore();
  sync.createArray(files, LAYOUT);
  const write = (number: number): void => files.set(KEY, SHARDS[(number - 1) % SHARDS.length]!);
  write(1);
  return { files, write };
}

/** `store`, with `between` done after each `get` of the shard, told how many there were. */
const interrupted = (store: Store, between: (gets: number) => void): Store => {
  let gets = 0;
  return forwarded(store, {
    get: async (key, range, options) => {
      const value = await store.get(key, range, options);
      if (key === KEY) between(++gets);
      return value;
    },
    getMany: undefined,
  });
};

describe('a read of a part of a shard', () => {
  it('that is rewritten between index and cells begins again', async () => {
    const { files, write } = stored();
    const counted = logged(files);
    const array = await promises.openArray(
      interrupted(counted, (gets) => gets === 1 && write(2)),
      APART,
    );
    counted.reset();
    expect((await array.get('2:12')).toNested()).toEqual(generation(2).slice(2, 12));
    // The index, the cells in vain, the index again, and the cells, which lie side by side.
    expect(counted.counter.get('get')).toBe(4);
    counted.reset();
    // The index is kept.
    expect((await array.get('2:12')).toNested()).toEqual(generation(2).slice(2, 12));
    expect(counted.counter.get('get')).toBe(1);
  });

  it('that is never left alone fails with a ConflictError, after some tries', async () => {
    const { files, write } = stored();
    let writes = 1;
    const array = await promises.openArray(
      interrupted(files, () => write(++writes)),
      APART,
    );
    const failure = await array.get('2:12').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConflictError);
    expect(failure).toMatchObject({ code: 'conflict', key: KEY, message: expect.stringContaining('10 times') });
    // Read whole it is one request, and so one generation.
    expect((await array.get()).toNested()).toEqual(generation(writes - 1));
  });

  it('that is deleted meanwhile is fill value', async () => {
    const { files } = stored();
    const array = await promises.openArray(
      interrupted(files, (gets) => gets === 1 && files.delete(KEY)),
      APART,
    );
    expect((await array.get('2:12')).toNested()).toEqual(new Array(10).fill(0));
  });

  it('is of one generation through wrappers, in shards inside shards, and for lists and points', async () => {
    const files = new sync.MemoryStore();
    const bytes = { name: 'bytes', configuration: { endian: 'little' } };
    const layout = {
      chunks: [32],
      dtype: 'int32',
      codecs: [
        {
          name: 'sharding_indexed',
          configuration: {
            chunk_shape: [8],
            codecs: [
              {
                name: 'sharding_indexed',
                configuration: { chunk_shape: [2], codecs: [bytes], index_codecs: [bytes] },
              },
            ],
            index_codecs: [bytes],
          },
        },
      ],
    };
    const [one, two] = [1, 2].map((number) => {
      const single = new Map<string, Uint8Array>();
      sync.create([64], { ...layout, store: single } as never).set(
        '...',
        Int32Array.from({ length: 64 }, (_, at) => (at % 3 === number % 3 ? 0 : number)),
      );
      return single.get(KEY)!;
    });
    sync.create([64], { ...layout, store: files } as never);
    const expected = Array.from({ length: 64 }, (_, at) => (at % 3 === 2 ? 0 : 2));
    for (const [at, options] of [1, 2, 3, 4].flatMap((gets) => [[gets, {}] as const, [gets, APART] as const])) {
      files.set(KEY, one!);
      const store = logged(latency(interrupted(files, (gets) => gets === at && files.set(KEY, two!))));
      const array = await promises.openArray(store, options);
      const got = (await array.get('3:29')).toNested() as number[];
      expect(new Set(got).size).toBe(2);
      if (got.includes(2)) expect(got).toEqual(expected.slice(3, 29));
      else expect(got).toEqual(Array.from({ length: 26 }, (_, i) => ((i + 3) % 3 === 1 ? 0 : 1)));
      files.set(KEY, one!);
      expect((await array.get([[3, 9, 20]])).toNested()).toEqual([1, 1, 1]);
    }
  });

  it.each([
    [0, APART],
    [1, APART],
    [2, APART],
    [3, {}],
  ])('is of one generation however reads and writes meet (seed %i)', async (seed, options) => {
    const { files, write } = stored();
    const random = randomOf(seed);
    const pause = async (): Promise<void> => {
      const ticks = Math.floor(random() * 6);
      if (ticks === 5) await new Promise((resolve) => setTimeout(resolve, 1));
      else for (let tick = 0; tick < ticks; tick++) await undefined;
    };
    const store = forwarded(files, {
      answersAtOnce: false,
      get: async (key, range, options) => {
        await pause();
        const value = await files.get(key, range, options);
        await pause();
        return value;
      },
    });
    let conflicts = 0;
    const array = await promises.openArray(store, options);
    let reading = true;
    const writer = (async () => {
      for (let number = 2; reading; number++) {
        write(number);
        await pause();
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    })();
    const readers = [1, 2, 3].map(async () => {
      for (let reads = 0; reads < 60; reads++) {
        const start = Math.floor(random() * 14);
        const stop = start + 1 + Math.floor(random() * (16 - start));
        let got: number[];
        try {
          got = (await array.get([promises.slice(start, stop)])).toNested() as number[];
        } catch (error) {
          if (!(error instanceof ConflictError)) throw error;
          conflicts++;
          continue;
        }
        const number = Math.max(...got);
        const whole = number === 0 ? undefined : generation(number);
        if (whole === undefined) expect(got.every((value) => value === 0)).toBe(true);
        else expect(got).toEqual(whole.slice(start, stop));
      }
    });
    await Promise.all(readers);
    reading = false;
    await writer;
    expect(conflicts).toBeLessThan(180);
  });
});

describe('a shard in a folder', () => {
  let folder: string | undefined;
  afterEach(() => folder && fs.rmSync(folder, { recursive: true, force: true }));

  it('is read from one file, whatever takes its place meanwhile', () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zarr-ts-'));
    const files = new LocalStore(folder);
    sync.createArray(files, LAYOUT);
    files.set(KEY, SHARDS[0]!);
    let gets = 0;
    const store = forwarded(files, {
      get: (key, range, options) => {
        const value = files.get(key, range, options);
        if (key === KEY && ++gets === 1) new LocalStore(folder!).set(KEY, SHARDS[1]!);
        return value;
      },
    });
    const counted = logged(store);
    const array = sync.openArray(counted);
    counted.reset();
    expect(array.get('2:12').toNested()).toEqual(generation(2).slice(2, 12));
    expect([...counted.counter]).toEqual([['get', 4]]);
    counted.reset();
    // Cells that do not touch are several parts, but one request; the index is kept.
    expect(array.get([[4, 11]]).toNested()).toEqual([2, 2]);
    expect([...counted.counter]).toEqual([['getMany', 1]]);
    expect(counted.bytesRead).toBe(16);
  });
});

describe('a shard behind HTTP', () => {
  const servers: http.Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  type Tagging = (number: number) => http.OutgoingHttpHeaders;

  /** A server of the array, whose shard is of the generation that `shard` says for each request of it. */
  async function serve(headersOf: Tagging, shard: (requests: number) => number) {
    const { files } = stored();
    const requests: string[] = [];
    const server = http.createServer((request, response) => {
      const key = request.url!.slice(1);
      if (key !== KEY) {
        const value = files.get(key);
        response.writeHead(value ? 200 : 404).end(value);
        return;
      }
      requests.push(`${request.method} ${request.headers.range ?? 'whole'}`);
      const number = shard(requests.length);
      const value = SHARDS[number - 1]!;
      const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '')!;
      const start = first === '' ? Math.max(0, value.length - Number(last)) : Number(first);
      const end = first === '' ? value.length : Math.min(Number(last) + 1, value.length);
      if (start >= value.length) {
        response.writeHead(416, { 'content-range': `bytes */${value.length}` }).end();
        return;
      }
      const range = { 'content-range': `bytes ${start}-${end - 1}/${value.length}`, 'content-length': end - start };
      response.writeHead(206, { ...range, ...headersOf(number) }).end(value.subarray(start, end));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // It listens on a port.
    const array = await promises.openArray(new HttpStore(`http://127.0.0.1:${port}`, { pauseMs: 1 }), APART);
    return { array, requests };
  }

  const tagged: Tagging = (number) => ({ etag: `"${number}"` });
  const dated: Tagging = (number) => ({ 'last-modified': new Date(Date.UTC(2020, 0, number)).toUTCString() });

  // What a time or a size tells is not enough to keep the index from one read to the next.
  it.each([
    ['ETag', tagged, 1],
    ['a weak ETag', (number: number) => ({ etag: `W/"${number}"` }), 2],
    ['Last-Modified', dated, 2],
    ['nothing but its size', () => ({}), 2],
  ])('that is replaced between two requests is read again, told by %s', async (_, headersOf, requestsOfNext) => {
    // Generations 1 and 4 have cells in the same places; 2 has fewer of them.
    const { array, requests } = await serve(headersOf, (count) => (count === 1 ? 1 : 2));
    expect(SHARDS[0]!.length).not.toBe(SHARDS[1]!.length);
    expect((await array.get('2:12')).toNested()).toEqual(generation(2).slice(2, 12));
    expect(requests.filter((request) => request === 'GET bytes=-132').length).toBe(2);
    const before = requests.length;
    expect((await array.get('2:12')).toNested()).toEqual(generation(2).slice(2, 12));
    expect(requests.length - before).toBe(requestsOfNext);
  });

  it('that is replaced by one of its own size is told by its tag', async () => {
    const { array } = await serve(tagged, (count) => (count === 1 ? 1 : 4));
    expect(SHARDS[0]!.length).toBe(SHARDS[3]!.length);
    expect((await array.get('2:12')).toNested()).toEqual(generation(4).slice(2, 12));
  });

  it('that is replaced all the time is a ConflictError', async () => {
    const { array, requests } = await serve(tagged, (count) => count);
    await expect(array.get('2:12')).rejects.toMatchObject({ code: 'conflict', key: KEY });
    expect(requests.length).toBeLessThanOrEqual(20);
  });

  it('that has become shorter than a cell is far is read again', async () => {
    const short = SHARDS.findIndex((shard) => shard.length < SHARDS[0]!.length);
    const { array } = await serve(tagged, (count) => (count === 1 ? 1 : short + 1));
    expect((await array.get('14:')).toNested()).toEqual(generation(short + 1).slice(14));
  });
});

describe('an index that lies', () => {
  /** The array with `entry` for cell 3 in its index, which has no checksum. */
  function damaged(entry: readonly [bigint, bigint], indexLocation: 'start' | 'end'): Store {
    const files = new sync.MemoryStore();
    const codecs = [
      {
        name: 'sharding_indexed',
        configuration: {
          chunk_shape: [2],
          codecs: [{ name: 'bytes', configuration: { endian: 'little' } }],
          index_codecs: [{ name: 'bytes', configuration: { endian: 'little' } }],
          index_location: indexLocation,
        },
      },
    ];
    const array = sync.create([16], { store: files, chunks: [16], dtype: 'int32', codecs } as never);
    array.set(
      '...',
      Int32Array.from({ length: 16 }, (_, at) => at + 1),
    );
    const shard = files.get(KEY)!.slice();
    const index = new DataView(shard.buffer, indexLocation === 'end' ? shard.length - 128 : 0, 128);
    index.setBigUint64(3 * 16, entry[0], true);
    index.setBigUint64(3 * 16 + 8, entry[1], true);
    files.set(KEY, shard);
    return files;
  }

  it.each([
    ['into the index at the end', [60n, 8n], 'end'],
    ['past the end', [500n, 8n], 'end'],
    ['past the end, behind an index at the start', [190n, 8n], 'start'],
    ['into the index at the start', [100n, 8n], 'start'],
    ['at more bytes than a chunk can have', [0n, 2n ** 40n], 'end'],
    ['beyond all numbers', [2n ** 64n - 8n, 8n], 'end'],
    ['at nothing', [2n ** 64n - 1n, 8n], 'end'],
  ] as const)('and points %s fails for that cell alone, however it is read', async (_, entry, location) => {
    const files = damaged(entry, location);
    expect(() => sync.openArray(files).get('6:8')).toThrow(CodecError);
    expect(() => sync.openArray(files).get()).toThrow(CodecError);
    expect(sync.openArray(files).get('2:6').toNested()).toEqual([3, 4, 5, 6]);
    const later = await promises.openArray(latency(files));
    await expect(later.get('4:9')).rejects.toMatchObject({ code: 'codec', key: KEY });
    expect((await later.get('8:10')).toNested()).toEqual([9, 10]);
  });
});

function randomOf(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

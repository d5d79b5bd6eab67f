/** Small shards over stores that take their time: the cells come with the index, and reads that meet share an index. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { BytesCodec, ShardingCodec } from '../../src/codecs.js';
import { CodecError } from '../../src/errors.js';
import * as promises from '../../src/index.js';
import { adapted, HttpStore, latency, logged, type StoreCall } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import { forwarded } from '../../src/stores/wrappers/forwarded.js';
import * as sync from '../../src/sync.js';
import { picksFor } from './model.js';

const KIB = 2 ** 10;
const KEY = 'c/0';
const APART = { config: { shardingCoalesceMaxGapBytes: 0 } } as const;

interface Layout {
  /** Elements of a byte. */
  readonly shard: number;
  readonly chunk: number;
  readonly indexAt?: 'start' | 'end';
}

/** A shard of noise in memory, not compressed. */
function noise({ shard, chunk, indexAt = 'end' }: Layout): { files: sync.MemoryStore; values: Uint8Array } {
  const files = new sync.MemoryStore();
  const shards = { shape: [shard], indexLocation: indexAt };
  const array = sync.createArray(files, { shape: [shard], shards, chunks: [chunk], dtype: 'uint8', compressors: null });
  const values = Uint8Array.from({ length: shard }, (_, at) => 1 + ((at * at) % 251));
  array.set('...', values);
  return { files, values };
}

/** The array over `store`, and what is asked of the store: the ranges, and the bytes that came. */
async function far(store: Store, options: object = {}) {
  const calls: StoreCall[] = [];
  const array = await promises.openArray(
    logged(latency(store), (call) => calls.push(call)),
    options,
  );
  calls.length = 0;
  const taken = () => calls.splice(0).map(({ range, bytes, method }) => ({ range: range ?? method, bytes }));
  return { array, taken };
}

describe('the first read of a shard that is far away', () => {
  it.each([
    ['end', { suffixLength: 64 * KIB }],
    ['start', { offset: 0, length: 64 * KIB }],
  ] as const)('is one request where the shard is small, its index at the %s', async (indexAt, range) => {
    const { files, values } = noise({ shard: 48 * KIB, chunk: KIB, indexAt });
    const { array, taken } = await far(files);
    for (const at of [0, 20_000, 48 * KIB - 1]) {
      const { array: fresh, taken: ofFresh } = await far(files);
      expect(await fresh.get([at])).toBe(values[at]);
      expect(ofFresh()).toEqual([{ range, bytes: files.get(KEY)!.length }]);
    }
    expect((await array.get([promises.slice(5, 48_000)])).toNested()).toEqual([...values.subarray(5, 48_000)]);
    expect(taken().length).toBe(1);
    // From then on the index is known, and no more is asked for than is wanted.
    expect(await array.get([7])).toBe(values[7]);
    expect(taken().map(({ bytes }) => bytes)).toEqual([KIB]);
  });

  it('asks for the index alone where the shard is large, or less is allowed to be read in vain', async () => {
    const large = noise({ shard: 512 * KIB, chunk: 8 * KIB });
    const small = noise({ shard: 48 * KIB, chunk: KIB });
    const cases = [
      [large, {}, 64, 8 * KIB],
      [small, APART, 48, KIB],
      [small, { config: { shardingCoalesceMaxGapBytes: KIB } }, 48, KIB],
      [small, { config: { shardingCoalesceMaxBytes: KIB } }, 48, KIB],
    ] as const;
    for (const [{ files, values }, options, cells, chunk] of cases) {
      const { array, taken } = await far(files, options);
      expect(await array.get([9])).toBe(values[9]);
      expect(taken().map(({ bytes }) => bytes)).toEqual([16 * cells + 4, chunk === KIB ? KIB : 1]);
    }
  });

  it.each(['start', 'end'] as const)('asks for no byte twice in a longer one (index at the %s)', async (indexAt) => {
    const { files, values } = noise({ shard: 200 * KIB, chunk: 2 * KIB, indexAt });
    const size = files.get(KEY)!.length;
    const near = indexAt === 'end' ? 199 * KIB : KIB;
    const { array, taken } = await far(files);
    expect(await array.get([near])).toBe(values[near]);
    expect(taken().map(({ bytes }) => bytes)).toEqual([64 * KIB]);
    const { array: other, taken: ofOther } = await far(files);
    const [from, to] = indexAt === 'end' ? [10, 200 * KIB] : [0, 190 * KIB];
    expect((await other.get([promises.slice(from, to)])).toFlat()).toEqual(values.slice(from, to));
    const parts = ofOther().map(({ bytes }) => bytes);
    expect(parts.length).toBe(2);
    expect(parts[0]! + parts[1]!).toBeLessThanOrEqual(size);
    const distant = indexAt === 'end' ? 100 : 199 * KIB;
    const { array: third, taken: ofThird } = await far(files);
    expect(await third.get([distant])).toBe(values[distant]);
    expect(ofThird().map(({ bytes }) => bytes)).toEqual([64 * KIB, 2 * KIB]);
  });

  it('costs what it did where the store answers at once', () => {
    const { files, values } = noise({ shard: 48 * KIB, chunk: KIB });
    const counted = logged(files);
    const array = sync.openArray(counted);
    counted.reset();
    expect(array.get([9])).toBe(values[9]);
    expect(counted.bytesRead).toBe(48 * 16 + 4 + KIB);
  });

  it('asks no store of another library for more than there is', async () => {
    const { files, values } = noise({ shard: 4 * KIB, chunk: KIB });
    const shard = files.get(KEY)!;
    // As zarrita's store of files: it fills up what is missing, and fails before the beginning.
    const foreign = {
      get: async (key: string) => files.get(key.slice(1)),
      getRange: async (_: string, range: { offset?: number; length?: number; suffixLength?: number }) => {
        const start = range.suffixLength === undefined ? range.offset! : shard.length - range.suffixLength;
        if (start < 0) throw new RangeError('position');
        const bytes = new Uint8Array(range.suffixLength ?? range.length!);
        bytes.set(shard.subarray(start, start + bytes.length));
        return bytes;
      },
    };
    expect(await (await promises.openArray(foreign)).get([9])).toBe(values[9]);
    expect(await (await promises.openArray(latency(adapted(foreign)))).get([3000])).toBe(values[3000]);
  });
});

describe('what is read ahead', () => {
  const bytes = new BytesCodec({ endian: 'little' });
  const layouts = fc.record({
    indexLocation: fc.constantFrom('start' as const, 'end' as const),
    isNested: fc.boolean(),
    codecs: fc.constantFrom(
      [bytes],
      [bytes, { name: 'zstd', configuration: { level: 1 } }],
      [bytes, { name: 'crc32c' }],
    ),
    dtype: fc.constantFrom('int16', 'float64'),
    /** 48 × 48 of them, in shards of this shape. */
    shard: fc.constantFrom([48, 48], [16, 48], [24, 24]),
    isSparse: fc.boolean(),
    tells: fc.constantFrom('tag and size', 'size', 'nothing'),
    gap: fc.constantFrom(0, 300, 4000, 2 ** 20),
  });

  const telling = (store: Store, tells: string): Store =>
    forwarded(store, {
      answersAtOnce: false,
      getMany: undefined,
      get: async (key, range, options) => {
        await undefined;
        if (tells === 'tag and size') return store.get(key, range, options);
        const value = await store.get(key, range, { maxBytes: options?.maxBytes });
        const size = store.head!(key) as { size: number } | undefined;
        if (tells === 'size' && size !== undefined) options?.onInfo?.({ size: size.size });
        return value;
      },
    });

  it('gives the values of a read of the whole array', async () => {
    await fc.assert(
      fc.asyncProperty(
        layouts,
        fc.array(picksFor([48, 48]), { minLength: 1, maxLength: 4 }),
        async ({ indexLocation, isNested, codecs, dtype, shard, isSparse, tells, gap }, selections) => {
          const files = new sync.MemoryStore();
          const inner = isNested ? [new ShardingCodec({ chunkShape: [4, 4], codecs, indexLocation })] : codecs;
          const serializer = new ShardingCodec({ chunkShape: [8, 8], codecs: inner, indexLocation });
          const array = sync.createArray(files, {
            shape: [48, 48],
            chunks: shard,
            dtype,
            serializer,
            compressors: null,
          });
          const values = Float64Array.from({ length: 48 * 48 }, (_, at) => (at * 31) % 1009);
          array.set('...', sync.ndarray(values, { shape: [48, 48] }), { casting: 'unsafe' });
          if (isSparse) array.set('0:20, 10:30', 0);
          const whole = array.get() as sync.NdArray;
          const remote = await promises.openArray(telling(files, tells), {
            config: { shardingCoalesceMaxGapBytes: gap },
          });
          const results = await Promise.all(selections.map(async (selection) => remote.get(selection)));
          const plain = (value: unknown): unknown =>
            value instanceof sync.NdArray ? [value.shape, value.toNested()] : value;
          for (const [at, selection] of selections.entries()) {
            expect(plain(results[at])).toEqual(plain(sync.array(whole).get(selection)));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(['start', 'end'] as const)(
    'of a shard that is cut off is refused or right (index at the %s)',
    async (indexAt) => {
      const { files, values } = noise({ shard: 600, chunk: 40, indexAt });
      const shard = files.get(KEY)!;
      for (const tells of ['tag and size', 'nothing']) {
        for (let length = 0; length < shard.length; length += 7) {
          files.set(KEY, shard.subarray(0, length));
          const array = await promises.openArray(telling(files, tells));
          for (const at of [0, 300, 599]) {
            const got = await array.get([at]).catch((error: unknown) => error);
            const isThere = indexAt === 'start' && 15 * 16 + 4 + 40 * (Math.floor(at / 40) + 1) <= length;
            if (isThere) expect(got).toBe(values[at]);
            else expect(got).toBeInstanceOf(CodecError);
          }
        }
      }
    },
  );
});

describe('a small shard behind HTTP', () => {
  const servers: http.Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  /** A server of the array; `kind` is how it answers to ranges that reach past the beginning. */
  async function serve(kind: 'clips' | 'sends all' | 'refuses suffixes' | 'ignores ranges') {
    const { files, values } = noise({ shard: 32 * KIB, chunk: KIB });
    const requests: string[] = [];
    const server = http.createServer((request, response) => {
      const key = request.url!.slice(1);
      const value = files.get(key);
      if (key === KEY) requests.push(`${request.method} ${request.headers.range ?? 'whole'}`);
      const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
      if (value === undefined || range === null || kind === 'ignores ranges' || request.method === 'HEAD') {
        response.writeHead(value ? 200 : 404, value && { 'content-length': value.length, etag: '"1"' });
        response.end(request.method === 'HEAD' ? undefined : value);
        return;
      }
      const [, first, last] = range;
      if (first === '' && kind === 'refuses suffixes') {
        response.writeHead(416, { 'content-range': `bytes */${value.length}` }).end();
        return;
      }
      const start = first === '' ? Math.max(0, value.length - Number(last)) : Number(first);
      const end = first === '' || last === '' ? value.length : Math.min(Number(last) + 1, value.length);
      if (kind === 'sends all' && start === 0 && end === value.length) {
        response.writeHead(200, { 'content-length': value.length, etag: '"1"' }).end(value);
        return;
      }
      const headers = { 'content-range': `bytes ${start}-${end - 1}/${value.length}`, 'content-length': end - start };
      response.writeHead(206, { ...headers, etag: '"1"' }).end(value.subarray(start, end));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // It listens on a port.
    const store = new HttpStore(`http://127.0.0.1:${port}`, { pauseMs: 1 });
    return { array: await promises.openArray(store), store, values, requests };
  }

  it.each([
    ['clips', ['GET bytes=-65536'], false],
    ['sends all', ['GET bytes=-65536'], false],
    ['ignores ranges', ['GET bytes=-65536'], false],
    ['refuses suffixes', ['GET bytes=-65536', 'HEAD whole', 'GET bytes=0-'], false],
  ] as const)('of a server that %s is read by its first request', async (kind, expected, ignoresRanges) => {
    const { array, store, values, requests } = await serve(kind);
    expect((await array.get([promises.slice(1000, 5000)])).toFlat()).toEqual(values.slice(1000, 5000));
    expect(requests).toEqual(expected);
    expect(store.ignoresRanges).toBe(ignoresRanges);
    requests.length = 0;
    expect(await array.get([31_000])).toBe(values[31_000]);
    expect(requests).toEqual(['GET bytes=30720-31743']);
    expect(store.ignoresRanges).toBe(kind === 'ignores ranges');
  });
});

describe('reads of one shard at once', () => {
  const LARGE = { shard: 512 * KIB, chunk: KIB };
  const INDEX = 512 * 16 + 4;

  /** The array, each answer of whose shard is held back until `go` is called. */
  async function held(changes: Partial<Store> = {}) {
    const { files, values } = noise(LARGE);
    const asked: string[] = [];
    let waiting: (() => void)[] = [];
    const store = forwarded(files, {
      answersAtOnce: false,
      get: async (key, range, options) => {
        if (key === KEY) {
          asked.push('suffixLength' in range! ? 'index' : `${range!.offset}`);
          await new Promise<void>((resolve, reject) => {
            waiting.push(resolve);
            options?.signal?.addEventListener('abort', () => reject(options.signal!.reason));
          });
        }
        return await files.get(key, range, options);
      },
      getMany: undefined,
      ...changes,
    });
    const array = await promises.openArray(store);
    const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
    const go = async (): Promise<void> => {
      for (const resolve of waiting.splice(0)) resolve();
      waiting = [];
      await settle();
    };
    const goOn = async (): Promise<void> => {
      for (let round = 0; round < 6; round++) await go();
    };
    return { files, values, array, asked, go, goOn, settle };
  }

  it('ask for its index once', async () => {
    const { array, values, asked, goOn, settle } = await held();
    const places = [0, 5000, 100_000, 524_000];
    const reads = places.map((at) => array.get([at]));
    await settle();
    expect(asked).toEqual(['index']);
    await goOn();
    expect(await Promise.all(reads)).toEqual(places.map((at) => values[at]));
    expect(asked.filter((part) => part === 'index').length).toBe(1);
    expect(asked.length).toBe(5);
  });

  it('go on by themselves where the one that asks is given up', async () => {
    const { array, values, asked, goOn, settle } = await held();
    const controller = new AbortController();
    const first = array.get([0], { signal: controller.signal });
    const others = [array.get([5000]), array.get([9000])];
    await settle();
    controller.abort(new Error('given up'));
    await expect(first).rejects.toThrow('given up');
    await goOn();
    expect(await Promise.all(others)).toEqual([values[5000], values[9000]]);
    expect(asked.filter((part) => part === 'index').length).toBeLessThanOrEqual(3);
  });

  it('fail each with the error of its own request', async () => {
    let failures = 0;
    const { files } = noise(LARGE);
    const { array, values } = await held({
      get: async (key, range, options) => {
        await undefined;
        if (key === KEY && failures++ === 0) throw new Error('broken');
        return await files.get(key, range, options);
      },
    });
    const reads = await Promise.allSettled([array.get([0]), array.get([5000])]);
    expect(reads[0]).toMatchObject({ status: 'rejected', reason: { code: 'store', key: KEY } });
    expect(reads[1]).toEqual({ status: 'fulfilled', value: values[5000] });
  });

  it('see what was written before they began', async () => {
    const { files, array, go, goOn } = await held();
    const first = array.get([0]);
    sync.openArray(files).set('0:2048', 7);
    const second = array.get([5]);
    await go();
    sync.openArray(files).set('0:2048', 9);
    const third = array.get([5]);
    await goOn();
    expect([7, 9]).toContain(await first);
    expect([7, 9]).toContain(await second);
    expect(await third).toBe(9);
    // What is absent by the index that was shared is asked for once more.
    const absent = await held();
    const early = absent.array.get([0]);
    await absent.settle();
    sync.openArray(absent.files).set('...', 0);
    const late = absent.array.get([1]);
    await absent.goOn();
    expect(await Promise.all([early, late])).toEqual([0, 0]);
  });

  it.each([
    ['no tag', undefined],
    ['one that tells too little', true],
  ])('read it each for themselves where the store tells %s', async (_, isWeak) => {
    const { files } = noise(LARGE);
    let indexes = 0;
    const { array, values } = await held({
      get: async (key, range, options) => {
        await undefined;
        const value = await files.get(key, range);
        if (key !== KEY) return value;
        if ('suffixLength' in range! && value?.length === INDEX) indexes++;
        options?.onInfo?.(isWeak ? { etag: 'x', isWeak } : { size: files.get(KEY)!.length });
        return value;
      },
    });
    const read = (): Promise<unknown> => Promise.all([array.get([0]), array.get([5000]), array.get([0])]);
    expect(await read()).toEqual([values[0], values[5000], values[0]]);
    expect(await read()).toEqual([values[0], values[5000], values[0]]);
    expect(indexes).toBe(6);
  });
});

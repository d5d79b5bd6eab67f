import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as promises from '../../src/index.js';
import { latency } from '../../src/storage.js';
import * as sync from '../../src/sync.js';

const source = (options: object = {}) =>
  sync.createArray(undefined, {
    name: 'source',
    ...{ shape: [10, 7], dtype: 'int16', chunks: [2, 3], shards: { shape: [4, 6], indexLocation: 'start' } },
    ...{ fillValue: -1, attributes: { units: 'm', scale: 1e5 }, dimensionNames: ['y', null] },
    compressors: { name: 'gzip', configuration: { level: 1 } },
    ...options,
  });
const numbers = (shape: readonly number[]) =>
  sync.ndarray(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i - 5),
    { dtype: 'int16', shape },
  );

/** Sets and gets, by key. */
class Counted extends sync.MemoryStore {
  readonly requests: string[] = [];
  override get(...args: Parameters<sync.MemoryStore['get']>): Uint8Array | undefined {
    this.requests.push(`get ${args[0]}`);
    return super.get(...args);
  }
  override set(...args: Parameters<sync.MemoryStore['set']>): void {
    this.requests.push(`set ${args[0]}`);
    super.set(...args);
  }
}

describe('fromArray', () => {
  it('keeps everything, shards and codecs included', () => {
    const array = source();
    array.set('...', numbers([10, 7]));
    const copy = sync.fromArray(undefined, { data: array });
    expect(copy.metadata.toJSON()).toEqual(array.metadata.toJSON());
    expect(copy.get().toNested()).toEqual(array.get().toNested());
    expect(sync.createArray(undefined, { data: array }).metadata.toJSON()).toEqual(array.metadata.toJSON());
    expect(sync.array(array).metadata.toJSON()).toEqual(array.metadata.toJSON());
    const kept = { chunks: 'keep', shards: 'keep', filters: 'keep', compressors: 'keep', serializer: 'keep' } as const;
    expect(sync.fromArray(undefined, { data: array, ...kept }).metadata.toJSON()).toEqual(array.metadata.toJSON());
  });

  it('keeps everything of format 2', () => {
    const array = sync.createArray(undefined, {
      ...{ shape: [4], dtype: '>i4', zarrFormat: 2, order: 'F', chunks: [3], fillValue: null },
      ...{ compressors: { id: 'zlib', level: 2 }, chunkKeyEncoding: { name: 'v2', separator: '/' } },
    });
    array.set('...', [1, 2, 3, 4]);
    const copy = sync.fromArray(undefined, { data: array });
    expect(copy.metadata.toJSON()).toEqual(array.metadata.toJSON());
    expect(copy.get().toNested()).toEqual([1, 2, 3, 4]);
    const newer = sync.fromArray(undefined, { data: array, zarrFormat: 3 });
    expect([newer.zarrFormat, newer.fillValue, newer.chunks]).toEqual([3, 0, [3]]);
    expect(newer.get().toNested()).toEqual([1, 2, 3, 4]);
    const older = sync.fromArray(undefined, { data: newer, zarrFormat: 2 });
    expect([older.zarrFormat, older.get().toNested()]).toEqual([2, [1, 2, 3, 4]]);
  });

  it('keeps the bits of a fill value, and the tokens of attributes', () => {
    const files = new Map<string, Uint8Array>();
    const array = sync.createArray(files, { shape: [2], dtype: 'float32' });
    const document = new TextDecoder().decode(files.get('zarr.json'));
    const changed = document
      .replace('"fill_value": 0.0', '"fill_value": "0x7fc00001"')
      .replace('"attributes": {}', '"attributes": {"a": 1.0}');
    files.set('zarr.json', new TextEncoder().encode(changed));
    const copied = new Map<string, Uint8Array>();
    sync.fromArray(copied, { data: sync.openArray(files) });
    const text = new TextDecoder().decode(copied.get('zarr.json'));
    expect(text).toContain('"0x7fc00001"');
    expect(text).toContain('"a": 1.0');
    expect(array.shape).toEqual([2]);
  });

  it('changes what it is told to change', () => {
    const array = source();
    array.set('...', numbers([10, 7]));
    const changes: [object, Partial<sync.Array>][] = [
      [
        { chunks: [5, 7], shards: null },
        { chunks: [5, 7], shards: null },
      ],
      [{ shards: [8, 9] }, { chunks: [2, 3], shards: [8, 9] }],
      [{ compressors: null }, { shards: [4, 6] }],
      [{ fillValue: 3 }, { fillValue: 3 }],
      [{ fillValue: null }, { fillValue: 0 }],
      [{ dimensionNames: ['a', 'b'] }, { dimensionNames: ['a', 'b'] }],
      [{ attributes: {} }, {}],
      [{ chunkKeyEncoding: { name: 'v2', separator: '.' } }, {}],
    ];
    for (const [options, expected] of changes) {
      const copy = sync.fromArray(undefined, { data: array, ...options });
      expect(copy).toMatchObject(expected);
      expect(copy.get().toNested()).toEqual(array.get().toNested());
    }
    expect(sync.fromArray(undefined, { data: array, attributes: {} }).attrs.size).toBe(0);
    expect(sync.fromArray(undefined, { data: array, compressors: null }).compressors).toEqual([]);
  });

  it('copies stored chunks as the bytes they are, and asks for no other', () => {
    const array = sync.createArray(new Counted(), { name: 'a', shape: [2 ** 40], chunks: [1000], dtype: 'int8' });
    array.set([5], 1);
    array.set([2 ** 39], 2);
    const store = array.store as Counted;
    store.requests.length = 0;
    const target = new Counted();
    const copy = sync.fromArray(target, { data: array });
    expect(store.requests).toEqual(['get a/c/0', `get a/c/${Math.floor(2 ** 39 / 1000)}`]);
    expect(target.requests.filter((request) => request.startsWith('set'))).toEqual([
      'set zarr.json',
      'set c/0',
      `set c/${Math.floor(2 ** 39 / 1000)}`,
    ]);
    expect(copy.get([2 ** 39])).toBe(2);
  });

  it('reads each chunk of the source once where chunks go into larger ones', () => {
    const array = sync.createArray(new Counted(), { shape: [100], chunks: [5], dtype: 'int8' });
    array.set('...', 1);
    const store = array.store as Counted;
    store.requests.length = 0;
    const target = new Counted();
    sync.fromArray(target, { data: array, chunks: [50] });
    expect(store.requests.length).toBe(20);
    expect(target.requests.filter((request) => request.startsWith('set c'))).toEqual(['set c/0', 'set c/1']);
    expect(target.requests.filter((request) => request.startsWith('get c'))).toEqual([]);
  });

  it('asks for every chunk where the store cannot list, unless there are too many', () => {
    const array = sync.createArray(undefined, { shape: [10], chunks: [2], dtype: 'int8' });
    array.set('3:5', 1);
    const store = { readOnly: true, get: (key: string) => array.store.get(key) };
    expect(
      sync
        .fromArray(undefined, { data: sync.openArray(store) })
        .get()
        .toNested(),
    ).toEqual(array.get().toNested());
    const files = new Map<string, Uint8Array>();
    const huge = sync.createArray(undefined, { shape: [2 ** 40], chunks: [1], dtype: 'int8' });
    const other = { readOnly: true, get: (key: string) => huge.store.get(key) };
    expect(() => sync.fromArray(files, { data: sync.openArray(other) })).toThrow('limits.chunksPerCall');
    expect(() => sync.fromArray(files, { data: huge, chunks: [2] })).toThrow('limits.chunksPerCall');
    expect(files.size).toBe(0);
  });

  it('can leave out the data, tells how far it is, and stops', async () => {
    const array = source();
    array.set('...', 4);
    expect(sync.fromArray(undefined, { data: array, writeData: false }).get([0, 0])).toBe(-1);
    const told: [number, number][] = [];
    sync.fromArray(undefined, { data: array, onProgress: (done, total) => told.push([done, total]) });
    expect(told.at(-1)).toEqual([6, 6]);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(promises.fromArray(undefined, { data: array, signal })).rejects.toThrow('enough');
  });

  it('takes values in memory, with the defaults of createArray', async () => {
    const copy = await promises.fromArray(undefined, { data: new Uint8Array([1, 2]), chunks: 'keep', shards: 'keep' });
    expect([copy.dtype.name, copy.shards, (await copy.get()).toNested()]).toEqual(['uint8', null, [1, 2]]);
  });

  it('copies between the APIs, and strings', async () => {
    const array = sync.array([
      ['a', 'bc'],
      ['', 'é'],
    ]);
    const store = latency(new sync.MemoryStore(), { getMs: 0, setMs: 0 });
    const copy = await promises.fromArray(store, { name: 'x', data: array });
    expect((await copy.get()).toNested()).toEqual([
      ['a', 'bc'],
      ['', 'é'],
    ]);
    const again = await promises.fromArray(store, { name: 'y', data: copy, chunks: [1, 1] });
    expect((await again.get()).toNested()).toEqual([
      ['a', 'bc'],
      ['', 'é'],
    ]);
  });

  it.each([
    ['no data', (): unknown => sync.fromArray(undefined, {} as never), 'data'],
    [
      'an unknown option',
      () => sync.fromArray(undefined, { data: source(), chunk: [1] } as never),
      'did you mean "chunks"',
    ],
    ['a shape', () => sync.fromArray(undefined, { data: source(), shape: [1] } as never), 'unknown option'],
    ['a data type besides', () => sync.createArray(undefined, { data: source(), dtype: 'int8' }), 'data gives shape'],
    ['shards in format 2', () => sync.fromArray(undefined, { data: source(), zarrFormat: 2 }), 'shards'],
    ['chunks that do not fit', () => sync.fromArray(undefined, { data: source(), chunks: [3, 3] }), 'shards'],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  it('never deletes its own source', () => {
    const files = new Map<string, Uint8Array>();
    const array = sync.createArray(files, { name: 'a/b', shape: [2], dtype: 'int8' });
    array.set('...', [1, 2]);
    const before = new Map(files);
    const readOnly = sync.openArray(new sync.MemoryStore(files, { readOnly: true }), { path: 'a/b' });
    for (const data of [array, readOnly]) {
      for (const name of ['a/b', 'a', 'a/b/c']) {
        expect(() => sync.fromArray(files, { data, name, overwrite: true })).toThrow('overwrite');
      }
      expect(() => sync.fromArray(files, { data, overwrite: true })).toThrow('overwrite');
      expect(() => sync.fromArray(files, { data, name: 'a/b' })).toThrow(
        expect.objectContaining({ code: 'contains-array' }),
      );
      expect(() => sync.array(data, { store: files, path: 'a/b', mode: 'w' })).toThrow('overwrite');
      expect(() => sync.saveArray(files, data, { path: 'a', overwrite: true })).toThrow('overwrite');
      expect(() => sync.save(files, { x: data })).toThrow('overwrite');
      expect(() => sync.group(files).setItem('a', data)).toThrow('overwrite');
    }
    expect(files).toEqual(before);
    expect(sync.fromArray(files, { data: array, name: 'other', overwrite: true }).get().toNested()).toEqual([1, 2]);
  });

  it('keeps chunks and shards of several sizes when codecs change', () => {
    const chunked = sync.createArray(undefined, { shape: [8], dtype: 'int8', chunks: [[1, 3, 2, 2]] });
    const sharded = sync.createArray(undefined, { shape: [8], dtype: 'int8', chunks: [2], shards: [[2, 6]] });
    for (const data of [chunked, sharded]) {
      data.set('...', [1, 2, 3, 4, 5, 6, 7, 8]);
      const made = sync.fromArray(undefined, { data, compressors: [] });
      expect(made.writeChunkSizes).toEqual(data.writeChunkSizes);
      expect(made.readChunkSizes).toEqual(data.readChunkSizes);
      expect(made.get().toNested()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it('takes the place of its source where nothing is copied', () => {
    const files = new Map<string, Uint8Array>();
    const array = sync.createArray(files, { name: 'a', shape: [2], dtype: 'int8', fillValue: 7 });
    array.set('...', [1, 2]);
    const made = sync.fromArray(files, { data: array, name: 'a', overwrite: true, writeData: false });
    expect(made.get().toNested()).toEqual([7, 7]);
  });

  it('is the same array whatever the layouts', () => {
    const layout = fc.record({
      chunks: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
      factor: fc.option(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })), { nil: null }),
      format: fc.constantFrom(2 as const, 3 as const),
    });
    const options = ({ chunks, factor, format }: typeof layout extends fc.Arbitrary<infer T> ? T : never) => ({
      chunks,
      zarrFormat: format,
      ...(format === 3 && { shards: factor && chunks.map((length, axis) => length * factor[axis]!) }),
    });
    const shape = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(shape, layout, layout, fc.boolean(), (lengths, from, to, isSparse) => {
        const array = sync.createArray(undefined, { shape: lengths, dtype: 'int16', ...options(from) });
        if (isSparse) array.set('::3, 1:', 7);
        else array.set('...', numbers(lengths));
        const { shards = null, ...others } = options(to);
        const copy = sync.fromArray(undefined, { data: array, ...others, shards, fillValue: isSparse ? 7 : 0 });
        expect(copy.get().toNested()).toEqual(array.get().toNested());
      }),
      { numRuns: 150 },
    );
  });
});

describe('zarr arrays as values', () => {
  it('are written, saved and made arrays of', async () => {
    const array = sync.array(new Int16Array([1, 2, 3]), { chunks: [2] });
    const target = sync.zeros([2, 3]);
    target.set([0], array);
    target.set([1], array.asyncArray);
    expect(target.get().toNested()).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    target.set('...', sync.array([[0], [9]]));
    expect(target.get().toNested()).toEqual([
      [0, 0, 0],
      [9, 9, 9],
    ]);
    const files = new Map<string, Uint8Array>();
    sync.save(files, { a: array, b: new Uint8Array([1]) });
    expect(sync.openArray(files, { path: 'a' }).chunks).toEqual([2]);
    expect(sync.openArray(files, { path: 'a' }).get().toNested()).toEqual([1, 2, 3]);
    sync.saveArray(files, array, { path: 'a', overwrite: true, dtype: 'float64' });
    expect(sync.openArray(files, { path: 'a' }).dtype.name).toBe('float64');
    const wide = sync.array(array, { dtype: 'int32', store: files, path: 'wide' });
    expect([wide.dtype.name, wide.get().toNested()]).toEqual(['int32', [1, 2, 3]]);
    const root = sync.group(files, { zarrFormat: 3 });
    root.setItem('c', array);
    root.createArray('d', { data: array.asyncArray });
    expect([...root.arrayKeys()]).toEqual(['a', 'b', 'c', 'd', 'wide']);
    const later = await promises.array(array.asyncArray, { chunks: [3] });
    expect([later.chunks, (await later.get()).toNested()]).toEqual([[3], [1, 2, 3]]);
    const before = new Map(files);
    const small = { dtype: 'int8', overwrite: true } as const;
    expect(() => sync.saveArray(files, new Int16Array([300]), { path: 'a', ...small })).toThrow('300');
    expect(() => sync.saveArray(files, sync.array([300]), { path: 'a', ...small })).toThrow('300');
    expect(() => sync.save(files, { x: new Int16Array([300]) }, small)).toThrow('300');
    expect(() => sync.create([1], { store: files, path: 'a', data: [300], ...small })).toThrow('300');
    expect(() => sync.openArray(files, { path: 'a', mode: 'w', shape: [1], data: [1, 2], dtype: 'int8' })).toThrow(
      'broadcast',
    );
    expect(files).toEqual(before);
    expect(() => target.set([0], sync.array([1, 2]))).toThrow('broadcast');
    expect(() => sync.zeros([1], { dtype: 'uint8' }).set('...', sync.array([300]))).toThrow('300');
  });
});

describe('arrays like others', () => {
  it('have shape, data type, chunks, and the codecs of a zarr array', () => {
    const array = source();
    const empty = sync.emptyLike(array);
    expect(empty).toMatchObject({
      shape: [10, 7],
      chunks: [2, 3],
      shards: [4, 6],
      fillValue: -1,
      dimensionNames: null,
    });
    expect(empty.attrs.size).toBe(0);
    expect(empty.metadata.toJSON()).toMatchObject({ codecs: array.metadata.toJSON()['codecs'] });
    expect(sync.zerosLike(array).fillValue).toBe(0);
    expect(sync.onesLike(array).fillValue).toBe(1);
    expect(sync.fullLike(array).fillValue).toBe(-1);
    expect(sync.fullLike(array, { fillValue: 4 }).fillValue).toBe(4);
    const changed = sync.emptyLike(array, { shape: [4, 4], dtype: 'float32', chunks: [4, 2], shards: null, path: 'x' });
    expect(changed).toMatchObject({ shape: [4, 4], chunks: [4, 2], shards: null, fillValue: -1, path: 'x' });
    expect(sync.zerosLike(array, { dtype: 'complex64' }).shards).toEqual([4, 6]);
  });

  it('keep what only their format has in that format', () => {
    const older = sync.create([4], { zarrFormat: 2, order: 'F', compressor: { id: 'zlib', level: 3 }, dtype: '>i2' });
    expect(sync.zerosLike(older)).toMatchObject({ zarrFormat: 2, order: 'F' });
    expect(sync.zerosLike(older).compressor?.toJSON()).toEqual(older.compressor?.toJSON());
    expect(String(sync.zerosLike(older).metadata.toJSON()['dtype'])).toBe('>i2');
    const newer = sync.zerosLike(older, { zarrFormat: 3 });
    expect([newer.zarrFormat, newer.compressors[0]?.name]).toEqual([3, 'zstd']);
    expect(sync.zerosLike(source(), { zarrFormat: 2 })).toMatchObject({ zarrFormat: 2, chunks: [2, 3] });
  });

  it('take values in memory, and whatever has a shape', async () => {
    expect(sync.zerosLike(new Float32Array(3))).toMatchObject({ shape: [3], fillValue: 0 });
    expect(sync.onesLike(sync.ndarray([[1n, 2n]])).dtype.name).toBe('int64');
    expect(sync.emptyLike({ shape: [2, 2], dtype: 'int8', chunks: [1, 2] }).chunks).toEqual([1, 2]);
    expect((await promises.fullLike({ shape: [2] }, { fillValue: 2.5 })).fillValue).toBe(2.5);
    expect(() => sync.fullLike(new Int8Array(2))).toThrow('fillValue');
    expect(() => sync.zerosLike([1, 2] as never)).toThrow('expected a zarr array');
    expect(() => sync.zerosLike(new Int8Array(2), { chunk: 1 } as never)).toThrow('did you mean "chunks"');
  });

  it('are members of groups, in the format of the group', async () => {
    const root = sync.group(undefined, { zarrFormat: 2 });
    const like = root.onesLike({ name: 'a/b', data: source({ shards: null }) });
    expect(like).toMatchObject({ zarrFormat: 2, path: 'a/b', fillValue: 1, chunks: [2, 3] });
    expect(root.emptyLike({ name: 'e', data: source({ shards: null }) }).fillValue).toBe(-1);
    expect(root.fullLike({ name: 'f', data: new Int8Array(2), fillValue: 3 }).fillValue).toBe(3);
    expect(() => root.zerosLike({ name: 'a/b', data: like })).toThrow(
      expect.objectContaining({ code: 'contains-array' }),
    );
    expect(() => root.zerosLike({ name: 'z', data: like, chunk: 1 } as never)).toThrow('did you mean');
    const later = await promises.group(undefined, { zarrFormat: 3 });
    expect(await later.zerosLike({ name: 'z', data: like })).toMatchObject({ zarrFormat: 3, fillValue: 0 });
    expect(root.zerosLike({ name: 'a/b', data: source({ shards: null }), overwrite: true }).fillValue).toBe(0);
  });

  it('are opened where they are', async () => {
    const array = source();
    const store = new sync.MemoryStore();
    const made = sync.openLike(array, 'a/b', { store });
    expect(made).toMatchObject({ path: 'a/b', shards: [4, 6], fillValue: -1 });
    made.set([0, 0], 5);
    expect(sync.openLike(array, 'a/b', { store }).get([0, 0])).toBe(5);
    expect((await promises.openLike(array, 'x')).shape).toEqual([10, 7]);
    const older = sync.create([4], { zarrFormat: 2, store, path: 'older' });
    expect(sync.openLike(array, 'older', { store }).zarrFormat).toBe(2);
    expect(sync.openLike(older, 'newer', { store }).zarrFormat).toBe(3);
    expect(() => sync.openLike(array, 'none', { store, mode: 'r' })).toThrow(
      expect.objectContaining({ code: 'array-not-found' }),
    );
  });
});

describe('older names of a group', () => {
  it('do what the newer ones do', async () => {
    const root = sync.group();
    root.array('a', { shape: [1], dtype: 'int8' });
    root.create('b', { data: new Int8Array(2) });
    root.createDataset('c', { shape: [1], dtype: 'int8' });
    expect(root.requireDataset('c', { shape: [1], dtype: 'int8' }).path).toBe('c');
    root.attrs.set('one', 1);
    expect(root.updateAttributesAsync({ two: 2 }).attrs.asDict()).toEqual({ one: 1, two: 2 });
    expect([...root.keys()]).toEqual(['a', 'b', 'c']);
    const later = await promises.group();
    await later.array('a', { shape: [1], dtype: 'int8' });
    await later.create('b', { data: new Int8Array(2) });
    await later.createDataset('c', { shape: [1], dtype: 'int8' });
    await later.requireDataset('d', { shape: [1], dtype: 'int8' });
    await later.updateAttributes({ one: 1 });
    expect((await later.updateAttributesAsync({ two: 2 })).attrs).toEqual({ one: 1, two: 2 });
    expect(await later.nmembers()).toBe(4);
    expect(() => root.createArray('x', { shape: [1], dtype: 'int8', chunk: [1] } as never)).toThrow('did you mean');
  });
});

describe('arrays of zeros and ones', () => {
  const fields = [
    ['x', '<i4'],
    ['name', '|S2'],
    ['word', '<U2'],
  ] as const;

  it.each([2, 3] as const)('of text have digits, as in zarr-python: format %i', (zarrFormat) => {
    const options = (dtype: string) => ({ dtype, zarrFormat });
    expect(sync.zeros([2], options('string')).get().toNested()).toEqual(['0', '0']);
    expect(sync.ones([2], options('string')).get().toNested()).toEqual(['1', '1']);
    expect(sync.zeros([1], options('<U3')).get(0)).toBe('0');
    expect(sync.ones([1], options('|S3')).get(0)).toEqual(Uint8Array.of(0x31));
    expect(sync.full([1], 12, options('string')).get(0)).toBe('12');
    const ones = sync.ones([1], { dtype: fields, zarrFormat });
    expect(ones.get(0)).toEqual({ x: 1, name: Uint8Array.of(0x31), word: '1' });
    expect(sync.zerosLike(ones).get(0)).toEqual({ x: 0, name: Uint8Array.of(0x30), word: '0' });
    const group = sync.group(undefined, { zarrFormat });
    expect(group.ones({ name: 'a', shape: [1], dtype: 'string' }).get(0)).toBe('1');
    expect(group.zerosLike({ name: 'b', data: group.getArray('a') }).get(0)).toBe('0');
  });

  it('have no text that is too long for the type, and no bytes', () => {
    expect(() => sync.full([1], 123, { dtype: '<U2' })).toThrow(expect.objectContaining({ code: 'cast' }));
    expect(() => sync.full([1], 1.5, { dtype: 'string' })).toThrow(expect.objectContaining({ code: 'cast' }));
    expect(() => sync.ones([1], { dtype: 'r16' })).toThrow(expect.objectContaining({ code: 'cast' }));
  });
});

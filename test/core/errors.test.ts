import { describe, expect, it } from 'vitest';
import {
  ChecksumError,
  CodecError,
  LimitError,
  StoreError,
  UnknownCodecError,
  UnknownDataTypeError,
  ZarrError,
} from '../../src/errors.js';
import * as promises from '../../src/index.js';
import { latency } from '../../src/storage.js';
import type { Store } from '../../src/stores/store.js';
import * as sync from '../../src/sync.js';

function caught(act: () => unknown): ZarrError {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ZarrError);
    return error as ZarrError;
  }
  throw new Error('nothing was thrown');
}

const caughtLater = async (promise: Promise<unknown>): Promise<ZarrError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ZarrError);
  return error as ZarrError;
};

function stored(options: Parameters<typeof sync.createArray>[1]): {
  files: Map<string, Uint8Array>;
  array: sync.Array;
} {
  const files = new Map<string, Uint8Array>();
  const array = sync.createArray(files, { name: 'a/b', ...options });
  array.set('...', sync.ndarray([...Array(array.size).keys()], { dtype: 'float64', shape: [...array.shape] }));
  return { files, array };
}

const int16 = { shape: [4], dtype: 'int16', chunks: [2] };

describe('a chunk that cannot be decoded', () => {
  it('is an error that names the array, the key, the chunk and the codec', () => {
    const { files, array } = stored({ ...int16, compressors: null });
    files.set('a/b/c/1', new Uint8Array(3));
    const error = caught(() => array.get());
    expect(error).toBeInstanceOf(CodecError);
    expect(error).toMatchObject({ code: 'codec', path: 'a/b', key: 'a/b/c/1', coords: [1], codec: 'bytes' });
    expect(error.message).toMatch(/expected 4 bytes, got 3.*"\/a\/b".*"a\/b\/c\/1"/s);
    expect(array.get('0:2').toNested()).toEqual([0, 1]);
  });

  it.each([
    ['empty', new Uint8Array()],
    ['short', new Uint8Array(1)],
    ['long', new Uint8Array(400)],
  ])('is never fill value: %s', (_, bytes) => {
    for (const compressors of [
      null,
      'auto',
      [{ name: 'gzip', configuration: { level: 1 } }],
      [{ name: 'crc32c' }],
    ] as const) {
      const { files, array } = stored({ ...int16, compressors });
      files.set('a/b/c/0', bytes);
      expect(caught(() => array.get())).toBeInstanceOf(CodecError);
      expect(caught(() => array.set(0, 1))).toBeInstanceOf(CodecError);
      expect(files.get('a/b/c/0')).toEqual(bytes);
    }
  });

  it('is a ChecksumError when a checksum says so', () => {
    const { files, array } = stored({ ...int16, compressors: [{ name: 'crc32c' }] });
    files.get('a/b/c/0')![0]! ^= 1;
    const error = caught(() => array.get());
    expect(error).toBeInstanceOf(ChecksumError);
    expect(error.codec).toBe('crc32c');
  });

  it('is the same with promises', async () => {
    const { files } = stored({ ...int16, compressors: null });
    files.set('a/b/c/1', new Uint8Array(3));
    const array = await promises.openArray(latency(new sync.MemoryStore(files), { getMs: 0, setMs: 0 }), {
      path: 'a/b',
    });
    expect(await caughtLater(array.get())).toMatchObject({ code: 'codec', path: 'a/b', key: 'a/b/c/1', coords: [1] });
  });
});

describe('a damaged shard', () => {
  const shards = { shape: [8], dtype: 'int8', chunks: [2], shards: [8], compressors: null };
  const damage: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
    empty: () => new Uint8Array(),
    'shorter than its index': (bytes) => bytes.slice(0, 20),
    'cut off at its end': (bytes) => bytes.slice(0, -5),
    'with a changed index': (bytes) => {
      bytes[bytes.length - 10]! ^= 4;
      return bytes;
    },
    'that is one cell and no index': () => new Uint8Array(2),
  };
  for (const [name, change] of Object.entries(damage)) {
    it(`${name} is an error, whole and in part`, () => {
      const { files, array } = stored(shards);
      files.set('a/b/c/0', change(files.get('a/b/c/0')!.slice()));
      for (const act of [() => array.get(), () => array.get([3]), () => array.set(3, 9)]) {
        expect(caught(act)).toMatchObject({ path: 'a/b', key: 'a/b/c/0' });
        expect(caught(act)).toBeInstanceOf(CodecError);
      }
    });
  }

  it('that lacks its beginning is an error when it is read whole', () => {
    const { files, array } = stored(shards);
    files.set('a/b/c/0', files.get('a/b/c/0')!.slice(5));
    expect(caught(() => array.get())).toBeInstanceOf(CodecError);
  });

  it('whose entries lie beyond its end, in its index or beyond 2^53 is an error', () => {
    const index = [{ name: 'bytes', configuration: { endian: 'little' } }];
    const codecs = [
      {
        name: 'sharding_indexed',
        configuration: { chunk_shape: [2], codecs: [{ name: 'bytes' }], index_codecs: index, index_location: 'start' },
      },
    ];
    const files = new Map<string, Uint8Array>();
    const array = sync.create([4], { store: files, dtype: 'int8', chunks: [4], codecs });
    array.set('...', [1, 2, 3, 4]);
    const good = files.get('c/0')!;
    expect(good.length).toBe(36);
    for (const [offset, length] of [
      [35n, 2n],
      [10n, 2n],
      [2n ** 64n - 1n, 2n],
      [32n, 2n ** 64n - 1n],
      [2n ** 60n, 2n],
      [32n, 2n ** 40n],
      [32n, 1n],
      [32n, 3n],
    ] as const) {
      const bytes = good.slice();
      const view = new DataView(bytes.buffer);
      view.setBigUint64(0, offset, true);
      view.setBigUint64(8, length, true);
      files.set('c/0', bytes);
      expect(
        caught(() => array.get()),
        `whole ${offset}+${length}`,
      ).toBeInstanceOf(CodecError);
      expect(
        caught(() => array.get([0])),
        `part ${offset}+${length}`,
      ).toBeInstanceOf(CodecError);
      // What the damage does not touch can be read.
      if (offset + length <= 36n && offset >= 32n) expect(array.get([2])).toBe(3);
    }
  });
});

describe('a store that fails', () => {
  const failing = (files: Map<string, Uint8Array>): Store => ({
    readOnly: false,
    get: (key) => {
      if (key.endsWith('c/1')) throw new StoreError('the disk is on fire', { key });
      return files.get(key);
    },
    set: (key, value) => void files.set(key, value.slice()),
    delete: (key) => void files.delete(key),
  });

  it('fails the read: never fill value', () => {
    const { files } = stored(int16);
    const array = sync.openArray(failing(files), { path: 'a/b' });
    expect(caught(() => array.get())).toBeInstanceOf(StoreError);
    expect(array.get('0:2').toNested()).toEqual([0, 1]);
  });

  it('fails a write that has to read first, and changes nothing', () => {
    const { files } = stored(int16);
    const before = files.get('a/b/c/1');
    const array = sync.openArray(failing(files), { path: 'a/b' });
    expect(caught(() => array.set(3, 9))).toBeInstanceOf(StoreError);
    expect(files.get('a/b/c/1')).toEqual(before);
  });
});

describe('what is not known', () => {
  const text = (json: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(json));
  const document = (changes: object): Uint8Array =>
    text({
      zarr_format: 3,
      node_type: 'array',
      shape: [2],
      data_type: 'int8',
      chunk_grid: { name: 'regular', configuration: { chunk_shape: [2] } },
      chunk_key_encoding: { name: 'default' },
      fill_value: 0,
      codecs: [{ name: 'bytes' }],
      attributes: { title: 'x' },
      ...changes,
    });

  it('as a codec or a data type lets metadata be read, and throws for data', () => {
    const codec = new Map([['zarr.json', document({ codecs: [{ name: 'bytes' }, { name: 'quantum' }] })]]);
    const array = sync.openArray(codec);
    expect(array.attrs.asDict()).toEqual({ title: 'x' });
    expect(array.shape).toEqual([2]);
    const error = caught(() => array.get());
    expect(error).toBeInstanceOf(UnknownCodecError);
    expect(error.message).toContain('quantum');
    const type = new Map([['zarr.json', document({ data_type: 'int999', fill_value: 'x' })]]);
    const other = sync.openArray(type);
    expect(other.dtype.name).toBe('int999');
    expect(caught(() => other.get())).toBeInstanceOf(UnknownDataTypeError);
    expect(caught(() => other.set(0, 1))).toBeInstanceOf(UnknownDataTypeError);
  });

  it('as a member that must be understood fails at open, naming the document', () => {
    const error = caught(() => sync.open(new Map([['zarr.json', document({ turbo: { must_understand: true } })]])));
    expect(error).toMatchObject({ code: 'metadata-validation', key: 'zarr.json' });
    expect(error.message).toContain('turbo');
    sync.open(new Map([['zarr.json', document({ turbo: { must_understand: false } })]]));
  });

  it.each(['', '{', '[]', '{"zarr_format": 3', 'null', '\u0000'])(
    'as a document, %j, is a MetadataValidationError',
    (body) => {
      const error = caught(() => sync.open(new Map([['zarr.json', new TextEncoder().encode(body)]])));
      expect(error).toMatchObject({ code: 'metadata-validation', key: 'zarr.json' });
    },
  );
});

describe('limits', () => {
  it('bound what one read makes, before anything is fetched', () => {
    const array = sync.create([2 ** 30, 2 ** 20], { dtype: 'int8', chunks: [1, 2 ** 20] });
    expect(caught(() => array.get())).toBeInstanceOf(LimitError);
    expect(array.get([2 ** 30 - 1, 5])).toBe(0);
    expect(
      caught(() => array.get([0], { config: { limits: { ...array.config.limits, outputBytes: 10 } } })),
    ).toMatchObject({
      code: 'limit',
      message: expect.stringContaining('limits.outputBytes'),
    });
  });

  it('bound the chunks of one call', () => {
    const array = sync.create([2 ** 26], { dtype: 'int8', chunks: [1] });
    expect(caught(() => array.get()).message).toContain('limits.chunksPerCall');
  });

  it('bound a decoded chunk', () => {
    const array = sync.create([2 ** 40], { dtype: 'int8', chunks: [2 ** 40] });
    expect(caught(() => array.get([0])).message).toContain('limits.chunkBytes');
  });
});

describe("a failure's stack", () => {
  const file = 'errors.test.ts';

  it("shows the caller's file, blocking", () => {
    const { files, array } = stored({ ...int16, compressors: null });
    files.set('a/b/c/1', new Uint8Array(3));
    expect(caught(() => array.get()).stack).toContain(file);
  });

  it("shows the caller's file, with promises, when a store waits", async () => {
    const { files } = stored({ ...int16, compressors: null });
    files.set('a/b/c/1', new Uint8Array(3));
    const store = latency(new sync.MemoryStore(files), { getMs: 1, setMs: 1 });
    async function theUsersFunction(): Promise<unknown> {
      const array = await promises.openArray(store, { path: 'a/b' });
      return await array.get();
    }
    expect((await caughtLater(theUsersFunction())).stack).toMatch(/theUsersFunction.*errors\.test\.ts/s);
  });

  it("shows the caller's file, with promises, when a write waits", async () => {
    const { files } = stored({ ...int16, compressors: null });
    files.set('a/b/c/1', new Uint8Array(3));
    const store = latency(new sync.MemoryStore(files), { getMs: 1, setMs: 1 });
    async function theUsersFunction(): Promise<void> {
      const array = await promises.openArray(store, { path: 'a/b' });
      await array.set([3], 9);
    }
    expect((await caughtLater(theUsersFunction())).stack).toMatch(/theUsersFunction.*errors\.test\.ts/s);
  });
});

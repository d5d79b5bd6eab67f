/**
 * Every way to damage a stored chunk of every codec, through the public API, with the kernels and with their twins: a value
 * of the shape of the array, or an error that names path, key and codec; and the same from both.
 */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { registeredCodecs } from '../../src/codecs/registry.js';
import { ZarrError } from '../../src/errors.js';
import { kernels } from '../../src/kernels/kernels.js';
import * as zarr from '../../src/sync.js';
import { buildKernelsIfNeeded } from './compiled.js';

type Configuration = Readonly<Record<string, unknown>>;
type Options = zarr.CreateArrayOptions;

const little = { name: 'bytes', configuration: { endian: 'little' } };
const gzip = { name: 'gzip', configuration: { level: 1 } };
const zstd = { name: 'zstd', configuration: { level: 1, checksum: false } };

/** The configurations of codecs that have no default, and further ones that store something else. */
const CONFIGURATIONS: Readonly<Record<string, readonly Configuration[]>> = {
  bytes: [{ endian: 'big' }],
  transpose: [{ order: [1, 0] }],
  gzip: [{ level: 0 }, { level: 9 }],
  zstd: [
    { level: 3, checksum: false },
    { level: 1, checksum: true },
  ],
  blosc: [
    { cname: 'lz4', clevel: 5, shuffle: 'shuffle', typesize: 4, blocksize: 0 },
    { cname: 'lz4', clevel: 9, shuffle: 'bitshuffle', typesize: 4, blocksize: 128 },
    { cname: 'zstd', clevel: 5, shuffle: 'bitshuffle', typesize: 4, blocksize: 0 },
    { cname: 'zlib', clevel: 5, shuffle: 'noshuffle', typesize: 4, blocksize: 0 },
  ],
  reshape: [{ shape: [-1] }],
  bitround: [{ keepbits: 5 }],
  cast_value: [{ data_type: 'int16', rounding: 'nearest-even', out_of_range: 'clamp' }],
  scale_offset: [{ offset: 2, scale: 2 }],
  zfp: [{ mode: 'reversible' }, { mode: 'fixed_precision', precision: 16 }],
  sharding_indexed: [
    { chunk_shape: [3, 2], codecs: [little, zstd], index_codecs: [little], index_location: 'start' },
    { chunk_shape: [3, 2], codecs: [little, gzip], index_codecs: [little, { name: 'crc32c' }] },
  ],
  n5_default: [
    {
      codecs: [
        { name: 'transpose', configuration: { order: [1, 0] } },
        { name: 'bytes', configuration: { endian: 'big' } },
        gzip,
      ],
    },
  ],
  conditional: [{ codecs: [gzip] }],
  'zarrs.optional': [{ mask_codecs: [{ name: 'packbits' }], data_codecs: [little, zstd] }],
  'zarrs.vlen': [
    { index_codecs: [little], data_codecs: [{ name: 'bytes' }], index_data_type: 'uint64' },
    { index_codecs: [little, zstd], data_codecs: [{ name: 'bytes' }, gzip], index_data_type: 'uint32' },
  ],
  'numcodecs.delta': [{ dtype: '<i2' }],
  'numcodecs.bitround': [{ keepbits: 5 }],
  'numcodecs.fixedscaleoffset': [{ offset: 0, scale: 10, dtype: '<f4', astype: '<i4' }],
  'numcodecs.quantize': [{ digits: 2, dtype: '<f4' }],
  'numcodecs.astype': [{ encode_dtype: '<f8', decode_dtype: '<f4' }],
  'numcodecs.categorize': [{ labels: ['a', 'b'], dtype: '|O', astype: '|u1' }],
  'numcodecs.lzma': [{}, { format: 2 }, { format: 1, check: 10 }],
  'numcodecs.vlen-array': [{ dtype: '<i2' }],
  'numcodecs.zfpy': [
    { mode: 4, tolerance: 0.01 },
    { mode: 2, rate: 8 },
  ],
};

const texts = ['a', '', 'né😀', 'abcde'];

/** Chunks, of which a codec is tested with the first that it can encode. */
const CHUNKS: readonly { readonly dtype: Options['dtype']; readonly valueAt: (index: number) => unknown }[] = [
  { dtype: 'float32', valueAt: (index) => (index % 7) * 1.5 - 2 },
  { dtype: 'int16', valueAt: (index) => ((index * 37) % 11) - 3 },
  { dtype: 'bool', valueAt: (index) => index % 3 === 0 },
  { dtype: 'string', valueAt: (index) => texts[index % texts.length] },
  { dtype: 'bytes', valueAt: (index) => Uint8Array.from({ length: index % 4 }, (_, at) => at + index) },
  { dtype: 'object', valueAt: (index) => Int16Array.from({ length: index % 4 }, (_, at) => at * index) },
  {
    dtype: { name: 'zarrs.optional', configuration: { name: 'int16' } },
    valueAt: (index) => (index % 3 === 0 ? null : index),
  },
];
const SHAPE = [6, 2] as const;

/** The options that make an array with a codec, in each format that has it. */
function optionsOf(
  { name, v2 }: ReturnType<typeof registeredCodecs>[number],
  configuration: Configuration,
): readonly Partial<Options>[] {
  const document = { name, configuration };
  const places = (codec: object): readonly Partial<Options>[] => [
    { compressors: [codec] as never },
    { filters: [codec] as never, compressors: null },
  ];
  return [
    ...places(document),
    { serializer: document, compressors: null },
    ...(v2 === undefined
      ? []
      : places({ id: v2.id, ...configuration }).map((options) => ({ ...options, zarrFormat: 2 as const }))),
  ];
}

interface Stored {
  readonly format: 2 | 3;
  readonly document: string;
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** What is stored of a chunk; undefined where the codec, there, takes no such chunk. */
function stored(options: Partial<Options>, { dtype, valueAt }: (typeof CHUNKS)[number]): Stored | undefined {
  const store = new Map<string, Uint8Array>();
  try {
    const array = zarr.createArray(store, { shape: [...SHAPE], chunks: [...SHAPE], ...options, dtype });
    const [rows, columns] = SHAPE;
    const row = (at: number) => Array.from({ length: columns }, (_, column) => valueAt(at * columns + column));
    array.set('...', Array.from({ length: rows }, (_, at) => row(at)) as never); // Of any data type.
  } catch (error) {
    if (error instanceof ZarrError) return undefined;
    throw error;
  }
  const format = options.zarrFormat === 2 ? 2 : 3;
  const document = format === 2 ? '.zarray' : 'zarr.json';
  const [key] = [...store.keys()].filter((name) => !/^(zarr\.json|\.z.*)$/.test(name));
  return key === undefined
    ? undefined
    : { format, document: new TextDecoder().decode(store.get(document)), key, bytes: Uint8Array.from(store.get(key)!) };
}

/** `bytes` with each byte changed in several ways, cut short everywhere, with others behind them, and noise. */
function* damaged(bytes: Uint8Array): Generator<readonly [what: string, bytes: Uint8Array]> {
  for (const [at, byte] of bytes.entries()) {
    for (const other of new Set([byte ^ 0xff, byte ^ 1, byte ^ 0x80, 0])) {
      if (other !== byte) yield [`byte ${at} is ${other}`, bytes.with(at, other)];
    }
    yield [`${at} bytes`, bytes.slice(0, at)];
  }
  for (const length of [1, 4, 100]) {
    for (const byte of [0, 0xff])
      yield [`${length} bytes ${byte} behind`, Uint8Array.from([...bytes, ...new Uint8Array(length).fill(byte)])];
  }
  let state = 5;
  for (const length of [1, 4, 16, 40, 200]) {
    yield [
      `${length} bytes of noise`,
      Uint8Array.from({ length }, () => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return state >>> 16;
      }),
    ];
  }
}

type Reading = Pick<typeof zarr, 'openArray'>;

/** With the twins in place of the kernels. */
let twins: Reading;

beforeAll(async () => {
  buildKernelsIfNeeded();
  expect(kernels()).toBeDefined();
  vi.resetModules();
  vi.doMock('../../src/kernels/kernels.js', () => ({ kernels: () => undefined, discardKernels: () => undefined }));
  twins = await import('../../src/sync.js');
  vi.doUnmock('../../src/kernels/kernels.js');
});

/** Reads the array with other bytes as its chunk: its elements as text, or the class of the error. */
function outcomes(reading: Reading, { format, document, key }: Stored): (bytes: Uint8Array) => string {
  const store = new Map<string, Uint8Array>([
    [format === 2 ? '.zarray' : 'zarr.json', new TextEncoder().encode(document)],
  ]);
  const array = reading.openArray(store, { mode: 'r' });
  return (bytes) => {
    store.set(key, bytes);
    try {
      const { shape, data } = array.get('...');
      if (`${shape}` !== `${SHAPE}`) throw new Error(`expected the shape ${SHAPE}, got ${shape}`);
      return text(data);
    } catch (error) {
      const { name, path, codec, key: found } = error as ZarrError;
      const isOurs = /^(Codec|Checksum|Limit)Error$/.test(name);
      if (isOurs && path === '' && found === key && codec !== undefined) return name;
      throw new Error('expected an error that names path, key and codec', { cause: error });
    }
  };
}

const text = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    ArrayBuffer.isView(item) ? Buffer.from(item.buffer, item.byteOffset, item.byteLength).toString('hex') : item,
  );

const memory = (): number => process.memoryUsage().arrayBuffers;

/** Far more than any of these chunks takes, far less than a length that is made up may say. */
const MOST_MEMORY = 2 ** 28;
const MOST_MILLISECONDS = 5000;

describe.each(registeredCodecs().map((definition) => [definition.name, definition] as const))(
  '%s',
  (name, definition) => {
    const configurations = Object.hasOwn(CONFIGURATIONS, name) ? CONFIGURATIONS[name]! : [{}];
    test.each(configurations)('%j', (configuration) => {
      const formats = new Map<string, Stored>();
      for (const options of optionsOf(definition, configuration)) {
        for (const chunk of CHUNKS) {
          const format = options.zarrFormat === 2 ? 'format 2' : 'format 3';
          const found = formats.has(format) ? undefined : stored(options, chunk);
          if (found !== undefined) formats.set(format, found);
        }
      }
      expect(formats.size).toBeGreaterThan(0);
      const before = memory();
      for (const [format, chunk] of formats) {
        expect(chunk.bytes.length).toBeLessThanOrEqual(300);
        const read = outcomes(zarr, chunk);
        const readByTwins = outcomes(twins, chunk);
        const whole = read(chunk.bytes);
        expect(whole).not.toMatch(/Error$/);
        expect(readByTwins(chunk.bytes)).toBe(whole);
        for (const [what, bytes] of damaged(chunk.bytes)) {
          const start = performance.now();
          const found = read(bytes);
          const foundByTwins = readByTwins(bytes);
          if (foundByTwins !== found) expect(foundByTwins, `${format}, ${what}`).toBe(found);
          const milliseconds = performance.now() - start;
          if (milliseconds > MOST_MILLISECONDS) expect.fail(`${format}, ${what}: took ${milliseconds} ms`);
          if (memory() - before > MOST_MEMORY) expect.fail(`${format}, ${what}: took ${memory() - before} bytes`);
        }
      }
    });
  },
);

test('all configurations are of codecs that there are', () => {
  const names = registeredCodecs().map(({ name }) => name);
  expect(Object.keys(CONFIGURATIONS).filter((name) => !names.includes(name))).toEqual([]);
});

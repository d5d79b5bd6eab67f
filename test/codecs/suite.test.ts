/** The published suite, run on every codec of the registry. */
import { describe, expect, test } from 'vitest';
import { codecFromJson, registeredCodecs } from '../../src/codecs/registry.js';
import type { ChunkSpec, Codec, CodecDefinition } from '../../src/codecs.js';
import { ZarrError } from '../../src/errors.js';
import { type NdArray, ndarray } from '../../src/index.js';
import { fromPlain } from '../../src/json/convert.js';
import { codecSuite } from '../../src/testing.js';

type Configuration = Readonly<Record<string, unknown>>;

/** The configurations of codecs that have no default, and further ones that make another codec of them. */
const CONFIGURATIONS: Readonly<Record<string, readonly Configuration[]>> = {
  bytes: [{ endian: 'little' }, { endian: 'big' }],
  transpose: [{ order: [1, 0] }],
  gzip: [{ level: 0 }, { level: 9 }],
  zstd: [
    { level: 3, checksum: false },
    { level: 1, checksum: true },
  ],
  blosc: [
    { cname: 'lz4', clevel: 5, shuffle: 'shuffle', typesize: 4, blocksize: 0 },
    { cname: 'zstd', clevel: 1, shuffle: 'bitshuffle', typesize: 2, blocksize: 0 },
    { cname: 'zlib', clevel: 9, shuffle: 'noshuffle', typesize: 1, blocksize: 1024 },
  ],
  reshape: [{ shape: [-1] }],
  bitround: [{ keepbits: 5 }],
  cast_value: [{ data_type: 'float64' }, { data_type: 'int16', rounding: 'nearest-even', out_of_range: 'clamp' }],
  scale_offset: [{ offset: 2, scale: 2 }],
  zfp: [{ mode: 'reversible' }, { mode: 'fixed_precision', precision: 16 }],
  n5_default: [{ codecs: [{ name: 'transpose', configuration: { order: [1, 0] } }, big()] }],
  conditional: [{ codecs: [{ name: 'gzip', configuration: { level: 1 } }] }],
  'zarrs.optional': [{ mask_codecs: [{ name: 'bytes' }], data_codecs: [little()] }],
  'zarrs.vlen': [
    { index_codecs: [little()], data_codecs: [{ name: 'bytes' }], index_data_type: 'uint64' },
    {
      index_codecs: [little(), { name: 'crc32c' }],
      data_codecs: [{ name: 'bytes' }, { name: 'gzip', configuration: { level: 1 } }],
      index_data_type: 'uint32',
      index_location: 'end',
    },
  ],
  'numcodecs.delta': [{ dtype: '<i2' }],
  'numcodecs.bitround': [{ keepbits: 5 }],
  'numcodecs.fixedscaleoffset': [{ offset: 0, scale: 10, dtype: '<f4', astype: '<i4' }],
  'numcodecs.quantize': [{ digits: 2, dtype: '<f4' }],
  'numcodecs.astype': [{ encode_dtype: '<f8', decode_dtype: '<f4' }],
  'numcodecs.categorize': [{ labels: ['a', 'b'], dtype: '|O', astype: '|u1' }],
  'numcodecs.zfpy': [{ mode: 5 }],
};

/** Codecs that are no codecs of chunks by themselves. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'numcodecs.vlen-array': 'takes elements that are arrays; test/codecs/filters writes and reads them',
  sharding_indexed: 'is encoded by the cells of shards; test/core writes and reads them',
};

/** Codecs that give back what is near to what they were given, or what they can tell apart. */
const LOSSY = /bitround|quantize|fixedscaleoffset|astype|cast_value|scale_offset|zfp|categorize/;

/** Codecs that find out every change of a bit. */
const CHECKED = /crc32|adler32|fletcher32|jenkins/;

function little(): unknown {
  return { name: 'bytes', configuration: { endian: 'little' } };
}

function big(): unknown {
  return { name: 'bytes', configuration: { endian: 'big' } };
}

/** Chunks of which a codec is tested with those that it can encode. */
const CHUNKS: readonly NdArray[] = [
  ndarray([1, -2, 3, 400, 5, 600], { shape: [3, 2], dtype: 'int16' }),
  ndarray([1.5, -2, 0, 1e10, 0.1, 7], { shape: [3, 2], dtype: 'float32' }),
  ndarray([1.5, -2, 0, 1e10, 0.1, 7, 8, 9], { dtype: 'float64' }),
  ndarray([true, false, true], { dtype: 'bool' }),
  ndarray([0, 255, 3], { dtype: 'uint8' }),
  ndarray([1n, -(2n ** 60n)], { dtype: 'int64' }),
  ndarray([1.5, -3], { dtype: 'bfloat16' }),
  ndarray(['a', '', 'né😀'], { dtype: 'string' }),
  ndarray([Uint8Array.of(1, 2), new Uint8Array(0)], { dtype: 'bytes' }),
  ndarray([1, null, 3], { dtype: { name: 'zarrs.optional', configuration: { name: 'int16' } } }),
  ndarray([{ a: 1, b: 2.5 }], {
    dtype: [
      ['a', '<i4'],
      ['b', '<f8'],
    ],
  }),
  ndarray(5, { dtype: 'int32' }),
];

function codecsOf(definition: CodecDefinition): Codec[] {
  const { name } = definition;
  const configurations = Object.hasOwn(CONFIGURATIONS, name) ? CONFIGURATIONS[name]! : [undefined];
  return configurations.map((configuration) => {
    const document = configuration === undefined ? { name } : { name, configuration };
    try {
      return codecFromJson(fromPlain(document, 'codec'));
    } catch (error) {
      const where = `the codec "${name}" has no default configuration and needs one in CONFIGURATIONS`;
      throw configuration === undefined ? new Error(where, { cause: error }) : error;
    }
  });
}

/** Whether `codec` takes `chunk`: both as it says, and by encoding it. */
function takes(codec: Codec, { dtype, shape }: NdArray): boolean {
  const spec: ChunkSpec = { dtype, shape, fillValue: dtype.defaultFillValue() };
  try {
    const resolved = codec.resolve(spec);
    resolved.bind(spec);
    return resolved.encodeProblem === codec.encodeProblem; // What can only be decoded of these elements, it does not take.
  } catch (error) {
    if (error instanceof ZarrError) return false;
    throw error;
  }
}

for (const definition of registeredCodecs()) {
  if (Object.hasOwn(LEFT_OUT, definition.name)) continue;
  for (const codec of codecsOf(definition)) {
    const chunks = codec.kind === 'compressor' ? [] : CHUNKS.filter((chunk) => takes(codec, chunk));
    const isLossless = !LOSSY.test(definition.name);
    const isChecked = CHECKED.test(definition.name) && codec.kind === 'compressor';
    describe(`${definition.name} ${codec}`, () =>
      codecSuite({ test, definition, codec, chunks, isLossless, isChecked }));
  }
}

test('what is left out is there', () => {
  const names = registeredCodecs().map(({ name }) => name);
  expect(Object.keys(LEFT_OUT).filter((name) => !names.includes(name))).toEqual([]);
});

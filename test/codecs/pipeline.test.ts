/** Chains of codecs, run on chunks. */
import { describe, expect, test } from 'vitest';
import { checkChain, resolveChain } from '../../src/codecs/chain.js';
import type { BoundCodec, ChunkSpec, Codec, Compressor } from '../../src/codecs/codec.js';
import { NamedCodec } from '../../src/codecs/named-codec.js';
import { CodecPipeline } from '../../src/codecs/pipeline.js';
import { codecFromJson } from '../../src/codecs/registry.js';
import {
  BytesCodec,
  Crc32cCodec,
  GzipCodec,
  numcodecs,
  registerCodec,
  ShardingCodec,
  TransposeCodec,
  VLenUTF8Codec,
  ZstdCodec,
} from '../../src/codecs.js';
import { Int32 } from '../../src/dtypes/integers.js';
import { VariableLengthUTF8 } from '../../src/dtypes/string.js';
import {
  ChecksumError,
  CodecError,
  LimitError,
  MetadataValidationError,
  UnknownCodecError,
  ZarrError,
} from '../../src/errors.js';
import { NdArray } from '../../src/ndarray/ndarray.js';

const dtype = new Int32();
const spec: ChunkSpec = { shape: [2, 3], dtype, fillValue: dtype.defaultFillValue() };
const chunk = new NdArray(dtype, dtype.view(new Uint8Array(Int32Array.of(1, 2, 3, 4, 5, 6).buffer)), [2, 3]);
const valuesOf = ({ dtype: type, storage, shape, strides, offset }: NdArray): unknown[][] =>
  Array.from({ length: shape[0]! }, (_, i) =>
    Array.from({ length: shape[1]! }, (__, j) => type.get(storage, offset + i * strides[0]! + j * strides[1]!)),
  );

/** A compressor that a test makes of functions. */
class TestCodec extends NamedCodec<Compressor> {
  readonly kind = 'compressor';
  readonly name = 'test';
  readonly configuration = undefined;
  constructor(readonly compressor: Partial<Compressor> = {}) {
    super();
  }
  toString(): string {
    return 'TestCodec()';
  }
  bind(): Compressor {
    return {
      kind: 'compressor',
      sizeAfter: (size) => size,
      bound: (size) => size,
      encode: (bytes) => bytes,
      decode: (bytes) => bytes,
      ...this.compressor,
    };
  }
}

describe('a chunk to bytes and back', () => {
  test.each<[string, Codec[]]>([
    ['bytes', [new BytesCodec()]],
    ['transposed, big-endian', [new TransposeCodec({ order: [1, 0] }), new BytesCodec({ endian: 'big' })]],
    ['compressed and checked', [new BytesCodec(), new ZstdCodec(), new Crc32cCodec()]],
    ['compressed twice', [new BytesCodec(), new GzipCodec(), new numcodecs.LZ4(), new ZstdCodec()]],
  ])('%s', (_, codecs) => {
    const pipeline = new CodecPipeline(resolveChain(codecs, spec), spec);
    const bytes = pipeline.encode(chunk) as Uint8Array;
    expect(bytes).toBeInstanceOf(Uint8Array);
    if (pipeline.size !== undefined) expect(bytes.length).toBe(pipeline.size);
    expect(valuesOf(pipeline.decode(bytes) as NdArray)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  test('the encoded length is known where each codec has a fixed one', () => {
    expect(new CodecPipeline([new BytesCodec(), new Crc32cCodec()], spec).size).toBe(28);
    expect(new CodecPipeline([new BytesCodec(), new GzipCodec()], spec).size).toBeUndefined();
  });

  test('codecs that answer with promises', async () => {
    const later = new TestCodec({
      encode: async (bytes) => bytes.map((byte) => byte ^ 255),
      decode: async (bytes) => bytes.map((byte) => byte ^ 255),
    });
    const pipeline = new CodecPipeline(
      [new TransposeCodec({ order: [1, 0] }), new BytesCodec(), later, new Crc32cCodec()],
      spec,
    );
    const pending = pipeline.encode(chunk);
    expect(pending).toBeInstanceOf(Promise);
    const bytes = await pending;
    expect(bytes.length).toBe(28);
    expect(valuesOf(await pipeline.decode(bytes))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    bytes[0]! ^= 1;
    expect(() => pipeline.decode(bytes)).toThrow(ChecksumError);
  });
});

describe('failures name the codec', () => {
  const pipelineWith = (compressor: Partial<Compressor>): CodecPipeline =>
    new CodecPipeline([new BytesCodec(), new TestCodec(compressor)], spec);

  test('an exception of a codec is the cause', async () => {
    const cause = new TypeError('boom');
    const fail = (): never => {
      throw cause;
    };
    for (const pipeline of [pipelineWith({ decode: fail, encode: fail })]) {
      expect(errorOf(() => pipeline.decode(new Uint8Array(24)))).toMatchObject({
        message: 'test: boom',
        codec: 'test',
        cause,
      });
      expect(errorOf(() => pipeline.encode(chunk))).toMatchObject({ code: 'codec', codec: 'test', cause });
    }
    const rejecting = pipelineWith({ decode: () => Promise.reject(cause) });
    await expect(rejecting.decode(new Uint8Array(24))).rejects.toMatchObject({ code: 'codec', codec: 'test', cause });
  });

  test('lengths are checked on both sides', async () => {
    const wrong = (bytes: Uint8Array): Uint8Array => bytes.subarray(1);
    expect(() => pipelineWith({ decode: wrong }).decode(new Uint8Array(24))).toThrow(
      'test: decoded to 23 bytes, expected 24',
    );
    expect(() => pipelineWith({ encode: wrong }).encode(chunk)).toThrow('test: encoded to 23 bytes, expected 24');
    await expect(pipelineWith({ decode: async (bytes) => wrong(bytes) }).decode(new Uint8Array(24))).rejects.toThrow(
      CodecError,
    );
  });

  test('chunks of another shape are refused', () => {
    const pipeline = new CodecPipeline([new BytesCodec()], spec);
    expect(() => pipeline.encode(new NdArray(dtype, chunk.storage, [3, 2]))).toThrow(
      'bytes: given a chunk of shape (3,2), expected (2,3)',
    );
    expect(() => pipeline.decode(new Uint8Array(0))).toThrow('bytes: expected 24 bytes, got 0');
  });

  test('an error without a codec is given one', () => {
    const throwing = pipelineWith({
      decode: () => {
        throw new CodecError('odd');
      },
    });
    expect(errorOf(() => throwing.decode(new Uint8Array(24)))).toMatchObject({ code: 'codec', codec: 'test' });
  });

  test('compressors are told how long their output is, or how long it may be', () => {
    const told: unknown[] = [];
    const spy: Partial<Compressor> = {
      sizeAfter: () => undefined,
      bound: (size) => size + 1,
      decode: (bytes, size, limit) => {
        told.push([size, limit]);
        return bytes;
      },
    };
    new CodecPipeline([new BytesCodec(), new TestCodec(spy), new TestCodec(spy)], spec).decode(new Uint8Array(24));
    expect(told).toEqual([
      [undefined, 25],
      [24, 24],
    ]);
  });

  test('chunks of elements that vary in length are limited', () => {
    const strings = new VariableLengthUTF8();
    const stringSpec = { shape: [1], dtype: strings, fillValue: strings.defaultFillValue() };
    const pipeline = new CodecPipeline([new VLenUTF8Codec(), new GzipCodec()], stringSpec, undefined, 1000);
    const bytes = pipeline.encode(new NdArray(strings, ['a'.repeat(990)], [1])) as Uint8Array;
    expect((pipeline.decode(bytes) as NdArray).storage).toEqual(['a'.repeat(990)]);
    const more = pipeline.encode(new NdArray(strings, ['a'.repeat(1000)], [1])) as Uint8Array;
    expect(() => pipeline.decode(more)).toThrow(LimitError);
  });
});

describe('the order of a chain', () => {
  const bytes = new BytesCodec();
  const gzip = new GzipCodec();
  const transpose = new TransposeCodec({ order: [0] });
  test.each<[string, Codec[], RegExp]>([
    ['nothing', [], /^codecs: expected exactly one array to bytes codec, got no codecs/],
    ['no serializer', [transpose], /^codecs: expected exactly one array to bytes codec, got "transpose"/],
    [
      'a compressor first',
      [gzip, bytes],
      /^codecs\[0\]: expected an array to bytes codec, got "gzip" \(bytes to bytes\)/,
    ],
    ['two serializers', [bytes, bytes], /^codecs\[1\]: expected a bytes to bytes codec after "bytes", got "bytes"/],
    ['a filter last', [bytes, transpose], /^codecs\[1\]: .* got "transpose" \(array to array\)/],
  ])('%s', (_, codecs, message) => {
    expect(() => checkChain(codecs)).toThrow(MetadataValidationError);
    expect(() => checkChain(codecs)).toThrow(message);
    expect(() => new CodecPipeline(codecs, { ...spec, shape: [6] })).toThrow(CodecError);
  });

  test('nothing is said of a chain with a codec that is not known', () => {
    checkChain([codecFromJson('unknown-codec')]);
    expect(() => resolveChain([bytes, codecFromJson('unknown-codec')], spec)).toThrow(UnknownCodecError);
    expect(() => new CodecPipeline([bytes, codecFromJson('unknown-codec')], spec)).toThrow(UnknownCodecError);
  });

  test('each codec is fitted to what the one before it makes', () => {
    const chain = [new TransposeCodec({ order: [1, 0] }), new ShardingCodec({ chunkShape: [3, 1] })];
    expect(String(resolveChain(chain, spec)[1])).toContain('chunk_shape=(3, 1)');
    expect(() => resolveChain(chain.slice(1), spec)).toThrow(
      /^codecs\[0\]\.configuration\.chunk_shape: 3 does not divide/,
    );
  });

  test('shards are bound by whoever reads them', () => {
    const shards = new ShardingCodec({ chunkShape: [2, 1] });
    expect(() => new CodecPipeline([shards], spec)).toThrow(ZarrError);
    const bind = (codec: Codec, codecSpec: ChunkSpec): BoundCodec =>
      codec === shards ? new BytesCodec().bind(codecSpec) : codec.bind(codecSpec);
    expect(new CodecPipeline([shards], spec, bind).size).toBe(24);
  });
});

test('a codec can be added', () => {
  registerCodec({ name: 'test', parse: () => new TestCodec() });
  expect(codecFromJson('test')).toBeInstanceOf(TestCodec);
});

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

/** Codecs and their documents in both formats: texts and defaults are those of zarr-python and numcodecs. */
import { describe, expect, test } from 'vitest';
import type { Codec } from '../../src/codecs/codec.js';
import {
  codecFromJson,
  codecFromV2,
  codecToV2,
  numcodecsText,
  registerCodec,
  toCodec,
} from '../../src/codecs/registry.js';
import { UnknownCodec } from '../../src/codecs/unknown.js';
import {
  BloscCodec,
  BytesCodec,
  Crc32cCodec,
  GzipCodec,
  numcodecs,
  ShardingCodec,
  TransposeCodec,
  VLenBytesCodec,
  VLenUTF8Codec,
  ZstdCodec,
} from '../../src/codecs.js';
import { Bool } from '../../src/dtypes/bool.js';
import type { DType } from '../../src/dtypes/dtype.js';
import { Int32, UInt8 } from '../../src/dtypes/integers.js';
import { VariableLengthUTF8 } from '../../src/dtypes/string.js';
import {
  ArgumentError,
  MetadataValidationError,
  PickleCodecDisabledError,
  UnknownCodecError,
} from '../../src/errors.js';
import { fromPlain, toPlain } from '../../src/json/convert.js';
import { parseJson } from '../../src/json/parse.js';

const read = (json: unknown): Codec => codecFromJson(fromPlain(json));
const readV2 = (json: unknown): Codec => codecFromV2(fromPlain(json));
const specOf = (dtype: DType, shape: readonly number[] = [4]) => ({
  shape,
  dtype,
  fillValue: dtype.defaultFillValue(),
});

describe('a codec of format 3 has the document and the text of zarr-python', () => {
  const little = '{"name":"bytes","configuration":{"endian":"little"}}';
  test.each([
    [new BytesCodec(), little, "BytesCodec(endian='little')"],
    [new BytesCodec({ endian: null }), '{"name":"bytes"}', 'BytesCodec(endian=None)'],
    [
      new TransposeCodec({ order: [1, 0] }),
      '{"name":"transpose","configuration":{"order":[1,0]}}',
      'TransposeCodec(order=(1, 0))',
    ],
    [
      new TransposeCodec({ order: [0] }),
      '{"name":"transpose","configuration":{"order":[0]}}',
      'TransposeCodec(order=(0,))',
    ],
    [new GzipCodec(), '{"name":"gzip","configuration":{"level":5}}', 'GzipCodec(level=5)'],
    [
      new ZstdCodec(),
      '{"name":"zstd","configuration":{"level":0,"checksum":false}}',
      'ZstdCodec(level=0, checksum=False)',
    ],
    [
      new BloscCodec(),
      '{"name":"blosc","configuration":{"typesize":1,"cname":"zstd","clevel":5,"shuffle":"bitshuffle","blocksize":0}}',
      "BloscCodec(_tunable_attrs={'typesize', 'shuffle'}, typesize=1, cname='zstd', clevel=5, shuffle='bitshuffle', blocksize=0)",
    ],
    [new Crc32cCodec(), '{"name":"crc32c"}', 'Crc32cCodec()'],
    [new VLenUTF8Codec(), '{"name":"vlen-utf8","configuration":{}}', 'VLenUTF8Codec()'],
    [new VLenBytesCodec(), '{"name":"vlen-bytes","configuration":{}}', 'VLenBytesCodec()'],
    [
      new ShardingCodec({ chunkShape: [5] }),
      `{"name":"sharding_indexed","configuration":{"chunk_shape":[5],"codecs":[${little}],"index_codecs":[${little},{"name":"crc32c"}],"index_location":"end"}}`,
      "ShardingCodec(chunk_shape=(5,), codecs=(BytesCodec(endian='little'),), index_codecs=(BytesCodec(endian='little'), Crc32cCodec()), index_location='end', subchunk_write_order='morton')",
    ],
    [
      new numcodecs.LZ4(),
      '{"name":"numcodecs.lz4","configuration":{}}',
      "LZ4(codec_name='numcodecs.lz4', codec_config={})",
    ],
    [
      new numcodecs.Zstd({ level: 1, checksum: true }),
      '{"name":"numcodecs.zstd","configuration":{"level":1,"checksum":true}}',
      "Zstd(codec_name='numcodecs.zstd', codec_config={'level': 1, 'checksum': True})",
    ],
  ])('%#: %s', (codec, json, text) => {
    expect(JSON.stringify(codec)).toBe(json);
    expect(String(codec)).toBe(text);
    expect(Object.isFrozen(codec)).toBe(true);
    const again = codecFromJson(parseJson(json));
    expect(JSON.stringify(again)).toBe(json);
    expect(again.constructor).toBe(codec.constructor);
  });
});

describe('a codec of format 2 has the document and the text of numcodecs', () => {
  test.each([
    [{ id: 'zstd', level: 0 }, 'Zstd(level=0)'],
    [{ id: 'zstd', level: 3, checksum: true }, 'Zstd(level=3)'],
    [{ id: 'gzip', level: 1 }, 'GZip(level=1)'],
    [{ id: 'zlib', level: -1 }, 'Zlib(level=-1)'],
    [
      { id: 'blosc', cname: 'lz4', clevel: 5, shuffle: 1, blocksize: 0 },
      "Blosc(cname='lz4', clevel=5, shuffle=SHUFFLE, blocksize=0)",
    ],
    [
      { id: 'blosc', cname: 'zstd', clevel: 3, shuffle: -1, blocksize: 100 },
      "Blosc(cname='zstd', clevel=3, shuffle=AUTOSHUFFLE, blocksize=100)",
    ],
    [{ id: 'lz4', acceleration: 1 }, 'LZ4(acceleration=1)'],
    [{ id: 'crc32c' }, 'CRC32C()'],
    [{ id: 'crc32c', location: 'start' }, "CRC32C(location='start')"],
    [{ id: 'vlen-utf8' }, 'VLenUTF8()'],
    [{ id: 'vlen-bytes' }, 'VLenBytes()'],
  ])('%j', (document, text) => {
    const codec = readV2(document);
    expect(toPlain(codecToV2(codec))).toEqual(document);
    expect(numcodecsText(codec)).toBe(text);
    expect(String(codec)).toBe(text);
  });

  test('defaults are filled in', () => {
    expect(toPlain(codecToV2(readV2({ id: 'zstd', level: 2, checksum: false })))).toEqual({ id: 'zstd', level: 2 });
    expect(toPlain(codecToV2(new numcodecs.Blosc()))).toEqual({
      id: 'blosc',
      cname: 'lz4',
      clevel: 5,
      shuffle: 1,
      blocksize: 0,
    });
    expect(toPlain(codecToV2(new numcodecs.GZip()))).toEqual({ id: 'gzip', level: 1 });
    expect(toPlain(codecToV2(new numcodecs.Zlib()))).toEqual({ id: 'zlib', level: 1 });
  });

  test('what both formats have can be written in format 2', () => {
    expect(toPlain(codecToV2(new GzipCodec({ level: 7 })))).toEqual({ id: 'gzip', level: 7 });
    expect(toPlain(codecToV2(new ZstdCodec()))).toEqual({ id: 'zstd', level: 0 });
    expect(toPlain(codecToV2(new BloscCodec({ shuffle: 'bitshuffle' })))).toEqual({
      id: 'blosc',
      cname: 'zstd',
      clevel: 5,
      shuffle: 2,
      blocksize: 0,
    });
    expect(toPlain(codecToV2(new VLenUTF8Codec()))).toEqual({ id: 'vlen-utf8' });
    expect(() => codecToV2(new BytesCodec())).toThrow(/"bytes" does not exist in format 2/);
  });
});

describe('reading documents', () => {
  test('a name alone, names of others, and no configuration', () => {
    expect(String(read('gzip'))).toBe('GzipCodec(level=5)');
    expect(String(read({ name: 'bytes' }))).toBe('BytesCodec(endian=None)');
    expect(JSON.stringify(read({ name: 'endian', configuration: { endian: 'big' } }))).toBe(
      '{"name":"bytes","configuration":{"endian":"big"}}',
    );
    expect(JSON.stringify(read({ name: 'numcodecs.gzip', configuration: { level: 3 } }))).toBe(
      '{"name":"numcodecs.gzip","configuration":{"level":3}}',
    );
    expect(String(read({ name: 'blosc', configuration: { typesize: 2 } }))).toMatch(/_tunable_attrs=\{'shuffle'\}/);
    expect(String(read({ name: 'gzip', configuration: { level: 5 }, must_understand: false }))).toBe(
      'GzipCodec(level=5)',
    );
  });

  test.each([
    [{ name: 'gzip', configuration: { level: 12 } }, 'configuration.level: expected 0 to 9, got 12'],
    [{ name: 'gzip', configuration: { level: true } }, 'configuration.level: expected 0 to 9, got true'],
    [{ name: 'zstd', configuration: { level: 23 } }, 'configuration.level: expected an integer up to 22, got 23'],
    [{ name: 'zstd', configuration: { checksum: 1 } }, 'configuration.checksum: expected true or false, got 1'],
    [
      { name: 'zstd', configuration: { leve: 1 } },
      'configuration.leve: unknown option of "zstd"; did you mean "level"?',
    ],
    [
      { name: 'bytes', configuration: { endian: 'middle' } },
      'configuration.endian: expected "little", "big", got "middle"',
    ],
    [{ name: 'crc32c', configuration: { a: 1 } }, /^configuration.a: unknown option of "crc32c"/],
    [{ name: 'vlen-utf8', configuration: { a: 1 } }, /^configuration.a: unknown option of "vlen-utf8"/],
    [{ name: 'blosc', configuration: { cname: 'lz5' } }, /^configuration.cname: expected "lz4", .*, got "lz5"/],
    [{ name: 'blosc', configuration: { clevel: 10 } }, 'configuration.clevel: expected 0 to 9, got 10'],
    [
      { name: 'blosc', configuration: { typesize: 0 } },
      'configuration.typesize: expected an integer of at least 1, got 0',
    ],
    [{ name: 'blosc', configuration: { shuffle: 1 } }, /^configuration.shuffle: expected "noshuffle"/],
    [{ name: 'transpose' }, 'configuration.order: missing; "transpose" needs it'],
    [{ name: 'transpose', configuration: { order: 'K' } }, 'configuration.order: expected a list of integers, got "K"'],
    [{ name: 'transpose', configuration: { order: [1, 1] } }, /^configuration.order: expected a permutation/],
    [
      { name: 'transpose', configuration: { order: [-1, 0] } },
      'configuration.order[0]: expected an integer of at least 0, got -1',
    ],
    [{ name: 'numcodecs.zlib', configuration: { q: 1 } }, /^configuration.q: unknown option of "numcodecs.zlib"/],
    [{ name: 'gzip', configuration: [] }, 'configuration: expected an object, got an empty list'],
    [{ name: 'gzip', must_understand: 'no' }, 'must_understand: expected true or false, got "no"'],
    [{}, 'name: expected the name of a codec, got nothing'],
    [{ name: 5 }, 'name: expected the name of a codec, got 5'],
    [5, 'expected a name or an object, got 5'],
    [{ name: 'sharding_indexed' }, 'configuration.chunk_shape: missing; "sharding_indexed" needs it'],
    [
      { name: 'sharding_indexed', configuration: { chunk_shape: [0] } },
      'configuration.chunk_shape[0]: expected an integer of at least 1, got 0',
    ],
    [
      { name: 'sharding_indexed', configuration: { chunk_shape: [2], index_location: 'mid' } },
      /^configuration.index_location: expected "start", "end"/,
    ],
    [
      { name: 'sharding_indexed', configuration: { chunk_shape: [2], codecs: [] } },
      'configuration.codecs: expected exactly one array to bytes codec, got no codecs',
    ],
    [
      { name: 'sharding_indexed', configuration: { chunk_shape: [2], codecs: ['bytes', 'bytes'] } },
      /^configuration.codecs\[1\]: expected a bytes to bytes codec/,
    ],
    [
      {
        name: 'sharding_indexed',
        configuration: { chunk_shape: [2], codecs: ['bytes', { name: 'gzip', configuration: { level: 10 } }] },
      },
      'configuration.codecs[1].configuration.level: expected 0 to 9, got 10',
    ],
    [
      {
        name: 'sharding_indexed',
        configuration: {
          chunk_shape: [2],
          index_codecs: [{ name: 'bytes', configuration: { endian: 'little' } }, 'gzip'],
        },
      },
      'configuration.index_codecs[1]: expected codecs of a fixed encoded length, got "gzip"',
    ],
    [
      { name: 'sharding_indexed', configuration: { chunk_shape: [2], index_codecs: ['crc32c'] } },
      /^configuration.index_codecs\[0\]: expected an array to bytes codec/,
    ],
  ])('%j is refused', (json, message) => {
    expect(() => read(json)).toThrow(MetadataValidationError);
    expect(() => read(json)).toThrow(message);
  });

  test('an integer is not written as a fraction', () => {
    expect(() => codecFromJson(parseJson('{"name":"gzip","configuration":{"level":5.0}}'))).toThrow(
      'expected 0 to 9, got 5.0',
    );
  });

  test.each([
    [{ level: 1 }, 'id: expected the id of a codec, got nothing'],
    [{ id: 'gzip', foo: 1 }, /^foo: unknown option of "numcodecs.gzip"/],
    [{ id: 'blosc', shuffle: 5 }, 'shuffle: expected -1 to 2, got 5'],
    ['gzip', 'expected an object, got "gzip"'],
  ])('%j is refused in format 2', (json, message) => {
    expect(() => readV2(json)).toThrow(MetadataValidationError);
    expect(() => readV2(json)).toThrow(message);
  });

  test('the codecs of an index are told by their place in it', () => {
    const configuration = { chunk_shape: [2], index_codecs: ['bytes'] };
    expect(() => read({ name: 'sharding_indexed', configuration })).toThrow(
      /^configuration\.index_codecs\[0\]\.configuration\.endian: missing/,
    );
  });

  // As JavaScript programs may give them.
  test.each<[string, () => Codec, string]>([
    [
      'an option out of range',
      () => new ZstdCodec({ level: 99 }),
      'ZstdCodec: level: expected an integer up to 22, got 99',
    ],
    [
      'a misspelt option',
      () => new GzipCodec({ lvl: 1 } as object),
      'GzipCodec: lvl: unknown option of "gzip"; did you mean "level"?',
    ],
    ['a number', () => new ZstdCodec(3 as never), 'ZstdCodec: expected an object of options, got 3'],
    ['null', () => new BloscCodec(null as never), 'BloscCodec: expected an object of options, got null'],
    ['null for numcodecs', () => new numcodecs.Zlib(null as never), 'Zlib: expected an object of options, got null'],
    ['a level for numcodecs', () => new numcodecs.Zlib(5 as never), 'Zlib: expected an object of options, got 5'],
    ['a list', () => new TransposeCodec([1, 0] as never), 'TransposeCodec: expected an object of options, got a list'],
    ['nothing', () => new TransposeCodec(undefined as never), 'TransposeCodec: order: missing; "transpose" needs it'],
    [
      'no permutation',
      () => new TransposeCodec({ order: [1, 1] }),
      'TransposeCodec: order: expected a permutation of the axes, got (1, 1)',
    ],
    [
      'a chain out of order',
      () => new ShardingCodec({ chunkShape: [2], codecs: [new GzipCodec()] }),
      'ShardingCodec: codecs[0]: expected an array to bytes codec, got "gzip" (bytes to bytes)',
    ],
    [
      'a wrong codec inside',
      () => new ShardingCodec({ chunkShape: [2], codecs: ['bytes', { name: 'gzip', configuration: { level: 12 } }] }),
      'ShardingCodec: codecs[1].configuration.level: expected 0 to 9, got 12',
    ],
    [
      'no order of writing',
      () => new ShardingCodec({ chunkShape: [2], subchunkWriteOrder: 'hilbert' as never }),
      'ShardingCodec: subchunkWriteOrder: expected "morton", "lexicographic", "colexicographic", "unordered", got "hilbert"',
    ],
  ])('a constructor refuses %s, and names the class', (_, construct, message) => {
    expect(construct).toThrow(ArgumentError);
    expect(construct).toThrow(message);
  });

  test('the order in which a shard is written is not in its document', () => {
    const codec = new ShardingCodec({ chunkShape: [2], subchunkWriteOrder: 'unordered' });
    expect(codec.subchunkWriteOrder).toBe('unordered');
    expect(codec.resolve(specOf(new Int32()))).toMatchObject({ subchunkWriteOrder: 'unordered' });
    expect(`${codec}`).toContain("subchunk_write_order='unordered'");
    expect(read(codec.toJSON())).toMatchObject({ subchunkWriteOrder: 'morton' });
  });

  test('only a definition can be registered', () => {
    for (const definition of [undefined, null, 5, {}, { name: 'x' }, { name: '', parse() {} }]) {
      expect(() => registerCodec(definition as never)).toThrow(ArgumentError); // As above.
    }
  });

  test('what users give for a codec', () => {
    const codec = new GzipCodec();
    expect(toCodec(codec)).toBe(codec);
    expect(String(toCodec('zstd'))).toBe('ZstdCodec(level=0, checksum=False)');
    expect(String(toCodec({ name: 'gzip', configuration: { level: 2 } }))).toBe('GzipCodec(level=2)');
    expect(String(toCodec({ id: 'gzip', level: 2 }))).toBe('GZip(level=2)');
    expect(() => toCodec(5 as never)).toThrow(ArgumentError);
    expect(() => toCodec(null as never)).toThrow(ArgumentError);
  });

  test('a member beside name and configuration means nothing in a document, and is a slip in an option', () => {
    const misplaced = { name: 'gzip', configuration: {}, level: 2 };
    expect(String(read(misplaced))).toBe('GzipCodec(level=5)');
    expect(() => toCodec(misplaced)).toThrow('level: unknown member of the codec "gzip"');
  });
});

describe('codecs that are not known', () => {
  test('keep their document and fail when they are used', () => {
    const codec = read({ name: 'foo', configuration: { a: 1.5 }, must_understand: false }) as UnknownCodec;
    expect(codec).toBeInstanceOf(UnknownCodec);
    expect(codec.mustUnderstand).toBe(false);
    expect(JSON.stringify(codec)).toBe('{"name":"foo","configuration":{"a":1.5},"must_understand":false}');
    expect(() => codec.resolve()).toThrow(UnknownCodecError);
    expect(() => codec.bind()).toThrow('unknown codec "foo"');
  });

  test('in format 2 are written back as they were', () => {
    const codec = readV2({ id: 'unheard', dtype: '<i4' });
    expect(toPlain(codecToV2(codec))).toEqual({ id: 'unheard', dtype: '<i4' });
    expect(numcodecsText(codec)).toBe("UnknownCodec(name='unheard', configuration={'dtype': '<i4'})");
  });

  test('pickles are never decoded', () => {
    expect(() => (readV2({ id: 'pickle', protocol: 5 }) as UnknownCodec).bind()).toThrow(PickleCodecDisabledError);
  });
});

describe('fitting a codec to chunks', () => {
  test('bytes have no byte order where elements have one byte', () => {
    expect(String(new BytesCodec().resolve(specOf(new UInt8())))).toBe('BytesCodec(endian=None)');
    expect(String(new BytesCodec({ endian: 'big' }).resolve(specOf(new Bool())))).toBe('BytesCodec(endian=None)');
    expect(String(new BytesCodec({ endian: 'big' }).resolve(specOf(new Int32())))).toBe("BytesCodec(endian='big')");
    expect(() => new BytesCodec({ endian: null }).resolve(specOf(new Int32()))).toThrow(
      /configuration.endian: missing/,
    );
    expect(() => new BytesCodec().resolve(specOf(new VariableLengthUTF8()))).toThrow(MetadataValidationError);
  });

  test('Blosc takes the typesize and the shuffle of the elements', () => {
    const text = (codec: BloscCodec, dtype: DType): string => String(codec.resolve(specOf(dtype)));
    expect(text(new BloscCodec(), new Int32())).toBe(
      "BloscCodec(_tunable_attrs=set(), typesize=4, cname='zstd', clevel=5, shuffle='shuffle', blocksize=0)",
    );
    expect(text(new BloscCodec({ typesize: 2 }), new UInt8())).toMatch(/typesize=2, .*shuffle='bitshuffle'/);
    expect(text(new BloscCodec({ shuffle: 'noshuffle' }), new Int32())).toMatch(/typesize=4, .*shuffle='noshuffle'/);
    expect(text(new BloscCodec(), new VariableLengthUTF8())).toMatch(/typesize=1, .*shuffle='bitshuffle'/);
  });

  test('the order of axes is as long as the shape', () => {
    expect(() => new TransposeCodec({ order: [0] }).resolve(specOf(new Int32(), [2, 2]))).toThrow(
      'configuration.order: expected a permutation of the 2 axes, got (0)',
    );
  });

  test('inner chunks divide the shard, and their chain is fitted too', () => {
    const codec = new ShardingCodec({ chunkShape: [3], codecs: [new BytesCodec(), new BloscCodec()] });
    expect(String(codec.resolve(specOf(new Int32(), [6])))).toMatch(/_tunable_attrs=set\(\), typesize=4/);
    expect(() => codec.resolve(specOf(new Int32(), [4]))).toThrow(
      'configuration.chunk_shape: 3 does not divide the 4 of the shard along axis 0',
    );
    expect(() => codec.resolve(specOf(new Int32(), [6, 6]))).toThrow(
      'configuration.chunk_shape: expected 2 lengths, got 1',
    );
    const inner = new ShardingCodec({
      chunkShape: [2],
      codecs: [new TransposeCodec({ order: [1, 0] }), new BytesCodec()],
    });
    expect(() => inner.resolve(specOf(new Int32(), [4]))).toThrow(
      'configuration.codecs[0].configuration.order: expected',
    );
  });

  test('shards with an unknown inner codec can be described', () => {
    const codec = read({ name: 'sharding_indexed', configuration: { chunk_shape: [2], codecs: ['bytes', 'foo'] } });
    expect(JSON.stringify(codec.resolve(specOf(new UInt8())))).toContain('{"name":"foo"}');
    const tolerant = read({
      name: 'sharding_indexed',
      configuration: { chunk_shape: [2], codecs: ['bytes', { name: 'foo', must_understand: false }] },
    });
    expect(JSON.stringify(tolerant)).not.toContain('foo');
  });
});

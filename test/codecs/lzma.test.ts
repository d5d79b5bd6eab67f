/** lzma: what its options mean, and inputs that fill more than one chunk. What others wrote is in `fixtures/`. */
import { describe, expect, test } from 'vitest';
import type { ChunkSpec, Codec, Compressor } from '../../src/codecs/codec.js';
import { BRANCH_FILTERS } from '../../src/codecs/compressors/lzma-branches.js';
import { codecFromJson, codecFromV2, codecToV2 } from '../../src/codecs/registry.js';
import { numcodecs } from '../../src/codecs.js';
import { UInt8 } from '../../src/dtypes/integers.js';
import { ArgumentError, CodecError, LimitError, MetadataValidationError } from '../../src/errors.js';
import { fromPlain } from '../../src/json/convert.js';
import { formatJson } from '../../src/json/format.js';
import { parseJson } from '../../src/json/parse.js';
import { bytesOf, expectBytes, hexOf } from './hex.js';

const { LZMA } = numcodecs;
const dtype = new UInt8();
const spec: ChunkSpec = { shape: [1], dtype, fillValue: dtype.defaultFillValue() };
const bind = (codec: Codec): Compressor => codec.bind(spec) as Compressor;
const LZMA1 = 0x4000000000000001n;

/** Noise, or numbers that grow and now and then begin again. */
function sample(size: number, isNoise: boolean): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: size }, (_, i) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return isNoise ? state >>> 24 : ((i >>> 2) * (1 + (i & 3))) & 0xff;
  });
}

describe('round trips', () => {
  const codecs: readonly Codec[] = [
    new LZMA(),
    new LZMA({ preset: 0, check: 10 }),
    new LZMA({ preset: 9, check: 0 }),
    new LZMA({ format: 2 }),
    new LZMA({ format: 3, filters: [{ id: LZMA1, lc: 0, lp: 4, pb: 4, dict_size: 4096 }] }),
    new LZMA({ format: 3, filters: [{ id: 3, dist: 4 }, { id: 33 }] }),
    ...[4, 5, 6, 7, 8, 9].map(
      (id) =>
        new LZMA({
          filters: [
            { id, start_offset: 32 },
            { id: 33, preset: 1 },
          ],
        }),
    ),
  ];

  test.each(codecs.map((codec) => [codec.toString(), codec] as const))('%s', (_, codec) => {
    const bound = bind(codec);
    for (const size of [0, 1, 2, 3, 4, 5, 100, 5000, 65537]) {
      for (const isNoise of [true, false]) {
        const bytes = sample(size, isNoise);
        const copy = bytes.slice();
        const encoded = bound.encode(bytes) as Uint8Array;
        expectBytes(bytes, copy);
        expectBytes(bound.decode(encoded, size, size), bytes);
        expectBytes(bound.decode(encoded, undefined, size), bytes);
        expect(encoded.length).toBeLessThanOrEqual(bound.bound(size)!);
        expect(encoded.length).toBeLessThan(isNoise || size < 5000 ? 1.05 * size + 100 : size / 3);
      }
    }
  });

  test('noise between what shrinks, over many chunks', () => {
    const bytes = new Uint8Array(2 ** 21 + 300000);
    bytes.set(sample(100000, true), 50000);
    bytes.set(sample(100000, true), 2 ** 21 - 50000);
    bytes.set(sample(100000, false), 2 ** 21 + 100000);
    const bound = bind(new LZMA({ preset: 0 }));
    const encoded = bound.encode(bytes) as Uint8Array;
    // The noise is the same twice, but the dictionary of preset 0 does not reach so far.
    expect(encoded.length).toBeLessThan(230000);
    expectBytes(bound.decode(encoded, bytes.length, bytes.length), bytes);
    const far = bind(new LZMA({ preset: 6 })).encode(bytes) as Uint8Array;
    expect(far.length).toBeLessThan(130000);
  });

  test('machine code is changed, and changed back', () => {
    for (const [id, filter] of BRANCH_FILTERS) {
      const code = sample(4000, true);
      // Calls of all kinds of machine.
      for (let at = 0; at + 48 <= code.length; at += 48) {
        code.set(bytesOf('e8 10203000'), at);
        code.set(bytesOf('48012301'), at + 8);
        code.set(bytesOf('120000eb'), at + 16);
        code.set(bytesOf('12f134fa'), at + 20);
        code.set(bytesOf('40012345'), at + 24);
        code.set(bytesOf('45230194 450100b0'), at + 28);
        code.set(bytesOf('16000000 00140000 00000000 00000000'), at + 32);
      }
      const changed = code.slice();
      filter(changed, 4096, 1);
      expect(changed, `${id}`).not.toEqual(code);
      filter(changed, 4096, -1);
      expectBytes(changed, code);
    }
  });
});

describe('options', () => {
  test('are printed as numcodecs and zarr-python do', () => {
    expect(codecFromV2(fromPlain({ id: 'lzma', preset: 1 })).toString()).toBe(
      'LZMA(format=1, check=-1, preset=1, filters=None)',
    );
    const filters = [{ id: 3, dist: 4 }, { id: 33 }];
    expect(codecFromV2(fromPlain({ id: 'lzma', format: 3, filters })).toString()).toBe(
      "LZMA(format=3, check=-1, preset=None, filters=[{'id': 3, 'dist': 4}, {'id': 33}])",
    );
    expect(new LZMA({ format: 3, filters }).toString()).toBe(
      "LZMA(codec_name='numcodecs.lzma', codec_config={'format': 3, 'filters': [{'id': 3, 'dist': 4}, {'id': 33}]})",
    );
    expect(codecFromV2(fromPlain({ id: 'bz2', level: 3 })).toString()).toBe('BZ2(level=3)');
  });

  test('are written as they were read, with ids of 63 bits', () => {
    const text =
      '{"id": "lzma", "format": 3, "check": -1, "preset": null, "filters": [{"id": 4611686018427387905, "lc": 2}]}';
    const codec = codecFromV2(parseJson(text));
    expect(JSON.parse(formatJson(codecToV2(codec), null))).toEqual(JSON.parse(text));
    expect(formatJson(codecToV2(codec), null)).toContain('4611686018427387905');
    expect(codec.configuration).toMatchObject({ filters: [{ id: LZMA1, lc: 2 }] });
    const v3 = fromPlain({ name: 'numcodecs.lzma', configuration: { format: 3, filters: [{ id: 33 }] } });
    expect(codecFromJson(v3).toJSON()).toEqual({
      name: 'numcodecs.lzma',
      configuration: { format: 3, filters: [{ id: 33 }] },
    });
  });

  test.each([
    [{ format: 4 }, 'format: expected 0 to 3, got 4'],
    [{ check: 16 }, 'check: expected -1 to 15, got 16'],
    [{ preset: 10 }, 'preset: expected 0 to 9, or with 2147483648 added, got 10'],
    [{ filters: [] }, 'filters: expected a list of 1 to 4 filters, got an empty list'],
    [{ filters: [{ id: 2 }] }, 'filters[0].id: expected the id of a filter, got 2'],
    [{ filters: [{ dist: 2 }] }, 'filters[0]'],
    [{ filters: [{ id: 3, dist: 257 }] }, 'filters[0].dist: expected 1 to 256, got 257'],
    [{ filters: [{ id: 3, lc: 2 }] }, 'filters[0].lc: unknown option'],
    [{ filters: [{ id: 33, lc: 3, lp: 2 }] }, 'filters[0].lp: expected lc and lp of at most 4 together, got 3 and 2'],
    [{ filters: [{ id: 5, start_offset: 3 }] }, 'filters[0].start_offset: expected a multiple of 4, got 3'],
    [{ level: 3 }, 'level: unknown option'],
  ])('%j is refused', (options, message) => {
    expect(() => new LZMA(options as object)).toThrow(ArgumentError);
    expect(() => new LZMA(options as object)).toThrow(message);
    expect(() => codecFromV2(fromPlain({ id: 'lzma', ...options }))).toThrow(MetadataValidationError);
    expect(() => codecFromV2(fromPlain({ id: 'lzma', ...options }))).toThrow(message);
  });

  test.each([
    [{ format: 0 }, /format 0/],
    [{ format: 3 }, /no filters/],
    [{ preset: 1, filters: [{ id: 33 }] }, /both a preset and filters/],
    [{ format: 2, check: 4 }, /a check in another format/],
    [{ check: 2 }, /unknown kind 2/],
    [{ filters: [{ id: LZMA1 }] }, /not LZMA2/],
    [{ filters: [{ id: 33 }, { id: 3 }] }, /the last is not LZMA/],
    [{ format: 3, filters: [{ id: 33 }, { id: 33 }] }, /the last is not LZMA/],
    [{ format: 2, filters: [{ id: 33 }] }, /other filters than LZMA1/],
  ])('%o is refused when something is to be encoded', (options, message) => {
    const codec = new LZMA(options);
    expect(codec.encodeProblem).toMatch(message);
    expect(() => bind(codec).encode(new Uint8Array(3))).toThrow(CodecError);
    expect(() => bind(codec).encode(new Uint8Array(3))).toThrow(message);
  });

  test('of an xz file stand in it', () => {
    const bytes = sample(5000, false);
    const encoded = bind(new LZMA({ check: 1, filters: [{ id: 3, dist: 4 }, { id: 33 }] })).encode(bytes) as Uint8Array;
    expectBytes(bind(new LZMA({ preset: 1 })).decode(encoded, 5000, 5000), bytes);
    expectBytes(bind(new LZMA({ format: 0 })).decode(encoded, 5000, 5000), bytes);
    expect(hexOf(encoded.subarray(0, 8))).toBe('fd377a585a000001');
    expect(() => bind(new LZMA({ format: 2 })).decode(encoded, 5000, 5000)).toThrow(/not a \.lzma file/);
    expect(() => bind(new LZMA({ format: 3 })).decode(encoded, 5000, 5000)).toThrow(/format 3 needs filters/);
  });
});

describe('bytes that are not what they should be', () => {
  test('more than is expected stops at once', () => {
    for (const options of [{}, { format: 2 }, { format: 3, filters: [{ id: 33 }] }]) {
      const bound = bind(new LZMA(options));
      const bomb = bound.encode(new Uint8Array(2 ** 20)) as Uint8Array;
      expect(bomb.length).toBeLessThan(2000);
      expect(() => bound.decode(bomb, 16, 16)).toThrow(CodecError);
      expect(() => bound.decode(bomb, undefined, 16)).toThrow(LimitError);
    }
  });

  test('what follows the end', () => {
    for (const options of [{}, { format: 2 }, { format: 3, filters: [{ id: 33 }] }]) {
      const bound = bind(new LZMA(options));
      const encoded = bound.encode(sample(100, false)) as Uint8Array;
      const longer = (byte: number): Uint8Array => Uint8Array.from([...encoded, byte]);
      expectBytes(bound.decode(longer(0), 100, 100), sample(100, false));
      expect(() => bound.decode(longer(7), 100, 100)).toThrow(CodecError);
    }
  });

  test('bytes at random', () => {
    let state = 3;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (const options of [{ check: 0 }, { format: 2 }, { format: 3, filters: [{ id: 33 }] }]) {
      const bound = bind(new LZMA(options));
      const encoded = bound.encode(sample(2000, false)) as Uint8Array;
      for (let round = 0; round < 500; round++) {
        const damaged = encoded.slice();
        for (let change = random(4); change >= 0; change--) damaged[random(encoded.length)] = random(256);
        try {
          expect((bound.decode(damaged, undefined, 5000) as Uint8Array).length).toBeLessThanOrEqual(5000);
        } catch (error) {
          if (!(error instanceof LimitError)) expect(error).toBeInstanceOf(CodecError);
        }
      }
    }
  });
});

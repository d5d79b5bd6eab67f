/** Bytes that numcodecs, zlib and zarr-python have written: `fixtures/` holds a configuration and both forms each. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Compressor } from '../../src/codecs/codec.js';
import { codecFromV2 } from '../../src/codecs/registry.js';
import { UInt8 } from '../../src/dtypes/integers.js';
import { CodecError } from '../../src/errors.js';
import { fromPlain } from '../../src/json/convert.js';
import { bytesOf } from './hex.js';

interface Fixture {
  readonly codec: { readonly id: string; readonly cname?: string };
  readonly decoded: string;
  readonly encoded: string;
}

const folder = new URL('./fixtures/', import.meta.url);
const names = readdirSync(folder).sort();
const fixtureOf = (name: string): Fixture => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Fixture;

/** The compressor of a format 2 document, for chunks of bytes. */
function compressorOf(codec: object): Compressor {
  const dtype = new UInt8();
  return codecFromV2(fromPlain(codec)).bind({ shape: [1], dtype, fillValue: dtype.defaultFillValue() }) as Compressor;
}

describe('what others wrote', () => {
  test.each(names)('%s', (name) => {
    const { codec, decoded, encoded } = fixtureOf(name);
    const expected = bytesOf(decoded);
    const compressor = compressorOf(codec);
    const input = bytesOf(encoded);
    const copy = input.slice();
    expect(compressor.decode(input, expected.length, expected.length)).toEqual(expected);
    expect(compressor.decode(input, undefined, 2 ** 20)).toEqual(expected);
    expect(input).toEqual(copy);
    for (const wrong of [expected.length + 1, Math.max(0, expected.length - 1)]) {
      if (wrong !== expected.length) expect(() => compressor.decode(input, wrong, wrong)).toThrow(CodecError);
    }
    const again = compressor.encode(expected) as Uint8Array;
    expect(compressor.decode(again, expected.length, expected.length)).toEqual(expected);
  });
});

describe('damaged, what others wrote', () => {
  const small = names.filter((name) => fixtureOf(name).encoded.length < 1000);

  test.each(small)('%s, truncated', (name) => {
    const { codec, decoded, encoded } = fixtureOf(name);
    const size = decoded.length / 2;
    const input = bytesOf(encoded);
    const compressor = compressorOf(codec);
    for (let length = 0; length < input.length; length++) {
      const cut = input.slice(0, length);
      if (name === 'gzip-padded.json' && input.subarray(length).every((byte) => byte === 0)) continue;
      expect(() => compressor.decode(cut, size, size), `${length}`).toThrow(CodecError);
    }
  });

  test.each(small)('%s, a bit changed', (name) => {
    const { codec, decoded, encoded } = fixtureOf(name);
    const size = decoded.length / 2;
    const input = bytesOf(encoded);
    const compressor = compressorOf(codec);
    for (let at = 0; at < input.length; at++) {
      for (const bit of [0, 3, 7]) {
        const damaged = input.slice();
        damaged[at]! ^= 1 << bit;
        const outcome = outcomeOf(() => compressor.decode(damaged, size, size) as Uint8Array);
        // Without a checksum another value can come out, of the right length.
        if (outcome instanceof Uint8Array) expect(outcome.length).toBe(size);
        else expect(outcome).toBeInstanceOf(CodecError);
        if (outcome instanceof Uint8Array && /^(gzip|zlib|zstd-19c|bz2)/.test(name)) {
          expect(outcome, `byte ${at}, bit ${bit}`).toEqual(bytesOf(decoded));
        }
      }
    }
  });
});

function outcomeOf(work: () => Uint8Array): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

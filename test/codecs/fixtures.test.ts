/** Bytes that the libraries of each format have written: `fixtures/` holds a codec's document and both forms each. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Codec, Compressor } from '../../src/codecs/codec.js';
import { codecFromJson, codecFromV2 } from '../../src/codecs/registry.js';
import { UInt8 } from '../../src/dtypes/integers.js';
import { CodecError } from '../../src/errors.js';
import type { JsonObject } from '../../src/json/model.js';
import { parseJson } from '../../src/json/parse.js';
import { bytesOf } from './hex.js';

interface Fixture {
  readonly codec: Codec;
  readonly decoded: string;
  readonly encoded: string;
}

const folder = new URL('./fixtures/', import.meta.url);
const names = readdirSync(folder).sort();

function fixtureOf(name: string): Fixture {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const { decoded, encoded } = JSON.parse(text) as Pick<Fixture, 'decoded' | 'encoded'>;
  // With all digits of integers.
  const document = (parseJson(text) as JsonObject).get('codec') as JsonObject;
  return { codec: document.has('id') ? codecFromV2(document) : codecFromJson(document), decoded, encoded };
}

/** The compressor of a codec for chunks of bytes. */
function compressorOf(codec: Codec): Compressor {
  const dtype = new UInt8();
  return codec.bind({ shape: [1], dtype, fillValue: dtype.defaultFillValue() }) as Compressor;
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
    if (codec.encodeProblem !== undefined) return;
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
      if (/padded|streams/.test(name) && input.subarray(length).every((byte) => byte === 0)) continue;
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
        if (outcome instanceof Uint8Array && /^(gzip|zlib|zstd-19c|bz2|xz-(?!check-none))/.test(name)) {
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

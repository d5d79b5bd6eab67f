/** What the two suites of this folder share: chunks made of bytes, and fixtures that native libraries have written. */
import { readFileSync } from 'node:fs';
import type { ChunkSpec, Codec, Serializer } from '../../../src/codecs/codec.js';
import { parseDtype } from '../../../src/dtypes/registry.js';
import { bytesOfStorage, isPacked } from '../../../src/dtypes/storage.js';
import { CodecError } from '../../../src/errors.js';
import { NdArray } from '../../../src/ndarray/ndarray.js';

/** The cases of one file of `fixtures/`. */
export const casesOf = <Case>(name: string): readonly Case[] =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8')) as Case[];

export function specOf(name: string, shape: readonly number[]): ChunkSpec {
  const dtype = parseDtype(name);
  return { dtype, shape, fillValue: dtype.defaultFillValue() };
}

/** A codec bound to chunks of a data type and shape. */
export const serializer = (codec: Codec, dtype: string, shape: readonly number[]): Serializer =>
  codec.bind(specOf(dtype, shape)) as Serializer;

/** The chunk whose elements lie in `bytes`. */
export function chunkOf(bytes: Uint8Array, dtype: string, shape: readonly number[]): NdArray {
  const spec = specOf(dtype, shape);
  return new NdArray(spec.dtype, spec.dtype.view(bytes), shape);
}

/** The bytes of the elements of a chunk. */
export function bytesIn(chunk: unknown): Uint8Array {
  if (chunk instanceof NdArray && isPacked(chunk.storage)) return bytesOfStorage(chunk.storage);
  throw new Error('expected a chunk of elements of one size');
}

/** Numbers from 0 to 1, always the same ones. */
export function randomNumbers(count: number, seed: number): () => number {
  let state = (seed * 7919 + count) >>> 0;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * What becomes of damaged forms of `encoded`: each byte changed, each truncation, and random bytes. Whatever decodes has
 * the length of the chunk, all else is a `CodecError` that names the codec. Gives the damaged bytes that decoded.
 */
export function survivors(codec: Serializer, encoded: Uint8Array, size: number, name: string): Uint8Array[] {
  const damaged: Uint8Array[] = [];
  const random = randomNumbers(encoded.length, 1);
  for (let at = 0; at < encoded.length; at++) {
    damaged.push(encoded.slice(0, at));
    for (const change of [1, 0x80, 1 + Math.floor(255 * random())]) {
      const changed = encoded.slice();
      changed[at]! ^= change;
      damaged.push(changed);
    }
  }
  for (let i = 0; i < 50; i++) damaged.push(encoded.map((byte, at) => (at < i ? byte : Math.floor(256 * random()))));
  return damaged.filter((bytes) => {
    try {
      const decoded = bytesIn(codec.decode(bytes));
      if (decoded.length !== size) throw new Error(`decoded to ${decoded.length} bytes`);
      return true;
    } catch (error) {
      if (!(error instanceof CodecError) || error.codec !== name || !error.message.startsWith(name)) throw error;
      return false;
    }
  });
}

/** Strings and byte strings, whose elements vary in length, as bytes: what every codec of them does alike. */
import type { DType } from '../../dtypes/dtype.js';
import { CodecError, MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import type { ChunkSpec, Serializer } from '../codec.js';
import { listOf, type Read, readItems, writeItems } from './vlen.js';

/** Throws unless elements of `dtype` are strings or byte strings; `wanted` says in a message what `codec` encodes. */
export function checkVarying({ name, kind, itemSize }: DType, codec: string, wanted: string): void {
  if (itemSize === undefined && (kind === 'string' || kind === 'bytes')) return;
  throw new MetadataValidationError(`${codec} encodes ${wanted} that vary in length, not "${name}"`, { codec });
}

/** The bytes of each element of `chunk`, which `codec` encodes, in C order: strings as UTF-8. */
export function bytesOfItems(chunk: NdArray, codec: string): readonly Uint8Array[] {
  const encoder = new TextEncoder();
  const isText = chunk.dtype.kind === 'string';
  return listOf(chunk, codec).map((item, index) => {
    const failed = (text: string): CodecError => new CodecError(`${codec}: element ${index}: ${text}`, { codec });
    if (!isText) {
      if (item instanceof Uint8Array) return item;
      throw failed(`expected a Uint8Array, got ${typeof item}`);
    }
    if (typeof item !== 'string') throw failed(`expected a string, got ${typeof item}`);
    // An encoder would silently put another character in the place of half a surrogate pair.
    if (/\p{Surrogate}/u.test(item)) throw failed('half a surrogate pair has no UTF-8');
    return encoder.encode(item);
  });
}

/** What makes an element of `dtype` of its bytes, which `codec` decodes. */
export function itemReader({ kind }: DType, codec: string): Read<string | Uint8Array> {
  // Copies, so that one element kept does not keep the chunk; `slice` of Node's buffers would make views.
  if (kind !== 'string') return (bytes, start, end) => new Uint8Array(bytes.subarray(start, end));
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return (bytes, start, end) => {
    try {
      return decoder.decode(bytes.subarray(start, end));
    } catch (cause) {
      throw new CodecError(`${codec}: bytes ${start} to ${end} are not UTF-8`, { codec, cause });
    }
  };
}

/** Each element as its length and its bytes, in the layout of numcodecs. */
export class VLenItemsSerializer implements Serializer {
  readonly kind = 'serializer';
  readonly size = undefined;
  readonly #spec: ChunkSpec;
  readonly #codec: string;
  readonly #read: Read<string | Uint8Array>;

  constructor(spec: ChunkSpec, codec: string) {
    this.#spec = spec;
    this.#codec = codec;
    this.#read = itemReader(spec.dtype, codec);
  }

  encode(chunk: NdArray): Uint8Array {
    return writeItems(bytesOfItems(chunk, this.#codec), this.#codec);
  }

  decode(bytes: Uint8Array): NdArray {
    const { dtype, shape } = this.#spec;
    return new NdArray(dtype, readItems(bytes, sizeOf(shape), this.#codec, this.#read), shape);
  }
}

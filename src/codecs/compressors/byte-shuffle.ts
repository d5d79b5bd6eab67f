/** `shuffle` of numcodecs: the first bytes of all elements, then all second bytes, and so on. */
import { CodecError } from '../../errors.js';
import type { ChunkSpec, CodecDefinition, Compressor } from '../codec.js';
import { Numcodec, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { shuffle, unshuffle } from './shuffle.js';

/** What the constructor of `Shuffle` takes. */
export interface ShuffleOptions {
  /** Bytes of an element; in format 3, those of the chunks' elements unless said, and 4 in format 2. */
  readonly elementsize?: number | null | undefined;
}

/**
 * numcodecs' Shuffle: the first bytes of all elements, then all second bytes, and so on.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const compressors = [new numcodecs.Shuffle({ elementsize: 4 }), new numcodecs.LZ4()];
 * const array = createArray(new MemoryStore(), { shape: [100], dtype: 'int32', compressors });
 * array.set(null, 7);
 * array.get(99); // 7
 */
export class Shuffle extends Numcodec {
  /** Bytes of an element; undefined before it is known of which chunks. */
  readonly elementsize: number | undefined;

  constructor(options: ShuffleOptions = {}, format: 2 | 3 = 3) {
    super('shuffle', 'Shuffle', options, format);
    const given = new Options(this.name, options, ['elementsize'], 'Shuffle').without(null, ['elementsize']);
    const elementsize = given.integer('elementsize', { minimum: 0, maximum: 2 ** 31 - 1 });
    this.elementsize = elementsize ?? (format === 2 ? 4 : undefined);
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    return { elementsize: this.elementsize ?? 4 };
  }

  /** With the size of the chunks' elements, if none was said. */
  override resolve({ dtype }: ChunkSpec): Shuffle {
    return this.elementsize === undefined ? new Shuffle({ elementsize: dtype.itemSize ?? 1 }, this.zarrFormat) : this;
  }

  bind(spec: ChunkSpec): Compressor {
    return new ShuffleCompressor(this.name, this.elementsize ?? spec.dtype.itemSize ?? 1);
  }
}

export const numcodecsShuffleDefinition: CodecDefinition<Shuffle> = /* @__PURE__ */ numcodecDefinition(
  'shuffle',
  Shuffle,
  ['https://codec.zarrs.dev/bytes_to_bytes/shuffle'],
);

class ShuffleCompressor implements Compressor {
  readonly kind = 'compressor';
  readonly #codec: string;
  readonly #elementsize: number;

  constructor(codec: string, elementsize: number) {
    this.#codec = codec;
    this.#elementsize = elementsize;
  }

  sizeAfter(size: number | undefined): number | undefined {
    return size;
  }

  bound(size: number): number {
    return size;
  }

  /** numcodecs can read no others than whole elements. */
  encode(bytes: Uint8Array): Uint8Array {
    const codec = this.#codec;
    const elementsize = this.#elementsize;
    if (elementsize <= 1) return bytes;
    if (bytes.length % elementsize !== 0) {
      throw new CodecError(`${codec}: ${bytes.length} bytes are no whole elements of ${elementsize}`, { codec });
    }
    const shuffled = new Uint8Array(bytes.length);
    shuffle(bytes, shuffled, elementsize);
    return shuffled;
  }

  /** Bytes after the last whole element are where HDF5 leaves them: at the end. */
  decode(bytes: Uint8Array, size: number | undefined): Uint8Array {
    const codec = this.#codec;
    if (size !== undefined && bytes.length !== size) {
      throw new CodecError(`${codec}: expected ${size} bytes, got ${bytes.length}`, { codec });
    }
    if (this.#elementsize <= 1) return bytes;
    const plain = new Uint8Array(bytes.length);
    unshuffle(bytes, plain, this.#elementsize);
    return plain;
  }
}

/**
 * `packbits` of numcodecs: truth values as bits, the first in the highest bit of a byte, after a byte that says how many
 * bits of the last one are padding. The codec that format 3 calls `packbits` begins with the lowest bit.
 */
import { Bool } from '../../dtypes/bool.js';
import { UInt8 } from '../../dtypes/integers.js';
import { CodecError, MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import type { ChunkSpec, CodecDefinition, Filter } from '../codec.js';
import { NumcodecFilter, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { packedStorage } from './numbers.js';
import { View } from './view.js';

/**
 * numcodecs' PackBits: eight truth values in a byte.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const filters = [new numcodecs.PackBits()];
 * const array = createArray(new MemoryStore(), { shape: [10], dtype: 'bool', filters });
 * array.set(0, true);
 * array.get(0); // true
 */
export class PackBits extends NumcodecFilter {
  constructor(options: Readonly<Record<string, never>> = {}, format: 2 | 3 = 3) {
    super('packbits', 'PackBits', options, format);
    new Options(this.name, options, [], 'PackBits');
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    return {};
  }

  override resolve(spec: ChunkSpec): this {
    if (this.zarrFormat === 3 && spec.dtype.kind !== 'bool') {
      throw new MetadataValidationError(`expected elements of "bool", got "${spec.dtype.name}"`, { codec: this.name });
    }
    this.bind(spec);
    return this;
  }

  bind(spec: ChunkSpec): Filter {
    return new PackBitsFilter(new View(spec, new Bool(), this.name), this.name);
  }
}

export const numcodecsPackBitsDefinition: CodecDefinition<PackBits> = /* @__PURE__ */ numcodecDefinition(
  'packbits',
  PackBits,
);

class PackBitsFilter implements Filter {
  readonly kind = 'filter';
  readonly encoded: ChunkSpec;
  readonly #view: View;
  readonly #count: number;
  readonly #codec: string;

  constructor(view: View, codec: string) {
    const dtype = new UInt8();
    this.#count = sizeOf(view.spec.shape);
    this.encoded = { shape: [1 + Math.ceil(this.#count / 8)], dtype, fillValue: dtype.defaultFillValue() };
    this.#view = view;
    this.#codec = codec;
  }

  encode(chunk: NdArray): NdArray {
    const truth = packedStorage(this.#view.of(chunk)) as Uint8Array; // Of one-byte elements.
    const { shape, dtype } = this.encoded;
    const packed = new Uint8Array(shape[0]!);
    packed[0] = this.#padding;
    for (let i = 0; i < truth.length; i++) if (truth[i] !== 0) packed[1 + (i >> 3)]! |= 0x80 >> (i & 7);
    return new NdArray(dtype, packed, shape);
  }

  decode(chunk: NdArray): NdArray {
    const packed = packedStorage(chunk) as Uint8Array; // As encoded.
    if (packed[0] !== this.#padding) {
      const codec = this.#codec;
      throw new CodecError(`${codec}: expected ${this.#padding} bits of padding, got ${packed[0]}`, { codec });
    }
    const truth = new Uint8Array(this.#count);
    for (let i = 0; i < truth.length; i++) truth[i] = (packed[1 + (i >> 3)]! >> (7 - (i & 7))) & 1;
    const { dtype, shape } = this.#view.spec;
    return this.#view.from(new NdArray(dtype, truth, shape));
  }

  get #padding(): number {
    return (8 - (this.#count % 8)) % 8;
  }
}

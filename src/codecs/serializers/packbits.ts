/**
 * `packbits`: elements as so many bits each, one after another, from the lowest bit of the first byte on.
 * https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/packbits
 *
 * It is not the codec of that name in numcodecs, which begins with the highest bit.
 */
import type { DType } from '../../dtypes/dtype.js';
import { bytesOfStorage, type PackedStorage } from '../../dtypes/storage.js';
import { CodecError, MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import { sizeOf } from '../../ndarray/shape.js';
import type { ChunkSpec, CodecDefinition, Serializer } from '../codec.js';
import { packedStorage } from '../filters/numbers.js';
import { NamedCodec } from '../named-codec.js';
import { at, Options } from '../options.js';
import { argumentsText } from '../python-text.js';

const NAME = 'packbits';

/** Where a byte says how many bits of the last one are padding. */
export type PaddingEncoding = 'none' | 'first_byte' | 'last_byte';

/** What the constructor of `PackBitsCodec` takes. */
export interface PackBitsOptions {
  /** Where a byte says how many bits are padding; `'none'` unless said. */
  readonly paddingEncoding?: PaddingEncoding | undefined;
  /** The first bit of each number that is kept, counted from the lowest; 0 unless said. */
  readonly firstBit?: number | null | undefined;
  /** The last bit that is kept; the highest unless said. */
  readonly lastBit?: number | null | undefined;
}

const PADDINGS = Object.freeze(['none', 'first_byte', 'last_byte'] as const);

/**
 * The codec that packs elements of few bits.
 *
 * @example
 * import { PackBitsCodec } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const array = createArray(new MemoryStore(), { shape: [8], dtype: 'bool', serializer: new PackBitsCodec() });
 * // Stored as the byte 0xaa, before it is compressed.
 * array.set(null, [0, 1, 0, 1, 0, 1, 0, 1]);
 * array.get(3); // true
 */
export class PackBitsCodec extends NamedCodec<Serializer> {
  readonly kind = 'serializer';
  readonly name = NAME;
  /** Where a byte says how many bits of the last one are padding. */
  readonly paddingEncoding: PaddingEncoding;
  /** The first bit that is kept, counted from the lowest; null for the lowest. */
  readonly firstBit: number | null;
  /** The last bit that is kept; null for the highest. */
  readonly lastBit: number | null;
  readonly configuration: Readonly<Record<string, unknown>>;

  constructor(options: PackBitsOptions = {}) {
    super();
    const names = ['firstBit', 'lastBit'];
    const given = new Options(NAME, options, ['paddingEncoding', ...names], 'PackBitsCodec').without(null, names);
    const paddingEncoding = given.choice('paddingEncoding', PADDINGS);
    this.paddingEncoding = paddingEncoding ?? 'none';
    this.firstBit = given.integer('firstBit', { minimum: 0, maximum: 63 }) ?? null;
    this.lastBit = given.integer('lastBit', { minimum: 0, maximum: 63 }) ?? null;
    if (this.lastBit !== null && this.lastBit < (this.firstBit ?? 0)) {
      throw given.wrong('lastBit', `expected at least ${this.firstBit ?? 0}, got ${this.lastBit}`);
    }
    this.configuration = Object.freeze({
      ...(paddingEncoding === undefined ? {} : { padding_encoding: paddingEncoding }),
      ...(this.firstBit === null ? {} : { first_bit: this.firstBit }),
      ...(this.lastBit === null ? {} : { last_bit: this.lastBit }),
    });
    Object.freeze(this);
  }

  toString(): string {
    const { paddingEncoding, firstBit, lastBit } = this;
    const named = { padding_encoding: paddingEncoding, first_bit: firstBit, last_bit: lastBit };
    return `PackBitsCodec(${argumentsText(named)})`;
  }

  override resolve(spec: ChunkSpec): this {
    at('configuration', () => this.bind(spec));
    return this;
  }

  bind(spec: ChunkSpec): Serializer {
    const width = widthOf(spec.dtype);
    const { firstBit, lastBit } = this;
    const last = lastBit ?? width.bits - 1;
    const first = firstBit ?? 0;
    const failed = (name: string, bit: number): MetadataValidationError =>
      new MetadataValidationError(
        `${name}: expected one of the ${width.bits} bits of "${spec.dtype.name}", got ${bit}`,
        {
          codec: NAME,
        },
      );
    if (last >= width.bits) throw failed('last_bit', last);
    if (first > last) throw failed('first_bit', first);
    return new PackedBits(spec, { ...width, first, count: last - first + 1 }, this.paddingEncoding);
  }
}

export const packbitsDefinition = Object.freeze<CodecDefinition<PackBitsCodec>>({
  name: NAME,
  parse(configuration) {
    const names = ['padding_encoding', 'first_bit', 'last_bit'];
    const given = new Options(NAME, configuration, names).without(null, names);
    return new PackBitsCodec({
      paddingEncoding: given.choice('padding_encoding', PADDINGS),
      firstBit: given.integer('first_bit', { minimum: 0, maximum: 63 }),
      lastBit: given.integer('last_bit', { minimum: 0, maximum: 63 }),
    });
  },
});

/** The bits of the numbers that elements are made of. */
interface Width {
  readonly bits: number;
  /** Bytes of a number in memory. */
  readonly bytes: number;
  readonly isSigned: boolean;
}

function widthOf(dtype: DType): Width {
  const { name, kind, itemSize } = dtype;
  const isTime = kind === 'datetime' || kind === 'timedelta';
  const isSigned = kind === 'int' || isTime;
  const isNumeric = isSigned || kind === 'uint' || kind === 'float' || kind === 'complex';
  if (kind === 'bool') return { bits: 1, bytes: 1, isSigned };
  if (!isNumeric || itemSize === undefined) {
    throw new MetadataValidationError(`expected elements that are numbers, times or truth values, got "${name}"`, {
      codec: NAME,
    });
  }
  const bytes = kind === 'complex' ? itemSize / 2 : itemSize;
  // `int4`, `float6_e2m3fn` and their like have fewer bits than a byte.
  const [, digits = String(8 * bytes)] = /(?:int|float)([246])(?:_|$)/.exec(name) ?? [];
  return { bits: Number(digits), bytes, isSigned };
}

/** The bits that are kept: `count` from `first` on. */
interface Kept extends Width {
  readonly first: number;
  readonly count: number;
}

class PackedBits implements Serializer {
  readonly kind = 'serializer';
  readonly size: number;
  readonly #spec: ChunkSpec;
  readonly #kept: Kept;
  readonly #padding: PaddingEncoding;
  readonly #bitCount: number;

  constructor(spec: ChunkSpec, kept: Kept, padding: PaddingEncoding) {
    this.#spec = spec;
    this.#kept = kept;
    this.#padding = padding;
    // `widthOf` has refused types whose elements vary in length.
    this.#bitCount = (sizeOf(spec.shape) * spec.dtype.itemSize! * kept.count) / kept.bytes;
    this.size = Math.ceil(this.#bitCount / 8) + (padding === 'none' ? 0 : 1);
  }

  encode(chunk: NdArray): Uint8Array {
    const encoded = new Uint8Array(this.size);
    const words = bytesOfStorage(packedStorage(chunk));
    pack(words, this.#bitsOf(encoded), this.#kept);
    if (this.#padding !== 'none') encoded[this.#paddingAt] = this.#paddingBits;
    return encoded;
  }

  decode(bytes: Uint8Array): NdArray {
    const failed = (text: string): CodecError => new CodecError(`${NAME}: ${text}`, { codec: NAME });
    if (bytes.length !== this.size) throw failed(`expected ${this.size} bytes, got ${bytes.length}`);
    const found = this.#padding === 'none' ? this.#paddingBits : bytes[this.#paddingAt];
    if (found !== this.#paddingBits) throw failed(`expected ${this.#paddingBits} bits of padding, got ${found}`);
    const { dtype, shape } = this.#spec;
    const storage = dtype.allocate(sizeOf(shape)) as PackedStorage; // As `widthOf` has found.
    unpack(this.#bitsOf(bytes), bytesOfStorage(storage), this.#kept);
    return new NdArray(dtype, storage, shape);
  }

  get #paddingBits(): number {
    return (8 - (this.#bitCount % 8)) % 8;
  }

  get #paddingAt(): number {
    return this.#padding === 'first_byte' ? 0 : this.size - 1;
  }

  #bitsOf(bytes: Uint8Array): Uint8Array {
    const start = this.#padding === 'first_byte' ? 1 : 0;
    return bytes.subarray(start, this.#padding === 'last_byte' ? this.size - 1 : this.size);
  }
}

/** Writes the bits that are kept of each number, up to a byte's worth at once, to `target`, which is all zeros. */
function pack(words: Uint8Array, target: Uint8Array, { bytes, first, count }: Kept): void {
  let to = 0;
  for (let word = 0; word < words.length; word += bytes) {
    for (let bit = first; bit < first + count; ) {
      const take = Math.min(8 - (bit & 7), 8 - (to & 7), first + count - bit);
      const value = (words[word + (bit >> 3)]! >> (bit & 7)) & ((1 << take) - 1);
      target[Math.floor(to / 8)]! |= value << (to & 7);
      bit += take;
      to += take;
    }
  }
}

/** The inverse of `pack`, to `words`, which are all zeros; the sign of signed numbers fills the bits above. */
function unpack(source: Uint8Array, words: Uint8Array, { bytes, first, count, isSigned }: Kept): void {
  let from = 0;
  const last = first + count - 1;
  for (let word = 0; word < words.length; word += bytes) {
    for (let bit = first; bit <= last; ) {
      const take = Math.min(8 - (bit & 7), 8 - (from & 7), last + 1 - bit);
      const value = (source[Math.floor(from / 8)]! >> (from & 7)) & ((1 << take) - 1);
      words[word + (bit >> 3)]! |= value << (bit & 7);
      bit += take;
      from += take;
    }
    const isNegative = isSigned && ((words[word + (last >> 3)]! >> (last & 7)) & 1) === 1;
    if (!isNegative) continue;
    words[word + (last >> 3)]! |= 0xff << ((last & 7) + 1);
    words.fill(0xff, word + (last >> 3) + 1, word + bytes);
  }
}

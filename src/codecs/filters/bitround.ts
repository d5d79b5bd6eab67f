/**
 * `bitround`: numbers of which few bits are kept, rounded to nearest, ties to even. What is rounded away is lost; decoding
 * changes nothing. https://github.com/zarr-developers/zarr-extensions/tree/main/codecs/bitround
 *
 * Of floats, so many bits of the fraction are kept, and rounding carries into the exponent; of integers, so many from the
 * highest one that is set, and those that would leave the type stay below. Only the bits are looked at: what a float
 * means plays no part, so that a NaN can become something else, as it does in numcodecs.
 */
import type { DType } from '../../dtypes/dtype.js';
import type { PackedStorage, Storage } from '../../dtypes/storage.js';
import { CodecError, MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec, CodecDefinition, Filter } from '../codec.js';
import { NamedCodec } from '../named-codec.js';
import { NumcodecFilter, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { packedStorage } from './numbers.js';

const NAME = 'bitround';

/** What the constructors of `BitRoundCodec` and of numcodecs' `BitRound` take. */
export interface BitRoundOptions {
  /** Bits of the fraction of a float, or of an integer, that are kept. */
  readonly keepbits: number;
}

/**
 * The codec that keeps few bits of numbers.
 *
 * @example
 * import { BitRoundCodec } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const codec = new BitRoundCodec({ keepbits: 3 });
 * const array = createArray(new MemoryStore(), { shape: [2], dtype: 'float32', filters: [codec] });
 * array.set(null, [1.2345, 7.77]);
 * array.get().toNested(); // [1.25, 8]
 */
export class BitRoundCodec extends NamedCodec<Filter> {
  readonly kind = 'filter';
  readonly name = NAME;
  /** Bits of the fraction of a float, or of an integer, that are kept: 0 to 64. */
  readonly keepbits: number;
  readonly configuration: Readonly<Record<string, unknown>>;

  constructor(options: BitRoundOptions) {
    super();
    this.keepbits = keepbitsOf(new Options(NAME, options, ['keepbits'], 'BitRoundCodec'));
    this.configuration = Object.freeze({ keepbits: this.keepbits });
    Object.freeze(this);
  }

  toString(): string {
    return `BitRoundCodec(${argumentsText({ keepbits: this.keepbits })})`;
  }

  override resolve(spec: ChunkSpec): this {
    this.bind(spec);
    return this;
  }

  bind(spec: ChunkSpec): Filter {
    const form = formOf(spec.dtype, NAME);
    const fillValue = rounded(spec.fillValue, this.keepbits, form);
    return new BitRoundFilter({ ...spec, fillValue }, this.keepbits, form);
  }
}

/**
 * numcodecs' BitRound: floats of which few bits are kept, rounded to nearest, ties to even. Of other numbers it is read
 * only, as zarrs writes it; the codec that rounds those is `BitRoundCodec`.
 *
 * @example
 * import * as zarr from 'zarr-ts/sync';
 * import { numcodecs } from 'zarr-ts/codecs';
 * const filters = [new numcodecs.BitRound({ keepbits: 3 })];
 * const array = zarr.createArray(undefined, { shape: [3], dtype: 'float32', filters });
 * array.set(':', [1.25, 8, -3]);
 * array.get().toNested(); // [1.25, 8, -3]
 */
export class BitRound extends NumcodecFilter {
  readonly keepbits: number;

  readonly #problem: string | undefined;

  constructor(options: BitRoundOptions, format: 2 | 3 = 3, problem?: string) {
    super(NAME, 'BitRound', options, format);
    this.keepbits = keepbitsOf(new Options(this.name, options, ['keepbits'], 'BitRound'));
    this.#problem = problem;
    Object.freeze(this);
  }

  override get encodeProblem(): string | undefined {
    return this.#problem;
  }

  get members(): Readonly<Record<string, unknown>> {
    return { keepbits: this.keepbits };
  }

  override resolve(spec: ChunkSpec): BitRound {
    this.bind(spec);
    const problem = problemOf(spec.dtype);
    return problem === undefined ? this : new BitRound({ keepbits: this.keepbits }, this.zarrFormat, problem);
  }

  bind(spec: ChunkSpec): Filter {
    const form = formOf(spec.dtype, this.name);
    if (form.fractionWidth !== undefined && this.keepbits > form.fractionWidth) {
      throw new MetadataValidationError(
        `keepbits: expected at most the ${form.fractionWidth} of "${spec.dtype.name}", got ${this.keepbits}`,
        { codec: this.name },
      );
    }
    return new BitRoundFilter(spec, this.keepbits, form, problemOf(spec.dtype));
  }
}

/** Why numcodecs does not round elements of a type; undefined where it does. */
const problemOf = ({ name }: DType): string | undefined =>
  ['float16', 'float32', 'float64'].includes(name)
    ? undefined
    : `numcodecs.bitround: expected elements that are floats of 16 to 64 bits, got "${name}"; "bitround" rounds others too`;

export const bitroundDefinition = Object.freeze<CodecDefinition<BitRoundCodec>>({
  name: NAME,
  aliases: ['https://codec.zarrs.dev/array_to_array/bitround', 'https://codec.zarrs.dev/array_to_bytes/bitround'],
  parse: (configuration) => new BitRoundCodec(Options.given(configuration)),
  asV2: ({ keepbits }) => new BitRound({ keepbits }, 2),
});

export const numcodecsBitRoundDefinition: CodecDefinition<BitRound> = /* @__PURE__ */ numcodecDefinition(
  NAME,
  BitRound,
);

function keepbitsOf(given: Options): number {
  const keepbits = given.integer('keepbits', { minimum: 0, maximum: 64 });
  if (keepbits === undefined) throw given.missing('keepbits');
  return keepbits;
}

/** How the bits of an element are laid out. */
interface Form {
  /** Bits of the fraction of a float; undefined for integers. */
  readonly fractionWidth: number | undefined;
}

/** By the names of floats, and of those that complex numbers are made of. */
const FRACTION_WIDTHS: Readonly<Record<string, number>> = Object.freeze({
  float16: 10,
  float32: 23,
  float64: 52,
  bfloat16: 7,
  complex64: 23,
  complex128: 52,
  complex_float16: 10,
  complex_float32: 23,
  complex_float64: 52,
  complex_bfloat16: 7,
});

const INTEGER = /^u?int(?:8|16|32|64)$/;

function formOf({ name, kind }: DType, codec: string): Form {
  if (Object.hasOwn(FRACTION_WIDTHS, name)) return { fractionWidth: FRACTION_WIDTHS[name] };
  const isTime = kind === 'datetime' || kind === 'timedelta';
  if (INTEGER.test(name) || isTime) return { fractionWidth: undefined };
  throw new MetadataValidationError(`expected elements that are numbers of 8 to 64 bits, got "${name}"`, { codec });
}

class BitRoundFilter implements Filter {
  readonly kind = 'filter';
  readonly encoded: ChunkSpec;
  readonly #keepbits: number;
  readonly #form: Form;
  readonly #problem: string | undefined;

  constructor(encoded: ChunkSpec, keepbits: number, form: Form, problem?: string) {
    this.encoded = encoded;
    this.#keepbits = keepbits;
    this.#form = form;
    this.#problem = problem;
  }

  encode(chunk: NdArray): NdArray {
    if (this.#problem !== undefined) throw new CodecError(this.#problem, { codec: `numcodecs.${NAME}` });
    return new NdArray(chunk.dtype, rounded(packedStorage(chunk), this.#keepbits, this.#form), chunk.shape);
  }

  decode(chunk: NdArray): NdArray {
    return chunk;
  }
}

/** A copy with few bits of each unit kept; the units of complex numbers are their parts. */
function rounded(storage: Storage, keepbits: number, { fractionWidth }: Form): PackedStorage {
  const copy = (storage as PackedStorage).slice(); // Numbers are never in lists.
  if (fractionWidth === undefined) {
    if (copy instanceof BigUint64Array) roundBigIntegers(copy, keepbits);
    else roundIntegers(copy, keepbits);
  } else if (keepbits < fractionWidth) {
    if (copy instanceof BigUint64Array) roundFloats64(copy, BigInt(fractionWidth - keepbits));
    else roundFloats(copy, fractionWidth - keepbits);
  }
  return copy;
}

type Words = Exclude<PackedStorage, BigUint64Array>;

// Typed arrays keep the lowest bits of what they are given: a carry out of the highest is lost.

function roundFloats(words: Words, drop: number): void {
  const half = 2 ** (drop - 1) - 1;
  const mask = -(2 ** drop);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    words[i] = (word + ((word >>> drop) & 1) + half) & mask;
  }
}

function roundFloats64(words: BigUint64Array, drop: bigint): void {
  const half = (1n << (drop - 1n)) - 1n;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    words[i] = ((word + ((word >> drop) & 1n) + half) >> drop) << drop;
  }
}

/** The bits of negative integers count as they are: the highest is set. */
function roundIntegers(words: Words, keepbits: number): void {
  const width = 8 * words.BYTES_PER_ELEMENT;
  const greatest = 2 ** width - 1;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const drop = 32 - Math.clz32(word) - keepbits;
    if (drop <= 0) continue;
    const step = 2 ** drop;
    const odd = Math.floor(word / step) % 2;
    words[i] = Math.floor(Math.min(greatest, word + odd + step / 2 - 1) / step) * step;
  }
}

function roundBigIntegers(words: BigUint64Array, keepbits: number): void {
  const greatest = 2n ** 64n - 1n;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const drop = BigInt(word.toString(2).length - keepbits);
    if (word === 0n || drop <= 0n) continue;
    const sum = word + ((word >> drop) & 1n) + (1n << (drop - 1n)) - 1n;
    words[i] = ((sum > greatest ? greatest : sum) >> drop) << drop;
  }
}

/** `quantize` of numcodecs: floats rounded to a number of decimal digits, by way of as many bits as those need. */
import type { DType } from '../../dtypes/dtype.js';
import { MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec, CodecDefinition, Filter } from '../codec.js';
import { NumcodecFilter, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { argumentsText } from '../python-text.js';
import { dtypeOption, numpyName, numpyText } from './dtype-option.js';
import {
  allocateNumbers,
  type Doubles,
  flatStorage,
  numbersOf,
  rounderOf,
  roundToEven,
  storageOfNumbers,
} from './numbers.js';
import { castChunk, castFill, inFormat, View } from './view.js';

/** What the constructor of `Quantize` takes. */
export interface QuantizeOptions {
  /** Decimal digits after the point; negative ones are before it. */
  readonly digits: number;
  /** The type of the decoded elements, as NumPy writes it; in format 3, that of the chunks unless said. */
  readonly dtype?: string | DType | undefined;
  /** The type of the encoded elements; `dtype` unless said. */
  readonly astype?: string | DType | undefined;
}

/** Beyond it, no power of ten is a float. */
const MOST_DIGITS = 307;

/**
 * numcodecs' Quantize: floats rounded to decimal digits. What it rounds away is lost.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const filter = new numcodecs.Quantize({ digits: 1 });
 * const array = createArray(new MemoryStore(), { shape: [2], dtype: 'float64', filters: [filter] });
 * array.set(null, [1.24, 3.17]);
 * array.get().toNested(); // [1.25, 3.1875]
 */
export class Quantize extends NumcodecFilter {
  readonly digits: number;
  readonly dtype: DType | undefined;
  readonly astype: DType | undefined;
  readonly #options: QuantizeOptions;

  constructor(options: QuantizeOptions, format: 2 | 3 = 3) {
    super('quantize', 'Quantize', options, format);
    const given = new Options(this.name, options, ['digits', 'dtype', 'astype'], 'Quantize');
    const digits = given.integer('digits', { minimum: -MOST_DIGITS, maximum: MOST_DIGITS });
    if (digits === undefined) throw given.missing('digits');
    this.digits = digits;
    this.dtype = dtypeOption(given, 'dtype');
    this.astype = dtypeOption(given, 'astype');
    if (this.dtype === undefined && format === 2) throw given.missing('dtype');
    for (const name of ['dtype', 'astype'] as const) {
      if (this[name] !== undefined && this[name].kind !== 'float') {
        throw given.expected(name, 'a type of floats', given.get(name));
      }
    }
    this.#options = options;
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    const { digits, dtype, astype = dtype } = this;
    return { digits, dtype: dtype && numpyText(dtype), astype: astype && numpyText(astype) };
  }

  override get text(): string {
    const { astype, ...others } = this.members;
    return `Quantize(${argumentsText(others['dtype'] === astype ? others : { ...others, astype })})`;
  }

  /** With the type of the chunks, if it was not said. */
  override resolve(spec: ChunkSpec): Quantize {
    this.bind(spec);
    return this.dtype !== undefined
      ? this
      : new Quantize({ ...this.#options, dtype: numpyName(spec.dtype) }, this.zarrFormat);
  }

  bind(spec: ChunkSpec): Filter {
    const dtype = this.dtype === undefined ? spec.dtype : inFormat(this.dtype, this.zarrFormat);
    if (dtype.kind !== 'float') {
      throw new MetadataValidationError(`expected elements that are floats, got "${dtype.name}"`, { codec: this.name });
    }
    const astype = this.astype === undefined ? dtype : inFormat(this.astype, this.zarrFormat);
    return new QuantizeFilter(new View(spec, dtype, this.name), astype, scaleOf(this.digits));
  }
}

export const numcodecsQuantizeDefinition: CodecDefinition<Quantize> = /* @__PURE__ */ numcodecDefinition(
  'quantize',
  Quantize,
);

/** The power of two of which every multiple is kept: the least that is no coarser than the digits. */
const scaleOf = (digits: number): number => 2 ** Math.ceil(Math.log2(Number(`1e${digits}`)));

class QuantizeFilter implements Filter {
  readonly kind = 'filter';
  readonly encoded: ChunkSpec;
  readonly #view: View;
  readonly #scale: number;

  constructor(view: View, astype: DType, scale: number) {
    const { shape, dtype, fillValue } = view.spec;
    this.encoded = { shape, dtype: astype, fillValue: castFill(fillValue, dtype, astype) };
    this.#view = view;
    this.#scale = scale;
  }

  encode(chunk: NdArray): NdArray {
    const seen = this.#view.of(chunk);
    const { dtype, shape } = seen;
    const numbers = numbersOf(dtype, flatStorage(seen)) as Doubles; // Floats are no bigints.
    const rounded = allocateNumbers(dtype, numbers.length);
    const round = rounderOf(dtype);
    const scale = round(this.#scale);
    for (let i = 0; i < numbers.length; i++) rounded[i] = round(roundToEven(round(scale * numbers[i]!)) / scale);
    return castChunk(new NdArray(dtype, storageOfNumbers(dtype, rounded), shape), this.encoded.dtype);
  }

  decode(chunk: NdArray): NdArray {
    return this.#view.from(castChunk(chunk, this.#view.spec.dtype));
  }
}

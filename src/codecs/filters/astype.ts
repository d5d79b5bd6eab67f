/** `astype` of numcodecs: elements as another type has them, by NumPy's rules, which do not ask what gets lost. */
import type { DType } from '../../dtypes/dtype.js';
import type { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec, CodecDefinition, Filter } from '../codec.js';
import { NumcodecFilter, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { dtypeOption, numpyName, numpyText, requiredDtype } from './dtype-option.js';
import { castChunk, castFill, inFormat, View } from './view.js';

/** What the constructor of `AsType` takes. */
export interface AsTypeOptions {
  /** The type of the encoded elements, as NumPy writes it: `"<f4"`. */
  readonly encode_dtype: string | DType;
  /** The type of the decoded elements; in format 3, that of the chunks unless said. */
  readonly decode_dtype?: string | DType | undefined;
}

/**
 * numcodecs' AsType: elements as another type has them, whatever gets lost.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const filter = new numcodecs.AsType({ encode_dtype: '<f4' });
 * const array = createArray(new MemoryStore(), { shape: [1], dtype: 'float64', filters: [filter] });
 * array.set(null, [0.1]);
 * array.get().toNested(); // [0.10000000149011612]
 */
export class AsType extends NumcodecFilter {
  readonly encodeDtype: DType;
  readonly decodeDtype: DType | undefined;
  readonly #options: AsTypeOptions;

  constructor(options: AsTypeOptions, format: 2 | 3 = 3) {
    super('astype', 'AsType', options, format);
    const given = new Options(this.name, options, ['encode_dtype', 'decode_dtype'], 'AsType');
    this.encodeDtype = requiredDtype(given, 'encode_dtype');
    this.decodeDtype = dtypeOption(given, 'decode_dtype');
    if (this.decodeDtype === undefined && format === 2) throw given.missing('decode_dtype');
    this.#options = options;
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    const { encodeDtype, decodeDtype } = this;
    return { encode_dtype: numpyText(encodeDtype), decode_dtype: decodeDtype && numpyText(decodeDtype) };
  }

  /** With the type of the chunks, if it was not said. */
  override resolve(spec: ChunkSpec): AsType {
    this.bind(spec);
    return this.decodeDtype !== undefined
      ? this
      : new AsType({ ...this.#options, decode_dtype: numpyName(spec.dtype) }, this.zarrFormat);
  }

  bind(spec: ChunkSpec): Filter {
    const decoded = this.decodeDtype === undefined ? spec.dtype : inFormat(this.decodeDtype, this.zarrFormat);
    return new AsTypeFilter(new View(spec, decoded, this.name), inFormat(this.encodeDtype, this.zarrFormat));
  }
}

export const numcodecsAsTypeDefinition: CodecDefinition<AsType> = /* @__PURE__ */ numcodecDefinition('astype', AsType);

class AsTypeFilter implements Filter {
  readonly kind = 'filter';
  readonly encoded: ChunkSpec;
  readonly #view: View;

  constructor(view: View, encoded: DType) {
    const { shape, dtype, fillValue } = view.spec;
    this.encoded = { shape, dtype: encoded, fillValue: castFill(fillValue, dtype, encoded) };
    this.#view = view;
  }

  encode(chunk: NdArray): NdArray {
    return castChunk(this.#view.of(chunk), this.encoded.dtype);
  }

  decode(chunk: NdArray): NdArray {
    return this.#view.from(castChunk(chunk, this.#view.spec.dtype));
  }
}

/** `categorize` of numcodecs: strings as their place among labels, from 1 on; any other string is 0, and comes back empty. */
import type { DType } from '../../dtypes/dtype.js';
import { UInt8 } from '../../dtypes/integers.js';
import { parseNumpyType } from '../../dtypes/numpy-type.js';
import type { Storage } from '../../dtypes/storage.js';
import { MetadataValidationError } from '../../errors.js';
import { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec, CodecDefinition, Filter } from '../codec.js';
import { NumcodecFilter, numcodecDefinition } from '../numcodec.js';
import { Options } from '../options.js';
import { pythonText } from '../python-text.js';
import { dtypeOption, numpyText } from './dtype-option.js';
import { flatStorage } from './numbers.js';

/** What the constructor of `Categorize` takes. */
export interface CategorizeOptions {
  /** The strings that are told apart, in the order of their numbers. */
  readonly labels: readonly string[];
  /** The type of the strings, as NumPy writes it: `"<U10"`, or `"|O"` for strings of any length. */
  readonly dtype: string;
  /** The type of the encoded numbers; `"u1"` unless said. */
  readonly astype?: string | DType | undefined;
}

/**
 * numcodecs' Categorize: strings as their place among labels. One that is no label comes back empty.
 *
 * @example
 * import { numcodecs } from 'zarr-ts/codecs';
 * import { MemoryStore } from 'zarr-ts/storage';
 * import { createArray } from 'zarr-ts/sync';
 *
 * const filter = new numcodecs.Categorize({ labels: ['x', 'y'], dtype: '|O' });
 * const array = createArray(new MemoryStore(), { shape: [3], dtype: 'string', filters: [filter], zarrFormat: 2 });
 * array.set(null, ['y', 'x', 'other']);
 * array.get().toNested(); // ['y', 'x', '']
 */
export class Categorize extends NumcodecFilter {
  readonly labels: readonly string[];
  /** The type of the strings, as NumPy writes it. */
  readonly dtype: string;
  readonly astype: DType;

  constructor(options: CategorizeOptions, format: 2 | 3 = 3) {
    super('categorize', 'Categorize', options, format);
    const given = new Options(this.name, options, ['labels', 'dtype', 'astype'], 'Categorize');
    const labels = given.get('labels');
    if (labels === undefined) throw given.missing('labels');
    if (!Array.isArray(labels) || !labels.every((label) => typeof label === 'string')) {
      throw given.expected('labels', 'a list of strings', labels);
    }
    this.labels = Object.freeze([...labels]);
    this.dtype = stringsText(given);
    this.astype = dtypeOption(given, 'astype') ?? new UInt8();
    if (!['int', 'uint', 'float', 'bool'].includes(this.astype.kind)) {
      throw given.expected('astype', 'a type of numbers', numpyText(this.astype));
    }
    Object.freeze(this);
  }

  get members(): Readonly<Record<string, unknown>> {
    return { labels: this.labels, dtype: this.dtype, astype: numpyText(this.astype) };
  }

  override get text(): string {
    const shown = this.labels.slice(0, 3).map(pythonText);
    const labels = `[${[...shown, ...(this.labels.length > 3 ? ['...'] : [])].join(', ')}]`;
    return `Categorize(dtype='${this.dtype}', astype='${numpyText(this.astype)}', labels=${labels})`;
  }

  override resolve(spec: ChunkSpec): this {
    if (spec.dtype.kind === 'string') return this;
    throw new MetadataValidationError(`expected elements that are strings, got "${spec.dtype.name}"`, {
      codec: this.name,
    });
  }

  bind(spec: ChunkSpec): Filter {
    this.resolve(spec);
    return new CategorizeFilter(spec, this.labels, this.astype);
  }
}

export const numcodecsCategorizeDefinition: CodecDefinition<Categorize> = /* @__PURE__ */ numcodecDefinition(
  'categorize',
  Categorize,
);

/** The option `dtype`, with the byte order that NumPy prints. */
function stringsText(given: Options): string {
  const value = given.get('dtype');
  if (value === undefined) throw given.missing('dtype');
  const name = value === 'object' ? 'O' : value;
  const numpy = typeof name === 'string' ? parseNumpyType(name) : undefined;
  if (numpy?.kind === 'O') return '|O';
  if (numpy?.kind !== 'U') throw given.expected('dtype', 'a type of strings, such as "<U10" or "|O"', value);
  return `${numpy.endianness === 'big' ? '>' : '<'}${numpy.code}`;
}

class CategorizeFilter implements Filter {
  readonly kind = 'filter';
  readonly encoded: ChunkSpec;
  readonly #spec: ChunkSpec;
  readonly #labels: readonly string[];
  /** The number of each label. Where one is listed twice, the later place counts. */
  readonly #codes: ReadonlyMap<unknown, number>;

  constructor(spec: ChunkSpec, labels: readonly string[], astype: DType) {
    this.#spec = spec;
    this.#labels = labels;
    this.#codes = new Map(labels.map((label, index) => [label, index + 1]));
    this.encoded = { shape: spec.shape, dtype: astype, fillValue: this.#encoded(spec.fillValue, 1, astype) };
  }

  encode(chunk: NdArray): NdArray {
    const { dtype } = this.encoded;
    return new NdArray(dtype, this.#encoded(flatStorage(chunk), chunk.size, dtype), chunk.shape);
  }

  /** Throws `CastError` for more labels than the type has numbers. */
  #encoded(strings: Storage, count: number, astype: DType): Storage {
    const { dtype } = this.#spec;
    const codes = astype.allocate(count);
    for (let i = 0; i < count; i++) astype.set(codes, i, this.#codes.get(dtype.get(strings, i)) ?? 0, 'exact');
    return codes;
  }

  decode(chunk: NdArray): NdArray {
    const { dtype, shape } = this.#spec;
    const codes = flatStorage(chunk);
    const strings = dtype.allocate(chunk.size);
    for (let i = 0; i < chunk.size; i++) {
      const label = this.#labels[Number(chunk.dtype.get(codes, i)) - 1];
      if (label !== undefined) dtype.set(strings, i, label, 'unsafe');
    }
    return new NdArray(dtype, strings, shape);
  }
}

/**
 * Chunks seen as elements of another type, as NumPy's `view` does: the same bytes. The filters of numcodecs say which type
 * they take, and take whatever they get as that.
 */
import type { DType } from '../../dtypes/dtype.js';
import { dtypeFromV3 } from '../../dtypes/registry.js';
import { bytesOfStorage, isPacked, type Storage } from '../../dtypes/storage.js';
import { UnknownDType } from '../../dtypes/unknown.js';
import { MetadataValidationError } from '../../errors.js';
import { castElements } from '../../ndarray/cast.js';
import { NdArray } from '../../ndarray/ndarray.js';
import type { ChunkSpec } from '../codec.js';
import { packedStorage } from './numbers.js';

/** Chunks of one spec, and the same memory as elements of another type. */
export class View {
  readonly #spec: ChunkSpec;
  /** The chunks as they are seen. */
  readonly spec: ChunkSpec;
  readonly #isSame: boolean;

  /** Throws `MetadataValidationError` if chunks of `spec` cannot be seen as elements of `dtype`. */
  constructor(spec: ChunkSpec, dtype: DType, codec: string) {
    this.#spec = spec;
    const isOrdered = dtype.hasByteOrder && spec.dtype.endianness !== dtype.endianness;
    this.#isSame = spec.dtype.isSameInMemory(dtype) && !isOrdered;
    this.spec = this.#isSame ? { ...spec, dtype } : viewedSpec(spec, dtype, codec);
  }

  /** `chunk` as it is seen. */
  of(chunk: NdArray): NdArray {
    return this.#isSame ? chunk : reinterpreted(chunk, this.spec);
  }

  /** The chunk that is seen as `chunk`. */
  from(chunk: NdArray): NdArray {
    return this.#isSame ? chunk : reinterpreted(chunk, this.#spec);
  }
}

/** `dtype` for a chunk in memory: in format 3 byte orders are the `bytes` codec's alone. */
export const inFormat = (dtype: DType, format: 2 | 3): DType =>
  format === 2 ? dtype : dtypeFromV3(dtype.toMetadata(3));

/** `chunk` as NumPy's `astype` makes it one of `dtype`; the same memory where that is the same. */
export function castChunk(chunk: NdArray, dtype: DType): NdArray {
  const { shape, storage, strides, offset } = chunk;
  if (chunk.dtype.isSameInMemory(dtype)) return new NdArray(dtype, storage, shape, strides, offset);
  return new NdArray(dtype, castElements(chunk, dtype, 'unsafe'), shape);
}

/** One element of `from` as NumPy's `astype` makes it one of `to`. */
export function castFill(fillValue: Storage, from: DType, to: DType): Storage {
  if (from.isSameInMemory(to)) return fillValue;
  return castElements(new NdArray(from, fillValue, []), to, 'unsafe');
}

function viewedSpec(spec: ChunkSpec, dtype: DType, codec: string): ChunkSpec {
  const { itemSize } = spec.dtype;
  const failed = (): MetadataValidationError =>
    new MetadataValidationError(`"${spec.dtype.name}" of shape (${spec.shape}) cannot be seen as "${dtype.name}"`, {
      codec,
    });
  if (itemSize === undefined || dtype.itemSize === undefined || spec.dtype instanceof UnknownDType) throw failed();
  const fillValue = dtype.defaultFillValue();
  if (itemSize === dtype.itemSize) {
    return { shape: spec.shape, dtype, fillValue: reinterpretedStorage(spec.fillValue, spec.dtype, dtype) };
  }
  const last = spec.shape.at(-1);
  if (last === undefined || (last * itemSize) % dtype.itemSize !== 0) throw failed();
  return { shape: [...spec.shape.slice(0, -1), (last * itemSize) / dtype.itemSize], dtype, fillValue };
}

const reinterpreted = (chunk: NdArray, { dtype, shape }: ChunkSpec): NdArray =>
  new NdArray(dtype, reinterpretedStorage(packedStorage(chunk), chunk.dtype, dtype), shape);

/** The bytes that format 2 has for elements of `from`, as elements of `to`. */
function reinterpretedStorage(storage: Storage, from: DType, to: DType): Storage {
  if (!isPacked(storage)) return to.defaultFillValue(); // `viewedSpec` has refused the types without an item size.
  return to.view(to.swapped(from.swapped(bytesOfStorage(storage), 'declared'), 'declared'));
}

/**
 * An array in memory: a strided view of storage, with the data type that gives the bits their meaning.
 */
import type { DType } from '../dtypes/dtype.js';
import type { Storage } from '../dtypes/storage.js';
import type { DataOf } from '../dtypes/types.js';
import { type Shape, stridesOf } from './shape.js';
import type { Strided } from './strided.js';

export class NdArray<D extends string = any> implements Strided {
  readonly dtype: DType<D>;
  readonly storage: Storage;
  readonly itemUnits: number;
  readonly shape: Shape;
  /** Steps, in elements, from one index to the next of each axis. */
  readonly strides: readonly number[];
  /** Where in `data` the element with all indices 0 is. */
  readonly offset: number;
  #data: DataOf<D> | undefined;

  constructor(dtype: DType<D>, storage: Storage, shape: Shape, strides: readonly number[] = stridesOf(shape), offset = 0) {
    this.dtype = dtype;
    this.storage = storage;
    this.itemUnits = dtype.unitsPerItem;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
  }

  /** The elements, in the data type's own class. Made when first asked for: moving chunks does not need it. */
  get data(): DataOf<D> {
    this.#data ??= this.dtype.wrap(this.storage);
    return this.#data;
  }

  /** The name that scijs and zarrita read. */
  get stride(): readonly number[] {
    return this.strides;
  }
}

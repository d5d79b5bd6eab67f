/**
 * An array in memory: a strided view of storage, with the data type that gives the bits their meaning.
 *
 * Views share their storage: `slice`, `transpose` and, where strides can express it, `reshape` move nothing. The
 * constructor is called for every chunk: it looks at the class of the storage, and keeps what it is given.
 */
import { described } from '../described.js';
import { type Casting, DType } from '../dtypes/dtype.js';
import { parseDtype } from '../dtypes/registry.js';
import { isPacked, isStorageOf, type Storage, storageName, typedArrayName } from '../dtypes/storage.js';
import type { DataOf, DTypeSpec, NameOf, ScalarOf } from '../dtypes/types.js';
import { ArgumentError, SelectionError } from '../errors.js';
import { INSPECT } from '../inspect.js';
import { checkOptions, isGiven } from '../options.js';
import { castElements, castingOf, isSameType } from './cast.js';
import { copy } from './copy.js';
import { haveEqualValues } from './equal.js';
import { fieldOf, standalone } from './field.js';
import { formatArray } from './format.js';
import { jsonValue } from './json-value.js';
import { reshapedStrides, resolveShape } from './reshape.js';
import { type Shape, shapeText, sizeOf, stridesOf } from './shape.js';
import { type BasicSelection, type Index, indexOn, runsOf } from './slice.js';
import { isContiguous, positionsOf, type Strided, viewOf } from './strided.js';

/** Lists in lists, one level per axis. */
export type Nested<T> = T | Nested<T>[];

/** How `astype` casts: each value kept exactly unless said. */
export interface AstypeOptions {
  /** `"unsafe"` casts as NumPy does; by default each value must be kept exactly. */
  readonly casting?: Casting | undefined;
}

/**
 * An array in memory.
 *
 * @example
 * const a = ndarray([[1, 2, 3], [4, 5, 6]]);
 * a.get(1, -1); // 6
 * a.slice(':, ::-1').toNested(); // [[3, 2, 1], [6, 5, 4]]
 */
export class NdArray<D extends string = any> implements Strided {
  /** The type of the elements. */
  readonly dtype: DType<D>;
  /** The memory under `data`, as unsigned integers or a list. */
  readonly storage: Storage;
  /** Units of `storage` per element. */
  readonly itemUnits: number;
  /** Lengths of the axes. */
  readonly shape: Shape;
  /** Steps, in elements, from one index to the next of each axis. */
  readonly strides: readonly number[];
  /** Where in `data` the element with all indices 0 is. */
  readonly offset: number;
  #data: { readonly elements: DataOf<D> } | undefined;

  /** Throws `ArgumentError` for storage that is not of the data type; `ndarray` takes typed arrays of elements. */
  constructor(
    dtype: DType<D>,
    storage: Storage,
    shape: Shape,
    strides: readonly number[] = stridesOf(shape),
    offset = 0,
  ) {
    if (!isStorageOf(dtype.storageUnit, storage)) throw unfit(dtype, storage);
    this.dtype = dtype;
    this.storage = storage;
    this.itemUnits = dtype.unitsPerItem;
    this.shape = shape;
    this.strides = strides;
    this.offset = offset;
  }

  /** The elements, in the data type's own class. Made when first asked for: moving chunks does not need it. */
  get data(): DataOf<D> {
    this.#data ??= { elements: this.dtype.wrap(this.storage) };
    return this.#data.elements;
  }

  /** The name of `strides` that scijs and zarrita read. */
  get stride(): readonly number[] {
    return this.strides;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** The number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** The element at an index per axis; negative ones count from the end. */
  get(...index: readonly Index[]): ScalarOf<D> {
    return this.dtype.get(this.storage, this.#positionOf(index));
  }

  /** Stores `value`, which the data type must be able to hold exactly, at an index per axis. */
  set(index: Index | readonly Index[], value: unknown): void {
    const position = this.#positionOf(typeof index === 'object' && index !== null ? index : [index]);
    this.dtype.set(this.storage, position, value, 'exact');
  }

  #positionOf(index: readonly Index[]): number {
    const { shape, strides } = this;
    if (index.length !== shape.length) {
      throw new SelectionError(`expected ${shape.length} indices, one for each axis, got ${index.length}`);
    }
    let position = this.offset;
    for (let axis = 0; axis < shape.length; axis++) {
      position += indexOn(index[axis]!, shape[axis]!, axis) * strides[axis]!;
    }
    return position;
  }

  /** The value of an array of one element. */
  item(): ScalarOf<D> {
    if (this.size !== 1) throw new ArgumentError(`item(): expected one element, got shape ${shapeText(this.shape)}`);
    return this.dtype.get(this.storage, this.offset);
  }

  /** The values as lists in lists; of an array without axes, its value. */
  toNested(): Nested<ScalarOf<D>> {
    const { dtype, storage, shape, strides } = this;
    const nest = (axis: number, position: number): Nested<ScalarOf<D>> => {
      if (axis === shape.length) return dtype.get(storage, position);
      return Array.from({ length: shape[axis]! }, (_, i) => nest(axis + 1, position + i * strides[axis]!));
    };
    return nest(0, this.offset);
  }

  /** The elements in C order, and nothing else in their memory: `data` itself where it is that, or a copy. */
  toFlat(): DataOf<D> {
    const { storage } = this;
    const isExact = isContiguous(this) && this.offset === 0 && storage.length === this.size * this.itemUnits;
    const isAlone = !isPacked(storage) || storage.byteLength === storage.buffer.byteLength;
    return isExact && isAlone ? this.data : packedCopy(this).data;
  }

  /**
   * The field `name` of an array of structs: a view, writes to which change the structs. Only its `data` is a copy where
   * the field's place in the structs is not one that a typed array can have.
   *
   * @throws SelectionError if there is no such field.
   * @example
   * const points = ndarray([{ x: 1, y: 2 }, { x: 3, y: 4 }], { dtype: [['x', '<i2'], ['y', '<f8']] });
   * points.field('y').toNested(); // [2, 4]
   * points.field('y').set(0, 9);
   * points.get(0).y; // 9
   */
  field(name: string): NdArray {
    const { dtype, storage, strides, offset } = fieldOf(this, name);
    return new NdArray(dtype, storage, this.shape, strides, offset);
  }

  /** The part that `selection` means, as a view; an index drops its axis. */
  slice(selection: BasicSelection): NdArray<D> {
    const { runs, dropped } = runsOf(selection, this.shape);
    const { shape, strides, offset } = viewOf(this, runs);
    const isKept = (_: unknown, axis: number): boolean => !dropped.includes(axis);
    return new NdArray(this.dtype, this.storage, shape.filter(isKept), strides.filter(isKept), offset);
  }

  /** A view with the axes in another order: `axes[i]` is the one that becomes axis `i`; reversed if not given. */
  transpose(axes?: readonly number[]): NdArray<D> {
    const rank = this.shape.length;
    if (isGiven(axes) && !Array.isArray(axes)) {
      throw new ArgumentError(`transpose: expected a list of ${rank} axes, got ${described(axes)}`);
    }
    const wrong = axes?.find((axis) => !Number.isInteger(axis));
    if (wrong !== undefined) throw new ArgumentError(`transpose: expected axes, got ${described(wrong)}`);
    const order = isGiven(axes)
      ? axes.map((axis) => (axis < 0 ? axis + rank : axis))
      : this.shape.map((_, axis) => rank - 1 - axis);
    if (order.length !== rank || this.shape.some((_, axis) => !order.includes(axis))) {
      throw new ArgumentError(`transpose: expected each of ${rank} axes once, got ${shapeText(axes ?? order)}`);
    }
    const shape = order.map((axis) => this.shape[axis]!);
    const strides = order.map((axis) => this.strides[axis]!);
    return new NdArray(this.dtype, this.storage, shape, strides, this.offset);
  }

  /** The elements, in C order, in another shape; one length may be -1. A view where strides allow it, or a copy. */
  reshape(shape: number | Shape): NdArray<D> {
    const resolved = resolveShape(typeof shape === 'number' ? [shape] : shape, this.shape);
    const strides = reshapedStrides(this, resolved);
    if (strides) return new NdArray(this.dtype, this.storage, resolved, strides, this.offset);
    return new NdArray(this.dtype, packedCopy(this).storage, resolved);
  }

  /**
   * A copy in another data type. Each value must be kept exactly, save that floats may round to a narrower float;
   * `{ casting: 'unsafe' }` casts as NumPy does.
   */
  astype<const Spec extends DTypeSpec>(dtype: Spec, options: AstypeOptions = {}): NdArray<NameOf<Spec>> {
    checkOptions(options, ['casting'], 'astype');
    const target = parseDtype(dtype);
    return new NdArray(target, castElements(this, target, castingOf(options.casting)), this.shape);
  }

  /** Whether `other` is an `NdArray` of the same data type, shape and values; a NaN equals a NaN. */
  equals(other: unknown): boolean {
    return (
      other instanceof NdArray &&
      isSameType(this.dtype.standalone, other.dtype.standalone) &&
      haveEqualValues(standalone(this), standalone(other))
    );
  }

  /** The values, in C order. */
  *[Symbol.iterator](): Generator<ScalarOf<D>, void, undefined> {
    for (const position of positionsOf(this)) yield this.dtype.get(this.storage, position);
  }

  /** As NumPy's `str`: nested brackets, columns aligned, long arrays summarised. */
  toString(): string {
    return formatArray(standalone(this));
  }

  /**
   * What `JSON.stringify` writes: the values as `toNested` has them, in terms of JSON. Integers that a double does not
   * hold become strings, as do NaN and the infinities, by the names that Zarr's metadata has for them; byte strings
   * become lists of numbers.
   *
   * @example
   * JSON.stringify(ndarray([1n, 2n ** 60n])); // '[1,"1152921504606846976"]'
   */
  toJSON(): unknown {
    return jsonValue(this.toNested());
  }

  /** What consoles show: data type, shape, and the values as text. */
  [INSPECT](): string {
    return `NdArray ${this.dtype.name} ${shapeText(this.shape)}\n${this}`;
  }
}

/** `array` where its elements lie one behind the other in C order, or else a packed copy. */
export const contiguous = <D extends string>(array: NdArray<D>): NdArray<D> =>
  isContiguous(array) ? array : packedCopy(array);

function packedCopy<D extends string>(array: NdArray<D>): NdArray<D> {
  const source = standalone(array);
  const dtype: DType<D> = array.dtype.standalone;
  const packed = new NdArray(dtype, dtype.allocate(array.size), array.shape);
  copy(source, packed);
  return packed;
}

function unfit(dtype: unknown, storage: unknown): ArgumentError {
  if (!(dtype instanceof DType)) return new ArgumentError(`dtype: expected a DType, got ${described(dtype)}`);
  const found = typedArrayName(storage);
  return new ArgumentError(
    `storage: expected ${storageName(dtype.storageUnit)} for "${dtype.name}", got ` +
      `${found ?? described(storage)}; ndarray() takes arrays of elements`,
  );
}

/**
 * From whatever users hold values in to an `NdArray`.
 *
 * Typed arrays, element classes, `NdArray`s and objects with data and shape (zarrita's chunks, scijs's ndarrays) keep
 * their data type and their memory. Scalars and lists in lists are read value by value, and their data type follows
 * from the values: numbers are float64, bigints int64, booleans bool, strings string, `Uint8Array`s bytes.
 */
import { described } from '../described.js';
import type { Casting, DType } from '../dtypes/dtype.js';
import { Optional } from '../dtypes/optional.js';
import { dtypeOfData, parseDtype } from '../dtypes/registry.js';
import { type Storage, typedArrayName } from '../dtypes/storage.js';
import { SubArray } from '../dtypes/sub-array.js';
import type { Complex, DTypeSpec, NameOf } from '../dtypes/types.js';
import { ArgumentError, ZarrError } from '../errors.js';
import { checkOptions, inspected, isGiven } from '../options.js';
import { castElements, isSameType, storageOfValues } from './cast.js';
import { NdArray } from './ndarray.js';
import { type Flattened, flatten, placeText } from './nested.js';
import { indicesAt, type Shape, sizeOf, stridesOf } from './shape.js';
import { checkView } from './strided.js';

/** What `ndarray` takes. */
export interface NdArrayOptions {
  /** Another shape for the same values; one length may be -1. */
  readonly shape?: number | Shape | undefined;
}

/** The data type that values of type `T` are given. */
export type InferredName<T> = unknown extends T
  ? any
  : [T] extends [never]
    ? 'float64'
    : T extends NdArray<infer D>
      ? D
      : T extends Uint8Array
        ? 'uint8'
        : T extends { readonly data: infer Data; readonly shape: Shape }
          ? InferredName<Data>
          : InferredElement<T>;

type InferredElement<T> = T extends number
  ? 'float64'
  : T extends bigint
    ? 'int64'
    : T extends boolean
      ? 'bool'
      : T extends string
        ? 'string'
        : T extends Uint8Array
          ? 'bytes'
          : T extends readonly (infer Item)[]
            ? [Item] extends [never]
              ? 'float64'
              : InferredElement<Item>
            : T extends Float32Array
              ? 'float32'
              : T extends Float64Array
                ? 'float64'
                : T extends Int8Array
                  ? 'int8'
                  : T extends Int16Array
                    ? 'int16'
                    : T extends Int32Array
                      ? 'int32'
                      : T extends Uint16Array
                        ? 'uint16'
                        : T extends Uint32Array
                          ? 'uint32'
                          : T extends BigInt64Array
                            ? 'int64'
                            : T extends BigUint64Array
                              ? 'uint64'
                              : any;

/**
 * An array in memory of `data`: a value, lists in lists, a typed array, or anything with data and shape. What has a data
 * type and keeps it is not copied.
 *
 * @example
 * ndarray([[1, 2], [3, 4]], { dtype: 'int32' }).data; // Int32Array.of(1, 2, 3, 4)
 * ndarray(new Float32Array(12), { shape: [3, -1] }).shape; // [3, 4]
 */
export function ndarray<const Spec extends DTypeSpec>(
  data: unknown,
  options: NdArrayOptions & {
    /** The type of the elements. */
    readonly dtype: Spec;
  },
): NdArray<NameOf<Spec>>;
export function ndarray<const T>(
  data: T,
  options?: NdArrayOptions & {
    /** By default what the values are. */
    readonly dtype?: undefined;
  },
): NdArray<InferredName<T>>;
export function ndarray(
  data: unknown,
  options: NdArrayOptions & { readonly dtype?: DTypeSpec | undefined } = {},
): NdArray {
  checkOptions(options, ['shape', 'dtype'], 'ndarray');
  const { dtype: wanted, shape } = options ?? {};
  const dtype = isGiven(wanted) ? parseDtype(wanted) : undefined;
  let array = inspected('data', () => arrayOfData(data, dtype) ?? arrayOfValues(data, dtype));
  const target = dtype ?? array.dtype.standalone;
  if (!isSameType(array.dtype, target)) {
    array = new NdArray(target, castElements(array, target, 'exact'), array.shape);
  }
  return isGiven(shape) ? array.reshape(shape) : array;
}

/**
 * The array that `data` holds already, in the same memory: an `NdArray`, a typed array, or an object with data and
 * shape. Undefined for values and lists of them. `preferred` is tried first where memory can be of several types.
 */
export function arrayOfData(data: unknown, preferred: DType | undefined): NdArray | undefined {
  if (data instanceof NdArray) return data;
  const elements = elementsOf(data, preferred);
  if (elements !== undefined) {
    return new NdArray(elements.dtype, elements.storage, [elements.storage.length / elements.dtype.unitsPerItem]);
  }
  if (typeof data !== 'object' || data === null || !('data' in data && 'shape' in data)) return undefined;
  return arrayOfView(data, preferred);
}

interface Elements {
  readonly dtype: DType;
  readonly storage: Storage;
}

/** A typed array or an instance of an element class as storage. */
function elementsOf(data: unknown, preferred: DType | undefined): Elements | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  for (const dtype of [preferred, dtypeOfData(data)]) {
    const storage = dtype?.unwrap(data);
    if (dtype !== undefined && storage !== undefined) return { dtype, storage };
  }
  return undefined;
}

interface View {
  readonly data: unknown;
  readonly shape: unknown;
  readonly stride?: unknown;
  readonly strides?: unknown;
  readonly offset?: unknown;
  readonly dtype?: unknown;
}

function arrayOfView(view: View, preferred: DType | undefined): NdArray {
  const { data, offset = 0 } = view;
  const shape = integersOf(view.shape, 'shape');
  const strides = integersOf(view.strides ?? view.stride ?? stridesOf(shape), 'strides');
  if (typeof offset !== 'number') throw new ArgumentError(`offset: expected an integer, got ${described(offset)}`);
  const elements =
    elementsOf(data, dtypeNamed(view.dtype)) ?? elementsOf(data, preferred) ?? elementsOfList(data, preferred);
  const array = new NdArray(elements.dtype, elements.storage, shape, strides, offset);
  checkView(array);
  return array;
}

function integersOf(list: unknown, name: string): number[] {
  const numbers = isIterable(list) ? [...list] : undefined;
  if (numbers?.every(Number.isSafeInteger)) return numbers as number[]; // Only numbers are safe integers.
  throw new ArgumentError(`${name}: expected a list of integers, got ${described(list)}`);
}

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.iterator in value;

/** The type that another library's array says it has, if it is one of ours: scijs has `"generic"` and others besides. */
function dtypeNamed(name: unknown): DType | undefined {
  if (typeof name !== 'string') return undefined;
  try {
    return parseDtype(name);
  } catch (error) {
    if (error instanceof ZarrError) return undefined;
    throw error;
  }
}

/** A flat list of values, or one of another library's element classes, which iterate. */
function elementsOfList(data: unknown, preferred: DType | undefined): Elements {
  if (!isIterable(data)) throw new ArgumentError('data: expected a typed array or a list of values');
  const values = [...data];
  const flattened = { shape: [values.length], values };
  const dtype = preferred ?? dtypeOfValues(flattened);
  return { dtype, storage: storageOfValues(values, dtype, flattened.shape, 'exact') };
}

/** An array of the values that `data`, a value or lists in lists, consists of; their data type if none is given. */
export function arrayOfValues(data: unknown, dtype: DType | undefined, casting: Casting = 'exact'): NdArray {
  const hasByteStrings = dtype === undefined || holdsBytes(dtype);
  const listed = flatten(data, (item) => rowsOf(item, hasByteStrings));
  const flattened = dtype instanceof SubArray ? arraysOf(listed, dtype) : listed;
  const { shape } = flattened;
  const values = flattened.values.map((value) => (value instanceof NdArray ? value.item() : value)); // Of rank 0.
  const type = dtype ?? dtypeOfRows(data) ?? dtypeOfValues({ shape, values });
  return new NdArray(type, storageOfValues(values, type, shape, casting), shape);
}

/** Whether values are bytes, or what holds bytes. */
export function holdsBytes(dtype: DType): boolean {
  if (dtype instanceof Optional) return holdsBytes(dtype.dtype);
  return dtype.kind === 'bytes' || (dtype instanceof SubArray && holdsBytes(dtype.element));
}

/** Of values in lists, the innermost of which are the elements: lists of the elements' shape, or values where there are none. */
function arraysOf({ shape, values }: Flattened, dtype: SubArray): Flattened {
  const rank = shape.length - dtype.shape.length;
  const isElement = rank >= 0 && dtype.shape.every((length, axis) => length === shape[rank + axis]);
  if (!isElement) return { shape, values };
  const size = sizeOf(dtype.shape);
  const count = values.length / size;
  return {
    shape: shape.slice(0, rank),
    values: Array.from({ length: count }, (_, at) => nestedOf(values.slice(at * size, (at + 1) * size), dtype.shape)),
  };
}

/** `values` in lists in lists of `shape`. */
function nestedOf(values: readonly unknown[], [length = 1, ...inner]: Shape): readonly unknown[] {
  if (inner.length === 0) return values;
  const size = values.length / length;
  return Array.from({ length }, (_, at) => nestedOf(values.slice(at * size, (at + 1) * size), inner));
}

function rowsOf(item: unknown, hasByteStrings: boolean): ArrayLike<unknown> | undefined {
  if (item instanceof NdArray) {
    const nested = item.toNested();
    return Array.isArray(nested) ? nested : undefined;
  }
  if (Array.isArray(item)) return item;
  const name = typedArrayName(item);
  if (name === undefined || (name === 'Uint8Array' && hasByteStrings)) return undefined;
  return item as ArrayLike<unknown>; // It is a typed array.
}

/** The data type that all arrays in `data`, a list of arrays, have. */
function dtypeOfRows(data: unknown): DType | undefined {
  if (data instanceof NdArray) return data.dtype.standalone;
  if (!Array.isArray(data)) return typedArrayName(data) === 'Uint8Array' ? undefined : dtypeOfData(data);
  const dtype = dtypeOfRows(data[0]);
  if (dtype === undefined) return undefined;
  const isCommon = data.every((row) => {
    const other = dtypeOfRows(row);
    return other !== undefined && isSameType(dtype, other);
  });
  return isCommon ? dtype : undefined;
}

/** The data type of values without one. */
function dtypeOfValues({ shape, values }: Flattened): DType {
  const first = new Map<string, number>();
  values.forEach((value, position) => {
    const name = nameOfValue(value);
    if (name === undefined) throw unsuitable(shape, position, value);
    if (!first.has(name)) first.set(name, position);
  });
  if (first.size === 2 && first.has('float64') && first.has('complex128')) first.delete('float64');
  const [name = 'float64', other] = [...first.keys()];
  if (other === undefined) return parseDtype(name);
  const place = (type: string): string => placeText(indicesAt(shape, first.get(type)!));
  const mixed = `data mixes values of ${name} (${place(name)}) and of ${other} (${place(other)})`;
  const isMixedIntegers = first.has('float64') && first.has('int64');
  const reason = isMixedIntegers ? ': float64 cannot hold every bigint, nor int64 every number' : '';
  throw new ArgumentError(`${mixed}${reason}; give a dtype, or values of one kind`);
}

function nameOfValue(value: unknown): string | undefined {
  switch (typeof value) {
    case 'number':
      return 'float64';
    case 'bigint':
      return 'int64';
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    default:
      if (typedArrayName(value) === 'Uint8Array') return 'bytes';
      return isComplex(value) ? 'complex128' : undefined;
  }
}

const isComplex = (value: unknown): value is Complex =>
  typeof value === 'object' && value !== null && 're' in value && 'im' in value;

function unsuitable(shape: Shape, position: number, value: unknown): ArgumentError {
  const place = placeText(indicesAt(shape, position));
  return new ArgumentError(
    `${place}: expected a number, bigint, boolean, string or Uint8Array, got ${described(value)}; give a dtype`,
  );
}

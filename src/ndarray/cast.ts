/**
 * Casting elements from one data type to another, by value.
 *
 * `'exact'` keeps each value or throws a `CastError` that names it and its index; only floats may round to a narrower
 * float. `'unsafe'` does as NumPy: truncation, modulo. Integers of at most 32 bits, float32, float64 and bool go in
 * blocks through float64, which holds them all: so a few loops over one type serve all pairs. 64-bit integers join them
 * where they are small enough; all else goes value by value.
 */
import { described } from '../described.js';
import type { Casting, DType } from '../dtypes/dtype.js';
import { SmallFloat } from '../dtypes/small-floats.js';
import { SmallInteger } from '../dtypes/small-integers.js';
import type { Storage } from '../dtypes/storage.js';
import { atField, Struct } from '../dtypes/struct.js';
import { ArgumentError, CastError } from '../errors.js';
import { countHeld, isSmallNumber, readSmall, writeSmall } from './cast-small.js';
import { isTime, timeCast } from './cast-time.js';
import { copy } from './copy.js';
import { castFields, standalone, type Typed } from './field.js';
import { indicesAt, type Shape, sizeOf, stridesOf } from './shape.js';
import { isContiguous, type Strided } from './strided.js';

export type { Typed } from './field.js';

/** Whether elements of the two types are the same in memory and in meaning; byte order, a matter of files, aside. */
export const isSameType = (one: DType, other: DType): boolean => one === other || one.isSameInMemory(other);

/** `casting` as an option has it: `'exact'` unless said. */
export function castingOf(casting: unknown = 'exact'): Casting {
  if (casting === 'exact' || casting === 'unsafe') return casting;
  throw new ArgumentError(`casting: expected "exact" or "unsafe", got ${described(casting)}`);
}

/** The elements of `source` as `target`, packed in C order: fresh storage. */
export function castElements(array: Typed, target: DType, casting: Casting): Storage {
  const source = standalone(array);
  const { dtype, shape } = source;
  const count = sizeOf(shape);
  const result = target.allocate(count);
  if (isSameType(dtype, target)) {
    copy(source, packed(result, target, shape));
    return result;
  }
  if (dtype instanceof Struct && target instanceof Struct) return castStructs(source, dtype, target, casting);
  const flat = flatStorage(source, count);
  const castBlock = realBlocks(dtype, flat, target, result, casting);
  for (let start = 0; start < count; start += blockLength) {
    const end = Math.min(start + blockLength, count);
    const done = castBlock === undefined ? start : castBlock(start, end);
    if (done < end) castEach(dtype, flat, target, result, casting, shape, done, end);
  }
  return result;
}

/** Casts field by field, by their names, which must be the same. */
function castStructs(source: Typed, dtype: Struct, target: Struct, casting: Casting): Storage {
  const missing = target.places.find(({ name }) => !dtype.places.some((place) => place.name === name));
  const surplus = dtype.places.find(({ name }) => !target.places.some((place) => place.name === name));
  const different = missing ?? surplus;
  if (different !== undefined) {
    throw new CastError(`cannot cast structs: only one of the two has a field ${JSON.stringify(different.name)}`);
  }
  return castFields(source, target, (field, name, type) => {
    try {
      return castElements(field, type, casting);
    } catch (error) {
      throw atField(error, name);
    }
  });
}

/** `values`, in C order, as elements of `dtype`: fresh storage. */
export function storageOfValues(values: readonly unknown[], dtype: DType, shape: Shape, casting: Casting): Storage {
  const storage = dtype.allocate(values.length);
  let position = 0;
  try {
    for (; position < values.length; position++) dtype.set(storage, position, values[position], casting);
  } catch (error) {
    throw atIndex(error, shape, position);
  }
  return storage;
}

const packed = (storage: Storage, dtype: DType, shape: Shape): Strided => ({
  storage,
  itemUnits: dtype.unitsPerItem,
  shape,
  strides: stridesOf(shape),
  offset: 0,
});

/** Storage with the `count` elements of `source` in C order; shared where they are so already. */
function flatStorage(source: Typed, count: number): Storage {
  const { storage, itemUnits, shape, offset, dtype } = source;
  if (!isContiguous(source)) {
    const result = dtype.allocate(count);
    copy(source, packed(result, dtype, shape));
    return result;
  }
  const [start, end] = [offset * itemUnits, (offset + count) * itemUnits];
  return Array.isArray(storage) ? storage.slice(start, end) : storage.subarray(start, end);
}

function castEach(
  dtype: DType,
  source: Storage,
  target: DType,
  result: Storage,
  casting: Casting,
  shape: Shape,
  start: number,
  end: number,
): void {
  const convert = isTime(dtype) && isTime(target) ? timeCast(dtype, target, casting) : undefined;
  const isTimeText = dtype.kind === 'datetime' && target.kind === 'string' && casting === 'unsafe';
  // As a number, an integer could not be told from a float, which may be rounded.
  const isExactInteger = dtype.kind === 'int' || dtype.kind === 'uint';
  let position = start;
  try {
    for (; position < end; position++) {
      let value: unknown = isTimeText ? dtype.pythonScalar(source, position) : dtype.get(source, position);
      if (isExactInteger && typeof value === 'number') value = BigInt(value);
      if (convert !== undefined) value = convert(value as bigint); // Counts of time are bigints.
      target.set(result, position, value, casting);
    }
  } catch (error) {
    throw atIndex(error, shape, position);
  }
}

/** A `CastError` that also says where. */
function atIndex(error: unknown, shape: Shape, position: number): unknown {
  if (!(error instanceof CastError) || shape.length === 0) return error;
  return new CastError(`${error.message}, at index [${indicesAt(shape, position).join(', ')}]`, { cause: error });
}

/** What a real type, of those that JavaScript has a typed array for and the small ones, can hold. */
interface RealForm {
  readonly isInteger: boolean;
  readonly lowest: number;
  readonly highest: number;
  /** Every integer of a block that is no larger is held exactly. */
  readonly exactUpTo: number;
}

const integerForm = (lowest: number, highest: number): RealForm =>
  Object.freeze({ isInteger: true, lowest, highest, exactUpTo: highest });
const floatForm = (exactUpTo: number): RealForm =>
  Object.freeze({ isInteger: false, lowest: -Infinity, highest: Infinity, exactUpTo });

const realForms: ReadonlyMap<string, RealForm> = new Map([
  ['bool', integerForm(0, 1)],
  ['int8', integerForm(-(2 ** 7), 2 ** 7 - 1)],
  ['int16', integerForm(-(2 ** 15), 2 ** 15 - 1)],
  ['int32', integerForm(-(2 ** 31), 2 ** 31 - 1)],
  ['int64', integerForm(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)],
  ['uint8', integerForm(0, 2 ** 8 - 1)],
  ['uint16', integerForm(0, 2 ** 16 - 1)],
  ['uint32', integerForm(0, 2 ** 32 - 1)],
  ['uint64', integerForm(0, Number.MAX_SAFE_INTEGER)],
  ['float32', floatForm(2 ** 24)],
  ['float64', floatForm(Number.MAX_SAFE_INTEGER)],
]);

type NumberArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array;
type BigIntArray = BigInt64Array | BigUint64Array;

const blockLength = 4096;

/** Casts a block of elements, from `start` to `end`, and tells before which one it stopped. */
type CastBlock = (start: number, end: number) => number;

/**
 * Casts between real types by way of blocks of float64, up to the first element that the target may not
 * hold or, of 64-bit integers, float64. Undefined for other types.
 */
function realBlocks(
  dtype: DType,
  source: Storage,
  target: DType,
  result: Storage,
  casting: Casting,
): CastBlock | undefined {
  const [from, to] = [formOf(dtype), formOf(target)];
  if (from === undefined || to === undefined) return undefined;
  const read = readerOf(dtype, source);
  const write = writerOf(target, result, from, to, casting);
  const block = new Float64Array(Math.min(blockLength, source.length)); // Of one unit each.
  const isTruth = dtype.name === 'bool' || (target.name === 'bool' && casting === 'unsafe');
  return (start, end) => {
    const wanted = block.subarray(0, end - start);
    const numbers = wanted.subarray(0, read(start, wanted));
    if (isTruth) toTruth(numbers);
    return start + write(numbers, start);
  };
}

function formOf(dtype: DType): RealForm | undefined {
  if (dtype instanceof SmallInteger) return integerForm(dtype.least, dtype.greatest);
  if (dtype instanceof SmallFloat) return floatForm(2 ** (dtype.coding.fractionWidth + 1));
  return realForms.get(dtype.name);
}

/** Fills `numbers` with elements from `start` on, and tells how many it could. */
type ReadNumbers = (start: number, numbers: Float64Array) => number;

function readerOf(dtype: DType, source: Storage): ReadNumbers {
  if (isSmallNumber(dtype)) return (start, numbers) => readSmall(dtype, source, start, numbers);
  const values = dtype.wrap(source) as NumberArray | BigIntArray; // The data of the types in the table.
  if (isBigInts(values)) return (start, numbers) => readBigInts(values, start, numbers);
  return (start, numbers) => {
    numbers.set(values.subarray(start, start + numbers.length));
    return numbers.length;
  };
}

/** Stores `numbers` as elements from `start` on, up to the first that they may not become, and tells how many. */
type WriteNumbers = (numbers: Float64Array, start: number) => number;

function writerOf(target: DType, result: Storage, from: RealForm, to: RealForm, casting: Casting): WriteNumbers {
  const keptOf = (numbers: Float64Array): number =>
    target instanceof SmallFloat ? countHeld(numbers, from.isInteger, target.coding) : countKept(numbers, from, to);
  const countOf = casting === 'unsafe' ? (numbers: Float64Array): number => numbers.length : keptOf;
  if (isSmallNumber(target)) {
    return (numbers, start) => writeSmall(target, numbers, countOf(numbers), result, start);
  }
  const cast = target.wrap(result) as NumberArray | BigIntArray; // As in `readerOf`.
  if (isBigInts(cast)) {
    return (numbers, start) => {
      const count = countIntegers(numbers, to.lowest, to.highest);
      writeBigInts(numbers, count, cast, start);
      return count;
    };
  }
  return (numbers, start) => {
    const count = countOf(numbers);
    cast.set(numbers.subarray(0, count), start);
    return count;
  };
}

const isBigInts = (values: NumberArray | BigIntArray): values is BigIntArray =>
  values instanceof BigInt64Array || values instanceof BigUint64Array;

/** Reads integers until one is too large for float64 to be sure of; tells how many. */
function readBigInts(values: BigIntArray, start: number, numbers: Float64Array): number {
  for (let i = 0; i < numbers.length; i++) {
    const number = Number(values[start + i]);
    if (!(number >= Number.MIN_SAFE_INTEGER && number <= Number.MAX_SAFE_INTEGER)) return i;
    numbers[i] = number;
  }
  return numbers.length;
}

function writeBigInts(numbers: Float64Array, count: number, cast: BigIntArray, start: number): void {
  for (let i = 0; i < count; i++) cast[start + i] = BigInt(numbers[i]!);
}

function toTruth(numbers: Float64Array): void {
  for (let i = 0; i < numbers.length; i++) numbers[i] = numbers[i] === 0 ? 0 : 1;
}

/** How many of `numbers`, from the first, a cast keeps. */
function countKept(numbers: Float64Array, from: RealForm, to: RealForm): number {
  if (to.isInteger) {
    const isWithin = from.isInteger && from.lowest >= to.lowest && from.highest <= to.highest;
    return isWithin ? numbers.length : countIntegers(numbers, to.lowest, to.highest);
  }
  if (from.exactUpTo <= to.exactUpTo) return numbers.length;
  return from.isInteger ? countSingles(numbers) : countFinite(numbers);
}

function countIntegers(numbers: Float64Array, lowest: number, highest: number): number {
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    if (!(number >= lowest && number <= highest) || Math.floor(number) !== number) return i;
  }
  return numbers.length;
}

/** Counts numbers that float32 holds exactly. */
function countSingles(numbers: Float64Array): number {
  for (let i = 0; i < numbers.length; i++) if (Math.fround(numbers[i]!) !== numbers[i]) return i;
  return numbers.length;
}

/** Counts numbers that do not become infinite as float32. */
function countFinite(numbers: Float64Array): number {
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    if (number - number === 0 && Math.abs(Math.fround(number)) === Infinity) return i;
  }
  return numbers.length;
}

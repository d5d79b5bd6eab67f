/**
 * The entries of a selection: what users write for an axis, read once. Lists of indices become `Integers`, lists of
 * booleans a `Mask`; an index, a slice or an ellipsis stays what it is and is checked where its axis is known.
 */

import { described } from '../described.js';
import { typedArrayName } from '../dtypes/storage.js';
import { BoundsCheckError, type ErrorDetails, SelectionError } from '../errors.js';
import { NdArray } from '../ndarray/ndarray.js';
import { flatten } from '../ndarray/nested.js';
import type { AxisPick, Places } from '../ndarray/picked.js';
import { type Shape, shapeText } from '../ndarray/shape.js';
import { type BasicEntry, parseSelectionText } from '../ndarray/slice.js';
import { compact } from './places.js';

/** Indices as they were given, negative ones too. */
export class Integers {
  constructor(
    readonly shape: Shape,
    readonly values: Float64Array,
  ) {}
}

/** A choice among elements: 1 for those that are taken. */
export class Mask {
  constructor(
    readonly shape: Shape,
    readonly flags: Uint8Array,
  ) {}
}

export type Entry = BasicEntry | Integers | Mask;

/** The class of error that a rule throws for what it does not take. */
export type Refusal = new (message: string, details?: ErrorDetails) => SelectionError;

/** The entries of `selection`. A list at the top is one entry per axis; all else but a text is a single entry. */
export function entriesOf(selection: unknown, refusal: Refusal = SelectionError): Entry[] {
  const entries: readonly unknown[] =
    typeof selection === 'string' ? parseSelectionText(selection) : Array.isArray(selection) ? selection : [selection];
  // A hole in a list would be passed over, and its axis lost.
  return Array.from(entries).map((entry, position) => readEntry(entry, position, refusal));
}

/** What `entry` is; `position` is its place among the entries. */
export function readEntry(entry: unknown, position: number, refusal: Refusal): Entry {
  const fail = (found: string): SelectionError =>
    new refusal(`entry ${position}: expected a list of integers or of booleans, got ${found}`);
  if (entry instanceof NdArray) return listOfArray(entry, fail);
  if (Array.isArray(entry)) return listOfValues(entry, fail);
  const name = typedArrayName(entry);
  if (name === undefined) return entry as BasicEntry; // What is none is refused when its axis is known.
  if (!INTEGER_ARRAYS.has(name)) throw fail(`a ${name}`);
  const values = floatsOf(entry as IntegerArray); // By its name.
  return new Integers([values.length], values);
}

/** A typed array of integers. */
export type IntegerArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

const INTEGER_ARRAYS: ReadonlySet<string> = new Set([
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array'],
  ...['BigInt64Array', 'BigUint64Array'],
]);

/** As floats, in memory of their own: the caller's list is left alone. What floats cannot hold lies on no axis. */
function floatsOf(list: IntegerArray): Float64Array {
  const hasNumbers = !typedArrayName(list)?.startsWith('Big');
  if (hasNumbers) return new Float64Array(list as Int32Array); // Or another of numbers.
  const floats = new Float64Array(list.length);
  for (let i = 0; i < floats.length; i++) floats[i] = Number(list[i]);
  return floats;
}

function listOfArray(array: NdArray, fail: (found: string) => SelectionError): Integers | Mask {
  const { dtype, shape } = array;
  if (dtype.kind === 'bool') return new Mask(shape, array.toFlat());
  if (dtype.kind !== 'int' && dtype.kind !== 'uint') throw fail(`an NdArray of ${dtype}`);
  const flat: unknown = array.toFlat();
  if (INTEGER_ARRAYS.has(typedArrayName(flat) ?? '')) return new Integers(shape, floatsOf(flat as IntegerArray));
  return new Integers(shape, Float64Array.from(array, Number));
}

function listOfValues(list: readonly unknown[], fail: (found: string) => SelectionError): Integers | Mask {
  const isNested = list.some(Array.isArray);
  const { shape, values } = isNested ? flatten(list, rowsOf) : { shape: [list.length], values: list };
  // What an empty list holds is not known; an empty typed array holds integers.
  if (values.length === 0) throw fail('an empty list');
  if (typeof values[0] === 'boolean') {
    const other = values.findIndex((value) => typeof value !== 'boolean');
    if (other >= 0) throw fail(`a list of booleans with ${described(values[other])}`);
    return new Mask(shape, Uint8Array.from(values as boolean[], Number)); // As was looked at.
  }
  const floats = new Float64Array(values.length);
  for (let i = 0; i < floats.length; i++) {
    const value = values[i];
    if (typeof value !== 'bigint' && !Number.isInteger(value)) throw fail(`a list with ${described(value)}`);
    floats[i] = Number(value);
  }
  return new Integers(shape, floats);
}

const rowsOf = (item: unknown): readonly unknown[] | undefined => (Array.isArray(item) ? item : undefined);

/** The places that `integers` mean on an axis of `length`: negative ones count from the end. */
export function placesOf({ values }: Integers, length: number, axis: number): Places {
  const places = new Float64Array(values.length);
  for (let i = 0; i < places.length; i++) {
    const given = values[i]!;
    const place = given < 0 ? given + length : given + 0; // `+ 0` makes 0 of -0.
    if (place < 0 || place >= length) throw outside(given, i, length, axis);
    places[i] = place;
  }
  return places;
}

function outside(index: number, position: number, length: number, axis: number): BoundsCheckError {
  const where = `item ${position} of the list`;
  return new BoundsCheckError(`index ${index} (${where}) is out of bounds for axis ${axis} of length ${length}`, {
    axis,
  });
}

/** Where the flags are set, in C order. */
export function setPlaces(flags: Uint8Array): Places {
  let count = 0;
  for (let i = 0; i < flags.length; i++) count += flags[i] === 0 ? 0 : 1;
  const places = new Float64Array(count);
  let next = 0;
  for (let i = 0; i < flags.length; i++) if (flags[i] !== 0) places[next++] = i;
  return places;
}

/** What a list takes of an axis of `length`. */
export function pickOf(list: Integers | Mask, length: number, axis: number): AxisPick {
  const { shape } = list;
  if (shape.length !== 1) {
    const found = `${list instanceof Mask ? 'booleans' : 'integers'} of shape ${shapeText(shape)}`;
    throw new SelectionError(`axis ${axis}: expected a list with one axis, got ${found}`, { axis });
  }
  if (list instanceof Integers) return compact(placesOf(list, length, axis));
  if (shape[0] !== length) {
    throw new SelectionError(`axis ${axis}: expected ${length} booleans, one for each element, got ${shape[0]}`, {
      axis,
    });
  }
  return compact(setPlaces(list.flags));
}

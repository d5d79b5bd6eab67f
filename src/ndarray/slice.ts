/**
 * The arithmetic of selections along one axis, and the text between NumPy's brackets.
 *
 * Shared by arrays in memory and arrays in stores. Slices follow Python's `slice`, negative steps included.
 */
import { described } from '../described.js';
import { ArgumentError, BoundsCheckError, SelectionError } from '../errors.js';
import type { Shape } from './shape.js';
import type { Run } from './strided.js';

/** A position along an axis; negative ones count from the end. */
export type Index = number | bigint;

/** Python's `slice`: evenly spaced indices of an axis; `null` leaves a bound to the axis. */
export interface Slice {
  /** The first index; negative ones count from the end. */
  readonly start: number | null;
  /** The index before which it ends; negative ones count from the end. */
  readonly stop: number | null;
  /** From one index to the next; negative steps go backwards. */
  readonly step: number | null;
}

/** An entry of a basic selection: an index, a slice, the whole axis, or all the axes that are not mentioned. */
export type BasicEntry = Index | Slice | null | ':' | '...';

/** A basic selection: an entry per axis, one entry, or the text between NumPy's brackets. */
export type BasicSelection = BasicEntry | readonly BasicEntry[] | string;

/** Python's `slice`: `slice(stop)`, or `slice(start, stop, step)`; `null` and `undefined` are Python's `None`. */
export function slice(stop: Index | null | undefined): Slice;
export function slice(start: Index | null | undefined, stop: Index | null | undefined, step?: Index | null): Slice;
export function slice(...bounds: readonly (Index | null | undefined)[]): Slice {
  if (bounds.length === 0 || bounds.length > 3) {
    throw new ArgumentError(`slice: expected 1 to 3 arguments, got ${bounds.length}`);
  }
  const [start, stop, step] = bounds.length === 1 ? [null, bounds[0], null] : bounds;
  return Object.freeze({
    start: boundOf(start, 'start'),
    stop: boundOf(stop, 'stop'),
    step: boundOf(step, 'step'),
  });
}

/** Whether `value` has the form of a slice. */
export const isSlice = (value: unknown): value is Slice =>
  typeof value === 'object' && value !== null && 'start' in value && 'stop' in value;

/** The indices that `slice` means on an axis of `length`: Python's `slice.indices`. */
export function runOf({ start, stop, step }: Slice, length: number): Run {
  const by = boundOf(step, 'step') ?? 1;
  if (by === 0) throw new ArgumentError('the step of a slice cannot be 0');
  const lowest = by > 0 ? 0 : -1;
  const highest = by > 0 ? length : length - 1;
  const place = (bound: number): number => clamp(bound < 0 ? bound + length : bound, lowest, highest);
  const first = place(boundOf(start, 'start') ?? (by > 0 ? 0 : length));
  const end = boundOf(stop, 'stop');
  const last = end === null ? (by > 0 ? highest : lowest) : place(end);
  const count = Math.max(0, Math.ceil((last - first) / by));
  return { start: count === 0 ? 0 : first, step: by, count };
}

const clamp = (value: number, lowest: number, highest: number): number => Math.min(Math.max(value, lowest), highest);

/** A bound as a number. No axis is longer than 2^53, so what lies beyond means the same as the nearest safe integer. */
function boundOf(bound: unknown, name: string): number | null {
  if (bound === null || bound === undefined) return null;
  if (typeof bound === 'bigint' || (typeof bound === 'number' && Number.isInteger(bound))) {
    return clamp(Number(bound), Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  }
  throw new SelectionError(`the ${name} of a slice: expected an integer or null, got ${described(bound)}`);
}

/** The position that `index` means on an axis of `length`. */
export function indexOn(index: Index, length: number, axis: number): number {
  if (typeof index !== 'bigint' && !Number.isInteger(index)) {
    throw new SelectionError(`axis ${axis}: expected an integer index, got ${described(index)}`, { axis });
  }
  const given = Number(index);
  const position = given < 0 ? given + length : given + 0; // `+ 0` makes 0 of -0.
  if (position < 0 || position >= length) {
    throw new BoundsCheckError(`index ${index} is out of bounds for axis ${axis} of length ${length}`, { axis });
  }
  return position;
}

/** An entry of a selection's text, which may be a list of indices. */
export type TextEntry = BasicEntry | readonly number[];

/**
 * The entries of a selection written as between NumPy's brackets.
 *
 * @example parseSelectionText('1:10:2, ..., -1, [0, 2]') // [slice(1, 10, 2), '...', -1, [0, 2]]
 */
export function parseSelectionText(text: string): TextEntry[] {
  const entries: TextEntry[] = [];
  let at = 0;
  const fail = (expected: string): SelectionError => {
    const found = at < text.length ? JSON.stringify(text[at]) : 'the end';
    return new SelectionError(
      `selection ${JSON.stringify(text)}: expected ${expected} at position ${at}, got ${found}`,
    );
  };
  const skipSpaces = (): void => {
    while (/\s/.test(text.charAt(at))) at++;
  };
  const take = (token: string): boolean => {
    skipSpaces();
    if (!text.startsWith(token, at)) return false;
    at += token.length;
    return true;
  };
  const takeInteger = (): number | null => {
    skipSpaces();
    const integer = /([+-]?)\s*(\d+)/y;
    integer.lastIndex = at;
    const match = integer.exec(text);
    if (match === null) return null;
    at = integer.lastIndex;
    return Number(`${match[1]}${match[2]}`) + 0;
  };
  const takeList = (): number[] => {
    const indices: number[] = [];
    while (!take(']')) {
      const index = takeInteger();
      if (index === null) throw fail('an integer or "]"');
      indices.push(index);
      if (take(',')) continue;
      if (take(']')) break;
      throw fail('"," or "]"');
    }
    return indices;
  };
  const takeEntry = (): TextEntry => {
    if (take('...')) return '...';
    if (take('[')) return takeList();
    const start = takeInteger();
    if (!take(':')) {
      if (start === null) throw fail('an integer, a slice, a list or "..."');
      return start;
    }
    const stop = takeInteger();
    const step = take(':') ? takeInteger() : null;
    return start === null && stop === null && step === null ? ':' : slice(start, stop, step);
  };
  for (;;) {
    entries.push(takeEntry());
    const isFollowed = take(',');
    skipSpaces();
    if (at === text.length) return entries;
    if (!isFollowed) throw fail('"," or the end');
  }
}

/** `entries` with an entry for each of `rank` axes: what is not mentioned is taken whole. */
export function expandEllipsis<Entry>(entries: readonly Entry[], rank: number): (Exclude<Entry, '...'> | ':')[] {
  let mentioned = 0;
  for (const entry of entries) if (!isEllipsis(entry)) mentioned++;
  if (entries.length - mentioned > 1) throw new SelectionError('a selection can have only one "..."');
  if (mentioned > rank) {
    throw new SelectionError(`too many indices: the array has ${rank} axes, but ${mentioned} were indexed`);
  }
  const expanded: (Exclude<Entry, '...'> | ':')[] = [];
  const addWhole = (): void => {
    for (let axis = mentioned; axis < rank; axis++) expanded.push(':');
  };
  for (const entry of entries) {
    if (isEllipsis(entry)) addWhole();
    else expanded.push(entry as Exclude<Entry, '...'>); // By the test.
  }
  if (mentioned === entries.length) addWhole();
  return expanded;
}

const isEllipsis = (entry: unknown): boolean => entry === '...';

/** A basic selection of an array: a run per axis, and the axes that an index drops. */
export interface SelectedRuns {
  readonly runs: readonly Run[];
  readonly dropped: readonly number[];
}

/** What `selection` means for an array of `shape`. */
export function runsOf(selection: BasicSelection, shape: Shape): SelectedRuns {
  const entries =
    typeof selection === 'string' ? parseSelectionText(selection) : isList(selection) ? selection : [selection];
  // A hole in a list would be passed over, and its axis lost.
  const expanded = expandEllipsis(Array.from(entries), shape.length);
  // A list of indices, which a text may have, is refused with all else that is no basic entry.
  const runs = expanded.map((entry, axis): Run => runOn(entry as BasicEntry, shape[axis]!, axis));
  return { runs, dropped: expanded.flatMap((entry, axis) => (isIndex(entry) ? [axis] : [])) };
}

/** What `entry` means on an axis of `length`; an index is a run of one. */
export function runOn(entry: BasicEntry, length: number, axis: number): Run {
  if (entry === null || entry === ':') return { start: 0, step: 1, count: length };
  if (isIndex(entry)) return { start: indexOn(entry, length, axis), step: 1, count: 1 };
  if (isSlice(entry)) return runOf(entry, length);
  const expected = 'expected an index, a slice, null, ":" or "..."';
  throw new SelectionError(`axis ${axis}: ${expected}, got ${described(entry)}`, { axis });
}

/** Whether `entry` is an index, which drops its axis. */
export const isIndex = (entry: unknown): entry is Index => typeof entry === 'number' || typeof entry === 'bigint';

const isList = (selection: BasicSelection): selection is readonly BasicEntry[] => Array.isArray(selection);

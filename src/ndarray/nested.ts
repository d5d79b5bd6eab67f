/**
 * Lists in lists: what users write arrays as.
 */
import { ArgumentError } from '../errors.js';
import type { Shape } from './shape.js';

/** Lists in lists taken apart. */
export interface Flattened {
  readonly shape: Shape;
  /** In C order. */
  readonly values: readonly unknown[];
}

/** The rows of a list, or undefined for a value. */
export type RowsOf = (item: unknown) => ArrayLike<unknown> | undefined;

const deepest = 64;

/** The shape and values of `data`, in which `rowsOf` tells lists from values. Lists beside each other must be as long. */
export function flatten(data: unknown, rowsOf: RowsOf): Flattened {
  const shape: number[] = [];
  for (let rows = rowsOf(data); rows !== undefined; rows = rowsOf(rows[0])) {
    shape.push(rows.length);
    if (shape.length > deepest) throw new ArgumentError(`data: expected lists nested at most ${deepest} deep`);
    if (rows.length === 0) break;
  }
  const values: unknown[] = [];
  const place: number[] = [];
  const visit = (item: unknown): void => {
    const rows = rowsOf(item);
    const length = shape[place.length];
    if (rows?.length !== length) throw ragged(place, length, rows);
    if (rows === undefined) {
      values.push(item);
      return;
    }
    for (let i = 0; i < rows.length; i++) {
      place.push(i);
      visit(rows[i]);
      place.pop();
    }
  };
  visit(data);
  return { shape, values };
}

function ragged(
  place: readonly number[],
  length: number | undefined,
  rows: ArrayLike<unknown> | undefined,
): ArgumentError {
  const expected = length === undefined ? 'a value' : `a list of length ${length}`;
  const found = rows === undefined ? 'a value' : `a list of length ${rows.length}`;
  return new ArgumentError(`${placeText(place)}: expected ${expected} as before it, got ${found}`);
}

/** `data[1][0]`. */
export const placeText = (place: readonly number[]): string => `data${place.map((index) => `[${index}]`).join('')}`;

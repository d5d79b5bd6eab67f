/**
 * Copies storage of 4-byte units.
 * The same text as `rows8.ts`, which says why.
 */
import type { Walk } from './walk.js';

/** Of longer rows, `set` is faster than a loop, which moves the more bytes at a time the wider the units are. */
const longRow = 96 / Uint32Array.BYTES_PER_ELEMENT + 20;
const tile = 32;

/** Copies all that `walk` goes over, which begins at `from` and `to`. */
export function copyRows32(source: Uint32Array, target: Uint32Array, walk: Walk, from: number, to: number): void {
  copyAxis(source, target, walk, 0, from, to);
}

/** Copies, for each pair of places, all that `walk` goes over from there; `from` and `to` are added to the places. */
export function copyListed32(
  source: Uint32Array,
  target: Uint32Array,
  walk: Walk,
  from: number,
  sourcePlaces: Float64Array,
  to: number,
  targetPlaces: Float64Array,
): void {
  const { lengths } = walk;
  if (lengths.length === 2 && lengths[0] === 1 && lengths[1] === 1) {
    for (let i = 0; i < sourcePlaces.length; i++) target[to + targetPlaces[i]!] = source[from + sourcePlaces[i]!]!;
    return;
  }
  for (let i = 0; i < sourcePlaces.length; i++) {
    copyAxis(source, target, walk, 0, from + sourcePlaces[i]!, to + targetPlaces[i]!);
  }
}

function copyAxis(source: Uint32Array, target: Uint32Array, walk: Walk, axis: number, from: number, to: number): void {
  const { lengths, sourceSteps, targetSteps } = walk;
  const length = lengths[axis]!;
  const sourceStep = sourceSteps[axis]!;
  const targetStep = targetSteps[axis]!;
  if (axis < lengths.length - 2) {
    for (let i = 0; i < length; i++)
      copyAxis(source, target, walk, axis + 1, from + i * sourceStep, to + i * targetStep);
    return;
  }
  const copyPlane = walk.tiled ? copyTiles : copyPlain;
  const columns = lengths[axis + 1]!;
  copyPlane(
    source,
    from,
    sourceStep,
    sourceSteps[axis + 1]!,
    target,
    to,
    targetStep,
    targetSteps[axis + 1]!,
    length,
    columns,
  );
}

function copyPlain(
  source: Uint32Array,
  from: number,
  sourceRow: number,
  sourceColumn: number,
  target: Uint32Array,
  to: number,
  targetRow: number,
  targetColumn: number,
  rows: number,
  columns: number,
): void {
  if (columns > longRow && targetColumn === 1 && sourceColumn === 1) {
    for (let row = 0; row < rows; row++) {
      target.set(source.subarray(from, from + columns), to);
      from += sourceRow;
      to += targetRow;
    }
    return;
  }
  if (columns > longRow && targetColumn === 1 && sourceColumn === 0) {
    for (let row = 0; row < rows; row++) {
      target.fill(source[from]!, to, to + columns);
      from += sourceRow;
      to += targetRow;
    }
    return;
  }
  for (let row = 0; row < rows; row++) {
    let s = from;
    let t = to;
    for (let column = 0; column < columns; column++) {
      target[t] = source[s]!;
      s += sourceColumn;
      t += targetColumn;
    }
    from += sourceRow;
    to += targetRow;
  }
}

/** Rows are dense in the source, columns in the target: goes by tiles that fit the cache, 4 by 4 units at a time. */
function copyTiles(
  source: Uint32Array,
  from: number,
  sourceRow: number,
  sourceColumn: number,
  target: Uint32Array,
  to: number,
  targetRow: number,
  targetColumn: number,
  rows: number,
  columns: number,
): void {
  const wholeRows = rows - (rows % 4);
  const wholeColumns = columns - (columns % 4);
  for (let top = 0; top < wholeRows; top += tile) {
    const bottom = Math.min(top + tile, wholeRows);
    for (let left = 0; left < wholeColumns; left += tile) {
      const right = Math.min(left + tile, wholeColumns);
      for (let column = left; column < right; column += 4) {
        for (let row = top; row < bottom; row += 4) {
          let s = from + row * sourceRow + column * sourceColumn;
          let t = to + row * targetRow + column * targetColumn;
          for (let i = 0; i < 4; i++) {
            target[t] = source[s]!;
            target[t + targetColumn] = source[s + sourceColumn]!;
            target[t + 2 * targetColumn] = source[s + 2 * sourceColumn]!;
            target[t + 3 * targetColumn] = source[s + 3 * sourceColumn]!;
            s += sourceRow;
            t += targetRow;
          }
        }
      }
    }
  }
  const below = rows - wholeRows;
  const beside = columns - wholeColumns;
  if (beside > 0) {
    const s = from + wholeColumns * sourceColumn;
    const t = to + wholeColumns * targetColumn;
    copyPlain(source, s, sourceRow, sourceColumn, target, t, targetRow, targetColumn, wholeRows, beside);
  }
  if (below > 0) {
    const s = from + wholeRows * sourceRow;
    const t = to + wholeRows * targetRow;
    copyPlain(source, s, sourceRow, sourceColumn, target, t, targetRow, targetColumn, below, columns);
  }
}

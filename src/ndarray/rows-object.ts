/**
 * Copies lists. Byte strings are copied with them, so that no two elements share memory that can be written to.
 */
import type { Walk } from './walk.js';

/** Copies all that `walk` goes over, which begins at `from` and `to`. */
export function copyRowsOfObjects(
  source: readonly unknown[],
  target: unknown[],
  walk: Walk,
  from: number,
  to: number,
): void {
  copyAxis(source, target, walk, 0, from, to);
}

/** Copies, for each pair of places, all that `walk` goes over from there; `from` and `to` are added to the places. */
export function copyListedObjects(
  source: readonly unknown[],
  target: unknown[],
  walk: Walk,
  from: number,
  sourcePlaces: Float64Array,
  to: number,
  targetPlaces: Float64Array,
): void {
  for (let i = 0; i < sourcePlaces.length; i++) {
    copyAxis(source, target, walk, 0, from + sourcePlaces[i]!, to + targetPlaces[i]!);
  }
}

function copyAxis(
  source: readonly unknown[],
  target: unknown[],
  walk: Walk,
  axis: number,
  from: number,
  to: number,
): void {
  const length = walk.lengths[axis]!;
  const sourceStep = walk.sourceSteps[axis]!;
  const targetStep = walk.targetSteps[axis]!;
  const isInnermost = axis === walk.lengths.length - 1;
  for (let i = 0; i < length; i++) {
    if (isInnermost) target[to] = copied(source[from]);
    else copyAxis(source, target, walk, axis + 1, from, to);
    from += sourceStep;
    to += targetStep;
  }
}

/** Byte strings; among values of any kind, there are typed arrays of other classes too. */
function copied(element: unknown): unknown {
  if (!ArrayBuffer.isView(element) || element instanceof DataView) return element;
  // A copy by the constructor: `slice` of Node's Buffer is a view.
  if (element instanceof Uint8Array) return new Uint8Array(element);
  return (element as Float64Array).slice(); // Every typed array has it.
}

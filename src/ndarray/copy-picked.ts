/**
 * Copying where an axis of either side has a list of offsets.
 *
 * The axes up to the last one with a list are loops: the outer ones here, that one in the loops for the unit of storage.
 * What lies inside it has strides in both arrays, and is copied for each of its places by the loops for strided views.
 * Loops go upwards, so where a place is listed twice in the target, the later element stays.
 */
import { ArgumentError } from '../errors.js';
import { type Places, stepsOf, type View } from './picked.js';
import { copyListedObjects } from './rows-object.js';
import { copyListed8 } from './rows8.js';
import { copyListed16 } from './rows16.js';
import { copyListed32 } from './rows32.js';
import { copyListed64 } from './rows64.js';
import { shapeText } from './shape.js';
import type { Strided } from './strided.js';
import { type Walk, walkOf } from './walk.js';

/** One axis with a list in either array, or outside such a one: steps or offsets in units. */
interface Loop {
  readonly length: number;
  readonly source: number | Places;
  readonly target: number | Places;
}

/** What is copied at each combination of places, and the lists of the innermost loop. */
interface Inner {
  readonly walk: Walk;
  readonly sourcePlaces: Places;
  readonly targetPlaces: Places;
}

/** Copies the elements of `source` to `target`: same shape, same unit of storage, no memory in common. */
export function copyPicked(source: View, target: View): void {
  const { shape, itemUnits } = target;
  const isSame = source.shape.length === shape.length && source.shape.every((length, axis) => length === shape[axis]);
  if (!isSame || source.itemUnits !== itemUnits) {
    const text = (view: View): string => `${shapeText(view.shape)} of ${view.itemUnits} units an element`;
    throw new ArgumentError(`arrays differ in form: ${text(source)} and ${text(target)}`);
  }
  if (shape.includes(0)) return;
  const depth = Math.max(listedDepth(source), listedDepth(target));
  const sourceSpan = spanOf(source, depth);
  const targetSpan = spanOf(target, depth);
  const inner = walkOf(innerOf(source, depth, sourceSpan.lowest), innerOf(target, depth, targetSpan.lowest));
  // Asserts that the other end lies inside as well: a wrong list must not read or write beside the elements.
  walkOf(innerOf(source, depth, sourceSpan.highest), innerOf(target, depth, targetSpan.highest));
  const loops = shape.slice(0, depth).map(
    (length, axis): Loop => ({
      length,
      source: inUnits(stepsOf(source)[axis]!, itemUnits),
      target: inUnits(stepsOf(target)[axis]!, itemUnits),
    }),
  );
  const last = loops.pop();
  if (inner === undefined || last === undefined) throw new ArgumentError('expected a view with a list of places');
  const walk = {
    ...inner,
    from: inner.from - (sourceSpan.lowest - source.offset) * itemUnits,
    to: inner.to - (targetSpan.lowest - target.offset) * itemUnits,
  };
  const sourcePlaces = listOf(last.source, last.length);
  const targetPlaces = listOf(last.target, last.length);
  copyLoop(source, target, loops, 0, { walk, sourcePlaces, targetPlaces }, walk.from, walk.to);
}

/** How many axes there are up to the last that has a list. */
function listedDepth(view: View): number {
  const steps = stepsOf(view);
  let depth = steps.length;
  while (depth > 0 && typeof steps[depth - 1] === 'number') depth--;
  return depth;
}

/** The offsets of the first and the last element in storage, as far as the first `depth` axes decide them. */
function spanOf(view: View, depth: number): { readonly lowest: number; readonly highest: number } {
  const steps = stepsOf(view);
  let lowest = view.offset;
  let highest = view.offset;
  for (let axis = 0; axis < depth; axis++) {
    const step = steps[axis]!;
    let low = 0;
    let high = typeof step === 'number' ? step * (view.shape[axis]! - 1) : 0;
    if (typeof step !== 'number') [low, high] = boundsOf(step);
    lowest += Math.min(low, high);
    highest += Math.max(low, high);
  }
  return { lowest, highest };
}

function boundsOf(places: Places): [number, number] {
  let low = places[0]!;
  let high = low;
  for (let i = 1; i < places.length; i++) {
    const place = places[i]!;
    if (place < low) low = place;
    else if (place > high) high = place;
  }
  return [low, high];
}

/** The axes of `view` after the first `depth`, which have strides, from `offset` on. */
const innerOf = (view: View, depth: number, offset: number): Strided => ({
  storage: view.storage,
  itemUnits: view.itemUnits,
  shape: view.shape.slice(depth),
  strides: stepsOf(view).slice(depth) as number[], // No later axis has a list.
  offset,
});

function inUnits(step: number | Places, itemUnits: number): number | Places {
  if (typeof step === 'number') return step * itemUnits;
  return itemUnits === 1 ? step : step.map((offset) => offset * itemUnits);
}

function listOf(step: number | Places, length: number): Places {
  if (typeof step !== 'number') return step;
  const places = new Float64Array(length);
  for (let i = 0; i < length; i++) places[i] = i * step;
  return places;
}

function copyLoop(
  source: View,
  target: View,
  loops: readonly Loop[],
  axis: number,
  inner: Inner,
  from: number,
  to: number,
): void {
  const loop = loops[axis];
  if (loop === undefined) {
    copyListed(source, target, inner, from, to);
    return;
  }
  const { length, source: sourceStep, target: targetStep } = loop;
  for (let i = 0; i < length; i++) {
    const nextFrom = from + (typeof sourceStep === 'number' ? i * sourceStep : sourceStep[i]!);
    const nextTo = to + (typeof targetStep === 'number' ? i * targetStep : targetStep[i]!);
    copyLoop(source, target, loops, axis + 1, inner, nextFrom, nextTo);
  }
}

function copyListed(source: View, target: View, inner: Inner, from: number, to: number): void {
  const { walk, sourcePlaces, targetPlaces } = inner;
  const units = source.storage;
  const into = target.storage;
  if (units instanceof Uint8Array && into instanceof Uint8Array) {
    copyListed8(units, into, walk, from, sourcePlaces, to, targetPlaces);
  } else if (units instanceof Uint16Array && into instanceof Uint16Array) {
    copyListed16(units, into, walk, from, sourcePlaces, to, targetPlaces);
  } else if (units instanceof Uint32Array && into instanceof Uint32Array) {
    copyListed32(units, into, walk, from, sourcePlaces, to, targetPlaces);
  } else if (units instanceof BigUint64Array && into instanceof BigUint64Array) {
    copyListed64(units, into, walk, from, sourcePlaces, to, targetPlaces);
  } else if (Array.isArray(units) && Array.isArray(into)) {
    copyListedObjects(units, into, walk, from, sourcePlaces, to, targetPlaces);
  } else {
    throw new ArgumentError(`cannot copy storage of ${units.constructor.name} to ${into.constructor.name}`);
  }
}

/**
 * Views of storage in which axes have lists of places instead of strides.
 *
 * A strided view can say "every second row", not "rows 7, 2 and 7 again". A `Picked` view can: each of its axes has a
 * stride or a list of offsets. It also says what points are, one place per axis each: a view with one axis, whose
 * offsets are the points' places in storage. Making a view moves nothing; `copy` and `fill` take both kinds.
 */
import type { Storage } from '../dtypes/storage.js';
import { ArgumentError } from '../errors.js';
import type { Shape } from './shape.js';
import { type Run, type Strided, viewOf } from './strided.js';

/** Places along one axis, in any order, repeats allowed. Floats, because axes may be longer than 2^32. */
export type Places = Float64Array;

/** What is taken of one axis. */
export type AxisPick = Run | Places;

/** Elements by their places on each axis: the i-th is at `coords[axis][i]`. */
export interface Points {
  readonly count: number;
  readonly coords: readonly Places[];
}

/** What is taken of an array: of each axis something, or points. */
export type Picks = readonly AxisPick[] | Points;

/** Elements of storage, along axes that have a stride or a list of offsets each; all count elements. */
export class Picked {
  constructor(
    readonly storage: Storage,
    readonly itemUnits: number,
    readonly shape: Shape,
    readonly steps: readonly (number | Places)[],
    readonly offset: number,
  ) {}
}

export type View = Strided | Picked;

export const isPoints = (picks: Picks): picks is Points => 'coords' in picks;

/** The lengths of the axes that `picks` give. */
export const shapeOf = (picks: Picks): number[] =>
  isPoints(picks) ? [picks.count] : picks.map((pick) => (pick instanceof Float64Array ? pick.length : pick.count));

/** The part of `array` that `picks` take. A view: no element moves. */
export function partOf(array: View, picks: Picks): View {
  if (isPoints(picks)) return pointsOf(array, picks);
  if (!(array instanceof Picked) && areRuns(picks)) return viewOf(array, picks);
  const { storage, itemUnits } = array;
  const steps = stepsOf(array);
  let { offset } = array;
  const picked = picks.map((pick, axis) => {
    const step = steps[axis]!;
    if (pick instanceof Float64Array) return offsetsAt(pick, step);
    if (typeof step === 'number') {
      offset += pick.start * step;
      return pick.step * step;
    }
    return offsetsOfRun(pick, step);
  });
  return new Picked(storage, itemUnits, shapeOf(picks), picked, offset);
}

/** The stride, or the offsets, of each axis. */
export const stepsOf = (array: View): readonly (number | Places)[] =>
  array instanceof Picked ? array.steps : array.strides;

const areRuns = (picks: readonly AxisPick[]): picks is readonly Run[] =>
  !picks.some((pick) => pick instanceof Float64Array);

/** The offsets of `places` along an axis. */
function offsetsAt(places: Places, step: number | Places): Places {
  if (step === 1) return places;
  const offsets = new Float64Array(places.length);
  if (typeof step === 'number') for (let i = 0; i < places.length; i++) offsets[i] = places[i]! * step;
  else for (let i = 0; i < places.length; i++) offsets[i] = step[places[i]!]!;
  return offsets;
}

function offsetsOfRun({ start, step, count }: Run, offsets: Places): Places {
  if (step === 1) return offsets.subarray(start, start + count);
  const taken = new Float64Array(count);
  for (let i = 0; i < count; i++) taken[i] = offsets[start + i * step]!;
  return taken;
}

/** The elements of `array` at `points`, along one axis. */
function pointsOf(array: View, { count, coords }: Points): Picked {
  const { storage, itemUnits, shape, offset } = array;
  if (coords.length !== shape.length) {
    throw new ArgumentError(`points of ${coords.length} axes in an array of ${shape.length}`);
  }
  const steps = stepsOf(array);
  const offsets = new Float64Array(count);
  for (let axis = 0; axis < coords.length; axis++) addOffsets(offsets, coords[axis]!, steps[axis]!);
  return new Picked(storage, itemUnits, [count], [offsets], offset);
}

function addOffsets(offsets: Places, places: Places, step: number | Places): void {
  if (typeof step === 'number') for (let i = 0; i < offsets.length; i++) offsets[i]! += places[i]! * step;
  else for (let i = 0; i < offsets.length; i++) offsets[i]! += step[places[i]!]!;
}

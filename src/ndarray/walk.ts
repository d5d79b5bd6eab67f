/**
 * The order in which the loops go over two arrays at once.
 *
 * Elements may be moved in any order, so the axes are brought into the one that memory likes: the target is walked
 * upwards, its largest step first; axes that lie one behind the other in both arrays become one; where the source is
 * densest along another axis than the target, those two become the inner axes and are walked in tiles. Steps and
 * positions count units of storage: an element of several units is one more axis of step 1.
 */
import { ArgumentError } from '../errors.js';
import { type Shape, shapeText } from './shape.js';
import { outOfReach, type Strided } from './strided.js';

/** Longer rows are copied by `set`, for which units of any width are the same. */
const MOST_COLUMNS = 32;
/** Fewer units are copied before views of them are made. */
const LEAST_UNITS = 128;

/** Nested loops over two arrays, outermost first; there are at least two. */
export interface Walk {
  readonly lengths: readonly number[];
  readonly sourceSteps: readonly number[];
  readonly targetSteps: readonly number[];
  /** Where the source's first unit is. */
  readonly from: number;
  /** Where the target's first unit is. */
  readonly to: number;
  /** Whether the two innermost loops should go in tiles. */
  readonly tiled: boolean;
}

/** The walk over `source` and `target`, which have the same shape; undefined when they have no elements. */
export function walkOf(source: Strided, target: Strided): Walk | undefined {
  const { shape, strides, itemUnits } = target;
  if (source.shape.length !== shape.length || source.itemUnits !== itemUnits) throw mismatch(source, target);
  for (let axis = 0; axis < shape.length; axis++) {
    if (source.shape[axis] !== shape[axis]) throw mismatch(source, target);
  }
  const walk = walkFrom(shape, source.strides, strides, itemUnits);
  if (walk === undefined) return undefined;
  walk.from += source.offset * itemUnits;
  walk.to += target.offset * itemUnits;
  assertInside(source, walk.from, walk.lengths, walk.sourceSteps);
  assertInside(target, walk.to, walk.lengths, walk.targetSteps);
  return walk;
}

/**
 * The walk over arrays of `shape` whose elements with all indices 0 are at unit 0; undefined when they have no elements.
 * Whoever takes it elsewhere makes sure that it stays inside of their storage.
 */
export function walkFrom(
  shape: Shape,
  sourceStrides: readonly number[],
  targetStrides: readonly number[],
  itemUnits: number,
): { -readonly [Member in keyof Walk]: Walk[Member] } | undefined {
  const lengths: number[] = [];
  const sourceSteps: number[] = [];
  const targetSteps: number[] = [];
  let from = 0;
  let to = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis]!;
    if (length === 0) return undefined;
    if (length === 1) continue;
    let sourceStep = sourceStrides[axis]! * itemUnits;
    let targetStep = targetStrides[axis]! * itemUnits;
    if (targetStep < 0) {
      from += (length - 1) * sourceStep;
      to += (length - 1) * targetStep;
      sourceStep = -sourceStep;
      targetStep = -targetStep;
    }
    let place = lengths.length;
    while (place > 0 && targetSteps[place - 1]! < targetStep) {
      lengths[place] = lengths[place - 1]!;
      sourceSteps[place] = sourceSteps[place - 1]!;
      targetSteps[place] = targetSteps[place - 1]!;
      place--;
    }
    lengths[place] = length;
    sourceSteps[place] = sourceStep;
    targetSteps[place] = targetStep;
  }
  if (itemUnits > 1) {
    lengths.push(itemUnits);
    sourceSteps.push(1);
    targetSteps.push(1);
  }
  joinAxes(lengths, sourceSteps, targetSteps);
  while (lengths.length < 2) {
    lengths.unshift(1);
    sourceSteps.unshift(0);
    targetSteps.unshift(0);
  }
  return { lengths, sourceSteps, targetSteps, from, to, tiled: bringDensest(lengths, sourceSteps, targetSteps) };
}

/** Whether short rows are copied often enough for `widened` to be worth the trouble. */
export function isWiderWorthwhile({ lengths }: Walk, factor: number): boolean {
  const columns = lengths[lengths.length - 1]!;
  if (columns < factor || columns > MOST_COLUMNS * factor) return false;
  let rows = 1;
  for (let axis = 0; axis < lengths.length - 1; axis++) rows *= lengths[axis]!;
  return rows * columns >= LEAST_UNITS;
}

/** The same walk by units that are `factor` times as wide; undefined where rows are not whole numbers of them. */
export function widened(walk: Walk, factor: number): Walk | undefined {
  const { lengths, sourceSteps, targetSteps } = walk;
  const inner = lengths.length - 1;
  if (sourceSteps[inner] !== 1 || targetSteps[inner] !== 1) return undefined;
  const isWhole = (units: number): boolean => units % factor === 0;
  if (!isWhole(lengths[inner]!) || !isWhole(walk.from) || !isWhole(walk.to)) return undefined;
  const narrowed = (steps: readonly number[]): number[] | undefined => {
    const wide = steps.map((step, axis) => (axis === inner ? 1 : step / factor));
    return wide.every(Number.isInteger) ? wide : undefined;
  };
  const wideSource = narrowed(sourceSteps);
  const wideTarget = narrowed(targetSteps);
  if (wideSource === undefined || wideTarget === undefined) return undefined;
  return {
    lengths: lengths.map((length, axis) => (axis === inner ? length / factor : length)),
    sourceSteps: wideSource,
    targetSteps: wideTarget,
    from: walk.from / factor,
    to: walk.to / factor,
    tiled: false,
  };
}

/** Out-of-range units of a typed array read as 0 and are dropped when written: a wrong view must not get that far. */
function assertInside(array: Strided, start: number, lengths: readonly number[], steps: readonly number[]): void {
  let first = start;
  let last = start;
  for (let axis = 0; axis < lengths.length; axis++) {
    const span = (lengths[axis]! - 1) * steps[axis]!;
    if (span < 0) first += span;
    else last += span;
  }
  if (first >= 0 && last < array.storage.length) return;
  throw outOfReach(array);
}

/** Makes one axis of neighbours that lie one behind the other in both arrays. */
function joinAxes(lengths: number[], sourceSteps: number[], targetSteps: number[]): void {
  let kept = 0;
  for (let axis = 1; axis < lengths.length; axis++) {
    const length = lengths[axis]!;
    const sourceStep = sourceSteps[axis]!;
    const targetStep = targetSteps[axis]!;
    if (sourceSteps[kept] === sourceStep * length && targetSteps[kept] === targetStep * length) {
      lengths[kept]! *= length;
    } else {
      lengths[++kept] = length;
    }
    sourceSteps[kept] = sourceStep;
    targetSteps[kept] = targetStep;
  }
  if (lengths.length > 0) lengths.length = sourceSteps.length = targetSteps.length = kept + 1;
}

/** Moves the axis along which the source is densest next to the innermost, and tells whether tiles are worth it. */
function bringDensest(lengths: number[], sourceSteps: number[], targetSteps: number[]): boolean {
  const inner = lengths.length - 1;
  let densest = inner;
  for (let axis = 0; axis < inner; axis++) {
    const step = Math.abs(sourceSteps[axis]!);
    if (step > 0 && step < Math.abs(sourceSteps[densest]!)) densest = axis;
  }
  if (densest === inner) return false;
  for (const list of [lengths, sourceSteps, targetSteps]) list.splice(inner - 1, 0, ...list.splice(densest, 1));
  return lengths[inner]! >= 4 && lengths[inner - 1]! >= 4;
}

function mismatch(source: Strided, target: Strided): ArgumentError {
  const text = ({ shape, itemUnits }: Strided): string => `${shapeText(shape)} of ${itemUnits} units an element`;
  return new ArgumentError(`arrays differ in form: ${text(source)} and ${text(target)}`);
}

/**
 * Selections of selections: what is taken of what was taken, said of the array itself. Nothing is read.
 */
import { storageOfView } from '../dtypes/storage.js';
import { type ChunkGrid, regularGrid } from '../grid/grid.js';
import { copy } from '../ndarray/copy.js';
import { type AxisPick, isPoints, type Picks, type Places, type Points, partOf, shapeOf } from '../ndarray/picked.js';
import { type Shape, sizeOf, stridesOf } from '../ndarray/shape.js';
import type { Run } from '../ndarray/strided.js';
import { compact } from './places.js';
import type { NormalSelection } from './selection.js';

/** The axes of what a selection gives, as a rule of selecting takes them. A selection in memory has no chunks. */
export const axesOfResult = ({ shape }: NormalSelection): ChunkGrid =>
  regularGrid(
    shape,
    shape.map((length) => Math.max(1, length)),
  );

/** What `inner` takes of that which `outer` takes of an array. */
export function composed(outer: NormalSelection, inner: NormalSelection): NormalSelection {
  const { shape, isScalar } = inner;
  if (isPoints(outer.region)) {
    return { region: pointsWithin(outer.region, outer.shape, inner), shape, dropped: [], isScalar };
  }
  const kept = outer.region.map((_, axis) => axis).filter((axis) => !outer.dropped.includes(axis));
  if (isPoints(inner.region)) {
    return { region: pointsOn(outer.region, kept, inner.region), shape, dropped: [], isScalar };
  }
  const region = [...outer.region];
  inner.region.forEach((pick, position) => {
    const axis = kept[position]!; // The inner selection has the axes that the outer one kept.
    region[axis] = pickWithin(region[axis]!, pick);
  });
  const dropped = [...outer.dropped, ...inner.dropped.map((position) => kept[position]!)].sort((a, b) => a - b);
  return { region, shape, dropped, isScalar };
}

/** What `inner` takes of the elements that `outer` takes of an axis. */
function pickWithin(outer: AxisPick, inner: AxisPick): AxisPick {
  if (outer instanceof Float64Array) return compact(placesAt(outer, inner));
  if (inner instanceof Float64Array) return compact(inner.map((place) => outer.start + place * outer.step));
  const { start, step, count } = inner;
  return { start: outer.start + start * outer.step, step: step * outer.step, count };
}

function placesAt(places: Places, pick: AxisPick): Places {
  if (pick instanceof Float64Array) return pick.map((position) => places[position]!);
  return Float64Array.from({ length: pick.count }, (_, i) => places[pick.start + i * pick.step]!);
}

/** Points among the `kept` axes of `outer`, as points of the array. */
function pointsOn(outer: readonly AxisPick[], kept: readonly number[], { count, coords }: Points): Points {
  const onAxis = (pick: AxisPick, axis: number): Places => {
    const position = kept.indexOf(axis);
    // An axis that an index dropped holds one place.
    if (position < 0) return new Float64Array(count).fill((pick as Run).start);
    const places = coords[position]!;
    return pick instanceof Float64Array ? placesAt(pick, places) : places.map((at) => pick.start + at * pick.step);
  };
  return { count, coords: outer.map(onAxis) };
}

/** What `inner` takes of points that stand in an array of `shape`. */
function pointsWithin({ coords }: Points, shape: Shape, inner: NormalSelection): Points {
  return { count: sizeOf(shapeOf(inner.region)), coords: coords.map((places) => taken(places, shape, inner.region)) };
}

/** What `picks` take of `places`, which stand in an array of `shape`, in C order. */
function taken(places: Places, shape: Shape, picks: Picks): Places {
  const source = { storage: storageOfView(8, places), itemUnits: 1, shape, strides: stridesOf(shape), offset: 0 };
  const part = partOf(source, picks);
  const result = new Float64Array(sizeOf(part.shape));
  const strides = stridesOf(part.shape);
  copy(part, { storage: storageOfView(8, result), itemUnits: 1, shape: part.shape, strides, offset: 0 });
  return result;
}

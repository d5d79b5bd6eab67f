/**
 * Selections of points: lists of indices, one per axis, that go together as NumPy broadcasts them; and masks of the
 * array's shape, which are the points where they are true.
 */
import { described } from '../described.js';
import { storageOfView } from '../dtypes/storage.js';
import { ArgumentError, SelectionError, VindexInvalidSelectionError } from '../errors.js';
import type { ChunkGrid } from '../grid/grid.js';
import { copy } from '../ndarray/copy.js';
import type { Places } from '../ndarray/picked.js';
import { type Shape, shapeText, sizeOf, stridesOf } from '../ndarray/shape.js';
import { indexOn, isIndex } from '../ndarray/slice.js';
import { type Entry, entriesOf, Integers, Mask, placesOf, type Refusal, readEntry, setPlaces } from './entry.js';
import type { NormalSelection } from './selection.js';

/** One list of indices, or an index, for each axis. */
export const coordinateSelection = (selection: unknown, grid: ChunkGrid): NormalSelection =>
  pointsAt(entriesOf(selection), grid, SelectionError);

/** What `vindex` takes: a list of indices, or an index, for each axis; or one mask of the array's shape. */
export function vectorizedSelection(selection: unknown, grid: ChunkGrid): NormalSelection {
  const entries = entriesOf(selection, VindexInvalidSelectionError);
  const [mask] = entries;
  return entries.length === 1 && mask instanceof Mask
    ? pointsIn(mask, grid, VindexInvalidSelectionError)
    : pointsAt(entries, grid, VindexInvalidSelectionError);
}

/** What mask selections take: an `NdArray` of booleans, or booleans in lists; alone, or as the only entry of a list. */
export function maskSelection(selection: unknown, grid: ChunkGrid): NormalSelection {
  const only: unknown = Array.isArray(selection) && selection.length === 1 ? selection[0] : undefined;
  const mask = readEntry(only === undefined || typeof only === 'boolean' ? selection : only, 0, SelectionError);
  if (mask instanceof Mask && mask.shape.length < grid.length && Array.isArray(only)) {
    return pointsIn(new Mask([1, ...mask.shape], mask.flags), grid, SelectionError);
  }
  if (mask instanceof Mask) return pointsIn(mask, grid, SelectionError);
  const found = mask instanceof Integers ? 'integers' : described(mask);
  throw new SelectionError(`expected a mask: ${booleansFor(grid)}, got ${found}`);
}

const booleansFor = (grid: ChunkGrid): string => `booleans of shape ${shapeText(grid.map(({ length }) => length))}`;

/** The points where `mask` is true, in C order. */
export function pointsIn(mask: Mask, grid: ChunkGrid, refusal: Refusal): NormalSelection {
  if (mask.shape.length !== grid.length || grid.some(({ length }, axis) => length !== mask.shape[axis])) {
    throw new refusal(`expected a mask of ${booleansFor(grid)}, got shape ${shapeText(mask.shape)}`);
  }
  let positions = setPlaces(mask.flags);
  const count = positions.length;
  const coords = new Array<Places>(grid.length);
  for (let axis = grid.length - 1; axis >= 0; axis--) {
    const { length } = grid[axis]!;
    coords[axis] = positions.map((position) => position % length);
    positions = positions.map((position) => Math.floor(position / length));
  }
  return { region: { count, coords }, shape: [count], dropped: [], isScalar: false };
}

/** The points that `entries`, broadcast to one shape, name; `refusal` is thrown for what is no list of indices. */
export function pointsAt(entries: readonly Entry[], grid: ChunkGrid, refusal: Refusal): NormalSelection {
  const wrong = entries.findIndex((entry) => !(isIndex(entry) || entry instanceof Integers));
  if (wrong >= 0 || entries.length !== grid.length || grid.length === 0) {
    const entry = entries[wrong];
    const what = entry instanceof Mask ? 'a mask' : described(entry);
    const found = wrong >= 0 ? `${what} as entry ${wrong}` : `${entries.length} of them`;
    throw new refusal(
      `points: expected a list of indices, or an index, for each of the ${grid.length} axes, got ${found}`,
    );
  }
  const lists = entries.map((entry, axis): { readonly shape: Shape; readonly places: Places } => {
    const { length } = grid[axis]!;
    if (entry instanceof Integers) return { shape: entry.shape, places: placesOf(entry, length, axis) };
    // By the test above, what is no list is an index.
    return { shape: [], places: Float64Array.of(indexOn(entry as number, length, axis)) };
  });
  const common = commonShape(lists.map(({ shape }) => shape));
  const shape = common.length === 0 ? [1] : common;
  const coords = lists.map((list) => spread(list.places, list.shape, shape));
  return { region: { count: sizeOf(shape), coords }, shape, dropped: [], isScalar: false };
}

/** The shape to which NumPy broadcasts all `shapes`. */
function commonShape(shapes: readonly Shape[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const length = lengths.find((candidate) => candidate !== 1) ?? 1;
    if (lengths.every((candidate) => candidate === 1 || candidate === length)) return length;
    throw new ArgumentError(`lists of shapes ${shapes.map(shapeText).join(', ')} cannot be broadcast to one shape`);
  });
}

/** `places` of shape `given`, broadcast to `shape`, in C order. */
function spread(places: Places, given: Shape, shape: Shape): Places {
  if (sizeOf(given) === sizeOf(shape)) return places;
  const result = new Float64Array(sizeOf(shape));
  const steps = stridesOf(given);
  const missing = shape.length - given.length;
  const strides = shape.map((_, axis) => ((given[axis - missing] ?? 1) === 1 ? 0 : steps[axis - missing]!));
  const source = { storage: storageOfView(8, places), itemUnits: 1, shape, strides, offset: 0 };
  copy(source, { storage: storageOfView(8, result), itemUnits: 1, shape, strides: stridesOf(shape), offset: 0 });
  return result;
}

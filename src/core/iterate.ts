/**
 * Walking an array chunk by chunk: by what is stored as one object, a shard where there are shards. Each part is a
 * selection of its own, so that a walk holds no more than the parts it reads ahead.
 */
import { described } from '../described.js';
import { ArgumentError } from '../errors.js';
import type { ChunkGrid } from '../grid/grid.js';
import { type ChunkProjection, countChunks, project } from '../indexing/project.js';
import { type NormalSelection, orthogonalSelection, type Selection } from '../indexing/selection.js';
import type { NdArray } from '../ndarray/ndarray.js';
import { type AxisPick, isPoints, shapeOf } from '../ndarray/picked.js';
import { type Slice, slice } from '../ndarray/slice.js';
import { checkOptions } from '../options.js';
import { runAsync, runSync } from '../task.js';
import type { ArrayNode, OperationOptions } from './node.js';
import { inArray, readNormal } from './selections.js';

/** What `iterChunks` takes. */
export interface IterChunksOptions extends OperationOptions {
  /** What to walk over, each axis by itself as for `oindex`; by default all. */
  readonly selection?: Selection | undefined;
  /** Chunks that are read ahead while one is worked on; 1 unless said. The blocking API reads each when asked. */
  readonly prefetch?: number | undefined;
}

/** A chunk, or shard, on a walk over an array. */
export interface ChunkPart<D extends string = any> {
  /** Coordinates in the grid of chunks, or of shards. */
  readonly coords: readonly number[];
  /** Where the values are in the array: what `oindex` takes. */
  readonly selection: readonly (number | Slice | readonly number[])[];
  /** The values, clipped to the array and to the selection. */
  readonly value: NdArray<D>;
}

/** The parts of an array, one after another. */
export function* iterateSync(node: ArrayNode, options: IterChunksOptions = {}): Generator<ChunkPart> {
  const { parts, total, reading } = walkOf(node, options);
  options ??= {};
  let done = 0;
  for (const { coords, selection, normal } of parts) {
    const value = runSync(readNormal(node, normal, reading));
    options.onProgress?.(++done, total);
    yield { coords, selection, value };
  }
}

/** The parts of an array, one after another, some read ahead. */
export async function* iterateAsync(node: ArrayNode, options: IterChunksOptions = {}): AsyncGenerator<ChunkPart> {
  const { parts, total, reading, prefetch } = walkOf(node, options);
  options ??= {};
  const { signal } = options;
  // What is read ahead for nobody, because the walk has ended, asks for nothing more.
  const walk = new AbortController();
  const giveUp = (): void => walk.abort(signal?.reason);
  if (signal?.aborted) giveUp();
  signal?.addEventListener('abort', giveUp);
  const ahead: Promise<ChunkPart>[] = [];
  let done = 0;
  const next = async (): Promise<ChunkPart> => {
    const part = await ahead.shift()!; // Called where there is one.
    options.onProgress?.(++done, total);
    return part;
  };
  try {
    for (const { coords, selection, normal } of parts) {
      const read = runAsync(readNormal(node, normal, { ...reading, signal: walk.signal }), walk);
      const part = read.then((value): ChunkPart => ({ coords, selection, value }));
      part.catch(() => {}); // Its failure is thrown when its turn comes, if the walk gets that far.
      ahead.push(part);
      if (ahead.length > prefetch) yield await next();
    }
    while (ahead.length > 0) yield await next();
  } finally {
    signal?.removeEventListener('abort', giveUp);
    giveUp();
  }
}

interface Part {
  readonly coords: readonly number[];
  readonly selection: ChunkPart['selection'];
  readonly normal: NormalSelection;
}

interface Walk {
  readonly parts: Iterable<Part>;
  readonly total: number;
  readonly reading: OperationOptions;
  readonly prefetch: number;
}

const OPTIONS = Object.freeze(['selection', 'prefetch', 'signal', 'onProgress', 'config']);

function walkOf(node: ArrayNode, given: IterChunksOptions): Walk {
  checkOptions(given, OPTIONS, 'iterChunks');
  const options = given ?? {};
  const { selection, signal, config } = options;
  const prefetch = options.prefetch ?? 1;
  if (!(Number.isInteger(prefetch) && prefetch >= 0)) {
    throw new ArgumentError(`prefetch: expected a number of chunks, 0 or more, got ${described(prefetch)}`);
  }
  const { grid } = node.levelFor({ config });
  const normal = inArray(node, () => orthogonalSelection(selection ?? '...', grid));
  const total = options.onProgress === undefined ? 0 : countChunks(normal.region, grid);
  return { parts: partsOf(grid, normal), total, reading: { signal, config }, prefetch };
}

function* partsOf(grid: ChunkGrid, { region, dropped }: NormalSelection): Iterable<Part> {
  for (const { coords, inChunk } of project(region, grid)) {
    const picks = axesOf(inChunk).map((pick, axis) => shifted(pick, grid[axis]!.startOf(coords[axis]!)));
    const selection = picks.map((pick, axis) => entryOf(pick, dropped.includes(axis)));
    const shape = shapeOf(picks).filter((_, axis) => !dropped.includes(axis));
    yield { coords, selection, normal: { region: picks, shape, dropped, isScalar: false } };
  }
}

/** What is taken of each axis: what a selection of each axis by itself always says. */
function axesOf(inChunk: ChunkProjection['inChunk']): readonly AxisPick[] {
  if (isPoints(inChunk)) throw new ArgumentError('a walk is over axes, not over points');
  return inChunk;
}

function shifted(pick: AxisPick, start: number): AxisPick {
  if (pick instanceof Float64Array) return pick.map((place) => place + start);
  return { ...pick, start: pick.start + start };
}

function entryOf(pick: AxisPick, isDropped: boolean): number | Slice | readonly number[] {
  if (pick instanceof Float64Array) return [...pick];
  const { start, step, count } = pick;
  if (isDropped) return start;
  const stop = step > 0 ? start + (count - 1) * step + 1 : start + (count - 1) * step - 1;
  // A negative bound would count from the end.
  return slice(start, stop < 0 ? null : stop, step);
}

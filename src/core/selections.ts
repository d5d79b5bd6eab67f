/**
 * Reading and writing selections: what is asked is made a region, checked against the limits and, for a write, against
 * the value, all before the first chunk is touched.
 */
import { described } from '../described.js';
import type { Casting, DType } from '../dtypes/dtype.js';
import { type Storage, storageOfBytes } from '../dtypes/storage.js';
import { ArgumentError, BoundsCheckError, LimitError, located, SelectionError } from '../errors.js';
import { countChunks } from '../indexing/project.js';
import { anySelection, type NormalSelection, type SelectionRule } from '../indexing/selection.js';
import { castingOf } from '../ndarray/cast.js';
import { outFor, valueFor } from '../ndarray/convert.js';
import { NdArray } from '../ndarray/ndarray.js';
import { ownArray } from '../ndarray/own.js';
import { type AxisPick, isPoints, Picked, shapeOf, type View } from '../ndarray/picked.js';
import { reshapedStrides } from '../ndarray/reshape.js';
import { sizeOf, stridesOf } from '../ndarray/shape.js';
import { positionsOf } from '../ndarray/strided.js';
import { checkOptions } from '../options.js';
import type { Task } from '../task.js';
import type { Context } from './context.js';
import { checkWritable } from './documents.js';
import { readGrid } from './grids.js';
import { type IsEndFree, knowingEnd } from './growth.js';
import { locksOf } from './lock.js';
import { type ArrayNode, arrayNodeOf, type FieldOptions, type OperationOptions } from './node.js';
import { readShared } from './parallel/read.js';
import { writeShared } from './parallel/write.js';
import { waitsForWorkers } from './parallel/write-plan.js';
import { sharedMemory } from './shared-memory.js';

/** What `get` and every `get…Selection` take. */
export interface ReadOptions extends OperationOptions, FieldOptions {
  /** Where the values go: an `NdArray` or typed array of the result's data type and shape. */
  readonly out?: unknown;
  /**
   * Of reads whose requests wait for their turn at a store (`limited` of zarr-ts/storage), those of a higher number go first;
   * 0 unless it is given.
   */
  readonly priority?: number | null | undefined;
}

/** What `set` and every `set…Selection` take. */
export interface WriteOptions extends OperationOptions, FieldOptions {
  /** `"unsafe"` casts as NumPy does; by default each value must be kept exactly. */
  readonly casting?: Casting | undefined;
}

/** What reads take. */
export const READ = ['out', 'priority', 'fields', 'signal', 'onProgress', 'config'];
/** What writes take. */
export const WRITE = ['casting', 'fields', 'signal', 'onProgress', 'config'];

/**
 * The elements that `selection` means by `rule`; one scalar where indices address every axis, of which there is at least
 * one.
 */
export function* getSelection(
  node: ArrayNode,
  selection: unknown,
  options: ReadOptions = {},
  rule: SelectionRule = anySelection,
): Task<unknown> {
  checkOptions(options, READ, 'get');
  options ??= {};
  const { grid } = node.levelFor(options);
  const normal = inArray(node, () => rule(selection ?? '...', grid));
  return yield* readSelected(node, normal, options);
}

/** What a selection that was checked gives: one scalar, or an array. */
export function* readSelected(node: ArrayNode, normal: NormalSelection, options: ReadOptions): Task<unknown> {
  const result = yield* readNormal(node, normal, options);
  return normal.isScalar && (options.out ?? undefined) === undefined ? result.item() : result;
}

/** Reads what a selection that was checked against the array's grid means. */
export function* readNormal(node: ArrayNode, normal: NormalSelection, options: ReadOptions): Task<NdArray> {
  checkInside(node, normal);
  const level = node.levelFor(options);
  const context = node.context(options);
  const dtype = context.fields?.dtype ?? node.model.dtype;
  checkLimits(node, normal, context);
  const result =
    options.out === undefined || options.out === null
      ? allocate(node, dtype, normal.shape, options)
      : inArray(node, () => outFor(options.out, dtype, normal.shape));
  const cells = node.cells(options.signal, priorityOf(node, options));
  yield* readShared(node, level, cells, normal.region, overRegion(result, normal), context);
  return result;
}

function priorityOf({ storePath: { path } }: ArrayNode, { priority = 0 }: ReadOptions): number {
  if (priority === null) return 0;
  if (typeof priority === 'number' && !Number.isNaN(priority)) return priority;
  throw new ArgumentError(`priority: expected a number, got ${described(priority)}`, { path });
}

/** The result of `check`, its failure told which array it is about. */
export function inArray<T>({ storePath: { path } }: ArrayNode, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw located(error, { path }, ArgumentError);
  }
}

/** `array`, which has the shape of the result, in the shape of the region: a view. */
function overRegion(array: NdArray, { region, dropped }: NormalSelection): View {
  const { storage, itemUnits, offset } = array;
  const shape = shapeOf(region);
  if (!isPoints(region)) {
    let axis = 0;
    const strides = shape.map((_, at) => (dropped.includes(at) ? 0 : array.strides[axis++]!));
    return { storage, itemUnits, shape, strides, offset };
  }
  const strides = reshapedStrides(array, shape);
  if (strides !== undefined) return { storage, itemUnits, shape, strides, offset };
  return new Picked(storage, itemUnits, shape, [Float64Array.from(positionsOf(array))], 0);
}

function allocate(node: ArrayNode, dtype: DType, shape: readonly number[], options: OperationOptions): NdArray {
  const { order, sharedMemory } = node.configFor(options);
  const storage = sharedMemory ? inArray(node, () => sharedStorage(dtype, shape)) : dtype.allocate(sizeOf(shape));
  if (order === 'C') return new NdArray(dtype, storage, shape);
  const reversed = stridesOf([...shape].reverse()).reverse();
  return new NdArray(dtype, storage, shape, reversed);
}

/** Storage in memory that other threads can have too; lists, which they cannot, are as ever. */
function sharedStorage(dtype: DType, shape: readonly number[]): Storage {
  const { storageUnit, unitsPerItem } = dtype;
  if (storageUnit === 'object') return dtype.allocate(sizeOf(shape));
  if (typeof SharedArrayBuffer === 'undefined') {
    const where = 'a page has one if it is isolated from other origins';
    throw new ArgumentError(`array.sharedMemory: there is no SharedArrayBuffer here; ${where}`);
  }
  return storageOfBytes(storageUnit, new Uint8Array(sharedMemory(sizeOf(shape) * unitsPerItem * storageUnit)));
}

/**
 * Writes `value`, broadcast, to the elements that `selection` means by `rule`. What `value` holds when this is called is
 * written: where the store or a codec may have to be waited for, a copy is taken first.
 */
export function* setSelection(
  node: ArrayNode,
  selection: unknown,
  value: unknown,
  options: WriteOptions = {},
  rule: SelectionRule = anySelection,
): Task<void> {
  checkOptions(options, WRITE, 'set');
  options ??= {};
  checkWritable(node.storePath);
  const { path } = node.storePath;
  // A read may leave out what to read; a write that did would replace everything by mistake.
  if (selection === undefined) throw new SelectionError('set: expected a selection, got undefined', { path });
  const { grid } = node.levelFor(options);
  const normal = inArray(node, () => rule(selection ?? '...', grid));
  yield* writeSelected(node, normal, value, options);
}

/** Writes `value`, checked, cast and broadcast, to what a selection that was checked means. */
export function* writeSelected(
  node: ArrayNode,
  normal: NormalSelection,
  value: unknown,
  options: WriteOptions,
): Task<void> {
  const context = node.context(options);
  const dtype = context.fields?.dtype ?? node.model.dtype;
  checkLimits(node, normal, context);
  const given = yield* inMemory(value, options.signal);
  const source = inArray(node, () => valueFor(given, dtype, normal.shape, castingOf(options.casting)));
  const isBorrowed = given === value && (node.mayWait || waitsForWorkers(context));
  yield* writeNormal(node, normal, isBorrowed ? ownArray(source) : source, options);
}

/**
 * Writes values of the array's type and the selection's shape, which nobody changes meanwhile. What lies past the array's
 * end is found out unless it is told.
 */
export function* writeNormal(
  node: ArrayNode,
  normal: NormalSelection,
  source: NdArray,
  options: WriteOptions,
  isEndFree?: IsEndFree,
): Task<void> {
  checkInside(node, normal);
  const level = node.levelFor(options);
  const context = node.context(options);
  checkLimits(node, normal, context);
  const locks = locksOf(node.storePath.store);
  const cells = node.cells(options.signal);
  const { region } = normal;
  const view = overRegion(source, normal);
  const write = (end: IsEndFree | undefined): Task<void> =>
    writeShared(node, level, cells, region, view, { ...context, isEndFree: end }, locks);
  yield* isEndFree === undefined ? knowingEnd(node, region, level.grid, write) : write(isEndFree);
}

/** `value`; of an array in a store, its elements, all of which must be known before the first is written. */
export function* inMemory(value: unknown, signal: AbortSignal | undefined): Task<unknown> {
  const source = arrayNodeOf(value);
  return source === undefined ? value : yield* getSelection(source, undefined, { signal });
}

/** Throws unless what was checked before still lies in the array: it may have become shorter, for the same handle, since. */
export function checkInside(
  { model, storePath: { path } }: ArrayNode,
  { region }: Pick<NormalSelection, 'region'>,
): void {
  const picks: readonly AxisPick[] = isPoints(region) ? region.coords : region;
  model.shape.forEach((length, axis) => {
    const last = lastOf(picks[axis]!);
    if (last < length) return;
    throw new BoundsCheckError(
      `a selection that reaches index ${last} of axis ${axis}, which has become ${length} long since it was made`,
      { axis, path },
    );
  });
}

/** The highest place that is taken of an axis; -1 where there is none. */
function lastOf(pick: AxisPick): number {
  if (!(pick instanceof Float64Array)) {
    const { start, step, count } = pick;
    return count === 0 ? -1 : Math.max(start, start + (count - 1) * step);
  }
  let last = -1;
  for (let i = 0; i < pick.length; i++) last = Math.max(last, pick[i]!);
  return last;
}

/** Throws `LimitError` for a selection of more bytes or chunks than are allowed. */
export function checkLimits(node: ArrayNode, normal: Pick<NormalSelection, 'region'>, context: Context): void {
  const { limits, path, fields } = context;
  const { memorySize } = fields?.dtype ?? node.model.dtype;
  const bytes = sizeOf(shapeOf(normal.region)) * memorySize;
  if (bytes > limits.outputBytes) {
    throw new LimitError(`limits.outputBytes: a selection of ${bytes} bytes, allowed ${limits.outputBytes}`, { path });
  }
  checkChunkCount(node, normal, context);
}

/** Throws `LimitError` for a selection over more chunks than are allowed. Those inside shards count, each by itself. */
export function checkChunkCount(
  { model }: ArrayNode,
  { region }: Pick<NormalSelection, 'region'>,
  { limits, path }: Context,
): void {
  const size = sizeOf(shapeOf(region));
  // A region lies in at most as many chunks as it has elements.
  const chunks = size <= limits.chunksPerCall ? size : countChunks(region, readGrid(model));
  if (chunks > limits.chunksPerCall) {
    throw new LimitError(`limits.chunksPerCall: a selection over ${chunks} chunks, allowed ${limits.chunksPerCall}`, {
      path,
    });
  }
}

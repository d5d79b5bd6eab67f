/**
 * Reading and writing selections: what is asked is made a region, checked against the limits and, for a write, against
 * the value, all before the first chunk is touched.
 */
import type { Casting, DType } from '../dtypes/dtype.js';
import { ArgumentError, LimitError, located } from '../errors.js';
import { countChunks } from '../indexing/project.js';
import { anySelection, type NormalSelection, type SelectionRule } from '../indexing/selection.js';
import { castingOf } from '../ndarray/cast.js';
import { outFor, valueFor } from '../ndarray/convert.js';
import { NdArray } from '../ndarray/ndarray.js';
import { isPoints, Picked, shapeOf, type View } from '../ndarray/picked.js';
import { reshapedStrides } from '../ndarray/reshape.js';
import { sizeOf, stridesOf } from '../ndarray/shape.js';
import { positionsOf } from '../ndarray/strided.js';
import { checkOptions } from '../options.js';
import type { Task } from '../task.js';
import type { Context } from './context.js';
import { checkWritable } from './documents.js';
import { locksOf } from './lock.js';
import { type ArrayNode, arrayNodeOf, type FieldOptions, type OperationOptions } from './node.js';
import { readRegion } from './read.js';
import { writeRegion } from './write.js';

export interface ReadOptions extends OperationOptions, FieldOptions {
  /** Where the values go: an `NdArray` or typed array of the result's data type and shape. */
  readonly out?: unknown;
}

export interface WriteOptions extends OperationOptions, FieldOptions {
  /** `"unsafe"` casts as NumPy does; by default each value must be kept exactly. */
  readonly casting?: Casting | undefined;
}

const READ = ['out', 'fields', 'signal', 'onProgress', 'config'];
const WRITE = ['casting', 'fields', 'signal', 'onProgress', 'config'];

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
  const normal = inArray(node, () => rule(selection ?? '...', node.level.grid));
  const result = yield* readNormal(node, normal, options);
  return normal.isScalar && (options.out ?? undefined) === undefined ? result.item() : result;
}

/** Reads what a selection that was checked against the array's grid means. */
export function* readNormal(node: ArrayNode, normal: NormalSelection, options: ReadOptions): Task<NdArray> {
  const { level } = node;
  const context = node.context(options);
  const dtype = context.fields?.dtype ?? node.model.dtype;
  checkLimits(node, normal, context);
  const result =
    options.out === undefined || options.out === null
      ? allocate(node, dtype, normal.shape, options)
      : inArray(node, () => outFor(options.out, dtype, normal.shape));
  yield* readRegion(level, node.cells(options.signal), normal.region, overRegion(result, normal), context);
  return result;
}

/** The result of `check`, its failure told which array it is about. */
function inArray<T>({ storePath: { path } }: ArrayNode, check: () => T): T {
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

function allocate({ config }: ArrayNode, dtype: DType, shape: readonly number[], options: OperationOptions): NdArray {
  const storage = dtype.allocate(sizeOf(shape));
  if ((options.config?.order ?? config.order) === 'C') return new NdArray(dtype, storage, shape);
  const reversed = stridesOf([...shape].reverse()).reverse();
  return new NdArray(dtype, storage, shape, reversed);
}

/** Writes `value`, broadcast, to the elements that `selection` means by `rule`. */
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
  const { level } = node;
  const normal = inArray(node, () => rule(selection ?? '...', level.grid));
  const context = node.context(options);
  const dtype = context.fields?.dtype ?? node.model.dtype;
  checkLimits(node, normal, context);
  const given = yield* inMemory(value, options.signal);
  const source = inArray(node, () => valueFor(given, dtype, normal.shape, castingOf(options.casting)));
  const locks = locksOf(node.storePath.store);
  yield* writeRegion(level, node.cells(options.signal), normal.region, overRegion(source, normal), context, locks);
}

/** `value`; of an array in a store, its elements, all of which must be known before the first is written. */
export function* inMemory(value: unknown, signal: AbortSignal | undefined): Task<unknown> {
  const source = arrayNodeOf(value);
  return source === undefined ? value : yield* getSelection(source, undefined, { signal });
}

/** Throws `LimitError` for a selection of more bytes or chunks than are allowed. */
export function checkLimits(
  { model, level }: ArrayNode,
  { region }: Pick<NormalSelection, 'region'>,
  { limits, path }: Context,
): void {
  const size = sizeOf(shapeOf(region));
  const bytes = size * model.dtype.memorySize;
  if (bytes > limits.outputBytes) {
    throw new LimitError(`limits.outputBytes: a selection of ${bytes} bytes, allowed ${limits.outputBytes}`, { path });
  }
  // A region lies in at most as many chunks as it has elements.
  const chunks = size <= limits.chunksPerCall ? size : countChunks(region, level.grid);
  if (chunks > limits.chunksPerCall) {
    throw new LimitError(`limits.chunksPerCall: a selection over ${chunks} chunks, allowed ${limits.chunksPerCall}`, {
      path,
    });
  }
}

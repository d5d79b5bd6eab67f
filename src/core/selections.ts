/**
 * Reading and writing selections: what is asked is made a region, checked against the limits and, for a write, against
 * the value, all before the first chunk is touched.
 */
import type { Casting, DType } from '../dtypes/dtype.js';
import { LimitError } from '../errors.js';
import { countChunks } from '../indexing/project.js';
import { type NormalSelection, normalize, type Selection } from '../indexing/selection.js';
import { castingOf } from '../ndarray/cast.js';
import { outFor, valueFor } from '../ndarray/convert.js';
import { NdArray } from '../ndarray/ndarray.js';
import { sizeOf, stridesOf } from '../ndarray/shape.js';
import { checkOptions } from '../options.js';
import type { Task } from '../task.js';
import type { Context } from './context.js';
import { checkWritable } from './documents.js';
import { locksOf } from './lock.js';
import type { ArrayNode, FieldOptions, OperationOptions } from './node.js';
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

/** The selected elements; one scalar where indices address every axis, of which there is at least one. */
export function* getSelection(
  node: ArrayNode,
  selection: Selection | undefined,
  options: ReadOptions = {},
): Task<unknown> {
  checkOptions(options, READ, 'get');
  const { shape } = node.model;
  const normal = normalize(selection, shape);
  const { region, dropped } = normal;
  const { level } = node;
  const context = node.context(options);
  const dtype = context.fields?.dtype ?? node.model.dtype;
  checkLimits(node, normal, context);
  const full = region.map((run) => run.count);
  const kept = full.flatMap((_, axis) => (dropped.includes(axis) ? [] : [axis]));
  const resultShape = Object.freeze(kept.map((axis) => full[axis]!));
  const result =
    options.out === undefined || options.out === null
      ? allocate(node, dtype, resultShape, options)
      : outFor(options.out, dtype, resultShape);
  // The result with the dropped axes put back, of length 1: a view.
  const strides = full.map((_, axis) => (kept.includes(axis) ? result.strides[kept.indexOf(axis)]! : 0));
  const target = { storage: result.storage, itemUnits: result.itemUnits, shape: full, strides, offset: result.offset };
  yield* readRegion(level, node.cells(options.signal), region, target, context);
  const isScalar = shape.length > 0 && kept.length === 0 && options.out === undefined;
  return isScalar ? result.item() : result;
}

function allocate({ config }: ArrayNode, dtype: DType, shape: readonly number[], options: OperationOptions): NdArray {
  const storage = dtype.allocate(sizeOf(shape));
  if ((options.config?.order ?? config.order) === 'C') return new NdArray(dtype, storage, shape);
  const reversed = stridesOf([...shape].reverse()).reverse();
  return new NdArray(dtype, storage, shape, reversed);
}

/** Writes `value`, broadcast, to the selected elements. */
export function* setSelection(
  node: ArrayNode,
  selection: Selection | undefined,
  value: unknown,
  options: WriteOptions = {},
): Task<void> {
  checkOptions(options, WRITE, 'set');
  checkWritable(node.storePath);
  const { shape } = node.model;
  const normal = normalize(selection, shape);
  const { region, dropped } = normal;
  const { level } = node;
  const context = node.context(options);
  const dtype = context.fields?.dtype ?? node.model.dtype;
  checkLimits(node, normal, context);
  const full = region.map((run) => run.count);
  const kept = full.flatMap((_, axis) => (dropped.includes(axis) ? [] : [axis]));
  const source = valueFor(
    value,
    dtype,
    kept.map((axis) => full[axis]!),
    castingOf(options.casting),
  );
  const strides = full.map((_, axis) => (kept.includes(axis) ? source.strides[kept.indexOf(axis)]! : 0));
  const spread = { storage: source.storage, itemUnits: source.itemUnits, shape: full, strides, offset: source.offset };
  const locks = locksOf(node.storePath.store);
  yield* writeRegion(level, node.cells(options.signal), region, spread, context, locks);
}

/** Throws `LimitError` for a selection of more bytes or chunks than are allowed. */
export function checkLimits({ model, level }: ArrayNode, { region }: NormalSelection, { limits, path }: Context): void {
  const bytes = region.reduce((size, run) => size * run.count, model.dtype.itemSize ?? 1);
  if (bytes > limits.outputBytes) {
    throw new LimitError(`limits.outputBytes: a selection of ${bytes} bytes, allowed ${limits.outputBytes}`, { path });
  }
  const chunks = countChunks(region, level.grid);
  if (chunks > limits.chunksPerCall) {
    throw new LimitError(`limits.chunksPerCall: a selection over ${chunks} chunks, allowed ${limits.chunksPerCall}`, {
      path,
    });
  }
}

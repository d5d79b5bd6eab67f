/**
 * Reading and writing selections: what is asked is made a region, checked against the limits and, for a write, against
 * the value, all before the first chunk is touched.
 */
import type { Casting } from '../dtypes/dtype.js';
import { LimitError } from '../errors.js';
import { countChunks } from '../indexing/project.js';
import { type NormalSelection, normalize, type Selection } from '../indexing/selection.js';
import { outFor, valueFor } from '../ndarray/convert.js';
import { NdArray } from '../ndarray/ndarray.js';
import { sizeOf, stridesOf } from '../ndarray/shape.js';
import type { Task } from '../task.js';
import type { Context } from './context.js';
import { checkWritable } from './documents.js';
import { locksOf } from './lock.js';
import { type ArrayNode, arrayNodeOf, type OperationOptions } from './node.js';
import { readRegion } from './read.js';
import { writeRegion } from './write.js';

export interface ReadOptions extends OperationOptions {
  /** Where the values go: an `NdArray` or typed array of the result's data type and shape. */
  readonly out?: unknown;
}

export interface WriteOptions extends OperationOptions {
  /** `"unsafe"` casts as NumPy does; by default each value must be kept exactly. */
  readonly casting?: Casting | undefined;
}

/** The selected elements; one scalar where indices address every axis, of which there is at least one. */
export function* getSelection(
  node: ArrayNode,
  selection: Selection | undefined,
  options: ReadOptions = {},
): Task<unknown> {
  const { shape, dtype } = node.model;
  const normal = normalize(selection, shape);
  const { region, dropped } = normal;
  const { level } = node;
  const context = node.context(options);
  checkLimits(node, normal, context);
  const full = region.map((run) => run.count);
  const kept = full.flatMap((_, axis) => (dropped.includes(axis) ? [] : [axis]));
  const resultShape = Object.freeze(kept.map((axis) => full[axis]!));
  const result =
    options.out === undefined ? allocate(node, resultShape, options) : outFor(options.out, dtype, resultShape);
  // The result with the dropped axes put back, of length 1: a view.
  const strides = full.map((_, axis) => (kept.includes(axis) ? result.strides[kept.indexOf(axis)]! : 0));
  const target = { storage: result.storage, itemUnits: result.itemUnits, shape: full, strides, offset: result.offset };
  yield* readRegion(level, node.cells(options.signal), region, target, context);
  const isScalar = shape.length > 0 && kept.length === 0 && options.out === undefined;
  return isScalar ? result.item() : result;
}

function allocate({ model, config }: ArrayNode, shape: readonly number[], options: OperationOptions): NdArray {
  const { dtype } = model;
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
  checkWritable(node.storePath);
  const { shape, dtype } = node.model;
  const normal = normalize(selection, shape);
  const { region, dropped } = normal;
  const { level } = node;
  const context = node.context(options);
  checkLimits(node, normal, context);
  const full = region.map((run) => run.count);
  const kept = full.flatMap((_, axis) => (dropped.includes(axis) ? [] : [axis]));
  const source = valueFor(
    yield* inMemory(value, options.signal),
    dtype,
    kept.map((axis) => full[axis]!),
    options.casting ?? 'exact',
  );
  const strides = full.map((_, axis) => (kept.includes(axis) ? source.strides[kept.indexOf(axis)]! : 0));
  const spread = { storage: source.storage, itemUnits: source.itemUnits, shape: full, strides, offset: source.offset };
  const locks = locksOf(node.storePath.store);
  yield* writeRegion(level, node.cells(options.signal), region, spread, context, locks);
}

/** `value`; of an array in a store, its elements, all of which must be known before the first is written. */
function* inMemory(value: unknown, signal: AbortSignal | undefined): Task<unknown> {
  const source = arrayNodeOf(value);
  return source === undefined ? value : yield* getSelection(source, undefined, { signal });
}

function checkLimits({ model, level }: ArrayNode, { region }: NormalSelection, { limits, path }: Context): void {
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

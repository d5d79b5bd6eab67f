/**
 * Arrays that change their length: `resize` and `append`.
 *
 * Both work on the shape that is stored, one after the other where they meet in one program. A crash leaves what was or
 * what was asked for: `resize` stores the metadata first and then deletes what the new shape has no place for; `append`
 * writes its values past the end, where nobody reads, and then stores the metadata.
 *
 * Between programs there is such an order only in a store that compares before it changes (`lock: "os"` of a folder).
 * There `append` takes its place first, by storing the longer shape, and then writes to it: readers may see fill value
 * there for a while, and a crash leaves it. In other stores an array that grows has one writer.
 */
import { described } from '../described.js';
import type { Casting } from '../dtypes/dtype.js';
import { ArgumentError, ReadOnlyError } from '../errors.js';
import { anySelection } from '../indexing/selection.js';
import type { ArrayModel } from '../metadata/model.js';
import { withShape } from '../metadata/update.js';
import { arrayFor } from '../ndarray/convert.js';
import { NdArray } from '../ndarray/ndarray.js';
import { ownArray } from '../ndarray/own.js';
import { type Shape, shapeText } from '../ndarray/shape.js';
import { slice } from '../ndarray/slice.js';
import { checkOptions, inspected } from '../options.js';
import { isPromise, type MaybePromise, type Task, wait } from '../task.js';
import { clip, storedOutside } from './clip.js';
import { growing } from './growth.js';
import { locksOf } from './lock.js';
import { ArrayNode, arrayNodeOf, nodeOfHandle, type OperationOptions } from './node.js';
import { waitsForWorkers } from './parallel/write-plan.js';
import { exclusively, storedModel, storeModel } from './rewrite.js';
import { inMemory, setSelection, writeNormal } from './selections.js';

const OPERATION = ['signal', 'onProgress', 'config'];

/** What `resize` takes. */
export interface ResizeOptions extends OperationOptions {
  /** `false` leaves what the new shape has no place for in the store: growing again shows it. */
  readonly deleteOutsideChunks?: boolean | undefined;
}

/** What `append` takes. */
export interface AppendOptions extends OperationOptions {
  /** The axis that grows; negative ones count from the end. */
  readonly axis?: number | undefined;
  /** `"unsafe"` casts as NumPy does; by default each value must be kept exactly. */
  readonly casting?: Casting | undefined;
}

/** Gives the array another shape of the same rank. */
export function* resizeArray(
  node: ArrayNode,
  newShape: number | readonly number[],
  options: ResizeOptions = {},
): Task<void> {
  checkOptions(options, ['deleteOutsideChunks', ...OPERATION], 'resize');
  options ??= {};
  yield* growing(node.storePath, () => exclusively(node, () => resize(node, newShape, options)));
}

function* resize(node: ArrayNode, newShape: number | readonly number[], options: ResizeOptions): Task<void> {
  const { storePath } = node;
  const config = node.configFor(options);
  const stored = yield* storedModel(node, config.limits);
  const model = withShape(stored.model, newShape, config.limits);
  const shrinks = model.shape.some((length, axis) => length < stored.model.shape[axis]!);
  if (!shrinks || options.deleteOutsideChunks === false) return yield* storeModel(node, stored, model);
  if (storePath.store.delete === undefined) {
    throw new ReadOnlyError(`the store cannot delete: "${storePath.store}"`, { path: storePath.path });
  }
  const before = new ArrayNode(storePath, stored.model, config);
  const { level } = before; // Compiled before anything is written: it fails for a codec that is not known.
  const context = before.context(options);
  const outside = yield* storedOutside(before, model.shape);
  yield* storeModel(node, stored, model);
  const cells = before.cells(options.signal);
  yield* clip(level, cells, model.shape, context, outside, locksOf(storePath.store));
}

/** Makes the array longer by `data`, along one axis; gives the new shape. */
export function* appendTo(node: ArrayNode, data: unknown, options: AppendOptions = {}): Task<Shape> {
  checkOptions(options, ['axis', 'casting', ...OPERATION], 'append');
  options ??= {};
  const blocks = blocksIn(data);
  if (blocks !== undefined) return yield* appendBlocks(node, blocks, options);
  const given = ownValues(node, data, options);
  return yield* growing(node.storePath, () => exclusively(node, () => append(node, given, options)));
}

type Blocks = Iterator<unknown> | AsyncIterator<unknown>;

/** What gives blocks one after another: an iterator, such as a generator makes, or anything that is iterated with waiting. */
function blocksIn(data: unknown): Blocks | undefined {
  if (typeof data !== 'object' || data === null || Array.isArray(data) || ArrayBuffer.isView(data)) return undefined;
  if (nodeOfHandle(data) !== undefined) return undefined;
  return inspected('data', () => {
    const {
      [Symbol.asyncIterator]: later,
      [Symbol.iterator]: now,
      next,
    } = data as Partial<AsyncIterable<unknown>> & Partial<IterableIterator<unknown>>; // Any object may be asked for members.
    if (typeof later === 'function') return later.call(data);
    return typeof now === 'function' && typeof next === 'function' ? now.call(data) : undefined;
  });
}

/** Appends one block after another, each as by itself: no more than one is held. */
function* appendBlocks(node: ArrayNode, blocks: Blocks, options: AppendOptions): Task<Shape> {
  let { shape } = node.model;
  let isOver = false;
  try {
    for (;;) {
      options.signal?.throwIfAborted();
      const step = yield* wait(blocks.next());
      isOver = step.done === true;
      if (isOver) return shape;
      if (blocksIn(step.value) !== undefined) throw new ArgumentError('append: expected blocks, got blocks of blocks');
      shape = yield* appendTo(node, step.value, options);
    }
  } catch (error) {
    // Whoever makes the blocks is told that no more are wanted; the failure is the one to report.
    if (!isOver) yield* wait(ended(blocks));
    throw error;
  }
}

function ended(blocks: Blocks): MaybePromise<unknown> {
  try {
    const ending = blocks.return?.();
    return isPromise(ending) ? ending.then(undefined, () => {}) : undefined;
  } catch {
    return undefined;
  }
}

/** `data` in memory that the caller cannot change while something is waited for; an array in a store as it is. */
function ownValues(node: ArrayNode, data: unknown, options: AppendOptions): unknown {
  const { casting = 'exact' } = options;
  const waits = node.mayWait || waitsForWorkers(node.configFor(options));
  if (!waits || arrayNodeOf(data) !== undefined) return data;
  return ownArray(arrayFor(data, node.model.dtype, casting));
}

function* append(node: ArrayNode, data: unknown, options: AppendOptions): Task<Shape> {
  const { axis: given = 0, casting = 'exact', signal, onProgress } = options;
  const config = node.configFor(options);
  const stored = yield* storedModel(node, config.limits);
  const { shape, dtype } = stored.model;
  const axis = axisOf(given, shape);
  const values = arrayFor(yield* inMemory(data, signal), dtype, casting);
  checkFits(values, shape, axis);
  const length = shape[axis]!;
  const model = withShape(stored.model, shape.with(axis, length + values.shape[axis]!), config.limits);
  const after = new ArrayNode(node.storePath, model, config);
  const slab = shape.map((_, other) => (other === axis ? slice(length, null) : null));
  const isShared = node.storePath.store.conditional === true;
  if (isShared) yield* storeModel(node, stored, model);
  try {
    // Nobody else makes the array longer meanwhile, unless other programs do.
    yield* writeNormal(after, anySelection(slab, after.level.grid), values, { signal, onProgress }, () => !isShared);
    if (!isShared) yield* storeModel(node, stored, model);
  } catch (error) {
    if (isShared) yield* giveBack(node, stored.model, after, slab);
    else yield* withdraw(node, stored.model, after);
    throw error;
  }
  return model.shape;
}

/** Takes back the place that a failed `append` took, unless the array has grown on; as far as the store lets it. */
function* giveBack(node: ArrayNode, before: ArrayModel, after: ArrayNode, slab: unknown): Task<void> {
  try {
    // Not clipped: what lies beyond the place in its last chunks may be another program's.
    yield* setSelection(after, slab, new NdArray(before.dtype, before.fillValue, []));
    const stored = yield* storedModel(node);
    if (!isSameShape(stored.model.shape, after.model.shape)) return;
    yield* storeModel(node, stored, withShape(stored.model, before.shape, node.config.limits));
  } catch {
    // The failure of `append` itself is the one to report.
  }
}

/** Deletes what a failed `append` wrote past the end, unless the array has grown meanwhile; as far as the store lets it. */
function* withdraw(node: ArrayNode, before: ArrayModel, after: ArrayNode): Task<void> {
  try {
    const { shape } = (yield* storedModel(node)).model;
    if (!isSameShape(shape, before.shape)) return;
    const outside = yield* storedOutside(after, shape);
    yield* clip(after.level, after.cells(), shape, after.context({}), outside, locksOf(node.storePath.store));
  } catch {
    // The failure of `append` itself is the one to report.
  }
}

const isSameShape = (left: Shape, right: Shape): boolean =>
  left.length === right.length && left.every((length, axis) => length === right[axis]);

function axisOf(given: unknown, shape: Shape): number {
  const rank = shape.length;
  const axis = typeof given === 'number' && given < 0 ? given + rank : given;
  if (typeof axis === 'number' && Number.isInteger(axis) && axis >= 0 && axis < rank) return axis;
  throw new ArgumentError(
    rank === 0
      ? 'append: an array without axes cannot grow'
      : `axis: expected an integer from ${-rank} to ${rank - 1}, got ${described(given)}`,
  );
}

function checkFits(values: NdArray, shape: Shape, axis: number): void {
  const fits =
    values.shape.length === shape.length &&
    values.shape.every((length, other) => other === axis || length === shape[other]);
  if (fits) return;
  throw new ArgumentError(
    `append: expected data of the shape ${shapeText(shape)} but for axis ${axis}, got ${shapeText(values.shape)}`,
    { axis },
  );
}

/** Lazy views of arrays, for both APIs: one-line methods over core/view. */
import { runBlocking } from './blocking.js';
import type { Explanation } from './core/explain.js';
import type { ReadOptions, WriteOptions } from './core/selections.js';
import type { ExplainOptions, ViewNode } from './core/view.js';
import type { DType } from './dtypes/dtype.js';
import type { Selection } from './indexing/selection.js';
import { type Shape, shapeText, sizeOf } from './ndarray/shape.js';
import type { NameIn, Selected } from './selected.js';
import { runAsync } from './task.js';

/** What both kinds of view know without waiting. */
abstract class AnyView<D> {
  protected readonly viewed: ViewNode;

  constructor(viewed: ViewNode) {
    this.viewed = viewed;
  }

  /** Lengths of the axes that the selections left. */
  get shape(): Shape {
    return this.viewed.normal.shape;
  }
  /** The number of axes. */
  get ndim(): number {
    return this.shape.length;
  }
  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }
  /** The data type of the array. */
  get dtype(): DType<NameIn<D>> {
    return this.viewed.node.model.dtype;
  }

  /**
   * What a first `get` would take: requests, bytes where they are known, peak memory. Nothing is fetched. Later ones take
   * less where the handle has kept the index of a shard.
   *
   * @throws BoundsCheckError where the array has become too short, LimitError for more chunks than one call may touch.
   * @example
   * const array = zarr.zeros([1000, 1000], { dtype: 'uint8', chunks: [100, 100], compressors: null });
   * const { requests, bytes, chunks, resultBytes } = array.view('5, :').explain();
   * [requests, bytes, chunks, resultBytes]; // [10, 1000, 10, 1000]
   */
  explain(options?: ExplainOptions): Explanation {
    return this.viewed.explain(options);
  }

  /** What `console.log` prints on Node. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return String(this);
  }

  protected describe(className: string): string {
    return `<${className} ${this.viewed.node.storePath} shape=${shapeText(this.shape)} dtype=${this.dtype}>`;
  }
}

/**
 * A part of an array that is not read until `get`, which gives `R`. Views of views are composed without reading: what is read at last are
 * the chunks that the last one needs.
 *
 * @example
 * const array = zarr.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], { chunks: [2, 2] });
 * const view = array.view('::-1').view([[0, 2], null]).view(':, 1');
 * view.shape; // [2]
 * view.get().toNested(); // [8, 2]
 * view.set([80, 20]);
 * array.get('..., 1').toNested(); // [20, 5, 80]
 */
export class LazyView<D = any, R = any> extends AnyView<D> {
  /**
   * A view of this view, by what `get` of an array takes.
   *
   * @throws BoundsCheckError for an index outside its axis, SelectionError for what is no selection.
   */
  view<const S extends Selection | undefined = undefined>(selection?: S): LazyView<D, Selected<D, S>> {
    return new LazyView(this.viewed.view(selection));
  }

  /**
   * The elements: an `NdArray`, or a scalar where indices dropped every axis.
   *
   * @throws BoundsCheckError where the array has become too short; CodecError and StoreError as `get` of arrays.
   */
  get(options?: ReadOptions): R {
    return runBlocking(this.viewed.read(options)) as R; // What `Selected` says of the selection.
  }

  /**
   * Writes `value`, broadcast as NumPy does, to the elements. It is checked whole before the first chunk is touched.
   *
   * @throws BoundsCheckError where the array has become too short; CastError, ArgumentError and ReadOnlyError as `set` of
   *   arrays.
   */
  set(value: unknown, options?: WriteOptions): void {
    runBlocking(this.viewed.write(value, options));
  }

  override toString(): string {
    return this.describe('LazyView');
  }
}

/** A part of an array that is not read until `get`, which answers with a promise; see `LazyView`. */
export class AsyncLazyView<D = any, R = any> extends AnyView<D> {
  /** A view of this view, by what `get` of an array takes. */
  view<const S extends Selection | undefined = undefined>(selection?: S): AsyncLazyView<D, Selected<D, S>> {
    return new AsyncLazyView(this.viewed.view(selection));
  }

  /** The elements: an `NdArray`, or a scalar where indices dropped every axis. */
  get(options?: ReadOptions): Promise<R> {
    return runAsync(this.viewed.read(options), options) as Promise<R>; // What `Selected` says of the selection.
  }

  /** Writes `value`, broadcast as NumPy does, to the elements. */
  set(value: unknown, options?: WriteOptions): Promise<void> {
    return runAsync(this.viewed.write(value, options), options);
  }

  override toString(): string {
    return this.describe('AsyncLazyView');
  }
}

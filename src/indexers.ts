/** `oindex`, `vindex` and `blocks`: one way of selecting each, reading and writing, for both kinds of array. */
import { runBlocking } from './blocking.js';
import type { ArrayNode } from './core/node.js';
import { getSelection, type ReadOptions, setSelection, type WriteOptions } from './core/selections.js';
import { ViewNode } from './core/view.js';
import type { Selection, SelectionRule } from './indexing/selection.js';
import type { NdArray } from './ndarray/ndarray.js';
import { runAsync } from './task.js';
import { AsyncLazyView, LazyView } from './view.js';

/** Reads and writes an array by one way of selecting, answering at once. */
export class Indexer<D extends string = any> {
  readonly #node: ArrayNode;
  readonly #rule: SelectionRule;

  constructor(node: ArrayNode, rule: SelectionRule) {
    this.#node = node;
    this.#rule = rule;
  }

  /** The selected elements. */
  get(selection?: Selection, options?: ReadOptions): NdArray<D> {
    return runBlocking(getSelection(this.#node, selection, options, this.#rule)) as NdArray<D>; // Only `get` gives scalars.
  }

  /** Writes `value`, broadcast as NumPy does, to the selected elements. */
  set(selection: Selection, value: unknown, options?: WriteOptions): void {
    runBlocking(setSelection(this.#node, selection, value, options, this.#rule));
  }

  /** The selected elements, not read: what `view` of an array gives. */
  view(selection?: Selection): LazyView<D, NdArray<D>> {
    return new LazyView(ViewNode.of(this.#node, selection, this.#rule));
  }
}

/** Reads and writes an array by one way of selecting, answering with promises. */
export class AsyncIndexer<D extends string = any> {
  readonly #node: ArrayNode;
  readonly #rule: SelectionRule;

  constructor(node: ArrayNode, rule: SelectionRule) {
    this.#node = node;
    this.#rule = rule;
  }

  /** The selected elements. */
  get(selection?: Selection, options?: ReadOptions): Promise<NdArray<D>> {
    const task = getSelection(this.#node, selection, options, this.#rule);
    return runAsync(task, options) as Promise<NdArray<D>>; // Only `get` gives scalars.
  }

  /** Writes `value`, broadcast as NumPy does, to the selected elements. */
  set(selection: Selection, value: unknown, options?: WriteOptions): Promise<void> {
    return runAsync(setSelection(this.#node, selection, value, options, this.#rule), options);
  }

  /** The selected elements, not read: what `view` of an array gives. */
  view(selection?: Selection): AsyncLazyView<D, NdArray<D>> {
    return new AsyncLazyView(ViewNode.of(this.#node, selection, this.#rule));
  }
}

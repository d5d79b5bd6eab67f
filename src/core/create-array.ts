/** Arrays made and filled: the values are checked and cast before the store changes. */

import { wholeRegion } from '../indexing/selection.js';
import type { ArrayModel } from '../metadata/model.js';
import { valueFor } from '../ndarray/convert.js';
import type { NdArray } from '../ndarray/ndarray.js';
import type { StorePath } from '../stores/store-path.js';
import type { Task } from '../task.js';
import { createNode } from './create.js';
import { type ArrayConfig, ArrayNode, type OperationOptions } from './node.js';
import { checkLimits, setSelection } from './selections.js';

/** What an array is filled with once it is made. */
export interface Filling extends OperationOptions {
  readonly data?: unknown;
}

/** Stores a new array, and `data` in it; a value that does not fit fails before anything is deleted or written. */
export function* createArrayNode(
  storePath: StorePath,
  model: ArrayModel,
  { handle, overwrite }: { readonly handle: ArrayConfig; readonly overwrite: boolean },
  { data, signal, onProgress }: Filling = {},
): Task<ArrayNode> {
  signal?.throwIfAborted();
  const node = new ArrayNode(storePath, model, handle);
  const values = data === undefined || data === null ? undefined : preparedValues(node, data);
  yield* createNode(storePath, model, overwrite);
  if (values !== undefined) yield* setSelection(node, undefined, values, { signal, onProgress });
  return node;
}

/** `data`, checked and cast to fill the whole of `node`. */
export function preparedValues(node: ArrayNode, data: unknown): NdArray {
  const { shape, dtype } = node.model;
  checkLimits(node, { region: wholeRegion(shape) }, node.context({}));
  return valueFor(data, dtype, shape, 'exact');
}

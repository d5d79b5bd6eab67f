/** Arrays made and filled: the values are checked and cast before the store changes. */

import { anySelection, wholeRegion } from '../indexing/selection.js';
import type { ArrayModel } from '../metadata/model.js';
import { valueFor } from '../ndarray/convert.js';
import type { NdArray } from '../ndarray/ndarray.js';
import { ownArray } from '../ndarray/own.js';
import type { StorePath } from '../stores/store-path.js';
import type { Task } from '../task.js';
import { createNode } from './create.js';
import { type ArrayConfig, ArrayNode, type GroupNode, type OperationOptions } from './node.js';
import { waitsForWorkers } from './parallel/write-plan.js';
import { checkLimits, inMemory, writeNormal } from './selections.js';

/** What an array is filled with once it is made. */
export interface Filling extends OperationOptions {
  readonly data?: unknown;
}

/** How an array is made. */
export interface Making {
  readonly handle: ArrayConfig;
  /** Whether what is there is deleted. */
  readonly overwrite: boolean;
  /** The group that makes it, if one does. */
  readonly through?: GroupNode | undefined;
}

/** Stores a new array, and `data` in it; a value that does not fit fails before anything is deleted or written. */
export function* createArrayNode(
  storePath: StorePath,
  model: ArrayModel,
  { handle, overwrite, through }: Making,
  { data, signal, onProgress }: Filling = {},
): Task<ArrayNode> {
  signal?.throwIfAborted();
  const node = new ArrayNode(storePath, model, handle, through);
  const values = data === undefined || data === null ? undefined : yield* preparedValues(node, data, signal);
  yield* createNode(storePath, model, overwrite, through, signal);
  if (values !== undefined) {
    const whole = anySelection('...', node.level.grid);
    yield* writeNormal(node, whole, values, { signal, onProgress });
  }
  return node;
}

/** `data`, checked and cast to fill the whole of `node`. */
function* preparedValues(node: ArrayNode, data: unknown, signal: AbortSignal | undefined): Task<NdArray> {
  const { shape, dtype } = node.model;
  const context = node.context({});
  checkLimits(node, { region: wholeRegion(shape) }, context);
  const given = yield* inMemory(data, signal);
  const values = valueFor(given, dtype, shape, 'exact');
  return given === data && (node.mayWait || waitsForWorkers(context)) ? ownArray(values) : values;
}

/** Failures, told of which chunk they are. */
import { located, StoreError } from '../errors.js';
import type { ChunkProjection } from '../indexing/project.js';
import { isPromise, type MaybePromise } from '../task.js';
import type { Cells } from './cells.js';
import type { Context } from './context.js';

/** What `read` does, its failure told which chunk it was. */
export function guarded(
  read: () => MaybePromise<void>,
  cells: Cells,
  projection: ChunkProjection,
  context: Context,
): MaybePromise<void> {
  try {
    return guard(read(), cells, projection, context);
  } catch (error) {
    throw placed(error, cells, projection, context);
  }
}

/** `result`, its failure told which chunk it was. */
export function guard(
  result: MaybePromise<void>,
  cells: Cells,
  projection: ChunkProjection,
  context: Context,
): MaybePromise<void> {
  return isPromise(result) ? placedLater(result, cells, projection, context) : result;
}

/** `result`, its failure told as `placed` tells it. */
export async function placedLater(
  result: PromiseLike<void>,
  cells: Cells,
  projection: Pick<ChunkProjection, 'coords'>,
  context: Context,
): Promise<void> {
  try {
    await result;
  } catch (error) {
    throw placed(error, cells, projection, context);
  }
}

/** `error` with the array, the key and the chunk; what the caller's signal threw stays as it is. */
export function placed(
  error: unknown,
  cells: Cells,
  { coords }: Pick<ChunkProjection, 'coords'>,
  { path, signal }: Context,
): unknown {
  if (signal?.aborted && error === signal.reason) return error;
  // Codecs fail with errors of their own; anything else comes from the store.
  return located(error, { path, key: cells.keyOf(coords), coords }, StoreError);
}

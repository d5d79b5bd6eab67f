/** Arrays made of other arrays: what a source has is kept unless it is told otherwise. */

import { ArgumentError } from '../errors.js';
import { createArrayModel } from '../metadata/create.js';
import type { MetadataLimits } from '../metadata/limits.js';
import type { ArrayModel, ZarrFormat } from '../metadata/model.js';
import { overlap } from '../stores/overlap.js';
import type { StorePath } from '../stores/store-path.js';
import type { Task } from '../task.js';
import { createNode } from './create.js';
import { type KeepableOptions, keptOptions } from './keep.js';
import { whenLoaded } from './loaded.js';
import { type ArrayConfig, ArrayNode, type GroupNode, type OperationOptions } from './node.js';
import { checkTransfer, transferData } from './transfer.js';

/** How an array is made of another one. */
export interface FromArrayOptions extends OperationOptions {
  readonly format: ZarrFormat;
  readonly config: ArrayConfig;
  /** What is not kept. */
  readonly changes: KeepableOptions;
  readonly overwrite: boolean;
  /** `false` leaves it at the metadata. */
  readonly writeData: boolean;
}

/** An array at `place` with the shape, the data type and, unless said, all else that `source` has. */
export function* createFromArray(
  place: StorePath,
  source: ArrayNode,
  options: FromArrayOptions,
  through?: GroupNode,
): Task<ArrayNode> {
  const { format, config, changes, overwrite, writeData, signal, onProgress } = options;
  if (overwrite && writeData) checkApart(source.storePath, place);
  const model = yield* whenLoaded(() => modelLike(source, format, changes, config.limits));
  const node = new ArrayNode(place, model, config, through);
  if (writeData) checkTransfer(source, node);
  yield* createNode(place, model, overwrite, through);
  if (writeData) yield* transferData(source, node, { signal, onProgress });
  return node;
}

/** The model of an array like `source` in `format`. */
export const modelLike = (
  source: ArrayNode,
  format: ZarrFormat,
  changes: KeepableOptions,
  limits: MetadataLimits,
): ArrayModel => createArrayModel({ ...keptOptions(source, format, changes), zarrFormat: format }, limits);

/** Throws `ArgumentError` where deleting what is at `place` would delete `source`, or a part of it. */
export function checkApart(source: StorePath, place: StorePath): void {
  if (!overlap(source, place)) return;
  throw new ArgumentError(
    `overwrite: what is at "${place}" cannot be replaced by a copy of "${source}", which is there, above or below`,
    { path: place.path },
  );
}

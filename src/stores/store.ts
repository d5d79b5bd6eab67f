/**
 * Where bytes are kept: a flat map from keys to values. A store knows keys and bytes and never Zarr.
 */
import type { MaybePromise } from '../task.js';

/** Part of a value: `length` bytes from `offset` (to the end without `length`), or the last `suffixLength` bytes. */
export type ByteRange =
  | { readonly offset: number; readonly length?: number | undefined }
  | { readonly suffixLength: number };

export interface GetOptions {
  readonly signal?: AbortSignal | undefined;
  /** Fail with `ConflictError` unless the value still has this tag. */
  readonly ifMatch?: string | undefined;
}

export interface SetOptions {
  /** Write only over the value that has this tag; `ConflictError` otherwise. */
  readonly ifMatch?: string | undefined;
  /** `"*"`: write only where there is no value yet; `ConflictError` otherwise. */
  readonly ifNoneMatch?: '*' | undefined;
}

export interface GetRequest {
  readonly key: string;
  readonly range?: ByteRange | undefined;
}

/** What is known of a value without reading it. */
export interface ValueInfo {
  /** Bytes. */
  readonly size: number;
  readonly etag?: string | undefined;
}

/**
 * A store answers at once or with a promise. Only `get` is needed to read. Bytes handed out and taken are borrowed:
 * nobody writes to them. A range that reaches past the end of a value is clipped, as zarr-python's stores do.
 */
export interface Store {
  readonly readOnly: boolean;
  /** The value at `key`, or the part of it that `range` names; `undefined` when it is certainly absent. */
  get(
    key: string,
    range?: ByteRange | undefined,
    options?: GetOptions | undefined,
  ): MaybePromise<Uint8Array | undefined>;
  getMany?(
    requests: readonly GetRequest[],
    options?: GetOptions | undefined,
  ): MaybePromise<readonly (Uint8Array | undefined)[]>;
  head?(key: string): MaybePromise<ValueInfo | undefined>;
  set?(key: string, value: Uint8Array, options?: SetOptions | undefined): MaybePromise<void>;
  /** Deletes the value; absent is fine. */
  delete?(key: string): MaybePromise<void>;
  /** Deletes every value whose key is `prefix` + "/" + anything; `""` empties the store. */
  deletePrefix?(prefix: string): MaybePromise<void>;
  /** Whole keys, each `prefix` + "/" + anything, in no order; every key with `""`. */
  list?(prefix: string): Iterable<string> | AsyncIterable<string>;
  /** The names directly below `prefix`, of values and of further levels, each once, in no order. */
  listDir?(prefix: string): Iterable<string> | AsyncIterable<string>;
  close?(): MaybePromise<void>;
}

/** The part of `value` that `range` names; a view. */
export function sliceRange(value: Uint8Array, range: ByteRange | undefined): Uint8Array {
  if (range === undefined) return value;
  if ('suffixLength' in range) return value.subarray(Math.max(0, value.length - range.suffixLength));
  const { offset, length } = range;
  return value.subarray(offset, length === undefined ? undefined : offset + length);
}

/**
 * Where bytes are kept: a flat map from keys to values. A store knows keys and bytes and never Zarr.
 */
import { ArgumentError } from '../errors.js';
import { INSPECT } from '../inspect.js';
import type { MaybePromise } from '../task.js';

/** Part of a value: `length` bytes from `offset` (to the end without `length`), or the last `suffixLength` bytes. */
export type ByteRange =
  | { readonly offset: number; readonly length?: number | undefined }
  | { readonly suffixLength: number };

/** What `get` of a store takes. */
export interface GetOptions {
  /** Ends the request, which then fails with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** Fail with `ConflictError` unless the value still has this tag. */
  readonly ifMatch?: string | undefined;
  /** Fail with `LimitError`, before the bytes are taken in where that can be known, if there are more than so many. */
  readonly maxBytes?: number | undefined;
}

/** What `set` of a store takes: conditions, for several writers. */
export interface SetOptions {
  /** Write only over the value that has this tag; `ConflictError` otherwise. */
  readonly ifMatch?: string | undefined;
  /** `"*"`: write only where there is no value yet; `ConflictError` otherwise. */
  readonly ifNoneMatch?: '*' | undefined;
}

/** One of several reads. */
export interface GetRequest {
  /** The key of the value. */
  readonly key: string;
  /** The part of the value; all of it without. */
  readonly range?: ByteRange | undefined;
}

/** What is known of a value without reading it. */
export interface ValueInfo {
  /** Bytes. */
  readonly size: number;
  /** A tag that changes with the value, where the store has such. */
  readonly etag?: string | undefined;
}

/**
 * A store answers at once or with a promise. Only `get` is needed to read. Bytes handed out and taken are borrowed:
 * nobody writes to them. A range that reaches past the end of a value is clipped, as zarr-python's stores do.
 */
export interface Store {
  /** Whether writes are refused. */
  readonly readOnly: boolean;
  /** The store that this one passes its calls on to, where it is a wrapper. */
  readonly inner?: Store | undefined;
  /**
   * The object that stands for the values: stores over the same values have the same one, and writes to one key of it
   * wait for each other. Of a wrapper, that of the store it wraps; by default the store itself.
   */
  readonly lockScope?: object | undefined;
  /** Where in `lockScope` the keys of this store begin, without slashes at its ends; by default `""`, its root. */
  readonly lockPrefix?: string | undefined;
  /** The value at `key`, or the part of it that `range` names; `undefined` when it is certainly absent. */
  get(
    key: string,
    range?: ByteRange | undefined,
    options?: GetOptions | undefined,
  ): MaybePromise<Uint8Array | undefined>;
  /**
   * The values or parts of them that `requests` name, in that order: for stores that fetch several better than one by
   * one.
   */
  getMany?(
    requests: readonly GetRequest[],
    options?: GetOptions | undefined,
  ): MaybePromise<readonly (Uint8Array | undefined)[]>;
  /** What is known of a value without reading it; undefined when it is certainly absent. */
  head?(key: string): MaybePromise<ValueInfo | undefined>;
  /** Stores a value; the store may keep `value` itself only as a copy. */
  set?(key: string, value: Uint8Array, options?: SetOptions | undefined): MaybePromise<void>;
  /** Deletes the value; absent is fine. */
  delete?(key: string): MaybePromise<void>;
  /** Deletes every value whose key is `prefix` + "/" + anything; `""` empties the store. */
  deletePrefix?(prefix: string): MaybePromise<void>;
  /** Moves every value below `source` to the same place below `target`, where nothing is. */
  movePrefix?(source: string, target: string): MaybePromise<void>;
  /** Whole keys, each `prefix` + "/" + anything, in no order; every key with `""`. */
  list?(prefix: string): Iterable<string> | AsyncIterable<string>;
  /** The names directly below `prefix`, of values and of further levels, each once, in no order. */
  listDir?(prefix: string): Iterable<string> | AsyncIterable<string>;
  /** Frees what the store holds; it is not used afterwards. */
  close?(): MaybePromise<void>;
  /** A store over the same values that is read-only, or is not. */
  withReadOnly?(readOnly: boolean): Store;
  /** What names the store in messages, like `memory://…`. */
  toString(): string;
  /** What consoles show. */
  [INSPECT]?(): string;
}

/** What consoles show of `store`: its class, its name in messages, and whether it is read-only. */
export const inspectedStore = (className: string, store: Store): string =>
  `${className} ${store}${store.readOnly ? ' (read-only)' : ''}`;

/** Whether `value` is a `Store`: it has `get`, and a boolean `readOnly`. */
export function isStore(value: unknown): value is Store {
  if (typeof value !== 'object' || value === null) return false;
  const { get, readOnly } = value as { get?: unknown; readOnly?: unknown }; // Any object may be asked for members.
  return typeof get === 'function' && typeof readOnly === 'boolean';
}

/** Whether `value` is a `Uint8Array`, of this realm or another one. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** Where `range` lies in a value of `size` bytes, clipped to it: `start` up to, not including, `end`. */
export function locateRange(range: ByteRange | undefined, size: number): { start: number; end: number } {
  if (range === undefined) return { start: 0, end: size };
  validateRange(range);
  if ('suffixLength' in range) return { start: Math.max(0, size - range.suffixLength), end: size };
  const start = Math.min(range.offset, size);
  return { start, end: range.length === undefined ? size : Math.min(start + range.length, size) };
}

/** Throws `ArgumentError` unless the numbers of `range` are integers of at least 0. */
export function validateRange(range: ByteRange): void {
  if ('suffixLength' in range) checkByteCount(range.suffixLength, 'suffixLength');
  else {
    checkByteCount(range.offset, 'offset');
    if (range.length !== undefined) checkByteCount(range.length, 'length');
  }
}

function checkByteCount(count: number, name: string): void {
  if (Number.isSafeInteger(count) && count >= 0) return;
  throw new ArgumentError(`range.${name}: expected an integer of at least 0, got ${String(count)}`);
}

/** The part of `value` that `range` names; a view. */
export function sliceRange(value: Uint8Array, range: ByteRange | undefined): Uint8Array {
  if (range === undefined) return value;
  const { start, end } = locateRange(range, value.length);
  return value.subarray(start, end);
}

/**
 * Where bytes are kept: a flat map from keys to values. A store knows keys and bytes and never Zarr.
 */

import { described } from '../described.js';
import { ArgumentError } from '../errors.js';
import { INSPECT } from '../inspect.js';
import { inspected } from '../options.js';
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
  /**
   * Told of the value that the bytes are of, by a store that knows: the same answer says both, so the bytes have this
   * tag. Not called for an absent value, nor by a store that cannot tell.
   */
  readonly onInfo?: ((info: PartInfo) => void) | undefined;
  /** Of requests that wait for their turn (`limited`), those of a higher number go first; 0 unless it is given. */
  readonly priority?: number | undefined;
  /** The bytes as they are, from no cache: what was given before has turned out to be old. */
  readonly fresh?: boolean | undefined;
}

/** What is known of a value of which a part was read; only what the store can tell. */
export interface PartInfo {
  /** Bytes of the whole value. */
  readonly size?: number | undefined;
  /** Its tag, which another value does not have. */
  readonly etag?: string | undefined;
  /**
   * Whether a value that is stored a moment later may have the same tag, such as a time in seconds: enough for parts that
   * are read one after another, and not for keeping what was read.
   */
  readonly isWeak?: boolean | undefined;
}

/** What `set` of a store takes: conditions, for several writers. */
export interface SetOptions {
  /** Write only over the value that has this tag; `ConflictError` otherwise. */
  readonly ifMatch?: string | undefined;
  /** `"*"`: write only where there is no value yet; `ConflictError` otherwise. */
  readonly ifNoneMatch?: '*' | undefined;
}

/** What deleting takes. */
export interface DeleteOptions {
  /** Delete only the value that has this tag; `ConflictError` otherwise. */
  readonly ifMatch?: string | undefined;
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

/** What another thread needs to read the same values by itself, and to write them. */
export interface PortableStore {
  /** What kind of store it is: one over the files of a folder. */
  readonly kind: 'local';
  /** The folder. */
  readonly root: string;
  /** Whether links may lead out of it. */
  readonly followSymlinks: boolean;
  /** How values are written; undefined where only the thread that has the store writes them. */
  readonly writes?: PortableWrites | undefined;
}

/** What another thread needs to know besides to write values. */
export interface PortableWrites {
  /** What outlives a power cut. */
  readonly durability: 'none' | 'flush';
  /** Whether changes are made under lock files. */
  readonly lock: 'none' | 'os';
}

/**
 * A store answers at once or with a promise. Only `get` is needed to read. Bytes handed out and taken are borrowed:
 * nobody writes to them. A range that reaches past the end of a value is clipped, as zarr-python's stores do.
 *
 * A part of a shard is read by several requests, between which somebody may replace the shard. A store that tells the tag
 * of what it gives (`onInfo`) and compares it (`ifMatch`) makes sure that all of them see one value; one that tells the
 * size lets replacements of another size be noticed, and entries of an index that point past the end. Of a store that
 * tells neither, what is promised is that places are checked against each other: bytes of two values may be mixed where
 * no codec of the array has a checksum.
 */
export interface Store {
  /** Whether writes are refused. */
  readonly readOnly: boolean;
  /** The store that this one passes its calls on to, where it is a wrapper. */
  readonly inner?: Store | undefined;
  /** Whether `get` gives the values that the store keeps, not copies of them, so that `getInto` spares nothing. */
  readonly givesItself?: boolean | undefined;
  /**
   * The object that stands for the values: stores over the same values have the same one, and writes to one key of it
   * wait for each other. Of a wrapper, that of the store it wraps; by default the store itself.
   */
  readonly lockScope?: object | undefined;
  /** Where in `lockScope` the keys of this store begin, without slashes at its ends; by default `""`, its root. */
  readonly lockPrefix?: string | undefined;
  /**
   * Whether others write the same values whom the locks of this program do not bind, and `set` and `delete` compare and
   * change in one step: what is read to be changed is then stored on condition that it is still the same.
   */
  readonly conditional?: boolean | undefined;
  /** Whether every answer is given at once, so that one more question costs next to nothing. */
  readonly answersAtOnce?: boolean | undefined;
  /**
   * Whether `set` has done with the bytes that it is given when it returns, so that they may lie in memory which is used again
   * at once. A store that does not say so is given bytes that nobody writes to any more.
   */
  readonly takesLent?: boolean | undefined;
  /**
   * By what another thread reads the same values itself, and writes them; without it, the thread that has the store does so
   * for all.
   */
  readonly portable?: PortableStore | undefined;
  /** The value at `key`, or the part of it that `range` names; `undefined` when it is certainly absent. */
  get(
    key: string,
    range?: ByteRange | undefined,
    options?: GetOptions | undefined,
  ): MaybePromise<Uint8Array | undefined>;
  /**
   * Puts the value of `key` into `target`, if it is exactly as long: how many bytes the value has, `undefined` when it is
   * certainly absent. Where the number is not `target.length`, nothing is promised of what `target` holds. Optional: spares
   * memory and a copy where a value is wanted as it is stored.
   */
  getInto?(key: string, target: Uint8Array, options?: GetOptions | undefined): MaybePromise<number | undefined>;
  /**
   * Puts the bytes that `range` names at the beginning of `target`, which has room for them: how many there are, fewer than
   * were asked for where the value ends before; `undefined` when it is certainly absent. Optional: spares memory, which may be
   * used again, where small parts are read one after another.
   */
  getPartInto?(
    key: string,
    range: { readonly offset: number; readonly length: number },
    target: Uint8Array,
    options?: GetOptions | undefined,
  ): MaybePromise<number | undefined>;
  /**
   * Several values or parts, in the order of `requests`; what `options` say holds for each of them. Optional: where a store
   * that does not answer at once has it, a read asks for many chunks by one call; for each by itself where the call fails.
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
  delete?(key: string, options?: DeleteOptions | undefined): MaybePromise<void>;
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

/**
 * Whether `store` has a method that means what its `get` does. What has a `get` of its own and inherits the method may mean
 * other bytes by the one than by the other: then `get` counts.
 */
export function countsFor(store: Store, method: 'getInto' | 'getPartInto' | 'withReadOnly'): boolean {
  if (store[method] === undefined) return false;
  for (let holder: object | null = store; holder !== null; holder = Object.getPrototypeOf(holder)) {
    if (Object.hasOwn(holder, method)) return true;
    if (Object.hasOwn(holder, 'get')) return false;
  }
  return false;
}

/** What consoles show of `store`: its class, its name in messages, and whether it is read-only. */
export const inspectedStore = (className: string, store: Store): string =>
  `${className} ${store}${store.readOnly ? ' (read-only)' : ''}`;

/** Whether `value` is a `Store`: it has `get`, and a boolean `readOnly`. */
export function isStore(value: unknown): value is Store {
  if (typeof value !== 'object' || value === null) return false;
  // Any object may be asked for members.
  const { get, readOnly } = inspected('store', () => pickStore(value as { get?: unknown; readOnly?: unknown }));
  return typeof get === 'function' && typeof readOnly === 'boolean';
}

const pickStore = ({
  get,
  readOnly,
}: {
  get?: unknown;
  readOnly?: unknown;
}): object & { get?: unknown; readOnly?: unknown } => ({ get, readOnly });

/** Throws `ArgumentError` unless `value` is a `Store`, which `caller` needs. */
export function checkStore(value: unknown, caller: string): asserts value is Store {
  if (isStore(value)) return;
  throw new ArgumentError(`${caller}: expected a store (get, and a boolean readOnly), got ${described(value)}`);
}

/** Whether `value` is a `Uint8Array`, of this realm or another one. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** Throws `ArgumentError` unless `target` is memory for a value. */
export function checkTarget(key: string, target: unknown): void {
  if (!isBytes(target)) {
    throw new ArgumentError(`memory for "${key}": expected a Uint8Array, got ${described(target)}`, { key });
  }
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
  if (typeof range !== 'object' || range === null) {
    throw new ArgumentError(`range: expected { offset, length } or { suffixLength }, got ${described(range)}`);
  }
  if ('suffixLength' in range) checkByteCount(range.suffixLength, 'suffixLength');
  else {
    checkByteCount(range.offset, 'offset');
    if (range.length !== undefined) checkByteCount(range.length, 'length');
  }
}

function checkByteCount(count: number, name: string): void {
  if (Number.isSafeInteger(count) && count >= 0) return;
  throw new ArgumentError(`range.${name}: expected an integer of at least 0, got ${described(count)}`);
}

/** The part of `value` that `range` names; a view. */
export function sliceRange(value: Uint8Array, range: ByteRange | undefined): Uint8Array {
  if (range === undefined) return value;
  const { start, end } = locateRange(range, value.length);
  return value.subarray(start, end);
}

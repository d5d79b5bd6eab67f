/**
 * Other libraries' stores: objects with `get(key)` in the shape of zarrita's, whose keys begin with a slash.
 *
 * Such a store promises less than ours, so more is checked: what comes back has to be bytes, and no more of them than
 * were asked for. Parts are taken from whole values where it has no `getRange`, or none for the range at hand.
 */
import { described } from '../described.js';
import { ArgumentError, ConflictError, LimitError, StoreError } from '../errors.js';
import { INSPECT } from '../inspect.js';
import { inspected } from '../options.js';
import { type MaybePromise, run, type Task, wait } from '../task.js';
import { validateKey, validatePrefix } from './key.js';
import {
  type ByteRange,
  type GetOptions,
  inspectedStore,
  isBytes,
  type Store,
  sliceRange,
  validateRange,
} from './store.js';

type Keys = Iterable<string> | AsyncIterable<string>;

/** A range as zarrita has it. */
export type ForeignRange = { offset: number; length: number } | { suffixLength: number };

/** A store in zarrita's shape: a `Map` with keys like `/a/zarr.json`, its `FetchStore`, Icechunk's stores. */
export interface ForeignStore {
  /** The value at `key`, undefined where there is none. */
  get(key: any, options?: any): MaybePromise<Uint8Array | undefined>;
  /** Part of a value. */
  getRange?(key: any, range: ForeignRange, options?: any): MaybePromise<Uint8Array | undefined>;
  /** Stores a value. */
  set?(key: any, value: Uint8Array): unknown;
  /** Whether there is a value. */
  has?(key: any): MaybePromise<boolean>;
  /** Deletes a value. */
  delete?(key: any): unknown;
  /** Keys below a prefix; all without one. */
  list?(prefix?: any): MaybePromise<Keys>;
}

/** The store that each foreign one was made, so that whoever opens it again shares its locks. */
const ADAPTED = /* @__PURE__ */ new WeakMap<ForeignStore, Store>();

/** `foreign` as a store, always the same one; read-only unless it has `set`. */
export function adapted(foreign: ForeignStore): Store {
  if (typeof inspected('adapted', () => foreign?.get) !== 'function' || typeof foreign !== 'object') {
    throw new ArgumentError(`adapted: expected an object with get(key), got ${described(foreign)}`);
  }
  let store = ADAPTED.get(foreign);
  if (store === undefined) ADAPTED.set(foreign, (store = newlyAdapted(foreign)));
  return store;
}

/** Whether the values of `store`, itself or wrapped, are in another library's store, of which less may be expected. */
export const isForeign = ({ lockScope }: Store): boolean =>
  lockScope !== undefined && ADAPTED.has(lockScope as ForeignStore); // Only looked up.

function newlyAdapted(foreign: ForeignStore): Store {
  const list = foreign.list && ((prefix: string) => listed(foreign, prefix));
  return {
    readOnly: typeof foreign.set !== 'function',
    lockScope: foreign,
    takesLent: true,
    get: (key, range, options) => run(get(foreign, key, range, options)),
    set: foreign.set && ((key, value, options) => run(set(foreign, key, value, options))),
    delete: foreign.delete && ((key) => run(remove(foreign, key))),
    deletePrefix: foreign.delete && list && ((prefix) => run(removeAll(foreign, prefix))),
    list,
    listDir: list && ((prefix) => firstNames(list(prefix), prefix)),
    toString: () => `adapted://${foreign.constructor?.name ?? 'store'}`,
    [INSPECT]() {
      return inspectedStore('Store', this);
    },
  };
}

const absolute = (key: string): string => {
  validateKey(key);
  return `/${key}`;
};

function* get(
  foreign: ForeignStore,
  key: string,
  range: ByteRange | undefined,
  options: GetOptions = {},
): Task<Uint8Array | undefined> {
  const { signal, ifMatch, maxBytes } = options;
  signal?.throwIfAborted();
  if (ifMatch !== undefined) throw new ConflictError(`"${key}": this store has no tags to compare`, { key });
  const value = yield* getPart(foreign, absolute(key), key, range, options);
  if (value !== undefined && maxBytes !== undefined && value.length > maxBytes) {
    throw new LimitError(`"${key}" has ${value.length} bytes, more than the ${maxBytes} allowed`, { key });
  }
  return value;
}

function* getPart(
  foreign: ForeignStore,
  path: string,
  key: string,
  range: ByteRange | undefined,
  { signal, onInfo }: GetOptions,
): Task<Uint8Array | undefined> {
  if (range !== undefined) validateRange(range);
  if (!foreign.getRange || range === undefined || !isForeignRange(range)) {
    const whole = checked(yield* wait(foreign.get(path, { signal })), key);
    if (whole !== undefined) onInfo?.({ size: whole.length });
    return whole && sliceRange(whole, range);
  }
  const part = checked(yield* wait(foreign.getRange(path, range, { signal })), key);
  const asked = 'suffixLength' in range ? range.suffixLength : range.length;
  if (part === undefined || part.length <= asked) return part;
  throw new StoreError(`"${key}": getRange gave ${part.length} bytes, asked for ${asked}`, { key });
}

/** zarrita's ranges have a length; some stores take one without bytes for one without end. */
function isForeignRange(range: ByteRange): range is ForeignRange {
  return 'suffixLength' in range ? range.suffixLength > 0 : range.length !== undefined && range.length > 0;
}

/** The bytes that a foreign store gave; Python's `None` comes as `null`. */
function checked(value: unknown, key: string): Uint8Array | undefined {
  if (value === undefined || value === null) return undefined;
  if (isBytes(value)) return value;
  throw new StoreError(`"${key}": expected a Uint8Array from the store, got ${typeof value}`, { key });
}

function* set(
  foreign: ForeignStore,
  key: string,
  value: Uint8Array,
  options: { readonly ifMatch?: string | undefined; readonly ifNoneMatch?: '*' | undefined } = {},
): Task<void> {
  const path = absolute(key);
  if (!isBytes(value)) throw new ArgumentError(`value for "${key}": expected a Uint8Array, got ${typeof value}`);
  // A copy: a store like a Map keeps what it is given, and the caller may go on using it.
  const own = new Uint8Array(value);
  if (options.ifMatch !== undefined) throw new ConflictError(`"${key}": this store has no tags to compare`, { key });
  if (options.ifNoneMatch === '*') {
    // As good as it can be had: another writer may still come between the question and the write.
    const found = foreign.has ? yield* wait(foreign.has(path)) : (yield* wait(foreign.get(path))) !== undefined;
    if (found) throw new ConflictError(`"${key}" has a value already`, { key });
  }
  yield* wait(foreign.set!(path, own));
}

function* remove(foreign: ForeignStore, key: string): Task<void> {
  yield* wait(foreign.delete!(absolute(key)));
}

function* removeAll(foreign: ForeignStore, prefix: string): Task<void> {
  const keys = listed(foreign, prefix);
  const list: string[] = Symbol.iterator in keys ? [...keys] : yield* wait(gathered(keys));
  for (const key of list) yield* remove(foreign, key);
}

async function gathered(keys: AsyncIterable<string>): Promise<string[]> {
  const list: string[] = [];
  for await (const key of keys) list.push(key);
  return list;
}

/** The keys below `prefix`, whether the foreign store heeds the prefix or gives all it has. */
function listed(foreign: ForeignStore, prefix: string): Keys {
  validatePrefix(prefix);
  const start = prefix === '' ? '' : `${prefix}/`;
  const found = foreign.list!(`/${start}`);
  const ours = (path: string): string | undefined => {
    const key = path.replace(/^\//, '');
    return key.startsWith(start) ? key : undefined;
  };
  if (Symbol.asyncIterator in found || 'then' in found) return picked(found, ours);
  return pickedAtOnce(found, ours);
}

/** The names directly below `prefix` of keys below it, each once. */
function firstNames(keys: Keys, prefix: string): Keys {
  const start = prefix === '' ? 0 : prefix.length + 1;
  const names = new Set<string>();
  const fresh = (key: string): string | undefined => {
    const end = key.indexOf('/', start);
    const name = end < 0 ? key.slice(start) : key.slice(start, end);
    if (names.has(name)) return undefined;
    names.add(name);
    return name;
  };
  return Symbol.asyncIterator in keys ? picked(keys, fresh) : pickedAtOnce(keys, fresh);
}

function* pickedAtOnce(keys: Iterable<string>, pick: (key: string) => string | undefined): Generator<string> {
  for (const key of keys) {
    const found = pick(key);
    if (found !== undefined) yield found;
  }
}

async function* picked(
  keys: MaybePromise<Keys>,
  pick: (key: string) => string | undefined,
): AsyncGenerator<string, void, undefined> {
  for await (const key of await keys) {
    const found = pick(key);
    if (found !== undefined) yield found;
  }
}

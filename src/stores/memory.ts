/**
 * Values in memory.
 *
 * Atomic: a reader sees the old value or the new one. Durable as long as the process. Lists are exact. Answers at once.
 * `set` copies, so that the caller may go on using its buffer; `get` hands out the stored bytes themselves.
 */
import { described } from '../described.js';
import { ArgumentError, ConflictError, LimitError, ReadOnlyError } from '../errors.js';
import { INSPECT } from '../inspect.js';
import { checkOptions } from '../options.js';
import { joinPath, normalizePath, validateKey, validatePrefix } from './key.js';
import {
  type ByteRange,
  checkTarget,
  type DeleteOptions,
  type GetOptions,
  inspectedStore,
  isBytes,
  type SetOptions,
  type Store,
  sliceRange,
} from './store.js';

/** What `MemoryStore` takes. */
export interface MemoryStoreOptions {
  /** Refuses writes. */
  readonly readOnly?: boolean | undefined;
}

/** A store over a `Map`, by default a new one. */
export class MemoryStore implements Store {
  readonly readOnly: boolean;
  readonly answersAtOnce = true;
  readonly givesItself = true;
  readonly #values: Map<string, Uint8Array>;
  #name: string | undefined;

  constructor(values: Map<string, Uint8Array> = new Map(), options: MemoryStoreOptions = {}) {
    checkOptions(options, ['readOnly'], 'MemoryStore');
    if (typeof values?.get !== 'function' || typeof values.entries !== 'function') {
      throw new ArgumentError(`MemoryStore: expected a Map of values, got ${described(values)}`);
    }
    this.#values = values;
    this.readOnly = options?.readOnly ?? false;
  }

  /** What tells this store from others in messages. */
  get name(): string {
    this.#name ??= Math.random().toString(36).slice(2);
    return this.#name;
  }

  /** The `Map`. */
  get lockScope(): object {
    return this.#values;
  }

  /** Whether `set` has done with bytes when it returns: it has a copy then, unless another `set` has taken its place. */
  get takesLent(): boolean {
    return this.set === MemoryStore.prototype.set;
  }

  get(key: string, range?: ByteRange, options?: GetOptions): Uint8Array | undefined {
    validateKey(key);
    const value = this.#values.get(key);
    if (options !== undefined) this.#checkRead(key, value, range, options);
    if (value === undefined) return undefined;
    if (!isBytes(value)) throw new ArgumentError(`value of "${key}": expected a Uint8Array, got ${typeof value}`);
    return sliceRange(value, range);
  }

  getInto(key: string, target: Uint8Array, options?: GetOptions): number | undefined {
    checkTarget(key, target);
    const value = this.get(key, undefined, options);
    if (value?.length === target.length) target.set(value);
    return value?.length;
  }

  head(key: string): { size: number; etag: string } | undefined {
    validateKey(key);
    const value = this.#values.get(key);
    return value && { size: value.length, etag: tagOf(value) };
  }

  set(key: string, value: Uint8Array, options?: SetOptions): void {
    this.#checkWritable(key);
    validateKey(key);
    if (!isBytes(value)) throw new ArgumentError(`value for "${key}": expected a Uint8Array, got ${typeof value}`);
    const old = this.#values.get(key);
    if (options?.ifNoneMatch === '*' && old) throw new ConflictError(`"${key}" has a value already`, { key });
    if (options?.ifMatch !== undefined) checkTag(key, old, options.ifMatch);
    this.#values.set(key, new Uint8Array(value));
  }

  delete(key: string, options?: DeleteOptions): void {
    this.#checkWritable(key);
    validateKey(key);
    if (options?.ifMatch !== undefined) checkTag(key, this.#values.get(key), options.ifMatch);
    this.#values.delete(key);
  }

  deletePrefix(prefix: string): void {
    this.#checkWritable(prefix);
    for (const key of this.list(prefix)) this.delete(key);
  }

  list(prefix: string): string[] {
    validatePrefix(prefix);
    const start = prefix === '' ? '' : `${prefix}/`;
    return [...this.#values.keys()].filter((key) => key.startsWith(start));
  }

  listDir(prefix: string): string[] {
    validatePrefix(prefix);
    const start = prefix === '' ? '' : `${prefix}/`;
    const names = new Set<string>();
    for (const key of this.#values.keys()) {
      if (!key.startsWith(start)) continue;
      const end = key.indexOf('/', start.length);
      names.add(end < 0 ? key.slice(start.length) : key.slice(start.length, end));
    }
    return [...names];
  }

  withReadOnly(readOnly = false): MemoryStore {
    return new MemoryStore(this.#values, { readOnly });
  }

  /** Whether `other` is a store over the same values, and equally read-only. */
  equals(other: unknown): boolean {
    return other instanceof MemoryStore && other.#values === this.#values && other.readOnly === this.readOnly;
  }

  toString(): string {
    return `memory://${this.name}`;
  }

  [INSPECT](): string {
    return inspectedStore('MemoryStore', this);
  }

  #checkRead(key: string, value: Uint8Array | undefined, range: ByteRange | undefined, options: GetOptions): void {
    options.signal?.throwIfAborted();
    if (options.ifMatch !== undefined) checkTag(key, value, options.ifMatch);
    if (value === undefined) return;
    options.onInfo?.({ size: value.length, etag: tagOf(value) });
    if (options.maxBytes === undefined) return;
    const { length } = sliceRange(value, range);
    if (length <= options.maxBytes) return;
    throw new LimitError(`"${key}" has ${length} bytes, more than the ${options.maxBytes} allowed`, { key });
  }

  #checkWritable(key: string): void {
    if (this.readOnly) throw new ReadOnlyError(`${this} is read-only`, { key });
  }
}

/** What `ManagedMemoryStore` takes. */
export interface ManagedMemoryStoreOptions extends MemoryStoreOptions {
  /** Where in the named values this store begins. */
  readonly path?: string | undefined;
}

/**
 * A store over the values that the whole process knows by `name`: what `memory://name/path` opens. They stay until the
 * process ends or they are deleted.
 */
export class ManagedMemoryStore extends MemoryStore {
  /** Where in the named values this store begins, without slashes at its ends. */
  readonly path: string;
  readonly #name: string;

  constructor(name: string, options: ManagedMemoryStoreOptions = {}) {
    checkOptions(options, ['path', 'readOnly'], 'ManagedMemoryStore');
    super(valuesCalled(name), { readOnly: options.readOnly });
    this.#name = name;
    this.path = normalizePath(options.path);
  }

  /** Whether anybody has asked for `name` before. */
  static has(name: string): boolean {
    return namedValues.has(name);
  }

  override get name(): string {
    return this.#name;
  }

  /** Where in the named values the keys of this store begin. */
  get lockPrefix(): string {
    return this.path;
  }

  override get takesLent(): boolean {
    return this.set === ManagedMemoryStore.prototype.set;
  }

  override get(key: string, range?: ByteRange, options?: GetOptions): Uint8Array | undefined {
    return super.get(this.#inner(key), range, options);
  }

  override head(key: string): { size: number; etag: string } | undefined {
    return super.head(this.#inner(key));
  }

  override set(key: string, value: Uint8Array, options?: SetOptions): void {
    super.set(this.#inner(key), value, options);
  }

  override delete(key: string, options?: DeleteOptions): void {
    super.delete(this.#inner(key), options);
  }

  override list(prefix: string): string[] {
    const keys = super.list(this.#innerPrefix(prefix));
    return this.path === '' ? keys : keys.map((key) => key.slice(this.path.length + 1));
  }

  override listDir(prefix: string): string[] {
    return super.listDir(this.#innerPrefix(prefix));
  }

  override withReadOnly(readOnly = false): ManagedMemoryStore {
    return new ManagedMemoryStore(this.#name, { path: this.path, readOnly });
  }

  override equals(other: unknown): boolean {
    return other instanceof ManagedMemoryStore && other.path === this.path && super.equals(other);
  }

  override toString(): string {
    return `memory://${joinPath(this.name, this.path)}`;
  }

  override [INSPECT](): string {
    return inspectedStore('ManagedMemoryStore', this);
  }

  #inner(key: string): string {
    if (this.path === '') return key;
    validateKey(key);
    return `${this.path}/${key}`;
  }

  #innerPrefix(prefix: string): string {
    return prefix === '' ? this.path : this.#inner(prefix);
  }
}

/** The values that `memory://` URLs name: a registry of the process. */
const namedValues = new Map<string, Map<string, Uint8Array>>();

function valuesCalled(name: string): Map<string, Uint8Array> {
  if (typeof name !== 'string' || name === '' || name.includes('/')) {
    throw new ArgumentError(`ManagedMemoryStore: expected a name without "/", got ${described(name)}`);
  }
  let values = namedValues.get(name);
  if (values === undefined) namedValues.set(name, (values = new Map()));
  return values;
}

/** A tag for each stored value that was asked for one: stored bytes never change, a new value is a new object. */
const tags = new WeakMap<Uint8Array, string>();

function tagOf(value: Uint8Array): string {
  let tag = tags.get(value);
  if (tag === undefined) tags.set(value, (tag = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`));
  return tag;
}

function checkTag(key: string, value: Uint8Array | undefined, expected: string): void {
  if (value !== undefined && tagOf(value) === expected) return;
  throw new ConflictError(value ? `"${key}" was changed by another writer` : `"${key}" is gone`, { key });
}

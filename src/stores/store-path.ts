/**
 * A place in a store: the store, and the path of a node.
 */
import { INSPECT } from '../inspect.js';
import { joinPath, normalizePath } from './key.js';
import { checkStore, type Store } from './store.js';

/** A store and a path in it, without slashes at its ends; `""` is the root. */
export class StorePath {
  /** The store. */
  readonly store: Store;
  /** The path of the node, without slashes at its ends; `""` is the root. */
  readonly path: string;

  constructor(store: Store, path = '') {
    checkStore(store, 'StorePath');
    this.store = store;
    this.path = normalizePath(path);
  }

  /** Whether the store refuses writes. */
  get readOnly(): boolean {
    return this.store.readOnly;
  }

  /** The place that `parts` name, one below the other, from here. */
  join(...parts: readonly string[]): StorePath {
    return new StorePath(this.store, joinPath(this.path, ...parts));
  }

  /** The key of the document or chunk `name` of the node here. */
  key(name: string): string {
    return this.path === '' ? name : `${this.path}/${name}`;
  }

  /** Whether `other` is the same path of the same store. */
  equals(other: unknown): boolean {
    return other instanceof StorePath && other.path === this.path && isSameStore(this.store, other.store);
  }

  /** The store's name and the path. */
  toString(): string {
    return this.path === '' ? String(this.store) : `${this.store}/${this.path}`;
  }

  /** What consoles show. */
  [INSPECT](): string {
    return `StorePath ${this}`;
  }
}

/** Whether both keep the same values: one object, or stores that call themselves equal. */
export function isSameStore(left: Store, right: Store): boolean {
  if (left === right) return true;
  return 'equals' in left && typeof left.equals === 'function' && left.equals(right) === true;
}

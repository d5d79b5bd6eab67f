/**
 * The encoded chunks of one grid, found by their coordinates: in a store, or inside a shard. What both have in common
 * is all that reading and writing need, so a shard inside a shard is nothing new.
 */

import { ReadOnlyError } from '../errors.js';
import { chunkKey, type KeyEncoding } from '../grid/keys.js';
import type { Coords } from '../indexing/project.js';
import type { ByteRange, Store } from '../stores/store.js';
import type { MaybePromise } from '../task.js';

export interface Cells {
  /** The bytes of a cell, or a part of them; more than `maxBytes` need not be taken in. */
  get(coords: Coords, range?: ByteRange, maxBytes?: number): MaybePromise<Uint8Array | undefined>;
  /** What an error calls the cell: the key in the store. */
  keyOf(coords: Coords): string;
}

export interface WritableCells extends Cells {
  set(coords: Coords, bytes: Uint8Array): MaybePromise<void>;
  delete(coords: Coords): MaybePromise<void>;
}

/** Cells kept in a store, one key each. */
export class StoredCells implements WritableCells {
  readonly #store: Store;
  readonly #prefix: string;
  readonly #encoding: KeyEncoding;
  readonly #signal: AbortSignal | undefined;

  constructor(store: Store, path: string, encoding: KeyEncoding, signal?: AbortSignal) {
    this.#store = store;
    this.#prefix = path === '' ? '' : `${path}/`;
    this.#encoding = encoding;
    this.#signal = signal;
  }

  keyOf(coords: Coords): string {
    return this.#prefix + chunkKey(this.#encoding, coords);
  }

  get(coords: Coords, range?: ByteRange, maxBytes?: number): MaybePromise<Uint8Array | undefined> {
    return this.#store.get(this.keyOf(coords), range, { signal: this.#signal, maxBytes });
  }

  set(coords: Coords, bytes: Uint8Array): MaybePromise<void> {
    if (this.#store.set === undefined) throw new ReadOnlyError('the store cannot write', { key: this.keyOf(coords) });
    return this.#store.set(this.keyOf(coords), bytes);
  }

  delete(coords: Coords): MaybePromise<void> {
    if (this.#store.delete === undefined)
      throw new ReadOnlyError('the store cannot delete', { key: this.keyOf(coords) });
    return this.#store.delete(this.keyOf(coords));
  }
}

/**
 * The encoded chunks of one grid, found by their coordinates: in a store, or inside a shard. What both have in common
 * is all that reading and writing need, so a shard inside a shard is nothing new.
 */

import type { BytePart } from '../codecs/codec.js';
import { ReadOnlyError, StoreError } from '../errors.js';
import { chunkKey, chunkKeyEnds, type KeyEncoding } from '../grid/keys.js';
import type { Coords } from '../indexing/project.js';
import { isForeign } from '../stores/adapted.js';
import {
  type ByteRange,
  countsFor,
  type DeleteOptions,
  type GetOptions,
  type PartInfo,
  type SetOptions,
  type Store,
} from '../stores/store.js';
import { isPromise, type MaybePromise, type Task, wait } from '../task.js';
import { again, READ_TRIES, SupersededError, superseded, WRITE_TRIES } from './conflict.js';
import type { KeptIndex, KeptIndexes } from './shards/kept-indexes.js';
import type { ShardFormat, ShardIndex } from './shards/shard.js';

export interface Cells {
  /** The bytes of a cell, or a part of them; more than `maxBytes` need not be taken in. */
  get(coords: Coords, range?: ByteRange, maxBytes?: number): MaybePromise<Uint8Array | undefined>;
  /** Does `work` with a cell of which parts are read; again, from its start, where the cell is replaced meanwhile. */
  readParts(coords: Coords, work: (parts: CellParts) => Task<void>): Task<void>;
  /**
   * Puts the beginning of a cell into `target`, at once: how many bytes, fewer than `target` has if that is all of it;
   * `undefined` when the cell is absent. Missing where `get` costs no more.
   */
  readonly getStartInto?: ((coords: Coords, target: Uint8Array) => number | undefined) | undefined;
  /**
   * A cell of which parts are read, where all about it is at hand: the caller leaves it to `readParts` where the cell turns out
   * to be replaced. Missing where something may have to be waited for.
   */
  readonly partsAtHand?: ((coords: Coords) => CellParts) | undefined;
  /** What an error calls the cell: the key in the store. */
  keyOf(coords: Coords): string;
  /** The cells along the last axis at `coords`, of which there is one at least; see `get` for `maxBytes`. */
  row?(coords: Coords, maxBytes: number): CellRow;
  /** The bytes of several cells, by one request; missing where each may as well be asked for by itself. See `get`. */
  readonly getMany?: ManyCells['getMany'] | undefined;
}

/** Cells of which many are one request. */
export interface ManyCells extends Cells {
  getMany(coords: readonly Coords[], maxBytes: number): MaybePromise<readonly (Uint8Array | undefined)[]>;
}

/** Cells that differ in their last coordinate only. */
export interface CellRow {
  /** The bytes of the cell that has this last coordinate. */
  get(last: number): MaybePromise<Uint8Array | undefined>;
  /**
   * Puts them into `target`, at once, if they are as many: how many there are, `undefined` when the cell is absent. Missing
   * where `get` costs no more.
   */
  readonly getInto?: ((last: number, target: Uint8Array) => number | undefined) | undefined;
  /** As that of `Cells`, of the cell that has this last coordinate. */
  readonly getStartInto?: ((last: number, target: Uint8Array) => number | undefined) | undefined;
}

/** What becomes of a cell: `undefined` where it is not, or is not any more. */
export type CellChange = (stored: Uint8Array | undefined) => Task<Uint8Array | undefined>;

/** Where encoded cells go. */
export type CellSink = Pick<WritableCells, 'keyOf' | 'takesLent' | 'set' | 'delete'>;

export interface WritableCells extends Cells {
  /**
   * Whether `set` has done with the bytes when it returns, so that they may lie in memory which is used again at once, or in
   * that of the caller. Else they are kept as they are, and nobody may write to them any more.
   */
  readonly takesLent: boolean;
  set(coords: Coords, bytes: Uint8Array): MaybePromise<void>;
  delete(coords: Coords): MaybePromise<void>;
  /** Forgets what is known of a cell, which another thread is going to write. Missing where no other thread can. */
  forget?(coords: Coords): void;
  /** Stores what `change` makes of a cell; the same bytes leave it as it is. May call `change` more than once. */
  update(coords: Coords, maxBytes: number, change: CellChange): Task<void>;
}

/**
 * A cell of which parts are read. All parts are of one generation of the cell, or reading one fails with
 * `SupersededError`, as far as the store tells generations apart.
 */
export interface CellParts {
  /** Bytes of the cell; `undefined` while that is not known: some stores tell it with the first part, some never. */
  readonly size: number | undefined;
  /** Whether one more request costs next to nothing. */
  readonly answersAtOnce: boolean;
  /** Whether several parts are one request. */
  readonly takesMany: boolean;
  /** Whether it is known that a range which reaches past an end gives the bytes that there are. */
  readonly clipsRanges: boolean;
  /**
   * The index of the shard that the cell is, where another read has left it; what is read then has to fit it. A promise while
   * one of them is at it.
   */
  recallIndex?(format: ShardFormat): MaybePromise<ShardIndex | undefined>;
  /** Takes the index that was left for one of a shard that is not there any more. */
  forgetIndex?(): void;
  /** Lets other reads wait for `reading`, which leaves the index to them. */
  shareIndex?(format: ShardFormat, reading: PromiseLike<unknown>): void;
  /** Leaves the index to later reads, where those can tell whether it still holds. */
  keepIndex?(format: ShardFormat, index: ShardIndex): void;
  get(range: ByteRange): MaybePromise<Uint8Array | undefined>;
  /** As `get`, but in memory that the next call for the same array overwrites: to be copied before that, at once. */
  lend?(part: BytePart): MaybePromise<Uint8Array | undefined>;
  getMany(ranges: readonly ByteRange[]): MaybePromise<readonly (Uint8Array | undefined)[]>;
}

/** Which values, or beginnings of values, a store puts into memory. */
interface Fills {
  readonly whole: boolean;
  readonly start: boolean;
}

class StoredRow implements CellRow {
  readonly #store: Store;
  readonly #start: string;
  readonly #end: string;
  readonly #options: GetOptions;
  readonly getInto: ((last: number, target: Uint8Array) => number | undefined) | undefined;
  readonly getStartInto: ((last: number, target: Uint8Array) => number | undefined) | undefined;

  constructor(store: Store, start: string, end: string, options: GetOptions, fills: Fills) {
    this.#store = store;
    this.#start = start;
    this.#end = end;
    this.#options = options;
    // A store that answers at once does so here too.
    this.getInto = fills.whole
      ? (last, target) => store.getInto!(start + last + end, target, options) as number | undefined
      : undefined;
    // No more than `target` has is taken in. What is longer is asked for by `get`, which knows how long it is.
    this.getStartInto = fills.start
      ? (last, target) => startInto(store, start + last + end, target, { signal: options.signal })
      : undefined;
  }

  get(last: number): MaybePromise<Uint8Array | undefined> {
    return this.#store.get(this.#start + last + this.#end, undefined, this.#options);
  }
}

/** Puts the beginning of a value into `target`, in a store that does so at once. */
const startInto = (store: Store, key: string, target: Uint8Array, options: GetOptions): number | undefined =>
  store.getPartInto!(key, { offset: 0, length: target.length }, target, options) as number | undefined;

/** Whether `method` of `store` spares memory. */
const fillsMemory = (store: Store, method: 'getInto' | 'getPartInto'): boolean =>
  store.answersAtOnce === true && !store.givesItself && countsFor(store, method);

/** Longer parts have memory of their own. */
export const MOST_LENT = 2 ** 20;

/** Memory that is lent to one part of a stored value after another. */
export class PartMemory {
  /** The beginning of it that was lent last; undefined while a store puts something there, which may read meanwhile. */
  #lent: Uint8Array | undefined;

  /** The memory that parts of values in `store` are put into; undefined where the store puts them into none. */
  static for(store: Store): PartMemory | undefined {
    return fillsMemory(store, 'getPartInto') ? new PartMemory() : undefined;
  }

  /** So many bytes, for a store to fill. */
  take(length: number): Uint8Array {
    const lent = this.#lent;
    this.#lent = undefined;
    if (lent === undefined || lent.buffer.byteLength < length) return new Uint8Array(length);
    return lent.length === length ? lent : new Uint8Array(lent.buffer, 0, length);
  }

  /** Takes the bytes back when they are filled; they are the reader's until the next ones are taken. */
  give(lent: Uint8Array): void {
    this.#lent = lent;
  }
}

/** What reads of one array leave to the next. */
export interface LeftByReads {
  readonly indexes?: KeptIndexes | undefined;
  readonly memory?: PartMemory | undefined;
}

/** How a call asks a store. */
export type Asking = Pick<GetOptions, 'signal' | 'priority'>;

/** Cells kept in a store, one key each. */
export class StoredCells implements WritableCells {
  readonly #store: Store;
  readonly #prefix: string;
  readonly #encoding: KeyEncoding;
  readonly #asking: Asking;
  readonly #fills: Fills;
  readonly #left: LeftByReads;
  readonly getStartInto: ((coords: Coords, target: Uint8Array) => number | undefined) | undefined;
  readonly getMany: ManyCells['getMany'] | undefined;
  readonly partsAtHand: ((coords: Coords) => CellParts) | undefined;

  constructor(store: Store, path: string, encoding: KeyEncoding, asking: Asking = {}, left: LeftByReads = {}) {
    this.#fills = { whole: fillsMemory(store, 'getInto'), start: fillsMemory(store, 'getPartInto') };
    this.getStartInto = this.#fills.start
      ? (coords, target) => startInto(store, this.keyOf(coords), target, { signal: asking.signal })
      : undefined;
    this.#store = store;
    this.#prefix = path === '' ? '' : `${path}/`;
    this.#encoding = encoding;
    this.#asking = asking;
    this.#left = left;
    // Where one more request costs next to nothing, chunks are better decoded one by one as they come.
    this.getMany = store.getMany === undefined || store.answersAtOnce ? undefined : this.#getMany;
    this.partsAtHand = store.answersAtOnce ? this.#partsAtHand : undefined;
  }

  get takesLent(): boolean {
    return this.#store.takesLent ?? false;
  }

  #partsAtHand(coords: Coords): CellParts {
    return new StoredParts(this.#store, this.keyOf(coords), { ...this.#asking, fresh: false }, this.#left);
  }

  #getMany(coords: readonly Coords[], maxBytes: number): MaybePromise<readonly (Uint8Array | undefined)[]> {
    const requests = coords.map((each) => ({ key: this.keyOf(each) }));
    return this.#store.getMany!(requests, { ...this.#asking, maxBytes }); // Called where there is one.
  }

  keyOf(coords: Coords): string {
    return this.#prefix + chunkKey(this.#encoding, coords);
  }

  get(coords: Coords, range?: ByteRange, maxBytes?: number): MaybePromise<Uint8Array | undefined> {
    return this.#store.get(this.keyOf(coords), range, { ...this.#asking, maxBytes });
  }

  row(coords: Coords, maxBytes: number): CellRow {
    const { start, end } = chunkKeyEnds(this.#encoding, coords);
    const options = { ...this.#asking, maxBytes };
    return new StoredRow(this.#store, this.#prefix + start, end, options, this.#fills);
  }

  readParts(coords: Coords, work: (parts: CellParts) => Task<void>): Task<void> {
    const key = this.keyOf(coords);
    const read = (attempt: number): Task<void> =>
      work(new StoredParts(this.#store, key, { ...this.#asking, fresh: attempt > 1 }, this.#left));
    return again(READ_TRIES, false, read);
  }

  set(coords: Coords, bytes: Uint8Array, options?: SetOptions): MaybePromise<void> {
    const key = this.keyOf(coords);
    if (this.#store.set === undefined) throw new ReadOnlyError('the store cannot write', { key });
    this.#left.indexes?.forget(key);
    return this.#store.set(key, bytes, options);
  }

  delete(coords: Coords, options?: DeleteOptions): MaybePromise<void> {
    const key = this.keyOf(coords);
    if (this.#store.delete === undefined) throw new ReadOnlyError('the store cannot delete', { key });
    this.#left.indexes?.forget(key);
    return this.#store.delete(key, options);
  }

  forget(coords: Coords): void {
    this.#left.indexes?.forget(this.keyOf(coords));
  }

  *update(coords: Coords, maxBytes: number, change: CellChange): Task<void> {
    // Other programs, which no lock of this one holds back, change the cells of conditional stores too.
    if (!this.#store.conditional) {
      const stored = yield* wait(this.get(coords, undefined, maxBytes));
      const changed = yield* change(stored);
      if (changed === undefined) yield* wait(stored === undefined ? undefined : this.delete(coords));
      else if (changed !== stored) yield* wait(this.set(coords, changed));
      return;
    }
    const pauses = !this.#store.answersAtOnce;
    yield* again(WRITE_TRIES, pauses, (attempt) => this.#replace(coords, maxBytes, change, attempt > 1));
  }

  /** `update`, on condition that the cell stays what it was when it was read. */
  *#replace(coords: Coords, maxBytes: number, change: CellChange, fresh: boolean): Task<void> {
    const key = this.keyOf(coords);
    let ifMatch: string | undefined;
    const onInfo = ({ etag }: PartInfo): void => {
      ifMatch = etag;
    };
    const options = { ...this.#asking, maxBytes, fresh, onInfo };
    const stored = yield* wait(this.#store.get(key, undefined, options));
    const changed = yield* change(stored);
    if (changed === stored) return;
    if (stored !== undefined && ifMatch === undefined) throw new StoreError(`"${key}" has no tag`, { key });
    try {
      if (changed === undefined) yield* wait(this.delete(coords, { ifMatch }));
      else yield* wait(this.set(coords, changed, stored === undefined ? { ifNoneMatch: '*' } : { ifMatch }));
    } catch (error) {
      throw superseded(error);
    }
  }
}

/** The parts of a value in a store: what comes after the first part has to have the tag and the size of the first. */
class StoredParts implements CellParts {
  readonly #store: Store;
  readonly #key: string;
  readonly #options: Asking & { readonly fresh: boolean };
  readonly #left: LeftByReads;
  #info: PartInfo | undefined;
  #isSuperseded = false;

  constructor(store: Store, key: string, options: Asking & { readonly fresh: boolean }, left: LeftByReads) {
    this.#store = store;
    this.#key = key;
    this.#options = options;
    this.#left = left;
  }

  get size(): number | undefined {
    return this.#info?.size;
  }

  get answersAtOnce(): boolean {
    return this.#store.answersAtOnce ?? false;
  }

  get takesMany(): boolean {
    return this.#store.getMany !== undefined;
  }

  get clipsRanges(): boolean {
    return !isForeign(this.#store);
  }

  recallIndex(format: ShardFormat): MaybePromise<ShardIndex | undefined> {
    const { indexes } = this.#left;
    if (indexes === undefined || this.#options.fresh) return undefined;
    const kept = indexes.recall(this.#key, format);
    if (kept === undefined) return indexes.awaited(this.#key, format)?.then((later) => this.#recalled(later));
    return this.#recalled(kept);
  }

  #recalled(kept: KeptIndex | undefined): ShardIndex | undefined {
    this.#info = kept?.info;
    return kept?.index;
  }

  forgetIndex(): void {
    this.#left.indexes?.forget(this.#key);
  }

  shareIndex(format: ShardFormat, reading: PromiseLike<unknown>): void {
    this.#left.indexes?.share(this.#key, format, reading);
  }

  keepIndex(format: ShardFormat, index: ShardIndex): void {
    const info = this.#info;
    if (info?.etag !== undefined && info.isWeak !== true) this.#left.indexes?.keep(this.#key, format, index, info);
    else this.#left.indexes?.refuse();
  }

  get(range: ByteRange): MaybePromise<Uint8Array | undefined> {
    const options = this.#asked();
    try {
      return this.#checked(this.#store.get(this.#key, range, options), options);
    } catch (error) {
      throw failed(error, options);
    }
  }

  lend(part: BytePart): MaybePromise<Uint8Array | undefined> {
    const { memory } = this.#left;
    const { offset, length } = part;
    if (memory === undefined || length > MOST_LENT) return this.get({ offset, length });
    const options = this.#asked();
    try {
      const target = memory.take(length);
      const count = this.#store.getPartInto!(this.#key, part, target, options) as number | undefined; // It answers at once.
      memory.give(target);
      return this.#ofOne(count === length ? target : count === undefined ? undefined : target.subarray(0, count));
    } catch (error) {
      throw failed(error, options);
    }
  }

  getMany(ranges: readonly ByteRange[]): MaybePromise<readonly (Uint8Array | undefined)[]> {
    const requests = ranges.map((range) => ({ key: this.#key, range }));
    const options = this.#asked();
    try {
      return this.#checked(this.#store.getMany!(requests, options), options); // Called where there is one.
    } catch (error) {
      throw failed(error, options);
    }
  }

  #asked(): GetOptions {
    const { signal, priority, fresh } = this.#options;
    return { signal, priority, fresh, ifMatch: this.#info?.etag, onInfo: this.#note };
  }

  #checked<T>(answer: MaybePromise<T>, options: GetOptions): MaybePromise<T> {
    if (!isPromise(answer)) return this.#ofOne(answer);
    const fail = (error: unknown): Promise<never> => Promise.reject(failed(error, options));
    return answer.then((value) => this.#ofOne(value), fail);
  }

  /** What was asked for, if it is of the generation that all before was of. */
  #ofOne<T>(answer: T): T {
    if (!this.#isSuperseded) return answer;
    throw new SupersededError(`"${this.#key}" was changed by another writer while it was read`, { key: this.#key });
  }

  /** Also for stores that compare nothing themselves: the size alone may tell. */
  readonly #note = (info: PartInfo): void => {
    this.#info ??= info;
    if (differs(info.etag, this.#info.etag) || differs(info.size, this.#info.size)) this.#isSuperseded = true;
  };
}

/** What a store failed with: where it was asked for a generation that is not there any more, what is read is superseded. */
const failed = (error: unknown, { ifMatch }: GetOptions): unknown =>
  ifMatch === undefined ? error : superseded(error);

const differs = <T>(left: T | undefined, right: T | undefined): boolean =>
  left !== undefined && right !== undefined && left !== right;

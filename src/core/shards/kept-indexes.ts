/**
 * Indexes of shards that one read of an array leaves to the next, so that it asks for the cells alone.
 *
 * An index is kept only where the store tells the tag of the shard that it is of. The next read asks for its cells on
 * condition of that tag, and reads the index again where the shard is another one by now; a cell that the shard is said
 * not to have is filled only after the tag was compared. So what is kept may be out of date and never makes a read wrong.
 *
 * Reads that are made at once share an index by the same rule: those that come while it is being read wait for it, and take
 * what was kept.
 */
import type { PartInfo } from '../../stores/store.js';
import type { ShardFormat, ShardIndex } from './shard.js';

/** Bytes of decoded indexes that the handle of an array keeps, 16 for each cell; those used last stay. */
const KEPT_BYTES = 2 ** 24;

/** An index, and of which generation of its shard it is. */
export interface KeptIndex {
  readonly index: ShardIndex;
  readonly info: PartInfo;
}

interface Entry extends KeptIndex {
  /** How the shard was taken to be laid out. */
  readonly format: ShardFormat;
}

/** A read that is at the index of a shard. */
interface Reading {
  readonly format: ShardFormat;
  /** Never fails. */
  readonly ended: Promise<void>;
}

export class KeptIndexes {
  readonly #entries = new Map<string, Entry>();
  readonly #readings = new Map<string, Reading>();
  #bytes = 0;
  /** Whether nothing is kept because the store has no tags that tell enough. */
  #isRefused = false;

  /** What is kept for the shard at `key`. */
  recall(key: string, format: ShardFormat): KeptIndex | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.format !== format) return undefined;
    // A map has its keys in the order in which they came: the first is the one that was not used for longest.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** What `reading`, which is at the index of the shard at `key`, keeps of it is for those who wait for it too. */
  share(key: string, format: ShardFormat, reading: PromiseLike<unknown>): void {
    if (this.#isRefused || format.indexSize > KEPT_BYTES) return; // Nothing will be kept.
    const leave = (): void => {
      if (this.#readings.get(key)?.ended === ended) this.#readings.delete(key);
    };
    const ended: Promise<void> = Promise.resolve(reading).then(leave, leave);
    this.#readings.set(key, { format, ended });
  }

  /**
   * What is kept for the shard at `key` once the read that is at its index has ended; undefined where none is. Who waits
   * reads the index by itself where that read failed or was given up.
   */
  awaited(key: string, format: ShardFormat): Promise<KeptIndex | undefined> | undefined {
    const reading = this.#readings.get(key);
    return reading?.format === format ? reading.ended.then(() => this.recall(key, format)) : undefined;
  }

  /** Nothing can be kept of a shard whose tag is not known, or does not tell enough; so most likely of the others. */
  refuse(): void {
    this.#isRefused = true;
  }

  keep(key: string, format: ShardFormat, index: ShardIndex, info: PartInfo): void {
    this.#drop(key);
    this.#isRefused = false;
    if (index.byteLength > KEPT_BYTES) return;
    // Of their own: a view would hold the whole shard where a store hands out the memory that it keeps.
    this.#entries.set(key, { format, index: index.slice(), info });
    this.#bytes += index.byteLength;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= KEPT_BYTES) return;
      this.#drop(oldest);
    }
  }

  forget(key: string): void {
    this.#drop(key);
    this.#readings.delete(key);
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.index.byteLength;
  }
}

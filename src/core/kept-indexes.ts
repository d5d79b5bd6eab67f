/**
 * Indexes of shards that one read of an array leaves to the next, so that it asks for the cells alone.
 *
 * An index is kept only where the store tells the tag of the shard that it is of. The next read asks for its cells on
 * condition of that tag, and reads the index again where the shard is another one by now; a cell that the shard is said
 * not to have is filled only after the tag was compared. So what is kept may be out of date and never makes a read wrong.
 */
import type { PartInfo } from '../stores/store.js';
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

export class KeptIndexes {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  /** What is kept for the shard at `key`. */
  recall(key: string, format: ShardFormat): KeptIndex | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.format !== format) return undefined;
    // A map has its keys in the order in which they came: the first is the one that was not used for longest.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  keep(key: string, format: ShardFormat, index: ShardIndex, info: PartInfo): void {
    this.forget(key);
    if (index.byteLength > KEPT_BYTES) return;
    // Of their own: a view would hold the whole shard where a store hands out the memory that it keeps.
    this.#entries.set(key, { format, index: index.slice(), info });
    this.#bytes += index.byteLength;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= KEPT_BYTES) return;
      this.forget(oldest);
    }
  }

  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.index.byteLength;
  }
}

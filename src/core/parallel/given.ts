/**
 * Encoded chunks on their way from the thread that has the store to the one that decodes them: what it takes to read a
 * part is found by the same walk over its chunks that reads it there.
 */
import { chunkKey, type KeyEncoding } from '../../grid/keys.js';
import { type ChunkProjection, type Coords, project } from '../../indexing/project.js';
import type { Region } from '../../indexing/selection.js';
import { type ByteRange, sliceRange } from '../../stores/store.js';
import { each, isPromise, type MaybePromise, type Task } from '../../task.js';
import type { CellParts, Cells } from '../cells.js';
import type { Context } from '../context.js';
import type { ChunkLevel, Level } from '../level.js';
import { PartsInMemory } from '../shards/shard.js';
import type { EncodedCells, PackedCells } from './job.js';

/** Whether `region` is read by parts of chunks or shards, which only the thread that has the store can ask for. */
export function needsParts(level: Level, region: Region): boolean {
  for (const projection of project(region, level.grid)) if (isReadByParts(level, projection)) return true;
  return false;
}

function isReadByParts({ at }: Level, { coords, inChunk, whole }: ChunkProjection): boolean {
  let level: ChunkLevel;
  try {
    level = at(coords);
  } catch {
    return false; // Reading it throws the same.
  }
  if (level.shard !== undefined) return !whole;
  const { layout } = level.codecs;
  const span = layout?.spanOf(inChunk);
  return span !== undefined && layout?.storedPart(span) !== undefined;
}

/** What was got of the chunks of a region. */
export interface Gathered {
  /** As the store lends them. */
  readonly cells: EncodedCells;
  /** What getting a chunk failed with, by its coordinates; all chunks before the first one of them were got. */
  readonly failures: ReadonlyMap<string, unknown>;
}

/** The encoded chunks that `region` lies in. */
export function* gather(level: Level, cells: Cells, region: Region, context: Context): Task<Gathered> {
  const found = new Map<string, Uint8Array>();
  const failures = new Map<string, unknown>();
  const get = ({ coords }: ChunkProjection): MaybePromise<void> => {
    const keep = (bytes: Uint8Array | undefined): void => {
      if (bytes !== undefined) found.set(coords.join(), bytes);
    };
    const fail = (error: unknown): never => {
      failures.set(coords.join(), error);
      throw error;
    };
    try {
      const bytes = cells.get(coords, undefined, level.at(coords).maxBytes);
      return isPromise(bytes) ? bytes.then(keep, fail) : keep(bytes);
    } catch (error) {
      fail(error);
    }
  };
  try {
    yield* each(project(region, level.grid), context.concurrency, get, context.signal);
  } catch (error) {
    if (failures.size === 0 || context.signal?.aborted) throw error;
  }
  return { cells: found, failures };
}

/** Bytes that `lent` has. */
export function sizeOfCells(lent: EncodedCells): number {
  let size = 0;
  for (const { length } of lent.values()) size += length;
  return size;
}

/** What the store lent, copied into `room`, which is long enough, to be given away. */
export function packed(lent: EncodedCells, room: ArrayBuffer): PackedCells {
  const memory = new Uint8Array(room);
  const ends = new Float64Array(lent.size);
  let at = 0;
  let count = 0;
  for (const bytes of lent.values()) {
    memory.set(bytes, at);
    ends[count++] = at += bytes.length;
  }
  return { coords: [...lent.keys()], ends, room };
}

/** What was packed; views. */
export function unpacked({ coords, ends, room }: PackedCells): EncodedCells {
  return new Map(
    coords.map((each, at) => [each, new Uint8Array(room).subarray(at === 0 ? 0 : ends[at - 1]!, ends[at])]),
  );
}

/** Cells that were gathered; what is not among them is absent, or it fails again as it has failed. */
export class GivenCells implements Cells {
  readonly #bytes: EncodedCells;
  readonly #prefix: string;
  readonly #encoding: KeyEncoding;
  readonly #failures: Gathered['failures'] | undefined;

  constructor(cells: EncodedCells, path: string, encoding: KeyEncoding, failures?: Gathered['failures']) {
    this.#failures = failures;
    this.#bytes = cells;
    this.#prefix = path === '' ? '' : `${path}/`;
    this.#encoding = encoding;
  }

  keyOf(coords: Coords): string {
    return this.#prefix + chunkKey(this.#encoding, coords);
  }

  get(coords: Coords, range?: ByteRange): Uint8Array | undefined {
    const name = coords.join();
    if (this.#failures?.has(name)) throw this.#failures.get(name);
    const bytes = this.#bytes.get(name);
    return bytes && sliceRange(bytes, range);
  }

  *readParts(coords: Coords, work: (parts: CellParts) => Task<void>): Task<void> {
    yield* work(new PartsInMemory(this.get(coords)));
  }
}

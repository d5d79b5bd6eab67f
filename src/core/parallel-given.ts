/**
 * Encoded chunks on their way from the thread that has the store to the one that decodes them: what it takes to read a
 * part is found by the same walk over its chunks that reads it there.
 */
import { chunkKey, type KeyEncoding } from '../grid/keys.js';
import { type ChunkProjection, type Coords, project } from '../indexing/project.js';
import type { Region } from '../indexing/selection.js';
import { type ByteRange, sliceRange } from '../stores/store.js';
import { each, isPromise, type MaybePromise, type Task } from '../task.js';
import type { CellParts, Cells } from './cells.js';
import type { Context } from './context.js';
import type { Level } from './level.js';
import type { EncodedCells, PackedCells } from './parallel-job.js';
import { placed } from './read.js';
import { PartsInMemory } from './shard.js';

/** Whether `region` is read by parts of chunks or shards, which only the thread that has the store can ask for. */
export function needsParts(level: Level, region: Region): boolean {
  for (const { coords, inChunk, whole } of project(region, level.grid)) {
    const { shard, codecs } = level.at(coords);
    if (shard !== undefined) {
      if (!whole) return true;
      continue;
    }
    const { layout } = codecs;
    const span = layout?.spanOf(inChunk);
    if (span !== undefined && layout?.storedPart(span) !== undefined) return true;
  }
  return false;
}

/** The encoded chunks that `region` lies in, as the store lends them. */
export function* gather(level: Level, cells: Cells, region: Region, context: Context): Task<EncodedCells> {
  const found = new Map<string, Uint8Array>();
  const get = ({ coords }: ChunkProjection): MaybePromise<void> => {
    const bytes = cells.get(coords, undefined, level.at(coords).maxBytes);
    const keep = (value: Uint8Array | undefined): void => {
      if (value !== undefined) found.set(coords.join(), value);
    };
    return isPromise(bytes) ? bytes.then(keep) : keep(bytes);
  };
  const place = (projection: ChunkProjection): MaybePromise<void> => {
    const say = (error: unknown): unknown => placed(error, cells, projection, context);
    try {
      const got = get(projection);
      return isPromise(got) ? got.then(undefined, (error: unknown) => Promise.reject(say(error))) : got;
    } catch (error) {
      throw say(error);
    }
  };
  yield* each(project(region, level.grid), context.concurrency, place, context.signal);
  return found;
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

/** Cells that were gathered; what is not among them is absent. */
export class GivenCells implements Cells {
  readonly #bytes: EncodedCells;
  readonly #prefix: string;
  readonly #encoding: KeyEncoding;

  constructor(cells: EncodedCells, path: string, encoding: KeyEncoding) {
    this.#bytes = cells;
    this.#prefix = path === '' ? '' : `${path}/`;
    this.#encoding = encoding;
  }

  keyOf(coords: Coords): string {
    return this.#prefix + chunkKey(this.#encoding, coords);
  }

  get(coords: Coords, range?: ByteRange): Uint8Array | undefined {
    const bytes = this.#bytes.get(coords.join());
    return bytes && sliceRange(bytes, range);
  }

  *readParts(coords: Coords, work: (parts: CellParts) => Task<void>): Task<void> {
    yield* work(new PartsInMemory(this.get(coords)));
  }
}

/**
 * A worker's side of writes that several threads share: chunks, and whole shards, become what is stored of them by the same
 * functions as everywhere. Where the worker can open the store, it stores them; else the bytes go back to the thread that
 * was called.
 */
import { chunkKey } from '../../grid/keys.js';
import type { Coords } from '../../indexing/project.js';
import type { ArrayModel } from '../../metadata/model.js';
import { partOf, type View } from '../../ndarray/picked.js';
import type { Store } from '../../stores/store.js';
import { runSync, wait } from '../../task.js';
import { type CellSink, StoredCells } from '../cells.js';
import type { Context } from '../context.js';
import type { Level } from '../level.js';
import { PackedBytes, Scratch } from '../scratch.js';
import { inOrder, writeWhole } from '../write.js';
import { type ErrorMessage, messageOf } from './error.js';
import {
  bytesInBatch,
  type ChunkMessage,
  type EncodeMessage,
  targetOf,
  viewInBatch,
  type WriteMessage,
  type WriteReport,
} from './job.js';

/** An array, compiled. */
export interface Compiled {
  readonly model: ArrayModel;
  readonly level: Level;
}

/** One write that other threads do too. */
export class SharedWrite {
  readonly #job: number;
  readonly #array: Compiled | { readonly error: unknown };
  readonly #context: Context;
  /** All values, where they lie in shared memory. */
  readonly #source: View | undefined;
  /** Where chunks are stored; undefined where they are given back. */
  readonly #store: Store | undefined;
  readonly #scratch = new Scratch();

  constructor(
    { job, array, context, source }: WriteMessage,
    compiled: Compiled | { readonly error: unknown },
    store: Store | undefined,
  ) {
    this.#job = job;
    this.#array = compiled;
    this.#context = { ...context, limits: array.limits, workers: 0, signal: undefined, onProgress: undefined };
    this.#source = source && targetOf(source);
    this.#store = store;
  }

  /** Does the chunks of a batch, up to the first one that cannot be encoded or stored. */
  encode(message: EncodeMessage): WriteReport {
    const { values, room } = message;
    const { path } = this.#context;
    const job = this.#job;
    const store = this.#store;
    if (store !== undefined) {
      const stored = this.#write(message, ({ keyEncoding }) => new StoredCells(store, path, keyEncoding));
      return { kind: 'stored', job, ...stored, values };
    }
    const packed = room === undefined ? new Scratch().takePacked() : new PackedBytes(room);
    const lengths: (number | undefined)[] = [];
    const { failure } = this.#write(message, (model) => new PackedCells(packed, lengths, model, path));
    let from = 0;
    const chunks = lengths.map((length) => (length === undefined ? undefined : packed.view(from, (from += length))));
    return { kind: 'encoded', job, chunks, failure, values, room: packed.memory };
  }

  /** Writes the chunks of a batch to the cells of the array: how many, and why the next one cannot be. */
  #write(
    { chunks, values }: EncodeMessage,
    cellsOf: (model: ArrayModel) => CellSink,
  ): { readonly count: number; readonly failure: ErrorMessage | undefined } {
    let count = 0;
    try {
      if ('error' in this.#array) throw this.#array.error;
      const { model, level } = this.#array;
      const cells = cellsOf(model);
      let start = 0;
      for (const chunk of chunks) {
        start = this.#writeChunk(level, cells, chunk, values, start);
        count++;
      }
      return { count, failure: undefined };
    } catch (error) {
      return { count, failure: messageOf(error) };
    }
  }

  /** Writes a chunk, whose values begin at `start` of those that came with it; where they end. */
  #writeChunk(
    level: Level,
    cells: CellSink,
    { coords, place }: ChunkMessage,
    values: ArrayBuffer | undefined,
    start: number,
  ): number {
    const chunkLevel = level.at(coords);
    const { dtype, shape } = chunkLevel.spec;
    const source =
      place === undefined
        ? viewInBatch(values!, start, dtype, shape) // Values come with a batch, or their places do.
        : inOrder(partOf(this.#source!, place.inRegion), place);
    // Only codecs of users may answer with a promise, and arrays that have some are written by one thread.
    runSync(wait(writeWhole(chunkLevel, cells, coords, source, this.#context, this.#scratch)));
    return start + bytesInBatch(dtype, shape);
  }
}

/** Cells that are put one behind the other, with their lengths, which are `undefined` for those of nothing but fill value. */
class PackedCells implements CellSink {
  readonly takesLent = true;
  readonly #packed: PackedBytes;
  readonly #lengths: (number | undefined)[];
  readonly #model: ArrayModel;
  readonly #prefix: string;

  constructor(packed: PackedBytes, lengths: (number | undefined)[], model: ArrayModel, path: string) {
    this.#packed = packed;
    this.#lengths = lengths;
    this.#model = model;
    this.#prefix = path === '' ? '' : `${path}/`;
  }

  keyOf(coords: Coords): string {
    return this.#prefix + chunkKey(this.#model.keyEncoding, coords);
  }

  set(_: Coords, bytes: Uint8Array): void {
    this.#lengths.push(bytes.length);
    this.#packed.add(bytes);
  }

  delete(): void {
    this.#lengths.push(undefined);
  }
}

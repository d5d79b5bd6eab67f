/**
 * A worker's side of writes that several threads share: chunks, and whole shards, become what is stored of them by the same
 * functions as everywhere. It stores nothing: the bytes go back to the thread that was called.
 */
import { chunkKey } from '../grid/keys.js';
import type { ArrayModel } from '../metadata/model.js';
import { partOf, type View } from '../ndarray/picked.js';
import { runSync } from '../task.js';
import type { Context } from './context.js';
import { encodeWhole } from './encode.js';
import type { Level } from './level.js';
import { messageOf } from './parallel-error.js';
import {
  bytesInBatch,
  type ChunkMessage,
  type EncodeMessage,
  targetOf,
  viewInBatch,
  type WriteMessage,
  type WriteReport,
} from './parallel-job.js';
import { PackedBytes, Scratch } from './scratch.js';
import { encodeWholeShard, inOrder } from './write.js';

/** An array, compiled. */
export interface Compiled {
  readonly model: ArrayModel;
  readonly level: Level;
}

/** Takes what is stored of a chunk. */
type Put = (bytes: Uint8Array | undefined) => void;

/** One write that other threads do too. */
export class SharedWrite {
  readonly #job: number;
  readonly #array: Compiled | { readonly error: unknown };
  readonly #context: Context;
  /** All values, where they lie in shared memory. */
  readonly #source: View | undefined;
  readonly #scratch = new Scratch();

  constructor({ job, array, context, source }: WriteMessage, compiled: Compiled | { readonly error: unknown }) {
    this.#job = job;
    this.#array = compiled;
    this.#context = { ...context, limits: array.limits, workers: 0, signal: undefined, onProgress: undefined };
    this.#source = source && targetOf(source);
  }

  /** What is stored of the chunks of a batch, up to the first one that cannot be encoded. */
  encode({ chunks, values, room }: EncodeMessage): WriteReport {
    const packed = room === undefined ? new Scratch().takePacked() : new PackedBytes(room);
    const lengths: (number | undefined)[] = [];
    const put = (bytes: Uint8Array | undefined): void => {
      lengths.push(bytes?.length);
      if (bytes !== undefined) packed.add(bytes);
    };
    let failure: WriteReport['failure'];
    let start = 0;
    for (const chunk of chunks) {
      try {
        start = this.#encodeChunk(chunk, values, start, put);
      } catch (error) {
        failure = messageOf(error);
        break;
      }
    }
    let from = 0;
    const encoded = lengths.map((length) => (length === undefined ? undefined : packed.view(from, (from += length))));
    return { kind: 'encoded', job: this.#job, chunks: encoded, failure, values, room: packed.memory };
  }

  /** Encodes a chunk, whose values begin at `start` of those that came with it; where they end. */
  #encodeChunk(chunk: ChunkMessage, values: ArrayBuffer | undefined, start: number, put: Put): number {
    if ('error' in this.#array) throw this.#array.error;
    const { model, level } = this.#array;
    const { coords, place } = chunk;
    const chunkLevel = level.at(coords);
    const { dtype, shape } = chunkLevel.spec;
    const source =
      place === undefined
        ? viewInBatch(values!, start, dtype, shape) // Values come with a batch, or their places do.
        : inOrder(partOf(this.#source!, place.inRegion), place);
    // Only codecs of users may answer with a promise, and arrays that have some are written by one thread.
    if (chunkLevel.shard === undefined) {
      void encodeWhole(chunkLevel, source, this.#context, this.#scratch, { keepsBytes: false, put });
    } else {
      const key = keyOf(model, this.#context.path, coords);
      const sink = { copiesBytes: true, put };
      runSync(encodeWholeShard(chunkLevel, key, source, this.#context, this.#scratch, sink));
    }
    return start + bytesInBatch(dtype, shape);
  }
}

const keyOf = ({ keyEncoding }: ArrayModel, path: string, coords: readonly number[]): string =>
  (path === '' ? '' : `${path}/`) + chunkKey(keyEncoding, coords);

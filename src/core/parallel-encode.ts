/**
 * A worker's side of writes that several threads share: chunks, and whole shards, become what is stored of them by the same
 * functions as everywhere. It stores nothing: the bytes go back to the thread that was called.
 */
import { chunkKey } from '../grid/keys.js';
import { wholeRegion } from '../indexing/selection.js';
import type { ArrayModel } from '../metadata/model.js';
import { partOf, type View } from '../ndarray/picked.js';
import { runSync, type Task } from '../task.js';
import type { Context } from './context.js';
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
import { Scratch } from './scratch.js';
import { changedShard, encodeWhole, inOrder } from './write.js';

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
  readonly #scratch = new Scratch();

  constructor({ job, array, context, source }: WriteMessage, compiled: Compiled | { readonly error: unknown }) {
    this.#job = job;
    this.#array = compiled;
    this.#context = { ...context, limits: array.limits, workers: 0, signal: undefined, onProgress: undefined };
    this.#source = source && targetOf(source);
  }

  /** What is stored of the chunks of a batch, up to the first one that cannot be encoded. */
  encode({ chunks, values, room }: EncodeMessage): WriteReport {
    const packed = new PackedChunks(room ?? new ArrayBuffer(FIRST_BYTES));
    let failure: WriteReport['failure'];
    let start = 0;
    for (const chunk of chunks) {
      try {
        start = this.#encodeChunk(chunk, values, start, packed);
      } catch (error) {
        failure = messageOf(error);
        break;
      }
    }
    return { kind: 'encoded', job: this.#job, ...packed.taken(), failure, values };
  }

  /** Encodes a chunk, whose values begin at `start` of those that came with it; where they end. */
  #encodeChunk(chunk: ChunkMessage, values: ArrayBuffer | undefined, start: number, packed: PackedChunks): number {
    if ('error' in this.#array) throw this.#array.error;
    const { model, level } = this.#array;
    const { coords, place } = chunk;
    const chunkLevel = level.at(coords);
    const { dtype, shape } = chunkLevel.spec;
    const source =
      place === undefined
        ? viewInBatch(values!, start, dtype, shape) // Values come with a batch, or their places do.
        : inOrder(partOf(this.#source!, place.inRegion), place);
    const put = (bytes: Uint8Array | undefined): void => packed.add(bytes);
    // Only codecs of users may answer with a promise, and arrays that have some are written by one thread.
    runSync(
      (function* (context, scratch): Task<void> {
        if (chunkLevel.shard === undefined)
          encodeWhole(chunkLevel, source, context, scratch, { keepsBytes: false, put });
        else {
          const key = keyOf(model, context.path, coords);
          put(yield* changedShard(chunkLevel.shard, key, undefined, wholeRegion(shape), source, context));
        }
      })(this.#context, this.#scratch),
    );
    return start + bytesInBatch(dtype, shape);
  }
}

const keyOf = ({ keyEncoding }: ArrayModel, path: string, coords: readonly number[]): string =>
  (path === '' ? '' : `${path}/`) + chunkKey(keyEncoding, coords);

/** Room for what the first chunks are encoded to; where more is needed, it grows. */
const FIRST_BYTES = 2 ** 20;

/** Encoded chunks in one piece of memory. */
class PackedChunks {
  #memory: ArrayBuffer;
  #length = 0;
  /** Of each chunk; `undefined` where nothing is stored. */
  readonly #lengths: (number | undefined)[] = [];

  constructor(memory: ArrayBuffer) {
    this.#memory = memory;
  }

  add(bytes: Uint8Array | undefined): void {
    this.#lengths.push(bytes?.length);
    if (bytes === undefined) return;
    this.#reserve(this.#length + bytes.length);
    new Uint8Array(this.#memory, this.#length, bytes.length).set(bytes);
    this.#length += bytes.length;
  }

  #reserve(length: number): void {
    if (length <= this.#memory.byteLength) return;
    const grown = new Uint8Array(Math.max(length, 2 * this.#memory.byteLength));
    grown.set(new Uint8Array(this.#memory, 0, this.#length));
    this.#memory = grown.buffer;
  }

  taken(): Pick<WriteReport, 'chunks' | 'room'> {
    const room = this.#memory;
    let start = 0;
    const chunks = this.#lengths.map((length) => {
      if (length === undefined) return undefined;
      const bytes = new Uint8Array(room, start, length);
      start += length;
      return bytes;
    });
    return { chunks, room };
  }
}

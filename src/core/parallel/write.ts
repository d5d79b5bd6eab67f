/**
 * Writing by several threads: workers encode whole chunks and whole shards, and store them where the plan says so. Else the
 * thread that was called stores what they give back, in the way and under the locks of any write. It encodes too when all
 * workers have enough to do.
 *
 * Values go to a worker, and what is encoded comes back, in memory that is handed over and used again for the next batch;
 * values in shared memory the worker reads by itself. Chunks that are written in part, which have to be read first, the
 * called thread writes. The chunks before one that fails are written to their end, and the first failure among them, in the
 * order of the chunks, is the one that is told.
 *
 * A call that would not have to wait on one thread does not wait here either, but is held up until all is stored: so what it
 * was given is not changed meanwhile, and a second write comes after it. Only where a thread cannot be held up, in browsers,
 * and where the store has to be waited for, others have their turn.
 */
import { turn } from '#platform/worker';
import { StoreError } from '../../errors.js';
import { type ChunkProjection, countChunks, project } from '../../indexing/project.js';
import type { Region } from '../../indexing/selection.js';
import { copy } from '../../ndarray/copy.js';
import { partOf, type View } from '../../ndarray/picked.js';
import { isPromise, type MaybePromise, mayWait, type Task, wait } from '../../task.js';
import { type Job, type PoolWorker, pool } from '../../workers/pool.js';
import type { WritableCells } from '../cells.js';
import type { Context } from '../context.js';
import type { Level } from '../level.js';
import type { KeyedLocks } from '../lock.js';
import type { ArrayNode } from '../node.js';
import { placed } from '../placed.js';
import { Scratch } from '../scratch.js';
import { inOrder, isReplaced, storeWhole, writeLocked, writeRegion } from '../write.js';
import { errorOf } from './error.js';
import { bytesInBatch, viewInBatch, type WorkerMessage, type WriteReport } from './job.js';
import { documentText } from './read.js';
import { planWrite, type WritePlan } from './write-plan.js';

/** Writes `value` to `region` of the array that `cells` hold, by as many threads as the settings allow and it is worth. */
export function* writeShared(
  node: ArrayNode,
  level: Level,
  cells: WritableCells,
  region: Region,
  value: View,
  context: Context,
  locks: KeyedLocks,
): Task<void> {
  const plan = planWrite(node, level, region, value, context, locks);
  if (plan === undefined) yield* writeRegion(level, cells, region, value, context, locks);
  else yield* new ParallelWrite(node, { level, cells, region, value, context, locks }, plan).run();
}

/** What is written, and where. */
interface Writing {
  readonly level: Level;
  readonly cells: WritableCells;
  readonly region: Region;
  readonly value: View;
  readonly context: Context;
  readonly locks: KeyedLocks;
}

/** A chunk, and how many come before it. */
interface Numbered {
  readonly number: number;
  readonly projection: ChunkProjection;
}

/** Chunks that one thread writes: several that are replaced, or one that is changed. */
interface Batch {
  readonly chunks: readonly Numbered[];
  readonly isReplaced: boolean;
  /** Bytes of the values of those that are replaced. */
  readonly bytes: number;
}

/** An encoded chunk that is not stored yet. */
interface Encoded {
  readonly chunk: Numbered;
  readonly bytes: Uint8Array | undefined;
  /** Called when the bytes are not needed any more. */
  readonly release: () => void;
}

/** The first failure that is known. */
interface Failure {
  /** The number of its chunk; -1 where it is not about one. */
  readonly number: number;
  /** Makes the error, as one of this thread. */
  readonly error: () => unknown;
}

class ParallelWrite implements Job {
  readonly #node: ArrayNode;
  readonly #writing: Writing;
  readonly #plan: WritePlan;
  readonly #scratch = new Scratch();
  /** The batches that each worker has. */
  readonly #given = new Map<PoolWorker, Batch[]>();
  /** What workers have encoded. */
  readonly #encoded: Encoded[] = [];
  /** Memory for values, and for what is encoded, that nobody uses. */
  readonly #valueMemory: ArrayBuffer[] = [];
  readonly #rooms: ArrayBuffer[] = [];
  /** Whether the store has done with bytes once they are set. */
  readonly #isReused: boolean;
  /** How many chunks the store, or another writer, has to be waited for. */
  #waiting = 0;
  /** Bytes of whole chunks that no thread has taken up. */
  #bytesLeft: number;
  #chunksDone = 0;
  readonly #chunks: number;
  #failure: Failure | undefined;
  /** Chunks from this number on are not wanted any more. */
  #limit = Number.POSITIVE_INFINITY;
  #job = 0;

  constructor(node: ArrayNode, writing: Writing, plan: WritePlan) {
    const { region, level, context } = writing;
    this.#node = node;
    this.#writing = writing;
    this.#plan = plan;
    this.#isReused = writing.cells.takesLent;
    this.#bytesLeft = plan.bytes;
    this.#chunks = context.onProgress === undefined ? 0 : countChunks(region, level.grid);
  }

  *run(): Task<void> {
    const { signal } = this.#writing.context;
    signal?.throwIfAborted();
    const { holdsUp } = this.#plan;
    const { id, workers } = pool.open(this, this.#plan.workers);
    this.#job = id;
    const abort = (): void => this.#fail({ number: -1, error: () => signal?.reason });
    signal?.addEventListener('abort', abort);
    try {
      for (const worker of workers) this.#tell(worker);
      for (const batch of this.#batches()) {
        yield* this.#write(batch);
        pool.drain();
        yield* this.#store();
        if (!holdsUp) yield* wait(turn());
      }
      for (yield* this.#store(); this.#hasGiven; yield* this.#store()) {
        if (holdsUp) pool.block();
        else yield* wait(pool.nextReport());
      }
      while (this.#waiting > 0) yield* wait(pool.nextReport());
    } finally {
      this.#limit = -1; // Also where the call was given up: nothing more is begun.
      while (this.#plan.store !== undefined && this.#hasGiven) pool.block(); // What is begun must not come after a later write.
      signal?.removeEventListener('abort', abort);
      for (const worker of this.#given.keys()) post(worker, { kind: 'close', job: id });
      pool.close(id);
    }
    if (this.#failure !== undefined) throw this.#failure.error();
  }

  #tell(worker: PoolWorker): void {
    const { path, concurrency, readMissingChunks, writeEmptyChunks, limits, ...rest } = this.#writing.context;
    const { coalesceMaxGapBytes, coalesceMaxBytes } = rest;
    const { model } = this.#node;
    post(worker, {
      kind: 'write',
      job: this.#job,
      array: { path, format: model.format, document: documentText(model), limits },
      context: { path, concurrency, readMissingChunks, writeEmptyChunks, coalesceMaxGapBytes, coalesceMaxBytes },
      source: this.#plan.source,
      store: this.#plan.store,
    });
    this.#given.set(worker, []);
  }

  /** All chunks, cut into batches. Those that are replaced are gathered across others that lie between them. */
  *#batches(): Generator<Batch, void, undefined> {
    const { level, region, context } = this.#writing;
    let chunks: Numbered[] = [];
    let bytes = 0;
    let number = 0;
    for (const projection of project(region, level.grid)) {
      if (number >= this.#limit) break;
      const chunk = { number: number++, projection };
      const size = replacedBytes(level, projection, context);
      if (size === undefined) {
        yield { chunks: [chunk], isReplaced: false, bytes: 0 };
        continue;
      }
      if (chunks.length > 0 && bytes + size > this.#plan.batchBytes) {
        yield { chunks, isReplaced: true, bytes };
        chunks = [];
        bytes = 0;
      }
      chunks.push(chunk);
      bytes += size;
    }
    if (chunks.length > 0) yield { chunks, isReplaced: true, bytes };
  }

  /** Gives a batch to a worker that has less to do than it may have, or writes it here. */
  *#write(batch: Batch): Task<void> {
    this.#bytesLeft -= batch.bytes;
    const worker = batch.isReplaced ? this.#freeWorker() : undefined;
    if (worker !== undefined) {
      this.#give(worker, batch);
      return;
    }
    const { level, cells, value, context, locks } = this.#writing;
    for (const { number, projection } of batch.chunks) {
      yield* this.#untilRoom();
      if (number >= this.#limit) return;
      this.#begin(number, () => writeLocked(level, cells, projection, value, context, this.#scratch, locks));
    }
  }

  #freeWorker(): PoolWorker | undefined {
    let free: PoolWorker | undefined;
    let least = this.#plan.given;
    for (const [worker, { length }] of this.#given) {
      if (!worker.isReady || length >= least) continue;
      free = worker;
      least = length;
    }
    // Of the last batches, those that a worker would begin later are done here by then.
    const isLast = this.#bytesLeft < this.#given.size * this.#plan.batchBytes;
    return least > 0 && isLast ? undefined : free;
  }

  #give(worker: PoolWorker, { chunks, bytes }: Batch): void {
    const { source, store } = this.#plan;
    const isShared = source !== undefined;
    // Nobody reads before the worker has stored them, as this thread is held up.
    if (store !== undefined) for (const { projection } of chunks) this.#writing.cells.forget?.(projection.coords);
    const values = isShared ? undefined : this.#filled(chunks, bytes);
    const room = this.#rooms.pop();
    const message: WorkerMessage = {
      kind: 'encode',
      job: this.#job,
      chunks: chunks.map(({ projection: { coords, inRegion, inChunk } }) => ({
        coords,
        place: isShared ? { inRegion, inChunk } : undefined,
      })),
      values,
      room,
    };
    const memory = [values, room].filter((buffer) => buffer !== undefined);
    this.#given.get(worker)!.push({ chunks, bytes, isReplaced: true }); // It was found there.
    post(worker, message, memory);
  }

  /** The values of chunks, copied into memory that can be given away. */
  #filled(chunks: readonly Numbered[], bytes: number): ArrayBuffer {
    const { level, value } = this.#writing;
    const used = this.#valueMemory.pop();
    const memory =
      used !== undefined && used.byteLength >= bytes ? used : new ArrayBuffer(Math.max(bytes, this.#plan.batchBytes));
    let start = 0;
    for (const { projection } of chunks) {
      const { dtype, shape } = level.at(projection.coords).spec;
      const source = inOrder(partOf(value, projection.inRegion), projection);
      copy(source, viewInBatch(memory, start, dtype, shape));
      start += bytesInBatch(dtype, shape);
    }
    return memory;
  }

  // What workers say.

  receive(worker: PoolWorker, report: WriteReport): void {
    const batch = this.#given.get(worker)?.shift(); // They are done in the order in which they were given.
    if (batch === undefined) return;
    const { failure, values } = report;
    if (values !== undefined) this.#valueMemory.push(values);
    if (report.kind === 'encoded') this.#keep(batch, report.chunks, report.room);
    if (failure === undefined) return;
    const { cells, context } = this.#writing;
    const done = report.kind === 'encoded' ? report.chunks.length : report.count;
    const { number, projection } = batch.chunks[done]!; // The one behind those that are done.
    this.#fail({ number, error: () => placed(errorOf(failure), cells, projection, context) });
  }

  /** Keeps the encoded chunks of a batch, which lie in `room`, until they are stored. */
  #keep(batch: Batch, chunks: readonly (Uint8Array | undefined)[], room: ArrayBuffer): void {
    let left = chunks.length;
    const release = (): void => {
      if (--left === 0 && this.#isReused) this.#rooms.push(room);
    };
    chunks.forEach((bytes, at) => {
      this.#encoded.push({ chunk: batch.chunks[at]!, bytes, release }); // As many as were given, or fewer.
    });
  }

  lose(worker: PoolWorker, text: string): void {
    const batches = this.#given.get(worker) ?? [];
    this.#given.delete(worker);
    if (!batches.some((batch) => this.#isWanted(batch))) return;
    const { path } = this.#writing.context;
    this.#fail({ number: -1, error: () => new StoreError(`${text} (in "/${path}")`, { path }) });
  }

  #isWanted({ chunks }: Batch): boolean {
    return chunks[0]!.number < this.#limit; // A batch has chunks, in order.
  }

  /** Whether a worker has chunks that are wanted, or that it stores whether they are or not. */
  get #hasGiven(): boolean {
    const { store } = this.#plan;
    for (const batches of this.#given.values()) {
      if (batches.some((batch) => store !== undefined || this.#isWanted(batch))) return true;
    }
    return false;
  }

  #fail(failure: Failure): void {
    if (failure.number >= this.#limit) return;
    this.#failure = failure;
    this.#limit = failure.number;
    pool.wake();
  }

  // Storing.

  /** Stores what has come back, as far as fewer chunks than may be are waited for. */
  *#store(): Task<void> {
    const { cells, context, locks } = this.#writing;
    for (let next = this.#encoded.shift(); next !== undefined; next = this.#encoded.shift()) {
      yield* this.#untilRoom();
      const { chunk, bytes, release } = next;
      const { number, projection } = chunk;
      if (number >= this.#limit) continue;
      const store = (): MaybePromise<void> => {
        context.signal?.throwIfAborted(); // It may have waited for its turn.
        return storeWhole(cells, projection, bytes, context);
      };
      this.#begin(number, () => locks.run(cells.keyOf(projection.coords), store), release);
    }
  }

  /** Until one more chunk may be waited for. */
  *#untilRoom(): Task<void> {
    while (this.#waiting >= this.#writing.context.concurrency) yield* wait(pool.nextReport());
  }

  /** Begins to write a chunk; `after` it, whatever became of it. */
  #begin(number: number, work: () => MaybePromise<void>, after?: () => void): void {
    let written: MaybePromise<void>;
    try {
      written = work();
    } catch (error) {
      this.#fail({ number, error: () => error });
      after?.();
      return;
    }
    if (!isPromise(written)) {
      after?.();
      this.#count();
      return;
    }
    mayWait(written);
    this.#waiting++;
    const end = (): void => {
      after?.();
      this.#waiting--;
      pool.wake();
    };
    const failed = (error: unknown): void => this.#fail({ number, error: () => error });
    void written.then(() => this.#count(), failed).then(end);
  }

  #count(): void {
    const { onProgress } = this.#writing.context;
    if (onProgress === undefined || this.#limit < 0) return;
    try {
      onProgress(++this.#chunksDone, this.#chunks);
    } catch (error) {
      this.#fail({ number: -1, error: () => error });
    }
  }
}

/** Bytes of the values of a chunk that is replaced; undefined where it is not, and where its level tells an error. */
function replacedBytes(level: Level, projection: ChunkProjection, context: Context): number | undefined {
  try {
    const at = level.at(projection.coords);
    return isReplaced(projection, at, context) ? bytesInBatch(at.spec.dtype, at.spec.shape) : undefined;
  } catch {
    return undefined; // Writing it throws the same.
  }
}

const post = ({ thread }: PoolWorker, message: WorkerMessage, transfer?: readonly ArrayBuffer[]): void =>
  thread.post(message, transfer);
